#include "engines/registers/registers_rows.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "core/base/json.h"
#include "core/base/text.h"

namespace kepu::registers {

namespace json = boost::json;

std::string prefixed(std::string_view columns, std::string_view table) {
  std::vector<std::string> out;
  for (const auto& c : base::split(columns, ",")) out.push_back(fmt::format("{}.{}", table, base::trim(c)));
  return base::join(out, ", ");
}

std::string subject_of(std::string_view kind, Id id) { return fmt::format("{}:{}", kind, id); }
std::string iso_or_empty(const std::optional<base::Date>& date) { return date ? base::to_iso(*date) : ""; }

std::string in_list(const std::vector<Id>& ids) {
  std::string out = "(-1";
  for (const Id id : ids) out += fmt::format(",{}", id);
  return out + ")";
}

std::string like_of(const std::string& text) {
  std::string out = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '!') out += '!';
    out += c;
  }
  return out + "%";
}

std::string to_json(const form::Values& values) {
  base::Json j;
  j.object();
  std::vector<std::string> done;
  for (const auto& [name, value] : values.pairs()) {
    if (value.empty() || std::find(done.begin(), done.end(), name) != done.end()) continue;
    done.push_back(name);
    j.key(name).value(values.texts(name));
  }
  j.end();
  return std::move(j).text();
}

form::Values values_from_json(std::string_view text) {
  form::Values out;
  boost::system::error_code failed;
  const auto value = json::parse(text, failed);
  if (failed || !value.is_object()) return out;
  for (const auto& [name, list] : value.get_object()) {
    if (!list.is_array()) continue;
    for (const auto& v : list.get_array()) {
      if (v.is_string()) out.add(std::string_view(name.data(), name.size()), std::string(v.get_string()));
    }
  }
  return out;
}

std::string files_text(const std::vector<file::Attachment>& files) {
  if (files.empty()) return {};
  base::Json j;
  j.array();
  for (const auto& f : files)
    j.object().field("sha256", f.sha256).field("name", f.name).field("type", f.type).end();
  j.end();
  return std::move(j).text();
}

std::vector<file::Attachment> files_from_text(std::string_view text) {
  std::vector<file::Attachment> out;
  boost::system::error_code failed;
  const auto value = json::parse(text, failed);
  if (failed || !value.is_array()) return out;
  for (const auto& one : value.get_array()) {
    if (!one.is_object()) continue;
    const auto part = [&](const char* key) {
      const auto* found = one.get_object().if_contains(key);
      return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
    };
    out.push_back({part("sha256"), part("name"), part("type")});
  }
  return out;
}

std::string ids_text(const std::vector<Id>& ids) {
  std::vector<std::string> out;
  for (const Id id : ids) out.push_back(std::to_string(id));
  return base::join(out, " ");
}
std::vector<Id> ids_from_text(std::string_view text) {
  std::vector<Id> out;
  for (const auto& part : base::split(text, " ")) {
    if (const auto id = base::parse_id(part)) out.push_back(*id);
  }
  return out;
}

Entry RegisterStore::entry_from(const sql::Row& r, Id tenant, bool open_personal) const {
  Entry e;
  e.id = r.integer(0);
  e.type = r.text(1);
  e.type_version = static_cast<int>(r.integer(2));
  e.number = r.text(3);
  e.state = parse_state(r.view(4)).value_or(State::withdrawn);
  e.name = r.text(5);
  e.unit = r.integer(6);
  e.place = r.integer(7);
  e.person = r.integer(8);
  e.parent = r.integer(9);
  e.kind = r.text(10);
  e.values = values_from_json(r.view(11));
  for (const auto& id : e.values.texts("serves")) e.serves.push_back(base::parse_id(id).value_or(0));
  if (open_personal && !r.view(12).empty()) {
    const auto open = p_.cipher.open(r.view(12), {"register_entry", "secret", tenant, e.id});
    if (!open) throw sql::Failure("register_entry " + std::to_string(e.id) + ": secret cannot be opened");
    const form::Values opened = values_from_json(*open);
    for (const auto& [name, value] : opened.pairs()) e.values.add(name, value);
  }
  e.valid_from = base::parse_date(r.view(13));
  e.valid_until = base::parse_date(r.view(14));
  e.reason = r.text(15);
  e.consent = r.text(16);
  e.consent_at = r.integer(17);
  e.minor = r.flag(18);
  e.applicant = r.integer(19);
  e.revision = r.integer(20);
  e.created_at = r.integer(21);
  e.created_by = r.text(22);
  e.edited_at = r.integer(23);
  e.edited_by = r.text(24);
  e.published_at = r.integer(25);
  return e;
}

std::string RegisterStore::sealed_values(const Type& type, Id tenant, const Entry& e, bool personal) const {
  form::Values part;
  for (const auto& [name, value] : e.values.pairs()) {
    const auto* f = type.find(name);
    if ((f != nullptr && f->personal) == personal && name != "serves") part.add(name, value);
  }
  if (personal) {
    return part.pairs().empty() ? std::string()
                                : p_.cipher.seal(to_json(part), {"register_entry", "secret", tenant, e.id});
  }
  for (const Id id : e.serves) part.add("serves", std::to_string(id));
  return to_json(part);
}

Person RegisterStore::person_from(const sql::Row& r, Id tenant, bool open) const {
  Person p;
  p.id = r.integer(0);
  p.name = r.text(1);
  const auto phone = p_.cipher.open(r.view(2), {"register_person", "phone", tenant, p.id});
  if (!phone) throw sql::Failure("register_person " + std::to_string(p.id) + ": phone cannot be opened");
  p.masked = auth::mask_phone(*phone);
  if (open) p.phone = *phone;
  p.account = r.integer(3);
  p.merged_into = r.integer(4);
  p.erased_at = r.integer(5);
  p.minor = r.flag(6);
  if (open) {
    p.guardian = p_.cipher.open(r.view(7), {"register_person", "guardian", tenant, p.id}).value_or("");
  }
  p.revision = r.integer(8);
  p.created_at = r.integer(9);
  return p;
}

Proof proof_from(const sql::Row& r) {
  Proof p;
  p.id = r.integer(0);
  p.person = r.integer(1);
  p.kind = parse_proof_kind(r.view(2)).value_or(ProofKind::other);
  p.title = r.text(3);
  p.on = base::parse_date(r.view(4)).value_or(base::Date{});
  p.hours = r.real(5);
  p.audience = r.integer(6);
  p.host = r.integer(7);
  p.note = r.text(8);
  p.source = r.text(9);
  p.state = parse_proof_state(r.view(10)).value_or(ProofState::withdrawn);
  p.reason = r.text(11);
  p.told_at = r.integer(12);
  p.told_by = r.integer(13);
  p.told_name = r.text(14);
  p.decided_at = r.integer(15);
  p.decided_by = r.integer(16);
  p.decided_name = r.text(17);
  p.decided_unit = r.text(18);
  p.revision = r.integer(19);
  p.files = files_from_text(r.view(20));
  return p;
}

}  // namespace kepu::registers

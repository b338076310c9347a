#include "engines/orders/orders_rows.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "core/base/json.h"
#include "core/base/text.h"

namespace kepu::orders {

namespace json = boost::json;

std::string subject_of(Id order) { return fmt::format("order:{}", order); }

audit::Entry entry_of(const By& by, Millis now, std::string action, std::string subject,
                      std::string summary) {
  audit::Entry e;
  e.at = now;
  e.person = by.actor.person;
  e.person_name = by.program ? "平台" : by.actor.person == 0 ? "群众" : by.actor.name;
  e.unit_name = by.actor.unit_name;
  e.action = std::move(action);
  e.subject = std::move(subject);
  e.summary = std::move(summary);
  e.remote = by.remote;
  return e;
}

std::string in_list(const std::vector<Id>& ids) {
  std::string out = "(-1";
  for (const Id id : ids) out += fmt::format(",{}", id);
  return out + ")";
}

std::string orders_by(const sql::Session& s, std::string_view index) {
  if (index.empty() || s.dialect() != sql::Dialect::sqlite) return "orders_order";
  return fmt::format("orders_order indexed by {}", index);
}

std::string id_array(const sql::Session& s, const std::vector<Id>& ids) {
  const bool sqlite = s.dialect() == sql::Dialect::sqlite;
  std::string out = sqlite ? "[" : "{";
  for (const Id id : ids) {
    if (out.size() > 1) out += ',';
    out += std::to_string(id);
  }
  return out + (sqlite ? "]" : "}");
}

std::string_view id_in(const sql::Session& s) {
  return s.dialect() == sql::Dialect::sqlite ? "id in (select value from json_each(:ids))"
                                             : "id = any(cast(:ids as bigint[]))";
}

std::string days_text(const std::vector<Date>& days) {
  std::vector<std::string> out;
  for (const Date day : days) out.push_back(base::to_iso(day));
  return base::join(out, " ");
}

std::vector<Date> days_from(std::string_view text) {
  std::vector<Date> out;
  for (const auto& part : base::split(text, " ")) {
    if (const auto day = base::parse_date(part)) out.push_back(*day);
  }
  return out;
}

std::string iso_or_empty(const std::optional<Date>& date) { return date ? base::to_iso(*date) : ""; }

namespace {

// A field of a stored object; what is absent or of another kind is empty.
class Fields {
 public:
  explicit Fields(const json::object& object) : object_(object) {}
  std::string text(std::string_view name) const {
    const auto* v = object_.if_contains(name);
    return v != nullptr && v->is_string() ? std::string(v->get_string()) : std::string();
  }
  std::int64_t integer(std::string_view name, std::int64_t otherwise = 0) const {
    const auto* v = object_.if_contains(name);
    return v != nullptr && v->is_int64() ? v->get_int64() : otherwise;
  }
  bool flag(std::string_view name, bool otherwise = false) const {
    const auto* v = object_.if_contains(name);
    return v != nullptr && v->is_bool() ? v->get_bool() : otherwise;
  }
  Id id(std::string_view name) const { return base::parse_id(text(name)).value_or(0); }
  const json::array* list(std::string_view name) const {
    const auto* v = object_.if_contains(name);
    return v == nullptr ? nullptr : v->if_array();
  }
  const json::object* object(std::string_view name) const {
    const auto* v = object_.if_contains(name);
    return v == nullptr ? nullptr : v->if_object();
  }
  std::vector<std::string> texts(std::string_view name) const {
    std::vector<std::string> out;
    if (const auto* all = list(name)) {
      for (const auto& v : *all) {
        if (v.is_string()) out.emplace_back(v.get_string());
      }
    }
    return out;
  }

 private:
  const json::object& object_;
};

json::value parsed(std::string_view text) {
  boost::system::error_code failed;
  auto value = json::parse(text, failed);
  if (failed || !value.is_object()) return json::object();
  return value;
}

}  // namespace

std::string to_json(const Settings& s) {
  base::Json j;
  j.object().key("kinds").array();
  for (const auto& k : s.kinds) {
    j.object().field("key", k.key).field("title", k.title).field("skill", k.skill);
    j.field("words", k.words).field("duties", k.duties).end();
  }
  j.end().key("routes").array();
  for (const auto& r : s.routes) {
    j.object().field("kind", r.kind).key("township").id(r.township).key("department").id(r.department).end();
  }
  j.end().key("terms").object();
  j.field("check", s.terms.check).field("claim", s.terms.claim).field("find_team", s.terms.find_team);
  j.field("confirm", s.terms.confirm).field("review", s.terms.review).field("offer", s.terms.offer);
  j.field("offer_urgent", s.terms.offer_urgent).field("erase_days", s.terms.erase_days);
  j.field("travel", s.terms.travel).end();
  j.field("telephone", s.telephone).field("open", s.open).end();
  return std::move(j).text();
}

Settings settings_from(std::string_view text, const Catalog& shipped) {
  const auto value = parsed(text);
  const Fields f(value.get_object());
  Settings out;
  out.kinds = shipped.kinds;
  out.terms = shipped.terms;
  if (const auto* kinds = f.list("kinds")) {
    out.kinds.clear();
    for (const auto& v : *kinds) {
      if (!v.is_object()) continue;
      const Fields k(v.get_object());
      out.kinds.push_back(
          {k.text("key"), k.text("title"), k.text("skill"), k.texts("words"), k.texts("duties")});
    }
  }
  if (const auto* routes = f.list("routes")) {
    for (const auto& v : *routes) {
      if (!v.is_object()) continue;
      const Fields r(v.get_object());
      out.routes.push_back({r.text("kind"), r.id("township"), r.id("department")});
    }
  }
  if (const auto* terms = f.object("terms")) {
    const Fields t(*terms);
    const auto take = [&](std::string_view name, int& into) {
      into = static_cast<int>(t.integer(name, into));
    };
    take("check", out.terms.check);
    take("claim", out.terms.claim);
    take("find_team", out.terms.find_team);
    take("confirm", out.terms.confirm);
    take("review", out.terms.review);
    take("offer", out.terms.offer);
    take("offer_urgent", out.terms.offer_urgent);
    take("erase_days", out.terms.erase_days);
    take("travel", out.terms.travel);
  }
  out.telephone = f.text("telephone");
  out.open = f.flag("open", true);
  return out;
}

std::string to_json(const Service& s) {
  base::Json j;
  j.object().field("kind", s.kind).field("title", s.title).field("what", s.what).field("needs", s.needs);
  j.field("minutes", s.minutes).field("people_min", s.people_min).field("people_max", s.people_max);
  j.field("notice_days", s.notice_days).field("daily_limit", s.daily_limit);
  j.key("department").id(s.department);
  j.field("certificate", s.certificate).field("for_minors", s.for_minors).field("photo", s.photo);
  j.field("photos", s.photos).end();
  return std::move(j).text();
}

Service service_from(std::string_view text) {
  const auto value = parsed(text);
  const Fields f(value.get_object());
  Service s;
  s.kind = f.text("kind");
  s.title = f.text("title");
  s.what = f.text("what");
  s.needs = f.text("needs");
  s.minutes = static_cast<int>(f.integer("minutes", 60));
  s.people_min = static_cast<int>(f.integer("people_min"));
  s.people_max = static_cast<int>(f.integer("people_max"));
  s.notice_days = static_cast<int>(f.integer("notice_days", 3));
  s.daily_limit = static_cast<int>(f.integer("daily_limit"));
  s.department = f.id("department");
  s.certificate = f.text("certificate");
  s.for_minors = f.flag("for_minors");
  s.photo = f.text("photo");
  s.photos = f.flag("photos");
  return s;
}

Order OrderStore::order_from(const sql::Row& r, Id tenant, bool open_phone) const {
  Order o;
  o.id = r.integer(0);
  o.number = r.text(1);
  o.code = r.text(2);
  o.state = parse_state(r.view(3)).value_or(State::placed);
  o.service = r.integer(4);
  o.kind = r.text(5);
  o.title = r.text(6);
  o.words = r.text(7);
  o.area = r.integer(8);
  o.township = r.integer(9);
  o.place = r.text(10);
  o.days = days_from(r.view(11));
  o.time = r.text(12);
  o.people = static_cast<int>(r.integer(13));
  o.name = r.text(14);
  if (const auto plain = p_.cipher.open(r.view(15), {"orders_order", "phone", tenant, o.id})) {
    o.phone = open_phone ? *plain : auth::mask_phone(*plain);
  }
  o.minor = r.flag(16);
  o.guardian = r.text(17);
  o.channel = parse_channel(r.view(18)).value_or(Channel::web);
  o.phone_proven = r.flag(19);
  o.placed_by = r.integer(20);
  o.community = r.integer(21);
  o.department = r.integer(22);
  o.team = r.integer(23);
  o.team_name = r.text(24);
  o.day = base::parse_date(r.view(25));
  o.from = static_cast<int>(r.integer(26));
  o.to = static_cast<int>(r.integer(27));
  o.parent = r.integer(28);
  o.merged_into = r.integer(29);
  o.rating = static_cast<int>(r.integer(30));
  o.rating_words = r.text(31);
  o.reason = r.text(32);
  o.since = r.integer(33);
  o.due = r.integer(34);
  o.escalated = static_cast<int>(r.integer(35));
  o.revision = r.integer(36);
  o.created_at = r.integer(37);
  o.closed_at = r.integer(38);
  return o;
}

}  // namespace kepu::orders

#include "core/audit/audit.h"
#include "core/base/text.h"
#include "core/sql/sql.h"
#include "engines/administration/pages.h"

namespace kepu::administration {

using html::Out;

std::string local_path(std::string_view wanted) {
  const bool printable =
      std::all_of(wanted.begin(), wanted.end(), [](char c) { return c > 0x20 && c < 0x7f && c != '\\'; });
  if (!printable || wanted.empty() || wanted.size() > 2000 || wanted[0] != '/') return "/";
  if (wanted.size() > 1 && wanted[1] == '/') return "/";
  return std::string(wanted);
}

void set_session_cookie(site::Context& context, std::string_view token) {
  constexpr std::int64_t kHalfDay = 12 * 3600;
  context.set_cookies.emplace_back(site::kSessionCookie, site::cookie_value(context.app, token, kHalfDay));
}

namespace {
std::string address(std::string_view area, Id id, std::string_view deed) {
  return fmt::format("/{}/{}{}{}", area, id, deed.empty() ? "" : "/", deed);
}
}  // namespace

std::string unit_url(Id unit, std::string_view deed) { return address("organisation", unit, deed); }
std::string person_url(Id person, std::string_view deed) { return address("people", person, deed); }

std::vector<form::Option> unit_options(const auth::UnitTree& tree, Villages villages) {
  std::vector<form::Option> options;
  for (const auto& u : tree.all()) {
    if (!u.active || (villages == Villages::without && u.kind == auth::UnitKind::village)) continue;
    options.push_back({std::to_string(u.id), path_of(tree, u.id)});
  }
  return options;
}

std::string path_of(const auth::UnitTree& tree, Id unit) {
  std::vector<std::string> names;
  for (const auto* u = tree.find(unit); u != nullptr; u = tree.find(u->parent)) {
    if (u->id != tree.root() || names.empty()) names.insert(names.begin(), u->name);
  }
  return base::join(names, " › ");
}

std::string name_of(const auth::UnitTree& tree, Id unit) {
  const auto* found = tree.find(unit);
  return found != nullptr ? found->name : "—";
}

std::map<Id, int> people_per_unit(const site::Context& context) {
  std::map<Id, int> out;
  if (!context.actor.may("person.read")) return out;
  auth::PersonQuery query;
  query.limit = 1000;
  for (std::int64_t total = 1; query.offset < total; query.offset += query.limit) {
    const auto page = context.app.directory.find_people(context.actor, query);
    if (!page) break;
    total = page->total;
    for (const auto& p : page->people) ++out[p.unit];
  }
  return out;
}

html::Content history_of(const site::Context& context, const std::string& subject) {
  auto entries = context.app.db.read([&](sql::Session& session) {
    return audit::find(session, context.tenant.id, {.subject = subject, .limit = 20}).entries;
  });
  return [entries = std::move(entries)](Out& h) {
    if (entries.empty()) return h("<p class=\"muted\">还没有变更记录。</p>");
    html::Timeline line;
    for (const auto& e : entries) {
      const std::string who = base::join({e.unit_name, e.person_name}, e.unit_name.empty() ? "" : "　");
      line.moments.push_back({base::to_local(e.at), [text = e.summary, who](Out& o) {
                                o("{}<span class=\"muted small\">　{}</span>", text, who);
                              }});
    }
    h("{}", line);
  };
}

base::Result<std::vector<Id>> units_typed(std::string_view text, const auth::UnitTree& tree) {
  std::string even(text);
  for (const char* separator : {"，", ",", "；", ";", "\r", "\n"})
    even = base::replace_all(even, separator, "、");
  std::vector<Id> out;
  for (const auto& part : base::split(even, "、")) {
    const std::string name = base::trim(part);
    if (name.empty()) continue;
    const auto* unit = tree.find_by_name(name);
    if (unit == nullptr) {
      return base::refuse(base::Code::invalid, "grant.unit",
                          fmt::format("没有名为“{}”的单位，请写单位全称或简称", name), "units");
    }
    out.push_back(unit->id);
  }
  return out;
}

}  // namespace kepu::administration

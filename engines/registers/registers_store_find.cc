// Figures over the days in force, and what other engines ask.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "engines/registers/registers_rows.h"

namespace kepu::registers {

using base::refuse;
using base::Result;

namespace {

// Days in force, joined with their entries as x and e.
constexpr std::string_view kSpans =
    "from register_span x join register_entry e on e.tenant = x.tenant and e.id = x.entry where x.tenant = "
    ":tenant";
constexpr std::string_view kOnDay = " and x.first_day <= :day and x.last_day >= :day";

std::string spans_of(const CountQuery& q, bool on_a_day) {
  std::string out = std::string(kSpans) + " and x.type = :type";
  if (on_a_day) out += kOnDay;
  if (!q.kind.empty()) out += " and e.kind = :kind";
  if (q.homes) out += " and e.home in " + in_list(*q.homes);
  return out;
}

sql::Args args_of(const CountQuery& q) {
  sql::Args out = {{"tenant", q.tenant}, {"type", std::string_view(q.type)}};
  if (!q.kind.empty()) out.emplace_back("kind", std::string_view(q.kind));
  return out;
}

}  // namespace

std::vector<Entry> RegisterStore::in_force_on(const CountQuery& q, base::Date day, std::int64_t offset,
                                              std::int64_t limit) {
  const std::string iso = base::to_iso(day);
  return p_.db.read([&](sql::Session& s) {
    auto args = args_of(q);
    args.emplace_back("day", std::string_view(iso));
    args.emplace_back("limit", limit);
    args.emplace_back("offset", offset);
    return s.rows(fmt::format("select {} {} order by x.first_day desc, e.id desc limit :limit offset :offset",
                              prefixed(kEntryColumns, "e"), spans_of(q, true)),
                  args, [&](const sql::Row& r) { return entry_from(r, q.tenant, false); });
  });
}

std::int64_t RegisterStore::count_on(const CountQuery& q, base::Date day) {
  const std::string iso = base::to_iso(day);
  return p_.db.read([&](sql::Session& s) {
    auto args = args_of(q);
    args.emplace_back("day", std::string_view(iso));
    return s.integer("select count(distinct e.id) " + spans_of(q, true), args);
  });
}

std::map<Id, std::int64_t> RegisterStore::count_by_home(const CountQuery& q, base::Date day) {
  const std::string iso = base::to_iso(day);
  return p_.db.read([&](sql::Session& s) {
    auto args = args_of(q);
    args.emplace_back("day", std::string_view(iso));
    std::map<Id, std::int64_t> out;
    s.each("select e.home, count(distinct e.id) " + spans_of(q, true) + " group by e.home", args,
           [&](const sql::Row& r) { out[r.integer(0)] = r.integer(1); });
    return out;
  });
}

std::map<std::string, std::set<Id>> RegisterStore::homes_by_type(Id tenant, base::Date day) {
  const std::string iso = base::to_iso(day);
  return p_.db.read([&](sql::Session& s) {
    std::map<std::string, std::set<Id>> out;
    s.each(fmt::format("select distinct x.type, e.home {}{}", kSpans, kOnDay),
           {{"tenant", tenant}, {"day", std::string_view(iso)}},
           [&](const sql::Row& r) { out[r.text(0)].insert(r.integer(1)); });
    return out;
  });
}

std::map<std::string, std::int64_t> RegisterStore::count_by_kind(const CountQuery& q, base::Date day) {
  const std::string iso = base::to_iso(day);
  return p_.db.read([&](sql::Session& s) {
    auto args = args_of(q);
    args.emplace_back("day", std::string_view(iso));
    std::map<std::string, std::int64_t> out;
    s.each("select e.kind, count(distinct e.id) " + spans_of(q, true) + " group by e.kind", args,
           [&](const sql::Row& r) { out[r.text(0)] = r.integer(1); });
    return out;
  });
}

std::vector<Entry> RegisterStore::fresh_between(const CountQuery& q, base::Date from, base::Date to) {
  const std::string first = base::to_iso(from), last = base::to_iso(to);
  return p_.db.read([&](sql::Session& s) {
    auto args = args_of(q);
    args.emplace_back("first", std::string_view(first));
    args.emplace_back("last", std::string_view(last));
    return s.rows(
        fmt::format(
            "select {} {} and x.first_day >= :first and x.first_day <= :last and not exists (select 1 from "
            "register_span y where y.tenant = x.tenant and y.entry = x.entry and y.first_day < x.first_day) "
            "order by x.first_day desc, e.id desc",
            prefixed(kEntryColumns, "e"), spans_of(q, false)),
        args, [&](const sql::Row& r) { return entry_from(r, q.tenant, false); });
  });
}

std::int64_t RegisterStore::people_on(Id tenant, const std::optional<std::vector<Id>>& homes,
                                      base::Date day) {
  const std::string iso = base::to_iso(day);
  return p_.db.read([&](sql::Session& s) {
    return s.integer(
        "select count(distinct e.person) from register_span x join register_entry e on e.tenant = x.tenant "
        "and e.id = "
        "x.entry where x.tenant = :tenant and x.first_day <= :day and x.last_day >= :day and e.person <> 0" +
            (homes ? " and e.home in " + in_list(*homes) : std::string()),
        {{"tenant", tenant}, {"day", iso}});
  });
}

// ---------------------------------------------------------------- Registers

namespace {

int closeness_of(const auth::UnitTree& units, const Entry& e, Id area) {
  if (area == 0 || e.place == area) return 3;
  const auto* wanted = units.find(area);
  const Id township = wanted != nullptr && wanted->kind == auth::UnitKind::village ? wanted->parent : area;
  const auto serves = [&](Id id) {
    return std::find(e.serves.begin(), e.serves.end(), id) != e.serves.end();
  };
  if (e.place != 0 && units.is_within(e.place, township)) return 2;
  if (serves(area) || serves(township)) return 1;
  // Who names no townships and stands in none serves the whole county.
  return e.serves.empty() && e.place == 0 ? 0 : -1;
}

}  // namespace

std::vector<FoundTeam> RegisterStore::find_teams(Id tenant, const TeamQuery& q) {
  std::vector<FoundTeam> out;
  const auto all = types(tenant);
  const auto units = p_.directory.units(tenant);
  for (const auto& type : all->current) {
    if (q.type.empty() ? !type.serves : type.key != q.type) continue;
    EntryQuery wanted;
    wanted.type = type.key;
    wanted.limit = 10'000;
    const auto* skill = type.of_use(Use::skill);
    const auto* kind = type.of_use(Use::kind);
    const auto* time = type.of_use(Use::time);
    const auto offers = [](const TypeField* f, const std::string& value) {
      return f != nullptr && std::any_of(f->field.options.begin(), f->field.options.end(),
                                         [&](const form::Option& o) { return o.value == value; });
    };
    if (!q.skill.empty()) {
      const auto* by = offers(skill, q.skill) ? skill : offers(kind, q.skill) ? kind : nullptr;
      if (by == nullptr) continue;
      wanted.tags.emplace_back(by->field.name, q.skill);
    }
    if (!q.time.empty()) {
      if (!offers(time, q.time)) continue;
      wanted.tags.emplace_back(time->field.name, q.time);
    }
    wanted.state = State::in_force;
    for (const auto& e : entries(tenant, wanted).entries) {
      if (!in_force(e, today())) continue;
      FoundTeam team;
      team.closeness = closeness_of(*units, e, q.area);
      if (team.closeness < 0) continue;
      team.entry = e.id;
      team.type = type.key;
      team.type_title = type.title;
      team.number = e.number;
      team.name = e.name;
      team.unit = e.unit;
      team.place = e.place;
      team.person = e.person;
      team.serves = e.serves;
      if (skill != nullptr) team.skills = e.values.texts(skill->field.name);
      if (time != nullptr) team.times = e.values.texts(time->field.name);
      out.push_back(std::move(team));
    }
  }
  const std::string day = base::to_iso(today());
  std::map<Id, std::int64_t> sizes;
  p_.db.read([&](sql::Session& s) {
    s.each(
        "select parent, count(*) from register_entry where tenant = :tenant and parent <> 0 and state = "
        "'in_force' and "
        "(valid_until = '' or valid_until >= :day) group by parent",
        {{"tenant", tenant}, {"day", day}}, [&](const sql::Row& r) { sizes[r.integer(0)] = r.integer(1); });
  });
  for (auto& t : out) t.members = sizes[t.entry];
  std::stable_sort(out.begin(), out.end(), [](const FoundTeam& a, const FoundTeam& b) {
    if (a.closeness != b.closeness) return a.closeness > b.closeness;
    if (a.members != b.members) return a.members > b.members;
    return base::compare_pinyin(a.name, b.name) < 0;
  });
  if (static_cast<std::int64_t>(out.size()) > q.limit) out.resize(static_cast<std::size_t>(q.limit));
  return out;
}

std::vector<Entry> RegisterStore::members(Id tenant, Id entry) {
  EntryQuery q;
  q.parent = entry;
  q.state = State::in_force;
  q.limit = 2000;
  q.order_by = "e.pinyin, e.id";
  auto out = entries(tenant, q).entries;
  std::erase_if(out, [&](const Entry& e) { return !in_force(e, today()); });
  return out;
}

Holding RegisterStore::holding(Id tenant, std::string_view type, base::Date on) {
  Holding out;
  const auto known = this->type(tenant, type);
  out.title = known ? known->title : std::string(type);
  const std::string day = base::to_iso(on);
  p_.db.read([&](sql::Session& s) {
    s.each(
        "select distinct m.parent from register_entry m join register_entry c on c.tenant = m.tenant and "
        "c.person = "
        "m.person and c.type = :type and c.state = 'in_force' and c.valid_from <= :day and (c.valid_until = "
        "'' or "
        "c.valid_until >= :day) where m.tenant = :tenant and m.parent <> 0 and m.person <> 0 and m.state = "
        "'in_force' "
        "and m.valid_from <= :day and (m.valid_until = '' or m.valid_until >= :day) order by m.parent",
        {{"tenant", tenant}, {"type", type}, {"day", day}},
        [&](const sql::Row& r) { out.bodies.push_back(r.integer(0)); });
  });
  return out;
}

std::vector<std::pair<std::string, std::string>> RegisterStore::person_types(Id tenant) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& t : types(tenant)->current) {
    if (t.subject == Subject::person && t.active) out.emplace_back(t.key, t.title);
  }
  return out;
}

Result<PersonRecord> RegisterStore::record(Id tenant, Id id) {
  PersonRecord out;
  out.person = TRY(person(tenant, id));
  out.entries = entries_of(tenant, out.person.id);
  out.totals = totals_of(proofs(tenant, out.person.id));
  return out;
}

}  // namespace kepu::registers

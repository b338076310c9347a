#include <algorithm>

#include "core/auth/change.h"

namespace kepu::auth {
namespace {

std::string subject_of(Id person) { return fmt::format("person:{}", person); }

bool overlap(const StandIn& a, const StandIn& b) { return a.from <= b.until && b.from <= a.until; }

// Oneself, or whoever manages stand-ins over the unit and holds all that the principal holds: otherwise one
// could make oneself the deputy of anybody.
Done may_manage(Change& c, const Person& principal) {
  TRY(c.by.require("standin.manage", principal.unit, principal.id));
  if (c.by.person == principal.id && c.by.person != 0) return {};
  const auto held =
      reaches_of(store::grants(c.s, c.tenant(), principal.id, c.today), c.roles(), *c.tree, principal.unit);
  return must_cover(c.by, held, principal.unit, fmt::format("不能为“{}”设置代理", principal.name));
}

Result<Person> active_person(Change& c, Id id, const char* field) {
  const auto row = store::person(c.s, c.tenant(), id);
  if (!row || !row->person.active) {
    return base::refuse(base::Code::not_found, "auth.stand_in_person",
                        "没有找到这名人员，或其已停用，请重新选择", field);
  }
  return row->person;
}

Done dates_fit(const StandIn& s, const std::string& today) {
  const auto from = base::parse_date(s.from);
  const auto until = base::parse_date(s.until);
  const auto refuse = [](const char* message, const char* field) {
    return base::refuse(base::Code::invalid, "auth.stand_in_dates", message, field);
  };
  if (!from) return refuse("请填写开始日期", "from");
  if (!until) return refuse("请填写结束日期", "until");
  if (*until < *from) return refuse("结束日期不能早于开始日期", "until");
  if (s.from < today) return refuse("开始日期不能早于今天", "from");
  if (base::to_days(*until) - base::to_days(*from) > 366)
    return refuse("一次代理最长一年，请缩短期限", "until");
  return {};
}

Done no_overlap(Change& c, const StandIn& fresh) {
  for (const StandIn& s : store::stand_ins(c.s, c.tenant(), c.today)) {
    if (!overlap(s, fresh)) continue;
    const auto refuse = [&](const char* what) {
      return base::refuse(base::Code::conflict, "auth.stand_in_overlap",
                          fmt::format("{}（{}至{}），请调整日期或先结束原代理", what, s.from, s.until),
                          "from");
    };
    if (s.principal == fresh.principal) return refuse("被代理人在此期间已有代理人");
    if (s.deputy == fresh.principal) return refuse("被代理人在此期间正代理他人，不能再由别人代理");
    if (s.principal == fresh.deputy) return refuse("代理人在此期间已由别人代理，不能再代理他人");
  }
  return {};
}

}  // namespace

Result<std::vector<StandIn>> Directory::stand_ins(const Actor& by, Id person) {
  const std::string today = base::to_iso(parts_.clock.today());
  return parts_.db.read([&](sql::Session& s) -> Result<std::vector<StandIn>> {
    if (person != 0 && !store::person(s, by.tenant, person)) return no_such("人员");
    const auto visible = [&](Id id) {
      if (id == by.person) return true;
      const auto row = store::person(s, by.tenant, id);
      return row && by.may("person.read", row->person.unit, id);
    };
    std::vector<StandIn> out;
    for (StandIn& one : person == 0 ? store::stand_ins(s, by.tenant, today)
                                    : store::stand_ins_of(s, by.tenant, person, today)) {
      if (visible(one.principal) || visible(one.deputy)) out.push_back(std::move(one));
    }
    return out;
  });
}

Result<Id> Directory::add_stand_in(const Actor& by, StandIn asked) {
  return in_change(*this, by, [&](Change& c) -> Result<Id> {
    StandIn s = asked;
    const Person principal = TRY(active_person(c, s.principal, "principal"));
    TRY(may_manage(c, principal));
    if (s.principal == s.deputy) {
      return base::refuse(base::Code::invalid, "auth.stand_in_self", "代理人不能是本人，请另选一人",
                          "deputy");
    }
    const Person deputy = TRY(active_person(c, s.deputy, "deputy"));
    TRY(dates_fit(s, c.today));
    s.reason = TRY(text_field(s.reason, "代理原因", "reason", 2, 200));
    TRY(no_overlap(c, s));
    s.id = c.parts.ids.next();
    store::insert_stand_in(c.s, c.tenant(), s, c.stamp());
    c.note("standin.manage", principal.unit, "standin.add", subject_of(principal.id),
           fmt::format("{}至{}由{}代理{}，原因：{}", s.from, s.until, deputy.name, principal.name, s.reason));
    return s.id;
  });
}

Done Directory::end_stand_in(const Actor& by, Id id) {
  return run_change(by, [&](Change& c) -> Done {
    const auto s = store::stand_in(c.s, c.tenant(), id);
    if (!s || s->until < c.today) return no_such("代理");
    const auto principal = store::person(c.s, c.tenant(), s->principal);
    if (!principal) return no_such("人员");
    // A deputy may lay the office down.
    if (c.by.person == 0 || c.by.person != s->deputy) TRY(may_manage(c, principal->person));
    const std::string yesterday = base::to_iso(base::from_days(base::to_days(base::date_of(c.now)) - 1));
    if (s->from >= c.today) {
      store::delete_stand_in(c.s, c.tenant(), id);
    } else {
      store::set_stand_in_until(c.s, c.tenant(), id, yesterday);
    }
    c.note("standin.manage", principal->person.unit, "standin.end", subject_of(s->principal),
           fmt::format("提前结束对{}的代理（原定{}至{}）", principal->person.name, s->from, s->until));
    return {};
  });
}

}  // namespace kepu::auth

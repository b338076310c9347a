#include <algorithm>

#include "core/auth/change.h"

namespace kepu::auth {
namespace {

std::string subject_of(Id person) { return fmt::format("person:{}", person); }

// Acting for somebody else does not extend to handing out roles.
Done may_grant(Change& c, Id unit) {
  TRY(c.by.require("role.grant", unit));
  if (c.by.on_behalf_of("role.grant", unit) == 0) return {};
  return base::refuse(base::Code::forbidden, "auth.grant_as_deputy",
                      "代理期间不能授予或撤销角色，请由本人或系统管理员办理");
}

Result<Grant> checked_grant(Change& c, Grant grant) {
  if (!c.roles().find(grant.role)) {
    return base::refuse(base::Code::invalid, "auth.role", "没有这个角色，请重新选择", "role");
  }
  if (grant.scope != ScopeKind::listed) grant.units.clear();
  std::sort(grant.units.begin(), grant.units.end());
  grant.units.erase(std::unique(grant.units.begin(), grant.units.end()), grant.units.end());
  if (grant.scope == ScopeKind::listed && grant.units.empty()) {
    return base::refuse(base::Code::invalid, "auth.grant_units", "数据范围为“指定单位”时，请至少选一个单位",
                        "units");
  }
  for (Id unit : grant.units) {
    if (!c.tree->find(unit)) {
      return base::refuse(base::Code::not_found, "auth.grant_units", "没有找到所选的单位，请重新选择",
                          "units");
    }
  }
  if (!grant.until.empty() && (!base::parse_date(grant.until) || grant.until < c.today)) {
    return base::refuse(base::Code::invalid, "auth.grant_until", "截止日期应为今天或以后的日期，也可留空",
                        "until");
  }
  return grant;
}

bool same(const Grant& a, const Grant& b) {
  return a.role == b.role && a.scope == b.scope && a.units == b.units && a.until == b.until;
}

}  // namespace

namespace steps {

Result<Id> give(Change& c, Grant grant) {
  const auto row = store::person(c.s, c.tenant(), grant.person);
  if (!row) return no_such("人员");
  const Person& person = row->person;
  TRY(may_grant(c, person.unit));
  if (!person.active) {
    return base::refuse(base::Code::invalid, "auth.inactive", fmt::format("{}已停用，请先恢复", person.name));
  }
  grant = TRY(checked_grant(c, std::move(grant)));
  const std::string title = c.roles().find(grant.role)->title;
  TRY(must_cover(c.by, reaches_of({grant}, c.roles(), *c.tree, person.unit), person.unit,
                 fmt::format("不能授予“{}”", title)));
  for (const Grant& held : store::grants(c.s, c.tenant(), person.id, c.today)) {
    if (same(held, grant)) {
      return base::refuse(base::Code::conflict, "auth.grant_exists",
                          fmt::format("{}已有同样数据范围的“{}”角色", person.name, title), "role");
    }
  }
  grant.id = c.parts.ids.next();
  store::insert_grant(c.s, c.tenant(), grant, c.stamp());
  c.note("role.grant", person.unit, "role.grant", subject_of(person.id),
         fmt::format("授予{}“{}”角色，数据范围：{}{}", person.name, title, title_of(grant.scope),
                     grant.until.empty() ? "" : fmt::format("，至{}", grant.until)));
  return grant.id;
}

}  // namespace steps

Result<std::vector<Grant>> Directory::grants_of(const Actor& by, Id person) {
  const std::string today = base::to_iso(parts_.clock.today());
  return parts_.db.read([&](sql::Session& s) -> Result<std::vector<Grant>> {
    const auto row = store::person(s, by.tenant, person);
    if (!row) return no_such("人员");
    if (by.person == 0 || by.person != person) TRY(by.require("person.read", row->person.unit, person));
    return store::grants(s, by.tenant, person, today);
  });
}

Result<Id> Directory::give(const Actor& by, Grant grant) {
  return in_change(*this, by, [&](Change& c) { return steps::give(c, grant); });
}

Done Directory::end_grant(const Actor& by, Id id) {
  return run_change(by, [&](Change& c) -> Done {
    const auto grant = store::grant(c.s, c.tenant(), id);
    if (!grant) return no_such("授权");
    const auto row = store::person(c.s, c.tenant(), grant->person);
    if (!row) return no_such("人员");
    const Role* role = c.roles().find(grant->role);
    const std::string title = role ? role->title : grant->role;
    TRY(may_grant(c, row->person.unit));
    // Who could not give it may not take it away either.
    TRY(must_cover(c.by, reaches_of({*grant}, c.roles(), *c.tree, row->person.unit), row->person.unit,
                   fmt::format("不能撤销“{}”", title)));
    const bool had = steps::has_administrator(c);
    store::delete_grant(c.s, c.tenant(), id);
    TRY(steps::keep_administrator(c, had));
    c.note("role.grant", row->person.unit, "role.end", subject_of(grant->person),
           fmt::format("撤销{}的“{}”角色（{}）", row->person.name, title, title_of(grant->scope)));
    return {};
  });
}

}  // namespace kepu::auth

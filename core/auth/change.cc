#include "core/auth/change.h"

#include <algorithm>

#include "core/audit/audit.h"
#include "core/base/text.h"

namespace kepu::auth {
namespace {

bool covers(const Actor& by, const Actor::Reach& wanted, Id home) {
  const auto own = [&](auto&& fits) {
    return std::any_of(by.reaches.begin(), by.reaches.end(), [&](const Actor::Reach& r) {
      return r.right == wanted.right && r.on_behalf_of == 0 && fits(r);
    });
  };
  if (own([](const Actor::Reach& r) { return r.everything; })) return true;
  if (wanted.everything) return false;
  const auto holds = [&](Id unit) {
    return own(
        [&](const Actor::Reach& r) { return std::binary_search(r.units.begin(), r.units.end(), unit); });
  };
  if (wanted.own_only) return holds(home);
  return std::all_of(wanted.units.begin(), wanted.units.end(), holds);
}

}  // namespace

std::string Change::unit_name(Id unit) const {
  const Unit* found = tree->find(unit);
  return found ? found->name : std::string();
}

void Change::note(std::string_view right, Id unit, std::string action, std::string subject,
                  std::string summary) const {
  audit::Entry entry;
  entry.at = now;
  entry.person = by.person;
  entry.person_name = by.name;
  entry.on_behalf_of = by.on_behalf_of(right, unit);
  entry.unit_name = by.unit_name;
  entry.action = std::move(action);
  entry.subject = std::move(subject);
  entry.summary = std::move(summary);
  entry.remote = by.remote;
  audit::append(s, by.tenant, std::move(entry));
}

Actor::Reach resolve(const Grant& grant, const UnitTree& tree, Id home) {
  Actor::Reach out;
  switch (grant.scope) {
    case ScopeKind::tenant:
      out.everything = true;
      break;
    case ScopeKind::unit:
      out.units = {home};
      break;
    case ScopeKind::subtree:
      out.units = tree.below(home);
      break;
    case ScopeKind::listed:
      out.units = grant.units;
      break;
    case ScopeKind::own:
      out.own_only = true;
      break;
  }
  std::sort(out.units.begin(), out.units.end());
  return out;
}

std::vector<Actor::Reach> reaches_of(const std::vector<Grant>& grants, const Roles& roles,
                                     const UnitTree& tree, Id home, Id on_behalf_of) {
  std::vector<Actor::Reach> out;
  for (const Grant& grant : grants) {
    const Role* role = roles.find(grant.role);
    if (!role) continue;  // a role that was dropped from the catalogue gives nothing
    Actor::Reach reach = resolve(grant, tree, home);
    reach.on_behalf_of = on_behalf_of;
    for (const std::string& right : role->rights) {
      reach.right = right;
      out.push_back(reach);
    }
  }
  return out;
}

Done must_cover(const Actor& by, const std::vector<Actor::Reach>& wanted, Id home, const std::string& what) {
  for (const Actor::Reach& reach : wanted) {
    if (covers(by, reach, home)) continue;
    return base::refuse(
        base::Code::forbidden, "auth.elevation",
        fmt::format("{}：其中“{}”的权限或数据范围超出您本人所有（代理所得不计）。请由权限更高的管理员办理",
                    what, by.roles ? by.roles->title_of_right(reach.right) : reach.right));
  }
  return {};
}

tl::unexpected<base::Error> changed_meanwhile(const std::optional<store::Stamp>& stamp,
                                              std::string_view what) {
  if (!stamp) return no_such(what);
  return base::refuse(base::Code::conflict, "auth.changed_meanwhile",
                      fmt::format("这个{}已于 {} 由{}修改，您看到的不是最新内容。请刷新页面后重新修改", what,
                                  base::to_local(stamp->at), stamp->by));
}

tl::unexpected<base::Error> no_such(std::string_view what) {
  return base::refuse(base::Code::not_found, "auth.not_found",
                      fmt::format("没有找到这个{}，可能已被删除。请返回列表重新选择", what));
}

Result<std::string> text_field(std::string_view typed, std::string_view title, std::string field,
                               std::size_t least, std::size_t most) {
  const std::string text = base::squeeze(base::valid_utf8(typed));
  const std::size_t length = base::length(text);
  if (length < least) {
    return base::refuse(
        base::Code::invalid, "auth.field",
        length == 0 ? fmt::format("请填写{}", title) : fmt::format("{}至少{}个字", title, least),
        std::move(field));
  }
  if (length > most) {
    return base::refuse(base::Code::invalid, "auth.field",
                        fmt::format("{}最多{}个字，现有{}个字", title, most, length), std::move(field));
  }
  if (std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; })) {
    return base::refuse(base::Code::invalid, "auth.field", fmt::format("{}含有不能使用的控制字符", title),
                        std::move(field));
  }
  return text;
}

namespace steps {

bool has_administrator(Change& c) {
  for (const Grant& grant : store::grants(c.s, c.tenant(), 0, c.today)) {
    if (grant.scope != ScopeKind::tenant || !grant.until.empty() ||
        !c.roles().has(grant.role, "role.grant") || !c.roles().has(grant.role, "person.manage")) {
      continue;
    }
    const auto account = store::account_of_person(c.s, c.tenant(), grant.person);
    if (account && account->person_active && !account->account.disabled) return true;
  }
  return false;
}

Done keep_administrator(Change& c, bool had_one) {
  if (!had_one || has_administrator(c)) return {};
  return base::refuse(
      base::Code::invalid, "auth.last_administrator",
      "这是最后一名能授予角色的管理员，停用或撤销后将无人能管理系统。请先把管理员角色授予另一人");
}

}  // namespace steps
}  // namespace kepu::auth

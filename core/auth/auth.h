// Who is who and who may what: organisations (a tree), people, accounts, roles × data scope, sessions, second
// factor. Rights are decided here and nowhere else: Actor::may(). Every row bears its tenant; nothing here
// reads across tenants.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/id.h"
#include "core/base/result.h"
#include "core/base/time.h"

namespace kepu::sql {
class Database;
class Session;
struct Migration;
}  // namespace kepu::sql

namespace kepu::auth {

using base::Id;

struct Tenant {  // 地区实例
  Id id = 0;
  std::string code;         // short name in addresses: [a-z0-9-]{2,32}
  std::string name;         // 岚江县
  std::string area_code;    // 12-digit statistical division code, or empty
  std::string parent_name;  // the superior area's name, or empty
};

enum class UnitKind { county, department, township, village, other };  // 县级 部门 乡镇街道 村社区 其他
std::string_view to_text(UnitKind kind);                               // "county" …
std::string_view title_of(UnitKind kind);                              // 县级 …
std::optional<UnitKind> parse_unit_kind(std::string_view text);  // accepts both

struct Unit {  // 单位
  Id id = 0;
  Id parent = 0;  // 0: the root
  UnitKind kind = UnitKind::department;
  std::string name;        // 县农业农村局
  std::string short_name;  // for narrow columns: 农业农村局
  std::string area_code;
  std::string system;  // 党委 政府 群团 事业 企业 学校 …, free text, may be empty
  int position = 0;    // order among siblings
  bool active = true;
  std::int64_t revision = 0;  // rises with every change: an edit names the one it started from
};

// The tree of one tenant, loaded whole (some hundreds of units). Immutable; share it.
class UnitTree {
 public:
  explicit UnitTree(std::vector<Unit> units);
  const std::vector<Unit>& all() const {
    return units_;
  }  // parents before children, siblings by position then pinyin
  const Unit* find(Id id) const;
  const Unit* find_by_name(std::string_view name) const;  // full or short name, by wording
  std::vector<Id> below(Id root) const;                   // with root itself
  bool is_within(Id unit, Id root) const;
  std::vector<const Unit*> of_kind(UnitKind kind) const;  // active ones
  std::vector<const Unit*> children(Id parent) const;
  Id root() const;

 private:
  std::vector<Unit> units_;
  std::vector<std::pair<Id, std::size_t>> by_id_;  // sorted by id → index into units_
  std::vector<std::size_t> end_;                   // units_[i]'s subtree is [i, end_[i])
};

// 数据范围 of a grant.
enum class ScopeKind { tenant, unit, subtree, listed, own };  // 全县 本单位 本单位及下级 指定单位 仅本人
std::string_view to_text(ScopeKind kind);
std::string_view title_of(ScopeKind kind);
std::optional<ScopeKind> parse_scope_kind(std::string_view text);  // accepts both

struct Role {         // from catalog/roles.toml
  std::string id;     // "office_clerk"
  std::string title;  // 科协经办
  std::string purpose;
  ScopeKind scope = ScopeKind::unit;  // proposed when the role is granted
  std::vector<std::string> rights;    // "plan.edit"
};

struct Right {             // declared by kits and engines
  std::string_view id;     // "plan.adopt"
  std::string_view title;  // 采纳方案
};

struct Grant {
  Id id = 0;
  Id person = 0;
  std::string role;
  ScopeKind scope = ScopeKind::unit;
  std::vector<Id> units;  // for listed
  std::string until;      // ISO date, inclusive; empty: open
};

struct Person {  // 人员
  Id id = 0;
  Id unit = 0;
  std::string name;
  std::string post;  // 职务
  std::string
      phone;  // plain here, encrypted in the database; shown masked unless the right person.contact is held
  std::string email;
  bool active = true;
  std::string login;  // of the account; empty: cannot sign in
  bool second_factor = false;
  base::Millis last_sign_in = 0;
  std::int64_t revision = 0;
};

struct StandIn {  // 代理: `deputy` acts with the grants of `principal` until the end date
  Id id = 0;
  Id principal = 0, deputy = 0;
  std::string from, until;  // ISO dates, inclusive
  std::string reason;
};

class Roles;

// Who acts in a request. Rights come from the own grants and from those of the people one stands in for
// today.
class Actor {
 public:
  struct Reach {  // one right's data scope, resolved
    std::string right;
    bool everything = false;  // the whole tenant
    bool own_only = false;    // only what belongs to the person
    std::vector<Id> units;    // sorted
    Id on_behalf_of = 0;      // the principal where it comes from standing in
  };
  Id tenant = 0;
  Id person = 0;  // 0: nobody is signed in
  Id account = 0;
  Id unit = 0;
  std::string name, unit_name;
  std::string login;
  std::vector<Reach> reaches;
  std::string remote;                  // the client's address, for the audit log
  std::shared_ptr<const Roles> roles;  // for the wording of refusals; may be empty

  bool signed_in() const { return person != 0; }
  // Has the right at all, over some scope.
  bool may(std::string_view right) const;
  // Has the right over this unit. `owner`: the person the thing belongs to, for scope "own".
  bool may(std::string_view right, Id unit, Id owner = 0) const;
  bool may_everywhere(std::string_view right) const;
  // The units over which the right holds; none: the whole tenant.
  std::optional<std::vector<Id>> units_of(std::string_view right) const;
  // For whom one acts when using the right (0: for oneself).
  Id on_behalf_of(std::string_view right, Id unit) const;
  // The refusal that pages and API show: unauthenticated or forbidden, naming the right's title and who can
  // grant it.
  base::Done require(std::string_view right) const;
  base::Done require(std::string_view right, Id unit, Id owner = 0) const;
};

}  // namespace kepu::auth

#include <algorithm>
#include <array>

#include "core/auth/auth.h"
#include "core/auth/roles.h"
#include "core/base/text.h"

namespace kepu::auth {
namespace {

struct ScopeName {
  std::string_view text, title;
};
constexpr std::array<ScopeName, 5> kScopes = {{{"tenant", "全县"},
                                               {"unit", "本单位"},
                                               {"subtree", "本单位及下级"},
                                               {"listed", "指定单位"},
                                               {"own", "仅本人"}}};

bool reaches_unit(const Actor::Reach& reach, Id self, Id unit, Id owner) {
  if (reach.everything) return true;
  if (reach.own_only) return owner != 0 && owner == (reach.on_behalf_of != 0 ? reach.on_behalf_of : self);
  return std::binary_search(reach.units.begin(), reach.units.end(), unit);
}

}  // namespace

std::string_view to_text(ScopeKind kind) { return kScopes[static_cast<std::size_t>(kind)].text; }
std::string_view title_of(ScopeKind kind) { return kScopes[static_cast<std::size_t>(kind)].title; }

std::optional<ScopeKind> parse_scope_kind(std::string_view text) {
  const std::string word = base::wording(text);
  for (std::size_t i = 0; i < kScopes.size(); ++i) {
    if (word == kScopes[i].text || word == kScopes[i].title) return static_cast<ScopeKind>(i);
  }
  return std::nullopt;
}

bool Actor::may(std::string_view right) const {
  return std::any_of(reaches.begin(), reaches.end(), [&](const Reach& r) {
    return r.right == right && (r.everything || r.own_only || !r.units.empty());
  });
}

bool Actor::may(std::string_view right, Id at, Id owner) const {
  return std::any_of(reaches.begin(), reaches.end(),
                     [&](const Reach& r) { return r.right == right && reaches_unit(r, person, at, owner); });
}

bool Actor::may_everywhere(std::string_view right) const {
  return std::any_of(reaches.begin(), reaches.end(),
                     [&](const Reach& r) { return r.right == right && r.everything; });
}

std::optional<std::vector<Id>> Actor::units_of(std::string_view right) const {
  std::vector<Id> out;
  for (const Reach& r : reaches) {
    if (r.right != right) continue;
    if (r.everything) return std::nullopt;
    out.insert(out.end(), r.units.begin(), r.units.end());
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Id Actor::on_behalf_of(std::string_view right, Id at) const {
  Id principal = 0;
  for (const Reach& r : reaches) {
    // Without a unit, any reach of the right counts.
    if (r.right != right || (at != 0 && !reaches_unit(r, person, at, person))) continue;
    if (r.on_behalf_of == 0) return 0;
    if (principal == 0) principal = r.on_behalf_of;
  }
  return principal;
}

base::Done Actor::require(std::string_view right) const {
  if (may(right)) return {};
  if (!signed_in()) return base::refuse(base::Code::unauthenticated, "auth.sign_in", "请先登录");
  return base::refuse(base::Code::forbidden, "auth.right",
                      fmt::format("您没有“{}”的权限。如工作需要，请联系本单位负责人或系统管理员授予相应角色",
                                  roles ? roles->title_of_right(right) : std::string(right)));
}

base::Done Actor::require(std::string_view right, Id at, Id owner) const {
  if (may(right, at, owner)) return {};
  if (!may(right)) return require(right);
  return base::refuse(
      base::Code::forbidden, "auth.scope",
      fmt::format(
          "您有“{}”的权限，但数据范围不包括这个单位或这条记录。如工作需要，请联系系统管理员调整数据范围",
          roles ? roles->title_of_right(right) : std::string(right)));
}

}  // namespace kepu::auth

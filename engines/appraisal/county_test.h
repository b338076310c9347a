// Two counties with units and the people of an appraisal, for the tests of the store and the pages.
#pragma once

#include "core/auth/testing.h"
#include "core/notify/notify.h"
#include "engines/appraisal/appraisal_store.h"
#include "engines/appraisal/sample_test.h"
#include "engines/reports/reports.h"

namespace kepu::appraisal::testing {

using auth::testing::must;

inline constexpr std::string_view kRoles = R"(
[[role]]
id = "administrator"
title = "系统管理员"
purpose = "全部"
scope = "tenant"
rights = ["*"]
[[role]]
id = "office"
title = "考核组织"
purpose = "组织考核"
scope = "tenant"
rights = ["plan.read", "appraisal.read", "appraisal.edit", "appraisal.manage", "appraisal.review"]
[[role]]
id = "unit"
title = "被考核单位"
purpose = "自评"
scope = "unit"
rights = ["plan.read", "appraisal.read", "appraisal.self"]
[[role]]
id = "assessor"
title = "评委"
purpose = "评分"
scope = "tenant"
rights = ["plan.read", "appraisal.read", "appraisal.assess"]
)";

inline std::vector<sql::Migration> steps() {
  std::vector<sql::Migration> all = notify::migrations();
  all.insert(all.end(), migrations().begin(), migrations().end());
  all.insert(all.end(), reports::migrations().begin(), reports::migrations().end());
  return all;
}

struct People {
  // In a world with kRoles.
  explicit People(auth::testing::World& shared)
      : world(shared), lan(world, "lan", "岚江县"), yun(world, "yun", "云溪县") {
    sql::migrate(world.db, [] {
      auto all = audit::migrations();
      for (const auto& step : auth::migrations()) all.push_back(step);
      for (const auto& step : steps()) all.push_back(step);
      return all;
    }());
    education = lan.unit("县教育局");
    health = lan.unit("县卫健局");
    town = lan.unit("柳溪镇", 0, auth::UnitKind::township);
    association = lan.unit("县科协");
    foreign = yun.unit("云溪县教育局");
    office = lan.actor("office", association, auth::ScopeKind::tenant);
    second = lan.actor("office", lan.root, auth::ScopeKind::tenant);
    of_education = lan.actor("unit", education, auth::ScopeKind::unit);
    of_health = lan.actor("unit", health, auth::ScopeKind::unit);
    expert1 = lan.actor("assessor", association, auth::ScopeKind::tenant);
    expert2 = lan.actor("assessor", health, auth::ScopeKind::tenant);
    expert3 = lan.actor("assessor", lan.root, auth::ScopeKind::tenant);
    stranger = yun.actor("administrator", yun.root, auth::ScopeKind::tenant);
  }
  Table rules() const {
    Table t = table();
    t.groups[0].except = {"县科协"};
    return t;
  }

  auth::testing::World& world;
  auth::testing::County lan, yun;
  Id education, health, town, association, foreign;
  auth::Actor office, second, of_education, of_health, expert1, expert2, expert3, stranger;
};

}  // namespace kepu::appraisal::testing

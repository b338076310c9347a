// For tests of the store (and of the pages: the roles): two counties, and people who apply, check and
// approve.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "core/auth/testing.h"
#include "core/notify/notify.h"
#include "core/sql/testing.h"
#include "engines/registers/registers_store.h"

namespace kepu::registers {

using auth::ScopeKind;
using auth::UnitKind;
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
title = "科协经办"
purpose = "办理"
scope = "tenant"
rights = ["register.read", "register.apply", "register.review", "register.manage"]
[[role]]
id = "town"
title = "乡镇"
purpose = "审核"
scope = "subtree"
rights = ["register.read", "register.apply", "register.review", "register.manage"]
[[role]]
id = "liaison"
title = "联络员"
purpose = "申报"
scope = "unit"
rights = ["register.read", "register.apply"]
[[role]]
id = "person"
title = "本人"
purpose = "申请"
scope = "own"
rights = ["register.read", "register.apply"]
[[role]]
id = "expert"
title = "科普专家"
purpose = "讲座"
scope = "own"
rights = ["register.read", "plan.read"]
[[role]]
id = "nobody"
title = "无关"
purpose = "无关"
scope = "tenant"
rights = ["plan.read"]
)";

inline std::string catalog() {
  std::ifstream in("catalog/registers.toml");
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}
inline std::vector<Type> shipped() { return must(parse_types(catalog(), "catalog/registers.toml")); }

class RegisterStoreTest : public sql::testing::EngineTest {
 protected:
  void prepare(sql::Database& database) override {
    world = std::make_unique<auth::testing::World>(database, kRoles);
    std::vector<sql::Migration> steps = notify::migrations();
    steps.insert(steps.end(), migrations().begin(), migrations().end());
    sql::migrate(database, steps);
    signer = std::make_unique<auth::Signer>(auth::MasterKey{});
    lan = std::make_unique<auth::testing::County>(*world, "lan", "岚江县");
    yun = std::make_unique<auth::testing::County>(*world, "yun", "云溪县");
    store = std::make_unique<RegisterStore>(RegisterStore::Parts{
        world->db, world->clock, world->ids, world->directory, world->cipher, *signer, shipped()});
    willow = lan->unit("柳溪镇", 0, UnitKind::township);
    egret = lan->unit("白鹭镇", 0, UnitKind::township);
    village = lan->unit("大坪村", willow, UnitKind::village);
    hospital = lan->unit("县人民医院");
    office = lan->actor("office", lan->root, ScopeKind::tenant);
    town = lan->actor("town", willow, ScopeKind::subtree);
    neighbour = lan->actor("town", egret, ScopeKind::subtree);
    liaison = lan->actor("liaison", hospital, ScopeKind::unit);
    expert = lan->actor("person", hospital, ScopeKind::own);
    stranger = yun->actor("office", yun->root, ScopeKind::tenant);
  }
  void TearDown() override {
    store.reset();
    lan.reset();
    yun.reset();
    world.reset();
    EngineTest::TearDown();
  }

  static By by(const auth::Actor& actor) { return {actor, "test"}; }
  Application informant(const std::string& name, const std::string& phone, Id place = 0) {
    Application a;
    a.entry.type = "informant";
    a.entry.name = name;
    a.entry.unit = willow;
    a.entry.place = place == 0 ? village : place;
    a.entry.values.set("identity", "教师");
    a.phone = phone;
    a.consent = true;
    return a;
  }
  Application expert_of(const std::string& name, const std::string& phone) {
    Application a;
    a.entry.type = "expert";
    a.entry.name = name;
    a.entry.unit = hospital;
    a.entry.values.set("field", "医疗卫生");
    a.entry.values.add("skills", "慢病防治");
    a.entry.values.add("skills", "急救自救");
    a.entry.values.set("employer", "县人民医院");
    a.entry.values.set("email", "someone@example.invalid");
    a.phone = phone;
    a.consent = true;
    return a;
  }
  base::Done act(const auth::Actor& actor, Id id, Action action, const std::string& text = "原因") {
    Act wanted;
    wanted.action = action;
    wanted.revision = must(store->entry(lan->tenant, id)).revision;
    wanted.text = text;
    return store->act(by(actor), id, wanted);
  }
  State state(Id id) { return must(store->entry(lan->tenant, id)).state; }
  Id published(const Application& a, const auth::Actor& applicant, const auth::Actor& decider) {
    const Id id = must(store->apply(by(applicant), a, true));
    for (const auto step : {Action::check, Action::approve, Action::publish}) must(act(decider, id, step));
    return id;
  }
  void later(int days) { world->clock.set(world->clock.now() + days * 24LL * 3'600'000); }

  std::unique_ptr<auth::testing::World> world;
  std::unique_ptr<auth::testing::County> lan, yun;
  std::unique_ptr<auth::Signer> signer;
  std::unique_ptr<RegisterStore> store;
  Id willow = 0, egret = 0, village = 0, hospital = 0;
  auth::Actor office, town, neighbour, liaison, expert, stranger;
};

}  // namespace kepu::registers

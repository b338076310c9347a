#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "core/auth/auth.h"
#include "core/auth/change.h"

namespace kepu::auth {
namespace {

std::vector<Unit> random_units(std::mt19937& random, int count) {
  std::vector<Unit> out;
  for (int i = 1; i <= count; ++i) {
    Unit u;
    u.id = i * 10;
    u.parent = i == 1 ? 0 : 10 * std::uniform_int_distribution<int>(1, i - 1)(random);
    u.name = "单位" + std::to_string(i);
    u.position = std::uniform_int_distribution<int>(0, 3)(random);
    out.push_back(u);
  }
  std::shuffle(out.begin(), out.end(), random);
  return out;
}

// By walking up, without the tree's own order.
bool within(const std::map<Id, Id>& parent, Id unit, Id root) {
  for (Id at = unit; at != 0; at = parent.at(at)) {
    if (at == root) return true;
  }
  return false;
}

class ActorOnRandomTrees : public ::testing::TestWithParam<unsigned> {};

TEST_P(ActorOnRandomTrees, EveryScopeAgreesWithBruteForce) {
  std::mt19937 random(GetParam());
  const auto units = random_units(random, 40);
  const UnitTree tree(units);
  std::map<Id, Id> parent;
  for (const Unit& u : units) parent[u.id] = u.parent;
  const auto pick = [&] {
    return units[std::uniform_int_distribution<std::size_t>(0, units.size() - 1)(random)].id;
  };
  for (int round = 0; round < 40; ++round) {
    const Id home = pick();
    const auto scope = static_cast<ScopeKind>(std::uniform_int_distribution<int>(0, 4)(random));
    const Grant grant{1, 5, "r", scope, {pick(), pick(), pick()}, ""};
    Actor actor;
    actor.person = 5;
    const bool deputy = round % 4 == 0;
    auto reach = resolve(grant, tree, home);
    reach.right = "plan.edit";
    reach.on_behalf_of = deputy ? 6 : 0;
    actor.reaches = {reach};
    const Id self = deputy ? 6 : 5;
    std::vector<Id> expected_units;
    for (const Unit& u : units) {
      for (const Id owner : {Id{0}, Id{5}, Id{6}, Id{7}}) {
        bool expected = false;
        switch (scope) {
          case ScopeKind::tenant:
            expected = true;
            break;
          case ScopeKind::unit:
            expected = u.id == home;
            break;
          case ScopeKind::subtree:
            expected = within(parent, u.id, home);
            break;
          case ScopeKind::listed:
            expected = std::find(grant.units.begin(), grant.units.end(), u.id) != grant.units.end();
            break;
          case ScopeKind::own:
            expected = owner == self;
            break;
        }
        ASSERT_EQ(actor.may("plan.edit", u.id, owner), expected)
            << to_text(scope) << " " << u.id << " " << owner;
        ASSERT_EQ(static_cast<bool>(actor.require("plan.edit", u.id, owner)), expected);
        ASSERT_FALSE(actor.may("plan.adopt", u.id, owner));
        if (owner == 0 && expected) expected_units.push_back(u.id);
        if (expected && owner == 0) {
          ASSERT_EQ(actor.on_behalf_of("plan.edit", u.id), deputy ? 6 : 0);
        }
      }
    }
    std::sort(expected_units.begin(), expected_units.end());
    const auto reached = actor.units_of("plan.edit");
    ASSERT_EQ(reached.has_value(), scope != ScopeKind::tenant);
    if (reached) {
      ASSERT_EQ(*reached, expected_units);
    }
    ASSERT_EQ(actor.may_everywhere("plan.edit"), scope == ScopeKind::tenant);
  }
}

TEST_P(ActorOnRandomTrees, TreeKeepsParentsBeforeChildrenAndSiblingsInOrder) {
  std::mt19937 random(GetParam());
  const auto units = random_units(random, 60);
  const UnitTree tree(units);
  ASSERT_EQ(tree.all().size(), units.size());
  std::map<Id, Id> parent;
  std::set<Id> seen;
  std::map<Id, int> last_position;
  for (const Unit& u : units) parent[u.id] = u.parent;
  for (const Unit& u : tree.all()) {
    ASSERT_TRUE(u.parent == 0 || seen.count(u.parent) != 0);
    seen.insert(u.id);
    const auto last = last_position.find(u.parent);
    ASSERT_TRUE(last == last_position.end() || last->second <= u.position);
    last_position[u.parent] = u.position;
  }
  for (const Unit& a : units) {
    std::set<Id> expected;
    for (const Unit& b : units) {
      ASSERT_EQ(tree.is_within(b.id, a.id), within(parent, b.id, a.id));
      if (within(parent, b.id, a.id)) expected.insert(b.id);
    }
    const auto below = tree.below(a.id);
    ASSERT_EQ(std::set<Id>(below.begin(), below.end()), expected);
    ASSERT_EQ(below.front(), a.id);
  }
  EXPECT_EQ(tree.root(), 10);
  EXPECT_FALSE(tree.find(11));
  EXPECT_FALSE(tree.is_within(11, 10));
}

INSTANTIATE_TEST_SUITE_P(Seeds, ActorOnRandomTrees, ::testing::Range(1u, 13u));

TEST(UnitTree, UnitsOfACircleOrWithoutSuperiorNeitherHangNorCrash) {
  Unit a, b, c;
  a.id = 1, a.parent = 99, a.name = "甲";
  b.id = 2, b.parent = 3, b.name = "乙";
  c.id = 3, c.parent = 2, c.name = "丙";
  const UnitTree tree({a, b, c});
  EXPECT_EQ(tree.all().size(), 1u);
  EXPECT_EQ(tree.root(), 1);
  EXPECT_EQ(UnitTree({}).root(), 0);
}

TEST(UnitTree, FoundByFullNameBeforeShortName) {
  Unit a, b;
  a.id = 1, a.name = "县农业农村局", a.short_name = "农业农村局";
  b.id = 2, b.name = "农业农村局", b.parent = 1;
  const UnitTree tree({a, b});
  EXPECT_EQ(tree.find_by_name(" 县农业农村局 ")->id, 1);
  EXPECT_EQ(tree.find_by_name("农业农村局")->id, 2);
  EXPECT_FALSE(tree.find_by_name("（）"));
}

TEST(Actor, RefusalsTellSignInFromRightFromScope) {
  Actor nobody;
  EXPECT_EQ(nobody.require("plan.edit").error().code, base::Code::unauthenticated);
  Actor someone;
  someone.person = 1;
  EXPECT_EQ(someone.require("plan.edit").error().rule, "auth.right");
  someone.reaches = {{"plan.edit", false, false, {4}, 0}};
  EXPECT_TRUE(someone.require("plan.edit"));
  EXPECT_EQ(someone.require("plan.edit", 5).error().rule, "auth.scope");
  someone.reaches = {{"plan.edit", false, false, {}, 0}};
  EXPECT_FALSE(someone.may("plan.edit"));
}

TEST(Actor, OwnReachGoesBeforeStandingIn) {
  Actor actor;
  actor.person = 1;
  actor.reaches = {{"plan.edit", false, false, {4, 5}, 9}, {"plan.edit", false, false, {4}, 0}};
  EXPECT_EQ(actor.on_behalf_of("plan.edit", 4), 0);
  EXPECT_EQ(actor.on_behalf_of("plan.edit", 5), 9);
  EXPECT_EQ(actor.units_of("plan.edit"), (std::vector<Id>{4, 5}));
}

}  // namespace
}  // namespace kepu::auth

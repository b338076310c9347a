#include "engines/orders/unmet_store.h"

#include <algorithm>
#include <map>
#include <random>

#include "core/audit/audit.h"
#include "engines/orders/testing.h"

namespace kepu::orders {
namespace {

using auth::testing::must;

class UnmetStoreTest : public testing::OrdersTest {
 protected:
  void prepare(sql::Database& database) override {
    OrdersTest::prepare(database);
    unmet = std::make_unique<UnmetStore>(*store);
  }
  void wait(int hours) { world->clock.set(world->clock.now() + static_cast<Millis>(hours) * 3'600'000); }
  UnmetQuery query() {
    UnmetQuery q;
    q.from = {2026, 1, 1};
    q.to = {2026, 12, 31};
    return q;
  }
  std::map<Id, Unmet> found(const UnmetQuery& q) {
    std::map<Id, Unmet> out;
    for (const auto& n : unmet->needs(lan->tenant, q)) EXPECT_TRUE(out.emplace(n.order, n.why).second);
    return out;
  }
  Id free_text(const std::string& title) {
    Request r = request(0);
    r.title = title;
    return place(r);
  }
  std::unique_ptr<UnmetStore> unmet;
};
KEPU_STORE_TEST_SUITE(UnmetStoreTest);

TEST_P(UnmetStoreTest, EachWayOfComingToNothing_IsFound_AndNoOther) {
  const Id refused = place(request()), own = free_text("无人机怎么考证"), late = place(request(2)),
           gone = place(request(3)), in_time = place(request(4)), served_one = served();
  must(act(town, refused, Action::refuse, with("没有队伍")));
  must(act(town, own, Action::refuse, with("没有这项服务")));
  must(act(town, in_time, Action::cancel, with("下雨改期")));
  EXPECT_EQ(found(query()), (std::map<Id, Unmet>{{refused, Unmet::no_supply}, {own, Unmet::no_service}}));
  wait(24 * 14);
  must(act(town, gone, Action::cancel, with("等了两周没人来")));
  must(act(town, served_one, Action::confirm, with("好", 5)));
  const std::map<Id, Unmet> all = {
      {refused, Unmet::no_supply}, {own, Unmet::no_service}, {late, Unmet::late}, {gone, Unmet::nobody_came}};
  EXPECT_EQ(found(query()), all);
  for (const Unmet why : kCountedUnmet) {
    auto q = query();
    q.why = why;
    const auto some = found(q);
    EXPECT_EQ(some.size(), 1U);
    for (const auto& [id, is] : some) EXPECT_EQ(is, all.at(id));
  }
  // A late one that a team takes at last is met.
  must(act(town, late, Action::dispatch));
  Act claim;
  must(act(boss, late, Action::claim, claim));
  must(act(boss, late, Action::accept, team()));
  EXPECT_EQ(found(query()).count(late), 0U);
}

TEST_P(UnmetStoreTest, Filters_AreThoseOfThePlainQuery) {
  std::mt19937 random(11);
  std::vector<Id> all;
  for (int i = 0; i < 40; ++i) {
    Request r = request(random() % 3 == 0 ? 0 : 1 + static_cast<int>(random() % 6));
    if (r.service == 0) r.title = random() % 2 == 0 ? "无人机怎么考证" : "果树冬季修剪";
    r.area = random() % 2 == 0 ? village : egret;
    r.days = {base::from_days(base::to_days(store->today()) + 10 + static_cast<int>(random() % 20))};
    r.guardian = "带队老师";
    if (const auto placed = store->place({nobody, ""}, r)) all.push_back(placed->id);
    wait(static_cast<int>(random() % 40));
    if (random() % 2 == 0) (void)act(boss, all[random() % all.size()], Action::refuse, with("没有"));
    if (random() % 4 == 0) (void)act(boss, all[random() % all.size()], Action::cancel, with("不等了"));
    if (random() % 3 == 0) (void)act(boss, all[random() % all.size()], Action::dispatch);
  }
  const auto whole = unmet->needs(lan->tenant, query());
  ASSERT_GT(whole.size(), 10U);
  EXPECT_TRUE(
      std::is_sorted(whole.begin(), whole.end(), [](const auto& a, const auto& b) { return a.at > b.at; }));
  for (int i = 0; i < 60; ++i) {
    auto q = query();
    if (random() % 3 == 0) q.township = random() % 2 == 0 ? willow : egret;
    if (random() % 3 == 0) q.kind = "health";
    if (random() % 3 == 0) q.service = random() % 2 == 0 ? 0 : 1 + static_cast<Id>(random() % 6);
    if (random() % 4 == 0) q.units = {village};
    if (random() % 4 == 0) q.units = {willow}, q.townships = true;
    if (random() % 4 == 0) q.from = {2026, 3, 10};
    if (random() % 4 == 0) q.words = "无人";
    std::vector<Id> right, got;
    for (const auto& n : whole) {
      const Order o = now_is(n.order);
      const bool mine = q.units.empty() || o.community == q.units[0] || o.department == q.units[0] ||
                        (q.townships && o.township == q.units[0]);
      if (mine && (q.township == 0 || o.township == q.township) && (q.kind.empty() || o.kind == q.kind) &&
          (!q.service || o.service == *q.service) && !(base::date_of(o.created_at) < q.from) &&
          o.title.find(q.words) != std::string::npos)
        right.push_back(n.order);
    }
    for (const auto& n : unmet->needs(lan->tenant, q)) got.push_back(n.order);
    EXPECT_EQ(got, right) << i;
  }
  EXPECT_TRUE(unmet->needs(yun->tenant, query()).empty()) << "another county sees nothing of it";
}

TEST_P(UnmetStoreTest, WhatIsNoNeedOfThisKind_IsLeftOut_AndCountedAgain) {
  const Id id = place(request()), open = place(request(2));
  must(act(town, id, Action::refuse, with("经营性培训")));
  const auto settle = [&] { return By{office, ""}; };
  EXPECT_EQ(unmet->leave_out({town, ""}, id, now_is(id).revision, "不是").error().rule, "order.not_yours");
  EXPECT_EQ(unmet->leave_out(settle(), id, now_is(id).revision, " ").error().rule, "order.reason");
  EXPECT_EQ(unmet->leave_out(settle(), open, now_is(open).revision, "不是").error().rule,
            "order.not_in_state");
  EXPECT_EQ(unmet->leave_out({stranger, ""}, id, 1, "不是").error().rule, "order.not_found");
  const auto seen = now_is(id).revision;
  must(unmet->leave_out(settle(), id, seen, "不是科普需求"));
  EXPECT_EQ(unmet->count_again(settle(), id, seen, "是").error().rule, "order.changed_meanwhile");
  EXPECT_TRUE(found(query()).empty());
  EXPECT_EQ(unmet->of(lan->tenant, id), Unmet::outside);
  auto q = query();
  q.why = Unmet::outside;
  EXPECT_EQ(found(q).count(id), 1U) << "what is left out can be looked at";
  must(unmet->count_again(settle(), id, now_is(id).revision, "核对后是"));
  EXPECT_EQ(found(query()), (std::map<Id, Unmet>{{id, Unmet::no_supply}}));
  const auto log = world->db.read(
      [&](sql::Session& s) { return audit::find(s, lan->tenant, {.action_prefix = "order.unmet"}); });
  EXPECT_EQ(log.total, 2);
}

TEST_P(UnmetStoreTest, OwnWords_AreTitlesOfFreeTextAlone) {
  for (const char* title : {"无人机怎么考证", "想学无人机"})
    must(act(town, free_text(title), Action::refuse, with("没有")));
  must(act(town, place(request()), Action::refuse, with("没有")));
  auto titles = unmet->own_words(lan->tenant, query(), 100);
  std::sort(titles.begin(), titles.end());
  EXPECT_EQ(titles, (std::vector<std::string>{"想学无人机", "无人机怎么考证"}));
  EXPECT_EQ(unmet->own_words(lan->tenant, query(), 1).size(), 1U);
}

}  // namespace
}  // namespace kepu::orders

#include "engines/orders/offers_store.h"

#include <random>
#include <thread>

#include "core/audit/audit.h"
#include "engines/orders/testing.h"
#include "engines/registers/testing.h"

namespace kepu::orders {
namespace {

using auth::ScopeKind;
using auth::testing::must;

TEST(Rank, NearerSkilledFreerTeamsComeFirst) {
  std::vector<TeamFacts> teams(4);
  for (std::size_t i = 0; i < teams.size(); ++i) {
    teams[i].team = static_cast<Id>(i) + 1;
    teams[i].skilled = true;
    teams[i].closeness = 2;
  }
  teams[0].in_hand = 5;
  teams[1].closeness = 3;
  teams[2].skilled = false;
  teams[3].asked_before = true;
  const auto ranked = rank(teams);
  ASSERT_EQ(ranked.size(), 3u) << "who was asked before is left out";
  EXPECT_EQ(ranked[0].team.team, 2);
  EXPECT_EQ(ranked[1].team.team, 1);
  EXPECT_EQ(ranked[2].team.team, 3);
  EXPECT_EQ(ranked[0].why, "同村；专长符合；手上 0 单；近 30 天接 0 单");
  EXPECT_EQ(rank(teams, {}, true).size(), 4u);
}

TEST(Rank, DoesNotDependOnTheOrderOfTheTeams_AndIsMonotone) {
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    std::vector<TeamFacts> teams(8);
    for (std::size_t i = 0; i < teams.size(); ++i) {
      auto& t = teams[i];
      t.team = static_cast<Id>(i) + 1;
      t.closeness = static_cast<int>(random() % 4);
      t.skilled = random() % 2 == 0;
      t.available = random() % 2 == 0;
      t.in_hand = static_cast<int>(random() % 5);
      t.lately = static_cast<int>(random() % 9);
      t.busy = random() % 3 == 0;
    }
    auto mixed = teams;
    std::shuffle(mixed.begin(), mixed.end(), random);
    const auto one = rank(teams), other = rank(mixed);
    for (std::size_t i = 0; i < one.size(); ++i) EXPECT_EQ(one[i].team.team, other[i].team.team);
    const auto before = one.front();
    for (auto& t : teams) {
      if (t.team == before.team.team) ++t.in_hand;
    }
    const auto after = rank(teams);
    const auto at = std::find_if(after.begin(), after.end(),
                                 [&](const Ranked& r) { return r.team.team == before.team.team; });
    EXPECT_GT(at->cost, before.cost) << "more in hand, dearer";
  }
}

class OfferStoreTest : public testing::OrdersTest {
 protected:
  void prepare(sql::Database& database) override {
    OrdersTest::prepare(database);
    volunteers = lan->unit("科技志愿总队");
    resident = std::make_unique<ResidentStore>(*store);
    offers = std::make_unique<OfferStore>(*store, teams);
    leader = lan->actor("leader", volunteers, ScopeKind::unit);
    other = lan->actor("leader", volunteers, ScopeKind::unit);
    teams.add(1, "健康服务队", volunteers, 3, {"健康义诊"});
    teams.add(2, "青年科普队", volunteers, 2, {"健康义诊"});
    teams.add(3, "农技服务队", volunteers, 3, {"种植养殖"});
    teams.of_account[leader.person] = {1};
    teams.of_account[other.person] = {2};
    // A Monday morning, so that clocks of minutes end the same day.
    world->clock.set(base::start_of({2026, 3, 2}) + 9 * 3'600'000);
  }

  Order claimed() {
    const Id id = place(request());
    must(act(boss, id, Action::dispatch));
    return must(act(boss, id, Action::claim));
  }
  Offer open_of(Id order) {
    for (const auto& o : offers->offers(lan->tenant, order)) {
      if (o.state == OfferState::open) return o;
    }
    return {};
  }
  Date in_a_week() { return base::from_days(base::to_days(store->today()) + 7); }

  std::unique_ptr<ResidentStore> resident;
  std::unique_ptr<OfferStore> offers;
  registers::testing::Teams teams;
  Id volunteers = 0;
  auth::Actor leader, other;
};
KEPU_STORE_TEST_SUITE(OfferStoreTest);

TEST_P(OfferStoreTest, OffersGoInTurn_UntilNoTeamIsLeft) {
  const Order o = claimed();
  EXPECT_EQ(offers->run(store->now()), "发出 1 个邀约，0 个超时未答，0 单没有队伍可接");
  EXPECT_EQ(open_of(o.id).team, 1) << "the nearest with the skill";
  EXPECT_EQ(offers->run(store->now()), "发出 0 个邀约，0 个超时未答，0 单没有队伍可接") << "one at a time";
  ASSERT_TRUE(offers->decline({leader, ""}, open_of(o.id).id, "队员都在外地"));
  offers->run(store->now());
  EXPECT_EQ(open_of(o.id).team, 2);
  world->clock.set(world->clock.now() + 3 * 3'600'000);
  EXPECT_EQ(offers->run(store->now()), "发出 0 个邀约，1 个超时未答，1 单没有队伍可接")
      << "the third lacks the skill";
  EXPECT_EQ(offers->run(store->now()), "发出 0 个邀约，0 个超时未答，0 单没有队伍可接") << "told once";
  EXPECT_EQ(now_is(o.id).state, State::claimed);
  EXPECT_TRUE(offers->offer({bureau, ""}, o.id, 3)) << "a person may still choose";
}

TEST_P(OfferStoreTest, ATeamWithoutTheCertificate_IsNeitherAskedNorChosen) {
  Service s = must(store->service(lan->tenant, 1));
  s.certificate = "lecturer";
  must(store->save_service({boss, ""}, s));
  teams.held["lecturer"] = {2};
  const Order o = claimed();
  EXPECT_EQ(offers->required(lan->tenant, o), "lecturer");
  const auto asked = offers->candidates(lan->tenant, o, false);
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked[0].team.team, 2);
  const auto shown = offers->candidates(lan->tenant, o, true);
  ASSERT_EQ(shown.size(), 3u);
  EXPECT_EQ(shown[0].team.team, 2) << "who may not come stands last";
  EXPECT_NE(shown[1].why.find("没有“lecturer”在册的队员"), std::string::npos);
  EXPECT_EQ(offers->offer({bureau, ""}, o.id, 1).error().rule, "order.certificate");
  Act a;
  a.day = in_a_week();
  EXPECT_EQ(offers->assign({bureau, ""}, o.id, o.revision, 1, a).error().rule, "order.certificate");
  offers->run(store->now());
  EXPECT_EQ(open_of(o.id).team, 2);
  teams.held["lecturer"].clear();
  EXPECT_EQ(offers->accept({other, ""}, open_of(o.id).id, in_a_week(), 540, 600).error().rule,
            "order.certificate");
  teams.held.clear();  // the only holder left the register
  EXPECT_TRUE(offers->candidates(lan->tenant, o, false).empty());
}

TEST_P(OfferStoreTest, OnlyTheTeamAsked_Accepts_AndInTime) {
  const Order o = claimed();
  offers->run(store->now());
  const Id offer = open_of(o.id).id;
  EXPECT_EQ(offers->accept({other, ""}, offer, in_a_week(), 540, 600).error().rule, "order.not_yours");
  EXPECT_EQ(offers->accept({boss, ""}, offer, in_a_week(), 540, 600).error().rule, "order.not_yours");
  EXPECT_EQ(offers->accept({leader, ""}, offer, in_a_week(), 600, 540).error().rule, "order.day");
  EXPECT_EQ(now_is(o.id).state, State::claimed);
  ASSERT_TRUE(offers->accept({leader, ""}, offer, in_a_week(), 540, 600));
  EXPECT_EQ(now_is(o.id).team_name, "健康服务队");
  EXPECT_EQ(offers->accept({leader, ""}, offer, in_a_week(), 540, 600).error().rule, "offer.not_open");
  EXPECT_EQ(offers->finish({other, ""}, o.id, now_is(o.id).revision, 30, "").error().rule, "order.not_yours");
  ASSERT_TRUE(offers->finish({leader, ""}, o.id, now_is(o.id).revision, 30, "讲了一个半小时"));
  EXPECT_EQ(now_is(o.id).people, 30);
}

TEST_P(OfferStoreTest, LateAnswer_IsTooLate) {
  const Order o = claimed();
  offers->run(store->now());
  const Id offer = open_of(o.id).id;
  world->clock.set(world->clock.now() + 3 * 3'600'000);
  EXPECT_EQ(offers->accept({leader, ""}, offer, in_a_week(), 540, 600).error().rule, "offer.not_open");
}

TEST_P(OfferStoreTest, TwoAnswersAtOnce_OneHolds) {
  const Order o = claimed();
  offers->run(store->now());
  const Id offer = open_of(o.id).id;
  std::atomic<int> accepted{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      if (offers->accept({leader, ""}, offer, in_a_week(), 540, 600)) ++accepted;
    });
  }
  for (auto& t : threads) t.join();
  EXPECT_EQ(accepted, 1);
  EXPECT_EQ(store->history(lan->tenant, o.id).size(), 4u);
}

TEST_P(OfferStoreTest, ATeamThatReleases_IsPassedOver) {
  const Order o = claimed();
  offers->run(store->now());
  ASSERT_TRUE(offers->accept({leader, ""}, open_of(o.id).id, in_a_week(), 540, 600));
  ASSERT_TRUE(offers->release({leader, ""}, o.id, now_is(o.id).revision, "车坏了"));
  EXPECT_EQ(now_is(o.id).state, State::claimed);
  EXPECT_EQ(now_is(o.id).team, 0);
  ASSERT_TRUE(offers->run(store->now()).size());
  EXPECT_EQ(open_of(o.id).team, 2) << "not the team that has just given it back";
}

TEST_P(OfferStoreTest, WhoHasTheCode_RatesCancelsAndWrites) {
  const Order o = claimed();
  Act a;
  a.action = Action::cancel;
  a.revision = o.revision;
  EXPECT_EQ(resident->act({nobody, ""}, "AAAAAAAAAA", a).error().rule, "order.code");
  EXPECT_EQ(resident->act({nobody, ""}, o.code, a).error().rule, "order.reason");
  EXPECT_TRUE(resident->say_by_code({nobody, ""}, o.code, "请早点来"));
  EXPECT_TRUE(resident->say({bureau, ""}, o.id, "好的"));
  EXPECT_EQ(resident->say({leader, ""}, o.id, "我也说").error().rule, "order.not_yours");
  EXPECT_EQ(resident->messages(lan->tenant, o).size(), 2u);
  a.action = Action::give_back;
  a.text = "试试";
  EXPECT_EQ(resident->act({nobody, ""}, o.code, a).error().rule, "order.not_yours")
      << "not the resident's step";
  a.action = Action::cancel;
  std::string low = o.code;
  for (auto& c : low) c = static_cast<char>(std::tolower(c));
  EXPECT_TRUE(resident->act({nobody, ""}, " " + low, a));
  EXPECT_EQ(resident->say_by_code({nobody, ""}, o.code, "又要了").error().rule, "order.message");
}

TEST_P(OfferStoreTest, ManyAtOnce_OneATeamADay_TheRestIsTold) {
  const Order one = claimed(), two = claimed(),
              three = claimed();  // all wish the same day; two teams have the skill
  const auto proposals = offers->propose(bureau);
  ASSERT_EQ(proposals.size(), 3u);
  std::vector<Id> chosen;
  for (const auto& p : proposals) chosen.push_back(p.team);
  std::sort(chosen.begin(), chosen.end());
  EXPECT_EQ(chosen, (std::vector<Id>{0, 1, 2}));
  for (const auto& p : proposals) {
    if (p.team != 0) {
      EXPECT_EQ(p.day, one.days.front());
      ASSERT_TRUE(offers->offer({bureau, ""}, p.order.id, p.team));
    }
  }
  EXPECT_EQ(offers->propose(bureau).size(), 1u) << "those asked are not proposed again";
  EXPECT_TRUE(offers->propose(leader).empty());
  EXPECT_EQ(now_is(two.id).state, State::claimed);
  EXPECT_EQ(now_is(three.id).state, State::claimed);
}

TEST_P(OfferStoreTest, ATeamsCalendar_IsMadeAnewAndEnded) {
  FeedStore feeds(*store, *offers);
  const auto area = [](Id) { return std::string("柳溪镇"); };
  EXPECT_EQ(feeds.make({other, ""}, 1).error().rule, "order.not_yours");
  const std::string first = must(feeds.make({leader, ""}, 1));
  const Order o = claimed();
  offers->run(store->now());
  must(offers->accept({leader, ""}, open_of(o.id).id, in_a_week(), 540, 600));
  EXPECT_NE(must(feeds.calendar(lan->tenant, first, area)).find("SUMMARY:"), std::string::npos);
  const std::string second = must(feeds.make({leader, ""}, 1));
  EXPECT_EQ(feeds.calendar(lan->tenant, first, area).error().rule, "feed.unknown");
  EXPECT_TRUE(feeds.calendar(lan->tenant, second, area));
  EXPECT_FALSE(feeds.calendar(lan->tenant + 1, second, area));
  EXPECT_FALSE(feeds.end({other, ""}, 1));
  EXPECT_TRUE(feeds.end({leader, ""}, 1));
  EXPECT_EQ(feeds.made_at(lan->tenant, 1), std::nullopt);
  EXPECT_FALSE(feeds.calendar(lan->tenant, second, area));
}

TEST_P(OfferStoreTest, Alike_IsFoundInTheTownshipWithinAWeek) {
  const Order o = claimed();
  Request r;
  r.service = o.service;
  r.area = village;
  r.days = {base::from_days(base::to_days(o.days.front()) + 5)};
  ASSERT_EQ(resident->alike(lan->tenant, r).size(), 1u);
  r.days = {base::from_days(base::to_days(o.days.front()) + 20)};
  EXPECT_TRUE(resident->alike(lan->tenant, r).empty());
  r.days = o.days;
  r.service = 0;
  r.title = "健康讲座和血压义诊";
  EXPECT_EQ(resident->alike(lan->tenant, r).size(), 1u);
  r.title = "修水泵";
  EXPECT_TRUE(resident->alike(lan->tenant, r).empty());
}

}  // namespace
}  // namespace kepu::orders

#include "engines/orders/orders_store.h"

#include <random>
#include <thread>

#include "core/audit/audit.h"
#include "core/notify/notify.h"
#include "engines/orders/testing.h"

namespace kepu::orders {
namespace {

using auth::ScopeKind;
using auth::UnitKind;
using auth::testing::must;

class OrderStoreTest : public testing::OrdersTest {};
KEPU_STORE_TEST_SUITE(OrderStoreTest);

TEST_P(OrderStoreTest, FromAskingToRating_TheReceiverIsFound) {
  const Id id = served();
  Order o = now_is(id);
  EXPECT_EQ(o.state, State::served);
  EXPECT_EQ(o.community, village);
  EXPECT_EQ(o.township, willow);
  EXPECT_EQ(o.department, health) << "the service names it";
  EXPECT_EQ(o.kind, "health");
  EXPECT_EQ(o.phone, "138****0000");
  EXPECT_EQ(o.number.substr(0, 3), "单");
  must(act(town, id, Action::confirm, with("讲得好", 5)));
  o = now_is(id);
  EXPECT_EQ(o.state, State::closed);
  EXPECT_EQ(o.rating, 5);
  EXPECT_EQ(o.due, 0);
  EXPECT_GT(o.closed_at, 0);
  EXPECT_EQ(store->history(lan->tenant, id).size(), 6u);
  EXPECT_EQ(must(store->by_code(lan->tenant, o.code)).id, id);
  EXPECT_FALSE(store->by_code(yun->tenant, o.code)) << "another county";
}

TEST_P(OrderStoreTest, TheSameKey_IsOneOrder_AlsoFromManyThreads) {
  Request r = request();
  r.key = "retry-0001";
  std::vector<std::thread> threads;
  std::atomic<int> made{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 5; ++i) {
        if (!must(store->place({nobody, ""}, r)).again) ++made;
      }
    });
  }
  for (auto& t : threads) t.join();
  EXPECT_EQ(made, 1);
  EXPECT_EQ(store->orders(lan->tenant, {}).total, 1);
}

TEST_P(OrderStoreTest, WhoHasNotTheStep_IsRefused) {
  const Id id = place(request());
  EXPECT_EQ(act(neighbour, id, Action::dispatch).error().code, base::Code::forbidden);
  EXPECT_EQ(act(bureau, id, Action::dispatch).error().code, base::Code::forbidden);
  EXPECT_EQ(rule_of(store->act({stranger, ""}, id, {})), "order.not_found");
  must(act(town, id, Action::dispatch));
  EXPECT_EQ(act(fields, id, Action::claim).error().code, base::Code::forbidden);
  EXPECT_EQ(act(town, id, Action::claim).error().code, base::Code::forbidden);
  EXPECT_EQ(rule_of(act(town, id, Action::dispatch)), "order.not_in_state");
  EXPECT_EQ(act(office, id, Action::close).error().rule, "order.not_in_state");
  EXPECT_FALSE(store->may_see(neighbour, now_is(id)));
  EXPECT_TRUE(store->may_see(office, now_is(id)));
}

TEST_P(OrderStoreTest, TwoAtOnce_OneWins_TheOtherIsTold) {
  const Id id = place(request());
  Act a;
  a.action = Action::dispatch;
  a.revision = now_is(id).revision;
  must(store->act({town, ""}, id, a));
  Act b = with("重复");
  b.action = Action::refuse;
  b.revision = a.revision;
  EXPECT_EQ(rule_of(store->act({town, ""}, id, b)), "order.not_in_state");
  Act c;
  c.action = Action::claim;
  c.revision = a.revision;
  EXPECT_EQ(rule_of(store->act({bureau, ""}, id, c)), "order.changed_meanwhile");
}

TEST_P(OrderStoreTest, ReasonsAreAskedFor) {
  const Id id = place(request());
  for (const Action action : {Action::refuse, Action::transfer, Action::cancel}) {
    Act a = with("  ");
    a.unit = egret;
    EXPECT_EQ(rule_of(act(town, id, action, a)), "order.reason") << title_of(action);
  }
  EXPECT_EQ(now_is(id).state, State::placed);
}

TEST_P(OrderStoreTest, FreeText_GoesByTheRoutes_OrSaysThatNoneFits) {
  Request r = request(0);
  r.title = "果树病虫害怎么治";
  const Id id = place(r);
  EXPECT_EQ(now_is(id).kind, "farming");
  EXPECT_EQ(rule_of(act(town, id, Action::dispatch)), "order.unit");
  Settings s = *store->settings(lan->tenant);
  s.routes = {{"farming", 0, farming}};
  must(store->save_settings({office, ""}, s));
  must(act(town, id, Action::dispatch));
  EXPECT_EQ(now_is(id).department, farming);
  EXPECT_EQ(store->save_settings({office, ""}, s).error().rule, "order.changed_meanwhile");
  EXPECT_EQ(store->save_settings({town, ""}, s).error().code, base::Code::forbidden);
}

TEST_P(OrderStoreTest, Split_ClosesWithItsLastChild) {
  const Id id = place(request());
  Part one, two;
  one.service = 1;
  two.title = "顺便讲讲防溺水";
  two.kind = "emergency";
  const auto children = must(store->split({town, ""}, id, now_is(id).revision, {one, two}));
  EXPECT_EQ(now_is(id).state, State::split);
  ASSERT_EQ(children.size(), 2u);
  EXPECT_EQ(now_is(children[1]).number, now_is(id).number + "-2");
  must(act(town, children[0], Action::refuse, with("已办过")));
  EXPECT_EQ(now_is(id).state, State::split);
  must(act(town, children[1], Action::cancel, with("不用了")));
  EXPECT_EQ(now_is(id).state, State::closed);
  EXPECT_FALSE(store->split({town, ""}, id, now_is(id).revision, {one, two}));
}

TEST_P(OrderStoreTest, Merge_AddsPeopleToTheOther) {
  const Id one = place(request()), other = place(request());
  Act a;
  a.into = other;
  must(act(town, one, Action::merge, a));
  EXPECT_EQ(now_is(one).state, State::merged);
  EXPECT_EQ(now_is(one).merged_into, other);
  EXPECT_EQ(now_is(other).people, 80);
  Act back;
  back.into = one;
  EXPECT_EQ(rule_of(act(town, other, Action::merge, back)), "order.into");
  back.into = other;
  EXPECT_EQ(rule_of(act(town, other, Action::merge, back)), "order.into");
}

TEST_P(OrderStoreTest, BadRating_IsLookedInto_AndServedAgain) {
  const Id id = served();
  EXPECT_EQ(rule_of(act(town, id, Action::confirm, with("", 1))), "order.rating");
  must(act(town, id, Action::object, with("没来人", 1)));
  EXPECT_EQ(now_is(id).state, State::review);
  EXPECT_EQ(act(bureau, id, Action::settle, with("已道歉")).error().code, base::Code::forbidden);
  must(act(office, id, Action::redo, with("重新安排")));
  EXPECT_EQ(now_is(id).state, State::claimed);
  EXPECT_EQ(now_is(id).team, 0);
  must(act(bureau, id, Action::accept, team()));
  must(act(bureau, id, Action::finish));
  must(act(town, id, Action::confirm, with("这次很好", 4)));
  const auto need = store->need(lan->tenant, store->today(), store->today());
  const auto& count = need.at({willow, "health"});
  EXPECT_EQ(count.closed, 1);
  EXPECT_EQ(count.rated, 1);
  EXPECT_EQ(count.rating_sum, 4);
}

TEST_P(OrderStoreTest, Phone_IsForWhoHasTheOrderInHand_AndEveryLookIsLogged) {
  const Id id = place(request());
  EXPECT_EQ(must(store->open_phone({town, ""}, id, {})), "13800000000");
  EXPECT_EQ(store->open_phone({bureau, ""}, id, {}).error().rule, "order.phone");
  EXPECT_EQ(store->open_phone({neighbour, ""}, id, {77}).error().rule, "order.phone");
  must(act(town, id, Action::dispatch));
  EXPECT_EQ(store->open_phone({town, ""}, id, {}).error().rule, "order.phone");
  must(act(bureau, id, Action::claim));
  EXPECT_FALSE(store->open_phone({neighbour, ""}, id, {77})) << "not accepted yet";
  must(act(bureau, id, Action::accept, team()));
  EXPECT_TRUE(store->open_phone({neighbour, ""}, id, {77}));
  EXPECT_FALSE(store->open_phone({neighbour, ""}, id, {78})) << "another team";
  must(act(bureau, id, Action::finish));
  must(act(town, id, Action::confirm, with("", 5)));
  EXPECT_FALSE(store->open_phone({neighbour, ""}, id, {77})) << "closed";
  audit::Query looks;
  looks.action_prefix = "order.phone";
  EXPECT_EQ(db().read([&](sql::Session& s) { return audit::find(s, lan->tenant, looks); }).total, 2);
}

TEST_P(OrderStoreTest, Jobs_Escalate_Confirm_Erase) {
  const Id late = place(request());
  const Id done = served();
  world->clock.set(world->clock.now() + 40LL * 24 * 3600 * 1000);
  EXPECT_EQ(store->escalate(store->now()), "告知单位负责人 0 单，告知科协 1 单");
  EXPECT_EQ(store->escalate(store->now()), "告知单位负责人 0 单，告知科协 0 单");
  EXPECT_EQ(now_is(late).escalated, 2);
  EXPECT_EQ(store->confirm_unanswered(store->now()), "到期办结 1 单");
  EXPECT_EQ(now_is(done).state, State::closed);
  EXPECT_EQ(now_is(done).rating, 0);
  EXPECT_EQ(store->erase_old(store->now()), "删除 0 单的称呼和电话");
  world->clock.set(world->clock.now() + 31LL * 24 * 3600 * 1000);
  EXPECT_EQ(store->erase_old(store->now()), "删除 1 单的称呼和电话");
  EXPECT_EQ(now_is(done).phone, "");
  EXPECT_EQ(now_is(done).name, "");
  EXPECT_EQ(now_is(late).phone, "138****0000");
}

TEST_P(OrderStoreTest, FullDays_TakeNoMore) {
  Service s = must(store->service(lan->tenant, 1));
  s.daily_limit = 2;
  must(store->save_service({office, ""}, s));
  place(request());
  place(request());
  const auto refused = store->place({nobody, ""}, request());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().field, "days");
  EXPECT_EQ(store->full_days(lan->tenant, must(store->service(lan->tenant, 1)), store->today(), 30).size(),
            1u);
}

TEST_P(OrderStoreTest, Lists_FilterAndFindWords) {
  Request r = request(0);
  r.title = "请讲讲红薯病虫害";
  const Id one = place(r);
  place(request());
  OrderQuery q;
  q.text = "红薯";
  ASSERT_EQ(store->orders(lan->tenant, q).total, 1);
  EXPECT_EQ(store->orders(lan->tenant, q).orders[0].id, one);
  EXPECT_EQ(store->orders(yun->tenant, q).total, 0);
  q = {};
  q.units = std::vector<Id>{egret};
  EXPECT_EQ(store->orders(lan->tenant, q).total, 0);
  q.units = std::vector<Id>{village};
  EXPECT_EQ(store->counts(lan->tenant, q).at(State::placed), 2);
  q.due_before = store->now() + 90LL * 24 * 3600 * 1000;
  EXPECT_EQ(store->orders(lan->tenant, q).total, 2);
}

// Whatever is done in whatever order, no undeclared state, and the tallies are what counting gives.
TEST_P(OrderStoreTest, RandomHistories_KeepTheTallies) {
  std::mt19937 random(11);
  std::vector<Id> all;
  const std::vector<const auth::Actor*> people = {&office, &town, &bureau, &fields, &neighbour};
  for (int round = 0; round < 250; ++round) {
    if (all.size() < 12) all.push_back(place(request(random() % 3 == 0 ? 3 : 2)));
    const Id id = all[random() % all.size()];
    const Order before = now_is(id);
    const auto& rule = rules()[random() % rules().size()];
    Act a = team();
    a.text = random() % 8 == 0 ? "" : "因为";
    a.rating = static_cast<int>(random() % 6);
    a.into = all[random() % all.size()];
    if (rule.action == Action::transfer) a.unit = random() % 2 == 0 ? farming : health;
    if (rule.action == Action::transfer && before.state == State::placed) a.unit = village;
    const auto done = act(*people[random() % people.size()], id, rule.action, a);
    const Order after = now_is(id);
    if (!done) {
      EXPECT_EQ(after.revision, before.revision) << done.error().message;
      EXPECT_EQ(after.state, before.state);
    } else {
      ASSERT_NE(find_rule(before.state, rule.action), nullptr);
      EXPECT_EQ(after.state, find_rule(before.state, rule.action)->to);
    }
  }
  OrderStore::Count kept, counted;
  for (const auto& [key, c] : store->need(lan->tenant, store->today(), store->today())) {
    kept.placed += c.placed;
    kept.closed += c.closed;
    kept.refused += c.refused;
    kept.cancelled += c.cancelled;
    kept.rated += c.rated;
    kept.rating_sum += c.rating_sum;
    kept.people += c.people;
  }
  for (const Id id : all) {
    const Order o = now_is(id);
    counted.placed += o.state == State::merged ? 0 : 1;
    counted.closed += o.state == State::closed ? 1 : 0;
    counted.refused += o.state == State::refused ? 1 : 0;
    counted.cancelled += o.state == State::cancelled ? 1 : 0;
    counted.rated += o.rating != 0 ? 1 : 0;
    counted.rating_sum += o.rating;
    counted.people += o.state == State::closed ? o.people : 0;
  }
  EXPECT_EQ(kept.placed, counted.placed);
  EXPECT_EQ(kept.closed, counted.closed);
  EXPECT_EQ(kept.refused, counted.refused);
  EXPECT_EQ(kept.cancelled, counted.cancelled);
  EXPECT_EQ(kept.rated, counted.rated);
  EXPECT_EQ(kept.rating_sum, counted.rating_sum);
  EXPECT_EQ(kept.people, counted.people);
  EXPECT_FALSE(audit::verify(db(), lan->tenant).broken_at);
}

}  // namespace
}  // namespace kepu::orders

// Links, calls and returns on both databases: what crosses from tenant to tenant, and what does not.
#include "engines/rollup/rollup_store.h"

#include <random>
#include <set>
#include <thread>

#include "core/audit/audit.h"
#include "core/auth/testing.h"
#include "core/base/secret.h"
#include "core/notify/notify.h"
#include "core/sql/testing.h"

namespace kepu::rollup {
namespace {

using auth::ScopeKind;
using auth::testing::must;

constexpr std::string_view kRoles = R"(
[[role]]
id = "administrator"
title = "系统管理员"
purpose = "全部"
scope = "tenant"
rights = ["*"]
[[role]]
id = "clerk"
title = "经办"
purpose = "填写"
scope = "tenant"
rights = ["rollup.read", "rollup.fill"]
[[role]]
id = "head"
title = "负责人"
purpose = "上报"
scope = "tenant"
rights = ["rollup.read", "rollup.call", "rollup.fill", "rollup.submit"]
)";

Composed composed(std::optional<double> value, std::int64_t records = 3) {
  Composed out;
  Entry e;
  e.item = {"A", "活动", ItemKind::sum, "场", 0, "算一场", "", 0, ""};
  e.origin = value ? Origin::typed : Origin::empty;
  e.value = value;
  e.records = records;
  e.reason = value ? "" : "没有";
  out.entries = {e};
  out.as_of = {2026, 3, 2};
  return out;
}

class RollupStoreTest : public sql::testing::EngineTest {
 protected:
  void prepare(sql::Database& database) override {
    world = std::make_unique<auth::testing::World>(database, kRoles);
    auto steps = notify::migrations();
    steps.insert(steps.end(), migrations().begin(), migrations().end());
    sql::migrate(database, steps);
    city = std::make_unique<auth::testing::County>(*world, "cheng", "澄州市");
    for (const auto* code : {"lan", "yun", "shi"})
      counties.push_back(std::make_unique<auth::testing::County>(*world, code, std::string(code) + "县"));
    metrics = std::make_unique<metric::Catalog>();
    store = std::make_unique<RollupStore>(
        RollupStore::Parts{database, world->clock, world->ids, world->directory, *metrics});
    city_head = city->actor("administrator", city->root, ScopeKind::tenant);
    for (auto& c : counties) heads.push_back(c->actor("administrator", c->root, ScopeKind::tenant));
  }

  static By by(const auth::Actor& actor) { return {actor, "192.0.2.1"}; }
  void link_all() {
    for (const auto& head : heads) must(store->link(by(head), "cheng"));
  }
  Id draft_call() {
    Call c;
    c.title = "汇总";
    c.from = {2026, 1, 1};
    c.to = {2026, 3, 31};
    c.due = {2026, 4, 15};
    const Id id = must(store->add_call(by(city_head), c));
    must(store->put_item(by(city_head), id, revision(id),
                         {"A", "活动", ItemKind::sum, "场", 0, "算一场", "", 0, ""}, ""));
    return id;
  }
  std::int64_t revision(Id call) { return must(store->call(city->tenant, call)).revision; }
  Id issued_call() {
    const Id id = draft_call();
    must(store->issue(by(city_head), id, revision(id)));
    return id;
  }
  base::Result<Return> submit(std::size_t county, Id call, std::optional<double> value,
                              const std::string& reason = {}) {
    const auto in = store->incoming(counties[county]->tenant, call);
    return store->submit(by(heads[county]), call, in ? in->draft.revision : 0, reason, composed(value));
  }
  const CountyRow& row_of(const Board& board, std::size_t county) {
    for (const auto& r : board.rows) {
      if (r.place.tenant == counties[county]->tenant) return r;
    }
    throw std::logic_error("no such row");
  }
  std::string rule(const base::Done& done) { return done ? "" : done.error().rule; }
  template <class T>
  std::string rule(const base::Result<T>& result) {
    return result ? "" : result.error().rule;
  }
  // Everything that a tenant has in this engine's tables.
  std::string rows_of(Id tenant) {
    std::string out;
    db().read([&](sql::Session& s) {
      for (const auto* table : {"rollup_link", "rollup_draft", "rollup_return"}) {
        s.each(std::string("select count(*), coalesce(max(id), 0) from (select tenant, ") +
                   (std::string_view(table) == "rollup_draft" ? "revision" : "id") + " as id from " + table +
                   ") t where tenant = :tenant",
               {{"tenant", tenant}}, [&](const sql::Row& r) {
                 out += std::to_string(r.integer(0)) + "/" + std::to_string(r.integer(1)) + " ";
               });
      }
      s.each("select ended_at from rollup_link where tenant = :tenant order by id", {{"tenant", tenant}},
             [&](const sql::Row& r) { out += std::to_string(r.integer(0)) + " "; });
    });
    return out;
  }

  std::unique_ptr<auth::testing::World> world;
  std::unique_ptr<auth::testing::County> city;
  std::vector<std::unique_ptr<auth::testing::County>> counties;
  std::unique_ptr<metric::Catalog> metrics;
  std::unique_ptr<RollupStore> store;
  auth::Actor city_head;
  std::vector<auth::Actor> heads;
};
KEPU_STORE_TEST_SUITE(RollupStoreTest);

// ---------------------------------------------------------------- links

TEST_P(RollupStoreTest, Link_IsMadeByTheCountyOnceAndNeverInACircle) {
  EXPECT_EQ(rule(store->link(by(heads[0]), "nowhere")), "rollup.superior");
  EXPECT_EQ(rule(store->link(by(heads[0]), "lan")), "rollup.circle");
  must(store->link(by(heads[0]), "cheng"));
  EXPECT_EQ(rule(store->link(by(heads[0]), "yun")), "rollup.linked");
  EXPECT_EQ(rule(store->link(by(city_head), "lan")), "rollup.circle");
  must(store->link(by(heads[1]), "lan"));
  EXPECT_EQ(rule(store->link(by(city_head), "yun")), "rollup.circle");  // over two levels
  must(store->link(by(city_head), "shi"));
  EXPECT_EQ(rule(store->link(by(heads[2]), "yun")), "rollup.circle");
  EXPECT_EQ(store->superior_of(counties[0]->tenant)->superior.name, "澄州市");
  EXPECT_EQ(store->counties_of(city->tenant).size(), 1u);
}

TEST_P(RollupStoreTest, Link_TwoAtOnceDoNotCloseACircle) {
  for (int round = 0; round < 6; ++round) {
    std::string first, second;
    std::thread one([&] { first = rule(store->link(by(heads[0]), "yun")); });
    std::thread two([&] { second = rule(store->link(by(heads[1]), "lan")); });
    one.join();
    two.join();
    EXPECT_NE(first.empty(), second.empty());
    EXPECT_TRUE(first == "rollup.circle" || second == "rollup.circle") << first << second;
    const std::size_t linked = first.empty() ? 0 : 1;
    const auto link = store->superior_of(counties[linked]->tenant);
    must(store->end_link(by(heads[linked]), link->id, "再试"));
  }
}

TEST_P(RollupStoreTest, Link_TheSuperiorEndsItInARowOfItsOwn) {
  must(store->link(by(heads[0]), "cheng"));
  const auto link = store->superior_of(counties[0]->tenant).value();
  EXPECT_EQ(rule(store->end_link(by(heads[1]), link.id, "不相干")), "rollup.link");
  EXPECT_EQ(rule(store->end_link(by(city_head), link.id, " ")), "rollup.reason");
  const auto before = rows_of(counties[0]->tenant);
  must(store->end_link(by(city_head), link.id, "区划调整"));
  EXPECT_EQ(rows_of(counties[0]->tenant), before);
  EXPECT_FALSE(store->superior_of(counties[0]->tenant));
  EXPECT_EQ(store->links(counties[0]->tenant).at(0).ended_side, "澄州市");
  EXPECT_EQ(rule(store->end_link(by(heads[0]), link.id, "也解除")), "rollup.link_ended");
  must(store->link(by(heads[0]), "cheng"));
  EXPECT_TRUE(store->superior_of(counties[0]->tenant));
}

// ---------------------------------------------------------------- calls

TEST_P(RollupStoreTest, Call_IsADraftOfItsOwnerUntilItIsIssuedAndThenStands) {
  link_all();
  const Id call = draft_call();
  EXPECT_TRUE(store->incoming(counties[0]->tenant).empty());
  EXPECT_EQ(rule(store->incoming(counties[0]->tenant, call)), "rollup.call");
  EXPECT_EQ(rule(submit(0, call, 3)), "rollup.call");
  EXPECT_EQ(rule(store->call(counties[0]->tenant, call)), "rollup.call");
  EXPECT_EQ(rule(store->drop_item(by(city_head), call, revision(call) - 1, "A")), "rollup.changed_meanwhile");
  EXPECT_EQ(rule(store->put_item(by(city_head), call, revision(call),
                                 {"A", "重号", ItemKind::sum, "场", 0, "算", "", 0, ""}, "")),
            "rollup.code");
  must(store->issue(by(city_head), call, revision(call)));
  EXPECT_EQ(store->incoming(counties[0]->tenant).size(), 1u);
  EXPECT_EQ(store->incoming(counties[0]->tenant).at(0).call.superior.name, "澄州市");
  EXPECT_EQ(rule(store->drop_item(by(city_head), call, revision(call), "A")), "rollup.not_in_state");
  EXPECT_EQ(rule(store->issue(by(city_head), call, revision(call))), "rollup.not_in_state");
  EXPECT_EQ(rule(store->discard(by(city_head), call, revision(call))), "rollup.changed_meanwhile");
}

TEST_P(RollupStoreTest, Call_WithoutCountiesIsNotIssued) {
  const Id call = draft_call();
  EXPECT_EQ(rule(store->issue(by(city_head), call, revision(call))), "rollup.no_county");
  EXPECT_EQ(must(store->call(city->tenant, call)).state, CallState::draft);
}

TEST_P(RollupStoreTest, Call_CountiesLinkedLaterAreAskedWhenItIsSentOn) {
  must(store->link(by(heads[0]), "cheng"));
  const Id call = issued_call();
  must(store->link(by(heads[1]), "cheng"));
  EXPECT_TRUE(store->incoming(counties[1]->tenant).empty());
  EXPECT_EQ(must(store->add_counties(by(city_head), call)), 1);
  EXPECT_EQ(must(store->add_counties(by(city_head), call)), 0);
  EXPECT_EQ(store->incoming(counties[1]->tenant).size(), 1u);
}

TEST_P(RollupStoreTest, Call_ACorrectionReplacesIt) {
  link_all();
  const Id call = issued_call();
  must(submit(0, call, 3));
  const Id fresh = must(store->correct(by(city_head), call));
  EXPECT_EQ(rule(store->correct(by(city_head), call)), "rollup.replaced");
  EXPECT_EQ(must(store->call(city->tenant, call)).state, CallState::issued);
  must(store->issue(by(city_head), fresh, revision(fresh)));
  const Call old = must(store->call(city->tenant, call));
  EXPECT_EQ(old.state, CallState::closed);
  EXPECT_EQ(old.replaced_by, fresh);
  EXPECT_EQ(rule(submit(1, call, 3)), "rollup.closed");
  EXPECT_EQ(must(store->board(city->tenant, call)).reported, 1);
  EXPECT_EQ(must(store->board(city->tenant, fresh)).reported, 0);
}

TEST_P(RollupStoreTest, Call_IsMadeByWhoHoldsTheRightOverTheWholeTenant) {
  const auto clerk = city->actor("clerk", city->root, ScopeKind::tenant);
  Call c;
  c.title = "汇总";
  EXPECT_FALSE(store->add_call(by(clerk), c));
  const auto unit = city->actor("head", city->unit("市科协"), ScopeKind::unit);
  EXPECT_EQ(rule(store->add_call(by(unit), c)), "rollup.whole");
}

// ---------------------------------------------------------------- returns

TEST_P(RollupStoreTest, Return_IsFrozenNumberedAndKept) {
  link_all();
  const Id call = issued_call();
  const auto first = must(submit(0, call, 12));
  EXPECT_EQ(first.number, 1);
  EXPECT_EQ(first.sha256, base::sha256_hex(first.body));
  EXPECT_EQ(rule(submit(0, call, 13)), "rollup.again");
  const auto second = must(submit(0, call, 13, "漏了一场"));
  EXPECT_EQ(second.number, 2);
  const auto shown = must(store->find_return(counties[0]->tenant, first.id));
  EXPECT_EQ(shown.returned.body, first.body);
  EXPECT_TRUE(shown.intact);
  EXPECT_FALSE(shown.newest);
  EXPECT_EQ(store->of_county(city->tenant, counties[0]->tenant).size(), 2u);
  EXPECT_EQ(row_of(must(store->board(city->tenant, call)), 0).counts()->entries.at(0).value, 13.0);
  EXPECT_EQ(must(store->board(city->tenant, call)).totals.at(0).value, 13.0);
}

TEST_P(RollupStoreTest, Return_ABodyThatWasTamperedWithIsSeen) {
  link_all();
  const Id call = issued_call();
  const auto made = must(submit(0, call, 12));
  std::string body = made.body;
  body.replace(body.find("\"value\":12"), 10, "\"value\":99");
  db().write([&](sql::Session& s) {
    s.run("update rollup_return set body = :body where tenant = :tenant and id = :id",
          {{"body", body}, {"tenant", counties[0]->tenant}, {"id", made.id}});
  });
  EXPECT_FALSE(must(store->find_return(city->tenant, made.id)).intact);
}

TEST_P(RollupStoreTest, Return_TwoAtOnceGetTwoNumbers) {
  link_all();
  const Id call = issued_call();
  must(store->save_draft(by(heads[0]), call, 0, {}));
  std::vector<base::Result<Return>> made(2, base::refuse(base::Code::invalid, "", ""));
  std::thread one([&] { made[0] = store->submit(by(heads[0]), call, 1, "甲", composed(1.0)); });
  std::thread two([&] { made[1] = store->submit(by(heads[0]), call, 1, "乙", composed(2.0)); });
  one.join();
  two.join();
  ASSERT_TRUE(made[0]);
  ASSERT_TRUE(made[1]);
  EXPECT_EQ((std::set<int>{made[0]->number, made[1]->number}), (std::set<int>{1, 2}));
}

TEST_P(RollupStoreTest, Return_OfADraftThatChangedIsRefused) {
  link_all();
  const Id call = issued_call();
  must(store->save_draft(by(heads[0]), call, 0, {{"A", Origin::empty, "", "没有", {}, "", 0, ""}}));
  EXPECT_EQ(rule(store->save_draft(by(heads[0]), call, 0, {})), "rollup.changed_meanwhile");
  EXPECT_EQ(rule(store->submit(by(heads[0]), call, 0, "", composed(1.0))), "rollup.changed_meanwhile");
  EXPECT_EQ(must(store->incoming(counties[0]->tenant, call)).draft.choices.at(0).reason, "没有");
  auto wrong = composed(1.0);
  wrong.problems = {{base::Code::invalid, "rollup.source", "A", "缺来源"}};
  EXPECT_EQ(rule(store->submit(by(heads[0]), call, 1, "", wrong)), "rollup.source");
}

TEST_P(RollupStoreTest, Return_IsHandedInByWhoMayAndWhileTheLinkStands) {
  link_all();
  const Id call = issued_call();
  const auto clerk = counties[0]->actor("clerk", counties[0]->root, ScopeKind::tenant);
  must(store->save_draft(by(clerk), call, 0, {}));
  EXPECT_FALSE(store->submit(by(clerk), call, 1, "", composed(1.0)));
  must(store->end_link(by(heads[0]), store->superior_of(counties[0]->tenant)->id, "调整"));
  EXPECT_EQ(rule(submit(0, call, 1)), "rollup.link_ended");
  const auto board = must(store->board(city->tenant, call));
  EXPECT_EQ(row_of(board, 0).standing, Standing::left);
  EXPECT_EQ(board.owing, 2);
}

TEST_P(RollupStoreTest, GiveBack_IsTheSuperiorsOwnRowAndTheCountyAnswersWithANewOne) {
  link_all();
  const Id call = issued_call();
  const auto first = must(submit(0, call, 140));
  EXPECT_EQ(rule(store->give_back(by(heads[1]), first.id, "不是我的")), "rollup.return");
  EXPECT_EQ(rule(store->give_back(by(city_head), first.id, "")), "rollup.reason");
  const auto before = rows_of(counties[0]->tenant);
  must(store->give_back(by(city_head), first.id, "请核对"));
  EXPECT_EQ(rule(store->give_back(by(city_head), first.id, "再退")), "rollup.given_back");
  EXPECT_EQ(rows_of(counties[0]->tenant), before);
  const auto in = must(store->incoming(counties[0]->tenant, call));
  ASSERT_TRUE(in.back);
  EXPECT_EQ(in.back->reason, "请核对");
  EXPECT_TRUE(in.waits());
  EXPECT_FALSE(must(store->board(city->tenant, call)).totals.at(0).value);
  must(submit(0, call, 14, "改正"));
  EXPECT_FALSE(must(store->incoming(counties[0]->tenant, call)).waits());
  EXPECT_EQ(rule(store->give_back(by(city_head), first.id, "旧的")), "rollup.newer");
  EXPECT_EQ(must(store->board(city->tenant, call)).totals.at(0).value, 14.0);
  must(store->close(by(city_head), call, revision(call), ""));
  EXPECT_EQ(rule(submit(1, call, 1)), "rollup.closed");
}

// ---------------------------------------------------------------- across tenants

// Whatever the counties do in whatever order, the superior sees the newest returns that were handed in and
// not given back, and no county sees anything of another.
TEST_P(RollupStoreTest, Across_OnlyWhatWasHandedInIsSeen) {
  link_all();
  const Id call = issued_call();
  std::mt19937 random(7);
  std::vector<std::vector<Return>> made(3);
  std::vector<bool> back(3, false);
  for (int step = 0; step < 40; ++step) {
    const std::size_t county = random() % 3;
    const double secret = 1000 + step;
    switch (random() % 3) {
      case 0:
        must(store->save_draft(by(heads[county]), call,
                               must(store->incoming(counties[county]->tenant, call)).draft.revision,
                               {{"A", Origin::typed, "", "", secret, "草稿里的数", 0, ""}}));
        break;
      case 1:
        made[county].push_back(must(submit(county, call, step, "又报")));
        back[county] = false;
        break;
      default:
        if (made[county].empty() || back[county]) break;
        must(store->give_back(by(city_head), made[county].back().id, "请改"));
        back[county] = true;
    }
    const auto board = must(store->board(city->tenant, call));
    double sum = 0;
    int reported = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      const auto* counts = row_of(board, i).counts();
      const bool expected = !made[i].empty() && !back[i];
      ASSERT_EQ(counts != nullptr, expected);
      ASSERT_EQ(row_of(board, i).returns.size(), made[i].size());
      if (!expected) continue;
      ++reported;
      sum += made[i].back().entries.at(0).value.value();
      ASSERT_EQ(counts->body, made[i].back().body);
    }
    ASSERT_EQ(board.reported, reported);
    ASSERT_EQ(board.totals.at(0).value.value_or(0), sum);
    ASSERT_EQ(store->counts(city->tenant)[call].reported, reported);
    for (std::size_t i = 0; i < 3; ++i) {
      const bool waits = must(store->incoming(counties[i]->tenant, call)).waits();
      ASSERT_EQ(store->waiting(counties[i]->tenant), waits ? 1 : 0);
      ASSERT_EQ(waits, made[i].empty() || back[i]);
    }
  }
  for (std::size_t i = 0; i < 3; ++i) {
    const std::size_t other = (i + 1) % 3;
    for (const auto& r : made[i]) {
      EXPECT_TRUE(store->find_return(city->tenant, r.id));
      EXPECT_TRUE(store->find_return(counties[i]->tenant, r.id));
      EXPECT_EQ(rule(store->find_return(counties[other]->tenant, r.id)), "rollup.return");
    }
    EXPECT_EQ(must(store->incoming(counties[i]->tenant, call)).returns.size(), made[i].size());
    EXPECT_TRUE(store->of_county(counties[other]->tenant, counties[i]->tenant).empty());
    EXPECT_FALSE(store->board(counties[i]->tenant, call));
    EXPECT_FALSE(audit::verify(db(), counties[i]->tenant).broken_at);
  }
  EXPECT_FALSE(audit::verify(db(), city->tenant).broken_at);
}

TEST_P(RollupStoreTest, Tell_EachPersonOnceOfEachThing) {
  link_all();
  const Id call = issued_call();
  must(submit(0, call, 3));
  EXPECT_GT(store->tell(0), 0);
  EXPECT_EQ(store->tell(0), 0);
  const auto of = [&](const auth::Actor& actor) {
    return db().read(
        [&](sql::Session& s) { return notify::of_person(s, actor.tenant, actor.person, false, 0, 50); });
  };
  ASSERT_EQ(of(heads[1]).size(), 1u);
  EXPECT_EQ(of(heads[1]).at(0).notice.url, "/rollup/in/" + std::to_string(call));
  EXPECT_EQ(of(city_head).size(), 4u);  // three links, one return
  must(store->give_back(by(city_head), store->of_county(city->tenant, counties[0]->tenant).at(0).id, "请改"));
  EXPECT_EQ(store->tell(0), 1);
  EXPECT_EQ(of(heads[0]).size(), 2u);
}

}  // namespace
}  // namespace kepu::rollup

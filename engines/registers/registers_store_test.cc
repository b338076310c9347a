#include <random>
#include <thread>

#include "core/audit/audit.h"
#include "engines/registers/registers_store_testing.h"

namespace kepu::registers {
namespace {

KEPU_STORE_TEST_SUITE(RegisterStoreTest);

TEST_P(RegisterStoreTest, GoesItsWayAndCountsByDay) {
  const Id id = must(store->apply(by(town), informant("测试一", "13800000001"), true));
  EXPECT_EQ(state(id), State::submitted);
  const CountQuery informants{lan->tenant, "informant", "", std::nullopt};
  must(act(town, id, Action::check));
  must(act(town, id, Action::approve));
  EXPECT_EQ(store->count_on(informants, store->today()), 0);
  must(act(town, id, Action::publish));
  const auto first = store->today();
  auto e = must(store->entry(lan->tenant, id));
  EXPECT_EQ(e.number, "信2026-0001");
  EXPECT_EQ(e.valid_until, term_end(first, 24));
  EXPECT_EQ(store->count_on(informants, first), 1);
  later(10);
  must(act(town, id, Action::suspend));
  EXPECT_EQ(store->count_on(informants, first), 1);
  EXPECT_EQ(store->count_on(informants, store->today()), 0);
  later(5);
  must(act(town, id, Action::resume));
  EXPECT_EQ(store->count_on(informants, store->today()), 1);
  EXPECT_EQ(store->fresh_between(informants, store->today(), store->today()).size(), 0u);
  EXPECT_EQ(store->fresh_between(informants, first, first).size(), 1u);
  EXPECT_EQ(store->count_by_home(informants, store->today()), (std::map<Id, std::int64_t>{{village, 1}}));
  later(800);  // past its term: no longer in force, due for renewal
  EXPECT_EQ(store->count_on(informants, store->today()), 0);
  EXPECT_EQ(store->due_for_renewal(town, 10).size(), 1u);
  EXPECT_TRUE(store->due_for_renewal(neighbour, 10).empty());
  must(act(town, id, Action::renew));
  EXPECT_EQ(store->count_on(informants, store->today()), 1);
  EXPECT_TRUE(store->due_for_renewal(town, 10).empty());
  must(act(town, id, Action::retire));
  EXPECT_EQ(store->count_on(informants, store->today()), 0);
  const auto steps = store->history(lan->tenant, id);
  EXPECT_EQ(steps.size(), 8u);
  EXPECT_EQ(steps.back().words, "原因");
}

// Whatever is tried in whatever order, an entry is only ever where the table leads, spans and state agree.
TEST_P(RegisterStoreTest, RandomWalksStayOnTheTable) {
  std::mt19937 dice(7);
  constexpr Action kAll[] = {Action::submit,  Action::withdraw, Action::check,   Action::give_back,
                             Action::approve, Action::refuse,   Action::publish, Action::renew,
                             Action::suspend, Action::resume,   Action::retire};
  std::set<State> reached;
  for (int walk = 0; walk < (is_sqlite() ? 25 : 6); ++walk) {
    const Id id = must(store->apply(by(office), informant("行" + std::to_string(walk), ""), walk % 2 == 0));
    for (int i = 0; i < 30; ++i) {
      const State before = state(id);
      const Action action = kAll[dice() % std::size(kAll)];
      const auto* rule = find_rule(before, action);
      const auto done = act(office, id, action);
      EXPECT_EQ(done.has_value(), rule != nullptr) << title_of(before) << title_of(action);
      EXPECT_EQ(state(id), rule == nullptr ? before : rule->to);
      reached.insert(state(id));
      const auto e = must(store->entry(lan->tenant, id));
      const auto in =
          store->in_force_on({lan->tenant, "informant", "", std::nullopt}, store->today(), 0, 1000);
      const bool counted = std::any_of(in.begin(), in.end(), [&](const Entry& x) { return x.id == id; });
      EXPECT_EQ(counted, in_force(e, store->today()));
    }
  }
  if (is_sqlite()) {
    EXPECT_GE(reached.size(), 9u);
  }
}

TEST_P(RegisterStoreTest, RightsGoByUnitLevelAndTenant) {
  const Id id = must(store->apply(by(liaison), expert_of("测试专家", "13900000001"), true));
  EXPECT_EQ(act(liaison, id, Action::check).error().code, base::Code::forbidden);
  EXPECT_EQ(act(town, id, Action::check).error().code, base::Code::forbidden);
  must(act(office, id, Action::check));
  // Approved by the county: a township's manager has no say.
  EXPECT_EQ(act(town, id, Action::approve).error().code, base::Code::forbidden);
  must(act(office, id, Action::approve));
  const auto e = must(store->entry(lan->tenant, id));
  EXPECT_TRUE(store->may_see(office, e));
  EXPECT_TRUE(store->may_see(liaison, e));
  EXPECT_FALSE(store->may_see(neighbour, e));
  EXPECT_FALSE(store->entry(yun->tenant, id));
  EXPECT_EQ(store->act(by(stranger), id, {}).error().code, base::Code::not_found);
  EXPECT_EQ(store->apply(by(neighbour), informant("别处", ""), true).error().code, base::Code::forbidden);
  EXPECT_EQ(store->apply(by(expert), expert_of("本人", ""), true).error().code, base::Code::forbidden);
  EXPECT_EQ(store->add_type(by(office), Type{}).error().code, base::Code::forbidden);
}

TEST_P(RegisterStoreTest, AnApplicantSeesHisOwnAndNeverDecidesIt) {
  auto a = expert_of("测试本人", "13900000002");
  a.self = true;
  const Id id = must(store->apply(by(expert), a, true));
  const auto e = must(store->entry(lan->tenant, id));
  EXPECT_TRUE(store->may_see(expert, e));
  EntryQuery own;
  own.units = std::vector<Id>{};
  own.own = expert.person;
  EXPECT_EQ(store->entries(lan->tenant, own).total, 1);
  auto judge = expert;  // the same human being, with every right
  judge.reaches = office.reaches;
  EXPECT_EQ(act(judge, id, Action::check).error().rule, "register.own_entry");
  auto again = expert_of("测试本人", "13900000002");
  again.self = true;
  EXPECT_EQ(store->apply(by(expert), again, true).error().rule, "register.already");
  auto informing = informant("测试本人", "");
  informing.self = true;
  EXPECT_EQ(store->apply(by(expert), informing, true).error().rule, "register.self");
}

TEST_P(RegisterStoreTest, TwoAtOnceOneWins) {
  const Id id = must(store->apply(by(office), informant("测试", "13800000009"), true));
  Act check;
  check.action = Action::check;
  check.revision = must(store->entry(lan->tenant, id)).revision;
  Act refuse = check;
  refuse.action = Action::refuse;
  refuse.text = "不符合";
  std::vector<base::Done> out(2);
  std::thread one([&] { out[0] = store->act(by(office), id, check); });
  std::thread two([&] { out[1] = store->act(by(town), id, refuse); });
  one.join();
  two.join();
  EXPECT_NE(out[0].has_value(), out[1].has_value());
  const auto& lost = out[0] ? out[1] : out[0];
  EXPECT_EQ(lost.error().code, base::Code::conflict);
  EXPECT_EQ(state(id), out[0] ? State::checked : State::refused);
  auto edit = informant("改名", "");
  edit.entry.id = id;
  edit.entry.revision = 1;
  EXPECT_FALSE(store->change(by(office), edit));
}

TEST_P(RegisterStoreTest, TypesKeepVersionsAndFieldsInUseAreNotLostUnsaid) {
  const auth::Actor chief = lan->actor("administrator", lan->root, ScopeKind::tenant);
  const Id id = must(store->apply(by(office), expert_of("测试专家", "13900000020"), true));
  Type now = must(store->type(lan->tenant, "expert"));
  Type changed = now;
  changed.fields = parse_fields("field 领域 | 单选 医疗卫生、其他 | 必填 公开 分类\nhome 家乡 | 文字").fields;
  EXPECT_EQ(store->change_type(by(chief), changed, 1, false).error().rule, "register.fields_lost");
  must(store->change_type(by(chief), changed, 1, true));
  EXPECT_EQ(store->change_type(by(chief), changed, 1, true).error().rule, "register.changed_meanwhile");
  EXPECT_EQ(must(store->type(lan->tenant, "expert")).version, 2);
  const auto e = must(store->entry(lan->tenant, id));
  EXPECT_EQ(e.type_version, 1);
  EXPECT_NE(must(store->type(lan->tenant, "expert", 1)).find("employer"), nullptr);
  EXPECT_EQ(must(store->type(lan->tenant, "expert", 2)).find("employer"), nullptr);
  EXPECT_EQ(must(store->type(yun->tenant, "expert")).version, 1);
  must(act(office, id, Action::give_back));
  Application edit;
  edit.entry = must(store->entry(lan->tenant, id, true));
  edit.entry.values = {};
  edit.entry.values.set("field", "其他");
  must(store->change(by(office), edit));
  const auto after = must(store->entry(lan->tenant, id, true));
  EXPECT_EQ(after.type_version, 2);
  EXPECT_EQ(after.values.text("employer"), "县人民医院");  // what the new version does not ask for stays
  EXPECT_EQ(after.values.text("field"), "其他");
  Type own;
  own.key = "windmill";
  own.title = "科普风车";
  own.purpose = "试用";
  own.unit = "架";
  own.prefix = "风";
  own.subject = Subject::thing;
  own.fields = parse_fields("高度 | 数字 米 | 公开").fields;
  must(store->add_type(by(chief), own));
  EXPECT_EQ(store->add_type(by(chief), own).error().code, base::Code::conflict);
  Application mill;
  mill.entry.type = "windmill";
  mill.entry.name = "一号";
  mill.entry.unit = willow;
  must(store->apply(by(town), mill, true));
  EXPECT_FALSE(store->type(yun->tenant, "windmill"));
}

TEST_P(RegisterStoreTest, ImportsAllOrNothing) {
  std::vector<ImportRow> rows;
  for (int i = 0; i < 5; ++i)
    rows.push_back({i + 2, informant("导入" + std::to_string(i), "1370000000" + std::to_string(i))});
  rows.push_back({7, informant("导入0", "13700000000")});  // the same person twice
  auto report = must(store->import(by(town), "informant", rows, false));
  EXPECT_FALSE(report.applied);
  ASSERT_EQ(report.problems.size(), 1u);
  EXPECT_NE(report.problems[0].message.find("第 7 行"), std::string::npos);
  EntryQuery all;
  all.type = "informant";
  EXPECT_EQ(store->entries(lan->tenant, all).total, 0);
  rows.pop_back();
  report = must(store->import(by(town), "informant", rows, true));
  EXPECT_FALSE(report.applied);
  EXPECT_EQ(report.added, 5);
  EXPECT_EQ(store->entries(lan->tenant, all).total, 0);
  report = must(store->import(by(town), "informant", rows, false));
  EXPECT_TRUE(report.applied);
  all.state = State::in_force;
  EXPECT_EQ(store->entries(lan->tenant, all).total, 5);
  EXPECT_FALSE(must(store->import(by(neighbour), "informant", rows, false)).problems.empty());
  std::vector<ImportRow> waits = {{2, expert_of("等审核", "13700000009")}};
  EXPECT_TRUE(must(store->import(by(liaison), "expert", waits, false)).applied);
  all.type = "expert";
  all.state = State::submitted;
  EXPECT_EQ(store->entries(lan->tenant, all).total, 1);
}

TEST_P(RegisterStoreTest, FindsTeamsByPlaceSkillAndTime) {
  const auto team = [&](const std::string& name, Id place, std::vector<Id> serves, const std::string& skill) {
    Application a;
    a.entry.type = "team";
    a.entry.name = name;
    a.entry.unit = place == 0 ? hospital : place;
    a.entry.place = place == 0 ? willow : place;
    a.entry.serves = std::move(serves);
    a.entry.values.add("skills", skill);
    a.entry.values.add("times", "周末");
    return published(a, office, office);
  };
  const Id near = team("近队", village, {}, "急救自救");
  const Id town_team = team("镇队", willow, {}, "急救自救");
  const Id far = team("远队", egret, {egret, willow}, "急救自救");
  team("别队", egret, {}, "急救自救");
  team("他技", willow, {}, "科学实验");
  TeamQuery q;
  q.type = "team";
  q.area = village;
  q.skill = "急救自救";
  q.time = "周末";
  const auto found = store->find_teams(lan->tenant, q);
  std::vector<Id> ids;
  for (const auto& t : found) ids.push_back(t.entry);
  EXPECT_EQ(ids, (std::vector<Id>{near, town_team, far}));
  q.time = "工作日";
  EXPECT_TRUE(store->find_teams(lan->tenant, q).empty());
  q.time.clear();
  must(act(office, near, Action::suspend));
  EXPECT_EQ(store->find_teams(lan->tenant, q).size(), 2u);
  auto member = expert_of("队员", "13900000050");
  member.entry.type = "volunteer";
  member.entry.values = {};
  member.entry.parent = town_team;
  published(member, office, office);
  EXPECT_EQ(store->members(lan->tenant, town_team).size(), 1u);
  EXPECT_EQ(store->find_teams(lan->tenant, q).front().members, 1);
  // Whose members are in another register too.
  EXPECT_TRUE(store->holding(lan->tenant, "expert", store->today()).bodies.empty());
  const Id expert = published(expert_of("队员", "13900000050"), office, office);
  const auto held = store->holding(lan->tenant, "expert", store->today());
  EXPECT_EQ(held.bodies, std::vector<Id>{town_team});
  EXPECT_EQ(held.title, must(store->type(lan->tenant, "expert")).title);
  EXPECT_TRUE(store->holding(lan->tenant, "expert", base::Date{2020, 1, 1}).bodies.empty())
      << "not yet in force";
  EXPECT_TRUE(store->holding(yun->tenant, "expert", store->today()).bodies.empty());
  EXPECT_EQ(store->holding(lan->tenant, "nothing", store->today()).title, "nothing");
  must(act(office, expert, Action::suspend));
  EXPECT_TRUE(store->holding(lan->tenant, "expert", store->today()).bodies.empty());
  EXPECT_TRUE(store->find_teams(yun->tenant, q).empty());
}

TEST_P(RegisterStoreTest, PublicListShowsWhatIsInForceAlone) {
  const Id id = published(expert_of("公开专家", "13900000060"), office, office);
  must(store->apply(by(office), expert_of("未审专家", "13900000061"), true));
  EntryQuery q;
  q.type = "expert";
  q.public_on = store->today();
  q.text = "专家";
  EXPECT_EQ(store->entries(lan->tenant, q).total, 1);
  q.text = "慢病";
  EXPECT_EQ(store->entries(lan->tenant, q).total, 1);
  q.text = "慢病专家";  // no such run of characters
  EXPECT_EQ(store->entries(lan->tenant, q).total, 0);
  q.text = "example";  // personal: cannot be searched for
  EXPECT_EQ(store->entries(lan->tenant, q).total, 0);
  q.text.clear();
  q.tags = {{"skills", "急救自救"}};
  EXPECT_EQ(store->entries(lan->tenant, q).total, 1);
  must(act(office, id, Action::suspend));
  EXPECT_EQ(store->entries(lan->tenant, q).total, 0);
}

TEST_P(RegisterStoreTest, ChangesAreInTheAuditLogAndToldToTheApplicant) {
  const Id id = must(store->apply(by(liaison), expert_of("测试专家", "13900000070"), true));
  must(act(office, id, Action::give_back, "缺少职称"));
  db().read([&](sql::Session& s) {
    const auto notices = notify::of_person(s, lan->tenant, liaison.person, true, 0, 10);
    ASSERT_EQ(notices.size(), 1u);
    EXPECT_EQ(notices[0].notice.text, "缺少职称");
    audit::Query q;
    q.subject = fmt::format("register_entry:{}", id);
    EXPECT_EQ(audit::find(s, lan->tenant, q).total, 2);
  });
  EXPECT_EQ(act(office, id, Action::check).error().rule, "register.not_in_state");
  EXPECT_EQ(act(liaison, id, Action::submit).has_value(), true);
  EXPECT_EQ(store->waiting(office, 10).size(), 0u);  // the hospital's own to check
  db().read([&](sql::Session& s) {
    EXPECT_TRUE(unit_in_use(s, lan->tenant, hospital));
    EXPECT_FALSE(unit_in_use(s, lan->tenant, egret));
    EXPECT_FALSE(unit_in_use(s, yun->tenant, hospital));
  });
}

}  // namespace
}  // namespace kepu::registers

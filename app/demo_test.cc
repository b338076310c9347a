#include "app/demo.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "app/demo_paper.h"
#include "app/demo_people.h"
#include "app/demo_rollup.h"
#include "app/demo_testing.h"
#include "app/demo_text.h"
#include "app/survey_rounds.h"
#include "core/audit/audit.h"
#include "core/auth/directory.h"
#include "core/auth/roles.h"
#include "core/auth/sign_in.h"
#include "engines/indicators/indicators_engine.h"
#include "engines/plan/compare.h"
#include "engines/plan/plan_engine.h"
#include "engines/rollup/rollup_engine.h"
#include "engines/survey/survey_engine.h"

namespace kepu::app::demo {
namespace {

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "kepu-demo-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  Config config() const {
    Config config;
    config.data = path_;
    return config;
  }

 private:
  std::string path_;
};

void quietly(int, int, std::string_view) {}

class DemoCounty : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new Folder;
    program_ = new Program(folder_->config());
    made_ = new Made(must(make_county(*program_, 1, quietly)));
  }
  static void TearDownTestSuite() {
    delete made_;
    delete program_;
    delete folder_;
  }
  static plan::PlanStore& store() { return program_->plan().store(); }
  static std::shared_ptr<const plan::Plan> adopted() { return must(store().current(made_->tenant)); }

  inline static Folder* folder_ = nullptr;
  inline static Program* program_ = nullptr;
  inline static Made* made_ = nullptr;
};

TEST_F(DemoCounty, HasItsUnitsAndPeopleInEveryRole) {
  const auto tree = program_->directory().units(made_->tenant);
  EXPECT_EQ(tree->of_kind(auth::UnitKind::department).size(), 30u);
  EXPECT_EQ(tree->of_kind(auth::UnitKind::township).size(), 12u);
  const auto villages = tree->of_kind(auth::UnitKind::village);
  EXPECT_GE(villages.size(), 48u);
  std::set<std::string> codes;
  for (const auto* village : villages) {
    EXPECT_EQ(village->area_code.size(), 12u);
    EXPECT_EQ(village->area_code.substr(0, 9), tree->find(village->parent)->area_code.substr(0, 9));
    EXPECT_TRUE(codes.insert(village->area_code).second) << village->name;
  }
  EXPECT_EQ(made_->units, static_cast<int>(tree->all().size()) - 1);
  for (const auto& role : program_->directory().roles()->all()) {
    auth::PersonQuery query;
    query.role = role.id;
    const auto page = must(program_->directory().find_people(program_->command_actor(made_->tenant), query));
    EXPECT_GT(page.total, 0) << role.title;
  }
}

TEST_F(DemoCounty, EveryAccountSignsInWithoutBeingMadeToChangeItsPassword) {
  for (const auto& account : demo_accounts()) {
    auth::Credentials credentials;
    credentials.tenant = made_->tenant;
    credentials.login = account.login;
    credentials.password = account.password;
    const auto session = program_->sign_in().sign_in(credentials);
    ASSERT_TRUE(session) << account.login << session.error().message;
    EXPECT_FALSE(session->must_change_password) << account.login;
    const auto visit = program_->sign_in().visit(session->token, "127.0.0.1");
    ASSERT_TRUE(visit);
    EXPECT_EQ(visit->actor.name, account.person);
  }
}

TEST_F(DemoCounty, HasASurveyThatIsFrozenAndOneInTheField) {
  auto& engine = program_->survey();
  const auto rounds = engine.store().rounds(made_->tenant);
  ASSERT_EQ(rounds.size(), 2u);
  EXPECT_EQ(rounds[0].round.state, survey::RoundState::field);
  const auto data = must(engine.dataset(made_->tenant, rounds[1].round.id));
  EXPECT_GE(data.psus.size(), 25u);
  double complete = 0, literate = 0;
  for (const auto& c : data.cases) {
    if (c.outcome != survey::Outcome::complete) continue;
    double points = 0;
    for (std::size_t i = 0; i < data.items.size(); ++i)
      points += c.answers[i] == 1 ? data.items[i].points : 0;
    complete += 1;
    literate += points >= 70 ? 1 : 0;
  }
  EXPECT_GT(complete, 700);
  EXPECT_NEAR(literate / complete, 0.15, 0.06);
  int waiting = 0, asked = 0;
  for (const auto& c : engine.store().cases(made_->tenant, {.round = rounds[0].round.id})) {
    waiting += c.waiting;
    asked += c.replacement == survey::ReplacementState::asked ? 1 : 0;
  }
  EXPECT_EQ(waiting, 1);
  EXPECT_GE(asked, 1);
}

TEST_F(DemoCounty, AFinalSurveyIsTheReadingOfItsYear_ButNotInPlaceOfASuperiors) {
  auto& store = program_->indicators().store();
  const auto by = program_->command_actor(made_->tenant);
  auto result = program_->survey_results().store().finals(made_->tenant).at(0);
  const auto of_year = [&](int year) -> indicators::Reading {
    for (const auto& r : store.readings(made_->tenant)) {
      if (r.area.empty() && r.group.empty() && r.year == year) return r;
    }
    return {};
  };
  ASSERT_EQ(result.result.until.year, 2025);
  EXPECT_FALSE(enter_reading(store, by, result)) << "the province has asked that year";
  EXPECT_EQ(of_year(2025).source.find("本县调查"), std::string::npos);
  result.result.until.year = 2024;
  EXPECT_TRUE(enter_reading(store, by, result));
  EXPECT_TRUE(enter_reading(store, by, result)) << "the same again changes nothing";
  auto entered = of_year(2024);
  EXPECT_EQ(entered.number, 1);
  EXPECT_NEAR(entered.value, result.result.county_row().percent, 0.051);
  EXPECT_EQ(entered.sample, result.result.county_row().n);
  EXPECT_LT(entered.low.value(), entered.value);
  result.number += 1;
  result.result.literacy.rows.front().percent += 1;
  EXPECT_TRUE(enter_reading(store, by, result));
  entered = of_year(2024);
  EXPECT_EQ(entered.number, 2) << "the old one stays in the history";
}

TEST_F(DemoCounty, ThePlanIsAdoptedWithDutiesAndUnits) {
  const auto plan = adopted();
  EXPECT_EQ(plan->version.id, made_->plan);
  EXPECT_EQ(plan->version.number, 2);
  EXPECT_EQ(plan->version.adopted_by, "县科协经办");
  EXPECT_EQ(plan->living_initiatives().size(), 10u);
  EXPECT_EQ(plan->living_tasks().size(), tasks_in(issued_text()));
  EXPECT_TRUE(plan::unmapped_names(*plan, store().names(made_->tenant)).empty());
  // Every written name is a unit of demo/units.txt or a group: no department was made for want of one.
  EXPECT_EQ(program_->directory().units(made_->tenant)->all().size(),
            static_cast<std::size_t>(made_->units) + 1);
  std::size_t with_duty = 0;
  for (const auto* task : plan->living_tasks()) {
    with_duty += std::any_of(task->duties.begin(), task->duties.end(),
                             [](const auto& d) { return d.state == plan::DutyState::confirmed; });
  }
  EXPECT_GE(with_duty * 100, plan->living_tasks().size() * 95);
}

TEST_F(DemoCounty, AboutSixtyPercentIsConfirmedByNamedPeople) {
  const auto rows = store().assignments(made_->tenant, made_->plan);
  int confirmed = 0;
  std::map<base::Id, std::pair<int, int>> units;  // tasks, confirmed ones
  for (const auto& row : *rows) {
    ++units[row.unit].first;
    units[row.unit].second += row.confirmed_at != 0;
    if (row.confirmed_at == 0) continue;
    ++confirmed;
    EXPECT_NE(row.contact, 0);
    EXPECT_NE(row.contact_name.find("联络员"), std::string::npos);
  }
  EXPECT_EQ(confirmed, made_->confirmed);
  EXPECT_NEAR(confirmed * 100.0 / static_cast<double>(rows->size()), 60, 1);
  EXPECT_EQ(units.size(), 42u);  // 30 departments, 12 townships
  const auto in_state = [&](auto&& fits) {
    return std::count_if(units.begin(), units.end(), [&](const auto& u) { return fits(u.second); });
  };
  EXPECT_GE(in_state([](const auto& u) { return u.second == u.first; }), 10);
  EXPECT_GE(in_state([](const auto& u) { return u.second == 0; }), 5);
  EXPECT_GE(in_state([](const auto& u) { return u.second > 0 && u.second < u.first; }), 3);
}

TEST_F(DemoCounty, TargetsHaveMilestonesAndTheHeadlineItsBaseline) {
  const auto plan = adopted();
  ASSERT_NE(plan->headline(), nullptr);
  EXPECT_EQ(plan->headline()->baseline, 12.6);
  EXPECT_EQ(plan->headline()->baseline_year, 2025);
  EXPECT_EQ(plan->headline()->milestones.size(), 5u);
  EXPECT_EQ(plan->headline()->milestones.at(2030), 18);
  EXPECT_GE(made_->milestones, 4);
}

TEST_F(DemoCounty, OneCitationIsRightAndOneHasAWrongNumber) {
  const auto own = adopted();
  std::vector<plan::Version> at_hand;
  for (const auto& head : store().plans(made_->tenant)) {
    at_hand.insert(at_hand.end(), head.versions.begin(), head.versions.end());
  }
  std::map<std::string, plan::Citation::Verdict> verdicts;  // by the number that is written
  for (const auto& citation : plan::check_citations(*own, at_hand)) {
    verdicts[citation.basis.doc_number] = citation.verdict;
  }
  EXPECT_EQ(verdicts.at("澄府办发〔2026〕5号"), plan::Citation::Verdict::agrees);
  EXPECT_EQ(verdicts.at("澄府办发〔2026〕15号"), plan::Citation::Verdict::number_differs);
  EXPECT_EQ(verdicts.at("国发〔2021〕9号"), plan::Citation::Verdict::not_at_hand);
}

TEST_F(DemoCounty, SomeOfTheCitysTasksAreNotTakenUp) {
  const auto city = must(store().load(made_->tenant, made_->superior));
  EXPECT_EQ(city->version.state, plan::VersionState::adopted);
  EXPECT_EQ(city->living_tasks().size(), tasks_in(superior_text()));
  const auto own = titles_in(issued_text());
  const std::set<std::string> ours(own.begin(), own.end());
  std::size_t missing = 0;
  for (const auto* task : city->living_tasks()) missing += ours.count(task->title) == 0;
  EXPECT_GE(missing, 8u);
  EXPECT_EQ(store().hand_links(made_->tenant, made_->superior, made_->plan).size(), 2u);
}

TEST_F(DemoCounty, TheCityAskedItsCounties) {
  auto& store = program_->rollup().store();
  const auto city = program_->directory().tenant_by_code(kCityCode)->id;
  EXPECT_EQ(store.counties_of(city).size(), 3u);
  const auto calls = store.calls(city);
  ASSERT_EQ(calls.size(), 2u);
  const auto open = must(store.board(city, calls[0].id)), closed = must(store.board(city, calls[1].id));
  EXPECT_EQ(calls[0].state, rollup::CallState::issued);
  EXPECT_EQ(open.reported, 1);
  EXPECT_EQ(calls[1].state, rollup::CallState::closed);
  EXPECT_EQ(closed.reported, 3);
  std::set<rollup::Standing> standings;
  for (const auto& row : open.rows) standings.insert(row.standing);
  EXPECT_EQ(standings, (std::set<rollup::Standing>{rollup::Standing::on_time, rollup::Standing::given_back,
                                                   rollup::Standing::waiting}));
  // What waits for the county: the open one.
  const auto incoming = store.incoming(made_->tenant);
  EXPECT_EQ(std::count_if(incoming.begin(), incoming.end(), [](const auto& in) { return in.waits(); }), 1);
  for (const auto& area : rollup_areas()) {
    const auto tenant = program_->directory().tenant_by_code(area.code)->id;
    EXPECT_FALSE(audit::verify(program_->db(), tenant).broken_at);
    for (const auto& account : area.accounts) {
      auth::Credentials credentials;
      credentials.tenant = tenant;
      credentials.login = account.login;
      credentials.password = account.password;
      EXPECT_TRUE(program_->sign_in().sign_in(credentials)) << area.name << account.login;
    }
  }
}

TEST_F(DemoCounty, TheAuditLogIsWhole) {
  const auto verdict = audit::verify(program_->db(), made_->tenant);
  EXPECT_FALSE(verdict.broken_at) << verdict.message;
  EXPECT_GT(verdict.entries, made_->people);
}

TEST_F(DemoCounty, TheSameSeedConfirmsTheSameTasks) {
  const auto confirmed_of = [](Program& program, const Made& made) {
    std::set<std::string> out;
    const auto plan = must(program.plan().store().load(made.tenant, made.plan));
    const auto tree = program.directory().units(made.tenant);
    for (const auto& row : *program.plan().store().assignments(made.tenant, made.plan)) {
      if (row.confirmed_at != 0) out.insert(plan->task(row.task)->code + tree->find(row.unit)->name);
    }
    return out;
  };
  Folder second, third;
  Program again(second.config()), other(third.config());
  const auto same = must(make_county(again, 1, quietly));
  EXPECT_EQ(confirmed_of(again, same), confirmed_of(*program_, *made_));
  const auto another = must(make_county(other, 2, quietly));
  EXPECT_NE(confirmed_of(other, another), confirmed_of(*program_, *made_));
}

TEST_F(DemoCounty, IsNotMadeTwice) {
  const auto again = make_county(*program_, 1, quietly);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, base::Code::conflict);
}

TEST(DemoScale, AFurtherCountyHasFiveYears) {
  Folder folder;
  Program program(folder.config());
  const auto made = must(make_further_county(program, 1, 0));
  EXPECT_EQ(made.versions, 5);
  EXPECT_GT(made.assignments, 5 * 150);
  EXPECT_NEAR(made.confirmed * 100.0 / made.assignments, 60, 1);
  const auto plans = program.plan().store().plans(made.tenant);
  ASSERT_EQ(plans.size(), 2u);
  const auto now = must(program.plan().store().current(made.tenant));
  EXPECT_EQ(now->version.metadata.region, county_name(0));
  EXPECT_EQ(now->version.metadata.from, 2026);
  EXPECT_FALSE(audit::verify(program.db(), made.tenant).broken_at);
}

TEST(DemoOwn, ADocumentBecomesACountyUpToTheReview) {
  Folder folder;
  const auto file = folder / "我的方案.docx";
  std::ofstream(file, std::ios::binary) << docx_of(county_text("霁棠浦县", 0, {}), Numbers::typed);
  Program program(folder.config());
  OwnDocument document;
  document.path = file;
  const auto made = must(make_own(program, document, quietly));
  EXPECT_EQ(made.tenant.name, "霁棠浦县");
  EXPECT_EQ(made.tenant.code, "own");
  EXPECT_EQ(made.initiatives, 10);
  EXPECT_EQ(static_cast<std::size_t>(made.tasks), tasks_in(issued_text()));
  EXPECT_GE(made.made_units, 28);
  EXPECT_EQ(made.left, 1);  // 各乡镇（街道）: there are none yet
  const auto version = must(program.plan().store().load(made.tenant.id, made.version));
  EXPECT_EQ(version->version.state, plan::VersionState::review);
  for (const auto& [login, password] : {std::pair(kOwnAdministrator, made.administrator_password),
                                        std::pair(kOwnClerk, made.clerk_password)}) {
    auth::Credentials credentials;
    credentials.tenant = made.tenant.id;
    credentials.login = std::string(login);
    credentials.password = password;
    const auto session = program.sign_in().sign_in(credentials);
    ASSERT_TRUE(session) << login;
    EXPECT_TRUE(session->must_change_password);
  }
  const auto again = must(make_own(program, document, quietly));
  EXPECT_TRUE(again.was_there);
  EXPECT_EQ(again.version, made.version);
  // A later text of the same plan is its next version.
  std::ofstream(file, std::ios::binary) << docx_of(county_text("霁棠浦县", 0, {3}), Numbers::typed);
  const auto later = must(make_own(program, document, quietly));
  EXPECT_FALSE(later.was_there);
  EXPECT_EQ(must(program.plan().store().load(made.tenant.id, later.version))->version.number, 2);
  EXPECT_TRUE(later.clerk_password.empty());
}

TEST(DemoOwn, ADocumentOfAnotherCountyIsRefused) {
  Folder folder;
  Program program(folder.config());
  OwnDocument document;
  document.path = folder / "方案.docx";
  std::ofstream(document.path, std::ios::binary)
      << docx_of(county_text(county_name(0), 0, {}), Numbers::typed);
  const auto first = must(make_own(program, document, quietly));
  std::ofstream(document.path, std::ios::binary)
      << docx_of(county_text(county_name(1), 0, {}), Numbers::typed);
  const auto other = make_own(program, document, quietly);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().rule, "demo.other_county");
  document.code = "second";
  EXPECT_NE(must(make_own(program, document, quietly)).tenant.id, first.tenant.id);
}

TEST(DemoOwn, WhatIsNoPlanIsRefusedBeforeAnythingIsMade) {
  Folder folder;
  Program program(folder.config());
  OwnDocument document;
  document.path = folder / "没有.docx";
  EXPECT_FALSE(make_own(program, document, quietly));
  document.path = folder / "空.docx";
  std::ofstream(document.path).flush();
  EXPECT_FALSE(make_own(program, document, quietly));
  document.path = folder / "通知.txt";
  std::ofstream(document.path) << "关于召开会议的通知\n定于下周一上午九点召开会议，请准时参加。\n";
  const auto no_plan = make_own(program, document, quietly);
  ASSERT_FALSE(no_plan);
  EXPECT_EQ(no_plan.error().rule, "demo.no_plan");
  EXPECT_TRUE(program.directory().tenants().empty());
}

}  // namespace
}  // namespace kepu::app::demo

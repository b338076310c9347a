#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "core/auth/testing.h"
#include "core/file/file.h"
#include "core/notify/notify.h"
#include "core/sql/testing.h"
#include "engines/indicators/indicators_engine.h"
#include "engines/indicators/indicators_samples_test.h"

namespace kepu::indicators {
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
purpose = "办理"
scope = "tenant"
rights = ["indicators.read", "indicators.edit", "indicators.fill", "indicators.confirm"]
[[role]]
id = "head"
title = "负责人"
purpose = "审批"
scope = "tenant"
rights = ["indicators.read", "indicators.confirm", "indicators.approve"]
[[role]]
id = "liaison"
title = "联络员"
purpose = "填报"
scope = "unit"
rights = ["indicators.read", "indicators.fill"]
)";

// One county has the sample plan, the others none.
class Plans final : public plan::RunningPlans {
 public:
  base::Result<std::shared_ptr<const plan::Running>> running(Id tenant) override {
    if (tenant == of && now) return now;
    return base::refuse(base::Code::not_found, "plan.none_adopted", "还没有采纳的方案。");
  }
  base::Result<std::shared_ptr<const plan::Running>> running_version(Id tenant, Id) override {
    return running(tenant);
  }
  Id of = 0;
  std::shared_ptr<const plan::Running> now;
};

class Browser {
 public:
  Browser(site::Site& site, std::string token) : site_(site), token_(std::move(token)) {}
  int get(const std::string& target) { return send(http::Method::get, target, {}); }
  int post(const std::string& target, http::Pairs form) {
    form.emplace_back("csrf", csrf_);
    return send(http::Method::post, target, std::move(form));
  }
  bool shows(std::string_view text) const { return last_.body.find(text) != std::string::npos; }
  const http::Response& last() const { return last_; }

 private:
  int send(http::Method method, const std::string& target, http::Pairs form) {
    http::Request request;
    request.method = method;
    request.target = target;
    const auto mark = target.find('?');
    request.path = target.substr(0, mark);
    if (mark != std::string::npos) request.query = http::parse_query(target.substr(mark + 1));
    if (!token_.empty()) request.cookies = {{std::string(site::kSessionCookie), token_}};
    request.form = std::move(form);
    request.remote = "192.0.2.7";
    request.host = "kepu.test";
    request.id = "t1";
    request.headers = {{"user-agent", "Mozilla/5.0 Chrome/120.0"}, {"host", "kepu.test"}};
    last_ = site_.answer(std::move(request));
    const std::string field = "name=\"csrf\" value=\"";
    if (const auto at = last_.body.find(field); at != std::string::npos) {
      const auto from = at + field.size();
      csrf_ = last_.body.substr(from, last_.body.find('"', from) - from);
    }
    return last_.status;
  }
  site::Site& site_;
  std::string token_, csrf_;
  http::Response last_;
};

class IndicatorPages : public ::testing::Test {
 protected:
  IndicatorPages()
      : folder_(std::filesystem::temp_directory_path() /
                fmt::format("kepu-indicators-{}-{}", getpid(),
                            ::testing::UnitTest::GetInstance()->current_test_info()->name())),
        database_(sql::testing::TestDatabase::make(sql::testing::Engine::sqlite)),
        world(database_->db(), kRoles),
        lan(world, "lan", "岚江县"),
        yun(world, "yun", "云溪县"),
        files_((folder_ / "files").string()),
        services_{world.db,
                  world.clock,
                  world.ids,
                  world.directory,
                  world.sign_in,
                  files_,
                  (folder_ / "work").string()},
        engine(services_, plans, extensions, catalog),
        site(services_, {"科普行动平台", "lan"}) {
    std::vector<sql::Migration> steps = notify::migrations();
    steps.insert(steps.end(), migrations().begin(), migrations().end());
    sql::migrate(world.db, steps);
    east = lan.unit("东渡镇", 0, auth::UnitKind::township);
    west = lan.unit("柳溪镇", 0, auth::UnitKind::township);
    plans.of = lan.tenant;
    std::vector<plan::Assignment> assignments(2);
    assignments[0].task = 11;
    assignments[0].unit = east;
    assignments[0].role = plan::Role::lead;
    assignments[0].confirmed_at = base::start_of({2026, 3, 25});
    assignments[1].task = 12;
    assignments[1].unit = west;
    world.clock.set(base::start_of({2026, 7, 2}) + 9 * 3'600'000);
    plans.now = std::make_shared<const plan::Running>(
        samples::running(samples::plan(), world.directory.units(lan.tenant), std::move(assignments)));
    engine.add_to(site);
  }
  ~IndicatorPages() override { std::filesystem::remove_all(folder_); }

  Browser signed_in(auth::testing::County& county, const std::string& role, Id unit, ScopeKind scope) {
    const std::string login = fmt::format("user{}", ++count_);
    const Id person = county.person("人员" + login, unit);
    const std::string first = county.account(person, login);
    county.grant(person, role, scope);
    auth::Credentials given;
    given.tenant = county.tenant;
    given.login = login;
    given.password = first;
    const auto session = must(world.sign_in.sign_in(given));
    must(world.sign_in.change_password(session.token, first, "青山绿水之间住着几户人家", ""));
    given.password = "青山绿水之间住着几户人家";
    return Browser(site, must(world.sign_in.sign_in(given)).token);
  }
  // Declared by the clerk's own form.
  std::string declared(Browser& clerk) {
    clerk.get("/indicators/new");
    const int status = clerk.post("/indicators/new", {{"title", "科普读物发放"},
                                                      {"unit", "份"},
                                                      {"decimals", "0"},
                                                      {"definition", "免费发放的纸质读物"},
                                                      {"nature", "flow"},
                                                      {"counting", "amount"},
                                                      {"frequency", "quarter"},
                                                      {"due_days", "15"},
                                                      {"from", "2026-01-01"},
                                                      {"fillers", "townships"},
                                                      {"active", "1"}});
    EXPECT_EQ(status, 303) << clerk.last().body;
    const auto* to = clerk.last().get("Location");
    return to == nullptr ? "" : *to;
  }

  std::filesystem::path folder_;
  std::unique_ptr<sql::testing::TestDatabase> database_;
  auth::testing::World world;
  auth::testing::County lan, yun;
  file::Store files_;
  site::Services services_;
  Plans plans;
  plan::Extensions extensions;
  metric::Catalog catalog;
  IndicatorsEngine engine;
  site::Site site;
  Id east = 0, west = 0;
  int count_ = 0;
};

TEST_F(IndicatorPages, OpenInEveryForm) {
  auto clerk = signed_in(lan, "clerk", lan.root, ScopeKind::tenant);
  for (const char* url : {"/indicators",
                          "/indicators?as=csv",
                          "/indicators?as=json",
                          "/indicators?as=xlsx",
                          "/indicators/plan.tasks",
                          "/indicators/plan.tasks?a=2026-04-01&b=2026-06-30",
                          "/indicators/plan.confirmed_share/records",
                          "/indicators/plan.confirmed_share/balance",
                          "/indicators/new",
                          "/indicators/filling",
                          "/indicators/values",
                          "/indicators/targets",
                          "/indicators/targets?as=csv",
                          "/indicators/targets/21",
                          "/indicators/targets/23",
                          "/indicators/changes",
                          "/indicators/literacy",
                          "/indicators/progress",
                          "/indicators/progress?node=1",
                          "/indicators/progress/task/11",
                          "/indicators/progress/initiative/1"}) {
    EXPECT_EQ(clerk.get(url), 200) << url << clerk.last().body;
  }
  EXPECT_EQ(clerk.get("/indicators/none.such"), 404);
  EXPECT_EQ(clerk.get("/indicators/targets/999"), 404);
  EXPECT_EQ(clerk.get("/indicators/plan.tasks/edit"), 404);
}

TEST_F(IndicatorPages, ALiaison_SeesTheCountysFigureAndHisOwnRecords) {
  auto liaison = signed_in(lan, "liaison", east, ScopeKind::unit);
  EXPECT_EQ(liaison.get("/indicators/plan.assignments"), 200);
  EXPECT_TRUE(liaison.shows("东渡镇"));
  EXPECT_FALSE(liaison.shows("柳溪镇"));
  liaison.get("/indicators/plan.assignments/records");
  EXPECT_TRUE(liaison.shows("培育高素质农民"));
  EXPECT_FALSE(liaison.shows("科技特派员"));
  EXPECT_TRUE(liaison.shows("其中 1 条在您的数据范围内"));
  EXPECT_EQ(liaison.get(fmt::format("/indicators/plan.assignments/records?unit={}", west)), 404);
  for (const char* url : {"/indicators/new", "/indicators/progress/task/11"})
    EXPECT_EQ(liaison.get(url), 403) << url;
  EXPECT_EQ(liaison.post("/indicators/targets/21/bind", {{"metric", "plan.tasks"}, {"span", "at_date"}}),
            403);
  EXPECT_EQ(liaison.post("/indicators/values/decide", {{"do", "confirm"}}), 403);
  EXPECT_EQ(liaison.post("/indicators/literacy", {{"year", "2025"}, {"value", "12"}, {"source", "公报"}}),
            403);
}

TEST_F(IndicatorPages, FromDeclaringToTheFigure) {
  auto clerk = signed_in(lan, "clerk", lan.root, ScopeKind::tenant);
  auto liaison = signed_in(lan, "liaison", east, ScopeKind::unit);
  const std::string metric = declared(clerk);
  EXPECT_EQ(liaison.get("/indicators/filling"), 200);
  EXPECT_TRUE(liaison.shows("2026年二季度"));
  const std::string fill = fmt::format("{}/fill?unit={}&last=2026-06-30", metric, east);
  EXPECT_EQ(liaison.get(fill), 200);
  const http::Pairs typed = {
      {"unit", std::to_string(east)}, {"last", "2026-06-30"}, {"number", "0"}, {"value", "120"}};
  EXPECT_EQ(liaison.post(metric + "/fill", typed), 422) << "no source";
  EXPECT_TRUE(liaison.shows("value=\"120\"")) << "what was typed is kept";
  http::Pairs right = typed;
  right.emplace_back("source", "发放登记表");
  EXPECT_EQ(liaison.post(metric + "/fill", right), 303) << liaison.last().body;
  clerk.get("/indicators/values");
  EXPECT_TRUE(clerk.shows("1 个数待确认"));
  const std::string key =
      fmt::format("{}:{}:2026-06-30:1", metric.substr(std::string("/indicators/manual.").size()), east);
  EXPECT_EQ(clerk.post("/indicators/values/decide", {{"key", key}, {"do", "confirm"}}), 303);
  clerk.get(metric);
  EXPECT_TRUE(clerk.shows("120 份"));
  EXPECT_TRUE(clerk.shows("没有填报"));
  EXPECT_EQ(liaison.get(fmt::format("{}/value?unit={}&last=2026-06-30", metric, east)), 200);
  EXPECT_EQ(liaison.get(fmt::format("{}/value?unit={}&last=2026-06-30", metric, west)), 403);
  EXPECT_EQ(liaison.get(fmt::format("{}/fill?unit={}&last=2026-06-30", metric, west)), 403);
  EXPECT_EQ(liaison.get(fmt::format("{}/fill?unit=0&last=2026-06-30", metric)), 403);
  EXPECT_EQ(liaison.get(fmt::format("{}/fill?unit={}&last=2026-06-29", metric, east)), 404);
}

TEST_F(IndicatorPages, AnotherCounty_SeesNothingOfIt) {
  auto clerk = signed_in(lan, "clerk", lan.root, ScopeKind::tenant);
  const std::string metric = declared(clerk);
  auto other = signed_in(yun, "clerk", yun.root, ScopeKind::tenant);
  EXPECT_EQ(other.get(metric), 404);
  EXPECT_EQ(other.get(metric + "/edit"), 404);
  EXPECT_EQ(other.get("/indicators"), 200);
  EXPECT_FALSE(other.shows("科普读物发放"));
  EXPECT_EQ(other.get("/indicators/targets"), 404) << "no plan is adopted there";
  EXPECT_EQ(other.get("/indicators/literacy"), 200);
}

TEST_F(IndicatorPages, AChange_IsApprovedByAnother_AndTheOldTargetStays) {
  auto clerk = signed_in(lan, "clerk", lan.root, ScopeKind::tenant);
  auto head = signed_in(lan, "head", lan.root, ScopeKind::tenant);
  clerk.get("/indicators/targets/22");
  EXPECT_EQ(
      clerk.post(
          "/indicators/targets/22/change",
          {{"value", "150"}, {"year", "2030"}, {"from", "2026-07-01"}, {"reason", "撤并"}, {"basis", ""}}),
      422);
  EXPECT_TRUE(clerk.shows("value=\"150\""));
  EXPECT_EQ(clerk.post("/indicators/targets/22/change", {{"value", "150"},
                                                         {"year", "2030"},
                                                         {"from", "2026-07-01"},
                                                         {"reason", "撤并"},
                                                         {"basis", "纪要"}}),
            303)
      << clerk.last().body;
  const auto changes = engine.store().attached(lan.tenant).changes;
  ASSERT_EQ(changes.size(), 1u);
  const std::string url = fmt::format("/indicators/changes/{}", changes.begin()->second.front().id);
  EXPECT_EQ(clerk.post(url + "/decide", {{"do", "approve"}}), 403);
  head.get("/indicators/changes");
  EXPECT_TRUE(head.shows("批准"));
  EXPECT_EQ(head.post(url + "/decide", {{"do", "approve"}}), 303);
  EXPECT_EQ(head.post(url + "/decide", {{"do", "refuse"}, {"note", "再议"}}), 409);
  clerk.get("/indicators/targets");
  EXPECT_TRUE(clerk.shows("原目标 200 名"));
}

TEST_F(IndicatorPages, AQuiz_NeverStandsForTheLiteracyShare) {
  auto clerk = signed_in(lan, "clerk", lan.root, ScopeKind::tenant);
  clerk.get("/indicators/literacy");
  EXPECT_EQ(clerk.post("/indicators/literacy",
                       {{"year", "2025"}, {"value", "88"}, {"source", "全县竞赛答题合格率"}}),
            422);
  EXPECT_TRUE(clerk.shows("不是抽样调查"));
  EXPECT_EQ(
      clerk.post("/indicators/literacy", {{"year", "2025"}, {"value", "12.6"}, {"source", "抽样调查公报"}}),
      303);
  clerk.get("/indicators/literacy");
  EXPECT_TRUE(clerk.shows("不能判断")) << "no interval was given";
}

TEST_F(IndicatorPages, ASetForAnotherScheme_IsFilledAndHandedIn) {
  auto clerk = signed_in(lan, "clerk", lan.root, ScopeKind::tenant);
  clerk.get("/indicators/sets");
  EXPECT_EQ(clerk.post("/indicators/sets", {{"title", "公共文化测评"}, {"recipient", "县文明办"}}), 303);
  const std::string url = *clerk.last().get("Location");
  clerk.get(url);
  EXPECT_EQ(clerk.post(url + "/items", {{"metric", ""}, {"span", "at_date"}, {"revision", "1"}}), 422);
  EXPECT_EQ(clerk.post(url + "/items", {{"metric", "plan.assignments_confirmed"},
                                        {"code", "三-12"},
                                        {"span", "at_date"},
                                        {"revision", "1"}}),
            303);
  clerk.get(url);
  EXPECT_TRUE(clerk.shows("三-12"));
  EXPECT_EQ(clerk.post(url + "/submit", {{"year", "2026"}}), 303);
  EXPECT_EQ(clerk.get(*clerk.last().get("Location")), 200);
  EXPECT_TRUE(clerk.shows("数已固定"));
  clerk.get("/indicators/plan.assignments_confirmed");
  EXPECT_TRUE(clerk.shows("公共文化测评"));
  auto liaison = signed_in(lan, "liaison", east, ScopeKind::unit);
  EXPECT_EQ(liaison.get(url), 200);
  EXPECT_EQ(liaison.post(url + "/submit", {{"year", "2026"}}), 403);
  auto other = signed_in(yun, "clerk", yun.root, ScopeKind::tenant);
  EXPECT_EQ(other.get(url), 404);
}

TEST_F(IndicatorPages, TodosTellWhatIsDue) {
  auto clerk = signed_in(lan, "clerk", lan.root, ScopeKind::tenant);
  declared(clerk);
  const auto actor = lan.actor("liaison", east, ScopeKind::unit);
  const auto tenant = *world.directory.tenant(lan.tenant);
  const http::Request request;
  const http::Pairs variables;
  site::Context context{request, services_, tenant, actor, variables, ""};
  const auto todos = site.todos(context);
  ASSERT_EQ(todos.size(), 1u);
  EXPECT_NE(todos[0].title.find("2026年二季度"), std::string::npos);
  EXPECT_EQ(todos[0].due, (base::Date{2026, 7, 15}));
  EXPECT_EQ(todos[0].unit, east);
}

}  // namespace
}  // namespace kepu::indicators

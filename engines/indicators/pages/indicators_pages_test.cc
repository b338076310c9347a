#include "core/notify/notify.h"
#include "core/site/testing.h"
#include "engines/indicators/indicators_engine.h"
#include "engines/indicators/indicators_samples_test.h"

namespace kepu::indicators {
namespace {

using auth::ScopeKind;
using site::testing::Browser;

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

class IndicatorPages : public site::testing::PageTest {
 protected:
  IndicatorPages()
      : PageTest(kRoles, {notify::migrations(), migrations()}, {2026, 7, 2}),
        lan(world, "lan", "岚江县"),
        yun(world, "yun", "云溪县"),
        engine(services, plans, extensions, catalog) {
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
    plans.now = std::make_shared<const plan::Running>(
        samples::running(samples::plan(), world.directory.units(lan.tenant), std::move(assignments)));
    engine.add_to(site);
  }

  Browser signed_in(auth::testing::County& county, const std::string& role, Id unit, ScopeKind scope) {
    return browser(session(fmt::format("user{}", ++count_), role, unit, scope, county.tenant));
  }
  // Declared by the clerk's own form.
  std::string declared(Browser& clerk) {
    clerk.get("/indicators/new");
    const int status = clerk
                           .post("/indicators/new", {{"title", "科普读物发放"},
                                                     {"unit", "份"},
                                                     {"decimals", "0"},
                                                     {"definition", "免费发放的纸质读物"},
                                                     {"nature", "flow"},
                                                     {"counting", "amount"},
                                                     {"frequency", "quarter"},
                                                     {"due_days", "15"},
                                                     {"from", "2026-01-01"},
                                                     {"fillers", "townships"},
                                                     {"active", "1"}})
                           .status;
    EXPECT_EQ(status, 303) << clerk.last().body;
    return clerk.location();
  }

  auth::testing::County lan, yun;
  Plans plans;
  plan::Extensions extensions;
  metric::Catalog catalog;
  IndicatorsEngine engine;
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
    EXPECT_EQ(clerk.get(url).status, 200) << url << clerk.last().body;
  }
  EXPECT_EQ(clerk.get("/indicators/none.such").status, 404);
  EXPECT_EQ(clerk.get("/indicators/targets/999").status, 404);
  EXPECT_EQ(clerk.get("/indicators/plan.tasks/edit").status, 404);
}

TEST_F(IndicatorPages, ALiaison_SeesTheCountysFigureAndHisOwnRecords) {
  auto liaison = signed_in(lan, "liaison", east, ScopeKind::unit);
  EXPECT_EQ(liaison.get("/indicators/plan.assignments").status, 200);
  EXPECT_TRUE(liaison.shows("东渡镇"));
  EXPECT_FALSE(liaison.shows("柳溪镇"));
  liaison.get("/indicators/plan.assignments/records");
  EXPECT_TRUE(liaison.shows("培育高素质农民"));
  EXPECT_FALSE(liaison.shows("科技特派员"));
  EXPECT_TRUE(liaison.shows("其中 1 条在您的数据范围内"));
  EXPECT_EQ(liaison.get(fmt::format("/indicators/plan.assignments/records?unit={}", west)).status, 404);
  for (const char* url : {"/indicators/new", "/indicators/progress/task/11"})
    EXPECT_EQ(liaison.get(url).status, 403) << url;
  EXPECT_EQ(
      liaison.post("/indicators/targets/21/bind", {{"metric", "plan.tasks"}, {"span", "at_date"}}).status,
      403);
  EXPECT_EQ(liaison.post("/indicators/values/decide", {{"do", "confirm"}}).status, 403);
  EXPECT_EQ(
      liaison.post("/indicators/literacy", {{"year", "2025"}, {"value", "12"}, {"source", "公报"}}).status,
      403);
}

TEST_F(IndicatorPages, FromDeclaringToTheFigure) {
  auto clerk = signed_in(lan, "clerk", lan.root, ScopeKind::tenant);
  auto liaison = signed_in(lan, "liaison", east, ScopeKind::unit);
  const std::string metric = declared(clerk);
  EXPECT_EQ(liaison.get("/indicators/filling").status, 200);
  EXPECT_TRUE(liaison.shows("2026年二季度"));
  const std::string fill = fmt::format("{}/fill?unit={}&last=2026-06-30", metric, east);
  EXPECT_EQ(liaison.get(fill).status, 200);
  const http::Pairs typed = {
      {"unit", std::to_string(east)}, {"last", "2026-06-30"}, {"number", "0"}, {"value", "120"}};
  EXPECT_EQ(liaison.post(metric + "/fill", typed).status, 422) << "no source";
  EXPECT_TRUE(liaison.shows("value=\"120\"")) << "what was typed is kept";
  http::Pairs right = typed;
  right.emplace_back("source", "发放登记表");
  EXPECT_EQ(liaison.post(metric + "/fill", right).status, 303) << liaison.last().body;
  clerk.get("/indicators/values");
  EXPECT_TRUE(clerk.shows("1 个数待确认"));
  const std::string key =
      fmt::format("{}:{}:2026-06-30:1", metric.substr(std::string("/indicators/manual.").size()), east);
  EXPECT_EQ(clerk.post("/indicators/values/decide", {{"key", key}, {"do", "confirm"}}).status, 303);
  clerk.get(metric);
  EXPECT_TRUE(clerk.shows("120 份"));
  EXPECT_TRUE(clerk.shows("没有填报"));
  EXPECT_EQ(liaison.get(fmt::format("{}/value?unit={}&last=2026-06-30", metric, east)).status, 200);
  EXPECT_EQ(liaison.get(fmt::format("{}/value?unit={}&last=2026-06-30", metric, west)).status, 403);
  EXPECT_EQ(liaison.get(fmt::format("{}/fill?unit={}&last=2026-06-30", metric, west)).status, 403);
  EXPECT_EQ(liaison.get(fmt::format("{}/fill?unit=0&last=2026-06-30", metric)).status, 403);
  EXPECT_EQ(liaison.get(fmt::format("{}/fill?unit={}&last=2026-06-29", metric, east)).status, 404);
}

TEST_F(IndicatorPages, AnotherCounty_SeesNothingOfIt) {
  auto clerk = signed_in(lan, "clerk", lan.root, ScopeKind::tenant);
  const std::string metric = declared(clerk);
  auto other = signed_in(yun, "clerk", yun.root, ScopeKind::tenant);
  EXPECT_EQ(other.get(metric).status, 404);
  EXPECT_EQ(other.get(metric + "/edit").status, 404);
  EXPECT_EQ(other.get("/indicators").status, 200);
  EXPECT_FALSE(other.shows("科普读物发放"));
  EXPECT_EQ(other.get("/indicators/targets").status, 404) << "no plan is adopted there";
  EXPECT_EQ(other.get("/indicators/literacy").status, 200);
}

TEST_F(IndicatorPages, AChange_IsApprovedByAnother_AndTheOldTargetStays) {
  auto clerk = signed_in(lan, "clerk", lan.root, ScopeKind::tenant);
  auto head = signed_in(lan, "head", lan.root, ScopeKind::tenant);
  clerk.get("/indicators/targets/22");
  EXPECT_EQ(
      clerk
          .post(
              "/indicators/targets/22/change",
              {{"value", "150"}, {"year", "2030"}, {"from", "2026-07-01"}, {"reason", "撤并"}, {"basis", ""}})
          .status,
      422);
  EXPECT_TRUE(clerk.shows("value=\"150\""));
  EXPECT_EQ(clerk
                .post("/indicators/targets/22/change", {{"value", "150"},
                                                        {"year", "2030"},
                                                        {"from", "2026-07-01"},
                                                        {"reason", "撤并"},
                                                        {"basis", "纪要"}})
                .status,
            303)
      << clerk.last().body;
  const auto changes = engine.store().attached(lan.tenant).changes;
  ASSERT_EQ(changes.size(), 1u);
  const std::string url = fmt::format("/indicators/changes/{}", changes.begin()->second.front().id);
  EXPECT_EQ(clerk.post(url + "/decide", {{"do", "approve"}}).status, 403);
  head.get("/indicators/changes");
  EXPECT_TRUE(head.shows("批准"));
  EXPECT_EQ(head.post(url + "/decide", {{"do", "approve"}}).status, 303);
  EXPECT_EQ(head.post(url + "/decide", {{"do", "refuse"}, {"note", "再议"}}).status, 409);
  clerk.get("/indicators/targets");
  EXPECT_TRUE(clerk.shows("原目标 200 名"));
}

TEST_F(IndicatorPages, AQuiz_NeverStandsForTheLiteracyShare) {
  auto clerk = signed_in(lan, "clerk", lan.root, ScopeKind::tenant);
  clerk.get("/indicators/literacy");
  EXPECT_EQ(
      clerk
          .post("/indicators/literacy", {{"year", "2025"}, {"value", "88"}, {"source", "全县竞赛答题合格率"}})
          .status,
      422);
  EXPECT_TRUE(clerk.shows("不是抽样调查"));
  EXPECT_EQ(
      clerk.post("/indicators/literacy", {{"year", "2025"}, {"value", "12.6"}, {"source", "抽样调查公报"}})
          .status,
      303);
  clerk.get("/indicators/literacy");
  EXPECT_TRUE(clerk.shows("不能判断")) << "no interval was given";
}

TEST_F(IndicatorPages, ASetForAnotherScheme_IsFilledAndHandedIn) {
  auto clerk = signed_in(lan, "clerk", lan.root, ScopeKind::tenant);
  clerk.get("/indicators/sets");
  EXPECT_EQ(clerk.post("/indicators/sets", {{"title", "公共文化测评"}, {"recipient", "县文明办"}}).status,
            303);
  const std::string url = clerk.location();
  clerk.get(url);
  EXPECT_EQ(clerk.post(url + "/items", {{"metric", ""}, {"span", "at_date"}, {"revision", "1"}}).status, 422);
  EXPECT_EQ(clerk
                .post(url + "/items", {{"metric", "plan.assignments_confirmed"},
                                       {"code", "三-12"},
                                       {"span", "at_date"},
                                       {"revision", "1"}})
                .status,
            303);
  clerk.get(url);
  EXPECT_TRUE(clerk.shows("三-12"));
  EXPECT_EQ(clerk.post(url + "/submit", {{"year", "2026"}}).status, 303);
  EXPECT_EQ(clerk.get(clerk.location()).status, 200);
  EXPECT_TRUE(clerk.shows("数已固定"));
  clerk.get("/indicators/plan.assignments_confirmed");
  EXPECT_TRUE(clerk.shows("公共文化测评"));
  auto liaison = signed_in(lan, "liaison", east, ScopeKind::unit);
  EXPECT_EQ(liaison.get(url).status, 200);
  EXPECT_EQ(liaison.post(url + "/submit", {{"year", "2026"}}).status, 403);
  auto other = signed_in(yun, "clerk", yun.root, ScopeKind::tenant);
  EXPECT_EQ(other.get(url).status, 404);
}

TEST_F(IndicatorPages, TodosTellWhatIsDue) {
  auto clerk = signed_in(lan, "clerk", lan.root, ScopeKind::tenant);
  declared(clerk);
  const auto actor = lan.actor("liaison", east, ScopeKind::unit);
  const auto county = *directory.tenant(lan.tenant);
  const http::Request request;
  const http::Pairs variables;
  site::Context context{request, services, county, actor, variables, ""};
  const auto todos = site.todos(context);
  ASSERT_EQ(todos.size(), 1u);
  EXPECT_NE(todos[0].title.find("2026年二季度"), std::string::npos);
  EXPECT_EQ(todos[0].due, (base::Date{2026, 7, 15}));
  EXPECT_EQ(todos[0].unit, east);
}

}  // namespace
}  // namespace kepu::indicators

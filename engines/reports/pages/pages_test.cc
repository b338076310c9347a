// The pages from outside: rights per route, forms that lose nothing, files, what waits for whom.

#include "core/base/text.h"
#include "core/site/testing.h"
#include "engines/reports/pages/desk.h"
#include "engines/reports/testing.h"

namespace kepu::reports {
namespace {

using site::testing::Browser;
using testing::Ground;

class ReportPagesTest : public site::testing::PageTest {
 protected:
  ReportPagesTest()
      : PageTest(testing::kRoles, {}), g(world), engine(services, {g.plans, *g.calendars, g.metrics, {}}) {
    g.begin_reporting();
    engine.add_to(site);
    clock.set(base::start_of({2026, 10, 9}) + 9 * 3'600'000);
  }

  Browser as(const auth::Actor& actor) { return browser(session_of(actor)); }
  http::Upload file_of(const std::string& name, const std::string& bytes) {
    return upload("file", name, bytes);
  }
  std::string fill(Id unit) const { return fill_url("2026Q3", unit); }
  std::string name(std::size_t task, const char* field) const {
    return fmt::format("{}-{}", g.task(task), field);
  }

  Ground g;
  ReportsEngine engine;
};

TEST_F(ReportPagesTest, EveryRoute_NeedsARight_AndShowsNothingOfAnotherCounty) {
  const auto report = g.submitted(g.farmer, g.farming, 0, 0.4);
  const Id proof = g.file(g.farmer, g.farming, "签到表", std::string(64, 'a'));
  auto stranger = as(g.stranger);
  for (const auto& route : site.routes()) {
    const bool ours =
        base::starts_with(route.pattern, "/reports") || base::starts_with(route.pattern, "/evidence") ||
        base::starts_with(route.pattern, "/calendar") || base::starts_with(route.pattern, "/year-plans");
    if (!ours) continue;
    EXPECT_EQ(route.access, site::Access::right) << route.pattern;
    std::string path = route.pattern;
    path = base::replace_all(path, "{report}", std::to_string(report.id));
    path = base::replace_all(path, "{evidence}", std::to_string(proof));
    path = base::replace_all(path, "{unit}", std::to_string(g.farming));
    path = base::replace_all(path, "{task}", std::to_string(g.task(0)));
    path = base::replace_all(base::replace_all(path, "{window}", "2026Q3"), "{year}", "2026");
    path = base::replace_all(path, "{extension}", "1");
    const auto& answer = route.method == http::Method::get
                             ? stranger.get(path)
                             : stranger.post(path, {{"deed", "accept"}, {"revision", "1"}});
    EXPECT_LT(answer.status, 500) << path;
    EXPECT_FALSE(stranger.shows("培育高素质农民")) << path;
    EXPECT_FALSE(stranger.shows("签到表")) << path;
  }
  EXPECT_EQ(g.store->report(g.lan.tenant, report.id)->revision, report.revision);
}

TEST_F(ReportPagesTest, AUnit_NeitherSeesNorDecides_WhatIsNotItsOwn) {
  const auto own = g.submitted(g.farmer, g.farming, 1, 0.4);
  const auto shared = g.submitted(g.teacher, g.education, 0, 0.3);
  auto teacher = as(g.teacher);
  EXPECT_EQ(teacher.get(fill(g.farming)).status, 403);
  EXPECT_EQ(teacher.post(fill(g.farming), {{"do", "save"}}).status, 403);
  EXPECT_EQ(teacher.get(report_url(own.id)).status, 404);
  EXPECT_EQ(teacher.post(report_url(own.id) + "/decide", {{"deed", "accept"}}).status, 403);
  EXPECT_EQ(teacher.get(fmt::format("/year-plans/2026/{}", g.farming)).status, 403);
  EXPECT_EQ(teacher.get("/reports/rules").status, 403);
  EXPECT_EQ(teacher.get("/reports/review").status, 403);
  EXPECT_EQ(teacher.post("/calendar/2027", {{"source", "x"}, {"days", ""}}).status, 403);
  teacher.get("/reports?f.window=2026Q3");
  EXPECT_TRUE(teacher.shows("办好科技节"));
  EXPECT_FALSE(teacher.shows("科技下乡"));
  // The lead of a task sees what the others report on it.
  auto farmer = as(g.farmer);
  EXPECT_EQ(farmer.get(report_url(shared.id)).status, 200);
}

TEST_F(ReportPagesTest, TheForm_KeepsWhatWasTyped_AndSubmitsWhatIsFilled) {
  auto farmer = as(g.farmer);
  EXPECT_EQ(farmer.get(fill(g.farming)).status, 200);
  EXPECT_TRUE(farmer.shows("培育高素质农民"));
  http::Pairs form = {{"do", "submit"},
                      {"task", std::to_string(g.task(0))},
                      {name(0, "revision"), "0"},
                      {name(0, "status"), "doing"},
                      {name(0, "share"), "四成"},
                      {name(0, "narrative"), "举办<b>培训</b>三期"},
                      {"task", std::to_string(g.task(1))},
                      {name(1, "revision"), "0"},
                      {name(1, "status"), "none"}};
  EXPECT_EQ(farmer.post(fill(g.farming), form).status, 422);
  EXPECT_TRUE(farmer.shows("举办&lt;b&gt;培训&lt;/b&gt;三期"));
  EXPECT_TRUE(farmer.shows("四成"));
  EXPECT_TRUE(farmer.shows(fmt::format("e-{}-share", g.task(0))));
  form[4].second = "４０%";
  EXPECT_EQ(farmer.post(fill(g.farming), form).status, 303);
  const auto reports = g.store->of_window(g.lan.tenant, "2026Q3");
  ASSERT_EQ(reports.size(), 1u);  // the task without a status stays open
  EXPECT_EQ(reports[0].content.share, 0.4);
  EXPECT_EQ(reports[0].state, State::submitted);
  auto office = as(g.office);
  EXPECT_EQ(office.get("/reports/review").status, 200);
  EXPECT_EQ(office.post("/reports/review", {{"report", fmt::format("{}:{}", reports[0].id, 9)}}).status, 409);
  EXPECT_EQ(office.post("/reports/review", {{"report", fmt::format("{}:{}", reports[0].id, 1)}}).status, 303);
  EXPECT_EQ(g.store->report(g.lan.tenant, reports[0].id)->state, State::accepted);
}

TEST_F(ReportPagesTest, AFile_IsKeptOnce_AndComesBackAsAnAttachment) {
  auto farmer = as(g.farmer);
  const std::string url = fill_url("2026Q3", g.farming, g.task(0));
  farmer.get(url);
  http::Pairs form = {{"do", "save"},
                      {"task", std::to_string(g.task(0))},
                      {name(0, "revision"), "0"},
                      {name(0, "status"), "doing"}};
  EXPECT_EQ(farmer.post(url, form, {file_of("签到表.txt", "三十人签到\n")}).status, 303) << farmer.body();
  form[2].second = "1";
  EXPECT_EQ(farmer.post(url, form, {file_of("再传一次.txt", "三十人签到\n")}).status, 303);
  EvidenceStore::Filter all;
  const auto found = g.evidence->search(g.lan.tenant, all, {2026, 10, 9}, "", 0, 10);
  ASSERT_EQ(found.total, 1);
  const auto& answer = farmer.get(evidence_url(found.rows[0].id) + "/file");
  EXPECT_EQ(answer.status, 200);
  EXPECT_NE(answer.get("Content-Disposition")->find("attachment"), std::string::npos);
  EXPECT_EQ(farmer.get("/evidence?q=" + http::url_encode("签到")).status, 200);
  EXPECT_TRUE(farmer.shows("签到表"));
  form[2].second = "2";
  EXPECT_EQ(farmer.post(url, form, {file_of("页面.html", "<html><script>alert(1)</script></html>")}).status,
            415);
  auto teacher = as(g.teacher);
  EXPECT_EQ(teacher.get(evidence_url(found.rows[0].id)).status, 404);
}

TEST_F(ReportPagesTest, EveryPage_IsShown_AlsoAsJsonAndCsv) {
  const auto report = g.submitted(g.farmer, g.farming, 0, 0.4);
  auto office = as(g.office);
  for (const std::string& path :
       {std::string("/reports?f.window=2026Q3"), std::string("/reports?f.window=2026Q3&as=json"),
        std::string("/reports?f.window=2026Q3&as=csv"), std::string("/reports/units?f.window=2026Q3"),
        std::string("/reports/units?f.window=2026Q3&as=csv"), std::string("/reports/windows"),
        std::string("/reports/extensions"), std::string("/reports/rules"), std::string("/reports/review"),
        report_url(report.id), report_url(report.id) + "?as=json", fill(g.education),
        std::string("/calendar/2026"), std::string("/calendar/2027"), std::string("/evidence"),
        std::string("/evidence/new"), std::string("/year-plans?f.year=2026"),
        fmt::format("/year-plans/2026/{}", g.farming), std::string("/year-plans/2026/paper")}) {
    EXPECT_EQ(office.get(path).status, 200) << path << office.body();
  }
  EXPECT_EQ(office.get("/calendar/1999").status, 404);
  EXPECT_EQ(office.get("/reports?f.window=2030Q1").status,
            200);  // not one of the choices: the current window
  EXPECT_EQ(office.get("/year-plans/2050/1").status, 404);
}

TEST_F(ReportPagesTest, TheCalendar_IsEdited_AndItsErrorsNameTheLine) {
  auto office = as(g.office);
  office.get("/calendar/2027");
  EXPECT_EQ(office
                .post("/calendar/2027", {{"revision", "0"},
                                         {"source", "国办发明电〔2026〕9号"},
                                         {"days", "2027-01-01 放假 元旦\n2027-01-32 放假 错"}})
                .status,
            422);
  EXPECT_TRUE(office.shows("第 2 行"));
  EXPECT_TRUE(office.shows("2027-01-32 放假 错"));
  EXPECT_EQ(
      office
          .post("/calendar/2027",
                {{"revision", "0"}, {"source", "国办发明电〔2026〕9号"}, {"days", "2027-01-01 放假 元旦"}})
          .status,
      303);
  EXPECT_TRUE(g.calendars->of(g.lan.tenant)->knows(2027));
}

TEST_F(ReportPagesTest, WhatWaits_IsToldToWhomItWaitsFor) {
  const auto todos = [&](const auth::Actor& actor) {
    http::Request request;
    const auto county = directory.tenant(g.lan.tenant).value();
    const http::Pairs none;
    site::Context context{request, services, county, actor, none,    "", false,
                          false,   "",       {},     {},    nullptr, {}, {}};
    std::vector<std::string> keys;
    for (const auto& todo : site.todos(context)) keys.push_back(todo.key.substr(0, todo.key.find(':')));
    return keys;
  };
  EXPECT_EQ(todos(g.farmer), std::vector<std::string>{"report.due"});
  EXPECT_TRUE(todos(g.office).empty());
  const auto report = g.submitted(g.farmer, g.farming, 0, 0.4);
  EXPECT_EQ(todos(g.office), std::vector<std::string>{"report.review"});
  testing::must(g.store->decide(Ground::by(g.office), report.id, report.revision, Deed::send_back, "补数字"));
  EXPECT_EQ(todos(g.farmer), (std::vector<std::string>{"report.due", "report"}));
  testing::must(g.store->ask_extension(Ground::by(g.farmer), "2026Q3", g.farming, {2026, 11, 1}, "汛期"));
  EXPECT_EQ(todos(g.office), std::vector<std::string>{"extension"});
}

TEST_F(ReportPagesTest, Metrics_AreWhatWasReported_AndMissingIsNotZero) {
  metric::Catalog catalog;
  engine.declare(catalog);
  const auto ask = [&](const char* id, Date from, Date to) {
    return testing::must(catalog.answer({g.lan.tenant, id, {}, from, to}));
  };
  EXPECT_FALSE(ask("reports.submitted", {2026, 10, 1}, {2026, 10, 31}).value);
  g.submitted(g.farmer, g.farming, 0, 0.4);
  EXPECT_EQ(ask("reports.submitted", {2026, 10, 1}, {2026, 10, 31}).value, 1.0);
  EXPECT_FALSE(ask("reports.on_time", {2026, 10, 1}, {2026, 10, 31}).value);  // nothing fell due yet
  clock.set(base::start_of({2026, 10, 20}));
  EXPECT_EQ(ask("reports.on_time", {2026, 10, 1}, {2026, 10, 31}).value, 25.0);  // one of four
  g.file(g.farmer, g.farming, "签到表", std::string(64, 'a'));
  EXPECT_EQ(ask("evidence.count", {2026, 10, 1}, {2026, 10, 31}).value, 1.0);
  EXPECT_EQ(testing::must(
                catalog.records({g.lan.tenant, "evidence.count", {}, {2026, 10, 1}, {2026, 10, 31}}, 0, 10))
                .size(),
            1u);
}

}  // namespace
}  // namespace kepu::reports

#include "core/base/text.h"
#include "core/site/testing.h"
#include "engines/appraisal/appraisal_engine.h"
#include "engines/appraisal/county_test.h"
#include "engines/plan/testing.h"

namespace kepu::appraisal::testing {
namespace {

using auth::ScopeKind;
using site::testing::Browser;

class AppraisalPagesTest : public site::testing::PageTest {
 protected:
  AppraisalPagesTest()
      : PageTest(kRoles, {steps()}), p(world), engine(services, plans, metrics, catalogue()) {
    metric::Metric events{"test.events", "活动场次", "场", "本单位办的活动"};
    metric::Source source;
    source.by_unit = [this](const metric::Question& q) {
      std::map<Id, metric::Answer> out;
      for (const Id unit : q.units) {
        if (unit != p.town) out[unit] = {7, "", 7};
      }
      return out;
    };
    source.answer = [](const metric::Question&) { return metric::Answer{7, "", 7}; };
    source.records = [](const metric::Question& q, std::int64_t, std::int64_t) {
      return std::vector<metric::Record>{
          {"科普月现场活动", "/tasks/1", q.units.front(), {2026, 2, 9}, 1, ""}};
    };
    metrics.add(events, source);
    engine.add_metrics();
    engine.add_to(site, extensions);
  }

  Browser member(auth::testing::County& county, const std::string& login, const std::string& role, Id unit,
                 ScopeKind scope) {
    return browser(session(login, role, unit, scope, county.tenant));
  }
  Id publish_by_store() {
    const By office{p.office, ""};
    const Id id = must(engine.store().create(office, p.rules()));
    must(engine.publish(office, id, 1));
    return id;
  }
  void step(Id id, Action action) {
    const By office{p.office, ""};
    const auto revision = must(engine.store().load(p.lan.tenant, id)).head.revision;
    if (action == Action::open_assessing)
      return must(engine.open_assessing(office, id, revision, base::Date{2026, 3, 20}));
    AppraisalStore::Step s;
    s.action = action;
    s.due = base::Date{2026, 3, 20};
    must(engine.store().step(office, id, revision, s));
  }

  People p;
  plan::testing::NoPlan plans;  // the metrics over it have no figure
  metric::Catalog metrics;
  plan::Extensions extensions;
  AppraisalEngine engine;
};

TEST_F(AppraisalPagesTest, TheEditor_RefusesAForbiddenCriterionBesideItsField) {
  Browser office = member(p.lan, "office", "office", p.association, ScopeKind::tenant);
  office.get("/appraisals/new");
  ASSERT_EQ(
      office.post("/appraisals/new", {{"year", "2026"}, {"title", "年度考核"}, {"from", "example"}}).status,
      303)
      << office.body();
  const std::string table = office.location();
  ASSERT_EQ(office.get(table).status, 200);
  const std::string items = base::replace_all(table, "/table", "/items/");
  ASSERT_EQ(office.get(items + "new").status, 200);
  http::Pairs form = {{"code", "7.1"},
                      {"content", "公众号运营"},
                      {"standard", "文章点　赞达到 100 个得 2 分"},
                      {"kind", "bonus"},
                      {"points", "2"},
                      {"rule", "manual"},
                      {"missing", "zero"},
                      {"revision", office.hidden("revision")}};
  EXPECT_EQ(office.post(items + "new", form).status, 422);
  EXPECT_TRUE(office.shows("国办函〔2026〕12号"));
  EXPECT_TRUE(office.shows("e-standard")) << "beside the field";
  EXPECT_TRUE(office.shows("文章点　赞达到 100 个得 2 分")) << "what was typed is kept";
  form[2].second = "查看活动签到表，每场 1 分";
  EXPECT_EQ(office.post(items + "new", form).status, 303) << office.body();
  office.get(table);
  EXPECT_TRUE(office.shows("公众号运营"));
  EXPECT_EQ(office.get(items + "7.1").status, 200);
  form[7].second = office.hidden("revision");
  form[4].second = "两分";
  EXPECT_EQ(office.post(items + "7.1", form).status, 422);
  EXPECT_EQ(office.post(items + "7.1/remove", {{"revision", office.hidden("revision")}}).status, 303);
  office.get(table);
  EXPECT_FALSE(office.shows("公众号运营"));
}

TEST_F(AppraisalPagesTest, AUnit_SeesItsOwnAloneUntilTheNotice) {
  Browser unit = member(p.lan, "unit", "unit", p.education, ScopeKind::unit);
  Browser expert = member(p.lan, "expert", "assessor", p.lan.root, ScopeKind::tenant);
  const Id id = publish_by_store();
  const std::string year = fmt::format("/appraisals/{}", id),
                    own = fmt::format("{}/units/{}", year, p.education),
                    other = fmt::format("{}/units/{}", year, p.health);
  step(id, Action::open_self);
  ASSERT_EQ(unit.get(year).status, 200);
  EXPECT_TRUE(unit.shows("县教育局"));
  EXPECT_FALSE(unit.shows("县卫健局"));
  EXPECT_EQ(unit.get(other).status, 403);
  ASSERT_EQ(unit.get(own).status, 200);
  EXPECT_EQ(unit.post(own + "/self", {{"points-1", "61"},
                                      {"reason-1", "超额完成"},
                                      {"revision", unit.hidden("revision")},
                                      {"submit", "1"}})
                .status,
            422);
  EXPECT_TRUE(unit.shows("value=\"61\""));
  EXPECT_TRUE(unit.shows("e-points-1"));
  EXPECT_EQ(unit.post(own + "/self", {{"points-1", "55"},
                                      {"reason-1", "见总结"},
                                      {"link-1", "/tasks/1"},
                                      {"revision", unit.hidden("revision")},
                                      {"submit", "1"}})
                .status,
            303)
      << unit.body();
  EXPECT_EQ(unit.post(other + "/self", {{"points-1", "1"}}).status, 403);
  EXPECT_EQ(unit.post(own + "/review", {{"points-1", "60"}}).status, 403);
  EXPECT_EQ(unit.post(own + "/assess", {{"points-1", "60"}}).status, 403);
  step(id, Action::open_assessing);
  ASSERT_EQ(expert.get(own).status, 200);
  EXPECT_TRUE(expert.shows("见总结"));
  EXPECT_EQ(expert.post(own + "/assess", {{"points-1", "33"}, {"reason-1", "缺总结"}}).status, 303)
      << expert.body();
  unit.get(own);
  EXPECT_FALSE(unit.shows("缺总结"));
  EXPECT_FALSE(unit.shows("1：33")) << "neither the mark nor its trace in the log";
  EXPECT_EQ(unit.get(own + "/items/2").status, 200);
  EXPECT_TRUE(unit.shows("科普月现场活动")) << "the records behind the figure";
  expert.get(fmt::format("{}/units/{}", year, p.town));
  EXPECT_TRUE(expert.shows("平台没有这个单位的记录")) << "missing is shown as missing";
  for (const Id u : {p.health, p.town})
    must(engine.store().assess({p.expert3, ""}, id, u, {mark(Mark::Kind::assessor, u, "1", 50 * kPoint)}));
  step(id, Action::open_review);
  EXPECT_EQ(unit.get(year + "/notice").status, 404);
  EXPECT_EQ(unit.get(year + "/result.docx").status, 404);
  step(id, Action::open_notice);
  unit.get(own);
  EXPECT_TRUE(unit.shows("61")) << "33 and 28 by the metric";
  unit.get(year);
  EXPECT_TRUE(unit.shows("县卫健局"));
  EXPECT_EQ(unit.get(other).status, 403);
  EXPECT_EQ(unit.post(own + "/appeal", {{"item", "1"}, {"text", "总结已补交"}}).status, 303) << unit.body();
  EXPECT_EQ(unit.post(other + "/appeal", {{"item", "1"}, {"text", "x"}}).status, 403);
}

TEST_F(AppraisalPagesTest, TheWholeYear_IsWalkedThroughOnThePages) {
  Browser office = member(p.lan, "office", "office", p.association, ScopeKind::tenant);
  const Id id = publish_by_store();
  const std::string year = fmt::format("/appraisals/{}", id);
  const auto go = [&](const std::string& step, http::Pairs form = {}) {
    office.get(year);
    form.emplace_back("revision", office.hidden("revision"));
    return office.post(year + "/step/" + step, form).status;
  };
  EXPECT_EQ(go("open-self", {{"due", "2026-03-01"}}), 422) << "in the past";
  EXPECT_EQ(go("open-self", {{"due", "2026-03-20"}}), 303) << office.body();
  EXPECT_EQ(go("publish"), 409) << "not in this state";
  EXPECT_EQ(go("open-assessing", {{"due", "2026-03-20"}}), 303) << office.body();
  for (const Id u : {p.education, p.health, p.town})
    must(engine.store().assess({p.expert3, ""}, id, u, {mark(Mark::Kind::assessor, u, "1", 50 * kPoint)}));
  EXPECT_EQ(go("open-review"), 303);
  const std::string sheet = fmt::format("{}/units/{}", year, p.education);
  office.get(sheet);
  EXPECT_EQ(
      office.post(sheet + "/review", {{"points-1", "58"}, {"revision", office.hidden("revision")}}).status,
      422)
      << "without a reason";
  EXPECT_EQ(office
                .post(sheet + "/review",
                      {{"points-1", "58"}, {"reason-1", "核对台账"}, {"revision", office.hidden("revision")}})
                .status,
            303)
      << office.body();
  EXPECT_EQ(go("open-notice", {{"due", "2026-03-20"}}), 303) << office.body();
  const Id appeal = must(engine.store().appeal({p.of_education, ""}, id, p.education, "1", "少算", ""));
  const std::string appeal_url = fmt::format("{}/appeals/{}", year, appeal);
  office.get(appeal_url);
  EXPECT_EQ(office.post(appeal_url, {{"state", "upheld"}, {"points", "60"}}).status, 422)
      << "without reasons";
  EXPECT_EQ(office.post(appeal_url, {{"state", "upheld"}, {"points", "60"}, {"reason", "属实"}}).status, 303)
      << office.body();
  EXPECT_EQ(office.post(appeal_url, {{"state", "rejected"}, {"reason", "晚了"}}).status, 409);
  clock.set(base::start_of({2026, 3, 21}) + 1000);
  Browser later = member(p.lan, "later", "office", p.association, ScopeKind::tenant);
  later.get(year);
  EXPECT_EQ(later.post(year + "/step/finish", {{"revision", later.hidden("revision")}}).status, 303)
      << later.body();
  for (const char* page :
       {"", "/table", "/notice", "/verify", "/appeals", "?as=csv", "/table?as=xlsx", "/result.docx"})
    EXPECT_EQ(later.get(year + page).status, 200) << page << later.body();
  later.get(year + "/verify");
  EXPECT_TRUE(later.shows("全部相符"));
  Browser nobody = browser();
  EXPECT_EQ(nobody.get("/p/lan/appraisals/2026").status, 200);
  EXPECT_TRUE(nobody.shows("县教育局"));
  EXPECT_FALSE(nobody.shows("核对台账"));
  EXPECT_EQ(nobody.get("/p/lan/appraisals/2025").status, 200);
  EXPECT_FALSE(nobody.shows("县教育局"));
  EXPECT_EQ(nobody.get(year).status, 303) << "to the sign-in";
  EXPECT_EQ(
      metrics.answer({p.lan.tenant, "appraisal.score", {p.education}, {2026, 1, 1}, {2026, 12, 31}})->value,
      88);
}

TEST_F(AppraisalPagesTest, AnotherCounty_SeesNothing) {
  Browser boss = member(p.yun, "boss", "administrator", p.yun.root, ScopeKind::tenant);
  const Id id = publish_by_store();
  step(id, Action::open_self);
  boss.get("/appraisals/new");
  for (const auto& route : site.routes()) {
    if (route.access == site::Access::open) {
      EXPECT_TRUE(base::starts_with(route.pattern, "/p/") || !base::contains(route.pattern, "appraisal"))
          << route.pattern;
      continue;
    }
    if (!base::starts_with(route.pattern, "/appraisals/{")) continue;
    std::string path = base::replace_all(route.pattern, "{appraisal}", std::to_string(id));
    path = base::replace_all(path, "{unit}", std::to_string(p.education));
    for (const auto& [from, to] : {std::pair("{item}", "1"), std::pair("{step}", "recall"),
                                   std::pair("{group}", "member"), std::pair("{appeal}", "7")})
      path = base::replace_all(path, from, to);
    const int status = route.method == http::Method::get
                           ? boss.get(path).status
                           : boss.post(path, {{"reason", "x"}, {"revision", "1"}}).status;
    EXPECT_EQ(status, 404) << path;
  }
}

TEST_F(AppraisalPagesTest, WithoutTheRight_EveryRouteIsForbidden) {
  Browser unit = member(p.lan, "unit", "unit", p.education, ScopeKind::unit);
  const Id id = publish_by_store();
  step(id, Action::open_self);
  unit.get(fmt::format("/appraisals/{}/units/{}", id, p.education));
  int checked = 0;
  for (const auto& route : site.routes()) {
    if (route.access != site::Access::right || !base::starts_with(route.right, "appraisal.") ||
        route.right == "appraisal.read" || route.right == "appraisal.self")
      continue;
    std::string path = base::replace_all(route.pattern, "{appraisal}", std::to_string(id));
    path = base::replace_all(path, "{unit}", std::to_string(p.education));
    for (const auto& [from, to] : {std::pair("{item}", "1"), std::pair("{step}", "recall"),
                                   std::pair("{group}", "member"), std::pair("{appeal}", "7")})
      path = base::replace_all(path, from, to);
    EXPECT_EQ(
        route.method == http::Method::get ? unit.get(path).status : unit.post(path, {{"reason", "x"}}).status,
        403)
        << path;
    ++checked;
  }
  EXPECT_GT(checked, 10);
}

}  // namespace
}  // namespace kepu::appraisal::testing

// The pages as people use them, without a script: two units, two counties.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "core/notify/notify.h"
#include "core/site/testing.h"
#include "engines/inspection/checklist.h"
#include "engines/inspection/circular.h"
#include "engines/inspection/inspection_engine.h"
#include "engines/inspection/rescue.h"
#include "engines/plan/testing.h"

namespace kepu::inspection {
namespace {

using auth::ScopeKind;
using auth::UnitKind;
using auth::testing::must;

constexpr std::string_view kRoles = R"(
[[role]]
id = "administrator"
title = "系统管理员"
purpose = "全部"
scope = "tenant"
rights = ["*"]
[[role]]
id = "office"
title = "督查组织"
purpose = "组织"
scope = "tenant"
rights = ["person.read", "inspection.read", "inspection.manage", "inspection.rectify"]
[[role]]
id = "inspector"
title = "督查人员"
purpose = "督查"
scope = "tenant"
rights = ["person.read", "inspection.read", "inspection.visit"]
[[role]]
id = "liaison"
title = "联络员"
purpose = "整改"
scope = "subtree"
rights = ["inspection.read", "inspection.rectify"]
)";

class InspectionPages : public site::testing::PageTest {
 protected:
  InspectionPages() : PageTest(kRoles, {notify::migrations(), migrations()}) {
    engine = std::make_unique<InspectionEngine>(services, plans);
    engine->add_to(site);
    tenant = make_county("lan", "岚江县");
    association = unit("县科协");
    education = unit("县教育局");
    willow = unit("柳溪镇", UnitKind::township);
    egret = unit("白鹭镇", UnitKind::township);
    office = session("office", "office", association, ScopeKind::tenant);
    inspector = session("ducha", "inspector", association, ScopeKind::tenant);
    other_inspector = session("ducha2", "inspector", education, ScopeKind::tenant);
    town = session("zhen", "liaison", willow, ScopeKind::subtree);
    neighbour = session("lin", "liaison", egret, ScopeKind::subtree);
  }
  static std::string jpeg() {
    return std::string("\xFF\xD8\xFF\xE1\0\x0EGPS 29.1106.", 18) +
           std::string("\xFF\xDA\0\x04xxpixels\xFF\xD9", 14);
  }
  std::string revision(Id round) {
    return std::to_string(must(engine->store().round(tenant, round)).round.revision);
  }
  Id running_round() {
    const auto made = post(office, "/inspection/rounds/new",
                           {{"title", "年中督查"},
                            {"basis", "计划"},
                            {"from", "2026-03-02"},
                            {"until", "2026-03-20"},
                            {"take-township", "2"},
                            {"checklist", "公开 | 是否 | 佐证\n开放 | 评分 10"}});
    EXPECT_EQ(made.status, 303) << made.body;
    const Id id = id_of(made);
    const std::string url = "/inspection/rounds/" + std::to_string(id);
    EXPECT_EQ(post(office, url + "/draw", {{"seed", "07 12"}, {"revision", revision(id)}}).status, 303);
    EXPECT_EQ(post(office, url + "/inspectors",
                   {{"people", std::to_string(inspector.person)},
                    {"people", std::to_string(other_inspector.person)},
                    {"each", "2"},
                    {"revision", revision(id)}})
                  .status,
              303);
    EXPECT_EQ(post(office, url + "/start", {{"revision", revision(id)}}).status, 303);
    return id;
  }
  std::string visit_url(Id round, Id of) {
    for (const auto& v : must(engine->store().round(tenant, round)).visits) {
      if (v.unit == of) return "/inspection/visits/" + std::to_string(v.id);
    }
    return "/none";
  }
  static http::Pairs record(const std::string& key, const std::string& base) {
    return {{"key", key},
            {"base", base},
            {"on", "2026-03-05"},
            {"q1", "yes"},
            {"q1-note", "现场看过"},
            {"q2", "8"},
            {"f1-what", "宣传栏没更新"},
            {"f1-place", "门口"},
            {"f1-severity", "serious"}};
  }

  plan::testing::NoPlan plans;
  std::unique_ptr<InspectionEngine> engine;
  Id association = 0, education = 0, willow = 0, egret = 0;
  site::testing::Session office, inspector, other_inspector, town, neighbour;
};

constexpr const char* kKey = "a-key-of-this-record-1";

TEST_F(InspectionPages, ARoundFromDrawToCircular) {
  const Id round = running_round();
  const std::string url = "/inspection/rounds/" + std::to_string(round);
  EXPECT_NE(get(office, url).body.find("重抽结果一致"), std::string::npos);
  EXPECT_EQ(get(town, url).status, 404);
  for (const Id of : {willow, egret}) {
    EXPECT_EQ(
        post(inspector, visit_url(round, of) + "/submit", record(std::string(kKey) + std::to_string(of), "0"))
            .status,
        303);
  }
  EXPECT_EQ(post(office, url + "/close", {{"revision", revision(round)}}).status, 303);
  EXPECT_EQ(get(town, url + "/circular").status, 404);
  EXPECT_EQ(post(office, url + "/circular", {{"words", "请各单位抓紧整改。"}, {"revision", revision(round)}})
                .status,
            303);
  const auto page = get(town, url + "/circular");
  EXPECT_EQ(page.status, 200);
  EXPECT_NE(page.body.find("宣传栏没更新"), std::string::npos);
  EXPECT_NE(page.body.find("81.8%"), std::string::npos);  // (1 + 8) / 11
  const auto paper = get(town, url + "/circular?as=docx");
  EXPECT_EQ(paper.body.substr(0, 2), "PK");
  EXPECT_EQ(get(office, url + "/circular?as=docx").body, paper.body);
}

TEST_F(InspectionPages, APhotoLosesItsPlace_AndOnlyTheRightPeopleSeeIt) {
  const Id round = running_round();
  const std::string visit = visit_url(round, willow);
  EXPECT_EQ(
      post(inspector, visit + "/submit", record(kKey, "0"), {upload("q1-photo", "门.jpg", jpeg())}).status,
      303);
  const auto photos = engine->store().photos(tenant, *base::parse_id(visit.substr(visit.rfind('/') + 1)));
  ASSERT_EQ(photos.size(), 1u);
  EXPECT_EQ(files.read(photos[0].sha256)->find("29.1"), std::string::npos);
  EXPECT_EQ(get(office, visit + "/photos/" + photos[0].sha256).status, 200);
  EXPECT_EQ(get(town, visit + "/photos/" + photos[0].sha256).status, 404);
  EXPECT_EQ(get(office, visit + "/photos/" + std::string(64, '0')).status, 404);
  EXPECT_NE(get(inspector, visit).body.find("保留"), std::string::npos);
}

TEST_F(InspectionPages, WhatIsRefusedComesBackWithEverythingThatWasTyped_PhotosToo) {
  const Id round = running_round();
  const std::string visit = visit_url(round, willow);
  auto fields = record(kKey, "0");
  for (auto& [name, value] : fields) {
    if (name == "q2") value = "11";
  }
  const auto back = post(inspector, visit + "/submit", fields, {upload("q1-photo", "门.jpg", jpeg())});
  EXPECT_EQ(back.status, 422);
  EXPECT_NE(back.body.find("最高 10 分"), std::string::npos);
  EXPECT_NE(back.body.find("宣传栏没更新"), std::string::npos);
  EXPECT_NE(back.body.find("保留"), std::string::npos);
  EXPECT_NE(back.body.find(std::string("value=\"") + kKey), std::string::npos);
}

TEST_F(InspectionPages, TheScriptIsAnsweredInJson_ReplaysAndConflictsToo) {
  const Id round = running_round();
  const std::string visit = visit_url(round, willow);
  EXPECT_NE(post(inspector, visit + "/submit", record(kKey, "0"), {}, {.json = true}).body.find("accepted"),
            std::string::npos);
  EXPECT_NE(post(inspector, visit + "/submit", record(kKey, "0"), {}, {.json = true}).body.find("replayed"),
            std::string::npos);
  const auto late =
      post(other_inspector, visit + "/submit", record("another-key-of-a-record", "0"), {}, {.json = true});
  EXPECT_EQ(late.status, 409);
  EXPECT_NE(late.body.find("conflict"), std::string::npos);
  EXPECT_NE(late.body.find("ducha人员"), std::string::npos);
  EXPECT_NE(get(inspector, visit).body.find("另有一份记录待定"), std::string::npos);
  auto bad = record("a-third-key-of-a-record", "1");
  bad[2].second = "明天";
  EXPECT_EQ(post(inspector, visit + "/submit", bad, {}, {.json = true}).status, 422);
  EXPECT_EQ(post(town, visit + "/submit", record("key-of-the-visited-1", "1"), {}, {.json = true}).status,
            403);
}

TEST_F(InspectionPages, AProblemAmongTwoUnits) {
  const auto made = post(office, "/problems/new",
                         {{"what", "灯箱坏了"},
                          {"source", "public"},
                          {"severity", "general"},
                          {"unit", std::to_string(willow)}});
  ASSERT_EQ(made.status, 303) << made.body;
  const std::string url = "/problems/" + std::to_string(id_of(made));
  EXPECT_EQ(get(town, url).status, 404);  // not handed over yet
  const auto act = [&](const site::testing::Session& who, const std::string& what, const std::string& at,
                       http::Pairs more) {
    more.insert(more.end(), {{"do", what}, {"revision", at}});
    return post(who, url + "/act", std::move(more));
  };
  EXPECT_EQ(act(office, "assign", "1", {{"owner", std::to_string(willow)}}).status, 422);
  EXPECT_EQ(act(office, "assign", "1", {{"owner", std::to_string(willow)}, {"due", "2026-03-10"}}).status,
            303);
  EXPECT_EQ(get(town, url).status, 200);
  EXPECT_EQ(get(neighbour, url).status, 404);
  EXPECT_EQ(act(neighbour, "report", "2", {{"text", "改了"}}).status, 404);
  EXPECT_EQ(act(town, "close", "2", {}).status, 422);
  const auto stale = act(town, "report", "1", {{"text", "我们改了灯箱"}});
  EXPECT_EQ(stale.status, 422);
  EXPECT_NE(stale.body.find("刚办理过"), std::string::npos);
  EXPECT_NE(stale.body.find("我们改了灯箱"), std::string::npos);
  EXPECT_EQ(act(town, "report", "3", {{"text", "改了"}}).status, 422);  // a revision that is yet to come
  const auto now = must(engine->store().problem(tenant, id_of(made))).revision;
  EXPECT_EQ(act(town, "report", std::to_string(now), {{"text", "改了"}}).status, 303);
  EXPECT_EQ(get(town, "/problems?as=json").body.find("灯箱坏了") != std::string::npos, true);
  EXPECT_EQ(get(neighbour, "/problems?as=json").body.find("灯箱坏了"), std::string::npos);
  EXPECT_EQ(get(neighbour, "/problems?as=csv").body.find("灯箱坏了"), std::string::npos);
}

TEST_F(InspectionPages, ARescuedFileIsTakenInOnce) {
  const Id round = running_round();
  const std::string visit = visit_url(round, willow);
  const std::string id = visit.substr(visit.rfind('/') + 1);
  const std::string file =
      R"({"kind":"kepu-visits","visits":[{"visit":")" + id +
      R"(","key":"a-key-of-a-rescued-record","base":"0","fields":[["on","2026-03-05"],["q1","yes"],["q1-note","看过"],["q2","7"],["f1-what","门锁着"]],"photos":[]}]})";
  for (const char* word : {"已收到", "没有重复"}) {
    const auto page = post(inspector, "/inspection/rescue", {}, {upload("file", "a.json", file)});
    EXPECT_EQ(page.status, 200);
    EXPECT_NE(page.body.find(word), std::string::npos);
  }
  EXPECT_EQ(engine->store().problems(tenant, {}).total, 1);
  EXPECT_EQ(post(inspector, "/inspection/rescue", {}, {upload("file", "b.json", "{}")}).status, 422);
  EXPECT_FALSE(read_rescue("{\"kind\":\"kepu-visits\",\"visits\":[{\"visit\":\"1\",\"fields\":[[1,2]]}]}"));
  EXPECT_FALSE(
      read_rescue("{\"kind\":\"kepu-visits\",\"visits\":[{\"visit\":\"1\",\"fields\":[],\"photos\":[{"
                  "\"data\":\"?\"}]}]}"));
}

TEST_F(InspectionPages, AnotherCountyFindsNothing) {
  const Id round = running_round();
  const std::string visit = visit_url(round, willow);
  const Id problem =
      id_of(post(office, "/problems/new", {{"what", "x"}, {"source", "own"}, {"severity", "general"}}));
  tenant = make_county("bei", "北垣县");
  const auto foreign = session("office", "office", unit("县科协"), ScopeKind::tenant);
  for (const auto& url :
       {"/inspection/rounds/" + std::to_string(round), visit, "/problems/" + std::to_string(problem)}) {
    EXPECT_EQ(get(foreign, url).status, 404) << url;
  }
  EXPECT_EQ(get(foreign, "/problems?as=json").body.find("问2026"), std::string::npos);
}

TEST_F(InspectionPages, TodosAndMetrics) {
  metric::Catalog catalog;
  engine->add_metrics(catalog);
  const auto made = post(office, "/problems/new",
                         {{"what", "灯箱坏了"},
                          {"source", "public"},
                          {"severity", "general"},
                          {"unit", std::to_string(willow)}});
  const Id id = id_of(made);
  const auto asked = [&](const char* name, std::vector<Id> units) {
    return must(catalog.answer({tenant, name, std::move(units), {2026, 3, 1}, {2026, 3, 31}}));
  };
  EXPECT_EQ(asked("inspection.open", {}).value, 1.0);
  EXPECT_FALSE(asked("inspection.rectified_on_time", {}).value);
  post(office, "/problems/" + std::to_string(id) + "/act",
       {{"do", "assign"}, {"revision", "1"}, {"owner", std::to_string(willow)}, {"due", "2026-03-10"}});
  EXPECT_EQ(asked("inspection.open", {willow}).value, 1.0);
  EXPECT_EQ(asked("inspection.open", {egret}).value, 0.0);
  EXPECT_EQ(asked("inspection.rectified_on_time", {willow}).value, 0.0);
  EXPECT_EQ(
      must(catalog.records({tenant, "inspection.open", {willow}, {2026, 3, 1}, {2026, 3, 31}}, 0, 10)).size(),
      1u);
}

TEST(Circular, CountsByHand) {
  const auto checklist = parse_checklist("一 | 是否\n二 | 评分 10\n三 | 数字").questions;
  Body body;
  body.answers[1] = {"none", "", {}};
  EXPECT_FALSE(share_of(checklist, body));
  body.answers[2] = {"7.5", "", {}};
  body.answers[3] = {"900", "", {}};
  EXPECT_DOUBLE_EQ(*share_of(checklist, body), 0.75);
  body.answers[1] = {"no", "", {}};
  EXPECT_DOUBLE_EQ(*share_of(checklist, body), 7.5 / 11);
}

}  // namespace
}  // namespace kepu::inspection

// The pages as people use them, without a script: units, two counties, everybody without signing in.
#include "engines/registers/pages/registers_pages_testing.h"

namespace kepu::registers {
namespace {

KEPU_STORE_TEST_SUITE(RegisterPages);

TEST_P(RegisterPages, OpenInEveryForm) {
  auto chief = signed_in(lan, "administrator", lan.root, ScopeKind::tenant);
  auto town = signed_in(lan, "town", willow, ScopeKind::subtree);
  const std::string entry = published(town, "柳溪信息员");
  for (const std::string url : {"/registers",
                                "/registers/due",
                                "/registers/informant",
                                "/registers/informant?as=csv",
                                "/registers/informant?as=json",
                                "/registers/informant?as=xlsx",
                                "/registers/informant?q=柳溪&f.state=in_force&sort=-name",
                                "/registers/informant/coverage",
                                "/registers/expert/coverage",
                                "/registers/informant/import",
                                "/registers/informant/import/template",
                                "/registers/informant/new",
                                "/registers/volunteer/new",
                                "/registers/expert/new?self=1",
                                "/registers/people",
                                "/registers/people?as=csv",
                                "/registers/duplicates",
                                "/registers/types",
                                "/registers/types/new",
                                "/registers/types/expert",
                                "/registers/record",
                                "/p/lan/registers",
                                "/p/lan/registers/informant",
                                "/p/lan/registers/informant?as=json",
                                "/p/lan/registers/informant/coverage",
                                "/p/lan/certificates"}) {
    EXPECT_EQ(chief.get(url).status, 200) << url << chief.last().body;
  }
  EXPECT_EQ(chief.get(entry).status, 200);
  EXPECT_EQ(chief.get(entry + "?do=suspend").status, 200);
  EXPECT_EQ(chief.get(entry + "/edit").status, 200);
  EXPECT_EQ(chief.get("/registers/nothing").status, 404);
  EXPECT_EQ(chief.get("/p/lan/registers/volunteer").status, 404);  // not public
}

TEST_P(RegisterPages, AnEntryGoesItsWayByForms) {
  auto town = signed_in(lan, "town", willow, ScopeKind::subtree);
  town.get("/registers/informant/new");
  auto bad = informant("");
  bad.emplace_back("groups", "很多");
  EXPECT_EQ(town.post("/registers/informant/new", bad).status, 422);
  EXPECT_TRUE(town.shows("很多"));  // nothing typed is lost
  auto unasked = informant("没同意");
  unasked.pop_back();
  EXPECT_EQ(town.post("/registers/informant/new", unasked).status, 422);
  EXPECT_TRUE(town.shows("没同意"));
  const std::string url = published(town, "柳溪信息员");
  town.get(url);
  EXPECT_TRUE(town.shows("信2026-0001"));
  EXPECT_FALSE(town.shows("13800000001"));
  EXPECT_EQ(town.post(url + "/act", {{"do", "suspend"}, {"revision", "4"}, {"text", ""}}).status, 422);
  EXPECT_EQ(town.post(url + "/act", {{"do", "suspend"}, {"revision", "1"}, {"text", "外出"}}).status,
            422);  // changed meanwhile
  EXPECT_TRUE(town.shows("刚办理过"));
  EXPECT_EQ(town.post(url + "/act", {{"do", "suspend"}, {"revision", "4"}, {"text", "外出学习"}}).status,
            303);
  town.get(url);
  EXPECT_TRUE(town.shows("外出学习"));
  EXPECT_EQ(town.post(url + "/act", {{"do", "resume"}, {"revision", "5"}, {"csrf", ""}}).status,
            403);  // without the token
  auto visitor = Browser(site);
  EXPECT_EQ(visitor.get("/p/lan/registers/informant").status, 200);
  EXPECT_FALSE(visitor.shows("柳溪信息员"));  // suspended
  EXPECT_EQ(town.post(url + "/act", {{"do", "resume"}, {"revision", "5"}}).status, 303);
  EXPECT_EQ(visitor.get("/p/lan/registers/informant?q=柳溪").status, 200);
  EXPECT_TRUE(visitor.shows("柳溪信息员"));
  EXPECT_FALSE(visitor.shows("138"));
  EXPECT_EQ(visitor.get("/p/yun/registers/informant").status, 200);
  EXPECT_FALSE(visitor.shows("柳溪信息员"));
}

TEST_P(RegisterPages, OtherUnitsAndCountiesSeeNothing) {
  auto town = signed_in(lan, "town", willow, ScopeKind::subtree);
  const std::string url = published(town, "柳溪信息员");
  auto neighbour = signed_in(lan, "town", egret, ScopeKind::subtree);
  auto stranger = signed_in(yun, "office", yun.root, ScopeKind::tenant);
  auto nobody = signed_in(lan, "nobody", hospital, ScopeKind::tenant);
  for (auto* who : {&neighbour, &stranger}) {
    EXPECT_EQ(who->get(url).status, 404);
    who->get("/registers/informant");
    EXPECT_FALSE(who->shows("柳溪信息员"));
    who->get("/registers/people");
    EXPECT_FALSE(who->shows("柳溪信息员"));
    EXPECT_EQ(who->post(url + "/act", {{"do", "retire"}, {"revision", "4"}, {"text", "乱来"}}).status, 404);
  }
  for (const char* page : {"/registers", "/registers/informant", "/registers/people"})
    EXPECT_EQ(nobody.get(page).status, 403) << page;
  EXPECT_EQ(nobody.get("/registers/types").status, 403);
  EXPECT_EQ(Browser(site).get(url).status, 303);
  EXPECT_EQ(neighbour.get("/registers/duplicates").status, 403);
}

TEST_P(RegisterPages, APersonAppliesAndSeesHisRecord) {
  auto self = signed_in(lan, "person", hospital, ScopeKind::own);
  self.get("/registers/record");
  EXPECT_TRUE(self.shows("还没有人员档案"));
  self.get("/registers/lecturer/new?self=1");
  EXPECT_EQ(self.post("/registers/lecturer/new", {{"self", "1"},
                                                  {"name", "人员user1"},
                                                  {"phone", "13900000001"},
                                                  {"unit", std::to_string(hospital)},
                                                  {"skills", "健康生活"},
                                                  {"employer", "县人民医院"},
                                                  {"consent", "1"}})
                .status,
            303)
      << self.last().body;
  const std::string url = self.location();
  EXPECT_EQ(self.get(url).status, 200);
  EXPECT_EQ(self.get("/registers/record").status, 303);
  const std::string record = self.location();
  EXPECT_EQ(self.get(record).status, 200);
  EXPECT_TRUE(self.shows("139****0001"));
  EXPECT_EQ(self.get(record + "/export").status, 200);
  EXPECT_TRUE(self.shows("13900000001"));
  EXPECT_EQ(self.get("/registers/informant/new?self=1").status, 403);
}

TEST_P(RegisterPages, WhoIsPublishedGetsTheRoleAndLosesItAtTheEnd) {
  auto self = signed_in(lan, "person", hospital, ScopeKind::own);
  auto chief = signed_in(lan, "administrator", lan.root, ScopeKind::tenant);
  self.get("/registers/expert/new?self=1");
  ASSERT_EQ(self.post("/registers/expert/new", {{"self", "1"},
                                                {"name", "人员user1"},
                                                {"unit", std::to_string(hospital)},
                                                {"field", "医疗卫生"},
                                                {"skills", "急救自救"},
                                                {"employer", "县人民医院"},
                                                {"consent", "1"}})
                .status,
            303)
      << self.last().body;
  const std::string url = self.location();
  const Id entry = base::parse_id(url.substr(url.rfind('/') + 1)).value_or(0);
  const Id account =
      must(engine.store().person(lan.tenant, must(engine.store().entry(lan.tenant, entry)).person)).account;
  ASSERT_NE(account, 0);
  const auto is_expert = [&] {
    const auto grants = must(world.directory.grants_of(lan.program, account));
    return std::any_of(grants.begin(), grants.end(), [](const auth::Grant& g) { return g.role == "expert"; });
  };
  for (const char* step : {"check", "approve", "publish"}) {
    EXPECT_FALSE(is_expert());
    chief.get(url);
    ASSERT_EQ(chief.post(url + "/act", {{"do", step}, {"revision", chief.hidden("revision")}}).status, 303)
        << chief.last().body;
  }
  EXPECT_TRUE(is_expert());
  chief.get(url + "?do=retire");
  ASSERT_EQ(chief
                .post(url + "/act",
                      {{"do", "retire"}, {"revision", chief.hidden("revision")}, {"text", "任期届满"}})
                .status,
            303);
  EXPECT_FALSE(is_expert());
}

TEST_P(RegisterPages, TypesAreChangedWithoutLosingFieldsUnsaid) {
  auto chief = signed_in(lan, "administrator", lan.root, ScopeKind::tenant);
  auto town = signed_in(lan, "town", willow, ScopeKind::subtree);
  published(town, "柳溪信息员");
  EXPECT_EQ(town.get("/registers/types/informant").status, 403);
  chief.get("/registers/types/informant");
  http::Pairs form = {{"title", "科普信息员"}, {"unit", "人"},    {"prefix", "信"},
                      {"purpose", "传递信息"}, {"check", "unit"}, {"approve", "unit"},
                      {"maintain", "unit"},    {"term", "12"},    {"window", "30"},
                      {"cover", "village"},    {"active", "1"},   {"public", "1"},
                      {"feeds", "in_force"},   {"version", "1"},  {"fields", "身份2 | 不懂"}};
  EXPECT_EQ(chief.post("/registers/types/informant", form).status, 422);
  EXPECT_TRUE(chief.shows("第 1 行"));
  form.back().second = "hobby 爱好 | 文字 | 公开";
  EXPECT_EQ(chief.post("/registers/types/informant", form).status, 422);
  EXPECT_TRUE(chief.shows("身份"));
  EXPECT_TRUE(chief.shows("name=\"lose\""));
  form.emplace_back("lose", "1");
  EXPECT_EQ(chief.post("/registers/types/informant", form).status, 303) << chief.last().body;
  EXPECT_EQ(chief.post("/registers/types/informant", form).status, 422);  // by an old version
  EXPECT_EQ(must(engine.store().type(lan.tenant, "informant")).version, 2);
  EXPECT_EQ(chief.get("/registers/types/informant").status, 200);
  EXPECT_TRUE(chief.shows("第 1 版的字段"));
}

TEST_P(RegisterPages, ASheetIsCheckedThenTakenInWhole) {
  auto town = signed_in(lan, "town", willow, ScopeKind::subtree);
  town.get("/registers/informant/import");
  const std::vector<std::string> head = {"姓名＊",   "联系电话", "管理单位＊",
                                         "所在地＊", "身份＊",   "已取得本人同意＊"};
  EXPECT_EQ(town.post("/registers/informant/import", {},
                      {workbook({head,
                                 {"甲信息员", "13700000001", "柳溪镇", "柳溪镇/大坪村", "教师", "是"},
                                 {"乙信息员", "137", "没有的镇", "大坪村", "宇航员", "否"}})})
                .status,
            422);
  EXPECT_TRUE(town.shows("第 3 行"));
  EXPECT_TRUE(town.shows("没有的镇"));
  EntryQuery all;
  all.type = "informant";
  EXPECT_EQ(engine.store().entries(lan.tenant, all).total, 0);
  EXPECT_EQ(town.post("/registers/informant/import", {},
                      {workbook({head,
                                 {"甲信息员", "13700000001", "柳溪镇", "柳溪镇/大坪村", "教师", "是"},
                                 {"乙信息员", "13700000002", "柳溪镇", "大坪村", "教师", "是"}})})
                .status,
            200)
      << town.last().body;
  EXPECT_EQ(engine.store().entries(lan.tenant, all).total, 0);
  EXPECT_EQ(
      town.post("/registers/informant/import/confirm", {{"file", town.hidden("file")}, {"name", "表.xlsx"}})
          .status,
      303)
      << town.last().body;
  all.state = State::in_force;
  EXPECT_EQ(engine.store().entries(lan.tenant, all).total, 2);
  EXPECT_EQ(
      town.post("/registers/informant/import/confirm", {{"file", std::string(64, 'a')}, {"name", "表.xlsx"}})
          .status,
      422);
}

TEST_P(RegisterPages, MetricsCountByDayPlaceAndKind) {
  auto town = signed_in(lan, "town", willow, ScopeKind::subtree);
  published(town, "柳溪信息员");
  const base::Date today = world.clock.today(), before = base::from_days(base::to_days(today) - 1);
  const auto value = [&](const std::string& id, std::vector<Id> units, base::Date from, base::Date to) {
    return must(metrics.answer({lan.tenant, id, std::move(units), from, to})).value.value_or(-1);
  };
  EXPECT_EQ(value("registers.informant", {}, today, today), 1);
  EXPECT_EQ(value("registers.informant", {}, before, before), 0);
  EXPECT_EQ(value("registers.informant", {willow}, today, today), 1);  // the village counts for its township
  EXPECT_EQ(value("registers.informant", {egret}, today, today), 0);
  EXPECT_EQ(value("registers.informant.new", {}, before, today), 1);
  EXPECT_EQ(value("registers.informant.townships", {}, today, today), 1);
  EXPECT_EQ(value("registers.informant.villages", {}, today, today), 1);
  EXPECT_EQ(value("registers.people", {}, today, today), 1);
  EXPECT_EQ(must(metrics.by_unit({lan.tenant, "registers.informant", {willow, egret}, today, today}))
                .at(willow)
                .value,
            1);
  const auto records =
      must(metrics.records({lan.tenant, "registers.informant.villages", {}, today, today}, 0, 10));
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].amount, 1);
  for (const auto& m : metrics.all(lan.tenant)) {
    EXPECT_TRUE(metrics.answer({lan.tenant, m.id, {}, before, today})) << m.id;
    EXPECT_TRUE(metrics.records({lan.tenant, m.id, {}, before, today}, 0, 10)) << m.id;
    EXPECT_FALSE(m.definition.empty());
  }
}

TEST_P(RegisterPages, WhatWaitsIsOnTheToDoList) {
  auto town = signed_in(lan, "town", willow, ScopeKind::subtree);
  town.get("/registers/informant/new");
  EXPECT_EQ(town.post("/registers/informant/new", informant("等审核")).status, 303);
  const auto actor = lan.actor("town", willow, ScopeKind::subtree);
  EXPECT_EQ(engine.store().waiting(actor, 10).size(), 1u);
  const auto neighbour = lan.actor("town", egret, ScopeKind::subtree);
  EXPECT_TRUE(engine.store().waiting(neighbour, 10).empty());
}

}  // namespace
}  // namespace kepu::registers

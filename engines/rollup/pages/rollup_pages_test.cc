// The pages as people use them, without a script: a city, two counties.
#include <gtest/gtest.h>

#include <filesystem>

#include "core/notify/notify.h"
#include "core/site/testing.h"
#include "engines/plan/testing.h"
#include "engines/rollup/rollup_engine.h"

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
id = "reader"
title = "领导"
purpose = "查看"
scope = "tenant"
rights = ["rollup.read"]
[[role]]
id = "outsider"
title = "其他"
purpose = "无关"
scope = "tenant"
rights = ["organisation.read"]
)";

class RollupPages : public site::testing::PageTest {
 protected:
  RollupPages() : PageTest(kRoles, {notify::migrations(), migrations()}) {
    metric::Metric held{"events.held", "科普活动", "场", "现场开展的活动", metric::Nature::flow};
    metrics.add(held, {[this](const metric::Question&) { return metric::Answer{held_now, "", 12}; }, {}, {}});
    Sources sources;
    sources.facts = [](Id, Date) {
      Facts f;
      f.plan = "实施方案";
      f.tasks = 84;
      f.ok = 84;
      return f;
    };
    sources.tasks = [](Id, Date) {
      return std::vector<TaskState>{{5, "农-03", "发展农技协", "ok", "正常", "按期", 0.5}};
    };
    engine = std::make_unique<RollupEngine>(services, plans, metrics, std::move(sources));
    engine->add_to(site);
    city = member("cheng", "澄州市", "administrator");
    lan = member("lan", "岚江县", "administrator");
    yun = member("yun", "云陂县", "administrator");
    clerk = member("lan", "", "clerk");
    reader = member("cheng", "", "reader");
    outsider = member("lan", "", "outsider");
  }
  // A person with this role; a name makes the tenant too.
  site::testing::Session member(const std::string& code, const std::string& name, const std::string& role) {
    const Id of = name.empty() ? directory.tenant_by_code(code)->id : make_county(code, name);
    return session(code + role, role, 0, ScopeKind::tenant, of);
  }
  // The value of a hidden field on a page.
  static std::string hidden(const http::Response& page, const std::string& name) {
    const std::string mark = "name=\"" + name + "\" value=\"";
    const auto at = page.body.find(mark);
    if (at == std::string::npos) return {};
    const auto from = at + mark.size();
    return page.body.substr(from, page.body.find('"', from) - from);
  }
  std::string revision(Id call) {
    return std::to_string(must(engine->store().call(city.tenant, call)).revision);
  }

  Id draft_call() {
    const auto made =
        post(city, "/rollup/calls/new",
             {{"title", "上半年汇总"}, {"from", "2026-01-01"}, {"to", "2026-02-28"}, {"due", "2026-03-20"}});
    EXPECT_EQ(made.status, 303) << made.body;
    return id_of(made);
  }
  void add_item(Id call, http::Pairs form) {
    form.emplace_back("revision", revision(call));
    const auto made = post(city, "/rollup/calls/" + std::to_string(call) + "/item", form);
    EXPECT_EQ(made.status, 303) << made.body;
  }
  Id issued_call() {
    for (const auto* county : {&lan, &yun})
      EXPECT_EQ(post(*county, "/rollup/links", {{"code", "cheng"}}).status, 303);
    const Id call = draft_call();
    add_item(call, {{"code", "A-01"},
                    {"title", "科普活动"},
                    {"unit", "场"},
                    {"decimals", "0"},
                    {"kind", "sum"},
                    {"metric", "events.held"},
                    {"definition", "现场开展"}});
    add_item(call, {{"code", "A-02"},
                    {"title", "经费"},
                    {"unit", "万元"},
                    {"decimals", "1"},
                    {"kind", "sum"},
                    {"metric", "-"},
                    {"definition", "实际拨付"}});
    add_item(call, {{"code", "T-01"}, {"what", "task"}, {"task", "5"}, {"definition", "请说明"}});
    EXPECT_EQ(post(city, url(call) + "/issue", {{"revision", revision(call)}}).status, 303);
    return call;
  }
  static std::string url(Id call) { return "/rollup/calls/" + std::to_string(call); }
  static std::string in_url(Id call) { return "/rollup/in/" + std::to_string(call); }
  http::Response fill(const site::testing::Session& who, Id call, int place, http::Pairs form) {
    const auto in = must(engine->store().incoming(who.tenant, call));
    form.emplace_back("revision", std::to_string(in.draft.revision));
    return post(who, in_url(call) + "/items/" + std::to_string(place), form);
  }
  // The county's answer, whatever is still missing filled.
  Id handed_in(const site::testing::Session& who, Id call, const std::string& money) {
    EXPECT_EQ(fill(who, call, 2, {{"origin", "typed"}, {"value", money}, {"source", "财政台账"}}).status,
              303);
    EXPECT_EQ(fill(who, call, 3, {{"task", "5"}, {"words", ""}}).status, 303);
    const auto page = get(who, in_url(call));
    const auto made =
        post(who, in_url(call) + "/submit",
             {{"revision", hidden(page, "revision")}, {"seen", hidden(page, "seen")}, {"reason", ""}});
    EXPECT_EQ(made.status, 303) << made.body;
    return id_of(made);
  }

  std::optional<double> held_now = 12;
  plan::testing::NoPlan plans;
  metric::Catalog metrics;
  std::unique_ptr<RollupEngine> engine;
  site::testing::Session city, lan, yun, clerk, reader, outsider;
};

bool has(const http::Response& page, std::string_view words) {
  return page.body.find(words) != std::string::npos;
}

TEST_F(RollupPages, FromTheCallToTheTable) {
  const Id call = issued_call();
  EXPECT_TRUE(has(get(lan, "/rollup"), "上半年汇总"));
  const auto page = get(lan, in_url(call));
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(has(page, "12 场"));
  EXPECT_TRUE(has(page, "请写明空缺的原因"));
  const auto board = get(city, url(call));
  EXPECT_TRUE(has(board, "2 个县（市、区）中 0 个已报"));
  EXPECT_FALSE(has(board, "12 场"));  // what was not handed in
  const Id first = handed_in(lan, call, "38.2");
  const auto after = get(city, url(call));
  EXPECT_TRUE(has(after, "2 个县（市、区）中 1 个已报"));
  EXPECT_TRUE(has(after, "38.2 万元"));
  EXPECT_TRUE(has(after, "已报有数的 1 个合计，另有 1 个没有数"));
  EXPECT_TRUE(has(after, "未报"));
  const auto shown = get(city, "/rollup/returns/" + std::to_string(first));
  EXPECT_TRUE(has(shown, "现场开展的活动"));
  EXPECT_TRUE(has(shown, "与上报时一致"));
  held_now = 99;
  EXPECT_TRUE(has(get(city, "/rollup/returns/" + std::to_string(first)), "12 场"));
  EXPECT_EQ(get(city, "/rollup/counties/" + std::to_string(lan.tenant)).status, 200);
  EXPECT_EQ(get(city, url(call) + "?as=csv").status, 200);
  EXPECT_TRUE(has(get(city, url(call) + "?as=json"), "未报"));
}

TEST_F(RollupPages, WhatWasSeenIsWhatIsHandedIn) {
  const Id call = issued_call();
  EXPECT_EQ(fill(lan, call, 2, {{"origin", "empty"}, {"reason", "没有对账"}}).status, 303);
  EXPECT_EQ(fill(lan, call, 3, {{"task", "5"}}).status, 303);
  const auto page = get(lan, in_url(call));
  held_now = 13;
  const http::Pairs form = {{"revision", hidden(page, "revision")}, {"seen", hidden(page, "seen")}};
  const auto moved = post(lan, in_url(call) + "/submit", form);
  EXPECT_EQ(moved.status, 422);
  EXPECT_TRUE(has(moved, "数据有变化"));
  EXPECT_TRUE(has(moved, "13 场"));
  EXPECT_EQ(post(lan, in_url(call) + "/submit",
                 {{"revision", hidden(moved, "revision")}, {"seen", hidden(moved, "seen")}})
                .status,
            303);
}

TEST_F(RollupPages, WhatIsWrongStandsBesideItsFieldAndNothingIsLost) {
  const Id call = issued_call();
  const auto typed = fill(lan, call, 1, {{"origin", "typed"}, {"value", "15"}, {"source", "登记簿第三册"}});
  EXPECT_EQ(typed.status, 422);
  EXPECT_TRUE(has(typed, "平台已有这个数"));
  EXPECT_TRUE(has(typed, "登记簿第三册"));
  const auto bare =
      fill(lan, call, 2, {{"origin", "typed"}, {"value", ""}, {"source", ""}, {"reason", "月底补"}});
  EXPECT_EQ(bare.status, 422);
  EXPECT_TRUE(has(bare, "注明来源"));
  EXPECT_TRUE(has(bare, "月底补"));
  const auto head =
      post(city, "/rollup/calls/new",
           {{"title", "留住的名称"}, {"from", "2026-03-01"}, {"to", "2026-02-01"}, {"due", "2026-03-20"}});
  EXPECT_EQ(head.status, 422);
  EXPECT_TRUE(has(head, "留住的名称"));
  const Id draft = draft_call();
  const auto item = post(city, url(draft) + "/item",
                         {{"revision", revision(draft)},
                          {"code", "B"},
                          {"title", "比例"},
                          {"unit", "%"},
                          {"decimals", "0"},
                          {"kind", "sum"},
                          {"metric", "-"},
                          {"definition", "留住的口径"}});
  EXPECT_EQ(item.status, 422);
  EXPECT_TRUE(has(item, "比例不能逐县相加"));
  EXPECT_TRUE(has(item, "留住的口径"));
}

TEST_F(RollupPages, AGivenBackReturnComesBackAsWork) {
  const Id call = issued_call();
  const Id first = handed_in(lan, call, "380");
  const std::string back = "/rollup/returns/" + std::to_string(first) + "/back";
  EXPECT_EQ(post(city, back, {{"reason", ""}}).status, 422);
  EXPECT_EQ(post(city, back, {{"reason", "多写了一位"}}).status, 303);
  EXPECT_TRUE(has(get(city, url(call)), "退回待改"));
  EXPECT_FALSE(has(get(city, url(call)), "380.0 万元"));
  EXPECT_TRUE(has(get(lan, in_url(call)), "多写了一位"));
  EXPECT_TRUE(has(get(lan, "/rollup"), "退回待改"));
  const auto unread = database->db().read(
      [&](sql::Session& s) { return notify::of_person(s, lan.tenant, lan.person, true, 0, 20); });
  EXPECT_TRUE(std::any_of(unread.begin(), unread.end(), [](const notify::Kept& n) {
    return n.notice.title.find("上报被退回") != std::string::npos;
  }));
}

TEST_F(RollupPages, RightsOfEachSide) {
  const Id call = issued_call();
  for (const auto& path : {std::string("/rollup"), in_url(call), std::string("/rollup/links")}) {
    EXPECT_EQ(get(outsider, path).status, 403) << path;
    EXPECT_EQ(get(clerk, path).status, 200) << path;
  }
  EXPECT_EQ(post(clerk, in_url(call) + "/submit").status, 403);
  EXPECT_EQ(post(clerk, "/rollup/links", {{"code", "cheng"}}).status, 403);
  EXPECT_EQ(get(reader, url(call)).status, 200);
  EXPECT_EQ(post(reader, url(call) + "/close", {{"revision", revision(call)}}).status, 403);
  EXPECT_EQ(get(reader, "/rollup/calls/new").status, 403);
  const Id draft = draft_call();
  EXPECT_EQ(get(reader, url(draft)).status, 404);
  EXPECT_FALSE(has(get(reader, "/rollup/calls"), url(draft)));
  site::testing::Session no_token = lan;
  no_token.csrf.clear();
  EXPECT_EQ(post(no_token, in_url(call) + "/submit").status, 403);
}

TEST_F(RollupPages, OtherTenantsSeeNothing) {
  const Id call = issued_call();
  const Id first = handed_in(lan, call, "38.2");
  const std::string returned = "/rollup/returns/" + std::to_string(first);
  EXPECT_EQ(get(yun, returned).status, 404);
  EXPECT_EQ(get(yun, returned + "?as=json").status, 404);
  EXPECT_EQ(post(yun, returned + "/back", {{"reason", "不该能退"}}).status, 404);
  EXPECT_EQ(get(yun, url(call)).status, 404);
  EXPECT_EQ(get(yun, "/rollup/counties/" + std::to_string(lan.tenant)).status, 404);
  EXPECT_FALSE(has(get(yun, in_url(call)), "38.2"));
  const Id draft = draft_call();
  EXPECT_EQ(get(lan, in_url(draft)).status, 404);
  EXPECT_EQ(get(lan, url(draft)).status, 404);
}

TEST_F(RollupPages, TwoPeopleAtOnceOneIsTold) {
  const Id call = issued_call();
  EXPECT_EQ(fill(lan, call, 2, {{"origin", "empty"}, {"reason", "甲填的"}}).status, 303);
  const auto late =
      post(clerk, in_url(call) + "/items/2", {{"origin", "empty"}, {"reason", "乙填的"}, {"revision", "0"}});
  EXPECT_EQ(late.status, 422);
  EXPECT_TRUE(has(late, "刚保存过"));
  EXPECT_TRUE(has(late, "乙填的"));
}

TEST_F(RollupPages, AClosedCallTakesNothing) {
  const Id call = issued_call();
  EXPECT_EQ(post(city, url(call) + "/close", {{"revision", revision(call)}, {"reason", "停报"}}).status, 303);
  EXPECT_TRUE(has(get(lan, in_url(call)), "停报"));
  EXPECT_FALSE(has(get(lan, in_url(call)), "/submit"));
  EXPECT_EQ(post(city, url(call) + "/correct").status, 303);
}

}  // namespace
}  // namespace kepu::rollup

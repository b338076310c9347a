// The pages as people use them, without a script: a resident, a community, a department, a team, another
// county.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "core/base/text.h"
#include "core/notify/notify.h"
#include "core/search/search.h"
#include "core/site/testing.h"
#include "engines/orders/orders_engine.h"
#include "engines/registers/testing.h"

namespace kepu::orders {
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
title = "科协经办"
purpose = "统筹"
scope = "tenant"
rights = ["order.read", "order.place", "order.check", "order.claim", "order.dispatch", "order.settle", "order.setup"]
[[role]]
id = "community"
title = "社区"
purpose = "核实"
scope = "subtree"
rights = ["order.read", "order.place", "order.check"]
[[role]]
id = "bureau"
title = "部门"
purpose = "领单"
scope = "unit"
rights = ["order.read", "order.claim", "order.dispatch"]
[[role]]
id = "leader"
title = "队长"
purpose = "接单"
scope = "unit"
rights = ["order.serve", "order.join"]
[[role]]
id = "member"
title = "志愿者"
purpose = "服务"
scope = "own"
rights = ["order.join"]
)";

std::string catalog_text() {
  std::ifstream in("catalog/orders.toml");
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

class OrdersPages : public site::testing::PageTest {
 protected:
  OrdersPages()
      : PageTest(kRoles, {notify::migrations(), calendar::migrations(), search::migrations(), migrations(),
                          resident_migrations(), offers_migrations(), serve_migrations(), phone_migrations(),
                          feed_migrations()}),
        calendars(database->db(), {}) {
    engine =
        std::make_unique<OrdersEngine>(services, cipher, calendars, teams, catalog_text(),
                                       OrdersEngine::Options{"", [this](const notify::Text& t) -> base::Done {
                                                               texts.push_back(t);
                                                               return {};
                                                             }});
    engine->add_metrics(metrics);
    engine->add_to(site);
    tenant = make_county("lan", "岚江县");
    willow = unit("柳溪镇", UnitKind::township);
    health = unit("县卫生健康局");
    education = unit("县教育局");
    volunteers = unit("科技志愿总队");
    office = session("office", "office");
    town = session("zhen", "community", willow, ScopeKind::subtree);
    bureau = session("weijian", "bureau", health, ScopeKind::unit);
    school = session("jiaoyu", "bureau", education, ScopeKind::unit);
    leader = session("duizhang", "leader", volunteers, ScopeKind::unit);
    rival = session("bie", "leader", volunteers, ScopeKind::unit);
    const Id other = make_county("yun", "云溪县");
    stranger = session("admin", "administrator", 0, ScopeKind::tenant, other);
    teams.add(1, "健康服务队", volunteers, 3, {"健康义诊"});
    teams.of_account[leader.person] = {1};
    teams.of_account[rival.person] = {};
  }

  http::Pairs form() {
    return {{"service", "1"}, {"days", "2026-03-10"},  {"area", std::to_string(willow)},
            {"people", "40"}, {"name", "冉大姐"},      {"phone", "13800000000"},
            {"consent", "1"}, {"key", "test-key-0001"}};
  }
  // As a browser that is not signed in: its form carries the token of its own cookie.
  http::Response as_nobody(http::Method method, const std::string& target, http::Pairs fields = {}) {
    http::Request request;
    request.method = method;
    request.target = target;
    const auto mark = target.find('?');
    request.path = target.substr(0, mark);
    if (mark != std::string::npos) request.query = http::parse_query(target.substr(mark + 1));
    request.cookies = {{"kp_form", std::string(32, 'a')}};
    fields.emplace_back("csrf", std::string(32, 'a'));
    request.form = std::move(fields);
    return site.answer(std::move(request));
  }
  Order placed() {
    const auto answer = as_nobody(http::Method::post, "/p/lan/order", form());
    EXPECT_EQ(answer.status, 303) << answer.body.substr(0, 300);
    return engine->store().orders(tenant, {}).orders.at(0);
  }
  Order now_is(Id id) { return must(engine->store().order(tenant, id)); }
  using Session = site::testing::Session;
  http::Response act(const Session& who, const Order& o, const std::string& what, http::Pairs more = {}) {
    more.emplace_back("do", what);
    more.emplace_back("revision", std::to_string(now_is(o.id).revision));
    return post(who, "/orders/" + std::to_string(o.id) + "/act", more);
  }

  calendar::CalendarStore calendars;
  registers::testing::Teams teams;
  std::vector<notify::Text> texts;
  metric::Catalog metrics;
  std::unique_ptr<OrdersEngine> engine;
  Id willow = 0, health = 0, education = 0, volunteers = 0;
  Session office, town, bureau, school, leader, rival, stranger;
};

TEST_F(OrdersPages, AResident_AsksFollowsAndRates) {
  const Order o = placed();
  EXPECT_EQ(o.state, State::placed);
  const std::string track = "/p/lan/order/" + o.code;
  auto page = as_nobody(http::Method::get, track + "?new=1");
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(base::contains(page.body, o.code));
  EXPECT_FALSE(base::contains(page.body, "13800000000"));
  EXPECT_EQ(as_nobody(http::Method::get, "/p/lan/order/find?code=" + o.code).status, 303);
  EXPECT_EQ(as_nobody(http::Method::get, "/p/lan/order/find?code=ZZZZ").status, 422);
  EXPECT_EQ(as_nobody(http::Method::get, "/p/yun/order/" + o.code).status, 404) << "another county";
  EXPECT_EQ(act(town, o, "dispatch").status, 303);
  EXPECT_EQ(act(bureau, o, "claim").status, 303);
  EXPECT_EQ(
      act(bureau, o, "accept", {{"team", "1"}, {"day", "2026-03-10"}, {"from", "9:30"}, {"to", "11：00"}})
          .status,
      303);
  EXPECT_EQ(act(bureau, o, "finish", {{"people", "52"}}).status, 303);
  page = as_nobody(http::Method::get, track);
  EXPECT_TRUE(base::contains(page.body, "请您评价"));
  page = as_nobody(http::Method::post, track + "/rate",
                   {{"revision", std::to_string(now_is(o.id).revision)}, {"text", "很好"}});
  EXPECT_EQ(page.status, 422) << "no stars";
  EXPECT_TRUE(base::contains(page.body, "很好")) << "nothing typed is lost";
  EXPECT_EQ(
      as_nobody(http::Method::post, track + "/rate",
                {{"revision", std::to_string(now_is(o.id).revision)}, {"rating", "5"}, {"text", "很好"}})
          .status,
      303);
  EXPECT_EQ(now_is(o.id).state, State::closed);
  const auto rate = must(metrics.answer({tenant, "orders.closure_rate", {}, {2026, 1, 1}, {2026, 12, 31}}));
  EXPECT_DOUBLE_EQ(rate.value.value_or(0), 100);
  EXPECT_EQ(must(metrics.records({tenant, "orders.people", {}, {2026, 1, 1}, {2026, 12, 31}}, 0, 10)).size(),
            1u);
}

TEST_F(OrdersPages, APhoneIsProven_ByACodeSentToIt_AndFindsItsOrders) {
  const Order o = placed();
  const std::string track = "/p/lan/order/" + o.code;
  EXPECT_TRUE(base::contains(as_nobody(http::Method::get, track).body, "验证电话号码"));
  EXPECT_EQ(as_nobody(http::Method::post, track + "/phone").status, 303);
  ASSERT_EQ(texts.size(), 1u);
  EXPECT_EQ(texts[0].phone, "13800000000");
  auto page = as_nobody(http::Method::post, track + "/prove", {{"text", "12"}});
  EXPECT_EQ(page.status, 422);
  EXPECT_TRUE(base::contains(page.body, "验证码不对"));
  EXPECT_EQ(as_nobody(http::Method::post, track + "/prove", {{"text", texts[0].code}}).status, 303);
  EXPECT_TRUE(now_is(o.id).phone_proven);
  EXPECT_TRUE(base::contains(get(town, "/orders/" + std::to_string(o.id)).body, "（已验证）"));
  EXPECT_FALSE(base::contains(as_nobody(http::Method::get, track).body, "验证电话号码"));
  const std::string find = "/p/lan/order/find";
  EXPECT_TRUE(base::contains(as_nobody(http::Method::get, find).body, "查询码找不到了"));
  page = as_nobody(http::Method::post, find + "/send", {{"phone", "很久"}});
  EXPECT_EQ(page.status, 422);
  EXPECT_TRUE(base::contains(page.body, "很久"));
  page = as_nobody(http::Method::post, find + "/send", {{"phone", "13800000000"}});
  EXPECT_EQ(page.status, 200);
  ASSERT_EQ(texts.size(), 2u);
  page = as_nobody(http::Method::post, find + "/list", {{"phone", "13800000000"}, {"code", "1"}});
  EXPECT_EQ(page.status, 422);
  EXPECT_FALSE(base::contains(page.body, o.number));
  page = as_nobody(http::Method::post, find + "/list", {{"phone", "13800000000"}, {"code", texts[1].code}});
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(base::contains(page.body, o.number));
  EXPECT_EQ(as_nobody(http::Method::post, "/p/yun/order/find/list", {{"phone", "13800000000"}, {"code", "1"}})
                .status,
            422);
}

TEST_F(OrdersPages, WhoTriesManyCodes_HasToWait) {
  const Order o = placed();
  const auto from = [&](const std::string& address, const std::string& path, http::Pairs query = {}) {
    http::Request request;
    request.path = path;
    request.query = std::move(query);
    request.remote = address;
    return site.answer(std::move(request)).status;
  };
  const std::string track = "/p/lan/order/" + o.code;
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(from("10.0.0.1", fmt::format("/p/lan/order/{:010}", i)), 404);
    EXPECT_EQ(from("10.0.0.1", "/p/lan/order/find", {{"code", fmt::format("X{:09}", i)}}), 422);
    EXPECT_EQ(from("10.0.0.1", track), i < 29 ? 200 : 429) << "the sixtieth miss was one too many";
  }
  EXPECT_EQ(from("10.0.0.1", "/p/lan/order/find", {{"code", o.code}}), 429);
  EXPECT_EQ(from("10.0.0.2", track), 200) << "somebody else";
  clock.set(clock.now() + 60'000);
  EXPECT_EQ(from("10.0.0.1", track), 200);
}

TEST_F(OrdersPages, WrongFields_AreToldBesideThem_AndKept) {
  auto fields = form();
  fields[5].second = "1380000000";
  fields[1].second = "2026-03-03";  // too soon
  fields[3].second = "很多";
  fields.push_back({"words", "请<b>讲</b>本地话"});
  const auto page = as_nobody(http::Method::post, "/p/lan/order", fields);
  EXPECT_EQ(page.status, 422);
  EXPECT_TRUE(base::contains(page.body, "现在是 10 位"));
  EXPECT_TRUE(base::contains(page.body, "要提前 3 天预约"));
  EXPECT_TRUE(base::contains(page.body, "大约人数要在"));
  EXPECT_TRUE(base::contains(page.body, "冉大姐"));
  EXPECT_TRUE(base::contains(page.body, "很多"));
  EXPECT_TRUE(base::contains(page.body, "请&lt;b&gt;讲&lt;/b&gt;本地话"));
  EXPECT_EQ(engine->store().orders(tenant, {}).total, 0);
}

TEST_F(OrdersPages, TheSameForm_Twice_IsOneOrder_AndANearOne_IsAskedAbout) {
  placed();
  EXPECT_EQ(as_nobody(http::Method::post, "/p/lan/order", form()).status, 303) << "a double click";
  EXPECT_EQ(engine->store().orders(tenant, {}).total, 1);
  auto fields = form();
  fields.back().second = "test-key-0002";
  auto page = as_nobody(http::Method::post, "/p/lan/order", fields);
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(base::contains(page.body, "仍要提交"));
  EXPECT_EQ(engine->store().orders(tenant, {}).total, 1);
  fields.push_back({"again", "1"});
  EXPECT_EQ(as_nobody(http::Method::post, "/p/lan/order", fields).status, 303);
  EXPECT_EQ(engine->store().orders(tenant, {}).total, 2);
}

TEST_F(OrdersPages, AnOrderInParts_IsFollowedFromItsOwnPage_AndWhatIsSaidThereReachesThem) {
  const Order o = placed();
  EXPECT_EQ(act(town, o, "split", {{"title1", "量血压"}, {"title2", "讲用药"}}).status, 303);
  const auto parts = engine->store().children(tenant, o.id);
  ASSERT_EQ(parts.size(), 2u);
  const std::string track = "/p/lan/order/" + o.code;
  auto page = as_nobody(http::Method::get, track);
  EXPECT_TRUE(base::contains(page.body, "/p/lan/order/" + parts[0].code));
  EXPECT_TRUE(base::contains(page.body, "讲用药"));
  EXPECT_EQ(as_nobody(http::Method::post, track + "/message", {{"message", "两件都请上午来"}}).status, 303);
  for (const auto& part : parts) {
    EXPECT_TRUE(base::contains(get(town, "/orders/" + std::to_string(part.id)).body, "两件都请上午来"));
    EXPECT_TRUE(
        base::contains(as_nobody(http::Method::get, "/p/lan/order/" + part.code).body, "两件都请上午来"));
  }
  EXPECT_EQ(
      post(town, "/orders/" + std::to_string(parts[0].id) + "/message", {{"message", "上午九点到"}}).status,
      303);
  EXPECT_TRUE(base::contains(as_nobody(http::Method::get, track).body, "上午九点到"));
  EXPECT_FALSE(
      base::contains(as_nobody(http::Method::get, "/p/lan/order/" + parts[1].code).body, "上午九点到"))
      << "the other part's business";
}

TEST_F(OrdersPages, EachSeesAndDoesItsOwn) {
  const Order o = placed();
  const std::string url = "/orders/" + std::to_string(o.id);
  EXPECT_EQ(get(town, url).status, 200);
  EXPECT_EQ(get(office, url).status, 200);
  EXPECT_EQ(get(bureau, url).status, 404) << "not dispatched yet";
  EXPECT_EQ(get(stranger, url).status, 404);
  EXPECT_EQ(get(leader, url).status, 404);
  EXPECT_EQ(act(bureau, o, "claim").status, 404);
  EXPECT_EQ(act(stranger, o, "dispatch").status, 404);
  EXPECT_EQ(post(town, url + "/act", {{"do", "refuse"}, {"revision", "1"}}).status, 422);
  EXPECT_EQ(act(town, o, "dispatch").status, 303);
  EXPECT_EQ(get(bureau, url).status, 200);
  EXPECT_EQ(get(school, url).status, 404);
  EXPECT_EQ(act(school, o, "claim").status, 404);
  EXPECT_EQ(post(town, url + "/phone").status, 403) << "out of its hands";
  EXPECT_EQ(post(bureau, url + "/phone").status, 303);
  EXPECT_EQ(get(school, "/orders").status, 200);
  EXPECT_FALSE(base::contains(get(school, "/orders").body, o.title));
  EXPECT_EQ(get(leader, "/orders").status, 403);
  EXPECT_EQ(get(town, "/orders/setup").status, 403);
}

TEST_F(OrdersPages, TheLeader_AnswersOnHisPhone) {
  const Order o = placed();
  act(town, o, "dispatch");
  act(bureau, o, "claim");
  engine->offers().run(clock.now());
  auto page = get(leader, "/my/orders");
  EXPECT_TRUE(base::contains(page.body, o.title));
  EXPECT_FALSE(base::contains(page.body, "138")) << "no phone before accepting";
  EXPECT_FALSE(base::contains(get(rival, "/my/orders").body, o.title));
  const Id offer = engine->offers().offers(tenant, o.id).at(0).id;
  const std::string url = "/my/orders/offers/" + std::to_string(offer);
  page = post(leader, url + "/accept", {{"day", "2026-03-10"}, {"from", "早上"}, {"to", "11:00"}});
  EXPECT_EQ(page.status, 422);
  EXPECT_TRUE(base::contains(page.body, "早上"));
  EXPECT_EQ(post(rival, url + "/accept", {{"day", "2026-03-10"}, {"from", "9:00"}, {"to", "11:00"}}).status,
            403);
  EXPECT_EQ(post(leader, url + "/accept", {{"day", "2026-03-10"}, {"from", "9:00"}, {"to", "11:00"}}).status,
            303);
  EXPECT_EQ(now_is(o.id).team, 1);
  EXPECT_EQ(post(leader, "/orders/" + std::to_string(o.id) + "/phone").status, 303);
  EXPECT_EQ(post(rival, "/orders/" + std::to_string(o.id) + "/phone").status, 404);
  EXPECT_EQ(post(leader, "/my/orders/" + std::to_string(o.id) + "/finish",
                 {{"people", "30"}, {"revision", std::to_string(now_is(o.id).revision)}})
                .status,
            303);
  EXPECT_EQ(now_is(o.id).state, State::served);
}

TEST_F(OrdersPages, AMember_SignsInByTheHostsCode) {
  const Order o = placed();
  act(town, o, "dispatch");
  act(bureau, o, "claim");
  act(bureau, o, "accept", {{"team", "1"}, {"day", "2026-03-02"}, {"from", "12:00"}, {"to", "13:00"}});
  const std::string code = engine->serving().code(tenant, now_is(o.id), false);
  EXPECT_TRUE(base::contains(as_nobody(http::Method::get, "/p/lan/order/" + o.code).body, code));
  EXPECT_TRUE(base::contains(get(town, "/orders/" + std::to_string(o.id)).body, code));
  EXPECT_FALSE(base::contains(get(leader, "/my/service").body, code)) << "the team asks for it at the place";
  EXPECT_FALSE(base::contains(get(bureau, "/orders/" + std::to_string(o.id)).body, code));
  const std::string url = "/my/service/" + std::to_string(o.id);
  EXPECT_EQ(post(leader, url + "/in", {{"code", code}}).status, 422) << "hours too soon";
  clock.set(base::start_of({2026, 3, 2}) + 10 * 3'600'000);
  EXPECT_EQ(post(rival, url + "/in", {{"code", code}}).status, 403);
  EXPECT_EQ(post(town, url + "/in", {{"code", code}}).status, 403);
  EXPECT_EQ(post(leader, url + "/in", {{"code", "１２３"}}).status, 422);
  EXPECT_EQ(post(leader, url + "/in", {{"code", code}}).status, 303);
  EXPECT_EQ(now_is(o.id).state, State::serving);
  EXPECT_EQ(get(leader, "/my/service").status, 200);
  clock.set(base::start_of({2026, 3, 2}) + 10 * 3'600'000 + 1'200'000);
  EXPECT_EQ(post(leader, url + "/out", {{"code", engine->serving().code(tenant, now_is(o.id), true)}}).status,
            303);
  EXPECT_EQ(post(leader, url + "/absent", {{"person", "99"}}).status, 422);
  EXPECT_EQ(get(bureau, "/orders/" + std::to_string(o.id)).status, 200);
}

TEST_F(OrdersPages, ShiftsArePlannedByTheLeader_AndTakenByMembers) {
  const auto member = session("duiyuan", "member", volunteers, ScopeKind::own);
  teams.of_account[member.person] = {1};
  const Order o = placed();
  act(town, o, "dispatch");
  act(bureau, o, "claim");
  act(bureau, o, "accept", {{"team", "1"}, {"day", "2026-03-10"}, {"from", "9:30"}, {"to", "11:00"}});
  const std::string url = "/my/service/" + std::to_string(o.id) + "/shifts";
  EXPECT_EQ(get(rival, url).status, 404);
  EXPECT_EQ(get(stranger, url).status, 404);
  auto page = get(leader, url);
  EXPECT_TRUE(base::contains(page.body, "09:30")) << "the agreed time is proposed";
  page = post(leader, url + "/add", {{"role", "speak"}, {"places", "0"}, {"from", "九点"}, {"to", "11:00"}});
  EXPECT_EQ(page.status, 422);
  EXPECT_TRUE(base::contains(page.body, "九点"));
  EXPECT_EQ(
      post(member, url + "/add", {{"role", "speak"}, {"places", "1"}, {"from", "9:30"}, {"to", "11:00"}})
          .status,
      403);
  EXPECT_EQ(
      post(leader, url + "/add", {{"role", "speak"}, {"places", "1"}, {"from", "9:30"}, {"to", "11:00"}})
          .status,
      303);
  const std::string shift = url + "/" + std::to_string(engine->shifts().shifts(tenant, o.id).at(0).id);
  page = get(member, "/my/service");
  EXPECT_TRUE(base::contains(page.body, "还缺 1 人"));
  EXPECT_EQ(post(rival, shift + "/join").status, 404);
  EXPECT_EQ(post(member, shift + "/join").status, 303);
  EXPECT_TRUE(base::contains(get(member, "/my/service").body, "讲师 09:30–11:00"));
  page = post(leader, shift + "/put", {{"person", std::to_string(leader.person)}});
  EXPECT_EQ(page.status, 422) << "nobody more is needed";
  EXPECT_TRUE(base::contains(page.body, "报满"));
  EXPECT_EQ(post(leader, shift + "/put", {{"person", ""}}).status, 422);
  EXPECT_EQ(post(member, shift + "/put", {{"person", std::to_string(leader.person)}}).status, 403);
  EXPECT_TRUE(base::contains(get(bureau, "/orders/" + std::to_string(o.id)).body, "讲师"));
  EXPECT_EQ(post(leader, shift + "/leave", {{"person", std::to_string(member.person)}}).status, 303);
  EXPECT_EQ(post(leader, shift + "/put", {{"person", std::to_string(member.person)}}).status, 303);
  EXPECT_TRUE(base::contains(get(leader, url).body, "队长安排"));
  EXPECT_EQ(post(leader, shift + "/remove").status, 303);
  EXPECT_TRUE(engine->shifts().shifts(tenant, o.id).empty());
}

TEST_F(OrdersPages, PhotosOfThePlace_OnlyWhereTheServiceAsks_AndWithoutWhereThePhoneWas) {
  const std::string jpeg = std::string("\xFF\xD8\xFF\xE1\0\x0EGPS 29.1106.", 18) +
                           std::string("\xFF\xDA\0\x04xxpixels\xFF\xD9", 14);
  const auto admin = must(directory.actor_of(tenant, directory.account_of(tenant, office.person).value().id));
  Service asked = must(engine->store().service(tenant, 1));
  asked.photos = asked.for_minors = true;
  EXPECT_FALSE(engine->store().save_service({admin, ""}, asked)) << "no photos of children";
  asked.for_minors = false;
  must(engine->store().save_service({admin, ""}, asked));
  const Order o = placed();
  act(town, o, "dispatch");
  act(bureau, o, "claim");
  act(bureau, o, "accept", {{"team", "1"}, {"day", "2026-03-10"}, {"from", "9:30"}, {"to", "11:00"}});
  const std::string url = "/my/orders/" + std::to_string(o.id) + "/finish",
                    order = "/orders/" + std::to_string(o.id);
  const auto fields = [&] {
    return http::Pairs{{"people", "30"}, {"revision", std::to_string(now_is(o.id).revision)}};
  };
  EXPECT_EQ(post(leader, url, fields()).status, 422) << "one at least";
  EXPECT_EQ(post(leader, url, fields(), {upload("photo1", "a.jpg", "no picture")}).status, 422);
  EXPECT_EQ(post(leader, url, fields(), {upload("photo1", "a.jpg", jpeg)}).status, 303);
  EXPECT_EQ(now_is(o.id).state, State::served);
  const auto kept = engine->serving().photos(tenant, o.id);
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(must(files.read(kept[0].sha256)).find("29.1106"), std::string::npos);
  const std::string photo = order + "/photos/" + kept[0].sha256;
  EXPECT_TRUE(base::contains(get(bureau, order).body, photo));
  EXPECT_EQ(get(bureau, photo).status, 200);
  EXPECT_EQ(get(leader, photo).status, 200);
  EXPECT_EQ(get(school, photo).status, 404);
  EXPECT_EQ(get(stranger, photo).status, 404);
  EXPECT_EQ(get(bureau, order + "/photos/" + std::string(64, '0')).status, 404);
  EXPECT_FALSE(base::contains(as_nobody(http::Method::get, "/p/lan/order/" + o.code).body, kept[0].sha256));
}

TEST_F(OrdersPages, AServiceThatIsOver_IsOpenedByTheLeader_AlsoWhereNobodySignedIn) {
  const Order o = placed();
  act(town, o, "dispatch");
  act(bureau, o, "claim");
  act(bureau, o, "accept", {{"team", "1"}, {"day", "2026-03-02"}, {"from", "9:00"}, {"to", "10:00"}});
  act(bureau, o, "finish", {{"people", "20"}});
  EXPECT_EQ(get(leader, "/my/service").status, 200);
  const auto page = get(leader, "/my/service?open=" + std::to_string(o.id));
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(base::contains(page.body, "补录没有手机的队员"));
  EXPECT_FALSE(base::contains(page.body, "到场签到")) << "it is over";
  EXPECT_EQ(get(leader, "/my/service?part=absent&open=" + std::to_string(o.id)).status, 200);
}

TEST_F(OrdersPages, TheTeamsCalendar_IsForWhoHasTheAddress_AndTellsNoTelephone) {
  const Order o = placed();
  act(town, o, "dispatch");
  act(bureau, o, "claim");
  act(bureau, o, "accept", {{"team", "1"}, {"day", "2026-03-10"}, {"from", "9:30"}, {"to", "11:00"}});
  EXPECT_EQ(post(rival, "/my/orders/feed", {{"team", "1"}}).status, 403);
  EXPECT_EQ(post(leader, "/my/orders/feed", {{"team", "1"}}).status, 303);
  const auto actor = must(directory.actor_of(tenant, directory.account_of(tenant, leader.person).value().id));
  const std::string begin = "/p/lan/calendar/", url = begin + must(engine->feeds().make({actor, ""}, 1));
  auto feed = as_nobody(http::Method::get, url);
  ASSERT_EQ(feed.status, 200);
  EXPECT_TRUE(base::contains(feed.body, "DTSTART:20260310T013000Z"));
  EXPECT_TRUE(base::contains(base::replace_all(feed.body, "\r\n ", ""), o.number));
  EXPECT_FALSE(base::contains(feed.body, "138"));
  EXPECT_FALSE(base::contains(base::replace_all(feed.body, "\r\n ", ""), "冉大姐"));
  EXPECT_EQ(as_nobody(http::Method::get, "/p/yun/calendar/" + url.substr(begin.size())).status, 404);
  act(bureau, o, "release", {{"text", "改期"}});
  EXPECT_FALSE(base::contains(as_nobody(http::Method::get, url).body, "BEGIN:VEVENT"));
  EXPECT_EQ(post(leader, "/my/orders/feed", {{"team", "1"}}).status, 303);
  EXPECT_EQ(as_nobody(http::Method::get, url).status, 404) << "the old address has ended";
  EXPECT_EQ(post(leader, "/my/orders/feed/end", {{"team", "1"}}).status, 303);
}

TEST_F(OrdersPages, SeveralAreDispatchedAtOnce_EachTold) {
  const Order one = placed();
  auto fields = form();
  fields[0].second = "3";
  fields.back().second = "test-key-0003";
  as_nobody(http::Method::post, "/p/lan/order", fields);
  const Order other = engine->store().orders(tenant, {}).orders.at(0);
  EXPECT_EQ(get(town, "/orders/check").status, 200);
  EXPECT_EQ(post(town, "/orders/check",
                 {{"order", fmt::format("{}:{}", one.id, one.revision)},
                  {"order", fmt::format("{}:{}", other.id, 99)}})
                .status,
            303);
  EXPECT_EQ(now_is(one.id).state, State::dispatched);
  EXPECT_EQ(now_is(other.id).state, State::placed) << "no department of that name here, or changed meanwhile";
}

TEST_F(OrdersPages, MenuAndRules_AreChangedByTheOffice) {
  EXPECT_EQ(get(office, "/orders/setup").status, 200);
  auto page = post(office, "/orders/services/new",
                   {{"title", "讲"}, {"kind", "health"}, {"minutes", "60"}, {"notice", "2"}});
  EXPECT_EQ(page.status, 422);
  EXPECT_EQ(
      post(office, "/orders/services/new",
           {{"title", "认识蘑菇"}, {"kind", "ecology"}, {"minutes", "60"}, {"notice", "2"}, {"active", "1"}})
          .status,
      303);
  EXPECT_TRUE(base::contains(as_nobody(http::Method::get, "/p/lan/order").body, "认识蘑菇"));
  EXPECT_EQ(post(office, "/orders/setup/routes",
                 {{"revision", "0"}, {"department1", std::to_string(education)}, {"kind1", "ecology"}})
                .status,
            303);
  EXPECT_EQ(engine->store().settings(tenant)->department_for("ecology", willow), education);
  page = post(office, "/orders/setup/routes", {{"revision", "0"}, {"department1", std::to_string(health)}});
  EXPECT_EQ(page.status, 422) << "somebody saved meanwhile";
  EXPECT_EQ(post(office, "/orders/setup/terms",
                 {{"revision", "1"},
                  {"check", "4"},
                  {"claim", "8"},
                  {"find_team", "16"},
                  {"confirm", "24"},
                  {"review", "40"},
                  {"offer", "2"},
                  {"offer_urgent", "0.5"},
                  {"erase_days", "30"},
                  {"travel", "45"},
                  {"telephone", "0990-7000012"}})
                .status,
            303);
  EXPECT_FALSE(engine->store().settings(tenant)->open);
  EXPECT_EQ(engine->store().settings(tenant)->terms.travel, 45);
  EXPECT_EQ(as_nobody(http::Method::post, "/p/lan/order", form()).status, 409);
}

TEST_F(OrdersPages, UnmetNeeds_OpenIntoTheirOrders) {
  const Order o = placed();
  EXPECT_TRUE(base::contains(get(office, "/orders/need/2026").body, "没满足 0 单"));
  EXPECT_EQ(act(town, o, "refuse", {{"text", "没有队伍"}}).status, 303);
  const auto need = get(office, "/orders/need");
  EXPECT_EQ(need.status, 200);
  EXPECT_TRUE(base::contains(need.body, "没满足 1 单"));
  const std::string records =
      "/orders/need/2026/unmet?f.township=" + std::to_string(willow) + "&amp;f.kind=health";
  EXPECT_TRUE(base::contains(need.body, records)) << "every figure has its records behind it";
  const auto list = get(office, base::replace_all(records, "&amp;", "&"));
  EXPECT_TRUE(base::contains(list.body, o.number));
  EXPECT_TRUE(base::contains(list.body, "安排不了"));
  EXPECT_FALSE(base::contains(list.body, "冉大姐")) << "no word of who asked";
  EXPECT_FALSE(base::contains(get(office, "/orders/need/2026/unmet?f.why=late").body, o.number));
  EXPECT_FALSE(base::contains(get(office, "/orders/need/2026/unmet?f.month=1").body, o.number));
  EXPECT_FALSE(base::contains(get(office, "/orders/need/2025/unmet").body, o.number));
  EXPECT_TRUE(base::contains(get(town, "/orders/need/2026/unmet").body, o.number));
  EXPECT_FALSE(base::contains(get(school, "/orders/need/2026/unmet").body, o.number)) << "of other units";
  EXPECT_FALSE(base::contains(get(stranger, "/orders/need/2026/unmet").body, o.number));
  EXPECT_EQ(get(leader, "/orders/need").status, 403);
  EXPECT_EQ(get(leader, "/orders/need/2026/missing").status, 403);
  const auto missing = get(office, "/orders/need/2026/missing");
  EXPECT_TRUE(base::contains(missing.body, o.title));
  EXPECT_TRUE(base::contains(missing.body, "f.service=1"));
  EXPECT_FALSE(base::contains(missing.body, "冉大姐"));
  EXPECT_EQ(get(office, "/orders/need/2026/missing?as=csv").status, 200);
}

TEST_F(OrdersPages, TheOfficeSays_WhatIsNoNeedOfThisKind) {
  const Order o = placed();
  const std::string url = "/orders/" + std::to_string(o.id) + "/unmet";
  EXPECT_EQ(get(office, url).status, 409) << "not refused";
  EXPECT_EQ(act(town, o, "refuse", {{"text", "经营性培训"}}).status, 303);
  EXPECT_TRUE(base::contains(get(office, "/orders/need/2026/unmet").body, url));
  EXPECT_FALSE(base::contains(get(town, "/orders/need/2026/unmet").body, url));
  EXPECT_EQ(get(office, url).status, 200);
  const auto revision = [&] { return std::to_string(now_is(o.id).revision); };
  const std::string seen = revision();
  EXPECT_EQ(post(town, url, {{"revision", seen}, {"reason", "不是"}}).status, 403);
  EXPECT_EQ(post(stranger, url, {{"revision", seen}, {"reason", "不是"}}).status, 404);
  EXPECT_EQ(post(office, url, {{"revision", seen}, {"reason", "不是"}}, {}, {.token = false}).status, 403);
  const auto empty = post(office, url, {{"revision", seen}, {"reason", ""}});
  EXPECT_EQ(empty.status, 422);
  EXPECT_EQ(post(office, url, {{"revision", seen}, {"reason", "经营性培训"}}).status, 303);
  const auto late = post(office, url, {{"revision", seen}, {"reason", "我也看过了"}});
  EXPECT_EQ(late.status, 422) << "two at once: one is told";
  EXPECT_TRUE(base::contains(late.body, "我也看过了")) << "what was typed is kept";
  EXPECT_TRUE(base::contains(get(office, "/orders/need").body, "没满足 0 单"));
  EXPECT_TRUE(base::contains(get(office, "/orders/need/2026/unmet?f.why=outside").body, o.number));
  EXPECT_EQ(post(office, url, {{"revision", revision()}, {"reason", "核对后算"}}).status, 303);
  EXPECT_TRUE(base::contains(get(office, "/orders/need").body, "没满足 1 单"));
}

TEST_F(OrdersPages, TheMetricOfUnmetNeeds_IsTheNumberOfItsRecords) {
  const Order o = placed();
  EXPECT_EQ(act(town, o, "refuse", {{"text", "没有队伍"}}).status, 303);
  metric::Question q{tenant, "orders.unmet", {}, {2026, 1, 1}, {2026, 12, 31}};
  EXPECT_EQ(*must(metrics.answer(q)).value, 1);
  const auto records = must(metrics.records(q, 0, 10));
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].url, "/orders/" + std::to_string(o.id));
  EXPECT_EQ(records[0].note, "安排不了");
  EXPECT_EQ(must(metrics.by_unit(q)).at(willow).value, 1);
  q.units = {education};
  EXPECT_EQ(*must(metrics.answer(q)).value, 0);
  q.units = {willow};
  EXPECT_EQ(*must(metrics.answer(q)).value, 1);
  q.units = {};
  q.to = {2026, 1, 31};
  EXPECT_EQ(*must(metrics.answer(q)).value, 0);
}

TEST_F(OrdersPages, TheWorkTellsWhatWaits) {
  placed();
  EXPECT_EQ(get(town, "/orders/need").status, 200);
  EXPECT_EQ(get(office, "/orders?as=json").status, 200);
  EXPECT_EQ(get(office, "/orders?f.state=late").status, 200);
  EXPECT_TRUE(base::contains(get(office, "/orders?q=" + std::string("%E8%A1%80%E5%8E%8B")).body, "血压"));
}

}  // namespace
}  // namespace kepu::orders

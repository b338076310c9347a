// A team on its phones: offers, shifts, signing in, photos, calendar.
#include "engines/orders/pages/orders_pages_testing.h"

namespace kepu::orders {
namespace {

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

}  // namespace
}  // namespace kepu::orders

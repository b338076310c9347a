#include "engines/desk/desk.h"

#include "core/notify/notify.h"
#include "core/site/testing.h"

namespace kepu::desk {
namespace {

TEST(Urgency, IsTheDaysThatAreLeft) {
  const base::Date today{2026, 3, 1};
  const auto word = [&](std::optional<base::Date> due) {
    site::Todo todo;
    todo.due = due;
    return std::string(title_of(urgency_of(todo, today)));
  };
  EXPECT_EQ(word(base::Date{2026, 2, 28}), "已逾期");
  EXPECT_EQ(word(base::Date{2026, 3, 1}), "三日内");
  EXPECT_EQ(word(base::Date{2026, 3, 4}), "三日内");
  EXPECT_EQ(word(base::Date{2026, 3, 5}), "以后");
  EXPECT_EQ(word(std::nullopt), "无期限");
}

class DeskTest : public site::testing::PageTest {
 protected:
  DeskTest()
      : PageTest({}, {notify::migrations(), job::migrations()}),
        county(world, "lan", "岚江县"),
        jobs(database->db(), clock) {
    add_to(site, jobs, {true, [](base::Id) { return std::string("密钥"); }});
  }
  // Somebody without any role.
  site::testing::Session plain(const std::string& login) {
    const base::Id person = county.person(login, county.root);
    county.account(person, login);
    return session_of(county.actor_of(person));
  }

  auth::testing::County county;
  job::Jobs jobs;
};

site::Todo todo_of(std::string key, std::string title, std::optional<base::Date> due) {
  site::Todo todo;
  todo.key = std::move(key);
  todo.kind = "填报";
  todo.title = std::move(title);
  todo.url = "/reports/1";
  todo.due = due;
  return todo;
}

TEST_F(DeskTest, Work_IsListedByDueDate_WithTheLateOnesFirst) {
  site.add_todos([](const site::Context&) {
    return std::vector{todo_of("a", "没有期限的事", std::nullopt),
                       todo_of("b", "下月的事", base::Date{2026, 4, 1})};
  });
  site.add_todos([](const site::Context&) {
    return std::vector{todo_of("c", "过期的事", base::Date{2026, 2, 1})};
  });
  const auto session = plain("liaison");
  const auto page = get(session, "/work");
  ASSERT_EQ(page.status, 200) << page.body;
  const auto late = page.body.find("过期的事"), next = page.body.find("下月的事"),
             open = page.body.find("没有期限的事");
  EXPECT_LT(late, next);
  EXPECT_LT(next, open);
  EXPECT_NE(page.body.find("3 件待办，其中 1 件已逾期"), std::string::npos);
  const auto filtered = get(session, "/work?f.state=" + http::url_encode("已逾期") + "&as=json");
  EXPECT_NE(filtered.body.find("过期的事"), std::string::npos);
  EXPECT_EQ(filtered.body.find("下月的事"), std::string::npos);
}

TEST_F(DeskTest, Notices_AreOnesOwn) {
  const auto mine = plain("mine"), other = plain("other");
  database->db().write([&](sql::Session& s) {
    notify::post(s, county.tenant, {mine.person, "k", "填报被退回", "缺少佐证", "/reports/7"}, clock.now(),
                 ids);
  });
  EXPECT_NE(get(mine, "/work").body.find("填报被退回"), std::string::npos);
  EXPECT_EQ(get(other, "/work").body.find("填报被退回"), std::string::npos);
  EXPECT_NE(get(mine, "/notices").body.find("缺少佐证"), std::string::npos);
  EXPECT_EQ(get(other, "/notices?as=json").body.find("缺少佐证"), std::string::npos);
}

TEST_F(DeskTest, WaysOfNotices_AreSetByOneself_TheWebhookByWhoeverManagesTheCounty) {
  const auto session = plain("plain");
  EXPECT_EQ(get(session, "/notices/ways").status, 200);
  EXPECT_EQ(get(session, "/settings/webhook").status, 403);
}

TEST_F(DeskTest, NobodySignedIn_IsAskedToSignIn_AndJobsNeedTheRight) {
  EXPECT_EQ(get({}, "/work").status, 303);
  EXPECT_EQ(get(plain("plain"), "/settings/jobs").status, 403);
}

}  // namespace
}  // namespace kepu::desk

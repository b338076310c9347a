#include "engines/desk/desk.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "core/auth/testing.h"
#include "core/file/file.h"
#include "core/notify/notify.h"
#include "core/sql/testing.h"

namespace kepu::desk {
namespace {

using auth::testing::must;

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

class DeskTest : public testing::Test {
 protected:
  DeskTest()
      : database(sql::testing::TestDatabase::make(sql::testing::Engine::sqlite)),
        world(database->db()),
        county(world, "lan", "岚江县"),
        folder(std::filesystem::temp_directory_path() / "kepu-desk-test"),
        files((folder / "files").string()),
        site({database->db(), world.clock, world.ids, world.directory, world.sign_in, files,
              (folder / "work").string()},
             {"科普行动平台", ""}),
        jobs(database->db(), world.clock) {
    auto steps = notify::migrations();
    steps.insert(steps.end(), job::migrations().begin(), job::migrations().end());
    sql::migrate(database->db(), steps);
    add_to(site, jobs, {true, [](base::Id) { return std::string("密钥"); }});
  }
  ~DeskTest() override { std::filesystem::remove_all(folder); }

  // Somebody who has signed in and changed the one-time password.
  auth::NewSession session_of(const std::string& login) {
    const base::Id person = county.person(login, county.root);
    auth::Credentials given;
    given.tenant = county.tenant;
    given.login = login;
    given.password = county.account(person, login);
    const auto first = must(world.sign_in.sign_in(given));
    return must(world.sign_in.change_password(first.token, given.password, "Lan-Jiang-7419-ke-pu", ""));
  }
  http::Response get(const std::string& target, const auth::NewSession& session) {
    http::Request request;
    request.method = http::Method::get;
    const auto mark = target.find('?');
    request.target = target;
    request.path = target.substr(0, mark);
    if (mark != std::string::npos) request.query = http::parse_query(target.substr(mark + 1));
    request.cookies = {{"kp_session", session.token}};
    return site.answer(request);
  }

  std::unique_ptr<sql::testing::TestDatabase> database;
  auth::testing::World world;
  auth::testing::County county;
  std::filesystem::path folder;
  file::Store files;
  site::Site site;
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
  const auto session = session_of("liaison");
  const auto page = get("/work", session);
  ASSERT_EQ(page.status, 200) << page.body;
  const auto late = page.body.find("过期的事"), next = page.body.find("下月的事"),
             open = page.body.find("没有期限的事");
  EXPECT_LT(late, next);
  EXPECT_LT(next, open);
  EXPECT_NE(page.body.find("3 件待办，其中 1 件已逾期"), std::string::npos);
  const auto filtered = get("/work?f.state=" + http::url_encode("已逾期") + "&as=json", session);
  EXPECT_NE(filtered.body.find("过期的事"), std::string::npos);
  EXPECT_EQ(filtered.body.find("下月的事"), std::string::npos);
}

TEST_F(DeskTest, Notices_AreOnesOwn) {
  const auto mine = session_of("mine"), other = session_of("other");
  const auto me = world.sign_in.visit(mine.token, "")->actor.person;
  database->db().write([&](sql::Session& s) {
    notify::post(s, county.tenant, {me, "k", "填报被退回", "缺少佐证", "/reports/7"}, world.clock.now(),
                 world.ids);
  });
  EXPECT_NE(get("/work", mine).body.find("填报被退回"), std::string::npos);
  EXPECT_EQ(get("/work", other).body.find("填报被退回"), std::string::npos);
  EXPECT_NE(get("/notices", mine).body.find("缺少佐证"), std::string::npos);
  EXPECT_EQ(get("/notices?as=json", other).body.find("缺少佐证"), std::string::npos);
}

TEST_F(DeskTest, WaysOfNotices_AreSetByOneself_TheWebhookByWhoeverManagesTheCounty) {
  const auto session = session_of("plain");
  EXPECT_EQ(get("/notices/ways", session).status, 200);
  EXPECT_EQ(get("/settings/webhook", session).status, 403);
}

TEST_F(DeskTest, NobodySignedIn_IsAskedToSignIn_AndJobsNeedTheRight) {
  EXPECT_EQ(get("/work", {}).status, 303);
  EXPECT_EQ(get("/settings/jobs", session_of("plain")).status, 403);
}

}  // namespace
}  // namespace kepu::desk

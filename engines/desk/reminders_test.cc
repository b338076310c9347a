#include "engines/desk/reminders.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "core/auth/testing.h"
#include "core/file/file.h"
#include "core/notify/notify.h"
#include "core/sql/testing.h"

namespace kepu::desk {
namespace {

using base::Date;
using base::Id;

TEST(Stage, CountsWorkingDays_HolidaysDoNot) {
  const calendar::Calendar plain;
  const Date due{2026, 3, 6};  // a Friday
  EXPECT_EQ(stage_of(due, {2026, 3, 2}, plain), Stage::none);
  EXPECT_EQ(stage_of(due, {2026, 3, 3}, plain), Stage::soon);
  EXPECT_EQ(stage_of(due, due, plain), Stage::soon);
  EXPECT_EQ(stage_of(due, {2026, 3, 7}, plain), Stage::late);
  EXPECT_EQ(stage_of(due, {2026, 3, 8}, plain), Stage::late);
  EXPECT_EQ(stage_of(due, {2026, 3, 9}, plain), Stage::deputy);
  EXPECT_EQ(stage_of(due, {2026, 3, 10}, plain), Stage::deputy);
  EXPECT_EQ(stage_of(due, {2026, 3, 11}, plain), Stage::head);
  calendar::Year year;
  year.year = 2026;
  year.runs = {{{2026, 3, 9}, {2026, 3, 10}, calendar::DayKind::holiday, "放假"}};
  EXPECT_EQ(stage_of(due, {2026, 3, 10}, calendar::Calendar({year})), Stage::late);
}

TEST(Stage, NeverGoesBackAsDaysPass) {
  const calendar::Calendar plain;
  for (int due = 0; due < 14; ++due) {
    Stage before = Stage::none;
    for (int day = 0; day < 60; ++day) {
      const Stage now = stage_of(base::from_days(base::to_days(Date{2026, 3, 10}) + due),
                                 base::from_days(base::to_days(Date{2026, 3, 1}) + day), plain);
      EXPECT_GE(static_cast<int>(now), static_cast<int>(before));
      before = now;
    }
    EXPECT_EQ(before, Stage::head);
  }
}

constexpr const char* kRoles = R"(
[[role]]
id = "administrator"
title = "管理员"
purpose = "全部"
scope = "tenant"
rights = ["*"]
[[role]]
id = "liaison"
title = "联络员"
purpose = "办理"
scope = "unit"
rights = ["plan.read", "plan.assign"]
[[role]]
id = "head"
title = "负责人"
purpose = "负责"
scope = "unit"
rights = ["plan.read", "role.grant"]
)";

class RemindersTest : public testing::Test {
 protected:
  RemindersTest()
      : database(sql::testing::TestDatabase::make(sql::testing::Engine::sqlite)),
        world(database->db(), kRoles),
        county(world, "lan", "岚江县"),
        folder(std::filesystem::temp_directory_path() / "kepu-reminders-test"),
        files((folder / "files").string()),
        services{database->db(),
                 world.clock,
                 world.ids,
                 world.directory,
                 world.sign_in,
                 files,
                 (folder / "work").string()},
        site(services, {"科普行动平台", ""}),
        calendars(database->db(), {}),
        reminders(services, site, calendars) {
    auto steps = notify::migrations();
    steps.insert(steps.end(), calendar::migrations().begin(), calendar::migrations().end());
    sql::migrate(database->db(), steps);
    farming = county.unit("县农业农村局");
    site.add_todos([this](const site::Context& context) {
      std::vector<site::Todo> todos;
      if (!due || !context.actor.may("plan.assign", farming)) return todos;
      site::Todo todo;
      todo.key = "report.due:2026Q1";
      todo.kind = "填报";
      todo.title = "一季度填报";
      todo.url = "/reports";
      todo.due = due;
      todo.unit = farming;
      todo.on_behalf_of = context.actor.on_behalf_of("plan.assign", farming);
      todos.push_back(todo);
      return todos;
    });
  }
  ~RemindersTest() override { std::filesystem::remove_all(folder); }

  // Somebody with an account and a role over his own unit.
  Id person(const std::string& name, Id unit, const std::string& role) {
    const Id id = county.person(name, unit);
    county.account(id, name);
    auth::Grant grant;
    grant.person = id;
    grant.role = role;
    grant.scope = auth::ScopeKind::unit;
    auth::testing::must(world.directory.give(county.program, grant));
    return id;
  }
  std::vector<std::string> titles_of(Id who) {
    std::vector<std::string> out;
    for (const auto& n : database->db().read(
             [&](sql::Session& s) { return notify::of_person(s, county.tenant, who, false, 0, 50); })) {
      out.push_back(n.notice.title);
    }
    return out;
  }
  using Titles = std::vector<std::string>;

  std::unique_ptr<sql::testing::TestDatabase> database;
  auth::testing::World world;  // its clock stands on Monday, 2 March 2026
  auth::testing::County county;
  std::filesystem::path folder;
  file::Store files;
  site::Services services;
  site::Site site;
  calendar::CalendarStore calendars;
  Reminders reminders;
  Id farming = 0;
  std::optional<Date> due;
};

TEST_F(RemindersTest, WhoHasToDoIt_IsToldOnceBeforeAndOnceAfter) {
  const Id liaison = person("liaison", farming, "liaison"), head = person("head", farming, "head");
  due = Date{2026, 3, 20};
  EXPECT_EQ(reminders.run(), "通知 0 条");
  due = Date{2026, 3, 4};
  EXPECT_EQ(reminders.run(), "通知 1 条");
  EXPECT_EQ(reminders.run(), "通知 0 条");
  EXPECT_EQ(titles_of(liaison), Titles{"快到期：一季度填报"});
  due = Date{2026, 3, 1};
  EXPECT_EQ(reminders.run(), "通知 1 条");
  EXPECT_EQ(titles_of(liaison).size(), 2u);
  EXPECT_TRUE(titles_of(head).empty());
}

TEST_F(RemindersTest, TheHeadHearsOfItAfterThreeWorkingDays_AndOfTheUnitAboveWhereThereIsNone) {
  person("liaison", farming, "liaison");
  const Id above = person("above", county.root, "head");
  due = Date{2026, 2, 24};
  EXPECT_EQ(reminders.run(), "通知 2 条");
  EXPECT_EQ(titles_of(above), Titles{"逾期未办：一季度填报"});
  const Id head = person("head", farming, "head");
  due = Date{2026, 2, 23};  // another date is told anew
  EXPECT_EQ(reminders.run(), "通知 2 条");
  EXPECT_EQ(titles_of(head), Titles{"逾期未办：一季度填报"});
  EXPECT_EQ(titles_of(above).size(), 1u);
}

TEST_F(RemindersTest, TheStandInIsToldOneWorkingDayLate_AndNamedAsSuch) {
  const Id liaison = person("liaison", farming, "liaison");
  const Id deputy = person("deputy", farming, "head");
  auth::StandIn stand_in;
  stand_in.principal = liaison;
  stand_in.deputy = deputy;
  stand_in.from = "2026-03-02";
  stand_in.until = "2026-03-31";
  stand_in.reason = "出差";
  auth::testing::must(world.directory.add_stand_in(county.program, stand_in));
  due = Date{2026, 3, 1};  // Sunday: one working day past on Monday
  EXPECT_EQ(reminders.run(), "通知 2 条");
  EXPECT_EQ(titles_of(deputy), Titles{"代办事项已逾期：一季度填报"});
}

}  // namespace
}  // namespace kepu::desk

// A province's worth of reports: load_counties DATABASE_FOLDER [COUNTIES TASKS YEARS] [DATABASE_URL]. Makes
// counties whose plan has TASKS tasks of one unit each, and has every unit report on each of its tasks in
// every quarter, through the stores as the program does. 50 × 500 × 5 years are 500,000 reports. Prints the
// codes of the counties, one a line; each has a clerk of login "clerk" with the password that stands beside
// the code.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "app/demo_plan.h"
#include "app/program.h"
#include "core/auth/directory.h"
#include "core/auth/roles.h"
#include "core/calendar/calendar_store.h"
#include "core/metric/metric.h"
#include "core/sql/sql.h"
#include "engines/plan/plan_engine.h"
#include "engines/reports/report_store.h"

namespace {

using namespace kepu;  // NOLINT: a program
using base::Date;
using base::Id;

constexpr int kUnits = 40, kFirstYear = 2021;

template <class T>
T must(base::Result<T> result) {
  if (!result) {
    fmt::print(stderr, "{}: {}\n", result.error().rule, result.error().message);
    std::exit(1);
  }
  return std::move(*result);
}
void must(const base::Done& done) {
  if (done) return;
  fmt::print(stderr, "{}: {}\n", done.error().rule, done.error().message);
  std::exit(1);
}

std::string plan_text(const std::string& county, int tasks) {
  constexpr int kInitiatives = 10;
  static constexpr const char* kNumbers[] = {"一", "二", "三", "四", "五", "六", "七", "八", "九", "十"};
  static constexpr const char* kGroups[] = {"青少年",           "农民",      "产业工人",   "老年人",
                                            "领导干部和公务员", "城镇居民",  "科技工作者", "妇女",
                                            "残疾人",           "新就业群体"};
  std::string out = fmt::format(
      "{}全民科学素质行动规划纲要实施方案（{}—{}"
      "年）\n\n一、指导思想\n坚持科学普及与科技创新同等重要。\n\n二、重点任务\n",
      county, kFirstYear, kFirstYear + 9);
  int number = 0;
  for (int i = 0; i < kInitiatives; ++i) {
    out += fmt::format("（{}）{}科学素质提升行动。提高科学素质。\n", kNumbers[i], kGroups[i]);
    for (int k = 0; k < tasks / kInitiatives; ++k, ++number) {
      out += fmt::format("{}.第{}项工作。落实责任，细化措施，到{}年完成{}场活动。（牵头单位：县第{}局）\n",
                         k + 1, number + 1, kFirstYear + 9, 10 + number % 50, number % kUnits + 1);
    }
  }
  return out + "\n三、组织保障\n加强组织领导。\n";
}

// The stores of the reports engine on a clock that is set to the days of the past.
struct Past {
  explicit Past(app::Program& program)
      : clock(program.clock().now()),
        ids(program.clock(), 103),
        calendars(program.db(), app::shipped_years()),
        store({program.db(), clock, ids, program.directory(), program.plan(), calendars, metrics, {}}) {}
  void set(Date day) { clock.set(base::start_of(day) + 10 * 3'600'000); }
  base::FixedClock clock;
  base::IdMaker ids;
  calendar::CalendarStore calendars;
  metric::Catalog metrics;
  reports::ReportStore store;
};

// Every unit reports on each of its tasks; the office accepts nine in ten.
std::int64_t report_quarter(Past& past, auth::Actor actor, const plan::Running& now,
                            const reports::Window& window, double share) {
  std::int64_t made = 0;
  for (const auto* unit : now.units->of_kind(auth::UnitKind::department)) {
    const auto tasks = now.of_unit(unit->id);
    if (tasks.empty()) continue;
    std::vector<reports::ReportStore::Entry> entries;
    for (const auto* assignment : tasks) {
      reports::Content content;
      content.status = reports::Status::doing;
      content.share = share;
      content.narrative =
          fmt::format("按方案要求推进，{}组织活动 {} 场次，参加 {} 人次，下一步扩大乡镇覆盖面。",
                      reports::title_of(window), 3 + assignment->task % 7, 100 + assignment->task % 900);
      entries.push_back({assignment->task, 0, std::move(content)});
    }
    actor.person = unit->id;
    const reports::By by{actor, "benchmark"};
    const auto written = past.store.write(by, window.key, unit->id, entries, true);
    if (!written.errors.empty()) must(base::Done(tl::unexpected(written.errors.front())));
    made += static_cast<std::int64_t>(entries.size());
    std::vector<reports::ReportStore::Choice> accepted;
    for (std::size_t i = 0; i < written.reports.size(); ++i) {
      if (i % 10 != 0) accepted.push_back({written.reports[i], 1});
    }
    actor.person = unit->id + 1;
    must(past.store.accept({actor, "benchmark"}, accepted));
  }
  return made;
}

std::string make_clerk(app::Program& program, Id tenant) {
  const auto by = program.command_actor(tenant);
  auth::Person person;
  person.name = "经办";
  person.unit = program.directory().units(tenant)->root();
  const Id id = must(program.directory().add_person(by, person));
  const std::string password = must(program.directory().issue_password(by, id, "clerk"));
  must(program.directory().give(by, {0, id, "office_clerk", auth::ScopeKind::tenant, {}, ""}));
  return password;
}

std::int64_t make_county(app::Program& program, int index, int tasks, int years) {
  auth::Tenant tenant;
  tenant.code = fmt::format("load-{:02}", index);
  tenant.name = fmt::format("第{:02}县", index);
  const Id id = must(program.directory().create_tenant(program.command_actor(0), tenant)).id;
  const std::string password = make_clerk(program, id);
  const auto actor = program.command_actor(id);
  const plan::By by{actor, "benchmark"};
  const Id version = must(
      program.plan().import_document(by, plan_text(tenant.name, tasks), "方案.txt", plan::PlanKind::own));
  must(app::demo::decide_names(program, by, version, true));
  must(app::demo::adopt(program, by, version));
  const auto now = must(program.plan().running(id));

  Past past(program);
  past.set({kFirstYear, 1, 4});
  auto rule = reports::proposed_rule(reports::Period::quarter);
  rule.since = {kFirstYear, 1, 1};
  if (const auto errors = past.store.save_rule({actor, "benchmark"}, rule); !errors.empty()) {
    must(base::Done(tl::unexpected(errors.front())));
  }
  std::int64_t made = 0;
  for (int quarter = 0; quarter < 4 * years; ++quarter) {
    const int year = kFirstYear + quarter / 4;
    const auto window = must(past.store.window(id, fmt::format("{}Q{}", year, quarter % 4 + 1)));
    past.set(window.due);
    made += report_quarter(past, actor, *now, window, (quarter + 1) / (8.0 * years));
  }
  fmt::print("{} {}\n", tenant.code, password);
  return made;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "load_counties DATABASE_FOLDER [COUNTIES TASKS YEARS] [DATABASE_URL]\n");
    return 2;
  }
  const auto number = [&](int at, int usual) { return argc > at ? std::atoi(argv[at]) : usual; };
  app::Config config;
  config.data = argv[1];
  if (argc > 5) config.database = argv[5];
  app::Program program(config);
  const auto start = std::chrono::steady_clock::now();
  std::int64_t made = 0;
  for (int i = 0; i < number(2, 50); ++i) made += make_county(program, i, number(3, 500), number(4, 5));
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  fmt::print(stderr, "{} reports in {:.0f} s, {:.0f}/s\n", made, seconds,
             static_cast<double>(made) / seconds);
  return 0;
}

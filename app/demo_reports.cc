#include "app/demo_reports.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/demo_people.h"
#include "core/auth/directory.h"
#include "core/auth/roles.h"
#include "core/calendar/calendar_store.h"
#include "core/file/file.h"
#include "core/metric/metric.h"
#include "engines/plan/plan_engine.h"
#include "engines/reports/evidence_store.h"
#include "engines/reports/obligation.h"
#include "engines/reports/report_store.h"
#include "engines/reports/year_plan_store.h"

namespace kepu::app::demo {
namespace {

using base::Date;
using reports::Status;

constexpr const char* kRemote = "示范数据";
constexpr int kNode = 102;  // of the ids made here, so that they differ from those of the program

Date shifted(Date day, std::int64_t by) { return base::from_days(base::to_days(day) + by); }

// The stores of the reports engine on a clock that is set to the days of the past.
struct Past {
  explicit Past(Program& program)
      : clock(program.clock().now()),
        ids(program.clock(), kNode),
        calendars(program.db(), shipped_years()),
        store({program.db(), clock, ids, program.directory(), program.plan(), calendars, metrics, {}}),
        evidence(program.db(), clock, ids),
        year_plans({program.db(), clock, ids, program.directory(), program.plan()}) {}

  void set(Date day, std::int64_t minutes) { clock.set(base::start_of(day) + (9 * 60 + minutes) * 60'000); }

  base::FixedClock clock;
  base::IdMaker ids;
  calendar::CalendarStore calendars;
  metric::Catalog metrics;
  reports::ReportStore store;
  reports::EvidenceStore evidence;
  reports::YearPlanStore year_plans;
};

auth::Actor actor_for(Program& program, base::Id tenant, const std::string& name, base::Id person,
                      const auth::Unit& unit) {
  auto actor = auth::program_actor(tenant, name, program.directory().roles());
  actor.person = person;
  actor.unit = unit.id;
  actor.unit_name = unit.name;
  return actor;
}

reports::Content content_for(const plan::Running& now, const plan::TaskItem& task,
                             const reports::Window& window, Dice& dice, bool has_proof) {
  static constexpr const char* kDone[] = {
      "制定了年度实施细则并逐项落实", "结合“科技活动周”“全国科普日”集中开展活动",
      "组织专家和志愿者到乡镇开展服务", "会同责任单位召开推进会，明确了时间节点",
      "完成阶段性检查，对发现的问题作了整改"};
  static constexpr const char* kNext[] = {"下一步加大乡镇覆盖面。", "下一步抓好年底前的收尾工作。",
                                          "下一步补齐数据和台账。"};
  reports::Content c;
  const auto span = plan::span_of(now.plan ? *now.plan : plan::Plan{}, task);
  double gone = 0.2;
  if (span) {
    gone = static_cast<double>(base::to_days(window.last) - base::to_days(span->first)) /
           static_cast<double>(base::to_days(span->last) - base::to_days(span->first) + 1);
  }
  if (dice.percent(4)) {
    c.status = Status::not_started;
    c.reason = "上级配套资金和实施细则未下达，计划下季度启动。";
    return c;
  }
  if (has_proof && dice.percent(25)) {
    c.status = Status::done;
    c.narrative = fmt::format("“{}”已按方案要求全部完成，经自查符合目标，佐证附后。", task.title);
    return c;
  }
  c.status = Status::doing;
  // Some tasks lag everywhere, as they do: told by their code, so that it stays the same from quarter to
  // quarter.
  const std::size_t kind =
      (task.code.size() * 7 + static_cast<std::size_t>(task.code.back()) * 5 + task.title.size()) % 9;
  const double pace = kind == 0 ? 0.15 : kind <= 2 ? 0.55 : 1.05;
  const double share = gone * pace + (static_cast<double>(dice.below(10)) - 4) / 100;
  c.share = std::round(std::clamp(share, 0.02, 0.95) * 100) / 100;
  const auto events = 2 + dice.below(9), people = events * (30 + dice.below(120));
  c.narrative = fmt::format("围绕“{}”{}，本季度组织活动 {} 场次，参加 {} 人次。{}", task.title,
                            kDone[dice.below(5)], events, people, kNext[dice.below(3)]);
  return c;
}

// One unit's part does not depend on the day on which the county is made, so that everybody meets it: it has
// reported all its tasks for the newest window, and the office sent this one back.
constexpr std::string_view kTold = "县农业农村局", kToldTask = "三下乡";

struct Round {
  Program& program;
  base::Id tenant;
  Past& past;
  Dice& dice;
  const plan::Running& now;
  std::map<std::string, auth::Person> people;
  MadeReports made;

  auth::Actor liaison_of(const auth::Unit& unit) const {
    const std::string name = (unit.short_name.empty() ? unit.name : unit.short_name) + "联络员";
    const auto person = people.find(name);
    return actor_for(program, tenant, name, person == people.end() ? 0 : person->second.id, unit);
  }

  // A unit's proof: a short text that names what it would be.
  base::Result<base::Id> proof(const reports::By& by, base::Id unit, const std::string& title) {
    const auto stored =
        TRY(program.files().put(title + "\n（示范数据：此处应为现场照片、签到表或文件扫描件。）\n"));
    reports::EvidenceStore::New fresh;
    fresh.unit = unit;
    fresh.title = title;
    fresh.note = "示范佐证";
    fresh.content.sha256 = stored.sha256;
    fresh.content.file_name = title + ".txt";
    fresh.content.type = stored.type;
    fresh.content.size = stored.size;
    ++made.evidence;
    return TRY(past.evidence.add(by, fresh)).evidence;
  }

  base::Done report_unit(const reports::Window& window, const auth::Unit& unit,
                         std::vector<const plan::TaskItem*> tasks, bool submit) {
    const auto actor = liaison_of(unit);
    const reports::By by{actor, kRemote};
    std::vector<reports::ReportStore::Entry> entries;
    // One task of some units gets a proof: its draft is saved first, so that there is something to attach to.
    const auto* proven = dice.percent(40) ? tasks[dice.below(tasks.size())] : nullptr;
    if (proven != nullptr) {
      const auto draft = past.store.write(by, window.key, unit.id, {{proven->id, 0, {}}}, false);
      if (!draft.errors.empty()) return tl::unexpected(draft.errors.front());
      const auto title = fmt::format("{}{}工作佐证材料（{}）", unit.name, title_of(window), proven->code);
      TRY(past.evidence.attach(by, draft.reports.front(), TRY(proof(by, unit.id, title))));
    }
    for (const auto* task : tasks)
      entries.push_back(
          {task->id, task == proven ? 1 : 0, content_for(now, *task, window, dice, task == proven)});
    const auto written = past.store.write(by, window.key, unit.id, entries, submit);
    if (!written.errors.empty()) return tl::unexpected(written.errors.front());
    made.reports += static_cast<int>(written.reports.size());
    return {};
  }

  base::Done report_window(const reports::Window& window, Date today, int percent_of_units, bool newest) {
    const bool past_due = window.due < today;
    std::map<base::Id, std::vector<const plan::TaskItem*>> by_unit;
    const auto last = past.store.latest(tenant, today);
    for (const auto& row : reports::obligations(now, window, reports::Latest(last, *now.plan), {}, {}))
      by_unit[row.unit].push_back(row.task);
    for (auto& [id, tasks] : by_unit) {
      const auto* unit = now.units->find(id);
      const bool told = newest && unit->name == kTold;
      if (!told && !dice.percent(percent_of_units)) continue;
      if (!told && dice.percent(12)) tasks.resize((tasks.size() + 1) / 2);  // halfway
      const bool late = past_due && dice.percent(9);
      const auto from = base::to_days(window.opens),
                 until = base::to_days(past_due ? window.due : std::min(today, window.due));
      Date day = base::from_days(from + static_cast<std::int64_t>(dice.below(static_cast<std::size_t>(
                                            std::max<std::int64_t>(1, until - from)))));
      if (late) day = shifted(window.due, 3);
      past.set(day, static_cast<std::int64_t>(dice.below(420)));
      TRY(report_unit(window, *unit, tasks, told || past_due || !dice.percent(20)));
    }
    return {};
  }

  // The office decides on what waits: of a passed window nearly all, of the present one some.
  base::Done decide(const auth::Actor& clerk, const reports::Window& window, Date day, int percent_decided,
                    std::size_t returned, bool newest) {
    past.set(day, 60);
    const reports::By by{clerk, kRemote};
    std::vector<reports::ReportStore::Choice> accepted;
    for (const auto& r : past.store.waiting(tenant)) {
      if (r.window != window.key) continue;
      const auto* unit = now.units->find(r.unit);
      const bool told = newest && unit != nullptr && unit->name == kTold;
      const bool back = told && r.title.find(kToldTask) != std::string::npos;
      if (told ? !back : !dice.percent(percent_decided)) continue;
      if (back || (returned > 0 && dice.percent(4))) {
        if (returned > 0) --returned;
        TRY(past.store.decide(by, r.id, r.revision, reports::Deed::send_back,
                              "只写了活动名称，缺少参加人数和效果；请补充数据并附签到表或照片。"));
        continue;
      }
      accepted.push_back({r.id, r.revision});
    }
    return accepted.empty() ? base::Done{} : past.store.accept(by, accepted);
  }
};

// The year's plans: most are approved, some wait, one was returned, a few are not there.
base::Done plan_the_year(Round& round, const auth::Actor& clerk, int year, Date day) {
  static constexpr const char* kMeasures[] = {"上半年制定细则、落实经费，下半年集中实施并自查。",
                                              "分两批开展活动，每批结束后一周内汇总台账。",
                                              "与责任单位共同确定场次和对象，按季度调度。"};
  std::size_t returned = 1;
  for (const auto& unit : round.now.units->all()) {
    auto items = reports::derived(round.now, unit.id, year, {});
    if (items.empty() || !round.dice.percent(85)) continue;
    for (auto& item : items) item.measures = kMeasures[round.dice.below(3)];
    const auto actor = round.liaison_of(unit);
    round.past.set(day, static_cast<std::int64_t>(round.dice.below(400)));
    if (auto errors = round.past.year_plans.write({actor, kRemote}, year, unit.id, 0, items, true);
        !errors.empty())
      return tl::unexpected(errors.front());
    if (!round.dice.percent(80)) continue;
    round.past.set(shifted(day, 5), 30);
    const bool back = returned > 0 && round.dice.percent(10);
    if (back) --returned;
    TRY(round.past.year_plans.decide({clerk, kRemote}, year, unit.id, 1,
                                     back ? reports::Deed::send_back : reports::Deed::accept,
                                     back ? "措施过于笼统，请写明场次、对象和完成时间。" : ""));
  }
  return {};
}

base::Done set_rules(Past& past, const reports::By& by, Date today) {
  reports::Rule rule = reports::proposed_rule(reports::Period::quarter);
  rule.opens_before = 75;  // half of the quarter may be reported while it runs
  rule.since = reports::period_of(rule.period, today).first;
  for (int i = 0; i < 2; ++i) rule.since = reports::period_of(rule.period, shifted(rule.since, -1)).first;
  auto errors = past.store.save_rule(by, rule);
  if (!errors.empty()) return tl::unexpected(errors.front());
  return {};
}

}  // namespace

base::Result<MadeReports> make_reports(Program& program, base::Id tenant, Dice& dice) {
  Past past(program);
  const Date today = program.clock().today();
  const auto now = TRY(program.plan().running(tenant));
  const auto people = TRY(people_by_name(program, program.command_actor(tenant)));
  const auto office = people.find("县科协经办");
  const auto* office_unit = now->units->find(office == people.end() ? 0 : office->second.unit);
  if (office_unit == nullptr)
    return base::refuse(base::Code::not_found, "demo.person", "示范数据里没有“县科协经办”。");
  const auto clerk = actor_for(program, tenant, office->first, office->second.id, *office_unit);
  TRY(set_rules(past, {clerk, kRemote}, today));
  Round round{program, tenant, past, dice, *now, people, {}};
  auto windows = past.store.windows(tenant, today);
  std::reverse(windows.begin(), windows.end());
  if (!windows.empty()) {
    // The year of the first quarter, as far as the plan covers it.
    const int year = std::clamp(windows.front().first.year, now->plan->version.metadata.from,
                                now->plan->version.metadata.to);
    TRY(plan_the_year(round, clerk, year, shifted(windows.front().first, 10)));
  }
  for (const auto& window : windows) {
    const bool passed = window.due < today;
    const bool newest = window.key == windows.back().key;
    TRY(round.report_window(window, today, passed ? 94 : 45, newest));
    TRY(round.decide(clerk, window, passed ? std::min(today, shifted(window.due, 6)) : today,
                     passed ? 97 : 40, passed ? 3 : 2, newest));
  }
  // One unit asks for more time in the present window.
  if (!windows.empty()) {
    const auto& window = windows.back();
    past.set(today, 30);
    for (const auto* unit : now->units->of_kind(auth::UnitKind::township)) {
      const auto person = people.find((unit->short_name.empty() ? unit->name : unit->short_name) + "联络员");
      if (person == people.end() || now->of_unit(unit->id).empty()) continue;
      const auto actor = actor_for(program, tenant, person->first, person->second.id, *unit);
      TRY(past.store.ask_extension({actor, kRemote}, window.key, unit->id, shifted(window.due, 10),
                                   "正在开展村级台账核对，部分数据须季度结束后才能汇总，申请延期十天。"));
      break;
    }
  }
  return round.made;
}

}  // namespace kepu::app::demo

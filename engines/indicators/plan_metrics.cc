#include "engines/indicators/plan_metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

namespace kepu::indicators {

using base::Date;
using base::Id;
using metric::Answer;
using metric::Question;
using metric::Record;
using plan::Assignment;
using plan::Running;

namespace {

// What a metric counts: assignments, of which some count and the others are what they are a share of.
struct Count {
  bool tasks = false;  // each task once, not each assignment
  bool share = false;  // counted ÷ all, in percent
  // Whether the assignment counts on that day.
  std::function<bool(const Assignment&, Date)> counts;
};

bool confirmed_by(const Assignment& a, Date day) {
  return a.confirmed_at != 0 && base::date_of(a.confirmed_at) <= day;
}

Date adopted_on(const Running& now) { return base::date_of(now.plan->version.adopted_at); }

std::set<Id> living_tasks(const Running& now) {
  std::set<Id> out;
  for (const auto* task : now.plan->living_tasks()) out.insert(task->id);
  return out;
}

bool asked_for(const Question& q, Id unit) {
  return q.units.empty() || std::find(q.units.begin(), q.units.end(), unit) != q.units.end();
}

// Why there is no value on that day; empty where there is one.
std::string too_early(const Running& now, Date day) {
  if (day >= adopted_on(now)) return {};
  return fmt::format("现行方案于 {}采纳，此前的数平台没有。", base::to_chinese(adopted_on(now)));
}

struct Tally {
  std::set<Id> tasks;
  std::int64_t all = 0, counted = 0;
  void add(const Assignment& a, bool counts) {
    ++all;
    if (!counts) return;
    ++counted;
    tasks.insert(a.task);
  }
  Answer answer(const Count& count) const {
    if (!count.share) {
      const auto n = count.tasks ? static_cast<std::int64_t>(tasks.size()) : counted;
      return {static_cast<double>(n), "", n};
    }
    if (all == 0) return {std::nullopt, "没有承担任务。", 0};
    return {100.0 * static_cast<double>(counted) / static_cast<double>(all), "", counted};
  }
};

Record record_of(const Running& now, const Assignment& a, bool counts, const Count& count) {
  Record out;
  const auto* task = now.plan->task(a.task);
  out.title = (task != nullptr ? task->code + "　" + task->title : std::string()) +
              (count.tasks ? std::string() : "（" + now.short_unit_name(a.unit) + "）");
  out.url = fmt::format("/tasks/{}", a.task);
  out.unit = a.unit;
  out.date = a.confirmed_at != 0 ? base::date_of(a.confirmed_at) : adopted_on(now);
  out.amount = counts ? 1 : 0;
  if (!counts) out.note = "还没有确认，不计入";
  return out;
}

metric::Source source_of(plan::RunningPlans& plans, Count count) {
  // Calls f(running, living tasks), or answers why there is none.
  const auto with = [&plans](const Question& q, auto&& f) -> std::string {
    const auto found = plans.running(q.tenant);
    if (!found) return "还没有采纳的方案。";
    std::string why = too_early(**found, q.to);
    if (why.empty()) f(**found, living_tasks(**found));
    return why;
  };
  metric::Source source;
  source.answer = [=](const Question& q) {
    Tally tally;
    std::string why = with(q, [&](const Running& now, const std::set<Id>& living) {
      for (const auto& a : *now.assignments) {
        if (living.count(a.task) != 0 && asked_for(q, a.unit)) tally.add(a, count.counts(a, q.to));
      }
    });
    return why.empty() ? tally.answer(count) : Answer{std::nullopt, why, 0};
  };
  source.by_unit = [=](const Question& q) {
    std::map<Id, Tally> tallies;
    const std::string why = with(q, [&](const Running& now, const std::set<Id>& living) {
      for (const auto& a : *now.assignments) {
        if (living.count(a.task) != 0 && asked_for(q, a.unit)) tallies[a.unit].add(a, count.counts(a, q.to));
      }
    });
    std::map<Id, Answer> out;
    for (const Id unit : q.units) out[unit] = why.empty() ? tallies[unit].answer(count) : Answer{{}, why, 0};
    for (const auto& [unit, tally] : tallies) out[unit] = tally.answer(count);
    return out;
  };
  source.records = [=](const Question& q, std::int64_t offset, std::int64_t limit) {
    std::vector<Record> all;
    with(q, [&](const Running& now, const std::set<Id>& living) {
      std::set<Id> seen;
      for (const auto& a : *now.assignments) {
        if (living.count(a.task) == 0 || !asked_for(q, a.unit)) continue;
        const bool counts = count.counts(a, q.to);
        if (!counts && !count.share) continue;
        if (count.tasks && !seen.insert(a.task).second) continue;
        all.push_back(record_of(now, a, counts, count));
      }
    });
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return b.date < a.date; });
    const auto from = std::min<std::int64_t>(offset, static_cast<std::int64_t>(all.size()));
    const auto to = std::min<std::int64_t>(from + limit, static_cast<std::int64_t>(all.size()));
    return std::vector<Record>(all.begin() + from, all.begin() + to);
  };
  return source;
}

}  // namespace

void add_plan_metrics(metric::Catalog& catalog, plan::RunningPlans& plans) {
  using metric::Nature;
  const auto any = [](const Assignment&, Date) { return true; };
  catalog.add(
      {.id = "plan.tasks",
       .title = "方案任务数",
       .unit = "项",
       .definition =
           "现行方案中没有删去的任务，每项算一次；按单位看是该单位牵头或负责的任务，各单位之和大于全县数。",
       .nature = Nature::stock},
      source_of(plans, {true, false, any}));
  catalog.add({.id = "plan.assignments",
               .title = "任务分工数",
               .unit = "项",
               .definition = "一项任务分给一个单位算一项分工，牵头和责任都算。",
               .nature = Nature::stock},
              source_of(plans, {false, false, any}));
  catalog.add(
      {.id = "plan.assignments_confirmed",
       .title = "已确认的任务分工",
       .unit = "项",
       .definition = "截至当日承担单位已在平台上确认的分工。改换承担方式后要重新确认，此前的确认不算。",
       .nature = Nature::stock},
      source_of(plans, {false, false, confirmed_by}));
  catalog.add({.id = "plan.confirmed_share",
               .title = "任务分工确认率",
               .unit = "%",
               .definition = "截至当日已确认的分工 ÷ 全部分工。没有承担任务的单位不计算。",
               .nature = Nature::stock,
               .decimals = 1},
              source_of(plans, {false, true, confirmed_by}));
  catalog.add({.id = "plan.contacts",
               .title = "已明确责任人的分工",
               .unit = "项",
               .definition = "截至当日已确认、并且写明了责任人的分工。",
               .nature = Nature::stock},
              source_of(plans, {false, false, [](const Assignment& a, Date day) {
                                  return a.contact != 0 && confirmed_by(a, day);
                                }}));
}

}  // namespace kepu::indicators

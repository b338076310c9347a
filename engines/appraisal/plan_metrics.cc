#include "engines/appraisal/plan_metrics.h"

#include <algorithm>
#include <set>

namespace kepu::appraisal {
namespace {

using base::Id;
using metric::Answer;
using metric::Question;

constexpr double kPercent = 100;

// Whether an assignment counts as reached by the end of the day.
using Reached = std::function<bool(const plan::Assignment&, base::Date to)>;

struct Counted {
  int all = 0, reached = 0;
};

std::map<Id, Counted> counted(plan::RunningPlans& plans, const Question& question, const Reached& reached) {
  std::map<Id, Counted> out;
  const auto running = plans.running(question.tenant);
  if (!running) return out;
  const std::set<Id> wanted(question.units.begin(), question.units.end());
  std::set<Id> living;
  for (const auto* task : (*running)->plan->living_tasks()) living.insert(task->id);
  for (const auto& a : *(*running)->assignments) {
    if (living.count(a.task) == 0 || (!wanted.empty() && wanted.count(a.unit) == 0)) continue;
    auto& unit = out[a.unit];
    ++unit.all;
    unit.reached += reached(a, question.to) ? 1 : 0;
  }
  return out;
}

Answer answer_of(const Counted& c) {
  if (c.all == 0) return {std::nullopt, "方案没有把任务分给这个单位", 0};
  return {kPercent * c.reached / c.all, "", c.all};
}

// Each record adds its part of the whole hundred, so that the records sum up to the value.
std::vector<metric::Record> records_of(plan::RunningPlans& plans, const Question& question,
                                       const Reached& reached, const char* otherwise, std::int64_t offset,
                                       std::int64_t limit) {
  std::vector<metric::Record> out;
  const auto running = plans.running(question.tenant);
  if (!running) return out;
  int all = 0;
  for (const auto& [unit, c] : counted(plans, question, reached)) all += c.all;
  const std::set<Id> wanted(question.units.begin(), question.units.end());
  std::int64_t number = 0;
  for (const auto* task : (*running)->plan->living_tasks()) {
    for (const auto* a : (*running)->of_task(task->id)) {
      if (!wanted.empty() && wanted.count(a->unit) == 0) continue;
      if (number++ < offset || static_cast<std::int64_t>(out.size()) >= limit) continue;
      const bool counts = reached(*a, question.to);
      out.push_back({task->code + "　" + task->title, "/tasks/" + std::to_string(task->id), a->unit,
                     a->confirmed_at != 0 ? base::date_of(a->confirmed_at) : question.to,
                     counts ? kPercent / all : 0, counts ? "" : otherwise});
    }
  }
  return out;
}

void add(metric::Catalog& catalog, plan::RunningPlans& plans, metric::Metric metric, Reached reached,
         const char* otherwise) {
  metric::Source source;
  source.answer = [&plans, reached](const Question& q) {
    Counted sum;
    for (const auto& [unit, c] : counted(plans, q, reached)) {
      sum.all += c.all;
      sum.reached += c.reached;
    }
    return answer_of(sum);
  };
  source.by_unit = [&plans, reached](const Question& q) {
    std::map<Id, Answer> out;
    for (const auto& [unit, c] : counted(plans, q, reached)) out[unit] = answer_of(c);
    return out;
  };
  source.records = [&plans, reached, otherwise](const Question& q, std::int64_t offset, std::int64_t limit) {
    return records_of(plans, q, reached, otherwise, offset, limit);
  };
  catalog.add(std::move(metric), std::move(source));
}

}  // namespace

void add_plan_metrics(metric::Catalog& catalog, plan::RunningPlans& plans) {
  metric::Metric confirmed;
  confirmed.id = "plan.tasks_confirmed";
  confirmed.title = "任务确认率";
  confirmed.unit = "%";
  confirmed.definition = "运行中的方案里，到查询日已由本单位确认的任务，占分给本单位的全部任务的百分比";
  confirmed.nature = metric::Nature::stock;
  confirmed.decimals = 1;
  add(
      catalog, plans, confirmed,
      [](const plan::Assignment& a, base::Date to) {
        return a.confirmed_at != 0 && base::date_of(a.confirmed_at) <= to;
      },
      "尚未确认");
  metric::Metric contacts = confirmed;
  contacts.id = "plan.contacts_named";
  contacts.title = "责任人落实率";
  contacts.definition =
      "运行中的方案里，已明确责任人的任务，占分给本单位的全部任务的百分比；按查询时的登记计算";
  add(
      catalog, plans, contacts, [](const plan::Assignment& a, base::Date) { return a.contact != 0; },
      "没有责任人");
}

}  // namespace kepu::appraisal

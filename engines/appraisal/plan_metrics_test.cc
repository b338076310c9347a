#include "engines/appraisal/plan_metrics.h"

#include <gtest/gtest.h>

namespace kepu::appraisal {
namespace {

// One initiative with three tasks (the third dropped); unit 1 has all, unit 2 the first.
class OnePlan final : public plan::RunningPlans {
 public:
  OnePlan() {
    auto plan = std::make_shared<plan::Plan>();
    auto& initiative = plan->initiatives.emplace_back();
    initiative.id = 100;
    for (const base::Id id : {11, 12, 13}) {
      auto& task = initiative.tasks.emplace_back();
      task.id = id;
      task.initiative = 100;
      task.code = "青-" + std::to_string(id);
      task.dropped = id == 13;
    }
    auto rows = std::make_shared<std::vector<plan::Assignment>>();
    for (const auto& [task, unit] :
         {std::pair(11, 1), std::pair(12, 1), std::pair(13, 1), std::pair(11, 2)}) {
      plan::Assignment a;
      a.id = static_cast<base::Id>(rows->size() + 1);
      a.task = task;
      a.unit = unit;
      rows->push_back(a);
    }
    rows->at(0).confirmed_at = base::start_of({2026, 5, 1});
    rows->at(0).contact = 7;
    rows->at(1).contact = 8;
    auto running = std::make_shared<plan::Running>();
    running->plan = plan;
    running->assignments = rows;
    running_ = running;
  }
  base::Result<std::shared_ptr<const plan::Running>> running(base::Id) override { return running_; }
  base::Result<std::shared_ptr<const plan::Running>> running_version(base::Id, base::Id) override {
    return running_;
  }

 private:
  std::shared_ptr<const plan::Running> running_;
};

metric::Question ask(const char* metric, std::vector<base::Id> units, base::Date to = {2026, 12, 31}) {
  return {1, metric, std::move(units), {2026, 1, 1}, to};
}

TEST(PlanMetrics, AreSharesOfLivingTasks) {
  OnePlan plans;
  metric::Catalog catalog;
  add_plan_metrics(catalog, plans);
  EXPECT_EQ(catalog.answer(ask("plan.tasks_confirmed", {1}))->value, 50)
      << "one of two; the dropped one counts nowhere";
  EXPECT_EQ(catalog.answer(ask("plan.tasks_confirmed", {1}, {2026, 4, 30}))->value, 0)
      << "not confirmed by then";
  EXPECT_EQ(catalog.answer(ask("plan.contacts_named", {1}))->value, 100);
  EXPECT_NEAR(*catalog.answer(ask("plan.tasks_confirmed", {}))->value, 100.0 / 3, 1e-9);
  const auto none = *catalog.answer(ask("plan.tasks_confirmed", {9}));
  EXPECT_FALSE(none.value.has_value()) << "no task is not zero percent";
  EXPECT_FALSE(none.why.empty());
}

TEST(PlanMetrics, RecordsSumUpToTheValue) {
  OnePlan plans;
  metric::Catalog catalog;
  add_plan_metrics(catalog, plans);
  for (const char* id : {"plan.tasks_confirmed", "plan.contacts_named"}) {
    double sum = 0;
    const auto records = *catalog.records(ask(id, {1}), 0, 10);
    for (const auto& r : records) sum += r.amount;
    EXPECT_EQ(records.size(), 2u);
    EXPECT_NEAR(sum, *catalog.answer(ask(id, {1}))->value, 1e-9);
    EXPECT_EQ(catalog.records(ask(id, {1}), 1, 10)->size(), 1u);
  }
}

}  // namespace
}  // namespace kepu::appraisal

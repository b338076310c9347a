#include "engines/plan/plan_edit.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "core/base/text.h"
#include "engines/plan/plan_samples_test.h"

namespace kepu::plan {
namespace {

// All that an edit may change, as text: two plans of equal content print alike.
std::string print(const Plan& plan) {
  std::string text;
  for (const auto& item : plan.initiatives) {
    text +=
        fmt::format("I {} {} {} {} {} {} {} {}\n", item.id, item.position, to_text(item.kind), item.title,
                    item.goal, base::join(item.lead, "/"), base::join(item.responsible, "/"), item.dropped);
    for (const auto& task : item.tasks) {
      text +=
          fmt::format("T {} {} {} {} {} {} {} {} {} {} {} {}\n", task.id, task.initiative, task.position,
                      task.code, task.title, task.body, base::join(task.lead, "/"),
                      base::join(task.responsible, "/"), task.dropped, task.start, task.due, task.confidence);
      for (const auto& duty : task.duties) text += fmt::format("D {} {}\n", duty.duty, to_text(duty.state));
    }
  }
  for (const auto& target : plan.targets)
    text += fmt::format("Q {} {} {} {} {}\n", target.id, target_text(target), target.dropped, target.task,
                        target.headline);
  for (const auto& phase : plan.phases)
    text += fmt::format("P {} {} {}\n", phase.id, phase.phase, phase.dropped);
  return text;
}

::testing::AssertionResult is_sound(const Plan& plan) {
  std::set<std::string> codes;
  std::set<Id> ids;
  int position = 0;
  bool projects = false;
  for (const auto& item : plan.initiatives) {
    if (!ids.insert(item.id).second) return ::testing::AssertionFailure() << "id twice";
    if (item.kind == InitiativeKind::project) projects = true;
    if (projects && item.kind == InitiativeKind::action)
      return ::testing::AssertionFailure() << "action after project";
    if (item.position != position) return ::testing::AssertionFailure() << "position of " << item.title;
    position += !item.dropped;
    int within = 0;
    for (const auto& task : item.tasks) {
      if (!ids.insert(task.id).second) return ::testing::AssertionFailure() << "id twice";
      if (!codes.insert(task.code).second)
        return ::testing::AssertionFailure() << "code twice: " << task.code;
      if (task.initiative != item.id) return ::testing::AssertionFailure() << "initiative of " << task.code;
      if (task.position != within) return ::testing::AssertionFailure() << "position of " << task.code;
      within += !task.dropped;
    }
  }
  for (const auto* task : plan.living_tasks())
    if (plan.initiative_of(*task) == nullptr || plan.initiative_of(*task)->dropped)
      return ::testing::AssertionFailure() << "living task in a dropped initiative";
  int headlines = 0;
  for (const auto* target : plan.living_targets()) {
    headlines += target->headline;
    const auto* task = plan.task(target->task);
    if (task != nullptr && task->initiative != target->initiative)
      return ::testing::AssertionFailure() << "target and task disagree";
  }
  if (headlines > 1) return ::testing::AssertionFailure() << "two headlines";
  return ::testing::AssertionSuccess();
}

class Editing : public ::testing::Test {
 protected:
  samples::Counter next_id;
  Plan plan = samples::plan(next_id);

  std::string rule_of(const Edit& edit) {
    const auto done = apply(plan, edit, next_id);
    return done ? "done" : done.error().rule;
  }
  Edited must(const Edit& edit) {
    auto done = apply(plan, edit, next_id);
    EXPECT_TRUE(done) << (done ? "" : done.error().message);
    if (done) plan = done->plan;
    return done ? *done : Edited{};
  }
  TaskItem& task(int initiative, int index) {
    return plan.initiatives[static_cast<std::size_t>(initiative)].tasks[static_cast<std::size_t>(index)];
  }
};

TEST_F(Editing, ChangesATaskAndSaysSo) {
  task(1, 0).confidence = 0.3;
  const auto id = task(1, 0).id;
  const auto done = must(
      edit::ChangeTask{id, " 培育新型  农民 ", "新的正文", {}, {"县科协", "县科协", ""}, "2022-01-01", ""});
  EXPECT_EQ(task(1, 0).title, "培育新型 农民");
  EXPECT_EQ(task(1, 0).responsible, std::vector<std::string>{"县科协"});
  EXPECT_EQ(task(1, 0).confidence, 1);
  EXPECT_EQ(done.subject, fmt::format("task:{}", id));
  EXPECT_NE(done.summary.find("农-01“培育高素质农民”：改名为“培育新型 农民”"), std::string::npos)
      << done.summary;
}

TEST_F(Editing, RefusesWhatIsWrong) {
  const auto id = task(0, 0).id;
  const std::string body = "正文";
  EXPECT_EQ(rule_of(edit::ChangeTask{id, " ", body, {}, {}, "", ""}), "plan.title_empty");
  EXPECT_EQ(rule_of(edit::ChangeTask{id, std::string(201, 'x'), body, {}, {}, "", ""}), "plan.title_long");
  EXPECT_EQ(rule_of(edit::ChangeTask{id, "题", std::string(20'001, 'x'), {}, {}, "", ""}), "plan.text_long");
  EXPECT_EQ(rule_of(edit::ChangeTask{id, "题", body, {std::string(61, 'x')}, {}, "", ""}), "plan.name_long");
  EXPECT_EQ(rule_of(edit::ChangeTask{id, "题", body, {}, {}, "2023-02-30", ""}), "plan.date");
  EXPECT_EQ(rule_of(edit::ChangeTask{id, "题", body, {}, {}, "2023-02-02", "2023-02-01"}), "plan.date");
  EXPECT_EQ(rule_of(edit::ChangeTask{5, "题", body, {}, {}, "", ""}), "plan.not_found");
  EXPECT_EQ(rule_of(edit::MergeTasks{id, id}), "plan.merge_self");
  EXPECT_EQ(rule_of(edit::MergeTasks{id, task(1, 0).id}), "plan.merge_initiatives");
  EXPECT_EQ(rule_of(edit::SplitTask{id, 0, "题"}), "plan.split_range");
  EXPECT_EQ(rule_of(edit::SplitTask{id, base::length(task(0, 0).body), "题"}), "plan.split_range");
  EXPECT_EQ(rule_of(edit::ConfirmDuties{0.8}), "plan.no_change");
  EXPECT_EQ(rule_of(edit::SetDuty{id, "A1-01", DutyState::rejected}), "plan.not_found");
  EXPECT_EQ(rule_of(edit::SetDuty{id, " ", DutyState::confirmed}), "plan.duty");
  auto metadata = plan.version.metadata;
  metadata.from = 2026;
  EXPECT_EQ(rule_of(edit::Describe{metadata}), "plan.period");
  metadata = plan.version.metadata;
  metadata.issue_date = "2021年";
  EXPECT_EQ(rule_of(edit::Describe{metadata}), "plan.date");
  EXPECT_EQ(rule_of(edit::SetPhase{{0, "实施", "", "", 2025, 2024}}), "plan.period");
  auto target = plan.targets[1];
  target.value = -1;
  EXPECT_EQ(rule_of(edit::SetTarget{target}), "plan.target_value");
  target = plan.targets[1];
  target.milestones[2030] = 3;
  EXPECT_EQ(rule_of(edit::SetTarget{target}), "plan.milestone_year");
}

TEST_F(Editing, DropThenRestoreGivesBackTheSame) {
  const auto before = print(plan);
  for (const Id item : {plan.initiatives[1].id, task(0, 1).id, plan.targets[0].id, plan.phases[0].id}) {
    must(edit::Drop{item});
    EXPECT_NE(print(plan), before);
    EXPECT_TRUE(is_sound(plan));
    EXPECT_EQ(rule_of(edit::Drop{item}), "plan.not_found");
    must(edit::Restore{item});
    EXPECT_EQ(print(plan), before);
  }
  must(edit::Drop{task(1, 0).id});
  must(edit::Drop{plan.initiatives[1].id});
  EXPECT_EQ(rule_of(edit::Restore{task(1, 0).id}), "plan.initiative_dropped");
  must(edit::Restore{plan.initiatives[1].id});
  EXPECT_EQ(plan.living_tasks().size(), 6u);  // the task that was dropped by itself stays so
}

TEST_F(Editing, MergeUnitesBodiesUnitsDutiesAndQuantities) {
  task(1, 0).duties = {{"A5-01", DutyState::proposed, 0.6, {"甲"}}};
  task(1, 1).duties = {{"A5-01", DutyState::confirmed, 0.9, {"乙"}}, {"A5-02"}};
  const auto into = task(1, 1).id, from = task(1, 0).id;
  must(edit::MergeTasks{into, from});
  EXPECT_EQ(plan.living_tasks().size(), 6u);
  EXPECT_EQ(task(1, 1).body, "每年举办四期田间课堂。\n组织专家进村。");  // in plan order
  EXPECT_EQ(task(1, 1).responsible, (std::vector<std::string>{"各乡镇（街道）", "县农业农村局", "县科协"}));
  EXPECT_TRUE(task(1, 1).lead.empty());  // still the initiative's
  ASSERT_EQ(task(1, 1).duties.size(), 2u);
  EXPECT_EQ(task(1, 1).duties[0].state, DutyState::confirmed);
  EXPECT_EQ(task(1, 1).duties[0].words, (std::vector<std::string>{"乙", "甲"}));
  EXPECT_EQ(plan.targets[1].task, into);
  EXPECT_EQ(task(1, 1).line, 21);
}

TEST_F(Editing, MergeKeepsInheritedUnitsAndSentencesMisreadAsTitles) {
  must(edit::MergeTasks{task(0, 0).id, task(0, 1).id});
  EXPECT_EQ(task(0, 0).responsible, (std::vector<std::string>{"县科协", "团县委", "教体局", "县财政局"}));
  std::vector<std::string> lines(40);
  lines[13] = "培养后备人才。建设科创小组。";
  plan.lines = std::make_shared<const std::vector<std::string>>(lines);
  must(edit::MergeTasks{task(0, 0).id, task(0, 2).id});
  EXPECT_NE(task(0, 0).body.find("\n培养后备人才。建设科创小组。"), std::string::npos) << task(0, 0).body;
}

TEST_F(Editing, SplitThenMergeGivesTheSameBodyWhereverItIsCut) {
  const auto original = task(0, 0).body;
  const auto size = base::length(original);
  const auto start = plan;
  for (std::size_t at = 1; at < size; ++at) {
    plan = start;
    must(edit::SplitTask{task(0, 0).id, at, "拆出的任务"});
    ASSERT_EQ(plan.living_tasks().size(), 8u);
    EXPECT_EQ(task(0, 0).body + task(0, 1).body, original);
    EXPECT_EQ(task(0, 1).code, "青-04");
    EXPECT_TRUE(is_sound(plan));
    must(edit::MergeTasks{task(0, 0).id, task(0, 1).id});
    EXPECT_EQ(task(0, 0).body, original) << "cut at " << at;
  }
}

TEST_F(Editing, MovesKeepCodesAndOrder) {
  const auto id = task(1, 0).id;
  must(edit::MoveTask{id, plan.initiatives[0].id, 1});
  EXPECT_EQ(task(0, 1).id, id);
  EXPECT_EQ(task(0, 1).code, "农-01");
  EXPECT_EQ(plan.targets[1].initiative, plan.initiatives[0].id);
  EXPECT_TRUE(is_sound(plan));
  must(edit::AddTask{plan.initiatives[1].id, "新任务", "", 0});
  EXPECT_EQ(task(1, 1).code, "农-03");  // 01 is taken though it moved
  const auto second = plan.initiatives[1].id;
  must(edit::MoveInitiative{second, 0});
  EXPECT_EQ(plan.initiatives[0].id, second);
  must(edit::MoveInitiative{second, 9});
  EXPECT_EQ(plan.initiatives[1].id, second);  // last of the actions, before the project
  EXPECT_TRUE(is_sound(plan));
}

TEST_F(Editing, OneHeadlineAtATime) {
  TargetItem target;
  target.value = 15;
  target.unit = "%";
  target.headline = true;
  must(edit::SetTarget{target});
  EXPECT_EQ(plan.headline()->value, 15);
  EXPECT_TRUE(is_sound(plan));
}

TEST_F(Editing, ConfirmsDutiesFromACertaintyOn) {
  task(0, 0).duties = {{"A4-01", DutyState::proposed, 0.9, {}}, {"A4-02", DutyState::proposed, 0.5, {}}};
  task(0, 1).duties = {{"A4-03", DutyState::rejected, 1, {}}};
  must(edit::ConfirmDuties{0.8});
  EXPECT_EQ(task(0, 0).duties[0].state, DutyState::confirmed);
  EXPECT_EQ(task(0, 0).duties[1].state, DutyState::proposed);
  EXPECT_EQ(task(0, 1).duties[0].state, DutyState::rejected);
}

// Random edits, sensible and not: whatever is accepted leaves a sound plan, whatever is refused says why.
class RandomEdits {
 public:
  RandomEdits(std::uint32_t seed, const Plan& plan) : random_(seed), plan_(plan) {}

  Edit next() {
    switch (below(14)) {
      case 0:
        return edit::AddInitiative{kind(), "新增" + std::to_string(below(9)) + "行动", below(50)};
      case 1:
        return edit::AddTask{initiative(), "任务" + std::to_string(below(99)), "第一句。第二句。", below(50)};
      case 2:
        return edit::ChangeInitiative{initiative(), kind(),     "改名" + std::to_string(below(9)),
                                      "",           {"县科协"}, {}};
      case 3:
        return edit::ChangeTask{
            task(), below(9) == 0 ? "" : "改题", "改文。另一句。", {}, {"县妇联"}, "", "2024-01-01"};
      case 4:
        return edit::MergeTasks{task(), task()};
      case 5:
        return edit::SplitTask{task(), static_cast<std::size_t>(below(12)), "拆出"};
      case 6:
        return edit::MoveTask{task(), initiative(), below(6) - 1};
      case 7:
        return edit::MoveInitiative{initiative(), below(6) - 1};
      case 8:
        return edit::Drop{anything()};
      case 9:
      case 10:
        return edit::Restore{anything()};
      case 11:
        return edit::Accept{anything()};
      case 12: {
        TargetItem target;
        if (below(2) == 0 && !plan_.targets.empty()) target = plan_.targets[index(plan_.targets.size())];
        target.value = below(120);
        target.headline = below(3) == 0;
        target.task = below(2) == 0 ? task() : 0;
        return edit::SetTarget{target};
      }
      default:
        return edit::SetDuty{task(), "A1-0" + std::to_string(below(9)), DutyState::confirmed};
    }
  }

 private:
  int below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }
  std::size_t index(std::size_t n) { return static_cast<std::size_t>(below(static_cast<int>(n))); }
  InitiativeKind kind() { return below(2) == 0 ? InitiativeKind::action : InitiativeKind::project; }
  Id initiative() { return plan_.initiatives[index(plan_.initiatives.size())].id; }
  Id task() {
    const auto& tasks = plan_.initiatives[index(plan_.initiatives.size())].tasks;
    return tasks.empty() ? 1 : tasks[index(tasks.size())].id;
  }
  Id anything() {
    switch (below(4)) {
      case 0:
        return initiative();
      case 1:
        return plan_.targets[index(plan_.targets.size())].id;
      default:
        return task();
    }
  }
  std::mt19937 random_;
  const Plan& plan_;
};

TEST_F(Editing, InvariantsHoldUnderRandomEdits) {
  const auto start = plan;
  std::size_t accepted = 0, refused = 0;
  for (std::uint32_t seed = 0; seed < 40; ++seed) {
    plan = start;
    RandomEdits edits(seed, plan);
    for (int step = 0; step < 80; ++step) {
      const auto edit = edits.next();
      const auto living = plan.living_tasks().size();
      auto done = apply(plan, edit, next_id);
      if (!done) {
        ++refused;
        EXPECT_FALSE(done.error().rule.empty() || done.error().message.empty());
        continue;
      }
      ++accepted;
      EXPECT_FALSE(done->summary.empty() || done->subject.empty());
      ASSERT_TRUE(is_sound(done->plan)) << "seed " << seed << " step " << step << ": " << done->summary;
      const bool more =
          std::holds_alternative<edit::SplitTask>(edit) || std::holds_alternative<edit::AddTask>(edit);
      if (std::holds_alternative<edit::MergeTasks>(edit)) {
        EXPECT_EQ(done->plan.living_tasks().size(), living - 1);
      } else if (more) {
        EXPECT_EQ(done->plan.living_tasks().size(), living + 1);
      }
      plan = std::move(done->plan);
    }
  }
  EXPECT_GT(accepted, 1000u);
  EXPECT_GT(refused, 100u);
}

}  // namespace
}  // namespace kepu::plan

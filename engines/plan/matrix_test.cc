#include "engines/plan/matrix.h"

#include <gtest/gtest.h>

#include <chrono>
#include <iostream>
#include <map>
#include <set>

#include "engines/plan/plan_samples_test.h"

namespace kepu::plan {
namespace {

using auth::UnitKind;

struct World {
  Plan plan;
  Names names;
  auth::UnitTree tree;
};

World random_world(std::uint32_t seed, int tasks, int units) {
  std::mt19937 random(seed);
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  std::vector<auth::Unit> list = {samples::unit(1, "岚江县", UnitKind::county, 0)};
  for (int i = 0; i < units; ++i) {
    const auto kind = i % 3 == 2 ? UnitKind::township : i % 7 == 5 ? UnitKind::village : UnitKind::department;
    list.push_back(samples::unit(2 + i, fmt::format("第{}单位", i), kind));
    list.back().active = below(10) != 0;
  }
  std::vector<std::string> written;
  Names names;
  for (int i = 0; i < units + 5; ++i) {
    written.push_back(fmt::format("名称{}", i));
    const auto meaning = all_meanings()[static_cast<std::size_t>(below(12) < 9 ? 0 : below(7))];
    if (below(12) != 0) names.add({written.back(), meaning, 2 + below(units + 1)});
  }
  const auto some = [&](int most) {
    std::vector<std::string> chosen;
    for (int k = below(most + 1); k > 0; --k)
      chosen.push_back(written[static_cast<std::size_t>(below(units + 5))]);
    return chosen;
  };
  Reading read;
  for (int i = 0; i < 10; ++i) {
    Initiative initiative;
    initiative.title = fmt::format("第{}行动", i);
    initiative.lead = some(2);
    initiative.responsible = some(12);
    for (int k = 0; k < tasks / 10; ++k) {
      initiative.tasks.push_back(samples::task(fmt::format("任务{}之{}", i, k), "", 1));
      if (below(2) == 0) initiative.tasks.back().lead = some(2);
      if (below(2) == 0) initiative.tasks.back().responsible = some(15);
    }
    read.initiatives.push_back(initiative);
  }
  auto plan = from_reading(read, {}, {}, samples::Counter());
  plan.initiatives[3].dropped = true;
  plan.initiatives[4].tasks[0].dropped = true;
  return {std::move(plan), std::move(names), auth::UnitTree(std::move(list))};
}

// The rule by its words: for every task and unit, is it named as lead, else as responsible?
std::map<std::pair<Id, Id>, Role> by_brute_force(const World& world) {
  std::map<std::pair<Id, Id>, Role> expected;
  for (const auto* task : world.plan.living_tasks()) {
    const auto& initiative = *world.plan.initiative_of(*task);
    for (const auto role : {Role::lead, Role::responsible})
      for (const auto& unit : world.tree.all())
        for (const auto& name : parties_of(initiative, *task, role)) {
          const auto* meaning = world.names.find(name);
          if (meaning == nullptr) continue;
          const auto in = [&](Meaning group, std::set<UnitKind> kinds) {
            return meaning->meaning == group && unit.active && kinds.count(unit.kind) != 0;
          };
          const bool named = (meaning->meaning == Meaning::unit && meaning->unit == unit.id) ||
                             in(Meaning::townships, {UnitKind::township}) ||
                             in(Meaning::villages, {UnitKind::village}) ||
                             in(Meaning::departments, {UnitKind::department}) ||
                             in(Meaning::everyone, {UnitKind::department, UnitKind::township});
          if (named) expected.emplace(std::pair(task->id, unit.id), role);
        }
  }
  return expected;
}

TEST(Assign, AgreesWithBruteForce) {
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    const auto world = random_world(seed, 30, 5 + static_cast<int>(seed % 20));
    const auto rows = assign(world.plan, world.names, world.tree);
    std::map<std::pair<Id, Id>, Role> got;
    for (const auto& row : rows) {
      EXPECT_TRUE(got.emplace(std::pair(row.task, row.unit), row.role).second) << "a unit twice at a task";
      const auto* meaning = world.names.find(row.written);
      EXPECT_EQ(row.from_group, meaning->meaning != Meaning::unit);
    }
    ASSERT_EQ(got, by_brute_force(world)) << "seed " << seed;
    std::map<Id, int> order;
    for (const auto* task : world.plan.living_tasks())
      order.emplace(task->id, static_cast<int>(order.size()));
    EXPECT_TRUE(std::is_sorted(rows.begin(), rows.end(), [&](const Assignment& a, const Assignment& b) {
      return std::pair(order[a.task], a.role) < std::pair(order[b.task], b.role);
    }));
  }
}

TEST(Assign, LeadOfTheInitiativeIsNotResponsibleTwice) {
  const auto plan = samples::plan(samples::Counter());
  const auth::UnitTree tree({samples::unit(1, "岚江县", UnitKind::county, 0),
                             samples::unit(2, "县农业农村局"), samples::unit(3, "县科协"),
                             samples::unit(4, "青石镇", UnitKind::township)});
  Names names;
  names.add({"县农业农村局", Meaning::unit, 2});
  names.add({"县科协", Meaning::unit, 3});
  const auto rows = assign(plan, names, tree);
  const auto task = plan.initiatives[1].tasks[0].id;
  std::vector<std::pair<Id, Role>> at_task;
  for (const auto& row : rows)
    if (row.task == task) at_task.emplace_back(row.unit, row.role);
  EXPECT_EQ(at_task, (std::vector<std::pair<Id, Role>>{{2, Role::lead}, {3, Role::responsible}}));
}

TEST(Matrix, CountsWhatWasAssigned) {
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    const auto world = random_world(seed, 40, 25);
    const auto rows = assign(world.plan, world.names, world.tree);
    MatrixFilter filter;
    filter.unfold_groups = true;
    const auto matrix = make_matrix(world.plan, rows, world.tree, filter);
    EXPECT_EQ(matrix.rows.size(), world.plan.living_tasks().size());
    std::map<Id, std::pair<int, int>> expected;
    for (const auto& row : rows)
      ++(row.role == Role::lead ? expected[row.unit].first : expected[row.unit].second);
    ASSERT_EQ(matrix.columns.size(), expected.size());
    for (std::size_t k = 0; k < matrix.columns.size(); ++k) {
      const auto& column = matrix.columns[k];
      EXPECT_EQ(std::pair(column.lead, column.responsible), expected[column.unit]);
      EXPECT_TRUE(k == 0 || matrix.columns[k - 1].lead >= column.lead);
      int lead = 0;
      for (const auto& row : matrix.cells) lead += row[k] == Role::lead;
      EXPECT_EQ(lead, column.lead);
    }
  }
}

TEST(Matrix, FoldsTownshipsAndFilters) {
  const auto plan = samples::plan(samples::Counter());
  const auth::UnitTree tree({samples::unit(1, "岚江县", UnitKind::county, 0),
                             samples::unit(2, "县农业农村局", UnitKind::department, 1, "农业农村"),
                             samples::unit(3, "县科协"), samples::unit(4, "青石镇", UnitKind::township),
                             samples::unit(5, "柳溪乡", UnitKind::township)});
  Names names;
  names.add({"县农业农村局", Meaning::unit, 2});
  names.add({"县科协", Meaning::unit, 3});
  names.add({"各乡镇（街道）", Meaning::townships});
  const auto rows = assign(plan, names, tree);
  const auto matrix = make_matrix(plan, rows, tree, {});
  ASSERT_EQ(matrix.columns.size(), 3u);
  EXPECT_EQ(matrix.columns[0].title, "农业农村");
  EXPECT_EQ(matrix.columns[0].lead, 2);
  EXPECT_EQ(matrix.columns[2].unit, 0);
  EXPECT_EQ(matrix.columns[2].title, "乡镇（街道）");
  EXPECT_EQ(matrix.columns[2].members, (std::vector<Id>{4, 5}));
  EXPECT_EQ(matrix.columns[2].responsible, 1);

  MatrixFilter filter;
  filter.unit = 4;  // asked for: a column of its own, and its one task
  auto filtered = make_matrix(plan, rows, tree, filter);
  EXPECT_EQ(filtered.rows.size(), 1u);
  EXPECT_EQ(filtered.rows[0]->title, "送科技下乡");
  EXPECT_TRUE(std::any_of(filtered.columns.begin(), filtered.columns.end(),
                          [](const auto& c) { return c.unit == 4; }));
  filter.role = Role::lead;
  EXPECT_TRUE(make_matrix(plan, rows, tree, filter).rows.empty());
  filter = {};
  filter.text = "农-0";
  EXPECT_EQ(make_matrix(plan, rows, tree, filter).rows.size(), 2u);
  filter.initiative = plan.initiatives[0].id;
  EXPECT_TRUE(make_matrix(plan, rows, tree, filter).rows.empty());
}

TEST(Matrix, ReportsItsTimeForAFullPlan) {
  const auto world = random_world(1, 60, 40);
  const auto start = std::chrono::steady_clock::now();
  const auto rows = assign(world.plan, world.names, world.tree);
  const auto middle = std::chrono::steady_clock::now();
  const auto matrix = make_matrix(world.plan, rows, world.tree, {});
  const std::chrono::duration<double, std::milli> assigned = middle - start,
                                                  made = std::chrono::steady_clock::now() - middle;
  std::cout << rows.size() << " assignments in " << assigned.count() << " ms, matrix " << matrix.rows.size()
            << " x " << matrix.columns.size() << " in " << made.count() << " ms\n";
  EXPECT_FALSE(matrix.rows.empty());
}

}  // namespace
}  // namespace kepu::plan

#include "core/metric/metric.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <stdexcept>

namespace kepu::metric {
namespace {

constexpr base::Date kFirst{2026, 1, 1}, kLast{2026, 12, 31};

Source fixed(double value) {
  return {[value](const Question& q) {
            return Answer{value * static_cast<double>(std::max<std::size_t>(1, q.units.size())), "", 3};
          },
          [](const Question&, std::int64_t, std::int64_t) {
            return std::vector<Record>{{"一期培训班", "/classes/1", 4, kFirst, 30, ""}};
          },
          {}};
}

TEST(Catalog, Answers_AskTheEngineThatDeclared) {
  Catalog catalog;
  catalog.add({.id = "training.people", .title = "培训人数", .unit = "人"}, fixed(30));
  EXPECT_EQ(catalog.answer({1, "training.people", {}, kFirst, kLast})->value, 30);
  EXPECT_EQ(catalog.records({1, "training.people", {}, kFirst, kLast}, 0, 10)->at(0).url, "/classes/1");
  EXPECT_EQ(catalog.by_unit({1, "training.people", {4, 5}, kFirst, kLast})->at(5).value, 30);
}

TEST(Catalog, WrongQuestions_AreRefused) {
  Catalog catalog;
  catalog.add({.id = "county.rate", .title = "比例", .by_unit = false}, fixed(0.1));
  EXPECT_EQ(catalog.answer({1, "county.none", {}, kFirst, kLast}).error().rule, "metric.unknown");
  EXPECT_EQ(catalog.answer({1, "county.rate", {}, kLast, kFirst}).error().rule, "metric.period");
  EXPECT_EQ(catalog.answer({1, "county.rate", {4}, kFirst, kLast}).error().rule, "metric.by_unit");
  EXPECT_THROW(catalog.add({.id = "county.rate"}, fixed(1)), std::logic_error);
  EXPECT_THROW(catalog.add({.id = "rate"}, fixed(1)), std::logic_error);
}

TEST(Catalog, ChangingMetrics_AreThoseOfTheTenant) {
  Catalog catalog;
  catalog.add_changing(
      [](Id tenant) {
        return tenant == 1 ? std::vector<Metric>{{.id = "manual.7", .title = "报刊份数"}}
                           : std::vector<Metric>{};
      },
      fixed(9));
  EXPECT_TRUE(catalog.find(1, "manual.7"));
  EXPECT_FALSE(catalog.find(2, "manual.7"));
  EXPECT_EQ(catalog.answer({1, "manual.7", {}, kFirst, kLast})->value, 9);
  EXPECT_FALSE(catalog.answer({2, "manual.7", {}, kFirst, kLast}));
}

TEST(RollUp, MissingCounts_CancelledAndNotApplicableDoNot) {
  const Part parts[] = {{PartState::value, 0.5, 2},
                        {PartState::missing, 0, 1},
                        {PartState::cancelled, 1, 5},
                        {PartState::not_applicable, 1, 5}};
  const auto rolled = roll_up(parts);
  ASSERT_TRUE(rolled.share);
  EXPECT_DOUBLE_EQ(*rolled.share, 1.0 / 3);
  EXPECT_EQ(rolled.missing, 1);
  EXPECT_EQ(rolled.cancelled, 1);
  EXPECT_DOUBLE_EQ(rolled.weight, 3);
  EXPECT_FALSE(roll_up({}).share);
  EXPECT_FALSE(roll_up(std::span(parts).subspan(2)).share);
}

// A random tree, rolled up node by node, gives what the leaves give when each bears the product of the
// weights above it, normalised among the siblings that count. With equal treatment of missing leaves only.
struct Node {
  Part leaf;
  double weight = 1;
  std::vector<Node> below;
};

Node random_tree(std::mt19937& random, int depth) {
  std::uniform_real_distribution<double> real(0, 1);
  Node node;
  node.weight = 0.1 + real(random);
  const int children = depth == 0 ? 0 : static_cast<int>(random() % 4);
  if (children == 0) {
    node.leaf = {static_cast<PartState>(random() % 4), real(random), node.weight};
    return node;
  }
  for (int i = 0; i < children; ++i) node.below.push_back(random_tree(random, depth - 1));
  return node;
}

Part part_of(const Node& node) {
  if (node.below.empty()) return node.leaf;
  std::vector<Part> parts;
  for (const auto& n : node.below) parts.push_back(part_of(n));
  return as_part(roll_up(parts), node.weight);
}

bool counts(const Node& node) {
  if (node.below.empty()) return node.leaf.state == PartState::value || node.leaf.state == PartState::missing;
  return std::any_of(node.below.begin(), node.below.end(), counts);
}

double brute_force(const Node& node) {
  if (node.below.empty()) return node.leaf.state == PartState::value ? node.leaf.share : 0;
  double weight = 0, reached = 0;
  for (const auto& n : node.below) {
    if (!counts(n)) continue;
    weight += n.weight;
    reached += n.weight * brute_force(n);
  }
  return weight > 0 ? reached / weight : 0;
}

TEST(RollUp, OfRandomTrees_IsWhatBruteForceGives) {
  std::mt19937 random(20260101);
  int counted = 0;
  for (int round = 0; round < 2000; ++round) {
    Node tree = random_tree(random, 4);
    if (tree.below.empty()) continue;
    const Part part = part_of(tree);
    if (!counts(tree)) {
      EXPECT_NE(part.state, PartState::value);
      EXPECT_NE(part.state, PartState::missing);
      continue;
    }
    ++counted;
    if (part.state == PartState::value) {
      EXPECT_NEAR(part.share, brute_force(tree), 1e-12);
    } else {
      EXPECT_EQ(part.state, PartState::missing);
      EXPECT_EQ(brute_force(tree), 0);
    }
  }
  EXPECT_GT(counted, 500);
}

}  // namespace
}  // namespace kepu::metric

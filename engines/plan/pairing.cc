#include "engines/plan/pairing.h"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "core/base/text.h"
#include "engines/plan/plan_order.h"

namespace kepu::plan {
namespace {

constexpr double kInitiativeThreshold = 0.4;
constexpr double kSamePlaceBonus = 0.1;   // for tasks whose initiatives are a pair
constexpr double kSameDutiesBonus = 0.2;  // for tasks that name the same duties, by their share

struct Texts {
  TokenBag title, body;
};

// Superior and county plans share their titles more than their texts: a like title suffices, a like text
// helps.
double alike(const Texts& a, const Texts& b) {
  const auto title = a.title.likeness(b.title);
  if (a.body.empty() || b.body.empty()) return title;
  return std::max(0.6 * title + 0.4 * a.body.likeness(b.body), 0.85 * title);
}

std::vector<Pair> pair_initiatives(const std::vector<const InitiativeItem*>& a,
                                   const std::vector<const InitiativeItem*>& b) {
  // By what their titles do not share with all the others of their kind.
  const auto texts = [](const std::vector<const InitiativeItem*>& list) {
    std::vector<Texts> bags;
    for (const auto* each : list) bags.push_back({TokenBag(theme_of(each->title)), TokenBag(each->goal)});
    return bags;
  };
  const auto left = texts(a), right = texts(b);
  std::vector<Pair> candidates;
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t k = 0; k < b.size(); ++k) {
      auto likeness = alike(left[i], right[k]);
      if (a[i]->kind != b[k]->kind) likeness *= 0.8;
      if (likeness >= kInitiativeThreshold)
        candidates.push_back({static_cast<int>(i), static_cast<int>(k), likeness});
    }
  return best_pairs(std::move(candidates));
}

// Share of the duties of both that they have in common (Jaccard 1912); 0 where neither names one.
double common_duties(const TaskItem& a, const TaskItem& b) {
  std::set<std::string_view> left, right;
  for (const auto& d : a.duties) {
    if (d.state != DutyState::rejected) left.insert(d.duty);
  }
  for (const auto& d : b.duties) {
    if (d.state != DutyState::rejected) right.insert(d.duty);
  }
  std::size_t common = 0;
  for (const auto& d : left) common += right.count(d);
  const std::size_t all = left.size() + right.size() - common;
  return all == 0 ? 0 : static_cast<double>(common) / static_cast<double>(all);
}

std::vector<Texts> texts_of(const std::vector<const TaskItem*>& tasks) {
  std::vector<Texts> bags;
  for (const auto* task : tasks) bags.push_back({TokenBag(task->title), TokenBag(task->body)});
  return bags;
}

}  // namespace

TokenBag::TokenBag(std::string_view text) {
  const auto letters = base::to_code_points(base::wording(text));
  if (letters.size() == 1) tokens_.push_back(letters[0]);
  for (std::size_t i = 0; i + 1 < letters.size(); ++i)
    tokens_.push_back((static_cast<std::uint64_t>(letters[i]) << 32) | letters[i + 1]);
  std::sort(tokens_.begin(), tokens_.end());
}

double TokenBag::likeness(const TokenBag& other) const {
  if (tokens_.empty() && other.tokens_.empty()) return 1;
  std::size_t common = 0;
  for (auto a = tokens_.begin(), b = other.tokens_.begin(); a != tokens_.end() && b != other.tokens_.end();) {
    if (*a < *b) {
      ++a;
    } else if (*b < *a) {
      ++b;
    } else {
      ++common, ++a, ++b;
    }
  }
  return 2.0 * static_cast<double>(common) / static_cast<double>(tokens_.size() + other.tokens_.size());
}

std::vector<Pair> best_pairs(std::vector<Pair> candidates) {
  std::sort(candidates.begin(), candidates.end(), [](const Pair& x, const Pair& y) {
    if (x.likeness != y.likeness) return x.likeness > y.likeness;
    if (const int dx = std::abs(x.a - x.b), dy = std::abs(y.a - y.b); dx != dy) return dx < dy;
    if (x.a + x.b != y.a + y.b) return x.a + x.b < y.a + y.b;
    return x.a < y.a;  // (i, k) and (k, i) share no item
  });
  std::unordered_set<int> used_a, used_b;
  std::vector<Pair> pairs;
  for (const auto& each : candidates) {
    if (used_a.count(each.a) != 0 || used_b.count(each.b) != 0) continue;
    used_a.insert(each.a);
    used_b.insert(each.b);
    pairs.push_back(each);
  }
  return pairs;
}

ItemPairing pair_items(const Plan& a, const Plan& b, double task_threshold, const FixedTasks& fixed) {
  ItemPairing pairing{
      a.living_initiatives(), b.living_initiatives(), a.living_tasks(), b.living_tasks(), {}, {}};
  pairing.initiatives = pair_initiatives(pairing.initiatives_a, pairing.initiatives_b);
  std::unordered_map<Id, Id> counterpart;
  for (const auto& each : pairing.initiatives)
    counterpart[pairing.initiatives_a[static_cast<std::size_t>(each.a)]->id] =
        pairing.initiatives_b[static_cast<std::size_t>(each.b)]->id;

  const std::unordered_set<Id> fixed_a(fixed.a.begin(), fixed.a.end()),
      fixed_b(fixed.b.begin(), fixed.b.end());
  const auto left = texts_of(pairing.tasks_a), right = texts_of(pairing.tasks_b);
  std::vector<Pair> candidates;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (fixed_a.count(pairing.tasks_a[i]->id) != 0) continue;
    const auto home = counterpart.find(pairing.tasks_a[i]->initiative);
    for (std::size_t k = 0; k < right.size(); ++k) {
      if (fixed_b.count(pairing.tasks_b[k]->id) != 0) continue;
      const bool same_place = home != counterpart.end() && home->second == pairing.tasks_b[k]->initiative;
      const auto likeness = alike(left[i], right[k]) + (same_place ? kSamePlaceBonus : 0) +
                            kSameDutiesBonus * common_duties(*pairing.tasks_a[i], *pairing.tasks_b[k]);
      if (likeness >= task_threshold + kSamePlaceBonus)
        candidates.push_back({static_cast<int>(i), static_cast<int>(k), likeness});
    }
  }
  pairing.tasks = best_pairs(std::move(candidates));
  for (auto& each : pairing.tasks) each.likeness = std::min(each.likeness, 1.0);
  return pairing;
}

}  // namespace kepu::plan

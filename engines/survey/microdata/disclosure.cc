#include "engines/survey/microdata/disclosure.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace kepu::survey::analysis {

namespace {

using Tuple = std::vector<int>;

std::size_t rows_of(const std::vector<Key>& keys) { return keys.empty() ? 0 : keys.front().of.size(); }

std::map<Tuple, std::vector<std::size_t>> classes_of(const std::vector<Key>& keys) {
  std::map<Tuple, std::vector<std::size_t>> out;
  for (std::size_t i = 0; i < rows_of(keys); ++i) {
    Tuple t;
    for (const Key& key : keys) t.push_back(key.of[i]);
    out[t].push_back(i);
  }
  return out;
}

Key at_level(const Key& key, std::size_t level) {
  Key out = key;
  if (level == 0) return out;
  if (level > key.coarser.size()) {
    out.categories.clear();
    std::fill(out.of.begin(), out.of.end(), -1);
    return out;
  }
  out.categories = key.coarse_titles[level - 1];
  for (auto& c : out.of) c = c < 0 ? -1 : key.coarser[level - 1][static_cast<std::size_t>(c)];
  return out;
}

std::size_t violating(const std::vector<Key>& keys, int k) {
  std::size_t out = 0;
  for (const auto& [tuple, rows] : classes_of(keys))
    out += static_cast<int>(rows.size()) < k ? rows.size() : 0;
  return out;
}

struct Recoding {
  double cost = 0;
  std::vector<std::size_t> levels;
};

// All combinations of levels, the cheapest first; of equal cost in order of the keys.
std::vector<Recoding> recodings(const std::vector<Key>& keys) {
  std::vector<Recoding> out = {{0, {}}};
  for (const Key& key : keys) {
    std::vector<Recoding> next;
    for (const auto& r : out) {
      for (std::size_t level = 0; level <= key.coarser.size() + 1; ++level) {
        Recoding more = r;
        more.levels.push_back(level);
        more.cost += key.cost * static_cast<double>(level);
        next.push_back(std::move(more));
      }
    }
    out = std::move(next);
  }
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.cost < b.cost; });
  return out;
}

// Whole classes lose one key after the other until they are large enough; what is left at the end joins the
// smallest others without any key.
void suppress(Protected& p, int k) {
  std::vector<std::size_t> order(p.keys.size());
  for (std::size_t j = 0; j < order.size(); ++j) order[j] = j;
  std::stable_sort(order.begin(), order.end(),
                   [&](auto a, auto b) { return p.keys[a].cost < p.keys[b].cost; });
  for (const std::size_t j : order) {
    for (const auto& [tuple, rows] : classes_of(p.keys)) {
      if (static_cast<int>(rows.size()) >= k) continue;
      for (const auto i : rows) p.keys[j].of[i] = -1;
    }
  }
  const Tuple none(p.keys.size(), -1);
  while (true) {
    const auto classes = classes_of(p.keys);
    const auto bare = classes.find(none);
    if (bare == classes.end() || static_cast<int>(bare->second.size()) >= k || classes.size() < 2) return;
    const std::vector<std::size_t>* least = nullptr;
    for (const auto& [tuple, rows] : classes) {
      if (tuple != none && (!least || rows.size() < least->size())) least = &rows;
    }
    for (auto& key : p.keys) {
      for (const auto i : *least) key.of[i] = -1;
    }
  }
}

}  // namespace

int smallest_class(const std::vector<Key>& keys) {
  std::size_t least = rows_of(keys);
  for (const auto& [tuple, rows] : classes_of(keys)) least = std::min(least, rows.size());
  return static_cast<int>(least);
}

Protected protect(std::vector<Key> keys, int k, double left_share) {
  Protected out;
  const std::size_t rows = rows_of(keys);
  if (static_cast<int>(rows) < k) {
    out.done.push_back(fmt::format("受访不到 {} 人，不能公开微观数据。", k));
    return out;
  }
  const auto all = recodings(keys);
  for (const auto& r : all) {
    std::vector<Key> coarse;
    for (std::size_t j = 0; j < keys.size(); ++j) coarse.push_back(at_level(keys[j], r.levels[j]));
    if (static_cast<double>(violating(coarse, k)) > left_share * static_cast<double>(rows)) continue;
    for (std::size_t j = 0; j < keys.size(); ++j) {
      if (r.levels[j] > keys[j].coarser.size()) {
        out.done.push_back(fmt::format("{}：不公开。", keys[j].title));
      } else if (r.levels[j] > 0) {
        out.done.push_back(fmt::format("{}：合并为 {} 类。", keys[j].title, coarse[j].categories.size()));
      }
    }
    out.keys = std::move(coarse);
    break;
  }
  const auto before = out.keys;
  suppress(out, k);
  for (std::size_t i = 0; i < rows; ++i) {
    int here = 0;
    for (std::size_t j = 0; j < before.size(); ++j) here += before[j].of[i] >= 0 && out.keys[j].of[i] < 0;
    if (here > 0) out.changed.push_back(static_cast<int>(i));
    out.suppressed += here;
  }
  out.smallest = smallest_class(out.keys);
  out.done.push_back(fmt::format("有 {} 人的 {} 个值留空，使每一种组合至少有 {} 人（最少的一组 {} 人）。",
                                 out.changed.size(), out.suppressed, k, out.smallest));
  return out;
}

}  // namespace kepu::survey::analysis

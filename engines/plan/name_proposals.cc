// What a written name probably means in this county, with the reason, for a person to confirm.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "engines/plan/mapping.h"
#include "engines/plan/name_parts.h"

namespace kepu::plan {
namespace {

constexpr double kLowest = 0.4;
constexpr std::size_t kMost = 5;
constexpr double kPartOnly = 0.79;  // below what counts as safe: a person looks

struct Score {
  double confidence = 0;
  std::string why;
};

void take_better(Score& best, double confidence, std::string why) {
  if (confidence > best.confidence) best = {confidence, std::move(why)};
}

bool is_subsequence(std::u32string_view shorter, std::u32string_view longer) {
  std::size_t at = 0;
  for (const auto c : longer)
    if (at < shorter.size() && shorter[at] == c) ++at;
  return at == shorter.size();
}

// Offices of government change between these kinds without becoming another body.
bool is_office(const std::string& kind) {
  return kind == "局" || kind == "委" || kind == "办" || kind == "工委";
}

double kind_penalty(const NameParts& a, const NameParts& b) {
  if (a.kind == b.kind) return 0;
  if (is_office(a.kind) && is_office(b.kind)) return 0.02;
  return a.kind.empty() || b.kind.empty() ? 0.06 : 0.15;
}

double branch_penalty(const NameParts& a, const NameParts& b) {
  if (a.branch == b.branch) return 0;
  return a.branch == Branch::none || b.branch == Branch::none ? 0.02 : 0.2;
}

// A superior's office is another body, unless the unit itself bears that level (市生态环境局岚江分局).
double level_penalty(const NameParts& a, const NameParts& b, const Region& region) {
  const int ranks[] = {rank_of(a.level, region), rank_of(b.level, region)};
  if (ranks[0] == ranks[1]) return 0;
  return b.level != 0 && ranks[1] > 0 ? 0.06 : 0.35;
}

double dice(const std::set<std::string>& a, const std::set<std::string>& b) {
  if (a.empty() || b.empty()) return 0;
  std::size_t common = 0;
  for (const auto& each : a) common += b.count(each);
  return 2.0 * static_cast<double>(common) / static_cast<double>(a.size() + b.size());
}

Score by_fields(const NameParts& name, const NameParts& unit) {
  Score best;
  const auto share = dice(name.fields, unit.fields);
  if (share == 1) return {0.92, "简称或通用写法"};
  if (share == 0) return best;
  const bool inside =
      std::includes(unit.fields.begin(), unit.fields.end(), name.fields.begin(), name.fields.end()) ||
      std::includes(name.fields.begin(), name.fields.end(), unit.fields.begin(), unit.fields.end());
  take_better(best, std::min((inside ? 0.48 : 0.34) + 0.4 * share, kPartOnly),
              inside ? "职能相同或为其一部分，疑为机构调整前后的名称" : "职能相近");
  return best;
}

Score by_abbreviation(const NameParts& name, const NameParts& unit) {
  auto shorter = base::to_code_points(name.core), longer = base::to_code_points(unit.core);
  if (shorter.size() > longer.size()) std::swap(shorter, longer);
  if (shorter.size() < 2 || shorter.front() != longer.front() || !is_subsequence(shorter, longer)) return {};
  if (name.kind != unit.kind) return {};
  // Both are known fields, and they differ: 教育局 is part of 教体局 rather than short for it.
  const bool part = !name.fields.empty() && !unit.fields.empty() && dice(name.fields, unit.fields) < 1 &&
                    dice(name.fields, unit.fields) > 0;
  return {part ? kPartOnly : 0.84, part ? "职能相同或为其一部分，疑为机构调整前后的名称" : "简称"};
}

Score by_likeness(const NameParts& name, const NameParts& unit) {
  const auto alike = base::likeness(name.core, unit.core);
  return {0.75 * alike, "字面相近"};
}

Score score(const NameParts& name, const NameParts& unit, const Region& region) {
  Score best;
  if (name.core.empty() || unit.core.empty()) return best;
  if (name.core == unit.core) {
    const bool lacks = name.level == 0 && region.level != 0 && unit.level != 0;
    take_better(best, 0.97,
                lacks ? fmt::format("疑为缺“{}”字", base::to_utf8(std::u32string(1, region.level)))
                      : std::string("与单位名称一致，只是前缀写法不同"));
  } else if (!name.body.empty() || !unit.body.empty()) {
    if (name.body == unit.body) take_better(best, 0.93, "简称或通用写法");
    if (name.body.empty() != unit.body.empty())
      take_better(best, by_likeness(name, unit).confidence, "字面相近");
  } else {
    for (const auto& each : {by_fields(name, unit), by_abbreviation(name, unit), by_likeness(name, unit)})
      take_better(best, each.confidence, each.why);
  }
  // 市生态环境局 may be the city's own office rather than its branch here.
  const bool branch_only = base::ends_with(unit.core, "分局") && !base::ends_with(name.core, "分局");
  if (branch_only && rank_of(name.level, region) > 0) best.confidence = std::min(best.confidence, kPartOnly);
  best.confidence -=
      kind_penalty(name, unit) + branch_penalty(name, unit) + level_penalty(name, unit, region);
  return best;
}

Score score(const NameParts& name, const auth::Unit& unit, const Region& region) {
  Score best;
  if (name.wording.empty()) return best;
  if (base::wording(unit.name) == name.wording) return {1, "与单位全称一致"};
  if (base::wording(unit.short_name) == name.wording) return {1, "与单位简称一致"};
  best = score(name, take_apart(unit.name, region), region);
  if (!unit.short_name.empty()) {
    auto by_short = score(name, take_apart(unit.short_name, region), region);
    // A short name seldom bears the level: it must not make a superior's office one's own.
    take_better(best, by_short.confidence - 0.005, by_short.why);
  }
  return best;
}

void propose(std::vector<NameProposal>& list, std::string_view name, Meaning meaning, Id unit, Score score) {
  if (score.confidence < kLowest) return;
  list.push_back({{std::string(name), meaning, unit}, std::min(score.confidence, 1.0), std::move(score.why)});
}

void propose_groups(std::vector<NameProposal>& list, std::string_view name, const auth::UnitTree& tree,
                    const Region& region) {
  const auto group = group_meaning(name, region);
  if (!group) return;
  if (*group == Meaning::outside) {
    propose(list, name, Meaning::outside, 0, {0.7, "泛指，不是本级某个单位"});
  } else if (*group == Meaning::counties && tree.of_kind(auth::UnitKind::county).size() < 2) {
    // A plan taken over from a city: the places right below are townships here.
    propose(list, name, Meaning::townships, 0, {0.6, "泛指下一级地区，本级之下为乡镇（街道）"});
  } else {
    propose(list, name, *group, 0, {0.95, "泛指" + std::string(title_of(*group))});
  }
}

// 县政府, 县人民政府: the county itself.
void propose_root(std::vector<NameProposal>& list, std::string_view name, const NameParts& parts,
                  const auth::UnitTree& tree, const Region& region) {
  const auto* root = tree.find(tree.root());
  if (root == nullptr || !parts.core.empty() || parts.wording.empty()) return;
  if (rank_of(parts.level, region) == 0)
    propose(list, name, Meaning::unit, root->id, {0.9, "指本级党委、政府"});
}

}  // namespace

std::vector<NameProposal> propose_meanings(std::string_view name, const auth::UnitTree& tree) {
  const auto* root = tree.find(tree.root());
  const auto region = region_of(root == nullptr ? "" : root->name);
  const auto parts = take_apart(name, region);
  std::vector<NameProposal> list;
  propose_groups(list, name, tree, region);
  propose_root(list, name, parts, tree, region);
  const bool certain = !list.empty() && list.front().confidence >= 0.9;  // a group: no look-alikes beside it
  const auto special = list.empty() ? Id{0} : list.front().meaning.unit;
  for (const auto& unit : tree.all()) {
    if (!unit.active || unit.id == special) continue;
    auto each = score(parts, unit, region);
    if (!certain || each.confidence >= 0.9) propose(list, name, Meaning::unit, unit.id, std::move(each));
  }
  if (rank_of(parts.level, region) > 0)
    propose(list, name, Meaning::outside, 0, {0.72, "上级单位，不在本级单位之中"});
  std::stable_sort(list.begin(), list.end(),
                   [](const NameProposal& a, const NameProposal& b) { return a.confidence > b.confidence; });
  if (list.size() > kMost) list.resize(kMost);
  return list;
}

}  // namespace kepu::plan

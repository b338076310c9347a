#include "engines/plan/mapping.h"

#include <algorithm>

#include "core/base/text.h"
#include "engines/plan/name_parts.h"

namespace kepu::plan {
namespace {

// Departments of the party committee, which bear 县委 in front.
bool is_party_office(std::string_view name) {
  for (const auto word :
       {"宣传部", "组织部", "统战部", "政法委", "网信办", "编办", "党校", "老干部局", "机关工委",
        "直属机关工委", "政研室", "巡察办", "党史研究室", "史志办", "社会工作部", "统一战线工作部"})
    if (name == word) return true;
  return false;
}

bool is_place(const std::string& core) {
  for (const auto end : {"镇", "乡", "街道", "村", "社区", "苏木", "嘎查", "人民政府", "办事处"})
    if (base::ends_with(core, end)) return true;
  return false;
}

std::vector<Id> active_of(const auth::UnitTree& tree, std::initializer_list<auth::UnitKind> kinds) {
  std::vector<Id> ids;
  for (const auto& unit : tree.all())
    if (unit.active && std::find(kinds.begin(), kinds.end(), unit.kind) != kinds.end())
      ids.push_back(unit.id);
  return ids;
}

// Units of county kind below the root, which is itself one in a county's tree.
std::vector<Id> counties_of(const auth::UnitTree& tree) {
  auto ids = active_of(tree, {auth::UnitKind::county});
  ids.erase(std::remove(ids.begin(), ids.end(), tree.root()), ids.end());
  return ids;
}

}  // namespace

void Names::add(NameMeaning meaning) {
  auto wording = base::wording(meaning.name);
  by_wording_.insert_or_assign(std::move(wording), std::move(meaning));
}

const NameMeaning* Names::find(std::string_view name) const {
  const auto at = by_wording_.find(base::wording(name));
  return at == by_wording_.end() ? nullptr : &at->second;
}

std::vector<NameMeaning> Names::all() const {
  std::vector<NameMeaning> list;
  list.reserve(by_wording_.size());
  for (const auto& [wording, meaning] : by_wording_) list.push_back(meaning);
  std::sort(list.begin(), list.end(), [](const NameMeaning& a, const NameMeaning& b) {
    const auto order = base::compare_pinyin(a.name, b.name);
    return order != 0 ? order < 0 : a.name < b.name;
  });
  return list;
}

std::string full_unit_name(std::string_view name, std::string_view region_name) {
  auto written = base::squeeze(name);
  const auto region = region_of(region_name);
  if (region.level == 0 || written.empty() || group_meaning(written, region)) return written;
  const auto parts = take_apart(written, region);
  const bool bears_region = !region.stem.empty() && base::contains(parts.wording, region.stem);
  if (parts.level != 0 || bears_region || base::starts_with(parts.wording, "中共") || is_place(parts.wording))
    return written;
  const auto level = base::to_utf8(std::u32string(1, region.level));
  if (parts.body == "团委") return "团" + level + "委";
  return level + (is_party_office(parts.wording) ? "委" : "") + written;
}

std::vector<WrittenName> written_names(const Plan& plan) {
  std::vector<WrittenName> names;
  std::unordered_map<std::string, std::size_t> known;
  const auto note = [&](const std::vector<std::string>& list, Role role, Line line) {
    for (const auto& name : list) {
      auto wording = base::wording(name);
      if (wording.empty()) continue;
      const auto [at, is_new] = known.emplace(std::move(wording), names.size());
      if (is_new) names.push_back({name, 0, 0, line});
      auto& written = names[at->second];
      ++(role == Role::lead ? written.lead : written.responsible);
    }
  };
  for (const auto* initiative : plan.living_initiatives()) {
    note(initiative->lead, Role::lead, initiative->line);
    note(initiative->responsible, Role::responsible, initiative->line);
    for (const auto& task : initiative->tasks) {
      if (task.dropped) continue;
      note(task.lead, Role::lead, task.line);
      note(task.responsible, Role::responsible, task.line);
    }
  }
  return names;
}

std::vector<std::string> unmapped_names(const Plan& plan, const Names& names) {
  std::vector<std::string> unmapped;
  for (const auto& written : written_names(plan))
    if (names.find(written.name) == nullptr) unmapped.push_back(written.name);
  return unmapped;
}

std::vector<Id> units_of(std::string_view name, const Names& names, const auth::UnitTree& tree) {
  using auth::UnitKind;
  const auto* decided = names.find(name);
  if (decided == nullptr) return {};
  switch (decided->meaning) {
    case Meaning::unit:
      return tree.find(decided->unit) != nullptr ? std::vector<Id>{decided->unit} : std::vector<Id>{};
    case Meaning::counties:
      return counties_of(tree);
    case Meaning::townships:
      return active_of(tree, {UnitKind::township});
    case Meaning::villages:
      return active_of(tree, {UnitKind::village});
    case Meaning::departments:
      return active_of(tree, {UnitKind::department});
    case Meaning::everyone:
      return active_of(tree, {UnitKind::department, UnitKind::township});
    case Meaning::outside:
      return {};
  }
  return {};
}

}  // namespace kepu::plan

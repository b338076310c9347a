#include <algorithm>
#include <array>
#include <set>
#include <unordered_map>

#include "core/auth/auth.h"
#include "core/base/text.h"

namespace kepu::auth {
namespace {

struct KindName {
  UnitKind kind;
  std::string_view text, title;
};
constexpr std::array<KindName, 5> kKinds = {{{UnitKind::county, "county", "县级"},
                                             {UnitKind::department, "department", "部门"},
                                             {UnitKind::township, "township", "乡镇街道"},
                                             {UnitKind::village, "village", "村社区"},
                                             {UnitKind::other, "other", "其他"}}};

bool before_sibling(const Unit& a, const Unit& b) {
  if (a.position != b.position) return a.position < b.position;
  if (const int order = base::compare_pinyin(a.name, b.name); order != 0) return order < 0;
  return a.id < b.id;
}

}  // namespace

std::string_view to_text(UnitKind kind) { return kKinds[static_cast<std::size_t>(kind)].text; }
std::string_view title_of(UnitKind kind) { return kKinds[static_cast<std::size_t>(kind)].title; }

std::optional<UnitKind> parse_unit_kind(std::string_view text) {
  const std::string word = base::wording(text);
  for (const KindName& k : kKinds) {
    if (word == k.text || word == k.title) return k.kind;
  }
  static const std::unordered_map<std::string, UnitKind> kOther = {
      {"乡镇", UnitKind::township}, {"街道", UnitKind::township},       {"镇街", UnitKind::township},
      {"乡", UnitKind::township},   {"镇", UnitKind::township},         {"村", UnitKind::village},
      {"社区", UnitKind::village},  {"县直部门", UnitKind::department}, {"县直单位", UnitKind::department},
      {"县", UnitKind::county}};
  const auto found = kOther.find(word);
  return found == kOther.end() ? std::nullopt : std::optional(found->second);
}

UnitTree::UnitTree(std::vector<Unit> units) {
  std::sort(units.begin(), units.end(), before_sibling);
  std::unordered_map<Id, std::vector<std::size_t>> children;
  std::set<Id> known;
  for (const Unit& u : units) known.insert(u.id);
  for (std::size_t i = 0; i < units.size(); ++i) {
    // A unit whose superior is missing stands at the top rather than vanish.
    children[known.count(units[i].parent) != 0 && units[i].parent != units[i].id ? units[i].parent : 0]
        .push_back(i);
  }
  units_.reserve(units.size());
  end_.resize(units.size());
  // Depth first without recursion: each frame is a list of siblings, the next of them, and whose they are.
  struct Frame {
    const std::vector<std::size_t>* siblings;
    std::size_t next;
    std::size_t owner;
  };
  std::vector<Frame> stack;
  const std::size_t none = units.size();
  if (const auto top = children.find(0); top != children.end()) stack.push_back({&top->second, 0, none});
  while (!stack.empty()) {
    Frame& frame = stack.back();
    if (frame.next == frame.siblings->size()) {
      if (frame.owner != none) end_[frame.owner] = units_.size();
      stack.pop_back();
      continue;
    }
    const std::size_t at = units_.size();
    units_.push_back(std::move(units[(*frame.siblings)[frame.next++]]));
    end_[at] = at + 1;
    const auto below = children.find(units_[at].id);
    if (units_[at].id != 0 && below != children.end()) stack.push_back({&below->second, 0, at});
  }
  end_.resize(units_.size());
  by_id_.reserve(units_.size());
  for (std::size_t i = 0; i < units_.size(); ++i) by_id_.emplace_back(units_[i].id, i);
  std::sort(by_id_.begin(), by_id_.end());
}

const Unit* UnitTree::find(Id id) const {
  const auto at = std::lower_bound(by_id_.begin(), by_id_.end(), std::pair(id, std::size_t{0}));
  return at != by_id_.end() && at->first == id ? &units_[at->second] : nullptr;
}

const Unit* UnitTree::find_by_name(std::string_view name) const {
  const std::string word = base::wording(name);
  if (word.empty()) return nullptr;
  const Unit* by_short = nullptr;
  for (const Unit& u : units_) {
    if (base::wording(u.name) == word) return &u;
    if (!by_short && base::wording(u.short_name) == word) by_short = &u;
  }
  return by_short;
}

std::vector<Id> UnitTree::below(Id root) const {
  std::vector<Id> out;
  const Unit* unit = find(root);
  if (!unit) return out;
  const auto from = static_cast<std::size_t>(unit - units_.data());
  for (std::size_t i = from; i < end_[from]; ++i) out.push_back(units_[i].id);
  return out;
}

bool UnitTree::is_within(Id unit, Id root) const {
  const Unit* a = find(unit);
  const Unit* b = find(root);
  return a && b && a >= b &&
         static_cast<std::size_t>(a - units_.data()) < end_[static_cast<std::size_t>(b - units_.data())];
}

std::vector<const Unit*> UnitTree::of_kind(UnitKind kind) const {
  std::vector<const Unit*> out;
  for (const Unit& u : units_) {
    if (u.kind == kind && u.active) out.push_back(&u);
  }
  return out;
}

std::vector<const Unit*> UnitTree::children(Id parent) const {
  std::vector<const Unit*> out;
  for (const Unit& u : units_) {
    if (u.parent == parent) out.push_back(&u);
  }
  return out;
}

Id UnitTree::root() const { return units_.empty() ? 0 : units_.front().id; }

}  // namespace kepu::auth

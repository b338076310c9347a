// Who visits whom.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/base/text.h"
#include "engines/inspection/inspection.h"

namespace kepu::inspection {

bool is_barred(const auth::UnitTree& units, Id own, Id visited) {
  if (own == visited) return true;
  const Id root = units.root();
  if (own == root || visited == root) return false;
  return units.is_within(visited, own) || units.is_within(own, visited);
}

base::Result<std::vector<Pairing>> assign_inspectors(const auth::UnitTree& units,
                                                     const std::vector<Id>& visited,
                                                     const std::vector<Inspector>& inspectors, int each) {
  std::map<Id, int> load;
  std::vector<Pairing> out;
  std::vector<std::string> left;
  for (const Id unit : visited) {
    std::vector<const Inspector*> free;
    for (const auto& i : inspectors) {
      if (!is_barred(units, i.unit, unit)) free.push_back(&i);
    }
    std::stable_sort(free.begin(), free.end(), [&](const Inspector* a, const Inspector* b) {
      return load[a->person] < load[b->person];
    });
    Pairing pair{unit, {}};
    for (const auto* i : free) {
      if (static_cast<int>(pair.people.size()) == each) break;
      pair.people.push_back(i->person);
      ++load[i->person];
    }
    if (pair.people.empty()) {
      const auto* found = units.find(unit);
      left.push_back(found == nullptr ? "（已撤销单位）" : found->name);
    }
    out.push_back(std::move(pair));
  }
  if (!left.empty()) {
    return base::refuse(
        base::Code::invalid, "inspection.no_inspector",
        fmt::format("没有人可以去{}：督查人员不能查本单位和上下级单位。请再选几位别的单位的人员。",
                    base::join(left, "、")),
        "inspectors");
  }
  return out;
}

}  // namespace kepu::inspection

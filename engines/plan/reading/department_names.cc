#include "engines/plan/reading/department_names.h"

#include <algorithm>
#include <map>
#include <set>

namespace kepu::plan::grammar {
namespace {

struct Use {
  int count = 0;
  Line line = 0;
  std::set<int> lists;
};

// 县人社局 is 县人力资源社会保障局 with characters left out.
bool abbreviates(View shorter, View longer) {
  if (shorter.size() >= longer.size() || shorter.front() != longer.front() || shorter.back() != longer.back())
    return false;
  std::size_t at = 0;
  for (char32_t c : longer)
    if (at < shorter.size() && c == shorter[at]) ++at;
  return at == shorter.size();
}

bool share_a_list(const Use& a, const Use& b) {
  return std::any_of(a.lists.begin(), a.lists.end(), [&](int l) { return b.lists.count(l) > 0; });
}

}  // namespace

std::vector<NameRemark> remarks_on_names(const std::vector<NamedDepartment>& all) {
  constexpr std::size_t kMostNames = 400;  // pairs are compared; no plan names more
  std::map<Chars, Use> uses;
  for (const NamedDepartment& d : all) {
    const Chars name = wording(d.name);
    if (name.size() < 2 || (uses.size() >= kMostNames && uses.count(name) == 0)) continue;
    Use& use = uses[name];
    if (use.count++ == 0) use.line = d.line;
    use.lists.insert(d.list);
  }
  std::vector<NameRemark> out;
  for (const auto& [name, use] : uses) {
    for (char32_t area : {U'县', U'区', U'市', U'旗', U'省', U'州'}) {
      const auto full = uses.find(Chars(1, area) + name);
      if (full != uses.end() && full->second.count > use.count)
        out.push_back({name, full->first, use.line, true});
    }
    if (name.size() < 4 || one_of(name[1], U"委直")) continue;
    for (const auto& [other, other_use] : uses) {
      if (!abbreviates(name, other) || share_a_list(use, other_use)) continue;
      const bool rarer = use.count <= other_use.count;
      out.push_back(rarer ? NameRemark{name, other, use.line, false}
                          : NameRemark{other, name, other_use.line, false});
    }
  }
  return out;
}

}  // namespace kepu::plan::grammar

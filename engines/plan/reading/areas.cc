#include "engines/plan/reading/areas.h"

#include <algorithm>

namespace kepu::plan::grammar {

// 彭水苗族土家族自治县人民政府办公室 → 彭水苗族土家族自治县
Chars area_of_issuer(View issuer) {
  for (View body : {View(U"人民政府"), View(U"科学技术协会"), View(U"行政公署"), View(U"全民科学素质"),
                    View(U"政府办公室"), View(U"科协"), View(U"委员会")}) {
    const std::size_t at = issuer.find(body);
    if (at == View::npos || at < 2) continue;
    View area = issuer.substr(0, at);
    if (starts(area, U"中共")) area.remove_prefix(2);
    return Chars(area);
  }
  return {};
}

// 重庆市渝中区 → {重庆市, 渝中区}; 江西省上饶市万年县 → {江西省上饶市, 万年县}; 岚江县 → {"", 岚江县}
std::pair<Chars, Chars> split_area(View area) {
  static const Words kHigher = {U"省", U"市", U"自治区", U"自治州", U"地区", U"盟", U"州"};
  std::size_t cut = 0;
  for (std::size_t i = 2; i + 2 <= area.size(); ++i)
    if (ends_any(area.substr(0, i), kHigher) && area.size() - i >= 2) {
      const View rest = area.substr(i);
      if (rest == View(U"区") || starts(rest, U"区") || starts(rest, U"治") || starts(rest, U"县")) continue;
      if (!one_of(rest.back(), U"省市县区旗州盟")) continue;
      cut = i;
    }
  return {Chars(area.substr(0, cut)), Chars(area.substr(cut))};
}

bool is_area(View text) {
  return text.size() >= 2 && text.size() <= 24 && one_of(text.back(), U"省市县区旗州盟") &&
         !has_any(text, {U"，", U"的", U"全"});
}

// The area that a document's title begins with: 彭水自治县全民科学素质行动… → 彭水自治县
Chars area_of_title(View title) {
  std::size_t at = std::min(
      {title.find(U"全民科学素质"), title.find(U"公民科学素质"), title.find(U"科学素质"), title.size()});
  View area = title.substr(0, at);
  for (View verb : {View(U"贯彻落实"), View(U"贯彻实施"), View(U"实施"), View(U"落实"), View(U"贯彻")})
    while (ends(area, verb)) area.remove_suffix(verb.size());
  while (!area.empty() && one_of(area.back(), U"《<〈“")) area.remove_suffix(1);
  if (const std::size_t issued = area.rfind(U"印发"); issued != View::npos) area = area.substr(issued + 2);
  if (const std::size_t about = area.rfind(U"关于"); about != View::npos) area = area.substr(about + 2);
  while (!area.empty() && one_of(area.front(), U"《<〈“")) area.remove_prefix(1);
  return is_area(area) ? Chars(area) : Chars{};
}

}  // namespace kepu::plan::grammar

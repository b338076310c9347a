// 没满足的需求: orders that were asked for and came to nothing for want of supply; and what such orders ask
// for in people's own words. Pure rules: no SQL, no HTML, no clock.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engines/orders/orders.h"

namespace kepu::orders {

// 菜单里没有: free text, refused. 安排不了: a service of the menu, refused. 没人来: withdrawn after its clock
// had run out, before anybody served. 超时没有队伍: still open, its clock has run out and no team has taken
// it. 不属于科普服务: refused, and the county office has said that it is no need of this kind: not counted.
enum class Unmet { none, no_service, no_supply, nobody_came, late, outside };
std::string_view to_text(Unmet unmet);  // empty for none
std::string_view title_of(Unmet unmet);
std::optional<Unmet> parse_unmet(std::string_view text);
inline constexpr Unmet kCountedUnmet[] = {Unmet::no_service, Unmet::no_supply, Unmet::nobody_came,
                                          Unmet::late};

// What an order that has just ended tells; `before` as it was, with its clock. None for one that was served,
// merged, or withdrawn in time.
Unmet unmet_of(const Order& before, const Order& after, Millis now);
// Of an open order, at this moment.
bool is_late_without_team(const Order& order, Millis now);

// What many titles have in common: the longest runs of 2 … 8 characters that stand in at least `least` of
// them, most frequent first, at most `most`. A run inside a longer one that is as frequent is left out, and
// so are runs that begin or end in the middle of a form of words (请, 的, 怎么 …). What stands in fewer
// titles than `least` is never shown: it could name somebody. `least` ≥ 2.
struct Phrase {
  std::string words;
  int titles = 0;
};
std::vector<Phrase> common_phrases(const std::vector<std::string>& titles, int least, std::size_t most);

}  // namespace kepu::orders

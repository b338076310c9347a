// What the pages of need and supply share.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "engines/orders/pages/order_desk.h"

namespace kepu::orders {

// Placed in this year, up to today.
struct Year {
  int number = 0;
  Date today;
  Date from() const { return {number, 1, 1}; }
  Date to() const { return number == today.year ? today : Date{number, 12, 31}; }
  int months() const { return to().month; }
};
// Of the address; this one where it names none, or one to come.
Year year_of(const Context& context);
html::Content year_choice(const Context& context, Year year, const std::string& url);

// What the person may see.
UnmetQuery query_of(const Context& context, Year year);
inline constexpr std::string_view kUnmetNote =
    "没满足：不予受理的（经县科协核对不属于科普服务的除外）、超过时限还没有队伍的、久等没人来而取消的";
// The records behind a figure.
std::string unmet_url(Year year, Id township = 0, std::string_view kind = {}, int month = 0,
                      std::optional<Unmet> why = std::nullopt);

void add_unmet_pages(site::Site& site, OrdersEngine& engine);

}  // namespace kepu::orders

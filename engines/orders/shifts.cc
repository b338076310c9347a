#include "engines/orders/shifts.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/base/words.h"

namespace kepu::orders {

namespace {

using base::Code;

constexpr base::Word<Role> kRoleWords[] = {{Role::lead, "lead", "领队"},
                                           {Role::speak, "speak", "讲师"},
                                           {Role::help, "help", "助手"},
                                           {Role::drive, "drive", "司机"}};
constexpr Millis kHour = 3'600'000;

}  // namespace

std::string_view to_text(Role role) { return base::word_of(kRoleWords, role).text; }
std::string_view title_of(Role role) { return base::word_of(kRoleWords, role).title; }
std::optional<Role> parse_role(std::string_view text) { return base::parse_word(kRoleWords, text); }
const std::vector<Role>& roles() {
  static const std::vector<Role> kAll = {Role::lead, Role::speak, Role::help, Role::drive};
  return kAll;
}

Span span_of(const Order& o) {
  const Millis day = base::start_of(*o.day);
  if (o.to == 0) return {day + 8 * kHour, day + 20 * kHour};
  return {day + static_cast<Millis>(o.from) * 60'000, day + static_cast<Millis>(o.to) * 60'000};
}

base::Errors check_shift(const Shift& shift, const Span& agreed) {
  base::Errors errors;
  if (shift.to <= shift.from || shift.to - shift.from > kLongestShift) {
    errors.push_back({Code::invalid, "shift.time", "to", "结束要晚于开始，一个班次不超过 16 小时。"});
  } else if (shift.from < agreed.from - 4 * kHour || shift.to > agreed.to + 4 * kHour) {
    errors.push_back({Code::invalid, "shift.time", "from",
                      fmt::format("班次要在约定时间前后 4 小时以内：约定的是 {} 至 {}。",
                                  base::to_local(agreed.from), base::to_local(agreed.to).substr(11))});
  }
  if (shift.places < 1 || shift.places > kMostPlaces)
    errors.push_back(
        {Code::invalid, "shift.places", "places", fmt::format("人数要在 1 到 {} 之间。", kMostPlaces)});
  return errors;
}

const Duty* clash_of(const Shift& shift, std::span<const Duty> duties, int travel) {
  for (const auto& d : duties) {
    if (d.shift == shift.id) continue;
    const Millis way = d.order == shift.order ? 0 : static_cast<Millis>(travel) * 60'000;
    if (d.from < shift.to + way && d.to + way > shift.from) return &d;
  }
  return nullptr;
}

std::optional<Role> role_in(Millis from, Millis to, std::span<const Duty> duties) {
  const Millis end = to == 0 ? std::numeric_limits<Millis>::max() : to;
  const Duty* best = nullptr;
  Millis most = 0;
  for (const auto& d : duties) {
    const Millis shared = std::min(end, d.to) - std::max(from, d.from);
    if (shared > most || (shared == most && best != nullptr && d.from < best->from)) {
      most = shared;
      best = &d;
    }
  }
  return best == nullptr ? std::nullopt : std::optional(best->role);
}

}  // namespace kepu::orders

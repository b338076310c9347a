#include "engines/registers/bookings.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/words.h"

namespace kepu::registers {
namespace {

constexpr base::Word<BookingState> kStates[] = {{BookingState::asked, "asked", "待确认"},
                                                {BookingState::approved, "approved", "已同意"},
                                                {BookingState::refused, "refused", "未同意"},
                                                {BookingState::cancelled, "cancelled", "已取消"},
                                                {BookingState::returned, "returned", "已归还"}};
constexpr base::Word<Condition> kConditions[] = {{Condition::good, "good", "完好"},
                                                 {Condition::damaged, "damaged", "有损坏"},
                                                 {Condition::incomplete, "incomplete", "有缺失"}};

}  // namespace

std::string_view to_text(BookingState s) { return base::word_of(kStates, s).text; }
std::string_view title_of(BookingState s) { return base::word_of(kStates, s).title; }
std::optional<BookingState> parse_booking_state(std::string_view text) {
  return base::parse_word(kStates, text);
}
std::string_view to_text(Condition c) { return base::word_of(kConditions, c).text; }
std::string_view title_of(Condition c) { return base::word_of(kConditions, c).title; }
std::optional<Condition> parse_condition(std::string_view text) {
  return base::parse_word(kConditions, text);
}

std::optional<DaySpan> held(const Booking& b) {
  if (b.state == BookingState::asked || b.state == BookingState::approved) return DaySpan{b.first, b.last};
  if (b.state != BookingState::returned || !b.returned_on || *b.returned_on < b.first) return std::nullopt;
  return DaySpan{b.first, std::min(b.last, *b.returned_on)};
}

const Booking* clash(std::span<const Booking> all, base::Date first, base::Date last) {
  for (const auto& b : all) {
    const auto days = held(b);
    if (days && !(days->last < first) && !(last < days->first)) return &b;
  }
  return nullptr;
}

bool is_overdue(const Booking& b, base::Date today) {
  return b.state == BookingState::approved && b.last < today;
}

base::Done check_days(base::Date first, base::Date last, base::Date today) {
  const auto refuse = [](std::string message, std::string field) {
    return base::refuse(base::Code::invalid, "booking.days", std::move(message), std::move(field));
  };
  if (first < today) return refuse("借用从今天或以后开始。", "first");
  if (last < first) return refuse("归还日期早于开始日期，请对调。", "last");
  const auto days = base::to_days(last) - base::to_days(first) + 1;
  if (days > kMostBookedDays)
    return refuse(
        fmt::format("一次最多借 {} 天，现在是 {} 天。需要更久的，到期再约。", kMostBookedDays, days), "last");
  if (base::to_days(first) - base::to_days(today) > kMostDaysAhead)
    return refuse("最早提前一年预约。", "first");
  return {};
}

std::string days_text(base::Date first, base::Date last, base::Date today) {
  const auto one = [&](base::Date d, int year) {
    return d.year == year ? fmt::format("{}月{}日", d.month, d.day)
                          : fmt::format("{}年{}月{}日", d.year, d.month, d.day);
  };
  const std::string from = one(first, today.year);
  return first == last ? from : from + "至" + one(last, first.year);
}

}  // namespace kepu::registers

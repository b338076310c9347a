#include "engines/points/ledger_rows.h"

#include <fmt/format.h>

#include "core/base/text.h"

namespace kepu::points {

Booking booking_from(const sql::Row& r) {
  Booking b;
  b.number = r.integer(0);
  b.at = r.integer(1);
  b.entry = parse_entry(r.view(2)).value_or(Entry::issue);
  b.person = r.integer(3);
  b.name = r.text(4);
  b.points = static_cast<int>(r.integer(5));
  b.day = base::parse_date(r.view(6)).value_or(Date{});
  b.source = r.text(7);
  b.words = r.text(8);
  b.by = r.text(9);
  b.rules = static_cast<int>(r.integer(10));
  b.hash = r.text(11);
  return b;
}

// The numbers in the first line, the rules below.
std::string to_text(const Rules& r) {
  return fmt::format("{} {} {} {} {}\n{}", r.day_cap, r.month_cap, r.filled_percent, r.years, r.pickup_days,
                     rules_text(r.rules));
}

void read_into(Rules& r, std::string_view text) {
  const auto end = text.find('\n');
  const auto numbers = base::split(text.substr(0, end), " ");
  int* const fields[] = {&r.day_cap, &r.month_cap, &r.filled_percent, &r.years, &r.pickup_days};
  for (std::size_t i = 0; i < numbers.size() && i < std::size(fields); ++i)
    *fields[i] = static_cast<int>(base::parse_int(numbers[i]).value_or(*fields[i]));
  // Kinds and registers may have other names by now: what was set then stays as it was.
  if (end != std::string_view::npos) r.rules = parse_stored_rules(text.substr(end + 1));
}

std::string iso_or_empty(const std::optional<Date>& date) {
  return date ? base::to_iso(*date) : std::string();
}

}  // namespace kepu::points

// Clocks of orders on the working calendar.
#include <algorithm>

#include "engines/orders/orders.h"

namespace kepu::orders {

namespace {

constexpr Millis kMinute = 60'000;

struct Window {  // office hours of a day as instants
  Millis open, close;
};
Window window_of(Date day, OfficeHours hours) {
  const Millis start = base::start_of(day);
  return {start + hours.from * kMinute, start + hours.to * kMinute};
}
Date next(Date day) { return base::from_days(base::to_days(day) + 1); }

}  // namespace

Millis after_working(Millis start, int minutes, const calendar::Calendar& calendar, OfficeHours hours) {
  Millis left = static_cast<Millis>(std::max(minutes, 0)) * kMinute;
  Millis at = start;
  if (left == 0) return at;
  for (Date day = base::date_of(start);; day = next(day)) {
    if (!calendar.is_working_day(day)) continue;
    const Window w = window_of(day, hours);
    const Millis from = std::clamp(at, w.open, w.close);
    if (w.close - from >= left) return from + left;
    left -= w.close - from;
    at = w.close;
  }
}

int working_minutes(Millis from, Millis to, const calendar::Calendar& calendar, OfficeHours hours) {
  if (to <= from) return 0;
  const Date first = base::date_of(from), last = base::date_of(to);
  const auto share = [&](Date day) -> Millis {
    if (!calendar.is_working_day(day)) return 0;
    const Window w = window_of(day, hours);
    return std::max<Millis>(0, std::min(to, w.close) - std::max(from, w.open));
  };
  Millis sum = share(first);
  if (first != last) {
    sum += share(last);
    // Whole days between are counted by the calendar.
    const Date before_last = base::from_days(base::to_days(last) - 1);
    if (first < before_last)
      sum += static_cast<Millis>(calendar.working_days_between(first, before_last)) *
             (hours.to - hours.from) * kMinute;
  }
  return static_cast<int>(sum / kMinute);
}

Millis due_of(const Order& o, const Terms& terms, const calendar::Calendar& calendar) {
  const auto after = [&](int minutes) { return after_working(o.since, minutes, calendar); };
  switch (o.state) {
    case State::placed:
      return after(terms.check);
    case State::dispatched:
      return after(terms.claim);
    case State::claimed:
      return after(terms.find_team);
    case State::accepted:
    case State::serving: {
      Date day = base::date_of(o.since);
      if (o.day) {
        day = *o.day;
      } else if (!o.days.empty()) {
        day = std::max(day, o.days.back());
      }
      return base::start_of(base::from_days(base::to_days(day) + 2)) - 1;  // with the end of the next day
    }
    case State::served:
      return after(terms.confirm);
    case State::review:
      return after(terms.review);
    default:
      return 0;
  }
}

}  // namespace kepu::orders

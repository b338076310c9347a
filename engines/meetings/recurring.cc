#include "engines/meetings/recurring.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"

namespace kepu::meetings {
namespace {

constexpr int kMostPeriods = 200;

int months_of(Every every) { return every == Every::quarter ? 3 : every == Every::half ? 6 : 12; }

Date day_before(Date day) { return base::from_days(base::to_days(day) - 1); }

}  // namespace

PeriodStanding period_of(Every every, Date day) {
  const int months = months_of(every);
  PeriodStanding p;
  p.first = {day.year, (day.month - 1) / months * months + 1, 1};
  const int next = p.first.month + months;
  p.last = day_before(next > 12 ? Date{day.year + 1, 1, 1} : Date{day.year, next, 1});
  return p;
}

std::string title_of(Every every, Date day) {
  switch (every) {
    case Every::quarter:
      return fmt::format("{}年第{}季度", day.year, base::chinese_numeral((day.month - 1) / 3 + 1));
    case Every::half:
      return fmt::format("{}年{}半年", day.year, day.month <= 6 ? "上" : "下");
    case Every::year:
      return fmt::format("{}年", day.year);
  }
  return "";
}

std::vector<PeriodStanding> standings_of(const Recurring& r, std::vector<Happened> happened, Date today) {
  std::stable_sort(happened.begin(), happened.end(),
                   [](const Happened& a, const Happened& b) { return a.day < b.day; });
  std::vector<PeriodStanding> out;
  Date at = r.since;
  while (at <= today && static_cast<int>(out.size()) < kMostPeriods) {
    PeriodStanding p = period_of(r.every, at);
    if (r.ended && p.first > *r.ended) break;
    p.needed = r.times;
    for (const auto& h : happened) {
      if (p.first <= h.day && h.day <= p.last) p.happened.push_back(h);
    }
    const bool enough = static_cast<int>(p.happened.size()) >= p.needed;
    p.state = enough ? PeriodState::done : p.last < today ? PeriodState::late : PeriodState::due;
    at = base::from_days(base::to_days(p.last) + 1);
    out.push_back(std::move(p));
  }
  std::reverse(out.begin(), out.end());
  return out;
}

ProvenShare proven_between(const std::vector<PeriodStanding>& standings, Date from, Date to) {
  ProvenShare share;
  for (const auto& p : standings) {
    if (p.last < from || p.last > to) continue;
    // A period of which the last day is still running is not over.
    if (p.state == PeriodState::due) continue;
    ++share.periods;
    if (p.state == PeriodState::done) ++share.proven;
  }
  return share;
}

}  // namespace kepu::meetings

#include "engines/indicators/due_values.h"

#include <algorithm>
#include <map>
#include <utility>

namespace kepu::indicators {

std::vector<DueValue> due_values(const ManualMetric& metric, const std::vector<Id>& fillers,
                                 const std::vector<ManualValue>& values, base::Date today) {
  std::map<std::pair<Id, base::Date>, const ManualValue*> by_key;
  for (const auto& v : values) {
    if (v.metric == metric.id) by_key[{v.unit, v.last}] = &v;
  }
  std::vector<DueValue> out;
  auto periods = periods_between(metric.frequency, metric.from, today);
  std::reverse(periods.begin(), periods.end());
  for (const auto& period : periods) {
    for (const Id unit : fillers) {
      const auto at = by_key.find({unit, period.last});
      out.push_back({&metric, unit, period, base::from_days(base::to_days(period.last) + metric.due_days),
                     at == by_key.end() ? nullptr : at->second});
    }
  }
  return out;
}

}  // namespace kepu::indicators

// Which values of manual metrics are due from whom. Pure.
#pragma once

#include <vector>

#include "engines/indicators/manual.h"

namespace kepu::indicators {

// One metric, unit and period to be filled in.
struct DueValue {
  const ManualMetric* metric = nullptr;
  Id unit = 0;
  Period period;
  base::Date due;                      // the last day for it
  const ManualValue* value = nullptr;  // the newest; null: nothing yet
  // Nothing yet, or returned.
  bool open() const { return value == nullptr || value->state == ValueState::returned; }
};

// Every period that is over by `today`, newest first, for each filler of the metric.
std::vector<DueValue> due_values(const ManualMetric& metric, const std::vector<Id>& fillers,
                                 const std::vector<ManualValue>& values, base::Date today);

}  // namespace kepu::indicators

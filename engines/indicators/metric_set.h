// 指标集: metrics that another scheme or a superior asks for in its own form (capacity monitoring of the
// superior, the civilised-city index), with the numbers and words that stand there. What is handed in is
// frozen: a later correction changes no old submission. Plain values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engines/indicators/target_status.h"

namespace kepu::indicators {

struct SetItem {
  Id id = 0;
  std::string code;   // in the other scheme: Ⅲ-12
  std::string title;  // as it stands there; empty: the metric's own
  std::string metric;
  Span span = Span::yearly;  // of a year, of the plan until its end, or as it is on its last day
};

struct MetricSet {
  Id id = 0;
  std::string title;      // 公共文化服务测评（文明城市）
  std::string recipient;  // who asks for it: 县文明办
  std::string note;
  std::vector<SetItem> items;  // in order
  std::int64_t revision = 0;
  std::string edited_by;
  base::Millis edited_at = 0;
};

// A value as it was handed in, or as it is now.
struct SetValue {
  std::string code, title, metric, unit;
  int decimals = 0;
  std::optional<double> value;
  std::string why;  // where it is none or incomplete
};

struct Submission {
  Id id = 0;
  Id set = 0;
  int year = 0;
  int number = 1;  // 1, 2, … of this set and year
  std::string note;
  std::string by;
  base::Millis at = 0;
  std::vector<SetValue> values;
};

// Refuses indicators.title, indicators.recipient.
base::Errors check(const MetricSet& set);
// The days over which an item counts for a year; `today` is the last day that can be known, `plan_first`
// where sums begin.
metric::Question question_of(const SetItem& item, Id tenant, int year, base::Date plan_first,
                             base::Date today);

}  // namespace kepu::indicators

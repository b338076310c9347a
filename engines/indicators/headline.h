// 公民具备科学素质的比例: readings over the years from surveys, with their intervals, and those of the
// superior areas beside them. A quiz says nothing about it. Pure: no SQL, no HTML, no clock.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "engines/indicators/target_status.h"

namespace kepu::indicators {

// One reading of the share of an area and a group in a year. Percent.
struct Reading {
  Id id = 0;
  std::string area;   // empty: the county itself; 澄州市, 江南省, 全国
  std::string group;  // empty: all citizens; 城镇居民, 农村居民, 男性 …
  int year = 0;
  int number = 0;  // 1, 2, … of this area, group and year: a correction has the next number
  double value = 0;
  std::optional<double> low, high;  // 95 %
  std::optional<std::int64_t> sample;
  std::string source;  // 中国科协第十四次中国公民科学素质抽样调查
  std::string note, reason;
  std::string by_name;
  base::Millis at = 0;
};

// Refuses, all at once: indicators.year, .value (not within 0—100), .interval (only one end, or the value
// outside), .sample, .source (none), .quiz (a source that speaks of 竞赛, 答题 or 知识测试).
base::Errors check(const Reading& reading, int this_year);
// Whether a text claims the literacy share, so that no quiz may stand for it.
bool is_literacy(const plan::TargetItem& target);

// The county's own newest reading of all citizens up to a year; null where none.
const Reading* newest(const std::vector<Reading>& readings, std::string_view area, std::string_view group,
                      int to_year);
// The reading of all citizens of the superior area that a relative target names (全市平均水平: an area that
// ends in 市, 全省 in 省, 全国), of that year; null where none.
const Reading* reference_for(const std::vector<Reading>& readings, std::string_view relative_to, int year);
Measured measured_of(const Reading& reading);

// Reading and reference compared: surely above, surely below, or neither, where their 95 % intervals
// (independent surveys) do not decide. Without both intervals nothing is decided.
enum class Compared { above, below, undecided };
struct Comparison {
  Compared result = Compared::undecided;
  double gap = 0;  // reading − reference, percentage points
  std::optional<double> low, high;
  std::string why;
};
Comparison compare(const Reading& reading, const Reading& reference);

// Straight line through the county's readings with intervals (weighted by their variances, standard errors
// from the intervals as (high − low)/(2 · 1.96)), to the year asked for, with its 80 % interval for the share
// itself. At least three readings of different years with intervals; else none and `why`.
struct Trend {
  std::optional<double> value, low, high;
  std::optional<double> slope, slope_low, slope_high;  // percentage points a year, 95 %
  std::string why;
};
Trend trend_to(const std::vector<Reading>& readings, int year);

}  // namespace kepu::indicators

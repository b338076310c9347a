// 人工指标: figures from outside the platform, declared by the office and filled in by units for periods,
// with their source. Pure: no SQL, no HTML, no clock.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/metric/metric.h"

namespace kepu::indicators {

using base::Id;

enum class Frequency { month, quarter, half_year, year };
std::string_view to_text(Frequency frequency);
std::string_view title_of(Frequency frequency);  // 每月 每季度 每半年 每年
std::optional<Frequency> parse_frequency(std::string_view text);

struct Period {
  base::Date first, last;
  bool operator==(const Period&) const = default;
};
std::string title_of(Frequency frequency, const Period& period);  // 2026年二季度
Period period_of(Frequency frequency, base::Date day);
// The period that ends on that day; none where none does.
std::optional<Period> period_ending(Frequency frequency, base::Date last);
// Whole periods that begin on or after `from` and end on or before `to`, oldest first.
std::vector<Period> periods_between(Frequency frequency, base::Date from, base::Date to);

// Who fills it in.
enum class Fillers { county, townships, listed };  // 县里一个数 / 各乡镇（街道） / 指定单位
std::string_view to_text(Fillers fillers);
std::string_view title_of(Fillers fillers);
std::optional<Fillers> parse_fillers(std::string_view text);

struct ManualMetric {
  Id id = 0;
  std::string title, unit, definition;
  metric::Nature nature = metric::Nature::flow;
  metric::Counting counting = metric::Counting::amount;
  int decimals = 0;
  Frequency frequency = Frequency::year;
  Fillers fillers = Fillers::townships;
  std::vector<Id> units;  // for listed
  base::Date from;        // the first period begins on or after this day
  int due_days = 15;      // after the end of a period
  bool active = true;
  std::int64_t revision = 0;
  std::string edited_by;
  base::Millis edited_at = 0;

  // Whether values of several units, or of several periods, may be added: never people, never a share.
  bool adds_up() const;
  std::string metric_id() const;  // manual.ID
};
std::optional<Id> manual_id(std::string_view metric_id);
// Refuses indicators.title, .unit, .definition, .decimals, .due_days, .units (listed without any), all at
// once.
base::Errors check(const ManualMetric& metric);
metric::Metric as_metric(const ManualMetric& metric);

enum class ValueState { submitted, confirmed, returned };  // 待确认 已确认 已退回
std::string_view to_text(ValueState state);
std::string_view title_of(ValueState state);
std::optional<ValueState> parse_value_state(std::string_view text);

// One value as it was typed in; a correction is a further one with the next number, the old stays.
struct ManualValue {
  Id id = 0;
  Id metric = 0;
  Id unit = 0;      // 0: the county's own
  base::Date last;  // of its period
  int number = 0;   // 1, 2, … of this metric, unit and period
  double value = 0;
  std::string source, note;  // on what it rests
  std::string reason;        // of a correction
  ValueState state = ValueState::submitted;
  Id by = 0;  // the person
  std::string by_name;
  base::Millis at = 0;
  std::string decided_by, decision_note;
  base::Millis decided_at = 0;
};

// The answer over the current values (one a unit and period, any state) of the units asked for. `expected`:
// the units that should have filled in, {0} for the county's own. Only confirmed values count; what is
// missing or waits is said in `why`, beside the value or in its stead. Flow: the sum of the periods that lie
// in the question whole. Stock: the newest period that ended by its last day, the same for all units. What
// does not add up has a value only where one unit and one period answer.
metric::Answer answer_of(const ManualMetric& metric, const std::vector<ManualValue>& values,
                         const std::vector<Id>& expected, base::Date from, base::Date to);

}  // namespace kepu::indicators

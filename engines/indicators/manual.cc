#include "engines/indicators/manual.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/base/text.h"

namespace kepu::indicators {

using base::Date;

namespace {

int months_of(Frequency frequency) {
  switch (frequency) {
    case Frequency::month:
      return 1;
    case Frequency::quarter:
      return 3;
    case Frequency::half_year:
      return 6;
    case Frequency::year:
      return 12;
  }
  return 12;
}

// The last day of the month that is `months` after the one of `day`, minus a day of its beginning.
Date last_before(int year, int month) {
  const int y = year + (month - 1) / 12, m = (month - 1) % 12 + 1;
  return base::from_days(base::to_days({y, m, 1}) - 1);
}

Date next_day(Date day) { return base::from_days(base::to_days(day) + 1); }

template <class E, std::size_t N>
std::optional<E> parse(const E (&all)[N], std::string_view text) {
  for (const E e : all) {
    if (text == to_text(e)) return e;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_text(Frequency frequency) {
  constexpr std::string_view kNames[] = {"month", "quarter", "half_year", "year"};
  return kNames[static_cast<std::size_t>(frequency)];
}
std::string_view title_of(Frequency frequency) {
  constexpr std::string_view kNames[] = {"每月", "每季度", "每半年", "每年"};
  return kNames[static_cast<std::size_t>(frequency)];
}
std::optional<Frequency> parse_frequency(std::string_view text) {
  constexpr Frequency kAll[] = {Frequency::month, Frequency::quarter, Frequency::half_year, Frequency::year};
  return parse(kAll, text);
}

std::string title_of(Frequency frequency, const Period& period) {
  constexpr std::string_view kQuarters[] = {"一季度", "二季度", "三季度", "四季度"};
  const auto [year, month, day] = period.first;
  switch (frequency) {
    case Frequency::month:
      return fmt::format("{}年{}月", year, month);
    case Frequency::quarter:
      return fmt::format("{}年{}", year, kQuarters[static_cast<std::size_t>((month - 1) / 3)]);
    case Frequency::half_year:
      return fmt::format("{}年{}", year, month == 1 ? "上半年" : "下半年");
    case Frequency::year:
      return fmt::format("{}年", year);
  }
  return "";
}

Period period_of(Frequency frequency, Date day) {
  const int months = months_of(frequency);
  const int month = (day.month - 1) / months * months + 1;
  return {{day.year, month, 1}, last_before(day.year, month + months)};
}

std::optional<Period> period_ending(Frequency frequency, Date last) {
  const Period period = period_of(frequency, last);
  return period.last == last ? std::optional(period) : std::nullopt;
}

std::vector<Period> periods_between(Frequency frequency, Date from, Date to) {
  std::vector<Period> out;
  Period p = period_of(frequency, from);
  if (p.first < from) p = period_of(frequency, next_day(p.last));
  for (; p.last <= to; p = period_of(frequency, next_day(p.last))) out.push_back(p);
  return out;
}

std::string_view to_text(Fillers fillers) {
  constexpr std::string_view kNames[] = {"county", "townships", "listed"};
  return kNames[static_cast<std::size_t>(fillers)];
}
std::string_view title_of(Fillers fillers) {
  constexpr std::string_view kNames[] = {"县里填一个数", "各乡镇（街道）分别填", "指定的单位分别填"};
  return kNames[static_cast<std::size_t>(fillers)];
}
std::optional<Fillers> parse_fillers(std::string_view text) {
  constexpr Fillers kAll[] = {Fillers::county, Fillers::townships, Fillers::listed};
  return parse(kAll, text);
}

std::string_view to_text(ValueState state) {
  constexpr std::string_view kNames[] = {"submitted", "confirmed", "returned"};
  return kNames[static_cast<std::size_t>(state)];
}
std::string_view title_of(ValueState state) {
  constexpr std::string_view kNames[] = {"待确认", "已确认", "已退回"};
  return kNames[static_cast<std::size_t>(state)];
}
std::optional<ValueState> parse_value_state(std::string_view text) {
  constexpr ValueState kAll[] = {ValueState::submitted, ValueState::confirmed, ValueState::returned};
  return parse(kAll, text);
}

bool ManualMetric::adds_up() const {
  return counting != metric::Counting::people && !base::contains(unit, "%") && !base::contains(unit, "％") &&
         !base::contains(unit, "‰");
}

std::string ManualMetric::metric_id() const { return fmt::format("manual.{}", id); }

std::optional<Id> manual_id(std::string_view metric_id) {
  constexpr std::string_view kFront = "manual.";
  if (metric_id.substr(0, kFront.size()) != kFront) return std::nullopt;
  return base::parse_id(metric_id.substr(kFront.size()));
}

base::Errors check(const ManualMetric& m) {
  base::Errors errors;
  const auto add = [&](const char* field, const char* message) {
    errors.push_back({base::Code::invalid, std::string("indicators.") + field, field, message});
  };
  if (base::trim(m.title).empty()) add("title", "请填写指标名称。");
  if (base::trim(m.unit).empty()) add("unit", "请填写计量单位，例如 人、场、万元、%。");
  if (base::trim(m.definition).empty()) {
    add("definition", "请写明口径：什么算、什么不算，各单位按同一口径填报，数才能相加和比较。");
  }
  if (m.decimals < 0 || m.decimals > 4) add("decimals", "小数位数应在 0 到 4 之间。");
  if (m.due_days < 0 || m.due_days > 180) add("due_days", "填报期限应在每期结束后 0 到 180 天之间。");
  if (m.fillers == Fillers::listed && m.units.empty()) add("units", "请至少选择一个填报单位。");
  return errors;
}

metric::Metric as_metric(const ManualMetric& m) {
  return {m.metric_id(), m.title,    m.unit,     m.definition,
          m.nature,      m.counting, m.decimals, m.fillers != Fillers::county,
          true};
}

namespace {

struct Tally {
  double sum = 0;
  std::int64_t confirmed = 0, waiting = 0, returned = 0, missing = 0;
  void add(const ManualValue* value) {
    if (value == nullptr) {
      ++missing;
    } else if (value->state == ValueState::confirmed) {
      sum += value->value;
      ++confirmed;
    } else {
      ++(value->state == ValueState::submitted ? waiting : returned);
    }
  }
  std::string lacking() const {
    std::vector<std::string> parts;
    if (missing > 0) parts.push_back(fmt::format("{} 个数没有填报", missing));
    if (waiting > 0) parts.push_back(fmt::format("{} 个数待确认", waiting));
    if (returned > 0) parts.push_back(fmt::format("{} 个数已退回", returned));
    return parts.empty() ? "" : "另有 " + base::join(parts, "、") + "，没有计入。";
  }
};

using Key = std::pair<Id, Date>;

metric::Answer finished(const ManualMetric& m, const Tally& tally, bool single, std::string about) {
  metric::Answer out;
  out.records = tally.confirmed;
  out.why = tally.lacking();
  if (tally.confirmed == 0) {
    out.why = out.why.empty() ? "这段时间没有已确认的数。" : "没有已确认的数。" + out.why;
    return out;
  }
  if (!m.adds_up() && (!single || tally.confirmed > 1)) {
    out.why = "人数和比例不能由各单位、各期相加，请到各单位、各期分别查看。";
    return out;
  }
  out.value = tally.sum;
  out.why += about;
  return out;
}

}  // namespace

metric::Answer answer_of(const ManualMetric& m, const std::vector<ManualValue>& values,
                         const std::vector<Id>& expected, Date from, Date to) {
  std::map<Key, const ManualValue*> by_key;
  Date newest{};
  for (const auto& v : values) {
    by_key[{v.unit, v.last}] = &v;
    if (v.last <= to && v.state == ValueState::confirmed) newest = std::max(newest, v.last);
  }
  if (expected.empty()) return {std::nullopt, "所选单位不填报这项指标。", 0};
  const auto found = [&](Id unit, Date last) -> const ManualValue* {
    const auto at = by_key.find({unit, last});
    return at == by_key.end() ? nullptr : at->second;
  };
  Tally tally;
  if (m.nature == metric::Nature::stock) {
    if (newest == Date{}) {
      for (const Id unit : expected) {
        const auto due = periods_between(m.frequency, m.from, to);
        tally.add(due.empty() ? nullptr : found(unit, due.back().last));
      }
      return finished(m, tally, true, "");
    }
    for (const Id unit : expected) tally.add(found(unit, newest));
    const auto due = periods_between(m.frequency, m.from, to);
    const bool old = !due.empty() && newest < due.back().last;
    return finished(m, tally, expected.size() == 1,
                    old ? "最近一期的数截至 " + base::to_chinese(newest) + "。" : std::string());
  }
  const auto periods = periods_between(m.frequency, std::max(from, m.from), to);
  if (periods.empty()) return {std::nullopt, "这段时间里没有完整的填报期。", 0};
  for (const auto& period : periods) {
    for (const Id unit : expected) tally.add(found(unit, period.last));
  }
  return finished(m, tally, expected.size() == 1 && periods.size() == 1, "");
}

}  // namespace kepu::indicators

#include "engines/reports/window.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"

namespace kepu::reports {

namespace {

constexpr Period kPeriods[] = {Period::month, Period::quarter, Period::half, Period::year};

int months_in(Period period) {
  switch (period) {
    case Period::month:
      return 1;
    case Period::quarter:
      return 3;
    case Period::half:
      return 6;
    case Period::year:
      return 12;
  }
  return 12;
}

Date shifted(Date day, std::int64_t by) { return base::from_days(base::to_days(day) + by); }

Date next_first(Period period, Date first) {
  const int months = first.year * 12 + first.month - 1 + months_in(period);
  return {months / 12, months % 12 + 1, 1};
}

// The rule in force for the period that begins on `first`; null where there is none.
const Rule* rule_for(const std::vector<Rule>& rules, Period period, Date first) {
  const Rule* found = nullptr;
  for (const auto& rule : rules) {
    if (rule.period == period && rule.since <= first && (found == nullptr || found->since < rule.since))
      found = &rule;
  }
  return found;
}

Window make(const Rule& rule, const calendar::Calendar& calendar, Date first) {
  Window window;
  window.key = key_of(rule.period, first);
  window.period = rule.period;
  window.first = first;
  window.last = shifted(next_first(rule.period, first), -1);
  window.opens = shifted(window.last, -rule.opens_before);
  const auto due = calendar.add_working_days(window.last, rule.due_days);
  const auto closes = calendar.add_working_days(window.last, rule.due_days + rule.late_days);
  window.due = due.date;
  window.closes = closes.date;
  window.missing = closes.missing;
  return window;
}

}  // namespace

std::string_view to_text(Period period) {
  switch (period) {
    case Period::month:
      return "month";
    case Period::quarter:
      return "quarter";
    case Period::half:
      return "half";
    case Period::year:
      return "year";
  }
  return "";
}
std::string_view title_of(Period period) {
  switch (period) {
    case Period::month:
      return "月报";
    case Period::quarter:
      return "季报";
    case Period::half:
      return "半年报";
    case Period::year:
      return "年报";
  }
  return "";
}
std::optional<Period> parse_period(std::string_view text) {
  for (const Period p : kPeriods) {
    if (to_text(p) == text) return p;
  }
  return std::nullopt;
}

std::string_view title_of(WindowState state) {
  switch (state) {
    case WindowState::upcoming:
      return "未开放";
    case WindowState::open:
      return "填报中";
    case WindowState::overdue:
      return "补报期";
    case WindowState::closed:
      return "已截止";
  }
  return "";
}
WindowState state_of(const Window& window, Date today) {
  if (today < window.opens) return WindowState::upcoming;
  if (today <= window.due) return WindowState::open;
  return today <= window.closes ? WindowState::overdue : WindowState::closed;
}

std::string title_of(const Window& window) {
  const int year = window.first.year;
  switch (window.period) {
    case Period::month:
      return fmt::format("{}年{}月", year, window.first.month);
    case Period::quarter:
      return fmt::format("{}年第{}季度", year, base::chinese_numeral((window.first.month + 2) / 3));
    case Period::half:
      return fmt::format("{}年{}半年", year, window.first.month == 1 ? "上" : "下");
    case Period::year:
      return fmt::format("{}年度", year);
  }
  return {};
}

std::string window_title(std::string_view key) {
  const auto year = base::parse_int(key.substr(0, 4));
  if (!year || *year < 1900 || *year > 2200) return std::string(key);
  for (const Period period : kPeriods) {
    for (Date first{static_cast<int>(*year), 1, 1}; first.year == *year; first = next_first(period, first)) {
      if (key_of(period, first) != key) continue;
      Window window;
      window.period = period;
      window.first = first;
      return title_of(window);
    }
  }
  return std::string(key);
}

Rule proposed_rule(Period period) {
  Rule rule;
  rule.period = period;
  switch (period) {
    case Period::month:
      rule.opens_before = 7;
      rule.due_days = 5;
      rule.late_days = 10;
      break;
    case Period::quarter:
      break;
    case Period::half:
      rule.opens_before = 20;
      break;
    case Period::year:
      rule.opens_before = 30;
      rule.due_days = 15;
      break;
  }
  return rule;
}

Span period_of(Period period, Date day) {
  const int months = months_in(period);
  const Date first{day.year, (day.month - 1) / months * months + 1, 1};
  return {first, shifted(next_first(period, first), -1)};
}

std::string key_of(Period period, Date first) {
  switch (period) {
    case Period::month:
      return fmt::format("{}-{:02}", first.year, first.month);
    case Period::quarter:
      return fmt::format("{}Q{}", first.year, (first.month + 2) / 3);
    case Period::half:
      return fmt::format("{}H{}", first.year, first.month == 1 ? 1 : 2);
    case Period::year:
      return std::to_string(first.year);
  }
  return {};
}

base::Errors check(const Rule& rule, const std::vector<Rule>& before, Date today) {
  base::Errors errors;
  const auto range = [&](int value, int low, int high, const char* field, const char* name) {
    if (value >= low && value <= high) return;
    errors.push_back(
        {base::Code::invalid, "window.range", field, fmt::format("{}应在 {} 到 {} 之间。", name, low, high)});
  };
  range(rule.opens_before, 0, 400, "opens_before", "提前开放的天数");
  range(rule.due_days, 1, 60, "due_days", "期限的工作日数");
  range(rule.late_days, 0, 120, "late_days", "补报的工作日数");
  if (period_of(rule.period, rule.since).first != rule.since || rule.since.year < 2000 ||
      rule.since.year > 2100) {
    errors.push_back({base::Code::invalid, "window.since", "since", "请从列出的各期中选择从哪一期起执行。"});
  }
  const bool has_one =
      std::any_of(before.begin(), before.end(), [&](const Rule& r) { return r.period == rule.period; });
  if (has_one && rule.since < period_of(rule.period, today).first) {
    errors.push_back({base::Code::invalid, "window.since_passed", "since",
                      "已经结束的填报期保持原来的期限，新规则只能从本期或以后执行。"});
  }
  return errors;
}

std::vector<Window> windows_of(const std::vector<Rule>& rules, const calendar::Calendar& calendar,
                               Date today) {
  std::vector<Window> out;
  for (const Period period : kPeriods) {
    std::optional<Date> start;
    for (const auto& rule : rules) {
      if (rule.period == period && (!start || rule.since < *start)) start = rule.since;
    }
    if (!start) continue;
    // A window opens at most 400 days before its period ends.
    for (Date first = *start; first <= shifted(today, 401); first = next_first(period, first)) {
      const Rule* rule = rule_for(rules, period, first);
      if (rule == nullptr || !rule->active) continue;
      Window window = make(*rule, calendar, first);
      if (window.opens <= today) out.push_back(std::move(window));
    }
  }
  std::stable_sort(out.begin(), out.end(), [](const Window& a, const Window& b) {
    return a.last != b.last ? b.last < a.last : a.period < b.period;
  });
  return out;
}

std::optional<Window> window_of(const std::vector<Rule>& rules, const calendar::Calendar& calendar,
                                std::string_view key) {
  for (const auto& wanted : rules) {
    const auto year = base::parse_int(key.substr(0, 4));
    if (!year || *year < 2000 || *year > 2200) return std::nullopt;
    for (Date first{static_cast<int>(*year), 1, 1}; first.year == *year;
         first = next_first(wanted.period, first)) {
      if (key_of(wanted.period, first) != key) continue;
      const Rule* rule = rule_for(rules, wanted.period, first);
      if (rule == nullptr || !rule->active) return std::nullopt;
      return make(*rule, calendar, first);
    }
  }
  return std::nullopt;
}

std::optional<Window> next_window(const std::vector<Rule>& rules, const calendar::Calendar& calendar,
                                  Date today) {
  std::optional<Window> next;
  for (const Period period : kPeriods) {
    Date first = period_of(period, today).first;
    for (const auto& rule : rules) {
      if (rule.period == period && first < rule.since) first = rule.since;
    }
    for (int i = 0; i < 14; ++i, first = next_first(period, first)) {
      const Rule* rule = rule_for(rules, period, first);
      if (rule == nullptr || !rule->active) continue;
      Window window = make(*rule, calendar, first);
      if (window.opens <= today) continue;
      if (!next || window.opens < next->opens) next = std::move(window);
      break;
    }
  }
  return next;
}

const Window* current_of(const std::vector<Window>& windows, Date today) {
  const Window* found = nullptr;
  for (const auto& window : windows) {
    if (state_of(window, today) == WindowState::open && (found == nullptr || window.due < found->due))
      found = &window;
  }
  return found == nullptr && !windows.empty() ? &windows.front() : found;
}

}  // namespace kepu::reports

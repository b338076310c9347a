// When: the plan's period and the span of a task. And how targets are worded.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "engines/plan/plan.h"

namespace kepu::plan {
namespace {

bool has_period(const Metadata& metadata) { return metadata.from > 0 && metadata.to >= metadata.from; }

}  // namespace

std::optional<double> time_gone(const Metadata& metadata, base::Date today) {
  if (!has_period(metadata)) return std::nullopt;
  const auto first = base::to_days({metadata.from, 1, 1});
  const auto end = base::to_days({metadata.to + 1, 1, 1});
  const auto gone = static_cast<double>(base::to_days(today) - first) / static_cast<double>(end - first);
  return std::clamp(gone, 0.0, 1.0);
}

std::optional<Span> span_of(const Plan& plan, const TaskItem& task) {
  auto first = base::parse_date(task.start);
  auto last = base::parse_date(task.due);
  const auto& period = plan.version.metadata;
  if (!first && has_period(period)) first = base::Date{period.from, 1, 1};
  if (!last && has_period(period)) last = base::Date{period.to, 12, 31};
  if (!first || !last) return std::nullopt;
  // Only one end was set by hand, and it lies outside the other's default: the task is that one day.
  if (*last < *first) (task.start.empty() ? first = last : last = first);
  return Span{*first, *last};
}

std::string number_text(double value) {
  if (!std::isfinite(value)) return "—";
  auto text = fmt::format("{:.6f}", std::abs(value));
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  auto whole = text.find('.');
  if (whole == std::string::npos) whole = text.size();
  for (auto at = static_cast<std::ptrdiff_t>(whole) - 3; at > 0; at -= 3)
    text.insert(static_cast<std::size_t>(at), ",");
  return value < 0 && text != "0" ? "-" + text : text;
}

std::string target_text(const TargetItem& target) {
  if (target.kind == QuantityKind::blank) return "（留空）" + target.unit;
  if (target.op == Operator::relative) {
    const auto& other = target.relative_to;
    if (other.empty()) return target.text;
    return base::starts_with(other, "达到") || base::starts_with(other, "高于") ||
                   base::starts_with(other, "超过")
               ? other
               : "达到" + other;
  }
  if (!target.value) return "（未写数值）" + target.unit;
  auto amount = number_text(*target.value);
  if (!target.unit.empty()) amount += (target.unit == "%" || target.unit == "‰" ? "" : " ") + target.unit;
  switch (target.op) {
    case Operator::greater:
      return "超过 " + amount;
    case Operator::at_least:
      return "≥ " + amount;
    case Operator::at_most:
      return "≤ " + amount;
    default:
      return amount;
  }
}

}  // namespace kepu::plan

// Quantities and phases.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "engines/plan/plan_edit_steps.h"
#include "engines/plan/plan_order.h"

namespace kepu::plan {
namespace {

using base::Code;
using base::Done;
using base::refuse;

constexpr double kLargest = 1e12;

bool is_amount(const std::optional<double>& value) {
  return !value || (std::isfinite(*value) && *value >= 0 && *value <= kLargest);
}

Done check_values(const TargetItem& target) {
  const auto wrong = [](std::string message, const char* field) {
    return refuse(Code::invalid, "plan.target_value", std::move(message), field);
  };
  if (!is_amount(target.value)) return wrong("数值须是不小于 0 的数：请改正。", "value");
  if (!is_amount(target.baseline)) return wrong("基数须是不小于 0 的数：请改正。", "baseline");
  if (target.op == Operator::relative && base::trim(target.relative_to).empty())
    return wrong("与其他地区相比的指标须写明比什么：请填写“全市平均水平”一类说法。", "relative_to");
  if (target.kind != QuantityKind::blank && target.op != Operator::relative && !target.value)
    return wrong("请填写数值；原文没有写出的，请将类别改为“留空”。", "value");
  if (target.headline && target.unit == "%" &&
      (target.value.value_or(0) > 100 || target.baseline.value_or(0) > 100))
    return wrong("公民具备科学素质的比例不会超过 100%：请改正。", "value");
  return {};
}

Done check_year(std::optional<int> year, const char* field) {
  if (!year || (*year >= kFirstYear && *year <= kLastYear)) return {};
  return refuse(Code::invalid, "plan.period",
                fmt::format("年份 {} 不对：应在 {} 至 {} 之间。", *year, kFirstYear, kLastYear), field);
}

Done check_milestones(const Metadata& period, const TargetItem& target) {
  const int first = period.from > 0 ? period.from : kFirstYear;
  const int last = period.to > 0 ? period.to : kLastYear;
  for (const auto& [year, value] : target.milestones) {
    if (year < first || year > last)
      return refuse(Code::invalid, "plan.milestone_year",
                    fmt::format("里程碑年份 {} 不在规划期 {}—{} 内：请改正或删去。", year, first, last),
                    "milestones");
    if (!is_amount(value))
      return refuse(Code::invalid, "plan.target_value",
                    fmt::format("{} 年的里程碑须是不小于 0 的数：请改正。", year), "milestones");
  }
  return {};
}

Done check_words(const TargetItem& target) {
  for (const auto* text : {&target.unit, &target.relative_to})
    if (base::length(*text) > kNameMax)
      return refuse(Code::invalid, "plan.name_long",
                    fmt::format("计量单位和比较对象最多 {} 个字：请缩短。", kNameMax), "unit");
  return check_text(target.text, "text");
}

// The task decides the initiative, so that both never disagree.
Done tie(Plan& plan, TargetItem& target) {
  if (target.task != 0) {
    target.initiative = TRY(find_task(plan, target.task))->initiative;
  } else if (target.initiative != 0) {
    TRY(find_initiative(plan, target.initiative));
  }
  return {};
}

}  // namespace

base::Result<Said> carry_out(Plan& plan, const edit::SetTarget& edit, const NextId& next_id) {
  auto target = edit.target;
  target.unit = base::trim(target.unit);
  target.relative_to = base::trim(target.relative_to);
  auto fits = check_values(target)
                  .and_then([&] { return check_year(target.year, "year"); })
                  .and_then([&] { return check_year(target.baseline_year, "baseline_year"); })
                  .and_then([&] { return check_milestones(plan.version.metadata, target); })
                  .and_then([&] { return check_words(target); })
                  .and_then([&] { return tie(plan, target); });
  if (!fits) return tl::unexpected(fits.error());
  target.confidence = 1;
  target.dropped = false;

  const bool is_new = target.id == 0;
  auto at = std::find_if(plan.targets.begin(), plan.targets.end(),
                         [&](const TargetItem& each) { return each.id == target.id; });
  if (is_new)
    target.id = next_id();
  else if (at == plan.targets.end() || at->dropped)
    return not_found("项指标");
  if (target.headline && target.kind != QuantityKind::baseline)
    for (auto& other : plan.targets)
      if (other.kind != QuantityKind::baseline) other.headline = false;
  auto summary = is_new ? fmt::format("新增指标“{}”", target_text(target))
                        : fmt::format("指标“{}”改为“{}”", target_text(*at), target_text(target));
  if (!target.text.empty()) summary += fmt::format("（{}）", base::shorten(target.text, 24));
  Said said{std::move(summary), fmt::format("target:{}", target.id)};
  if (is_new)
    plan.targets.push_back(std::move(target));
  else
    *at = std::move(target);
  return said;
}

base::Result<Said> carry_out(Plan& plan, const edit::SetPhase& edit, const NextId& next_id) {
  auto phase = edit.phase;
  phase.phase = TRY(checked_title(phase.phase, "phase"));
  phase.title = base::squeeze(phase.title);
  if (base::length(phase.title) > kTitleMax)
    return refuse(Code::invalid, "plan.title_long", fmt::format("阶段标题最多 {} 个字：请缩短。", kTitleMax),
                  "title");
  auto fits = check_text(phase.summary, "summary").and_then([&] {
    return check_years(phase.from, phase.to, "from");
  });
  if (!fits) return tl::unexpected(fits.error());
  phase.dropped = false;

  const bool is_new = phase.id == 0;
  auto at = std::find_if(plan.phases.begin(), plan.phases.end(),
                         [&](const PhaseItem& each) { return each.id == phase.id; });
  if (is_new)
    phase.id = next_id();
  else if (at == plan.phases.end() || at->dropped)
    return not_found("个阶段");
  Said said{fmt::format("{}阶段“{}”（{}—{}）", is_new ? "新增" : "改写", phase.phase, phase.from, phase.to),
            fmt::format("phase:{}", phase.id)};
  if (is_new)
    plan.phases.push_back(std::move(phase));
  else
    *at = std::move(phase);
  return said;
}

}  // namespace kepu::plan

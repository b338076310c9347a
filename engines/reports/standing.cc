#include "engines/reports/standing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/metric/metric.h"

namespace kepu::reports {

using plan::Light;

namespace {

int points(double share) { return static_cast<int>(std::lround(share * 100)); }

double gone_of(const plan::Span& span, Date today) {
  const auto first = base::to_days(span.first), end = base::to_days(span.last) + 1;
  const auto gone = static_cast<double>(base::to_days(today) - first) / static_cast<double>(end - first);
  return std::clamp(gone, 0.0, 1.0);
}

metric::RolledUp roll_up(const LightRule& rule, const std::vector<PartStanding>& parts) {
  std::vector<metric::Part> rolled;
  for (const auto& p : parts) {
    metric::Part part;
    part.weight = p.lead ? rule.lead_weight : 1;
    part.state = p.status == Status::not_applicable ? metric::PartState::not_applicable
                 : p.share                          ? metric::PartState::value
                                                    : metric::PartState::missing;
    part.share = p.share.value_or(0);
    rolled.push_back(part);
  }
  return metric::roll_up(rolled);
}

}  // namespace

base::Errors check(const LightRule& rule) {
  base::Errors errors;
  const auto wrong = [&](const char* field, const char* message) {
    errors.push_back({base::Code::invalid, "light.range", field, message});
  };
  if (!(rule.watch_lag > 0 && rule.watch_lag <= 1))
    wrong("watch_lag", "“关注”的差距应在 1 到 100 个百分点之间。");
  if (!(rule.late_lag > 0 && rule.late_lag <= 1))
    wrong("late_lag", "“滞后”的差距应在 1 到 100 个百分点之间。");
  if (!(rule.watch_lag < rule.late_lag)) wrong("late_lag", "“滞后”的差距应大于“关注”的差距。");
  if (rule.soon_days < 0 || rule.soon_days > 365) wrong("soon_days", "临期天数应在 0 到 365 之间。");
  if (!(rule.lead_weight >= 1 && rule.lead_weight <= 10))
    wrong("lead_weight", "牵头单位的权重应在 1 到 10 之间。");
  return errors;
}

std::vector<std::string> in_words(const LightRule& rule) {
  return {fmt::format("任务完成比例＝各承担单位最近一次报送的完成比例的加权平均，牵头单位权重 "
                      "{}，责任单位权重 1；没有报送的"
                      "按 0 计，“不再适用”的不计。",
                      plan::number_text(rule.lead_weight)),
          "时间已过＝任务起止日期之间已经过去的天数占比；差距＝时间已过减去完成比例。",
          "已完成：承担单位都报“已完成”。",
          fmt::format(
              "滞后：差距达到 {} 个百分点，或者过了期限还没有完成，或者牵头单位在最近到期的填报期没有报送。",
              points(rule.late_lag)),
          fmt::format("关注：差距达到 {} 个百分点，或者离期限不到 {} 天还没有完成，或者有责任单位没有报送。",
                      points(rule.watch_lag), rule.soon_days),
          "正常：以上都不是。未到期：任务还没到开始日期，或者不再适用。"};
}

std::optional<plan::Standing> standing_of(const LightRule& rule, const plan::Span& span,
                                          const std::vector<PartStanding>& parts, bool any_window_due,
                                          Date today) {
  const bool anything =
      std::any_of(parts.begin(), parts.end(), [](const auto& p) { return p.status != Status::none; });
  if (parts.empty() || (!anything && !any_window_due)) return std::nullopt;
  const auto rolled = roll_up(rule, parts);
  plan::Standing out;
  out.share = anything ? rolled.share : std::nullopt;
  if (!rolled.share) {
    out.light = Light::idle;
    out.word = "不再适用";
    out.why = "承担单位都报“不再适用”。";
    return out;
  }
  const double share = *rolled.share;
  if (share >= 1) {
    out.light = Light::done;
    out.word = "已完成";
    out.why = "承担单位都报“已完成”。";
    return out;
  }
  if (today < span.first) {
    out.light = Light::idle;
    out.word = "未到期";
    out.why = fmt::format("{} 开始。", base::to_iso(span.first));
    return out;
  }
  // The lag is that of the percentages as they are shown, so that the words never contradict the light.
  const double gone = gone_of(span, today);
  const int lag = points(gone) - points(share);
  const std::string measured = fmt::format("时间已过 {}%，完成 {}%，{} {} 个百分点", points(gone),
                                           points(share), lag >= 0 ? "慢" : "快", std::abs(lag));
  int missing = 0;
  bool lead_missing = false;
  for (const auto& p : parts) {
    missing += p.missing ? 1 : 0;
    lead_missing = lead_missing || (p.missing && p.lead);
  }
  const auto set = [&](Light light, std::string word, std::string because) {
    out.light = light;
    out.word = std::move(word);
    out.why = std::move(because);
  };
  if (today > span.last) {
    set(Light::late, "逾期未完成", fmt::format("期限 {} 已过，{}。", base::to_iso(span.last), measured));
  } else if (lead_missing) {
    set(Light::late, "逾期未报", fmt::format("牵头单位在最近到期的填报期没有报送；{}。", measured));
  } else if (lag >= points(rule.late_lag)) {
    set(Light::late, "滞后", fmt::format("{}（达到 {} 为滞后）。", measured, points(rule.late_lag)));
  } else if (missing > 0) {
    set(Light::watch, fmt::format("{} 个单位未报", missing),
        fmt::format("有责任单位在最近到期的填报期没有报送；{}。", measured));
  } else if (lag >= points(rule.watch_lag)) {
    set(Light::watch, "关注", fmt::format("{}（达到 {} 为关注）。", measured, points(rule.watch_lag)));
  } else if (const auto left = base::to_days(span.last) - base::to_days(today); left < rule.soon_days) {
    set(Light::watch, "临期", fmt::format("离期限还有 {} 天，{}。", left, measured));
  } else {
    set(Light::ok, "正常", measured + "。");
  }
  return out;
}

}  // namespace kepu::reports

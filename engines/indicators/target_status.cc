#include "engines/indicators/target_status.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace kepu::indicators {

using base::Date;
using plan::Operator;

namespace {

double days_between(Date a, Date b) { return static_cast<double>(base::to_days(b) - base::to_days(a)); }
Date end_of(int year) { return {year, 12, 31}; }

std::optional<double> goal_of(const Effective& t, std::optional<double> reference) {
  return t.op == Operator::relative ? reference : t.value;
}

// One goal of a year or the whole, as text: "达到 12 家".
std::string number(double v) { return plan::number_text(std::round(v * 100) / 100); }
int points(double share) { return static_cast<int>(std::lround(share * 100)); }

}  // namespace

const std::string_view kRule =
    "达到目标为“已达到”；过了期限没有达到为“到期未达到”；其余把已完成的份额与按时间（有里程碑的按里程碑）应完"
    "成的"
    "份额相比：慢 10 个百分点以内为“推进中”，以上为“偏慢”，慢 25 个百分点以上亮“滞后”。绑定了指标而没有数的为"
    "“缺数据”，不当作零；抽样调查的读数，误差范围跨过目标的为“不能判断”。";

std::string_view to_text(Span span) {
  switch (span) {
    case Span::total:
      return "total";
    case Span::yearly:
      return "yearly";
    case Span::at_date:
      return "at_date";
  }
  return "";
}

std::string_view title_of(Span span) {
  switch (span) {
    case Span::total:
      return "规划期累计";
    case Span::yearly:
      return "每年分别计算";
    case Span::at_date:
      return "当日数（存量）";
  }
  return "";
}

std::optional<Span> parse_span(std::string_view text) {
  for (const Span s : {Span::total, Span::yearly, Span::at_date}) {
    if (text == to_text(s)) return s;
  }
  return std::nullopt;
}

std::string_view to_text(TargetState state) {
  constexpr std::string_view kNames[] = {"reached", "on_the_way", "behind",    "failed",
                                         "missing", "unbound",    "undecided", "not_due"};
  return kNames[static_cast<std::size_t>(state)];
}

std::string_view title_of(TargetState state) {
  constexpr std::string_view kNames[] = {"已达到", "推进中", "偏慢",     "到期未达到",
                                         "缺数据", "未绑定", "不能判断", "未开始"};
  return kNames[static_cast<std::size_t>(state)];
}

Effective effective_target(const plan::TargetItem& target, std::span<const Change> changes, Date date) {
  Effective out{target.value,         target.baseline,   target.year,
                target.baseline_year, target.op,         target.unit,
                target.relative_to,   target.milestones, {}};
  std::vector<Change> in_effect;
  for (const auto& change : changes) {
    if (change.from <= date) in_effect.push_back(change);
  }
  std::stable_sort(in_effect.begin(), in_effect.end(),
                   [](const Change& a, const Change& b) { return a.from < b.from; });
  for (const auto& change : in_effect) {
    out.value = change.value;
    out.year = change.year;
    // Years that were over before keep theirs; later ones were on the way to the old goal.
    if (change.value != change.old_value) {
      out.milestones.erase(out.milestones.lower_bound(change.from.year), out.milestones.end());
    }
    for (const auto& [year, value] : change.milestones) out.milestones[year] = value;
  }
  out.changes = std::move(in_effect);
  return out;
}

std::string text_of(const Effective& e) {
  plan::TargetItem item;
  item.value = e.value;
  item.op = e.op;
  item.unit = e.unit;
  item.relative_to = e.relative_to;
  item.kind = e.value || e.op == Operator::relative ? plan::QuantityKind::target : plan::QuantityKind::blank;
  std::string out = plan::target_text(item);
  if (e.changes.empty()) return out;
  const Change& first = e.changes.front();
  const Change& last = e.changes.back();
  std::string old = first.old_value ? number(*first.old_value) + (e.unit == "%" ? "" : " ") + e.unit : "留空";
  if (first.old_year != last.year && first.old_year) old += fmt::format("、{} 年", *first.old_year);
  return fmt::format("{}（原目标 {}，{}起调整）", out, old, base::to_chinese(last.from));
}

std::optional<bool> meets(const Effective& t, double value, std::optional<double> reference) {
  const auto goal = goal_of(t, reference);
  if (!goal) return std::nullopt;
  switch (t.op) {
    case Operator::greater:
      return value > *goal;
    case Operator::at_most:
      return value <= *goal;
    case Operator::equal:
    case Operator::at_least:
    case Operator::relative:
      return value >= *goal;
  }
  return std::nullopt;
}

std::optional<double> share_of(const Effective& t, double value, std::optional<double> reference) {
  const auto goal = goal_of(t, reference);
  if (!goal) return std::nullopt;
  const bool met = *meets(t, value, reference);
  if (t.op == Operator::at_most) {
    if (met || !t.baseline || *t.baseline <= *goal) return met ? 1.0 : 0.0;
    return std::clamp((*t.baseline - value) / (*t.baseline - *goal), 0.0, 1.0);
  }
  if (t.baseline && *t.baseline < *goal) {
    return std::clamp((value - *t.baseline) / (*goal - *t.baseline), 0.0, 1.0);
  }
  if (*goal > 0 && !t.baseline) return std::clamp(value / *goal, 0.0, 1.0);
  return met ? 1.0 : 0.0;
}

Date deadline_of(const Effective& t, const Frame& frame) {
  if (frame.span == Span::yearly) return end_of(frame.today.year);
  return t.year ? end_of(*t.year) : frame.last;
}

std::optional<double> due_by(const Effective& t, const Frame& frame) {
  const auto goal = goal_of(t, frame.reference);
  if (!goal) return std::nullopt;
  if (t.op == Operator::at_most && !t.baseline) return std::nullopt;
  if (frame.span == Span::yearly) {
    const Date first{frame.today.year, 1, 1}, last = end_of(frame.today.year);
    const auto mark = t.milestones.find(frame.today.year);
    const double of_year = mark == t.milestones.end() ? *goal : mark->second;
    return of_year * (days_between(first, frame.today) + 1) / (days_between(first, last) + 1);
  }
  // The way in points of (day, value), by day.
  std::vector<std::pair<Date, double>> way;
  const Date start =
      t.baseline_year ? end_of(*t.baseline_year) : base::from_days(base::to_days(frame.first) - 1);
  way.emplace_back(start, t.baseline.value_or(0));
  const Date last = deadline_of(t, frame);
  for (const auto& [year, value] : t.milestones) {
    if (end_of(year) > start && end_of(year) < last) way.emplace_back(end_of(year), value);
  }
  way.emplace_back(last, *goal);
  if (frame.today <= way.front().first) return way.front().second;
  for (std::size_t i = 1; i < way.size(); ++i) {
    const auto& [a, va] = way[i - 1];
    const auto& [b, vb] = way[i];
    if (frame.today <= b) return va + (vb - va) * days_between(a, frame.today) / days_between(a, b);
  }
  return *goal;
}

namespace {

// Of a value with an interval: whether it meets for sure, misses for sure, or neither.
std::optional<bool> decided(const Effective& t, const Measured& m, std::optional<double> reference) {
  if (m.low && m.high) {
    const auto low = meets(t, *m.low, reference), high = meets(t, *m.high, reference);
    if (!low || !high || *low != *high) return std::nullopt;
    return low;
  }
  if (m.needs_interval) return std::nullopt;
  return meets(t, *m.value, reference);
}

void judge_milestone(TargetStatus& s, const Measured& m, const Frame& frame) {
  const auto mark = s.effective.milestones.find(frame.today.year);
  if (mark == s.effective.milestones.end()) return;
  s.milestone = mark->second;
  if (!m.value) return;
  Effective of_year = s.effective;
  of_year.value = mark->second;
  if (of_year.op == Operator::relative) return;
  const auto met = decided(of_year, m, std::nullopt);
  // Before the year is over, "not yet" is no answer; a limit is kept only when the year is over.
  const bool over = frame.today >= end_of(frame.today.year);
  if (met && (over || (*met && of_year.op != Operator::at_most))) s.milestone_met = met;
}

void compare_with_time(TargetStatus& s, const Frame& frame) {
  const auto due = due_by(s.effective, frame);
  const auto due_share = due ? share_of(s.effective, *due, frame.reference) : std::nullopt;
  if (!due_share || !s.share) {
    s.state = TargetState::on_the_way;
    s.light = plan::Light::ok;
    s.why = "还没有到期限。";
    return;
  }
  const double behind = *due_share - *s.share;
  s.state = behind > kWatch ? TargetState::behind : TargetState::on_the_way;
  s.light = behind > kLate ? plan::Light::late : behind > kWatch ? plan::Light::watch : plan::Light::ok;
  const int gap = points(*due_share) - points(*s.share);
  s.why = fmt::format("到 {} 应完成 {}%，已完成 {}%，{}。", base::to_chinese(frame.today), points(*due_share),
                      points(*s.share),
                      gap > 0   ? fmt::format("慢 {} 个百分点", gap)
                      : gap < 0 ? fmt::format("快 {} 个百分点", -gap)
                                : std::string("与时间同步"));
}

}  // namespace

TargetStatus judge(Effective target, const Measured& m, const Frame& frame) {
  TargetStatus s;
  s.effective = std::move(target);
  const Effective& t = s.effective;
  s.value = m.value;
  judge_milestone(s, m, frame);
  const Date deadline = deadline_of(t, frame);
  const bool over = frame.today >= deadline;
  if (frame.today < frame.first) {
    s.state = TargetState::not_due;
    s.why = "规划期还没有开始。";
    return s;
  }
  if (!m.value) {
    s.state = TargetState::missing;
    s.light = over ? plan::Light::late : plan::Light::watch;
    s.why = m.why.empty() ? "还没有任何记录，不能当作零。" : m.why;
    return s;
  }
  s.share = share_of(t, *m.value, frame.reference);
  if (!goal_of(t, frame.reference)) {
    s.state = TargetState::undecided;
    s.why = t.op == Operator::relative ? "没有“" + t.relative_to + "”的同期数，不能比较。"
                                       : "目标在原文中留空，补数后才能判断。";
    return s;
  }
  const auto met = decided(t, m, frame.reference);
  if (!met) {
    s.state = TargetState::undecided;
    s.light = plan::Light::watch;
    s.why = m.low && m.high
                ? fmt::format("误差范围 {}—{} 跨过目标，不能判断是否达到。", number(*m.low), number(*m.high))
                : "这个读数没有给出误差范围，不能判断是否达到目标。";
    return s;
  }
  const bool limit = t.op == Operator::at_most;
  if (*met && (!limit || over)) {
    s.state = TargetState::reached;
    s.light = plan::Light::done;
    s.why = frame.span == Span::yearly ? "本年目标已达到。" : "已达到目标。";
  } else if (over) {
    s.state = TargetState::failed;
    s.light = plan::Light::late;
    s.why = fmt::format("{}到期，没有达到。", base::to_chinese(deadline));
  } else if (limit && !t.baseline) {
    s.state = *met ? TargetState::on_the_way : TargetState::behind;
    s.light = *met ? plan::Light::ok : plan::Light::late;
    s.why = *met ? "目前没有超过限额，到期限时再定。" : "目前已超过限额。";
  } else {
    compare_with_time(s, frame);
  }
  if (!m.why.empty()) s.why += m.why;
  return s;
}

Outlook outlook(const Effective& t, const Measured& m, const Frame& frame) {
  constexpr double kHalfYear = 183;
  if (!m.value) return {std::nullopt, std::nullopt, "没有数，不作预计。"};
  if (m.needs_interval || m.low)
    return {std::nullopt, std::nullopt, "调查读数的走势另见指标序列，这里不作预计。"};
  if (t.op == Operator::at_most || t.op == Operator::relative) {
    return {std::nullopt, std::nullopt, "这类目标不按速度预计。"};
  }
  const bool stock = frame.span == Span::at_date;
  if (stock && (!t.baseline || !t.baseline_year)) {
    return {std::nullopt, std::nullopt, "没有基数和基数年份，不知道从哪里起步，不作预计。"};
  }
  const Date start = frame.span == Span::yearly ? Date{frame.today.year, 1, 1}
                     : stock                    ? end_of(*t.baseline_year)
                                                : frame.first;
  const Date last = deadline_of(t, frame);
  const double gone = days_between(start, frame.today), whole = days_between(start, last);
  if (gone < kHalfYear) return {std::nullopt, std::nullopt, "开展不足半年，按现在的速度预计没有意义。"};
  if (frame.today >= last) return {std::nullopt, std::nullopt, "已到期限。"};
  const double from = stock ? *t.baseline : 0;
  Outlook out;
  out.value = from + (*m.value - from) * whole / gone;
  out.meets = meets(t, *out.value, frame.reference);
  out.why = fmt::format("假设后面与前 {:.0f} 天速度相同；只供参考，不作评价。", gone);
  return out;
}

}  // namespace kepu::indicators

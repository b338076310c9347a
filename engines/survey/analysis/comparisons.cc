// The round against its target, its predecessor and the superior areas; and what a next round could show.
#include <fmt/format.h>

#include <cmath>

#include "engines/survey/analysis/parts.h"
#include "statistics/sampling/sample_size.h"
#include "statistics/survey/decision.h"
#include "statistics/survey/distributions.h"

namespace kepu::survey::analysis {

namespace st = statistics;

namespace {

constexpr double kPower = 0.8;
constexpr double kMostInterviews = 100'000;  // more than a county could hold

st::ProportionEstimate proportion_of(const Estimate& e) {
  st::ProportionEstimate p;
  p.estimate = e.percent / 100;
  p.variance = std::pow(e.se / 100, 2);
  p.logit_variance = p.variance / std::pow(p.estimate * (1 - p.estimate), 2);
  p.degrees = e.degrees;
  p.rows = e.n;
  return p;
}

// One decimal; two where one would show a zero that is none.
std::string signed_text(double points) {
  const int decimals = std::abs(points) < 0.05 ? 2 : 1;
  return fmt::format("{}{:.{}f}", points < 0 ? "−" : "+", std::abs(points), decimals);
}

std::optional<double> feasible(const st::Outcome<double>& n) {
  if (!n || !std::isfinite(*n) || *n > kMostInterviews) return std::nullopt;
  return std::ceil(*n);
}

void judge_target(const Target& target, const Estimate& county, const Fieldwork& fieldwork,
                  TargetAnswer& out) {
  out.percent = target.percent;
  out.year = target.year;
  out.words = target.words;
  const auto test = st::test_target(proportion_of(county), target.percent / 100);
  if (!test) {
    out.why = "估计值没有误差，不能与目标比较。";
    return;
  }
  out.lower = 100 * test->lower_logit;
  out.upper = 100 * test->upper_logit;
  out.p_met = test->p_greater_logit;
  out.p_missed = test->p_less_logit;
  switch (test->verdict) {
    case st::TargetVerdict::met:
      out.met = Verdict::yes;
      out.why = fmt::format("单侧 95% 下限 {:.1f}% 不低于目标 {:g}%。", *out.lower, target.percent);
      return;
    case st::TargetVerdict::missed:
      out.met = Verdict::no;
      out.why = fmt::format("单侧 95% 上限 {:.1f}% 低于目标 {:g}%。", *out.upper, target.percent);
      return;
    case st::TargetVerdict::undecided:
      break;
  }
  out.why =
      fmt::format("目标 {:g}% 落在单侧 95% 下限 {:.1f}% 和上限 {:.1f}% 之间，这次的样本分不出是否达到。",
                  target.percent, *out.lower, *out.upper);
  st::sampling::ChangeTest question;
  question.first = target.percent / 100;
  question.second = county.percent / 100;
  question.two_sided = false;
  question.design_effect = std::max(county.deff.value_or(1), 1.0);
  if (std::abs(question.first - question.second) > 1e-6)
    out.interviews = feasible(st::sampling::size_against_target(question, kPower));
  for (const auto& rate : fieldwork.rates) {
    if (rate.name == "RR3" && rate.percent && *rate.percent > 0 && out.interviews)
      out.dwellings = std::ceil(*out.interviews / (*rate.percent / 100));
  }
}

// The other number's error from its published interval, taken as ± 1.96 standard errors.
Comparison comparison_of(const Published& other, const Estimate& county) {
  Comparison c;
  c.area = other.area;
  c.source = other.source;
  c.year = other.year;
  c.other = other.percent;
  c.other_lower = other.lower;
  c.other_upper = other.upper;
  c.difference = county.percent - other.percent;
  if (!other.lower || !other.upper) {
    c.why = "对方没有公布误差范围，高低不能判断。";
    return c;
  }
  const double theirs = std::pow((*other.upper - *other.lower) / (2 * st::normal_quantile(0.975)), 2);
  const double ours = county.se * county.se;
  const auto change =
      st::change_between(other.percent, theirs, county.degrees, county.percent, ours, county.degrees);
  if (!change) {
    c.why = "误差算不出来，高低不能判断。";
    return c;
  }
  c.lower = change->lower;
  c.upper = change->upper;
  c.p = change->p_sum;
  c.higher = change->lower > 0 ? Verdict::yes : change->upper < 0 ? Verdict::no : Verdict::unknown;
  const std::string range =
      fmt::format("差距的 95% 误差范围 {} 到 {} 个百分点", signed_text(*c.lower), signed_text(*c.upper));
  c.why = range + (c.higher == Verdict::unknown ? "，包含零，不能判断高低。" : "，不包含零，确有差别。");
  return c;
}

void plan_next(const Estimate& county, Planning& out) {
  if (!(county.percent > 0 && county.percent < 100)) return;
  st::sampling::ChangeTest question;
  question.first = county.percent / 100;
  question.design_effect = std::max(county.deff.value_or(1), 1.0);
  if (const auto rise = st::sampling::smallest_rise(question, county.n, kPower))
    out.smallest_rise = 100 * *rise - county.percent;
  out.yearly_point = feasible(
      st::sampling::size_for_yearly_rise(county.percent / 100, 0.01, 1, kPower, question.design_effect));
}

}  // namespace

void compare(const Dataset& d, RoundResult& out) {
  const Estimate& county = out.county_row();
  const Published* last = nullptr;
  for (const auto& p : d.published) {
    if (p.area == d.county) {
      if (p.year < d.until.year && (!last || p.year > last->year)) last = &p;
    } else {
      out.superiors.push_back(comparison_of(p, county));
    }
  }
  if (last) out.change = comparison_of(*last, county);
  if (d.target) {
    out.target.emplace();
    judge_target(*d.target, county, out.fieldwork, *out.target);
  }
  plan_next(county, out.planning);
}

}  // namespace kepu::survey::analysis

#include "statistics/sampling/sample_size.h"

#include <fmt/format.h>

#include <boost/math/distributions/normal.hpp>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <cstdint>

namespace kepu::statistics::sampling {

namespace {

double quantile(double p) { return boost::math::quantile(boost::math::normal(), p); }
double upper_quantile(double p) {
  return boost::math::quantile(boost::math::complement(boost::math::normal(), p));
}
double below(double z) { return boost::math::cdf(boost::math::normal(), z); }
double above(double z) { return boost::math::cdf(boost::math::complement(boost::math::normal(), z)); }

bool is_inside(double value) { return value > 0 && value < 1; }
bool is_positive(double value) { return value > 0 && std::isfinite(value); }

tl::unexpected<Refusal> out_of_range(const char* what, double value) {
  return refuse("sampling.value", fmt::format("{} is {}", what, value));
}

std::optional<Refusal> check(const ChangeTest& test) {
  const auto found = [](const char* what, double value) { return out_of_range(what, value).value(); };
  if (!is_inside(test.alpha)) return found("alpha", test.alpha);
  if (!is_positive(test.design_effect)) return found("the design effect", test.design_effect);
  if (!(test.first >= 0 && test.first <= 1)) return found("the first proportion", test.first);
  return {};
}

std::optional<Refusal> check_pair(const ChangeTest& test) {
  if (auto wrong = check(test)) return wrong;
  if (!(test.second >= 0 && test.second <= 1) || test.second == test.first) {
    return out_of_range("the second proportion", test.second).value();
  }
  return {};
}

std::optional<Refusal> check_power(const ChangeTest& test, double power) {
  if (power > test.alpha && power < 1) return {};
  return Refusal{"sampling.value", fmt::format("power {} is not between alpha {} and 1", power, test.alpha)};
}

double critical(const ChangeTest& test) {
  return upper_quantile(test.two_sided ? test.alpha / 2 : test.alpha);
}
double pooled(double p1, double p2) { return std::sqrt((p1 + p2) * (1 - (p1 + p2) / 2)); }
double separate(double p1, double p2) { return std::sqrt(p1 * (1 - p1) + p2 * (1 - p2)); }

// How far the expected difference lies beyond the critical value, in standard errors of the alternative.
double beyond(const ChangeTest& test, double p2, double n) {
  return (std::sqrt(n) * std::abs(test.first - p2) - critical(test) * pooled(test.first, p2)) /
         separate(test.first, p2);
}

// p2 between `first` and `end` where the power is reached.
Outcome<double> smallest_change(const ChangeTest& test, double persons, double power, double end) {
  if (const auto wrong = check(test)) return tl::unexpected(*wrong);
  if (const auto wrong = check_power(test, power)) return tl::unexpected(*wrong);
  if (!is_positive(persons)) return out_of_range("the number of persons", persons);
  const double n = persons / test.design_effect, z = quantile(power);
  // Multiplied out, so that it also has a value where both proportions are 0 or 1.
  const auto missing = [&](double p2) {
    return std::sqrt(n) * std::abs(test.first - p2) - critical(test) * pooled(test.first, p2) -
           z * separate(test.first, p2);
  };
  if (test.first == end || !(missing(end) >= 0)) {
    return refuse("sampling.unreachable", fmt::format("{} persons do not show a change from {} even to {}",
                                                      persons, test.first, end));
  }
  // Beside `first` the change is not shown; nearer to it than this no survey looks.
  const double beside = test.first + (end - test.first) * 1e-12;
  if (missing(beside) >= 0) return beside;
  std::uintmax_t steps = 200;
  const auto [low, high] =
      boost::math::tools::toms748_solve(missing, std::min(beside, end), std::max(beside, end),
                                        boost::math::tools::eps_tolerance<double>(52), steps);
  return (low + high) / 2;
}

}  // namespace

Outcome<PrecisionSize> size_for_precision(const PrecisionGoal& goal) {
  if (!is_inside(goal.proportion)) return out_of_range("the proportion", goal.proportion);
  if (!is_inside(goal.margin)) return out_of_range("the margin of error", goal.margin);
  if (goal.population && !(*goal.population >= 1)) return out_of_range("the population", *goal.population);
  if (!is_positive(goal.design_effect)) return out_of_range("the design effect", goal.design_effect);
  if (!(goal.response_rate > 0 && goal.response_rate <= 1))
    return out_of_range("the response rate", goal.response_rate);
  if (!is_inside(goal.level)) return out_of_range("the level", goal.level);
  const double z = upper_quantile((1 - goal.level) / 2);
  PrecisionSize size;
  size.simple = z * z * goal.proportion * (1 - goal.proportion) / (goal.margin * goal.margin);
  size.finite = goal.population ? size.simple / (1 + (size.simple - 1) / *goal.population) : size.simple;
  size.with_design = size.finite * goal.design_effect;
  size.in_field = std::ceil(size.with_design / goal.response_rate);
  return size;
}

Outcome<double> margin_of(double persons, double proportion, double design_effect,
                          std::optional<double> population, double level) {
  if (!is_positive(persons)) return out_of_range("the number of persons", persons);
  if (!(proportion >= 0 && proportion <= 1)) return out_of_range("the proportion", proportion);
  if (!is_positive(design_effect)) return out_of_range("the design effect", design_effect);
  if (!is_inside(level)) return out_of_range("the level", level);
  const double n = persons / design_effect;
  if (population && !(*population >= n && *population > 1))
    return out_of_range("the population", *population);
  const double left = population ? (*population - n) / (*population - 1) : 1;
  return upper_quantile((1 - level) / 2) * std::sqrt(proportion * (1 - proportion) / n * left);
}

Outcome<double> size_for_change(const ChangeTest& test, double power) {
  if (const auto wrong = check_pair(test)) return tl::unexpected(*wrong);
  if (const auto wrong = check_power(test, power)) return tl::unexpected(*wrong);
  const double root = (critical(test) * pooled(test.first, test.second) +
                       quantile(power) * separate(test.first, test.second)) /
                      (test.first - test.second);
  return root * root * test.design_effect;
}

Outcome<double> power_of_change(const ChangeTest& test, double persons, bool strict) {
  if (const auto wrong = check_pair(test)) return tl::unexpected(*wrong);
  if (!is_positive(persons)) return out_of_range("the number of persons", persons);
  if (separate(test.first, test.second) == 0) return 1.0;  // from 0 to 1: no round can look otherwise
  const double n = persons / test.design_effect;
  const double right = below(beyond(test, test.second, n));
  if (!strict || !test.two_sided) return right;
  const double wrong_side =
      (std::sqrt(n) * std::abs(test.first - test.second) + critical(test) * pooled(test.first, test.second)) /
      separate(test.first, test.second);
  return right + above(wrong_side);
}

Outcome<double> smallest_rise(const ChangeTest& test, double persons, double power) {
  return smallest_change(test, persons, power, 1);
}

Outcome<double> smallest_fall(const ChangeTest& test, double persons, double power) {
  return smallest_change(test, persons, power, 0);
}

Outcome<double> size_against_target(const ChangeTest& test, double power) {
  if (const auto wrong = check_pair(test)) return tl::unexpected(*wrong);
  if (const auto wrong = check_power(test, power)) return tl::unexpected(*wrong);
  const double root = (critical(test) * std::sqrt(test.first * (1 - test.first)) +
                       quantile(power) * std::sqrt(test.second * (1 - test.second))) /
                      (test.first - test.second);
  return root * root * test.design_effect;
}

Outcome<double> size_for_yearly_rise(double proportion, double points, double years, double power,
                                     double design_effect, double alpha, bool two_sided) {
  if (!is_positive(years)) return out_of_range("the number of years", years);
  return size_for_change({.first = proportion,
                          .second = proportion + points * years,
                          .alpha = alpha,
                          .two_sided = two_sided,
                          .design_effect = design_effect},
                         power);
}

}  // namespace kepu::statistics::sampling

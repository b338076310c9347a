#include "statistics/survey/contrast.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

namespace kepu::statistics {

namespace {

using Eigen::VectorXd;

// A value with its gradient.
struct Dual {
  double v = 0;
  VectorXd d;
};

Dual chain(const Dual& a, double value, double slope) { return {value, slope * a.d}; }

using Rule = std::pair<double, double> (*)(double);  // value and slope

struct Function {
  std::string_view name;
  Rule rule;
};

constexpr Function kFunctions[] = {
    {"log", [](double x) { return std::pair(std::log(x), 1 / x); }},
    {"exp", [](double x) { return std::pair(std::exp(x), std::exp(x)); }},
    {"sqrt", [](double x) { return std::pair(std::sqrt(x), 0.5 / std::sqrt(x)); }},
    {"sin", [](double x) { return std::pair(std::sin(x), std::cos(x)); }},
    {"cos", [](double x) { return std::pair(std::cos(x), -std::sin(x)); }},
    {"tan", [](double x) { return std::pair(std::tan(x), 1 + std::tan(x) * std::tan(x)); }},
    {"asin", [](double x) { return std::pair(std::asin(x), 1 / std::sqrt(1 - x * x)); }},
    {"acos", [](double x) { return std::pair(std::acos(x), -1 / std::sqrt(1 - x * x)); }},
    {"atan", [](double x) { return std::pair(std::atan(x), 1 / (1 + x * x)); }},
    {"abs", [](double x) { return std::pair(std::abs(x), x < 0 ? -1.0 : 1.0); }},
    {"log10", [](double x) { return std::pair(std::log10(x), 1 / (x * M_LN10)); }},
    {"log2", [](double x) { return std::pair(std::log2(x), 1 / (x * M_LN2)); }},
    {"log1p", [](double x) { return std::pair(std::log1p(x), 1 / (1 + x)); }},
    {"expm1", [](double x) { return std::pair(std::expm1(x), std::exp(x)); }},
};

class Reader {
 public:
  Reader(std::string_view text, std::span<const std::string> names, const VectorXd& values)
      : text_(text), names_(names), values_(values) {}

  Outcome<Dual> read() {
    auto out = sum();
    skip();
    if (!failure_ && at_ != text_.size()) fail("an operator or the end is expected");
    if (failure_) return tl::unexpected(*failure_);
    if (!std::isfinite(out.v) || !out.d.allFinite()) {
      return refuse("survey.formula", fmt::format("“{}” has no finite value at these estimates", text_));
    }
    return out;
  }

 private:
  Dual fail(const char* what) {
    if (!failure_)
      failure_ = Refusal{"survey.formula", fmt::format("“{}”, character {}: {}", text_, at_ + 1, what)};
    at_ = text_.size();
    return constant(0);
  }
  Dual constant(double v) const { return {v, VectorXd::Zero(values_.size())}; }
  void skip() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n')) ++at_;
  }
  bool take(char c) {
    skip();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  Dual sum() {
    Dual left = product();
    while (!failure_) {
      if (take('+')) {
        const Dual right = product();
        left = {left.v + right.v, left.d + right.d};
      } else if (take('-')) {
        const Dual right = product();
        left = {left.v - right.v, left.d - right.d};
      } else {
        break;
      }
    }
    return left;
  }
  Dual product() {
    Dual left = sign();
    while (!failure_) {
      if (take('*')) {
        const Dual right = sign();
        left = {left.v * right.v, left.d * right.v + left.v * right.d};
      } else if (take('/')) {
        const Dual right = sign();
        left = {left.v / right.v, (left.d - left.v / right.v * right.d) / right.v};
      } else {
        break;
      }
    }
    return left;
  }
  // As in R, −a^b is −(a^b) and a^−b is allowed.
  Dual sign() {
    if (++depth_ > 200) return fail("nested too deeply");
    Dual out;
    if (take('-')) {
      out = sign();
      out = {-out.v, -out.d};
    } else if (take('+')) {
      out = sign();
    } else {
      out = power();
    }
    --depth_;
    return out;
  }
  Dual power() {
    const Dual base = atom();
    if (!take('^')) return base;
    const Dual exponent = sign();
    const double v = std::pow(base.v, exponent.v);
    VectorXd d = exponent.v == 0 ? VectorXd(0 * base.d)
                                 : VectorXd(exponent.v * std::pow(base.v, exponent.v - 1) * base.d);
    if (exponent.d.cwiseAbs().sum() > 0) d += v * std::log(base.v) * exponent.d;
    return {v, std::move(d)};
  }
  Dual atom() {
    skip();
    if (at_ >= text_.size()) return fail("something is missing");
    const char c = text_[at_];
    if (take('(')) return bracket();
    if (c == '`') return quoted();
    if ((c >= '0' && c <= '9') ||
        (c == '.' && at_ + 1 < text_.size() && text_[at_ + 1] >= '0' && text_[at_ + 1] <= '9')) {
      return number();
    }
    return name();
  }
  Dual bracket() {
    Dual inner = sum();
    if (!take(')')) return fail("a closing bracket is missing");
    return inner;
  }
  Dual number() {
    double v = 0;
    const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), v);
    if (error != std::errc()) return fail("this is no number");
    at_ = static_cast<std::size_t>(end - text_.data());
    return constant(v);
  }
  Dual quoted() {
    const auto end = text_.find('`', at_ + 1);
    if (end == std::string_view::npos) return fail("the closing backtick is missing");
    const auto word = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return value_of(word);
  }
  Dual name() {
    const std::size_t from = at_;
    const auto part = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
             c == '.' || static_cast<unsigned char>(c) >= 0x80;
    };
    while (at_ < text_.size() && part(text_[at_])) ++at_;
    const auto word = text_.substr(from, at_ - from);
    if (word.empty()) return fail("this character has no meaning here");
    if (take('(')) {
      const Dual inner = bracket();
      for (const auto& f : kFunctions) {
        if (f.name != word) continue;
        const auto [v, slope] = f.rule(inner.v);
        return chain(inner, v, slope);
      }
      return fail("there is no such function");
    }
    return value_of(word);
  }
  Dual value_of(std::string_view word) {
    const auto found = std::find(names_.begin(), names_.end(), word);
    if (found == names_.end()) {
      if (word == "pi") return constant(M_PI);
      return fail("there is no estimate of this name");
    }
    const auto k = found - names_.begin();
    Dual out = constant(values_[k]);
    out.d[k] = 1;
    return out;
  }

  std::string_view text_;
  std::span<const std::string> names_;
  const VectorXd& values_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::optional<Refusal> failure_;
};

}  // namespace

Estimates linear_contrast(const Estimates& estimates, const Eigen::MatrixXd& coefficients) {
  return {coefficients * estimates.value, coefficients * estimates.covariance * coefficients.transpose()};
}

Outcome<Estimates> formula_contrast(const Estimates& estimates, std::span<const std::string> names,
                                    std::string_view formula) {
  if (formula.size() > 10000) return refuse("survey.formula", "the formula is longer than 10,000 characters");
  const auto value = Reader(formula, names, estimates.value).read();
  if (!value) return tl::unexpected(value.error());
  Estimates out;
  out.value = VectorXd::Constant(1, value->v);
  out.covariance = value->d.transpose() * estimates.covariance * value->d;
  return out;
}

}  // namespace kepu::statistics

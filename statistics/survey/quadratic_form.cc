#include "statistics/survey/quadratic_form.h"

#include <algorithm>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <cmath>
#include <vector>

#include "statistics/survey/distributions.h"

namespace kepu::statistics {

namespace {

// Σ a_k χ²_{h_k}.
struct Form {
  std::vector<double> a, h;

  double cumulant(double s) const {
    double sum = 0;
    for (std::size_t k = 0; k < a.size(); ++k) sum -= h[k] * std::log(1 - 2 * s * a[k]) / 2;
    return sum;
  }
  double first(double s) const {
    double sum = 0;
    for (std::size_t k = 0; k < a.size(); ++k) sum += h[k] * a[k] / (1 - 2 * s * a[k]);
    return sum;
  }
  double second(double s) const {
    double sum = 0;
    for (std::size_t k = 0; k < a.size(); ++k) sum += 2 * h[k] * std::pow(a[k] / (1 - 2 * s * a[k]), 2);
    return sum;
  }
};

// With ddf the question becomes P(Σ a χ² − (x/ddf) χ²_ddf > 0).
Form form_of(double& x, std::span<const double> a, double ddf) {
  Form f{{a.begin(), a.end()}, std::vector<double>(a.size(), 1.0)};
  if (std::isfinite(ddf)) {
    f.a.push_back(-x / ddf);
    f.h.push_back(std::max(std::floor(ddf), 1.0));
    x = 0;
  }
  return f;
}

// The saddlepoint s with K'(s) = x; NaN where it cannot be bracketed.
double saddle(const Form& f, double x) {
  const double most = *std::max_element(f.a.begin(), f.a.end());
  const double least = *std::min_element(f.a.begin(), f.a.end());
  if (!(most > 0)) return std::nan("");
  double high = 1 / (2 * most) * (1 - 1e-12);
  double low = least < 0 ? 1 / (2 * least) * (1 - 1e-12) : -1;
  while (least >= 0 && f.first(low) > x && low > -1e12) low *= 2;
  if (!(f.first(low) <= x && f.first(high) >= x)) return std::nan("");
  for (int k = 0; k < 300; ++k) {
    const double mid = (low + high) / 2;
    (f.first(mid) < x ? low : high) = mid;
  }
  return (low + high) / 2;
}

constexpr int kMostPieces = 5000;

}  // namespace

double upper_by_moments(double x, std::span<const double> a, double ddf) {
  double sum = 0, squares = 0;
  for (const double v : a) {
    sum += v;
    squares += v * v;
  }
  const double scale = squares / sum, df = sum * sum / squares;
  return std::isfinite(ddf) ? f_upper(x / (df * scale), df, ddf) : chisq_upper(x / scale, df);
}

double upper_by_saddlepoint(double x, std::span<const double> a, double ddf) {
  const double by_moments = upper_by_moments(x, a, ddf);
  const Form f = form_of(x, a, ddf);
  const double scale = *std::max_element(f.a.begin(), f.a.end());
  const double s = saddle(f, x);
  if (!std::isfinite(s) || std::abs(s * scale) < 1e-4) return by_moments;
  const double w = std::copysign(std::sqrt(2 * (s * x - f.cumulant(s))), s);
  const double v = s * std::sqrt(f.second(s));
  const double p = normal_upper(w + std::log(v / w) / w);
  return std::isfinite(p) ? p : by_moments;
}

double upper_by_integration(double x, std::span<const double> a, double ddf) {
  const double by_saddlepoint = upper_by_saddlepoint(x, a, ddf);
  if (by_saddlepoint < 1e-8) return by_saddlepoint;
  double at = x;
  Form f = form_of(at, a, ddf);
  const double scale = std::max(std::abs(*std::max_element(f.a.begin(), f.a.end())), 1e-300);
  for (double& v : f.a) v /= scale;
  at /= scale;
  const auto integrand = [&](double u) {
    double angle = -at * u / 2, log_rho = 0;
    for (std::size_t k = 0; k < f.a.size(); ++k) {
      angle += f.h[k] * std::atan(f.a[k] * u) / 2;
      log_rho += f.h[k] * std::log1p(f.a[k] * f.a[k] * u * u) / 4;
    }
    if (u < 1e-12) {
      double slope = -at / 2;
      for (std::size_t k = 0; k < f.a.size(); ++k) slope += f.h[k] * f.a[k] / 2;
      return slope;
    }
    return std::sin(angle) * std::exp(-log_rho) / u;
  };
  // The integrand decays like a power and turns with period 4π/x: pieces of at most two turns, until what is
  // left is below 1e-10. One rule of 31 points is exact for two turns.
  using Rule = boost::math::quadrature::gauss_kronrod<double, 31>;
  double sum = 0, from = 0, length = 0.25, left = 1;
  for (int piece = 0; piece < kMostPieces && left > 1e-10; ++piece) {
    sum += Rule::integrate(integrand, from, from + length, 1, 1e-10);
    from += length;
    double log_rho = 0, power = 0;
    for (std::size_t k = 0; k < f.a.size(); ++k) {
      log_rho += f.h[k] * std::log1p(f.a[k] * f.a[k] * from * from) / 4;
      power += f.h[k] / 2;
    }
    const double size = std::exp(-log_rho) / from;
    left = at > 0 ? std::min(2 * size / at, size * from / power) : size * from / power;
    length = std::min(length * 1.25, at > 0 ? 8 * M_PI / at : 1e300);
  }
  const double p = 0.5 + sum / M_PI;
  return p > 1e-7 && p <= 1 && left <= 1e-8 ? p : by_saddlepoint;
}

}  // namespace kepu::statistics

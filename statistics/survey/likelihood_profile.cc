#include "statistics/survey/likelihood_profile.h"

#include <algorithm>
#include <boost/math/distributions/fisher_f.hpp>
#include <cmath>
#include <vector>

#include "statistics/survey/distributions.h"

namespace kepu::statistics {

namespace {

// p log(p/x) + (1−p) log((1−p)/(1−x)), 0 at x = p.
double divergence(double p, double x) { return p * std::log(p / x) + (1 - p) * std::log((1 - p) / (1 - x)); }

double solve(double p, double goal, double from, double to) {
  // `from` is p, where the divergence is 0; it grows without bound towards `to` (0 or 1). Halving to the last
  // bit.
  for (int k = 0; k < 2000; ++k) {
    const double mid = (from + to) / 2;
    if (mid == from || mid == to) break;
    (divergence(p, mid) < goal ? from : to) = mid;
  }
  return (from + to) / 2;
}

// Natural-coefficient cubic spline of Forsythe, Malcolm and Moler: the end cubics go through the four last
// points.
class FmmSpline {
 public:
  FmmSpline(std::vector<double> x, std::vector<double> y) : x_(std::move(x)), y_(std::move(y)) {
    const std::size_t n = x_.size();
    b_.assign(n, 0);
    c_.assign(n, 0);
    d_.assign(n, 0);
    if (n < 3) {
      if (n == 2) b_[0] = b_[1] = (y_[1] - y_[0]) / (x_[1] - x_[0]);
      return;
    }
    const std::size_t last = n - 1;
    d_[0] = x_[1] - x_[0];
    c_[1] = (y_[1] - y_[0]) / d_[0];
    for (std::size_t i = 1; i < last; ++i) {
      d_[i] = x_[i + 1] - x_[i];
      b_[i] = 2 * (d_[i - 1] + d_[i]);
      c_[i + 1] = (y_[i + 1] - y_[i]) / d_[i];
      c_[i] = c_[i + 1] - c_[i];
    }
    b_[0] = -d_[0];
    b_[last] = -d_[last - 1];
    c_[0] = c_[last] = 0;
    if (n > 3) {
      c_[0] = c_[2] / (x_[3] - x_[1]) - c_[1] / (x_[2] - x_[0]);
      c_[last] = c_[last - 1] / (x_[last] - x_[last - 2]) - c_[last - 2] / (x_[last - 1] - x_[last - 3]);
      c_[0] = c_[0] * d_[0] * d_[0] / (x_[3] - x_[0]);
      c_[last] = -c_[last] * d_[last - 1] * d_[last - 1] / (x_[last] - x_[last - 3]);
    }
    for (std::size_t i = 1; i <= last; ++i) {
      const double t = d_[i - 1] / b_[i - 1];
      b_[i] -= t * d_[i - 1];
      c_[i] -= t * c_[i - 1];
    }
    c_[last] /= b_[last];
    for (std::size_t i = last; i-- > 0;) c_[i] = (c_[i] - d_[i] * c_[i + 1]) / b_[i];
    b_[last] = (y_[last] - y_[last - 1]) / d_[last - 1] + d_[last - 1] * (c_[last - 1] + 2 * c_[last]);
    for (std::size_t i = 0; i < last; ++i) {
      b_[i] = (y_[i + 1] - y_[i]) / d_[i] - d_[i] * (c_[i + 1] + 2 * c_[i]);
      d_[i] = (c_[i + 1] - c_[i]) / d_[i];
      c_[i] *= 3;
    }
    c_[last] *= 3;
    d_[last] = d_[last - 1];
  }
  double at(double v) const {
    const auto above = std::upper_bound(x_.begin(), x_.end(), v);
    const auto i = static_cast<std::size_t>(std::max<std::ptrdiff_t>(above - x_.begin() - 1, 0));
    const double h = v - x_[i];
    return y_[i] + h * (b_[i] + h * (c_[i] + h * (i + 1 == x_.size() && v >= x_[i] ? 0 : d_[i])));
  }

 private:
  std::vector<double> x_, y_, b_, c_, d_;
};

double interpolate(const std::vector<double>& z, const std::vector<double>& beta, double cut) {
  for (std::size_t k = 1; k < z.size(); ++k) {
    if (cut < z[k - 1] || cut > z[k]) continue;
    return beta[k - 1] + (beta[k] - beta[k - 1]) * (cut - z[k - 1]) / (z[k] - z[k - 1]);
  }
  return std::nan("");
}

}  // namespace

Interval profile_exact(double p, double n, double t) {
  const double goal = t * t / (2 * n);
  return {solve(p, goal, p, 0), solve(p, goal, p, 1)};
}

Outcome<Interval> profile_by_spline(double p, double variance, double rows, double dispersion,
                                    double confidence, double degrees) {
  const double pq = p * (1 - p);
  const double lambda = variance * rows / pq;  // robust over naive variance of the log-odds
  const double cut = -t_quantile((1 - confidence) / 2, degrees) * std::sqrt(lambda);
  const double alpha = normal_upper(cut) / 2;
  double zmax = std::nan("");
  if (rows > 1 && alpha > 0 && alpha < 1) {
    zmax = std::sqrt(quantile(complement(boost::math::fisher_f(1, rows - 1), alpha)));
  }
  if (!std::isfinite(zmax) || !(dispersion > 0))
    return refuse("survey.interval", "no profile of the likelihood");
  const double centre = std::log(p / (1 - p)), se = std::sqrt(variance) / pq;
  std::vector<std::pair<double, double>> points{{0, centre}};  // signed root, log-odds
  for (const double sign : {-1.0, 1.0}) {
    double z = 0;
    for (int step = 1; step < 10 && std::abs(z) < zmax; ++step) {
      const double beta = centre + sign * step * zmax / 5 * se;
      const double x = 1 / (1 + std::exp(-beta));
      z = sign * std::sqrt(std::max(2 * rows * divergence(p, x) / dispersion, 0.0));
      if (!std::isfinite(z))
        return refuse("survey.interval", "the profile of the likelihood leaves the numbers");
      points.emplace_back(z, beta);
    }
  }
  std::sort(points.begin(), points.end());
  std::vector<double> z, beta;
  for (const auto& [root, odds] : points) {
    z.push_back(root);
    beta.push_back(odds);
  }
  const FmmSpline spline(beta, z);
  std::vector<double> fine_z, fine_beta;
  const std::size_t count = 3 * beta.size();
  for (std::size_t k = 0; k < count; ++k) {
    const double b =
        beta.front() + (beta.back() - beta.front()) * static_cast<double>(k) / static_cast<double>(count - 1);
    fine_beta.push_back(b);
    fine_z.push_back(spline.at(b));
  }
  const double lower = interpolate(fine_z, fine_beta, -cut), upper = interpolate(fine_z, fine_beta, cut);
  if (!std::isfinite(lower) || !std::isfinite(upper)) {
    return refuse("survey.interval", "the steps of the profile do not reach the interval's end");
  }
  return Interval{1 / (1 + std::exp(-lower)), 1 / (1 + std::exp(-upper))};
}

}  // namespace kepu::statistics

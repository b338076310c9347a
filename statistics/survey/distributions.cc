#include "statistics/survey/distributions.h"

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>

namespace kepu::statistics {

namespace {

namespace bm = boost::math;
using Policy = bm::policies::policy<bm::policies::domain_error<bm::policies::ignore_error>,
                                    bm::policies::overflow_error<bm::policies::ignore_error>,
                                    bm::policies::evaluation_error<bm::policies::ignore_error>>;
using Normal = bm::normal_distribution<double, Policy>;
using T = bm::students_t_distribution<double, Policy>;
using F = bm::fisher_f_distribution<double, Policy>;
using Chi = bm::chi_squared_distribution<double, Policy>;
using Beta = bm::beta_distribution<double, Policy>;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
bool inside(double p) { return p > 0 && p < 1; }

}  // namespace

double normal_quantile(double p) { return inside(p) ? bm::quantile(Normal(), p) : kNone; }

double normal_upper(double x) { return std::isnan(x) ? kNone : bm::cdf(bm::complement(Normal(), x)); }

double t_quantile(double p, double df) {
  if (!(df > 0) || !inside(p)) return kNone;
  return std::isinf(df) ? normal_quantile(p) : bm::quantile(T(df), p);
}

double t_upper(double x, double df) {
  if (!(df > 0) || std::isnan(x)) return kNone;
  if (std::isinf(x)) return x > 0 ? 0 : 1;
  return std::isinf(df) ? normal_upper(x) : bm::cdf(bm::complement(T(df), x));
}

double f_upper(double x, double df1, double df2) {
  if (!(df1 > 0 && df2 > 0) || std::isnan(x)) return kNone;
  if (x <= 0) return 1;
  if (std::isinf(x)) return 0;
  return std::isinf(df2) ? chisq_upper(x * df1, df1) : bm::cdf(bm::complement(F(df1, df2), x));
}

double chisq_upper(double x, double df) {
  if (!(df > 0) || std::isnan(x)) return kNone;
  if (x <= 0) return 1;
  if (std::isinf(x)) return 0;
  return bm::cdf(bm::complement(Chi(df), x));
}

double beta_quantile(double p, double a, double b) {
  if (!inside(p) || !(a >= 0 && b >= 0) || (a == 0 && b == 0) || std::isinf(a) || std::isinf(b)) return kNone;
  if (a == 0) return 0;
  if (b == 0) return 1;
  return bm::quantile(Beta(a, b), p);
}

}  // namespace kepu::statistics

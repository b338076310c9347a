// Quantiles and tails of the distributions that survey statistics use. NaN where the arguments lie outside
// the distribution's domain (degrees of freedom ≤ 0, NaN), never an exception. df = ∞ is the normal.
#pragma once

namespace kepu::statistics {

double normal_quantile(double p);
double normal_upper(double x);  // P(Z > x)
double t_quantile(double p, double df);
double t_upper(double x, double df);  // P(T > x)
double f_upper(double x, double df1, double df2);
double chisq_upper(double x, double df);
double beta_quantile(double p, double a, double b);

}  // namespace kepu::statistics

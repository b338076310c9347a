// Tests in tables of weighted counts: independence of two variables, and agreement with given shares.
#pragma once

#include <vector>

#include "statistics/outcome.h"
#include "statistics/survey/survey.h"
#include "statistics/weighting/cells.h"

namespace kepu::statistics {

// F and chisq: Pearson's statistic with Rao and Scott's second- and first-order corrections (1984, Annals 12;
// Thomas and Rao 1987); wald and adjusted_wald: Koch, Freeman and Freeman 1975; lincom and saddlepoint: the
// asymptotic distribution itself.
enum class IndependenceTest { f, chisq, wald, adjusted_wald, lincom, saddlepoint };

struct TestResult {
  double statistic = 0;
  std::vector<double> parameters;  // f and walds: numerator and denominator df; chisq: df
  double p = 0;
};

// Independence of `rows` and `columns` among the rows of the domain where both are known. Pearson's statistic
// is scaled to the number of rows of the data set about the domain, missing ones included, as R does. Refuses
// survey.table (fewer than two categories, a category that does not occur), survey.singular (the covariance
// has no inverse) and what Survey::covariance refuses.
Outcome<TestResult> independence(const Survey& survey, const Domain& domain, const Cells& rows,
                                 const Cells& columns, IndependenceTest test);

struct FitResult {
  double statistic = 0;  // Σ (O − E)² / E of the weighted totals
  double scale = 0, df = 0;
  double p = 0;
};

// Whether the weighted totals of the categories agree with `shares` (need not sum to 1): Satterthwaite's
// approximation with the design covariance of (O − E)/√E. Refuses survey.table.
Outcome<FitResult> goodness_of_fit(const Survey& survey, const Domain& domain, const Cells& categories,
                                   const std::vector<double>& shares);

}  // namespace kepu::statistics

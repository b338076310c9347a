// Functions of estimates, with the variance that follows from the estimates' covariance.
#pragma once

#include <Eigen/Core>
#include <span>
#include <string>
#include <string_view>

#include "statistics/outcome.h"
#include "statistics/survey/survey.h"

namespace kepu::statistics {

// Σ c_k estimate_k for each row of coefficients.
Estimates linear_contrast(const Estimates& estimates, const Eigen::MatrixXd& coefficients);

// A formula over named estimates, by the delta method with exact derivatives. It knows + − * / ^, brackets,
// numbers, names (letters, digits, _ and . ; anything between `backticks`), and log exp sqrt sin cos tan asin
// acos atan abs log10 log2 log1p expm1. At most 10,000 characters and 200 brackets deep. Refuses
// survey.formula: what cannot be read, with its place; an unknown name; a value or derivative that is not a
// number.
Outcome<Estimates> formula_contrast(const Estimates& estimates, std::span<const std::string> names,
                                    std::string_view formula);

}  // namespace kepu::statistics

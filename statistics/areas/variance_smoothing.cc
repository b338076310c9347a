#include "statistics/areas/variance_smoothing.h"

#include <fmt/format.h>

#include <Eigen/Core>
#include <Eigen/QR>
#include <cmath>
#include <limits>

#include "statistics/areas/model_basis.h"

namespace kepu::statistics::areas {

namespace {

Outcome<double> level_of(const ProportionData& data) {
  if (data.variances.size() != data.proportions.size() || data.persons.size() != data.proportions.size()) {
    return refuse("areas.shape",
                  fmt::format("{} proportions, {} variances, {} numbers of persons", data.proportions.size(),
                              data.variances.size(), data.persons.size()));
  }
  if (!(data.prior_persons > 0) || !std::isfinite(data.prior_persons)) {
    return refuse("areas.value", fmt::format("prior_persons is {}", data.prior_persons));
  }
  double sum = 0, persons = 0;
  for (std::size_t i = 0; i < data.proportions.size(); ++i) {
    const double p = data.proportions[i], n = data.persons[i];
    if (std::isnan(p)) continue;
    if (!(p >= 0 && p <= 1 && n > 0 && std::isfinite(n)) || std::isinf(data.variances[i])) {
      return refuse("areas.value", fmt::format("area {}: proportion {}, variance {}, persons {}", i + 1, p,
                                               data.variances[i], n));
    }
    sum += n * p;
    persons += n;
  }
  if (!(sum > 0 && sum < persons))
    return refuse("areas.level", "all areas are at 0, all at 1, or there is none");
  return sum / persons;
}

// p̃(1 − p̃)
double spread_at(const ProportionData& data, std::size_t i, double level) {
  const double n = data.persons[i], k = data.prior_persons;
  const double p = (n * data.proportions[i] + k * level) / (n + k);
  return p * (1 - p);
}

using Rows = std::vector<std::size_t>;

Outcome<SmoothedVariances> with_common_deff(const ProportionData& data, const Rows& rows, double level) {
  if (rows.size() < 2) return refuse("areas.few", "fewer than 2 areas with a positive variance");
  double weighted = 0, persons = 0;
  for (const std::size_t i : rows) {
    const double n = data.persons[i];
    weighted += n * (data.variances[i] * n / spread_at(data, i, level));
    persons += n;
  }
  SmoothedVariances out;
  out.design_effect = weighted / persons;
  for (std::size_t i = 0; i < data.proportions.size(); ++i) {
    out.variances.push_back(std::isnan(data.proportions[i])
                                ? std::numeric_limits<double>::quiet_NaN()
                                : out.design_effect * spread_at(data, i, level) / data.persons[i]);
  }
  return out;
}

Outcome<SmoothedVariances> with_log_linear(const ProportionData& data, const Rows& rows, double level) {
  if (rows.size() < 6) return refuse("areas.few", "fewer than 6 areas with a positive variance");
  const auto log_row = [&](std::size_t i) {
    return Eigen::RowVector3d(1, std::log(data.persons[i]), std::log(spread_at(data, i, level)));
  };
  const auto m = static_cast<Eigen::Index>(rows.size());
  Eigen::MatrixXd x(m, 3);
  Eigen::VectorXd y(m);
  for (Eigen::Index r = 0; r < m; ++r) {
    const std::size_t i = rows[static_cast<std::size_t>(r)];
    x.row(r) = log_row(i);
    y(r) = std::log(data.variances[i]);
  }
  const auto basis = make_basis(x);
  if (!basis)
    return refuse("areas.few", "the numbers of persons or the proportions do not differ between areas");
  const Eigen::VectorXd b = basis->r_inverse * (basis->q.transpose() * y);
  SmoothedVariances out;
  out.coefficients.assign(b.begin(), b.end());
  out.correction = y.array().exp().sum() / (x * b).array().exp().sum();
  for (std::size_t i = 0; i < data.proportions.size(); ++i) {
    out.variances.push_back(std::isnan(data.proportions[i]) ? std::numeric_limits<double>::quiet_NaN()
                                                            : out.correction * std::exp(log_row(i).dot(b)));
  }
  return out;
}

}  // namespace

Outcome<SmoothedVariances> smooth_variances(const ProportionData& data, SmoothingModel model) {
  const auto level = level_of(data);
  if (!level) return tl::unexpected(level.error());
  Rows rows;
  for (std::size_t i = 0; i < data.proportions.size(); ++i) {
    if (!std::isnan(data.proportions[i]) && data.variances[i] > 0) rows.push_back(i);
  }
  auto out = model == SmoothingModel::common_deff ? with_common_deff(data, rows, *level)
                                                  : with_log_linear(data, rows, *level);
  if (out) out->fitted = static_cast<int>(rows.size());
  return out;
}

}  // namespace kepu::statistics::areas

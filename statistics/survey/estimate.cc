#include "statistics/survey/estimate.h"

#include <fmt/format.h>

#include <cmath>
#include <memory>

namespace kepu::statistics {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// What a statistic keeps: values with zeros outside the domain, the domain as 0/1, the weights.
struct Rows {
  MatrixXd y;
  VectorXd in;
  VectorXd w;
};

Eigen::Map<const VectorXd> vector(std::span<const double> values) {
  return {values.data(), static_cast<Index>(values.size())};
}

Outcome<std::shared_ptr<Rows>> rows_of(const Survey& survey, const Domain& domain, const MatrixXd& y) {
  if (static_cast<std::size_t>(y.rows()) != survey.rows() || domain.in.size() != survey.rows() ||
      y.cols() == 0) {
    return refuse("survey.columns", fmt::format("{} values, {} rows in the domain, {} rows in the survey",
                                                y.rows(), domain.in.size(), survey.rows()));
  }
  auto rows = std::make_shared<Rows>();
  rows->y = MatrixXd::Zero(y.rows(), y.cols());
  rows->in = VectorXd::Zero(y.rows());
  rows->w = vector(survey.weights());
  for (Index i = 0; i < y.rows(); ++i) {
    if (domain.in[static_cast<std::size_t>(i)]) rows->in[i] = 1;
  }
  for (Index k = 0; k < y.cols(); ++k) {
    for (Index i = 0; i < y.rows(); ++i) {
      if (rows->in[i] == 0) continue;
      if (!std::isfinite(y(i, k))) return refuse("survey.missing", fmt::format("row {} has no value", i + 1));
      rows->y(i, k) = y(i, k);
    }
  }
  return rows;
}

tl::unexpected<Refusal> empty() { return refuse("survey.empty", "nobody with weight is in the domain"); }

}  // namespace

Outcome<Statistic> mean_of(const Survey& survey, const Domain& domain, const MatrixXd& y) {
  const auto rows = rows_of(survey, domain, y);
  if (!rows) return tl::unexpected(rows.error());
  const std::shared_ptr<const Rows> d = *rows;
  Statistic s;
  s.at = [d](std::span<const double> w) -> VectorXd {
    return d->y.transpose() * vector(w) / d->in.dot(vector(w));
  };
  const double sum = d->in.dot(d->w);
  if (sum == 0) return empty();
  s.value = s.at(survey.weights());
  s.influence = [d, mean = s.value, sum]() -> MatrixXd {
    return (d->w / sum).asDiagonal() * (d->y - d->in * mean.transpose());
  };
  return s;
}

Outcome<Statistic> total_of(const Survey& survey, const Domain& domain, const MatrixXd& y) {
  const auto rows = rows_of(survey, domain, y);
  if (!rows) return tl::unexpected(rows.error());
  const std::shared_ptr<const Rows> d = *rows;
  Statistic s;
  s.at = [d](std::span<const double> w) -> VectorXd { return d->y.transpose() * vector(w); };
  s.value = s.at(survey.weights());
  s.influence = [d]() -> MatrixXd { return d->w.asDiagonal() * d->y; };
  return s;
}

Outcome<Statistic> ratio_of(const Survey& survey, const Domain& domain, const MatrixXd& numerator,
                            const MatrixXd& denominator) {
  if (numerator.rows() != denominator.rows())
    return refuse("survey.columns", "numerator and denominator differ in rows");
  MatrixXd both(numerator.rows(), numerator.cols() + denominator.cols());
  both << numerator, denominator;
  const auto rows = rows_of(survey, domain, both);
  if (!rows) return tl::unexpected(rows.error());
  const std::shared_ptr<const Rows> d = *rows;
  const Index a = numerator.cols(), b = denominator.cols();
  Statistic s;
  s.at = [d, a, b](std::span<const double> w) {
    const VectorXd totals = d->y.transpose() * vector(w);
    VectorXd out(a * b);
    for (Index k = 0; k < b; ++k) out.segment(k * a, a) = totals.head(a) / totals[a + k];
    return out;
  };
  const VectorXd totals = d->y.transpose() * d->w;
  if ((totals.tail(b).array() == 0).any()) return refuse("survey.empty", "the total of a denominator is 0");
  s.value = s.at(survey.weights());
  s.influence = [d, a, b, totals, value = s.value] {
    MatrixXd x(d->y.rows(), a * b);
    for (Index k = 0; k < b; ++k) {
      for (Index j = 0; j < a; ++j) {
        x.col(k * a + j) =
            d->w.cwiseProduct(d->y.col(j) - value[k * a + j] * d->y.col(a + k)) / totals[a + k];
      }
    }
    return x;
  };
  return s;
}

Outcome<Statistic> group_means(const Survey& survey, const Domain& domain, const MatrixXd& y,
                               const Cells& groups, bool totals) {
  if (groups.of.size() != survey.rows())
    return refuse("survey.columns", "the groups have another number of rows");
  const auto rows = rows_of(survey, domain, y);
  if (!rows) return tl::unexpected(rows.error());
  const std::shared_ptr<const Rows> d = *rows;
  const auto of = std::make_shared<const std::vector<std::int32_t>>(groups.of);
  const Index g = groups.count, p = y.cols();
  const auto masses = [d, of, g](const Eigen::Ref<const VectorXd>& w) {
    VectorXd mass = VectorXd::Zero(g);
    for (Index i = 0; i < w.size(); ++i) {
      const auto c = (*of)[static_cast<std::size_t>(i)];
      if (c >= 0) mass[c] += w[i] * d->in[i];
    }
    return mass;
  };
  const VectorXd mass = totals ? VectorXd(VectorXd::Ones(g)) : masses(d->w);
  if ((mass.array() == 0).any()) return empty();
  Statistic s;
  s.at = [d, of, g, p, totals, masses](std::span<const double> weights) {
    const auto w = vector(weights);
    VectorXd out = VectorXd::Zero(g * p);
    for (Index k = 0; k < p; ++k) {
      for (Index i = 0; i < w.size(); ++i) {
        const auto c = (*of)[static_cast<std::size_t>(i)];
        if (c >= 0) out[k * g + c] += w[i] * d->y(i, k);
      }
    }
    if (totals) return out;
    const VectorXd now = masses(w);
    for (Index k = 0; k < p; ++k) out.segment(k * g, g) = out.segment(k * g, g).cwiseQuotient(now);
    return out;
  };
  s.value = s.at(survey.weights());
  s.influence = [d, of, g, p, totals, mass, value = s.value] {
    MatrixXd x = MatrixXd::Zero(d->y.rows(), g * p);
    for (Index k = 0; k < p; ++k) {
      for (Index i = 0; i < x.rows(); ++i) {
        const auto c = (*of)[static_cast<std::size_t>(i)];
        if (c < 0 || d->in[i] == 0) continue;
        const double centre = totals ? 0 : value[k * g + c];
        x(i, k * g + c) = d->w[i] * (d->y(i, k) - centre) / mass[c];
      }
    }
    return x;
  };
  return s;
}

namespace {

// The number of rows that R's svyvar counts: those with weight, or for replicates all.
double count_of(const Survey& survey, const Domain& domain) {
  if (survey.replicates()) return static_cast<double>(domain.size());
  double n = 0;
  for (std::size_t i = 0; i < survey.rows(); ++i) n += domain.in[i] && survey.weights()[i] != 0;
  return n;
}

}  // namespace

Outcome<Statistic> variance_of(const Survey& survey, const Domain& domain, const MatrixXd& y) {
  const auto rows = rows_of(survey, domain, y);
  if (!rows) return tl::unexpected(rows.error());
  const std::shared_ptr<const Rows> d = *rows;
  const double n = count_of(survey, domain);
  if (n < 2) return refuse("survey.too_few", "a variance needs two rows at least");
  const double sum = d->in.dot(d->w);
  if (sum == 0) return empty();
  const double inflate = n / (n - 1);
  const Index p = y.cols();
  Statistic s;
  s.at = [d, inflate, p](std::span<const double> weights) -> VectorXd {
    const auto w = vector(weights);
    const double mass = d->in.dot(w);
    const VectorXd mean = d->y.transpose() * w / mass;
    const MatrixXd deviation = d->y - d->in * mean.transpose();
    const MatrixXd v = inflate / mass * deviation.transpose() * w.asDiagonal() * deviation;
    return Eigen::Map<const VectorXd>(v.data(), p * p);
  };
  s.value = s.at(survey.weights());
  s.influence = [d, inflate, p, sum, value = s.value] {
    const VectorXd mean = d->y.transpose() * d->w / sum;
    const MatrixXd deviation = d->y - d->in * mean.transpose();
    MatrixXd x(d->y.rows(), p * p);
    for (Index b = 0; b < p; ++b) {
      for (Index a = 0; a < p; ++a) {
        const VectorXd product = inflate * deviation.col(a).cwiseProduct(deviation.col(b));
        x.col(b * p + a) = d->w.cwiseProduct(product - value[b * p + a] * d->in) / sum;
      }
    }
    return x;
  };
  return s;
}

Outcome<VectorXd> simple_variance(const Survey& survey, const Domain& domain, const MatrixXd& y,
                                  bool with_replacement, bool total) {
  VectorXd out(y.cols());
  const double n = count_of(survey, domain);
  double sum = 0;
  for (std::size_t i = 0; i < survey.rows(); ++i) sum += domain.in[i] ? survey.weights()[i] : 0;
  if (!with_replacement && !total && sum < n) {
    return refuse("survey.sample_exceeds_population",
                  fmt::format("{} rows for a population of {}: are the weights scaled correctly?", n, sum));
  }
  for (Index k = 0; k < y.cols(); ++k) {
    const auto v = variance_of(survey, domain, y.col(k));
    if (!v) return tl::unexpected(v.error());
    out[k] = v->value[0] / n * (with_replacement ? 1 : (sum - n) / sum) * (total ? sum * sum : 1);
  }
  return out;
}

Outcome<double> cronbach_alpha(const Survey& survey, const Domain& domain, const MatrixXd& items) {
  const double k = static_cast<double>(items.cols());
  if (items.cols() < 2) return refuse("survey.too_few", "alpha needs two items at least");
  const auto whole = variance_of(survey, domain, items.rowwise().sum());
  if (!whole) return tl::unexpected(whole.error());
  if (!(whole->value[0] > 0)) return refuse("survey.empty", "the sum of the items does not vary");
  double sum = 0;
  for (Index j = 0; j < items.cols(); ++j) {
    const auto one = variance_of(survey, domain, items.col(j));
    if (!one) return tl::unexpected(one.error());
    sum += one->value[0];
  }
  return k / (k - 1) * (1 - sum / whole->value[0]);
}

}  // namespace kepu::statistics

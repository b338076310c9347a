#include "statistics/items/likelihood.h"

#include <cmath>
#include <limits>
#include <numbers>

namespace kepu::statistics::items {

MarginalLikelihood::MarginalLikelihood(kernel::Cells cells, std::vector<FreeItem> items,
                                       const CalibrationOptions& options)
    : cells_(std::move(cells)),
      items_(std::move(items)),
      options_(options),
      prior_(1, static_cast<int>(options.quadrature.node.size())) {
  std::copy(options_.quadrature.weight.begin(), options_.quadrature.weight.end(), prior_.row(0));
  int common_slope = -1;
  for (const FreeItem& item : items_) {
    auto& places = places_.emplace_back();
    for (int p = 0; p < item.parameters(); ++p) {
      if (p == 0 && item.kind().model == Model::one_pl) {
        if (common_slope < 0) common_slope = parameters_++;
        places.push_back(common_slope);
      } else {
        places.push_back(parameters_++);
      }
    }
  }
}

std::vector<double> MarginalLikelihood::own(const Eigen::VectorXd& x, std::size_t j) const {
  std::vector<double> parameters;
  for (const int place : places_[j]) parameters.push_back(x[place]);
  return parameters;
}

Eigen::VectorXd MarginalLikelihood::start() const {
  std::vector<double> counts(static_cast<std::size_t>(cells_.rows) + 1, 0);
  for (int i = 0; i < cells_.persons; ++i) {
    for (int j = 0; j < cells_.items; ++j) {
      counts[cells_.cell[static_cast<std::size_t>(i) * static_cast<std::size_t>(cells_.items) +
                         static_cast<std::size_t>(j)]] += cells_.weight[static_cast<std::size_t>(i)];
    }
  }
  Eigen::VectorXd x(parameters_);
  for (std::size_t j = 0; j < items_.size(); ++j) {
    std::vector<double> used;
    for (const int k : items_[j].used()) used.push_back(counts[static_cast<std::size_t>(cells_.base[j] + k)]);
    const auto parameters = items_[j].start(used, options_.priors);
    for (std::size_t p = 0; p < parameters.size(); ++p) x[place(j, p)] = parameters[p];
  }
  return x;
}

kernel::NodeTable MarginalLikelihood::probabilities(const Eigen::VectorXd& x, bool& possible) const {
  const auto& nodes = options_.quadrature.node;
  kernel::NodeTable table(cells_.rows + 1, static_cast<int>(nodes.size()));
  FreeItem::Point point;
  for (std::size_t j = 0; j < items_.size(); ++j) {
    const auto parameters = own(x, j);
    for (std::size_t q = 0; q < nodes.size(); ++q) {
      if (!items_[j].at(parameters.data(), nodes[q], false, point)) {
        possible = false;
        return table;
      }
      for (std::size_t u = 0; u < point.p.size(); ++u) {
        table.row(cells_.base[j] + items_[j].used()[u])[q] = point.p[u];
      }
    }
  }
  std::fill_n(table.row(cells_.rows), nodes.size(), 1.0);
  return table;
}

MarginalLikelihood::Value MarginalLikelihood::at(const Eigen::VectorXd& x) const {
  const auto& nodes = options_.quadrature.node;
  const int n = static_cast<int>(nodes.size());
  Value value{x, 0, Eigen::VectorXd::Zero(parameters_), kernel::NodeTable(cells_.rows + 1, n),
              kernel::NodeTable(1, n)};
  bool possible = x.allFinite();
  const auto probability = possible ? probabilities(x, possible) : kernel::NodeTable(1, n);
  if (!possible) {
    value.log_likelihood = -std::numeric_limits<double>::infinity();
    return value;
  }
  const int chunks = kernel::chunks_for(cells_.persons, cells_.items, options_.threads);
  std::vector<kernel::NodeTable> counts(static_cast<std::size_t>(chunks), value.counts);
  std::vector<kernel::NodeTable> totals(static_cast<std::size_t>(chunks), value.total);
  std::vector<double> sums(static_cast<std::size_t>(chunks), 0);
  kernel::in_chunks(cells_.persons, chunks, [&](int chunk, int begin, int end) {
    const auto at = static_cast<std::size_t>(chunk);
    sums[at] = kernel::expected_counts({cells_, probability, prior_, begin, end}, counts[at], totals[at]);
  });
  for (int chunk = 0; chunk < chunks; ++chunk) {
    value.log_likelihood += sums[static_cast<std::size_t>(chunk)];
    value.counts += counts[static_cast<std::size_t>(chunk)];
    value.total += totals[static_cast<std::size_t>(chunk)];
  }
  add_prior(x, &value.log_likelihood, &value.gradient, nullptr);
  FreeItem::Point point;
  for (std::size_t j = 0; j < items_.size(); ++j) {
    const auto parameters = own(x, j);
    for (std::size_t q = 0; q < nodes.size(); ++q) {
      items_[j].at(parameters.data(), nodes[q], false, point);
      for (std::size_t u = 0; u < point.p.size(); ++u) {
        const double count = value.counts.row(cells_.base[j] + items_[j].used()[u])[q];
        for (std::size_t p = 0; p < parameters.size(); ++p) {
          value.gradient[place(j, p)] += count * point.score[u * parameters.size() + p];
        }
      }
    }
  }
  if (std::isnan(value.log_likelihood)) value.log_likelihood = -std::numeric_limits<double>::infinity();
  return value;
}

void MarginalLikelihood::add_prior(const Eigen::VectorXd& x, double* value, Eigen::VectorXd* gradient,
                                   Eigen::MatrixXd* information) const {
  const auto normal = [&](int place, const NormalPrior& prior) {
    const double z = (x[place] - prior.mean) / prior.sd;
    if (value) *value -= z * z / 2 + std::log(prior.sd) + std::log(2 * std::numbers::pi) / 2;
    if (gradient) (*gradient)[place] -= z / prior.sd;
    if (information) (*information)(place, place) += 1 / (prior.sd * prior.sd);
  };
  // Density of a, not of log a: mode and likelihood are those of the log-normal distribution.
  const auto log_normal = [&](int place, const NormalPrior& prior) {
    const double a = x[place], variance = prior.sd * prior.sd;
    if (a <= 0) {
      if (value) *value = -std::numeric_limits<double>::infinity();
      return;
    }
    const double off = std::log(a) - prior.mean;
    if (value) {
      *value -= off * off / (2 * variance) + std::log(a * prior.sd) + std::log(2 * std::numbers::pi) / 2;
    }
    if (gradient) (*gradient)[place] -= (1 + off / variance) / a;
    if (information) (*information)(place, place) += (1 - off) / variance / (a * a) - 1 / (a * a);
  };
  bool common_slope_done = false;
  for (std::size_t j = 0; j < items_.size(); ++j) {
    const bool common = items_[j].kind().model == Model::one_pl;
    if (!common || !common_slope_done) {
      if (options_.priors.log_a) log_normal(place(j, 0), *options_.priors.log_a);
      if (options_.priors.a) normal(place(j, 0), *options_.priors.a);
      common_slope_done = common_slope_done || common;
    }
    for (int k = 0; k < items_[j].intercepts(); ++k) {
      if (options_.priors.d) normal(place(j, 1 + static_cast<std::size_t>(k)), *options_.priors.d);
    }
    if (items_[j].kind().model == Model::three_pl && options_.priors.logit_c) {
      normal(place(j, 2), *options_.priors.logit_c);
    }
  }
}

}  // namespace kepu::statistics::items

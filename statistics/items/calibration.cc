#include "statistics/items/calibration.h"

#include <fmt/format.h>

#include <cmath>

#include "statistics/items/checks.h"
#include "statistics/items/maximise.h"

namespace kepu::statistics::items {

namespace {

constexpr int kMostItems = 200;

Outcome<void> check_kinds(const Responses& responses, std::span<const ItemKind> kinds) {
  if (responses.items() > kMostItems) {
    return refuse("irt.size", fmt::format("{} items, at most {} can be calibrated together",
                                          responses.items(), kMostItems));
  }
  if (kinds.size() != static_cast<std::size_t>(responses.items())) {
    return refuse("irt.kinds", fmt::format("{} models for {} items", kinds.size(), responses.items()));
  }
  for (std::size_t j = 0; j < kinds.size(); ++j) {
    const bool ordinal = kinds[j].model == Model::graded || kinds[j].model == Model::partial_credit;
    if (kinds[j].categories != responses.categories()[j] || (!ordinal && kinds[j].categories != 2)) {
      return refuse("irt.kinds", fmt::format("item {} has {} categories, which does not fit the model {}",
                                             j + 1, kinds[j].categories, word_of(kinds[j].model)));
    }
  }
  return {};
}

Outcome<void> check_options(const CalibrationOptions& options) {
  const auto bad = [](const std::optional<NormalPrior>& prior) {
    return prior && !(std::isfinite(prior->mean) && prior->sd > 0 && std::isfinite(prior->sd));
  };
  const Priors& p = options.priors;
  if (bad(p.logit_c) || bad(p.log_a) || bad(p.a) || bad(p.d)) {
    return refuse("irt.options", "a prior needs a finite mean and a positive standard deviation");
  }
  if (!(options.tolerance > 0) || options.max_iterations < 1) {
    return refuse("irt.options", "tolerance and the number of steps must be positive");
  }
  return check_quadrature(options.quadrature);
}

// Which answers of each item occur among persons of positive weight.
Outcome<std::vector<FreeItem>> free_items(const Responses& responses, std::span<const ItemKind> kinds,
                                          std::span<const double> weights,
                                          std::vector<std::pair<int, int>>& unused) {
  std::vector<std::vector<bool>> seen;
  for (const ItemKind& kind : kinds) seen.emplace_back(kind.categories, false);
  for (int i = 0; i < responses.persons(); ++i) {
    if (!weights.empty() && weights[static_cast<std::size_t>(i)] == 0) continue;
    const auto row = responses.row(i);
    for (std::size_t j = 0; j < row.size(); ++j) {
      if (row[j] != Responses::kMissing) seen[j][row[j]] = true;
    }
  }
  std::vector<FreeItem> items;
  for (std::size_t j = 0; j < kinds.size(); ++j) {
    std::vector<int> used;
    for (int k = 0; k < kinds[j].categories; ++k) {
      if (seen[j][static_cast<std::size_t>(k)])
        used.push_back(k);
      else
        unused.emplace_back(static_cast<int>(j), k);
    }
    if (used.size() < 2) {
      return refuse("irt.constant_item", used.empty()
                                             ? fmt::format("nobody has answered item {}", j + 1)
                                             : fmt::format("all answers to item {} are {}", j + 1, used[0]));
    }
    if (kinds[j].model == Model::partial_credit && used[0] != 0) {
      return refuse(
          "irt.unused_category",
          fmt::format("nobody has chosen category 0 of partial-credit item {}: number its categories "
                      "from the lowest that occurs",
                      j + 1));
    }
    items.emplace_back(kinds[j], std::move(used));
  }
  return items;
}

void fill(const MarginalLikelihood& likelihood, const Maximum& maximum, Calibration& out) {
  for (std::size_t j = 0; j < likelihood.items().size(); ++j) {
    const FreeItem& item = likelihood.items()[j];
    std::vector<double> own;
    for (int p = 0; p < item.parameters(); ++p) {
      own.push_back(maximum.value.x[likelihood.place(j, static_cast<std::size_t>(p))]);
    }
    out.items.push_back(item.item(own.data()));
    ItemPlaces places{.a = likelihood.place(j, 0)};
    for (const int p : item.places_of_intercepts()) {
      places.d.push_back(p < 0 ? -1 : likelihood.place(j, static_cast<std::size_t>(p)));
    }
    if (item.kind().model == Model::three_pl) places.logit_c = likelihood.place(j, 2);
    out.places.push_back(std::move(places));
  }
}

}  // namespace

Outcome<Calibration> calibrate(const Responses& responses, std::span<const ItemKind> kinds,
                               std::span<const double> weights, const CalibrationOptions& options) {
  if (auto checked = check_kinds(responses, kinds); !checked) return tl::unexpected(checked.error());
  if (auto checked = check_options(options); !checked) return tl::unexpected(checked.error());
  if (auto checked = check_weights(weights, static_cast<std::size_t>(responses.persons())); !checked) {
    return tl::unexpected(Refusal{"irt.weights", checked.error().detail});
  }
  Calibration out;
  auto items = free_items(responses, kinds, weights, out.unused);
  if (!items) return tl::unexpected(items.error());
  const MarginalLikelihood likelihood(kernel::make_cells(responses, weights, true), std::move(*items),
                                      options);
  auto maximum = maximise(likelihood, options);
  if (!maximum) return tl::unexpected(maximum.error());
  out.parameters = likelihood.parameters();
  out.log_likelihood = maximum->value.log_likelihood;
  out.iterations = maximum->iterations;
  out.distance = maximum->distance;
  fill(likelihood, *maximum, out);
  if (!options.standard_errors) return out;
  const Eigen::LLT<Eigen::MatrixXd> factor(likelihood.observed_information(maximum->value));
  if (factor.info() != Eigen::Success) {
    return refuse("irt.not_identified", "the information matrix is not positive definite at the maximum");
  }
  out.covariance = factor.solve(Eigen::MatrixXd::Identity(out.parameters, out.parameters));
  return out;
}

double difficulty_error(const Calibration& calibration, int item) {
  const auto j = static_cast<std::size_t>(item);
  const Item& it = calibration.items[j];
  const int a = calibration.places[j].a, d = calibration.places[j].d[0];
  const double by_a = it.d[0] / (it.a * it.a), by_d = -1 / it.a;
  const auto& v = calibration.covariance;
  return std::sqrt(by_a * by_a * v(a, a) + 2 * by_a * by_d * v(a, d) + by_d * by_d * v(d, d));
}

}  // namespace kepu::statistics::items

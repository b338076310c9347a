#include "statistics/items/design_errors.h"

#include <fmt/format.h>

#include <map>

#include "statistics/items/checks.h"
#include "statistics/items/likelihood.h"

namespace kepu::statistics::items {

namespace {

// Sampling unit of each person, and stratum of each unit; both numbered from 0 in order of their codes.
struct Units {
  std::vector<int> of_person;
  std::vector<int> stratum;
  std::vector<std::int32_t> code;  // of the strata
};

Units units_of(const SampleDesign& design, std::size_t persons) {
  std::map<std::pair<std::int32_t, std::int64_t>, int> known;
  const auto key = [&](std::size_t i) {
    const std::int32_t stratum = design.stratum.empty() ? 0 : design.stratum[i];
    return std::pair(stratum, design.cluster.empty() ? static_cast<std::int64_t>(i) : design.cluster[i]);
  };
  for (std::size_t i = 0; i < persons; ++i) known.emplace(key(i), 0);
  Units units;
  for (auto& [place, number] : known) {
    number = static_cast<int>(units.stratum.size());
    if (units.code.empty() || units.code.back() != place.first) units.code.push_back(place.first);
    units.stratum.push_back(static_cast<int>(units.code.size()) - 1);
  }
  for (std::size_t i = 0; i < persons; ++i) units.of_person.push_back(known.at(key(i)));
  return units;
}

}  // namespace

Outcome<Eigen::MatrixXd> design_covariance_of_totals(const Eigen::MatrixXd& x, const SampleDesign& design) {
  const auto persons = static_cast<std::size_t>(x.rows());
  if ((!design.stratum.empty() && design.stratum.size() != persons) ||
      (!design.cluster.empty() && design.cluster.size() != persons)) {
    return refuse("irt.design", fmt::format("strata or clusters do not have {} entries", persons));
  }
  const Units units = units_of(design, persons);
  Eigen::MatrixXd totals = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(units.stratum.size()), x.cols());
  for (std::size_t i = 0; i < persons; ++i)
    totals.row(units.of_person[i]) += x.row(static_cast<Eigen::Index>(i));
  Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(x.cols(), x.cols());
  // The units of a stratum lie together.
  for (Eigen::Index begin = 0, end; begin < totals.rows(); begin = end) {
    const int stratum = units.stratum[static_cast<std::size_t>(begin)];
    for (end = begin; end < totals.rows() && units.stratum[static_cast<std::size_t>(end)] == stratum;) ++end;
    const auto n = static_cast<double>(end - begin);
    if (n < 2) {
      return refuse("irt.lonely_unit", fmt::format("stratum {} has a single sampling unit",
                                                   units.code[static_cast<std::size_t>(stratum)]));
    }
    const Eigen::MatrixXd own = totals.middleRows(begin, end - begin);
    const Eigen::MatrixXd centred = own.rowwise() - own.colwise().mean();
    covariance += n / (n - 1) * centred.transpose() * centred;
  }
  return covariance;
}

int design_degrees_of_freedom(const SampleDesign& design, std::size_t persons) {
  const Units units = units_of(design, persons);
  return static_cast<int>(units.stratum.size()) - static_cast<int>(units.code.size());
}

Outcome<Eigen::MatrixXd> design_covariance(const Calibration& calibration, const Responses& responses,
                                           std::span<const double> weights, const SampleDesign& design,
                                           const CalibrationOptions& options) {
  if (calibration.covariance.rows() != calibration.parameters ||
      calibration.items.size() != static_cast<std::size_t>(responses.items())) {
    return refuse("irt.options", "the calibration has no standard errors, or is not of these responses");
  }
  if (auto checked = check_weights(weights, static_cast<std::size_t>(responses.persons())); !checked) {
    return tl::unexpected(checked.error());
  }
  std::vector<FreeItem> items;
  Eigen::VectorXd x(calibration.parameters);
  for (std::size_t j = 0; j < calibration.items.size(); ++j) {
    const Item& item = calibration.items[j];
    const ItemPlaces& places = calibration.places[j];
    std::vector<int> used;
    for (int k = 0; k < item.categories(); ++k) {
      if (std::find(calibration.unused.begin(), calibration.unused.end(),
                    std::pair(static_cast<int>(j), k)) == calibration.unused.end()) {
        used.push_back(k);
      }
    }
    items.emplace_back(ItemKind{item.model, item.categories()}, std::move(used));
    x[places.a] = item.a;
    for (std::size_t k = 0; k < places.d.size(); ++k) {
      if (places.d[k] >= 0) x[places.d[k]] = item.d[k];
    }
    if (places.logit_c >= 0) x[places.logit_c] = item.logit_c;
  }
  const MarginalLikelihood likelihood(kernel::make_cells(responses, {}, false), std::move(items), options);
  Eigen::MatrixXd scores = likelihood.person_scores(x);
  for (Eigen::Index i = 0; i < scores.rows() && !weights.empty(); ++i) {
    scores.row(i) *= weights[static_cast<std::size_t>(i)];
  }
  auto meat = design_covariance_of_totals(scores, design);
  if (!meat) return meat;
  return calibration.covariance * *meat * calibration.covariance;
}

}  // namespace kepu::statistics::items

#include "statistics/weighting/margins.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace kepu::statistics {

namespace {

std::string name_of(const Margin& margin, std::size_t category) {
  return category < margin.names.size() ? margin.names[category] : fmt::format("{}", category);
}

Outcome<void> check_rows(const Margin& margin) {
  for (std::size_t i = 0; i < margin.cells.of.size(); ++i) {
    const auto c = margin.cells.of[i];
    if (c >= 0 && static_cast<std::size_t>(c) < margin.population.size()) continue;
    return refuse("weighting.missing", fmt::format("row {} has no category of {}", i + 1, margin.name));
  }
  return {};
}

// What to collapse an impossible category with: the category of the margin with the least sample.
std::string collapse_hint(const Margin& margin, const std::vector<double>& mass, std::size_t category) {
  std::size_t best = mass.size();
  for (std::size_t c = 0; c < mass.size(); ++c) {
    if (c != category && mass[c] > 0 && (best == mass.size() || mass[c] < mass[best])) best = c;
  }
  return best == mass.size() ? "leave the margin out"
                             : fmt::format("collapse it, for instance with “{}”", name_of(margin, best));
}

// `mass` is the weight of each category.
Outcome<void> check_categories(const Margin& margin, const std::vector<double>& mass, bool partial) {
  for (std::size_t c = 0; c < mass.size(); ++c) {
    const double known = margin.population[c];
    if (!(known >= 0)) {
      return refuse("weighting.margins", fmt::format("{}: the population of “{}” is not a count: {}",
                                                     margin.name, name_of(margin, c), known));
    }
    if (known > 0 && mass[c] == 0 && !partial) {
      return refuse("weighting.empty_category",
                    fmt::format("{}: “{}” has {} people in the population and nobody in the sample; {}",
                                margin.name, name_of(margin, c), known, collapse_hint(margin, mass, c)));
    }
    if (known == 0 && mass[c] != 0) {
      return refuse("weighting.not_in_population",
                    fmt::format("{}: “{}” has people in the sample and none in the population; {}",
                                margin.name, name_of(margin, c), collapse_hint(margin, mass, c)));
    }
  }
  return {};
}

std::vector<double> mass_of(const Margin& margin, std::span<const double> weights) {
  std::vector<double> mass(margin.population.size(), 0.0);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    mass[static_cast<std::size_t>(margin.cells.of[i])] += weights[i];
  }
  return mass;
}

}  // namespace

Outcome<Fitted> poststratify(const Margin& margin, std::span<const double> weights, bool partial) {
  if (auto ok = check_rows(margin); !ok) return tl::unexpected(ok.error());
  const auto mass = mass_of(margin, weights);
  if (auto ok = check_categories(margin, mass, partial); !ok) return tl::unexpected(ok.error());
  Fitted out;
  out.weights.assign(weights.begin(), weights.end());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const auto c = static_cast<std::size_t>(margin.cells.of[i]);
    if (mass[c] != 0) out.weights[i] *= margin.population[c] / mass[c];
  }
  out.projection = poststratum_projection(margin.cells, {weights.begin(), weights.end()}, out.weights);
  return out;
}

Outcome<RakePlan> RakePlan::make(std::vector<Margin> margins) {
  if (margins.empty()) return refuse("weighting.margins", "raking needs at least one margin");
  std::vector<const Cells*> parts;
  for (const auto& margin : margins) {
    if (auto ok = check_rows(margin); !ok) return tl::unexpected(ok.error());
    parts.push_back(&margin.cells);
    double first = 0, sum = 0;
    for (const double n : margins[0].population) first += n;
    for (const double n : margin.population) sum += n;
    if (!(std::abs(sum - first) <= 1e-3 * std::abs(first))) {
      return refuse("weighting.margins",
                    fmt::format("the margins count different populations: {} has {}, {} has {}",
                                margins[0].name, first, margin.name, sum));
    }
  }
  RakePlan plan;
  plan.joint_ = std::make_shared<CrossedCells>(cross(parts));
  plan.margins_ = std::move(margins);
  return plan;
}

std::vector<double> RakePlan::mass(std::span<const double> weights) const {
  std::vector<double> out(static_cast<std::size_t>(joint_->cells.count), 0.0);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    out[static_cast<std::size_t>(joint_->cells.of[i])] += weights[i];
  }
  return out;
}

void RakePlan::sweep(std::span<const double> mass, std::vector<double>& factor,
                     std::vector<std::vector<double>>* after_margin) const {
  std::vector<double> total;
  for (std::size_t m = 0; m < margins_.size(); ++m) {
    const auto& part = joint_->parts[m];
    total.assign(margins_[m].population.size(), 0.0);
    for (std::size_t j = 0; j < factor.size(); ++j) {
      total[static_cast<std::size_t>(part[j])] += mass[j] * factor[j];
    }
    for (std::size_t c = 0; c < total.size(); ++c) total[c] = margins_[m].population[c] / total[c];
    for (std::size_t j = 0; j < factor.size(); ++j) factor[j] *= total[static_cast<std::size_t>(part[j])];
    if (after_margin) (*after_margin)[m] = factor;
  }
}

// One pass a margin: each weight takes the ratio of the margin before and joins the total of this one.
std::vector<double> RakePlan::factors(std::span<const double> mass, int sweeps) const {
  std::vector<double> now(mass.begin(), mass.end());
  std::vector<double> ratio(1, 1.0), total;
  std::vector<std::int32_t> nowhere(mass.size(), 0);
  const std::int32_t* before = nowhere.data();
  for (int s = 0; s < sweeps; ++s) {
    for (std::size_t m = 0; m < margins_.size(); ++m) {
      const std::int32_t* part = joint_->parts[m].data();
      const auto& population = margins_[m].population;
      total.assign(population.size(), 0.0);
      for (std::size_t j = 0; j < now.size(); ++j) {
        now[j] *= ratio[static_cast<std::size_t>(before[j])];
        total[static_cast<std::size_t>(part[j])] += now[j];
      }
      ratio.resize(population.size());
      for (std::size_t c = 0; c < total.size(); ++c) ratio[c] = population[c] / total[c];
      before = part;
    }
  }
  for (std::size_t j = 0; j < now.size(); ++j) {
    now[j] = mass[j] == 0 ? 1 : now[j] * ratio[static_cast<std::size_t>(before[j])] / mass[j];
  }
  return now;
}

std::vector<double> RakePlan::factors_until(std::span<const double> mass, double epsilon, int max_sweeps,
                                            int& sweeps) const {
  std::vector<double> factor(mass.size(), 1.0), before;
  for (sweeps = 0; sweeps < max_sweeps;) {
    before = factor;
    sweep(mass, factor, nullptr);
    ++sweeps;
    double change = 0;
    for (std::size_t j = 0; j < mass.size(); ++j) {
      change = std::max(change, std::abs(mass[j] * (factor[j] - before[j])));
    }
    if (change < epsilon) break;
  }
  return factor;
}

Outcome<void> RakePlan::check(std::span<const double> mass) const {
  for (std::size_t m = 0; m < margins_.size(); ++m) {
    std::vector<double> total(margins_[m].population.size(), 0.0);
    for (std::size_t j = 0; j < mass.size(); ++j)
      total[static_cast<std::size_t>(joint_->parts[m][j])] += mass[j];
    if (auto ok = check_categories(margins_[m], total, false); !ok) return ok;
  }
  return {};
}

void RakePlan::find_worst(std::span<const double> mass, const std::vector<double>& factor,
                          Fitted& out) const {
  for (std::size_t m = 0; m < margins_.size(); ++m) {
    std::vector<double> total(margins_[m].population.size(), 0.0);
    for (std::size_t j = 0; j < mass.size(); ++j) {
      total[static_cast<std::size_t>(joint_->parts[m][j])] += mass[j] * factor[j];
    }
    for (std::size_t c = 0; c < total.size(); ++c) {
      const double known = margins_[m].population[c];
      const double miss = known > 0 ? std::abs(total[c] / known - 1) : 0;
      if (miss > out.worst_miss || std::isnan(miss)) {
        out.worst_miss = miss;
        out.worst_margin = fmt::format("{} “{}”", margins_[m].name, name_of(margins_[m], c));
      }
    }
  }
}

Outcome<Fitted> RakePlan::rake(std::span<const double> weights, const RakeRules& rules) const {
  const auto mass_now = mass(weights);
  if (auto ok = check(mass_now); !ok) return tl::unexpected(ok.error());
  double sum = 0;
  for (const double w : weights) sum += w;
  const double epsilon = rules.epsilon < 1 ? rules.epsilon * sum : rules.epsilon;
  Fitted out;
  factors_until(mass_now, epsilon, rules.max_sweeps, out.sweeps);
  // The last sweep again, now keeping the factors after each margin for the variance.
  std::vector<std::vector<double>> after(margins_.size());
  auto factor = factors(mass_now, std::max(out.sweeps - 1, 0));
  sweep(mass_now, factor, &after);
  find_worst(mass_now, factor, out);
  if (!(out.worst_miss <= rules.accept_miss)) {
    return refuse("weighting.margins_missed",
                  fmt::format("raking missed {} by {:.2g} % after {} sweeps; margins contradict each other: "
                              "collapse that category or leave the margin out",
                              out.worst_margin, 100 * out.worst_miss, out.sweeps));
  }
  out.weights.resize(weights.size());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    out.weights[i] = weights[i] * factor[static_cast<std::size_t>(joint_->cells.of[i])];
  }
  out.projection = rake_projection(joint_, {weights.begin(), weights.end()}, std::move(after));
  return out;
}

}  // namespace kepu::statistics

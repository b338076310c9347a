// What the bootstrap leaves out: villages are drawn without replacement. Its variance is that of drawing with
// replacement; by how much that is too large follows from both formulas for the same linearised share.
#include <algorithm>
#include <cmath>

#include "engines/survey/analysis/parts.h"
#include "statistics/survey/estimate.h"

namespace kepu::survey::analysis {

namespace st = statistics;

namespace {

// Two stages: villages with their chances (Brewer and Donadio 2003), persons with the share that was asked.
st::DesignColumns two_stages(const Sample& s) {
  const Dataset& d = *s.dataset;
  std::vector<double> people(d.psus.size(), 0), asked(d.psus.size(), 0);
  for (std::size_t i = 0; i < s.rows(); ++i) {
    const auto p = static_cast<std::size_t>(s.at(i).psu);
    people[p] += s.before[i] * d.psus[p].probability;
    asked[p] += 1;
  }
  st::DesignColumns out;
  out.rows = s.rows();
  out.weights = s.before;
  out.clusters.resize(2);
  out.population.resize(2);
  out.pps = st::PpsMethod::brewer;
  out.check_lonely = false;
  for (std::size_t i = 0; i < s.rows(); ++i) {
    const auto p = static_cast<std::size_t>(s.at(i).psu);
    out.strata.push_back(d.psus[p].stratum);
    out.clusters[0].push_back(static_cast<std::int32_t>(p));
    out.clusters[1].push_back(static_cast<std::int32_t>(i));
    out.population[0].push_back(d.psus[p].probability);
    out.population[1].push_back(std::clamp(asked[p] / people[p], 1e-9, 1.0));
  }
  return out;
}

st::Outcome<double> variance_of_share(const st::Design& design, const Sample& s, std::span<const double> y) {
  auto survey = st::Survey(design).reweighted(s.steps);
  if (!survey) return tl::unexpected(survey.error());
  const auto p = st::proportion(*survey, st::Domain::all(s.rows()), y);
  if (!p) return tl::unexpected(p.error());
  return p->variance;
}

}  // namespace

double finite_factor(const Sample& s, std::span<const double> y) {
  const auto design = st::Design::make(two_stages(s), {.lonely = st::LonelyUnit::adjust});
  if (!design) return 1;
  const auto without = variance_of_share(*design, s, y), with = variance_of_share(*s.design, s, y);
  if (!without || !with || !(*without > 0) || !(*with > 0)) return 1;
  // A sample gone wild must not make the error vanish: what is left of a census is the error of the persons.
  constexpr double kLeast = 0.2;
  return std::clamp(*without / *with, kLeast, 1.0);
}

}  // namespace kepu::survey::analysis

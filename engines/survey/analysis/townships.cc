// Townships: too few respondents each for figures of their own, so their direct shares are drawn towards what
// the covariates say (Fay–Herriot on the arcsine scale), and then add up to the county's figure.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "engines/survey/analysis/parts.h"
#include "statistics/areas/arcsine.h"
#include "statistics/areas/benchmark.h"
#include "statistics/areas/publication.h"
#include "statistics/survey/distributions.h"

namespace kepu::survey::analysis {

namespace st = statistics;
namespace ar = statistics::areas;

namespace {

// Fewer townships with respondents than this: no model.
constexpr std::size_t kLeastTownships = 6;
// Townships a coefficient, so that covariates do not explain chance.
constexpr std::size_t kTownshipsPerCovariate = 5;

struct Direct {
  std::vector<double> share, effective;  // NaN without respondents
};

Direct direct_of(const Dataset& d, const Literacy& literacy, double deff,
                 std::vector<TownshipEstimate>& rows) {
  Direct out{std::vector<double>(d.townships.size(), std::nan("")),
             std::vector<double>(d.townships.size(), 1)};
  for (std::size_t t = 0; t < d.townships.size(); ++t) {
    rows.push_back({d.townships[t].name, 0, 0, d.townships[t].population, {}, {}, {}, {}, 0, {}});
    for (const auto& e : literacy.rows) {
      if (e.variable != "township" || e.category != d.townships[t].name) continue;
      rows[t].n = e.n;
      rows[t].direct = e.percent;
      out.share[t] = e.percent / 100;
      out.effective[t] = e.n / deff;
    }
  }
  return out;
}

// Covariates on the scale of deviations, no more than the townships bear: the first ones.
std::vector<std::vector<double>> covariates_of(const Dataset& d, std::size_t sampled, Townships& out) {
  std::vector<std::vector<double>> columns;
  const std::size_t most = sampled / kTownshipsPerCovariate;
  for (std::size_t k = 0; k < d.auxiliary_names.size() && columns.size() + 1 < most; ++k) {
    std::vector<double> column;
    for (const auto& t : d.townships) column.push_back(t.auxiliary[k]);
    const auto [low, high] = std::minmax_element(column.begin(), column.end());
    if (*low == *high) continue;
    out.covariates.push_back(d.auxiliary_names[k]);
    columns.push_back(std::move(column));
  }
  return columns;
}

// Q = Σ (y − ȳ)²/D against χ²: whether the townships differ at all beyond sampling.
double homogeneity(const ar::ArcsineData& data) {
  double w = 0, wy = 0, q = 0;
  int m = 0;
  for (std::size_t t = 0; t < data.estimates.size(); ++t) {
    if (std::isnan(data.estimates[t])) continue;
    w += 1 / data.variances[t];
    wy += data.estimates[t] / data.variances[t];
    ++m;
  }
  for (std::size_t t = 0; t < data.estimates.size(); ++t) {
    if (!std::isnan(data.estimates[t])) q += std::pow(data.estimates[t] - wy / w, 2) / data.variances[t];
  }
  return m > 1 ? st::chisq_upper(q, m - 1) : 1;
}

std::string reason(ar::Publication p) {
  switch (p) {
    case ar::Publication::publish:
      return "";
    case ar::Publication::synthetic:
      return "没有抽到这个乡镇的人，只有模型推算，不公布";
    case ar::Publication::too_wide:
    case ar::Publication::too_wide_relative:
      return "误差范围太宽，不公布";
    case ar::Publication::few_respondents:
      return "样本太少，不公布";
    case ar::Publication::no_error:
      break;
  }
  return "误差算不出来，不公布";
}

void publish(const ar::FayHerriot& fit, const std::vector<double>& shares, Townships& out) {
  for (std::size_t t = 0; t < out.rows.size(); ++t) {
    TownshipEstimate& row = out.rows[t];
    const auto& area = fit.areas[t];
    row.shrinkage = area.shrinkage;
    const auto interval = ar::back_interval(area);
    if (!interval) {
      row.why_not = reason(ar::Publication::no_error);
      continue;
    }
    // The interval moves with the benchmark; judged is its width around the published share.
    const double low = std::clamp(interval->low * out.benchmark, 0.0, 1.0);
    const double high = std::clamp(interval->high * out.benchmark, 0.0, 1.0);
    ar::AreaEstimate published = area;
    published.estimate = shares[t];
    published.mse = std::pow((high - low) / (2 * st::normal_quantile(0.975)), 2);
    row.why_not = reason(ar::judge(published, {}));
    if (!row.why_not.empty()) continue;
    row.percent = 100 * shares[t];
    row.lower = 100 * std::min(low, shares[t]);
    row.upper = 100 * std::max(high, shares[t]);
    ++out.published;
  }
}

}  // namespace

Townships townships_of(const Sample& s, const Literacy& literacy) {
  const Dataset& d = *s.dataset;
  Townships out;
  const Estimate& county = literacy.rows.front();
  // A township's own variance is unknowable with one or two villages; the county's design effect stands for
  // all, not below that of the weights alone.
  out.deff = std::max(county.deff.value_or(1), st::summarise(s.weights).kish_deff);
  const auto direct = direct_of(d, literacy, out.deff, out.rows);
  for (std::size_t t = 0; t < out.rows.size(); ++t) {
    std::set<int> villages;
    for (std::size_t i = 0; i < s.rows(); ++i) {
      if (d.psus[static_cast<std::size_t>(s.at(i).psu)].township == static_cast<int>(t))
        villages.insert(s.at(i).psu);
    }
    out.rows[t].villages = static_cast<int>(villages.size());
  }
  const auto sampled = static_cast<std::size_t>(
      std::count_if(out.rows.begin(), out.rows.end(), [](const TownshipEstimate& t) { return t.n > 0; }));
  const auto give_up = [&](std::string why) {
    out.why_not = std::move(why);
    for (auto& row : out.rows) row.why_not = "没有乡镇估计";
    return out;
  };
  if (sampled < kLeastTownships)
    return give_up(fmt::format("抽到的乡镇只有 {} 个，不到 {} 个，不做乡镇估计。", sampled, kLeastTownships));
  const auto data = ar::to_arcsine(direct.share, direct.effective);
  if (!data) return give_up("乡镇估计没有得到结果（" + data.error().detail + "）。");
  auto columns = covariates_of(d, sampled, out);
  auto fit = ar::fit_fay_herriot({data->estimates, data->variances, {columns.begin(), columns.end()}, true},
                                 ar::VarianceMethod::amrl_yl);
  if (!fit && !columns.empty()) {  // covariates that repeat each other
    out.covariates.clear();
    fit = ar::fit_fay_herriot({data->estimates, data->variances, {}, true}, ar::VarianceMethod::amrl_yl);
  }
  if (!fit) return give_up("乡镇估计没有得到结果（" + fit.error().detail + "）。");
  std::vector<double> shares, population;
  for (std::size_t t = 0; t < out.rows.size(); ++t) {
    const auto& area = fit->areas[t];
    shares.push_back(std::clamp(ar::back_corrected(area.estimate, area.g1), 0.0, 1.0));
    population.push_back(d.townships[t].population);
  }
  double people = 0;
  for (const double p : population) people += p;
  for (double& p : population) p /= people;
  const auto moved = ar::benchmark(shares, population, county.percent / 100, ar::BenchmarkKind::ratio);
  if (!moved) return give_up("乡镇估计对不上县级数（" + moved.error().detail + "）。");
  out.made = true;
  out.variance = fit->variance;
  out.homogeneity_p = homogeneity(*data);
  for (std::size_t t = 0; t < shares.size(); ++t) {
    if (shares[t] > 0) out.benchmark = (*moved)[t] / shares[t];
  }
  publish(*fit, *moved, out);
  return out;
}

}  // namespace kepu::survey::analysis

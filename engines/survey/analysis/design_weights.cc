// From the draw to the weights of those who answered: chance of the dwelling, eligibility, nonresponse, and
// the chance of the person within the dwelling.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "engines/survey/analysis/sample.h"

namespace kepu::survey::analysis {

namespace st = statistics;

namespace {

WeightLine line_of(std::string step, std::string title, const std::vector<double>& weights,
                   std::string note) {
  const auto s = st::summarise(weights);
  WeightLine out{std::move(step), std::move(title), std::move(note), static_cast<int>(s.count), s.sum, 0,
                 s.most,          s.kish_deff,      s.effective_n};
  double least = s.most;
  for (const double w : weights) {
    if (w > 0) least = std::min(least, w);
  }
  out.least = least;
  return out;
}

// A replacement is one more draw of the same village: the chance of every dwelling there rises in proportion.
std::vector<double> base_weights(const Dataset& d) {
  std::vector<double> first(d.psus.size(), 0), all(d.psus.size(), 0);
  for (const Case& c : d.cases) {
    const auto p = static_cast<std::size_t>(c.psu);
    all[p] += 1;
    if (!c.replacement) first[p] += 1;
  }
  std::vector<double> out;
  out.reserve(d.cases.size());
  for (const Case& c : d.cases) {
    const auto p = static_cast<std::size_t>(c.psu);
    const double share = first[p] > 0 ? first[p] / all[p] : 1;
    out.push_back(share / (d.psus[p].probability * c.dwelling_probability));
  }
  return out;
}

// Villages as nonresponse classes; one with too few respondents joins the next of its stratum (the one before
// it at the end), so that a class does not leave its stratum unless the stratum itself is too small.
struct Classes {
  std::vector<int> of_psu;
  int count = 0, merged = 0;
};

Classes classes_of(const Dataset& d, int least) {
  std::vector<int> complete(d.psus.size(), 0);
  for (const Case& c : d.cases) complete[static_cast<std::size_t>(c.psu)] += c.outcome == Outcome::complete;
  std::vector<std::size_t> order(d.psus.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](auto a, auto b) { return d.psus[a].stratum < d.psus[b].stratum; });
  Classes out;
  out.of_psu.assign(d.psus.size(), 0);
  int have = 0, stratum = -1, first_of_stratum = 0;
  bool open = false;
  for (std::size_t k = 0; k < order.size(); ++k) {
    const std::size_t p = order[k];
    const bool last = k + 1 == order.size() || d.psus[order[k + 1]].stratum != d.psus[p].stratum;
    if (d.psus[p].stratum != stratum && have == 0) first_of_stratum = out.count;
    stratum = d.psus[p].stratum;
    out.merged += open ? 1 : 0;
    out.of_psu[p] = out.count;
    have += complete[p];
    open = have < least;
    if (!open) {
      ++out.count;
      have = 0;
    } else if (last && out.count > first_of_stratum) {  // the tail joins the class before it
      for (auto& c : out.of_psu) c = c == out.count ? out.count - 1 : c;
      ++out.merged;
      have = 0;
      open = false;
    }
  }
  if (open && out.count > 0) {  // a small last stratum
    for (auto& c : out.of_psu) c = std::min(c, out.count - 1);
  } else if (open) {
    out.count = 1;
  }
  return out;
}

st::Cells cells_of(const Dataset& d, const Classes& classes) {
  st::Cells out;
  out.count = classes.count;
  for (const Case& c : d.cases) out.of.push_back(classes.of_psu[static_cast<std::size_t>(c.psu)]);
  return out;
}

}  // namespace

base::Result<std::vector<double>> design_weights(const Dataset& d, const AnalysisOptions& options,
                                                 Weighting& log) {
  auto weights = base_weights(d);
  log.log.push_back(line_of("base", "抽样权数", weights, "村和户的入样概率的倒数；替换户与原户同一概率"));
  const auto classes = classes_of(d, options.least_class);
  const auto cells = cells_of(d, classes);
  if (classes.merged > 0) {
    log.notes.push_back(fmt::format("有 {} 个村（社区）完成访问不到 {} 人，无应答调整时与同层相邻的村合并。",
                                    classes.merged, options.least_class));
  }
  std::vector<std::uint8_t> known, answered;
  for (const Case& c : d.cases) {
    known.push_back(c.outcome != Outcome::unknown);
    answered.push_back(c.outcome == Outcome::complete);
  }
  weights = TRY(translated(st::adjust_for_nonresponse(weights, cells, known), "合格情况调整"));
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (d.cases[i].outcome == Outcome::ineligible) weights[i] = 0;
  }
  log.log.push_back(
      line_of("eligible", "合格情况调整", weights, "情况不明的户由同村已知情况的户承担，不合格的退出"));
  weights = TRY(translated(st::adjust_for_nonresponse(weights, cells, answered), "无应答调整"));
  log.log.push_back(line_of("nonresponse", "无应答调整", weights, "未完成的户由同村完成的户承担"));
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] *= std::max(d.cases[i].persons, 1);
  log.log.push_back(line_of("person", "户内抽样", weights, "乘户内 18—69 岁人数"));
  return weights;
}

}  // namespace kepu::survey::analysis

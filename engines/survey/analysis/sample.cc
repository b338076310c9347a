#include "engines/survey/analysis/sample.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace kepu::survey::analysis {

namespace st = statistics;
using base::Code;
using base::refuse;

st::Cells Sample::cells(std::size_t variable) const {
  const Variable& v = variables[variable];
  return {std::vector<std::int32_t>(v.of.begin(), v.of.end()),
          static_cast<std::int32_t>(v.categories.size())};
}

base::Error error_of(const st::Refusal& refusal, std::string_view where) {
  if (refusal.rule == "weighting.margins_missed" || refusal.rule == "weighting.empty_category" ||
      refusal.rule == "weighting.margins") {
    return {Code::invalid, "survey.margins_missed", "margins",
            fmt::format("{}：总体人数对不上样本，请核对口径或合并小类（{}）。", where, refusal.detail)};
  }
  return {Code::invalid, "survey.statistics", "",
          fmt::format("{}算不出来：{}（{}）。请核对这一轮的抽样和访问记录。", where, refusal.detail,
                      refusal.rule)};
}

namespace {

// Strata and clusters for the variance. A village that was certain to be drawn is a stratum of its own whose
// dwellings are the units; a stratum left with one unit joins the next one.
st::DesignColumns columns_of(const Sample& s, std::vector<std::string>& notes) {
  const Dataset& d = *s.dataset;
  st::DesignColumns out;
  out.rows = s.rows();
  out.weights = s.before;
  out.clusters.emplace_back();
  const int psus = static_cast<int>(d.psus.size()), strata = static_cast<int>(d.strata.size());
  std::vector<int> stratum, cluster;
  std::map<int, std::vector<int>> units;  // stratum → distinct clusters
  for (std::size_t i = 0; i < s.rows(); ++i) {
    const int p = s.at(i).psu;
    const Psu& psu = d.psus[static_cast<std::size_t>(p)];
    const bool certain = psu.probability > 1 - 1e-6;
    stratum.push_back(certain ? strata + p : psu.stratum);
    cluster.push_back(certain ? psus + static_cast<int>(i) : p);
    auto& there = units[stratum.back()];
    if (std::find(there.begin(), there.end(), cluster.back()) == there.end()) there.push_back(cluster.back());
  }
  std::map<int, int> joined;  // stratum → the one it is counted with
  int waiting = -1, last_full = -1;
  for (const auto& [h, there] : units) {
    const int with = waiting >= 0 ? waiting : h;
    joined[h] = with;
    const bool enough = waiting >= 0 || there.size() > 1;
    waiting = enough ? -1 : with;
    if (enough) last_full = with;
    if (!enough || with != h) {
      notes.push_back(fmt::format("“{}”只有一个抽样单位，算误差时与相邻的层合并。",
                                  h < strata ? d.strata[static_cast<std::size_t>(h)].name
                                             : d.psus[static_cast<std::size_t>(h - strata)].name));
    }
  }
  if (waiting >= 0 && last_full >= 0) joined[waiting] = last_full;
  for (std::size_t i = 0; i < s.rows(); ++i) {
    out.strata.push_back(joined[stratum[i]]);
    out.clusters[0].push_back(cluster[i]);
  }
  return out;
}

// A gap in a raking variable is filled, for the weights alone, with the value of the respondent before in the
// file (the first: after) of the same village, else of anybody: a sequential hot deck.
int fill(const Sample& s, std::vector<int>& of) {
  int filled = 0;
  const auto donor = [&](std::size_t i) {
    for (const bool same_village : {true, false}) {
      for (std::size_t k = 1; k < of.size(); ++k) {
        const std::size_t j = i >= k ? i - k : i + (k - i);
        if (j < of.size() && of[j] >= 0 && (!same_village || s.at(j).psu == s.at(i).psu)) return of[j];
      }
    }
    return 0;
  };
  const auto original = of;
  std::vector<int> out = of;
  for (std::size_t i = 0; i < of.size(); ++i) {
    if (original[i] >= 0) continue;
    out[i] = donor(i);
    ++filled;
  }
  of = std::move(out);
  return filled;
}

std::map<std::string, double> known_of(const Margin& margin) {
  std::map<std::string, double> out;
  for (const auto& [category, people] : margin.counts) {
    if (margin.variable == "age") {
      if (const auto group = parse_age_group(category)) out[title_of(*group)] = people;
    } else {
      out[category] = people;
    }
  }
  return out;
}

struct Table {
  std::vector<std::string> names;
  std::vector<double> people;
  std::vector<int> of;

  // Villages in which category k has a respondent.
  std::size_t villages(const Sample& s, int k) const {
    std::vector<int> seen;
    for (std::size_t i = 0; i < of.size(); ++i) {
      if (of[i] == k && std::find(seen.begin(), seen.end(), s.at(i).psu) == seen.end())
        seen.push_back(s.at(i).psu);
    }
    return seen.size();
  }
  void merge(std::size_t k, std::size_t into) {
    names[into] = k < into ? names[k] + "和" + names[into] : names[into] + "和" + names[k];
    people[into] += people[k];
    for (auto& c : of) {
      if (c == static_cast<int>(k)) c = static_cast<int>(into);
      if (c > static_cast<int>(k)) --c;
    }
    names.erase(names.begin() + static_cast<std::ptrdiff_t>(k));
    people.erase(people.begin() + static_cast<std::ptrdiff_t>(k));
  }
};

// Merges thin categories of an ordered variable with their smaller neighbour. False: the margin cannot be
// used.
bool thicken(Table& t, const Sample& s, const Variable& v, int least, std::vector<std::string>& notes) {
  for (std::size_t k = 0; k < t.names.size();) {
    const bool thin = static_cast<int>(t.villages(s, static_cast<int>(k))) < least;
    if (!thin) {
      ++k;
      continue;
    }
    if (!v.ordered || t.names.size() < 3) {
      notes.push_back(fmt::format("{}：“{}”的样本只在不到 {} 个村里有，这个变量不用来校准权数。", v.title,
                                  t.names[k], least));
      return false;
    }
    const bool down = k > 0 && (k + 1 == t.names.size() || t.people[k - 1] <= t.people[k + 1]);
    const std::size_t into = down ? k - 1 : k + 1;
    notes.push_back(
        fmt::format("{}：“{}”的样本太散，校准权数时与“{}”合并。", v.title, t.names[k], t.names[into]));
    t.merge(k, into);
    k = 0;
  }
  return true;
}

void log_margins(Sample& s, const std::vector<st::Margin>& margins) {
  for (const auto& m : margins) {
    const auto source = std::find_if(s.dataset->margins.begin(), s.dataset->margins.end(),
                                     [&](const Margin& x) { return variable_title(x.variable) == m.name; });
    for (std::size_t k = 0; k < m.population.size(); ++k) {
      MarginLine line{m.name, m.names[k], 0, m.population[k], 0, 0, source->source};
      for (std::size_t i = 0; i < s.rows(); ++i) {
        if (m.cells.of[i] != static_cast<int>(k)) continue;
        ++line.n;
        line.before += s.before[i];
        line.after += s.weights[i];
      }
      s.log.margins.push_back(std::move(line));
    }
  }
}

double median_of(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

WeightLine line_of(std::string step, std::string title, std::string note, const st::WeightSummary& s) {
  return {std::move(step), std::move(title), std::move(note), static_cast<int>(s.count), s.sum, s.least,
          s.most,          s.kish_deff,      s.effective_n};
}

base::Done rake_and_trim(Sample& s, std::vector<st::Margin> margins, const AnalysisOptions& options) {
  s.weights = s.before;
  if (margins.empty()) {
    s.log.notes.emplace_back("没有可用的总体人数，权数没有按人口结构校准；比例的误差会更大。");
  } else {
    const st::RakeStep rake{TRY(translated(st::RakePlan::make(margins), "校准权数")), {}};
    s.steps.emplace_back(rake);
    auto raked = TRY(translated(st::run_weighting(s.steps, s.before), "校准权数"));
    s.weights = std::move(raked.weights);
    s.log.log.push_back(
        line_of("rake", "按人口结构校准",
                fmt::format("迭代 {} 轮，最大相对差 {:.1e}", raked.sweeps[0], raked.log[1].worst_miss),
                raked.log[1].weights));
  }
  const double bound = options.trim_times_median * median_of(s.weights);
  s.log.trimmed = static_cast<int>(
      std::count_if(s.weights.begin(), s.weights.end(), [&](double w) { return w > bound; }));
  if (s.log.trimmed == 0) return {};
  st::TrimStep trim;
  trim.rules.upper = bound;
  const bool raked = !s.steps.empty();
  s.steps.emplace_back(trim);
  if (raked) {
    const auto again = s.steps.front();
    s.steps.push_back(again);
  }
  auto all = TRY(translated(st::run_weighting(s.steps, s.before), "修剪权数"));
  s.weights = std::move(all.weights);
  s.log.log.push_back(line_of("trim", "修剪",
                              fmt::format("{} 人的权数超过中位数的 {:g} 倍，截到界限{}", s.log.trimmed,
                                          options.trim_times_median, raked ? "后再校准一次" : ""),
                              all.log.back().weights));
  return {};
}

}  // namespace

std::vector<st::Margin> rake_margins(Sample& s, const AnalysisOptions& options) {
  std::vector<st::Margin> out;
  for (const Variable& v : s.variables) {
    const auto given = std::find_if(s.dataset->margins.begin(), s.dataset->margins.end(),
                                    [&](const Margin& m) { return m.variable == v.name; });
    if (given == s.dataset->margins.end()) continue;
    const auto known = known_of(*given);
    Table t{v.categories, {}, v.of};
    for (const auto& name : t.names) t.people.push_back(known.at(name));
    const int filled = fill(s, t.of);
    s.log.filled += filled;
    if (!thicken(t, s, v, options.least_villages, s.log.notes)) continue;
    if (filled > 0) {
      s.log.notes.push_back(fmt::format("{}：{} 人不详，只在算权数时按同村相邻的受访者补上，分组结果里不计。",
                                        v.title, filled));
    }
    const auto count = static_cast<std::int32_t>(t.names.size());
    out.push_back({v.title, {std::vector<std::int32_t>(t.of.begin(), t.of.end()), count}, t.people, t.names});
  }
  return out;
}

base::Result<Sample> make_sample(const Dataset& dataset, const AnalysisOptions& options) {
  Sample s;
  s.dataset = &dataset;
  const auto weights = TRY(design_weights(dataset, options, s.log));
  auto variables = TRY(variables_of(dataset));
  for (const auto& v : variables) s.variables.push_back({v.name, v.title, v.categories, {}, v.ordered});
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (dataset.cases[i].outcome != Outcome::complete) continue;
    s.cases.push_back(i);
    s.before.push_back(weights[i]);
    for (std::size_t v = 0; v < variables.size(); ++v) s.variables[v].of.push_back(variables[v].of[i]);
  }
  auto margins = rake_margins(s, options);
  TRY(rake_and_trim(s, margins, options));
  log_margins(s, margins);
  s.design = TRY(translated(st::Design::make(columns_of(s, s.log.notes)), "抽样设计"));
  return s;
}

}  // namespace kepu::survey::analysis

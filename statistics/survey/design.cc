#include "statistics/survey/design.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "statistics/survey/pps.h"

namespace kepu::statistics {

namespace {

// Numbers pairs (a, b) in the order in which they come up.
class PairNumbers {
 public:
  explicit PairNumbers(std::size_t rows) { slots_.reserve(rows / 4 + 16); }
  std::int32_t number(std::int32_t a, std::int32_t b) {
    const auto key = (static_cast<std::int64_t>(a) << 32) | static_cast<std::uint32_t>(b);
    if (key == last_key_) return last_;
    const auto [at, fresh] = slots_.try_emplace(key, static_cast<std::int32_t>(slots_.size()));
    last_key_ = key;
    return last_ = at->second;
  }
  std::int32_t count() const { return static_cast<std::int32_t>(slots_.size()); }

 private:
  struct Hash {
    std::size_t operator()(std::int64_t key) const {
      return static_cast<std::size_t>(static_cast<std::uint64_t>(key) * 0x9E3779B97F4A7C15ULL >> 16);
    }
  };
  std::unordered_map<std::int64_t, std::int32_t, Hash> slots_;
  std::int64_t last_key_ = std::numeric_limits<std::int64_t>::min();
  std::int32_t last_ = 0;
};

}  // namespace

class DesignMaker {
 public:
  DesignMaker(DesignColumns columns, const VarianceRules& rules) : c_(std::move(columns)) {
    d_.rules_ = rules;
  }

  Outcome<Design> make() {
    d_.rows_ = c_.rows;
    d_.pps_ = c_.pps;
    d_.stratum_names_ = std::move(c_.stratum_names);
    if (auto ok = check_columns(); !ok) return tl::unexpected(ok.error());
    if (auto ok = make_stages(); !ok) return tl::unexpected(ok.error());
    if (auto ok = fill_population(); !ok) return tl::unexpected(ok.error());
    make_weights();
    carry();
    if (c_.check_lonely && d_.rules_.lonely == LonelyUnit::refuse && !d_.pps()) {
      if (auto ok = check_lonely(); !ok) return tl::unexpected(ok.error());
    }
    if (auto ok = make_delta(); !ok) return tl::unexpected(ok.error());
    return std::move(d_);
  }

 private:
  Outcome<void> check_columns() const {
    const auto wrong = [&](std::size_t size) { return size != c_.rows; };
    bool bad = c_.rows == 0 || (!c_.strata.empty() && wrong(c_.strata.size())) ||
               (!c_.weights.empty() && wrong(c_.weights.size()));
    for (const auto& stage : c_.clusters) bad = bad || wrong(stage.size());
    for (const auto& stage : c_.population) bad = bad || wrong(stage.size());
    bad = bad || c_.population.size() > std::max<std::size_t>(c_.clusters.size(), 1);
    if (bad)
      return refuse("survey.columns",
                    fmt::format("the columns of the design must all have {} rows", c_.rows));
    for (std::size_t i = 0; i < c_.rows; ++i) {
      if (!c_.strata.empty() && c_.strata[i] < 0) return missing("stratum", i);
      for (const auto& stage : c_.clusters) {
        if (stage[i] < 0) return missing("cluster", i);
      }
      for (const auto& stage : c_.population) {
        if (std::isnan(stage[i])) return missing("population", i);
      }
      if (!c_.weights.empty() && !std::isfinite(c_.weights[i])) return missing("weight", i);
      if (!c_.weights.empty() && c_.weights[i] < 0) {
        return refuse("survey.negative_weight",
                      fmt::format("row {} has the weight {}", i + 1, c_.weights[i]));
      }
    }
    return {};
  }
  static Outcome<void> missing(const char* what, std::size_t row) {
    return refuse("survey.missing", fmt::format("row {} has no {}", row + 1, what));
  }

  Outcome<void> make_stages() {
    const std::size_t count = std::max<std::size_t>(c_.clusters.size(), 1);
    for (std::size_t s = 0; s < count; ++s) {
      DesignStage stage;
      stage.unit_of.resize(c_.rows);
      if (auto ok = s == 0 ? number_first(stage) : number_later(stage, s); !ok) return ok;
      sort_units(stage);
      d_.stages_.push_back(std::move(stage));
    }
    if (d_.stages_[0].stratum_of.size() == 1) {
      return refuse("survey.one_psu", "the design has only one primary sampling unit");
    }
    return {};
  }

  Outcome<void> number_first(DesignStage& stage) {
    PairNumbers strata(16), units(c_.rows);
    std::map<std::int32_t, std::int32_t> stratum_of_code;
    for (std::size_t i = 0; i < c_.rows; ++i) {
      const std::int32_t code = c_.strata.empty() ? 0 : c_.strata[i];
      const std::int32_t h = strata.number(0, code);
      if (h == static_cast<std::int32_t>(stage.strata.size())) {
        stage.strata.push_back({.parent = -1, .name = c_.strata.empty() ? -1 : code});
      }
      std::int32_t u = static_cast<std::int32_t>(i);
      if (!c_.clusters.empty()) u = units.number(c_.nested ? h : 0, c_.clusters[0][i]);
      stage.unit_of[i] = u;
      if (u == static_cast<std::int32_t>(stage.stratum_of.size())) stage.stratum_of.push_back(h);
      if (stage.stratum_of[static_cast<std::size_t>(u)] != h) {
        return refuse(
            "survey.psu_in_two_strata",
            fmt::format(
                "the unit of row {} also lies in stratum {}; are unit numbers unique only inside "
                "their stratum?",
                i + 1,
                d_.stratum_name(
                    stage.strata[static_cast<std::size_t>(stage.stratum_of[static_cast<std::size_t>(u)])]
                        .name)));
      }
    }
    return {};
  }

  // A unit of stage s is a code inside its unit of stage s − 1, which is also its stratum.
  Outcome<void> number_later(DesignStage& stage, std::size_t s) {
    const DesignStage& before = d_.stages_[s - 1];
    PairNumbers units(c_.rows);
    stage.strata.resize(before.stratum_of.size());
    for (std::size_t p = 0; p < stage.strata.size(); ++p) {
      const auto& above = before.strata[static_cast<std::size_t>(before.stratum_of[p])];
      stage.strata[p] = {.parent = static_cast<std::int32_t>(p), .name = above.name};
    }
    for (std::size_t i = 0; i < c_.rows; ++i) {
      const std::int32_t u = units.number(before.unit_of[i], c_.clusters[s][i]);
      stage.unit_of[i] = u;
      if (u == static_cast<std::int32_t>(stage.stratum_of.size()))
        stage.stratum_of.push_back(before.unit_of[i]);
    }
    return {};
  }

  static void sort_units(DesignStage& stage) {
    for (const auto h : stage.stratum_of) ++stage.strata[static_cast<std::size_t>(h)].units;
    std::int32_t at = 0;
    std::vector<std::int32_t> next;
    for (auto& stratum : stage.strata) {
      stratum.first = at;
      next.push_back(at);
      at += stratum.units;
    }
    stage.by_stratum.resize(stage.stratum_of.size());
    for (std::size_t u = 0; u < stage.stratum_of.size(); ++u) {
      stage.by_stratum[static_cast<std::size_t>(next[static_cast<std::size_t>(stage.stratum_of[u])]++)] =
          static_cast<std::int32_t>(u);
    }
  }

  Outcome<void> fill_population() {
    bool any_count = false, any_fraction = false;
    for (const auto& stage : c_.population) {
      for (const double n : stage) {
        any_count = any_count || n > 1;
        any_fraction = any_fraction || n < 1;
      }
    }
    if (any_count && any_fraction) {
      return refuse("survey.population", "counts of the population and sampling fractions are mixed");
    }
    if (d_.pps() && any_count) return refuse("survey.pps", "PPS needs inclusion probabilities, not counts");
    d_.stages_with_population_ = c_.population.size();
    for (std::size_t s = 0; s < d_.stages_.size(); ++s) {
      DesignStage& stage = d_.stages_[s];
      stage.left.assign(stage.stratum_of.size(), 1.0);
      stage.fraction.assign(stage.stratum_of.size(), 0.0);
      if (s >= c_.population.size()) continue;
      for (std::size_t i = 0; i < c_.rows; ++i) {
        const auto u = static_cast<std::size_t>(stage.unit_of[i]);
        const double n = stage.strata[static_cast<std::size_t>(stage.stratum_of[u])].units;
        const double given = c_.population[s][i];
        const double fraction = any_count ? n / given : given;
        if (!(fraction > 0 && fraction <= 1 + 1e-12)) {
          return refuse("survey.population", fmt::format("row {}, stage {}: {} sampled of a population of {}",
                                                         i + 1, s + 1, n, any_count ? given : n / given));
        }
        // As in R's (N − n)/N, so that a whole stratum gives exactly 0.
        stage.fraction[u] = fraction;
        stage.left[u] = any_count ? (given - n) / given : 1 - fraction;
      }
    }
    return {};
  }

  void make_weights() {
    d_.weights_ = c_.weights;
    if (!d_.weights_.empty()) return;
    d_.weights_.assign(c_.rows, 1.0);
    for (std::size_t s = 0; s < c_.population.size(); ++s) {
      const auto& stage = d_.stages_[s];
      for (std::size_t i = 0; i < c_.rows; ++i) {
        d_.weights_[i] /= stage.fraction[static_cast<std::size_t>(stage.unit_of[i])];
      }
    }
  }

  void carry() {
    for (std::size_t s = 1; s < d_.stages_.size(); ++s) {
      const DesignStage& before = d_.stages_[s - 1];
      for (auto& stratum : d_.stages_[s].strata) {
        const auto p = static_cast<std::size_t>(stratum.parent);
        stratum.carry =
            before.strata[static_cast<std::size_t>(before.stratum_of[p])].carry * before.fraction[p];
      }
    }
  }

  Outcome<void> check_lonely() const {
    for (const auto& stratum : d_.stages_[0].strata) {
      if (stratum.units > 1) continue;
      const auto unit =
          static_cast<std::size_t>(d_.stages_[0].by_stratum[static_cast<std::size_t>(stratum.first)]);
      if (d_.stages_[0].left[unit] < 1e-7) continue;
      return refuse("survey.lonely_psu",
                    fmt::format("Stratum ({}) has only one PSU at stage 1", d_.stratum_name(stratum.name)));
    }
    return {};
  }

  Outcome<void> make_delta() {
    if (!d_.pps()) return {};
    if (c_.population.empty()) return refuse("survey.pps", "PPS needs the inclusion probabilities");
    if (d_.pps_ == PpsMethod::brewer) return {};
    if (d_.stages_.size() > 1) return refuse("survey.pps", "this PPS method knows one stage only");
    auto delta = pps_delta(d_.pps_, d_.stages_[0], c_.joint);
    if (!delta) return tl::unexpected(delta.error());
    d_.delta_ = std::move(*delta);
    return {};
  }

  DesignColumns c_;
  Design d_;
};

Outcome<Design> Design::make(DesignColumns columns, const VarianceRules& rules) {
  return DesignMaker(std::move(columns), rules).make();
}

Design Design::with(const VarianceRules& rules) const {
  Design other = *this;
  other.rules_ = rules;
  return other;
}

std::string Design::stratum_name(std::int32_t code) const {
  if (code < 0) return "1";
  return static_cast<std::size_t>(code) < stratum_names_.size()
             ? stratum_names_[static_cast<std::size_t>(code)]
             : fmt::format("{}", code);
}

int Design::degrees_of_freedom(std::span<const std::uint8_t> in, std::span<const double> weights) const {
  const DesignStage& stage = stages_[0];
  std::vector<std::uint8_t> unit(stage.stratum_of.size(), 0), stratum(stage.strata.size(), 0);
  for (std::size_t i = 0; i < rows_; ++i) {
    if (in[i] && weights[i] != 0) unit[static_cast<std::size_t>(stage.unit_of[i])] = 1;
  }
  int df = 0;
  for (std::size_t u = 0; u < unit.size(); ++u) {
    if (!unit[u]) continue;
    ++df;
    stratum[static_cast<std::size_t>(stage.stratum_of[u])] = 1;
  }
  return df - std::accumulate(stratum.begin(), stratum.end(), 0);
}

std::size_t Design::variance_stages() const {
  return rules_.ultimate_cluster ? 1 : std::max<std::size_t>(stages_with_population_, 1);
}

}  // namespace kepu::statistics

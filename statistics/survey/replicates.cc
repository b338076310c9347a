#include "statistics/survey/replicates.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace kepu::statistics {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// Rank as LINPACK's dqrdc2 of R finds it: Householder steps in the order of the columns, where a column of
// which less than `tolerance` is left goes to the end.
int rank_of(MatrixXd a, double tolerance) {
  VectorXd original = a.colwise().norm().transpose();
  for (Index j = 0; j < original.size(); ++j) {
    if (original[j] == 0) original[j] = 1;
  }
  Index columns = a.cols(), step = 0;
  while (step < columns && step < a.rows()) {
    const Index below = a.rows() - step;
    if (a.col(step).tail(below).norm() < original[step] * tolerance) {
      --columns;
      a.col(step).swap(a.col(columns));
      std::swap(original[step], original[columns]);
      continue;
    }
    VectorXd v = a.col(step).tail(below);
    v[0] += v[0] < 0 ? -v.norm() : v.norm();
    const double square = v.squaredNorm();
    auto rest = a.block(step, step, below, columns - step);
    const Eigen::RowVectorXd along = (2 / square) * (v.transpose() * rest);
    rest.noalias() -= v * along;
    ++step;
  }
  return static_cast<int>(step);
}

tl::unexpected<Refusal> lonely(const Design& design, const DesignStage::Stratum& stratum) {
  return refuse("survey.lonely_psu",
                fmt::format("Stratum ({}) has only one PSU at stage 1", design.stratum_name(stratum.name)));
}

}  // namespace

Replicates Replicates::of_units(std::vector<std::int32_t> unit_of, MatrixXd factors) {
  Replicates r;
  r.units_ = true;
  r.unit_of_ = std::move(unit_of);
  r.rscales.assign(static_cast<std::size_t>(factors.cols()), 1.0);
  r.factors_ = std::move(factors);
  return r;
}

Replicates Replicates::of_columns(MatrixXd weights) {
  Replicates r;
  r.rscales.assign(static_cast<std::size_t>(weights.cols()), 1.0);
  r.columns_ = std::move(weights);
  return r;
}

void Replicates::weights(int r, std::span<const double> base, std::span<double> out) const {
  if (units_) {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = base[i] * factors_(unit_of_[i], r);
  } else {
    std::copy_n(columns_.col(r).data(), out.size(), out.begin());
  }
}

Outcome<MatrixXd> Replicates::variance(const MatrixXd& theta, const VectorXd& full) const {
  VectorXd centre = VectorXd::Zero(theta.cols());
  int used = 0, centred = 0;
  for (Index r = 0; r < theta.rows(); ++r) {
    if (!theta.row(r).allFinite()) continue;
    ++used;
    if (rscales[static_cast<std::size_t>(r)] <= 0) continue;
    centre += theta.row(r).transpose();
    ++centred;
  }
  if (used == 0) return refuse("survey.replicates", "no replicate gives an estimate");
  centre = mse ? full : VectorXd(centre / std::max(centred, 1));
  MatrixXd v = MatrixXd::Zero(theta.cols(), theta.cols());
  for (Index r = 0; r < theta.rows(); ++r) {
    if (!theta.row(r).allFinite()) continue;
    const VectorXd d = theta.row(r).transpose() - centre;
    v.noalias() += scale * rscales[static_cast<std::size_t>(r)] * d * d.transpose();
  }
  return v;
}

int Replicates::degrees_of_freedom(std::span<const std::uint8_t> in, std::span<const double> base) const {
  const Index columns = count();
  if (units_) {
    // Rows of one unit are multiples of each other: one row with the root of their squares has the same
    // geometry.
    VectorXd square = VectorXd::Zero(factors_.rows());
    for (std::size_t i = 0; i < unit_of_.size(); ++i) {
      if (in[i]) square[unit_of_[i]] += base[i] * base[i];
    }
    std::vector<Index> present;
    for (Index u = 0; u < square.size(); ++u) {
      if (square[u] > 0) present.push_back(u);
    }
    MatrixXd m(static_cast<Index>(present.size()), columns);
    for (std::size_t k = 0; k < present.size(); ++k) {
      m.row(static_cast<Index>(k)) = std::sqrt(square[present[k]]) * factors_.row(present[k]);
    }
    return rank_of(std::move(m), 1e-5) - 1;
  }
  const auto rows = static_cast<Index>(std::count_if(in.begin(), in.end(), [](auto b) { return b != 0; }));
  MatrixXd m(rows, columns);
  Index at = 0;
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (in[i]) m.row(at++) = columns_.row(static_cast<Index>(i));
  }
  return rank_of(std::move(m), 1e-5) - 1;
}

Outcome<Replicates> jackknife(const Design& design, bool stratified) {
  const DesignStage& stage = design.stages()[0];
  const auto units = static_cast<Index>(stage.stratum_of.size());
  const double strata = static_cast<double>(stage.strata.size());
  if (!stratified && stage.strata.size() > 1) {
    return refuse("survey.jackknife", "JK1 is for designs without strata; use JKn");
  }
  MatrixXd factors = MatrixXd::Ones(units, units);
  std::vector<double> rscales;
  for (const auto& s : stage.strata) {
    const auto unit = [&](std::int32_t k) { return stage.by_stratum[static_cast<std::size_t>(s.first + k)]; };
    const double left = stage.left[static_cast<std::size_t>(unit(0))];
    if (left < 1e-7) continue;
    if (s.units == 1) {
      const LonelyUnit rule = design.rules().lonely;
      if (rule == LonelyUnit::refuse) return lonely(design, s);
      if (rule != LonelyUnit::adjust) continue;
      factors.col(static_cast<Index>(rscales.size())).setConstant(strata / (strata - 1));
      factors(unit(0), static_cast<Index>(rscales.size())) = 0;
      rscales.push_back((strata - 1) / strata);
      continue;
    }
    const double n = s.units;
    for (std::int32_t k = 0; k < s.units; ++k) {
      const auto column = static_cast<Index>(rscales.size());
      for (std::int32_t other = 0; other < s.units; ++other) factors(unit(other), column) = n / (n - 1);
      factors(unit(k), column) = 0;
      rscales.push_back((n - 1) / n * left);
    }
  }
  if (rscales.empty())
    return refuse("survey.jackknife", "every stratum was taken whole: there is no variance");
  factors.conservativeResize(Eigen::NoChange, static_cast<Index>(rscales.size()));
  auto out = Replicates::of_units(stage.unit_of, std::move(factors));
  if (design.rules().lonely == LonelyUnit::average && static_cast<Index>(rscales.size()) < units) {
    out.scale = static_cast<double>(units) / static_cast<double>(rscales.size());
  }
  out.rscales = std::move(rscales);
  return out;
}

Outcome<Replicates> balanced_halves(const Design& design, double rho) {
  const DesignStage& stage = design.stages()[0];
  for (const auto& s : stage.strata) {
    if (s.units != 2) {
      return refuse("survey.balanced", fmt::format("stratum {} has {} units; balanced halves need two",
                                                   design.stratum_name(s.name), s.units));
    }
  }
  Index size = 2;  // a Sylvester matrix; its first column is all ones and is not used for a stratum
  while (size <= static_cast<Index>(stage.strata.size())) size *= 2;
  MatrixXd factors(static_cast<Index>(stage.stratum_of.size()), size);
  for (std::size_t h = 0; h < stage.strata.size(); ++h) {
    const auto first = static_cast<std::size_t>(stage.strata[h].first);
    for (Index r = 0; r < size; ++r) {
      const bool plus = __builtin_parityll(static_cast<unsigned long long>(r) & (h + 1)) == 0;
      factors(stage.by_stratum[first], r) = plus ? 2 - rho : rho;
      factors(stage.by_stratum[first + 1], r) = plus ? rho : 2 - rho;
    }
  }
  auto out = Replicates::of_units(stage.unit_of, std::move(factors));
  out.scale = 1 / (static_cast<double>(size) * (1 - rho) * (1 - rho));
  return out;
}

namespace {

// SplitMix64 (Steele, Lea and Flood 2014): the same numbers on every machine.
struct Draw {
  std::uint64_t state;
  std::uint64_t next() {
    std::uint64_t z = (state += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  std::int32_t below(std::int32_t n) {
    return static_cast<std::int32_t>(((next() >> 33) * static_cast<std::uint64_t>(n)) >> 31);
  }
};

}  // namespace

Outcome<Replicates> bootstrap(const Design& design, int count, std::uint64_t seed) {
  if (count < 2) return refuse("survey.bootstrap", "a bootstrap needs two replicates at least");
  const DesignStage& stage = design.stages()[0];
  for (const auto& s : stage.strata) {
    if (s.units == 1) return lonely(design, s);
  }
  MatrixXd factors = MatrixXd::Zero(static_cast<Index>(stage.stratum_of.size()), count);
  Draw draw{seed};
  for (Index r = 0; r < count; ++r) {
    for (const auto& s : stage.strata) {
      const double n = s.units;
      for (std::int32_t k = 0; k + 1 < s.units; ++k) {
        const auto drawn = static_cast<std::size_t>(s.first + draw.below(s.units));
        factors(stage.by_stratum[drawn], r) += n / (n - 1);
      }
    }
  }
  auto out = Replicates::of_units(stage.unit_of, std::move(factors));
  out.scale = 1.0 / count;
  return out;
}

}  // namespace kepu::statistics

// Replicate weights: the same survey weighted many times, so that the spread of an estimate over the
// replicates gives its variance: V = scale Σ_r rscales_r (t_r − c)(t_r − c)'.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "statistics/outcome.h"
#include "statistics/survey/design.h"

namespace kepu::statistics {

// How replicates are kept: a factor for each primary unit (made here: units × R numbers), or the whole column
// of weights (delivered with a data file, or re-weighted: rows × R numbers).
class Replicates {
 public:
  double scale = 1;
  std::vector<double> rscales;
  bool mse = false;            // c = the full-sample estimate; else the mean of the replicates
  std::optional<int> degrees;  // of the full sample, where known beforehand

  // Factors of units: weight of row i in replicate r = base_i · factor(unit_of_i, r).
  static Replicates of_units(std::vector<std::int32_t> unit_of, Eigen::MatrixXd factors);
  static Replicates of_columns(Eigen::MatrixXd weights);  // rows × R, base weight multiplied in already

  int count() const { return static_cast<int>(units_ ? factors_.cols() : columns_.cols()); }
  bool by_unit() const { return units_; }
  const std::vector<std::int32_t>& unit_of() const { return unit_of_; }
  const Eigen::MatrixXd& factors() const { return factors_; }
  // The weights of replicate r.
  void weights(int r, std::span<const double> base, std::span<double> out) const;

  // V for estimates `theta` (R × p); replicates whose estimate is not a number are left out, as R does.
  // Refuses survey.replicates where none is left.
  Outcome<Eigen::MatrixXd> variance(const Eigen::MatrixXd& theta, const Eigen::VectorXd& full) const;

  // Rank of the replicate weights of the rows that are in, minus 1 (degf of R, with its tolerance of 1e-5).
  int degrees_of_freedom(std::span<const std::uint8_t> in, std::span<const double> base) const;

 private:
  bool units_ = false;
  std::vector<std::int32_t> unit_of_;
  Eigen::MatrixXd factors_;
  Eigen::MatrixXd columns_;
};

// Delete-one jackknife. JK1 (no strata): factors n/(n−1), scale (n−1)/n (1 − f). JKn: rscales (n_h−1)/n_h
// (1 − f_h) (Wolter 2007, 4.3 and 4.5). Strata taken whole have no replicates; a single-unit stratum follows
// design.rules().lonely. Later stages' populations are left out. Refuses survey.lonely_psu, survey.jackknife
// (JK1 with strata, JKn without).
Outcome<Replicates> jackknife(const Design& design, bool stratified);

// Balanced half-samples, two units a stratum; rho > 0: Fay's method with factors rho and 2 − rho
// (Judkins 1990), scale 1/(R (1−rho)²). R is the least power of two above the number of strata. Populations
// are left out. Refuses survey.balanced (a stratum without exactly two units).
Outcome<Replicates> balanced_halves(const Design& design, double rho = 0);

// Rescaling bootstrap with n_h − 1 units drawn of n_h (Rao and Wu 1988): factors n_h/(n_h−1) times the number
// of draws, scale 1/R. `seed` reproduces the draw on every machine. Populations are left out. Refuses
// survey.lonely_psu, survey.bootstrap (count below 2).
Outcome<Replicates> bootstrap(const Design& design, int count, std::uint64_t seed);

}  // namespace kepu::statistics

// How a sample was drawn: strata, clusters of several stages, sizes of the population at each stage, unequal
// probabilities. A design checks itself when it is made; afterwards it is a set of arrays made for variances.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "statistics/outcome.h"

namespace kepu::statistics {

// What is done with a stratum that has one sampled unit, whose variance nobody knows (survey.lonely.psu of
// R).
enum class LonelyUnit {
  refuse,
  remove,   // it counts as without variance (also R's "certainty")
  adjust,   // its distance from the mean of all units
  average,  // the mean of the other strata's variances; NaN where no other has one, as in R
};

// Unequal probabilities without replacement; `population` of stage 1 then holds inclusion probabilities.
enum class PpsMethod {
  none,
  brewer,   // Brewer and Donadio 2003, Surv. Methodol. 29, (9): first-order probabilities only, any stages
  overton,  // Overton 1985 approximation of the joint probabilities, one stage
  hartley_rao,             // Hartley and Rao 1962 approximation, one stage
  joint_horvitz_thompson,  // the joint probabilities are known
  joint_yates_grundy,
};

struct VarianceRules {
  LonelyUnit lonely = LonelyUnit::refuse;
  bool adjust_domain_lonely = false;  // `lonely` also for a stratum with one unit left in the domain
  bool ultimate_cluster = false;      // later stages are left out
};

// Columns of the sample, one value a row.
struct DesignColumns {
  std::size_t rows = 0;
  std::vector<std::vector<std::int32_t>> clusters;  // by stage; none: every row is a unit of its own
  std::vector<std::int32_t> strata;                 // of the first stage; empty: one stratum
  // Units in the population of the stratum (stage 1) or of the cluster (later stages), or sampling fractions
  // where all are ≤ 1; by stage; stages without are taken as drawn with replacement.
  std::vector<std::vector<double>> population;
  std::vector<double> weights;  // empty: the product of population / sample over the stages, else 1
  bool nested = false;          // cluster codes are unique only inside their stratum
  PpsMethod pps = PpsMethod::none;
  Eigen::MatrixXd joint;                   // inclusion probabilities of pairs of rows, for joint_…
  std::vector<std::string> stratum_names;  // by code, for messages; may be empty
  // Whether a single-unit stratum is refused here (true) or only where a variance meets it.
  bool check_lonely = true;
};

// One stage of selection.
struct DesignStage {
  struct Stratum {
    std::int32_t parent = -1;  // unit of the stage before
    std::int32_t units = 0;    // sampled
    double carry = 1;          // product of the sampling fractions of the stages before
    std::int32_t first = 0;    // its units are by_stratum[first … first + units)
    std::int32_t name = -1;    // code of the first-stage stratum
  };
  std::vector<std::int32_t> unit_of;  // row → unit
  std::vector<double> left;           // unit → 1 − n/N (1: with replacement)
  std::vector<double> fraction;       // unit → n/N
  std::vector<std::int32_t> by_stratum;
  std::vector<std::int32_t> stratum_of;  // unit → stratum
  std::vector<Stratum> strata;
};

// Immutable; threads may share it.
class Design {
 public:
  // Refuses, each with the first row, stratum or number concerned:
  // survey.columns (lengths), survey.missing (a stratum, cluster, weight or population that is missing),
  // survey.negative_weight, survey.psu_in_two_strata (a cluster code in two strata, where not `nested`),
  // survey.one_psu (one unit in all), survey.lonely_psu, survey.population (smaller than the sample, counts
  // and fractions mixed), survey.pps (what the method needs is not there).
  static Outcome<Design> make(DesignColumns columns, const VarianceRules& rules = {});

  // The same design under other rules for its variance.
  Design with(const VarianceRules& rules) const;

  std::size_t rows() const { return rows_; }
  const std::vector<double>& weights() const { return weights_; }
  const std::vector<DesignStage>& stages() const { return stages_; }
  const VarianceRules& rules() const { return rules_; }
  bool pps() const { return pps_ != PpsMethod::none; }
  // Units of the first stage with a row that is `in` and has weight, minus their strata.
  int degrees_of_freedom(std::span<const std::uint8_t> in, std::span<const double> weights) const;
  std::string stratum_name(std::int32_t code) const;

  // Variance of Σ_rows x for x = weight × influence (rows × p; 0 outside `in`). Taylor linearisation over the
  // stages: per stratum (1 − n/N) n/(n−1) Σ (t_c − t̄)(t_c − t̄)' over the n sampled units, later stages times
  // the fractions of the earlier ones (Särndal, Swensson and Wretman 1992, 4.3); for PPS x'Δx.
  // Units outside the domain count as 0, and never leave the stratum. `keep_rows` says that rows outside are
  // part of the data set (calibrated and PPS designs), which matters only for adjust_domain_lonely and
  // average. Refuses survey.lonely_psu.
  Outcome<Eigen::MatrixXd> variance(const Eigen::MatrixXd& x, std::span<const std::uint8_t> in,
                                    bool keep_rows) const;

  // The stage-1 part from ready totals of units (units × p), for tables over many domains; all units present.
  Outcome<Eigen::MatrixXd> variance_of_units(const Eigen::MatrixXd& totals) const;
  // Stages that add to the variance: later ones only where their population is known, and not with
  // ultimate_cluster.
  std::size_t variance_stages() const;

 private:
  friend class DesignMaker;
  std::size_t rows_ = 0;
  VarianceRules rules_;
  PpsMethod pps_ = PpsMethod::none;
  std::vector<double> weights_;
  std::vector<DesignStage> stages_;
  std::vector<std::string> stratum_names_;
  Eigen::MatrixXd delta_;  // of pairs of units, for the PPS methods with x'Δx
  std::size_t stages_with_population_ = 0;
};

}  // namespace kepu::statistics

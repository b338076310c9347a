// The variance of a total under the design: Design::variance and its parts.
#include <fmt/format.h>

#include <cmath>

#include "statistics/survey/design.h"

namespace kepu::statistics {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::RowVectorXd;

// Totals of units and which units are part of the data set.
struct UnitTotals {
  MatrixXd sum;  // units × p
  std::vector<std::uint8_t> present;
};

UnitTotals totals_of(const MatrixXd& x, const DesignStage& stage, std::span<const std::uint8_t> in,
                     bool keep_rows) {
  UnitTotals t{MatrixXd::Zero(static_cast<Index>(stage.stratum_of.size()), x.cols()),
               std::vector<std::uint8_t>(stage.stratum_of.size(), keep_rows)};
  for (Index column = 0; column < x.cols(); ++column) {
    for (Index i = 0; i < x.rows(); ++i)
      t.sum(stage.unit_of[static_cast<std::size_t>(i)], column) += x(i, column);
  }
  if (!keep_rows) {
    for (std::size_t i = 0; i < stage.unit_of.size(); ++i) {
      if (in[i]) t.present[static_cast<std::size_t>(stage.unit_of[i])] = 1;
    }
  }
  return t;
}

// One stage: strata in turn, grouped by the unit of the stage before.
class StageVariance {
 public:
  StageVariance(const Design& design, std::size_t stage, const UnitTotals& totals)
      : design_(design), stage_(design.stages()[stage]), number_(stage), t_(totals), p_(totals.sum.cols()) {}

  Outcome<MatrixXd> run() {
    MatrixXd all = MatrixXd::Zero(p_, p_);
    for (std::size_t h = 0; h < stage_.strata.size();) {
      // First-stage strata are one group (parent −1); a later stage has one stratum a parent.
      const std::int32_t parent = stage_.strata[h].parent;
      MatrixXd group = MatrixXd::Zero(p_, p_);
      int strata = 0, known = 0;
      const double carry = stage_.strata[h].carry;
      for (; h < stage_.strata.size() && stage_.strata[h].parent == parent; ++h) {
        present_ = count_present(stage_.strata[h]);
        if (present_ == 0) continue;
        ++strata;
        if (auto ok = add_stratum(stage_.strata[h], group, known); !ok) return tl::unexpected(ok.error());
      }
      if (known > 0) {
        all += carry * group * (static_cast<double>(strata) / known);
      } else if (strata > 0) {
        all.setConstant(std::nan(""));  // no stratum lends its variance: unknown, not 0
      }
    }
    return all;
  }

 private:
  std::int32_t count_present(const DesignStage::Stratum& s) const {
    std::int32_t n = 0;
    for (std::int32_t k = 0; k < s.units; ++k) n += t_.present[unit(s, k)];
    return n;
  }
  std::size_t unit(const DesignStage::Stratum& s, std::int32_t k) const {
    return static_cast<std::size_t>(
        stage_.by_stratum[static_cast<std::size_t>(s.first) + static_cast<std::size_t>(k)]);
  }

  Outcome<void> add_stratum(const DesignStage::Stratum& s, MatrixXd& group, int& known) {
    const VarianceRules& rules = design_.rules();
    double most_left = 0;
    for (std::int32_t k = 0; k < s.units; ++k) most_left = std::max(most_left, stage_.left[unit(s, k)]);
    const bool census = most_left < 1e-7;
    const bool lonely = s.units == 1;
    const bool domain_lonely = !lonely && present_ == 1 && rules.adjust_domain_lonely;
    if (census) {
      ++known;
      return {};
    }
    if (lonely && rules.lonely == LonelyUnit::refuse) {
      return refuse("survey.lonely_psu", fmt::format("Stratum ({}) has only one PSU at stage {}",
                                                     design_.stratum_name(s.name), number_ + 1));
    }
    if ((lonely || domain_lonely) && rules.lonely == LonelyUnit::average) return {};
    ++known;
    const bool adjust = rules.lonely == LonelyUnit::adjust && (lonely || domain_lonely);
    add_squares(s, adjust, group);
    return {};
  }

  void add_squares(const DesignStage::Stratum& s, bool adjust, MatrixXd& group) {
    const double n = s.units;
    const double inflate = s.units > 1 ? n / (n - 1) : 1;
    RowVectorXd centre = RowVectorXd::Zero(p_);
    for (std::int32_t k = 0; k < s.units; ++k) centre += t_.sum.row(static_cast<Index>(unit(s, k)));
    centre /= n;
    if (adjust) centre = grand_mean();
    for (std::int32_t k = 0; k < s.units; ++k) {
      const auto u = unit(s, k);
      const RowVectorXd d = t_.sum.row(static_cast<Index>(u)) - centre;
      group.noalias() += stage_.left[u] * inflate * d.transpose() * d;
    }
  }

  // Of the totals of all units (survey 4.5 and Stata "centered"; 4.1 takes 0 in its place).
  const RowVectorXd& grand_mean() {
    if (grand_mean_.size() == 0) grand_mean_ = t_.sum.colwise().mean();
    return grand_mean_;
  }

  const Design& design_;
  const DesignStage& stage_;
  std::size_t number_;
  const UnitTotals& t_;
  Index p_;
  std::int32_t present_ = 0;
  RowVectorXd grand_mean_;
};

}  // namespace

Outcome<MatrixXd> Design::variance(const MatrixXd& x, std::span<const std::uint8_t> in,
                                   bool keep_rows) const {
  if (delta_.size() > 0) {
    const UnitTotals t = totals_of(x, stages_[0], in, true);
    return MatrixXd(t.sum.transpose() * delta_ * t.sum);
  }
  MatrixXd all = MatrixXd::Zero(x.cols(), x.cols());
  for (std::size_t s = 0; s < variance_stages(); ++s) {
    const UnitTotals t = totals_of(x, stages_[s], in, keep_rows);
    auto v = StageVariance(*this, s, t).run();
    if (!v) return v;
    all += *v;
  }
  return all;
}

Outcome<MatrixXd> Design::variance_of_units(const MatrixXd& totals) const {
  if (delta_.size() > 0) return MatrixXd(totals.transpose() * delta_ * totals);
  const UnitTotals t{totals, std::vector<std::uint8_t>(stages_[0].stratum_of.size(), 1)};
  return StageVariance(*this, 0, t).run();
}

}  // namespace kepu::statistics

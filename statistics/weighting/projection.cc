#include "statistics/weighting/projection.h"

#include <Eigen/QR>
#include <utility>

namespace kepu::statistics {

namespace {

class PoststratumProjection final : public Projection {
 public:
  PoststratumProjection(const Cells& cells, std::vector<double> before, std::vector<double> after)
      : cells_(cells), after_(std::move(after)), ratio_(before.size()), mass_(cells.count, 0.0) {
    for (std::size_t i = 0; i < before.size(); ++i) {
      ratio_[i] = after_[i] != 0 ? before[i] / after_[i] : 0;
      if (cells_.of[i] >= 0) mass_[static_cast<std::size_t>(cells_.of[i])] += before[i];
    }
  }
  void apply(Eigen::Ref<Eigen::MatrixXd> x) const override {
    std::vector<double> sum(mass_.size());
    for (Eigen::Index column = 0; column < x.cols(); ++column) {
      std::fill(sum.begin(), sum.end(), 0.0);
      for (std::size_t i = 0; i < ratio_.size(); ++i) {
        if (cells_.of[i] >= 0)
          sum[static_cast<std::size_t>(cells_.of[i])] += x(static_cast<Eigen::Index>(i), column) * ratio_[i];
      }
      for (std::size_t c = 0; c < sum.size(); ++c) sum[c] = mass_[c] != 0 ? sum[c] / mass_[c] : 0;
      for (std::size_t i = 0; i < ratio_.size(); ++i) {
        if (cells_.of[i] >= 0)
          x(static_cast<Eigen::Index>(i), column) -= sum[static_cast<std::size_t>(cells_.of[i])] * after_[i];
      }
    }
  }

 private:
  Cells cells_;
  std::vector<double> after_;
  std::vector<double> ratio_;  // before / after
  std::vector<double> mass_;   // Σ before of each cell
};

constexpr int kSweeps = 10;  // the number in R survey, whatever the number of cycles that raking took

class RakeProjection final : public Projection {
 public:
  RakeProjection(std::shared_ptr<const CrossedCells> joint, std::vector<double> base,
                 std::vector<std::vector<double>> factors)
      : joint_(std::move(joint)), base_(std::move(base)), factors_(std::move(factors)) {
    rows_.assign(static_cast<std::size_t>(joint_->cells.count), 0.0);
    for (std::size_t i = 0; i < base_.size(); ++i) {
      if (base_[i] != 0) rows_[static_cast<std::size_t>(joint_->cells.of[i])] += 1;
    }
  }

  void apply(Eigen::Ref<Eigen::MatrixXd> x) const override {
    const auto& of = joint_->cells.of;
    std::vector<double> sum(rows_.size());
    for (Eigen::Index column = 0; column < x.cols(); ++column) {
      std::fill(sum.begin(), sum.end(), 0.0);
      for (std::size_t i = 0; i < base_.size(); ++i) {
        if (base_[i] != 0)
          sum[static_cast<std::size_t>(of[i])] += x(static_cast<Eigen::Index>(i), column) / base_[i];
      }
      const auto shift = shifts(sum);
      for (std::size_t i = 0; i < base_.size(); ++i) {
        x(static_cast<Eigen::Index>(i), column) += base_[i] * shift[static_cast<std::size_t>(of[i])];
      }
    }
  }

 private:
  // In units of x/base everything that a sweep subtracts is the same for all rows of a joint cell.
  std::vector<double> shifts(const std::vector<double>& sum) const {
    std::vector<double> shift(sum.size(), 0.0);
    for (int sweep = 0; sweep < kSweeps; ++sweep) {
      for (std::size_t m = 0; m < factors_.size(); ++m)
        subtract_means(sum, factors_[m], joint_->parts[m], shift);
    }
    return shift;
  }
  void subtract_means(const std::vector<double>& sum, const std::vector<double>& factor,
                      const std::vector<std::int32_t>& part, std::vector<double>& shift) const {
    std::vector<double> total, count;
    for (std::size_t j = 0; j < sum.size(); ++j) {
      const auto c = static_cast<std::size_t>(part[j]);
      if (c >= total.size()) {
        total.resize(c + 1, 0.0);
        count.resize(c + 1, 0.0);
      }
      if (rows_[j] > 0) {
        total[c] += (sum[j] + rows_[j] * shift[j]) / factor[j];
        count[c] += rows_[j];
      }
    }
    for (std::size_t j = 0; j < sum.size(); ++j) {
      const auto c = static_cast<std::size_t>(part[j]);
      if (rows_[j] > 0) shift[j] -= factor[j] * total[c] / count[c];
    }
  }

  std::shared_ptr<const CrossedCells> joint_;
  std::vector<double> base_;
  std::vector<std::vector<double>> factors_;  // [margin][joint cell]
  std::vector<double> rows_;                  // of each joint cell, without weight 0
};

class RegressionProjection final : public Projection {
 public:
  RegressionProjection(const Eigen::MatrixXd& auxiliary, const Eigen::VectorXd& root,
                       const Eigen::VectorXd& g)
      : scale_(g.cwiseProduct(root)) {
    const Eigen::MatrixXd scaled = root.asDiagonal() * auxiliary;
    Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(scaled);
    qr.setThreshold(1e-7);  // as R's qr(): collinear auxiliaries count once
    basis_ = qr.householderQ() * Eigen::MatrixXd::Identity(scaled.rows(), qr.rank());
  }
  void apply(Eigen::Ref<Eigen::MatrixXd> x) const override {
    Eigen::MatrixXd z = x;
    for (Eigen::Index i = 0; i < z.rows(); ++i) {
      if (scale_[i] != 0)
        z.row(i) /= scale_[i];
      else
        z.row(i).setZero();
    }
    z -= basis_ * (basis_.transpose() * z).eval();
    x = scale_.asDiagonal() * z;
  }

 private:
  Eigen::MatrixXd basis_;  // orthonormal
  Eigen::VectorXd scale_;
};

}  // namespace

std::shared_ptr<const Projection> poststratum_projection(const Cells& cells, std::vector<double> before,
                                                         std::vector<double> after) {
  return std::make_shared<PoststratumProjection>(cells, std::move(before), std::move(after));
}

std::shared_ptr<const Projection> rake_projection(std::shared_ptr<const CrossedCells> joint,
                                                  std::vector<double> base,
                                                  std::vector<std::vector<double>> factors) {
  return std::make_shared<RakeProjection>(std::move(joint), std::move(base), std::move(factors));
}

std::shared_ptr<const Projection> regression_projection(const Eigen::MatrixXd& auxiliary,
                                                        const Eigen::VectorXd& root,
                                                        const Eigen::VectorXd& g) {
  return std::make_shared<RegressionProjection>(auxiliary, root, g);
}

}  // namespace kepu::statistics

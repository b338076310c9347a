#include "statistics/items/linking.h"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "statistics/items/checks.h"

namespace kepu::statistics::items {

namespace {

Outcome<void> check_anchors(std::span<const Item> base, std::span<const Item> fresh, std::size_t least) {
  if (base.size() != fresh.size() || base.size() < least) {
    return refuse("irt.anchors",
                  fmt::format("{} anchors in the base, {} in the new round; at least {} are needed",
                              base.size(), fresh.size(), least));
  }
  for (std::size_t j = 0; j < base.size(); ++j) {
    for (const Item* item : {&base[j], &fresh[j]}) {
      if (auto checked = check_item(*item); !checked) {
        return refuse("irt.anchors", fmt::format("anchor {}: {}", j + 1, checked.error().detail));
      }
      const bool bounded =
          std::all_of(item->d.begin(), item->d.end(), [](double d) { return std::isfinite(d); });
      if (!bounded || item->a == 0) {
        return refuse("irt.anchors",
                      fmt::format("anchor {} has no difficulty: an intercept is infinite or the "
                                  "slope 0",
                                  j + 1));
      }
    }
    if (base[j].model != fresh[j].model || base[j].d.size() != fresh[j].d.size()) {
      return refuse("irt.anchors",
                    fmt::format("anchor {} has another model or other categories in the new round", j + 1));
    }
  }
  return {};
}

struct Moments {
  double mean = 0, sd = 0;
};
Moments moments(const std::vector<double>& x) {
  Moments m;
  m.mean = std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
  for (const double value : x) m.sd += (value - m.mean) * (value - m.mean);
  m.sd = std::sqrt(m.sd / std::max<double>(1, static_cast<double>(x.size()) - 1));
  return m;
}

std::vector<double> all_difficulties(std::span<const Item> items) {
  std::vector<double> b;
  for (const Item& item : items) {
    const auto own = difficulties(item);
    b.insert(b.end(), own.begin(), own.end());
  }
  return b;
}

Outcome<Linking> by_moments(std::span<const Item> base, std::span<const Item> fresh, LinkingMethod method) {
  const Moments b_base = moments(all_difficulties(base)), b_new = moments(all_difficulties(fresh));
  Linking out;
  if (method == LinkingMethod::mean_mean) {
    double a_base = 0, a_new = 0;
    for (const Item& item : base) a_base += item.a;
    for (const Item& item : fresh) a_new += item.a;
    out.A = a_new / a_base;
  } else {
    out.A = b_base.sd / b_new.sd;
  }
  if (!(out.A > 0) || !std::isfinite(out.A)) {
    return refuse("irt.anchors",
                  fmt::format("slopes or difficulties of the anchors give the scale {}", out.A));
  }
  out.B = b_base.mean - out.A * b_new.mean;
  return out;
}

// Residuals √w (base - new*) over θ × (categories of all items, or the test), with derivatives to A and B.
class Curves {
 public:
  Curves(std::span<const Item> base, std::span<const Item> fresh, bool whole_test,
         const Quadrature& quadrature)
      : base_(base), fresh_(fresh), whole_test_(whole_test), quadrature_(quadrature) {}

  struct Sum {
    double value = 0;
    Eigen::Vector2d gradient = Eigen::Vector2d::Zero();
    Eigen::Matrix2d curvature = Eigen::Matrix2d::Zero();  // with the second derivatives
    Eigen::Matrix2d gauss = Eigen::Matrix2d::Zero();      // without: never downhill
  };

  // A curve of the new round at θ of the base is the old curve at t = (θ - B)/A.
  Sum at(double A, double B) const {
    Sum sum;
    std::vector<CategoryCurve> old, now;
    for (std::size_t q = 0; q < quadrature_.node.size(); ++q) {
      const double theta = quadrature_.node[q], w = quadrature_.weight[q], t = (theta - B) / A;
      CategoryCurve test_now;
      double test_old = 0;
      for (std::size_t j = 0; j < base_.size(); ++j) {
        category_curves(base_[j], theta, old);
        category_curves(fresh_[j], t, now);
        for (std::size_t k = 1; k < old.size(); ++k) {
          if (!whole_test_) {
            add(old[k].p, now[k], t, A, w, sum);
            continue;
          }
          const double score = static_cast<double>(k);
          test_old += score * old[k].p;
          test_now.p += score * now[k].p;
          test_now.dp += score * now[k].dp;
          test_now.d2p += score * now[k].d2p;
        }
      }
      if (whole_test_) add(test_old, test_now, t, A, w, sum);
    }
    return sum;
  }

 private:
  static void add(double old, const CategoryCurve& now, double t, double A, double w, Sum& sum) {
    const double off = old - now.p;
    const Eigen::Vector2d dt(-t / A, -1 / A);
    Eigen::Matrix2d d2t;
    d2t << 2 * t / (A * A), 1 / (A * A), 1 / (A * A), 0;
    const Eigen::Matrix2d outer = dt * dt.transpose();
    sum.value += w * off * off;
    sum.gradient -= 2 * w * off * now.dp * dt;
    sum.gauss += 2 * w * now.dp * now.dp * outer;
    sum.curvature += 2 * w * (now.dp * now.dp * outer - off * (now.d2p * outer + now.dp * d2t));
  }

  std::span<const Item> base_, fresh_;
  bool whole_test_;
  const Quadrature& quadrature_;
};

Outcome<Linking> by_curves(const Curves& curves, Linking start) {
  Linking at = start;
  Curves::Sum sum = curves.at(at.A, at.B);
  for (int step = 0; step < 200; ++step) {
    const Eigen::LLT<Eigen::Matrix2d> newton(sum.curvature);
    const Eigen::Vector2d way = newton.info() == Eigen::Success
                                    ? Eigen::Vector2d(-newton.solve(sum.gradient))
                                    : Eigen::Vector2d(-sum.gauss.ldlt().solve(sum.gradient));
    if (!way.allFinite()) break;
    double part = 1;
    Curves::Sum next;
    for (int halving = 0; halving < 40; ++halving, part /= 2) {
      if (at.A + part * way[0] < at.A / 10) continue;
      next = curves.at(at.A + part * way[0], at.B + part * way[1]);
      if (next.value <= sum.value * (1 + 1e-14)) break;
    }
    if (at.A + part * way[0] <= 0) break;
    at.A += part * way[0], at.B += part * way[1];
    sum = next;
    if (way.lpNorm<Eigen::Infinity>() < 1e-12 * (1 + std::abs(at.A) + std::abs(at.B))) {
      at.criterion = sum.value;
      return at;
    }
  }
  return refuse("irt.no_convergence", "the curves of the anchors give no link");
}

double quantile(std::vector<double> x, double p) {  // linear between order statistics
  std::sort(x.begin(), x.end());
  const double at = p * static_cast<double>(x.size() - 1);
  const auto low = static_cast<std::size_t>(at);
  return low + 1 < x.size() ? x[low] + (at - static_cast<double>(low)) * (x[low + 1] - x[low]) : x.back();
}

}  // namespace

Outcome<Linking> link(std::span<const Item> base, std::span<const Item> fresh, LinkingMethod method,
                      const Quadrature& quadrature) {
  if (auto checked = check_anchors(base, fresh, 2); !checked) return tl::unexpected(checked.error());
  if (auto checked = check_quadrature(quadrature); !checked) return tl::unexpected(checked.error());
  if (method == LinkingMethod::mean_mean || method == LinkingMethod::mean_sigma) {
    return by_moments(base, fresh, method);
  }
  const auto start = by_moments(base, fresh, LinkingMethod::mean_mean);
  return by_curves(Curves(base, fresh, method == LinkingMethod::stocking_lord, quadrature),
                   start.value_or(Linking{}));
}

std::vector<Item> linked(std::span<const Item> fresh, const Linking& linking) {
  std::vector<Item> out;
  for (const Item& item : fresh) out.push_back(rescaled(item, linking.A, linking.B));
  return out;
}

Outcome<std::vector<Drift>> anchor_drift(std::span<const Item> base, std::span<const Item> fresh,
                                         const Linking& linking) {
  if (auto checked = check_anchors(base, fresh, 4); !checked) return tl::unexpected(checked.error());
  const auto now = linked(fresh, linking);
  std::vector<Drift> out;
  std::vector<double> differences;
  for (std::size_t j = 0; j < base.size(); ++j) {
    differences.push_back(moments(difficulties(now[j])).mean - moments(difficulties(base[j])).mean);
    out.push_back({.difference = differences[j], .slope_ratio = now[j].a / base[j].a});
  }
  const double median = quantile(differences, 0.5);
  const double spread = 0.74 * (quantile(differences, 0.75) - quantile(differences, 0.25));
  for (Drift& drift : out) {
    const double off = drift.difference - median;
    drift.robust_z = spread > 0 ? off / spread : (off == 0 ? 0 : std::copysign(HUGE_VAL, off));
    drift.drifted = std::abs(drift.robust_z) > 1.645;
  }
  return out;
}

}  // namespace kepu::statistics::items

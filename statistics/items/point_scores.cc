// MAP and WLE: a zero of an estimating function, found between two nodes of a grid.
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <limits>

#include "statistics/items/ability.h"
#include "statistics/items/checks.h"

namespace kepu::statistics::items {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr int kSteps = 96;
constexpr double kReach = 12;     // MAP: in standard deviations of the prior
constexpr double kFarthest = 10;  // WLE

// Sums over one person's answers at a θ.
struct Sums {
  double log_likelihood = 0, first = 0, second = 0;  // and derivatives
  double information = 0, j = 0;                     // Warm's I and J, of the items answered
  int answers = 0;
};

void add(const Sums& x, Sums& to) {
  to.log_likelihood += x.log_likelihood;
  to.first += x.first;
  to.second += x.second;
  to.information += x.information;
  to.j += x.j;
  to.answers += x.answers;
}

// The items between two ends: each answer's terms at the nodes of a grid once for all persons, and anywhere
// between for one.
class Grid {
 public:
  Grid(std::span<const Item> items, double lo, double hi) : items_(items), lo_(lo), hi_(hi) {
    for (const Item& item : items) {
      first_.push_back(terms_.size());
      const auto codes = static_cast<std::size_t>(item.categories());
      terms_.resize(terms_.size() + codes * (kSteps + 1));
      for (int i = 0; i <= kSteps; ++i) {
        category_curves(item, node(i), curves_);
        for (std::size_t k = 0; k < codes; ++k) {
          terms_[first_.back() + k * (kSteps + 1) + static_cast<std::size_t>(i)] = terms_of(k);
        }
      }
    }
  }

  double node(int i) const { return lo_ + (hi_ - lo_) * i / kSteps; }

  void at_nodes(std::span<const std::uint8_t> row, std::vector<Sums>& out) const {
    out.assign(kSteps + 1, {});
    for (std::size_t j = 0; j < items_.size(); ++j) {
      if (row[j] == Responses::kMissing) continue;
      const Sums* terms = terms_.data() + first_[j] + row[j] * (kSteps + 1u);
      for (std::size_t i = 0; i <= kSteps; ++i) add(terms[i], out[i]);
    }
  }
  Sums at(std::span<const std::uint8_t> row, double theta) {
    Sums sum;
    for (std::size_t j = 0; j < items_.size(); ++j) {
      if (row[j] == Responses::kMissing) continue;
      category_curves(items_[j], theta, curves_);
      add(terms_of(row[j]), sum);
    }
    return sum;
  }

 private:
  Sums terms_of(std::size_t code) const {
    const CategoryCurve& own = curves_[code];
    if (!(own.p > 0)) return {};
    const double slope = own.dp / own.p;
    Sums s{std::log(own.p), slope, own.d2p / own.p - slope * slope, 0, 0, 1};
    for (const CategoryCurve& curve : curves_) {
      if (!(curve.p > 0)) continue;
      s.information += curve.dp * curve.dp / curve.p;
      s.j += curve.dp * curve.d2p / curve.p;
    }
    return s;
  }

  std::span<const Item> items_;
  double lo_, hi_;
  std::vector<std::size_t> first_;
  std::vector<Sums> terms_;  // item by item, code by code, node by node
  std::vector<CategoryCurve> curves_;
};

struct AtNode {
  double height = 0,
         slope = 0;  // what is to be maximal (to choose among several maxima), and what is to be 0
};

// The place where slope(θ) falls through 0 that is highest; an end of the grid where it never does. `of`
// makes an AtNode of a θ and the sums there.
template <class Of>
double best_zero(Grid& grid, std::span<const std::uint8_t> row, std::vector<Sums>& sums, Of&& of) {
  grid.at_nodes(row, sums);
  const auto at = [&](int i) { return of(grid.node(i), sums[static_cast<std::size_t>(i)]); };
  int best = -1;
  double top = 0;
  for (int i = 0; i < kSteps; ++i) {
    const AtNode left = at(i), right = at(i + 1);
    const double height = std::max(left.height, right.height);
    if (left.slope > 0 && right.slope <= 0 && (best < 0 || height > top)) best = i, top = height;
  }
  if (best < 0) return at(0).slope > 0 ? grid.node(kSteps) : grid.node(0);
  std::uintmax_t steps = 100;
  const auto [left, right] = boost::math::tools::toms748_solve(
      [&](double theta) { return of(theta, grid.at(row, theta)).slope; }, grid.node(best),
      grid.node(best + 1), at(best).slope, at(best + 1).slope, boost::math::tools::eps_tolerance<double>(48),
      steps);
  return left + (right - left) / 2;
}

}  // namespace

Outcome<PointScores> map_scores(const Responses& responses, std::span<const Item> items, double mean,
                                double sd) {
  if (auto checked = check_items(items, responses); !checked) return tl::unexpected(checked.error());
  if (!(sd > 0) || !std::isfinite(sd) || !std::isfinite(mean)) {
    return refuse("irt.options", "the prior needs a positive, finite spread");
  }
  PointScores out;
  Grid grid(items, mean - kReach * sd, mean + kReach * sd);
  std::vector<Sums> sums;
  for (int i = 0; i < responses.persons(); ++i) {
    out.theta.push_back(best_zero(grid, responses.row(i), sums, [&](double theta, const Sums& s) {
      const double z = (theta - mean) / sd;
      return AtNode{s.log_likelihood - z * z / 2, s.first - z / sd};
    }));
    out.se.push_back(1 / std::sqrt(1 / (sd * sd) - grid.at(responses.row(i), out.theta.back()).second));
  }
  return out;
}

Outcome<PointScores> wle_scores(const Responses& responses, std::span<const Item> items) {
  if (auto checked = check_items(items, responses); !checked) return tl::unexpected(checked.error());
  PointScores out;
  Grid grid(items, -kFarthest, kFarthest);
  std::vector<Sums> sums;
  for (int i = 0; i < responses.persons(); ++i) {
    if (grid.at(responses.row(i), 0).answers == 0) {
      out.theta.push_back(kNaN);
      out.se.push_back(kNaN);
      continue;
    }
    out.theta.push_back(best_zero(grid, responses.row(i), sums, [](double, const Sums& s) {
      return AtNode{s.log_likelihood + std::log(s.information) / 2, s.first + s.j / (2 * s.information)};
    }));
    out.se.push_back(1 / std::sqrt(grid.at(responses.row(i), out.theta.back()).information));
  }
  return out;
}

}  // namespace kepu::statistics::items

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

// Sums over one person's answers at a θ.
struct Sums {
  double log_likelihood = 0, first = 0, second = 0;  // and derivatives
  double information = 0, j = 0;                     // Warm's I and J, of the items answered
  int answers = 0;
};

class Person {
 public:
  Person(std::span<const Item> items, std::span<const std::uint8_t> row) : items_(items), row_(row) {}

  Sums at(double theta) {
    Sums s;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (row_[i] == Responses::kMissing) continue;
      category_curves(items_[i], theta, curves_);
      const CategoryCurve& own = curves_[row_[i]];
      if (!(own.p > 0)) continue;
      ++s.answers;
      const double slope = own.dp / own.p;
      s.log_likelihood += std::log(own.p);
      s.first += slope;
      s.second += own.d2p / own.p - slope * slope;
      for (const CategoryCurve& curve : curves_) {
        if (!(curve.p > 0)) continue;
        s.information += curve.dp * curve.dp / curve.p;
        s.j += curve.dp * curve.d2p / curve.p;
      }
    }
    return s;
  }

 private:
  std::span<const Item> items_;
  std::span<const std::uint8_t> row_;
  std::vector<CategoryCurve> curves_;
};

struct AtNode {
  double height = 0,
         slope = 0;  // what is to be maximal (to choose among several maxima), and what is to be 0
};

// The place where slope(θ) falls through 0 that is highest; an end of the grid where it never does.
template <class Function>
double best_zero(Function&& at, double lo, double hi) {
  std::vector<AtNode> nodes;
  const auto node = [&](int i) { return lo + (hi - lo) * i / kSteps; };
  for (int i = 0; i <= kSteps; ++i) nodes.push_back(at(node(i)));
  int best = -1;
  for (int i = 0; i < kSteps; ++i) {
    const auto n = static_cast<std::size_t>(i);
    if (nodes[n].slope > 0 && nodes[n + 1].slope <= 0) {
      const auto height = [&](int k) {
        return std::max(nodes[static_cast<std::size_t>(k)].height,
                        nodes[static_cast<std::size_t>(k) + 1].height);
      };
      if (best < 0 || height(i) > height(best)) best = i;
    }
  }
  if (best < 0) return nodes[0].slope > 0 ? hi : lo;
  std::uintmax_t steps = 100;
  const auto n = static_cast<std::size_t>(best);
  const auto [left, right] = boost::math::tools::toms748_solve(
      [&](double theta) { return at(theta).slope; }, node(best), node(best + 1), nodes[n].slope,
      nodes[n + 1].slope, boost::math::tools::eps_tolerance<double>(48), steps);
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
  for (int i = 0; i < responses.persons(); ++i) {
    Person person(items, responses.row(i));
    const auto at = [&](double theta) {
      const Sums s = person.at(theta);
      const double z = (theta - mean) / sd;
      return AtNode{s.log_likelihood - z * z / 2, s.first - z / sd};
    };
    out.theta.push_back(best_zero(at, mean - 12 * sd, mean + 12 * sd));
    out.se.push_back(1 / std::sqrt(1 / (sd * sd) - person.at(out.theta.back()).second));
  }
  return out;
}

Outcome<PointScores> wle_scores(const Responses& responses, std::span<const Item> items) {
  if (auto checked = check_items(items, responses); !checked) return tl::unexpected(checked.error());
  PointScores out;
  for (int i = 0; i < responses.persons(); ++i) {
    Person person(items, responses.row(i));
    if (person.at(0).answers == 0) {
      out.theta.push_back(kNaN);
      out.se.push_back(kNaN);
      continue;
    }
    const auto at = [&](double theta) {
      const Sums s = person.at(theta);
      return AtNode{s.log_likelihood + std::log(s.information) / 2, s.first + s.j / (2 * s.information)};
    };
    out.theta.push_back(best_zero(at, -10, 10));
    out.se.push_back(1 / std::sqrt(person.at(out.theta.back()).information));
  }
  return out;
}

}  // namespace kepu::statistics::items

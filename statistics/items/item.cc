#include "statistics/items/item.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "statistics/items/logistic.h"

namespace kepu::statistics::items {

namespace {

constexpr int kMostIntercepts = 20;

void binary_curves(const Item& item, double theta, std::vector<CategoryCurve>& out) {
  const double z = item.a * theta + item.d[0];
  const double up = logistic(z), down = logistic(-z), span = 1 - item.c();
  const double slope = span * item.a * up * down;
  const double bend = slope * item.a * (down - up);
  out[1] = {item.c() + span * up, slope, bend};
  out[0] = {span * down, -slope, -bend};
}

// With the boundary curves σ(z_k): the differences without cancellation.
void graded_curves(const Item& item, double theta, std::vector<CategoryCurve>& out) {
  const int last = item.categories() - 1;
  for (int k = 0; k <= last; ++k) {
    const double x = k == 0 ? std::numeric_limits<double>::infinity()
                            : item.a * theta + item.d[static_cast<std::size_t>(k) - 1];
    const double y = k == last ? -std::numeric_limits<double>::infinity()
                               : item.a * theta + item.d[static_cast<std::size_t>(k)];
    const double px = logistic(x), qx = logistic(-x), py = logistic(y), qy = logistic(-y);
    const double vx = px * qx, vy = py * qy;
    out[static_cast<std::size_t>(k)] = {logistic_difference(x, y), item.a * (vx - vy),
                                        item.a * item.a * (vx * (qx - px) - vy * (qy - py))};
  }
}

void partial_credit_curves(const Item& item, double theta, std::vector<CategoryCurve>& out) {
  double highest = 0, sum = 0, mean = 0, square = 0;
  for (std::size_t k = 0; k < item.d.size(); ++k) {
    highest = std::max(highest, static_cast<double>(k + 1) * item.a * theta + item.d[k]);
  }
  for (std::size_t k = 0; k <= item.d.size(); ++k) {
    const double z = k == 0 ? 0 : static_cast<double>(k) * item.a * theta + item.d[k - 1];
    out[k].p = std::exp(z - highest);
    sum += out[k].p;
  }
  for (std::size_t k = 0; k < out.size(); ++k) {
    out[k].p /= sum;
    mean += static_cast<double>(k) * out[k].p;
    square += static_cast<double>(k * k) * out[k].p;
  }
  const double variance = std::max(0.0, square - mean * mean);
  for (std::size_t k = 0; k < out.size(); ++k) {
    const double off = static_cast<double>(k) - mean;
    out[k].dp = item.a * out[k].p * off;
    out[k].d2p = item.a * item.a * out[k].p * (off * off - variance);
  }
}

}  // namespace

Outcome<Model> model_of(std::string_view word) {
  for (const Model model :
       {Model::one_pl, Model::two_pl, Model::three_pl, Model::graded, Model::partial_credit}) {
    if (word_of(model) == word) return model;
  }
  return refuse("irt.model", fmt::format("there is no item model called “{}”", word));
}

std::string_view word_of(Model model) {
  switch (model) {
    case Model::one_pl:
      return "1PL";
    case Model::two_pl:
      return "2PL";
    case Model::three_pl:
      return "3PL";
    case Model::graded:
      return "GRM";
    case Model::partial_credit:
      return "GPCM";
  }
  return "";
}

double Item::c() const { return model == Model::three_pl ? logistic(logit_c) : 0; }

Outcome<void> check_item(const Item& item) {
  const bool ordinal = item.model == Model::graded || item.model == Model::partial_credit;
  if (!std::isfinite(item.a)) return refuse("irt.item", "the slope is not a finite number");
  if (item.d.empty() || item.d.size() > (ordinal ? kMostIntercepts : 1)) {
    return refuse("irt.item", fmt::format("{} intercepts for a {} item", item.d.size(), word_of(item.model)));
  }
  if (item.model == Model::three_pl && std::isnan(item.logit_c)) {
    return refuse("irt.item", "the guessing parameter is not a number");
  }
  for (std::size_t k = 0; k < item.d.size(); ++k) {
    if (std::isnan(item.d[k]) || (!ordinal && std::isinf(item.d[k])) ||
        (item.model == Model::partial_credit && item.d[k] == std::numeric_limits<double>::infinity())) {
      return refuse("irt.item", fmt::format("intercept {} is not a finite number", k + 1));
    }
    if (item.model == Model::graded && k > 0 && item.d[k] > item.d[k - 1]) {
      return refuse("irt.item", fmt::format("graded intercept {} is greater than the one before", k + 1));
    }
  }
  return {};
}

void category_curves(const Item& item, double theta, std::vector<CategoryCurve>& out) {
  out.resize(item.d.size() + 1);
  switch (item.model) {
    case Model::graded:
      return graded_curves(item, theta, out);
    case Model::partial_credit:
      return partial_credit_curves(item, theta, out);
    default:
      return binary_curves(item, theta, out);
  }
}

double expected_score(const Item& item, double theta) {
  std::vector<CategoryCurve> curves;
  category_curves(item, theta, curves);
  double score = 0;
  for (std::size_t k = 1; k < curves.size(); ++k) score += static_cast<double>(k) * curves[k].p;
  return score;
}

double item_information(const Item& item, double theta) {
  std::vector<CategoryCurve> curves;
  category_curves(item, theta, curves);
  double information = 0;
  for (const CategoryCurve& curve : curves) {
    if (curve.p > 0) information += curve.dp * curve.dp / curve.p;
  }
  return information;
}

std::vector<double> difficulties(const Item& item) {
  std::vector<double> b;
  for (std::size_t k = 0; k < item.d.size(); ++k) {
    const double before = item.model == Model::partial_credit && k > 0 ? item.d[k - 1] : 0;
    b.push_back(-(item.d[k] - before) / item.a);
  }
  return b;
}

// aθ + d with θ = (θ' - B)/A; a partial-credit intercept belongs to k steps.
Item rescaled(const Item& item, double A, double B) {
  Item out = item;
  out.a = item.a / A;
  for (std::size_t k = 0; k < out.d.size(); ++k) {
    out.d[k] -= (item.model == Model::partial_credit ? static_cast<double>(k + 1) : 1) * out.a * B;
  }
  return out;
}

}  // namespace kepu::statistics::items

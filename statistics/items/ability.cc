#include "statistics/items/ability.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "statistics/items/checks.h"
#include "statistics/items/known_items.h"
#include "statistics/items/test_curve.h"

namespace kepu::statistics::items {

Outcome<EapScores> eap_scores(const Responses& responses, std::span<const Item> items,
                              const Quadrature& quadrature, std::optional<double> cut, int threads) {
  if (auto checked = check_items(items, responses); !checked) return tl::unexpected(checked.error());
  if (auto checked = check_quadrature(quadrature); !checked) return tl::unexpected(checked.error());
  const KnownItems known(responses, items, quadrature);
  const std::size_t n = static_cast<std::size_t>(responses.persons());
  const int nodes = static_cast<int>(quadrature.node.size()), rows = cut ? 4 : 3;
  kernel::NodeTable functions(rows, nodes);
  for (std::size_t q = 0; q < quadrature.node.size(); ++q) {
    const double theta = quadrature.node[q];
    functions.row(0)[q] = theta;
    functions.row(1)[q] = theta * theta;
    functions.row(2)[q] = expected_percent(items, theta);
    if (cut) functions.row(3)[q] = theta >= *cut ? 1 : 0;
  }
  std::vector<double> means(n * static_cast<std::size_t>(rows), std::numeric_limits<double>::quiet_NaN());
  const int chunks = kernel::chunks_for(responses.persons(), responses.items(), threads);
  std::vector<char> possible(static_cast<std::size_t>(chunks), 1);
  kernel::in_chunks(responses.persons(), chunks, [&](int chunk, int begin, int end) {
    possible[static_cast<std::size_t>(chunk)] = kernel::posterior_means(
        known.pass(begin, end), functions, rows, means.data() + static_cast<std::ptrdiff_t>(begin) * rows);
  });
  for (const char all : possible) {
    if (!all) return refuse("irt.items", "a person's answers are impossible at every node under these items");
  }
  EapScores out;
  for (std::size_t i = 0; i < n; ++i) {
    const double* m = means.data() + i * static_cast<std::size_t>(rows);
    out.theta.push_back(m[0]);
    out.sd.push_back(std::sqrt(std::max(0.0, m[1] - m[0] * m[0])));
    out.expected_percent.push_back(m[2]);
    if (cut) out.p_reach.push_back(m[3]);
  }
  return out;
}

double empirical_reliability(const EapScores& scores, std::span<const double> weights) {
  double sum = 0, mean = 0, square = 0, error = 0;
  for (std::size_t i = 0; i < scores.theta.size(); ++i) {
    const double w = weights.empty() ? 1 : weights[i];
    sum += w;
    mean += w * scores.theta[i];
    error += w * scores.sd[i] * scores.sd[i];
  }
  mean /= sum;
  for (std::size_t i = 0; i < scores.theta.size(); ++i) {
    const double off = scores.theta[i] - mean;
    square += (weights.empty() ? 1 : weights[i]) * off * off;
  }
  return scores.theta.size() < 2 ? std::numeric_limits<double>::quiet_NaN() : square / (square + error);
}

}  // namespace kepu::statistics::items

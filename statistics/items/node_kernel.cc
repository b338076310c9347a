#include "statistics/items/node_kernel.h"

#include <algorithm>
#include <cmath>
#include <limits>

// One body, compiled for three instruction sets; the machine takes the best it has.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define KEPU_FOR_EACH_MACHINE __attribute__((target_clones("avx512f", "avx2", "default"), optimize("O3")))
#else
#define KEPU_FOR_EACH_MACHINE
#endif
#define KEPU_INLINE __attribute__((always_inline)) inline

namespace kepu::statistics::items::kernel {

namespace {

constexpr int kRescaleEvery = 16;
constexpr int kMostLanes = 128;
constexpr int kMostItems = 1000;  // as Responses has

// Posterior times nothing, not normalised, into e; returns its sum. `log_scale` is what was taken out.
template <int kLanes>
KEPU_INLINE double joint(const std::uint16_t* cell, int items, const Lane* table, const Lane* prior,
                         int any_lanes, Lane* e, double& log_scale) {
  const int lanes = kLanes ? kLanes : any_lanes;
  log_scale = 0;
  for (int l = 0; l < lanes; ++l) e[l] = prior[l];
  for (int from = 0; from < items; from += kRescaleEvery) {
    const int to = items - from < kRescaleEvery ? items : from + kRescaleEvery;
    int l = 0;
    for (; l + 4 <= lanes; l += 4) {
      Lane e0 = e[l], e1 = e[l + 1], e2 = e[l + 2], e3 = e[l + 3];
      for (int j = from; j < to; ++j) {
        const Lane* row = table + static_cast<std::ptrdiff_t>(cell[j]) * lanes + l;
        e0 *= row[0], e1 *= row[1], e2 *= row[2], e3 *= row[3];
      }
      e[l] = e0, e[l + 1] = e1, e[l + 2] = e2, e[l + 3] = e3;
    }
    for (; l < lanes; ++l) {
      for (int j = from; j < to; ++j) e[l] *= table[static_cast<std::ptrdiff_t>(cell[j]) * lanes + l];
    }
    if (to == items) break;
    Lane sum = e[0];
    for (l = 1; l < lanes; ++l) sum += e[l];
    double size = 0;
    for (int k = 0; k < kWidth; ++k) size += sum[k];
    if (!(size > 0)) return 0;
    const double factor = 1 / size;
    for (l = 0; l < lanes; ++l) e[l] *= factor;
    log_scale += __builtin_log(size);
  }
  Lane sum = e[0];
  for (int l = 1; l < lanes; ++l) sum += e[l];
  double total = 0;
  for (int k = 0; k < kWidth; ++k) total += sum[k];
  return total;
}

KEPU_INLINE double dot(const Lane* x, const Lane* y, int lanes) {
  Lane sum = x[0] * y[0];
  for (int l = 1; l < lanes; ++l) sum += x[l] * y[l];
  return ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
}

template <int kLanes>
KEPU_INLINE double count_all(const Pass& pass, Lane* counts, Lane* total) {
  const Cells& c = pass.cells;
  const int lanes = kLanes ? kLanes : pass.probability.lanes();
  Lane e[kLanes ? kLanes : kMostLanes];
  double log_likelihood = 0;
  for (int i = pass.begin; i < pass.end; ++i) {
    const std::uint16_t* cell = c.cell.data() + static_cast<std::ptrdiff_t>(i) * c.items;
    double log_scale;
    const double sum =
        joint<kLanes>(cell, c.items, pass.probability.data(), pass.prior.data(), lanes, e, log_scale);
    if (!(sum > 0)) return -std::numeric_limits<double>::infinity();
    const double weight = c.weight[static_cast<std::size_t>(i)];
    log_likelihood += weight * (__builtin_log(sum) + log_scale);
    const double factor = weight / sum;
    for (int l = 0; l < lanes; ++l) e[l] *= factor, total[l] += e[l];
    for (int j = 0; j < c.items; ++j) {
      Lane* row = counts + static_cast<std::ptrdiff_t>(cell[j]) * lanes;
      for (int l = 0; l < lanes; ++l) row[l] += e[l];
    }
  }
  return log_likelihood;
}

}  // namespace

KEPU_FOR_EACH_MACHINE
double expected_counts(const Pass& pass, NodeTable& counts, NodeTable& total) {
  return pass.probability.lanes() == 8 ? count_all<8>(pass, counts.data(), total.data())
                                       : count_all<0>(pass, counts.data(), total.data());
}

KEPU_FOR_EACH_MACHINE
bool posterior_means(const Pass& pass, const NodeTable& functions, int rows, double* out) {
  const Cells& c = pass.cells;
  const int lanes = pass.probability.lanes();
  Lane e[kMostLanes];
  bool possible = true;
  for (int i = pass.begin; i < pass.end; ++i) {
    double log_scale;
    const double sum = joint<0>(c.cell.data() + static_cast<std::ptrdiff_t>(i) * c.items, c.items,
                                pass.probability.data(), pass.prior.data(), lanes, e, log_scale);
    if (!(sum > 0)) {
      possible = false;
      continue;
    }
    for (int r = 0; r < rows; ++r) {
      out[static_cast<std::ptrdiff_t>(i - pass.begin) * rows + r] =
          dot(e, functions.data() + r * lanes, lanes) / sum;
    }
  }
  return possible;
}

KEPU_FOR_EACH_MACHINE
bool posteriors(const Pass& pass, double* out) {
  const Cells& c = pass.cells;
  const int lanes = pass.probability.lanes(), width = lanes * kWidth;
  Lane e[kMostLanes];
  bool possible = true;
  for (int i = pass.begin; i < pass.end; ++i, out += width) {
    double log_scale;
    const double sum = joint<0>(c.cell.data() + static_cast<std::ptrdiff_t>(i) * c.items, c.items,
                                pass.probability.data(), pass.prior.data(), lanes, e, log_scale);
    possible = possible && sum > 0;
    for (int q = 0; q < width; ++q) out[q] = e[q / kWidth][q % kWidth] / sum;
  }
  return possible;
}

KEPU_FOR_EACH_MACHINE
void mean_scores(const Pass& pass, const ScoreRows& rows, double* out) {
  const Cells& c = pass.cells;
  const int lanes = pass.probability.lanes();
  Lane e[kMostLanes];
  for (int i = pass.begin; i < pass.end; ++i) {
    const std::uint16_t* cell = c.cell.data() + static_cast<std::ptrdiff_t>(i) * c.items;
    double log_scale;
    const double sum =
        joint<0>(cell, c.items, pass.probability.data(), pass.prior.data(), lanes, e, log_scale);
    double* to = out + static_cast<std::ptrdiff_t>(i - pass.begin) * rows.width;
    for (int j = 0; j < c.items; ++j) {
      const int n = rows.per_item[static_cast<std::size_t>(j)];
      if (cell[j] == c.rows || !(sum > 0)) {
        for (int p = 0; p < n; ++p) *to++ = 0;
        continue;
      }
      const Lane* score = rows.scores.data() + static_cast<std::ptrdiff_t>(rows.first[cell[j]]) * lanes;
      for (int p = 0; p < n; ++p) *to++ = dot(e, score + p * lanes, lanes) / sum;
    }
  }
}

KEPU_FOR_EACH_MACHINE
void pair_counts(const Pass& pass, const Slots& slots, NodeTable& pairs) {
  const Cells& c = pass.cells;
  const int lanes = pass.probability.lanes();
  Lane e[kMostLanes];
  int chosen[kMostItems];
  for (int i = pass.begin; i < pass.end; ++i) {
    const std::uint16_t* cell = c.cell.data() + static_cast<std::ptrdiff_t>(i) * c.items;
    double log_scale;
    const double sum =
        joint<0>(cell, c.items, pass.probability.data(), pass.prior.data(), lanes, e, log_scale);
    if (!(sum > 0)) continue;
    const double factor = c.weight[static_cast<std::size_t>(i)] / sum;
    for (int l = 0; l < lanes; ++l) e[l] *= factor;
    int n = 0;
    for (int j = 0; j < c.items; ++j) {
      const int own =
          cell[j] == c.rows ? slots.missing_slot[static_cast<std::size_t>(j)] : slots.slot[cell[j]];
      if (own >= 0) chosen[n++] = own;
    }
    for (int s = 0; s < n; ++s) {
      Lane* rows = pairs.data() + static_cast<std::ptrdiff_t>(chosen[s]) * slots.slots * lanes;
      for (int t = s + 1; t < n; ++t) {
        Lane* row = rows + static_cast<std::ptrdiff_t>(chosen[t]) * lanes;
        for (int l = 0; l < lanes; ++l) row[l] += e[l];
      }
    }
  }
}

}  // namespace kepu::statistics::items::kernel

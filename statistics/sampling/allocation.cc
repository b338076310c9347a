#include "statistics/sampling/allocation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace kepu::statistics::sampling {

namespace {

double share_of(const Stratum& s, AllocationKind kind, double power) {
  switch (kind) {
    case AllocationKind::proportional:
      return s.population;
    case AllocationKind::neyman:
      return s.population * s.deviation;
    case AllocationKind::optimum_cost:
      return s.population * s.deviation / std::sqrt(s.cost);
    case AllocationKind::power:
      return s.deviation / s.mean * std::pow(s.population, power);
  }
  return 0;
}

// Only what the kind reads is asked for.
bool is_usable(const Stratum& s, AllocationKind kind) {
  const auto positive = [](double v) { return v > 0 && std::isfinite(v); };
  if (!positive(s.population)) return false;
  if (kind == AllocationKind::proportional) return true;
  if (!(s.deviation >= 0) || !std::isfinite(s.deviation)) return false;
  if (kind == AllocationKind::power) return positive(s.mean);
  return kind == AllocationKind::neyman || positive(s.cost);
}

Outcome<std::vector<double>> shares_of(std::span<const Stratum> strata, double total, AllocationKind kind,
                                       double power) {
  if (strata.empty()) return refuse("sampling.empty", "there is no stratum");
  if (!(total > 0) || !std::isfinite(total))
    return refuse("sampling.value", fmt::format("the total is {}", total));
  if (!std::isfinite(power)) return refuse("sampling.value", fmt::format("the power is {}", power));
  std::vector<double> shares;
  for (std::size_t h = 0; h < strata.size(); ++h) {
    const Stratum& s = strata[h];
    if (!is_usable(s, kind)) {
      return refuse("sampling.value", fmt::format("stratum {}: population {}, deviation {}, mean {}, cost {}",
                                                  h + 1, s.population, s.deviation, s.mean, s.cost));
    }
    shares.push_back(share_of(s, kind, power));
  }
  if (!(std::accumulate(shares.begin(), shares.end(), 0.0) > 0)) {
    return refuse("sampling.allocation", "no stratum has any variation");
  }
  return shares;
}

}  // namespace

Outcome<std::vector<double>> allocate(std::span<const Stratum> strata, double total, AllocationKind kind,
                                      double power) {
  auto shares = shares_of(strata, total, kind, power);
  if (!shares) return shares;
  const double sum = std::accumulate(shares->begin(), shares->end(), 0.0);
  for (double& share : *shares) share *= total / sum;
  return shares;
}

// The factor t with Σ clamp(t share, low, high) = total; the sum is non-decreasing and piecewise linear in t,
// so the pieces between the breaking points low/share and high/share are gone through.
Outcome<std::vector<double>> allocate_bounded(std::span<const Stratum> strata, double total,
                                              AllocationKind kind, double minimum, double power) {
  const auto shares = shares_of(strata, total, kind, power);
  if (!shares) return shares;
  if (!(minimum >= 0) || !std::isfinite(minimum)) {
    return refuse("sampling.value", fmt::format("the minimum is {}", minimum));
  }
  double lowest = 0, highest = 0;
  std::vector<double> breaks;
  for (std::size_t h = 0; h < strata.size(); ++h) {
    const double floor = std::min(minimum, strata[h].population), share = (*shares)[h];
    lowest += floor;
    highest += share > 0 ? strata[h].population : floor;
    if (share > 0) breaks.insert(breaks.end(), {floor / share, strata[h].population / share});
  }
  const double slack = 1e-12 * total;
  if (total < lowest - slack || total > highest + slack) {
    return refuse("sampling.bounds",
                  fmt::format("{} persons; the bounds allow {} to {}", total, lowest, highest));
  }
  const auto at = [&](double t) {
    std::vector<double> sizes(strata.size());
    for (std::size_t h = 0; h < strata.size(); ++h) {
      sizes[h] = std::clamp(t * (*shares)[h], std::min(minimum, strata[h].population), strata[h].population);
    }
    return sizes;
  };
  const auto sum_at = [&](double t) {
    const auto sizes = at(t);
    return std::accumulate(sizes.begin(), sizes.end(), 0.0);
  };
  std::sort(breaks.begin(), breaks.end());
  const auto above =
      std::partition_point(breaks.begin(), breaks.end(), [&](double t) { return sum_at(t) < total; });
  if (above == breaks.end()) return at(breaks.back());
  const double high = *above, low = above == breaks.begin() ? 0 : *(above - 1);
  const double from = sum_at(low), to = sum_at(high);
  return at(to > from ? low + (high - low) * (total - from) / (to - from) : high);
}

Outcome<std::vector<std::int64_t>> largest_remainder(std::span<const double> shares) {
  double sum = 0;
  std::vector<std::int64_t> whole;
  std::vector<double> rest;
  for (std::size_t h = 0; h < shares.size(); ++h) {
    if (!(shares[h] >= 0) || !(shares[h] < 1e15)) {
      return refuse("sampling.value", fmt::format("share {} is {}", h + 1, shares[h]));
    }
    // A share that is whole but for rounding is whole.
    const double floor = std::floor(shares[h] + 1e-9);
    sum += shares[h];
    whole.push_back(static_cast<std::int64_t>(floor));
    rest.push_back(shares[h] - floor);
  }
  std::vector<std::size_t> order(shares.size());
  std::iota(order.begin(), order.end(), 0);
  // Equal to 1e-9 is equal: compared by rounded steps, so that the order is a strict one.
  const auto step = [&](std::size_t h) { return std::llround(rest[h] * 1e9); };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return step(a) > step(b); });
  std::int64_t left = std::llround(sum) - std::accumulate(whole.begin(), whole.end(), std::int64_t{0});
  for (std::size_t i = 0; i < order.size() && left > 0; ++i, --left) ++whole[order[i]];
  return whole;
}

Outcome<double> variance_of_mean(std::span<const Stratum> strata, std::span<const double> sizes) {
  if (strata.empty() || strata.size() != sizes.size()) {
    return refuse("sampling.empty", fmt::format("{} strata, {} sample sizes", strata.size(), sizes.size()));
  }
  double population = 0, variance = 0;
  for (const Stratum& s : strata) population += s.population;
  for (std::size_t h = 0; h < strata.size(); ++h) {
    const Stratum& s = strata[h];
    if (!(s.population > 0) || !(s.deviation >= 0) || !(sizes[h] >= 0) || !std::isfinite(sizes[h]) ||
        (sizes[h] == 0 && s.deviation > 0)) {
      return refuse("sampling.value", fmt::format("stratum {}: population {}, deviation {}, sample {}", h + 1,
                                                  s.population, s.deviation, sizes[h]));
    }
    if (s.deviation == 0) continue;
    const double weight = s.population / population;
    variance += weight * weight * (1 - sizes[h] / s.population) * s.deviation * s.deviation / sizes[h];
  }
  return variance;
}

}  // namespace kepu::statistics::sampling

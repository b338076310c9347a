// Two rounds on one scale by their anchor items (Kolen & Brennan 2014, ch. 6): θ_base = A θ_new + B.
#pragma once

#include <span>
#include <vector>

#include "statistics/items/item.h"
#include "statistics/items/quadrature.h"
#include "statistics/outcome.h"

namespace kepu::statistics::items {

enum class LinkingMethod { mean_mean, mean_sigma, haebara, stocking_lord };

struct Linking {
  double A = 1;
  double B = 0;
  double criterion = 0;  // haebara, stocking_lord: the value that is smallest; else 0
};

// The same items in the same order, as calibrated in either round; models and categories equal, at least two.
//   mean_mean    A = mean a_new / mean a_base, B = mean b_base - A mean b_new        (Loyd & Hoover 1980)
//   mean_sigma   A = sd b_base / sd b_new, B likewise                                (Marco 1977)
//   haebara      least Σ_θ w Σ_items Σ_{k≥1} (P_base(θ) - P_new*(θ))²                (Haebara 1980)
//   stocking_lord  least Σ_θ w (T_base(θ) - T_new*(θ))²                              (Stocking & Lord 1983)
// in one direction: over the θ of `base`, weighted by `quadrature`. Graded and partial-credit items bring
// each of their thresholds or steps as a b, and each category ≥ 1 to Haebara. Refuses irt.anchors (too few,
// unequal, slopes or spread that give no A > 0), irt.no_convergence.
Outcome<Linking> link(std::span<const Item> base, std::span<const Item> fresh, LinkingMethod method,
                      const Quadrature& quadrature = normal_quadrature(41, -4, 4));

// Items of the new round on the scale of the base.
std::vector<Item> linked(std::span<const Item> fresh, const Linking& linking);

// Drift of an anchor between rounds, after linking: d_j = b_base - b_new*, for each item the mean of its b.
struct Drift {
  double difference = 0;   // b_new* - b_base: positive = has become harder
  double slope_ratio = 1;  // a_new* / a_base
  double robust_z = 0;     // (difference - median) / (0.74 IQR)                        (Huynh & Meyer 2010)
  bool drifted = false;    // |robust_z| > 1.645
};
// Refuses what link() refuses, and fewer than four anchors.
Outcome<std::vector<Drift>> anchor_drift(std::span<const Item> base, std::span<const Item> fresh,
                                         const Linking& linking);

}  // namespace kepu::statistics::items

// What clusters and unequal weights cost before a survey is held (Kish 1965, Survey Sampling, §5.4; 1992, J.
// Official Stat. 8, 183–200).
#pragma once

#include <span>

#include "statistics/outcome.h"

namespace kepu::statistics::sampling {

struct DesignEffect {
  double clusters = 1;  // 1 + (m − 1) ρ
  double weights = 1;   // 1 + cv²
  double whole = 1;     // their product
};

// `take` m ≥ 1 interviews a cluster, `correlation` ρ in [−1/(m−1), 1], `weight_cv` ≥ 0. Refuses
// sampling.value.
Outcome<DesignEffect> design_effect(double take, double correlation, double weight_cv);

// n Σw²/(Σw)². Weights ≥ 0, not all 0. Refuses sampling.value.
Outcome<double> weight_effect(std::span<const double> weights);

// Interviews a cluster at the least variance for the money: √(c1/c2 · (1−ρ)/ρ) (Cochran 1977, eq. 10.23);
// c1 > 0 a cluster, c2 > 0 an interview, ρ in (0, 1]. Not rounded; at least 1 makes sense. Refuses
// sampling.value.
Outcome<double> best_take(double cluster_cost, double interview_cost, double correlation);

}  // namespace kepu::statistics::sampling

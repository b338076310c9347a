// Whether the figure of one area may be published. The defaults are the presentation standards for
// proportions of the U.S. National Center for Health Statistics (Parker et al. 2017, Vital Health Stat.
// 2(175)); a county may set its own.
#pragma once

#include <optional>

#include "statistics/areas/fay_herriot.h"

namespace kepu::statistics::areas {

struct PublicationRule {
  double minimum_effective_n = 30;      // of the direct estimate; not asked where `effective_n` is not given
  double always_below_width = 0.05;     // an interval this narrow is published
  double maximum_width = 0.30;          // one this wide (or wider) is not
  double maximum_relative_width = 1.3;  // between the two: width over the smaller of p and 1 − p
  bool synthetic_allowed = false;       // areas out of sample, and all areas where A = 0
  double level = 0.95;
};

enum class Publication {
  publish,
  few_respondents,  // below minimum_effective_n
  too_wide,
  too_wide_relative,
  synthetic,
  no_error,  // the method gives no mean squared error
};

// `area` holds a proportion in [0, 1] with its errors on that scale. For an EBLUP leave `effective_n` away:
// the model lends strength, and the width alone decides.
Publication judge(const AreaEstimate& area, const PublicationRule& rule,
                  std::optional<double> effective_n = {});

}  // namespace kepu::statistics::areas

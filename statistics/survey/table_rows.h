// What both ways to a table share: domains of several variables in one numbering, and finished rows.
#pragma once

#include <vector>

#include "statistics/survey/table.h"

namespace kepu::statistics {

// All domains of a request: 0 is everybody, then the categories of each variable.
class TableDomains {
 public:
  explicit TableDomains(const TableRequest& request);
  std::int32_t count() const { return count_; }
  // First domain of variable v.
  std::int32_t first(std::size_t v) const { return first_[v]; }
  TableRow row(std::int32_t domain) const;  // variable and category

 private:
  std::vector<std::int32_t> first_;
  std::int32_t count_ = 1;
};

// Sums over the answered rows of one domain.
struct DomainSums {
  std::size_t n = 0;  // rows with weight
  double w = 0, wy = 0, wyy = 0;
};

// Everything of the row but variable and category, from its sums, the variance and (on the logit scale, for
// replicates; else NaN) its logit variance. `rows` as in ProportionEstimate.
TableRow finish_row(TableRow row, const DomainSums& sums, double variance, double logit_variance, int degrees,
                    double rows, const TableRequest& request);

}  // namespace kepu::statistics

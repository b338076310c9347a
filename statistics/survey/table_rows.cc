#include "statistics/survey/table_rows.h"

#include <algorithm>
#include <cmath>

namespace kepu::statistics {

TableDomains::TableDomains(const TableRequest& request) {
  for (const auto* by : request.by) {
    first_.push_back(count_);
    count_ += by->count;
  }
}

TableRow TableDomains::row(std::int32_t domain) const {
  TableRow row;
  if (domain == 0) return row;
  const auto above = std::upper_bound(first_.begin(), first_.end(), domain);
  row.variable = static_cast<int>(above - first_.begin()) - 1;
  // Variables without categories share their first domain with the next one.
  row.category = domain - first_[static_cast<std::size_t>(row.variable)];
  return row;
}

namespace {

bool is_share(double p) { return p >= 0 && p <= 1; }

Publication judge(const TableRow& row, const ProportionEstimate& p, const PublicationRule& rule,
                  double confidence) {
  if (static_cast<double>(row.n) < rule.least_n) return Publication::suppress;
  const bool few_degrees = row.degrees < rule.least_degrees;
  if (!is_share(row.estimate)) return few_degrees ? Publication::review : Publication::publish;
  if (row.effective_n < rule.least_n) return Publication::suppress;
  const auto beta = interval_of(p, IntervalMethod::beta, confidence);
  if (!beta) return Publication::suppress;
  const double width = beta->upper - beta->lower;
  if (width >= rule.max_width) return Publication::suppress;
  const double smaller = std::min(row.estimate, 1 - row.estimate);
  if (width > rule.always_narrow && smaller > 0 && width > rule.max_relative_width * smaller)
    return Publication::suppress;
  const bool edge = smaller == 0;
  return few_degrees || edge ? Publication::review : Publication::publish;
}

}  // namespace

TableRow finish_row(TableRow row, const DomainSums& sums, double variance, double logit_variance, int degrees,
                    double rows, const TableRequest& request) {
  const double n = static_cast<double>(sums.n);
  row.n = sums.n;
  row.weight = sums.w;
  row.estimate = sums.wy / sums.w;
  row.se = std::sqrt(variance);
  row.cv = row.estimate != 0 ? row.se / std::abs(row.estimate) : std::nan("");
  row.degrees = degrees;
  const double spread =
      n > 1 ? std::max(sums.wyy / sums.w - row.estimate * row.estimate, 0.0) * n / (n - 1) : 0;
  const double simple = spread / n * (sums.w - n) / sums.w;
  row.deff = simple > 0 ? variance / simple : std::nan("");
  const double pq = row.estimate * (1 - row.estimate);
  ProportionEstimate p{row.estimate, variance, logit_variance, static_cast<double>(degrees), rows};
  if (std::isnan(logit_variance)) p.logit_variance = variance / (pq * pq);
  p.dispersion = n / (n - 1);
  if (is_share(row.estimate)) {
    row.effective_n = pq > 0 ? pq / variance : n;
    auto interval = interval_of(p, request.method, request.confidence);
    if (!interval) interval = interval_of(p, IntervalMethod::beta, request.confidence);
    if (interval) row.interval = *interval;
  } else {
    row.effective_n = variance > 0 ? spread / variance : n;
    ProportionEstimate shifted = p;  // Wald's interval does not ask whether the mean is a share
    shifted.estimate = 0.5;
    if (const auto i = interval_of(shifted, IntervalMethod::mean, request.confidence)) {
      row.interval = Interval{i->lower - 0.5 + row.estimate, i->upper - 0.5 + row.estimate};
    }
  }
  row.publication = judge(row, p, request.rule, request.confidence);
  return row;
}

}  // namespace kepu::statistics

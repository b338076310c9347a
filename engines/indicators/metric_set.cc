#include "engines/indicators/metric_set.h"

#include <algorithm>

#include "core/base/text.h"

namespace kepu::indicators {

base::Errors check(const MetricSet& set) {
  base::Errors errors;
  if (base::trim(set.title).empty()) {
    errors.push_back({base::Code::invalid, "indicators.title", "title", "请填写指标集的名称。"});
  }
  if (base::trim(set.recipient).empty()) {
    errors.push_back({base::Code::invalid, "indicators.recipient", "recipient", "请写明报给谁、用在哪里。"});
  }
  return errors;
}

metric::Question question_of(const SetItem& item, Id tenant, int year, base::Date plan_first,
                             base::Date today) {
  const base::Date last = std::min(base::Date{year, 12, 31}, today);
  const base::Date first = item.span == Span::yearly ? base::Date{year, 1, 1} : plan_first;
  return {tenant, item.metric, {}, std::min(first, last), last};
}

}  // namespace kepu::indicators

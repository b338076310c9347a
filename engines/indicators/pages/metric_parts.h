// A metric over years and units, for its page and that of its balance.
#pragma once

#include <optional>
#include <vector>

#include "engines/indicators/pages/desk.h"

namespace kepu::indicators {

struct UnitAnswer {
  const auth::Unit* unit = nullptr;
  metric::Answer answer;
};

// Townships with all that is below them (asked as one, so that people are counted once), then the other units
// that have a value. Only units whose figures the person may see. One snapshot. `everything`: those that the
// person may not see, too, for a mean.
std::vector<UnitAnswer> by_units(site::Context& context, IndicatorsEngine& engine,
                                 const metric::Metric& metric, const metric::Question& question);
std::vector<UnitAnswer> by_townships(site::Context& context, IndicatorsEngine& engine,
                                     const metric::Metric& metric, const metric::Question& question,
                                     bool everything = false);
// Whether the county's value is the sum of its units': not for people, not for shares.
bool adds_up(const metric::Metric& metric);
// A panel of the targets that are bound to the metric, with their tasks: whom to ask. Nothing where there are
// none.
void write_bound_targets(html::Out& h, site::Context& context, IndicatorsEngine& engine,
                         const std::string& metric);

}  // namespace kepu::indicators

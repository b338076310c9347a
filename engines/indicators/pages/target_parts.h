// How a target is shown: its text with the old one, its figure, share, light and rule.
#pragma once

#include <string>
#include <vector>

#include "engines/indicators/pages/desk.h"

namespace kepu::indicators {

// A target of the running plan with what is known of it, for the pages.
struct TargetPage {
  plan::Running running;
  const plan::TargetItem* item = nullptr;
  TargetBook book;
  TargetView view;
  TargetStatus status;
};
// Of the path variable {target}.
base::Result<TargetPage> target_page(site::Context& context, IndicatorsEngine& engine);

std::string state_word(const TargetStatus& status);
// Years of the plan until today, each by what was asked for then.
html::SimpleTable years_table(site::Context& context, IndicatorsEngine& engine, const plan::Running& running,
                              const TargetView& view);
html::SimpleTable changes_table(const std::vector<ChangeRequest>& changes, std::string_view unit);

struct Totals {
  int reached = 0, on_the_way = 0, behind = 0, failed = 0, missing = 0, unbound = 0, undecided = 0;
};
Totals totals_of(const std::vector<TargetStatus>& statuses);

}  // namespace kepu::indicators

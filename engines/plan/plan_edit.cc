#include "engines/plan/plan_edit.h"

#include "engines/plan/plan_edit_steps.h"
#include "engines/plan/plan_order.h"

namespace kepu::plan {

base::Result<Edited> apply(Plan plan, const Edit& edit, const std::function<Id()>& next_id) {
  auto said = TRY(std::visit([&](const auto& step) { return carry_out(plan, step, next_id); }, edit));
  number_positions(plan);
  return Edited{std::move(plan), std::move(said.summary), std::move(said.subject)};
}

}  // namespace kepu::plan

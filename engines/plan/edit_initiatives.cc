#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "engines/plan/plan_edit_steps.h"
#include "engines/plan/plan_order.h"

namespace kepu::plan {

base::Result<Said> carry_out(Plan& plan, const edit::AddInitiative& edit, const NextId& next_id) {
  InitiativeItem item;
  item.title = TRY(checked_title(edit.title));
  item.id = next_id();
  item.kind = edit.kind;
  item.line = item.end_line = edit.line;
  Said said{"新增" + name_of(item), subject_of(item)};
  // By its line among those of its kind, so that a heading that the reading missed comes where it stands.
  auto at = plan.initiatives.end();
  if (edit.line > 0)
    at = std::find_if(plan.initiatives.begin(), plan.initiatives.end(), [&](const InitiativeItem& each) {
      return each.kind == edit.kind && each.line > edit.line;
    });
  plan.initiatives.insert(at, std::move(item));
  return said;
}

base::Result<Said> carry_out(Plan& plan, const edit::ChangeInitiative& edit, const NextId&) {
  auto* item = TRY(find_initiative(plan, edit.initiative));
  auto title = TRY(checked_title(edit.title));
  auto fits = check_text(edit.goal, "goal");
  if (!fits) return tl::unexpected(fits.error());
  auto lead = TRY(checked_names(edit.lead, "lead"));
  auto responsible = TRY(checked_names(edit.responsible, "responsible"));
  const auto name = name_of(*item);

  std::vector<std::string> changed;
  if (item->title != title) changed.push_back("改名为" + quoted(title));
  if (item->kind != edit.kind)
    changed.push_back(edit.kind == InitiativeKind::action ? "改列提升行动" : "改列重点工程");
  if (item->goal != edit.goal) changed.push_back("改写目标");
  if (item->lead != lead) changed.push_back("牵头单位改为" + base::join(lead, "、"));
  if (item->responsible != responsible) changed.push_back("责任单位改为" + base::join(responsible, "、"));

  item->title = std::move(title);
  item->kind = edit.kind;
  item->goal = edit.goal;
  item->lead = std::move(lead);
  item->responsible = std::move(responsible);
  item->confidence = 1;
  return Said{name + (changed.empty() ? "未作改动" : "：" + base::join(changed, "；")), subject_of(*item)};
}

base::Result<Said> carry_out(Plan& plan, const edit::MoveInitiative& edit, const NextId&) {
  auto* found = TRY(find_initiative(plan, edit.initiative));
  auto item = std::move(*found);
  plan.initiatives.erase(plan.initiatives.begin() + (found - plan.initiatives.data()));
  // Before the living neighbour that shall follow it; at the end of its kind where there is none.
  int before = std::max(edit.position, 0);
  auto at = plan.initiatives.begin();
  for (; at != plan.initiatives.end(); ++at) {
    if (at->kind != item.kind || at->dropped) continue;
    if (before-- == 0) break;
  }
  Said said{fmt::format("将{}移到同类第 {} 位", name_of(item), std::max(edit.position, 0) + 1),
            subject_of(item)};
  plan.initiatives.insert(at, std::move(item));
  return said;
}

}  // namespace kepu::plan

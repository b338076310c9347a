#include "engines/indicators/pages/metric_parts.h"

#include "core/base/text.h"

namespace kepu::indicators {

using html::Out;
using site::Context;

bool adds_up(const metric::Metric& m) {
  return m.counting != metric::Counting::people && !base::contains(m.unit, "%") &&
         !base::contains(m.unit, "‰") && m.id != "plan.tasks";
}

std::vector<UnitAnswer> by_townships(Context& context, IndicatorsEngine& engine, const metric::Metric& m,
                                     const metric::Question& question, bool everything) {
  std::vector<UnitAnswer> out;
  if (!m.by_unit) return out;
  const auto tree = context.app.directory.units(context.tenant.id);
  context.app.db.read([&](sql::Session&) {
    for (const auto* unit : tree->of_kind(auth::UnitKind::township)) {
      if (!everything && !sees(context, unit->id)) continue;
      metric::Question q = question;
      // A share of a township is its own; everything else is counted with its villages.
      q.units = m.manual || !adds_up(m) ? std::vector<Id>{unit->id} : tree->below(unit->id);
      if (m.counting == metric::Counting::people && !m.manual) q.units = tree->below(unit->id);
      auto answer = engine.catalog().answer(q);
      out.push_back({unit, answer ? std::move(*answer) : metric::Answer{{}, answer.error().message, 0}});
    }
  });
  return out;
}

std::vector<UnitAnswer> by_units(Context& context, IndicatorsEngine& engine, const metric::Metric& m,
                                 const metric::Question& question) {
  auto out = by_townships(context, engine, m, question);
  if (!m.by_unit) return out;
  const auto tree = context.app.directory.units(context.tenant.id);
  metric::Question q = question;
  for (const auto& unit : tree->all()) {
    const bool other = unit.kind != auth::UnitKind::township && unit.kind != auth::UnitKind::village;
    if (unit.active && other && sees(context, unit.id)) q.units.push_back(unit.id);
  }
  if (q.units.empty()) return out;
  const auto answers = engine.catalog().by_unit(q);
  if (!answers) return out;
  for (const Id id : q.units) {
    const auto at = answers->find(id);
    if (at != answers->end() && (at->second.value || at->second.records > 0)) {
      out.push_back({tree->find(id), at->second});
    }
  }
  return out;
}

void write_bound_targets(Out& h, Context& context, IndicatorsEngine& engine, const std::string& metric) {
  const auto found = engine.plans().running(context.tenant.id);
  if (!found) return;
  const plan::Running& now = **found;
  const auto book = engine.evaluation().book(context.tenant.id, now);
  html::SimpleTable table;
  table.caption = "用这个数的目标和任务";
  table.columns = {{"目标"}, {"任务"}, {"牵头单位"}};
  for (const auto* target : now.plan->living_targets()) {
    const auto view = book.view(*target);
    if (view.binding == nullptr || view.binding->metric != metric) continue;
    const std::string url = target_url(target->id), goal = now.goal_text(*target);
    const auto* task = now.plan->task(target->task);
    const auto* lead = task != nullptr ? now.lead_of(task->id) : nullptr;
    table.rows.push_back(
        {html::Content([url, goal](Out& o) { o("<a href=\"{}\">{}</a>", html::Url{url}, goal); }),
         html::Content([task](Out& o) {
           if (task == nullptr) {
             o("全县");
           } else {
             o("<a href=\"{}\">{}　{}</a>", html::Url{fmt::format("/tasks/{}", task->id)}, task->code,
               task->title);
           }
         }),
         lead != nullptr ? now.short_unit_name(lead->unit) : std::string("—")});
  }
  if (!table.rows.empty()) {
    h("{}", html::panel("用这个数的目标和任务", [&](Out& o) { o("{}", table); }));
  }
}

}  // namespace kepu::indicators

#include "engines/plan/pages/desk.h"

#include "core/sql/sql.h"

namespace kepu::plan {

using base::Code;
using base::refuse;

DateLight light_of(const Running& now, const TaskItem& task, base::Date today) {
  if (now.standings) {
    const auto at = now.standings->find(task.id);
    if (at != now.standings->end()) return {mark_of(at->second.light), at->second.word, at->second.why};
  }
  const auto span = span_of(*now.plan, task);
  if (!span) return {html::Light::idle, "无期限", {}};
  if (today < span->first) return {html::Light::idle, "未开始", {}};
  if (today > span->last) return {html::Light::late, "已到期", {}};
  if (base::to_days(span->last) - base::to_days(today) <= 60) return {html::Light::watch, "临期", {}};
  return {html::Light::ok, "进行中", {}};
}

base::Result<Running> running(site::Context& context, PlanEngine& engine) {
  base::Error none_adopted;
  const auto look_up = [&]() -> std::shared_ptr<const Running> {
    // One snapshot for all that is looked up: the parts agree, and cost one read instead of several.
    return context.app.db.read([&](sql::Session&) -> std::shared_ptr<const Running> {
      auto found = engine.running(context.tenant.id);
      if (!found) {
        none_adopted = found.error();
        return nullptr;
      }
      const auto& standing = engine.extensions().standing;
      const auto& goals = engine.extensions().goals;
      if (!standing && !goals) return *found;
      auto out = std::make_shared<Running>(**found);
      if (standing)
        out->standings = std::make_shared<const std::map<Id, Standing>>(standing(context, **found));
      if (goals) out->goals = std::make_shared<const std::map<Id, std::string>>(goals(context, **found));
      return out;
    });
  };
  // Standings change with the day, too.
  const std::string key = fmt::format("{} {}", context.tenant.id, base::to_iso(context.today()));
  const auto now = engine.kept_running().get(context.stamp, key, look_up);
  if (!now) return tl::unexpected(std::move(none_adopted));
  return *now;
}

base::Result<std::shared_ptr<const Plan>> version_of(site::Context& context, PlanEngine& engine) {
  const Id version = TRY(context.id("version"));
  return engine.store().load(context.tenant.id, version);
}

By by(const site::Context& context) { return {context.actor, context.request.remote}; }

std::string task_url(Id task) { return fmt::format("/tasks/{}", task); }
std::string initiative_url(Id initiative) { return fmt::format("/initiatives/{}", initiative); }
std::string unit_url(Id unit) { return fmt::format("/departments/{}", unit); }
std::string duty_url(std::string_view duty) { return fmt::format("/duties/{}", duty); }
std::string version_url(Id version, std::string_view page) {
  return page.empty() ? fmt::format("/versions/{}", version) : fmt::format("/versions/{}/{}", version, page);
}

std::string year_span(int from, int to) {
  if (from == 0) return "年度未定";
  return from == to || to == 0 ? fmt::format("{}年", from) : fmt::format("{}—{}年", from, to);
}

std::string initiative_kind_title(InitiativeKind kind) {
  return kind == InitiativeKind::action ? "提升行动" : "重点工程";
}

}  // namespace kepu::plan

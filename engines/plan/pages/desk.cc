#include "engines/plan/pages/desk.h"

#include "core/sql/sql.h"

namespace kepu::plan {

using base::Code;
using base::refuse;

std::vector<const Assignment*> Running::of_task(Id task) const {
  std::vector<const Assignment*> out;
  for (const auto& a : *assignments) {
    if (a.task == task) out.push_back(&a);
  }
  std::stable_sort(out.begin(), out.end(), [](const auto* a, const auto* b) { return a->role < b->role; });
  return out;
}

std::vector<const Assignment*> Running::of_unit(Id unit) const {
  std::map<Id, int> order;
  for (const auto* task : plan->living_tasks()) order.emplace(task->id, static_cast<int>(order.size()));
  std::vector<const Assignment*> out;
  for (const auto& a : *assignments) {
    if (a.unit == unit && order.count(a.task) != 0) out.push_back(&a);
  }
  std::stable_sort(out.begin(), out.end(),
                   [&](const auto* a, const auto* b) { return order[a->task] < order[b->task]; });
  return out;
}

const Assignment* Running::lead_of(Id task) const {
  for (const auto& a : *assignments) {
    if (a.task == task && a.role == Role::lead) return &a;
  }
  return nullptr;
}

std::string Running::unit_name(Id unit) const {
  const auto* found = units->find(unit);
  return found != nullptr ? found->name : "（已撤销单位）";
}

std::string Running::short_unit_name(Id unit) const {
  const auto* found = units->find(unit);
  if (found == nullptr) return "（已撤销单位）";
  return found->short_name.empty() ? found->name : found->short_name;
}

std::vector<const TargetItem*> Running::targets_of(Id task) const {
  std::vector<const TargetItem*> out;
  for (const auto* living : plan->living_targets()) {
    const auto& t = *living;
    if (t.task == task && task != 0) out.push_back(&t);
  }
  return out;
}

DateLight date_light(const Plan& plan, const TaskItem& task, base::Date today) {
  const auto span = span_of(plan, task);
  if (!span) return {html::Light::idle, "无期限"};
  if (today < span->first) return {html::Light::idle, "未开始"};
  if (today > span->last) return {html::Light::late, "已到期"};
  if (base::to_days(span->last) - base::to_days(today) <= 60) return {html::Light::watch, "临期"};
  return {html::Light::ok, "进行中"};
}

base::Result<Running> running(site::Context& context, PlanEngine& engine) {
  base::Error none_adopted;
  const auto look_up = [&]() -> std::shared_ptr<const Running> {
    // One snapshot for all that is looked up: the parts agree, and cost one read instead of three.
    return context.app.db.read([&](sql::Session&) -> std::shared_ptr<const Running> {
      auto found = engine.store().running(context.tenant.id);
      if (!found) {
        none_adopted = found.error();
        return nullptr;
      }
      return std::make_shared<const Running>(Running{std::move(found->plan), std::move(found->assignments),
                                                     context.app.directory.units(context.tenant.id)});
    });
  };
  const auto now = engine.kept_running().get(context.stamp, context.tenant.id, look_up);
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

// Adopting a version, and what is changed while it runs.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "core/auth/directory.h"
#include "core/base/text.h"
#include "engines/plan/plan_store_state.h"

namespace kepu::plan {

using base::Code;
using base::refuse;

namespace {

// Contacts and confirmations of the version before, by the task that follows it and the unit.
using Carried = std::map<std::pair<Id, Id>, const Assignment*>;

Carried carried_over(const Plan& before, const std::vector<Assignment>& old, const Plan& after) {
  std::unordered_map<Id, Id> follows;
  for (const auto& item : compare(before, after).items) {
    if (item.old_task != nullptr && item.new_task != nullptr) follows[item.old_task->id] = item.new_task->id;
  }
  Carried out;
  for (const auto& a : old) {
    if (const auto at = follows.find(a.task); at != follows.end()) out[{at->second, a.unit}] = &a;
  }
  return out;
}

base::Done need_reason(const std::string& reason) {
  if (!base::trim(reason).empty()) return {};
  return refuse(Code::invalid, "plan.reason", "请写明变更的依据或原因，例如会议纪要、来函文号。", "reason");
}

}  // namespace

base::Done PlanStore::adopt(const By& by, Id version, std::int64_t revision) {
  TRY(by.actor.require("plan.adopt"));
  const Id tenant = by.actor.tenant;
  const auto tree = state_->directory.units(tenant);
  return state_->db.write([&](sql::Session& session) -> base::Done {
    // One adoption at a time in a county: of two at once the second sees the first.
    session.run("update plan set title = title where tenant = :tenant", {{"tenant", tenant}});
    state_->lock(session, tenant, version);
    auto plan = load_plan(session, tenant, version);
    if (plan) --plan->version.revision;  // as it was before the lock counted it up
    if (!plan) return refuse(Code::not_found, "plan.not_found", "没有这个版本的方案，可能已被删除。");
    TRY(state_->check(plan->version, {"plan.adopt", revision, VersionState::review}));
    const Names names = load_names(session, tenant);
    if (plan->version.kind == PlanKind::own) {
      for (const auto& item : open_items(*plan, unmapped_names(*plan, names))) {
        if (item.blocks) {
          return refuse(Code::conflict, "plan.open_items",
                        "还不能采纳：" + item.message + "请在“待办事项”中处理后再采纳。");
        }
      }
      const Id before_id = state_->current_id(session, tenant);
      std::optional<Plan> before;
      std::vector<Assignment> old;
      Carried carried;
      if (before_id != 0) {
        before = load_plan(session, tenant, before_id);
        old = load_assignments(session, tenant, before_id);
        carried = carried_over(*before, old, *plan);
      }
      int position = 0;
      for (auto& a : assign(*plan, names, *tree)) {
        a.id = state_->ids.next();
        if (const auto at = carried.find({a.task, a.unit}); at != carried.end()) {
          a.contact = at->second->contact;
          a.contact_name = at->second->contact_name;
          if (at->second->role == a.role) {
            a.confirmed_at = at->second->confirmed_at;
            a.confirmed_by = at->second->confirmed_by;
          }
        }
        insert_assignment(session, tenant, version, a, position++);
      }
      session.run(
          "update plan_version set state = 'superseded', revision = revision + 1 where tenant = :tenant and "
          "kind = 'own' and "
          "state = 'adopted'",
          {{"tenant", tenant}});
    }
    session.run(
        "update plan_version set state = 'adopted', adopted_at = :at, adopted_by = :by where tenant = "
        ":tenant and id = :id",
        {{"at", state_->clock.now()}, {"by", by.actor.name}, {"tenant", tenant}, {"id", version}});
    session.run("update plan set title = :title where tenant = :tenant and id = :id",
                {{"title", plan->version.metadata.title}, {"tenant", tenant}, {"id", plan->version.plan}});
    state_->touch(session, by, version);
    state_->log(session, by, "plan.adopt", subject_of("version", version),
                fmt::format("采纳《{}》第 {} 版", plan->version.metadata.title, plan->version.number));
    return {};
  });
}

base::Done PlanStore::change_assignment(const By& by, Id version, const AssignmentChange& change) {
  TRY(by.actor.require("plan.edit"));
  TRY(need_reason(change.reason));
  const Id tenant = by.actor.tenant;
  const auto tree = state_->directory.units(tenant);
  const auto* unit = tree->find(change.unit);
  return state_->db.write([&](sql::Session& session) -> base::Done {
    const auto plan = TRY(state_->load(session, tenant, version));
    TRY(state_->check(plan->version, {"plan.edit", std::nullopt, VersionState::adopted}));
    const auto* task = plan->task(change.task);
    if (task == nullptr || unit == nullptr) {
      return refuse(Code::not_found, "plan.not_found", "任务或单位不存在，可能刚被改动。请刷新后重新选择。");
    }
    const sql::Args key = {
        {"tenant", tenant}, {"version", version}, {"task", change.task}, {"unit", change.unit}};
    std::string what;
    if (!change.role) {
      if (session.run("delete from plan_assignment where tenant = :tenant and version = :version and task = "
                      ":task and unit = "
                      ":unit",
                      key) == 0) {
        return refuse(Code::not_found, "plan.not_assigned",
                      fmt::format("“{}”本来就没有承担这项任务。", unit->name));
      }
      what = fmt::format("{}不再承担任务{}“{}”", unit->name, task->code, task->title);
    } else {
      auto with_role = key;
      with_role.emplace_back("role", to_text(*change.role));
      if (session.run("update plan_assignment set role = :role, confirmed_at = 0, confirmed_by = '' where "
                      "tenant = :tenant and "
                      "version = :version and task = :task and unit = :unit",
                      with_role) == 0) {
        Assignment a;
        a.id = state_->ids.next();
        a.task = change.task;
        a.unit = change.unit;
        a.role = *change.role;
        const auto last = session.integer(
            "select coalesce(max(position), 0) from plan_assignment where tenant = :tenant and version = "
            ":version",
            {{"tenant", tenant}, {"version", version}});
        insert_assignment(session, tenant, version, a, static_cast<int>(last) + 1);
      }
      what =
          fmt::format("{}为任务{}“{}”的{}单位", unit->name, task->code, task->title, title_of(*change.role));
    }
    state_->touch(session, by, version);
    state_->log(session, by, "plan.assignment", subject_of("task", change.task),
                what + "。依据：" + change.reason);
    return {};
  });
}

base::Done PlanStore::confirm(const By& by, Id version, Id unit, const std::vector<Id>& tasks, Id contact) {
  TRY(by.actor.require("plan.assign", unit));
  if (tasks.empty()) return refuse(Code::invalid, "plan.no_task_chosen", "请先勾选要确认的任务。", "task");
  const Id tenant = by.actor.tenant;
  std::string contact_name;
  if (contact != 0) {
    const auto person = TRY(state_->directory.person(by.actor, contact));
    contact_name = person.name;
  }
  return state_->db.write([&](sql::Session& session) -> base::Done {
    const auto plan = TRY(state_->load(session, tenant, version));
    TRY(state_->check(plan->version, {"plan.assign", std::nullopt, VersionState::adopted}));
    for (const Id task : tasks) {
      const auto* item = plan->task(task);
      const auto changed = session.run(
          "update plan_assignment set contact = :contact, contact_name = :name, confirmed_at = :at, "
          "confirmed_by = :by "
          "where tenant = :tenant and version = :version and task = :task and unit = :unit",
          {{"contact", contact},
           {"name", contact_name},
           {"at", state_->clock.now()},
           {"by", by.actor.name},
           {"tenant", tenant},
           {"version", version},
           {"task", task},
           {"unit", unit}});
      if (changed == 0 || item == nullptr) {
        return refuse(Code::not_found, "plan.not_assigned",
                      "所选任务中有一项已不由本单位承担，请刷新后重新勾选。");
      }
      state_->log(session, by, "plan.confirm", subject_of("task", task),
                  fmt::format("{}确认任务{}“{}”{}", by.actor.unit_name, item->code, item->title,
                              contact_name.empty() ? "" : "，责任人" + contact_name));
    }
    state_->touch(session, by, version);
    return {};
  });
}

base::Done PlanStore::set_dates(const By& by, Id version, Id task, const std::string& start,
                                const std::string& due, const std::string& reason) {
  TRY(need_reason(reason));
  const State::Guard guard{"plan.edit", std::nullopt, VersionState::adopted};
  TRY(state_->modify(by, version, guard, "plan.dates", [&](Plan plan) -> base::Result<Edited> {
    const auto* item = plan.task(task);
    if (item == nullptr) return refuse(Code::not_found, "plan.not_found", "没有这项任务，可能已被改动。");
    const edit::ChangeTask change{task, item->title, item->body, item->lead, item->responsible, start, due};
    const std::string before = fmt::format("{}—{}", item->start.empty() ? "未定" : item->start,
                                           item->due.empty() ? "未定" : item->due);
    const std::string code = item->code;
    Edited edited = TRY(apply(std::move(plan), change, [&] { return state_->ids.next(); }));
    edited.summary = fmt::format("任务{}的起止由 {} 改为 {}—{}。依据：{}", code, before,
                                 start.empty() ? "未定" : start, due.empty() ? "未定" : due, reason);
    return edited;
  }));
  return {};
}

base::Done PlanStore::set_milestones(const By& by, Id version, Id target,
                                     const std::map<int, double>& milestones, std::optional<double> baseline,
                                     std::optional<int> baseline_year, const std::string& reason) {
  TRY(need_reason(reason));
  const State::Guard guard{"plan.edit", std::nullopt, VersionState::adopted};
  TRY(state_->modify(by, version, guard, "plan.milestones", [&](Plan plan) -> base::Result<Edited> {
    const auto* item = plan.target(target);
    if (item == nullptr) return refuse(Code::not_found, "plan.not_found", "没有这个目标，可能已被改动。");
    edit::SetTarget change{*item};
    change.target.milestones = milestones;
    change.target.baseline = baseline;
    change.target.baseline_year = baseline_year;
    Edited edited = TRY(apply(std::move(plan), change, [&] { return state_->ids.next(); }));
    edited.summary += "。依据：" + reason;
    return edited;
  }));
  return {};
}

base::Done PlanStore::set_duty(const By& by, Id version, Id task, const std::string& duty, DutyState state) {
  const State::Guard guard{"plan.edit", std::nullopt, std::nullopt};
  TRY(state_->modify(by, version, guard, "plan.duty", [&](Plan plan) {
    return apply(std::move(plan), edit::SetDuty{task, duty, state}, [&] { return state_->ids.next(); });
  }));
  return {};
}

std::optional<std::string> unit_in_use(sql::Session& session, Id tenant, Id unit) {
  const auto tasks = session.integer(
      "select count(*) from plan_assignment a join plan_version v on v.tenant = a.tenant and v.id = "
      "a.version "
      "where a.tenant = :tenant and a.unit = :unit and v.state = 'adopted'",
      {{"tenant", tenant}, {"unit", unit}});
  if (tasks > 0) return fmt::format("在运行中的方案里承担 {} 项任务", tasks);
  const auto names = session.integer("select count(*) from plan_name where tenant = :tenant and unit = :unit",
                                     {{"tenant", tenant}, {"unit", unit}});
  if (names > 0) return fmt::format("有 {} 个名称对应到它", names);
  return std::nullopt;
}

}  // namespace kepu::plan

#include "engines/plan/plan_store.h"

#include <fmt/format.h>

#include <atomic>
#include <mutex>

#include "core/audit/audit.h"
#include "core/auth/directory.h"
#include "core/base/text.h"
#include "engines/plan/plan_store_state.h"

namespace kepu::plan {

using base::Code;
using base::refuse;

PlanStore::PlanStore(sql::Database& db, const base::Clock& clock, base::IdMaker& ids,
                     auth::Directory& directory)
    : state_(std::make_unique<State>(db, clock, ids, directory)) {}
PlanStore::~PlanStore() = default;

std::vector<auth::Right> rights() {
  return {{"plan.read", "查看方案校核稿与运行情况"},
          {"plan.import", "导入方案文件"},
          {"plan.edit", "校核方案"},
          {"plan.adopt", "采纳方案"},
          {"plan.assign", "确认本单位任务、落实责任人"},
          {"plan.export", "导出方案与清单"},
          {"duty.edit", "维护职责目录"}};
}

// ---------------------------------------------------------------- reading

std::vector<PlanHead> PlanStore::plans(Id tenant) {
  return state_->db.read([&](sql::Session& session) {
    std::vector<PlanHead> heads;
    for (auto& version : load_versions(session, tenant)) {
      if (heads.empty() || heads.back().id != version.plan) {
        heads.push_back({version.plan, version.kind, version.metadata.title, {}});
      }
      heads.back().versions.push_back(std::move(version));
    }
    return heads;
  });
}

base::Result<std::shared_ptr<const Plan>> PlanStore::load(Id tenant, Id version) {
  return state_->db.read([&](sql::Session& session) { return state_->load(session, tenant, version); });
}

base::Result<PlanStore::RunningPlan> PlanStore::running(Id tenant) {
  return state_->db.read([&](sql::Session& session) -> base::Result<RunningPlan> {
    const auto at = state_->current(session, tenant);
    if (at.version == 0) {
      return refuse(Code::not_found, "plan.none_adopted", "还没有采纳的方案。请先导入方案文件，校核后采纳。");
    }
    RunningPlan out;
    out.plan = state_->plan_at(session, tenant, at);
    out.assignments = state_->assignments_at(session, tenant, at);
    return out;
  });
}

base::Result<std::shared_ptr<const Plan>> PlanStore::current(Id tenant) {
  auto found = running(tenant);
  if (!found) return tl::unexpected(found.error());
  return found->plan;
}

Names PlanStore::names(Id tenant) {
  return state_->db.read([&](sql::Session& session) { return load_names(session, tenant); });
}

std::shared_ptr<const std::vector<Assignment>> PlanStore::assignments(Id tenant, Id version) {
  return state_->db.read(
      [&](sql::Session& session) { return state_->assignments(session, tenant, version); });
}

HandLinks PlanStore::hand_links(Id tenant, Id superior_version, Id own_version) {
  HandLinks links;
  state_->db.read([&](sql::Session& session) {
    session.each(
        "select superior_task, own_task from plan_link where tenant = :tenant and superior_version = "
        ":superior and "
        "own_version = :own",
        {{"tenant", tenant}, {"superior", superior_version}, {"own", own_version}},
        [&](const sql::Row& r) { links[r.integer(0)] = r.integer(1); });
  });
  return links;
}

// ---------------------------------------------------------------- under review

base::Result<Id> PlanStore::import(const By& by, NewDocument document) {
  TRY(by.actor.require("plan.import"));
  const Id tenant = by.actor.tenant;
  auto& plan = document.plan_content;
  auto& version = plan.version;
  version.id = state_->ids.next();
  version.kind = document.kind;
  version.state = VersionState::review;
  version.file = document.file;
  version.file_name = document.file_name;
  version.revision = 1;
  version.created_at = version.edited_at = state_->clock.now();
  version.created_by = version.edited_by = by.actor.name;
  for (const auto& warning : document.warnings) {
    plan.anomalies.push_back({state_->ids.next(), "document", warning, 0, false, ""});
  }
  const Id new_plan = state_->ids.next();
  return state_->db.write([&](sql::Session& session) -> base::Result<Id> {
    Version mine = version;
    mine.plan = document.plan;
    if (document.plan == 0) {
      mine.plan = new_plan;
      session.run(
          "insert into plan (tenant, id, kind, title, created_at) values (:tenant, :id, :kind, :title, :at)",
          {{"tenant", tenant},
           {"id", mine.plan},
           {"kind", to_text(document.kind)},
           {"title", mine.metadata.title},
           {"at", mine.created_at}});
    } else {
      session.run("update plan set title = title where tenant = :tenant and id = :id",
                  {{"tenant", tenant}, {"id", document.plan}});  // versions are numbered one after the other
      const auto kind = session.one("select kind from plan where tenant = :tenant and id = :id",
                                    {{"tenant", tenant}, {"id", document.plan}},
                                    [](const sql::Row& r) { return r.text(0); });
      if (!kind)
        return refuse(Code::not_found, "plan.not_found",
                      "没有这份方案，可能已被删除。请回到方案列表重新选择。");
      mine.kind = *kind == to_text(PlanKind::superior) ? PlanKind::superior : PlanKind::own;
    }
    mine.number =
        1 + static_cast<int>(session.integer(
                "select coalesce(max(number), 0) from plan_version where tenant = :tenant and plan = :plan",
                {{"tenant", tenant}, {"plan", mine.plan}}));
    insert_version(session, tenant, mine);
    session.run("insert into plan_text (tenant, version, text) values (:tenant, :version, :text)",
                {{"tenant", tenant}, {"version", mine.id}, {"text", base::join(*plan.lines, "\n")}});
    save_difference(session, tenant, mine.id, Plan{}, plan);
    state_->log(session, by, "plan.import", subject_of("version", mine.id),
                fmt::format("导入文件“{}”，读出 {} 项行动与工程、{} 项任务", mine.file_name,
                            plan.living_initiatives().size(), plan.living_tasks().size()));
    return mine.id;
  });
}

base::Result<std::int64_t> PlanStore::edit(const By& by, Id version, std::int64_t revision,
                                           const Edit& edit) {
  const State::Guard guard{"plan.edit", revision, VersionState::review};
  return state_->modify(by, version, guard, "plan.edit", [&](Plan plan) {
    return apply(std::move(plan), edit, [&] { return state_->ids.next(); });
  });
}

base::Done PlanStore::decide_names(const By& by, const std::vector<NameMeaning>& meanings) {
  TRY(by.actor.require("plan.edit"));
  const auto tree = state_->directory.units(by.actor.tenant);
  for (const auto& m : meanings) {
    if (m.meaning == Meaning::unit && tree->find(m.unit) == nullptr) {
      return refuse(Code::not_found, "plan.unit_not_found",
                    fmt::format("“{}”对应的单位不存在，请重新选择。", m.name));
    }
  }
  return state_->db.write([&](sql::Session& session) -> base::Done {
    for (const auto& m : meanings) {
      session.run(
          "insert into plan_name (tenant, wording, name, meaning, unit) values (:tenant, :wording, :name, "
          ":meaning, :unit) "
          "on conflict (tenant, wording) do update set name = excluded.name, meaning = excluded.meaning, "
          "unit = excluded.unit",
          {{"tenant", by.actor.tenant},
           {"wording", base::wording(m.name)},
           {"name", m.name},
           {"meaning", to_text(m.meaning)},
           {"unit", m.meaning == Meaning::unit ? m.unit : 0}});
      const auto* unit = tree->find(m.unit);
      state_->log(
          session, by, "plan.name", "name:" + m.name,
          fmt::format("名称“{}”对应{}{}", m.name, title_of(m.meaning), unit ? "“" + unit->name + "”" : ""));
    }
    return {};
  });
}

base::Done PlanStore::forget_name(const By& by, const std::string& name) {
  TRY(by.actor.require("plan.edit"));
  return state_->db.write([&](sql::Session& session) -> base::Done {
    const auto gone = session.run("delete from plan_name where tenant = :tenant and wording = :wording",
                                  {{"tenant", by.actor.tenant}, {"wording", base::wording(name)}});
    if (gone == 0)
      return refuse(Code::not_found, "plan.name_not_found", fmt::format("“{}”没有对应关系可以取消。", name));
    state_->log(session, by, "plan.name", "name:" + name, fmt::format("取消名称“{}”的对应", name));
    return {};
  });
}

base::Result<int> PlanStore::make_units(const By& by, const std::vector<std::string>& names) {
  TRY(by.actor.require("plan.edit"));
  const Id tenant = by.actor.tenant;
  const auto found = state_->directory.tenant(tenant);
  const std::string region = found ? found->name : "";
  std::vector<NameMeaning> decided;
  int made = 0;
  for (const auto& name : names) {
    const std::string full = full_unit_name(name, region);
    const auto tree = state_->directory.units(tenant);
    Id unit = 0;
    if (const auto* known = tree->find_by_name(full)) {
      unit = known->id;
    } else {
      auth::Unit fresh;
      fresh.parent = tree->root();
      fresh.kind = auth::UnitKind::department;
      fresh.name = full;
      fresh.position = static_cast<int>(tree->all().size());
      unit = TRY(state_->directory.add_unit(by.actor, fresh));
      ++made;
    }
    decided.push_back({name, Meaning::unit, unit});
  }
  TRY(decide_names(by, decided));
  return made;
}

base::Done PlanStore::withdraw(const By& by, Id version, const std::string& reason) {
  TRY(by.actor.require("plan.edit"));
  if (base::trim(reason).empty()) {
    return refuse(Code::invalid, "plan.reason", "请写明撤下的原因，便于日后查考。", "reason");
  }
  return state_->set_state(by, version, VersionState::review, VersionState::withdrawn, "plan.withdraw",
                           "撤下校核稿：" + reason);
}

base::Result<Id> PlanStore::copy_for_revision(const By& by, Id version) {
  TRY(by.actor.require("plan.edit"));
  TRY(by.actor.require("plan.import"));
  const auto source = TRY(load(by.actor.tenant, version));
  NewDocument document;
  document.kind = source->version.kind;
  document.plan = source->version.plan;
  document.file = source->version.file;
  document.file_name = source->version.file_name;
  document.plan_content = with_new_ids(*source, [&] { return state_->ids.next(); });
  return import(by, std::move(document));
}

base::Done PlanStore::link_by_hand(const By& by, Id superior_version, Id own_version, Id superior_task,
                                   Id own_task) {
  TRY(by.actor.require("plan.edit"));
  const auto superior = TRY(load(by.actor.tenant, superior_version));
  const auto own = TRY(load(by.actor.tenant, own_version));
  const auto* theirs = superior->task(superior_task);
  const auto* ours = own->task(own_task);
  if (theirs == nullptr || (own_task != 0 && ours == nullptr)) {
    return refuse(Code::not_found, "plan.not_found", "要对应的任务不存在，可能已被改动。请刷新后重新选择。");
  }
  return state_->db.write([&](sql::Session& session) -> base::Done {
    session.run(
        "insert into plan_link (tenant, superior_version, own_version, superior_task, own_task) values "
        "(:tenant, :superior, "
        ":own, :theirs, :ours) on conflict (tenant, superior_version, own_version, superior_task) do update "
        "set own_task = "
        "excluded.own_task",
        {{"tenant", by.actor.tenant},
         {"superior", superior_version},
         {"own", own_version},
         {"theirs", superior_task},
         {"ours", own_task}});
    state_->log(session, by, "plan.align", subject_of("task", superior_task),
                ours ? fmt::format("上位任务“{}”对应本级任务“{}”", theirs->title, ours->title)
                     : fmt::format("上位任务“{}”本级无对应", theirs->title));
    return {};
  });
}

// ---------------------------------------------------------------- the duty catalogue

std::string PlanStore::catalog_toml(Id tenant) {
  return state_->db.read([&](sql::Session& session) {
    return session
        .one("select toml from plan_catalog where tenant = :tenant", {{"tenant", tenant}},
             [](const sql::Row& r) { return r.text(0); })
        .value_or("");
  });
}

base::Done PlanStore::save_catalog(const By& by, const std::string& toml) {
  TRY(by.actor.require("duty.edit"));
  return state_->db.write([&](sql::Session& session) -> base::Done {
    session.run(
        "insert into plan_catalog (tenant, toml, edited_at, edited_by) values (:tenant, :toml, :at, :by) on "
        "conflict (tenant) "
        "do update set toml = excluded.toml, edited_at = excluded.edited_at, edited_by = excluded.edited_by",
        {{"tenant", by.actor.tenant}, {"toml", toml}, {"at", state_->clock.now()}, {"by", by.actor.name}});
    state_->log(session, by, "duty.edit", "catalog:duties",
                toml.empty() ? "职责目录恢复为随程序发布的版本" : "修改职责目录");
    return {};
  });
}

}  // namespace kepu::plan

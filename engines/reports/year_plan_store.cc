#include "engines/reports/year_plan_store.h"

#include <fmt/format.h>

#include "core/auth/directory.h"
#include "core/base/text.h"
#include "core/notify/notify.h"
#include "engines/reports/report_rows.h"

namespace kepu::reports {

using base::Code;
using base::refuse;

namespace {

const std::string kColumns =
    "select id, year, unit, state, revision, submitted_at, decided_at, edited_at, submitted_by, "
    "submitted_name, "
    "decided_name, edited_name, decision from year_plan ";

YearPlan plan_from(const sql::Row& r) {
  YearPlan out;
  out.id = r.integer(0);
  out.year = static_cast<int>(r.integer(1));
  out.unit = r.integer(2);
  for (const State s : {State::submitted, State::returned, State::accepted}) {
    if (to_text(s) == r.view(3)) out.state = s;
  }
  out.revision = r.integer(4);
  out.submitted_at = r.integer(5);
  out.decided_at = r.integer(6);
  out.edited_at = r.integer(7);
  out.submitted_by = r.integer(8);
  out.submitted_name = r.text(9);
  out.decided_name = r.text(10);
  out.edited_name = r.text(11);
  out.decision = r.text(12);
  return out;
}

YearItem item_from(const sql::Row& r) {
  return {r.integer(1),
          r.text(2),
          r.text(3),
          r.text(4),
          r.text(5),
          base::parse_date(r.view(6)),
          base::parse_date(r.view(7)),
          r.text(8),
          r.flag(9),
          r.text(10)};
}

const std::string kItems =
    "select i.plan, i.task, i.code, i.title, i.goal, i.measures, i.start_date, i.due_date, i.contact, "
    "i.skipped, i.reason "
    "from year_plan_item i ";

std::optional<YearPlan> read(sql::Session& session, Id tenant, int year, Id unit) {
  auto found = session.one(kColumns + "where tenant = :tenant and year = :year and unit = :unit",
                           {{"tenant", tenant}, {"year", year}, {"unit", unit}}, plan_from);
  if (found) {
    found->items = session.rows(kItems + "where i.tenant = :tenant and i.plan = :plan order by i.position",
                                {{"tenant", tenant}, {"plan", found->id}}, item_from);
  }
  return found;
}

void save_items(sql::Session& session, Id tenant, Id plan, const std::vector<YearItem>& items) {
  session.run("delete from year_plan_item where tenant = :tenant and plan = :plan",
              {{"tenant", tenant}, {"plan", plan}});
  int position = 0;
  for (const auto& i : items) {
    const std::string start = iso(i.start), due = iso(i.due);
    session.run(
        "insert into year_plan_item (tenant, plan, task, position, code, title, goal, measures, start_date, "
        "due_date, contact, "
        "skipped, reason) values (:tenant, :plan, :task, :position, :code, :title, :goal, :measures, :start, "
        ":due, :contact, "
        ":skipped, :reason)",
        {{"tenant", tenant},
         {"plan", plan},
         {"task", i.task},
         {"position", position++},
         {"code", i.code},
         {"title", i.title},
         {"goal", i.goal},
         {"measures", i.measures},
         {"start", start},
         {"due", due},
         {"contact", i.contact},
         {"skipped", i.skipped ? 1 : 0},
         {"reason", i.reason}});
  }
}

tl::unexpected<base::Error> changed_meanwhile(const std::optional<YearPlan>& now) {
  if (!now)
    return refuse(Code::conflict, "year.changed_meanwhile", "这份年度计划刚被别人改过，请刷新后再办。");
  const bool decided = now->decided_at >= now->edited_at;
  return refuse(
      Code::conflict, "year.changed_meanwhile",
      fmt::format("{}于 {} 刚处理过这份年度计划（现为“{}”），您的操作没有保存。请刷新页面。",
                  decided ? now->decided_name : now->edited_name,
                  base::to_local(decided ? now->decided_at : now->edited_at), year_plan_title(now->state)));
}

std::string subject_of(int year, Id unit) { return fmt::format("year_plan:{}:{}", year, unit); }

}  // namespace

std::optional<YearPlan> YearPlanStore::find(Id tenant, int year, Id unit) {
  return parts_.db.read([&](sql::Session& session) { return read(session, tenant, year, unit); });
}

std::vector<YearPlan> YearPlanStore::all(Id tenant, int year) {
  return parts_.db.read([&](sql::Session& session) {
    return session.rows(kColumns + "where tenant = :tenant and year = :year order by unit",
                        {{"tenant", tenant}, {"year", year}}, plan_from);
  });
}

std::vector<YearPlan> YearPlanStore::with_items(Id tenant, int year) {
  return parts_.db.read([&](sql::Session& session) {
    auto out = session.rows(kColumns + "where tenant = :tenant and year = :year order by unit",
                            {{"tenant", tenant}, {"year", year}}, plan_from);
    std::map<Id, YearPlan*> by_id;
    for (auto& p : out) by_id[p.id] = &p;
    session.each(kItems +
                     "join year_plan y on y.tenant = i.tenant and y.id = i.plan where i.tenant = :tenant and "
                     "y.year = :year "
                     "order by i.plan, i.position",
                 {{"tenant", tenant}, {"year", year}},
                 [&](const sql::Row& r) { by_id[r.integer(0)]->items.push_back(item_from(r)); });
    return out;
  });
}

std::vector<YearPlan> YearPlanStore::waiting(Id tenant) {
  return parts_.db.read([&](sql::Session& session) {
    return session.rows(kColumns + "where tenant = :tenant and state = 'submitted' order by submitted_at",
                        {{"tenant", tenant}}, plan_from);
  });
}

std::vector<YearPlan> YearPlanStore::returned(Id tenant, Id unit) {
  return parts_.db.read([&](sql::Session& session) {
    return session.rows(
        kColumns + "where tenant = :tenant and state = 'returned' and unit = :unit order by year",
        {{"tenant", tenant}, {"unit", unit}}, plan_from);
  });
}

base::Errors YearPlanStore::write(const By& by, int year, Id unit, std::int64_t revision,
                                  const std::vector<YearItem>& items, bool submit) {
  if (auto may = by.actor.require("report.edit", unit); !may) return {may.error()};
  const Id tenant = by.actor.tenant;
  const auto running = parts_.plans.running(tenant);
  if (!running) return {running.error()};
  const auto& now = **running;
  // Titles and goals are the plan's, not the form's.
  const auto kept = derived(now, unit, year, items);
  if (kept.empty())
    return {{Code::invalid, "year.nothing", "", "方案没有把这一年的任务分给本单位，不用编报年度计划。"}};
  if (submit) {
    if (auto errors = check(now, unit, year, kept); !errors.empty()) return errors;
  }
  const base::Millis at = parts_.clock.now();
  const auto reviewers = submit ? parts_.directory.holders(tenant, "report.review", unit) : std::vector<Id>{};
  const auto done = parts_.db.write([&](sql::Session& session) -> base::Done {
    const auto before = session.one(kColumns + "where tenant = :tenant and year = :year and unit = :unit",
                                    {{"tenant", tenant}, {"year", year}, {"unit", unit}}, plan_from);
    if (revision != (before ? before->revision : 0)) return changed_meanwhile(before);
    const auto next = after(before ? before->state : State::draft, submit ? Deed::submit : Deed::save);
    if (!next) {
      return refuse(Code::conflict, "year.not_in_state",
                    fmt::format("这份年度计划现在是“{}”，不能再改。需要调整的，请县科协退回后再改。",
                                year_plan_title(before->state)));
    }
    const Id id = before ? before->id : parts_.ids.next();
    const sql::Args args = {{"tenant", tenant},
                            {"id", id},
                            {"year", year},
                            {"unit", unit},
                            {"state", to_text(*next)},
                            {"revision", revision},
                            {"at", at},
                            {"name", by.actor.name},
                            {"submitted_at", submit   ? at
                                             : before ? before->submitted_at
                                                      : 0},
                            {"by", submit   ? by.actor.person
                                   : before ? before->submitted_by
                                            : 0},
                            {"by_name", submit   ? by.actor.name
                                        : before ? before->submitted_name
                                                 : std::string_view()}};
    const auto changed = before ? session.run(
                                      "update year_plan set year = :year, unit = :unit, state = :state, "
                                      "revision = revision + 1, edited_at = :at, "
                                      "edited_name = :name, submitted_at = :submitted_at, submitted_by = "
                                      ":by, submitted_name = :by_name where "
                                      "tenant = :tenant and id = :id and revision = :revision",
                                      args)
                                : session.run(
                                      "insert into year_plan (tenant, id, year, unit, state, revision, "
                                      "submitted_at, decided_at, edited_at, "
                                      "submitted_by, submitted_name, decided_name, edited_name, decision) "
                                      "values (:tenant, :id, :year, :unit, "
                                      ":state, :revision + 1, :submitted_at, 0, :at, :by, :by_name, '', "
                                      ":name, '') on conflict do nothing",
                                      args);
    if (changed == 0) return changed_meanwhile(read(session, tenant, year, unit));
    save_items(session, tenant, id, kept);
    audit::append(session, tenant,
                  entry_of(by, "report.edit", unit, submit ? "year_plan.submit" : "year_plan.save",
                           subject_of(year, unit),
                           fmt::format("{}{}{}年度工作计划，{} 项任务", submit ? "报送" : "保存",
                                       now.unit_name(unit), year, kept.size()),
                           at));
    for (const Id person : reviewers) {
      notify::post(session, tenant,
                   {person, fmt::format("year_plan.submitted:{}:{}", id, revision + 1),
                    fmt::format("{}报送了{}年度工作计划", now.unit_name(unit), year), "请审批或退回。",
                    fmt::format("/year-plans/{}/{}", year, unit)},
                   at, parts_.ids);
    }
    return {};
  });
  if (!done) return {done.error()};
  return {};
}

base::Done YearPlanStore::decide(const By& by, int year, Id unit, std::int64_t revision, Deed deed,
                                 const std::string& reason) {
  TRY(by.actor.require("report.review", unit));
  if (deed != Deed::accept && deed != Deed::send_back)
    return refuse(Code::invalid, "year.deed", "请选择批准或退回。");
  const std::string why = base::trim(reason);
  if (deed == Deed::send_back && why.empty())
    return refuse(Code::invalid, "year.reason", "请写明退回的原因，让对方知道要改什么。", "reason");
  const Id tenant = by.actor.tenant;
  const base::Millis at = parts_.clock.now();
  const auto tree = parts_.directory.units(tenant);
  const std::string unit_name = tree->find(unit) != nullptr ? tree->find(unit)->name : "";
  return parts_.db.write([&](sql::Session& session) -> base::Done {
    const auto before = session.one(kColumns + "where tenant = :tenant and year = :year and unit = :unit",
                                    {{"tenant", tenant}, {"year", year}, {"unit", unit}}, plan_from);
    if (!before) return refuse(Code::not_found, "year.not_found", "这个单位还没有编报这一年的工作计划。");
    if (before->revision != revision) return changed_meanwhile(before);
    const auto next = after(before->state, deed);
    if (!next)
      return refuse(Code::conflict, "year.not_in_state",
                    fmt::format("这份年度计划现在是“{}”，不能这样办理。", year_plan_title(before->state)));
    if (deed == Deed::accept && before->submitted_by == by.actor.person && by.actor.person != 0)
      return refuse(Code::forbidden, "year.own",
                    "这份年度计划是您自己报送的，请由另一位有审核权限的人批准。");
    const auto changed = session.run(
        "update year_plan set state = :state, decision = :why, decided_at = :at, decided_name = :name, "
        "revision = revision + 1 "
        "where tenant = :tenant and id = :id and revision = :revision",
        {{"state", to_text(*next)},
         {"why", why},
         {"at", at},
         {"name", by.actor.name},
         {"tenant", tenant},
         {"id", before->id},
         {"revision", revision}});
    if (changed == 0) return changed_meanwhile(read(session, tenant, year, unit));
    const std::string said = deed == Deed::accept ? "批准" : "退回";
    audit::append(
        session, tenant,
        entry_of(by, "report.review", unit, deed == Deed::accept ? "year_plan.approve" : "year_plan.return",
                 subject_of(year, unit),
                 fmt::format("{}{}{}年度工作计划{}", said, unit_name, year, why.empty() ? "" : "：" + why),
                 at));
    if (before->submitted_by != 0) {
      notify::post(
          session, tenant,
          {before->submitted_by, fmt::format("year_plan.decided:{}:{}", before->id, revision + 1),
           fmt::format("{}年度工作计划已{}", year, said), why, fmt::format("/year-plans/{}/{}", year, unit)},
          at, parts_.ids);
    }
    return {};
  });
}

}  // namespace kepu::reports

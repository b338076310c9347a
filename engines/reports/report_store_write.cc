// Saving, submitting and deciding reports.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/auth/directory.h"
#include "core/base/text.h"
#include "core/notify/notify.h"
#include "engines/reports/report_rows.h"

namespace kepu::reports {

using base::Code;
using base::refuse;

namespace {

tl::unexpected<base::Error> changed_meanwhile(const std::optional<Report>& now, std::string_view what) {
  if (!now)
    return refuse(Code::conflict, "report.changed_meanwhile", "这条填报刚被别人处理过，请刷新后再试。");
  const bool decided = now->decided_at >= now->edited_at && now->decided_at >= now->submitted_at;
  return refuse(Code::conflict, "report.changed_meanwhile",
                fmt::format("{}于 {} 刚{}“{} {}”（现为“{}”），您的{}没有保存。请刷新页面，看过最新内容再办。",
                            decided ? now->decided_name : now->edited_name,
                            base::to_local(decided ? now->decided_at : now->edited_at),
                            decided ? "处理过" : "改过", now->code, now->title, title_of(now->state), what));
}

std::optional<Report> read_report(sql::Session& session, Id tenant, Id report) {
  auto found =
      session.rows("select " + kReportColumns + " from report r where r.tenant = :tenant and r.id = :id",
                   {{"tenant", tenant}, {"id", report}}, report_from);
  load_figures(session, tenant, found);
  return found.empty() ? std::nullopt : std::optional(found.front());
}

std::string subject_of(Id report) { return fmt::format("report:{}", report); }
std::string name_of(const Report& r) { return fmt::format("{} {}", r.code, r.title); }

}  // namespace

ReportStore::Written ReportStore::write(const By& by, const std::string& key, Id unit,
                                        const std::vector<Entry>& entries, bool submit) {
  Written out;
  const auto fail = [&](const base::Error& error) {
    out.errors.push_back(error);
    return out;
  };
  if (auto may = by.actor.require("report.edit", unit); !may) return fail(may.error());
  const Id tenant = by.actor.tenant;
  const auto found = window(tenant, key);
  if (!found) return fail(found.error());
  const auto running = parts_.plans.running(tenant);
  if (!running) return fail(running.error());
  const plan::Running& now = **running;
  const auto all_extended = extended(tenant, key);
  const auto mine = all_extended.find(unit);
  const std::optional<Date> until =
      mine == all_extended.end() ? std::nullopt : std::optional<Date>(mine->second);
  std::set<Id> assigned;
  for (const auto* a : now.of_unit(unit)) assigned.insert(a->task);
  // Figures of metrics are asked before the write: they read by themselves.
  std::vector<Content> contents;
  for (const auto& entry : entries) {
    const auto* task = assigned.count(entry.task) != 0 ? now.plan->task(entry.task) : nullptr;
    if (task == nullptr) {
      return fail({Code::conflict, "report.not_assigned", fmt::format("{}-status", entry.task),
                   "这项任务现在不由本单位承担，不能填报。分工可能刚调整过，请刷新页面。"});
    }
    Content content = settled(entry.content);
    content.figures = figures_of(tenant, now, *task, unit, *found, entry.content.figures);
    contents.push_back(std::move(content));
  }
  const auto written = parts_.db.write([&](sql::Session& session) -> base::Result<std::vector<Id>> {
    out.errors.clear();
    std::vector<Id> reports;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const auto* task = now.plan->task(entries[i].task);
      base::Errors wrong;
      const auto saved =
          save(session, by, {*found, until, unit, *task, entries[i].revision, submit}, contents[i], wrong);
      if (saved) {
        reports.push_back(*saved);
        continue;
      }
      if (wrong.empty()) wrong.push_back(saved.error());
      for (auto& e : wrong) {
        e.message = entries.size() > 1 ? task->code + "：" + e.message : e.message;
        e.field = fmt::format("{}-{}", task->id, e.field.empty() ? "status" : e.field);
        out.errors.push_back(std::move(e));
      }
    }
    if (!out.errors.empty()) return tl::unexpected(out.errors.front());
    if (!submit) {
      audit::append(
          session, tenant,
          entry_of(by, "report.edit", unit, "report.save", fmt::format("window:{}:{}", key, unit),
                   fmt::format("{}{}填报草稿 {} 项", now.unit_name(unit), title_of(*found), entries.size()),
                   parts_.clock.now()));
    }
    return reports;
  });
  if (written) out.reports = *written;
  return out;
}

base::Result<Id> ReportStore::save(sql::Session& session, const By& by, const Save& wanted,
                                   const Content& content, base::Errors& errors) {
  const Id tenant = by.actor.tenant;
  const base::Millis now = parts_.clock.now();
  const auto& [window, extended, unit, task, revision, submit] = wanted;
  auto rows = session.rows(
      "select " + kReportColumns +
          " from report r where r.tenant = :tenant and r.period = "
          ":period and r.unit = :unit and (r.task = :task or r.code = :code or r.title = :title)",
      {{"tenant", tenant},
       {"period", window.key},
       {"unit", unit},
       {"task", task.id},
       {"code", task.code},
       {"title", task.title}},
      report_from);
  std::erase_if(rows, [&](const Report& r) { return !speaks_of(r, task); });
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const Report& a, const Report&) { return a.task == task.id; });
  Report report = rows.empty() ? Report{} : rows.front();
  const bool fresh = rows.empty();
  if (fresh ? revision != 0 : revision != report.revision)
    return changed_meanwhile(fresh ? std::nullopt : std::optional(report), "填写");
  const auto next = after(report.state, submit ? Deed::submit : Deed::save);
  if (!next) {
    return refuse(Code::conflict, "report.not_in_state",
                  fmt::format("“{} {}”现在是“{}”，不能再改。需要更正的，请县科协退回后再改。", task.code,
                              task.title, title_of(report.state)));
  }
  TRY(check_time(window, extended, report.state == State::returned, base::date_of(now)));
  const int proofs =
      fresh || !submit ? 0 : evidence_counts(session, tenant, "report", {report.id})[report.id];
  errors = submit ? check_complete(content, proofs) : check_draft(content);
  if (!errors.empty()) return tl::unexpected(errors.front());
  const Id task_before = report.task;
  if (fresh) report.id = parts_.ids.next();
  report.window = window.key;
  report.period_last = window.last;
  report.unit = unit;
  report.task = task.id;
  report.code = task.code;
  report.title = task.title;
  report.state = *next;
  report.content = content;
  report.edited_at = now;
  report.edited_name = by.actor.name;
  if (submit) {
    report.submitted_at = now;
    report.submitted_by = by.actor.person;
    report.submitted_name = by.actor.name;
    if (report.first_submitted_at == 0) {
      report.first_submitted_at = now;
      report.due = extended && window.due < *extended ? *extended : window.due;
    }
  }
  const std::string last = base::to_iso(report.period_last), due = iso(report.due);
  const sql::Args args = {{"tenant", tenant},
                          {"id", report.id},
                          {"period", report.window},
                          {"last", last},
                          {"unit", report.unit},
                          {"task", report.task},
                          {"code", report.code},
                          {"title", report.title},
                          {"state", to_text(report.state)},
                          {"status", to_text(report.content.status)},
                          {"reason", report.content.reason},
                          {"share", report.content.share},
                          {"narrative", report.content.narrative},
                          {"revision", revision},
                          {"first", report.first_submitted_at},
                          {"submitted", report.submitted_at},
                          {"edited", report.edited_at},
                          {"due", due},
                          {"by", report.submitted_by},
                          {"by_name", report.submitted_name},
                          {"edited_name", report.edited_name}};
  const auto changed =
      fresh ? session.run(
                  "insert into report (tenant, id, period, period_last, unit, task, code, title, state, "
                  "status, reason, "
                  "share, narrative, revision, first_submitted_at, submitted_at, decided_at, edited_at, due, "
                  "submitted_by, submitted_name, decided_name, edited_name, decision) values (:tenant, :id, "
                  ":period, "
                  ":last, :unit, :task, :code, :title, :state, :status, :reason, :share, :narrative, "
                  ":revision + 1, "
                  ":first, :submitted, 0, :edited, :due, :by, :by_name, '', :edited_name, '') on conflict do "
                  "nothing",
                  args)
            : session.run(
                  "update report set period = :period, period_last = :last, unit = :unit, task = :task, code "
                  "= :code, "
                  "title = :title, state = :state, status = :status, reason = :reason, share = :share, "
                  "narrative = "
                  ":narrative, revision = revision + 1, first_submitted_at = :first, submitted_at = "
                  ":submitted, "
                  "edited_at = :edited, due = :due, submitted_by = :by, submitted_name = :by_name, "
                  "edited_name = "
                  ":edited_name where tenant = :tenant and id = :id and revision = :revision",
                  args);
  if (changed == 0)
    return changed_meanwhile(fresh ? std::nullopt : read_report(session, tenant, report.id), "填写");
  report.revision = revision + 1;
  save_figures(session, tenant, report.id, report.content.figures);
  if (submit) {
    add_event(session, by, report, Deed::submit, "", now);
    renew_latest(session, tenant, unit, task.id);
    if (!fresh && task_before != task.id) renew_latest(session, tenant, unit, task_before);
    audit::append(session, tenant,
                  entry_of(by, "report.edit", unit, "report.submit", subject_of(report.id),
                           fmt::format("报送{}“{}”：{}，完成 {}", title_of(window), name_of(report),
                                       title_of(report.content.status), share_text(report.content.share)),
                           now));
  }
  return report.id;
}

// ---------------------------------------------------------------- deciding

base::Done ReportStore::decide_one(sql::Session& session, const By& by, const Report& before,
                                   std::int64_t revision, Deed deed, const std::string& reason) {
  const Id tenant = by.actor.tenant;
  const base::Millis now = parts_.clock.now();
  if (revision != before.revision) return changed_meanwhile(before, "处理");
  const auto next = after(before.state, deed);
  if (!next) {
    return refuse(
        Code::conflict, "report.not_in_state",
        fmt::format("“{}”现在是“{}”，不能{}。", name_of(before), title_of(before.state), title_of(deed)));
  }
  if (deed == Deed::accept && before.submitted_by == by.actor.person && by.actor.person != 0) {
    return refuse(Code::forbidden, "report.own",
                  fmt::format("“{}”是您自己报送的，请由另一位有审核权限的人接收。", name_of(before)));
  }
  const auto changed = session.run(
      "update report set state = :state, decided_at = :at, decided_name = :name, decision = :reason, "
      "revision = "
      "revision + 1 where tenant = :tenant and id = :id and revision = :revision",
      {{"state", to_text(*next)},
       {"at", now},
       {"name", by.actor.name},
       {"reason", reason},
       {"tenant", tenant},
       {"id", before.id},
       {"revision", revision}});
  if (changed == 0) return changed_meanwhile(read_report(session, tenant, before.id), "处理");
  Report report = before;
  report.state = *next;
  add_event(session, by, report, deed, reason, now);
  renew_latest(session, tenant, report.unit, report.task);
  audit::append(
      session, tenant,
      entry_of(by, "report.review", report.unit, deed == Deed::accept ? "report.accept" : "report.return",
               subject_of(report.id),
               fmt::format("{}“{}”{}", title_of(deed), name_of(report), reason.empty() ? "" : "：" + reason),
               now));
  if (deed == Deed::send_back && report.submitted_by != 0) {
    notify::post(session, tenant,
                 {report.submitted_by, fmt::format("report.returned:{}:{}", report.id, revision + 1),
                  "填报被退回：" + name_of(report), reason + "　请修改后重新报送。",
                  fmt::format("/reports/{}", report.id)},
                 now, parts_.ids);
  }
  return {};
}

base::Done ReportStore::decide(const By& by, Id id, std::int64_t revision, Deed deed,
                               const std::string& reason) {
  if (deed != Deed::accept && deed != Deed::send_back)
    return refuse(Code::invalid, "report.deed", "请选择接收或退回。", "deed");
  if (deed == Deed::send_back && base::trim(reason).empty())
    return refuse(Code::invalid, "report.reason", "请写明退回的原因，让对方知道要改什么。", "reason");
  return parts_.db.write([&](sql::Session& session) -> base::Done {
    const auto before = read_report(session, by.actor.tenant, id);
    if (!before) return refuse(Code::not_found, "report.not_found", "没有这条填报。请到“填报”页查找。");
    TRY(by.actor.require("report.review", before->unit));
    return decide_one(session, by, *before, revision, deed, base::trim(reason));
  });
}

base::Done ReportStore::accept(const By& by, const std::vector<Choice>& reports) {
  if (reports.empty()) return refuse(Code::invalid, "report.none_chosen", "请先勾选要接收的填报。");
  return parts_.db.write([&](sql::Session& session) -> base::Done {
    for (const auto& choice : reports) {
      const auto before = read_report(session, by.actor.tenant, choice.report);
      if (!before) return refuse(Code::not_found, "report.not_found", "没有这条填报。请刷新页面。");
      TRY(by.actor.require("report.review", before->unit));
      TRY(decide_one(session, by, *before, choice.revision, Deed::accept, ""));
    }
    return {};
  });
}

}  // namespace kepu::reports

#include "engines/reports/report_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"

namespace kepu::reports {

const std::string kReportColumns =
    "r.id, r.period, r.period_last, r.unit, r.task, r.code, r.title, r.state, r.status, r.reason, r.share, "
    "r.narrative, r.revision, r.first_submitted_at, r.submitted_at, r.decided_at, r.edited_at, r.due, "
    "r.submitted_by, r.submitted_name, r.decided_name, r.edited_name, r.decision";
const std::string kOutlineColumns =
    "r.id, r.period, r.period_last, r.unit, r.task, r.code, r.title, r.state, r.status, '', r.share, "
    "'', r.revision, r.first_submitted_at, r.submitted_at, r.decided_at, r.edited_at, r.due, "
    "r.submitted_by, r.submitted_name, r.decided_name, r.edited_name, ''";

namespace {

State parse_state(std::string_view text) {
  for (const State s : {State::submitted, State::returned, State::accepted}) {
    if (to_text(s) == text) return s;
  }
  return State::draft;
}

}  // namespace

Report report_from(const sql::Row& r) {
  Report out;
  out.id = r.integer(0);
  out.window = r.text(1);
  out.period_last = base::parse_date(r.view(2)).value_or(Date{});
  out.unit = r.integer(3);
  out.task = r.integer(4);
  out.code = r.text(5);
  out.title = r.text(6);
  out.state = parse_state(r.view(7));
  out.content.status = parse_status(r.view(8)).value_or(Status::none);
  out.content.reason = r.text(9);
  out.content.share = r.optional_real(10);
  out.content.narrative = r.text(11);
  out.revision = r.integer(12);
  out.first_submitted_at = r.integer(13);
  out.submitted_at = r.integer(14);
  out.decided_at = r.integer(15);
  out.edited_at = r.integer(16);
  out.due = base::parse_date(r.view(17));
  out.submitted_by = r.integer(18);
  out.submitted_name = r.text(19);
  out.decided_name = r.text(20);
  out.edited_name = r.text(21);
  out.decision = r.text(22);
  return out;
}

void load_figures(sql::Session& session, Id tenant, std::vector<Report>& reports) {
  if (reports.empty()) return;
  std::map<Id, Report*> by_id;
  std::string list;
  for (auto& r : reports) {
    by_id[r.id] = &r;
    list += (list.empty() ? "" : ", ") + std::to_string(r.id);
  }
  session.each(
      "select report, target, label, unit, metric, value, note from report_figure where tenant = :tenant and "
      "report in (" +
          list + ") order by report, position",
      {{"tenant", tenant}}, [&](const sql::Row& r) {
        by_id[r.integer(0)]->content.figures.push_back(
            {r.integer(1), r.text(2), r.text(3), r.text(4), r.optional_real(5), r.text(6)});
      });
}

void save_figures(sql::Session& session, Id tenant, Id report, const std::vector<Figure>& figures) {
  session.run("delete from report_figure where tenant = :tenant and report = :report",
              {{"tenant", tenant}, {"report", report}});
  int position = 0;
  for (const auto& f : figures) {
    session.run(
        "insert into report_figure (tenant, report, target, position, label, unit, metric, value, note) "
        "values "
        "(:tenant, :report, :target, :position, :label, :unit, :metric, :value, :note)",
        {{"tenant", tenant},
         {"report", report},
         {"target", f.target},
         {"position", position++},
         {"label", f.label},
         {"unit", f.unit},
         {"metric", f.metric},
         {"value", f.value},
         {"note", f.note}});
  }
}

void add_event(sql::Session& session, const By& by, const Report& report, Deed deed, const std::string& note,
               base::Millis now) {
  std::vector<std::string> figures;
  for (const auto& f : report.content.figures) figures.push_back(f.label + " " + figure_text(f));
  const std::string all = base::join(figures, "；");
  session.run(
      "insert into report_event (tenant, report, number, at, person, name, unit_name, deed, note, status, "
      "share, "
      "reason, narrative, figures) values (:tenant, :report, (select coalesce(max(number), 0) + 1 from "
      "report_event "
      "where tenant = :tenant and report = :report), :at, :person, :name, :unit_name, :deed, :note, :status, "
      ":share, "
      ":reason, :narrative, :figures)",
      {{"tenant", by.actor.tenant},
       {"report", report.id},
       {"at", now},
       {"person", by.actor.person},
       {"name", by.actor.name},
       {"unit_name", by.actor.unit_name},
       {"deed", title_of(deed)},
       {"note", note},
       {"status", to_text(report.content.status)},
       {"share", report.content.share},
       {"reason", report.content.reason},
       {"narrative", report.content.narrative},
       {"figures", all}});
}

void renew_latest(sql::Session& session, Id tenant, Id unit, Id task) {
  const sql::Args where = {{"tenant", tenant}, {"unit", unit}, {"task", task}};
  const auto last = session.one(
      "select id from report where tenant = :tenant and task = :task and unit = :unit and state in "
      "('submitted', "
      "'accepted') order by period_last desc, id desc limit 1",
      where, [](const sql::Row& r) { return r.integer(0); });
  if (!last) {
    session.run("delete from report_now where tenant = :tenant and unit = :unit and task = :task", where);
    return;
  }
  session.run(
      "insert into report_now (tenant, unit, task, report) values (:tenant, :unit, :task, :report) on "
      "conflict "
      "(tenant, unit, task) do update set report = excluded.report",
      {{"tenant", tenant}, {"unit", unit}, {"task", task}, {"report", *last}});
}

const std::string kExtensionColumns =
    "id, period, unit, old_due, wanted, reason, state, granted, decision, asked_by, asked_name, asked_at, "
    "decided_name, decided_at, revision";

Extension extension_from(const sql::Row& r) {
  Extension out;
  out.id = r.integer(0);
  out.window = r.text(1);
  out.unit = r.integer(2);
  out.old_due = base::parse_date(r.view(3)).value_or(Date{});
  out.wanted = base::parse_date(r.view(4)).value_or(Date{});
  out.reason = r.text(5);
  out.state = r.view(6) == "granted"   ? Extension::State::granted
              : r.view(6) == "refused" ? Extension::State::refused
                                       : Extension::State::asked;
  out.granted = base::parse_date(r.view(7));
  out.decision = r.text(8);
  out.asked_by = r.integer(9);
  out.asked_name = r.text(10);
  out.asked_at = r.integer(11);
  out.decided_name = r.text(12);
  out.decided_at = r.integer(13);
  out.revision = r.integer(14);
  return out;
}

audit::Entry entry_of(const By& by, std::string_view right, Id unit, std::string action, std::string subject,
                      std::string summary, base::Millis now) {
  audit::Entry entry;
  entry.at = now;
  entry.person = by.actor.person;
  entry.person_name = by.actor.name;
  entry.on_behalf_of = by.actor.on_behalf_of(right, unit);
  entry.unit_name = by.actor.unit_name;
  entry.action = std::move(action);
  entry.subject = std::move(subject);
  entry.summary = std::move(summary);
  entry.remote = by.remote;
  return entry;
}

}  // namespace kepu::reports

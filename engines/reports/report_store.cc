#include "engines/reports/report_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/auth/directory.h"
#include "core/base/text.h"
#include "engines/reports/report_rows.h"

namespace kepu::reports {

using base::Code;
using base::refuse;

std::vector<auth::Right> rights() {
  return {{"report.read", "查看填报和佐证"},
          {"report.edit", "填报本单位任务、编报年度计划"},
          {"report.review", "审核填报、延期和年度计划"},
          {"report.rule", "设定填报期、亮灯规则和工作日历"},
          {"evidence.edit", "登记本单位佐证"}};
}

std::optional<std::string> unit_in_use(sql::Session& session, Id tenant, Id unit) {
  const sql::Args where = {{"tenant", tenant}, {"unit", unit}};
  const auto reports =
      session.integer("select count(*) from report where tenant = :tenant and unit = :unit", where);
  if (reports > 0) return fmt::format("有 {} 条填报", reports);
  const auto proofs =
      session.integer("select count(*) from evidence where tenant = :tenant and unit = :unit", where);
  if (proofs > 0) return fmt::format("登记了 {} 件佐证", proofs);
  return std::nullopt;
}

std::string_view title_of(Extension::State state) {
  switch (state) {
    case Extension::State::asked:
      return "待审批";
    case Extension::State::granted:
      return "已同意";
    case Extension::State::refused:
      return "未同意";
  }
  return "";
}

ReportStore::ReportStore(Parts parts) : parts_(std::move(parts)) {}

// ---------------------------------------------------------------- rules

std::vector<Rule> ReportStore::rules(Id tenant) {
  return parts_.db.read([&](sql::Session& session) {
    return session.rows(
        "select kind, since, active, opens_before, due_days, late_days, edited_at, edited_by from "
        "report_rule where "
        "tenant = :tenant order by kind, since",
        {{"tenant", tenant}}, [](const sql::Row& r) {
          Rule rule;
          rule.period = parse_period(r.view(0)).value_or(Period::quarter);
          rule.since = base::parse_date(r.view(1)).value_or(Date{2000, 1, 1});
          rule.active = r.flag(2);
          rule.opens_before = static_cast<int>(r.integer(3));
          rule.due_days = static_cast<int>(r.integer(4));
          rule.late_days = static_cast<int>(r.integer(5));
          rule.edited_at = r.integer(6);
          rule.edited_by = r.text(7);
          return rule;
        });
  });
}

LightRule ReportStore::light_rule(Id tenant) {
  return parts_.db.read([&](sql::Session& session) {
    return session
        .one(
            "select watch_lag, late_lag, soon_days, lead_weight, revision, edited_at, edited_by from "
            "light_rule where "
            "tenant = :tenant",
            {{"tenant", tenant}},
            [](const sql::Row& r) {
              return LightRule{r.real(0), r.real(1),    static_cast<int>(r.integer(2)),
                               r.real(3), r.integer(4), r.integer(5),
                               r.text(6)};
            })
        .value_or(LightRule{});
  });
}

base::Errors ReportStore::save_rule(const By& by, const Rule& rule) {
  if (auto may = by.actor.require("report.rule"); !may) return {may.error()};
  const Id tenant = by.actor.tenant;
  const base::Millis now = parts_.clock.now();
  base::Errors errors = check(rule, rules(tenant), base::date_of(now));
  if (!errors.empty()) return errors;
  const std::string since = base::to_iso(rule.since);
  parts_.db.write([&](sql::Session& session) {
    // Rules that were to take over later are replaced, too: the newest decision counts.
    session.run("delete from report_rule where tenant = :tenant and kind = :kind and since >= :since",
                {{"tenant", tenant}, {"kind", to_text(rule.period)}, {"since", since}});
    session.run(
        "insert into report_rule (tenant, kind, since, active, opens_before, due_days, late_days, edited_at, "
        "edited_by) values (:tenant, :kind, :since, :active, :opens, :due, :late, :at, :by)",
        {{"tenant", tenant},
         {"kind", to_text(rule.period)},
         {"since", since},
         {"active", rule.active ? 1 : 0},
         {"opens", rule.opens_before},
         {"due", rule.due_days},
         {"late", rule.late_days},
         {"at", now},
         {"by", by.actor.name}});
    audit::append(
        session, tenant,
        entry_of(
            by, "report.rule", 0, "report.rule", "rule:report",
            rule.active
                ? fmt::format("{}自 {} 起：期末前 {} 天开放，期末后 {} 个工作日为期限，再补报 {} "
                              "个工作日",
                              title_of(rule.period), since, rule.opens_before, rule.due_days, rule.late_days)
                : fmt::format("{}自 {} 起不再填报", title_of(rule.period), since),
            now));
  });
  return {};
}

base::Errors ReportStore::save_light_rule(const By& by, const LightRule& rule) {
  if (auto may = by.actor.require("report.rule"); !may) return {may.error()};
  base::Errors errors = check(rule);
  if (!errors.empty()) return errors;
  const Id tenant = by.actor.tenant;
  const base::Millis now = parts_.clock.now();
  const auto saved = parts_.db.write([&](sql::Session& session) -> base::Done {
    const sql::Args args = {{"tenant", tenant},       {"watch", rule.watch_lag},    {"late", rule.late_lag},
                            {"soon", rule.soon_days}, {"weight", rule.lead_weight}, {"at", now},
                            {"by", by.actor.name},    {"revision", rule.revision}};
    // Where nothing was saved yet the revision is 0 and the row is new.
    const auto changed =
        rule.revision == 0
            ? session.run(
                  "insert into light_rule (tenant, watch_lag, late_lag, soon_days, lead_weight, revision, "
                  "edited_at, edited_by) values (:tenant, :watch, :late, :soon, :weight, :revision + 1, :at, "
                  ":by) on conflict do nothing",
                  args)
            : session.run(
                  "update light_rule set watch_lag = :watch, late_lag = :late, soon_days = :soon, "
                  "lead_weight "
                  "= :weight, revision = revision + 1, edited_at = :at, edited_by = :by where tenant = "
                  ":tenant and revision = :revision",
                  args);
    if (changed == 0)
      return refuse(Code::conflict, "light.changed_meanwhile",
                    "亮灯规则刚被别人改过，您的修改没有保存。请刷新后再改。");
    audit::append(
        session, tenant,
        entry_of(by, "report.rule", 0, "report.light", "rule:light", base::join(in_words(rule), ""), now));
    return {};
  });
  if (!saved) return {saved.error()};
  return {};
}

// ---------------------------------------------------------------- windows

std::vector<Window> ReportStore::windows(Id tenant, Date today) {
  return windows_of(rules(tenant), *parts_.calendars.of(tenant), today);
}

base::Result<Window> ReportStore::window(Id tenant, std::string_view key) {
  const auto found = window_of(rules(tenant), *parts_.calendars.of(tenant), key);
  if (found) return *found;
  return refuse(Code::not_found, "window.not_found",
                "没有这个填报期，可能规则已调整。请到“填报”页从列出的各期中选。");
}

std::optional<Window> ReportStore::next_window(Id tenant, Date today) {
  return reports::next_window(rules(tenant), *parts_.calendars.of(tenant), today);
}

std::map<Id, Date> ReportStore::extended(Id tenant, const std::string& window) {
  std::map<Id, Date> out;
  for (const auto& e : extensions(tenant, window)) {
    if (!e.granted) continue;
    auto& until = out.try_emplace(e.unit, *e.granted).first->second;
    until = std::max(until, *e.granted);
  }
  return out;
}

// ---------------------------------------------------------------- reading

std::vector<Report> ReportStore::of_window(Id tenant, const std::string& window) {
  return parts_.db.read([&](sql::Session& session) {
    return session.rows("select " + kReportColumns +
                            " from report r where r.tenant = :tenant and r.period = :period "
                            "order by r.unit, r.id",
                        {{"tenant", tenant}, {"period", window}}, report_from);
  });
}

std::vector<Report> ReportStore::of_window(Id tenant, const std::string& window, Id unit) {
  return parts_.db.read([&](sql::Session& session) {
    auto out = session.rows("select " + kReportColumns +
                                " from report r where r.tenant = :tenant and r.period = "
                                ":period and r.unit = :unit order by r.id",
                            {{"tenant", tenant}, {"period", window}, {"unit", unit}}, report_from);
    load_figures(session, tenant, out);
    return out;
  });
}

std::vector<Report> ReportStore::latest(Id tenant, Date until) {
  return parts_.db.read([&](sql::Session& session) {
    if (parts_.clock.today() <= until) {
      return session.rows("select " + kReportColumns +
                              " from report_now n join report r on r.tenant = n.tenant and "
                              "r.id = n.report where n.tenant = :tenant order by n.unit, n.task",
                          {{"tenant", tenant}}, report_from);
    }
    return session.rows(
        "select " + kReportColumns +
            " from report r where r.tenant = :tenant and r.state in ('submitted', 'accepted') "
            "and r.period_last = (select max(o.period_last) from report o where o.tenant = r.tenant and "
            "o.task = r.task and "
            "o.unit = r.unit and o.state in ('submitted', 'accepted') and o.period_last <= :until) order by "
            "r.unit, r.task",
        {{"tenant", tenant}, {"until", base::to_iso(until)}}, report_from);
  });
}

std::optional<Report> ReportStore::report(Id tenant, Id report) {
  return parts_.db.read([&](sql::Session& session) -> std::optional<Report> {
    auto found =
        session.rows("select " + kReportColumns + " from report r where r.tenant = :tenant and r.id = :id",
                     {{"tenant", tenant}, {"id", report}}, report_from);
    if (found.empty()) return std::nullopt;
    load_figures(session, tenant, found);
    return found.front();
  });
}

std::vector<Report> ReportStore::before(Id tenant, Id unit, Date period_last) {
  return parts_.db.read([&](sql::Session& session) {
    std::vector<Report> out;
    std::set<Id> seen;
    session.each("select " + kReportColumns +
                     " from report r where r.tenant = :tenant and r.unit = :unit and "
                     "r.period_last < :last and r.state in ('submitted', 'accepted') order by r.period_last "
                     "desc, r.id",
                 {{"tenant", tenant}, {"unit", unit}, {"last", base::to_iso(period_last)}},
                 [&](const sql::Row& r) {
                   if (seen.insert(r.integer(4)).second) out.push_back(report_from(r));
                 });
    load_figures(session, tenant, out);
    return out;
  });
}

std::map<Id, Report> ReportStore::before_each(Id tenant, const std::vector<Report>& reports) {
  std::map<Id, Report> out;
  if (reports.empty()) return out;
  std::set<Id> tasks;
  for (const auto& r : reports) tasks.insert(r.task);
  std::vector<std::string> list;
  for (const Id task : tasks) list.push_back(std::to_string(task));
  auto earlier = parts_.db.read([&](sql::Session& session) {
    auto rows = session.rows(
        "select " + kReportColumns +
            " from report r where r.tenant = :tenant and r.state in ('submitted', 'accepted') and "
            "r.task in (" +
            base::join(list, ", ") + ") order by r.period_last desc, r.id",
        {{"tenant", tenant}}, report_from);
    std::vector<Report> wanted;
    for (const auto& r : reports) {
      const auto at = std::find_if(rows.begin(), rows.end(), [&](const Report& e) {
        return e.unit == r.unit && e.task == r.task && e.period_last < r.period_last;
      });
      if (at != rows.end()) wanted.push_back(*at);
    }
    load_figures(session, tenant, wanted);
    return wanted;
  });
  for (const auto& r : reports) {
    for (auto& e : earlier) {
      if (e.unit == r.unit && e.task == r.task && e.period_last < r.period_last) out[r.id] = e;
    }
  }
  return out;
}

std::vector<Report> ReportStore::of_task(Id tenant, const plan::TaskItem& task) {
  return parts_.db.read([&](sql::Session& session) {
    auto out = session.rows(
        "select " + kReportColumns +
            " from report r where r.tenant = :tenant and (r.task = :task or r.code = :code or "
            "r.title = :title) order by r.period_last desc, r.unit limit 5000",
        {{"tenant", tenant}, {"task", task.id}, {"code", task.code}, {"title", task.title}}, report_from);
    std::erase_if(out, [&](const Report& r) { return !speaks_of(r, task); });
    return out;
  });
}

std::vector<Report> ReportStore::waiting(Id tenant) {
  return parts_.db.read([&](sql::Session& session) {
    return session.rows("select " + kReportColumns +
                            " from report r where r.tenant = :tenant and r.state = "
                            "'submitted' order by r.submitted_at, r.id",
                        {{"tenant", tenant}}, report_from);
  });
}

std::vector<Report> ReportStore::returned(Id tenant, Id unit) {
  return parts_.db.read([&](sql::Session& session) {
    return session.rows("select " + kReportColumns +
                            " from report r where r.tenant = :tenant and r.state = 'returned' "
                            "and r.unit = :unit order by r.decided_at, r.id",
                        {{"tenant", tenant}, {"unit", unit}}, report_from);
  });
}

std::vector<Report> ReportStore::outlines_of_window(Id tenant, const std::string& window) {
  return parts_.db.read([&](sql::Session& session) {
    return session.rows("select " + kOutlineColumns +
                            " from report r where r.tenant = :tenant and r.period = :period "
                            "order by r.unit, r.id",
                        {{"tenant", tenant}, {"period", window}}, report_from);
  });
}

namespace {

// “ and r.unit in (…)”, or nothing for all.
std::string only_units(const std::vector<Id>& units) {
  if (units.empty()) return {};
  std::vector<std::string> list;
  for (const Id unit : units) list.push_back(std::to_string(unit));
  return " and r.unit in (" + base::join(list, ", ") + ")";
}

}  // namespace

std::map<Id, std::int64_t> ReportStore::submitted_counts(Id tenant, Date from, Date to,
                                                         const std::vector<Id>& units) {
  std::map<Id, std::int64_t> out;
  parts_.db.read([&](sql::Session& session) {
    session.each(
        "select r.unit, count(*) from report r where r.tenant = :tenant and r.first_submitted_at >= "
        ":from and r.first_submitted_at < :end" +
            only_units(units) + " group by r.unit",
        {{"tenant", tenant},
         {"from", base::start_of(from)},
         {"end", base::start_of(base::from_days(base::to_days(to) + 1))}},
        [&](const sql::Row& row) { out[row.integer(0)] = row.integer(1); });
  });
  return out;
}

std::vector<Report> ReportStore::submitted_between(Id tenant, Date from, Date to,
                                                   const std::vector<Id>& units, std::int64_t offset,
                                                   std::int64_t limit) {
  return parts_.db.read([&](sql::Session& session) {
    return session.rows("select " + kOutlineColumns +
                            " from report r where r.tenant = :tenant and r.first_submitted_at >= :from and "
                            "r.first_submitted_at < :end" +
                            only_units(units) +
                            " order by r.first_submitted_at desc, r.id desc limit :limit offset :offset",
                        {{"tenant", tenant},
                         {"from", base::start_of(from)},
                         {"end", base::start_of(base::from_days(base::to_days(to) + 1))},
                         {"limit", std::max<std::int64_t>(0, limit)},
                         {"offset", std::max<std::int64_t>(0, offset)}},
                        report_from);
  });
}

std::vector<Event> ReportStore::history(Id tenant, Id report) {
  return parts_.db.read([&](sql::Session& session) {
    return session.rows(
        "select number, at, name, unit_name, deed, note, status, share, reason, narrative, figures from "
        "report_event "
        "where tenant = :tenant and report = :report order by number desc",
        {{"tenant", tenant}, {"report", report}}, [](const sql::Row& r) {
          return Event{static_cast<int>(r.integer(0)),
                       r.integer(1),
                       r.text(2),
                       r.text(3),
                       r.text(4),
                       r.text(5),
                       parse_status(r.view(6)).value_or(Status::none),
                       r.optional_real(7),
                       r.text(8),
                       r.text(9),
                       r.text(10)};
        });
  });
}

std::vector<Extension> ReportStore::extensions(Id tenant, const std::string& window, Id unit) {
  return parts_.db.read([&](sql::Session& session) {
    return session.rows(
        "select " + kExtensionColumns +
            " from report_extension where tenant = :tenant and (:period = "
            "'' or period = :period) and (:unit = 0 or unit = :unit) order by asked_at desc, id desc "
            "limit 5000",
        {{"tenant", tenant}, {"period", window}, {"unit", unit}}, extension_from);
  });
}

std::vector<Extension> ReportStore::asked(Id tenant) {
  return parts_.db.read([&](sql::Session& session) {
    return session.rows("select " + kExtensionColumns +
                            " from report_extension where tenant = :tenant and state = "
                            "'asked' order by asked_at, id",
                        {{"tenant", tenant}}, extension_from);
  });
}

std::vector<Figure> ReportStore::figures_of(Id tenant, const plan::Running& now, const plan::TaskItem& task,
                                            Id unit, const Window& window, const std::vector<Figure>& typed) {
  const auto bound = parts_.bindings ? parts_.bindings(tenant, now) : std::map<Id, std::string>{};
  const auto span = plan::span_of(*now.plan, task);
  std::vector<Figure> out;
  for (const auto* target : now.targets_of(task.id)) {
    if (target->kind == plan::QuantityKind::baseline) continue;
    Figure figure;
    figure.target = target->id;
    figure.label = base::shorten(base::trim(target->text), 60);
    figure.unit = target->unit;
    const auto metric_id = bound.find(target->id);
    const auto metric =
        metric_id == bound.end() ? std::nullopt : parts_.metrics.find(tenant, metric_id->second);
    if (!metric) {
      const auto at =
          std::find_if(typed.begin(), typed.end(), [&](const Figure& f) { return f.target == target->id; });
      if (at != typed.end()) figure.value = at->value;
      if (at != typed.end()) figure.note = at->note;
      out.push_back(std::move(figure));
      continue;
    }
    metric::Question question{tenant, metric->id, {}, span ? span->first : window.first, window.last};
    if (metric->by_unit) question.units = {unit};
    question.to = std::min(window.last, parts_.clock.today());
    question.from = std::min(question.from, question.to);
    figure.metric = metric->id;
    figure.unit = metric->unit;
    const auto answer = parts_.metrics.answer(question);
    if (answer) {
      figure.value = answer->value;
      figure.note = answer->value
                        ? fmt::format("平台“{}”{}，{} 至 {}，{} 条记录", metric->title,
                                      metric->by_unit ? "" : "（全县）", base::to_iso(question.from),
                                      base::to_iso(question.to), answer->records)
                        : answer->why;
    } else {
      figure.note = answer.error().message;
    }
    out.push_back(std::move(figure));
  }
  return out;
}

}  // namespace kepu::reports

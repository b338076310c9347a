// What was reported, as it is read: by window, by task, by what waits.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/base/text.h"
#include "engines/reports/report_rows.h"
#include "engines/reports/report_store.h"

namespace kepu::reports {

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

}  // namespace kepu::reports

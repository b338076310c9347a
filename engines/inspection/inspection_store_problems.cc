// The list of problems, as it is read.
#include <fmt/format.h>

#include "engines/inspection/inspection_rows.h"

namespace kepu::inspection {

using base::Code;
using base::refuse;
using base::Result;

namespace {

struct Condition {
  std::string sql = "tenant = :tenant";
  sql::Args args;
  std::vector<std::string> texts;  // what args point to
};

Condition condition_of(Id tenant, const ProblemQuery& q, const std::string& day, const std::string& like) {
  Condition c;
  c.args = {{"tenant", tenant}};
  const auto add = [&](std::string sql, sql::Arg arg) {
    c.sql += " and " + std::move(sql);
    c.args.push_back(arg);
  };
  if (q.units) c.sql += fmt::format(" and owner in ({})", list_of(*q.units));
  if (q.state) add("state = :state", {"state", to_text(*q.state)});
  if (q.severity) add("severity = :severity", {"severity", static_cast<int>(*q.severity)});
  if (q.source) add("source = :source", {"source", to_text(*q.source)});
  if (q.owner != 0) add("owner = :owner", {"owner", q.owner});
  if (q.round != 0) add("round = :round", {"round", q.round});
  if (q.visit != 0) add("visit = :visit", {"visit", q.visit});
  if (!q.task_code.empty()) {
    add("task_code = :code", {"code", q.task_code});
    add("task_title = :task_title", {"task_title", q.task_title});
  }
  if (q.late_on) {
    c.sql += " and state = 'rectifying'";
    add("due <> '' and due < :late", {"late", day});
  }
  if (q.open_only) c.sql += " and state not in ('closed', 'withdrawn')";
  if (!q.text.empty()) {
    add("(what like :words escape '!' or number like :words escape '!' or measure like :words escape '!')",
        {"words", like});
  }
  return c;
}

}  // namespace

ProblemPage InspectionStore::problems(Id tenant, const ProblemQuery& q) {
  return db_.read([&](sql::Session& s) {
    const std::string day = iso_or_empty(q.late_on), like = like_of(q.text);
    Condition c = condition_of(tenant, q, day, like);
    ProblemPage page;
    page.total =
        s.one("select count(*) from inspection_problem where " + c.sql, c.args, [](const sql::Row& r) {
           return r.integer(0);
         }).value_or(0);
    c.args.emplace_back("limit", q.limit);
    c.args.emplace_back("offset", q.offset);
    page.problems =
        s.rows(fmt::format("select {} from inspection_problem where {} order by {} limit :limit offset "
                           ":offset",
                           kProblemColumns, c.sql, q.order_by.empty() ? "opened_at desc, id" : q.order_by),
               c.args, problem_from);
    return page;
  });
}

Result<Problem> InspectionStore::load_problem(sql::Session& s, Id tenant, Id id) {
  auto p = s.one(
      fmt::format("select {} from inspection_problem where tenant = :tenant and id = :id", kProblemColumns),
      {{"tenant", tenant}, {"id", id}}, problem_from);
  if (!p) return refuse(Code::not_found, "problem.not_found", "没有这个问题。请从问题清单进入。");
  return std::move(*p);
}

Result<Problem> InspectionStore::problem(Id tenant, Id id) {
  return db_.read([&](sql::Session& s) { return load_problem(s, tenant, id); });
}

std::vector<Step> InspectionStore::steps(Id tenant, Id problem) {
  return db_.read([&](sql::Session& s) {
    return s.rows(
        "select number, at, action, person_name, unit_name, words, due, files from inspection_step where "
        "tenant = "
        ":tenant and problem = :problem order by number",
        {{"tenant", tenant}, {"problem", problem}}, [](const sql::Row& r) {
          return Step{static_cast<int>(r.integer(0)),
                      r.integer(1),
                      r.text(2),
                      r.text(3),
                      r.text(4),
                      r.text(5),
                      base::parse_date(r.view(6)),
                      photos_from_json(r.view(7))};
        });
  });
}

ProblemCounts InspectionStore::counts(Id tenant, const std::optional<std::vector<Id>>& units,
                                      base::Date today) {
  return db_.read([&](sql::Session& s) {
    ProblemCounts out;
    ProblemQuery q;
    q.units = units;
    Condition c = condition_of(tenant, q, "", "");
    const std::string day = base::to_iso(today);
    c.args.emplace_back("today", day);
    s.each(
        "select state, count(*), sum(case when due <> '' and due < :today then 1 else 0 end) from "
        "inspection_problem where " +
            c.sql + " group by state",
        c.args, [&](const sql::Row& r) {
          const int n = static_cast<int>(r.integer(1));
          switch (parse_problem_state(r.view(0)).value_or(ProblemState::withdrawn)) {
            case ProblemState::noted:
              out.noted = n;
              break;
            case ProblemState::rectifying:
              out.rectifying = n;
              out.late = static_cast<int>(r.integer(2));
              break;
            case ProblemState::reported:
              out.reported = n;
              break;
            case ProblemState::passed:
              out.passed = n;
              break;
            case ProblemState::closed:
              out.closed = n;
              break;
            case ProblemState::withdrawn:
              break;
          }
        });
    return out;
  });
}

std::vector<Problem> InspectionStore::waiting(Id tenant, ProblemState state,
                                              const std::optional<std::vector<Id>>& owners,
                                              std::int64_t limit) {
  return db_.read([&](sql::Session& s) {
    return s.rows(
        fmt::format("select {} from inspection_problem where tenant = :tenant and state = :state{} order by "
                    "due, id limit :limit",
                    kProblemColumns, owners ? fmt::format(" and owner in ({})", list_of(*owners)) : ""),
        {{"tenant", tenant}, {"state", to_text(state)}, {"limit", limit}}, problem_from);
  });
}

std::optional<Photo> InspectionStore::photo_of_problem(Id tenant, Id id, const std::string& sha256) {
  const auto one = problem(tenant, id);
  if (!one) return std::nullopt;
  const auto look = [&](const std::vector<Photo>& photos) -> std::optional<Photo> {
    for (const auto& p : photos) {
      if (p.sha256 == sha256) return p;
    }
    return std::nullopt;
  };
  if (const auto found = look(one->photos)) return found;
  for (const auto& step : steps(tenant, id)) {
    if (const auto found = look(step.files)) return found;
  }
  return std::nullopt;
}

std::vector<Problem> InspectionStore::open_at(Id tenant, const std::vector<Id>& owners, base::Date day) {
  const auto end = base::start_of(base::from_days(base::to_days(day) + 1));
  return db_.read([&](sql::Session& s) {
    return s.rows(
        fmt::format("select {} from inspection_problem where tenant = :tenant and opened_at < :end and "
                    "(ended_at = 0 or ended_at >= :end){} order by opened_at desc, id",
                    kProblemColumns,
                    owners.empty() ? "" : fmt::format(" and owner in ({})", list_of(owners))),
        {{"tenant", tenant}, {"end", end}}, problem_from);
  });
}

std::vector<Problem> InspectionStore::due_between(Id tenant, const std::vector<Id>& owners, base::Date from,
                                                  base::Date to) {
  const std::string first = base::to_iso(from), last = base::to_iso(to);
  return db_.read([&](sql::Session& s) {
    return s.rows(
        fmt::format("select {} from inspection_problem where tenant = :tenant and due >= :first and due <= "
                    ":last and due <> '' and state <> 'withdrawn'{} order by due desc, id",
                    kProblemColumns,
                    owners.empty() ? "" : fmt::format(" and owner in ({})", list_of(owners))),
        {{"tenant", tenant}, {"first", first}, {"last", last}}, problem_from);
  });
}

}  // namespace kepu::inspection

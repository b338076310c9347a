// Reading a version back from its tables.
#include <fmt/format.h>

#include <unordered_map>

#include "core/base/text.h"
#include "engines/plan/plan_rows.h"

namespace kepu::plan {
namespace {

constexpr std::string_view kVersionColumns =
    "id, plan, number, kind, state, file, file_name, title, issuer, doc_number, issue_date, region, "
    "region_parent, "
    "notice_title, status, year_from, year_to, revision, created_at, created_by, adopted_at, adopted_by, "
    "edited_at, edited_by";

std::vector<std::string> texts_of(std::string_view lines) {
  return lines.empty() ? std::vector<std::string>() : base::split(lines, "\n");
}

template <class E>
E parse_enum(std::string_view text, std::initializer_list<E> values) {
  for (E value : values) {
    if (to_text(value) == text) return value;
  }
  throw sql::Failure(fmt::format("the database holds an unknown word: {}", text));
}

VersionState parse_state(std::string_view text) {
  return parse_enum(
      text, {VersionState::review, VersionState::adopted, VersionState::superseded, VersionState::withdrawn});
}
DutyState parse_duty_state(std::string_view text) {
  return parse_enum(text, {DutyState::proposed, DutyState::confirmed, DutyState::rejected});
}
Role parse_role(std::string_view text) { return parse_enum(text, {Role::lead, Role::responsible}); }

Version version_of(const sql::Row& r) {
  Version v;
  v.id = r.integer(0);
  v.plan = r.integer(1);
  v.number = static_cast<int>(r.integer(2));
  v.kind = parse_enum(r.view(3), {PlanKind::own, PlanKind::superior});
  v.state = parse_state(r.view(4));
  v.file = r.text(5);
  v.file_name = r.text(6);
  v.metadata = {r.text(7),
                r.text(8),
                r.text(9),
                r.text(10),
                r.text(11),
                r.text(12),
                r.text(13),
                r.text(14),
                static_cast<int>(r.integer(15)),
                static_cast<int>(r.integer(16))};
  v.revision = r.integer(17);
  v.created_at = r.integer(18);
  v.created_by = r.text(19);
  v.adopted_at = r.integer(20);
  v.adopted_by = r.text(21);
  v.edited_at = r.integer(22);
  v.edited_by = r.text(23);
  return v;
}

// Fills the items of one plan from their tables.
class Loader {
 public:
  Loader(sql::Session& session, Id tenant, Id version, Plan& plan)
      : session_(session), args_{{"tenant", tenant}, {"version", version}}, plan_(plan) {}

  void load() {
    load_lines();
    load_initiatives();
    load_tasks();
    load_parties();
    load_duties();
    load_targets();
    load_small();
  }

 private:
  void each(std::string_view columns, std::string_view table, std::string_view order,
            const std::function<void(const sql::Row&)>& row) {
    session_.each(fmt::format("select {} from {} where tenant = :tenant and version = :version order by {}",
                              columns, table, order),
                  args_, row);
  }

  void load_lines() {
    std::string text;
    session_.each("select text from plan_text where tenant = :tenant and version = :version", args_,
                  [&](const sql::Row& r) { text = r.text(0); });
    plan_.lines = std::make_shared<const std::vector<std::string>>(texts_of(text));
  }

  void load_initiatives() {
    each("id, position, kind, title, goal, line, end_line, confidence, dropped", "plan_initiative",
         "position, dropped desc, line, id", [&](const sql::Row& r) {
           InitiativeItem i;
           i.id = r.integer(0);
           i.position = static_cast<int>(r.integer(1));
           i.kind = parse_enum(r.view(2), {InitiativeKind::action, InitiativeKind::project});
           i.title = r.text(3);
           i.goal = r.text(4);
           i.line = static_cast<Line>(r.integer(5));
           i.end_line = static_cast<Line>(r.integer(6));
           i.confidence = r.real(7);
           i.dropped = r.flag(8);
           plan_.initiatives.push_back(std::move(i));
         });
    for (auto& i : plan_.initiatives) initiative_of_[i.id] = &i;
  }

  void load_tasks() {
    each(
        "id, initiative, position, code, title, body, line, end_line, confidence, dropped, start_date, "
        "due_date",
        "plan_task", "initiative, position, dropped desc, line, id", [&](const sql::Row& r) {
          TaskItem t;
          t.id = r.integer(0);
          t.initiative = r.integer(1);
          t.position = static_cast<int>(r.integer(2));
          t.code = r.text(3);
          t.title = r.text(4);
          t.body = r.text(5);
          t.line = static_cast<Line>(r.integer(6));
          t.end_line = static_cast<Line>(r.integer(7));
          t.confidence = r.real(8);
          t.dropped = r.flag(9);
          t.start = r.text(10);
          t.due = r.text(11);
          if (const auto at = initiative_of_.find(t.initiative); at != initiative_of_.end()) {
            at->second->tasks.push_back(std::move(t));
          }
        });
    for (auto& i : plan_.initiatives) {
      for (auto& t : i.tasks) task_of_[t.id] = &t;
    }
  }

  void load_parties() {
    each("owner, role, name", "plan_party", "owner, role, position", [&](const sql::Row& r) {
      const bool lead = parse_role(r.view(1)) == Role::lead;
      if (const auto task = task_of_.find(r.integer(0)); task != task_of_.end()) {
        (lead ? task->second->lead : task->second->responsible).push_back(r.text(2));
      } else if (const auto i = initiative_of_.find(r.integer(0)); i != initiative_of_.end()) {
        (lead ? i->second->lead : i->second->responsible).push_back(r.text(2));
      }
    });
  }

  void load_duties() {
    each("task, duty, state, confidence, words", "plan_duty", "task, confidence desc, duty",
         [&](const sql::Row& r) {
           if (const auto task = task_of_.find(r.integer(0)); task != task_of_.end()) {
             task->second->duties.push_back(
                 {r.text(1), parse_duty_state(r.view(2)), r.real(3), texts_of(r.view(4))});
           }
         });
    each("duty, line, state, words", "plan_duty_elsewhere", "line, duty", [&](const sql::Row& r) {
      plan_.elsewhere.push_back(
          {r.text(0), static_cast<Line>(r.integer(1)), texts_of(r.view(3)), parse_duty_state(r.view(2))});
    });
  }

  void load_targets() {
    std::unordered_map<Id, std::map<int, double>> milestones;
    each("target, year, value", "plan_milestone", "target, year",
         [&](const sql::Row& r) { milestones[r.integer(0)][static_cast<int>(r.integer(1))] = r.real(2); });
    each(
        "id, kind, value, baseline, baseline_year, unit, text, relative_to, operator, year, implicit, "
        "headline, dropped, "
        "initiative, task, line, confidence",
        "plan_target", "position, id", [&](const sql::Row& r) {
          TargetItem t;
          t.id = r.integer(0);
          t.kind = parse_enum(r.view(1), {QuantityKind::target, QuantityKind::baseline,
                                          QuantityKind::frequency, QuantityKind::blank});
          t.value = r.optional_real(2);
          t.baseline = r.optional_real(3);
          if (!r.null(4)) t.baseline_year = static_cast<int>(r.integer(4));
          t.unit = r.text(5);
          t.text = r.text(6);
          t.relative_to = r.text(7);
          t.op = parse_enum(r.view(8), {Operator::equal, Operator::greater, Operator::at_least,
                                        Operator::at_most, Operator::relative});
          if (!r.null(9)) t.year = static_cast<int>(r.integer(9));
          t.implicit = r.flag(10);
          t.headline = r.flag(11);
          t.dropped = r.flag(12);
          t.initiative = r.integer(13);
          t.task = r.integer(14);
          t.line = static_cast<Line>(r.integer(15));
          t.confidence = r.real(16);
          t.milestones = std::move(milestones[t.id]);
          plan_.targets.push_back(std::move(t));
        });
  }

  void load_small() {
    each("id, phase, title, summary, year_from, year_to, line, dropped", "plan_phase", "position, id",
         [&](const sql::Row& r) {
           plan_.phases.push_back({r.integer(0), r.text(1), r.text(2), r.text(3),
                                   static_cast<int>(r.integer(4)), static_cast<int>(r.integer(5)),
                                   static_cast<Line>(r.integer(6)), r.flag(7)});
         });
    each("id, title, items, line, end_line", "plan_safeguard", "position, id", [&](const sql::Row& r) {
      plan_.safeguards.push_back({r.integer(0), r.text(1), texts_of(r.view(2)),
                                  static_cast<Line>(r.integer(3)), static_cast<Line>(r.integer(4))});
    });
    each("id, title, doc_number, line", "plan_basis", "position, id", [&](const sql::Row& r) {
      plan_.basis.push_back({r.integer(0), r.text(1), r.text(2), static_cast<Line>(r.integer(3))});
    });
    each("id, rule, message, line, settled, note", "plan_anomaly", "position, id", [&](const sql::Row& r) {
      plan_.anomalies.push_back(
          {r.integer(0), r.text(1), r.text(2), static_cast<Line>(r.integer(3)), r.flag(4), r.text(5)});
    });
  }

  sql::Session& session_;
  sql::Args args_;
  Plan& plan_;
  std::unordered_map<Id, InitiativeItem*> initiative_of_;
  std::unordered_map<Id, TaskItem*> task_of_;
};

}  // namespace

std::vector<Version> load_versions(sql::Session& session, Id tenant) {
  return session.rows(
      fmt::format("select {} from plan_version where tenant = :tenant order by plan, number desc",
                  kVersionColumns),
      {{"tenant", tenant}}, version_of);
}

std::optional<Plan> load_plan(sql::Session& session, Id tenant, Id version) {
  auto found = session.one(
      fmt::format("select {} from plan_version where tenant = :tenant and id = :id", kVersionColumns),
      {{"tenant", tenant}, {"id", version}}, version_of);
  if (!found) return std::nullopt;
  Plan plan;
  plan.version = std::move(*found);
  Loader(session, tenant, version, plan).load();
  return plan;
}

std::vector<Assignment> load_assignments(sql::Session& session, Id tenant, Id version) {
  return session.rows(
      "select id, task, unit, role, written, from_group, contact, contact_name, confirmed_at, confirmed_by "
      "from plan_assignment where tenant = :tenant and version = :version order by position, id",
      {{"tenant", tenant}, {"version", version}}, [](const sql::Row& r) {
        Assignment a;
        a.id = r.integer(0);
        a.task = r.integer(1);
        a.unit = r.integer(2);
        a.role = parse_role(r.view(3));
        a.written = r.text(4);
        a.from_group = r.flag(5);
        a.contact = r.integer(6);
        a.contact_name = r.text(7);
        a.confirmed_at = r.integer(8);
        a.confirmed_by = r.text(9);
        return a;
      });
}

void insert_version(sql::Session& session, Id tenant, const Version& v) {
  const auto& m = v.metadata;
  session.run(
      "insert into plan_version (tenant, id, plan, number, kind, state, file, file_name, title, issuer, "
      "doc_number, "
      "issue_date, region, region_parent, notice_title, status, year_from, year_to, revision, created_at, "
      "created_by, "
      "adopted_at, adopted_by, edited_at, edited_by) values (:tenant, :id, :plan, :number, :kind, :state, "
      ":file, "
      ":file_name, :title, :issuer, :doc_number, :issue_date, :region, :region_parent, :notice_title, "
      ":status, :year_from, "
      ":year_to, :revision, :created_at, :created_by, :adopted_at, :adopted_by, :edited_at, :edited_by)",
      {{"tenant", tenant},
       {"id", v.id},
       {"plan", v.plan},
       {"number", v.number},
       {"kind", to_text(v.kind)},
       {"state", to_text(v.state)},
       {"file", v.file},
       {"file_name", v.file_name},
       {"title", m.title},
       {"issuer", m.issuer},
       {"doc_number", m.doc_number},
       {"issue_date", m.issue_date},
       {"region", m.region},
       {"region_parent", m.region_parent},
       {"notice_title", m.notice_title},
       {"status", m.status},
       {"year_from", m.from},
       {"year_to", m.to},
       {"revision", v.revision},
       {"created_at", v.created_at},
       {"created_by", v.created_by},
       {"adopted_at", v.adopted_at},
       {"adopted_by", v.adopted_by},
       {"edited_at", v.edited_at},
       {"edited_by", v.edited_by}});
}

void insert_assignment(sql::Session& session, Id tenant, Id version, const Assignment& a, int position) {
  session.run(
      "insert into plan_assignment (tenant, version, id, task, unit, role, position, written, from_group, "
      "contact, "
      "contact_name, confirmed_at, confirmed_by) values (:tenant, :version, :id, :task, :unit, :role, "
      ":position, :written, "
      ":from_group, :contact, :contact_name, :confirmed_at, :confirmed_by)",
      {{"tenant", tenant},
       {"version", version},
       {"id", a.id},
       {"task", a.task},
       {"unit", a.unit},
       {"role", to_text(a.role)},
       {"position", position},
       {"written", a.written},
       {"from_group", a.from_group ? 1 : 0},
       {"contact", a.contact},
       {"contact_name", a.contact_name},
       {"confirmed_at", a.confirmed_at},
       {"confirmed_by", a.confirmed_by}});
}

}  // namespace kepu::plan

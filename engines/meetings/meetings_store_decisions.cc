// Decisions of meetings: handing over, reporting, looking at, closing.
#include <fmt/format.h>

#include <algorithm>

#include "core/notify/notify.h"
#include "engines/meetings/meetings_rows.h"

namespace kepu::meetings {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {

constexpr std::size_t kWords = 2000;
constexpr std::string_view kWithUnit = "state in ('open', 'in_hand', 'returned')";

struct Condition {
  std::string sql = "tenant = :tenant";
  sql::Args args;
};

Condition condition_of(Id tenant, const DecisionQuery& q, const std::string& day, const std::string& like) {
  Condition c;
  c.args = {{"tenant", tenant}};
  const auto add = [&](std::string sql, sql::Arg arg) {
    c.sql += " and " + std::move(sql);
    c.args.push_back(arg);
  };
  if (q.units) c.sql += fmt::format(" and unit in ({})", list_of(*q.units));
  if (q.state) add("state = :state", {"state", to_text(*q.state)});
  if (q.unit != 0) add("unit = :unit", {"unit", q.unit});
  if (q.meeting != 0) add("meeting = :meeting", {"meeting", q.meeting});
  if (!q.task_code.empty()) {
    add("task_code = :code", {"code", q.task_code});
    add("task_title = :task_title", {"task_title", q.task_title});
  }
  if (q.late_on) {
    c.sql += " and " + std::string(kWithUnit);
    add("due < :late", {"late", day});
  }
  if (q.open_only) c.sql += " and state in ('open', 'in_hand', 'returned', 'reported')";
  if (!q.text.empty()) add("(what like :words escape '!' or number like :words escape '!')", {"words", like});
  return c;
}

// Puts the change into the decision, or says what is missing in it.
Done apply(Decision& d, const DecisionChange& c, Date today) {
  switch (c.action) {
    case DecisionAction::take:
    case DecisionAction::accept:
    case DecisionAction::close:
      return check_text(c.text, "text", false, "说明", kWords);
    case DecisionAction::report:
      TRY(check_text(c.text, "text", true, "办理结果", kWords));
      d.reported_on = today;
      return {};
    case DecisionAction::give_back:
      TRY(check_text(c.text, "text", true, "退回的原因", kWords));
      d.reported_on.reset();
      return {};
    case DecisionAction::withdraw:
      return check_text(c.text, "text", true, "撤销的原因", kWords);
    case DecisionAction::move_due:
    case DecisionAction::reopen:
      TRY(check_text(c.text, "text", true, "原因", kWords));
      if (!c.due || *c.due < today)
        return refuse(Code::invalid, "meetings.due", "请填写新的期限，不早于今天。", "due");
      d.due = *c.due;
      if (c.action == DecisionAction::reopen) d.reported_on.reset();
      return {};
  }
  return {};
}

// Whether the office is told, or the unit, and how.
std::string told(const Decision& d, DecisionAction action) {
  const std::string name = d.number + " " + base::shorten(d.what, 30);
  switch (action) {
    case DecisionAction::take:
      return "";
    case DecisionAction::report:
      return "请审核办理结果：" + name;
    case DecisionAction::accept:
      return "办理结果已认可：" + name;
    case DecisionAction::give_back:
      return "办理结果被退回：" + name;
    case DecisionAction::close:
      return "议定事项已办结：" + name;
    case DecisionAction::move_due:
      return "议定事项已改期：" + name;
    case DecisionAction::reopen:
      return "议定事项重新办理：" + name;
    case DecisionAction::withdraw:
      return "议定事项已撤销：" + name;
  }
  return "";
}

}  // namespace

DecisionPage MeetingStore::decisions(Id tenant, const DecisionQuery& q) {
  const std::string day = iso_or_empty(q.late_on), like = like_of(q.text);
  return db_.read([&](sql::Session& s) {
    Condition c = condition_of(tenant, q, day, like);
    DecisionPage page;
    page.total = s.integer("select count(*) from meetings_decision where " + c.sql, c.args);
    c.args.emplace_back("limit", q.limit);
    c.args.emplace_back("offset", q.offset);
    page.decisions = s.rows(
        fmt::format("select {} from meetings_decision where {} order by {} limit :limit offset "
                    ":offset",
                    kDecisionColumns, c.sql, q.order_by.empty() ? "made_at desc, id desc" : q.order_by),
        c.args, decision_from);
    return page;
  });
}

Result<Decision> MeetingStore::load_decision(sql::Session& s, Id tenant, Id id) {
  auto d = s.one(
      fmt::format("select {} from meetings_decision where tenant = :tenant and id = :id", kDecisionColumns),
      {{"tenant", tenant}, {"id", id}}, decision_from);
  if (!d) return refuse(Code::not_found, "meetings.not_found", "没有这项议定事项。请从议定事项清单进入。");
  return std::move(*d);
}

Result<Decision> MeetingStore::decision(Id tenant, Id id) {
  return db_.read([&](sql::Session& s) { return load_decision(s, tenant, id); });
}

std::vector<Step> MeetingStore::steps(Id tenant, Id decision) {
  return db_.read([&](sql::Session& s) {
    return s.rows(
        "select number, at, action, person_name, unit_name, words, due, paper, paper_name, paper_type from "
        "meetings_step where tenant = :tenant and decision = :decision order by number",
        {{"tenant", tenant}, {"decision", decision}}, [](const sql::Row& r) {
          return Step{static_cast<int>(r.integer(0)),
                      r.integer(1),
                      r.text(2),
                      r.text(3),
                      r.text(4),
                      r.text(5),
                      base::parse_date(r.view(6)),
                      {r.text(7), r.text(8), r.text(9)}};
        });
  });
}

bool MeetingStore::may_see(const auth::Actor& actor, const Decision& d) const {
  return sees_all(actor) || actor.may(kRead, d.unit);
}

Done MeetingStore::may_act(const auth::Actor& actor, const Decision& d, DecisionAction action) const {
  const auto* rule = find_rule(d.state, action);
  if (rule == nullptr) {
    return refuse(Code::conflict, "meetings.not_in_state",
                  fmt::format("这项议定事项现在是“{}”，不能{}。请刷新查看最新情况。", title_of(d.state),
                              title_of(action)));
  }
  return actor.require(rule->right, d.unit);
}

void MeetingStore::add_step(sql::Session& s, const By& by, Id decision, std::string_view action,
                            const std::string& words, const std::optional<Date>& due, const File& file) {
  const std::string day = iso_or_empty(due);
  s.run(
      "insert into meetings_step (tenant, decision, number, at, action, person, person_name, unit_name, "
      "words, due, paper, paper_name, paper_type) select :tenant, :decision, coalesce(max(number), 0) + 1, "
      ":at, :action, :person, :name, :unit_name, :words, :due, :paper, :paper_name, :paper_type from "
      "meetings_step where tenant = :tenant and decision = :decision",
      {{"tenant", by.actor.tenant},
       {"decision", decision},
       {"at", clock_.now()},
       {"action", action},
       {"person", by.actor.person},
       {"name", by.actor.name},
       {"unit_name", by.actor.unit_name},
       {"words", words},
       {"due", day},
       {"paper", file.sha256},
       {"paper_name", file.name},
       {"paper_type", file.type}});
}

Result<Id> MeetingStore::add_decision(const By& by, Decision d) {
  TRY(by.actor.require(kManage, d.unit));
  const Id tenant = by.actor.tenant;
  TRY(check_text(d.what, "what", true, "议定的事项", kWords));
  TRY(check_text(d.partners, "partners", false, "配合单位", 500));
  const auto* unit = directory_.units(tenant)->find(d.unit);
  if (unit == nullptr || !unit->active)
    return refuse(Code::invalid, "meetings.unit", "请选择由哪个单位牵头办理。", "unit");
  if (d.due == Date{}) return refuse(Code::invalid, "meetings.due", "请填写办理期限。", "due");
  const auto people = directory_.holders(tenant, kAct, d.unit);
  d.id = ids_.next();
  const std::string due = base::to_iso(d.due);
  return db_.write([&](sql::Session& s) -> Result<Id> {
    const Meeting m = TRY(load_meeting(s, tenant, d.meeting));
    if (!m.took_place())
      return refuse(Code::conflict, "meetings.not_in_state", "会议召开以后才能登记议定事项。");
    if (d.due < m.day) return refuse(Code::invalid, "meetings.due", "办理期限不能早于会议日期。", "due");
    const auto now = clock_.now();
    const int year = base::date_of(now).year;
    const auto last = s.one(
        "insert into meetings_counter (tenant, kind, year, last) values (:tenant, 'decision', :year, 1) on "
        "conflict (tenant, kind, year) do update set last = meetings_counter.last + 1 returning last",
        {{"tenant", tenant}, {"year", year}}, [](const sql::Row& r) { return r.integer(0); });
    const std::string number = fmt::format("议{}-{:03}", year, last.value_or(1));
    s.run(fmt::format("insert into meetings_decision (tenant, {}) values (:tenant, :id, :number, 'open', "
                      ":meeting, :what, :unit, :partners, :task, :code, :title, :due, '', 1, :at, :by, 0, "
                      ":at2, :by2)",
                      kDecisionColumns),
          {{"tenant", tenant},
           {"id", d.id},
           {"number", number},
           {"meeting", d.meeting},
           {"what", d.what},
           {"unit", d.unit},
           {"partners", d.partners},
           {"task", d.task.id},
           {"code", d.task.code},
           {"title", d.task.title},
           {"due", due},
           {"at", now},
           {"by", by.actor.name},
           {"at2", now},
           {"by2", by.actor.name}});
    add_step(s, by, d.id, "add", "“" + m.title + "”议定，由" + unit->name + "牵头", d.due, {});
    for (const Id person : people) {
      if (person == by.actor.person) continue;
      notify::post(
          s, tenant,
          {person, fmt::format("decision:{}:1", d.id), "请办理议定事项：" + number,
           fmt::format("期限 {}。{}", due, base::shorten(d.what, 100)), fmt::format("/decisions/{}", d.id)},
          now, ids_);
    }
    log(s, by, kManage, d.unit, "decision.add", subject_of("decision", d.id),
        fmt::format("交办议定事项 {}：{}（{}）", number, base::shorten(d.what, 60), unit->name));
    return d.id;
  });
}

Done MeetingStore::act(const By& by, Id id, const DecisionChange& change) {
  const Id tenant = by.actor.tenant;
  const Decision seen = TRY(decision(tenant, id));
  if (!may_see(by.actor, seen)) TRY(by.actor.require(kRead, seen.unit));
  const bool to_office = change.action == DecisionAction::report || change.action == DecisionAction::take;
  const auto people = to_office ? directory_.holders(tenant, kManage, directory_.units(tenant)->root())
                                : directory_.holders(tenant, kAct, seen.unit);
  return db_.write([&](sql::Session& s) -> Done {
    const auto taken = s.run(
        "update meetings_decision set revision = revision + 1 where tenant = :tenant and id = :id and "
        "revision = :revision",
        {{"tenant", tenant}, {"id", id}, {"revision", change.revision}});
    Decision d = TRY(load_decision(s, tenant, id));
    if (taken == 0)
      return tl::unexpected(changed_meanwhile(
          d.edited_by, d.edited_at, "这项议定事项（现在是“" + std::string(title_of(d.state)) + "”）"));
    TRY(may_act(by.actor, d, change.action));
    const auto* rule = find_rule(d.state, change.action);
    const auto now = clock_.now();
    TRY(apply(d, change, base::date_of(now)));
    d.state = rule->to;
    d.ended_at = is_with_unit(d.state) || d.state == DecisionState::reported ? 0
                 : d.ended_at != 0                                           ? d.ended_at
                                                                             : now;
    const std::string due = base::to_iso(d.due), reported = iso_or_empty(d.reported_on);
    s.run(
        "update meetings_decision set state = :state, due = :due, reported_on = :reported, ended_at = "
        ":ended, edited_at = :at, edited_by = :by where tenant = :tenant and id = :id",
        {{"state", to_text(d.state)},
         {"due", due},
         {"reported", reported},
         {"ended", d.ended_at},
         {"at", now},
         {"by", by.actor.name},
         {"tenant", tenant},
         {"id", id}});
    add_step(s, by, id, to_text(change.action), change.text, change.due, change.file);
    const std::string title = told(d, change.action);
    for (const Id person : title.empty() ? std::vector<Id>() : people) {
      if (person == by.actor.person) continue;
      notify::post(s, tenant,
                   {person, fmt::format("decision:{}:{}", id, d.revision), title,
                    base::shorten(change.text, 100), fmt::format("/decisions/{}", id)},
                   now, ids_);
    }
    log(s, by, rule->right, d.unit, "decision." + std::string(to_text(change.action)),
        subject_of("decision", id),
        fmt::format("{} {}{}", title_of(change.action), d.number,
                    change.text.empty() ? "" : "：" + base::shorten(change.text, 80)));
    return {};
  });
}

std::vector<Decision> MeetingStore::due_between(Id tenant, const std::vector<Id>& units, Date from, Date to) {
  const std::string first = base::to_iso(from), last = base::to_iso(to);
  return db_.read([&](sql::Session& s) {
    return s.rows(
        fmt::format("select {} from meetings_decision where tenant = :tenant and due >= :first and due <= "
                    ":last and state <> 'withdrawn'{} order by due desc, id",
                    kDecisionColumns, units.empty() ? "" : fmt::format(" and unit in ({})", list_of(units))),
        {{"tenant", tenant}, {"first", first}, {"last", last}}, decision_from);
  });
}

std::vector<Decision> MeetingStore::late_at(Id tenant, const std::vector<Id>& units, Date day) {
  const std::string iso = base::to_iso(day);
  const auto end = base::start_of(base::from_days(base::to_days(day) + 1));
  return db_.read([&](sql::Session& s) {
    // As it was then: made by that day, its date gone, not yet reported nor ended.
    return s.rows(
        fmt::format("select {} from meetings_decision where tenant = :tenant and due < :day and made_at < "
                    ":end and state <> 'withdrawn' and (reported_on = '' or reported_on > :day) and "
                    "(ended_at = 0 or ended_at >= :end){} order by due, id",
                    kDecisionColumns, units.empty() ? "" : fmt::format(" and unit in ({})", list_of(units))),
        {{"tenant", tenant}, {"day", iso}, {"end", end}}, decision_from);
  });
}

}  // namespace kepu::meetings

// What is done with a problem: entering, handing over, putting right, looking again, closing.
#include <fmt/format.h>

#include "core/base/text.h"
#include "core/notify/notify.h"
#include "engines/inspection/inspection_rows.h"

namespace kepu::inspection {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {

constexpr std::size_t kMostCharacters = 2000;

Done check_text(const std::string& text, bool required, const std::string& what) {
  if (required && base::trim(text).empty())
    return refuse(Code::invalid, "problem.text", "请填写" + what + "。", "text");
  if (base::length(text) > kMostCharacters)
    return refuse(Code::invalid, "problem.long", what + "不要超过 2,000 字。", "text");
  return {};
}

struct Told {
  Id person;
  std::string title, text;
};

}  // namespace

bool InspectionStore::may_see(const auth::Actor& actor, const Problem& p) const {
  return (p.owner != 0 && actor.may(kRead, p.owner)) || sees_all(actor);
}

Done InspectionStore::may_act(const auth::Actor& actor, const Problem& p, ProblemAction action) const {
  return may_act(actor, *directory_.units(actor.tenant), p, action);
}

Done InspectionStore::may_act(const auth::Actor& actor, const auth::UnitTree& units, const Problem& p,
                              ProblemAction action) const {
  const auto* rule = find_rule(problem_rules(), p.state, action);
  if (rule == nullptr) {
    return refuse(
        Code::conflict, "problem.not_in_state",
        fmt::format("这个问题现在是“{}”，不能{}。请刷新查看最新情况。", title_of(p.state), title_of(action)));
  }
  const Id unit = p.owner != 0 ? p.owner : p.unit;
  if (rule->right == kVisit && actor.may(kManage, unit)) {
    // The office may look again, too.
  } else {
    TRY(unit == 0 ? actor.require(rule->right) : actor.require(rule->right, unit));
  }
  const bool looks_again = action == ProblemAction::pass || action == ProblemAction::give_back;
  if (looks_again && actor.unit != 0 && is_barred(units, actor.unit, p.owner)) {
    return refuse(Code::forbidden, "problem.own_unit", "本单位和上下级单位的整改要由别的单位的人来复核。");
  }
  return {};
}

void InspectionStore::add_step(sql::Session& s, const By& by, Id problem, std::string_view action,
                               const std::string& words, const std::optional<base::Date>& due,
                               const std::vector<Photo>& files) {
  const std::string day = iso_or_empty(due), json = to_json(files);
  s.run(
      "insert into inspection_step (tenant, problem, number, at, action, person, person_name, unit_name, "
      "words, due, "
      "files) select :tenant, :problem, coalesce(max(number), 0) + 1, :at, :action, :person, :name, "
      ":unit_name, "
      ":words, :due, :files from inspection_step where tenant = :tenant and problem = :problem",
      {{"tenant", by.actor.tenant},
       {"problem", problem},
       {"at", clock_.now()},
       {"action", action},
       {"person", by.actor.person},
       {"name", by.actor.name},
       {"unit_name", by.actor.unit_name},
       {"words", words},
       {"due", day},
       {"files", json}});
}

void InspectionStore::insert_problem(sql::Session& s, const By& by, Problem p, const std::string& words) {
  const Id tenant = by.actor.tenant;
  const int year = base::date_of(clock_.now()).year;
  const auto number =
      s.one(
           "insert into inspection_counter (tenant, year, last) values (:tenant, :year, 1) on conflict "
           "(tenant, year) "
           "do update set last = inspection_counter.last + 1 returning last",
           {{"tenant", tenant}, {"year", year}}, [](const sql::Row& r) { return r.integer(0); })
          .value_or(1);
  if (p.id == 0) p.id = ids_.next();
  p.number = fmt::format("问{}-{:03}", year, number);
  if (p.finding.empty()) p.finding = fmt::format("p{}", p.id);
  const std::string photos = to_json(p.photos);
  s.run(fmt::format(
            "insert into inspection_problem (tenant, {}) values (:tenant, :id, :number, 'noted', :source, "
            ":severity, :what, :place, :from_whom, :round, :visit, :finding, :unit, 0, :task, :code, :title, "
            "'', '', :photos, 1, :at, :by, '', 0, :at2, :by2)",
            kProblemColumns),
        {{"tenant", tenant},
         {"id", p.id},
         {"number", p.number},
         {"source", to_text(p.source)},
         {"severity", static_cast<int>(p.severity)},
         {"what", p.what},
         {"place", p.where_},
         {"from_whom", p.from_whom},
         {"round", p.round},
         {"visit", p.visit},
         {"finding", p.finding},
         {"unit", p.unit},
         {"task", p.task.id},
         {"code", p.task.code},
         {"title", p.task.title},
         {"photos", photos},
         {"at", clock_.now()},
         {"by", by.actor.name},
         {"at2", clock_.now()},
         {"by2", by.actor.name}});
  add_step(s, by, p.id, "note", words, std::nullopt, {});
}

Result<Id> InspectionStore::add_problem(const By& by, Problem p) {
  TRY(p.unit == 0 ? by.actor.require(kManage) : by.actor.require(kManage, p.unit));
  p.what = base::trim(p.what);
  if (p.what.empty()) return refuse(Code::invalid, "problem.what", "请写明是什么问题。", "what");
  if (p.unit != 0) {
    const auto units = directory_.units(by.actor.tenant);
    if (units->find(p.unit) == nullptr)
      return refuse(Code::invalid, "problem.unit", "没有这个单位，请重新选择。", "unit");
  }
  p.round = p.visit = 0;
  p.finding.clear();
  return db_.write([&](sql::Session& s) -> Result<Id> {
    Problem fresh = p;
    fresh.id = ids_.next();
    insert_problem(s, by, fresh, "登记问题，来源：" + std::string(title_of(p.source)));
    log(s, by, kManage, p.unit, "problem.add", subject_of("problem", fresh.id),
        "登记问题：" + base::shorten(p.what, 60));
    return fresh.id;
  });
}

namespace {

// Puts the change into the problem, or says what is missing in it.
Done apply(Problem& p, const ProblemChange& c, const auth::UnitTree& units, base::Date today) {
  switch (c.action) {
    case ProblemAction::assign: {
      const auto* owner = units.find(c.owner);
      if (owner == nullptr || !owner->active)
        return refuse(Code::invalid, "problem.owner", "请选择由哪个单位整改。", "owner");
      if (!c.due) return refuse(Code::invalid, "problem.due", "请填写整改期限。", "due");
      if (*c.due < today) return refuse(Code::invalid, "problem.due", "整改期限不能早于今天。", "due");
      TRY(check_text(c.measure, false, "整改要求"));
      p.owner = c.owner;
      p.measure = base::trim(c.measure);
      p.due = c.due;
      return {};
    }
    case ProblemAction::move_due:
      TRY(check_text(c.text, true, "改期的原因"));
      if (!c.due || *c.due < today)
        return refuse(Code::invalid, "problem.due", "请填写新的期限，不早于今天。", "due");
      p.due = c.due;
      return {};
    case ProblemAction::report:
      TRY(check_text(c.text, true, "整改情况"));
      p.reported_on = today;
      return {};
    case ProblemAction::give_back:
    case ProblemAction::reopen:
      TRY(check_text(c.text, true, c.action == ProblemAction::reopen ? "重新打开的原因" : "退回的原因"));
      if (c.due && *c.due < today)
        return refuse(Code::invalid, "problem.due", "新的期限不能早于今天。", "due");
      if (c.due) p.due = c.due;
      p.reported_on.reset();
      p.ended_at = 0;
      return {};
    case ProblemAction::withdraw:
      return check_text(c.text, true, "撤销的原因");
    case ProblemAction::pass:
    case ProblemAction::close:
      return check_text(c.text, false, "说明");
  }
  return {};
}

std::vector<Told> told_of(const Problem& p, const ProblemChange& c, const std::vector<Id>& unit_people,
                          const std::vector<Id>& office) {
  const auto all = [](const std::vector<Id>& people, const std::string& title, const std::string& text) {
    std::vector<Told> out;
    for (const Id person : people) out.push_back({person, title, text});
    return out;
  };
  const std::string name = p.number + " " + base::shorten(p.what, 30);
  const std::string due = p.due ? "期限 " + base::to_iso(*p.due) + "。" : "";
  switch (c.action) {
    case ProblemAction::assign:
      return all(unit_people, "请整改：" + name, due + p.measure);
    case ProblemAction::move_due:
      return all(unit_people, "整改期限已改：" + name, due + c.text);
    case ProblemAction::report:
      return all(office, "请复核：" + name, base::shorten(c.text, 100));
    case ProblemAction::give_back:
      return all(unit_people, "整改被退回：" + name, due + "原因：" + c.text);
    case ProblemAction::reopen:
      return all(unit_people, "问题重新打开：" + name, due + "原因：" + c.text);
    case ProblemAction::pass:
      return all(office, "复核通过，待销号：" + name, c.text);
    case ProblemAction::close:
      return all(unit_people, "问题已销号：" + name, c.text);
    case ProblemAction::withdraw:
      return p.owner == 0 ? std::vector<Told>() : all(unit_people, "问题已撤销：" + name, c.text);
  }
  return {};
}

}  // namespace

Done InspectionStore::act(const By& by, Id id, const ProblemChange& change) {
  const Id tenant = by.actor.tenant;
  const auto units = directory_.units(tenant);
  const Problem seen = TRY(problem(tenant, id));
  if (!may_see(by.actor, seen)) TRY(by.actor.require(kRead, seen.owner != 0 ? seen.owner : units->root()));
  const Id owner = change.action == ProblemAction::assign ? change.owner : seen.owner;
  const auto unit_people = owner == 0 ? std::vector<Id>() : directory_.holders(tenant, kRectify, owner);
  const auto office = directory_.holders(tenant, kManage, units->root());
  return db_.write([&](sql::Session& s) -> Done {
    const auto taken = s.run(
        "update inspection_problem set revision = revision + 1 where tenant = :tenant and id = :id and "
        "revision = "
        ":revision",
        {{"tenant", tenant}, {"id", id}, {"revision", change.revision}});
    Problem p = TRY(load_problem(s, tenant, id));
    if (taken == 0) {
      return refuse(
          Code::conflict, "problem.changed_meanwhile",
          fmt::format("{}于 {} 刚办理过这个问题（现在是“{}”），您的操作没有生效。请看过最新情况再办。",
                      p.edited_by, base::to_local(p.edited_at), title_of(p.state)));
    }
    TRY(may_act(by.actor, *units, p, change.action));
    const auto* rule = find_rule(problem_rules(), p.state, change.action);
    TRY(apply(p, change, *units, base::date_of(clock_.now())));
    p.state = rule->to;
    if (!is_open(p.state)) p.ended_at = clock_.now();
    const std::string due = iso_or_empty(p.due), reported = iso_or_empty(p.reported_on);
    s.run(
        "update inspection_problem set state = :state, owner = :owner, measure = :measure, due = :due, "
        "reported_on = "
        ":reported_on, ended_at = :ended_at, edited_at = :at, edited_by = :by where tenant = :tenant and id "
        "= :id",
        {{"state", to_text(p.state)},
         {"owner", p.owner},
         {"measure", p.measure},
         {"due", due},
         {"reported_on", reported},
         {"ended_at", p.ended_at},
         {"at", clock_.now()},
         {"by", by.actor.name},
         {"tenant", tenant},
         {"id", id}});
    const std::string words = change.action == ProblemAction::assign ? p.measure : change.text;
    add_step(s, by, id, to_text(change.action), words, change.due, change.files);
    for (const auto& t : told_of(p, change, unit_people, office)) {
      if (t.person == by.actor.person) continue;
      notify::post(s, tenant,
                   {t.person, fmt::format("problem:{}:{}", id, p.revision), t.title, t.text,
                    fmt::format("/problems/{}", id)},
                   clock_.now(), ids_);
    }
    log(s, by, rule->right, p.owner, "problem." + std::string(to_text(change.action)),
        subject_of("problem", id),
        fmt::format("{} {}{}", title_of(change.action), p.number,
                    words.empty() ? "" : "：" + base::shorten(words, 80)));
    return {};
  });
}

}  // namespace kepu::inspection

// Self-check sheets, and what goes on into the next period.
#include <fmt/format.h>

#include <algorithm>

#include "core/notify/notify.h"
#include "engines/evaluation/evaluation_rows.h"

namespace kepu::evaluation {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {

constexpr std::size_t kWords = 2000, kBody = 5000;

std::string field_of(std::string_view name, Id task) { return fmt::format("{}-{}", name, task); }

void check(base::Errors& errors, const Answer& typed, const Answer& asked, bool submit) {
  const auto wrong = [&](std::string_view name, std::string message) {
    errors.push_back({Code::invalid, "evaluation." + std::string(name), field_of(name, asked.task),
                      asked.code + "：" + std::move(message)});
  };
  if (submit && typed.said == Completion::none) wrong("said", "请选择完成情况。");
  const bool short_of = typed.said == Completion::partly || typed.said == Completion::not_done;
  if (submit && short_of && base::trim(typed.words).empty())
    wrong("words", "“" + std::string(title_of(typed.said)) + "”请写明做到什么程度、原因是什么。");
  if (base::length(typed.words) > kWords) wrong("words", "说明不要超过 2,000 字。");
  if (base::length(typed.evidence) > kWords) wrong("evidence", "佐证不要超过 2,000 字。");
}

}  // namespace

std::vector<Sheet> EvaluationStore::load_sheets(sql::Session& s, Id tenant, Id round, Id unit) {
  auto out = s.rows(fmt::format("select {} from evaluation_sheet where tenant = :tenant and round = :round{} "
                                "order by unit",
                                kSheetColumns, unit == 0 ? "" : fmt::format(" and unit = {}", unit)),
                    {{"tenant", tenant}, {"round", round}}, sheet_from);
  std::map<Id, Sheet*> by_unit;
  for (auto& sheet : out) by_unit[sheet.unit] = &sheet;
  s.each(
      "select unit, count(*), sum(case when said = 'none' then 0 else 1 end) from evaluation_answer where "
      "tenant = :tenant and round = :round group by unit",
      {{"tenant", tenant}, {"round", round}}, [&](const sql::Row& r) {
        const auto at = by_unit.find(r.integer(0));
        if (at == by_unit.end()) return;
        at->second->tasks = static_cast<int>(r.integer(1));
        at->second->answered = static_cast<int>(r.integer(2));
      });
  return out;
}

std::vector<Sheet> EvaluationStore::sheets(Id tenant, Id round) {
  auto found = db_.read([&](sql::Session& s) { return load_sheets(s, tenant, round, 0); });
  const auto units = directory_.units(tenant);
  std::map<Id, std::size_t> place;
  for (std::size_t i = 0; i < units->all().size(); ++i) place[units->all()[i].id] = i;
  std::stable_sort(found.begin(), found.end(),
                   [&](const Sheet& a, const Sheet& b) { return place[a.unit] < place[b.unit]; });
  return found;
}

Result<Sheet> EvaluationStore::sheet(Id tenant, Id round, Id unit) {
  auto found = db_.read([&](sql::Session& s) { return load_sheets(s, tenant, round, unit); });
  if (found.empty())
    return refuse(Code::not_found, "evaluation.not_found", "这一轮评估没有这个单位的自查表。");
  return std::move(found.front());
}

std::vector<Answer> EvaluationStore::answers(Id tenant, Id round, Id unit) {
  return db_.read([&](sql::Session& s) {
    return s.rows(fmt::format("select {} from evaluation_answer where tenant = :tenant and round = :round{} "
                              "order by lead desc, task, unit",
                              kAnswerColumns, unit == 0 ? "" : fmt::format(" and unit = {}", unit)),
                  {{"tenant", tenant}, {"round", round}}, answer_from);
  });
}

bool EvaluationStore::may_see(const auth::Actor& actor, const Round& round, Id unit) const {
  return sees_all(actor) || (round.opened_at != 0 && actor.may(kRead, unit));
}

base::Errors EvaluationStore::save_sheet(const By& by, Id round, Id unit, std::int64_t revision,
                                         const std::vector<Answer>& typed, bool submit) {
  const Id tenant = by.actor.tenant;
  if (const auto allowed = by.actor.require(kFill, unit); !allowed) return {allowed.error()};
  const auto asked = answers(tenant, round, unit);
  base::Errors errors;
  std::vector<Answer> all;
  for (const auto& a : asked) {
    const auto at =
        std::find_if(typed.begin(), typed.end(), [&](const Answer& t) { return t.task == a.task; });
    all.push_back(at == typed.end() ? a : *at);
    check(errors, all.back(), a, submit);
  }
  if (!errors.empty()) return errors;
  const auto office = directory_.holders(tenant, kManage, directory_.units(tenant)->root());
  const auto* found = directory_.units(tenant)->find(unit);
  const std::string name = found == nullptr ? std::string("—") : found->name;
  const auto done = db_.write([&](sql::Session& s) -> Done {
    const Round r = TRY(load_round(s, tenant, round));
    const auto sheets = load_sheets(s, tenant, round, unit);
    if (sheets.empty())
      return refuse(Code::not_found, "evaluation.not_found", "这一轮评估没有这个单位的自查表。");
    const auto& sheet = sheets.front();
    if (r.state != State::collecting || counts(sheet.state)) {
      return refuse(Code::conflict, "evaluation.not_in_state",
                    r.state == State::collecting
                        ? fmt::format("自查表现在是“{}”，要改请先请审核人退回。", title_of(sheet.state))
                        : fmt::format("这一轮评估现在是“{}”，不再收自查。", title_of(r.state)));
    }
    const auto taken = s.run(
        "update evaluation_sheet set revision = revision + 1, state = :state, submitted_at = :at, "
        "submitted_by = :by, edited_at = :now, edited_by = :by2 where tenant = :tenant and round = :round "
        "and unit = :unit and revision = :revision",
        {{"state", to_text(submit ? SheetState::submitted : sheet.state)},
         {"at", submit ? clock_.now() : sheet.submitted_at},
         {"by", submit ? by.actor.name : sheet.submitted_by},
         {"now", clock_.now()},
         {"by2", by.actor.name},
         {"tenant", tenant},
         {"round", round},
         {"unit", unit},
         {"revision", revision}});
    if (taken == 0) return tl::unexpected(changed_meanwhile(sheet.edited_by, sheet.edited_at, "这张自查表"));
    for (const auto& a : all) {
      s.run(
          "update evaluation_answer set said = :said, words = :words, evidence = :evidence where tenant = "
          ":tenant and round = :round and unit = :unit and task = :task",
          {{"said", to_text(a.said)},
           {"words", a.words},
           {"evidence", a.evidence},
           {"tenant", tenant},
           {"round", round},
           {"unit", unit},
           {"task", a.task}});
    }
    if (submit) {
      tell(s, by, office, fmt::format("evaluation:{}:submitted:{}:{}", round, unit, revision),
           "请审核自查：" + name, r.title, fmt::format("/evaluations/{}/units/{}", round, unit));
    }
    log(s, by, kFill, unit, submit ? "evaluation.submit" : "evaluation.save", sheet_subject(round, unit),
        (submit ? "提交自查：" : "保存自查：") + name + "，" + r.title);
    return {};
  });
  if (!done) return {done.error()};
  return {};
}

Done EvaluationStore::decide_sheet(const By& by, Id round, Id unit, std::int64_t revision, bool accept,
                                   const std::string& note) {
  const Id tenant = by.actor.tenant;
  TRY(by.actor.require(kManage, unit));
  TRY(check_text(note, "note", !accept, "退回的原因", 1000));
  const auto people = directory_.holders(tenant, kFill, unit);
  const auto* found = directory_.units(tenant)->find(unit);
  const std::string name = found == nullptr ? std::string("—") : found->name;
  return db_.write([&](sql::Session& s) -> Done {
    const Round r = TRY(load_round(s, tenant, round));
    const auto taken = s.run(
        "update evaluation_sheet set revision = revision + 1 where tenant = :tenant and round = :round and "
        "unit = :unit and revision = :revision",
        {{"tenant", tenant}, {"round", round}, {"unit", unit}, {"revision", revision}});
    const auto sheets = load_sheets(s, tenant, round, unit);
    if (sheets.empty())
      return refuse(Code::not_found, "evaluation.not_found", "这一轮评估没有这个单位的自查表。");
    const auto& sheet = sheets.front();
    if (taken == 0) return tl::unexpected(changed_meanwhile(sheet.edited_by, sheet.edited_at, "这张自查表"));
    const bool fits = r.state == State::collecting
                          ? counts(sheet.state) && !(accept && sheet.state == SheetState::accepted)
                          : r.state == State::judging && accept && sheet.state == SheetState::submitted;
    if (!fits) {
      return refuse(Code::conflict, "evaluation.not_in_state",
                    fmt::format("自查表现在是“{}”，评估“{}”，不能{}。", title_of(sheet.state),
                                title_of(r.state), accept ? "接收" : "退回"));
    }
    s.run(
        "update evaluation_sheet set state = :state, note = :note, decided_at = :at, decided_by = :by, "
        "edited_at = :now, edited_by = :by2 where tenant = :tenant and round = :round and unit = :unit",
        {{"state", to_text(accept ? SheetState::accepted : SheetState::returned)},
         {"note", note},
         {"at", clock_.now()},
         {"by", by.actor.name},
         {"now", clock_.now()},
         {"by2", by.actor.name},
         {"tenant", tenant},
         {"round", round},
         {"unit", unit}});
    if (!accept) {
      tell(s, by, people, fmt::format("evaluation:{}:returned:{}:{}", round, unit, revision),
           "自查被退回：" + r.title, "原因：" + note, fmt::format("/evaluations/{}/units/{}", round, unit));
    }
    log(s, by, kManage, unit, accept ? "evaluation.accept" : "evaluation.return", sheet_subject(round, unit),
        fmt::format("{}自查：{}{}", accept ? "接收" : "退回", name, note.empty() ? "" : "，" + note));
    return {};
  });
}

std::vector<EvaluationStore::Waiting> EvaluationStore::waiting(Id tenant,
                                                               const std::optional<std::vector<Id>>& units,
                                                               const std::vector<SheetState>& states) {
  std::vector<Waiting> out;
  for (const auto& r : rounds(tenant)) {
    if (r.state != State::collecting) continue;
    for (auto& sheet : sheets(tenant, r.id)) {
      if (units && std::find(units->begin(), units->end(), sheet.unit) == units->end()) continue;
      if (std::find(states.begin(), states.end(), sheet.state) == states.end()) continue;
      out.push_back({r, std::move(sheet)});
    }
  }
  return out;
}

// ---------------------------------------------------------------- what goes on

std::map<std::string, CarryDecision> EvaluationStore::carries(Id tenant, Id round) {
  return db_.read([&](sql::Session& s) {
    std::map<std::string, CarryDecision> out;
    s.each(
        "select item, carry, title, body, goal, reason, revision, at, person_name from evaluation_carry "
        "where "
        "tenant = :tenant and round = :round",
        {{"tenant", tenant}, {"round", round}}, [&](const sql::Row& r) {
          out[r.text(0)] = {r.text(0),    parse_carry(r.view(1)).value_or(Carry::undecided),
                            r.text(2),    r.text(3),
                            r.text(4),    r.text(5),
                            r.integer(6), r.integer(7),
                            r.text(8)};
        });
    return out;
  });
}

Done EvaluationStore::decide_carry(const By& by, Id round, const std::vector<CarryDecision>& decisions) {
  TRY(by.actor.require(kManage));
  for (const auto& d : decisions) {
    if (d.carry == Carry::undecided)
      return refuse(Code::invalid, "evaluation.carry", "请选择延续还是不再延续。", "carry");
    TRY(check_text(d.reason, "reason", d.carry == Carry::drop, "不再延续的理由", 1000));
    TRY(check_text(d.title, "title", false, "任务名称", 200));
    TRY(check_text(d.text, "text", false, "任务内容", kBody));
    TRY(check_text(d.goal, "goal", false, "下一期的要求", 200));
  }
  return db_.write([&](sql::Session& s) -> Done {
    const Round r = TRY(load_round(s, by.actor.tenant, round));
    if (r.state != State::frozen || r.kind != Kind::final_)
      return refuse(Code::conflict, "evaluation.not_in_state", "终期评估定稿以后才能编制下一规划期的提纲。");
    for (const auto& d : decisions) TRY(save_carry(s, by, round, d));
    return {};
  });
}

Done EvaluationStore::save_carry(sql::Session& s, const By& by, Id round, const CarryDecision& d) {
  const sql::Args args = {
      {"tenant", by.actor.tenant}, {"round", round},     {"item", d.item},     {"carry", to_text(d.carry)},
      {"title", d.title},          {"body", d.text},     {"goal", d.goal},     {"reason", d.reason},
      {"revision", d.revision},    {"at", clock_.now()}, {"by", by.actor.name}};
  const auto done =
      d.revision == 0
          ? s.run(
                "insert into evaluation_carry (tenant, round, item, carry, title, body, goal, reason, "
                "revision, at, person_name) values (:tenant, :round, :item, :carry, :title, :body, :goal, "
                ":reason, :revision + 1, :at, :by) on conflict do nothing",
                args)
          : s.run(
                "update evaluation_carry set carry = :carry, title = :title, body = :body, goal = :goal, "
                "reason = :reason, revision = revision + 1, at = :at, person_name = :by where tenant = "
                ":tenant and round = :round and item = :item and revision = :revision",
                args);
  if (done == 0)
    return refuse(Code::conflict, "evaluation.changed_meanwhile",
                  "别人刚对这一项作了决定，您的操作没有生效。请看过最新情况再办。");
  log(s, by, kManage, 0, "evaluation.carry", round_subject(round),
      fmt::format("下一规划期：{} {}{}", d.item, title_of(d.carry), d.reason.empty() ? "" : "，" + d.reason));
  return {};
}

}  // namespace kepu::evaluation

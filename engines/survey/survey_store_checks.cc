// Replacements, and interviews that are asked again.
#include <fmt/format.h>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/notify/notify.h"
#include "engines/survey/survey_rows.h"

namespace kepu::survey {

using base::Code;
using base::Done;
using base::refuse;

Done SurveyStore::ask_replacement(const By& by, Id id, const std::string& why) {
  if (base::trim(why).empty() || base::length(why) > 200)
    return refuse(Code::invalid, "survey.reason", "请写明为什么要替换，不超过 200 字。", "why");
  const Id tenant = by.actor.tenant;
  const auto approvers = directory_.holders(tenant, kApprove, directory_.units(tenant)->root());
  return db_.write([&](sql::Session& s) -> Done {
    const auto c = TRY(hold_case(s, tenant, id));
    const auto round = TRY(load_round(s, tenant, c.round));
    if (!may_enter(by.actor, c)) return refuse(Code::forbidden, "survey.not_yours", "这一户没有分派给您。");
    if (round.state != RoundState::field)
      return refuse(Code::conflict, "survey.not_in_state", "只有在调查进行中才能申请替换。");
    if (const auto reason = no_replacement_because(c))
      return refuse(Code::invalid, "survey.replacement", *reason, "why");
    s.run(
        "update survey_case set replacement = 'asked', replacement_why = :why, asked_by = :person where "
        "tenant = :tenant and "
        "id = :id",
        {{"why", why}, {"person", by.actor.person}, {"tenant", tenant}, {"id", id}});
    log(s, by, kInterview, "survey.replacement", subject_of("case", id),
        "申请替换住户 " + c.number() + "：" + why);
    for (const Id person : approvers) {
      notify::post(s, tenant,
                   {person, fmt::format("survey.replacement:{}:{}", id, c.visits), "有住户替换等候审批",
                    round.title + "，住户 " + c.number() + "：" + why, fmt::format("/survey/cases/{}", id)},
                   clock_.now(), ids_);
    }
    return {};
  });
}

Done SurveyStore::decide_replacement(const By& by, Id id, bool approve) {
  TRY(by.actor.require(kApprove));
  const Id tenant = by.actor.tenant;
  return db_.write([&](sql::Session& s) -> Done {
    const auto c = TRY(hold_case(s, tenant, id));
    const auto round = TRY(load_round(s, tenant, c.round));
    if (c.replacement != ReplacementState::asked)
      return refuse(Code::conflict, "survey.decided", "这个申请已经有人办过了，请刷新查看。");
    if (c.asked_by == by.actor.person)
      return refuse(Code::forbidden, "survey.own_replacement", "替换是您自己申请的，要由另一位负责人审批。");
    if (round.state != RoundState::field)
      return refuse(Code::conflict, "survey.not_in_state", "调查已经结束。");
    s.run("update survey_case set replacement = :state where tenant = :tenant and id = :id",
          {{"state", approve ? "approved" : "refused"}, {"tenant", tenant}, {"id", id}});
    std::string what = "不批准替换住户 " + c.number();
    if (approve) {
      std::vector<int> drawn, taken;
      s.each(
          "select dwelling, replaces from survey_case where tenant = :tenant and round = :round and area = "
          ":area order by dwelling",
          {{"tenant", tenant}, {"round", round.id}, {"area", c.area}}, [&](const sql::Row& r) {
            (r.integer(1) == 0 ? drawn : taken).push_back(static_cast<int>(r.integer(0)));
          });
      const auto listed = static_cast<int>(s.integer(
          "select listed from survey_area where tenant = :tenant and round = :round and position = :area",
          {{"tenant", tenant}, {"round", round.id}, {"area", c.area}}));
      int next = -1;
      for (const int dwelling : replacement_order(round.seed, c.area, listed, drawn)) {
        if (std::find(taken.begin(), taken.end(), dwelling) != taken.end()) continue;
        next = dwelling;
        break;
      }
      if (next < 0)
        return refuse(Code::conflict, "survey.no_more", "这个村（社区）的住户都已抽中，没有可以替换的住户。");
      const auto addresses = base::split(listing(s, tenant, round.id, c.area), "\n");
      FieldCase fresh;
      fresh.id = ids_.next();
      fresh.round = round.id;
      fresh.area = c.area;
      fresh.dwelling = next;
      fresh.probability = c.probability;
      fresh.replaces = id;
      fresh.surveyor = c.surveyor;
      fresh.surveyor_name = c.surveyor_name;
      const auto at = static_cast<std::size_t>(next);
      insert_case(s, tenant, fresh, at < addresses.size() ? addresses[at] : "");
      what = "批准替换住户 " + c.number() + "，按种子的替换顺序为 " + fresh.number();
    }
    log(s, by, kApprove, "survey.replacement", subject_of("case", id), what);
    notify::post(s, tenant,
                 {c.surveyor, fmt::format("survey.replaced:{}", id), approve ? "替换已批准" : "替换未批准",
                  what + "。", "/survey/cases"},
                 clock_.now(), ids_);
    return {};
  });
}

int SurveyStore::waiting_replacements(Id tenant) {
  return db_.read([&](sql::Session& s) {
    return static_cast<int>(
        s.integer("select count(*) from survey_case where tenant = :tenant and replacement = 'asked'",
                  {{"tenant", tenant}}));
  });
}

std::map<Id, Interview> SurveyStore::interviews(Id tenant, Id round) {
  return db_.read([&](sql::Session& s) {
    std::map<Id, Interview> out;
    s.each(
        "select case_id, body from survey_interview where tenant = :tenant and round = :round and state = "
        "'counts'",
        {{"tenant", tenant}, {"round", round}}, [&](const sql::Row& r) {
          if (auto body = interview_from_json(r.view(1))) out.emplace(r.integer(0), std::move(*body));
        });
    return out;
  });
}

std::vector<BackCheck> SurveyStore::back_checks(Id tenant, Id id) {
  return db_.read([&](sql::Session& s) {
    std::vector<BackCheck> out;
    const auto round = load_round(s, tenant, id);
    if (!round) return out;
    std::map<Id, BackCheck> done;
    s.each(
        "select case_id, person_name, at, asked, differing from survey_back_check where tenant = :tenant and "
        "round = :round",
        {{"tenant", tenant}, {"round", id}}, [&](const sql::Row& r) {
          BackCheck b;
          b.by = r.text(1);
          b.at = r.integer(2);
          b.asked = static_cast<int>(r.integer(3));
          b.differing = static_cast<int>(r.integer(4));
          done[r.integer(0)] = std::move(b);
        });
    for (const auto& c :
         s.rows(fmt::format("select {} from survey_case where tenant = :tenant and round = :round and "
                            "interview > 0 order by area, dwelling",
                            kCaseColumns),
                {{"tenant", tenant}, {"round", id}}, case_from)) {
      const bool chosen = is_back_checked(round->seed, serial_of(c.area, c.dwelling), round->back_share);
      if (!chosen && done.count(c.id) == 0) continue;
      BackCheck b = done[c.id];
      b.field_case = c.id;
      b.number = c.number();
      b.surveyor = c.surveyor;
      b.surveyor_name = c.surveyor_name;
      out.push_back(std::move(b));
    }
    return out;
  });
}

Done SurveyStore::record_back_check(const By& by, Id id, const Answers& again) {
  TRY(by.actor.require(kManage));
  const Id tenant = by.actor.tenant;
  base::Json text;
  text.object();
  for (const auto& [name, value] : again) text.field(name, value);
  text.end();
  return db_.write([&](sql::Session& s) -> Done {
    const auto c = TRY(hold_case(s, tenant, id));
    const auto round = TRY(load_round(s, tenant, c.round));
    if (round.state != RoundState::field && round.state != RoundState::closed)
      return refuse(Code::conflict, "survey.not_in_state", "这一轮调查的记录不能再变动。");
    const auto first = s.one(
        fmt::format(
            "select {} from survey_interview where tenant = :tenant and case_id = :id and state = 'counts'",
            kInterviewColumns),
        {{"tenant", tenant}, {"id", id}}, interview_from);
    const auto questionnaire = released_body(s, tenant, round.questionnaire);
    if (!first || questionnaire == nullptr)
      return refuse(Code::conflict, "survey.no_interview", "这一户还没有访问记录。");
    if (first->person == by.actor.person)
      return refuse(Code::forbidden, "survey.own_interview", "复核要由另一个人来做，不能复核自己的访问。");
    std::vector<const Question*> asked;
    for (const auto* q : back_questions(*questionnaire)) {
      if (again.count(q->name) > 0 && first->body.answers.count(q->name) > 0) asked.push_back(q);
    }
    if (asked.empty()) return refuse(Code::invalid, "survey.back", "请至少填一题复核的回答。", "q-sex");
    const int wrong = differing(first->body.answers, again, asked);
    const auto done = s.run(
        "insert into survey_back_check (tenant, case_id, round, person, person_name, at, asked, differing, "
        "answers) values "
        "(:tenant, :id, :round, :person, :name, :at, :asked, :differing, :answers) on conflict (tenant, "
        "case_id) do nothing",
        {{"tenant", tenant},
         {"id", id},
         {"round", round.id},
         {"person", by.actor.person},
         {"name", by.actor.name},
         {"at", clock_.now()},
         {"asked", asked.size()},
         {"differing", wrong},
         {"answers", text.peek()}});
    if (done == 0) return refuse(Code::conflict, "survey.back_done", "这一户已经有人复核过了，请刷新查看。");
    log(s, by, kManage, "survey.back_check", subject_of("case", id),
        fmt::format("复核住户 {}：{} 题中 {} 题与原回答不同", c.number(), asked.size(), wrong));
    return {};
  });
}

}  // namespace kepu::survey

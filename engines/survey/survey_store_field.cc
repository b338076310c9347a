// Cases, addresses, and the records that come from the field.
#include <fmt/format.h>

#include <set>

#include "core/base/secret.h"
#include "core/base/text.h"
#include "engines/survey/survey_rows.h"

namespace kepu::survey {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {
constexpr std::size_t kLeastKey = 16, kMostKey = 64;

bool is_key(const std::string& key) {
  return key.size() >= kLeastKey && key.size() <= kMostKey &&
         std::all_of(key.begin(), key.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; });
}
Taken refused(const base::Error& e) { return {Taken::Kind::refused, e.message, {e}}; }
}  // namespace

std::vector<FieldCase> SurveyStore::cases(Id tenant, const CaseQuery& q) {
  std::string where = "tenant = :tenant";
  sql::Args args = {{"tenant", tenant}};
  if (q.round != 0) {
    where += " and round = :round";
    args.emplace_back("round", q.round);
  }
  if (q.area >= 0) {
    where += " and area = :area";
    args.emplace_back("area", q.area);
  }
  if (q.surveyor != 0) {
    where += " and surveyor = :surveyor";
    args.emplace_back("surveyor", q.surveyor);
  }
  if (q.replacement) {
    where += " and replacement = :replacement";
    args.emplace_back("replacement", to_text(*q.replacement));
  }
  return db_.read([&](sql::Session& s) {
    auto all = s.rows(fmt::format("select {} from survey_case where {} order by round, area, dwelling",
                                  kCaseColumns, where),
                      args, case_from);
    if (q.open_only) std::erase_if(all, [](const FieldCase& c) { return !is_open(c); });
    return all;
  });
}

Result<FieldCase> SurveyStore::load_case(sql::Session& s, Id tenant, Id id) {
  auto found =
      s.one(fmt::format("select {} from survey_case where tenant = :tenant and id = :id", kCaseColumns),
            {{"tenant", tenant}, {"id", id}}, case_from);
  if (!found)
    return refuse(Code::not_found, "survey.case", "没有这一户，可能名单已重新列过。请从“我的访问”进入。");
  return std::move(*found);
}

void SurveyStore::hold(sql::Session& s, Id tenant, Id round) {
  s.run("update survey_round set edited_at = edited_at where tenant = :tenant and id = :id",
        {{"tenant", tenant}, {"id", round}});
}

Result<FieldCase> SurveyStore::hold_case(sql::Session& s, Id tenant, Id id) {
  const auto c = TRY(load_case(s, tenant, id));
  hold(s, tenant, c.round);
  return load_case(s, tenant, id);  // as it is now that nobody else writes
}

Result<CaseWhole> SurveyStore::field_case(Id tenant, Id id) {
  return db_.read([&](sql::Session& s) -> Result<CaseWhole> {
    CaseWhole out;
    out.field_case = TRY(load_case(s, tenant, id));
    out.round = TRY(load_round(s, tenant, out.field_case.round));
    auto area =
        s.one(fmt::format(
                  "select {} from survey_area where tenant = :tenant and round = :round and position = :area",
                  kAreaColumns),
              {{"tenant", tenant}, {"round", out.round.id}, {"area", out.field_case.area}}, area_from);
    if (area) out.area = std::move(*area);
    const sql::Args key = {{"tenant", tenant}, {"id", id}};
    out.attempts = s.rows(
        "select person_name, at, code, day, hour, note from survey_attempt where tenant = :tenant and "
        "case_id = :id order "
        "by day, hour, at",
        key, [](const sql::Row& r) {
          return StoredAttempt{r.text(0),
                               r.integer(1),
                               {r.text(2), base::parse_date(r.view(3)).value_or(base::Date{}),
                                static_cast<int>(r.integer(4)), r.text(5), 0}};
        });
    out.interviews = s.rows(fmt::format("select {} from survey_interview where tenant = :tenant and case_id "
                                        "= :id order by at desc, id desc",
                                        kInterviewColumns),
                            key, interview_from);
    return out;
  });
}

bool SurveyStore::may_enter(const auth::Actor& actor, const FieldCase& c) const {
  return (actor.may(kInterview) && c.surveyor == actor.person) || actor.may(kManage);
}

Result<std::string> SurveyStore::address(const By& by, Id id) {
  const Id tenant = by.actor.tenant;
  return db_.write([&](sql::Session& s) -> Result<std::string> {
    const auto c = TRY(load_case(s, tenant, id));
    if (!may_enter(by.actor, c)) return refuse(Code::forbidden, "survey.not_yours", "这一户没有分派给您。");
    const auto sealed = s.one("select address from survey_case where tenant = :tenant and id = :id",
                              {{"tenant", tenant}, {"id", id}}, [](const sql::Row& r) { return r.text(0); });
    const auto plain = cipher_.open(sealed.value_or(""), {"survey_case", "address", tenant, id});
    if (!plain) throw sql::Failure("survey_case address cannot be opened: another key, or changed");
    if (!plain->empty())
      log(s, by, kInterview, "survey.address", subject_of("case", id), "查看住户 " + c.number() + " 的地址");
    return *plain;
  });
}

Result<std::string> SurveyStore::draft_key(const By& by, Id id) {
  return db_.read([&](sql::Session& s) -> Result<std::string> {
    const auto c = TRY(load_case(s, by.actor.tenant, id));
    if (!may_enter(by.actor, c)) return refuse(Code::forbidden, "survey.not_yours", "这一户没有分派给您。");
    return cipher_.blind_index(fmt::format("{}/{}", by.actor.person, id), "survey draft", by.actor.tenant);
  });
}

Result<SurveyStore::Loaded> SurveyStore::load_for(sql::Session& s, const By& by, const Record& record) {
  Loaded out;
  const Id tenant = by.actor.tenant;
  if (!is_key(record.key))
    return refuse(Code::invalid, "survey.key", "这份记录没有编号，请刷新页面后重填一次。");
  out.field_case = TRY(load_case(s, tenant, record.field_case));
  if (!may_enter(by.actor, out.field_case))
    return refuse(Code::forbidden, "survey.not_yours", "这一户没有分派给您。");
  Id questionnaire = 0;
  s.each("select state, seed, questionnaire from survey_round where tenant = :tenant and id = :id",
         {{"tenant", tenant}, {"id", out.field_case.round}}, [&](const sql::Row& r) {
           out.state = parse_round_state(r.view(0)).value_or(RoundState::cancelled);
           out.seed = r.text(1);
           questionnaire = r.integer(2);
         });
  if (questionnaire != 0) out.questionnaire = released_body(s, tenant, questionnaire);
  return out;
}

Taken SurveyStore::take(sql::Session& s, const By& by, const Record& record, const Loaded& loaded,
                        const std::optional<Interview>& interview, const std::optional<Attempt>& attempt) {
  const Id tenant = by.actor.tenant, id = record.field_case;
  const sql::Args place = {{"tenant", tenant}, {"id", id}};
  const sql::Args key = {{"tenant", tenant}, {"id", id}, {"key", record.key}};
  const auto* table = record.attempt ? "survey_attempt" : "survey_interview";
  const auto known = s.integer(
      fmt::format("select count(*) from {} where tenant = :tenant and case_id = :id and key = :key", table),
      key);
  if (known > 0) return {Taken::Kind::replayed, "以前已经收到，没有重复。", {}};
  // What the case and the round are now, not when the record was read.
  std::string state;
  std::int64_t counted = 0;
  s.each(
      "select r.state, c.interview from survey_case c join survey_round r on r.tenant = c.tenant and r.id = "
      "c.round where "
      "c.tenant = :tenant and c.id = :id",
      place, [&](const sql::Row& r) {
        state = r.text(0);
        counted = r.integer(1);
      });
  if (state != to_text(RoundState::field)) {
    return refused(
        {Code::conflict, "survey.round_over", "",
         fmt::format("这一轮调查现在是“{}”，记录没有收下；请存成文件交给县科协，由其重新开始调查后传入。",
                     title_of(parse_round_state(state).value_or(RoundState::cancelled)))});
  }
  if (attempt) {
    const auto day = base::to_iso(attempt->on);
    s.run(
        "insert into survey_attempt (tenant, case_id, key, round, person, person_name, at, code, day, hour, "
        "note) values "
        "(:tenant, :id, :key, :round, :person, :name, :at, :code, :day, :hour, :note)",
        {{"tenant", tenant},
         {"id", id},
         {"key", record.key},
         {"round", loaded.field_case.round},
         {"person", by.actor.person},
         {"name", by.actor.name},
         {"at", clock_.now()},
         {"code", attempt->code},
         {"day", day},
         {"hour", attempt->hour},
         {"note", attempt->note}});
    // The latest visit by its own date says how the case stands, unless an interview does.
    const auto latest = s.one(
        "select code from survey_attempt where tenant = :tenant and case_id = :id order by day desc, hour "
        "desc, at desc, key "
        "limit 1",
        place, [](const sql::Row& r) { return r.text(0); });
    s.run(
        "update survey_case set visits = visits + 1, last_at = :at, code = case when interview > 0 then code "
        "else :code end "
        "where tenant = :tenant and id = :id",
        {{"at", clock_.now()}, {"code", latest.value_or(attempt->code)}, {"tenant", tenant}, {"id", id}});
    return {Taken::Kind::accepted, "上门记录已收到。", {}};
  }
  const bool counts = counted == 0;
  const Id fresh = ids_.next();
  const auto body = to_json(*interview);
  s.run(
      "insert into survey_interview (tenant, case_id, key, id, round, person, person_name, at, state, body) "
      "values (:tenant, "
      ":id, :key, :fresh, :round, :person, :name, :at, :state, :body)",
      {{"tenant", tenant},
       {"id", id},
       {"key", record.key},
       {"fresh", fresh},
       {"round", loaded.field_case.round},
       {"person", by.actor.person},
       {"name", by.actor.name},
       {"at", clock_.now()},
       {"state", counts ? "counts" : "waiting"},
       {"body", body}});
  if (!counts) {
    s.run("update survey_case set waiting = waiting + 1 where tenant = :tenant and id = :id", place);
    return {Taken::Kind::waiting, "这一户已有一份访问记录，这一份另存待定，由县科协决定采用哪一份。", {}};
  }
  s.run(
      "update survey_case set interview = :fresh, code = :code, persons = :persons, visits = visits + 1, "
      "last_at = :at where "
      "tenant = :tenant and id = :id",
      {{"fresh", fresh},
       {"code", interview->code},
       {"persons", interview->persons},
       {"at", clock_.now()},
       {"tenant", tenant},
       {"id", id}});
  return {Taken::Kind::accepted, "访问记录已收到。", {}};
}

std::vector<Taken> SurveyStore::receive(const By& by, const std::vector<Record>& records) {
  struct Ready {
    Loaded loaded;
    std::optional<Interview> interview;
    std::optional<Attempt> attempt;
  };
  std::vector<Taken> out(records.size());
  std::vector<std::optional<Ready>> ready(records.size());
  db_.read([&](sql::Session& s) {
    for (std::size_t i = 0; i < records.size(); ++i) {
      auto loaded = load_for(s, by, records[i]);
      if (loaded)
        ready[i] = Ready{std::move(*loaded), {}, {}};
      else
        out[i] = refused(loaded.error());
    }
  });
  bool any = false;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!ready[i]) continue;
    auto& r = *ready[i];
    base::Errors errors;
    if (records[i].attempt) {
      auto read = read_attempt(records[i].fields, clock_.today());
      errors = std::move(read.errors);
      r.attempt = std::move(read.attempt);
    } else if (r.loaded.questionnaire == nullptr) {
      errors.push_back({Code::conflict, "survey.round_over", "", "这一轮调查还没有定下问卷。"});
    } else {
      const auto serial = serial_of(r.loaded.field_case.area, r.loaded.field_case.dwelling);
      auto read =
          read_interview(*r.loaded.questionnaire, selection_table(r.loaded.seed, serial), records[i].fields);
      errors = std::move(read.errors);
      r.interview = std::move(read.interview);
    }
    if (errors.empty()) {
      any = true;
      continue;
    }
    std::string all;
    for (const auto& e : errors) all += e.message;
    out[i] = {Taken::Kind::refused, base::shorten(all, 200), std::move(errors)};
    ready[i].reset();
  }
  if (!any) return out;
  db_.write([&](sql::Session& s) {
    // Whoever writes to a round holds its row: records of one case see each other, and none slips in behind
    // the end.
    std::set<Id> rounds;
    for (const auto& r : ready) {
      if (r) rounds.insert(r->loaded.field_case.round);
    }
    for (const Id id : rounds) hold(s, by.actor.tenant, id);
    int interviews = 0, attempts = 0;
    Id round = 0;
    for (std::size_t i = 0; i < records.size(); ++i) {
      if (!ready[i]) continue;
      round = ready[i]->loaded.field_case.round;
      out[i] = take(s, by, records[i], ready[i]->loaded, ready[i]->interview, ready[i]->attempt);
      if (out[i].kind != Taken::Kind::accepted && out[i].kind != Taken::Kind::waiting) continue;
      ++(records[i].attempt ? attempts : interviews);
    }
    if (interviews + attempts == 0) return;
    log(s, by, kInterview, "survey.receive", subject_of("survey", round),
        fmt::format("交回访问记录 {} 份、上门记录 {} 份", interviews, attempts));
  });
  return out;
}

Done SurveyStore::decide(const By& by, Id id, Id interview, bool counts) {
  TRY(by.actor.require(kManage));
  const Id tenant = by.actor.tenant;
  return db_.write([&](sql::Session& s) -> Done {
    const auto c = TRY(hold_case(s, tenant, id));
    const auto round = TRY(load_round(s, tenant, c.round));
    if (round.state != RoundState::field && round.state != RoundState::closed)
      return refuse(Code::conflict, "survey.not_in_state", "这一轮调查的记录不能再变动。");
    const auto chosen = s.one(fmt::format("select {} from survey_interview where tenant = :tenant and "
                                          "case_id = :case_id and id = :id and state = "
                                          "'waiting'",
                                          kInterviewColumns),
                              {{"tenant", tenant}, {"case_id", id}, {"id", interview}}, interview_from);
    if (!chosen) return refuse(Code::conflict, "survey.decided", "这份记录已经有人决定过了，请刷新查看。");
    if (counts) {
      s.run(
          "update survey_interview set state = 'replaced' where tenant = :tenant and case_id = :id and state "
          "= 'counts'",
          {{"tenant", tenant}, {"id", id}});
    }
    s.run(
        "update survey_interview set state = :state where tenant = :tenant and case_id = :id and key = :key",
        {{"state", counts ? "counts" : "dropped"}, {"tenant", tenant}, {"id", id}, {"key", chosen->key}});
    s.run("update survey_case set waiting = waiting - 1 where tenant = :tenant and id = :id",
          {{"tenant", tenant}, {"id", id}});
    if (counts) {
      s.run(
          "update survey_case set interview = :interview, code = :code, persons = :persons where tenant = "
          ":tenant and id = "
          ":id",
          {{"interview", interview},
           {"code", chosen->body.code},
           {"persons", chosen->body.persons},
           {"tenant", tenant},
           {"id", id}});
    }
    log(s, by, kManage, "survey.decide", subject_of("case", id),
        fmt::format("住户 {}：{}{}交回的记录", c.number(), counts ? "采用" : "不采用", chosen->person_name));
    return {};
  });
}

}  // namespace kepu::survey

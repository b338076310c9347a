// Freezing: the records of a round as a dataset, and its hash.
#include <fmt/format.h>

#include <set>

#include "engines/survey/analysis/dataset_json.h"
#include "engines/survey/reference.h"
#include "engines/survey/survey_rows.h"

namespace kepu::survey {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {

void fill_places(Dataset& out, const std::vector<AreaRow>& areas, const Planned& planned,
                 const FrozenNames& names, std::map<int, int>& psu_of) {
  const std::map<std::string, Id> units(names.townships.begin(), names.townships.end());
  for (const auto& s : planned.strata) out.strata.push_back({s.name, static_cast<double>(s.areas)});
  std::map<std::string, int> townships;
  for (const auto& a : areas) {
    if (a.area.people <= 0) continue;  // nobody to represent
    const auto [at, fresh] = townships.emplace(a.area.township, static_cast<int>(out.townships.size()));
    if (fresh) {
      const auto unit = units.find(a.area.township);
      out.townships.push_back({unit == units.end() ? 0 : unit->second, a.area.township, 0, {}});
    }
    out.townships[static_cast<std::size_t>(at->second)].population += a.area.people;
    if (!a.drawn()) continue;
    psu_of[a.position] = static_cast<int>(out.psus.size());
    out.psus.push_back({a.area.code, a.area.name, a.stratum, at->second, a.probability,
                        static_cast<double>(a.area.people), a.area.place});
  }
}

void fill_answers(Case& out, const Questionnaire& q, const Interview& in) {
  out.sex = sex_of(in.answers);
  out.age = age_of(in.answers);
  out.education = education_of(in.answers);
  out.minutes = minutes_of(in);
  for (const auto* question : q.scored()) {
    const auto at = in.answers.find(question->name);
    out.answers.push_back(static_cast<signed char>(at == in.answers.end()            ? -1
                                                   : is_right(*question, at->second) ? 1
                                                                                     : 0));
  }
}

}  // namespace

FrozenNames SurveyStore::names_now(sql::Session& s, const auth::Tenant& tenant, const auth::UnitTree& units,
                                   Id round) {
  FrozenNames out{tenant.name, {}};
  std::set<std::string> seen;
  for (const auto& a : load_areas(s, tenant.id, round)) {
    if (!seen.insert(a.area.township).second) continue;
    const auto* unit = units.find_by_name(a.area.township);
    out.townships.emplace_back(a.area.township, unit == nullptr ? 0 : unit->id);
  }
  return out;
}

Result<Dataset> SurveyStore::build(sql::Session& s, Id tenant, const FrozenNames& names, const Round& round) {
  Dataset out;
  out.round = round.title;
  out.county = names.county;
  out.from = round.from;
  out.until = round.until;
  out.seed = round.seed;
  const auto areas = load_areas(s, tenant, round.id);
  std::vector<Area> frame;
  for (const auto& a : areas) frame.push_back(a.area);
  const auto planned = TRY(plan_sample(round.plan, frame));
  std::map<int, int> psu_of;
  fill_places(out, areas, planned, names, psu_of);
  const auto q = released_body(s, tenant, round.questionnaire);
  if (q == nullptr) return refuse(Code::conflict, "survey.questionnaire", "这一轮没有定稿的问卷。");
  for (const auto* question : q->scored())
    out.items.push_back(
        {question->name, question->text, *question->dimension, points_of(*q, *question), question->anchor});
  const sql::Args key = {{"tenant", tenant}, {"round", round.id}};
  std::map<Id, Interview> interviews;
  s.each(
      "select case_id, body from survey_interview where tenant = :tenant and round = :round and state = "
      "'counts'",
      key, [&](const sql::Row& r) {
        auto body = interview_from_json(r.view(1));
        if (!body)
          throw sql::Failure("survey_interview of case " + std::to_string(r.integer(0)) + " cannot be read");
        interviews.emplace(r.integer(0), std::move(*body));
      });
  for (const auto& c : s.rows(
           fmt::format(
               "select {} from survey_case where tenant = :tenant and round = :round order by area, dwelling",
               kCaseColumns),
           key, case_from)) {
    if (c.replacement == ReplacementState::approved) continue;  // another dwelling stands for it
    Case one;
    one.id = c.id;
    one.psu = psu_of.at(c.area);
    one.dwelling_probability = c.probability;
    one.persons = c.persons;
    const auto* disposition = find_disposition(c.code);
    one.outcome = disposition == nullptr ? Outcome::unknown : disposition->outcome;
    one.replacement = c.replaces != 0;
    const auto at = interviews.find(c.id);
    const bool kept = one.outcome == Outcome::complete || one.outcome == Outcome::partial;
    if (at != interviews.end() && kept) fill_answers(one, *q, at->second);
    out.cases.push_back(std::move(one));
  }
  out.margins = margins_of(round, frame);
  out.published = parse_published(round.published).published;
  if (round.target.percent > 0) out.target = round.target;
  return out;
}

Done SurveyStore::freeze(const By& by, Id id, std::int64_t revision) {
  const auto tenant = directory_.tenant(by.actor.tenant);
  if (!tenant) return refuse(Code::not_found, "survey.not_found", "没有这个地区。");
  const auto units = directory_.units(tenant->id);
  return modify(
      by, id, revision, RoundAction::freeze, [&](sql::Session& s, Round& round) -> Result<std::string> {
        const auto names = names_now(s, *tenant, *units, id);
        const auto data = TRY(build(s, tenant->id, names, round));
        std::size_t complete = 0;
        for (const auto& c : data.cases) complete += c.outcome == Outcome::complete ? 1 : 0;
        if (complete == 0)
          return refuse(Code::invalid, "survey.no_interviews", "还没有一份完成的访问，不能冻结。");
        round.hash = analysis::hash_of(data);
        round.frozen_names = frozen_text(names);
        round.frozen_at = clock_.now();
        return fmt::format("冻结数据：{} 户，完成 {} 户，摘要 {}", data.cases.size(), complete, round.hash);
      });
}

Result<Dataset> SurveyStore::dataset(Id tenant_id, Id id) {
  const auto tenant = directory_.tenant(tenant_id);
  if (!tenant) return refuse(Code::not_found, "survey.not_found", "没有这个地区。");
  const auto units = directory_.units(tenant_id);
  return db_.read([&](sql::Session& s) -> Result<Dataset> {
    const auto round = TRY(load_round(s, tenant_id, id));
    if (round.state != RoundState::frozen)
      return refuse(Code::conflict, "survey.not_frozen", "这一轮调查的数据还没有冻结，不能分析。");
    // A round that was frozen before names were kept has those of today.
    const auto kept = parse_frozen(round.frozen_names);
    auto data = TRY(build(s, tenant_id, kept ? *kept : names_now(s, *tenant, *units, id), round));
    if (analysis::hash_of(data) != round.hash) {
      return refuse(Code::conflict, "survey.hash",
                    "数据与冻结时的摘要不一致：记录在冻结以后变过。请联系管理员对照审计日志核查。");
    }
    return data;
  });
}

}  // namespace kepu::survey

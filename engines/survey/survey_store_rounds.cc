// Rounds: setting up, frame, draw, signature, start and end.
#include <fmt/format.h>

#include "core/audit/audit.h"
#include "core/base/secret.h"
#include "core/base/text.h"
#include "engines/survey/reference.h"
#include "engines/survey/survey_rows.h"

namespace kepu::survey {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

std::vector<Area> RoundWhole::frame() const {
  std::vector<Area> out;
  for (const auto& a : areas) out.push_back(a.area);
  return out;
}
std::vector<AreaRow> RoundWhole::drawn() const {
  std::vector<AreaRow> out;
  for (const auto& a : areas) {
    if (a.drawn()) out.push_back(a);
  }
  return out;
}

void SurveyStore::log(sql::Session& session, const By& by, std::string_view right, std::string action,
                      std::string subject, std::string summary) {
  audit::Entry entry;
  entry.at = clock_.now();
  entry.person = by.actor.person;
  entry.person_name = by.actor.name;
  entry.on_behalf_of = by.actor.on_behalf_of(right, 0);
  entry.unit_name = by.actor.unit_name;
  entry.action = std::move(action);
  entry.subject = std::move(subject);
  entry.summary = std::move(summary);
  entry.remote = by.remote;
  audit::append(session, by.actor.tenant, std::move(entry));
}

std::vector<RoundRow> SurveyStore::rounds(Id tenant) {
  return db_.read([&](sql::Session& s) {
    const sql::Args key = {{"tenant", tenant}};
    auto rows =
        s.rows(fmt::format("select {} from survey_round where tenant = :tenant order by year desc, id desc",
                           kRoundColumns),
               key, [](const sql::Row& r) {
                 return RoundRow{round_from(r), 0, 0, 0};
               });
    std::map<Id, RoundRow*> by_id;
    for (auto& row : rows) by_id[row.round.id] = &row;
    s.each(
        "select round, count(*) from survey_area where tenant = :tenant and probability > 0 group by round",
        key, [&](const sql::Row& r) {
          if (auto* row = by_id[r.integer(0)]) row->villages = static_cast<int>(r.integer(1));
        });
    s.each(
        "select round, count(*), sum(case when code in ('1.1', '1.2') then 1 else 0 end) from survey_case "
        "where "
        "tenant = :tenant "
        "group by round",
        key, [&](const sql::Row& r) {
          if (auto* row = by_id[r.integer(0)]) {
            row->cases = static_cast<int>(r.integer(1));
            row->interviews = static_cast<int>(r.integer(2));
          }
        });
    return rows;
  });
}

Result<Round> SurveyStore::load_round(sql::Session& s, Id tenant, Id id) {
  auto round =
      s.one(fmt::format("select {} from survey_round where tenant = :tenant and id = :id", kRoundColumns),
            {{"tenant", tenant}, {"id", id}}, round_from);
  if (!round)
    return refuse(Code::not_found, "survey.not_found", "没有这一轮调查。请从“科学素质调查”列表进入。");
  return std::move(*round);
}

std::vector<AreaRow> SurveyStore::load_areas(sql::Session& s, Id tenant, Id round) {
  return s.rows(
      fmt::format("select {} from survey_area where tenant = :tenant and round = :round order by position",
                  kAreaColumns),
      {{"tenant", tenant}, {"round", round}}, area_from);
}

Result<RoundWhole> SurveyStore::round(Id tenant, Id id) {
  return db_.read([&](sql::Session& s) -> Result<RoundWhole> {
    RoundWhole out;
    out.round = TRY(load_round(s, tenant, id));
    out.areas = load_areas(s, tenant, id);
    out.date_changes = s.rows(
        "select first_day, last_day, new_first_day, new_last_day, reason, person_name, at from "
        "survey_date_change where tenant = :tenant and round = :round order by number",
        {{"tenant", tenant}, {"round", id}}, date_change_from);
    return out;
  });
}

void SurveyStore::save_round(sql::Session& s, Id tenant, const Round& x) {
  const std::string from = base::to_iso(x.from), until = base::to_iso(x.until);
  s.run(
      "update survey_round set state = :state, title = :title, year = :year, first_day = :first_day, "
      "last_day = "
      ":last_day, basis = :basis, target_percent = :target_percent, target_year = :target_year, target_words "
      "= "
      ":target_words, proportion = :proportion, margin = :margin, design_effect = :design_effect, response = "
      ":response, "
      "take = :take, strata = :strata, questionnaire = :questionnaire, seed = :seed, digest = :digest, "
      "drawn_by = "
      ":drawn_by, drawn_name = :drawn_name, drawn_at = :drawn_at, approved_by = :approved_by, approved_name "
      "= "
      ":approved_name, approved_at = :approved_at, frozen_at = :frozen_at, note = :note, margins = :margins, "
      "margins_source = :margins_source, published = :published, hash = :hash, frozen_names = :frozen_names, "
      "back_share = "
      ":back_share, "
      "edited_at = "
      ":edited_at, edited_by = :edited_by where tenant = :tenant and id = :id",
      {{"state", to_text(x.state)},
       {"title", x.title},
       {"year", x.year},
       {"first_day", from},
       {"last_day", until},
       {"basis", x.basis},
       {"target_percent", x.target.percent},
       {"target_year", x.target.year},
       {"target_words", x.target.words},
       {"proportion", x.plan.proportion},
       {"margin", x.plan.margin},
       {"design_effect", x.plan.design_effect},
       {"response", x.plan.response},
       {"take", x.plan.take},
       {"strata", to_text(x.plan.strata)},
       {"questionnaire", x.questionnaire},
       {"seed", x.seed},
       {"digest", x.digest},
       {"drawn_by", x.drawn_by},
       {"drawn_name", x.drawn_name},
       {"drawn_at", x.drawn_at},
       {"approved_by", x.approved_by},
       {"approved_name", x.approved_name},
       {"approved_at", x.approved_at},
       {"frozen_at", x.frozen_at},
       {"note", x.note},
       {"margins", x.margins},
       {"margins_source", x.margins_source},
       {"published", x.published},
       {"hash", x.hash},
       {"frozen_names", x.frozen_names},
       {"back_share", x.back_share},
       {"edited_at", x.edited_at},
       {"edited_by", x.edited_by},
       {"tenant", tenant},
       {"id", x.id}});
}

Result<Id> SurveyStore::add_round(const By& by, Round round) {
  TRY(by.actor.require(kManage));
  const auto errors = check_round(round);
  if (!errors.empty()) return tl::unexpected(errors.front());
  const Id tenant = by.actor.tenant;
  return db_.write([&](sql::Session& s) -> Result<Id> {
    Round fresh;
    fresh.title = round.title;
    fresh.year = round.year;
    fresh.from = round.from;
    fresh.until = round.until;
    fresh.basis = round.basis;
    fresh.target = round.target;
    fresh.plan = round.plan;
    fresh.back_share = round.back_share;
    fresh.id = ids_.next();
    fresh.edited_at = clock_.now();
    fresh.edited_by = by.actor.name;
    s.run(
        "insert into survey_round (tenant, id, state, title, year, first_day, last_day, basis, "
        "target_percent, "
        "target_year, target_words, proportion, margin, design_effect, response, take, strata, "
        "questionnaire, seed, "
        "digest, drawn_by, drawn_name, drawn_at, approved_by, approved_name, approved_at, frozen_at, note, "
        "margins, "
        "margins_source, published, hash, back_share, revision, edited_at, edited_by) values (:tenant, :id, "
        "'draft', '', "
        "0, '', '', '', 0, 0, '', 0, 0, 0, 0, 0, '', 0, '', '', 0, '', 0, 0, '', 0, 0, '', '', '', '', '', "
        "0, 1, 0, '')",
        {{"tenant", tenant}, {"id", fresh.id}});
    save_round(s, tenant, fresh);
    log(s, by, kManage, "survey.add", subject_of("survey", fresh.id), "拟订《" + fresh.title + "》");
    return fresh.id;
  });
}

Done SurveyStore::modify(const By& by, Id id, std::int64_t revision, RoundAction action,
                         const std::function<Result<std::string>(sql::Session&, Round&)>& work) {
  const Id tenant = by.actor.tenant;
  return db_.write([&](sql::Session& s) -> Done {
    const auto taken = s.run(
        "update survey_round set revision = revision + 1 where tenant = :tenant and id = :id and revision = "
        ":revision",
        {{"tenant", tenant}, {"id", id}, {"revision", revision}});
    Round round = TRY(load_round(s, tenant, id));
    if (taken == 0) {
      return refuse(Code::conflict, "survey.changed_meanwhile",
                    fmt::format("{}于 {} 刚改过这一轮调查，您的修改没有保存。请刷新后再改。", round.edited_by,
                                base::to_local(round.edited_at)));
    }
    const auto* rule = find_rule(round.state, action);
    if (rule == nullptr) {
      return refuse(Code::conflict, "survey.not_in_state",
                    fmt::format("这一轮调查现在是“{}”，不能这样办理。", title_of(round.state)));
    }
    TRY(by.actor.require(rule->right));
    round.state = rule->to;
    const std::string summary = TRY(work(s, round));
    round.edited_at = clock_.now();
    round.edited_by = by.actor.name;
    save_round(s, tenant, round);
    log(s, by, rule->right, "survey.change", subject_of("survey", id), summary);
    return {};
  });
}

Done SurveyStore::change_round(const By& by, const Round& wanted) {
  const auto errors = check_round(wanted);
  if (!errors.empty()) return tl::unexpected(errors.front());
  return modify(by, wanted.id, wanted.revision, RoundAction::edit,
                [&](sql::Session&, Round& round) -> Result<std::string> {
                  round.title = wanted.title;
                  round.year = wanted.year;
                  round.from = wanted.from;
                  round.until = wanted.until;
                  round.basis = wanted.basis;
                  round.target = wanted.target;
                  round.plan = wanted.plan;
                  round.back_share = wanted.back_share;
                  return "修改《" + round.title + "》的安排和样本计划";
                });
}

Done SurveyStore::set_frame(const By& by, Id id, std::int64_t revision, const std::vector<Area>& areas) {
  const auto errors = check_frame(areas, 1);
  if (!errors.empty()) return tl::unexpected(errors.front());
  const auto frame = in_order(areas);
  return modify(by, id, revision, RoundAction::edit,
                [&](sql::Session& s, Round& round) -> Result<std::string> {
                  const Id tenant = by.actor.tenant;
                  s.run("delete from survey_area where tenant = :tenant and round = :round",
                        {{"tenant", tenant}, {"round", id}});
                  std::int64_t people = 0;
                  for (std::size_t i = 0; i < frame.size(); ++i) {
                    const auto& a = frame[i];
                    people += a.people;
                    s.run(
                        "insert into survey_area (tenant, round, position, code, name, township, place, "
                        "households, people, stratum, "
                        "probability, certain, listed, listing, listed_at, listed_by, surveyor, "
                        "surveyor_name) values (:tenant, :round, "
                        ":position, :code, :name, :township, :place, :households, :people, 0, 0, 0, 0, '', "
                        "0, '', 0, '')",
                        {{"tenant", tenant},
                         {"round", id},
                         {"position", i},
                         {"code", a.code},
                         {"name", a.name},
                         {"township", a.township},
                         {"place", to_text(a.place)},
                         {"households", a.households},
                         {"people", a.people}});
                  }
                  round.digest.clear();
                  return fmt::format("录入抽样框：{} 个村（社区），18–69 岁 {} 人", frame.size(), people);
                });
}

Done SurveyStore::draw(const By& by, Id id, std::int64_t revision, const std::string& seed) {
  return modify(by, id, revision, RoundAction::draw,
                [&](sql::Session& s, Round& round) -> Result<std::string> {
                  const Id tenant = by.actor.tenant;
                  std::vector<Area> frame;
                  for (const auto& a : load_areas(s, tenant, id)) frame.push_back(a.area);
                  const auto drawn = TRY(draw_areas(round.plan, frame, seed));
                  for (std::size_t i = 0; i < frame.size(); ++i) {
                    s.run(
                        "update survey_area set stratum = :stratum, probability = 0, certain = 0 where "
                        "tenant = :tenant and round = "
                        ":round and position = :position",
                        {{"stratum", drawn.strata[i]}, {"tenant", tenant}, {"round", id}, {"position", i}});
                  }
                  for (const auto& a : drawn.areas) {
                    s.run(
                        "update survey_area set probability = :probability, certain = :certain where tenant "
                        "= :tenant and round = "
                        ":round and position = :position",
                        {{"probability", a.probability},
                         {"certain", a.certain ? 1 : 0},
                         {"tenant", tenant},
                         {"round", id},
                         {"position", a.area}});
                  }
                  round.seed = seed;
                  round.digest = base::sha256_hex(draw_text(round.plan, frame, seed, drawn));
                  round.drawn_by = by.actor.person;
                  round.drawn_name = by.actor.name;
                  round.drawn_at = clock_.now();
                  round.approved_by = 0;
                  round.approved_name.clear();
                  round.approved_at = 0;
                  round.note.clear();
                  return fmt::format("从 {} 个村（社区）中抽取 {} 个，种子“{}”，摘要 {}", frame.size(),
                                     drawn.areas.size(), seed, round.digest.substr(0, 16));
                });
}

Done SurveyStore::approve(const By& by, Id id, std::int64_t revision) {
  return modify(
      by, id, revision, RoundAction::approve, [&](sql::Session& s, Round& round) -> Result<std::string> {
        if (round.drawn_by == by.actor.person)
          return refuse(Code::forbidden, "survey.own_draw", "抽样是您自己操作的，要由另一位负责人核对签发。");
        std::vector<Area> frame;
        for (const auto& a : load_areas(s, by.actor.tenant, id)) frame.push_back(a.area);
        const auto again = TRY(draw_areas(round.plan, frame, round.seed));
        if (base::sha256_hex(draw_text(round.plan, frame, round.seed, again)) != round.digest)
          return refuse(Code::conflict, "survey.digest",
                        "按种子重抽的结果与记录不一致，不能签发。请退回重新抽样。");
        round.approved_by = by.actor.person;
        round.approved_name = by.actor.name;
        round.approved_at = clock_.now();
        return "签发抽样，摘要 " + round.digest;
      });
}

Done SurveyStore::give_back(const By& by, Id id, std::int64_t revision, const std::string& why) {
  if (base::trim(why).empty()) return refuse(Code::invalid, "survey.reason", "请写明退回的原因。", "why");
  return modify(
      by, id, revision, RoundAction::give_back, [&](sql::Session& s, Round& round) -> Result<std::string> {
        s.run("update survey_area set probability = 0, certain = 0 where tenant = :tenant and round = :round",
              {{"tenant", by.actor.tenant}, {"round", id}});
        round.note = "抽样退回（种子“" + round.seed + "”作废）：" + why;
        round.seed.clear();
        round.digest.clear();
        return round.note;
      });
}

Done SurveyStore::cancel(const By& by, Id id, std::int64_t revision, const std::string& why) {
  if (base::trim(why).empty()) return refuse(Code::invalid, "survey.reason", "请写明取消的原因。", "why");
  return modify(by, id, revision, RoundAction::cancel,
                [&](sql::Session&, Round& round) -> Result<std::string> {
                  round.note = "取消：" + why;
                  return "取消《" + round.title + "》：" + why;
                });
}

Done SurveyStore::set_questionnaire(const By& by, Id id, std::int64_t revision, Id questionnaire) {
  return modify(
      by, id, revision, RoundAction::refer, [&](sql::Session& s, Round& round) -> Result<std::string> {
        if (round.state == RoundState::field || round.state == RoundState::closed)
          return refuse(Code::conflict, "survey.not_in_state", "调查已经开始，问卷不能再换。");
        const auto title = s.one(
            "select title from survey_questionnaire where tenant = :tenant and id = :id and released_at > 0",
            {{"tenant", by.actor.tenant}, {"id", questionnaire}},
            [](const sql::Row& r) { return r.text(0); });
        if (!title)
          return refuse(Code::invalid, "survey.questionnaire", "请选择已定稿的问卷。", "questionnaire");
        round.questionnaire = questionnaire;
        return "选用问卷“" + *title + "”";
      });
}

Done SurveyStore::set_reference(const By& by, Id id, std::int64_t revision, const std::string& margins,
                                const std::string& source, const std::string& published) {
  const auto read = parse_margins(margins, source);
  const auto figures = parse_published(published);
  if (!read.errors.empty()) return tl::unexpected(read.errors.front());
  if (!figures.errors.empty()) return tl::unexpected(figures.errors.front());
  if (!read.margins.empty() && base::trim(source).empty())
    return refuse(Code::invalid, "survey.margins_source", "请写明总体构成的来源和日期。", "source");
  return modify(
      by, id, revision, RoundAction::refer, [&](sql::Session&, Round& round) -> Result<std::string> {
        round.margins = margins;
        round.margins_source = source;
        round.published = published;
        return fmt::format("记录总体构成 {} 组、公布数 {} 个", read.margins.size(), figures.published.size());
      });
}

}  // namespace kepu::survey

// From the signed draw to the start: dwellings of the drawn villages, who goes there; the end of field work.
#include <fmt/format.h>

#include <set>

#include "core/base/text.h"
#include "core/notify/notify.h"
#include "engines/survey/survey_rows.h"

namespace kepu::survey {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {
constexpr int kMostDwellings = 20000;
constexpr std::size_t kMostAddress = 120;

auth::Place listing_place(const std::string& column, Id tenant, Id round) {
  return {"survey_area", column, tenant, round};
}
}  // namespace

std::string SurveyStore::listing(sql::Session& s, Id tenant, Id round, int area) {
  const auto sealed = s.one(
      "select listing from survey_area where tenant = :tenant and round = :round and position = :position",
      {{"tenant", tenant}, {"round", round}, {"position", area}},
      [](const sql::Row& r) { return r.text(0); });
  const auto column = fmt::format("listing:{}", area);
  const auto plain = cipher_.open(sealed.value_or(""), listing_place(column, tenant, round));
  if (!plain) throw sql::Failure("survey_area listing cannot be opened: another key, or changed");
  return *plain;
}

void SurveyStore::insert_case(sql::Session& s, Id tenant, const FieldCase& c, const std::string& address) {
  const auto sealed = cipher_.seal(address, {"survey_case", "address", tenant, c.id});
  s.run(
      "insert into survey_case (tenant, id, round, area, dwelling, probability, replaces, surveyor, "
      "surveyor_name, "
      "address, code, persons, interview, visits, waiting, replacement, replacement_why, asked_by, last_at) "
      "values "
      "(:tenant, :id, :round, :area, :dwelling, :probability, :replaces, :surveyor, :surveyor_name, "
      ":address, :code, 0, 0, "
      "0, 0, 'none', '', 0, 0)",
      {{"tenant", tenant},
       {"id", c.id},
       {"round", c.round},
       {"area", c.area},
       {"dwelling", c.dwelling},
       {"probability", c.probability},
       {"replaces", c.replaces},
       {"surveyor", c.surveyor},
       {"surveyor_name", c.surveyor_name},
       {"address", sealed},
       {"code", c.code}});
}

Done SurveyStore::set_listing(const By& by, Id id, std::int64_t revision, int area,
                              const std::vector<std::string>& addresses, int count) {
  const int listed = addresses.empty() ? count : static_cast<int>(addresses.size());
  if (listed < 1 || listed > kMostDwellings)
    return refuse(Code::invalid, "survey.listing", "请每行写一户地址，或填住户总数（1 至 20,000）。",
                  "count");
  for (const auto& a : addresses) {
    if (base::trim(a).empty() || base::length(a) > kMostAddress)
      return refuse(Code::invalid, "survey.listing", "地址每行一户，不要空行，每行不超过 120 字。",
                    "addresses");
  }
  return modify(
      by, id, revision, RoundAction::list, [&](sql::Session& s, Round& round) -> Result<std::string> {
        const Id tenant = by.actor.tenant;
        const sql::Args key = {{"tenant", tenant}, {"round", id}, {"area", area}};
        const auto row = s.one(fmt::format("select {} from survey_area where tenant = :tenant and round = "
                                           ":round and position = :area and "
                                           "probability > 0",
                                           kAreaColumns),
                               key, area_from);
        if (!row) return refuse(Code::not_found, "survey.area", "这个村（社区）没有抽中。");
        const auto used = s.integer(
            "select count(*) from survey_case where tenant = :tenant and round = :round and area = :area and "
            "(visits > 0 or "
            "interview > 0 or waiting > 0 or replacement <> 'none')",
            key);
        if (used > 0)
          return refuse(
              Code::conflict, "survey.listing_used",
              row->area.name + "已有上门记录，住户名单不能再换；个别住户有误的，在访问结果里注明。");
        s.run("delete from survey_case where tenant = :tenant and round = :round and area = :area", key);
        const auto column = fmt::format("listing:{}", area);
        const auto sealed = cipher_.seal(base::join(addresses, "\n"), listing_place(column, tenant, id));
        s.run(
            "update survey_area set listed = :listed, listing = :listing, listed_at = :at, listed_by = :by "
            "where tenant = "
            ":tenant and round = :round and position = :area",
            {{"listed", listed},
             {"listing", sealed},
             {"at", clock_.now()},
             {"by", by.actor.name},
             {"tenant", tenant},
             {"round", id},
             {"area", area}});
        const auto drawn = draw_dwellings(round.seed, area, listed, round.plan.take);
        for (const auto& d : drawn) {
          FieldCase c;
          c.id = ids_.next();
          c.round = id;
          c.area = area;
          c.dwelling = d.position;
          c.probability = d.probability;
          c.surveyor = row->surveyor;
          c.surveyor_name = row->surveyor_name;
          insert_case(s, tenant, c, addresses.empty() ? "" : addresses[static_cast<std::size_t>(d.position)]);
        }
        return fmt::format("{}列出 {} 户，抽取 {} 户", row->area.name, listed, drawn.size());
      });
}

Done SurveyStore::assign(const By& by, Id id, std::int64_t revision, int area, Id person,
                         const std::string& name) {
  if (person == 0) return refuse(Code::invalid, "survey.surveyor", "请选择调查员。", "person");
  return modify(
      by, id, revision, RoundAction::assign, [&](sql::Session& s, Round& round) -> Result<std::string> {
        const Id tenant = by.actor.tenant;
        const auto found = s.run(
            "update survey_area set surveyor = :person, surveyor_name = :name where tenant = :tenant and "
            "round = :round and "
            "position = :area and probability > 0",
            {{"person", person}, {"name", name}, {"tenant", tenant}, {"round", id}, {"area", area}});
        if (found == 0) return refuse(Code::not_found, "survey.area", "这个村（社区）没有抽中。");
        s.run(
            "update survey_case set surveyor = :person, surveyor_name = :name where tenant = :tenant and "
            "round = :round and "
            "area = :area and interview = 0",
            {{"person", person}, {"name", name}, {"tenant", tenant}, {"round", id}, {"area", area}});
        if (round.state == RoundState::field) {
          notify::post(s, tenant,
                       {person, fmt::format("survey.assigned:{}:{}:{}", id, area, revision),
                        "入户访问分派给您", round.title + "有一个村（社区）分派给您访问。", "/survey/cases"},
                       clock_.now(), ids_);
        }
        return fmt::format("第 {} 号村（社区）由{}访问", area + 1, name);
      });
}

Done SurveyStore::start(const By& by, Id id, std::int64_t revision) {
  return modify(
      by, id, revision, RoundAction::start, [&](sql::Session& s, Round& round) -> Result<std::string> {
        const Id tenant = by.actor.tenant;
        std::vector<std::string> missing;
        int cases = 0;
        std::map<Id, int> people;
        for (const auto& a : load_areas(s, tenant, id)) {
          if (!a.drawn()) continue;
          if (a.surveyor == 0) missing.push_back(a.area.name + "还没有调查员");
          if (a.listed > 0) {
            ++cases;
            ++people[a.surveyor];
          }
        }
        if (cases == 0) missing.insert(missing.begin(), "还没有一个村（社区）列出住户");
        if (round.questionnaire == 0) missing.insert(missing.begin(), "还没有选用问卷");
        if (missing.size() > 5) {
          const auto more = missing.size() - 5;
          missing.resize(5);
          missing.push_back(fmt::format("还有 {} 处", more));
        }
        if (!missing.empty())
          return refuse(Code::invalid, "survey.not_ready", "还不能开始：" + base::join(missing, "，") + "。");
        for (const auto& [person, count] : people) {
          notify::post(s, tenant,
                       {person, fmt::format("survey.start:{}", id), "开始入户访问",
                        fmt::format("{}开始了，分派给您 {} 个村（社区），{} "
                                    "前完成。出发前有网络时把要访问的住户逐个打开一次。",
                                    round.title, count, base::to_iso(round.until)),
                        "/survey/cases"},
                       clock_.now(), ids_);
        }
        return "开始入户访问";
      });
}

Done SurveyStore::reschedule(const By& by, Id id, std::int64_t revision, base::Date from, base::Date until,
                             const std::string& reason) {
  return modify(
      by, id, revision, RoundAction::reschedule, [&](sql::Session& s, Round& round) -> Result<std::string> {
        const auto errors = check_dates(round, from, until, reason, clock_.today());
        if (!errors.empty()) return tl::unexpected(errors.front());
        const Id tenant = by.actor.tenant;
        const sql::Args key = {{"tenant", tenant}, {"round", id}};
        // Nobody else writes to the round now: modify() holds its row.
        const auto number =
            1 + s.integer("select count(*) from survey_date_change where tenant = :tenant and round = :round",
                          key);
        const std::string old_from = base::to_iso(round.from), old_until = base::to_iso(round.until),
                          new_from = base::to_iso(from), new_until = base::to_iso(until);
        s.run(
            "insert into survey_date_change (tenant, round, number, first_day, last_day, new_first_day, "
            "new_last_day, reason, person, person_name, at) values (:tenant, :round, :number, :first_day, "
            ":last_day, :new_first_day, :new_last_day, :reason, :person, :name, :at)",
            {{"tenant", tenant},
             {"round", id},
             {"number", number},
             {"first_day", old_from},
             {"last_day", old_until},
             {"new_first_day", new_from},
             {"new_last_day", new_until},
             {"reason", reason},
             {"person", by.actor.person},
             {"name", by.actor.name},
             {"at", clock_.now()}});
        round.from = from;
        round.until = until;
        std::set<Id> people;
        for (const auto& a : load_areas(s, tenant, id)) {
          if (a.drawn() && a.surveyor != 0) people.insert(a.surveyor);
        }
        for (const Id person : people) {
          notify::post(s, tenant,
                       {person, fmt::format("survey.dates:{}:{}", id, number), "入户访问改期",
                        fmt::format("{}的入户日期改为 {} 至 {}（原为 {} 至 {}）。原因：{}", round.title,
                                    new_from, new_until, old_from, old_until, reason),
                        "/survey/cases"},
                       clock_.now(), ids_);
        }
        return fmt::format("入户日期由 {} 至 {} 改为 {} 至 {}：{}", old_from, old_until, new_from, new_until,
                           reason);
      });
}

Done SurveyStore::close(const By& by, Id id, std::int64_t revision) {
  return modify(by, id, revision, RoundAction::close, [&](sql::Session& s, Round&) -> Result<std::string> {
    const sql::Args key = {{"tenant", by.actor.tenant}, {"round", id}};
    const auto unlisted = s.integer(
        "select count(*) from survey_area where tenant = :tenant and round = :round and probability > 0 and "
        "listed = 0",
        key);
    if (unlisted > 0)
      return refuse(
          Code::conflict, "survey.unlisted",
          fmt::format("还有 {} 个抽中的村（社区）没有列出住户；不去调查的村会使结果有偏，请先列出并上门。",
                      unlisted));
    const auto open = s.integer(
        "select count(*) from survey_case where tenant = :tenant and round = :round and (waiting > 0 or "
        "replacement = "
        "'asked')",
        key);
    if (open > 0)
      return refuse(Code::conflict, "survey.undecided",
                    fmt::format("还有 {} 户有待定的记录或待批的替换，请先处理。", open));
    const auto cases =
        s.integer("select count(*) from survey_case where tenant = :tenant and round = :round", key);
    const auto done = s.integer(
        "select count(*) from survey_case where tenant = :tenant and round = :round and interview > 0", key);
    return fmt::format("结束入户访问：{} 户中有访问记录 {} 户", cases, done);
  });
}

Done SurveyStore::reopen(const By& by, Id id, std::int64_t revision) {
  return modify(by, id, revision, RoundAction::reopen, [&](sql::Session&, Round&) -> Result<std::string> {
    return std::string("重新开始入户访问");
  });
}

}  // namespace kepu::survey

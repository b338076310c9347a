// Visits: who goes where, who may see and answer, and their photos.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "engines/inspection/inspection_rows.h"

namespace kepu::inspection {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {

bool is_inspector(const Visit& visit, Id person) {
  return std::any_of(visit.inspectors.begin(), visit.inspectors.end(),
                     [&](const Inspector& i) { return i.person == person; });
}

void add_visitors(sql::Session& s, const sql::Args& args, std::string_view where,
                  std::map<Id, Visit*>& by_id) {
  s.each(
      fmt::format(
          "select v.visit, v.person, i.unit, i.name from inspection_visitor v join inspection_inspector "
          "i on i.tenant = v.tenant and i.round = v.round and i.person = v.person where v.tenant = :tenant "
          "and {} order by i.name, i.person",
          where),
      args, [&](const sql::Row& r) {
        const auto at = by_id.find(r.integer(0));
        if (at != by_id.end()) at->second->inspectors.push_back({r.integer(1), r.integer(2), r.text(3)});
      });
}

}  // namespace

const Submission* VisitWhole::current() const {
  for (const auto& s : submissions) {
    if (s.id == visit.submission) return &s;
  }
  return nullptr;
}

std::vector<Visit> InspectionStore::load_visits(sql::Session& s, Id tenant, Id round) {
  const sql::Args key = {{"tenant", tenant}, {"round", round}};
  auto visits =
      s.rows(fmt::format("select {} from inspection_visit v where v.tenant = :tenant and v.round = :round "
                         "order by v.id",
                         kVisitColumns),
             key, visit_from);
  std::map<Id, Visit*> by_id;
  for (auto& v : visits) by_id[v.id] = &v;
  add_visitors(s, key, "v.round = :round", by_id);
  s.each(
      "select u.visit, count(*) from inspection_submission u join inspection_visit v on v.tenant = u.tenant "
      "and "
      "v.id = u.visit where u.tenant = :tenant and u.state = 'waiting' and v.round = :round group by u.visit",
      key, [&](const sql::Row& r) {
        const auto at = by_id.find(r.integer(0));
        if (at != by_id.end()) at->second->conflicts = static_cast<int>(r.integer(1));
      });
  return visits;
}

Result<Visit> InspectionStore::load_visit(sql::Session& s, Id tenant, Id id) {
  const sql::Args key = {{"tenant", tenant}, {"id", id}};
  auto visit = s.one(
      fmt::format("select {} from inspection_visit v where v.tenant = :tenant and v.id = :id", kVisitColumns),
      key, visit_from);
  if (!visit)
    return refuse(Code::not_found, "visit.not_found", "没有这次走访，可能已重新抽样。请从“我的走访”进入。");
  std::map<Id, Visit*> by_id = {{id, &*visit}};
  add_visitors(s, key, "v.visit = :id", by_id);
  visit->conflicts =
      static_cast<int>(s.integer("select count(*) from inspection_submission where tenant = :tenant and "
                                 "visit = :id and state = 'waiting'",
                                 key));
  return std::move(*visit);
}

Result<VisitWhole> InspectionStore::visit(Id tenant, Id id) {
  return db_.read([&](sql::Session& s) -> Result<VisitWhole> {
    VisitWhole out;
    out.visit = TRY(load_visit(s, tenant, id));
    out.round = TRY(load_round(s, tenant, out.visit.round));
    out.submissions =
        s.rows(fmt::format("select {} from inspection_submission where tenant = :tenant and visit = "
                           ":visit order by at desc, id desc",
                           kSubmissionColumns),
               {{"tenant", tenant}, {"visit", id}}, submission_from);
    return out;
  });
}

std::vector<VisitRow> InspectionStore::visits(Id tenant, Id person, bool open_only) {
  return db_.read([&](sql::Session& s) {
    std::string where = "v.tenant = :tenant";
    sql::Args args = {{"tenant", tenant}};
    if (person != 0) {
      where +=
          " and v.id in (select visit from inspection_visitor where tenant = :tenant and person = :person)";
      args.emplace_back("person", person);
    }
    if (open_only) where += " and v.state = 'planned' and r.state = 'running'";
    auto rows = s.rows(
        fmt::format(
            "select {}, r.title, r.state, r.first_day, r.last_day from inspection_visit v join "
            "inspection_round r on r.tenant = v.tenant and r.id = v.round where {} and r.state <> 'draft' "
            "order by case when r.state = 'running' then 0 else 1 end, r.last_day, v.id",
            kVisitColumns, where),
        args, [](const sql::Row& r) {
          VisitRow row;
          row.visit = visit_from(r);
          row.round_title = r.text(kVisitWidth);
          row.round_state = parse_round_state(r.view(kVisitWidth + 1)).value_or(RoundState::cancelled);
          row.from = base::parse_date(r.view(kVisitWidth + 2)).value_or(base::Date{});
          row.until = base::parse_date(r.view(kVisitWidth + 3)).value_or(base::Date{});
          return row;
        });
    std::map<Id, Visit*> by_id;
    for (auto& row : rows) by_id[row.visit.id] = &row.visit;
    add_visitors(s, {{"tenant", tenant}}, "1 = 1", by_id);
    return rows;
  });
}

bool sees_all(const auth::Actor& actor) {
  return actor.may_everywhere(kRead) || actor.may(kManage) || actor.may(kVisit);
}

bool InspectionStore::may_see(const auth::Actor& actor, const Round& round, const Visit& visit) const {
  if (sees_all(actor)) return true;
  return round.state == RoundState::circulated && actor.may(kRead, visit.unit);
}

bool InspectionStore::may_see(const auth::Actor& actor, const Round& round) const {
  return sees_all(actor) || (round.state == RoundState::circulated && actor.may(kRead));
}

bool InspectionStore::may_answer(const auth::Actor& actor, const Visit& visit) const {
  return actor.may(kVisit) && is_inspector(visit, actor.person);
}

Done InspectionStore::drop_visit(const By& by, Id id, const std::string& reason) {
  TRY(by.actor.require(kManage));
  if (base::trim(reason).empty())
    return refuse(Code::invalid, "inspection.reason", "请写明为什么不再走访。", "reason");
  const Id tenant = by.actor.tenant;
  return db_.write([&](sql::Session& s) -> Done {
    const Visit visit = TRY(load_visit(s, tenant, id));
    const Round round = TRY(load_round(s, tenant, visit.round));
    const auto done = round.state != RoundState::running
                          ? 0
                          : s.run(
                                "update inspection_visit set state = 'dropped', reason = :reason where "
                                "tenant = :tenant and id = "
                                ":id and state = 'planned'",
                                {{"reason", reason}, {"tenant", tenant}, {"id", id}});
    if (done == 0) {
      return refuse(Code::conflict, "visit.not_in_state",
                    visit.state == VisitState::answered
                        ? fmt::format("{}于 {} 已经交回走访记录，不用再取消。", visit.answered_by,
                                      base::to_local(visit.answered_at))
                        : "这次走访现在不能取消。");
    }
    log(s, by, kManage, visit.unit, "inspection.drop", subject_of("visit", id), "不再走访：" + reason);
    return {};
  });
}

Done InspectionStore::keep_photo(const By& by, Id id, const Photo& photo) {
  TRY(by.actor.require(kVisit));
  const Id tenant = by.actor.tenant;
  return db_.write([&](sql::Session& s) -> Done {
    const Visit visit = TRY(load_visit(s, tenant, id));
    if (!may_answer(by.actor, visit))
      return refuse(Code::forbidden, "visit.not_yours", "这次走访没有安排给您，不能提交照片。");
    s.run(
        "insert into inspection_photo (tenant, visit, sha256, name, type, person, at) values (:tenant, "
        ":visit, "
        ":sha256, :name, :type, :person, :at) on conflict (tenant, visit, sha256) do nothing",
        {{"tenant", tenant},
         {"visit", id},
         {"sha256", photo.sha256},
         {"name", photo.name},
         {"type", photo.type},
         {"person", by.actor.person},
         {"at", clock_.now()}});
    return {};
  });
}

std::map<Id, Body> InspectionStore::records(Id tenant, Id round) {
  return db_.read([&](sql::Session& s) {
    std::map<Id, Body> out;
    s.each(
        "select u.visit, u.body from inspection_submission u join inspection_visit v on v.tenant = u.tenant "
        "and v.id = "
        "u.visit and v.submission = u.id where v.tenant = :tenant and v.round = :round",
        {{"tenant", tenant}, {"round", round}}, [&](const sql::Row& r) {
          if (auto body = body_from_json(r.view(1))) out.emplace(r.integer(0), std::move(*body));
        });
    return out;
  });
}

std::vector<Photo> InspectionStore::photos(Id tenant, Id visit) {
  return db_.read([&](sql::Session& s) {
    return s.rows("select sha256, name, type from inspection_photo where tenant = :tenant and visit = :visit",
                  {{"tenant", tenant}, {"visit", visit}}, [](const sql::Row& r) {
                    return Photo{r.text(0), r.text(1), r.text(2)};
                  });
  });
}

}  // namespace kepu::inspection

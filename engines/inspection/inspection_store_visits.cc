// Visits and what comes home from them.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/notify/notify.h"
#include "engines/inspection/inspection_rows.h"

namespace kepu::inspection {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {

constexpr std::size_t kKeyLength = 64;

bool is_key(std::string_view key) {
  return key.size() >= 16 && key.size() <= kKeyLength &&
         std::all_of(key.begin(), key.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; });
}

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

void InspectionStore::save_findings(sql::Session& s, const By& by, const Round& round, const Visit& visit,
                                    const Body& body) {
  const Id tenant = by.actor.tenant;
  std::map<std::string, Problem> there;
  for (auto& p :
       s.rows(fmt::format("select {} from inspection_problem where tenant = :tenant and visit = :visit",
                          kProblemColumns),
              {{"tenant", tenant}, {"visit", visit.id}}, problem_from)) {
    there.emplace(p.finding, std::move(p));
  }
  std::vector<std::string> kept;
  for (const auto& f : body.findings) {
    std::string key = f.key;
    auto at = there.find(key);
    // The key was used by another one that is being worked on already.
    if (at != there.end() && at->second.state != ProblemState::noted && at->second.what != f.what) {
      key = fmt::format("{}-{}", f.key, visit.submission);
      at = there.find(key);
    }
    kept.push_back(key);
    if (at == there.end()) {
      Problem p;
      p.source = Source::round;
      p.severity = f.severity;
      p.what = f.what;
      p.where_ = f.place;
      p.round = round.id;
      p.visit = visit.id;
      p.finding = key;
      p.unit = visit.unit;
      p.task = f.task;
      p.photos = f.photos;
      insert_problem(s, by, std::move(p), "督查《" + round.title + "》现场发现");
    } else if (at->second.state == ProblemState::noted || at->second.state == ProblemState::withdrawn) {
      const std::string photos = to_json(f.photos);
      s.run(
          "update inspection_problem set state = 'noted', ended_at = 0, what = :what, place = :place, "
          "severity = "
          ":severity, task = :task, task_code = :code, task_title = :title, photos = :photos, revision = "
          "revision + "
          "1 where tenant = :tenant and id = :id",
          {{"what", f.what},
           {"place", f.place},
           {"severity", static_cast<int>(f.severity)},
           {"task", f.task.id},
           {"code", f.task.code},
           {"title", f.task.title},
           {"photos", photos},
           {"tenant", tenant},
           {"id", at->second.id}});
    }
  }
  for (const auto& [key, p] : there) {
    if (p.state != ProblemState::noted || std::find(kept.begin(), kept.end(), key) != kept.end()) continue;
    s.run(
        "update inspection_problem set state = 'withdrawn', ended_at = :at, revision = revision + 1 where "
        "tenant = "
        ":tenant and id = :id",
        {{"at", clock_.now()}, {"tenant", tenant}, {"id", p.id}});
    add_step(s, by, p.id, to_text(ProblemAction::withdraw), "更新后的走访记录里没有这个问题", std::nullopt,
             {});
  }
}

Result<Received> InspectionStore::receive(const By& by, Id id, const std::string& key,
                                          std::int64_t base_revision, const Body& body) {
  TRY(by.actor.require(kVisit));
  if (!is_key(key))
    return refuse(Code::invalid, "submission.key",
                  "这份表单不完整，请刷新页面后重新提交；已填的内容可先复制保存。");
  const Id tenant = by.actor.tenant;
  const std::string json = to_json(body);
  const auto managers = directory_.holders(tenant, kManage, directory_.units(tenant)->root());
  return db_.write([&](sql::Session& s) -> Result<Received> {
    // Round, then visit: whoever closes the round or sends at the same time waits here.
    s.run(
        "update inspection_round set edited_at = edited_at where tenant = :tenant and id = (select round "
        "from "
        "inspection_visit where tenant = :tenant and id = :id)",
        {{"tenant", tenant}, {"id", id}});
    s.run("update inspection_visit set revision = revision where tenant = :tenant and id = :id",
          {{"tenant", tenant}, {"id", id}});
    Visit visit = TRY(load_visit(s, tenant, id));
    const Round round = TRY(load_round(s, tenant, visit.round));
    if (!may_answer(by.actor, visit))
      return refuse(Code::forbidden, "visit.not_yours",
                    "这次走访没有安排给您，不能提交。需要调整请联系督查组织单位；已填的内容可先导出保存。");
    const auto before = s.one(
        fmt::format(
            "select {} from inspection_submission where tenant = :tenant and visit = :visit and key = :key",
            kSubmissionColumns),
        {{"tenant", tenant}, {"visit", id}, {"key", key}}, submission_from);
    if (before) return Received{Received::Kind::replayed, visit.revision, before->id, before->state, {}};
    const bool in_time = round.state == RoundState::running &&
                         find_rule(visit_rules(), visit.state, VisitAction::answer) != nullptr;
    const bool accepted = in_time && base_revision == visit.revision;
    Received out;
    out.submission = ids_.next();
    out.kind = accepted ? Received::Kind::accepted : Received::Kind::conflict;
    out.state = accepted ? SubmissionState::counts : SubmissionState::waiting;
    out.revision = visit.revision + (accepted ? 1 : 0);
    if (accepted) {
      s.run(
          "update inspection_submission set state = 'replaced' where tenant = :tenant and visit = :visit and "
          "state = "
          "'counts'",
          {{"tenant", tenant}, {"visit", id}});
    }
    s.run(
        "insert into inspection_submission (tenant, visit, key, id, person, person_name, at, base_revision, "
        "state, "
        "body) values (:tenant, :visit, :key, :id, :person, :name, :at, :base, :state, :body)",
        {{"tenant", tenant},
         {"visit", id},
         {"key", key},
         {"id", out.submission},
         {"person", by.actor.person},
         {"name", by.actor.name},
         {"at", clock_.now()},
         {"base", base_revision},
         {"state", to_text(out.state)},
         {"body", json}});
    if (accepted) {
      s.run(
          "update inspection_visit set state = 'answered', submission = :submission, revision = revision + "
          "1, "
          "answered_at = :at, answered_by = :by where tenant = :tenant and id = :id",
          {{"submission", out.submission},
           {"at", clock_.now()},
           {"by", by.actor.name},
           {"tenant", tenant},
           {"id", id}});
      visit.submission = out.submission;
      save_findings(s, by, round, visit, body);
      log(s, by, kVisit, visit.unit, "inspection.answer", subject_of("visit", id),
          fmt::format("交回走访记录（第 {} 次），记问题 {} 个", out.revision, body.findings.size()));
      return out;
    }
    out.other = in_time
                    ? fmt::format("{}于 {} 已交回这次走访的记录", visit.answered_by,
                                  base::to_local(visit.answered_at))
                    : fmt::format("这一轮督查{}", round.state == RoundState::running
                                                      ? "已决定不再走访这个单位"
                                                      : "现在是“" + std::string(title_of(round.state)) + "”");
    log(s, by, kVisit, visit.unit, "inspection.conflict", subject_of("visit", id),
        "又收到一份走访记录，另存待定：" + out.other);
    std::vector<Id> told = managers;
    for (const auto& i : visit.inspectors) told.push_back(i.person);
    for (const Id person : told) {
      notify::post(
          s, tenant,
          {person, fmt::format("inspection.conflict:{}", out.submission), "走访记录有两份，请决定采用哪一份",
           by.actor.name + "交回的记录已另存，没有覆盖：" + out.other + "。",
           fmt::format("/inspection/visits/{}", id)},
          clock_.now(), ids_);
    }
    return out;
  });
}

Done InspectionStore::decide(const By& by, Id id, Id submission, bool counts, std::int64_t revision) {
  TRY(by.actor.require(kRead));
  const Id tenant = by.actor.tenant;
  return db_.write([&](sql::Session& s) -> Done {
    s.run(
        "update inspection_round set edited_at = edited_at where tenant = :tenant and id = (select round "
        "from "
        "inspection_visit where tenant = :tenant and id = :id)",
        {{"tenant", tenant}, {"id", id}});
    const auto taken = s.run(
        "update inspection_visit set revision = revision + 1 where tenant = :tenant and id = :id and "
        "revision = "
        ":revision",
        {{"tenant", tenant}, {"id", id}, {"revision", revision}});
    Visit visit = TRY(load_visit(s, tenant, id));
    const Round round = TRY(load_round(s, tenant, visit.round));
    if (!may_answer(by.actor, visit)) TRY(by.actor.require(kManage));
    if (taken == 0) {
      return refuse(Code::conflict, "visit.changed_meanwhile",
                    fmt::format("{}于 {} 刚更新过这次走访的记录，请看过新的内容再决定。", visit.answered_by,
                                base::to_local(visit.answered_at)));
    }
    if (round.state != RoundState::running && round.state != RoundState::closed)
      return refuse(Code::conflict, "inspection.not_in_state",
                    fmt::format("这一轮督查{}，记录不能再变动。", title_of(round.state)));
    const auto chosen =
        s.one(fmt::format("select {} from inspection_submission where tenant = :tenant and visit = "
                          ":visit and id = :id and state = 'waiting'",
                          kSubmissionColumns),
              {{"tenant", tenant}, {"visit", id}, {"id", submission}}, submission_from);
    if (!chosen)
      return refuse(Code::conflict, "submission.decided", "这份记录已经有人决定过了，请刷新查看。");
    if (counts) {
      s.run(
          "update inspection_submission set state = 'replaced' where tenant = :tenant and visit = :visit and "
          "state = "
          "'counts'",
          {{"tenant", tenant}, {"visit", id}});
    }
    s.run(
        "update inspection_submission set state = :state where tenant = :tenant and visit = :visit and key = "
        ":key",
        {{"state", counts ? "counts" : "dropped"}, {"tenant", tenant}, {"visit", id}, {"key", chosen->key}});
    if (counts) {
      s.run(
          "update inspection_visit set state = 'answered', submission = :submission, answered_at = :at, "
          "answered_by = "
          ":by where tenant = :tenant and id = :id",
          {{"submission", submission},
           {"at", clock_.now()},
           {"by", chosen->person_name},
           {"tenant", tenant},
           {"id", id}});
      visit.submission = submission;
      save_findings(s, by, round, visit, chosen->body);
    }
    log(s, by, kVisit, visit.unit, "inspection.decide", subject_of("visit", id),
        fmt::format("{}{}于 {} 交回的走访记录", counts ? "采用" : "不采用", chosen->person_name,
                    base::to_local(chosen->at)));
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

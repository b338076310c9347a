// What comes home from a visit: taken once, beside another one where two came, and the decision between them.
#include <fmt/format.h>

#include <algorithm>

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

}  // namespace

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

}  // namespace kepu::inspection

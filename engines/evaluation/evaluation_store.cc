// Rounds and judgements.
#include "engines/evaluation/evaluation_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/audit/audit.h"
#include "core/notify/notify.h"
#include "engines/evaluation/evaluation_rows.h"

namespace kepu::evaluation {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {

constexpr std::size_t kTitle = 100, kLine = 200, kWords = 20000, kReason = 1000;

Done check_round(const Round& r) {
  TRY(check_text(r.title, "title", true, "评估名称", kTitle));
  TRY(check_text(r.basis, "basis", false, "依据", kLine));
  if (r.from == Date{}) return refuse(Code::invalid, "evaluation.from", "请填写评估时段的第一天。", "from");
  if (r.until == Date{} || r.until < r.from)
    return refuse(Code::invalid, "evaluation.until", "评估时段的最后一天不能早于第一天。", "until");
  if (r.due == Date{}) return refuse(Code::invalid, "evaluation.due", "请填写自查截止日期。", "due");
  return {};
}

}  // namespace

std::optional<std::string> unit_in_use(sql::Session& s, Id tenant, Id unit) {
  const auto n = s.integer("select count(*) from evaluation_sheet where tenant = :tenant and unit = :unit",
                           {{"tenant", tenant}, {"unit", unit}});
  if (n > 0) return fmt::format("有 {} 张评估自查表", n);
  return std::nullopt;
}

bool sees_all(const auth::Actor& actor) { return actor.may_everywhere(kRead) || actor.may(kManage); }

void EvaluationStore::log(sql::Session& session, const By& by, std::string_view right, Id unit,
                          std::string action, std::string subject, std::string summary) {
  audit::Entry entry;
  entry.at = clock_.now();
  entry.person = by.actor.person;
  entry.person_name = by.actor.name;
  entry.on_behalf_of = by.actor.on_behalf_of(right, unit);
  entry.unit_name = by.actor.unit_name;
  entry.action = std::move(action);
  entry.subject = std::move(subject);
  entry.summary = std::move(summary);
  entry.remote = by.remote;
  audit::append(session, by.actor.tenant, std::move(entry));
}

void EvaluationStore::tell(sql::Session& s, const By& by, const std::vector<Id>& people,
                           const std::string& key, const std::string& title, const std::string& text,
                           const std::string& url) {
  for (const Id person : people) {
    if (person == by.actor.person) continue;
    notify::post(s, by.actor.tenant, {person, key, title, text, url}, clock_.now(), ids_);
  }
}

std::vector<Round> EvaluationStore::rounds(Id tenant) {
  return db_.read([&](sql::Session& s) {
    return s.rows(fmt::format("select {}, '' from evaluation_round where tenant = :tenant order by last_day "
                              "desc, id desc",
                              kRoundHead),
                  {{"tenant", tenant}}, round_from);
  });
}

Result<Round> EvaluationStore::load_round(sql::Session& s, Id tenant, Id id) {
  auto r = s.one(fmt::format("select {}, snapshot from evaluation_round where tenant = :tenant and id = :id",
                             kRoundHead),
                 {{"tenant", tenant}, {"id", id}}, round_from);
  if (!r) return refuse(Code::not_found, "evaluation.not_found", "没有这一轮评估。请从评估清单进入。");
  return std::move(*r);
}

Result<Round> EvaluationStore::round(Id tenant, Id id) {
  return db_.read([&](sql::Session& s) { return load_round(s, tenant, id); });
}

Result<Round> EvaluationStore::take_round(sql::Session& s, Id tenant, Id id, std::int64_t revision,
                                          Action action) {
  const auto taken = s.run(
      "update evaluation_round set revision = revision + 1 where tenant = :tenant and id = :id and revision "
      "= :revision",
      {{"tenant", tenant}, {"id", id}, {"revision", revision}});
  Round r = TRY(load_round(s, tenant, id));
  if (taken == 0) return tl::unexpected(changed_meanwhile(r.edited_by, r.edited_at, "这一轮评估"));
  if (!after(r.state, action)) {
    return refuse(Code::conflict, "evaluation.not_in_state",
                  fmt::format("这一轮评估现在是“{}”，不能{}。请刷新查看最新情况。", title_of(r.state),
                              title_of(action)));
  }
  return r;
}

void EvaluationStore::touch(sql::Session& s, const By& by, Id round, State state) {
  s.run(
      "update evaluation_round set state = :state, edited_at = :at, edited_by = :by where tenant = :tenant "
      "and id = :id",
      {{"state", to_text(state)},
       {"at", clock_.now()},
       {"by", by.actor.name},
       {"tenant", by.actor.tenant},
       {"id", round}});
}

Result<Id> EvaluationStore::save_round(const By& by, const Round& wanted) {
  TRY(by.actor.require(kManage));
  TRY(check_round(wanted));
  const Id tenant = by.actor.tenant, fresh = wanted.id == 0 ? ids_.next() : 0;
  const std::string from = base::to_iso(wanted.from), until = base::to_iso(wanted.until),
                    due = base::to_iso(wanted.due);
  const auto now = clock_.now();
  return db_.write([&](sql::Session& s) -> Result<Id> {
    const Id id = fresh != 0 ? fresh : wanted.id;
    sql::Args args = {{"tenant", tenant},
                      {"id", id},
                      {"kind", to_text(wanted.kind)},
                      {"title", wanted.title},
                      {"basis", wanted.basis},
                      {"from", from},
                      {"until", until},
                      {"due", due},
                      {"now", now},
                      {"by", by.actor.name}};
    if (fresh != 0) {
      s.run(fmt::format(
                "insert into evaluation_round (tenant, {}, snapshot) values (:tenant, :id, :kind, 'draft', "
                ":title, :basis, :from, :until, :due, 0, '', '', '', '', 1, :now, :by, :now, :by, 0, "
                "0, '', '')",
                kRoundHead),
            args);
    } else {
      TRY(take_round(s, tenant, id, wanted.revision, Action::edit));
      s.run(
          "update evaluation_round set kind = :kind, title = :title, basis = :basis, first_day = :from, "
          "last_day = :until, due = :due, edited_at = :now, edited_by = :by where tenant = :tenant and id = "
          ":id",
          args);
    }
    log(s, by, kManage, 0, fresh != 0 ? "evaluation.add" : "evaluation.change", round_subject(id),
        (fresh != 0 ? "拟订评估：" : "修改评估：") + wanted.title);
    return id;
  });
}

Done EvaluationStore::open(const By& by, Id id, std::int64_t revision, Id version,
                           const std::vector<Seed>& seeds) {
  TRY(by.actor.require(kManage));
  if (seeds.empty())
    return refuse(Code::conflict, "evaluation.no_tasks", "现行方案没有分到单位的任务，不能开始自查。");
  const Id tenant = by.actor.tenant;
  std::map<Id, std::vector<Id>> people;
  for (const auto& seed : seeds) {
    if (people.count(seed.unit) == 0) people[seed.unit] = directory_.holders(tenant, kFill, seed.unit);
  }
  return db_.write([&](sql::Session& s) -> Done {
    const Round r = TRY(take_round(s, tenant, id, revision, Action::open));
    for (const auto& [unit, who] : people) {
      s.run(
          "insert into evaluation_sheet (tenant, round, unit, state, note, revision, submitted_at, "
          "submitted_by, decided_at, decided_by, edited_at, edited_by) values (:tenant, :round, :unit, "
          "'open', '', 1, 0, '', 0, '', 0, '')",
          {{"tenant", tenant}, {"round", id}, {"unit", unit}});
      tell(s, by, who, fmt::format("evaluation:{}:open:{}", id, unit), "请开展自查：" + r.title,
           "截止 " + base::to_iso(r.due) + "。平台已有的进展和数字已经带出，请核对后提交。",
           fmt::format("/evaluations/{}/units/{}", id, unit));
    }
    for (const auto& seed : seeds) {
      s.run(
          "insert into evaluation_answer (tenant, round, unit, task, code, title, lead, said, words, "
          "evidence) values (:tenant, :round, :unit, :task, :code, :title, :lead, 'none', '', '') on "
          "conflict "
          "do nothing",
          {{"tenant", tenant},
           {"round", id},
           {"unit", seed.unit},
           {"task", seed.task},
           {"code", seed.code},
           {"title", seed.title},
           {"lead", seed.lead ? 1 : 0}});
    }
    touch(s, by, id, State::collecting);
    s.run(
        "update evaluation_round set version = :version, opened_at = :at where tenant = :tenant and id = :id",
        {{"version", version}, {"at", clock_.now()}, {"tenant", tenant}, {"id", id}});
    log(s, by, kManage, 0, "evaluation.open", round_subject(id),
        fmt::format("开始自查：{}，{} 个单位", r.title, people.size()));
    return {};
  });
}

Done EvaluationStore::move(const By& by, Id id, std::int64_t revision, Action action) {
  TRY(by.actor.require(kManage));
  if (action != Action::close && action != Action::reopen && action != Action::cancel)
    return refuse(Code::invalid, "evaluation.action", "看不懂要办什么，请从评估页面重新操作。");
  return db_.write([&](sql::Session& s) -> Done {
    const Round r = TRY(take_round(s, by.actor.tenant, id, revision, action));
    touch(s, by, id, *after(r.state, action));
    const auto word = action == Action::close    ? "evaluation.close"
                      : action == Action::reopen ? "evaluation.reopen"
                                                 : "evaluation.cancel";
    log(s, by, kManage, 0, word, round_subject(id), std::string(title_of(action)) + "：" + r.title);
    return {};
  });
}

Done EvaluationStore::save_words(const By& by, const Round& wanted) {
  TRY(by.actor.require(kManage));
  TRY(check_text(wanted.words, "words", false, "主要做法和成效", kWords));
  TRY(check_text(wanted.problems, "problems", false, "存在的问题", kWords));
  TRY(check_text(wanted.measures, "measures", false, "下一步措施", kWords));
  return db_.write([&](sql::Session& s) -> Done {
    const Round r = TRY(take_round(s, by.actor.tenant, wanted.id, wanted.revision, Action::words));
    touch(s, by, wanted.id, r.state);
    s.run(
        "update evaluation_round set words = :words, problems = :problems, measures = :measures where tenant "
        "= :tenant and id = :id",
        {{"words", wanted.words},
         {"problems", wanted.problems},
         {"measures", wanted.measures},
         {"tenant", by.actor.tenant},
         {"id", wanted.id}});
    log(s, by, kManage, 0, "evaluation.words", round_subject(wanted.id), "修改评估意见：" + r.title);
    return {};
  });
}

Done EvaluationStore::freeze(const By& by, Id id, std::int64_t revision, const std::string& snapshot,
                             const std::string& sha256) {
  TRY(by.actor.require(kManage));
  return db_.write([&](sql::Session& s) -> Done {
    const Round r = TRY(take_round(s, by.actor.tenant, id, revision, Action::freeze));
    touch(s, by, id, State::frozen);
    s.run(
        "update evaluation_round set snapshot = :snapshot, sha256 = :sha256, frozen_at = :at, frozen_by = "
        ":by where tenant = :tenant and id = :id",
        {{"snapshot", snapshot},
         {"sha256", sha256},
         {"at", clock_.now()},
         {"by", by.actor.name},
         {"tenant", by.actor.tenant},
         {"id", id}});
    log(s, by, kManage, 0, "evaluation.freeze", round_subject(id),
        fmt::format("评估定稿：{}，SHA-256 {}", r.title, sha256));
    return {};
  });
}

// ---------------------------------------------------------------- judgements

std::map<Id, Judgement> EvaluationStore::judgements(Id tenant, Id round) {
  return db_.read([&](sql::Session& s) {
    std::map<Id, Judgement> out;
    s.each(
        "select task, completion, reason, revision, at, person_name from evaluation_judgement where tenant = "
        ":tenant and round = :round",
        {{"tenant", tenant}, {"round", round}}, [&](const sql::Row& r) {
          out[r.integer(0)] = {r.integer(0), parse_completion(r.view(1)).value_or(Completion::none),
                               r.text(2),    r.integer(3),
                               r.integer(4), r.text(5)};
        });
    return out;
  });
}

Done EvaluationStore::judge(const By& by, Id id, const Judgement& j, Completion self) {
  TRY(by.actor.require(kManage));
  if (j.completion == Completion::none)
    return refuse(Code::invalid, "evaluation.completion", "请选择完成情况的结论。", "completion");
  TRY(check_text(j.reason, "reason", wants_reason(self, j.completion),
                 self == Completion::none ? "理由（单位还没有提交自查）" : "与自查不同的理由", kReason));
  const Id tenant = by.actor.tenant;
  return db_.write([&](sql::Session& s) -> Done {
    const Round r = TRY(load_round(s, tenant, id));
    if (!after(r.state, Action::judge))
      return refuse(Code::conflict, "evaluation.not_in_state",
                    fmt::format("这一轮评估现在是“{}”，不能研判。", title_of(r.state)));
    const auto asked = s.one(
        "select code, title from evaluation_answer where tenant = :tenant and round = :round and task = "
        ":task",
        {{"tenant", tenant}, {"round", id}, {"task", j.task}},
        [](const sql::Row& row) { return row.text(0) + " " + row.text(1); });
    if (!asked) return refuse(Code::not_found, "evaluation.not_found", "这一轮评估没有这项任务。");
    const auto done =
        j.revision == 0
            ? s.run(
                  "insert into evaluation_judgement (tenant, round, task, completion, reason, revision, at, "
                  "person_name) values (:tenant, :round, :task, :completion, :reason, 1, :at, :by) on "
                  "conflict do nothing",
                  {{"tenant", tenant},
                   {"round", id},
                   {"task", j.task},
                   {"completion", to_text(j.completion)},
                   {"reason", j.reason},
                   {"at", clock_.now()},
                   {"by", by.actor.name}})
            : s.run(
                  "update evaluation_judgement set completion = :completion, reason = :reason, revision = "
                  "revision + 1, at = :at, person_name = :by where tenant = :tenant and round = :round and "
                  "task = :task and revision = :revision",
                  {{"completion", to_text(j.completion)},
                   {"reason", j.reason},
                   {"at", clock_.now()},
                   {"by", by.actor.name},
                   {"tenant", tenant},
                   {"round", id},
                   {"task", j.task},
                   {"revision", j.revision}});
    if (done == 0)
      return refuse(Code::conflict, "evaluation.changed_meanwhile",
                    "别人刚对这项任务作了研判，您的操作没有生效。请看过最新情况再办。");
    log(s, by, kManage, 0, "evaluation.judge", round_subject(id),
        fmt::format("研判 {}：自查“{}”，结论“{}”{}", *asked, title_of(self), title_of(j.completion),
                    j.reason.empty() ? "" : "，" + j.reason));
    return {};
  });
}

}  // namespace kepu::evaluation

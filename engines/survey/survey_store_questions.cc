// Questionnaires and the item bank.
#include <fmt/format.h>

#include "core/base/text.h"
#include "engines/survey/survey_rows.h"

namespace kepu::survey {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

std::vector<StoredQuestionnaire> SurveyStore::questionnaires(Id tenant) {
  return db_.read([&](sql::Session& s) {
    return s.rows(fmt::format("select {} from survey_questionnaire where tenant = :tenant order by id desc",
                              kQuestionnaireColumns),
                  {{"tenant", tenant}}, questionnaire_from);
  });
}

Result<StoredQuestionnaire> SurveyStore::questionnaire(Id tenant, Id id) {
  return db_.read([&](sql::Session& s) -> Result<StoredQuestionnaire> {
    std::string body;
    auto found =
        s.one(fmt::format("select {}, body from survey_questionnaire where tenant = :tenant and id = :id",
                          kQuestionnaireColumns),
              {{"tenant", tenant}, {"id", id}}, [&](const sql::Row& r) {
                body = r.text(10);
                return questionnaire_from(r);
              });
    if (!found)
      return refuse(Code::not_found, "questionnaire.not_found", "没有这份问卷。请从“问卷”列表进入。");
    found->body = std::make_shared<const Questionnaire>(TRY(questionnaire_from_json(body)));
    return std::move(*found);
  });
}

std::shared_ptr<const Questionnaire> SurveyStore::released_body(sql::Session& s, Id tenant, Id id) {
  const std::lock_guard lock(mutex_);
  const auto at = released_.find({tenant, id});
  if (at != released_.end()) return at->second;
  const auto body =
      s.one("select body from survey_questionnaire where tenant = :tenant and id = :id and released_at > 0",
            {{"tenant", tenant}, {"id", id}}, [](const sql::Row& r) { return r.text(0); });
  if (!body) return nullptr;
  auto read = questionnaire_from_json(*body);
  if (!read) throw sql::Failure("survey_questionnaire " + std::to_string(id) + ": body cannot be read");
  auto shared = std::make_shared<const Questionnaire>(std::move(*read));
  if (released_.size() > 256) released_.clear();
  released_[{tenant, id}] = shared;
  return shared;
}

namespace {
Done check_title(const Questionnaire& q) {
  if (base::trim(q.title).empty())
    return refuse(Code::invalid, "questionnaire.title", "请填写问卷名称。", "title");
  if (q.size() > kMostQuestions)
    return refuse(Code::too_large, "questionnaire.large", "一份问卷最多 600 题。", "file");
  return {};
}
}  // namespace

Result<Id> SurveyStore::add_questionnaire(const By& by, const Questionnaire& q) {
  TRY(by.actor.require(kManage));
  TRY(check_title(q));
  const auto body = to_json(q);
  return db_.write([&](sql::Session& s) -> Result<Id> {
    const Id id = ids_.next();
    s.run(
        "insert into survey_questionnaire (tenant, id, title, body, questions, scored, released_at, "
        "released_by, paths, "
        "revision, edited_at, edited_by) values (:tenant, :id, :title, :body, :questions, :scored, 0, '', 0, "
        "1, :at, :by)",
        {{"tenant", by.actor.tenant},
         {"id", id},
         {"title", q.title},
         {"body", body},
         {"questions", q.size()},
         {"scored", q.scored().size()},
         {"at", clock_.now()},
         {"by", by.actor.name}});
    log(s, by, kManage, "survey.questionnaire", subject_of("questionnaire", id), "新建问卷“" + q.title + "”");
    return id;
  });
}

Done SurveyStore::change_questionnaire(const By& by, Id id, std::int64_t revision, const Questionnaire& q) {
  TRY(by.actor.require(kManage));
  TRY(check_title(q));
  const auto body = to_json(q);
  return db_.write([&](sql::Session& s) -> Done {
    const auto done = s.run(
        "update survey_questionnaire set title = :title, body = :body, questions = :questions, scored = "
        ":scored, revision "
        "= revision + 1, edited_at = :at, edited_by = :by where tenant = :tenant and id = :id and revision = "
        ":revision and "
        "released_at = 0",
        {{"title", q.title},
         {"body", body},
         {"questions", q.size()},
         {"scored", q.scored().size()},
         {"at", clock_.now()},
         {"by", by.actor.name},
         {"tenant", by.actor.tenant},
         {"id", id},
         {"revision", revision}});
    if (done == 0)
      return refuse(
          Code::conflict, "questionnaire.changed_meanwhile",
          "这份问卷刚被别人改过，或已经定稿，您的修改没有保存。请刷新后再改；定稿的问卷可以另存一份再改。");
    log(s, by, kManage, "survey.questionnaire", subject_of("questionnaire", id), "修改问卷“" + q.title + "”");
    return {};
  });
}

Done SurveyStore::release(const By& by, Id id, std::int64_t revision) {
  TRY(by.actor.require(kManage));
  const auto stored = TRY(questionnaire(by.actor.tenant, id));
  const auto walked = walk(*stored.body);
  if (!walked.faults.empty() || !walked.complete) {
    return refuse(Code::invalid, "questionnaire.faults",
                  walked.faults.empty()
                      ? "岔路太多，走查没有走完，不能定稿。请减少互相组合的跳转条件。"
                      : fmt::format("走查发现 {} 处问题，改好才能定稿。", walked.faults.size()));
  }
  return db_.write([&](sql::Session& s) -> Done {
    const auto done = s.run(
        "update survey_questionnaire set released_at = :at, released_by = :by, paths = :paths, revision = "
        "revision + 1 "
        "where tenant = :tenant and id = :id and revision = :revision and released_at = 0",
        {{"at", clock_.now()},
         {"by", by.actor.name},
         {"paths", walked.paths},
         {"tenant", by.actor.tenant},
         {"id", id},
         {"revision", revision}});
    if (done == 0 || stored.revision != revision)
      return refuse(Code::conflict, "questionnaire.changed_meanwhile",
                    "这份问卷刚被别人改过或已经定稿，请刷新查看。");
    const int year = base::date_of(clock_.now()).year;
    for (const auto* q : stored.body->scored()) {
      if (q->item.empty()) continue;
      s.run(
          "update survey_item set exposed = exposed + 1, last_year = :year where tenant = :tenant and code = "
          ":code",
          {{"year", year}, {"tenant", by.actor.tenant}, {"code", q->item}});
    }
    log(s, by, kManage, "survey.release", subject_of("questionnaire", id),
        fmt::format("定稿问卷“{}”：{} 题，其中计分 {} 题，走查 {} 条路", stored.title, stored.questions,
                    stored.scored, walked.paths));
    return {};
  });
}

std::vector<BankItem> SurveyStore::items(Id tenant) {
  return db_.read([&](sql::Session& s) {
    return s.rows(
        "select code, body, active, exposed, last_year, revision, edited_at, edited_by from survey_item "
        "where tenant = "
        ":tenant order by code",
        {{"tenant", tenant}}, [](const sql::Row& r) {
          BankItem i;
          i.code = r.text(0);
          // One question, stored as a questionnaire of one.
          auto body = questionnaire_from_json(r.view(1));
          if (body && !body->blocks.empty() && !body->blocks[0].questions.empty())
            i.question = body->blocks[0].questions[0];
          i.active = r.flag(2);
          i.exposed = static_cast<int>(r.integer(3));
          i.last_year = static_cast<int>(r.integer(4));
          i.revision = r.integer(5);
          i.edited_at = r.integer(6);
          i.edited_by = r.text(7);
          return i;
        });
  });
}

Done SurveyStore::save_item(const By& by, const BankItem& item) {
  TRY(by.actor.require(kManage));
  Questionnaire one{item.code, {{"item", "", "", false, {item.question}}}};
  // The walk's own rules for a question: options, key.
  for (const auto& fault : walk(one).faults) {
    if (fault.question == item.question.name && fault.rule != "walk.background")
      return refuse(Code::invalid, "item." + fault.rule, fault.message,
                    fault.rule == "walk.key" ? "right" : "options");
  }
  if (!item.question.scored()) return refuse(Code::invalid, "item.dimension", "请选择维度。", "dimension");
  const auto body = to_json(one);
  const auto conflict = [&] {
    return refuse(Code::conflict, "item.changed_meanwhile",
                  item.revision == 0 ? "题库里已有编号“" + item.code + "”，请换一个编号。"
                                     : std::string("这道题刚被别人改过，您的修改没有保存。请刷新后再改。"),
                  "code");
  };
  return db_.write([&](sql::Session& s) -> Done {
    const auto done =
        item.revision == 0
            ? s.run(
                  "insert into survey_item (tenant, code, body, active, exposed, last_year, revision, "
                  "edited_at, edited_by) "
                  "values (:tenant, :code, :body, :active, 0, 0, 1, :at, :by) on conflict (tenant, code) do "
                  "nothing",
                  {{"tenant", by.actor.tenant},
                   {"code", item.code},
                   {"body", body},
                   {"active", item.active ? 1 : 0},
                   {"at", clock_.now()},
                   {"by", by.actor.name}})
            : s.run(
                  "update survey_item set body = :body, active = :active, revision = revision + 1, edited_at "
                  "= :at, "
                  "edited_by = :by where tenant = :tenant and code = :code and revision = :revision",
                  {{"body", body},
                   {"active", item.active ? 1 : 0},
                   {"at", clock_.now()},
                   {"by", by.actor.name},
                   {"tenant", by.actor.tenant},
                   {"code", item.code},
                   {"revision", item.revision}});
    if (done == 0) return conflict();
    log(s, by, kManage, "survey.item", "item:" + item.code,
        (item.revision == 0 ? "入库题目 " : "修改题目 ") + item.code);
    return {};
  });
}

}  // namespace kepu::survey

#include "engines/survey/survey_engine.h"

#include "core/base/text.h"
#include "engines/survey/pages/desk.h"

namespace kepu::survey {

namespace {

metric::Source interviews_source(SurveyStore& store) {
  // Rounds whose field work lies in the days asked for.
  const auto rounds = [&store](const metric::Question& q) {
    std::vector<RoundRow> out;
    for (const auto& r : store.rounds(q.tenant)) {
      const bool field = r.round.state == RoundState::closed || r.round.state == RoundState::frozen;
      if (field && q.from <= r.round.until && r.round.until <= q.to) out.push_back(r);
    }
    return out;
  };
  metric::Source source;
  source.answer = [rounds](const metric::Question& q) {
    const auto all = rounds(q);
    if (all.empty()) return metric::Answer{std::nullopt, "这段时间没有结束的调查", 0};
    double sum = 0;
    for (const auto& r : all) sum += r.interviews;
    return metric::Answer{sum, "", static_cast<std::int64_t>(all.size())};
  };
  source.records = [rounds](const metric::Question& q, std::int64_t offset, std::int64_t limit) {
    std::vector<metric::Record> out;
    for (const auto& r : rounds(q)) {
      if (offset-- > 0) continue;
      if (static_cast<std::int64_t>(out.size()) >= limit) break;
      metric::Record record;
      record.title = r.round.title;
      record.url = field::round_url(r.round.id);
      record.date = r.round.until;
      record.amount = r.interviews;
      out.push_back(std::move(record));
    }
    return out;
  };
  return source;
}

void add_surveyor_todos(std::vector<site::Todo>& out, const site::Context& context, SurveyStore& store) {
  std::map<Id, int> open;
  for (const auto& c : store.cases(context.tenant.id, {.surveyor = context.actor.person, .open_only = true}))
    ++open[c.round];
  for (const auto& [id, count] : open) {
    const auto whole = store.round(context.tenant.id, id);
    if (!whole || whole->round.state != RoundState::field) continue;
    site::Todo t;
    t.key = fmt::format("survey.cases:{}", id);
    t.kind = "入户访问";
    t.title = fmt::format("还要访问 {} 户", count);
    t.url = "/survey/cases?f.state=open";
    t.note = whole->round.title;
    t.due = whole->round.until;
    out.push_back(std::move(t));
  }
}

void add_round_todos(std::vector<site::Todo>& out, const site::Context& context, SurveyStore& store) {
  const bool manage = context.actor.may(kManage), approve = context.actor.may(kApprove);
  if (!manage && !approve) return;
  for (const auto& r : store.rounds(context.tenant.id)) {
    const auto& round = r.round;
    const auto add = [&](const char* key, const char* kind, std::string title, std::string url) {
      site::Todo t;
      t.key = fmt::format("survey.{}:{}", key, round.id);
      t.kind = kind;
      t.title = std::move(title);
      t.url = std::move(url);
      t.note = round.title;
      out.push_back(std::move(t));
    };
    const auto url = field::round_url(round.id);
    if (approve && round.state == RoundState::drawn && round.drawn_by != context.actor.person)
      add("approve", "签发", "核对并签发抽样", url);
    if (approve && round.state == RoundState::closed) add("freeze", "冻结", "冻结调查数据", url);
    if (manage && round.state == RoundState::approved)
      add("prepare", "调查", "列住户、分派调查员、开始入户", url);
    if (round.state != RoundState::field) continue;
    if (manage && context.today() > round.until) add("close", "调查", "入户访问已到期，请结束", url);
    for (const auto& c : store.cases(context.tenant.id, {.round = round.id})) {
      if (manage && c.waiting > 0)
        add(("decide" + c.number()).c_str(), "核对", "住户 " + c.number() + " 有两份访问记录",
            field::case_url(c.id));
      if (approve && c.replacement == ReplacementState::asked && c.asked_by != context.actor.person)
        add(("replace" + c.number()).c_str(), "审批", "替换住户 " + c.number(), field::case_url(c.id));
    }
  }
}

}  // namespace

SurveyEngine::SurveyEngine(site::Services services, plan::RunningPlans& plans, const auth::Cipher& cipher)
    : store_(services.db, services.clock, services.ids, services.directory, cipher), plans_(plans) {}

void SurveyEngine::add_metrics(metric::Catalog& catalog) {
  metric::Metric m;
  m.id = "survey.interviews";
  m.title = "科学素质调查访问份数";
  m.unit = "份";
  m.definition =
      "入户访问在这段时间内结束的公民科学素质调查中，有访问记录的住户数（完成和部分完成），每户一份；还在入户"
      "的调查不计";
  m.nature = metric::Nature::flow;
  m.by_unit = false;
  catalog.add(std::move(m), interviews_source(store_));
}

void SurveyEngine::add_to(site::Site& site) {
  field::add_round_pages(site, *this);
  field::add_step_pages(site, *this);
  field::add_date_pages(site, *this);
  field::add_frame_pages(site, *this);
  field::add_draw_pages(site, *this);
  field::add_questionnaire_pages(site, *this);
  field::add_question_pages(site, *this);
  field::add_block_pages(site, *this);
  field::add_item_pages(site, *this);
  field::add_field_pages(site, *this);
  field::add_check_pages(site, *this);
  field::add_record_pages(site, *this);
  field::add_case_pages(site, *this);
  site.add(site::MenuItem{"科学素质调查", "科学素质调查", "/survey", "survey.read", 450, {}, {}, false});
  site.add(
      site::MenuItem{"科学素质调查", "我的访问", "/survey/cases", "survey.interview", 451, {}, {}, false});
  site.add_todos([this](const site::Context& c) {
    std::vector<site::Todo> out;
    if (c.actor.may(kInterview)) add_surveyor_todos(out, c, store_);
    add_round_todos(out, c, store_);
    return out;
  });
}

}  // namespace kepu::survey

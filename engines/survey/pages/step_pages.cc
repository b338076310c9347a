// The steps of a round, as its page posts them.
#include "core/base/text.h"
#include "engines/survey/pages/desk.h"

namespace kepu::survey::field {

namespace {

std::int64_t revision_of(const Context& context) {
  return base::parse_int(context.field("revision")).value_or(-1);
}

PageAnswer show(Context& context, SurveyEngine& engine) {
  return round_page(context, engine, TRY(engine.store().round(context.tenant.id, TRY(context.id("round")))),
                    {});
}

// Back to the round, saying what was done; or the page again with what was typed.
PageAnswer after(Context& context, SurveyEngine& engine, Id id, const std::string& what,
                 const base::Done& done, const std::string& said) {
  if (done) {
    context.say(html::Tone::green, said);
    return site::redirect(round_url(id));
  }
  if (done.error().code == base::Code::forbidden || done.error().code == base::Code::not_found)
    return tl::unexpected(done.error());
  Typed typed{form::Values(context.request.form), {done.error()}, done.error().field.empty() ? "" : what};
  if (what == "cancel" && !typed.errors[0].field.empty()) typed.errors[0].field = "reason";
  return round_page(context, engine, TRY(engine.store().round(context.tenant.id, id)), typed);
}

using Step = base::Done (SurveyStore::*)(const By&, Id, std::int64_t);

PageAnswer simple(Context& context, SurveyEngine& engine, Step step, const char* said) {
  const Id id = TRY(context.id("round"));
  return after(context, engine, id, "", (engine.store().*step)(by(context), id, revision_of(context)), said);
}

PageAnswer draw(Context& context, SurveyEngine& engine) {
  const Id id = TRY(context.id("round"));
  const auto seed = base::trim(context.field("seed"));
  return after(context, engine, id, "draw", engine.store().draw(by(context), id, revision_of(context), seed),
               "已抽样，等候负责人签发。");
}
PageAnswer give_back(Context& context, SurveyEngine& engine) {
  const Id id = TRY(context.id("round"));
  return after(
      context, engine, id, "give-back",
      engine.store().give_back(by(context), id, revision_of(context), base::trim(context.field("why"))),
      "已退回。");
}
PageAnswer cancel(Context& context, SurveyEngine& engine) {
  const Id id = TRY(context.id("round"));
  return after(
      context, engine, id, "cancel",
      engine.store().cancel(by(context), id, revision_of(context), base::trim(context.field("reason"))),
      "已取消。");
}
PageAnswer choose(Context& context, SurveyEngine& engine) {
  const Id id = TRY(context.id("round"));
  const Id chosen = base::parse_id(context.field("questionnaire")).value_or(0);
  return after(context, engine, id, "questionnaire",
               engine.store().set_questionnaire(by(context), id, revision_of(context), chosen), "已选用。");
}

}  // namespace

void add_step_pages(site::Site& site, SurveyEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/survey/rounds/{round}", Access::right, "survey.read",
            [&](Context& c) { return show(c, engine); }});
  site.add({Method::post, "/survey/rounds/{round}/draw", Access::right, "survey.manage",
            [&](Context& c) { return draw(c, engine); }});
  site.add({Method::post, "/survey/rounds/{round}/approve", Access::right, "survey.approve",
            [&](Context& c) { return simple(c, engine, &SurveyStore::approve, "已签发。"); }});
  site.add({Method::post, "/survey/rounds/{round}/give-back", Access::right, "survey.approve",
            [&](Context& c) { return give_back(c, engine); }});
  site.add({Method::post, "/survey/rounds/{round}/cancel", Access::right, "survey.manage",
            [&](Context& c) { return cancel(c, engine); }});
  site.add({Method::post, "/survey/rounds/{round}/questionnaire", Access::right, "survey.manage",
            [&](Context& c) { return choose(c, engine); }});
  site.add({Method::post, "/survey/rounds/{round}/start", Access::right, "survey.manage", [&](Context& c) {
              return simple(c, engine, &SurveyStore::start, "入户访问已经开始，调查员会收到通知。");
            }});
  site.add({Method::post, "/survey/rounds/{round}/close", Access::right, "survey.manage",
            [&](Context& c) { return simple(c, engine, &SurveyStore::close, "入户访问已经结束。"); }});
  site.add({Method::post, "/survey/rounds/{round}/reopen", Access::right, "survey.manage",
            [&](Context& c) { return simple(c, engine, &SurveyStore::reopen, "已重新开始。"); }});
  site.add({Method::post, "/survey/rounds/{round}/freeze", Access::right, "survey.approve",
            [&](Context& c) { return simple(c, engine, &SurveyStore::freeze, "数据已冻结。"); }});
}

}  // namespace kepu::survey::field

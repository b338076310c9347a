// 复核: interviews that the seed chose are asked again on a few questions, by somebody else.
#include "core/base/text.h"
#include "engines/survey/pages/case_form.h"

namespace kepu::survey::field {

using base::refuse;

namespace {

PageAnswer list_checks(Context& context, SurveyEngine& engine) {
  const auto round = TRY(engine.store().round(context.tenant.id, TRY(context.id("round")))).round;
  const auto rows = engine.store().back_checks(context.tenant.id, round.id);
  const auto table =
      table::Table<BackCheck>(
          {.id = "checks", .caption = "复核", .search_hint = "住户、调查员", .unit = "户"})
          .column({.key = "number", .title = "住户"},
                  [](const BackCheck& b) { return table::link(b.number, case_url(b.field_case) + "/check"); })
          .column({.key = "surveyor", .title = "调查员"},
                  [](const BackCheck& b) { return table::text(b.surveyor_name); })
          .column({.key = "state", .title = "复核"},
                  [](const BackCheck& b) {
                    if (b.at == 0) return table::status(html::Light::ok, "待复核");
                    return table::status(b.differing == 0 ? html::Light::done : html::Light::watch,
                                         b.differing == 0 ? "相符" : "有不符");
                  })
          .column({.key = "asked", .title = "再问几题", .number = true},
                  [](const BackCheck& b) { return b.at == 0 ? table::missing() : table::count(b.asked); })
          .column({.key = "differing", .title = "不符几题", .number = true},
                  [](const BackCheck& b) { return b.at == 0 ? table::missing() : table::count(b.differing); })
          .column({.key = "by", .title = "复核人", .hide_on_phone = true},
                  [](const BackCheck& b) { return table::text(b.by); })
          .filter({.key = "state", .title = "状态", .options = {{"open", "待复核"}, {"done", "已复核"}}},
                  [](const BackCheck& b, std::string_view v) { return (b.at == 0) == (v == "open"); });
  site::Page page;
  page.title = "复核";
  page.path = {{"科学素质调查", "/survey"}, {round.title, round_url(round.id)}, {"复核", ""}};
  page.note =
      fmt::format("按种子从有访问记录的住户中抽 {:.0f} %，由另一个人再问几题", round.back_share * 100);
  site::ListOptions options{.file_name = "复核", .subject = fmt::format("survey:{}", round.id)};
  options.empty_hint = "还没有要复核的住户；有了访问记录以后按种子抽取。";
  return site::list(context, table, table.in_memory(rows), std::move(page), options);
}

PageAnswer check_page(Context& context, SurveyEngine& engine) {
  const auto whole = TRY(engine.store().field_case(context.tenant.id, TRY(context.id("case"))));
  const auto& c = whole.field_case;
  const auto stored = TRY(engine.store().questionnaire(context.tenant.id, whole.round.questionnaire));
  const StoredInterview* counted = nullptr;
  for (const auto& i : whole.interviews) {
    if (i.state == InterviewState::counts) counted = &i;
  }
  if (counted == nullptr)
    return refuse(base::Code::not_found, "survey.no_interview", "这一户还没有访问记录。");
  std::vector<const Question*> asked;
  for (const auto* q : back_questions(*stored.body)) {
    if (counted->body.answers.count(q->name) > 0) asked.push_back(q);
  }
  base::Errors errors;
  Pairs typed;
  if (context.request.method == http::Method::post) {
    typed = context.request.form;
    Answers again;
    for (const auto* q : asked) {
      const auto value = base::trim(context.field("q-" + q->name));
      const bool coded = q->options.empty() || std::any_of(q->options.begin(), q->options.end(),
                                                           [&](const Option& o) { return o.code == value; });
      if (!value.empty() && coded) again[q->name] = value;
      if (!value.empty() && !coded)
        errors.push_back({base::Code::invalid, "survey.back", "q-" + q->name, "请在选项中选择。"});
    }
    const auto done =
        errors.empty() ? engine.store().record_back_check(by(context), c.id, again) : base::Done{};
    if (errors.empty() && done) {
      context.say(html::Tone::green, "复核已记下。");
      return site::redirect(round_url(whole.round.id) + "/checks");
    }
    if (!done) errors.push_back(done.error());
  }
  site::Page page;
  page.title = "复核 " + c.number();
  page.path = {{"科学素质调查", "/survey"},
               {whole.round.title, round_url(whole.round.id)},
               {"复核", round_url(whole.round.id) + "/checks"},
               {c.number(), ""}};
  page.note = fmt::format("{}　原访问：{}，{}。问受访者本人，不要把原来的回答念给他", whole.area.area.name,
                          counted->person_name, base::to_local(counted->at));
  page.narrow = true;
  page.body = [&](Out& h) {
    if (!errors.empty()) h("{}", html::ErrorSummary{errors});
    h(
        "<form method=\"post\" action=\"{}/check\"><input type=\"hidden\" name=\"csrf\" value=\"{}\">{}<p "
        "class=\"row\">{}</p></form>",
        html::Url{case_url(c.id)}, context.csrf,
        [&](Out& o) {
          for (const auto* q : asked) {
            auto plain = *q;
            plain.relevant.clear();
            plain.constraint.clear();
            plain.kind = q->kind == QuestionKind::multi ? QuestionKind::text : q->kind;
            write_question(o, plain, typed, errors, nullptr);
          }
        },
        html::button("记下复核"));
  };
  return site::page(context, std::move(page), errors.empty() ? 200 : 422);
}

}  // namespace

void add_check_pages(site::Site& site, SurveyEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/survey/rounds/{round}/checks", Access::right, "survey.manage",
            [&](Context& c) { return list_checks(c, engine); }});
  site.add({Method::get, "/survey/cases/{case}/check", Access::right, "survey.manage",
            [&](Context& c) { return check_page(c, engine); }});
  site.add({Method::post, "/survey/cases/{case}/check", Access::right, "survey.manage",
            [&](Context& c) { return check_page(c, engine); }});
}

}  // namespace kepu::survey::field

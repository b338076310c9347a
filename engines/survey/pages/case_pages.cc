// 我的访问: the cases of a surveyor, one case, its interview and visits.
#include "core/base/secret.h"
#include "core/base/text.h"
#include "engines/survey/pages/case_form.h"

namespace kepu::survey::field {

using base::Code;
using base::refuse;

namespace {

struct Returned {  // a form that was refused
  std::string of;
  Pairs fields;
  base::Errors errors;
  std::string key;
};

void write_history(Out& h, Context& context, const CaseWhole& whole, const Questionnaire* q) {
  const auto& c = whole.field_case;
  if (!whole.attempts.empty()) {
    html::Timeline line;
    for (const auto& a : whole.attempts) {
      const auto* d = find_disposition(a.attempt.code);
      line.moments.push_back({fmt::format("{} {} 时", base::to_iso(a.attempt.on), a.attempt.hour),
                              fmt::format("{}　{}{}", a.attempt.code, d == nullptr ? "" : d->title,
                                          a.attempt.note.empty() ? "" : "：" + a.attempt.note)});
    }
    h("{}", html::panel("上门记录", line));
  }
  for (const auto& i : whole.interviews) {
    const bool waiting = i.state == InterviewState::waiting;
    const auto* d = find_disposition(i.body.code);
    h("{}", html::panel("访问记录",
                        [&](Out& o) {
                          o("<p>{} {}于 {} 交回：{}</p>",
                            html::tag(title_of(i.state), waiting ? html::Tone::amber : html::Tone::blue),
                            i.person_name, base::to_local(i.at), d == nullptr ? "" : d->title);
                          // Answers are for the office: what a surveyor handed in does not stay in his sight.
                          if (!context.actor.may(kManage) || q == nullptr) return;
                          o("<details><summary>看回答</summary>{}</details>",
                            [&](Out& x) { write_interview(x, *q, i.body); });
                          if (!waiting) return;
                          o("<div class=\"deeds\">{}</div>", [&](Out& x) {
                            for (const bool counts : {true, false}) {
                              x("{}", html::PostButton{counts ? "采用这一份" : "不采用，只留存",
                                                       case_url(c.id) + "/decide",
                                                       context.csrf,
                                                       counts ? html::Look::primary : html::Look::plain,
                                                       {},
                                                       {{"interview", std::to_string(i.id)},
                                                        {"counts", counts ? "1" : ""}}});
                            }
                          });
                        },
                        {.alarm = waiting}));
  }
}

void write_replacement(Out& h, Context& context, const CaseWhole& whole, const Returned* returned) {
  const auto& c = whole.field_case;
  if (c.replacement != ReplacementState::none) {
    h("{}", html::panel("替换", [&](Out& o) {
        o("<p>{}　{}</p>", html::tag(title_of(c.replacement), html::Tone::amber), c.replacement_why);
        if (c.replacement != ReplacementState::asked || !context.actor.may(kApprove)) return;
        if (c.asked_by == context.actor.person) {
          o("<p class=\"muted\">替换是您自己申请的，要由另一位负责人审批。</p>");
          return;
        }
        o("<p>批准以后，由种子决定的下一户替换它，不能挑选。</p>");
        o("<div class=\"deeds\">{}</div>", [&](Out& x) {
          for (const bool yes : {true, false}) {
            x("{}", html::PostButton{yes ? "批准替换" : "不批准",
                                     case_url(c.id) + "/replacement",
                                     context.csrf,
                                     yes ? html::Look::primary : html::Look::plain,
                                     {},
                                     {{"approve", yes ? "1" : ""}}});
          }
        });
      }));
    if (c.replacement != ReplacementState::refused) return;
  }
  if (whole.round.state != RoundState::field || c.interview != 0) return;
  const auto why = no_replacement_because(c);
  h("<details class=\"mb\"{}><summary>申请替换这一户</summary>{}</details>",
    html::Attr{returned != nullptr, " open"}, [&](Out& o) {
      if (why) {
        o("<p class=\"hint\">{}</p>", *why);
        return;
      }
      Typed typed;
      if (returned != nullptr) typed = {form::Values(returned->fields), returned->errors, "replace"};
      static const form::Form kForm(
          {{.name = "why", .label = "为什么要替换", .required = true, .max_length = 200}});
      auto view = view_of(context, case_url(c.id) + "/replace", "申请替换", typed);
      view.guard = false;
      kForm.write(o, view);
    });
}

PageAnswer case_page(Context& context, SurveyEngine& engine, const CaseWhole& whole,
                     const Returned* returned) {
  const auto& c = whole.field_case;
  const bool enters = engine.store().may_enter(context.actor, c);
  if (!enters && !context.actor.may(kApprove))
    return refuse(Code::not_found, "survey.case", "没有这一户，或者没有分派给您。");
  std::string address;
  if (enters) address = TRY(engine.store().address(by(context), c.id));
  const auto stored = engine.store().questionnaire(context.tenant.id, whole.round.questionnaire);
  const bool open = whole.round.state == RoundState::field && c.replacement != ReplacementState::approved;
  const auto key = [&](const char* of) {
    return returned != nullptr && returned->of == of && returned->key.size() >= 16 ? returned->key
                                                                                   : base::random_token(24);
  };
  const auto part = [&](const char* of) {
    return returned != nullptr && returned->of == of ? returned : nullptr;
  };
  site::Page page;
  page.title = fmt::format("{} {}", whole.area.area.name, c.number());
  if (context.actor.may(kManage) || context.actor.may(kApprove)) {
    page.path = {
        {"科学素质调查", "/survey"}, {whole.round.title, round_url(whole.round.id)}, {page.title, ""}};
  } else {
    page.path = {{"我的访问", "/survey/cases"}, {page.title, ""}};
  }
  page.note = fmt::format("{}　{}　第 {} 户{}{}", whole.round.title, whole.area.area.township, c.dwelling + 1,
                          address.empty() ? "" : "　" + address, c.replaces == 0 ? "" : "　替换户");
  page.narrow = true;
  page.body = [&](Out& h) {
    h("<p class=\"before\">{}　上门 {} 次</p>", html::light(light_of(c), word_of(c)), c.visits);
    write_history(h, context, whole, stored ? stored->body.get() : nullptr);
    if (enters && open && stored && (c.interview == 0 || context.actor.may(kManage))) {
      const auto* mine = part("interview");
      const bool again = c.interview != 0;
      InterviewForm form{whole,
                         *stored->body,
                         mine == nullptr ? Pairs{} : mine->fields,
                         mine == nullptr ? base::Errors{} : mine->errors,
                         key("interview"),
                         context.actor.may(kManage)};
      if (again) {
        h("<details class=\"mb\"{}><summary>再录入一份（如另有纸质问卷）</summary>{}</details>",
          html::Attr{mine != nullptr, " open"}, [&](Out& o) { write_interview_form(o, context, form); });
      } else {
        h("<h2 class=\"block\">访问</h2>{}", [&](Out& o) { write_interview_form(o, context, form); });
      }
    }
    if (enters && open && c.interview == 0) {
      const auto* mine = part("attempt");
      AttemptForm form{whole, mine == nullptr ? Pairs{} : mine->fields,
                       mine == nullptr ? base::Errors{} : mine->errors, key("attempt")};
      h("{}", html::panel("没有访问成", [&](Out& o) { write_attempt_form(o, context, form); },
                          {.note = "每次上门都记，不论结果"}));
    }
    write_replacement(h, context, whole, part("replace"));
    if (context.actor.may(kManage) && c.interview != 0 && open)
      h("<p><a href=\"{}/check\">复核这一户</a></p>", html::Url{case_url(c.id)});
  };
  return site::page(context, std::move(page), returned == nullptr ? 200 : 422);
}

base::Result<CaseWhole> load(Context& context, SurveyEngine& engine) {
  return engine.store().field_case(context.tenant.id, TRY(context.id("case")));
}

PageAnswer show_case(Context& context, SurveyEngine& engine) {
  return case_page(context, engine, TRY(load(context, engine)), nullptr);
}

PageAnswer submit(Context& context, SurveyEngine& engine, bool attempt) {
  const auto whole = TRY(load(context, engine));
  if (!engine.store().may_enter(context.actor, whole.field_case))
    return refuse(Code::not_found, "survey.case", "没有这一户，或者没有分派给您。");
  Record record{attempt, whole.field_case.id, std::string(context.field("key")), context.request.form};
  const auto taken = engine.store().receive(by(context), {record}).front();
  if (taken.kind == Taken::Kind::refused) {
    const Returned returned{attempt ? "attempt" : "interview", record.fields, taken.errors, record.key};
    return case_page(context, engine, whole, &returned);
  }
  context.say(taken.kind == Taken::Kind::waiting ? html::Tone::amber : html::Tone::green, taken.message);
  return site::redirect(attempt ? case_url(whole.field_case.id) : "/survey/cases");
}

PageAnswer decide(Context& context, SurveyEngine& engine) {
  const Id id = TRY(context.id("case"));
  const bool counts = context.field("counts") == "1";
  TRY(engine.store().decide(by(context), id, TRY(context.field_id("interview")), counts));
  context.say(html::Tone::green, counts ? "已采用这份记录。" : "已留存，不采用。");
  return site::redirect(case_url(id));
}

PageAnswer ask(Context& context, SurveyEngine& engine) {
  const auto whole = TRY(load(context, engine));
  const auto done =
      engine.store().ask_replacement(by(context), whole.field_case.id, base::trim(context.field("why")));
  if (done) {
    context.say(html::Tone::green, "已申请，等候负责人审批。");
    return site::redirect(case_url(whole.field_case.id));
  }
  if (done.error().code != Code::invalid) return tl::unexpected(done.error());
  const Returned returned{"replace", context.request.form, {done.error()}, ""};
  return case_page(context, engine, whole, &returned);
}

PageAnswer approve(Context& context, SurveyEngine& engine) {
  const Id id = TRY(context.id("case"));
  const bool yes = context.field("approve") == "1";
  TRY(engine.store().decide_replacement(by(context), id, yes));
  context.say(html::Tone::green, yes ? "已批准，替换户已加入名单。" : "已记明不批准。");
  return site::redirect(case_url(id));
}

PageAnswer my_cases(Context& context, SurveyEngine& engine) {
  struct Row {
    FieldCase c;
    std::string village, round;
  };
  std::vector<Row> rows;
  std::map<Id, RoundWhole> rounds;
  for (const auto& c : engine.store().cases(context.tenant.id, {.surveyor = context.actor.person})) {
    if (rounds.count(c.round) == 0)
      rounds.emplace(c.round, TRY(engine.store().round(context.tenant.id, c.round)));
    const auto& whole = rounds.at(c.round);
    if (whole.round.state != RoundState::field) continue;
    rows.push_back({c, whole.areas[static_cast<std::size_t>(c.area)].area.name, whole.round.title});
  }
  // What is still to be done first.
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row& a, const Row& b) { return is_open(a.c) > is_open(b.c); });
  const auto table =
      table::Table<Row>({.id = "cases", .caption = "住户", .search_hint = "村、编号", .unit = "户"})
          .column({.key = "number", .title = "住户"},
                  [](const Row& r) { return table::link(r.c.number(), case_url(r.c.id)); })
          .column({.key = "village", .title = "村（社区）", .width = 20},
                  [](const Row& r) { return table::text(r.village); })
          .column({.key = "state", .title = "结果"},
                  [](const Row& r) { return table::status(light_of(r.c), word_of(r.c)); })
          .column({.key = "visits", .title = "上门次数", .number = true},
                  [](const Row& r) { return table::count(r.c.visits); })
          .column({.key = "round", .title = "调查", .hide_on_phone = true, .width = 30},
                  [](const Row& r) { return table::text(r.round); })
          .filter({.key = "state", .title = "状态", .options = {{"open", "还要去"}, {"done", "有结果"}}},
                  [](const Row& r, std::string_view v) { return is_open(r.c) == (v == "open"); });
  site::Page page;
  page.title = "我的访问";
  page.path = {{"科学素质调查", context.actor.may(kRead) ? "/survey" : ""}, {"我的访问", ""}};
  page.note = "去之前有网络时打开一次要访问的住户，没有网络也能填；有网络后自动送回";
  site::ListOptions options{.file_name = "我的访问", .subject = "survey.cases"};
  options.empty_hint = "没有分派给您的住户，或者调查还没有开始。";
  options.before = [&](Out& h) {
    h("<div id=\"survey-outbox\" data-person=\"{}\" data-csrf=\"{}\"></div>", context.actor.person,
      context.csrf);
  };
  return site::list(context, table, table.in_memory(rows), std::move(page), options);
}

}  // namespace

void add_case_pages(site::Site& site, SurveyEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/survey/cases", Access::right, "survey.interview",
            [&](Context& c) { return my_cases(c, engine); }});
  // Whose case it is, the handler decides: the surveyor's, the office's, the approver's.
  site.add({Method::get, "/survey/cases/{case}", Access::signed_in, "",
            [&](Context& c) { return show_case(c, engine); }});
  site.add({Method::post, "/survey/cases/{case}/interview", Access::signed_in, "",
            [&](Context& c) { return submit(c, engine, false); }});
  site.add({Method::post, "/survey/cases/{case}/attempt", Access::signed_in, "",
            [&](Context& c) { return submit(c, engine, true); }});
  site.add({Method::post, "/survey/cases/{case}/decide", Access::right, "survey.manage",
            [&](Context& c) { return decide(c, engine); }});
  site.add({Method::post, "/survey/cases/{case}/replace", Access::signed_in, "",
            [&](Context& c) { return ask(c, engine); }});
  site.add({Method::post, "/survey/cases/{case}/replacement", Access::right, "survey.approve",
            [&](Context& c) { return approve(c, engine); }});
}

}  // namespace kepu::survey::field

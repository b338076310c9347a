// One unit's self-check: what the platform knows of each task stands beside the question, and is taken over.
#include <algorithm>

#include "core/base/text.h"
#include "engines/evaluation/pages/desk.h"

namespace kepu::evaluation {

using base::Code;
using base::refuse;

namespace {

struct SheetPage {
  Round round;
  Sheet sheet;
  std::vector<Answer> answers;
};

base::Result<SheetPage> sheet_page(Context& context, EvaluationEngine& engine) {
  SheetPage out;
  out.round = TRY(round_of(context, engine));
  const Id unit = TRY(context.id("unit"));
  if (!engine.store().may_see(context.actor, out.round, unit))
    return refuse(Code::not_found, "evaluation.not_found", "没有这张自查表，或者它不是您单位的。");
  out.sheet = TRY(engine.store().sheet(context.tenant.id, out.round.id, unit));
  out.answers = engine.store().answers(context.tenant.id, out.round.id, unit);
  return out;
}

bool may_fill(const Context& context, const SheetPage& p) {
  return p.round.state == State::collecting && !counts(p.sheet.state) &&
         context.actor.may(kFill, p.sheet.unit);
}

// ---- what the platform knows

void write_known(Out& h, const Known& k) {
  html::Definitions facts;
  if (!k.standing.empty()) {
    facts.items.emplace_back("平台状态", [&k](Out& o) {
      o("{}{}", html::light(light_named(k.light), k.standing), k.why.empty() ? "" : "　" + k.why);
    });
  }
  facts.items.emplace_back("最近填报", [&k](Out& o) {
    if (k.report.empty()) return o("没有填报");
    o("<a href=\"{}\">{}</a>", html::Url{k.report_url}, k.report);
  });
  for (const auto& [goal, value] : k.targets) facts.items.emplace_back("目标", goal + "：" + value);
  if (!k.proofs.empty()) {
    facts.items.emplace_back("已有佐证", [&k](Out& o) {
      o("<ul class=\"plain\">{}</ul>", [&](Out& x) {
        for (const auto& p : k.proofs) x("<li><a href=\"{}\">{}</a></li>", html::Url{p.url}, p.title);
      });
    });
  }
  h("{}", facts);
}

void write_references(Out& h, const std::string& evidence) {
  const auto all = references_of(evidence);
  if (all.empty()) return;
  h("<ul class=\"plain\">{}</ul>", [&](Out& o) {
    for (const auto& r : all) {
      if (r.url.empty()) {
        o("<li>{}</li>", r.words);
      } else {
        o("<li><a href=\"{}\">{}</a></li>", html::Url{r.url}, r.words);
      }
    }
  });
}

// ---- the form

bool has_error(const base::Errors& errors, const std::string& field) {
  return std::any_of(errors.begin(), errors.end(), [&](const base::Error& e) { return e.field == field; });
}

void write_question(Out& h, const Answer& a, const Known& k, const base::Errors& errors) {
  const auto name = [&](const char* what) { return fmt::format("{}-{}", what, a.task); };
  write_known(h, k);
  h("<div class=\"field mt\"><label class=\"lab\" for=\"f-{}\">完成情况</label><select class=\"in\" "
    "id=\"f-{}\" "
    "name=\"{}\"{}>{}</select></div>",
    name("said"), name("said"), name("said"),
    html::Attr{has_error(errors, name("said")), " aria-invalid=\"true\""}, [&](Out& o) {
      for (const auto c : {Completion::none, Completion::done, Completion::partly, Completion::not_done}) {
        o("<option value=\"{}\"{}>{}</option>", to_text(c), html::Attr{c == a.said, " selected"},
          c == Completion::none ? std::string_view("（请选择）") : title_of(c));
      }
    });
  h("<div class=\"field\"><label class=\"lab\" for=\"f-{}\">情况说明</label><textarea class=\"in\" "
    "id=\"f-{}\" "
    "name=\"{}\" rows=\"4\" maxlength=\"2000\"{}>\n{}</textarea></div>",
    name("words"), name("words"), name("words"),
    html::Attr{has_error(errors, name("words")), " aria-invalid=\"true\""}, a.words);
  h("<div class=\"field\"><label class=\"lab\" "
    "for=\"f-{}\">补充佐证（每行一条：地址或文件名，空格后写说明）</label><textarea "
    "class=\"in\" id=\"f-{}\" name=\"{}\" rows=\"2\" maxlength=\"2000\"{}>\n{}</textarea></div>",
    name("evidence"), name("evidence"), name("evidence"),
    html::Attr{has_error(errors, name("evidence")), " aria-invalid=\"true\""}, a.evidence);
}

// What was never saved is proposed from the last report: nobody types again what the platform has.
std::vector<Answer> proposed(const SheetPage& p, const std::map<Id, Known>& known) {
  auto out = p.answers;
  if (p.sheet.edited_at != 0) return out;
  for (auto& a : out) {
    const auto at = known.find(a.task);
    if (at == known.end()) continue;
    a.said = at->second.proposed;
    a.words = at->second.narrative;
  }
  return out;
}

void write_form(Out& h, Context& context, const SheetPage& p, const std::vector<Answer>& answers,
                const std::map<Id, Known>& known, const base::Errors& errors) {
  h("{}", html::ErrorSummary{errors});
  h(
      "<form method=\"post\" action=\"{}\"><input type=\"hidden\" name=\"csrf\" value=\"{}\"><input "
      "type=\"hidden\" name=\"revision\" value=\"{}\">{}<p class=\"mt\">{} {}</p></form>",
      html::Url{sheet_url(p.round.id, p.sheet.unit)}, context.csrf, p.sheet.revision,
      [&](Out& o) {
        for (const auto& a : answers) {
          const auto at = known.find(a.task);
          const Known none;
          o("{}",
            html::panel(a.code + "　" + a.title,
                        [&](Out& x) { write_question(x, a, at == known.end() ? none : at->second, errors); },
                        {.note = a.lead ? "牵头" : "责任"}));
        }
      },
      html::button("保存草稿", html::Look::plain, "do", "save"),
      html::button("提交", html::Look::primary, "do", "submit"));
}

void write_answers(Out& h, const SheetPage& p, const std::map<Id, Known>& known) {
  for (const auto& a : p.answers) {
    const auto at = known.find(a.task);
    h("{}", html::panel(a.code + "　" + a.title,
                        [&](Out& o) {
                          o("<p>{}</p>", html::light(light_of(a.said), title_of(a.said)));
                          write_paragraphs(o, a.words);
                          write_references(o, a.evidence);
                          if (at != known.end()) write_known(o, at->second);
                        },
                        {.note = a.lead ? "牵头" : "责任"}));
  }
}

// ---- deciding

const form::Form& decide_form() {
  static const form::Form kForm({{.name = "note",
                                  .label = "退回的原因",
                                  .kind = form::Kind::long_text,
                                  .hint = "接收时不用填",
                                  .max_length = 1000,
                                  .rows = 3}});
  return kForm;
}

void write_decision(Out& h, Context& context, const SheetPage& p, const base::Errors& errors) {
  const bool waits = p.sheet.state == SheetState::submitted &&
                     (p.round.state == State::collecting || p.round.state == State::judging);
  const bool again = p.sheet.state == SheetState::accepted && p.round.state == State::collecting;
  if (!context.actor.may(kManage, p.sheet.unit) || !(waits || again)) return;
  h("{}", html::panel(
              "审核",
              [&](Out& o) {
                if (!errors.empty()) o("{}", html::ErrorSummary{errors});
                o(
                    "<form method=\"post\" action=\"{}\" class=\"form\"><input type=\"hidden\" name=\"csrf\" "
                    "value=\"{}\"><input type=\"hidden\" name=\"revision\" value=\"{}\"><div "
                    "class=\"field\"><label "
                    "class=\"lab\" for=\"f-note\">退回的原因（接收时不用填）</label><textarea class=\"in\" "
                    "id=\"f-note\" "
                    "name=\"note\" rows=\"3\" maxlength=\"1000\">\n{}</textarea></div><p class=\"mt\">{} "
                    "{}</p></form>",
                    html::Url{sheet_url(p.round.id, p.sheet.unit) + "/decide"}, context.csrf,
                    p.sheet.revision, context.field("note"),
                    [&](Out& x) {
                      if (waits) x("{}", html::button("接收", html::Look::primary, "do", "accept"));
                    },
                    [&](Out& x) {
                      if (p.round.state == State::collecting)
                        x("{}", html::button("退回", html::Look::danger, "do", "return"));
                    });
              },
              {.id = "decide"}));
}

http::Response show(Context& context, EvaluationEngine& engine, const SheetPage& p,
                    const std::vector<Answer>* typed, const base::Errors& errors) {
  const auto units = context.app.directory.units(context.tenant.id);
  const std::string name = unit_name(*units, p.sheet.unit);
  const auto known = p.round.state == State::frozen ? std::map<Id, Known>()
                                                    : known_of(context, engine, p.round, p.sheet.unit);
  const bool fills = may_fill(context, p);
  site::Page page;
  page.title = name + "自查";
  page.path = {{"评估", "/evaluations"}, {p.round.title, round_url(p.round.id)}, {name, ""}};
  page.note = [&](Out& h) {
    h("{} 截止 {}，{} 项任务", html::light(light_of(p.sheet.state), title_of(p.sheet.state)),
      base::to_iso(p.round.due), p.answers.size());
  };
  page.body = [&](Out& h) {
    if (p.sheet.state == SheetState::returned && !p.sheet.note.empty())
      h("{}", html::Flash{html::Tone::amber, "退回的原因：" + p.sheet.note});
    if (fills && p.sheet.edited_at == 0 && typed == nullptr)
      h("{}",
        html::Lead{"完成情况和说明已按最近一次填报带出，平台的数字列在每项任务下面。请核对、补充后提交。"});
    write_decision(h, context, p, fills ? base::Errors{} : errors);
    if (fills) {
      write_form(h, context, p, typed != nullptr ? *typed : proposed(p, known), known, errors);
    } else {
      write_answers(h, p, known);
    }
    h("{}", html::panel("办理记录",
                        timeline_of(context, fmt::format("evaluation.sheet:{}:{}", p.round.id, p.sheet.unit),
                                    kHistory)));
  };
  return site::page(context, std::move(page), errors.empty() ? 200 : 422);
}

PageAnswer save(Context& context, EvaluationEngine& engine) {
  const SheetPage p = TRY(sheet_page(context, engine));
  TRY(context.require(kFill, p.sheet.unit));
  auto typed = p.answers;
  for (auto& a : typed) {
    const auto field = [&](const char* what) {
      return base::trim(base::replace_all(context.field(fmt::format("{}-{}", what, a.task)), "\r", ""));
    };
    a.said = parse_completion(field("said")).value_or(Completion::none);
    a.words = field("words");
    a.evidence = field("evidence");
  }
  const bool submit = context.field("do") == "submit";
  const auto errors = engine.store().save_sheet(by(context), p.round.id, p.sheet.unit,
                                                revision_field(context), typed, submit);
  if (errors.empty()) {
    context.say(html::Tone::green, submit ? "已提交，等待审核。" : "草稿已保存。");
    return site::redirect(sheet_url(p.round.id, p.sheet.unit));
  }
  if (!belongs_to_form(errors.front())) return tl::unexpected(errors.front());
  const SheetPage now = TRY(sheet_page(context, engine));
  if (errors.front().code == Code::conflict)
    context.messages_now.emplace_back(html::Tone::red, errors.front().message);
  return show(context, engine, now, &typed, errors);
}

PageAnswer decide(Context& context, EvaluationEngine& engine) {
  const SheetPage p = TRY(sheet_page(context, engine));
  const bool accept = context.field("do") == "accept";
  const auto in = decide_form().check(context.request.form);
  base::Errors errors = in.errors;
  if (errors.empty()) {
    const auto done =
        engine.store().decide_sheet(by(context), p.round.id, p.sheet.unit, revision_field(context), accept,
                                    accept ? std::string() : in.values.text("note"));
    if (done) {
      context.say(html::Tone::green, accept ? "已接收。" : "已退回，单位会收到通知。");
      return site::redirect(round_url(p.round.id) + "#sheets");
    }
    if (!belongs_to_form(done.error())) return tl::unexpected(done.error());
    errors.push_back(done.error());
  }
  return show(context, engine, TRY(sheet_page(context, engine)), nullptr, errors);
}

}  // namespace

void add_sheet_pages(site::Site& site, EvaluationEngine& engine) {
  using http::Method;
  using site::Access;
  site.add(
      {Method::get, "/evaluations/{evaluation}/units/{unit}", Access::right, "evaluation.read",
       [&](Context& c) -> PageAnswer { return show(c, engine, TRY(sheet_page(c, engine)), nullptr, {}); }});
  site.add({Method::post, "/evaluations/{evaluation}/units/{unit}", Access::right, "evaluation.fill",
            [&](Context& c) { return save(c, engine); }});
  site.add({Method::post, "/evaluations/{evaluation}/units/{unit}/decide", Access::right, "evaluation.manage",
            [&](Context& c) { return decide(c, engine); }});
}

}  // namespace kepu::evaluation

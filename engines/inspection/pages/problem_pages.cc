// 问题清单: one problem with its way and what can be done now.
#include <algorithm>

#include "core/base/text.h"
#include "engines/inspection/pages/desk.h"

namespace kepu::inspection {

using base::Code;
using base::refuse;

namespace {

form::Form action_form(ProblemAction action, const auth::UnitTree& units) {
  const form::Field due{
      .name = "due", .label = "整改期限", .kind = form::Kind::date, .required = true, .short_field = true};
  const auto words = [](std::string label, bool required, std::string hint = {}) {
    return form::Field{.name = "text",
                       .label = std::move(label),
                       .kind = form::Kind::long_text,
                       .required = required,
                       .hint = std::move(hint),
                       .max_length = 2000,
                       .rows = 3};
  };
  const form::Field file{.name = "file",
                         .label = "照片或材料",
                         .kind = form::Kind::file,
                         .hint = "JPG、PNG、PDF、Office 文档，最大 15 MB；照片里的定位会去掉"};
  auto later = due;
  later.label = "新的期限";
  later.required = false;
  later.hint = "不填则期限不变";
  switch (action) {
    case ProblemAction::assign:
      return form::Form({{.name = "owner",
                          .label = "整改单位",
                          .kind = form::Kind::select,
                          .required = true,
                          .options = unit_options(units),
                          .short_field = true},
                         due,
                         {.name = "measure",
                          .label = "整改要求",
                          .kind = form::Kind::long_text,
                          .max_length = 2000,
                          .rows = 3}});
    case ProblemAction::move_due:
      return form::Form({due, words("改期的原因", true)});
    case ProblemAction::report:
      return form::Form({words("整改情况", true, "做了什么、做到什么程度"), file});
    case ProblemAction::give_back:
    case ProblemAction::reopen:
      return form::Form(
          {words(action == ProblemAction::reopen ? "重新打开的原因" : "退回的原因", true), later});
    case ProblemAction::pass:
      return form::Form({words("复核情况", false, "怎么看的、结果如何"), file});
    case ProblemAction::close:
      return form::Form({words("说明", false)});
    case ProblemAction::withdraw:
      return form::Form({words("撤销的原因", true, "如重复登记、查无此事")});
  }
  return form::Form(std::vector<form::Field>{});
}

// One form at a time, so that its fields have ids of their own; the other actions are links to theirs.
void write_actions(Out& h, Context& context, InspectionEngine& engine, const Problem& p, const Typed& typed,
                   std::optional<ProblemAction> typed_of) {
  const auto units = context.app.directory.units(context.tenant.id);
  std::vector<ProblemAction> allowed;
  for (const auto action :
       {ProblemAction::assign, ProblemAction::report, ProblemAction::pass, ProblemAction::close,
        ProblemAction::give_back, ProblemAction::move_due, ProblemAction::reopen, ProblemAction::withdraw}) {
    if (engine.store().may_act(context.actor, p, action)) allowed.push_back(action);
  }
  if (allowed.empty()) return;
  const auto asked = typed_of ? typed_of : parse_problem_action(context.param("do"));
  const bool known = asked && std::find(allowed.begin(), allowed.end(), *asked) != allowed.end();
  const ProblemAction shown = known ? *asked : allowed.front();
  form::Values stored;
  if (shown == ProblemAction::assign && p.unit != 0) stored.set("owner", std::to_string(p.unit));
  auto view = view_of(context, problem_url(p.id) + "/act", std::string(title_of(shown)),
                      typed_of == shown ? typed : Typed{}, stored);
  view.hidden = {{"do", std::string(to_text(shown))}, {"revision", std::to_string(p.revision)}};
  const auto fields = action_form(shown, *units);
  h("{}", html::panel(std::string(title_of(shown)), [&](Out& o) { fields.write(o, view); },
                      {.id = "do-" + std::string(to_text(shown))}));
  for (const auto action : allowed) {
    if (action == shown) continue;
    const std::string name(to_text(action));
    h("{} ", html::button_link(title_of(action), problem_url(p.id) + "?do=" + name + "#do-" + name));
  }
}

html::Timeline timeline_of(const std::vector<Step>& steps, const std::string& files) {
  html::Timeline out;
  for (auto at = steps.rbegin(); at != steps.rend(); ++at) {
    const auto action = parse_problem_action(at->action);
    html::Moment m;
    m.time = base::to_local(at->at);
    m.text = [step = *at, action, files](Out& o) {
      o("{}{}　{}{}", step.by, step.unit.empty() ? "" : "（" + step.unit + "）",
        action ? std::string(title_of(*action)) : std::string("记入清单"),
        step.due ? "，期限 " + base::to_iso(*step.due) : "");
      write_photos(o, step.files, files);
    };
    m.quote = at->text;
    m.hot = at == steps.rbegin();
    out.moments.push_back(std::move(m));
  }
  return out;
}

http::Response problem_page(Context& context, InspectionEngine& engine, const Problem& p, const Typed& typed,
                            std::optional<ProblemAction> typed_of) {
  const auto units = context.app.directory.units(context.tenant.id);
  const auto steps = engine.store().steps(context.tenant.id, p.id);
  const std::string files = problem_url(p.id) + "/files";
  site::Page page;
  page.title = p.number + "　" + base::shorten(p.what, 40);
  page.path = {{"督查", "/inspection"}, {"问题清单", "/problems"}, {p.number, ""}};
  page.note = [&](Out& h) {
    h("{} {}", html::light(light_of(p, context.today()), word_of(p, context.today())),
      html::tag(title_of(p.severity), tone_of(p.severity)));
  };
  page.body = [&](Out& h) {
    html::Definitions facts;
    facts.items.emplace_back("问题", p.what);
    if (!p.where_.empty()) facts.items.emplace_back("地点", p.where_);
    facts.items.emplace_back("来源", [&](Out& o) {
      if (p.round != 0 && sees_all(context.actor)) {
        o("<a href=\"{}\">督查</a>　<a href=\"{}\">走访记录</a>", html::Url{round_url(p.round)},
          html::Url{visit_url(p.visit)});
      } else {
        o("{}{}", title_of(p.source), p.from_whom.empty() ? "" : "：" + p.from_whom);
      }
    });
    if (p.unit != 0) facts.items.emplace_back("发现于", unit_name(*units, p.unit));
    if (!p.task.empty()) {
      facts.items.emplace_back("涉及任务", [&](Out& o) {
        o("<a href=\"{}\">{} {}</a>", html::Url{fmt::format("/tasks/{}", p.task.id)}, p.task.code,
          p.task.title);
      });
    }
    facts.items.emplace_back("整改单位", unit_name(*units, p.owner));
    facts.items.emplace_back("期限", p.due ? base::to_iso(*p.due) : std::string("—"));
    if (!p.measure.empty()) facts.items.emplace_back("整改要求", p.measure);
    h("{}", html::panel("问题", [&](Out& o) {
        o("{}", facts);
        write_photos(o, p.photos, files);
      }));
    write_actions(h, context, engine, p, typed, typed_of);
    h("{}", html::panel("办理过程", timeline_of(steps, files)));
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

base::Result<Problem> seen_problem(Context& context, InspectionEngine& engine) {
  const Id id = TRY(context.id("problem"));
  auto p = TRY(engine.store().problem(context.tenant.id, id));
  if (!engine.store().may_see(context.actor, p))
    return refuse(Code::not_found, "problem.not_found", "没有这个问题，或者它没有交给您的单位。");
  return p;
}

PageAnswer act(Context& context, InspectionEngine& engine) {
  const Problem seen = TRY(seen_problem(context, engine));
  const auto action = parse_problem_action(context.field("do"));
  if (!action) return refuse(Code::invalid, "problem.action", "看不懂要办什么，请从问题页面重新操作。");
  const auto fields = action_form(*action, *context.app.directory.units(context.tenant.id));
  auto in = fields.check(context.request.form);
  ProblemChange change;
  change.action = *action;
  change.revision = base::parse_int(context.field("revision")).value_or(-1);
  const auto allowed = engine.store().may_act(context.actor, seen, *action);
  const auto* upload = context.request.upload("file");
  if (allowed && upload != nullptr && upload->size > 0) {
    const auto photo = take_file(context, *upload, false);
    if (photo) {
      change.files.push_back(*photo);
    } else {
      in.errors.push_back(photo.error());
    }
  }
  if (in.ok()) {
    change.text = in.values.text("text");
    change.owner = base::parse_id(in.values.text("owner")).value_or(0);
    change.measure = in.values.text("measure");
    change.due = in.values.date("due");
    const auto done = engine.store().act(by(context), seen.id, change);
    if (done) {
      context.say(html::Tone::green, std::string(title_of(*action)) + "：已办理。");
      return site::redirect(problem_url(seen.id));
    }
    if (done.error().code == Code::forbidden) return tl::unexpected(done.error());
    if (done.error().code == Code::conflict) {
      // The page as it is now; what was typed stays where the same can still be done.
      const Problem now = TRY(engine.store().problem(context.tenant.id, seen.id));
      context.messages_now.emplace_back(html::Tone::red, done.error().message);
      return problem_page(context, engine, now, {in.values, {done.error()}}, *action);
    }
    in.errors.push_back(done.error());
  }
  return problem_page(context, engine, seen, {in.values, in.errors}, *action);
}

}  // namespace

void add_problem_pages(site::Site& site, InspectionEngine& engine) {
  using http::Method;
  using site::Access;
  site.add(
      {Method::get, "/problems/{problem}", Access::right, "inspection.read", [&](Context& c) -> PageAnswer {
         return problem_page(c, engine, TRY(seen_problem(c, engine)), {}, std::nullopt);
       }});
  site.add({Method::post, "/problems/{problem}/act", Access::right, "inspection.read",
            [&](Context& c) { return act(c, engine); }, kProblemUpload, true});
  site.add({Method::get, "/problems/{problem}/files/{file}", Access::right, "inspection.read",
            [&](Context& c) -> PageAnswer {
              const Problem p = TRY(seen_problem(c, engine));
              const auto found =
                  engine.store().photo_of_problem(c.tenant.id, p.id, std::string(c.variable("file")));
              if (!found) return refuse(Code::not_found, "photo.missing", "这个问题没有这份文件。");
              return photo_answer(c, *found);
            }});
}

}  // namespace kepu::inspection

// 议定事项: the list, entering one, one decision with its way and what can be done now.
#include <algorithm>

#include "core/base/text.h"
#include "engines/meetings/pages/desk.h"

namespace kepu::meetings {

using base::Code;
using base::refuse;

namespace {

// ---------------------------------------------------------------- list

table::Table<Decision> decision_table(Context& context, const auth::UnitTree& units) {
  const Date today = context.today();
  auto states = as_filter(options_of({DecisionState::open, DecisionState::in_hand, DecisionState::reported,
                                      DecisionState::returned, DecisionState::accepted, DecisionState::closed,
                                      DecisionState::withdrawn}));
  states.insert(states.begin(), {{"undone", "未办结"}, {"late", "逾期未报"}});
  table::Table<Decision> table({.id = "decisions",
                                .caption = "议定事项",
                                .search_hint = "事项、编号",
                                .tie_break = "id",
                                .unit = "项"});
  table
      .column({.key = "what", .title = "事项", .sortable = false, .full_on_phone = true, .width = 44},
              [](const Decision& d) { return table::link(base::shorten(d.what, 80), decision_url(d.id)); })
      .column({.key = "state", .title = "状态", .sortable = false},
              [today](const Decision& d) { return table::status(light_of(d, today), word_of(d, today)); })
      .column({.key = "unit", .title = "牵头单位", .sortable = false, .width = 18},
              [&units](const Decision& d) { return table::text(unit_name(units, d.unit)); })
      .column({.key = "due", .title = "期限", .width = 12, .sql = "due"},
              [](const Decision& d) { return table::date(d.due); })
      .column({.key = "reported",
               .title = "报结",
               .hide_on_phone = true,
               .width = 12,
               .sql = "nullif(reported_on, '')",
               .note = "最近一次报告办理结果的日期"},
              [](const Decision& d) { return table::date(d.reported_on); })
      .column({.key = "number", .title = "编号", .width = 14, .sql = "number"},
              [](const Decision& d) { return table::text(d.number); })
      .column({.key = "partners", .title = "配合单位", .sortable = false, .export_only = true, .width = 30},
              [](const Decision& d) { return table::text(d.partners); })
      .column({.key = "task", .title = "涉及任务", .sortable = false, .export_only = true, .width = 30},
              [](const Decision& d) {
                return d.task.empty() ? table::missing() : table::text(d.task.code + " " + d.task.title);
              })
      .filter({.key = "state", .title = "状态", .options = std::move(states)});
  if (sees_all(context.actor))
    table.filter({.key = "unit", .title = "牵头单位", .options = as_filter(unit_options(units))});
  return table;
}

PageAnswer list_decisions(Context& context, MeetingsEngine& engine) {
  const auto units = context.app.directory.units(context.tenant.id);
  const bool all = sees_all(context.actor);
  const auto own = all ? std::nullopt : context.actor.units_of(kRead);
  const auto table = decision_table(context, *units);
  const table::Source<Decision> source = [&](const table::Wanted& wanted) {
    DecisionQuery q;
    q.units = own;
    const auto state = wanted.query.filter("state");
    q.open_only = state == "undone";
    if (state == "late") q.late_on = context.today();
    q.state = parse_decision_state(state);
    q.unit = base::parse_id(wanted.query.filter("unit")).value_or(0);
    q.text = wanted.query.text;
    q.order_by = wanted.order_by;
    q.offset = wanted.offset;
    q.limit = wanted.limit;
    auto page = engine.store().decisions(context.tenant.id, q);
    return table::Found<Decision>{std::move(page.decisions), page.total};
  };
  const auto count = [&](bool late) {
    DecisionQuery q;
    q.units = own;
    q.open_only = true;
    if (late) q.late_on = context.today();
    q.limit = 1;
    return engine.store().decisions(context.tenant.id, q).total;
  };
  site::Page page;
  page.title = "议定事项";
  page.path = {{"会议", "/meetings"}, {"议定事项", ""}};
  page.note =
      fmt::format("未办结 {} 项，其中逾期未报 {} 项；下次会议自动列入议程", count(false), count(true));
  page.landscape = true;
  return site::list(context, table, source, std::move(page),
                    {.file_name = "议定事项",
                     .subject = "decisions",
                     .empty_hint = all ? "还没有议定事项。会议召开以后，在会议页面逐项登记。"
                                       : "没有交给本单位牵头的议定事项。"});
}

// ---------------------------------------------------------------- entering

form::Form decision_form(const auth::UnitTree& units, const std::vector<TaskName>& tasks) {
  std::vector<form::Option> task_options;
  for (const auto& t : tasks) task_options.push_back({std::to_string(t.id), t.code + "　" + t.title});
  return form::Form(
      {{.name = "what",
        .label = "议定的事项",
        .kind = form::Kind::long_text,
        .required = true,
        .hint = "做什么、做到什么程度",
        .max_length = 2000},
       {.name = "unit",
        .label = "牵头单位",
        .kind = form::Kind::select,
        .required = true,
        .options = unit_options(units),
        .short_field = true},
       {.name = "due", .label = "办理期限", .kind = form::Kind::date, .required = true, .short_field = true},
       {.name = "partners", .label = "配合单位", .hint = "用顿号分开", .max_length = 500},
       {.name = "task",
        .label = "落实方案的哪项任务",
        .kind = form::Kind::select,
        .hint = "不属于某一项任务的可以不选",
        .options = task_options}});
}

http::Response new_page(Context& context, MeetingsEngine& engine, const Meeting& m, const Typed& typed) {
  const auto units = context.app.directory.units(context.tenant.id);
  site::Page page;
  page.title = "登记议定事项";
  page.path = {{"会议", "/meetings"}, {m.title, meeting_url(m.id)}, {"登记议定事项", ""}};
  page.narrow = true;
  auto view = view_of(context, "/decisions/new", "交办", typed);
  view.hidden = {{"meeting", std::to_string(m.id)}};
  view.cancel_url = meeting_url(m.id);
  const auto fields = decision_form(*units, task_names(context, engine));
  page.body = [&](Out& h) {
    h("{}", html::panel(m.title, [&](Out& o) { fields.write(o, view); },
                        {.note = "交办后牵头单位会收到通知，事项出现在它的“我的工作”和任务页面"}));
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer add_decision(Context& context, MeetingsEngine& engine) {
  const Id meeting = TRY(context.field_id("meeting"));
  const Meeting m = TRY(engine.store().meeting(context.tenant.id, meeting));
  const auto units = context.app.directory.units(context.tenant.id);
  const auto tasks = task_names(context, engine);
  auto in = decision_form(*units, tasks).check(context.request.form);
  if (in.ok()) {
    Decision d;
    d.meeting = m.id;
    d.what = in.values.text("what");
    d.unit = base::parse_id(in.values.text("unit")).value_or(0);
    d.due = in.values.date("due").value_or(Date{});
    d.partners = in.values.text("partners");
    for (const auto& t : tasks) {
      if (std::to_string(t.id) == in.values.text("task")) d.task = t;
    }
    const auto added = engine.store().add_decision(by(context), d);
    if (added) {
      context.say(html::Tone::green, "已交办。可以接着登记下一项。");
      return site::redirect(meeting_url(m.id));
    }
    if (!belongs_to_form(added.error())) return tl::unexpected(added.error());
    in.errors.push_back(added.error());
  }
  return new_page(context, engine, m, {in.values, in.errors});
}

// ---------------------------------------------------------------- one decision

constexpr DecisionAction kAll[] = {
    DecisionAction::take,      DecisionAction::report,   DecisionAction::accept, DecisionAction::close,
    DecisionAction::give_back, DecisionAction::move_due, DecisionAction::reopen, DecisionAction::withdraw};

form::Form action_form(DecisionAction action) {
  const form::Field due{
      .name = "due", .label = "新的期限", .kind = form::Kind::date, .required = true, .short_field = true};
  const auto words = [](std::string label, bool required, std::string hint = {}) {
    return form::Field{.name = "text",
                       .label = std::move(label),
                       .kind = form::Kind::long_text,
                       .required = required,
                       .hint = std::move(hint),
                       .max_length = 2000,
                       .rows = 3};
  };
  switch (action) {
    case DecisionAction::report:
      return form::Form({words("办理结果", true, "做了什么、结果怎样；没有办完的写明进度和原因"),
                         {.name = "file",
                          .label = "材料",
                          .kind = form::Kind::file,
                          .hint = "PDF、Office 文档，最大 15 MB"}});
    case DecisionAction::give_back:
      return form::Form({words("退回的原因", true, "还要做什么")});
    case DecisionAction::move_due:
      return form::Form({due, words("改期的原因", true)});
    case DecisionAction::reopen:
      return form::Form({due, words("重新办理的原因", true)});
    case DecisionAction::withdraw:
      return form::Form({words("撤销的原因", true)});
    case DecisionAction::take:
    case DecisionAction::accept:
    case DecisionAction::close:
      return form::Form({words("说明", false)});
  }
  return form::Form(std::vector<form::Field>{});
}

// One form at a time, so that its fields have ids of their own; the other actions are links to theirs.
void write_actions(Out& h, Context& context, MeetingsEngine& engine, const Decision& d, const Typed& typed,
                   std::optional<DecisionAction> typed_of) {
  std::vector<DecisionAction> allowed;
  for (const auto action : kAll) {
    if (engine.store().may_act(context.actor, d, action)) allowed.push_back(action);
  }
  if (allowed.empty()) return;
  const auto asked = typed_of ? typed_of : parse_decision_action(context.param("do"));
  const bool known = asked && std::find(allowed.begin(), allowed.end(), *asked) != allowed.end();
  const DecisionAction shown = known ? *asked : allowed.front();
  auto view = view_of(context, decision_url(d.id) + "/act", std::string(title_of(shown)),
                      typed_of == shown ? typed : Typed{});
  view.hidden = {{"do", std::string(to_text(shown))}, {"revision", std::to_string(d.revision)}};
  const auto fields = action_form(shown);
  h("{}", html::panel(std::string(title_of(shown)),
                      [&](Out& o) {
                        fields.write(o, view);
                        if (allowed.size() > 1)
                          o("<p class=\"mt\">也可以：{}</p>", [&](Out& x) {
                            for (const auto action : allowed) {
                              if (action == shown) continue;
                              const std::string name(to_text(action));
                              x("{} ", html::button_link(title_of(action),
                                                         decision_url(d.id) + "?do=" + name + "#do-" + name));
                            }
                          });
                      },
                      {.id = "do-" + std::string(to_text(shown))}));
}

html::Timeline timeline_of(const std::vector<Step>& steps, const std::string& files) {
  html::Timeline out;
  for (auto at = steps.rbegin(); at != steps.rend(); ++at) {
    const auto action = parse_decision_action(at->action);
    html::Moment m;
    m.time = base::to_local(at->at);
    m.text = [step = *at, action, files](Out& o) {
      o("{}{}　{}{}", step.by, step.unit.empty() ? "" : "（" + step.unit + "）",
        action ? std::string(title_of(*action)) : std::string("交办"),
        step.due ? "，期限 " + base::to_iso(*step.due) : "");
      if (!step.file.empty())
        o("　<a href=\"{}\">{}</a>", html::Url{files + "/" + step.file.sha256}, step.file.name);
    };
    m.quote = at->words;
    m.hot = at == steps.rbegin();
    out.moments.push_back(std::move(m));
  }
  return out;
}

http::Response decision_page(Context& context, MeetingsEngine& engine, const Decision& d, const Typed& typed,
                             std::optional<DecisionAction> typed_of) {
  const auto units = context.app.directory.units(context.tenant.id);
  const auto meeting = engine.store().meeting(context.tenant.id, d.meeting);
  const auto steps = engine.store().steps(context.tenant.id, d.id);
  site::Page page;
  page.title = d.number + "　" + base::shorten(d.what, 40);
  page.path = {{"会议", "/meetings"}, {"议定事项", "/decisions"}, {d.number, ""}};
  page.note = [&](Out& h) {
    h("{}", html::light(light_of(d, context.today()), word_of(d, context.today())));
  };
  page.body = [&](Out& h) {
    html::Definitions facts;
    facts.items.emplace_back("事项", d.what);
    facts.items.emplace_back("哪次会议", [&](Out& o) {
      if (!meeting) return o("—");
      if (!engine.store().may_see(context.actor, *meeting)) return o("{}", meeting->title);
      o("<a href=\"{}\">{}</a>", html::Url{meeting_url(d.meeting)}, meeting->title);
    });
    facts.items.emplace_back("牵头单位", unit_name(*units, d.unit));
    if (!d.partners.empty()) facts.items.emplace_back("配合单位", d.partners);
    if (!d.task.empty()) {
      facts.items.emplace_back("落实任务", [&](Out& o) {
        o("<a href=\"{}\">{} {}</a>", html::Url{fmt::format("/tasks/{}", d.task.id)}, d.task.code,
          d.task.title);
      });
    }
    facts.items.emplace_back("期限", base::to_iso(d.due));
    if (d.reported_on) facts.items.emplace_back("报结日期", base::to_iso(*d.reported_on));
    h("{}", html::panel("议定事项", facts));
    write_actions(h, context, engine, d, typed, typed_of);
    h("{}", html::panel("办理过程", timeline_of(steps, decision_url(d.id) + "/files")));
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

base::Result<Decision> seen_decision(Context& context, MeetingsEngine& engine) {
  const Id id = TRY(context.id("decision"));
  auto d = TRY(engine.store().decision(context.tenant.id, id));
  if (!engine.store().may_see(context.actor, d))
    return refuse(Code::not_found, "meetings.not_found", "没有这项议定事项，或者它没有交给您的单位。");
  return d;
}

PageAnswer act(Context& context, MeetingsEngine& engine) {
  const Decision seen = TRY(seen_decision(context, engine));
  const auto action = parse_decision_action(context.field("do"));
  if (!action) return refuse(Code::invalid, "meetings.action", "看不懂要办什么，请从议定事项页面重新操作。");
  auto in = action_form(*action).check(context.request.form);
  DecisionChange change;
  change.action = *action;
  change.revision = base::parse_int(context.field("revision")).value_or(-1);
  if (engine.store().may_act(context.actor, seen, *action)) {
    const auto file = take_file(context, "file");
    if (file) {
      change.file = *file;
    } else {
      in.errors.push_back(file.error());
    }
  }
  if (in.ok()) {
    change.text = in.values.text("text");
    change.due = in.values.date("due");
    const auto done = engine.store().act(by(context), seen.id, change);
    if (done) {
      context.say(html::Tone::green, std::string(title_of(*action)) + "：已办理。");
      return site::redirect(decision_url(seen.id));
    }
    if (!belongs_to_form(done.error())) return tl::unexpected(done.error());
    in.errors.push_back(done.error());
    if (done.error().code == Code::conflict) {
      // The page as it is now; what was typed stays where the same can still be done.
      context.messages_now.emplace_back(html::Tone::red, done.error().message);
      const Decision now = TRY(engine.store().decision(context.tenant.id, seen.id));
      return decision_page(context, engine, now, {in.values, in.errors}, *action);
    }
  }
  return decision_page(context, engine, seen, {in.values, in.errors}, *action);
}

}  // namespace

void add_decision_pages(site::Site& site, MeetingsEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/decisions", Access::right, "meetings.read",
            [&](Context& c) { return list_decisions(c, engine); }});
  site.add({Method::get, "/decisions/new", Access::right, "meetings.manage", [&](Context& c) -> PageAnswer {
              const auto meeting = base::parse_id(c.param("meeting"));
              if (!meeting) return refuse(Code::not_found, "meetings.meeting", "请从会议页面登记议定事项。");
              return new_page(c, engine, TRY(engine.store().meeting(c.tenant.id, *meeting)), {});
            }});
  site.add({Method::post, "/decisions/new", Access::right, "meetings.manage",
            [&](Context& c) { return add_decision(c, engine); }});
  site.add(
      {Method::get, "/decisions/{decision}", Access::right, "meetings.read", [&](Context& c) -> PageAnswer {
         return decision_page(c, engine, TRY(seen_decision(c, engine)), {}, std::nullopt);
       }});
  site.add({Method::post, "/decisions/{decision}/act", Access::right, "meetings.read",
            [&](Context& c) { return act(c, engine); }, kUploadLimit, true});
  site.add({Method::get, "/decisions/{decision}/files/{file}", Access::right, "meetings.read",
            [&](Context& c) -> PageAnswer {
              const Decision d = TRY(seen_decision(c, engine));
              for (const auto& step : engine.store().steps(c.tenant.id, d.id)) {
                if (!step.file.empty() && step.file.sha256 == c.variable("file"))
                  return file_answer(c, step.file);
              }
              return refuse(Code::not_found, "file.missing", "这项议定事项没有这份文件。");
            }});
}

}  // namespace kepu::meetings

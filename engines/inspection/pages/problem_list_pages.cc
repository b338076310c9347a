// 问题清单: the list, and entering a problem that was found elsewhere.
#include "core/base/text.h"
#include "engines/inspection/pages/desk.h"

namespace kepu::inspection {

namespace {

const std::vector<form::Option>& severity_options() {
  static const auto kOptions = options_of({Severity::general, Severity::serious, Severity::grave});
  return kOptions;
}
const std::vector<form::Option>& source_options() {
  static const auto kOptions =
      options_of({Source::public_, Source::superior, Source::media, Source::own, Source::other});
  return kOptions;
}

// ---------------------------------------------------------------- list

table::Table<Problem> problem_table(Context& context, const auth::UnitTree& units,
                                    const std::vector<RoundRow>& rounds, bool all) {
  const base::Date today = context.today();
  auto states = as_filter(options_of({ProblemState::noted, ProblemState::rectifying, ProblemState::reported,
                                      ProblemState::passed, ProblemState::closed, ProblemState::withdrawn}));
  states.insert(states.begin(), {{"open", "未销号"}, {"late", "逾期未报"}});
  auto sources = as_filter(source_options());
  sources.insert(sources.begin(), {"round", "督查"});
  std::vector<std::pair<std::string, std::string>> round_names, owners;
  for (const auto& r : rounds) {
    if (r.problems > 0) round_names.emplace_back(std::to_string(r.round.id), r.round.title);
  }
  for (const auto& o : unit_options(units)) owners.emplace_back(o.value, o.label);
  table::Table<Problem> table({.id = "problems",
                               .caption = "问题清单",
                               .search_hint = "问题、编号、要求",
                               .tie_break = "id",
                               .unit = "个"});
  table
      .column({.key = "what", .title = "问题", .sortable = false, .full_on_phone = true, .width = 44},
              [](const Problem& p) { return table::link(base::shorten(p.what, 80), problem_url(p.id)); })
      .column({.key = "severity", .title = "程度", .sql = "severity"},
              [](const Problem& p) {
                return table::tags({{std::string(title_of(p.severity)), tone_of(p.severity)}});
              })
      .column({.key = "state", .title = "状态", .sortable = false},
              [today](const Problem& p) { return table::status(light_of(p, today), word_of(p, today)); })
      .column({.key = "owner", .title = "整改单位", .sortable = false, .width = 18},
              [&units](const Problem& p) {
                return p.owner == 0 ? table::missing() : table::text(unit_name(units, p.owner));
              })
      .column({.key = "due", .title = "期限", .width = 12, .sql = "nullif(due, '')"},
              [](const Problem& p) { return table::date(p.due); })
      .column({.key = "source", .title = "来源", .sortable = false, .hide_on_phone = true},
              [](const Problem& p) { return table::text(std::string(title_of(p.source))); })
      .column({.key = "unit", .title = "发现于", .sortable = false, .hide_on_phone = true},
              [&units](const Problem& p) {
                return p.unit == 0 ? table::missing() : table::text(unit_name(units, p.unit));
              })
      .column({.key = "opened", .title = "登记", .hide_on_phone = true, .width = 12, .sql = "opened_at"},
              [](const Problem& p) { return table::date(base::date_of(p.opened_at)); })
      .column({.key = "number", .title = "编号", .width = 14, .sql = "number"},
              [](const Problem& p) { return table::text(p.number); })
      .column({.key = "measure", .title = "整改要求", .sortable = false, .export_only = true, .width = 40},
              [](const Problem& p) { return table::text(p.measure); })
      .column({.key = "place", .title = "地点", .sortable = false, .export_only = true},
              [](const Problem& p) { return table::text(p.where_); })
      .column({.key = "task", .title = "涉及任务", .sortable = false, .export_only = true, .width = 30},
              [](const Problem& p) {
                return p.task.empty() ? table::missing() : table::text(p.task.code + " " + p.task.title);
              })
      .filter({.key = "state", .title = "状态", .options = std::move(states)})
      .filter({.key = "severity", .title = "程度", .options = as_filter(severity_options())})
      .filter({.key = "source", .title = "来源", .options = std::move(sources)});
  if (all) table.filter({.key = "owner", .title = "整改单位", .options = std::move(owners)});
  if (!round_names.empty())
    table.filter({.key = "round", .title = "督查", .options = std::move(round_names)});
  return table;
}

ProblemQuery query_of(const Context& context, const table::Wanted& wanted) {
  ProblemQuery q;
  if (!sees_all(context.actor)) q.units = context.actor.units_of(kRead);
  const auto state = wanted.query.filter("state");
  if (state == "open") q.open_only = true;
  if (state == "late") q.late_on = context.today();
  q.state = parse_problem_state(state);
  q.severity = parse_severity(wanted.query.filter("severity"));
  q.source = parse_source(wanted.query.filter("source"));
  q.owner = base::parse_id(wanted.query.filter("owner")).value_or(0);
  q.round = base::parse_id(wanted.query.filter("round")).value_or(0);
  q.text = wanted.query.text;
  q.order_by = wanted.order_by;
  q.offset = wanted.offset;
  q.limit = wanted.limit;
  return q;
}

PageAnswer list_problems(Context& context, InspectionEngine& engine) {
  const auto units = context.app.directory.units(context.tenant.id);
  const bool all = sees_all(context.actor);
  const auto table = problem_table(
      context, *units, all ? engine.store().rounds(context.tenant.id) : std::vector<RoundRow>{}, all);
  const auto counts = engine.store().counts(
      context.tenant.id, all ? std::nullopt : context.actor.units_of(kRead), context.today());
  const table::Source<Problem> source = [&](const table::Wanted& wanted) {
    auto page = engine.store().problems(context.tenant.id, query_of(context, wanted));
    return table::Found<Problem>{std::move(page.problems), page.total};
  };
  site::Page page;
  page.title = "问题清单";
  page.path = {{"督查", "/inspection"}, {"问题清单", ""}};
  page.note = fmt::format("整改中 {}（逾期 {}），待复核 {}，待销号 {}，已销号 {}{}", counts.rectifying,
                          counts.late, counts.reported, counts.passed, counts.closed,
                          all ? fmt::format("，待交办 {}", counts.noted) : "");
  page.actions = [&](Out& h) {
    if (context.actor.may(kManage))
      h("{}", html::button_link("登记问题", "/problems/new", "plus", html::Look::primary));
  };
  page.landscape = true;
  site::ListOptions options{.file_name = "问题清单", .subject = "problems"};
  options.empty_hint = all ? "还没有问题。现场督查发现的会自动记入；其他来源的由督查组织单位登记。"
                           : "没有交给本单位整改的问题。";
  return site::list(context, table, source, std::move(page), options);
}

// ---------------------------------------------------------------- entering

form::Form problem_form(const auth::UnitTree& units, const std::vector<TaskName>& tasks) {
  return form::Form(
      {{.name = "what",
        .label = "是什么问题",
        .kind = form::Kind::long_text,
        .required = true,
        .max_length = 2000},
       {.name = "source",
        .label = "来源",
        .kind = form::Kind::select,
        .required = true,
        .options = source_options(),
        .short_field = true},
       {.name = "from_whom",
        .label = "由谁反映",
        .hint = "单位、来信编号或报道名称；不要写个人电话",
        .max_length = 200,
        .short_field = true},
       {.name = "unit",
        .label = "问题在哪个单位",
        .kind = form::Kind::select,
        .options = unit_options(units),
        .short_field = true},
       {.name = "severity",
        .label = "程度",
        .kind = form::Kind::select,
        .required = true,
        .options = severity_options(),
        .short_field = true},
       {.name = "place", .label = "地点", .hint = "用文字写", .max_length = 200},
       {.name = "task", .label = "涉及哪项任务", .kind = form::Kind::select, .options = task_options(tasks)},
       {.name = "file",
        .label = "照片或材料",
        .kind = form::Kind::file,
        .hint = "JPG、PNG、PDF、Office 文档，最大 15 MB；照片里的定位会去掉"}});
}

http::Response new_page(Context& context, InspectionEngine& engine, const Typed& typed) {
  const auto units = context.app.directory.units(context.tenant.id);
  site::Page page;
  page.title = "登记问题";
  page.path = {{"督查", "/inspection"}, {"问题清单", "/problems"}, {"登记", ""}};
  page.narrow = true;
  auto view = view_of(context, "/problems/new", "登记", typed);
  view.cancel_url = "/problems";
  const auto fields = problem_form(*units, task_names(context, engine));
  page.body = [&](Out& h) {
    h("{}", html::panel("", [&](Out& o) { fields.write(o, view); },
                        {.note = "登记后再交办：写明整改单位、要求和期限"}));
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer add_problem(Context& context, InspectionEngine& engine) {
  const auto units = context.app.directory.units(context.tenant.id);
  const auto tasks = task_names(context, engine);
  auto in = problem_form(*units, tasks).check(context.request.form);
  Problem p;
  const auto* upload = context.request.upload("file");
  if (upload != nullptr && upload->size > 0) {
    const auto photo = take_file(context, *upload, false);
    if (photo) {
      p.photos.push_back(*photo);
    } else {
      in.errors.push_back(photo.error());
    }
  }
  if (in.ok()) {
    p.what = in.values.text("what");
    p.source = parse_source(in.values.text("source")).value_or(Source::other);
    p.from_whom = in.values.text("from_whom");
    p.unit = base::parse_id(in.values.text("unit")).value_or(0);
    p.severity = parse_severity(in.values.text("severity")).value_or(Severity::general);
    p.where_ = in.values.text("place");
    for (const auto& t : tasks) {
      if (std::to_string(t.id) == in.values.text("task")) p.task = t;
    }
    const auto added = engine.store().add_problem(by(context), p);
    if (added) {
      context.say(html::Tone::green, "已登记。现在可以交办。");
      return site::redirect(problem_url(*added));
    }
    in.errors.push_back(added.error());
  }
  return new_page(context, engine, {in.values, in.errors});
}

}  // namespace

void add_problem_list_pages(site::Site& site, InspectionEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/problems", Access::right, "inspection.read",
            [&](Context& c) { return list_problems(c, engine); }});
  site.add({Method::get, "/problems/new", Access::right, "inspection.manage",
            [&](Context& c) -> PageAnswer { return new_page(c, engine, {}); }});
  site.add({Method::post, "/problems/new", Access::right, "inspection.manage",
            [&](Context& c) { return add_problem(c, engine); }, kProblemUpload, true});
}

}  // namespace kepu::inspection

// 督查: the list of rounds, the form of a round.
#include "core/base/text.h"
#include "engines/inspection/checklist.h"
#include "engines/inspection/pages/desk.h"

namespace kepu::inspection {

using base::Code;
using base::refuse;

namespace {

constexpr auth::UnitKind kKinds[] = {auth::UnitKind::department, auth::UnitKind::township,
                                     auth::UnitKind::village, auth::UnitKind::other};

const form::Form& round_form() {
  static const form::Form kForm = [] {
    std::vector<form::Field> fields = {
        {.name = "title", .label = "名称", .required = true, .hint = "如 2026 年年中督查", .max_length = 100},
        {.name = "basis", .label = "依据", .hint = "批准这次督查的文件或会议", .max_length = 200},
        {.name = "from", .label = "开始", .kind = form::Kind::date, .required = true, .short_field = true},
        {.name = "until", .label = "结束", .kind = form::Kind::date, .required = true, .short_field = true}};
    for (const auto kind : kKinds) {
      fields.push_back({.name = "take-" + std::string(auth::to_text(kind)),
                        .label = std::string(auth::title_of(kind)) + "抽几个",
                        .kind = form::Kind::integer,
                        .min = 0,
                        .max = 5000,
                        .unit = "个",
                        .short_field = true});
    }
    fields.push_back({.name = "tasks",
                      .label = "只查承担这些任务的单位",
                      .hint = "任务编号，用顿号或空格分开，如“农-03、青-01”；不填则各单位都在范围内",
                      .max_length = 500});
    fields.push_back({.name = "checklist",
                      .label = "检查表",
                      .kind = form::Kind::long_text,
                      .required = true,
                      .hint = "每行一个问题，后面用竖线写类型：“是否”“评分 10”“数字 "
                              "场”“文字”；再加“佐证”表示要照片，“选答”表示可以不填",
                      .rows = 12});
    return form::Form(std::move(fields));
  }();
  return kForm;
}

form::Values values_of(const Round& r) {
  form::Values v;
  v.set("title", r.title);
  v.set("basis", r.basis);
  if (r.from.year != 0) v.set("from", base::to_iso(r.from));
  if (r.until.year != 0) v.set("until", base::to_iso(r.until));
  for (const auto& s : r.strata) v.set("take-" + std::string(auth::to_text(s.kind)), std::to_string(s.take));
  std::vector<std::string> codes;
  for (const auto& t : r.tasks) codes.push_back(t.code);
  v.set("tasks", base::join(codes, "、"));
  v.set("checklist", to_text(r.checklist));
  return v;
}

std::vector<TaskName> read_tasks(const std::string& text, const std::vector<TaskName>& all,
                                 base::Errors& errors) {
  std::vector<TaskName> out;
  std::string blanks = text;
  for (const auto* mark : {"、", "，", ",", "；", ";", "\n"}) blanks = base::replace_all(blanks, mark, " ");
  for (const auto& code : base::split(base::squeeze(blanks), " ")) {
    if (code.empty()) continue;
    const auto at = std::find_if(all.begin(), all.end(), [&](const TaskName& t) { return t.code == code; });
    if (at == all.end()) {
      errors.push_back({Code::invalid, "inspection.task", "tasks",
                        "运行中的方案里没有编号“" + base::shorten(code, 20) + "”的任务，请到任务清单核对。"});
    } else {
      out.push_back(*at);
    }
  }
  return out;
}

// What was typed as a round; errors where it is none.
Round read_round(Context& context, InspectionEngine& engine, Typed& typed) {
  auto in = round_form().check(context.request.form);
  Round r;
  typed.values = in.values;
  typed.errors = in.errors;
  if (!in.ok()) return r;
  r.title = in.values.text("title");
  r.basis = in.values.text("basis");
  r.from = in.values.date("from").value_or(base::Date{});
  r.until = in.values.date("until").value_or(base::Date{});
  for (const auto kind : kKinds) {
    const auto take = in.values.integer("take-" + std::string(auth::to_text(kind))).value_or(0);
    if (take > 0) r.strata.push_back({kind, static_cast<int>(take)});
  }
  r.tasks = read_tasks(in.values.text("tasks"), task_names(context, engine), typed.errors);
  auto read = parse_checklist(in.values.text("checklist"));
  r.checklist = std::move(read.questions);
  typed.errors.insert(typed.errors.end(), read.errors.begin(), read.errors.end());
  return r;
}

http::Response form_page(Context& context, const Round* stored, const Typed& typed) {
  site::Page page;
  const bool fresh = stored == nullptr;
  page.title = fresh ? "拟订督查" : "修改督查";
  page.path = {{"督查", "/inspection"}};
  if (!fresh) page.path.push_back({stored->title, round_url(stored->id)});
  page.path.push_back({fresh ? "拟订" : "修改", ""});
  page.narrow = true;
  auto view =
      view_of(context, fresh ? "/inspection/rounds/new" : round_url(stored->id) + "/edit",
              fresh ? "保存，下一步抽样" : "保存", typed, fresh ? form::Values{} : values_of(*stored));
  view.cancel_url = fresh ? "/inspection" : round_url(stored->id);
  if (!fresh) view.hidden = {{"revision", std::to_string(stored->revision)}};
  page.body = [&](Out& h) {
    h("{}", html::panel("", [&](Out& o) { round_form().write(o, view); },
                        {.note = "抽样在下一步进行；已经抽过样的，改了范围要重新抽"}));
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer add_round(Context& context, InspectionEngine& engine) {
  Typed typed;
  const Round wanted = read_round(context, engine, typed);
  if (typed.empty()) {
    const auto added = engine.store().add_round(by(context), wanted);
    if (added) {
      context.say(html::Tone::green, "已保存。现在可以抽样。");
      return site::redirect(round_url(*added));
    }
    typed.errors.push_back(added.error());
  }
  return form_page(context, nullptr, typed);
}

PageAnswer edit_round(Context& context, InspectionEngine& engine) {
  const Id id = TRY(context.id("round"));
  auto stored = TRY(engine.store().round(context.tenant.id, id)).round;
  if (context.request.method == http::Method::get) return form_page(context, &stored, {});
  Typed typed;
  Round wanted = read_round(context, engine, typed);
  if (typed.empty()) {
    wanted.id = id;
    wanted.revision = base::parse_int(context.field("revision")).value_or(0);
    const auto done = engine.store().change_round(by(context), wanted);
    if (done) {
      context.say(html::Tone::green, "已保存。");
      return site::redirect(round_url(id));
    }
    typed.errors.push_back(done.error());
  }
  return form_page(context, &stored, typed);
}

PageAnswer list_rounds(Context& context, InspectionEngine& engine) {
  auto rows = engine.store().rounds(context.tenant.id);
  std::erase_if(rows, [&](const RoundRow& r) { return !engine.store().may_see(context.actor, r.round); });
  const auto table =
      table::Table<RoundRow>({.id = "rounds", .caption = "督查", .search_hint = "名称、依据", .unit = "轮"})
          .column({.key = "title", .title = "督查", .full_on_phone = true, .width = 36},
                  [](const RoundRow& r) { return table::link(r.round.title, round_url(r.round.id)); })
          .column({.key = "state", .title = "状态"},
                  [](const RoundRow& r) {
                    return table::status(light_of(r.round.state), std::string(title_of(r.round.state)));
                  })
          .column({.key = "from", .title = "开始", .width = 12},
                  [](const RoundRow& r) { return table::date(r.round.from); })
          .column({.key = "until", .title = "结束", .width = 12},
                  [](const RoundRow& r) { return table::date(r.round.until); })
          .column({.key = "visits", .title = "走访单位", .number = true},
                  [](const RoundRow& r) { return table::count(r.visits); })
          .column({.key = "answered", .title = "已走访", .number = true},
                  [](const RoundRow& r) { return table::count(r.answered); })
          .column({.key = "problems", .title = "发现问题", .number = true},
                  [](const RoundRow& r) { return table::count(r.problems); })
          .column({.key = "open", .title = "未销号", .number = true},
                  [](const RoundRow& r) { return table::count(r.open); })
          .column({.key = "basis", .title = "依据", .hide_on_phone = true, .width = 30},
                  [](const RoundRow& r) { return table::text(r.round.basis); });
  site::Page page;
  page.title = "督查";
  page.path = {{"督查", ""}};
  page.note = "抽样走访、现场记录、问题整改、结果通报";
  page.actions = [&](Out& h) {
    h("{}", html::button_link("问题清单", "/problems", "list-check"));
    if (context.actor.may(kVisit)) h("{}", html::button_link("我的走访", "/inspection/visits", "map-pin"));
    if (context.actor.may(kManage))
      h("{}", html::button_link("拟订督查", "/inspection/rounds/new", "plus", html::Look::primary));
  };
  site::ListOptions options{.file_name = "督查列表", .subject = "rounds"};
  options.empty_hint = "还没有督查。拟订一轮：写明依据、抽哪些单位、查什么，然后抽样、安排人员、开始。";
  return site::list(context, table, table.in_memory(rows), std::move(page), options);
}

}  // namespace

void add_round_pages(site::Site& site, InspectionEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/inspection", Access::right, "inspection.read",
            [&](Context& c) { return list_rounds(c, engine); }});
  site.add({Method::get, "/inspection/rounds/new", Access::right, "inspection.manage",
            [](Context& c) -> PageAnswer { return form_page(c, nullptr, {}); }});
  site.add({Method::post, "/inspection/rounds/new", Access::right, "inspection.manage",
            [&](Context& c) { return add_round(c, engine); }});
  site.add({Method::get, "/inspection/rounds/{round}/edit", Access::right, "inspection.manage",
            [&](Context& c) { return edit_round(c, engine); }});
  site.add({Method::post, "/inspection/rounds/{round}/edit", Access::right, "inspection.manage",
            [&](Context& c) { return edit_round(c, engine); }});
  add_round_steps(site, engine);
}

}  // namespace kepu::inspection

// 考核: one year with its units, and the steps from draft to final.
#include <set>

#include "engines/appraisal/pages/desk.h"

namespace kepu::appraisal {

using base::Code;
using base::refuse;
using html::Out;
using site::Answer;
using site::Context;

namespace {

struct UnitRow {
  UnitSheet sheet;
  std::string group;
  std::optional<Points> self, assessed, total;
  std::string grade;
  int missing = 0, outliers = 0;
  bool own = false, marked = false, barred = false, open = false;  // open: its page may be seen
};

std::vector<UnitRow> unit_rows(Context& context, AppraisalEngine& engine, const Loaded& loaded) {
  auto& store = engine.store();
  const Id tenant = context.tenant.id, id = loaded.head.id;
  std::map<Id, UnitScore> scores;
  std::map<Id, ResultRow> frozen;
  if (loaded.head.state == State::final) {
    for (auto& row : store.results(tenant, id)) frozen[row.unit] = row;
  } else if (sees_scores(context, loaded.head) && loaded.head.state >= State::self_scoring) {
    if (const auto in = store.inputs(tenant, id, 0, true)) {
      for (auto& u : score(*in).units) scores[u.unit] = std::move(u);
    }
  }
  std::set<Id> marked;
  const bool assesses = loaded.head.state == State::assessing && context.actor.may("appraisal.assess");
  if (assesses) {
    const auto units = store.units_marked_by(tenant, id, context.actor.person);
    marked = {units.begin(), units.end()};
  }
  const auto tree = context.app.directory.units(tenant);
  std::vector<UnitRow> rows;
  for (auto& sheet : store.sheets(tenant, id)) {
    UnitRow row;
    row.open = context.actor.may("appraisal.read", sheet.entry.unit);
    if (!row.open && loaded.head.state < State::notice) continue;
    const auto* group = loaded.table->group(sheet.entry.group);
    row.group = group == nullptr ? sheet.entry.group : group->title;
    row.own = sheet.entry.unit == context.actor.unit;
    row.marked = marked.count(sheet.entry.unit) > 0;
    row.barred = assesses && own_unit_bar(context.actor, *tree, sheet.entry.unit).has_value();
    if (const auto at = frozen.find(sheet.entry.unit); at != frozen.end()) {
      row.self = at->second.self;
      row.assessed = at->second.assessed;
      row.total = at->second.total;
      row.grade = at->second.grade;
      row.missing = at->second.missing;
    } else if (const auto live = scores.find(sheet.entry.unit); live != scores.end()) {
      row.self = live->second.self.total;
      // What nobody has scored yet is no score, and no grade.
      const bool scored = live->second.unscored == 0;
      if (scored) row.assessed = live->second.assessed.total;
      if (scored && loaded.head.state >= State::assessing) {
        row.total = live->second.final.total;
        row.grade = live->second.grade;
      }
      row.missing = live->second.missing;
      for (const auto& i : live->second.items) row.outliers += i.outliers.empty() ? 0 : 1;
    }
    if (!row.open) row.self = row.assessed = std::nullopt;
    row.sheet = std::move(sheet);
    rows.push_back(std::move(row));
  }
  return rows;
}

table::Table<UnitRow> units_table(const Context& context, const Loaded& loaded) {
  const Head& head = loaded.head;
  table::Table<UnitRow> table(
      {.id = "units", .caption = "各单位得分", .search_hint = "单位名称", .unit = "个单位"});
  table.column({.key = "unit", .title = "单位", .width = 26}, [id = head.id](const UnitRow& r) {
    return r.open ? table::link(r.sheet.entry.name, sheet_url(id, r.sheet.entry.unit))
                  : table::text(r.sheet.entry.name);
  });
  table.column({.key = "group", .title = "考核对象", .hide_on_phone = true},
               [](const UnitRow& r) { return table::text(r.group); });
  if (head.state <= State::assessing)
    table.column({.key = "submitted", .title = "自评"}, [](const UnitRow& r) {
      return r.sheet.submitted_at != 0 ? table::status(html::Light::done, "已提交")
                                       : table::status(html::Light::watch, "未提交");
    });
  if (head.state == State::assessing && context.actor.may("appraisal.assess"))
    table.column({.key = "mine", .title = "我的评分"}, [](const UnitRow& r) {
      if (r.barred) return table::status(html::Light::idle, "回避");
      return r.marked ? table::status(html::Light::done, "已评") : table::status(html::Light::watch, "未评");
    });
  if (sees_scores(context, head)) {
    const auto points = [](std::optional<Points> p) {
      return table::number(
          p ? std::optional(static_cast<double>(*p) / static_cast<double>(kPoint)) : std::nullopt, 2);
    };
    table.column({.key = "self", .title = "自评分", .number = true, .hide_on_phone = true},
                 [points](const UnitRow& r) { return points(r.self); });
    table.column({.key = "assessed",
                  .title = "评委分",
                  .number = true,
                  .hide_on_phone = true,
                  .note = "平台数据和评委中位数合成，未经审核"},
                 [points](const UnitRow& r) { return points(r.assessed); });
    table.column(
        {.key = "total", .title = head.state == State::final ? "最终得分" : "目前得分", .number = true},
        [points](const UnitRow& r) { return points(r.total); });
    table.column({.key = "grade", .title = "等次"}, [rules = loaded.table](const UnitRow& r) {
      return r.grade.empty() ? table::missing() : table::tags({{r.grade, tone_of_grade(*rules, r.grade)}});
    });
    table.column({.key = "missing",
                  .title = "缺项",
                  .number = true,
                  .hide_on_phone = true,
                  .note = "没有数据也没有评分的基本分考核项，按零分计入"},
                 [](const UnitRow& r) { return table::count(r.missing); });
    if (head.state == State::assessing || head.state == State::reviewing)
      table.column({.key = "outliers",
                    .title = "评分偏离",
                    .number = true,
                    .hide_on_phone = true,
                    .note = "有评委的评分偏离中位数较多的考核项"},
                   [](const UnitRow& r) { return table::count(r.outliers); });
  }
  std::vector<std::pair<std::string, std::string>> groups;
  for (const auto& g : loaded.table->groups) groups.emplace_back(g.title, g.title);
  table.filter({.key = "group", .title = "考核对象", .options = groups},
               [](const UnitRow& r, std::string_view v) { return r.group == v; });
  if (sees_scores(context, head)) {
    std::vector<std::pair<std::string, std::string>> grades;
    for (const auto& g : loaded.table->grades) grades.emplace_back(g.title, g.title);
    table.filter({.key = "grade", .title = "等次", .options = grades},
                 [](const UnitRow& r, std::string_view v) { return r.grade == v; });
  }
  return table;
}

// ---------------------------------------------------------------- the next step

struct StepForm {
  Action action;
  std::string text;      // what will happen
  std::string due = {};  // label of the date, where one is needed
  bool reason = false, danger = false;
};

std::vector<StepForm> steps_open(const Loaded& loaded) {
  switch (loaded.head.state) {
    case State::draft:
      return {{Action::publish, "发布后规则冻结，各单位可以看到；没有开始自评前可以收回。"}};
    case State::published:
      return {{Action::open_self, "各单位开始自评，并收到通知。", "自评截止"},
              {Action::recall, "收回到编制中，可以再改；已发布过的事实留在日志里。", "", true, true}};
    case State::self_scoring:
      return {
          {Action::open_assessing, "自评关闭；平台数据此刻冻结，以后不再变动；评委开始评分。", "评分截止"}};
    case State::assessing:
      return {{Action::open_review, "评委评分关闭，转入审核。"}};
    case State::reviewing:
      return {{Action::open_notice, "各单位看到自己的各项得分和全部单位的总分、等次，可以申诉。", "公示到"},
              {Action::reopen_assessing, "退回评委补评，已有的评分保留。", "", true}};
    case State::notice:
      return {{Action::finish,
               "公示期满、申诉都已裁定后定稿：规则、数据、评分和结果一并冻结，写入审计日志，不能再改。", "",
               false, true}};
    case State::final:
      break;
  }
  return {};
}

std::string_view name_of(Action action) {
  switch (action) {
    case Action::publish:
      return "publish";
    case Action::recall:
      return "recall";
    case Action::open_self:
      return "open-self";
    case Action::open_assessing:
      return "open-assessing";
    case Action::open_review:
      return "open-review";
    case Action::reopen_assessing:
      return "reopen-assessing";
    case Action::open_notice:
      return "open-notice";
    case Action::finish:
      return "finish";
    default:
      return "";
  }
}

form::Form step_form(const StepForm& step, const Loaded& loaded, base::Date today) {
  std::vector<form::Field> fields;
  if (!step.due.empty()) {
    const int days = step.action == Action::open_notice ? loaded.table->notice_days : 0;
    const auto earliest = base::from_days(base::to_days(today) + days);
    fields.push_back({.name = "due",
                      .label = step.due,
                      .kind = form::Kind::date,
                      .required = true,
                      .hint = days > 0
                                  ? fmt::format("公示至少 {} 天，不早于 {}", days, base::to_iso(earliest))
                                  : std::string(),
                      .earliest = earliest,
                      .short_field = true});
  }
  if (step.reason) fields.push_back({.name = "reason", .label = "原因", .required = true, .max_length = 200});
  fields.push_back({.name = "revision", .label = "", .kind = form::Kind::hidden});
  return form::Form(std::move(fields));
}

struct Tried {  // a step that was refused, to be shown again
  Action action;
  form::Checked typed;
};

void write_steps(Out& h, const Context& context, const Loaded& loaded, const Tried* tried) {
  if (!context.actor.may("appraisal.manage")) return;
  for (const auto& step : steps_open(loaded)) {
    const auto form = step_form(step, loaded, context.today());
    const bool again = tried != nullptr && tried->action == step.action;
    form::Values values = again ? tried->typed.values : form::Values();
    values.set("revision", std::to_string(loaded.head.revision));
    h("{}", html::panel(std::string(title_of(step.action)),
                        [&](Out& o) {
                          form.write(
                              o, {.action = year_url(loaded.head.id, std::string("step/") +
                                                                         std::string(name_of(step.action))),
                                  .csrf = context.csrf,
                                  .values = values,
                                  .errors = again ? tried->typed.errors : base::Errors{},
                                  .submit = std::string(title_of(step.action)),
                                  .guard = false});
                        },
                        {.note = step.text, .alarm = step.danger}));
  }
}

Answer show_year(Context& context, AppraisalEngine& engine, const Tried* tried) {
  const Loaded loaded = TRY(appraisal_of(context, engine));
  const Head& head = loaded.head;
  if (head.state == State::draft && !context.actor.may("appraisal.edit") &&
      !context.actor.may("appraisal.manage"))
    return refuse(Code::not_found, "appraisal.not_found", "这一年的考核还没有发布。");
  const auto rows = unit_rows(context, engine, loaded);
  const auto table = units_table(context, loaded);
  site::Page page;
  page.title = fmt::format("{} 年度　{}", head.year, head.title);
  page.path = {{"考核", "/appraisals"}, {std::to_string(head.year), ""}};
  page.note = [&](Out& h) {
    h("{}　{} 项考核项，满分 {} 分", html::light(light_of(head.state), title_of(head.state)),
      loaded.table->items.size(), points_text(loaded.table->full));
    if (head.frozen_at != 0) h("　平台数据截至 {}", base::to_iso(base::date_of(head.frozen_at)));
  };
  page.actions = [&](Out& h) {
    h("{}", html::button_link("指标表", year_url(head.id, "table"), "list-details"));
    if (head.state >= State::notice) {
      h(" {} {}", html::button_link("公示", year_url(head.id, "notice"), "file-text"),
        html::button_link("申诉", year_url(head.id, "appeals"), "message"));
      if (context.actor.may_everywhere("appraisal.read"))
        h(" {}", html::button_link("Word", year_url(head.id, "result.docx"), "download"));
    }
    if (head.state == State::final)
      h(" {}", html::button_link("核验", year_url(head.id, "verify"), "shield-check"));
  };
  site::ListOptions options{.file_name = fmt::format("{} 年度考核得分", head.year),
                            .subject = subject_of(head.id)};
  options.empty_hint =
      head.state == State::draft ? "发布指标表时，按考核对象列出各单位。" : "本单位不在这一年的考核对象里。";
  options.before = [&](Out& h) { h("{}", html::panel("进展", steps_of(head))); };
  options.after = [&](Out& h) {
    write_steps(h, context, loaded, tried);
    if (context.actor.may("appraisal.manage") || context.actor.may("appraisal.review"))
      h("{}", html::panel("过程记录", timeline_of(context, subject_of(head.id)),
                          {.note = "各单位自己的记录在单位的页面上"}));
  };
  auto answer = site::list(context, table, table.in_memory(rows), std::move(page), options);
  if (answer && tried != nullptr) answer->status = 422;
  return answer;
}

base::Done do_step(Context& context, AppraisalEngine& engine, Id id, Action action,
                   const form::Values& values) {
  const auto revision = values.integer("revision").value_or(0);
  if (action == Action::publish) return engine.publish(by(context), id, revision);
  if (action == Action::open_assessing)
    return engine.open_assessing(by(context), id, revision, values.date("due"));
  AppraisalStore::Step step;
  step.action = action;
  step.due = values.date("due");
  step.reason = values.text("reason");
  return engine.store().step(by(context), id, revision, step);
}

Answer take_step(Context& context, AppraisalEngine& engine) {
  const Loaded loaded = TRY(appraisal_of(context, engine));
  for (const auto& step : steps_open(loaded)) {
    if (name_of(step.action) != context.variable("step")) continue;
    Tried tried{step.action, step_form(step, loaded, context.today()).check(context.request.form)};
    if (tried.typed.ok()) {
      const auto done = do_step(context, engine, loaded.head.id, step.action, tried.typed.values);
      if (done) {
        context.say(html::Tone::green, "已完成：" + std::string(title_of(step.action)) + "。");
        return site::redirect(year_url(loaded.head.id));
      }
      tried.typed.errors.push_back(done.error());
    }
    return show_year(context, engine, &tried);
  }
  return refuse(
      Code::conflict, "appraisal.not_in_state",
      fmt::format("这项考核现在是“{}”，刚才的操作已不适用，请刷新页面。", title_of(loaded.head.state)));
}

}  // namespace

void add_year_pages(site::Site& site, AppraisalEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/appraisals/{appraisal}", Access::right, "appraisal.read",
            [&](Context& c) { return show_year(c, engine, nullptr); }});
  site.add({Method::post, "/appraisals/{appraisal}/step/{step}", Access::right, "appraisal.manage",
            [&](Context& c) { return take_step(c, engine); }});
}

}  // namespace kepu::appraisal

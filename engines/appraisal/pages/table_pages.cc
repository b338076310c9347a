// 考核指标表: what everybody reads, and its editor while it is a draft.
#include "core/base/text.h"
#include "engines/appraisal/pages/desk.h"

namespace kepu::appraisal {

using base::Code;
using base::refuse;
using html::Out;
using site::Answer;
using site::Context;

namespace {

std::string groups_text(const Table& rules, const Item& item) {
  if (item.groups.empty()) return "全部";
  std::vector<std::string> titles;
  for (const auto& id : item.groups) {
    const auto* group = rules.group(id);
    titles.push_back(group == nullptr ? id : group->title);
  }
  return base::join(titles, "、");
}

table::Table<const Item*> items_table(const Loaded& loaded, bool editable) {
  using Row = const Item*;
  auto rules = loaded.table;
  std::vector<std::pair<std::string, std::string>> groups;
  for (const auto& g : rules->groups) groups.emplace_back(g.id, g.title);
  return table::Table<Row>(
             {.id = "items", .caption = "考核指标表", .search_hint = "内容、标准", .unit = "项"})
      .column({.key = "code", .title = "编号", .sortable = false, .width = 8},
              [editable, id = loaded.head.id](const Row& r) {
                return editable ? table::link(r->code, item_url(id, r->code)) : table::text(r->code);
              })
      .column({.key = "project", .title = "项目", .sortable = false, .hide_on_phone = true, .width = 16},
              [](const Row& r) { return table::text(r->project); })
      .column({.key = "content", .title = "内容", .sortable = false, .full_on_phone = true, .width = 28},
              [](const Row& r) { return table::text(r->content); })
      .column({.key = "standard", .title = "标准", .sortable = false, .full_on_phone = true, .width = 44},
              [](const Row& r) { return table::text(r->standard); })
      .column({.key = "points", .title = "分值", .number = true, .sortable = false},
              [](const Row& r) {
                return table::number(static_cast<double>(r->points) / static_cast<double>(kPoint),
                                     r->points % kPoint == 0 ? 0 : 2);
              })
      .column({.key = "kind", .title = "类别", .sortable = false, .hide_on_phone = true},
              [](const Row& r) {
                return table::tags(
                    {{std::string(title_of(r->kind)), r->kind == ItemKind::bonus       ? html::Tone::green
                                                      : r->kind == ItemKind::deduction ? html::Tone::red
                                                                                       : html::Tone::plain}});
              })
      .column({.key = "rule", .title = "计分", .sortable = false, .full_on_phone = true, .width = 44},
              [](const Row& r) { return table::text(rule_text(*r)); })
      .column({.key = "method", .title = "方法", .sortable = false, .hide_on_phone = true, .width = 24},
              [](const Row& r) { return table::text(r->method); })
      .column({.key = "groups", .title = "适用", .sortable = false, .hide_on_phone = true, .width = 18},
              [rules](const Row& r) { return table::text(groups_text(*rules, *r)); })
      .column({.key = "note", .title = "备注", .sortable = false, .export_only = true, .width = 24},
              [](const Row& r) { return table::text(r->note); })
      .filter({.key = "group", .title = "考核对象", .options = groups},
              [rules](const Row& r, std::string_view v) { return rules->applies(*r, v); })
      .filter({.key = "kind",
               .title = "类别",
               .options = {{"basic", "基本分"}, {"bonus", "加分"}, {"deduction", "扣分"}}},
              [](const Row& r, std::string_view v) { return to_text(r->kind) == v; });
}

void write_explanation(Out& h, const Table& rules) {
  h("{}", html::panel("总分怎么算", [&](Out& o) {
      o("<p>基本分：各适用考核项得分之和 ÷ 适用考核项分值之和 × {} 分，四舍五入到 0.01 "
        "分；“不适用”的项目分子分母都去掉，既不加分也不扣分。</p>",
        points_text(rules.full));
      o("<p class=\"mt\">加分最多 {} 分，扣分最多 {} "
        "分。没有数据也没有评分的项目按零分计入，并单独列出。</p>",
        points_text(rules.bonus_cap), points_text(rules.deduction_cap));
      o("<p class=\"mt\">评委分取中位数；三名以上评委评分时，偏离中位数超过该项分值 {}% "
        "的评分会标出，由审核人核对，不自动剔除。</p>",
        rules.outlier_percent);
      o("<p class=\"mt\">等次：{}</p>", [&](Out& x) {
        for (const auto& g : rules.grades)
          x("{}（{} 分起）　", html::tag(g.title, tone_of_grade(rules, g.title)), points_text(g.from));
      });
    }));
}

Answer show_table(Context& context, AppraisalEngine& engine) {
  Loaded loaded = TRY(appraisal_of(context, engine));
  const bool draft = loaded.head.state == State::draft;
  const bool editable = draft && context.actor.may("appraisal.edit");
  if (draft && !editable && !context.actor.may("appraisal.manage"))
    return refuse(Code::not_found, "appraisal.not_found", "这一年的考核还没有发布。");
  base::Errors problems;
  if (draft) {
    problems = problems_of(*loaded.table);
    if (auto known = engine.with_metrics(context.tenant.id, *loaded.table)) {
      loaded.table = std::make_shared<const Table>(std::move(*known));
    } else {
      problems.push_back(known.error());
    }
  }
  const auto rows = loaded.table->items_of("");
  const auto table = items_table(loaded, editable);
  site::Page page;
  page.title = fmt::format("{} 年度考核指标表", loaded.head.year);
  page.path = {
      {"考核", "/appraisals"}, {std::to_string(loaded.head.year), year_url(loaded.head.id)}, {"指标表", ""}};
  page.note = draft ? "编制中，发布后冻结"
                    : fmt::format("已于 {} 发布，规则不再改动",
                                  base::to_iso(base::date_of(loaded.head.published_at)));
  page.landscape = true;
  page.actions = [&](Out& h) {
    if (editable)
      h("{} {}", html::button_link("总体设置", year_url(loaded.head.id, "settings"), "settings"),
        html::button_link("添加考核项", item_url(loaded.head.id, "new"), "plus", html::Look::primary));
  };
  site::ListOptions options{.file_name = fmt::format("{} 年度考核指标表", loaded.head.year),
                            .subject = subject_of(loaded.head.id)};
  options.empty_hint = "还没有考核项，请添加。";
  options.before = [&](Out& h) {
    if (!draft) return;
    if (problems.empty()) {
      h("{}", html::Flash{html::Tone::green, "指标表没有问题，可以到年度页面发布。"});
      return;
    }
    h("{}", html::panel(fmt::format("发布前还要改 {} 处", problems.size()),
                        [&](Out& o) {
                          o("<ul class=\"plain\">{}</ul>", [&](Out& x) {
                            for (const auto& e : problems) x("<li>{}</li>", e.message);
                          });
                        },
                        {.alarm = true}));
  };
  options.after = [&](Out& h) { write_explanation(h, *loaded.table); };
  return site::list(context, table, table.in_memory(rows), std::move(page), options);
}

// ---------------------------------------------------------------- settings and groups

std::string grades_text(const Table& rules) {
  std::vector<std::string> lines;
  for (const auto& g : rules.grades) lines.push_back(g.title + "：" + points_text(g.from));
  return base::join(lines, "\n");
}

base::Result<std::vector<Grade>> read_grades(const std::string& text) {
  std::vector<Grade> out;
  for (const auto& line : base::split(base::replace_all(text, "：", ":"), "\n")) {
    if (base::trim(line).empty()) continue;
    const auto at = line.rfind(':');
    const auto from = at == std::string::npos ? std::nullopt : parse_points(line.substr(at + 1));
    if (!from)
      return refuse(Code::invalid, "appraisal.grades",
                    "看不懂这一行：“" + line + "”。每行一个等次，例如“优秀：90”。", "grades");
    out.push_back({base::trim(line.substr(0, at)), *from});
  }
  return out;
}

const form::Form& settings_form() {
  static const form::Form kForm(
      {{.name = "year",
        .label = "考核年度",
        .kind = form::Kind::integer,
        .required = true,
        .min = 2000,
        .max = 2100,
        .short_field = true},
       {.name = "title", .label = "名称", .required = true, .max_length = 60},
       {.name = "full", .label = "满分", .required = true, .unit = "分", .short_field = true},
       {.name = "bonus_cap", .label = "加分上限", .required = true, .unit = "分", .short_field = true},
       {.name = "deduction_cap", .label = "扣分上限", .required = true, .unit = "分", .short_field = true},
       {.name = "outlier_percent",
        .label = "评分偏离提示线",
        .kind = form::Kind::integer,
        .required = true,
        .hint = "评分偏离中位数超过该项分值的百分之几时标出",
        .min = 1,
        .max = 100,
        .unit = "%",
        .short_field = true},
       {.name = "notice_days",
        .label = "公示至少",
        .kind = form::Kind::integer,
        .required = true,
        .min = 1,
        .max = 90,
        .unit = "天",
        .short_field = true},
       {.name = "grades",
        .label = "等次",
        .kind = form::Kind::long_text,
        .required = true,
        .hint = "从高到低，每行一个，写名称和分数线；最后一个为 0",
        .rows = 5},
       {.name = "revision", .label = "", .kind = form::Kind::hidden}});
  return kForm;
}

const form::Form& group_form() {
  static const form::Form kForm({{.name = "title", .label = "名称", .required = true, .max_length = 30},
                                 {.name = "kinds",
                                  .label = "单位类型",
                                  .kind = form::Kind::multi_select,
                                  .options = {{"department", "部门"},
                                              {"township", "乡镇街道"},
                                              {"village", "村社区"},
                                              {"other", "其他"}}},
                                 {.name = "units",
                                  .label = "另加单位",
                                  .kind = form::Kind::long_text,
                                  .hint = "写单位名称，用顿号或换行分开",
                                  .rows = 2},
                                 {.name = "except",
                                  .label = "不参加考核的单位",
                                  .kind = form::Kind::long_text,
                                  .hint = "例如组织考核的县科协",
                                  .rows = 2},
                                 {.name = "revision", .label = "", .kind = form::Kind::hidden}});
  return kForm;
}

std::vector<std::string> names_in(const std::string& text) {
  std::vector<std::string> out;
  for (const auto& part :
       base::split(base::replace_all(base::replace_all(text, "\n", "、"), "，", "、"), "、")) {
    if (!base::trim(part).empty()) out.push_back(base::trim(part));
  }
  return out;
}

struct Typed {        // a form of the settings page that was refused
  std::string which;  // "" the settings, else the group's id ("new": a further one)
  form::Checked in;
};

form::Values values_of(const Table& t, std::int64_t revision) {
  form::Values v;
  v.set("year", std::to_string(t.year));
  v.set("title", t.title);
  v.set("full", points_text(t.full));
  v.set("bonus_cap", points_text(t.bonus_cap));
  v.set("deduction_cap", points_text(t.deduction_cap));
  v.set("outlier_percent", std::to_string(t.outlier_percent));
  v.set("notice_days", std::to_string(t.notice_days));
  v.set("grades", grades_text(t));
  v.set("revision", std::to_string(revision));
  return v;
}

form::Values values_of(const Group& g) {
  form::Values v;
  v.set("title", g.title);
  for (const auto kind : g.kinds) v.add("kinds", std::string(auth::to_text(kind)));
  v.set("units", base::join(g.units, "、"));
  v.set("except", base::join(g.except, "、"));
  return v;
}

Answer show_settings(Context& context, AppraisalEngine& engine, const Typed* typed) {
  const Loaded loaded = TRY(appraisal_of(context, engine));
  TRY(require_transition(loaded.head.state, Action::edit));
  const std::string revision = std::to_string(loaded.head.revision);
  site::Page page;
  page.title = "总体设置";
  page.path = {{"考核", "/appraisals"},
               {std::to_string(loaded.head.year), year_url(loaded.head.id)},
               {"指标表", year_url(loaded.head.id, "table")},
               {"总体设置", ""}};
  page.body = [&](Out& h) {
    h("{}", html::panel("年度、满分和等次", [&](Out& o) {
        const bool again = typed != nullptr && typed->which.empty();
        settings_form().write(
            o, {.action = year_url(loaded.head.id, "settings"),
                .csrf = context.csrf,
                .values = again ? typed->in.values : values_of(*loaded.table, loaded.head.revision),
                .errors = again ? typed->in.errors : base::Errors{},
                .cancel_url = year_url(loaded.head.id, "table")});
      }));
    auto groups = loaded.table->groups;
    groups.push_back({"new", "", {}, {}, {}});
    for (const auto& group : groups) {
      const bool fresh = group.id == "new";
      const bool again = typed != nullptr && typed->which == group.id;
      h("{}", html::panel(fresh ? "再加一组考核对象" : "考核对象：" + group.title, [&](Out& o) {
          auto values = again ? typed->in.values : values_of(group);
          values.set("revision", revision);
          group_form().write(o, {.action = year_url(loaded.head.id, "groups/" + http::url_encode(group.id)),
                                 .csrf = context.csrf,
                                 .values = values,
                                 .errors = again ? typed->in.errors : base::Errors{},
                                 .submit = fresh ? "添加" : "保存"});
          if (!fresh)
            o("{}",
              html::PostButton{"删除这一组",
                               year_url(loaded.head.id, "groups/" + http::url_encode(group.id) + "/remove"),
                               context.csrf,
                               html::Look::danger,
                               "trash",
                               {{"revision", revision}}});
        }));
    }
  };
  return site::page(context, std::move(page), typed != nullptr ? 422 : 200);
}

Answer save_settings(Context& context, AppraisalEngine& engine) {
  const Loaded loaded = TRY(appraisal_of(context, engine));
  Typed typed{"", settings_form().check(context.request.form)};
  auto& in = typed.in;
  Table table = *loaded.table;
  const auto points = [&](const char* name, Points& into) {
    const auto value = parse_points(in.values.text(name));
    if (value && *value >= 0) {
      into = *value;
    } else if (!in.values.text(name).empty()) {
      in.errors.push_back(
          {Code::invalid, "appraisal.points", name, "请写分数，例如 100 或 2.5，最多两位小数。"});
    }
  };
  points("full", table.full);
  points("bonus_cap", table.bonus_cap);
  points("deduction_cap", table.deduction_cap);
  if (auto grades = read_grades(in.values.text("grades"))) {
    table.grades = std::move(*grades);
  } else {
    in.errors.push_back(grades.error());
  }
  if (in.ok()) {
    table.year = static_cast<int>(*in.values.integer("year"));
    table.title = in.values.text("title");
    table.outlier_percent = static_cast<int>(*in.values.integer("outlier_percent"));
    table.notice_days = static_cast<int>(*in.values.integer("notice_days"));
    const auto done = engine.store().edit(by(context), loaded.head.id,
                                          in.values.integer("revision").value_or(0), table, "修改总体设置");
    if (done) {
      context.say(html::Tone::green, "总体设置已保存。");
      return site::redirect(year_url(loaded.head.id, "table"));
    }
    in.errors.push_back(done.error());
  }
  return show_settings(context, engine, &typed);
}

Answer save_group(Context& context, AppraisalEngine& engine) {
  const Loaded loaded = TRY(appraisal_of(context, engine));
  Typed typed{std::string(context.variable("group")), group_form().check(context.request.form)};
  auto& in = typed.in;
  Group group;
  group.title = in.values.text("title");
  for (const auto& kind : in.values.texts("kinds")) {
    if (const auto known = auth::parse_unit_kind(kind)) group.kinds.push_back(*known);
  }
  group.units = names_in(in.values.text("units"));
  group.except = names_in(in.values.text("except"));
  const auto units = context.app.directory.units(context.tenant.id);
  for (const auto& [field, names] : {std::pair("units", &group.units), std::pair("except", &group.except)}) {
    for (const auto& name : *names) {
      if (units->find_by_name(name) == nullptr)
        in.errors.push_back({Code::invalid, "appraisal.unknown_unit", field,
                             "没有名为“" + name + "”的单位，请照单位名录写。"});
    }
  }
  if (group.kinds.empty() && group.units.empty())
    in.errors.push_back(
        {Code::invalid, "appraisal.group_empty", "kinds", "请选单位类型，或在下面列出单位。"});
  if (in.ok()) {
    Table table = *loaded.table;
    if (typed.which == "new") {
      int number = 1;
      do group.id = "g" + std::to_string(number++);
      while (table.group(group.id) != nullptr);
      table.groups.push_back(group);
    } else {
      const auto at = std::find_if(table.groups.begin(), table.groups.end(),
                                   [&](const Group& g) { return g.id == typed.which; });
      if (at == table.groups.end())
        return refuse(Code::not_found, "appraisal.no_group", "没有这一组考核对象，可能刚被删除。");
      group.id = at->id;
      *at = group;
    }
    const auto done =
        engine.store().edit(by(context), loaded.head.id, in.values.integer("revision").value_or(0), table,
                            "修改考核对象“" + group.title + "”");
    if (done) {
      context.say(html::Tone::green, "考核对象“" + group.title + "”已保存。");
      return site::redirect(year_url(loaded.head.id, "settings"));
    }
    in.errors.push_back(done.error());
  }
  return show_settings(context, engine, &typed);
}

Answer remove_group(Context& context, AppraisalEngine& engine) {
  const Loaded loaded = TRY(appraisal_of(context, engine));
  Table table = *loaded.table;
  const std::string id(context.variable("group"));
  std::erase_if(table.groups, [&](const Group& g) { return g.id == id; });
  TRY(engine.store().edit(by(context), loaded.head.id, base::parse_int(context.field("revision")).value_or(0),
                          table, "删除一组考核对象"));
  context.say(html::Tone::green, "已删除；原来只适用于它的考核项要重选适用对象。");
  return site::redirect(year_url(loaded.head.id, "settings"));
}

}  // namespace

void add_table_pages(site::Site& site, AppraisalEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/appraisals/{appraisal}/table", Access::right, "appraisal.read",
            [&](Context& c) { return show_table(c, engine); }});
  site.add({Method::get, "/appraisals/{appraisal}/settings", Access::right, "appraisal.edit",
            [&](Context& c) { return show_settings(c, engine, nullptr); }});
  site.add({Method::post, "/appraisals/{appraisal}/settings", Access::right, "appraisal.edit",
            [&](Context& c) { return save_settings(c, engine); }});
  site.add({Method::post, "/appraisals/{appraisal}/groups/{group}", Access::right, "appraisal.edit",
            [&](Context& c) { return save_group(c, engine); }});
  site.add({Method::post, "/appraisals/{appraisal}/groups/{group}/remove", Access::right, "appraisal.edit",
            [&](Context& c) { return remove_group(c, engine); }});
}

}  // namespace kepu::appraisal

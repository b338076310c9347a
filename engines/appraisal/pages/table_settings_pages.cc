// The settings of a year's table and its groups of units, while it is a draft.
#include "core/base/text.h"
#include "engines/appraisal/pages/desk.h"

namespace kepu::appraisal {

using base::Code;
using base::refuse;
using html::Out;
using site::Answer;
using site::Context;

namespace {

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

void add_table_settings_pages(site::Site& site, AppraisalEngine& engine) {
  using http::Method;
  using site::Access;
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

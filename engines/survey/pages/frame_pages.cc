// 抽样框: the list of villages and communities; by Excel, or one by one. And what is known of the people.
#include "core/base/text.h"
#include "engines/survey/pages/desk.h"
#include "engines/survey/reference.h"

namespace kepu::survey::field {

using base::Code;

namespace {

const form::Form& area_form() {
  using form::Kind;
  static const form::Form kForm(
      {{.name = "code",
        .label = "编码",
        .required = true,
        .hint = "统计用区划代码 12 位，或别的不重复的编号",
        .max_length = 20},
       {.name = "name", .label = "村（社区）", .required = true, .max_length = 40, .short_field = true},
       {.name = "township", .label = "乡镇（街道）", .required = true, .max_length = 40, .short_field = true},
       {.name = "place",
        .label = "城乡",
        .kind = Kind::select,
        .required = true,
        .hint = "按统计上的城乡分类：1 开头城镇，2 开头乡村",
        .options = {{"urban", "城镇"}, {"rural", "乡村"}},
        .short_field = true},
       {.name = "households",
        .label = "户数",
        .kind = Kind::integer,
        .required = true,
        .min = 0,
        .max = 1000000,
        .unit = "户",
        .short_field = true},
       {.name = "people",
        .label = "18–69 岁人数",
        .kind = Kind::integer,
        .required = true,
        .hint = "常住居民，按这个数决定抽中的机会",
        .min = 0,
        .max = 1000000,
        .unit = "人",
        .short_field = true}});
  return kForm;
}
const form::Form& file_form() {
  static const form::Form kForm(
      {{.name = "file",
        .label = "Excel 文件",
        .kind = form::Kind::file,
        .required = true,
        .hint = "先下载模板填好；有一行错就整份不导入，并指出是哪一行。导入会替换现在的名单",
        .accept = ".xlsx"}});
  return kForm;
}

Area area_of(const form::Values& v) {
  Area a;
  a.code = v.text("code");
  a.name = v.text("name");
  a.township = v.text("township");
  a.place = parse_place(v.text("place")).value_or(Place::rural);
  a.households = static_cast<int>(v.integer("households").value_or(0));
  a.people = static_cast<int>(v.integer("people").value_or(0));
  return a;
}

struct ReadFrame {
  std::vector<Area> areas;
  base::Errors errors;
};
ReadFrame read_frame(const std::vector<doc::Sheet>& sheets) {
  ReadFrame out;
  const auto fail = [&](base::Error error) {
    error.field = "file";
    if (out.errors.size() < 50) out.errors.push_back(std::move(error));
  };
  if (sheets.empty() || sheets[0].rows.empty()) {
    fail({Code::invalid, "survey.frame_empty", "", "文件里没有内容。"});
    return out;
  }
  const auto& rows = sheets[0].rows;
  const auto columns = area_form().match_columns(rows[0]);
  if (!columns) {
    fail(columns.error());
    return out;
  }
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const bool blank =
        std::all_of(rows[i].begin(), rows[i].end(), [](const auto& c) { return base::trim(c).empty(); });
    if (blank) continue;
    const auto read = area_form().read_row(*columns, rows[i], static_cast<int>(i) + 1);
    for (const auto& e : read.errors) fail(e);
    out.areas.push_back(area_of(read.values));
  }
  if (out.errors.empty()) out.errors = check_frame(out.areas, 2);
  return out;
}

void write_edit(Out& h, Context& context, const Round& round, const Typed& typed) {
  const auto url = round_url(round.id) + "/frame";
  const std::vector<std::pair<std::string, std::string>> hidden = {
      {"revision", std::to_string(round.revision)}};
  h("{}", html::panel("导入", [&](Out& o) {
      o("<p>{}</p>",
        html::button_link("下载模板（已列出本县的村、社区）", url + "/template", "file-spreadsheet"));
      auto view = view_of(context, url, "导入", typed.of == "file" ? typed : Typed{});
      view.hidden = hidden;
      file_form().write(o, view);
    }));
  h("<details class=\"mb\"{}><summary>逐个录入或更正一个村（社区）</summary>{}</details>",
    html::Attr{typed.of == "area", " open"}, [&](Out& o) {
      auto view = view_of(context, url + "/area", "保存这个村（社区）", typed.of == "area" ? typed : Typed{});
      view.hidden = hidden;
      view.guard = false;
      o("<p class=\"hint\">编码已在名单里的，更正它；没有的，加进名单。</p>{}",
        [&](Out& x) { area_form().write(x, view); });
    });
}

PageAnswer frame_page(Context& context, const RoundWhole& whole, const Typed& typed) {
  const auto& round = whole.round;
  const auto& rows = whole.areas;
  const bool edits = round.state == RoundState::draft && context.actor.may(kManage);
  const auto table =
      table::Table<AreaRow>(
          {.id = "areas", .caption = "村（社区）", .search_hint = "名称、乡镇、编码", .unit = "个"})
          .column({.key = "name", .title = "村（社区）", .width = 20},
                  [](const AreaRow& a) { return table::text(a.area.name); })
          .column({.key = "township", .title = "乡镇（街道）", .width = 18},
                  [](const AreaRow& a) { return table::text(a.area.township); })
          .column({.key = "place", .title = "城乡"},
                  [](const AreaRow& a) { return table::text(std::string(place_title(a.area.place))); })
          .column({.key = "households", .title = "户数", .number = true},
                  [](const AreaRow& a) { return table::count(a.area.households); })
          .column({.key = "people", .title = "18–69 岁人数", .number = true},
                  [](const AreaRow& a) { return table::count(a.area.people); })
          .column({.key = "drawn", .title = "抽样"},
                  [](const AreaRow& a) {
                    return a.drawn() ? table::tags({{"抽中", html::Tone::blue}}) : table::missing();
                  })
          .column({.key = "code", .title = "编码", .hide_on_phone = true, .width = 16},
                  [](const AreaRow& a) { return table::text(a.area.code); })
          .filter({.key = "place", .title = "城乡", .options = {{"urban", "城镇"}, {"rural", "乡村"}}},
                  [](const AreaRow& a, std::string_view v) { return to_text(a.area.place) == v; })
          .filter({.key = "drawn", .title = "抽样", .options = {{"1", "抽中"}, {"0", "没有抽中"}}},
                  [](const AreaRow& a, std::string_view v) { return a.drawn() == (v == "1"); });
  site::Page page;
  page.title = "村（社区）名单";
  page.path = {{"科学素质调查", "/survey"}, {round.title, round_url(round.id)}, {"村（社区）名单", ""}};
  std::int64_t people = 0;
  for (const auto& a : rows) people += a.area.people;
  page.note = fmt::format("{} 个村（社区），18–69 岁常住居民 {} 人{}", rows.size(), people,
                          edits ? "" : "；抽样以后名单不能再改");
  site::ListOptions options{.file_name = "村（社区）名单", .subject = fmt::format("survey:{}", round.id)};
  options.empty_hint = "名单还是空的。下载模板，填户数和 18–69 岁人数后导入。";
  options.before = [&](Out& h) {
    if (edits) write_edit(h, context, round, typed);
  };
  auto answer = site::list(context, table, table.in_memory(rows), std::move(page), options);
  if (answer && !typed.empty()) answer->status = 422;
  return answer;
}

PageAnswer show_frame(Context& context, SurveyEngine& engine) {
  return frame_page(context, TRY(engine.store().round(context.tenant.id, TRY(context.id("round")))), {});
}

PageAnswer save(Context& context, SurveyEngine& engine, const RoundWhole& whole,
                const std::vector<Area>& areas, Typed typed) {
  if (typed.empty()) {
    const auto done = engine.store().set_frame(
        by(context), whole.round.id, base::parse_int(context.field("revision")).value_or(-1), areas);
    if (done) {
      context.say(html::Tone::green, fmt::format("名单已保存，共 {} 个村（社区）。", areas.size()));
      return site::redirect(round_url(whole.round.id) + "/frame");
    }
    typed.errors.push_back(done.error());
  }
  return frame_page(context, whole, typed);
}

PageAnswer import_frame(Context& context, SurveyEngine& engine) {
  const auto whole = TRY(engine.store().round(context.tenant.id, TRY(context.id("round"))));
  Typed typed{{}, {}, "file"};
  const auto sheets = read_upload(context, "file");
  ReadFrame read;
  if (sheets)
    read = read_frame(*sheets);
  else
    read.errors.push_back(sheets.error());
  typed.errors = read.errors;
  return save(context, engine, whole, read.areas, std::move(typed));
}

PageAnswer save_area(Context& context, SurveyEngine& engine) {
  const auto whole = TRY(engine.store().round(context.tenant.id, TRY(context.id("round"))));
  const auto in = area_form().check(context.request.form);
  auto areas = whole.frame();
  if (in.ok()) {
    const auto area = area_of(in.values);
    const auto at =
        std::find_if(areas.begin(), areas.end(), [&](const Area& a) { return a.code == area.code; });
    if (at == areas.end())
      areas.push_back(area);
    else
      *at = area;
  }
  return save(context, engine, whole, areas, {in.values, in.errors, "area"});
}

// With the county's own villages already in it: only the numbers are left to be filled in.
PageAnswer frame_template(Context& context, SurveyEngine& engine) {
  const auto whole = TRY(engine.store().round(context.tenant.id, TRY(context.id("round"))));
  const auto units = context.app.directory.units(context.tenant.id);
  return workbook_answer(context, "村（社区）名单模板", [&](const std::string& path) {
    doc::WorkbookWriter out(path);
    out.sheet("村（社区）", area_form().template_columns());
    for (const auto& a : whole.areas) {
      out.row({a.area.code, a.area.name, a.area.township, std::string(place_title(a.area.place)),
               std::int64_t{a.area.households}, std::int64_t{a.area.people}});
    }
    if (whole.areas.empty()) {
      for (const auto* unit : units->of_kind(auth::UnitKind::village)) {
        const auto* above = units->find(unit->parent);
        const bool urban = base::ends_with(unit->name, "社区");
        out.row({unit->area_code, unit->name, above == nullptr ? std::string() : above->name,
                 std::string(urban ? "城镇" : "乡村"), std::monostate{}, std::monostate{}});
      }
    }
    out.close();
  });
}

// ---------------------------------------------------------------- what is known of the people

const form::Form& reference_form() {
  static const form::Form kForm(
      {{.name = "margins",
        .label = "总体构成",
        .kind = form::Kind::long_text,
        .hint = "18–69 岁常住人口，每行“变量 | 类别 | 人数”。变量：性别（男、女），年龄（18—29岁 … "
                "60—69岁），文化程度（小学及以下、初中、高中、大专、本科及以上）。加权时用它校正；城乡和乡镇"
                "不写就用名单里的人数",
        .rows = 12},
       {.name = "source",
        .label = "来源和时点",
        .hint = "如 2025 年 1% 人口抽样调查，2025 年 11 月 1 日",
        .max_length = 200},
       {.name = "published",
        .label = "上级和往年公布的数",
        .kind = form::Kind::long_text,
        .hint = "每行“地区 | 年度 | 百分比 | 下限 | 上限 | 来源”，没有上下限的空着；写上来源，结果里才会引用",
        .rows = 5}});
  return kForm;
}

PageAnswer reference_page(Context& context, SurveyEngine& engine) {
  const auto round = TRY(engine.store().round(context.tenant.id, TRY(context.id("round")))).round;
  Typed typed;
  if (context.request.method == http::Method::post) {
    const auto in = reference_form().check(context.request.form);
    typed = {in.values, in.errors, "reference"};
    const auto margins = parse_margins(in.values.text("margins"), in.values.text("source"));
    const auto published = parse_published(in.values.text("published"));
    typed.errors.insert(typed.errors.end(), margins.errors.begin(), margins.errors.end());
    typed.errors.insert(typed.errors.end(), published.errors.begin(), published.errors.end());
    if (typed.empty()) {
      const auto done = engine.store().set_reference(
          by(context), round.id, base::parse_int(context.field("revision")).value_or(-1),
          in.values.text("margins"), in.values.text("source"), in.values.text("published"));
      if (done) {
        context.say(html::Tone::green, "已保存。");
        return site::redirect(round_url(round.id) + "/reference");
      }
      typed.errors.push_back(done.error());
    }
  }
  form::Values stored;
  stored.set("margins", round.margins);
  stored.set("source", round.margins_source);
  stored.set("published", round.published);
  site::Page page;
  page.title = "总体构成和公布的数";
  page.path = {{"科学素质调查", "/survey"}, {round.title, round_url(round.id)}, {"总体构成", ""}};
  page.narrow = true;
  page.body = [&](Out& h) {
    if (round.state == RoundState::frozen || round.state == RoundState::cancelled) {
      h("{}", html::panel("", [&](Out& o) {
          o("<p>数据已经冻结，不能再改。</p><pre class=\"prewrap\">{}</pre><p>{}</p><pre "
            "class=\"prewrap\">{}</pre>",
            round.margins, round.margins_source, round.published);
        }));
      return;
    }
    auto view = view_of(context, round_url(round.id) + "/reference", "保存", typed, stored);
    view.hidden = {{"revision", std::to_string(round.revision)}};
    view.cancel_url = round_url(round.id);
    h("{}", html::panel("", [&](Out& o) { reference_form().write(o, view); }));
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

}  // namespace

void add_frame_pages(site::Site& site, SurveyEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/survey/rounds/{round}/frame", Access::right, "survey.read",
            [&](Context& c) { return show_frame(c, engine); }});
  site.add({Method::post, "/survey/rounds/{round}/frame", Access::right, "survey.manage",
            [&](Context& c) { return import_frame(c, engine); }, 32u << 20, true});
  site.add({Method::post, "/survey/rounds/{round}/frame/area", Access::right, "survey.manage",
            [&](Context& c) { return save_area(c, engine); }});
  site.add({Method::get, "/survey/rounds/{round}/frame/template", Access::right, "survey.manage",
            [&](Context& c) { return frame_template(c, engine); }});
  site.add({Method::get, "/survey/rounds/{round}/reference", Access::right, "survey.manage",
            [&](Context& c) { return reference_page(c, engine); }});
  site.add({Method::post, "/survey/rounds/{round}/reference", Access::right, "survey.manage",
            [&](Context& c) { return reference_page(c, engine); }});
}

}  // namespace kepu::survey::field

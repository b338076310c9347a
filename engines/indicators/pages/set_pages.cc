// 指标集: what a superior or another scheme asks for in its own form, filled from the catalogue, and what was
// handed in.
#include <algorithm>

#include "core/base/text.h"
#include "core/html/format.h"
#include "engines/indicators/pages/desk.h"

namespace kepu::indicators {

using base::Code;
using base::refuse;
using html::Out;
using site::Answer;
using site::Context;

namespace {

std::string set_url(Id set, std::string_view page = {}) {
  return fmt::format("/indicators/sets/{}{}{}", set, page.empty() ? "" : "/", page);
}

base::Result<MetricSet> set_of(Context& context, IndicatorsEngine& engine) {
  auto found = engine.store().find_set(context.tenant.id, TRY(context.id("set")));
  if (!found) return refuse(Code::not_found, "indicators.set", "没有这个指标集。请到“指标集”查找。");
  return std::move(*found);
}

int year_of(const Context& context) {
  const auto year = base::parse_int(context.request.method == http::Method::post ? context.field("year")
                                                                                 : context.param("year"));
  const int now = context.today().year;
  return year && *year >= 2000 && *year <= now ? static_cast<int>(*year) : now;
}

std::vector<SetValue> values_now(Context& context, IndicatorsEngine& engine, const MetricSet& set, int year) {
  std::vector<SetValue> out;
  const base::Date first = first_day(context, engine);
  context.app.db.read([&](sql::Session&) {
    for (const auto& item : set.items) {
      SetValue v{item.code, item.title, item.metric, "", 0, {}, ""};
      const auto metric = engine.catalog().find(context.tenant.id, item.metric);
      if (!metric) {
        v.why = "指标已停用。";
      } else {
        const auto answer =
            engine.catalog().answer(question_of(item, context.tenant.id, year, first, context.today()));
        if (v.title.empty()) v.title = metric->title;
        v.unit = metric->unit;
        v.decimals = metric->decimals;
        v.value = answer ? answer->value : std::nullopt;
        v.why = answer ? answer->why : answer.error().message;
      }
      out.push_back(std::move(v));
    }
  });
  return out;
}

table::Table<SetValue> value_table() {
  return table::Table<SetValue>({.id = "set", .caption = "指标集的数", .unit = "项"})
      .column({.key = "code", .title = "编号", .width = 10},
              [](const SetValue& v) { return table::text(v.code); })
      .column({.key = "title", .title = "表中名称", .full_on_phone = true, .width = 36},
              [](const SetValue& v) { return table::link(v.title, metric_url(v.metric)); })
      .column({.key = "value", .title = "数", .number = true, .width = 14},
              [](const SetValue& v) { return table::number(v.value, v.decimals); })
      .column({.key = "unit", .title = "单位"}, [](const SetValue& v) { return table::text(v.unit); })
      .column({.key = "why", .title = "说明", .full_on_phone = true, .width = 44},
              [](const SetValue& v) { return table::text(v.value && v.why.empty() ? "" : v.why); });
}

form::Form set_form() {
  return form::Form({{.name = "title",
                      .label = "名称",
                      .required = true,
                      .hint = "例如 全国文明城市测评（公共文化）",
                      .max_length = 60},
                     {.name = "recipient", .label = "报给谁、用在哪里", .required = true, .max_length = 60},
                     {.name = "note", .label = "说明", .max_length = 200}});
}

form::Form item_form(const std::vector<metric::Metric>& metrics) {
  std::vector<form::Option> options;
  for (const auto& m : metrics) options.push_back({m.id, fmt::format("{}（{}）", m.title, m.unit)});
  return form::Form({{.name = "metric",
                      .label = "指标",
                      .kind = form::Kind::select,
                      .required = true,
                      .options = std::move(options)},
                     {.name = "code", .label = "在对方表中的编号", .max_length = 20, .short_field = true},
                     {.name = "title",
                      .label = "在对方表中的名称",
                      .hint = "不填用指标名称",
                      .max_length = 80,
                      .short_field = true},
                     {.name = "span",
                      .label = "怎样计算",
                      .kind = form::Kind::select,
                      .required = true,
                      .options = {{"yearly", "当年（1 月 1 日起）"},
                                  {"total", "规划期累计到年末"},
                                  {"at_date", "年末存量"}},
                      .initial = "yearly"}});
}

Answer list_sets(Context& context, IndicatorsEngine& engine, const Typed* typed) {
  const auto sets = engine.store().sets(context.tenant.id);
  html::SimpleTable table;
  table.caption = "指标集";
  table.columns = {{"指标集"}, {"报给谁、用在哪里"}, {"指标", html::Column::Kind::number}, {"最近修改"}};
  for (const auto& s : sets) {
    table.rows.push_back(
        {html::Content([s](Out& h) { h("<a href=\"{}\">{}</a>", html::Url{set_url(s.id)}, s.title); }),
         s.recipient, fmt::format("{} 项", s.items.size()),
         fmt::format("{}　{}", s.edited_by, base::to_local(s.edited_at))});
  }
  site::Page page;
  page.title = "指标集";
  page.path = {{"指标集", ""}};
  page.note = "同一个数供多处使用：上级的能力监测、文明城市测评、公共文化考核，不用重填";
  page.body = [&](Out& h) {
    h("{}", html::panel("指标集", [&](Out& o) {
        if (sets.empty()) {
          o("{}",
            html::EmptyState{"还没有指标集", "把上级或其他部门要的指标列成一个集，每年的数从指标目录来。"});
        } else {
          o("{}", table);
        }
      }));
    if (!context.actor.may("indicators.edit")) return;
    h("{}", html::panel("新建指标集", [&](Out& o) {
        form::View view{.action = "/indicators/sets", .csrf = context.csrf, .submit = "新建"};
        if (typed != nullptr) {
          view.values = typed->values;
          view.errors = typed->errors;
        }
        set_form().write(o, view);
      }));
  };
  return site::page(context, std::move(page), typed != nullptr ? 422 : 200);
}

Answer add_set(Context& context, IndicatorsEngine& engine) {
  auto in = set_form().check(context.request.form);
  if (in.ok()) {
    MetricSet set;
    set.title = in.values.text("title");
    set.recipient = in.values.text("recipient");
    set.note = in.values.text("note");
    const auto done = engine.store().save_set(context.actor, set);
    if (done) return site::redirect(set_url(*done));
    in.errors.push_back(done.error());
  }
  const Typed typed{in.values, in.errors};
  return list_sets(context, engine, &typed);
}

void write_items(Out& h, Context& context, IndicatorsEngine& engine, const MetricSet& set,
                 const Typed* typed) {
  html::SimpleTable table;
  table.caption = "组成";
  table.columns = {{"编号"}, {"表中名称"}, {"指标"}, {"怎样计算"}, {"办理"}};
  for (const auto& item : set.items) {
    const auto metric = engine.catalog().find(context.tenant.id, item.metric);
    const html::PostButton drop{
        "移出",       set_url(set.id, "drop"),
        context.csrf, html::Look::link,
        "",           {{"item", std::to_string(item.id)}, {"revision", std::to_string(set.revision)}}};
    table.rows.push_back(
        {item.code.empty() ? std::string("—") : item.code, item.title.empty() ? std::string("—") : item.title,
         metric ? metric->title : item.metric + "（已停用）", std::string(title_of(item.span)),
         html::Content([drop](Out& o) { o("{}", drop); })});
  }
  if (!table.rows.empty()) h("{}", table);
  form::View view{.action = set_url(set.id, "items"), .csrf = context.csrf, .submit = "加入"};
  view.hidden = {{"revision", std::to_string(set.revision)}};
  if (typed != nullptr) {
    view.values = typed->values;
    view.errors = typed->errors;
  }
  item_form(engine.catalog().all(context.tenant.id)).write(h, view);
}

html::SimpleTable submissions_table(const std::vector<Submission>& all) {
  html::SimpleTable table;
  table.caption = "报送记录";
  table.columns = {{"年份"}, {"次"}, {"报送"}, {"说明"}};
  for (const auto& s : all) {
    const std::string url = fmt::format("/indicators/submissions/{}", s.id);
    table.rows.push_back(
        {html::Content([url, year = s.year](Out& h) { h("<a href=\"{}\">{} 年</a>", html::Url{url}, year); }),
         fmt::format("第 {} 次", s.number), fmt::format("{}　{}", s.by, base::to_local(s.at)),
         s.note.empty() ? std::string("—") : s.note});
  }
  return table;
}

void write_submit(Out& h, Context& context, const MetricSet& set, int year, std::int64_t missing) {
  if (missing > 0) {
    h("<p class=\"muted\">有 {} 项没有数，报送时照实空着。</p>", missing);
  }
  h("<form class=\"small-form\" method=\"post\" action=\"{}\"><input type=\"hidden\" name=\"csrf\" "
    "value=\"{}\"><input type=\"hidden\" name=\"year\" value=\"{}\"><label class=\"lab\" "
    "for=\"f-note\">说明（再次报送的原因）</label><input class=\"in\" id=\"f-note\" name=\"note\" "
    "maxlength=\"200\">{}</form>",
    html::Url{set_url(set.id, "submit")}, context.csrf, year,
    html::button(fmt::format("按现在的数报送 {} 年", year), html::Look::primary));
}

Answer show_set(Context& context, IndicatorsEngine& engine, const Typed* typed) {
  const auto set = TRY(set_of(context, engine));
  const int year = year_of(context);
  const auto values = values_now(context, engine, set, year);
  const auto submissions = engine.store().submissions(context.tenant.id, set.id);
  const auto table = value_table();
  const bool edits = context.actor.may("indicators.edit");
  html::Segment years{"年份", {}};
  for (int y = std::max(first_day(context, engine).year, context.today().year - 4); y <= context.today().year;
       ++y) {
    years.items.push_back(
        {fmt::format("{} 年", y), fmt::format("{}?year={}", set_url(set.id), y), y == year});
  }
  const auto missing = std::count_if(values.begin(), values.end(), [](const auto& v) { return !v.value; });
  site::Page page;
  page.title = set.title;
  page.path = {{"指标集", "/indicators/sets"}, {set.title, ""}};
  page.note = set.recipient + (set.note.empty() ? "" : "　" + set.note);
  return site::list(
      context, table, table.in_memory(values), std::move(page),
      {.file_name = fmt::format("{} {} 年", set.title, year),
       .subject = fmt::format("set:{}", set.id),
       .empty_hint = "还没有加入指标。",
       .before = [&](Out& h) { h("<div class=\"mt\">{}</div>", years); },
       .after =
           [&](Out& h) {
             if (!submissions.empty()) {
               h("{}", html::panel("报送记录", [&](Out& o) { o("{}", submissions_table(submissions)); },
                                   {.note = "报送时的数已固定，以后更正不影响"}));
             }
             if (!edits) return;
             if (!set.items.empty()) {
               h("{}", html::panel("报送", [&](Out& o) { write_submit(o, context, set, year, missing); }));
             }
             h("{}", html::panel("组成", [&](Out& o) { write_items(o, context, engine, set, typed); }));
           }});
}

Answer change_items(Context& context, IndicatorsEngine& engine, bool drop) {
  auto set = TRY(set_of(context, engine));
  set.revision = base::parse_int(context.field("revision")).value_or(0);
  if (drop) {
    const auto item = base::parse_id(context.field("item"));
    std::erase_if(set.items, [&](const SetItem& i) { return item && i.id == *item; });
    TRY(engine.store().save_set(context.actor, set));
    context.say(html::Tone::green, "已移出。");
    return site::redirect(set_url(set.id));
  }
  auto in = item_form(engine.catalog().all(context.tenant.id)).check(context.request.form);
  if (in.ok()) {
    SetItem item;
    item.metric = in.values.text("metric");
    item.code = in.values.text("code");
    item.title = in.values.text("title");
    item.span = parse_span(in.values.text("span")).value_or(Span::yearly);
    set.items.push_back(std::move(item));
    const auto done = engine.store().save_set(context.actor, set);
    if (done) {
      context.say(html::Tone::green, "已加入。");
      return site::redirect(set_url(set.id));
    }
    in.errors.push_back(done.error());
  }
  const Typed typed{in.values, in.errors};
  auto answer = show_set(context, engine, &typed);
  if (answer) answer->status = 422;
  return answer;
}

Answer submit(Context& context, IndicatorsEngine& engine) {
  const auto set = TRY(set_of(context, engine));
  Submission s;
  s.set = set.id;
  s.year = year_of(context);
  s.note = std::string(context.field("note"));
  s.values = values_now(context, engine, set, s.year);
  const Id id = TRY(engine.store().submit_set(context.actor, std::move(s)));
  context.say(html::Tone::green, "已报送，数已固定。");
  return site::redirect(fmt::format("/indicators/submissions/{}", id));
}

Answer show_submission(Context& context, IndicatorsEngine& engine) {
  const auto s = engine.store().find_submission(context.tenant.id, TRY(context.id("submission")));
  const auto set = s ? engine.store().find_set(context.tenant.id, s->set) : std::nullopt;
  if (!set)
    return refuse(Code::not_found, "indicators.submission", "没有这次报送。请从指标集的报送记录进入。");
  const auto table = value_table();
  site::Page page;
  page.title = fmt::format("{}　{} 年（第 {} 次报送）", set->title, s->year, s->number);
  page.path = {{"指标集", "/indicators/sets"}, {set->title, set_url(set->id)}, {"报送", ""}};
  page.note = fmt::format("{}于 {} 报送，数已固定{}", s->by, base::to_local(s->at),
                          s->note.empty() ? "" : "　" + s->note);
  return site::list(context, table, table.in_memory(s->values), std::move(page),
                    {.file_name = page.title, .subject = fmt::format("set:{}", set->id)});
}

}  // namespace

void add_set_pages(site::Site& site, IndicatorsEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/indicators/sets", Access::right, "indicators.read",
            [&](Context& c) { return list_sets(c, engine, nullptr); }});
  site.add({Method::post, "/indicators/sets", Access::right, "indicators.edit",
            [&](Context& c) { return add_set(c, engine); }});
  site.add({Method::get, "/indicators/sets/{set}", Access::right, "indicators.read",
            [&](Context& c) { return show_set(c, engine, nullptr); }});
  site.add({Method::post, "/indicators/sets/{set}/items", Access::right, "indicators.edit",
            [&](Context& c) { return change_items(c, engine, false); }});
  site.add({Method::post, "/indicators/sets/{set}/drop", Access::right, "indicators.edit",
            [&](Context& c) { return change_items(c, engine, true); }});
  site.add({Method::post, "/indicators/sets/{set}/submit", Access::right, "indicators.edit",
            [&](Context& c) { return submit(c, engine); }});
  site.add({Method::get, "/indicators/submissions/{submission}", Access::right, "indicators.read",
            [&](Context& c) { return show_submission(c, engine); }});
  site.add(site::MenuItem{"指标", "指标集", "/indicators/sets", "indicators.read", 308, {}, {}, false});
}

}  // namespace kepu::indicators

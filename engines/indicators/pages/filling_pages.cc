// 填报: what a unit has to fill in, one value with its history, and the form for it.
#include <algorithm>
#include <set>

#include "core/base/text.h"
#include "core/html/format.h"
#include "engines/indicators/due_values.h"
#include "engines/indicators/pages/desk.h"

namespace kepu::indicators {

using base::Code;
using base::Date;
using base::refuse;
using html::Out;
using site::Answer;
using site::Context;

namespace {

// Units for which the person fills in; 0 for the county's own values.
std::vector<Id> filling_units(const Context& context) {
  std::vector<Id> out;
  if (context.actor.may("indicators.edit")) out.push_back(0);
  if (!context.actor.may("indicators.fill")) return {};
  if (const auto units = context.actor.units_of("indicators.fill")) {
    out.insert(out.end(), units->begin(), units->end());
  } else {
    const auto unit_tree = context.app.directory.units(context.tenant.id);
    for (const auto& unit : unit_tree->all()) out.push_back(unit.id);
  }
  return out;
}

// What is due from these units, with what it refers to.
struct Work {
  std::vector<ManualMetric> metrics;
  std::vector<ManualValue> values;
  std::vector<DueValue> due;
};

std::shared_ptr<const Work> work_of(const Context& context, IndicatorsEngine& engine,
                                    const std::vector<Id>& mine) {
  auto out = std::make_shared<Work>();
  if (mine.empty()) return out;
  context.app.db.read([&](sql::Session&) {
    out->metrics = engine.store().metrics(context.tenant.id);
    if (!out->metrics.empty()) out->values = engine.store().values_of_units(context.tenant.id, mine);
    for (const auto& m : out->metrics) {
      std::vector<Id> fillers;
      for (const Id unit : engine.store().fillers_of(context.tenant.id, m)) {
        if (std::find(mine.begin(), mine.end(), unit) != mine.end()) fillers.push_back(unit);
      }
      for (auto& due : due_values(m, fillers, out->values, context.today())) out->due.push_back(due);
    }
  });
  return out;
}

std::string fill_url(const DueValue& d) {
  return fmt::format("{}?unit={}&last={}", metric_url(d.metric->metric_id(), "fill"), d.unit,
                     base::to_iso(d.period.last));
}
std::string value_url(const ManualMetric& m, Id unit, Date last) {
  return fmt::format("{}?unit={}&last={}", metric_url(m.metric_id(), "value"), unit, base::to_iso(last));
}

struct Row {
  DueValue due;
  std::string unit;
  Date today;
};

html::Light light_of(const Row& r) {
  if (!r.due.open()) return r.due.value->state == ValueState::confirmed ? html::Light::done : html::Light::ok;
  if (r.due.value != nullptr) return html::Light::late;
  return r.today > r.due.due ? html::Light::late : html::Light::watch;
}
std::string word_of(const Row& r) {
  if (r.due.value != nullptr) return std::string(title_of(r.due.value->state));
  return r.today > r.due.due ? "逾期未填" : "待填";
}

table::Table<Row> due_table() {
  return table::Table<Row>({.id = "filling",
                            .caption = "要填的数",
                            .search_hint = "指标、单位",
                            .default_sort = "state",
                            .unit = "个数"})
      .column({.key = "metric", .title = "指标", .full_on_phone = true, .width = 28},
              [](const Row& r) {
                return table::link(
                    r.due.metric->title,
                    r.due.open() ? fill_url(r.due) : value_url(*r.due.metric, r.due.unit, r.due.period.last));
              })
      .column({.key = "unit", .title = "单位", .width = 18}, [](const Row& r) { return table::text(r.unit); })
      .column({.key = "period", .title = "填报期", .width = 14},
              [](const Row& r) { return table::text(title_of(r.due.metric->frequency, r.due.period)); })
      .column({.key = "state", .title = "状态", .width = 10},
              [](const Row& r) { return table::status(light_of(r), word_of(r)); })
      .column({.key = "value", .title = "数", .number = true},
              [](const Row& r) {
                return r.due.value != nullptr ? table::number(r.due.value->value, r.due.metric->decimals)
                                              : table::missing();
              })
      .column({.key = "measure", .title = "计量单位", .hide_on_phone = true},
              [](const Row& r) { return table::text(r.due.metric->unit); })
      .column({.key = "due", .title = "期限"}, [](const Row& r) { return table::date(r.due.due); })
      .filter({.key = "state", .title = "状态", .options = {{"open", "待填和退回"}, {"done", "已填"}}},
              [](const Row& r, std::string_view v) { return r.due.open() == (v == "open"); });
}

Answer list_due(Context& context, IndicatorsEngine& engine) {
  const auto mine = filling_units(context);
  const auto work = work_of(context, engine, mine);
  const auto tree = context.app.directory.units(context.tenant.id);
  std::vector<Row> rows;
  for (const auto& d : work->due) rows.push_back({d, unit_name(*tree, d.unit), context.today()});
  const auto table = due_table();
  site::Page page;
  page.title = "指标填报";
  page.path = {{"指标填报", ""}};
  page.note = "只填平台以外的数；没有数的不要填 0，先与县科协联系";
  return site::list(
      context, table, table.in_memory(rows), std::move(page),
      {.file_name = "指标填报", .subject = "indicators", .empty_hint = "没有要您单位填报的人工指标。"});
}

// ---- one value

struct Place {  // the value that an address names
  ManualMetric metric;
  Id unit = 0;
  Period period;
  std::string unit_name;
};

base::Result<Place> place_of(Context& context, IndicatorsEngine& engine) {
  auto metric = TRY(manual_of(context, engine));
  const bool post = context.request.method == http::Method::post;
  const auto unit = base::parse_int(post ? context.field("unit") : context.param("unit"));
  const auto last = base::parse_date(post ? context.field("last") : context.param("last"));
  const auto period = last ? period_ending(metric.frequency, *last) : std::nullopt;
  const auto tree = context.app.directory.units(context.tenant.id);
  if (!unit || !period || (*unit != 0 && tree->find(*unit) == nullptr)) {
    return refuse(Code::not_found, "indicators.period", "没有这个填报期或单位。请从“指标填报”进入。");
  }
  std::string name = unit_name(*tree, *unit);
  return Place{std::move(metric), *unit, *period, std::move(name)};
}

bool may_fill(const Context& context, Id unit) {
  return unit == 0 ? context.actor.may("indicators.edit") : context.actor.may("indicators.fill", unit);
}

form::Form value_form(const ManualMetric& m, bool correction) {
  std::vector<form::Field> fields = {
      {.name = "value", .label = m.title, .kind = form::Kind::number, .required = true, .unit = m.unit},
      {.name = "source",
       .label = "数据来源",
       .required = true,
       .hint = "台账、报表名称或来函文号，查得到的",
       .max_length = 200},
      {.name = "note", .label = "说明", .kind = form::Kind::long_text, .max_length = 500, .rows = 2}};
  if (correction) {
    fields.push_back({.name = "reason",
                      .label = "更正原因",
                      .required = true,
                      .hint = "原来的数会保留",
                      .max_length = 200});
  }
  return form::Form(std::move(fields));
}

html::SimpleTable history_table(const Place& place, const std::vector<ManualValue>& history) {
  html::SimpleTable table;
  table.caption = "填报经过";
  table.columns = {{"次"}, {"数", html::Column::Kind::number}, {"来源"}, {"填报"}, {"更正原因"}, {"办理"}};
  for (const auto& v : history) {
    std::string decided(title_of(v.state));
    if (v.decided_at != 0)
      decided += fmt::format("（{}，{}）{}", v.decided_by, base::to_local(v.decided_at), v.decision_note);
    if (&v != &history.front()) decided = "已被更正　" + decided;
    table.rows.push_back({fmt::format("第 {} 次", v.number),
                          value_text(v.value, place.metric.decimals, place.metric.unit), v.source,
                          fmt::format("{}　{}", v.by_name, base::to_local(v.at)),
                          v.reason.empty() ? std::string("—") : v.reason, decided});
  }
  return table;
}

Answer show_fill(Context& context, IndicatorsEngine& engine, const Typed* typed) {
  const auto place = TRY(place_of(context, engine));
  const auto& m = place.metric;
  if (place.unit == 0) {
    TRY(context.require("indicators.edit"));
  } else {
    TRY(context.require("indicators.fill", place.unit));
  }
  const auto history = engine.store().history(context.tenant.id, m.id, place.unit, place.period.last);
  form::View view{.action = metric_url(m.metric_id(), "fill"), .csrf = context.csrf};
  view.hidden = {{"unit", std::to_string(place.unit)},
                 {"last", base::to_iso(place.period.last)},
                 {"number", history.empty() ? "0" : std::to_string(history.front().number)}};
  view.submit = history.empty() ? "填报" : "更正";
  view.cancel_url = "/indicators/filling";
  if (typed != nullptr) {
    view.values = typed->values;
    view.errors = typed->errors;
  } else if (!history.empty()) {
    view.values.set("value", plan::number_text(history.front().value));
    view.values.set("source", history.front().source);
    view.values.set("note", history.front().note);
  }
  site::Page page;
  page.title = fmt::format("{}　{}", m.title, title_of(m.frequency, place.period));
  page.path = {{"指标填报", "/indicators/filling"}, {m.title, ""}};
  page.note = place.unit_name;
  page.narrow = true;
  page.body = [&](Out& h) {
    if (!history.empty() && history.front().state == ValueState::returned) {
      h("{}", html::Flash{html::Tone::amber, fmt::format("{}退回：{}", history.front().decided_by,
                                                         history.front().decision_note)});
    }
    h("{}", html::panel("填报", [&](Out& o) { value_form(m, !history.empty()).write(o, view); },
                        {.note = m.definition}));
    if (!history.empty())
      h("{}", html::panel("填报经过", [&](Out& o) { o("{}", history_table(place, history)); }));
  };
  return site::page(context, std::move(page), typed != nullptr ? 422 : 200);
}

Answer enter(Context& context, IndicatorsEngine& engine) {
  const auto place = TRY(place_of(context, engine));
  const int number = static_cast<int>(base::parse_int(context.field("number")).value_or(0));
  auto in = value_form(place.metric, number > 0).check(context.request.form);
  if (in.ok()) {
    ManualValue v;
    v.metric = place.metric.id;
    v.unit = place.unit;
    v.last = place.period.last;
    v.number = number;
    v.value = in.values.number("value").value_or(0);
    v.source = in.values.text("source");
    v.note = in.values.text("note");
    v.reason = in.values.text("reason");
    const auto done = engine.store().enter(context.actor, v);
    if (done) {
      context.say(html::Tone::green, "已填报，等待确认；确认后计入指标。");
      return site::redirect("/indicators/filling");
    }
    // A refusal about the thing itself is no matter of a field.
    if (done.error().code == Code::forbidden || done.error().code == Code::not_found)
      return tl::unexpected(done.error());
    in.errors.push_back(done.error());
  }
  const Typed typed{in.values, in.errors};
  return show_fill(context, engine, &typed);
}

// One period's value with its whole history: the record behind the metric's figure.
Answer show_value(Context& context, IndicatorsEngine& engine) {
  const auto place = TRY(place_of(context, engine));
  const auto& m = place.metric;
  if (!sees(context, place.unit) && !may_fill(context, place.unit)) {
    return refuse(Code::forbidden, "auth.scope", "这个单位的数不在您的数据范围内。");
  }
  const auto history = engine.store().history(context.tenant.id, m.id, place.unit, place.period.last);
  site::Page page;
  page.title = fmt::format("{}　{}", m.title, title_of(m.frequency, place.period));
  page.path = {{"指标目录", "/indicators"}, {m.title, metric_url(m.metric_id())}, {"填报数", ""}};
  page.note = place.unit_name;
  if (may_fill(context, place.unit)) {
    const DueValue due{&m, place.unit, place.period, {}, nullptr};
    page.actions = [&, url = fill_url(due)](Out& h) {
      h("{}", html::button_link(history.empty() ? "填报" : "更正", url, "edit"));
    };
  }
  page.body = [&](Out& h) {
    h("{}", html::panel("填报经过", [&](Out& o) {
        if (history.empty()) {
          o("{}", html::EmptyState{"这一期还没有填报", "没有数不等于零。"});
        } else {
          o("{}", history_table(place, history));
          if (!history.front().note.empty()) o("<p class=\"mt\">{}</p>", history.front().note);
        }
      }));
  };
  return site::page(context, std::move(page));
}

std::vector<site::Todo> todos_of(const Context& context, IndicatorsEngine& engine) {
  std::vector<site::Todo> out;
  // Who oversees all units is not asked to fill in for them.
  const bool oversees = context.actor.may_everywhere("indicators.fill");
  auto mine = oversees ? std::vector<Id>{} : filling_units(context);
  if (oversees && context.actor.may("indicators.edit")) mine.push_back(0);
  const auto work = work_of(context, engine, mine);
  std::set<std::pair<Id, Id>> seen;  // the newest open period of each metric and unit
  for (const auto& d : work->due) {
    if (!d.open() || !seen.insert({d.metric->id, d.unit}).second) continue;
    site::Todo todo;
    todo.key = fmt::format("indicator:{}:{}:{}", d.metric->id, d.unit, base::to_iso(d.period.last));
    todo.kind = "指标填报";
    todo.title = d.metric->title + "　" + title_of(d.metric->frequency, d.period);
    todo.url = fill_url(d);
    if (d.value != nullptr)
      todo.note = fmt::format("{}退回：{}", d.value->decided_by, d.value->decision_note);
    todo.due = d.due;
    todo.unit = d.unit;
    todo.on_behalf_of =
        context.actor.on_behalf_of(d.unit == 0 ? "indicators.edit" : "indicators.fill", d.unit);
    out.push_back(std::move(todo));
  }
  return out;
}

}  // namespace

void add_filling_pages(site::Site& site, IndicatorsEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/indicators/filling", Access::right, "indicators.fill",
            [&](Context& c) { return list_due(c, engine); }});
  site.add({Method::get, "/indicators/{metric}/fill", Access::right, "indicators.fill",
            [&](Context& c) { return show_fill(c, engine, nullptr); }});
  site.add({Method::post, "/indicators/{metric}/fill", Access::right, "indicators.fill",
            [&](Context& c) { return enter(c, engine); }});
  site.add({Method::get, "/indicators/{metric}/value", Access::right, "indicators.read",
            [&](Context& c) { return show_value(c, engine); }});
  site.add(site::MenuItem{"指标", "指标填报", "/indicators/filling", "indicators.fill", 304, {}, {}, false});
  site.add_todos([&](const Context& c) { return todos_of(c, engine); });
}

}  // namespace kepu::indicators

// 确认填报数: the values of all units, and what the office decides of them.
#include "core/base/text.h"
#include "engines/indicators/pages/desk.h"

namespace kepu::indicators {

using html::Out;
using site::Answer;
using site::Context;

namespace {

struct ValueRow {
  ManualValue value;
  const ManualMetric* metric = nullptr;
  std::string unit;
};

html::Light light_of(ValueState state) {
  return state == ValueState::confirmed   ? html::Light::done
         : state == ValueState::submitted ? html::Light::watch
                                          : html::Light::late;
}

table::Table<ValueRow> value_table(const std::vector<ManualMetric>& metrics) {
  std::vector<std::pair<std::string, std::string>> options;
  for (const auto& m : metrics) options.emplace_back(std::to_string(m.id), m.title);
  return table::Table<ValueRow>({.id = "values",
                                 .caption = "填报的数",
                                 .search_hint = "来源、说明、填报人",
                                 .default_sort = "-at",
                                 .tie_break = "id",
                                 .unit = "个数"})
      .column({.key = "metric", .title = "指标", .sortable = false, .full_on_phone = true, .width = 28},
              [](const ValueRow& r) {
                return table::link(r.metric->title, fmt::format("{}?unit={}&last={}",
                                                                metric_url(r.metric->metric_id(), "value"),
                                                                r.value.unit, base::to_iso(r.value.last)));
              })
      .column({.key = "unit", .title = "单位", .sortable = false, .width = 18},
              [](const ValueRow& r) { return table::text(r.unit); })
      .column(
          {.key = "period", .title = "填报期", .width = 14, .sql = "period_end"},
          [](const ValueRow& r) {
            return table::text(title_of(r.metric->frequency, period_of(r.metric->frequency, r.value.last)));
          })
      .column({.key = "value", .title = "数", .number = true, .sql = "value"},
              [](const ValueRow& r) { return table::number(r.value.value, r.metric->decimals); })
      .column({.key = "measure", .title = "计量单位", .sortable = false, .hide_on_phone = true},
              [](const ValueRow& r) { return table::text(r.metric->unit); })
      .column({.key = "state", .title = "状态", .sql = "state"},
              [](const ValueRow& r) {
                return table::status(light_of(r.value.state), std::string(title_of(r.value.state)));
              })
      .column({.key = "source", .title = "来源", .sortable = false, .hide_on_phone = true, .width = 30},
              [](const ValueRow& r) { return table::text(r.value.source); })
      .column({.key = "by", .title = "填报人", .hide_on_phone = true, .sql = "entered_by"},
              [](const ValueRow& r) { return table::text(r.value.by_name); })
      .column({.key = "at", .title = "填报时间", .hide_on_phone = true, .sql = "entered_at"},
              [](const ValueRow& r) { return table::date(base::date_of(r.value.at)); })
      .filter({.key = "state",
               .title = "状态",
               .options = {{"submitted", "待确认"}, {"confirmed", "已确认"}, {"returned", "已退回"}}})
      .filter({.key = "metric", .title = "指标", .options = std::move(options)});
}

table::Source<ValueRow> source_of(Context& context, IndicatorsEngine& engine,
                                  const std::vector<ManualMetric>& metrics) {
  return [&](const table::Wanted& wanted) {
    ValueQuery query;
    query.units = scope_of(context);
    if (query.units) query.units->push_back(0);  // the county's own figures are for everybody
    query.metric = base::parse_id(wanted.query.filter("metric")).value_or(0);
    query.state = parse_value_state(wanted.query.filter("state"));
    query.text = wanted.query.text;
    query.order_by = wanted.order_by;
    query.offset = wanted.offset;
    query.limit = wanted.limit;
    auto page = engine.store().find_values(context.tenant.id, query);
    const auto tree = context.app.directory.units(context.tenant.id);
    table::Found<ValueRow> found;
    found.total = page.total;
    for (auto& v : page.values) {
      for (const auto& m : metrics) {
        if (m.id == v.metric) found.rows.push_back({v, &m, unit_name(*tree, v.unit)});
      }
    }
    return found;
  };
}

// "metric:unit:last:number" of a tick box.
std::optional<ValueKey> key_of(std::string_view text) {
  const auto parts = base::split(text, ":");
  if (parts.size() != 4) return std::nullopt;
  const auto metric = base::parse_id(parts[0]);
  const auto unit = base::parse_int(parts[1]), number = base::parse_int(parts[3]);
  const auto last = base::parse_date(parts[2]);
  if (!metric || !unit || !last || !number) return std::nullopt;
  return ValueKey{*metric, *unit, *last, static_cast<int>(*number)};
}

std::string key_text(const ManualValue& v) {
  return fmt::format("{}:{}:{}:{}", v.metric, v.unit, base::to_iso(v.last), v.number);
}

// The period before, to see a jump.
std::optional<double> before(IndicatorsEngine& engine, Id tenant, const ManualMetric& m,
                             const ManualValue& v) {
  const auto p = period_of(m.frequency, v.last);
  const auto history =
      engine.store().history(tenant, m.id, v.unit, base::from_days(base::to_days(p.first) - 1));
  return history.empty() ? std::nullopt : std::optional(history.front().value);
}

void write_waiting(Out& h, Context& context, IndicatorsEngine& engine,
                   const std::vector<ManualMetric>& metrics) {
  constexpr std::int64_t kMost = 50;
  ValueQuery query;
  query.units = context.actor.units_of("indicators.confirm");
  query.state = ValueState::submitted;
  query.limit = kMost;
  const auto page = engine.store().find_values(context.tenant.id, query);
  if (page.total == 0) return;
  const auto tree = context.app.directory.units(context.tenant.id);
  html::SimpleTable table;
  table.caption = "待确认的数";
  table.columns = {{"选"},
                   {"指标"},
                   {"单位"},
                   {"填报期"},
                   {"数", html::Column::Kind::number},
                   {"上一期", html::Column::Kind::number},
                   {"来源"},
                   {"填报人"}};
  for (const auto& v : page.values) {
    for (const auto& m : metrics) {
      if (m.id != v.metric) continue;
      const std::string key = key_text(v);
      const std::string name = fmt::format("选择 {} {}", m.title, unit_name(*tree, v.unit));
      table.rows.push_back(
          {html::Content([key, name](Out& o) {
             o("<input type=\"checkbox\" name=\"key\" value=\"{}\" aria-label=\"{}\">", key, name);
           }),
           m.title, unit_name(*tree, v.unit), title_of(m.frequency, period_of(m.frequency, v.last)),
           value_text(v.value, m.decimals, m.unit),
           shown(before(engine, context.tenant.id, m, v), as_metric(m)), v.source, v.by_name});
    }
  }
  h("{}", html::panel(fmt::format("{} 个数待确认", page.total),
                      [&](Out& o) {
                        o("<form method=\"post\" action=\"/indicators/values/decide\"><input type=\"hidden\" "
                          "name=\"csrf\" value=\"{}\">{}<p class=\"small-form mt\"><label class=\"lab\" "
                          "for=\"f-note\">退回理由</label><input class=\"in\" id=\"f-note\" name=\"note\" "
                          "maxlength=\"200\">{}{}</p></form>",
                          context.csrf, table, html::button("确认所选", html::Look::primary, "do", "confirm"),
                          html::button("退回所选", html::Look::danger, "do", "return"));
                      },
                      {.note = "自己填的数须由另一人确认；确认后计入指标"}));
}

Answer list_values(Context& context, IndicatorsEngine& engine) {
  const auto metrics = engine.store().metrics(context.tenant.id, true);
  const auto table = value_table(metrics);
  site::Page page;
  page.title = "填报数";
  page.path = {{"填报数", ""}};
  page.note = "每个数有来源、填报人和确认人；更正不覆盖旧数";
  const bool confirms = context.actor.may("indicators.confirm") && context.as().empty();
  return site::list(context, table, source_of(context, engine, metrics), std::move(page),
                    {.file_name = "人工指标填报数",
                     .subject = "indicators",
                     .empty_hint = "还没有单位填报。",
                     .before = [&, confirms](Out& h) {
                       if (confirms) write_waiting(h, context, engine, metrics);
                     }});
}

Answer decide(Context& context, IndicatorsEngine& engine) {
  std::vector<ValueKey> keys;
  for (const auto& [name, value] : context.request.form) {
    if (name != "key") continue;
    if (const auto key = key_of(value)) keys.push_back(*key);
  }
  const bool confirm = context.field("do") == "confirm";
  const auto done = engine.store().decide(context.actor, keys, confirm, std::string(context.field("note")));
  if (done) {
    context.say(html::Tone::green, fmt::format("{} {} 个数。", confirm ? "已确认" : "已退回", keys.size()));
  } else if (done.error().code == base::Code::forbidden && done.error().rule != "indicators.same_person") {
    return tl::unexpected(done.error());
  } else {
    context.say(html::Tone::red, done.error().message);
  }
  return site::redirect("/indicators/values");
}

}  // namespace

void add_value_pages(site::Site& site, IndicatorsEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/indicators/values", Access::right, "indicators.read",
            [&](Context& c) { return list_values(c, engine); }});
  site.add({Method::post, "/indicators/values/decide", Access::right, "indicators.confirm",
            [&](Context& c) { return decide(c, engine); }});
  site.add(site::MenuItem{"指标",
                          "填报数",
                          "/indicators/values",
                          "indicators.read",
                          305,
                          {},
                          [&](const Context& c) -> std::int64_t {
                            if (!c.actor.may("indicators.confirm")) return 0;
                            return engine.store().values_waiting(c.tenant.id,
                                                                 c.actor.units_of("indicators.confirm"));
                          },
                          false});
  site.add_todos([&](const Context& c) {
    std::vector<site::Todo> out;
    if (!c.actor.may("indicators.confirm")) return out;
    const auto waiting = engine.store().values_waiting(c.tenant.id, c.actor.units_of("indicators.confirm"));
    if (waiting > 0) {
      site::Todo todo;
      todo.key = "indicators:confirm";
      todo.kind = "确认数据";
      todo.title = fmt::format("{} 个填报数待确认", waiting);
      todo.url = "/indicators/values";
      todo.on_behalf_of = c.actor.on_behalf_of("indicators.confirm", 0);
      out.push_back(std::move(todo));
    }
    return out;
  });
}

}  // namespace kepu::indicators

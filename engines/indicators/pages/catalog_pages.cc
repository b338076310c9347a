// 指标目录: every metric that can be asked for, with what counts and what it says today.
#include "core/base/text.h"
#include "engines/indicators/pages/desk.h"

namespace kepu::indicators {

using html::Out;
using site::Answer;
using site::Context;

namespace {

struct MetricRow {
  metric::Metric metric;
  metric::Answer today;  // only of the rows that are shown
};

std::string engine_of(const metric::Metric& m) { return m.id.substr(0, m.id.find('.')); }

std::string source_title(const std::string& engine) {
  static const std::map<std::string, std::string> kTitles = {
      {"plan", "实施方案"},    {"manual", "人工填报"}, {"reports", "进展填报"},  {"registers", "名录台账"},
      {"schemes", "申报认定"}, {"orders", "点单服务"}, {"events", "活动"},       {"training", "培训"},
      {"contests", "竞赛"},    {"media", "传播"},      {"response", "应急科普"}, {"funds", "经费"},
      {"partners", "协作"},    {"survey", "调查"},     {"appraisal", "考核"}};
  const auto at = kTitles.find(engine);
  return at == kTitles.end() ? engine : at->second;
}

table::Table<MetricRow> metric_table(const std::vector<MetricRow>& rows) {
  std::vector<std::pair<std::string, std::string>> sources;
  for (const auto& r : rows) {
    const std::string engine = engine_of(r.metric);
    if (sources.empty() || sources.back().first != engine) sources.emplace_back(engine, source_title(engine));
  }
  return table::Table<MetricRow>(
             {.id = "metrics", .caption = "指标", .search_hint = "指标名称、口径", .unit = "个指标"})
      .column({.key = "title", .title = "指标", .width = 26},
              [](const MetricRow& r) { return table::link(r.metric.title, metric_url(r.metric.id)); })
      .column({.key = "value",
               .title = "截至今日",
               .number = true,
               .sortable = false,
               .width = 16,
               .note = "流量自规划期第一天累计；存量为今日的数；— 表示没有数，不是零"},
              [](const MetricRow& r) {
                return r.today.value
                           ? table::text(value_text(*r.today.value, r.metric.decimals, r.metric.unit))
                           : table::missing();
              })
      .column({.key = "unit", .title = "单位", .hide_on_phone = true, .export_only = true},
              [](const MetricRow& r) { return table::text(r.metric.unit); })
      .column({.key = "source", .title = "来源", .width = 12},
              [](const MetricRow& r) { return table::text(source_title(engine_of(r.metric))); })
      .column({.key = "nature", .title = "性质", .hide_on_phone = true},
              [](const MetricRow& r) { return table::text(std::string(title_of(r.metric.nature))); })
      .column({.key = "counting", .title = "计数", .hide_on_phone = true},
              [](const MetricRow& r) { return table::text(std::string(title_of(r.metric.counting))); })
      .column({.key = "definition", .title = "口径", .full_on_phone = true, .width = 60},
              [](const MetricRow& r) { return table::text(r.metric.definition); })
      .column({.key = "id", .title = "标识", .export_only = true},
              [](const MetricRow& r) { return table::text(r.metric.id); })
      .filter({.key = "source", .title = "来源", .options = std::move(sources)},
              [](const MetricRow& r, std::string_view v) { return engine_of(r.metric) == v; })
      .filter({.key = "nature", .title = "性质", .options = {{"flow", "流量"}, {"stock", "存量"}}},
              [](const MetricRow& r, std::string_view v) {
                return (r.metric.nature == metric::Nature::stock) == (v == "stock");
              });
}

Answer list_metrics(Context& context, IndicatorsEngine& engine) {
  std::vector<MetricRow> rows;
  for (auto& m : engine.catalog().all(context.tenant.id)) rows.push_back({std::move(m), {}});
  const auto table = metric_table(rows);
  const auto in_memory = table.in_memory(rows);
  const base::Date first = first_day(context, engine), today = context.today();
  const table::Source<MetricRow> source = [&](const table::Wanted& wanted) {
    auto found = in_memory(wanted);
    context.app.db.read([&](sql::Session&) {
      for (auto& row : found.rows) {
        const auto answer =
            engine.catalog().answer({context.tenant.id, row.metric.id, {}, std::min(first, today), today});
        if (answer) row.today = *answer;
      }
    });
    return found;
  };
  site::Page page;
  page.title = "指标目录";
  page.path = {{"指标目录", ""}};
  page.note = "每个数只在一处计算；点开可看口径、各年数、分单位数，直到每一条记录";
  if (context.actor.may("indicators.edit")) {
    page.actions = [](Out& h) { h("{}", html::button_link("声明人工指标", "/indicators/new", "plus")); };
  }
  return site::list(context, table, source, std::move(page),
                    {.file_name = "指标目录", .subject = "indicators", .empty_hint = "还没有任何指标。"});
}

std::vector<site::SearchHit> search_metrics(const Context& context, IndicatorsEngine& engine,
                                            std::string_view words) {
  std::vector<site::SearchHit> hits;
  if (!context.actor.may("indicators.read")) return hits;
  for (const auto& m : engine.catalog().all(context.tenant.id)) {
    if (hits.size() < 10 && base::contains(base::wording(m.title), base::wording(words))) {
      hits.push_back({m.title, metric_url(m.id), "指标", base::shorten(m.definition, 40)});
    }
  }
  return hits;
}

}  // namespace

void add_catalog_pages(site::Site& site, IndicatorsEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/indicators", Access::right, "indicators.read",
            [&](Context& c) { return list_metrics(c, engine); }});
  site.add(site::MenuItem{"指标", "指标目录", "/indicators", "indicators.read", 301, {}, {}, false});
  site.add_search([&](const Context& c, std::string_view words) { return search_metrics(c, engine, words); });
}

}  // namespace kepu::indicators

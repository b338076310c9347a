#include "engines/appraisal/appraisal_engine.h"

#include "core/auth/directory.h"
#include "engines/appraisal/pages/desk.h"
#include "engines/appraisal/plan_metrics.h"

namespace kepu::appraisal {

using base::Code;
using base::refuse;

namespace {

template <class T>
T or_throw(base::Result<T> result) {
  if (!result) throw std::runtime_error("catalog/appraisal.toml：" + result.error().message);
  return std::move(*result);
}

}  // namespace

AppraisalEngine::AppraisalEngine(site::Services services, plan::RunningPlans& plans, metric::Catalog& metrics,
                                 std::string_view catalogue)
    : services_(std::move(services)),
      plans_(plans),
      metrics_(metrics),
      store_(services_.db, services_.clock, services_.ids, services_.directory,
             or_throw(Criteria::parse(catalogue))),
      example_(or_throw(example_table(catalogue))) {}

base::Result<Table> AppraisalEngine::with_metrics(Id tenant, Table table) const {
  for (auto& item : table.items) {
    auto& rule = item.rule;
    if (rule.kind == Rule::Kind::manual) {
      rule.metric.clear();
      rule.metric_title.clear();
      rule.metric_unit.clear();
      continue;
    }
    const auto metric = metrics_.find(tenant, rule.metric);
    if (!metric || !metric->by_unit)
      return refuse(Code::invalid, "appraisal.unknown_metric",
                    "考核项 " + item.code + " 的指标“" + rule.metric + "”" +
                        (metric ? "不能按单位统计" : "不存在或已停用") + "，请重选指标，或改为人工评分。",
                    "metric");
    rule.metric_title = metric->title;
    rule.metric_unit = metric->unit;
  }
  return table;
}

base::Done AppraisalEngine::publish(const By& by, Id appraisal, std::int64_t revision) {
  const auto loaded = TRY(store_.load(by.actor.tenant, appraisal));
  const auto table = TRY(with_metrics(by.actor.tenant, *loaded.table));
  return store_.publish(by, appraisal, revision, table);
}

base::Result<std::vector<Figure>> AppraisalEngine::ask(Id tenant, Id appraisal) {
  const auto loaded = TRY(store_.load(tenant, appraisal));
  const auto sheets = store_.sheets(tenant, appraisal);
  const base::Date first{loaded.head.year, 1, 1}, last{loaded.head.year, 12, 31};
  const base::Date to = std::max(first, std::min(last, services_.clock.today()));
  std::vector<Figure> out;
  for (const auto* item : loaded.table->items_of("")) {
    if (item->rule.kind == Rule::Kind::manual) continue;
    metric::Question question{tenant, item->rule.metric, {}, first, to};
    for (const auto& s : sheets) {
      if (loaded.table->applies(*item, s.entry.group)) question.units.push_back(s.entry.unit);
    }
    if (question.units.empty()) continue;
    const auto found = TRY(metrics_.by_unit(question));
    for (const Id unit : question.units) {
      Figure answer;
      answer.item = item->code;
      answer.unit = unit;
      answer.from = first;
      answer.to = to;
      answer.at = services_.clock.now();
      const auto at = found.find(unit);
      answer.why = at == found.end() ? "平台没有这个单位的记录" : at->second.why;
      if (at != found.end()) {
        answer.records = at->second.records;
        if (at->second.value) answer.value = amount_of(*at->second.value);
        if (at->second.value && !answer.value) answer.why = "数值超出可以计分的范围";
      }
      out.push_back(std::move(answer));
    }
  }
  return out;
}

base::Done AppraisalEngine::open_assessing(const By& by, Id appraisal, std::int64_t revision,
                                           std::optional<base::Date> due) {
  TRY(by.actor.require("appraisal.manage"));
  AppraisalStore::Step step;
  step.action = Action::open_assessing;
  step.due = due;
  step.figures = TRY(ask(by.actor.tenant, appraisal));
  return store_.step(by, appraisal, revision, step);
}

void AppraisalEngine::add_metrics() {
  add_plan_metrics(metrics_, plans_);
  metric::Metric score;
  score.id = "appraisal.score";
  score.title = "年度考核得分";
  score.unit = "分";
  score.definition = "最近一个已定稿年度的考核总分；定稿前没有值。各单位的得分不能相加";
  score.nature = metric::Nature::stock;
  score.decimals = 2;
  const auto of_row = [](const ResultRow& row) -> metric::Answer {
    if (!row.total) return {std::nullopt, "这一年没有适用的考核项", 1};
    return {static_cast<double>(*row.total) / static_cast<double>(kPoint), "", 1};
  };
  metric::Source source;
  source.answer = [this, of_row](const metric::Question& q) -> metric::Answer {
    if (q.units.size() != 1) return {std::nullopt, "几个单位的考核得分不能合成一个数，请按单位查看", 0};
    const auto found = store_.latest_results(q.tenant, q.to, q.units);
    return found.empty() ? metric::Answer{std::nullopt, "还没有定稿的考核", 0}
                         : of_row(found.begin()->second);
  };
  source.by_unit = [this, of_row](const metric::Question& q) {
    std::map<Id, metric::Answer> out;
    for (const auto& [unit, row] : store_.latest_results(q.tenant, q.to, q.units)) out[unit] = of_row(row);
    return out;
  };
  source.records = [this](const metric::Question& q, std::int64_t offset, std::int64_t limit) {
    std::vector<metric::Record> out;
    std::int64_t number = 0;
    for (const auto& [unit, row] : store_.latest_results(q.tenant, q.to, q.units)) {
      if (number++ < offset || static_cast<std::int64_t>(out.size()) >= limit) continue;
      const auto year = store_.of_year(q.tenant, row.year);
      out.push_back({fmt::format("{} 年度考核　{}", row.year, row.name),
                     year ? sheet_url(year->head.id, unit) : "/appraisals", unit,
                     year ? base::date_of(year->head.finished_at) : q.to,
                     row.total ? static_cast<double>(*row.total) / static_cast<double>(kPoint) : 0,
                     row.grade});
    }
    return out;
  };
  metrics_.add(std::move(score), std::move(source));
}

void AppraisalEngine::add_to(site::Site& site, plan::Extensions& extensions) {
  add_year_list_pages(site, *this);
  add_year_pages(site, *this);
  add_table_pages(site, *this);
  add_table_settings_pages(site, *this);
  add_item_pages(site, *this);
  add_sheet_pages(site, *this);
  add_appeal_pages(site, *this);
  add_result_pages(site, *this);
  add_todos(site, *this);
  extensions.of_unit.push_back(
      [this](site::Context& context, const plan::Running&, const auth::Unit& unit, html::Out& h) {
        if (!context.actor.may("appraisal.read", unit.id)) return;
        const auto rows = store_.results_of_unit(context.tenant.id, unit.id);
        if (rows.empty()) return;
        std::map<int, Id> ids;
        for (const auto& head : store_.heads(context.tenant.id)) ids[head.year] = head.id;
        html::SimpleTable table;
        table.caption = "历年考核";
        table.columns = {
            {"年度"}, {"总分", html::Column::Kind::number}, {"自评", html::Column::Kind::number}, {"等次"}};
        for (const auto& row : rows) {
          const auto url = sheet_url(ids[row.year], unit.id);
          table.rows.push_back(
              {[url, year = row.year](html::Out& o) { o("<a href=\"{}\">{}</a>", html::Url{url}, year); },
               points_or_dash(row.total), points_or_dash(row.self), row.grade});
        }
        h("{}",
          html::panel("年度考核", table, {.note = "只列已定稿的年度", .more = {"全部考核", "/appraisals"}}));
      });
}

}  // namespace kepu::appraisal

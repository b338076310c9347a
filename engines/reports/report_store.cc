#include "engines/reports/report_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"

namespace kepu::reports {

std::vector<auth::Right> rights() {
  return {{"report.read", "查看填报和佐证"},
          {"report.edit", "填报本单位任务、编报年度计划"},
          {"report.review", "审核填报、延期和年度计划"},
          {"report.rule", "设定填报期、亮灯规则和工作日历"},
          {"evidence.edit", "登记本单位佐证"}};
}

std::optional<std::string> unit_in_use(sql::Session& session, Id tenant, Id unit) {
  const sql::Args where = {{"tenant", tenant}, {"unit", unit}};
  const auto reports =
      session.integer("select count(*) from report where tenant = :tenant and unit = :unit", where);
  if (reports > 0) return fmt::format("有 {} 条填报", reports);
  const auto proofs =
      session.integer("select count(*) from evidence where tenant = :tenant and unit = :unit", where);
  if (proofs > 0) return fmt::format("登记了 {} 件佐证", proofs);
  return std::nullopt;
}

std::string_view title_of(Extension::State state) {
  switch (state) {
    case Extension::State::asked:
      return "待审批";
    case Extension::State::granted:
      return "已同意";
    case Extension::State::refused:
      return "未同意";
  }
  return "";
}

ReportStore::ReportStore(Parts parts) : parts_(std::move(parts)) {}

std::vector<Figure> ReportStore::figures_of(Id tenant, const plan::Running& now, const plan::TaskItem& task,
                                            Id unit, const Window& window, const std::vector<Figure>& typed) {
  const auto bound = parts_.bindings ? parts_.bindings(tenant, now) : std::map<Id, std::string>{};
  const auto span = plan::span_of(*now.plan, task);
  std::vector<Figure> out;
  for (const auto* target : now.targets_of(task.id)) {
    if (target->kind == plan::QuantityKind::baseline) continue;
    Figure figure;
    figure.target = target->id;
    figure.label = base::shorten(base::trim(target->text), 60);
    figure.unit = target->unit;
    const auto metric_id = bound.find(target->id);
    const auto metric =
        metric_id == bound.end() ? std::nullopt : parts_.metrics.find(tenant, metric_id->second);
    if (!metric) {
      const auto at =
          std::find_if(typed.begin(), typed.end(), [&](const Figure& f) { return f.target == target->id; });
      if (at != typed.end()) figure.value = at->value;
      if (at != typed.end()) figure.note = at->note;
      out.push_back(std::move(figure));
      continue;
    }
    metric::Question question{tenant, metric->id, {}, span ? span->first : window.first, window.last};
    if (metric->by_unit) question.units = {unit};
    question.to = std::min(window.last, parts_.clock.today());
    question.from = std::min(question.from, question.to);
    figure.metric = metric->id;
    figure.unit = metric->unit;
    const auto answer = parts_.metrics.answer(question);
    if (answer) {
      figure.value = answer->value;
      figure.note = answer->value
                        ? fmt::format("平台“{}”{}，{} 至 {}，{} 条记录", metric->title,
                                      metric->by_unit ? "" : "（全县）", base::to_iso(question.from),
                                      base::to_iso(question.to), answer->records)
                        : answer->why;
    } else {
      figure.note = answer.error().message;
    }
    out.push_back(std::move(figure));
  }
  return out;
}

}  // namespace kepu::reports

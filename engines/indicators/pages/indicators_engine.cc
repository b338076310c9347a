#include "engines/indicators/indicators_engine.h"

#include "core/html/format.h"
#include "engines/indicators/pages/desk.h"
#include "engines/indicators/plan_metrics.h"

namespace kepu::indicators {

IndicatorsEngine::IndicatorsEngine(site::Services services, plan::RunningPlans& plans,
                                   plan::Extensions& extensions, metric::Catalog& catalog)
    : plans_(plans),
      extensions_(extensions),
      catalog_(catalog),
      store_(services.db, services.clock, services.ids, services.directory, catalog),
      evaluation_(services.db, store_, catalog) {
  add_plan_metrics(catalog_, plans_);
  catalog_.add_changing([this](Id tenant) { return manual_metrics(store_, tenant); }, manual_source(store_));
  extensions_.of_target.push_back(
      [this](site::Context& context, const plan::Running& running, const plan::TargetItem& target,
             html::Out& h) { write_target_panels(context, *this, running, target, h); });
  extensions_.of_task.push_back(
      [this](site::Context& context, const plan::Running& running, const plan::TaskItem& task, html::Out& h) {
        write_task_panels(context, *this, running, task, h);
      });
  extensions_.goals = [this](site::Context& context, const plan::Running& running) {
    return evaluation_.changed_goals(context.tenant.id, running, context.today());
  };
  extensions_.of_dashboard.push_back(
      [this](site::Context& context, const plan::Running& running, html::Out& h) {
        write_dashboard_panels(context, *this, running, h);
      });
}

void IndicatorsEngine::add_to(site::Site& site) {
  add_catalog_pages(site, *this);
  add_metric_pages(site, *this);
  add_balance_pages(site, *this);
  add_manual_pages(site, *this);
  add_filling_pages(site, *this);
  add_value_pages(site, *this);
  add_target_pages(site, *this);
  add_change_pages(site, *this);
  add_literacy_pages(site, *this);
  add_progress_pages(site, *this);
  add_set_pages(site, *this);
}

base::Result<plan::Running> running(site::Context& context, IndicatorsEngine& engine) {
  return plan::Running(*TRY(engine.plans().running(context.tenant.id)));
}

base::Result<metric::Metric> metric_of(site::Context& context, IndicatorsEngine& engine) {
  auto found = engine.catalog().find(context.tenant.id, context.variable("metric"));
  if (!found) {
    return base::refuse(base::Code::not_found, "indicators.metric",
                        "没有这个指标，可能已停用。请到“指标目录”查找。");
  }
  return std::move(*found);
}

base::Result<ManualMetric> manual_of(site::Context& context, IndicatorsEngine& engine) {
  const auto id = manual_id(context.variable("metric"));
  auto found = id ? engine.store().find_metric(context.tenant.id, *id) : std::nullopt;
  if (!found) {
    return base::refuse(base::Code::not_found, "indicators.metric", "没有这个人工指标。请到“指标目录”查找。");
  }
  return std::move(*found);
}

std::string metric_url(std::string_view metric, std::string_view page) {
  std::string out = "/indicators/" + std::string(metric);
  if (!page.empty()) out += "/" + std::string(page);
  return out;
}

std::string target_url(Id target) { return fmt::format("/targets/{}", target); }
std::string binding_url(Id target) { return fmt::format("/indicators/targets/{}", target); }

std::string unit_name(const auth::UnitTree& units, Id unit) {
  if (unit == 0) return "全县";
  const auto* found = units.find(unit);
  return found == nullptr ? "（已撤销单位）" : found->name;
}

std::string shown(std::optional<double> value, const metric::Metric& metric) {
  return value ? value_text(*value, metric.decimals, metric.unit) : "—";
}

std::string shown(std::optional<double> value, std::string_view unit) {
  if (!value) return "—";
  const std::string text = plan::number_text(std::round(*value * 100) / 100);
  return text + (unit == "%" || unit.empty() ? "" : " ") + std::string(unit);
}

std::optional<std::vector<Id>> scope_of(const site::Context& context) {
  return context.actor.units_of("indicators.read");
}

bool sees(const site::Context& context, Id unit) {
  return unit == 0 || context.actor.may("indicators.read", unit);
}

base::Date first_day(site::Context& context, IndicatorsEngine& engine) {
  const auto now = engine.plans().running(context.tenant.id);
  const int year = now ? (*now)->plan->version.metadata.from : 0;
  return {year == 0 ? context.today().year : year, 1, 1};
}

}  // namespace kepu::indicators

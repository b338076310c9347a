// Manual metrics as they are declared.
#include <fmt/format.h>

#include "core/auth/directory.h"
#include "core/base/text.h"
#include "engines/indicators/indicators_store.h"

namespace kepu::indicators {

using base::Code;
using base::refuse;
using sql::Row;
using sql::Session;

namespace {

ManualMetric metric_of(const Row& row) {
  ManualMetric m;
  m.id = row.integer(0);
  m.title = row.text(1);
  m.unit = row.text(2);
  m.definition = row.text(3);
  m.nature = row.view(4) == "stock" ? metric::Nature::stock : metric::Nature::flow;
  m.counting = row.view(5) == "people"         ? metric::Counting::people
               : row.view(5) == "person_times" ? metric::Counting::person_times
                                               : metric::Counting::amount;
  m.decimals = static_cast<int>(row.integer(6));
  m.frequency = parse_frequency(row.view(7)).value_or(Frequency::year);
  m.fillers = parse_fillers(row.view(8)).value_or(Fillers::county);
  m.from = base::parse_date(row.view(9)).value_or(base::Date{});
  m.due_days = static_cast<int>(row.integer(10));
  m.active = row.flag(11);
  m.revision = row.integer(12);
  m.edited_by = row.text(13);
  m.edited_at = row.integer(14);
  return m;
}

std::string_view nature_text(metric::Nature n) { return n == metric::Nature::stock ? "stock" : "flow"; }
std::string_view counting_text(metric::Counting c) {
  return c == metric::Counting::people         ? "people"
         : c == metric::Counting::person_times ? "person_times"
                                               : "amount";
}

const std::string kMetrics =
    "select id, title, unit, definition, nature, counting, decimals, frequency, fillers, from_date, "
    "due_days, "
    "active, revision, edited_by, edited_at from indicator_metric where tenant = :tenant";

sql::Args args_of(Id tenant, const ManualMetric& m, std::string_view from, const std::string& by,
                  base::Millis at) {
  return {{"tenant", tenant},
          {"id", m.id},
          {"title", m.title},
          {"unit", m.unit},
          {"definition", m.definition},
          {"nature", nature_text(m.nature)},
          {"counting", counting_text(m.counting)},
          {"decimals", m.decimals},
          {"frequency", to_text(m.frequency)},
          {"fillers", to_text(m.fillers)},
          {"from_date", from},
          {"due_days", m.due_days},
          {"active", m.active ? 1 : 0},
          {"by", by},
          {"at", at}};
}

}  // namespace

std::vector<ManualMetric> IndicatorStore::metrics(Id tenant, bool with_ended) {
  return db_.read([&](Session& session) {
    auto out = session.rows(kMetrics + " and active >= :least order by id",
                            {{"tenant", tenant}, {"least", with_ended ? 0 : 1}}, metric_of);
    std::map<Id, std::vector<Id>> units;
    session.each(
        "select metric, unit from indicator_metric_unit where tenant = :tenant order by metric, unit",
        {{"tenant", tenant}}, [&](const Row& row) { units[row.integer(0)].push_back(row.integer(1)); });
    for (auto& m : out) m.units = units[m.id];
    return out;
  });
}

std::optional<ManualMetric> IndicatorStore::load_metric(Session& session, Id tenant, Id metric) {
  auto out = session.one(kMetrics + " and id = :id", {{"tenant", tenant}, {"id", metric}}, metric_of);
  if (out) {
    out->units = session.rows(
        "select unit from indicator_metric_unit where tenant = :tenant and metric = :metric order by unit",
        {{"tenant", tenant}, {"metric", metric}}, [](const Row& row) { return row.integer(0); });
  }
  return out;
}

std::optional<ManualMetric> IndicatorStore::find_metric(Id tenant, Id metric) {
  return db_.read([&](Session& session) { return load_metric(session, tenant, metric); });
}

void IndicatorStore::save_units(Session& session, Id tenant, const ManualMetric& m) {
  session.run("delete from indicator_metric_unit where tenant = :tenant and metric = :metric",
              {{"tenant", tenant}, {"metric", m.id}});
  if (m.fillers != Fillers::listed) return;
  for (const Id unit : m.units) {
    session.run(
        "insert into indicator_metric_unit (tenant, metric, unit) values (:tenant, :metric, :unit) on "
        "conflict do "
        "nothing",
        {{"tenant", tenant}, {"metric", m.id}, {"unit", unit}});
  }
}

base::Result<Id> IndicatorStore::add_metric(const auth::Actor& by, ManualMetric m) {
  TRY(by.require("indicators.edit"));
  if (const auto errors = check(m); !errors.empty()) return tl::unexpected(errors.front());
  m.id = ids_.next();
  return db_.write([&](Session& session) -> base::Result<Id> {
    const std::string from = base::to_iso(m.from);
    session.run(
        "insert into indicator_metric (tenant, id, title, unit, definition, nature, counting, decimals, "
        "frequency, "
        "fillers, from_date, due_days, active, revision, edited_by, edited_at) values (:tenant, :id, :title, "
        ":unit, :definition, :nature, :counting, :decimals, :frequency, :fillers, :from_date, :due_days, "
        ":active, "
        "1, :by, :at)",
        args_of(by.tenant, m, from, by.name, clock_.now()));
    save_units(session, by.tenant, m);
    log(session, by, "indicators.edit", "indicators.metric", "metric:" + m.metric_id(),
        fmt::format("声明人工指标“{}”（{}，{}，{}）", m.title, m.unit, title_of(m.frequency),
                    title_of(m.fillers)));
    return m.id;
  });
}

base::Done IndicatorStore::change_metric(const auth::Actor& by, const ManualMetric& m) {
  TRY(by.require("indicators.edit"));
  if (const auto errors = check(m); !errors.empty()) return tl::unexpected(errors.front());
  return db_.write([&](Session& session) -> base::Done {
    session.run("update indicator_metric set revision = revision where tenant = :tenant and id = :id",
                {{"tenant", by.tenant}, {"id", m.id}});
    const auto now = load_metric(session, by.tenant, m.id);
    if (!now) return refuse(Code::not_found, "indicators.metric", "没有这个人工指标。请到“指标目录”查找。");
    if (now->revision != m.revision) {
      return refuse(Code::conflict, "indicators.changed_meanwhile",
                    fmt::format("{}于 {} 刚改过这个指标，您的修改没有保存。请看过现在的内容再改。",
                                now->edited_by, base::to_local(now->edited_at)));
    }
    const bool other_meaning = now->unit != m.unit || now->nature != m.nature ||
                               now->counting != m.counting || now->frequency != m.frequency ||
                               (now->fillers == Fillers::county) != (m.fillers == Fillers::county);
    if (other_meaning &&
        session.integer("select count(*) from indicator_value where tenant = :tenant and metric = :metric",
                        {{"tenant", by.tenant}, {"metric", m.id}}) > 0) {
      return refuse(Code::conflict, "indicators.has_values",
                    "已有填报数，不能再改单位、性质、计数方式、频次或改成另一种填报方式，否则旧数就换了意思。"
                    "请停用本指标，另立一个新指标。",
                    "unit");
    }
    const std::string from = base::to_iso(m.from);
    session.run(
        "update indicator_metric set title = :title, unit = :unit, definition = :definition, nature = "
        ":nature, "
        "counting = :counting, decimals = :decimals, frequency = :frequency, fillers = :fillers, from_date = "
        ":from_date, due_days = :due_days, active = :active, revision = revision + 1, edited_by = :by, "
        "edited_at "
        "= :at where tenant = :tenant and id = :id",
        args_of(by.tenant, m, from, by.name, clock_.now()));
    save_units(session, by.tenant, m);
    std::string what = "修改人工指标“" + m.title + "”";
    if (now->definition != m.definition) what += "，口径原为：" + now->definition;
    if (now->active != m.active) what += m.active ? "，重新启用" : "，停用";
    log(session, by, "indicators.edit", "indicators.metric", "metric:" + m.metric_id(), what);
    return {};
  });
}

std::vector<Id> IndicatorStore::fillers_of(Id tenant, const ManualMetric& m) {
  if (m.fillers == Fillers::county) return {0};
  const auto tree = directory_.units(tenant);
  std::vector<Id> out;
  if (m.fillers == Fillers::townships) {
    for (const auto* unit : tree->of_kind(auth::UnitKind::township)) out.push_back(unit->id);
    return out;
  }
  for (const Id id : m.units) {
    const auto* unit = tree->find(id);
    if (unit != nullptr && unit->active) out.push_back(id);
  }
  return out;
}

}  // namespace kepu::indicators

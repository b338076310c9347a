// Values of manual metrics: entered, corrected, confirmed or returned.
#include <fmt/format.h>

#include <algorithm>

#include "core/auth/directory.h"
#include "core/base/text.h"
#include "core/notify/notify.h"
#include "engines/indicators/indicators_store.h"

namespace kepu::indicators {

using base::Code;
using base::refuse;
using sql::Row;
using sql::Session;

namespace {

ManualValue value_of(const Row& row) {
  ManualValue v;
  v.id = row.integer(0);
  v.metric = row.integer(1);
  v.unit = row.integer(2);
  v.last = base::parse_date(row.view(3)).value_or(base::Date{});
  v.number = static_cast<int>(row.integer(4));
  v.value = row.real(5);
  v.source = row.text(6);
  v.note = row.text(7);
  v.reason = row.text(8);
  v.state = parse_value_state(row.view(9)).value_or(ValueState::submitted);
  v.by = row.integer(10);
  v.by_name = row.text(11);
  v.at = row.integer(12);
  v.decided_by = row.text(13);
  v.decision_note = row.text(14);
  v.decided_at = row.integer(15);
  return v;
}

const std::string kValues =
    "select id, metric, unit, period_end, number, value, source, note, reason, state, person, entered_by, "
    "entered_at, decided_by, decision_note, decided_at from indicator_value where tenant = :tenant";

// A list of ids inside a statement: numbers alone, so nothing of a person's gets in.
std::string in_list(const std::vector<Id>& ids) {
  std::string out = "(-1";
  for (const Id id : ids) out += fmt::format(",{}", id);
  return out + ")";
}

}  // namespace

std::vector<ManualValue> IndicatorStore::values_of(Id tenant, Id metric) {
  return db_.read([&](Session& session) {
    return session.rows(kValues + " and metric = :metric and newest = 1 order by period_end desc, unit",
                        {{"tenant", tenant}, {"metric", metric}}, value_of);
  });
}

std::vector<ManualValue> IndicatorStore::values_of_units(Id tenant, const std::vector<Id>& units) {
  return db_.read([&](Session& session) {
    return session.rows(
        kValues + " and newest = 1 and unit in " + in_list(units) + " order by metric, unit, period_end",
        {{"tenant", tenant}}, value_of);
  });
}

std::vector<ManualValue> IndicatorStore::history(Id tenant, Id metric, Id unit, base::Date last) {
  return db_.read([&](Session& session) {
    const std::string end = base::to_iso(last);
    return session.rows(
        kValues + " and metric = :metric and unit = :unit and period_end = :last order by number desc",
        {{"tenant", tenant}, {"metric", metric}, {"unit", unit}, {"last", end}}, value_of);
  });
}

ValuePage IndicatorStore::find_values(Id tenant, const ValueQuery& query) {
  return db_.read([&](Session& session) {
    std::string where = " and newest = 1";
    sql::Args args = {{"tenant", tenant}};
    const std::string pattern = "%" + query.text + "%";
    if (query.units) where += " and unit in " + in_list(*query.units);
    if (query.metric != 0) {
      where += " and metric = :metric";
      args.emplace_back("metric", query.metric);
    }
    if (query.state) {
      where += " and state = :state";
      args.emplace_back("state", to_text(*query.state));
    }
    if (!query.text.empty()) {
      where += " and (source like :text or note like :text2 or entered_by like :text3)";
      args.emplace_back("text", pattern);
      args.emplace_back("text2", pattern);
      args.emplace_back("text3", pattern);
    }
    ValuePage out;
    out.total = session.integer("select count(*) from indicator_value where tenant = :tenant" + where, args);
    const std::string order = query.order_by.empty() ? "entered_at desc, id" : query.order_by;
    args.emplace_back("limit", query.limit);
    args.emplace_back("offset", query.offset);
    out.values =
        session.rows(kValues + where + " order by " + order + " limit :limit offset :offset", args, value_of);
    return out;
  });
}

std::int64_t IndicatorStore::values_waiting(Id tenant, const std::optional<std::vector<Id>>& units) {
  return db_.read([&](Session& session) {
    return session.integer(
        "select count(*) from indicator_value where tenant = :tenant and newest = 1 and state = 'submitted'" +
            (units ? " and unit in " + in_list(*units) : std::string()),
        {{"tenant", tenant}});
  });
}

base::Done IndicatorStore::enter(const auth::Actor& by, const ManualValue& value) {
  if (value.unit == 0) {
    TRY(by.require("indicators.edit"));
  } else {
    TRY(by.require("indicators.fill", value.unit));
  }
  if (base::trim(value.source).empty()) {
    return refuse(Code::invalid, "indicators.source",
                  "请写明数据从哪里来，例如统计台账、报表名称、来函文号。", "source");
  }
  if (value.number > 0 && base::trim(value.reason).empty()) {
    return refuse(Code::invalid, "indicators.reason", "更正已填的数，请写明原因；原来的数会保留。", "reason");
  }
  const auto metric = find_metric(by.tenant, value.metric);
  if (!metric || !metric->active) {
    return refuse(Code::not_found, "indicators.metric", "这个人工指标不存在或已停用，不用再填报。");
  }
  const auto fillers = fillers_of(by.tenant, *metric);
  if (std::find(fillers.begin(), fillers.end(), value.unit) == fillers.end()) {
    return refuse(Code::invalid, "indicators.not_filler", "所选单位不填报这项指标。", "unit");
  }
  const auto period = period_ending(metric->frequency, value.last);
  if (!period || period->first < metric->from) {
    return refuse(Code::invalid, "indicators.period", "请从列表中选择填报期。", "last");
  }
  if (value.last > clock_.today()) {
    return refuse(Code::invalid, "indicators.period",
                  fmt::format("{}还没有结束，{}以后才能填报。", title_of(metric->frequency, *period),
                              base::to_chinese(value.last)),
                  "last");
  }
  return db_.write([&](Session& session) -> base::Done {
    const std::string end = base::to_iso(value.last), source = base::trim(value.source);
    const sql::Args key = {
        {"tenant", by.tenant}, {"metric", value.metric}, {"unit", value.unit}, {"last", end}};
    session.run(
        "update indicator_value set newest = 0 where tenant = :tenant and metric = :metric and unit = :unit "
        "and "
        "period_end = :last and newest = 1",
        key);
    const auto before = session.one(
        kValues +
            " and metric = :metric and unit = :unit and period_end = :last order by number desc limit 1",
        key, value_of);
    const auto conflict = [&] {
      return refuse(Code::conflict, "indicators.changed_meanwhile",
                    before
                        ? fmt::format("{}于 {} 已填报 {}，您的数没有保存。请看过后再更正。", before->by_name,
                                      base::to_local(before->at), plan::number_text(before->value))
                        : std::string("这一期的数刚由另一人填报，您的没有保存。请刷新后再看。"));
    };
    if ((before ? before->number : 0) != value.number) return conflict();
    const auto inserted = session.run(
        "insert into indicator_value (tenant, metric, unit, period_end, number, id, newest, value, source, "
        "note, "
        "reason, state, person, entered_by, entered_at, decided_by, decision_note, decided_at) values "
        "(:tenant, "
        ":metric, :unit, :last, :number, :id, 1, :value, :source, :note, :reason, 'submitted', :person, :by, "
        ":at, "
        "'', '', 0) on conflict do nothing",
        {{"tenant", by.tenant},
         {"metric", value.metric},
         {"unit", value.unit},
         {"last", end},
         {"number", value.number + 1},
         {"id", ids_.next()},
         {"value", value.value},
         {"source", source},
         {"note", value.note},
         {"reason", value.reason},
         {"person", by.person},
         {"by", by.name},
         {"at", clock_.now()}});
    if (inserted == 0) return conflict();
    const std::string shown = fmt::format("{}{}", plan::number_text(value.value), metric->unit);
    log(session, by, value.unit == 0 ? "indicators.edit" : "indicators.fill",
        value.number == 0 ? "indicators.value" : "indicators.value_corrected",
        "metric:" + metric->metric_id(),
        value.number == 0
            ? fmt::format("填报“{}”{}：{}", metric->title, title_of(metric->frequency, *period), shown)
            : fmt::format("更正“{}”{}：由 {} 改为 {}。原因：{}", metric->title,
                          title_of(metric->frequency, *period), plan::number_text(before->value), shown,
                          value.reason));
    return {};
  });
}

base::Done IndicatorStore::decide_one(Session& session, const auth::Actor& by, const auth::UnitTree& tree,
                                      const ValueKey& key, bool confirm, const std::string& note) {
  TRY(by.require("indicators.confirm", key.unit));
  const std::string end = base::to_iso(key.last);
  const sql::Args of_period = {
      {"tenant", by.tenant}, {"metric", key.metric}, {"unit", key.unit}, {"last", end}};
  session.run(
      "update indicator_value set newest = 1 where tenant = :tenant and metric = :metric and unit = :unit "
      "and "
      "period_end = :last and newest = 1",
      of_period);
  const auto value =
      session.one(kValues + " and metric = :metric and unit = :unit and period_end = :last and newest = 1",
                  of_period, value_of);
  const auto metric = load_metric(session, by.tenant, key.metric);
  if (!value || !metric) {
    return refuse(Code::not_found, "indicators.value", "没有这个填报数，请刷新后再看。");
  }
  const auto* unit = tree.find(key.unit);
  const std::string what =
      fmt::format("“{}”{}{}", metric->title, unit != nullptr ? unit->name : std::string("全县"),
                  title_of(metric->frequency, period_of(metric->frequency, key.last)));
  if (value->number != key.number) {
    return refuse(Code::conflict, "indicators.changed_meanwhile",
                  fmt::format("{}的数已由{}于 {} 更正，请看过新的数再确认。", what, value->by_name,
                              base::to_local(value->at)));
  }
  if (value->state != ValueState::submitted) {
    return refuse(Code::conflict, "indicators.decided",
                  fmt::format("{}的数已由{}于 {} 办理：{}。", what, value->decided_by,
                              base::to_local(value->decided_at), title_of(value->state)));
  }
  const Id principal = by.on_behalf_of("indicators.confirm", key.unit);
  const bool same = by.person != 0 ? value->by == by.person || (principal != 0 && value->by == principal)
                                   : value->by == 0 && value->by_name == by.name;
  if (same) {
    return refuse(Code::forbidden, "indicators.same_person",
                  what + "的数由您本人（或您代理的人）填报，请由另一人确认。");
  }
  session.run(
      "update indicator_value set state = :state, decided_by = :by, decision_note = :note, decided_at = :at "
      "where "
      "tenant = :tenant and metric = :metric and unit = :unit and period_end = :last and newest = 1",
      {{"state", to_text(confirm ? ValueState::confirmed : ValueState::returned)},
       {"by", by.name},
       {"note", note},
       {"at", clock_.now()},
       {"tenant", by.tenant},
       {"metric", key.metric},
       {"unit", key.unit},
       {"last", end}});
  if (!confirm && value->by != 0) {
    notify::post(session, by.tenant,
                 {value->by, fmt::format("indicators.returned:{}", value->id), "填报数被退回：" + what,
                  note + "（" + by.name + "）请核对后更正。",
                  fmt::format("/indicators/{}/fill?unit={}&last={}", metric->metric_id(), key.unit, end)},
                 clock_.now(), ids_);
  }
  log(session, by, "indicators.confirm", confirm ? "indicators.value_confirmed" : "indicators.value_returned",
      "metric:" + metric->metric_id(),
      fmt::format("{}{}：{}{}", confirm ? "确认" : "退回", what, plan::number_text(value->value),
                  note.empty() ? "" : "。" + note));
  return {};
}

base::Done IndicatorStore::decide(const auth::Actor& by, const std::vector<ValueKey>& keys, bool confirm,
                                  const std::string& note) {
  TRY(by.require("indicators.confirm"));
  if (keys.empty()) return refuse(Code::invalid, "indicators.none_chosen", "请先勾选要办理的数。");
  if (!confirm && base::trim(note).empty()) {
    return refuse(Code::invalid, "indicators.note", "退回时请写明哪里不对，填报人会看到。", "note");
  }
  const auto tree = directory_.units(by.tenant);
  return db_.write([&](Session& session) -> base::Done {
    for (const auto& key : keys) TRY(decide_one(session, by, *tree, key, confirm, note));
    return {};
  });
}

}  // namespace kepu::indicators

// Weights of the roll-up, and the readings of the literacy share: each decision is a further row.
#include <fmt/format.h>

#include "core/base/text.h"
#include "engines/indicators/indicators_store.h"

namespace kepu::indicators {

using base::Code;
using base::refuse;
using sql::Row;
using sql::Session;

namespace {

std::string_view state_text(const std::optional<metric::PartState>& state) {
  if (!state) return "";
  return *state == metric::PartState::cancelled ? "cancelled" : "not_applicable";
}

WeightRow weight_of(const Row& row) {
  WeightRow out;
  out.subject = row.integer(0);
  out.number = static_cast<int>(row.integer(1));
  out.weighting.weight = row.optional_real(2);
  if (row.view(3) == "cancelled") out.weighting.state = metric::PartState::cancelled;
  if (row.view(3) == "not_applicable") out.weighting.state = metric::PartState::not_applicable;
  out.weighting.reason = row.text(4);
  out.weighting.by = row.text(5);
  out.at = row.integer(6);
  return out;
}

Reading reading_of(const Row& row) {
  Reading r;
  r.id = row.integer(0);
  r.area = row.text(1);
  r.group = row.text(2);
  r.year = static_cast<int>(row.integer(3));
  r.number = static_cast<int>(row.integer(4));
  r.value = row.real(5);
  r.low = row.optional_real(6);
  r.high = row.optional_real(7);
  r.sample = row.optional_integer(8);
  r.source = row.text(9);
  r.note = row.text(10);
  r.reason = row.text(11);
  r.by_name = row.text(12);
  r.at = row.integer(13);
  return r;
}

}  // namespace

std::map<Id, WeightRow> IndicatorStore::weights(Id tenant) {
  return db_.read([&](Session& session) {
    std::map<Id, WeightRow> out;
    session.each(
        "select subject, number, weight, state, reason, decided_by, at from indicator_weight where tenant = "
        ":tenant order by subject, number",
        {{"tenant", tenant}}, [&](const Row& row) { out[row.integer(0)] = weight_of(row); });
    return out;
  });
}

std::vector<WeightRow> IndicatorStore::weight_history(Id tenant, Id subject) {
  return db_.read([&](Session& session) {
    return session.rows(
        "select subject, number, weight, state, reason, decided_by, at from indicator_weight where tenant = "
        ":tenant and subject = :subject order by number desc",
        {{"tenant", tenant}, {"subject", subject}}, weight_of);
  });
}

base::Done IndicatorStore::set_weight(const auth::Actor& by, const plan::Running& running, SubjectKind kind,
                                      Id item, const Weighting& weighting, int number) {
  TRY(by.require("indicators.edit"));
  if (weighting.weight && (!(*weighting.weight >= 0) || *weighting.weight > 1000)) {
    return refuse(Code::invalid, "indicators.weight", "权重应在 0 到 1000 之间；0 表示不计入。", "weight");
  }
  if (base::trim(weighting.reason).empty()) {
    return refuse(Code::invalid, "indicators.reason", "请写明调整权重或不计入的理由，会显示在汇总页上。",
                  "reason");
  }
  return db_.write([&](Session& session) -> base::Done {
    const Id id = TRY(subject(session, by.tenant, *running.plan, kind, item));
    const auto last = session.one(
        "select subject, number, weight, state, reason, decided_by, at from indicator_weight where tenant = "
        ":tenant and subject = :subject order by number desc limit 1",
        {{"tenant", by.tenant}, {"subject", id}}, weight_of);
    if ((last ? last->number : 0) != number) {
      return refuse(Code::conflict, "indicators.changed_meanwhile",
                    last ? fmt::format("{}于 {} 刚改过这一项的权重，您的修改没有保存。请看过现在的内容再改。",
                                       last->weighting.by, base::to_local(last->at))
                         : std::string("这一项的权重刚被改动，请刷新后再试。"));
    }
    session.run(
        "insert into indicator_weight (tenant, subject, number, weight, state, reason, decided_by, at) "
        "values "
        "(:tenant, :subject, :number, :weight, :state, :reason, :by, :at)",
        {{"tenant", by.tenant},
         {"subject", id},
         {"number", number + 1},
         {"weight", weighting.weight},
         {"state", state_text(weighting.state)},
         {"reason", weighting.reason},
         {"by", by.name},
         {"at", clock_.now()}});
    const std::string what =
        weighting.state ? (*weighting.state == metric::PartState::cancelled ? "记为已取消" : "记为本期不适用")
        : weighting.weight ? fmt::format("权重定为 {}", plan::number_text(*weighting.weight))
                           : std::string("权重恢复为默认");
    log(session, by, "indicators.edit", "indicators.weight", fmt::format("{}:{}", to_text(kind), item),
        what + "。理由：" + weighting.reason);
    return {};
  });
}

std::vector<Reading> IndicatorStore::readings(Id tenant) {
  return db_.read([&](Session& session) {
    return session.rows(
        "select id, area, people, year, number, value, low, high, sample, source, note, reason, entered_by, "
        "entered_at from indicator_reading where tenant = :tenant and newest = 1 order by year, area, people",
        {{"tenant", tenant}}, reading_of);
  });
}

std::vector<Reading> IndicatorStore::reading_history(Id tenant) {
  return db_.read([&](Session& session) {
    return session.rows(
        "select id, area, people, year, number, value, low, high, sample, source, note, reason, entered_by, "
        "entered_at from indicator_reading where tenant = :tenant order by entered_at desc, id desc",
        {{"tenant", tenant}}, reading_of);
  });
}

base::Result<base::Errors> IndicatorStore::enter_reading(const auth::Actor& by, const Reading& reading) {
  TRY(by.require("indicators.edit"));
  base::Errors errors = check(reading, clock_.today().year);
  if (reading.number > 0 && base::trim(reading.reason).empty()) {
    errors.push_back(
        {Code::invalid, "indicators.reason", "reason", "更正已登记的读数，请写明原因；原来的数会保留。"});
  }
  if (!errors.empty()) return errors;
  return db_.write([&](Session& session) -> base::Result<base::Errors> {
    const std::string area = base::trim(reading.area), people = base::trim(reading.group);
    const sql::Args key = {{"tenant", by.tenant}, {"area", area}, {"people", people}, {"year", reading.year}};
    session.run(
        "update indicator_reading set newest = 0 where tenant = :tenant and area = :area and people = "
        ":people "
        "and year = :year and newest = 1",
        key);
    const auto last = session.one(
        "select id, area, people, year, number, value, low, high, sample, source, note, reason, entered_by, "
        "entered_at from indicator_reading where tenant = :tenant and area = :area and people = :people and "
        "year = :year order by number desc limit 1",
        key, reading_of);
    if ((last ? last->number : 0) != reading.number) {
      return refuse(
          Code::conflict, "indicators.changed_meanwhile",
          last ? fmt::format("{} 年{}{}的读数已由{}于 {} 登记为 {}%。要改它，请从该读数的“更正”进入。",
                             last->year, area.empty() ? "本县" : area, people, last->by_name,
                             base::to_local(last->at), plan::number_text(last->value))
               : std::string("要更正的读数不存在，请刷新后再试。"),
          "year");
    }
    const std::string source = base::trim(reading.source);
    const auto inserted = session.run(
        "insert into indicator_reading (tenant, area, people, year, number, id, newest, value, low, high, "
        "sample, "
        "source, note, reason, entered_by, entered_at) values (:tenant, :area, :people, :year, :number, :id, "
        "1, "
        ":value, :low, :high, :sample, :source, :note, :reason, :by, :at) on conflict do nothing",
        {{"tenant", by.tenant},
         {"area", area},
         {"people", people},
         {"year", reading.year},
         {"number", reading.number + 1},
         {"id", ids_.next()},
         {"value", reading.value},
         {"low", reading.low},
         {"high", reading.high},
         {"sample", reading.sample},
         {"source", source},
         {"note", reading.note},
         {"reason", reading.reason},
         {"by", by.name},
         {"at", clock_.now()}});
    if (inserted == 0) {
      return refuse(Code::conflict, "indicators.changed_meanwhile",
                    "这一年的读数刚由另一人登记，您的没有保存。请刷新后再看。", "year");
    }
    log(session, by, "indicators.edit",
        reading.number == 0 ? "indicators.reading" : "indicators.reading_corrected", "literacy",
        fmt::format("{} {} 年{}公民具备科学素质的比例{}：{}%。出处：{}",
                    reading.number == 0 ? "登记" : "更正", reading.year, area.empty() ? "本县" : area,
                    people.empty() ? "" : "（" + people + "）", plan::number_text(reading.value), source));
    return base::Errors{};
  });
}

}  // namespace kepu::indicators

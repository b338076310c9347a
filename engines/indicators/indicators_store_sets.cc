// Sets of metrics for other schemes, and what was handed in.
#include <fmt/format.h>

#include "core/base/text.h"
#include "engines/indicators/indicators_store.h"

namespace kepu::indicators {

using base::Code;
using base::refuse;
using sql::Row;
using sql::Session;

namespace {

MetricSet set_of(const Row& row) {
  MetricSet s;
  s.id = row.integer(0);
  s.title = row.text(1);
  s.recipient = row.text(2);
  s.note = row.text(3);
  s.revision = row.integer(4);
  s.edited_by = row.text(5);
  s.edited_at = row.integer(6);
  return s;
}

SetItem item_of(const Row& row, int at) {
  return {row.integer(at), row.text(at + 1), row.text(at + 2), row.text(at + 3),
          parse_span(row.view(at + 4)).value_or(Span::yearly)};
}

Submission submission_of(const Row& row) {
  Submission s;
  s.id = row.integer(0);
  s.set = row.integer(1);
  s.year = static_cast<int>(row.integer(2));
  s.number = static_cast<int>(row.integer(3));
  s.note = row.text(4);
  s.by = row.text(5);
  s.at = row.integer(6);
  return s;
}

constexpr std::string_view kSets =
    "select id, title, recipient, note, revision, edited_by, edited_at from indicator_set where tenant = "
    ":tenant "
    "order by title, id";
constexpr std::string_view kOneSet =
    "select id, title, recipient, note, revision, edited_by, edited_at from indicator_set where tenant = "
    ":tenant "
    "and id = :id";

}  // namespace

std::vector<MetricSet> IndicatorStore::sets(Id tenant) {
  return db_.read([&](Session& session) {
    auto out = session.rows(kSets, {{"tenant", tenant}}, set_of);
    std::map<Id, std::vector<SetItem>> items;
    session.each(
        "select metric_set, id, code, title, metric, span from indicator_set_item where tenant = :tenant "
        "order by "
        "metric_set, position, id",
        {{"tenant", tenant}}, [&](const Row& row) { items[row.integer(0)].push_back(item_of(row, 1)); });
    for (auto& s : out) s.items = std::move(items[s.id]);
    return out;
  });
}

std::optional<MetricSet> IndicatorStore::load_set(Session& session, Id tenant, Id set) {
  auto out = session.one(kOneSet, {{"tenant", tenant}, {"id", set}}, set_of);
  if (out) {
    out->items = session.rows(
        "select id, code, title, metric, span from indicator_set_item where tenant = :tenant and metric_set "
        "= :set "
        "order by position, id",
        {{"tenant", tenant}, {"set", set}}, [](const Row& row) { return item_of(row, 0); });
  }
  return out;
}

std::optional<MetricSet> IndicatorStore::find_set(Id tenant, Id set) {
  return db_.read([&](Session& session) { return load_set(session, tenant, set); });
}

base::Result<Id> IndicatorStore::save_set(const auth::Actor& by, MetricSet set) {
  TRY(by.require("indicators.edit"));
  if (const auto errors = check(set); !errors.empty()) return tl::unexpected(errors.front());
  for (const auto& item : set.items) {
    if (!catalog_.find(by.tenant, item.metric)) {
      return refuse(Code::invalid, "indicators.metric", "请从指标目录中选择指标。", "metric");
    }
  }
  const bool fresh = set.id == 0;
  if (fresh) set.id = ids_.next();
  return db_.write([&](Session& session) -> base::Result<Id> {
    if (!fresh) {
      session.run("update indicator_set set revision = revision where tenant = :tenant and id = :id",
                  {{"tenant", by.tenant}, {"id", set.id}});
      const auto now = load_set(session, by.tenant, set.id);
      if (!now) return refuse(Code::not_found, "indicators.set", "没有这个指标集。");
      if (now->revision != set.revision) {
        return refuse(Code::conflict, "indicators.changed_meanwhile",
                      fmt::format("{}于 {} 刚改过这个指标集，您的修改没有保存。请看过现在的内容再改。",
                                  now->edited_by, base::to_local(now->edited_at)));
      }
    }
    session.run(
        "insert into indicator_set (tenant, id, title, recipient, note, revision, edited_by, edited_at) "
        "values "
        "(:tenant, :id, :title, :recipient, :note, :revision, :by, :at) on conflict (tenant, id) do update "
        "set "
        "title = excluded.title, recipient = excluded.recipient, note = excluded.note, revision = "
        "excluded.revision, edited_by = excluded.edited_by, edited_at = excluded.edited_at",
        {{"tenant", by.tenant},
         {"id", set.id},
         {"title", set.title},
         {"recipient", set.recipient},
         {"note", set.note},
         {"revision", set.revision + 1},
         {"by", by.name},
         {"at", clock_.now()}});
    session.run("delete from indicator_set_item where tenant = :tenant and metric_set = :set",
                {{"tenant", by.tenant}, {"set", set.id}});
    std::int64_t position = 0;
    for (const auto& item : set.items) {
      session.run(
          "insert into indicator_set_item (tenant, metric_set, id, position, code, title, metric, span) "
          "values "
          "(:tenant, :set, :id, :position, :code, :title, :metric, :span)",
          {{"tenant", by.tenant},
           {"set", set.id},
           {"id", item.id == 0 ? ids_.next() : item.id},
           {"position", position++},
           {"code", item.code},
           {"title", item.title},
           {"metric", item.metric},
           {"span", to_text(item.span)}});
    }
    log(session, by, "indicators.edit", "indicators.set", fmt::format("set:{}", set.id),
        fmt::format("{}指标集“{}”，{} 项", fresh ? "建立" : "修改", set.title, set.items.size()));
    return set.id;
  });
}

base::Result<Id> IndicatorStore::submit_set(const auth::Actor& by, Submission submission) {
  TRY(by.require("indicators.edit"));
  return db_.write([&](Session& session) -> base::Result<Id> {
    // Takes the set's row: of two at once each gets a number of its own.
    session.run("update indicator_set set revision = revision where tenant = :tenant and id = :id",
                {{"tenant", by.tenant}, {"id", submission.set}});
    const auto set = load_set(session, by.tenant, submission.set);
    if (!set) return refuse(Code::not_found, "indicators.set", "没有这个指标集。");
    const auto before = session.integer(
        "select coalesce(max(number), 0) from indicator_submission where tenant = :tenant and metric_set = "
        ":set "
        "and year = :year",
        {{"tenant", by.tenant}, {"set", submission.set}, {"year", submission.year}});
    if (before > 0 && base::trim(submission.note).empty()) {
      return refuse(Code::invalid, "indicators.reason", "这一年已报送过，再报请写明原因；以前报送的保留。",
                    "note");
    }
    submission.id = ids_.next();
    session.run(
        "insert into indicator_submission (tenant, id, metric_set, year, number, note, submitted_by, "
        "submitted_at) "
        "values (:tenant, :id, :set, :year, :number, :note, :by, :at)",
        {{"tenant", by.tenant},
         {"id", submission.id},
         {"set", submission.set},
         {"year", submission.year},
         {"number", before + 1},
         {"note", submission.note},
         {"by", by.name},
         {"at", clock_.now()}});
    std::int64_t position = 0;
    for (const auto& v : submission.values) {
      session.run(
          "insert into indicator_submission_value (tenant, submission, position, code, title, metric, unit, "
          "decimals, value, why) values (:tenant, :submission, :position, :code, :title, :metric, :unit, "
          ":decimals, "
          ":value, :why)",
          {{"tenant", by.tenant},
           {"submission", submission.id},
           {"position", position++},
           {"code", v.code},
           {"title", v.title},
           {"metric", v.metric},
           {"unit", v.unit},
           {"decimals", v.decimals},
           {"value", v.value},
           {"why", v.why}});
    }
    log(session, by, "indicators.edit", "indicators.submit", fmt::format("set:{}", submission.set),
        fmt::format("报送指标集“{}”{} 年的数（第 {} 次），{} 项", set->title, submission.year, before + 1,
                    submission.values.size()));
    return submission.id;
  });
}

std::vector<Submission> IndicatorStore::submissions(Id tenant, Id set) {
  return db_.read([&](Session& session) {
    return session.rows(
        "select id, metric_set, year, number, note, submitted_by, submitted_at from indicator_submission "
        "where "
        "tenant = :tenant and metric_set = :set order by year desc, number desc",
        {{"tenant", tenant}, {"set", set}}, submission_of);
  });
}

std::optional<Submission> IndicatorStore::find_submission(Id tenant, Id submission) {
  return db_.read([&](Session& session) {
    auto out = session.one(
        "select id, metric_set, year, number, note, submitted_by, submitted_at from indicator_submission "
        "where "
        "tenant = :tenant and id = :id",
        {{"tenant", tenant}, {"id", submission}}, submission_of);
    if (out) {
      out->values = session.rows(
          "select code, title, metric, unit, decimals, value, why from indicator_submission_value where "
          "tenant = "
          ":tenant and submission = :id order by position",
          {{"tenant", tenant}, {"id", submission}}, [](const Row& row) {
            return SetValue{
                row.text(0),          row.text(1), row.text(2), row.text(3), static_cast<int>(row.integer(4)),
                row.optional_real(5), row.text(6)};
          });
    }
    return out;
  });
}

}  // namespace kepu::indicators

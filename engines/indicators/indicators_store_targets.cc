// What hangs on the items of the plan: subjects and the bindings of targets.
#include <fmt/format.h>

#include <algorithm>

#include "core/audit/audit.h"
#include "core/base/text.h"
#include "engines/indicators/indicators_store.h"

namespace kepu::indicators {

using base::Code;
using base::refuse;
using sql::Row;
using sql::Session;

namespace {

std::string joined(const std::vector<Id>& ids) {
  std::vector<std::string> texts;
  for (const Id id : ids) texts.push_back(std::to_string(id));
  return base::join(texts, ",");
}

std::vector<Id> ids_of(std::string_view text) {
  std::vector<Id> out;
  for (const auto& part : base::split(text, ",")) {
    if (const auto id = base::parse_id(part)) out.push_back(*id);
  }
  return out;
}

SubjectKind kind_of(std::string_view text) {
  for (const auto kind : {SubjectKind::task, SubjectKind::initiative}) {
    if (text == to_text(kind)) return kind;
  }
  return SubjectKind::target;
}

Binding binding_of(const Row& row, int at) {
  return {row.text(at),
          parse_span(row.view(at + 1)).value_or(Span::total),
          ids_of(row.view(at + 2)),
          row.text(at + 3),
          row.text(at + 4),
          row.integer(at + 5),
          row.text(at + 6),
          row.integer(at + 7)};
}

std::string unit_class(std::string_view unit) {
  const std::string u = base::wording(unit);
  if (base::contains(u, "人次")) return "人次";
  if (u == "名" || u == "人" || u == "位") return "人";
  if (u == "%" || u == "％") return "%";
  if (u == "个" || u == "处" || u == "家" || u == "所" || u == "座") return "个";
  if (u == "场" || u == "场次" || u == "次" || u == "期") return "场";
  return u;
}

base::Done check_metric(const plan::TargetItem& target, const Binding& binding,
                        const metric::Metric& metric) {
  if (is_literacy(target) && base::starts_with(metric.id, "contests.")) {
    return refuse(Code::invalid, "indicators.quiz_is_not_literacy",
                  "竞赛答题的合格率不是公民科学素质调查的结果，不能作为这个目标的数。请在“公民科学素质”页登记"
                  "调查读数。",
                  "metric");
  }
  if (target.headline) {
    return refuse(Code::invalid, "indicators.headline",
                  "总目标的数来自“公民科学素质”页登记的调查读数，不绑定其他指标。", "metric");
  }
  const std::string unit = unit_class(target.unit);
  if ((unit == "人次" && metric.counting == metric::Counting::people) ||
      (unit == "人" && metric.counting == metric::Counting::person_times)) {
    return refuse(Code::invalid, "indicators.counting",
                  fmt::format("目标的单位是“{}”，指标“{}”按{}计，两者不能混用。请另选指标。", target.unit,
                              metric.title, title_of(metric.counting)),
                  "metric");
  }
  if (unit != unit_class(metric.unit) && base::trim(binding.note).empty()) {
    return refuse(Code::invalid, "indicators.unit",
                  fmt::format("目标的单位是“{}”，指标的单位是“{}”。口径确实一致的，请在“说明”里写明理由。",
                              target.unit.empty() ? "未写明" : target.unit, metric.unit),
                  "note");
  }
  if (!metric.by_unit && !binding.units.empty()) {
    return refuse(Code::invalid, "indicators.units",
                  fmt::format("指标“{}”只有全县数，不能只取几个单位。", metric.title), "units");
  }
  if (metric.nature == metric::Nature::stock && binding.span != Span::at_date) {
    return refuse(Code::invalid, "indicators.span",
                  fmt::format("指标“{}”是存量，计算期间请选“当日数（存量）”。", metric.title), "span");
  }
  if (metric.nature == metric::Nature::flow && binding.span == Span::at_date) {
    return refuse(Code::invalid, "indicators.span",
                  fmt::format("指标“{}”是流量，计算期间请选“规划期累计”或“每年分别计算”。", metric.title),
                  "span");
  }
  return {};
}

}  // namespace

void IndicatorStore::log(Session& session, const auth::Actor& by, std::string_view right,
                         std::string_view action, const std::string& subject,
                         const std::string& summary) const {
  audit::Entry entry;
  entry.at = clock_.now();
  entry.person = by.person;
  entry.person_name = by.name;
  entry.on_behalf_of = by.on_behalf_of(right, 0);
  entry.unit_name = by.unit_name;
  entry.action = std::string(action);
  entry.subject = subject;
  entry.summary = summary;
  entry.remote = by.remote;
  audit::append(session, by.tenant, std::move(entry));
}

std::vector<Subject> IndicatorStore::subjects(Session& session, Id tenant) {
  return session.rows(
      "select id, item, kind, headline, text, owner, unit from indicator_subject where tenant = :tenant",
      {{"tenant", tenant}}, [](const Row& row) {
        return Subject{row.integer(0), row.integer(1), kind_of(row.view(2)), row.flag(3),
                       row.text(4),    row.text(5),    row.text(6)};
      });
}

base::Result<Id> IndicatorStore::subject(Session& session, Id tenant, const plan::Plan& plan,
                                         SubjectKind kind, Id item) {
  const auto items = subjects_of(plan);
  const auto at = std::find_if(items.begin(), items.end(),
                               [&](const Subject& s) { return s.kind == kind && s.item == item; });
  if (at == items.end()) {
    return refuse(Code::not_found, "indicators.item",
                  "现行方案里没有这一项，可能已随新版方案调整。请刷新后重新选择。");
  }
  const auto followed = follow(subjects(session, tenant), plan);
  const auto known = followed.find(item);
  // Either statement takes the row, so that of two changes at once the second sees the first.
  if (known != followed.end()) {
    session.run(
        "update indicator_subject set item = :item, headline = :headline, text = :text, owner = :owner, unit "
        "= "
        ":unit where tenant = :tenant and id = :id",
        {{"item", item},
         {"headline", at->headline ? 1 : 0},
         {"text", at->text},
         {"owner", at->owner},
         {"unit", at->unit},
         {"tenant", tenant},
         {"id", known->second}});
    return known->second;
  }
  session.run(
      "insert into indicator_subject (tenant, id, kind, item, headline, text, owner, unit) values (:tenant, "
      ":id, "
      ":kind, :item, :headline, :text, :owner, :unit) on conflict (tenant, kind, item) do nothing",
      {{"tenant", tenant},
       {"id", ids_.next()},
       {"kind", to_text(kind)},
       {"item", item},
       {"headline", at->headline ? 1 : 0},
       {"text", at->text},
       {"owner", at->owner},
       {"unit", at->unit}});
  return session.integer(
      "select id from indicator_subject where tenant = :tenant and kind = :kind and item = :item",
      {{"tenant", tenant}, {"kind", to_text(kind)}, {"item", item}});
}

std::optional<Binding> IndicatorStore::binding(Session& session, Id tenant, Id subject) {
  return session.one(
      "select metric, span, units, reference, note, revision, edited_by, edited_at from indicator_binding "
      "where "
      "tenant = :tenant and subject = :subject",
      {{"tenant", tenant}, {"subject", subject}}, [](const Row& row) { return binding_of(row, 0); });
}

Attached IndicatorStore::attached(Id tenant) {
  return db_.read([&](Session& session) {
    Attached out;
    out.subjects = subjects(session, tenant);
    session.each(
        "select subject, metric, span, units, reference, note, revision, edited_by, edited_at from "
        "indicator_binding where tenant = :tenant",
        {{"tenant", tenant}}, [&](const Row& row) { out.bindings[row.integer(0)] = binding_of(row, 1); });
    for (auto& change : changes(session, tenant, 0)) out.changes[change.subject].push_back(std::move(change));
    return out;
  });
}

namespace {

base::Done unchanged(const std::optional<Binding>& now, std::int64_t revision) {
  const std::int64_t current = now ? now->revision : 0;
  if (current == revision) return {};
  return refuse(Code::conflict, "indicators.changed_meanwhile",
                now ? fmt::format("{}于 {} 刚改过这个目标的绑定，您的修改没有保存。请看过现在的内容再改。",
                                  now->edited_by, base::to_local(now->edited_at))
                    : std::string("这个目标的绑定刚被解除，您的修改没有保存。请刷新后再试。"));
}

}  // namespace

base::Done IndicatorStore::bind(const auth::Actor& by, const plan::Running& running,
                                const plan::TargetItem& target, const Binding& binding) {
  TRY(by.require("indicators.edit"));
  const auto metric = catalog_.find(by.tenant, binding.metric);
  if (!metric) {
    return refuse(Code::invalid, "indicators.metric", "请从指标目录中选择一个指标。", "metric");
  }
  TRY(check_metric(target, binding, *metric));
  if (target.op == plan::Operator::relative && !catalog_.find(by.tenant, binding.reference)) {
    return refuse(
        Code::invalid, "indicators.reference",
        fmt::format("这是相对目标（{}），请选择存放参照地区数的指标；平台没有的，先声明一个人工指标。",
                    target.relative_to),
        "reference");
  }
  for (const Id unit : binding.units) {
    if (running.units->find(unit) == nullptr) {
      return refuse(Code::invalid, "indicators.units", "所选单位中有一个已不存在，请重新选择。", "units");
    }
  }
  return db_.write([&](Session& session) -> base::Done {
    const Id id = TRY(subject(session, by.tenant, *running.plan, SubjectKind::target, target.id));
    TRY(unchanged(this->binding(session, by.tenant, id), binding.revision));
    session.run(
        "insert into indicator_binding (tenant, subject, metric, span, units, reference, note, revision, "
        "edited_by, edited_at) values (:tenant, :subject, :metric, :span, :units, :reference, :note, "
        ":revision, "
        ":by, :at) on conflict (tenant, subject) do update set metric = excluded.metric, span = "
        "excluded.span, "
        "units = excluded.units, reference = excluded.reference, note = excluded.note, revision = "
        "excluded.revision, edited_by = excluded.edited_by, edited_at = excluded.edited_at",
        {{"tenant", by.tenant},
         {"subject", id},
         {"metric", binding.metric},
         {"span", to_text(binding.span)},
         {"units", joined(binding.units)},
         {"reference", binding.reference},
         {"note", base::trim(binding.note)},
         {"revision", binding.revision + 1},
         {"by", by.name},
         {"at", clock_.now()}});
    log(session, by, "indicators.edit", "indicators.bind", fmt::format("target:{}", target.id),
        fmt::format("目标“{}”绑定指标“{}”（{}）", base::shorten(base::squeeze(target.text), 40),
                    metric->title, title_of(binding.span)));
    return {};
  });
}

base::Done IndicatorStore::unbind(const auth::Actor& by, const plan::Running& running,
                                  const plan::TargetItem& target, std::int64_t revision,
                                  const std::string& reason) {
  TRY(by.require("indicators.edit"));
  if (base::trim(reason).empty()) {
    return refuse(Code::invalid, "indicators.reason", "请写明解除绑定的原因。", "reason");
  }
  return db_.write([&](Session& session) -> base::Done {
    const Id id = TRY(subject(session, by.tenant, *running.plan, SubjectKind::target, target.id));
    TRY(unchanged(binding(session, by.tenant, id), revision));
    session.run("delete from indicator_binding where tenant = :tenant and subject = :subject",
                {{"tenant", by.tenant}, {"subject", id}});
    log(session, by, "indicators.edit", "indicators.unbind", fmt::format("target:{}", target.id),
        fmt::format("目标“{}”解除指标绑定。原因：{}", base::shorten(base::squeeze(target.text), 40), reason));
    return {};
  });
}

}  // namespace kepu::indicators

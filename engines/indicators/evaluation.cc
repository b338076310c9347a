#include "engines/indicators/evaluation.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace kepu::indicators {

using base::Date;

TargetBook::TargetBook(Attached attached, const plan::Running& running)
    : attached_(std::move(attached)), followed_(follow(attached_.subjects, *running.plan)) {}

Id TargetBook::subject_of(Id item) const {
  const auto at = followed_.find(item);
  return at == followed_.end() ? 0 : at->second;
}

const std::vector<ChangeRequest>& TargetBook::changes(Id subject) const {
  static const std::vector<ChangeRequest> kNone;
  const auto at = attached_.changes.find(subject);
  return at == attached_.changes.end() ? kNone : at->second;
}

TargetView TargetBook::view(const plan::TargetItem& item) const {
  TargetView out;
  out.item = &item;
  out.subject = subject_of(item.id);
  if (out.subject == 0) return out;
  const auto bound = attached_.bindings.find(out.subject);
  if (bound != attached_.bindings.end()) out.binding = &bound->second;
  for (const auto& change : changes(out.subject)) {
    if (change.state == ChangeState::approved) out.approved.push_back(change);
    if (change.state == ChangeState::asked) out.waiting = &change;
  }
  return out;
}

std::vector<const Subject*> TargetBook::lost() const {
  std::set<Id> found;
  for (const auto& [item, subject] : followed_) found.insert(subject);
  std::vector<const Subject*> out;
  for (const auto& s : attached_.subjects) {
    const bool hangs = attached_.bindings.count(s.id) != 0 || attached_.changes.count(s.id) != 0;
    if (s.kind == SubjectKind::target && hangs && found.count(s.id) == 0) out.push_back(&s);
  }
  return out;
}

TargetBook Evaluation::book(Id tenant, const plan::Running& running) {
  return TargetBook(store_.attached(tenant), running);
}

std::map<Id, std::string> Evaluation::metrics_of_targets(Id tenant, const plan::Running& running) {
  std::map<Id, std::string> out;
  const auto book = this->book(tenant, running);
  for (const auto* target : running.plan->living_targets()) {
    const auto view = book.view(*target);
    if (view.binding != nullptr) out[target->id] = view.binding->metric;
  }
  return out;
}

std::map<Id, std::string> Evaluation::changed_goals(Id tenant, const plan::Running& running, Date date) {
  std::map<Id, std::string> out;
  const auto book = this->book(tenant, running);
  for (const auto* target : running.plan->living_targets()) {
    const auto view = book.view(*target);
    if (view.approved.empty()) continue;
    const auto effective = effective_target(*target, view.approved, date);
    if (!effective.changes.empty()) out[target->id] = text_of(effective);
  }
  return out;
}

Effective Evaluation::effective(Id tenant, const plan::Running& running, const plan::TargetItem& target,
                                Date date) {
  const auto book = this->book(tenant, running);
  return effective_target(target, book.view(target).approved, date);
}

Frame Evaluation::frame_of(const plan::Running& running, const TargetView& view, Date date) const {
  const auto& metadata = running.plan->version.metadata;
  Frame frame;
  frame.first = {metadata.from == 0 ? date.year : metadata.from, 1, 1};
  frame.last = {metadata.to == 0 ? date.year : metadata.to, 12, 31};
  frame.today = date;
  frame.span = view.binding != nullptr ? view.binding->span : Span::at_date;
  return frame;
}

Measured Evaluation::measure(Id tenant, const Frame& frame, const TargetView& view, metric::Question* asked) {
  const Binding& b = *view.binding;
  const Date first = b.span == Span::yearly ? Date{frame.today.year, 1, 1} : frame.first;
  metric::Question q{tenant, b.metric, b.units, std::min(first, frame.today), frame.today};
  if (asked != nullptr) *asked = q;
  const auto answer = catalog_.answer(q);
  if (!answer) return {std::nullopt, {}, {}, false, answer.error().message};
  return {answer->value, {}, {}, false, answer->why};
}

TargetStatus Evaluation::status(Id tenant, const plan::Running& running, const TargetView& view,
                                const std::vector<Reading>& readings, Date date) {
  const auto& item = *view.item;
  Frame frame = frame_of(running, view, date);
  auto effective = effective_target(item, view.approved, date);
  TargetStatus out;
  if (item.headline) {
    const auto* reading = newest(readings, "", "", date.year);
    Measured m = reading != nullptr
                     ? measured_of(*reading)
                     : Measured{{}, {}, {}, true, "还没有登记调查读数，请到“公民科学素质”页登记。"};
    if (effective.op == plan::Operator::relative && reading != nullptr) {
      if (const auto* other = reference_for(readings, effective.relative_to, reading->year)) {
        // The error of both surveys counts.
        const auto compared = compare(*reading, *other);
        frame.reference = other->value;
        m.low = compared.low ? std::optional(other->value + *compared.low) : std::nullopt;
        m.high = compared.high ? std::optional(other->value + *compared.high) : std::nullopt;
      }
    }
    out = judge(std::move(effective), m, frame);
    out.metric_title = "公民科学素质调查读数";
    if (reading != nullptr) {
      out.value_from = {reading->year, 1, 1};
      out.value_to = {reading->year, 12, 31};
    }
  } else if (view.binding == nullptr) {
    out.effective = std::move(effective);
    out.state = TargetState::unbound;
    out.why = "还没有绑定指标，不知道数从哪里来。";
  } else {
    metric::Question asked;
    const auto m = measure(tenant, frame, view, &asked);
    if (effective.op == plan::Operator::relative && !view.binding->reference.empty()) {
      const auto reference = catalog_.answer({tenant, view.binding->reference, {}, asked.from, asked.to});
      if (reference) frame.reference = reference->value;
    }
    out = judge(std::move(effective), m, frame);
    out.metric = view.binding->metric;
    const auto metric = catalog_.find(tenant, out.metric);
    out.metric_title = metric ? metric->title : out.metric;
    out.value_from = asked.from;
    out.value_to = asked.to;
  }
  out.target = item.id;
  return out;
}

std::vector<TargetStatus> Evaluation::statuses(Id tenant, const plan::Running& running, Date date) {
  const auto key = fmt::format("{}:{}:{}:{}", tenant, running.plan->version.id,
                               running.plan->version.revision, base::to_iso(date));
  const auto look_up = [&] {
    return db_.read([&](sql::Session&) {
      const auto book = this->book(tenant, running);
      const auto readings = store_.readings(tenant);
      auto out = std::make_shared<std::vector<TargetStatus>>();
      for (const auto* target : running.plan->living_targets()) {
        if (target->kind != plan::QuantityKind::target) continue;
        out->push_back(status(tenant, running, book.view(*target), readings, date));
      }
      return std::shared_ptr<const std::vector<TargetStatus>>(std::move(out));
    });
  };
  return *kept_.get(db_.stamp(), key, look_up);
}

std::vector<metric::Metric> manual_metrics(IndicatorStore& store, Id tenant) {
  std::vector<metric::Metric> out;
  for (const auto& m : store.metrics(tenant)) out.push_back(as_metric(m));
  return out;
}

namespace {

std::vector<Id> expected_of(const std::vector<Id>& fillers, const std::vector<Id>& asked) {
  if (asked.empty()) return fillers;
  std::vector<Id> out;
  for (const Id unit : fillers) {
    if (std::find(asked.begin(), asked.end(), unit) != asked.end()) out.push_back(unit);
  }
  return out;
}

std::optional<ManualMetric> metric_asked(IndicatorStore& store, const metric::Question& q) {
  const auto id = manual_id(q.metric);
  return id ? store.find_metric(q.tenant, *id) : std::nullopt;
}

metric::Record record_of(const ManualMetric& m, const ManualValue& v) {
  metric::Record r;
  r.title = title_of(m.frequency, period_of(m.frequency, v.last)) + "　" + v.source;
  r.url = fmt::format("/indicators/{}/value?unit={}&last={}", m.metric_id(), v.unit, base::to_iso(v.last));
  r.unit = v.unit;
  r.date = v.last;
  const bool counts = v.state == ValueState::confirmed;
  r.amount = counts ? v.value : 0;
  if (!counts)
    r.note = fmt::format("{}，填报 {}，没有计入", title_of(v.state), value_text(v.value, m.decimals, m.unit));
  return r;
}

}  // namespace

metric::Source manual_source(IndicatorStore& store) {
  metric::Source source;
  source.answer = [&store](const metric::Question& q) -> metric::Answer {
    const auto m = metric_asked(store, q);
    if (!m) return {std::nullopt, "这个人工指标已停用。", 0};
    return answer_of(*m, store.values_of(q.tenant, m->id),
                     expected_of(store.fillers_of(q.tenant, *m), q.units), q.from, q.to);
  };
  source.by_unit = [&store](const metric::Question& q) {
    std::map<Id, metric::Answer> out;
    const auto m = metric_asked(store, q);
    if (!m) return out;
    const auto values = store.values_of(q.tenant, m->id);
    for (const Id unit : expected_of(store.fillers_of(q.tenant, *m), q.units)) {
      out[unit] = answer_of(*m, values, {unit}, q.from, q.to);
    }
    return out;
  };
  source.records = [&store](const metric::Question& q, std::int64_t offset, std::int64_t limit) {
    std::vector<metric::Record> out;
    const auto m = metric_asked(store, q);
    if (!m) return out;
    const auto expected = expected_of(store.fillers_of(q.tenant, *m), q.units);
    for (const auto& v : store.values_of(q.tenant, m->id)) {
      const bool in_time = v.last <= q.to && (m->nature == metric::Nature::stock ||
                                              period_of(m->frequency, v.last).first >= q.from);
      const bool asked = std::find(expected.begin(), expected.end(), v.unit) != expected.end();
      if (!in_time || !asked) continue;
      if (offset-- > 0) continue;
      if (static_cast<std::int64_t>(out.size()) >= limit) break;
      out.push_back(record_of(*m, v));
    }
    return out;
  };
  return source;
}

std::string value_text(double value, int decimals, std::string_view unit) {
  std::string text = fmt::format("{:.{}f}", value, decimals);
  const bool tight = unit.empty() || unit == "%" || unit == "‰";
  return text + (tight ? "" : " ") + std::string(unit);
}

}  // namespace kepu::indicators

#include "core/metric/metric.h"

#include <algorithm>
#include <stdexcept>

namespace kepu::metric {

std::string_view title_of(Nature nature) { return nature == Nature::stock ? "存量" : "流量"; }

std::string_view title_of(Counting counting) {
  switch (counting) {
    case Counting::amount:
      return "数量";
    case Counting::people:
      return "人数";
    case Counting::person_times:
      return "人次";
  }
  return "";
}

void Catalog::add(Metric metric, Source source) {
  const auto dot = metric.id.find('.');
  if (dot == 0 || dot == std::string::npos || dot + 1 == metric.id.size()) {
    throw std::logic_error("a metric's id is ENGINE.NAME: " + metric.id);
  }
  const std::string id = metric.id;
  if (!entries_.emplace(id, Entry{std::move(metric), std::move(source)}).second) {
    throw std::logic_error("two metrics of the same id: " + id);
  }
}

void Catalog::add_changing(std::function<std::vector<Metric>(Id)> metrics, Source source) {
  changing_.push_back({std::move(metrics), std::move(source)});
}

std::vector<Metric> Catalog::all(Id tenant) const {
  std::vector<Metric> out;
  for (const auto& [id, entry] : entries_) out.push_back(entry.metric);
  for (const auto& c : changing_) {
    auto more = c.metrics(tenant);
    std::move(more.begin(), more.end(), std::back_inserter(out));
  }
  std::stable_sort(out.begin(), out.end(), [](const Metric& a, const Metric& b) {
    const auto engine = [](const Metric& m) { return m.id.substr(0, m.id.find('.')); };
    return std::pair(engine(a), a.title) < std::pair(engine(b), b.title);
  });
  return out;
}

std::optional<Metric> Catalog::find(Id tenant, std::string_view id) const {
  const auto at = entries_.find(id);
  if (at != entries_.end()) return at->second.metric;
  for (const auto& c : changing_) {
    for (auto& metric : c.metrics(tenant)) {
      if (metric.id == id) return std::move(metric);
    }
  }
  return std::nullopt;
}

base::Result<const Source*> Catalog::source_of(const Question& question) const {
  if (question.from > question.to) {
    return base::refuse(base::Code::invalid, "metric.period", "起始日期晚于截止日期，请对调后再查。", "from");
  }
  const auto refuse_units = [&](const Metric& metric) -> base::Done {
    if (metric.by_unit || question.units.empty()) return {};
    return base::refuse(base::Code::invalid, "metric.by_unit",
                        "指标“" + metric.title + "”只有全县数，不能按单位查询。", "units");
  };
  const auto at = entries_.find(question.metric);
  if (at != entries_.end()) {
    TRY(refuse_units(at->second.metric));
    return &at->second.source;
  }
  for (const auto& c : changing_) {
    for (const auto& metric : c.metrics(question.tenant)) {
      if (metric.id != question.metric) continue;
      TRY(refuse_units(metric));
      return &c.source;
    }
  }
  return base::refuse(base::Code::not_found, "metric.unknown",
                      "没有指标“" + question.metric + "”，可能已停用。请到“指标目录”另选。");
}

base::Result<Answer> Catalog::answer(const Question& question) const {
  return TRY(source_of(question))->answer(question);
}

base::Result<std::vector<Record>> Catalog::records(const Question& question, std::int64_t offset,
                                                   std::int64_t limit) const {
  return TRY(source_of(question))->records(question, offset, limit);
}

base::Result<std::map<Id, Answer>> Catalog::by_unit(const Question& question) const {
  const Source* source = TRY(source_of(question));
  if (source->by_unit) return source->by_unit(question);
  std::map<Id, Answer> out;
  for (const Id unit : question.units) {
    Question one = question;
    one.units = {unit};
    out[unit] = source->answer(one);
  }
  return out;
}

RolledUp roll_up(std::span<const Part> parts) {
  RolledUp out;
  double reached = 0;
  for (const Part& part : parts) {
    switch (part.state) {
      case PartState::cancelled:
        ++out.cancelled;
        continue;
      case PartState::not_applicable:
        ++out.not_applicable;
        continue;
      case PartState::missing:
        ++out.missing;
        break;
      case PartState::value:
        ++out.counted;
        reached += part.weight * std::clamp(part.share, 0.0, 1.0);
        break;
    }
    out.weight += part.weight;
  }
  if (out.weight > 0) out.share = std::min(1.0, reached / out.weight);
  return out;
}

Part as_part(const RolledUp& rolled, double weight) {
  if (!rolled.share)
    return {rolled.cancelled > 0 ? PartState::cancelled : PartState::not_applicable, 0, weight};
  if (rolled.counted == 0) return {PartState::missing, 0, weight};
  return {PartState::value, *rolled.share, weight};
}

}  // namespace kepu::metric

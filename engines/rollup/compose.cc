// A draft and the platform's figures become the entries of a return.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "engines/rollup/rollup.h"

namespace kepu::rollup {
namespace {

using base::Code;

bool is_empty(const std::string& text) { return base::trim(text).empty(); }

class Composer {
 public:
  Composer(const std::vector<Choice>& draft, const Inputs& inputs) : draft_(draft), inputs_(inputs) {}

  Composed run(const Call& call) {
    for (const auto& item : call.items) {
      out_.entries.push_back(item.kind == ItemKind::task ? task_entry(item) : amount_entry(item));
    }
    out_.facts = inputs_.facts;
    out_.as_of = inputs_.as_of;
    return std::move(out_);
  }

 private:
  void problem(const Item& item, std::string rule, std::string message) {
    out_.problems.push_back({Code::invalid, std::move(rule), item.code,
                             item.code + " " + item.title + "：" + std::move(message)});
  }

  Choice choice_of(const Item& item) const {
    for (const auto& c : draft_) {
      if (c.code == item.code && c.origin != Origin::none) return c;
    }
    // What stands before anybody decided: the suggested metric where the county has it, the aligned task.
    Choice c;
    c.code = item.code;
    c.origin = item.kind == ItemKind::task ? Origin::task
               : item.metric.empty()       ? Origin::empty
                                           : Origin::metric;
    c.metric = item.metric;
    const auto at = inputs_.matching.find(item.code);
    if (at != inputs_.matching.end()) c.task = at->second;
    return c;
  }

  const Figure* figure_of(const std::string& metric) const {
    const auto at = inputs_.figures.find(metric);
    return at == inputs_.figures.end() || !at->second.metric ? nullptr : &at->second;
  }

  Entry amount_entry(const Item& item) {
    const Choice choice = choice_of(item);
    Entry e;
    e.item = item;
    e.origin = choice.origin;
    e.reason = base::trim(choice.reason);
    if (choice.origin == Origin::metric) {
      fill_metric(e, choice);
    } else if (choice.origin == Origin::typed) {
      fill_typed(e, choice);
    }
    if (!e.value && e.origin != Origin::typed && is_empty(e.reason))
      problem(
          item, "rollup.empty_reason",
          e.why.empty() ? "没有数，请写明空缺的原因。" : e.why + "请写明空缺的原因，或另行填写并注明来源。");
    if (!e.value) e.origin = Origin::empty;
    return e;
  }

  void fill_metric(Entry& e, const Choice& choice) {
    const auto* figure = figure_of(choice.metric);
    if (figure == nullptr) {
      e.why = choice.metric.empty() ? "" : "本县的指标目录里没有建议的指标。";
      if (choice.metric != e.item.metric)
        problem(e.item, "rollup.metric", "本县的指标目录里没有所选的指标，请另选。");
      return;
    }
    e.metric = choice.metric;
    e.metric_title = figure->metric->title;
    e.metric_definition = figure->metric->definition;
    if (figure->metric->unit != e.item.unit) {
      problem(
          e.item, "rollup.metric_unit",
          fmt::format("所选指标的单位是“{}”，要求的是“{}”，不能直接报。请另选指标，或另行填写并注明来源。",
                      figure->metric->unit, e.item.unit));
      return;
    }
    if (choice.metric != e.item.metric && !e.item.metric.empty() && is_empty(e.reason))
      problem(e.item, "rollup.other_metric", "没有用建议的指标，请写明原因。");
    if (figure->answer.value && std::isfinite(*figure->answer.value)) e.value = figure->answer.value;
    e.records = figure->answer.records;
    e.why = figure->answer.why;
  }

  void fill_typed(Entry& e, const Choice& choice) {
    e.value = choice.value;
    e.source = base::trim(choice.source);
    const auto* figure = e.item.metric.empty() ? nullptr : figure_of(e.item.metric);
    if (figure != nullptr && figure->metric->unit == e.item.unit && figure->answer.value) {
      problem(
          e.item, "rollup.typed",
          fmt::format("平台已有这个数（{}，{} 条记录），不能另填。请用平台指标；数不对，请到业务记录里更正。",
                      number_text(figure->answer.value, e.item.decimals), figure->answer.records));
    }
    if (!e.value) problem(e.item, "rollup.value", "请填写数值；没有就改选“空缺”并写明原因。");
    if (is_empty(e.source)) problem(e.item, "rollup.source", "另行填写的数要注明来源。");
  }

  Entry task_entry(const Item& item) {
    const Choice choice = choice_of(item);
    Entry e;
    e.item = item;
    e.origin = Origin::task;
    e.words = base::trim(choice.words);
    const auto at = std::find_if(inputs_.tasks.begin(), inputs_.tasks.end(),
                                 [&](const TaskState& t) { return t.id == choice.task; });
    if (choice.task != 0 && at != inputs_.tasks.end()) {
      e.task_code = at->code;
      e.task_title = at->title;
      e.light = at->light;
      e.light_word = at->word;
      e.light_why = at->why;
      e.share = at->share;
    } else if (choice.task != 0) {
      problem(item, "rollup.task", "所选的任务已不在运行中的方案里，请另选。");
    } else if (is_empty(e.words)) {
      problem(item, "rollup.task_words", "请选择本县的对应任务；没有对应任务的，请写明情况。");
    }
    return e;
  }

  const std::vector<Choice>& draft_;
  const Inputs& inputs_;
  Composed out_;
};

}  // namespace

Composed compose(const Call& call, const std::vector<Choice>& draft, const Inputs& inputs) {
  return Composer(draft, inputs).run(call);
}

}  // namespace kepu::rollup

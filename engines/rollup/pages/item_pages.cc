// One item of a return: which metric, or what stands in its place.
#include <algorithm>

#include "core/base/text.h"
#include "core/html/format.h"
#include "engines/rollup/pages/desk.h"

namespace kepu::rollup {
namespace {

using base::Code;
using base::refuse;

struct Asked {
  Incoming in;
  const Item* item = nullptr;
  std::size_t place = 0;  // from 1
};

base::Result<Asked> asked_of(Context& context, RollupEngine& engine) {
  Asked out;
  out.in = TRY(engine.store().incoming(context.tenant.id, TRY(context.id("call"))));
  const auto place = base::parse_int(context.variable("place")).value_or(0);
  if (place < 1 || place > static_cast<std::int64_t>(out.in.call.items.size()))
    return refuse(Code::not_found, "rollup.item", "没有这一项。请从汇总要求进入。");
  out.place = static_cast<std::size_t>(place);
  out.item = &out.in.call.items[out.place - 1];
  return out;
}

Choice choice_of(const Asked& asked) {
  for (const auto& c : asked.in.draft.choices) {
    if (c.code == asked.item->code) return c;
  }
  return {};
}

form::Form amount_form(const Item& item, const std::vector<metric::Metric>& metrics) {
  std::vector<form::Option> options;
  for (const auto& m : metrics) {
    if (m.unit != item.unit && m.id != item.metric) continue;
    options.push_back(
        {m.id, fmt::format("{}（{}）{}", m.title, m.unit, m.id == item.metric ? "　上级建议" : "")});
  }
  return form::Form(
      {{.name = "origin",
        .label = "这一项报什么",
        .kind = form::Kind::radio,
        .required = true,
        .options = {{"metric", "平台指标", "数从业务记录算出，带记录数"},
                    {"typed", "另行填写", "只在平台没有这个数时用，要注明来源"},
                    {"empty", "空缺", "没有数，写明原因；上级看到的是空缺，不是零"}}},
       {.name = "metric", .label = "指标", .kind = form::Kind::select, .options = std::move(options)},
       {.name = "value",
        .label = "另行填写的数",
        .kind = form::Kind::number,
        .min = -1e15,
        .max = 1e15,
        .unit = item.unit,
        .short_field = true},
       {.name = "source",
        .label = "来源",
        .hint = "如 县统计局 2026 年 7 月快报",
        .max_length = 200,
        .short_field = true},
       {.name = "reason",
        .label = "说明",
        .kind = form::Kind::long_text,
        .hint = "没有用建议的指标，或空缺时，写明原因",
        .max_length = 500,
        .rows = 3}});
}

form::Form task_form(const std::vector<TaskState>& tasks) {
  std::vector<form::Option> options = {{"0", "本地区没有对应的任务"}};
  for (const auto& t : tasks) {
    options.push_back(
        {std::to_string(t.id), t.code + " " + t.title + (t.word.empty() ? "" : "（" + t.word + "）")});
  }
  return form::Form({{.name = "task",
                      .label = "本地区的对应任务",
                      .kind = form::Kind::select,
                      .required = true,
                      .hint = "完成比例和亮灯从填报来，不用另填",
                      .options = std::move(options)},
                     {.name = "words",
                      .label = "情况说明",
                      .kind = form::Kind::long_text,
                      .hint = "没有对应任务时必须写明",
                      .max_length = 1000,
                      .rows = 4}});
}

form::Values values_of(const Asked& asked, const Inputs& inputs) {
  const Item& item = *asked.item;
  Choice c = choice_of(asked);
  form::Values v;
  if (item.kind == ItemKind::task) {
    if (c.origin == Origin::none) {
      const auto at = inputs.matching.find(item.code);
      if (at != inputs.matching.end()) c.task = at->second;
    }
    if (c.origin != Origin::none || c.task != 0) v.set("task", std::to_string(c.task));
    v.set("words", c.words);
    return v;
  }
  if (c.origin == Origin::none) {
    c.origin = item.metric.empty() ? Origin::empty : Origin::metric;
    c.metric = item.metric;
  }
  v.set("origin", std::string(to_text(c.origin)));
  v.set("metric", c.metric.empty() ? item.metric : c.metric);
  if (c.value) v.set("value", fmt::format("{:.{}f}", *c.value, item.decimals));
  v.set("source", c.source);
  v.set("reason", c.reason);
  return v;
}

void write_asked(Out& h, const Asked& asked, const Inputs& inputs) {
  const Item& item = *asked.item;
  html::Definitions list;
  list.items.emplace_back("口径", item.definition.empty() ? std::string("—") : item.definition);
  if (item.kind == ItemKind::task) {
    list.items.emplace_back("上级的任务", item.task_code + " " + item.title);
  } else {
    list.items.emplace_back("单位", item.unit);
    list.items.emplace_back("各县相加", std::string(title_of(item.kind)));
    const auto at = inputs.figures.find(item.metric);
    if (item.metric.empty()) {
      list.items.emplace_back("建议的指标", std::string("没有"));
    } else if (at == inputs.figures.end() || !at->second.metric) {
      list.items.emplace_back("建议的指标", "“" + item.metric + "”，本地区的指标目录里没有");
    } else {
      const auto& f = at->second;
      list.items.emplace_back("建议的指标", f.metric->title + "：" + f.metric->definition);
      list.items.emplace_back(
          "现在的数", f.answer.value
                          ? fmt::format("{} {}，{} 条记录", html::fixed(*f.answer.value, item.decimals),
                                        f.metric->unit, f.answer.records)
                          : (f.answer.why.empty() ? std::string("没有记录") : f.answer.why));
    }
  }
  h("{}", list);
}

http::Response item_page(Context& context, RollupEngine& engine, const Asked& asked, const Typed& typed) {
  const Item& item = *asked.item;
  const auto& call = asked.in.call;
  const auto inputs = engine.inputs(context.tenant.id, call, asked.in.draft.choices, context.today());
  auto view = view_of(context, item_url(call.id, std::to_string(asked.place)), "保存", typed,
                      values_of(asked, inputs));
  view.hidden = {{"revision", std::to_string(asked.in.draft.revision)}};
  view.cancel_url = incoming_url(call.id);
  site::Page page;
  page.title = item.code + " " + item.title;
  page.path = {{"汇总上报", "/rollup"}, {call.title, incoming_url(call.id)}, {item.code, ""}};
  page.narrow = true;
  page.note = fmt::format("第 {} 项，共 {} 项　统计时段 {}", asked.place, call.items.size(),
                          period_text(call.from, call.to));
  page.body = [&](Out& h) {
    h("{}", html::panel("上级要什么", [&](Out& o) { write_asked(o, asked, inputs); }));
    h("{}", html::panel("本地区报什么", [&](Out& o) {
        if (item.kind == ItemKind::task) {
          task_form(inputs.tasks).write(o, view);
        } else {
          amount_form(item, engine.catalog().all(context.tenant.id)).write(o, view);
        }
      }));
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

// What compose() would say against it, beside the fields.
std::string field_of(const std::string& rule) {
  if (rule == "rollup.source") return "source";
  if (rule == "rollup.value") return "value";
  if (rule == "rollup.metric" || rule == "rollup.metric_unit") return "metric";
  if (rule == "rollup.typed") return "origin";
  if (rule == "rollup.task") return "task";
  if (rule == "rollup.task_words") return "words";
  return "reason";
}

PageAnswer save_item(Context& context, RollupEngine& engine) {
  const Asked asked = TRY(asked_of(context, engine));
  const Item& item = *asked.item;
  const bool task = item.kind == ItemKind::task;
  auto in = task ? task_form(engine.tasks(context.tenant.id, context.today())).check(context.request.form)
                 : amount_form(item, engine.catalog().all(context.tenant.id)).check(context.request.form);
  if (in.ok()) {
    Choice c;
    c.code = item.code;
    c.origin = task ? Origin::task : parse_origin(in.values.text("origin")).value_or(Origin::empty);
    if (c.origin == Origin::metric) c.metric = in.values.text("metric");
    if (c.origin == Origin::typed) c.value = in.values.number("value");
    if (c.origin == Origin::typed) c.source = in.values.text("source");
    c.reason = in.values.text("reason");
    c.task = base::parse_id(in.values.text("task")).value_or(0);
    c.words = in.values.text("words");
    auto choices = asked.in.draft.choices;
    std::erase_if(choices, [&](const Choice& x) { return x.code == item.code; });
    choices.push_back(c);
    const auto now = engine.composed(context.tenant.id, asked.in.call, choices, context.today());
    for (const auto& p : now.problems) {
      if (p.field == item.code) in.errors.push_back({p.code, p.rule, field_of(p.rule), p.message});
    }
    if (in.errors.empty()) {
      const auto done = engine.store().save_draft(
          by(context), asked.in.call.id, base::parse_int(context.field("revision")).value_or(-1), choices);
      if (done) {
        context.say(html::Tone::green, "已保存 " + item.code + " " + item.title + "。");
        return site::redirect(incoming_url(asked.in.call.id));
      }
      in.errors.push_back(done.error());
    }
  }
  return item_page(context, engine, asked, {in.values, in.errors});
}

}  // namespace

void add_item_pages(site::Site& site, RollupEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/rollup/in/{call}/items/{place}", Access::right, "rollup.fill",
            [&](Context& c) -> PageAnswer { return item_page(c, engine, TRY(asked_of(c, engine)), {}); }});
  site.add({Method::post, "/rollup/in/{call}/items/{place}", Access::right, "rollup.fill",
            [&](Context& c) { return save_item(c, engine); }});
}

}  // namespace kepu::rollup

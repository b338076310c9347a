// One item of a draft: a figure that is asked for, or a task that is handed down.
#include <algorithm>

#include "core/base/text.h"
#include "engines/rollup/pages/desk.h"

namespace kepu::rollup {
namespace {

using base::Code;
using base::refuse;

const form::Field kCode{.name = "code",
                        .label = "编号",
                        .required = true,
                        .hint = "如 A-01",
                        .max_length = 20,
                        .short_field = true};

form::Form amount_form(const std::vector<metric::Metric>& metrics) {
  std::vector<form::Option> options = {{"-", "没有，由各县自选或另行填写"}};
  for (const auto& m : metrics) {
    options.push_back({m.id, fmt::format("{}（{}，{}）", m.title, m.unit, metric::title_of(m.counting))});
  }
  return form::Form(
      {kCode,
       {.name = "title", .label = "名称", .required = true, .max_length = 80, .short_field = true},
       {.name = "unit",
        .label = "单位",
        .required = true,
        .hint = "场、人次、万元、%",
        .max_length = 12,
        .short_field = true},
       {.name = "decimals",
        .label = "小数位数",
        .kind = form::Kind::integer,
        .required = true,
        .min = 0,
        .max = 4,
        .initial = "0",
        .short_field = true},
       {.name = "kind",
        .label = "各县的数能不能相加",
        .kind = form::Kind::radio,
        .required = true,
        .options = {{"sum", "逐县相加", "场次、经费、人次等数量"},
                    {"side", "只并列", "比例、平均数、人数（同一个人可能在两个县都算过）"}},
        .initial = "sum"},
       {.name = "metric",
        .label = "建议的指标",
        .kind = form::Kind::select,
        .required = true,
        .hint = "县里有这个指标就自动算出；县里另选要写明原因",
        .options = std::move(options),
        .initial = "-"},
       {.name = "definition",
        .label = "口径",
        .kind = form::Kind::long_text,
        .required = true,
        .hint = "什么算、什么不算",
        .max_length = 500,
        .rows = 3}});
}

form::Form task_form(const std::vector<TaskState>& tasks) {
  std::vector<form::Option> options;
  for (const auto& t : tasks) options.push_back({std::to_string(t.id), t.code + " " + t.title});
  return form::Form({kCode,
                     {.name = "task",
                      .label = "要下达的任务",
                      .kind = form::Kind::select,
                      .required = true,
                      .hint = "本级运行中的方案里的任务；县里报自己对应任务的状况",
                      .options = std::move(options)},
                     {.name = "definition",
                      .label = "要求",
                      .kind = form::Kind::long_text,
                      .hint = "请县里说明什么",
                      .max_length = 500,
                      .rows = 3}});
}

struct Asked {
  Call call;
  const Item* item = nullptr;  // null: a further one
  bool task = false;
  std::vector<TaskState> tasks;
};

base::Result<Asked> asked_of(Context& context, RollupEngine& engine) {
  Asked out;
  out.call = TRY(engine.store().call(context.tenant.id, TRY(context.id("call"))));
  if (out.call.state != CallState::draft)
    return refuse(Code::conflict, "rollup.not_in_state",
                  "已经下发的汇总要求不再变动；要更正请另拟一个替代它。");
  const bool post = context.request.method == http::Method::post;
  const std::string was(post ? context.field("was") : context.param("code"));
  if (!was.empty()) {
    out.item = out.call.item(was);
    if (out.item == nullptr) return refuse(Code::not_found, "rollup.item", "这一项已被移出，请刷新。");
  }
  out.task = out.item != nullptr ? out.item->kind == ItemKind::task
                                 : (post ? context.field("what") : context.param("kind")) == "task";
  if (out.task) out.tasks = engine.tasks(context.tenant.id, context.today());
  return out;
}

form::Values values_of(const Asked& asked) {
  form::Values v;
  if (asked.item == nullptr) return v;
  const Item& i = *asked.item;
  v.set("code", i.code);
  v.set("title", i.title);
  v.set("unit", i.unit);
  v.set("decimals", std::to_string(i.decimals));
  v.set("kind", std::string(to_text(i.kind)));
  v.set("metric", i.metric.empty() ? "-" : i.metric);
  v.set("definition", i.definition);
  v.set("task", std::to_string(i.task));
  return v;
}

http::Response item_page(Context& context, RollupEngine& engine, const Asked& asked, const Typed& typed) {
  const Call& call = asked.call;
  site::Page page;
  page.title = asked.item != nullptr ? "修改 " + asked.item->code : asked.task ? "下达任务" : "加入数量项目";
  page.path = {{"汇总上报", "/rollup"},
               {"下发的要求", "/rollup/calls"},
               {call.title, call_url(call.id)},
               {page.title, ""}};
  page.narrow = true;
  page.body = [&](Out& h) {
    if (asked.task && asked.tasks.empty()) {
      h("{}",
        html::panel("", html::EmptyState{"本级没有运行中的方案", "采纳方案以后，才能从中选任务下达。"}));
      return;
    }
    auto view = view_of(context, call_url(call.id, "item"), "保存", typed, values_of(asked));
    view.cancel_url = call_url(call.id);
    view.hidden = {{"revision", std::to_string(call.revision)},
                   {"was", asked.item == nullptr ? "" : asked.item->code},
                   {"what", asked.task ? "task" : "amount"}};
    h("{}", html::panel("", [&](Out& o) {
        if (asked.task) {
          task_form(asked.tasks).write(o, view);
        } else {
          amount_form(engine.catalog().all(context.tenant.id)).write(o, view);
        }
      }));
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

Item read_item(const Asked& asked, const form::Values& v) {
  Item item;
  item.code = v.text("code");
  item.definition = v.text("definition");
  if (asked.task) {
    item.kind = ItemKind::task;
    const auto task = base::parse_id(v.text("task")).value_or(0);
    for (const auto& t : asked.tasks) {
      if (t.id != task) continue;
      item.task = t.id;
      item.task_code = t.code;
      item.title = t.title;
    }
    return item;
  }
  item.title = v.text("title");
  item.unit = v.text("unit");
  item.decimals = static_cast<int>(v.integer("decimals").value_or(0));
  item.kind = parse_item_kind(v.text("kind")).value_or(ItemKind::side);
  if (v.text("metric") != "-") item.metric = v.text("metric");
  return item;
}

PageAnswer save_item(Context& context, RollupEngine& engine) {
  const Asked asked = TRY(asked_of(context, engine));
  auto in = asked.task ? task_form(asked.tasks).check(context.request.form)
                       : amount_form(engine.catalog().all(context.tenant.id)).check(context.request.form);
  if (in.ok()) {
    const Item item = read_item(asked, in.values);
    const std::string was = asked.item == nullptr ? "" : asked.item->code;
    auto others = asked.call.items;
    std::erase_if(others, [&](const Item& i) { return !was.empty() && i.code == was; });
    in.errors = check_item(
        item, others,
        item.metric.empty() ? std::nullopt : engine.catalog().find(context.tenant.id, item.metric));
    if (in.errors.empty()) {
      const auto done = engine.store().put_item(
          by(context), asked.call.id, base::parse_int(context.field("revision")).value_or(-1), item, was);
      if (done) {
        context.say(html::Tone::green, "已保存 " + item.code + "。");
        return site::redirect(call_url(asked.call.id));
      }
      in.errors.push_back(done.error());
    }
  }
  return item_page(context, engine, asked, {in.values, in.errors});
}

PageAnswer drop_item(Context& context, RollupEngine& engine) {
  const Id call = TRY(context.id("call"));
  TRY(engine.store().drop_item(by(context), call, base::parse_int(context.field("revision")).value_or(-1),
                               std::string(context.field("code"))));
  context.say(html::Tone::green, "已移出。");
  return site::redirect(call_url(call));
}

}  // namespace

void add_call_item_pages(site::Site& site, RollupEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/rollup/calls/{call}/item", Access::right, "rollup.call",
            [&](Context& c) -> PageAnswer { return item_page(c, engine, TRY(asked_of(c, engine)), {}); }});
  site.add({Method::post, "/rollup/calls/{call}/item", Access::right, "rollup.call",
            [&](Context& c) { return save_item(c, engine); }});
  site.add({Method::post, "/rollup/calls/{call}/drop", Access::right, "rollup.call",
            [&](Context& c) { return drop_item(c, engine); }});
}

}  // namespace kepu::rollup

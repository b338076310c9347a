// 完成度汇总: how the county's share is reached, node by node, and the weights that were decided.
#include <cmath>

#include "core/base/text.h"
#include "core/html/format.h"
#include "engines/indicators/pages/desk.h"
#include "engines/indicators/progress_tree.h"

namespace kepu::indicators {

using base::Code;
using base::refuse;
using html::Out;
using metric::PartState;
using site::Answer;
using site::Context;

namespace {

std::string percent(double share) { return html::fixed(share * 100, 1) + "%"; }

std::string share_text(const metric::Part& part) {
  switch (part.state) {
    case PartState::value:
      return percent(part.share);
    case PartState::missing:
      return "没有数，按 0 计";
    case PartState::cancelled:
      return "已取消";
    case PartState::not_applicable:
      return "不适用";
  }
  return "";
}

std::string counts_text(const metric::RolledUp& r) {
  std::vector<std::string> parts = {fmt::format("{} 项有数", r.counted)};
  if (r.missing > 0) parts.push_back(fmt::format("{} 项没有数，按 0 计", r.missing));
  if (r.cancelled > 0) parts.push_back(fmt::format("{} 项已取消", r.cancelled));
  if (r.not_applicable > 0) parts.push_back(fmt::format("{} 项不适用", r.not_applicable));
  return base::join(parts, "，");
}

std::map<Id, Weighting> weightings_of(IndicatorsEngine& engine, Id tenant, const plan::Running& now) {
  std::map<Id, Weighting> out;
  const auto rows = engine.store().weights(tenant);
  if (rows.empty()) return out;
  for (const auto& [item, subject] : follow(engine.store().attached(tenant).subjects, *now.plan)) {
    if (const auto at = rows.find(subject); at != rows.end()) out[item] = at->second.weighting;
  }
  return out;
}

struct Progress {
  plan::Running running;
  std::map<Id, plan::Standing> standings;
  std::map<Id, Weighting> weightings;
  Node tree;
};

base::Result<Progress> progress_of(Context& context, IndicatorsEngine& engine) {
  Progress out{TRY(running(context, engine)), {}, {}, {}};
  if (engine.extensions().standing) out.standings = engine.extensions().standing(context, out.running);
  out.weightings = weightings_of(engine, context.tenant.id, out.running);
  out.tree = progress_tree(*out.running.plan, out.standings, out.weightings);
  return out;
}

// One node's line of the sum: its parts with weights and shares.
html::SimpleTable parts_table(const Node& node, bool edits) {
  html::SimpleTable table;
  table.caption = node.title + "怎样得出";
  table.columns = {{"组成"},
                   {"完成", html::Column::Kind::number},
                   {"权重", html::Column::Kind::number},
                   {"权重×完成", html::Column::Kind::number},
                   {"依据"}};
  double sum = 0;
  for (const auto& n : node.below) {
    const bool counts = n.part.state == PartState::value || n.part.state == PartState::missing;
    const double product = n.part.state == PartState::value ? n.part.weight * n.part.share : 0;
    sum += product;
    const bool task = node.item != 0;
    const std::string title = (n.code.empty() ? "" : n.code + "　") + n.title;
    const std::string url =
        task ? fmt::format("/tasks/{}", n.item) : fmt::format("/indicators/progress?node={}", n.item);
    const std::string weigh = fmt::format("/indicators/progress/{}/{}", task ? "task" : "initiative", n.item);
    const std::string weight =
        counts ? plan::number_text(std::round(n.part.weight * 100) / 100) : std::string("—");
    table.rows.push_back(
        {html::Content([title, url](Out& h) { h("<a href=\"{}\">{}</a>", html::Url{url}, title); }),
         share_text(n.part), html::Content([weight, weigh, edits, own = n.own_weight](Out& h) {
           if (edits) {
             h("<a href=\"{}\">{}</a>", html::Url{weigh}, weight);
           } else {
             h("{}", weight);
           }
           if (own) h(" {}", html::tag("已定"));
         }),
         counts ? html::fixed(product, 3) : std::string("—"), n.why.empty() ? counts_text(n.rolled) : n.why});
  }
  table.rows.push_back({"合计", node.rolled.share ? percent(*node.rolled.share) : std::string("—"),
                        plan::number_text(std::round(node.rolled.weight * 100) / 100), html::fixed(sum, 3),
                        node.rolled.share
                            ? fmt::format("{} ÷ {} = {}", html::fixed(sum, 3),
                                          plan::number_text(std::round(node.rolled.weight * 100) / 100),
                                          percent(*node.rolled.share))
                            : std::string("没有计入的部分")});
  return table;
}

Answer show_progress(Context& context, IndicatorsEngine& engine) {
  const auto p = TRY(progress_of(context, engine));
  const auto wanted = base::parse_id(context.param("node"));
  const Node* node = &p.tree;
  for (const auto& n : p.tree.below) {
    if (wanted && n.item == *wanted) node = &n;
  }
  const bool edits = context.actor.may("indicators.edit");
  const bool county = node == &p.tree;
  site::Page page;
  page.title = county ? "任务完成度" : node->title;
  page.path = {{"任务完成度", county ? "" : "/indicators/progress"}};
  if (!county) page.path.push_back({node->title, ""});
  page.note = fmt::format("截至 {}", base::to_iso(context.today()));
  page.body = [&](Out& h) {
    h("<p class=\"lead\"><b>{} {}。</b>{}。</p>", county ? "全县完成" : "完成",
      node->rolled.share ? percent(*node->rolled.share) : std::string("没有数"), counts_text(node->rolled));
    if (!engine.extensions().standing || p.standings.empty()) {
      h("{}", html::Flash{html::Tone::amber, "各单位还没有报送任务进展，所以每一项都按没有数计。"});
    }
    h("{}", html::panel("怎样得出", [&](Out& o) { o("{}", parts_table(*node, edits)); },
                        {.note = county ? "点行动或工程看它的任务" : "点任务看它的填报"}));
    h("<p class=\"muted small\">规则：每项任务权重默认为 "
      "1，行动和工程的权重默认为其计入任务的权重之和；完成度 = "
      "Σ（权重×完成）÷ Σ 权重。没有填报的任务按完成 0 "
      "计入分母；已取消和不适用的不计入。改权重要写理由，历次留存。</p>");
  };
  return site::page(context, std::move(page));
}

// ---- one weight

form::Form weight_form() {
  return form::Form({
      {.name = "weight",
       .label = "权重",
       .kind = form::Kind::number,
       .hint = "不填为默认；0 为不计入",
       .min = 0,
       .max = 1000,
       .short_field = true},
      {.name = "state",
       .label = "是否计入",
       .kind = form::Kind::radio,
       .required = true,
       .options = {{"counts", "计入", "按填报的完成情况"},
                   {"cancelled", "已取消", "不再做，不计入"},
                   {"not_applicable", "本期不适用", "暂不计入"}},
       .initial = "counts"},
      {.name = "reason",
       .label = "理由",
       .kind = form::Kind::long_text,
       .required = true,
       .max_length = 300,
       .rows = 2},
  });
}

struct Weighed {
  plan::Running running;
  SubjectKind kind = SubjectKind::task;
  Id item = 0;
  std::string title;
  std::vector<WeightRow> history;
};

base::Result<Weighed> weighed_of(Context& context, IndicatorsEngine& engine) {
  Weighed out{TRY(running(context, engine)), SubjectKind::task, TRY(context.id("item")), "", {}};
  const auto* task = out.running.plan->task(out.item);
  const auto* initiative = out.running.plan->initiative(out.item);
  const bool is_task =
      context.variable("kind") == "task" && task != nullptr && out.running.plan->is_living(*task);
  const bool is_initiative =
      context.variable("kind") == "initiative" && initiative != nullptr && !initiative->dropped;
  if (!is_task && !is_initiative) {
    return refuse(Code::not_found, "indicators.item", "现行方案里没有这一项。请从“任务完成度”进入。");
  }
  out.kind = is_task ? SubjectKind::task : SubjectKind::initiative;
  out.title = is_task ? task->code + "　" + task->title : initiative->title;
  const auto followed = follow(engine.store().attached(context.tenant.id).subjects, *out.running.plan);
  if (const auto at = followed.find(out.item); at != followed.end()) {
    out.history = engine.store().weight_history(context.tenant.id, at->second);
  }
  return out;
}

std::string state_word(const Weighting& w) {
  if (!w.state) return "计入";
  return *w.state == PartState::cancelled ? "已取消" : "本期不适用";
}

http::Response weight_page(Context& context, const Weighed& w, const Typed* typed) {
  form::View view{.action = fmt::format("/indicators/progress/{}/{}", context.variable("kind"), w.item),
                  .csrf = context.csrf};
  if (typed != nullptr) {
    view.values = typed->values;
    view.errors = typed->errors;
  } else if (!w.history.empty()) {
    const auto& last = w.history.front().weighting;
    if (last.weight) view.values.set("weight", plan::number_text(*last.weight));
    view.values.set("state", !last.state                           ? "counts"
                             : *last.state == PartState::cancelled ? "cancelled"
                                                                   : "not_applicable");
  }
  view.hidden = {{"number", std::to_string(w.history.empty() ? 0 : w.history.front().number)}};
  view.cancel_url = "/indicators/progress";
  html::SimpleTable table;
  table.caption = "历次决定";
  table.columns = {{"时间"}, {"权重", html::Column::Kind::number}, {"是否计入"}, {"理由"}, {"办理人"}};
  for (const auto& row : w.history) {
    table.rows.push_back(
        {base::to_local(row.at),
         row.weighting.weight ? plan::number_text(*row.weighting.weight) : std::string("默认"),
         state_word(row.weighting), row.weighting.reason, row.weighting.by});
  }
  site::Page page;
  page.title = "权重：" + w.title;
  page.path = {{"任务完成度", "/indicators/progress"}, {"权重", ""}};
  page.narrow = true;
  page.body = [&](Out& h) {
    h("{}", html::panel("权重与是否计入", [&](Out& o) { weight_form().write(o, view); }));
    if (!table.rows.empty()) h("{}", html::panel("历次决定", [&](Out& o) { o("{}", table); }));
  };
  return site::page(context, std::move(page), typed != nullptr ? 422 : 200);
}

Answer save_weight(Context& context, IndicatorsEngine& engine) {
  const auto w = TRY(weighed_of(context, engine));
  auto in = weight_form().check(context.request.form);
  if (in.ok()) {
    Weighting wanted;
    wanted.weight = in.values.number("weight");
    if (in.values.text("state") == "cancelled") wanted.state = PartState::cancelled;
    if (in.values.text("state") == "not_applicable") wanted.state = PartState::not_applicable;
    wanted.reason = in.values.text("reason");
    const auto done =
        engine.store().set_weight(context.actor, w.running, w.kind, w.item, wanted,
                                  static_cast<int>(base::parse_int(context.field("number")).value_or(0)));
    if (done) {
      context.say(html::Tone::green, "已保存，完成度按新的权重计算。");
      return site::redirect("/indicators/progress");
    }
    in.errors.push_back(done.error());
  }
  const Typed typed{in.values, in.errors};
  return weight_page(context, w, &typed);
}

}  // namespace

void add_progress_pages(site::Site& site, IndicatorsEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/indicators/progress", Access::right, "indicators.read",
            [&](Context& c) { return show_progress(c, engine); }});
  site.add({Method::get, "/indicators/progress/{kind}/{item}", Access::right, "indicators.edit",
            [&](Context& c) -> Answer {
              const auto w = TRY(weighed_of(c, engine));
              return weight_page(c, w, nullptr);
            }});
  site.add({Method::post, "/indicators/progress/{kind}/{item}", Access::right, "indicators.edit",
            [&](Context& c) { return save_weight(c, engine); }});
  site.add(
      site::MenuItem{"指标", "任务完成度", "/indicators/progress", "indicators.read", 307, {}, {}, false});
}

}  // namespace kepu::indicators

// 目标进展: all targets with value, goal, share and light; binding a target to a metric.
#include <algorithm>

#include "core/base/text.h"
#include "engines/indicators/pages/target_parts.h"

namespace kepu::indicators {

using html::Out;
using site::Answer;
using site::Context;

namespace {

struct TargetRow {
  TargetStatus status;
  const plan::TargetItem* item = nullptr;
  std::string where;
};

std::vector<TargetRow> rows_of(Context& context, IndicatorsEngine& engine, const plan::Running& now) {
  std::vector<TargetRow> rows;
  for (auto& s : engine.evaluation().statuses(context.tenant.id, now, context.today())) {
    const auto* item = now.plan->target(s.target);
    const auto* task = now.plan->task(item->task);
    const auto* initiative = now.plan->initiative(item->initiative);
    rows.push_back({std::move(s), item,
                    task != nullptr         ? task->code + "　" + task->title
                    : initiative != nullptr ? initiative->title
                                            : std::string("全县")});
  }
  return rows;
}

bool is_in(const TargetStatus& s, std::string_view filter) {
  if (filter == "slow") return s.state == TargetState::behind || s.state == TargetState::failed;
  if (filter == "changed") return !s.effective.changes.empty();
  if (filter == "on_the_way") return s.state == TargetState::on_the_way || s.state == TargetState::not_due;
  return to_text(s.state) == filter;
}

table::Table<TargetRow> target_table() {
  return table::Table<TargetRow>({.id = "targets",
                                  .caption = "目标进展",
                                  .search_hint = "目标文字、任务、指标",
                                  .unit = "个目标"})
      .column({.key = "text", .title = "目标", .full_on_phone = true, .width = 44},
              [](const TargetRow& r) {
                return table::link(base::shorten(base::squeeze(r.item->text), 60), target_url(r.item->id));
              })
      .column({.key = "goal", .title = "目标值", .width = 24},
              [](const TargetRow& r) { return table::text(text_of(r.status.effective)); })
      .column({.key = "value", .title = "现在", .number = true, .width = 14},
              [](const TargetRow& r) {
                return r.status.value ? table::text(shown(r.status.value, r.status.effective.unit))
                                      : table::missing();
              })
      .column({.key = "share",
               .title = "完成",
               .number = true,
               .note = "从基数（没有基数的从零）到目标走了多少，%"},
              [](const TargetRow& r) {
                return r.status.share ? table::number(*r.status.share * 100, 0) : table::missing();
              })
      .column({.key = "state", .title = "状态", .width = 12},
              [](const TargetRow& r) { return table::status(mark_of(r.status.light), state_word(r.status)); })
      .column({.key = "why", .title = "依据", .sortable = false, .hide_on_phone = true, .width = 40},
              [](const TargetRow& r) { return table::text(r.status.why); })
      .column({.key = "year", .title = "期限", .hide_on_phone = true},
              [](const TargetRow& r) {
                return r.status.effective.year ? table::text(fmt::format("{}年", *r.status.effective.year))
                                               : table::missing();
              })
      .column({.key = "metric", .title = "数从哪里来", .hide_on_phone = true, .width = 24},
              [](const TargetRow& r) {
                return r.status.metric_title.empty()
                           ? table::missing()
                           : table::link(r.status.metric_title, binding_url(r.item->id));
              })
      .column({.key = "where", .title = "任务／行动", .hide_on_phone = true, .width = 30},
              [](const TargetRow& r) { return table::text(r.where); })
      .filter({.key = "state",
               .title = "状态",
               .options = {{"reached", "已达到"},
                           {"on_the_way", "推进中"},
                           {"slow", "偏慢或未达到"},
                           {"missing", "缺数据"},
                           {"undecided", "不能判断"},
                           {"unbound", "未绑定"},
                           {"changed", "调整过的目标"}}},
              [](const TargetRow& r, std::string_view v) { return is_in(r.status, v); });
}

Answer list_targets(Context& context, IndicatorsEngine& engine) {
  const auto now = TRY(running(context, engine));
  const auto rows = rows_of(context, engine, now);
  const auto lost = engine.evaluation().book(context.tenant.id, now).lost();
  const auto table = target_table();
  site::Page page;
  page.title = "目标进展";
  page.path = {{"目标进展", ""}};
  page.note = fmt::format("截至 {}；每个数都点得到记录", base::to_iso(context.today()));
  return site::list(
      context, table, table.in_memory(rows), std::move(page),
      {.file_name = "目标进展",
       .subject = fmt::format("version:{}", now.plan->version.id),
       .empty_hint = "现行方案里没有量化目标。",
       .before =
           [&](Out& h) {
             if (lost.empty()) return;
             h("{}",
               html::Flash{html::Tone::amber,
                           fmt::format("有 {} 个目标的绑定或调整在现行方案里找不到对应的目标（例如“{}”），"
                                       "请在新的目标上重新绑定。",
                                       lost.size(), base::shorten(lost.front()->text, 30))});
           },
       .after =
           [](Out& h) {
             h("<details class=\"mt\"><summary>判断规则</summary><p class=\"small\">{}</p></details>", kRule);
           }});
}

// ---- one target's binding

form::Form binding_form(const std::vector<metric::Metric>& metrics, const plan::TargetItem& target,
                        const auth::UnitTree& units) {
  std::vector<form::Option> metric_options, unit_options;
  for (const auto& m : metrics) {
    metric_options.push_back(
        {m.id, fmt::format("{}（{}，{}，{}）", m.title, m.unit, title_of(m.nature), title_of(m.counting))});
  }
  for (const auto& u : units.all()) {
    if (u.active && u.kind != auth::UnitKind::village) unit_options.push_back({std::to_string(u.id), u.name});
  }
  std::vector<form::Field> fields = {
      {.name = "metric",
       .label = "指标",
       .kind = form::Kind::select,
       .required = true,
       .options = metric_options},
      {.name = "span",
       .label = "怎样计算",
       .kind = form::Kind::radio,
       .required = true,
       .options = {{"total", "规划期累计", "从规划期第一天加到今天，例如“到2030年培训6000人次”"},
                   {"yearly", "每年分别计算", "每年 1 月 1 日起重新算，例如“每年不少于24场”"},
                   {"at_date", "当日数（存量）", "看当天有多少，例如“建成30个”“覆盖率90%”"}},
       .initial = "total"}};
  if (target.op == plan::Operator::relative) {
    fields.push_back({.name = "reference",
                      .label = "参照地区的数（" + target.relative_to + "）",
                      .kind = form::Kind::select,
                      .required = true,
                      .options = metric_options});
  }
  fields.push_back({.name = "units",
                    .label = "只算这些单位（不选为全县）",
                    .kind = form::Kind::multi_select,
                    .options = std::move(unit_options)});
  fields.push_back(
      {.name = "note", .label = "说明", .hint = "单位不同但口径一致的，写明理由", .max_length = 200});
  return form::Form(std::move(fields));
}

form::Form change_form(const plan::Running& now, base::Date today) {
  std::vector<form::Field> fields = {{.name = "value",
                                      .label = "调整后的目标值",
                                      .kind = form::Kind::number,
                                      .required = true,
                                      .short_field = true},
                                     {.name = "year",
                                      .label = "期限（年末）",
                                      .kind = form::Kind::integer,
                                      .required = true,
                                      .min = 2000,
                                      .max = 2100,
                                      .short_field = true},
                                     {.name = "from",
                                      .label = "从哪天起生效",
                                      .kind = form::Kind::date,
                                      .required = true,
                                      .short_field = true}};
  const auto& metadata = now.plan->version.metadata;
  for (int year = std::max(today.year, metadata.from); metadata.to != 0 && year <= metadata.to; ++year) {
    fields.push_back({.name = fmt::format("y{}", year),
                      .label = fmt::format("{} 年里程碑", year),
                      .kind = form::Kind::number,
                      .hint = "目标值变了而不填的，按直线推算",
                      .short_field = true});
  }
  fields.push_back(
      {.name = "reason", .label = "为什么调整", .kind = form::Kind::long_text, .required = true, .rows = 2});
  fields.push_back({.name = "basis", .label = "依据", .required = true, .hint = "会议纪要、上级来函文号"});
  return form::Form(std::move(fields));
}

void write_binding(Out& h, Context& context, IndicatorsEngine& engine, const TargetPage& t,
                   const Typed& returned) {
  if (t.item->headline) {
    h("<p>总目标的数来自<a "
      "href=\"/indicators/literacy\">公民科学素质</a>页登记的调查读数，不绑定其他指标。竞赛答题的成绩"
      "不能代替调查。</p>");
    return;
  }
  const auto* b = t.view.binding;
  if (!context.actor.may("indicators.edit")) {
    if (b == nullptr) h("<p class=\"muted\">还没有绑定指标。</p>");
    if (b != nullptr) {
      h("<p>指标：<a href=\"{}\">{}</a>（{}）</p>", html::Url{metric_url(b->metric)}, t.status.metric_title,
        title_of(b->span));
    }
    return;
  }
  form::Values stored;
  if (b != nullptr) {
    stored.set("metric", b->metric);
    stored.set("span", std::string(to_text(b->span)));
    stored.set("reference", b->reference);
    for (const Id unit : b->units) stored.add("units", std::to_string(unit));
    stored.set("note", b->note);
  }
  auto view = view_of(context, binding_url(t.item->id) + "/bind", b == nullptr ? "绑定" : "改绑",
                      returned.only("bind"), std::move(stored));
  view.hidden = {{"revision", std::to_string(b == nullptr ? 0 : b->revision)}};
  binding_form(engine.catalog().all(context.tenant.id), *t.item, *t.running.units).write(h, view);
  if (b == nullptr) return;
  h("<form class=\"small-form mt\" method=\"post\" action=\"{}\"><input type=\"hidden\" name=\"csrf\" "
    "value=\"{}\"><input type=\"hidden\" name=\"revision\" value=\"{}\"><label class=\"lab\" "
    "for=\"f-unbind\">解除绑定的原因</label><input class=\"in\" id=\"f-unbind\" name=\"reason\" required "
    "maxlength=\"200\">{}</form>",
    html::Url{binding_url(t.item->id) + "/unbind"}, context.csrf, b->revision,
    html::button("解除绑定", html::Look::danger));
}

void write_change(Out& h, Context& context, const TargetPage& t, const Typed& returned) {
  if (t.view.waiting != nullptr) {
    h("<p>{}于 {} 提出调整，等待审批，见<a href=\"/indicators/changes\">目标调整</a>。</p>",
      t.view.waiting->asked_by, base::to_local(t.view.waiting->asked_at));
    return;
  }
  form::Values stored;
  const auto& e = t.status.effective;
  if (e.value) stored.set("value", plan::number_text(*e.value));
  stored.set("year", std::to_string(e.year.value_or(t.running.plan->version.metadata.to)));
  stored.set("from", base::to_iso(context.today()));
  auto view = view_of(context, binding_url(t.item->id) + "/change", "提出调整", returned.only("change"),
                      std::move(stored));
  view.before = "提出后由另一人审批，批准才生效；原目标一直显示，已过去的年度仍按当时的目标评价。";
  change_form(t.running, context.today()).write(h, view);
}

http::Response binding_page(Context& context, IndicatorsEngine& engine, const TargetPage& t,
                            const Typed& returned) {
  const auto& changes = t.book.changes(t.view.subject);
  const auto timeline = timeline_of(context, fmt::format("target:{}", t.item->id));
  const bool edits = context.actor.may("indicators.edit");
  site::Page page;
  page.title = text_of(t.status.effective);
  page.path = {{"目标进展", "/indicators/targets"},
               {plan::target_text(*t.item), target_url(t.item->id)},
               {"绑定与调整", ""}};
  page.note = base::squeeze(t.item->text);
  page.body = [&](Out& h) {
    h(
        "<div class=\"split\"><div>{}{}</div><aside>{}{}</aside></div>",
        html::panel(
            "绑定指标", [&](Out& o) { write_binding(o, context, engine, t, returned); },
            {.note = t.view.binding != nullptr ? fmt::format("{}于 {} 设置", t.view.binding->edited_by,
                                                             base::to_local(t.view.binding->edited_at))
                                               : std::string()}),
        [&](Out& o) {
          if (edits) o("{}", html::panel("调整目标", [&](Out& x) { write_change(x, context, t, returned); }));
          if (!changes.empty()) {
            o("{}", html::panel("历次调整", [&](Out& x) { x("{}", changes_table(changes, t.item->unit)); }));
          }
        },
        html::panel("现在",
                    [&](Out& o) {
                      o("<p class=\"big-target\"><b class=\"num\">{}</b></p><p>{}　{}</p>",
                        shown(t.status.value, t.status.effective.unit),
                        html::light(mark_of(t.status.light), title_of(t.status.state)), t.status.why);
                    }),
        [&](Out& o) {
          if (!timeline.moments.empty()) o("{}", html::panel("过程记录", timeline));
        });
  };
  return site::page(context, std::move(page), returned.empty() ? 200 : 422);
}

Answer bind(Context& context, IndicatorsEngine& engine) {
  const auto t = TRY(target_page(context, engine));
  auto in = binding_form(engine.catalog().all(context.tenant.id), *t.item, *t.running.units)
                .check(context.request.form);
  if (in.ok()) {
    Binding b;
    b.metric = in.values.text("metric");
    b.span = parse_span(in.values.text("span")).value_or(Span::total);
    b.reference = in.values.text("reference");
    b.note = in.values.text("note");
    for (const auto& text : in.values.texts("units")) {
      if (const auto id = base::parse_id(text)) b.units.push_back(*id);
    }
    b.revision = base::parse_int(context.field("revision")).value_or(0);
    const auto done = engine.store().bind(context.actor, t.running, *t.item, b);
    if (done) {
      context.say(html::Tone::green, "已绑定，数从指标来，不用填报。");
      return site::redirect(target_url(t.item->id));
    }
    in.errors.push_back(done.error());
  }
  return binding_page(context, engine, t, {in.values, in.errors, "bind"});
}

Answer unbind(Context& context, IndicatorsEngine& engine) {
  const auto t = TRY(target_page(context, engine));
  TRY(engine.store().unbind(context.actor, t.running, *t.item,
                            base::parse_int(context.field("revision")).value_or(0),
                            std::string(context.field("reason"))));
  context.say(html::Tone::green, "已解除绑定。");
  return site::redirect(binding_url(t.item->id));
}

Answer ask_change(Context& context, IndicatorsEngine& engine) {
  const auto t = TRY(target_page(context, engine));
  auto in = change_form(t.running, context.today()).check(context.request.form);
  if (in.ok()) {
    Change c;
    c.value = in.values.number("value");
    c.year = static_cast<int>(in.values.integer("year").value_or(0));
    c.from = in.values.date("from").value_or(base::Date{});
    c.reason = in.values.text("reason");
    c.basis = in.values.text("basis");
    for (int year = c.from.year; year <= t.running.plan->version.metadata.to; ++year) {
      if (const auto v = in.values.number(fmt::format("y{}", year))) c.milestones[year] = *v;
    }
    const auto done = engine.store().ask_change(context.actor, t.running, *t.item, c);
    if (done) {
      context.say(html::Tone::green, "已提出，等待另一人审批。");
      return site::redirect("/indicators/changes");
    }
    in.errors.push_back(done.error());
  }
  return binding_page(context, engine, t, {in.values, in.errors, "change"});
}

}  // namespace

void add_target_pages(site::Site& site, IndicatorsEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/indicators/targets", Access::right, "indicators.read",
            [&](Context& c) { return list_targets(c, engine); }});
  site.add({Method::get, "/indicators/targets/{target}", Access::right, "indicators.read",
            [&](Context& c) -> Answer {
              const auto t = TRY(target_page(c, engine));
              return binding_page(c, engine, t, {});
            }});
  site.add({Method::post, "/indicators/targets/{target}/bind", Access::right, "indicators.edit",
            [&](Context& c) { return bind(c, engine); }});
  site.add({Method::post, "/indicators/targets/{target}/unbind", Access::right, "indicators.edit",
            [&](Context& c) { return unbind(c, engine); }});
  site.add({Method::post, "/indicators/targets/{target}/change", Access::right, "indicators.edit",
            [&](Context& c) { return ask_change(c, engine); }});
  site.add(site::MenuItem{"指标", "目标进展", "/indicators/targets", "indicators.read", 302, {}, {}, false});
}

}  // namespace kepu::indicators

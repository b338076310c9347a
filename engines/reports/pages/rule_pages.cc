// 填报规则: when windows open and close, and how the lights are set.
#include <cmath>

#include "core/base/text.h"
#include "core/form/form.h"
#include "engines/reports/pages/desk.h"

namespace kepu::reports {

using html::Out;
using site::Answer;
using site::Context;
using site::Typed;

namespace {

const form::Form& rule_form() {
  static const form::Form kForm({
      {.name = "period",
       .label = "种类",
       .kind = form::Kind::select,
       .required = true,
       .options = {{"month", "月报"}, {"quarter", "季报"}, {"half", "半年报"}, {"year", "年报"}},
       .short_field = true},
      {.name = "since",
       .label = "从哪一天所在的期起执行",
       .kind = form::Kind::date,
       .required = true,
       .hint = "例如 2026-07-01 所在的季度；以前各期的期限不变",
       .short_field = true},
      {.name = "active",
       .label = "填报",
       .kind = form::Kind::select,
       .required = true,
       .options = {{"1", "要填报"}, {"0", "不再填报"}},
       .initial = "1",
       .short_field = true},
      {.name = "opens_before",
       .label = "提前开放",
       .kind = form::Kind::integer,
       .required = true,
       .hint = "期末日之前多少天",
       .min = 0,
       .max = 400,
       .initial = "15",
       .unit = "天",
       .short_field = true},
      {.name = "due_days",
       .label = "期限",
       .kind = form::Kind::integer,
       .required = true,
       .hint = "期末日之后多少个工作日",
       .min = 1,
       .max = 60,
       .initial = "10",
       .unit = "个工作日",
       .short_field = true},
      {.name = "late_days",
       .label = "补报",
       .kind = form::Kind::integer,
       .required = true,
       .hint = "过期限后还收多少个工作日",
       .min = 0,
       .max = 120,
       .initial = "20",
       .unit = "个工作日",
       .short_field = true},
  });
  return kForm;
}

const form::Form& light_form() {
  static const form::Form kForm({
      {.name = "watch_lag",
       .label = "“关注”的差距",
       .kind = form::Kind::number,
       .required = true,
       .min = 1,
       .max = 100,
       .unit = "个百分点",
       .short_field = true},
      {.name = "late_lag",
       .label = "“滞后”的差距",
       .kind = form::Kind::number,
       .required = true,
       .min = 1,
       .max = 100,
       .unit = "个百分点",
       .short_field = true},
      {.name = "soon_days",
       .label = "临期",
       .kind = form::Kind::integer,
       .required = true,
       .min = 0,
       .max = 365,
       .unit = "天",
       .short_field = true},
      {.name = "lead_weight",
       .label = "牵头单位的权重",
       .kind = form::Kind::number,
       .required = true,
       .hint = "责任单位为 1",
       .min = 1,
       .max = 10,
       .short_field = true},
  });
  return kForm;
}

void write_rules(Out& h, const std::vector<Rule>& rules) {
  if (rules.empty()) return h("<p class=\"muted\">还没有规则，各单位还不用填报。在下面设定第一期。</p>");
  html::SimpleTable table;
  table.caption = "填报期规则";
  table.columns = {{"种类"},
                   {"自"},
                   {"提前开放", html::Column::Kind::number},
                   {"期限（工作日）", html::Column::Kind::number},
                   {"补报（工作日）", html::Column::Kind::number},
                   {"设定", html::Column::Kind::text, true}};
  for (const auto& r : rules) {
    const std::string who = r.edited_by + "　" + base::to_iso(base::date_of(r.edited_at));
    if (!r.active) {
      table.rows.push_back(
          {std::string(title_of(r.period)), base::to_iso(r.since), "—", "不再填报", "—", who});
    } else {
      table.rows.push_back({std::string(title_of(r.period)), base::to_iso(r.since),
                            fmt::format("{} 天", r.opens_before), std::to_string(r.due_days),
                            std::to_string(r.late_days), who});
    }
  }
  h("{}", table);
}

Answer show_rules(Context& context, ReportsEngine& engine, const Typed& typed = {}) {
  const Id tenant = context.tenant.id;
  const auto rules = engine.store().rules(tenant);
  const auto lights = engine.store().light_rule(tenant);
  const Date today = context.today();
  site::Page page;
  page.title = "填报规则";
  page.path = {{"填报", "/reports"}, {"填报规则", ""}};
  page.note = "规则改变只影响以后的期；结束了的填报期保持原来的期限";
  page.actions = [](Out& h) { h("{}", html::button_link("工作日历", "/calendar", "calendar-event")); };
  page.body = [&](Out& h) {
    h("{}", html::panel("填报期", [&](Out& o) { write_rules(o, rules); }));
    const auto next = engine.store().next_window(tenant, today);
    if (next) {
      h("{}", html::panel("按现在的规则，下一期", [&](Out& o) {
          o("<p>{}：{} 开放，期限 {}，补报到 {}。{}</p>", title_of(*next), base::to_iso(next->opens),
            base::to_iso(next->due), base::to_iso(next->closes), calendar::missing_text(next->missing));
        }));
    }
    form::Values values = typed.of == "rule" ? typed.values : form::Values{};
    if (!values.has("since")) values.set("since", base::to_iso(period_of(Period::quarter, today).first));
    if (!values.has("period")) values.set("period", "quarter");
    h("{}", html::panel("设定或修改一种填报期", [&](Out& o) {
        rule_form().write(o, {.action = "/reports/rules",
                              .csrf = context.csrf,
                              .values = values,
                              .errors = typed.of == "rule" ? typed.errors : base::Errors{},
                              .submit = "保存填报期",
                              .hidden = {{"form", "rule"}}});
      }));
    form::Values light_values = typed.of == "light" ? typed.values : form::Values{};
    if (typed.of != "light") {
      light_values.set("watch_lag", plan::number_text(lights.watch_lag * 100));
      light_values.set("late_lag", plan::number_text(lights.late_lag * 100));
      light_values.set("soon_days", std::to_string(lights.soon_days));
      light_values.set("lead_weight", plan::number_text(lights.lead_weight));
    }
    h("{}", html::panel(
                "亮灯规则",
                [&](Out& o) {
                  o("<ul>{}</ul>", [&](Out& x) {
                    for (const auto& line : in_words(lights)) x("<li>{}</li>", line);
                  });
                  light_form().write(
                      o, {.action = "/reports/rules",
                          .csrf = context.csrf,
                          .values = light_values,
                          .errors = typed.of == "light" ? typed.errors : base::Errors{},
                          .submit = "保存亮灯规则",
                          .hidden = {{"form", "light"},
                                     {"revision", typed.of == "light" ? std::string(context.field("revision"))
                                                                      : std::to_string(lights.revision)}}});
                },
                {.note = lights.revision == 0 ? std::string("现为默认值")
                                              : fmt::format("{}　{} 设定", lights.edited_by,
                                                            base::to_local(lights.edited_at))}));
  };
  return site::page(context, std::move(page), status_of(typed.errors));
}

base::Errors save_rule(Context& context, ReportsEngine& engine, const form::Values& v) {
  Rule rule;
  rule.period = parse_period(v.text("period")).value_or(Period::quarter);
  rule.since = period_of(rule.period, *v.date("since")).first;
  rule.active = v.text("active") == "1";
  rule.opens_before = static_cast<int>(*v.integer("opens_before"));
  rule.due_days = static_cast<int>(*v.integer("due_days"));
  rule.late_days = static_cast<int>(*v.integer("late_days"));
  return engine.store().save_rule(by(context), rule);
}

base::Errors save_lights(Context& context, ReportsEngine& engine, const form::Values& v) {
  LightRule rule;
  rule.watch_lag = *v.number("watch_lag") / 100;
  rule.late_lag = *v.number("late_lag") / 100;
  rule.soon_days = static_cast<int>(*v.integer("soon_days"));
  rule.lead_weight = *v.number("lead_weight");
  rule.revision = base::parse_int(context.field("revision")).value_or(-1);
  return engine.store().save_light_rule(by(context), rule);
}

Answer save(Context& context, ReportsEngine& engine) {
  const bool light = context.field("form") == "light";
  auto in = (light ? light_form() : rule_form()).check(context.request.form);
  if (in.ok())
    in.errors = light ? save_lights(context, engine, in.values) : save_rule(context, engine, in.values);
  if (!in.errors.empty())
    return show_rules(context, engine, {in.values, in.errors, light ? "light" : "rule"});
  context.say(html::Tone::green, light ? "亮灯规则已保存，各页的灯随即按新规则显示。" : "填报期规则已保存。");
  return site::redirect("/reports/rules");
}

}  // namespace

void add_rule_pages(site::Site& site, ReportsEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/reports/rules", Access::right, "report.rule",
            [&](Context& c) { return show_rules(c, engine); }});
  site.add({Method::post, "/reports/rules", Access::right, "report.rule",
            [&](Context& c) { return save(c, engine); }});
  site.add(site::MenuItem{"填报", "填报规则", "/reports/rules", "report.rule", 156, "", {}, false});
}

}  // namespace kepu::reports

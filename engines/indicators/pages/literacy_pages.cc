// 公民科学素质: the series of readings, the target, the superior areas beside it, and groups of citizens.
#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "core/html/format.h"
#include "engines/indicators/pages/target_parts.h"

namespace kepu::indicators {

using html::Out;
using site::Answer;
using site::Context;

namespace {

form::Form reading_form(int this_year, bool correction) {
  std::vector<form::Field> fields = {{.name = "year",
                                      .label = "调查年份",
                                      .kind = form::Kind::integer,
                                      .required = true,
                                      .min = 2000,
                                      .max = static_cast<double>(this_year),
                                      .short_field = true},
                                     {.name = "value",
                                      .label = "公民具备科学素质的比例",
                                      .kind = form::Kind::number,
                                      .required = true,
                                      .min = 0,
                                      .max = 100,
                                      .unit = "%",
                                      .short_field = true},
                                     {.name = "low",
                                      .label = "95% 误差范围下限",
                                      .kind = form::Kind::number,
                                      .hint = "公报没有给出的不填，不要自己估",
                                      .min = 0,
                                      .max = 100,
                                      .unit = "%",
                                      .short_field = true},
                                     {.name = "high",
                                      .label = "95% 误差范围上限",
                                      .kind = form::Kind::number,
                                      .min = 0,
                                      .max = 100,
                                      .unit = "%",
                                      .short_field = true},
                                     {.name = "sample",
                                      .label = "样本量",
                                      .kind = form::Kind::integer,
                                      .min = 1,
                                      .unit = "人",
                                      .short_field = true},
                                     {.name = "area",
                                      .label = "地区",
                                      .hint = "本县不填；上级地区填名称，例如 澄州市、江南省、全国",
                                      .max_length = 30,
                                      .short_field = true},
                                     {.name = "group",
                                      .label = "人群",
                                      .hint = "全体公民不填；例如 城镇居民、农村居民、男性、女性",
                                      .max_length = 30,
                                      .short_field = true},
                                     {.name = "source",
                                      .label = "出处",
                                      .required = true,
                                      .hint = "哪一次调查、哪份公报或来函",
                                      .max_length = 200},
                                     {.name = "note", .label = "说明", .max_length = 300}};
  if (correction) {
    fields.push_back({.name = "reason",
                      .label = "更正原因",
                      .required = true,
                      .hint = "原来的读数会保留",
                      .max_length = 200});
  }
  return form::Form(std::move(fields));
}

Reading reading_from(const form::Values& v, int number) {
  Reading r;
  r.year = static_cast<int>(v.integer("year").value_or(0));
  r.value = v.number("value").value_or(-1);
  r.low = v.number("low");
  r.high = v.number("high");
  r.sample = v.integer("sample");
  r.area = v.text("area");
  r.group = v.text("group");
  r.source = v.text("source");
  r.note = v.text("note");
  r.reason = v.text("reason");
  r.number = number;
  return r;
}

form::Values values_of(const Reading& r) {
  form::Values v;
  const auto set = [&](const char* name, std::optional<double> value) {
    if (value) v.set(name, plan::number_text(*value));
  };
  v.set("year", std::to_string(r.year));
  set("value", r.value);
  set("low", r.low);
  set("high", r.high);
  if (r.sample) v.set("sample", std::to_string(*r.sample));
  v.set("area", r.area);
  v.set("group", r.group);
  v.set("source", r.source);
  v.set("note", r.note);
  return v;
}

std::string percent(double value) { return plan::number_text(std::round(value * 100) / 100) + "%"; }
std::string interval(const Reading& r) {
  return r.low ? fmt::format("{}—{}", percent(*r.low), percent(*r.high)) : std::string("未给出");
}

html::TargetChart chart_of(const std::vector<Reading>& readings, const plan::TargetItem* target,
                           const TargetStatus* status, const Trend& trend, int goal_year) {
  html::TargetChart chart;
  chart.title = "公民具备科学素质的比例与目标";
  chart.name = "公民具备科学素质的比例";
  for (const auto& r : readings) {
    if (r.area.empty() && r.group.empty()) {
      chart.measured.push_back({static_cast<double>(r.year), r.value, r.low, r.high});
    }
  }
  if (status != nullptr) {
    const auto& e = status->effective;
    if (e.baseline && e.baseline_year) {
      chart.goals.push_back({static_cast<double>(*e.baseline_year), *e.baseline, percent(*e.baseline)});
    }
    for (const auto& [year, value] : e.milestones) {
      if (year != goal_year) chart.goals.push_back({static_cast<double>(year), value, percent(value)});
    }
    if (e.value) {
      chart.goals.push_back({static_cast<double>(goal_year), *e.value,
                             fmt::format("{} 年目标 {}", goal_year, plan::target_text(*target))});
    }
  }
  if (trend.value)
    chart.forecast.push_back({static_cast<double>(goal_year), *trend.value, *trend.low, *trend.high});
  return chart;
}

html::SimpleTable readings_table(const std::vector<Reading>& readings, bool edits) {
  html::SimpleTable table;
  table.caption = "调查读数";
  table.columns = {{"年份"},         {"地区"},
                   {"人群"},         {"比例", html::Column::Kind::number},
                   {"95% 误差范围"}, {"样本量", html::Column::Kind::number},
                   {"出处"},         {"登记"}};
  for (auto r = readings.rbegin(); r != readings.rend(); ++r) {
    const std::string url = fmt::format("/indicators/literacy/correct?year={}&area={}&group={}", r->year,
                                        http::url_encode(r->area), http::url_encode(r->group));
    const std::string by = r->by_name + (r->number > 1 ? fmt::format("（更正 {} 次）", r->number - 1) : "");
    table.rows.push_back({fmt::format("{} 年", r->year), r->area.empty() ? "本县" : r->area,
                          r->group.empty() ? "全体公民" : r->group, percent(r->value), interval(*r),
                          r->sample ? std::to_string(*r->sample) : std::string("未给出"), r->source,
                          html::Content([by, url, edits](Out& h) {
                            h("<p>{}</p>", by);
                            if (edits) h("<p><a href=\"{}\">更正</a></p>", html::Url{url});
                          })});
  }
  return table;
}

// The county's newest reading beside those of the superior areas of the same year.
html::SimpleTable areas_table(const std::vector<Reading>& readings, const Reading& own) {
  html::SimpleTable table;
  table.caption = "与上级地区比较";
  table.columns = {{"地区"},
                   {"年份"},
                   {"比例", html::Column::Kind::number},
                   {"本县相差", html::Column::Kind::number},
                   {"能否判断"}};
  for (const auto& r : readings) {
    if (r.area.empty() || !r.group.empty() || newest(readings, r.area, "", own.year) != &r) continue;
    const auto c = compare(own, r);
    table.rows.push_back({r.area, fmt::format("{} 年", r.year), percent(r.value),
                          html::with_sign(c.gap, 1) + " 个百分点", c.why});
  }
  return table;
}

std::vector<const Reading*> groups_of(const std::vector<Reading>& readings, int year) {
  std::vector<const Reading*> out;
  for (const auto& r : readings) {
    if (r.area.empty() && !r.group.empty() && r.year == year) out.push_back(&r);
  }
  return out;
}

void write_groups(Out& h, const std::vector<const Reading*>& groups, const Reading& own) {
  html::Bars bars;
  bars.title = fmt::format("{} 年各人群的比例，线为全体公民", own.year);
  bars.reference = own.value;
  bars.reference_label = "全体 " + percent(own.value);
  html::SimpleTable table;
  table.caption = "各人群与全体公民的差距";
  table.columns = {{"人群"},
                   {"比例", html::Column::Kind::number},
                   {"误差范围"},
                   {"与全体相差", html::Column::Kind::number},
                   {"能否判断"}};
  for (const auto* r : groups) {
    bars.bars.push_back(
        {r->group, r->value, r->low, r->high, r->sample ? fmt::format("n={}", *r->sample) : ""});
    // A group is part of all citizens, so the two errors are not independent: only its own is used, which is
    // the larger.
    std::string why = "缺少误差范围，不能判断高低。";
    if (r->low) {
      why = *r->low > own.value    ? "超出误差范围，确实较高。"
            : *r->high < own.value ? "超出误差范围，确实较低。"
                                   : "差距在误差范围内，不能判断高低。";
    }
    table.rows.push_back({r->group, percent(r->value), interval(*r),
                          html::with_sign(r->value - own.value, 1) + " 个百分点", why});
  }
  h("{}{}", bars, table);
}

void write_now(Out& h, const TargetStatus* status, const Reading* own, const Trend& trend, int goal_year) {
  if (own == nullptr) {
    h("<p class=\"muted\">还没有登记本县的调查读数。没有读数不等于零，也不能用竞赛答题的成绩代替。</p>");
  } else {
    h("<p class=\"big-target\"><b class=\"num\">{}</b>　{} 年，误差范围 {}{}</p>", percent(own->value),
      own->year, interval(*own), own->sample ? fmt::format("，样本 {} 人", *own->sample) : std::string());
  }
  if (status != nullptr) {
    h("<p class=\"mt\">目标 {}{}</p><p class=\"mt\">{}　{}</p>", text_of(status->effective),
      status->effective.year ? fmt::format("（{} 年）", *status->effective.year) : std::string(),
      html::light(mark_of(status->light), title_of(status->state)), status->why);
  }
  if (trend.value) {
    h("<p class=\"mt\">到 {} 年预计 {}（80% 区间 {}—{}）。{}</p>", goal_year, percent(*trend.value),
      percent(*trend.low), percent(*trend.high),
      status == nullptr || !status->effective.value ? std::string()
      : *meets(status->effective, *trend.low, {})   ? std::string("按此走势可以达到目标。")
      : !*meets(status->effective, *trend.high, {}) ? std::string("按此走势达不到目标。")
                                                    : std::string("按此走势能否达到目标，不能判断。"));
  }
  h("<p class=\"small muted mt\">{}</p>", trend.why);
}

Answer show_literacy(Context& context, IndicatorsEngine& engine, const Typed* typed, int number) {
  const auto readings = engine.store().readings(context.tenant.id);
  const int this_year = context.today().year;
  const auto now = engine.plans().running(context.tenant.id);
  const plan::TargetItem* target = now ? (*now)->plan->headline() : nullptr;
  std::optional<TargetStatus> status;
  int goal_year = this_year;
  if (target != nullptr) {
    const auto book = engine.evaluation().book(context.tenant.id, **now);
    status =
        engine.evaluation().status(context.tenant.id, **now, book.view(*target), readings, context.today());
    goal_year = status->effective.year.value_or((*now)->plan->version.metadata.to);
  }
  const auto trend = trend_to(readings, goal_year);
  const Reading* own = newest(readings, "", "", this_year);
  const auto chart = chart_of(readings, target, status ? &*status : nullptr, trend, goal_year);
  const bool edits = context.actor.may("indicators.edit");
  const auto timeline = timeline_of(context, "literacy");
  form::View view{
      .action = "/indicators/literacy", .csrf = context.csrf, .submit = number > 0 ? "更正" : "登记读数"};
  if (typed != nullptr) {
    view.values = typed->values;
    view.errors = typed->errors;
  }
  view.hidden = {{"number", std::to_string(number)}};
  site::Page page;
  page.title = "公民具备科学素质的比例";
  page.path = {{"公民科学素质", ""}};
  page.note = "来自抽样调查，带误差范围；与竞赛答题无关";
  page.body = [&](Out& h) {
    h(
        "<div class=\"split\"><div>{}</div><aside>{}</aside></div>",
        [&](Out& o) {
          o("{}", html::panel("现在与目标", [&](Out& x) {
              write_now(x, status ? &*status : nullptr, own, trend, goal_year);
              if (chart.measured.size() + chart.goals.size() >= 2) x("{}", chart);
            }));
          o("{}", html::panel("调查读数", [&](Out& x) {
              if (readings.empty()) {
                x("{}", html::EmptyState{"还没有读数", "在右边登记上级公布的或本县组织的抽样调查结果。"});
              } else {
                x("{}", readings_table(readings, edits));
              }
            }));
          if (own == nullptr) return;
          const auto areas = areas_table(readings, *own);
          if (!areas.rows.empty()) {
            o("{}", html::panel("与上级地区比较", [&](Out& x) { x("{}", areas); },
                                {.note = "只有同一年、都有误差范围的才能判断高低"}));
          }
          const auto groups = groups_of(readings, own->year);
          if (!groups.empty())
            o("{}", html::panel("人群之间", [&](Out& x) { write_groups(x, groups, *own); }));
        },
        [&](Out& o) {
          if (edits) {
            o("{}", html::panel(number > 0 ? "更正读数" : "登记读数",
                                [&](Out& x) { reading_form(this_year, number > 0).write(x, view); }));
          }
          if (!timeline.moments.empty()) o("{}", html::panel("过程记录", timeline));
        });
  };
  return site::page(context, std::move(page), typed != nullptr && !typed->errors.empty() ? 422 : 200);
}

Answer enter(Context& context, IndicatorsEngine& engine) {
  const int number = static_cast<int>(base::parse_int(context.field("number")).value_or(0));
  auto in = reading_form(context.today().year, number > 0).check(context.request.form);
  if (in.ok()) {
    auto done = engine.store().enter_reading(context.actor, reading_from(in.values, number));
    if (!done) {
      in.errors.push_back(done.error());
    } else {
      in.errors = *done;
    }
    if (in.ok()) {
      context.say(html::Tone::green, number > 0 ? "已更正，原来的读数保留在过程记录里。" : "读数已登记。");
      return site::redirect("/indicators/literacy");
    }
  }
  const Typed typed{in.values, in.errors};
  return show_literacy(context, engine, &typed, number);
}

Answer show_correction(Context& context, IndicatorsEngine& engine) {
  const auto year = base::parse_int(context.param("year"));
  for (const auto& r : engine.store().readings(context.tenant.id)) {
    if (year && r.year == *year && r.area == context.param("area") && r.group == context.param("group")) {
      const Typed typed{values_of(r), {}};
      return show_literacy(context, engine, &typed, r.number);
    }
  }
  return base::refuse(base::Code::not_found, "indicators.reading",
                      "没有这个读数，请从“公民科学素质”页选择。");
}

}  // namespace

void add_literacy_pages(site::Site& site, IndicatorsEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/indicators/literacy", Access::right, "indicators.read",
            [&](Context& c) { return show_literacy(c, engine, nullptr, 0); }});
  site.add({Method::get, "/indicators/literacy/correct", Access::right, "indicators.edit",
            [&](Context& c) { return show_correction(c, engine); }});
  site.add({Method::post, "/indicators/literacy", Access::right, "indicators.edit",
            [&](Context& c) { return enter(c, engine); }});
  site.add(
      site::MenuItem{"指标", "公民科学素质", "/indicators/literacy", "indicators.read", 303, {}, {}, false});
}

}  // namespace kepu::indicators

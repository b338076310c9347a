#include "engines/indicators/pages/target_parts.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/html/format.h"

namespace kepu::indicators {

using base::Date;
using html::Out;
using site::Context;

base::Result<TargetPage> target_page(Context& context, IndicatorsEngine& engine) {
  const Id id = TRY(context.id("target"));
  auto now = TRY(running(context, engine));
  const auto* item = now.plan->target(id);
  if (item == nullptr || item->dropped) {
    return base::refuse(base::Code::not_found, "indicators.item",
                        "没有这个目标，可能已随新版方案调整。请到“目标进展”页查找。");
  }
  auto book = engine.evaluation().book(context.tenant.id, now);
  TargetPage out{std::move(now), item, std::move(book), {}, {}};
  out.view = out.book.view(*item);
  out.status = engine.evaluation().status(context.tenant.id, out.running, out.view,
                                          engine.store().readings(context.tenant.id), context.today());
  return out;
}

std::string state_word(const TargetStatus& s) { return std::string(title_of(s.state)); }

html::SimpleTable years_table(Context& context, IndicatorsEngine& engine, const plan::Running& running,
                              const TargetView& view) {
  html::SimpleTable table;
  table.caption = "各年的数与目标";
  table.columns = {{"年份"},
                   {"当时的目标"},
                   {"里程碑", html::Column::Kind::number},
                   {"数", html::Column::Kind::number},
                   {"判断"}};
  const auto& metadata = running.plan->version.metadata;
  const auto readings = engine.store().readings(context.tenant.id);
  const Date today = context.today();
  for (int year = metadata.from; year != 0 && year <= std::min(metadata.to, today.year); ++year) {
    const Date day = std::min(Date{year, 12, 31}, today);
    const auto s = engine.evaluation().status(context.tenant.id, running, view, readings, day);
    std::string judged = state_word(s);
    if (s.milestone_met) judged += *s.milestone_met ? "　里程碑已达到" : "　里程碑未达到";
    table.rows.push_back(
        {year == today.year ? fmt::format("{} 年（截至今日）", year) : fmt::format("{} 年", year),
         text_of(s.effective), shown(s.milestone, s.effective.unit), shown(s.value, s.effective.unit),
         judged});
  }
  return table;
}

html::SimpleTable changes_table(const std::vector<ChangeRequest>& changes, std::string_view unit) {
  html::SimpleTable table;
  table.caption = "目标调整";
  table.columns = {{"生效"}, {"原目标"}, {"调整为"}, {"理由与依据"}, {"提出"}, {"审批"}};
  const auto text = [&](std::optional<double> value, std::optional<int> year) {
    return (value ? shown(value, unit) : std::string("留空")) + (year ? fmt::format("（{} 年）", *year) : "");
  };
  for (auto c = changes.rbegin(); c != changes.rend(); ++c) {
    std::string decided(title_of(c->state));
    if (c->decided_at != 0) {
      decided += fmt::format("　{}　{}", c->decided_by, base::to_local(c->decided_at));
      if (!c->note.empty()) decided += "：" + c->note;
    }
    table.rows.push_back({base::to_iso(c->from), text(c->old_value, c->old_year), text(c->value, c->year),
                          c->reason + "（" + c->basis + "）",
                          fmt::format("{}　{}", c->asked_by, base::to_local(c->asked_at)), decided});
  }
  return table;
}

Totals totals_of(const std::vector<TargetStatus>& statuses) {
  Totals out;
  for (const auto& s : statuses) {
    switch (s.state) {
      case TargetState::reached:
        ++out.reached;
        break;
      case TargetState::on_the_way:
      case TargetState::not_due:
        ++out.on_the_way;
        break;
      case TargetState::behind:
        ++out.behind;
        break;
      case TargetState::failed:
        ++out.failed;
        break;
      case TargetState::missing:
        ++out.missing;
        break;
      case TargetState::unbound:
        ++out.unbound;
        break;
      case TargetState::undecided:
        ++out.undecided;
        break;
    }
  }
  return out;
}

namespace {

void write_figure(Out& h, const TargetStatus& s, const std::string& url) {
  h("<p class=\"big-target\"><b class=\"num\">{}</b>　目标 {}</p>", shown(s.value, s.effective.unit),
    text_of(s.effective));
  const double share = s.share.value_or(0) * 100;
  if (s.share) h("<div class=\"mt\">{}</div>", html::progress(share, -1, mark_of(s.light)));
  h("<p class=\"mt\">{}　{}</p>", html::light(mark_of(s.light), title_of(s.state)), s.why);
  if (s.milestone) {
    h("<p class=\"small mt\">本年里程碑 {}：{}</p>", shown(s.milestone, s.effective.unit),
      s.milestone_met ? (*s.milestone_met ? "已达到" : "未达到") : "还不能判断");
  }
  if (!s.metric_title.empty()) {
    h("<p class=\"small mt\">数来自<a href=\"{}\">{}</a>{}</p>", html::Url{url}, s.metric_title,
      s.value_to.year == 0 ? std::string()
                           : fmt::format("，{} 至 {}", base::to_iso(s.value_from), base::to_iso(s.value_to)));
  }
}

std::string source_url(const TargetStatus& s) {
  if (s.metric.empty()) return "/indicators/literacy";
  return fmt::format("{}?from={}&to={}", metric_url(s.metric, "records"), base::to_iso(s.value_from),
                     base::to_iso(s.value_to));
}

void write_outlook(Out& h, IndicatorsEngine& engine, Context& context, const plan::Running& running,
                   const TargetView& view, const TargetStatus& s) {
  if (view.binding == nullptr || view.item->headline || s.state == TargetState::reached) return;
  const auto frame = engine.evaluation().frame_of(running, view, context.today());
  const auto o = outlook(s.effective, {s.value, {}, {}, false, ""}, frame);
  if (o.value) {
    h("<p class=\"small mt\">按现在的速度，到 {} 约为 {}，{}。{}</p>",
      base::to_chinese(deadline_of(s.effective, frame)), shown(std::round(*o.value), s.effective.unit),
      o.meets && *o.meets ? "可以达到" : "达不到", o.why);
  } else {
    h("<p class=\"small muted mt\">{}</p>", o.why);
  }
}

}  // namespace

void write_target_panels(Context& context, IndicatorsEngine& engine, const plan::Running& running,
                         const plan::TargetItem& target, Out& h) {
  if (!context.actor.may("indicators.read") || target.kind == plan::QuantityKind::baseline) return;
  const auto book = engine.evaluation().book(context.tenant.id, running);
  const auto view = book.view(target);
  const auto s = engine.evaluation().status(context.tenant.id, running, view,
                                            engine.store().readings(context.tenant.id), context.today());
  const auto& changes = book.changes(view.subject);
  h("{}",
    html::panel("目标进展",
                [&](Out& o) {
                  write_figure(o, s, source_url(s));
                  write_outlook(o, engine, context, running, view, s);
                  o("<details class=\"mt\"><summary>判断规则</summary><p class=\"small\">{}</p></details>",
                    kRule);
                  if (view.binding != nullptr || target.headline) {
                    o("{}", years_table(context, engine, running, view));
                  }
                },
                {.note = view.waiting != nullptr ? "有一项调整待审批" : "",
                 .more = {"绑定与调整", binding_url(target.id)}}));
  if (!changes.empty()) {
    h("{}", html::panel("目标调整", [&](Out& o) { o("{}", changes_table(changes, target.unit)); },
                        {.note = "原目标保留；已过去的年度按当时的目标评价"}));
  }
}

// On a task: what its targets have reached by the figures bound to them, beside what its units report.
void write_task_panels(Context& context, IndicatorsEngine& engine, const plan::Running& running,
                       const plan::TaskItem& task, Out& h) {
  if (!context.actor.may("indicators.read")) return;
  std::vector<const plan::TargetItem*> targets;
  for (const auto& t : running.plan->targets) {
    if (t.task == task.id && !t.dropped && t.kind != plan::QuantityKind::baseline) targets.push_back(&t);
  }
  if (targets.empty()) return;
  html::SimpleTable table{
      "目标进展", {{"目标"}, {"现在的数", html::Column::Kind::number}, {"判断"}, {"数从哪里来"}}, {}};
  for (const auto& s : engine.evaluation().statuses(context.tenant.id, running, context.today())) {
    const auto at =
        std::find_if(targets.begin(), targets.end(), [&](const auto* t) { return t->id == s.target; });
    if (at == targets.end() || s.state == TargetState::unbound) continue;
    table.rows.push_back(
        {[id = s.target, text = (*at)->text, goal = text_of(s.effective)](Out& x) {
           x("<a href=\"{}\">{}</a>　<span class=\"muted small\">目标 {}</span>", html::Url{target_url(id)},
             text, goal);
         },
         [s](Out& x) {
           x("<a href=\"{}\">{}</a>", html::Url{source_url(s)}, shown(s.value, s.effective.unit));
         },
         [s](Out& x) {
           x("{}　<span class=\"small\">{}</span>", html::light(mark_of(s.light), title_of(s.state)), s.why);
         },
         s.metric_title.empty() ? std::string("公民科学素质读数")
                                : fmt::format("{}，{} 至 {}", s.metric_title, base::to_iso(s.value_from),
                                              base::to_iso(s.value_to))});
  }
  if (table.rows.empty()) return;
  h("{}", html::panel("目标进展", table, {.note = "由平台的业务记录算出，不用填报；点开数看到每一条记录"}));
}

void write_dashboard_panels(Context& context, IndicatorsEngine& engine, const plan::Running& running,
                            Out& h) {
  if (!context.actor.may("indicators.read")) return;
  const auto statuses = engine.evaluation().statuses(context.tenant.id, running, context.today());
  if (statuses.empty()) return;
  const auto t = totals_of(statuses);
  const auto stat = [](const char* name, int count, const char* state, std::string note) {
    return html::Stat{name, std::to_string(count),
                      "个", std::move(note),
                      {},   std::string("/indicators/targets?f.state=") + state};
  };
  html::StatStrip strip;
  strip.label = "量化目标进展";
  strip.stats = {
      stat("已达到", t.reached, "reached", fmt::format("共 {} 个量化目标", statuses.size())),
      stat("推进中", t.on_the_way, "on_the_way", "与时间同步或稍慢"),
      stat("偏慢或未达到", t.behind + t.failed, "slow", fmt::format("其中到期未达到 {} 个", t.failed)),
      stat("缺数据", t.missing, "missing", "已绑定，没有数；不当作零"),
      stat("未绑定", t.unbound, "unbound", "不知道数从哪里来")};
  if (t.undecided > 0) {
    strip.stats.push_back(stat("不能判断", t.undecided, "undecided", "误差范围跨过目标，或缺误差范围"));
  }
  std::vector<const TargetStatus*> changed;
  for (const auto& s : statuses) {
    if (!s.effective.changes.empty()) changed.push_back(&s);
  }
  h("{}", html::panel("量化目标进展",
                      [&](Out& o) {
                        o("{}", strip);
                        for (const auto* s : changed) {
                          o("<p class=\"small mt\">目标已调整：<a href=\"{}\">{}</a></p>",
                            html::Url{target_url(s->target)}, text_of(s->effective));
                        }
                      },
                      {.note = fmt::format("截至 {}", base::to_iso(context.today())),
                       .more = {"全部目标", "/indicators/targets"}}));
}

}  // namespace kepu::indicators

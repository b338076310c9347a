// The figures of a briefing as they are at this moment, from the public faces of other engines.
#include <algorithm>

#include "core/base/text.h"
#include "engines/meetings/pages/desk.h"

namespace kepu::meetings {
namespace {

constexpr std::size_t kMostLines = 30;  // of a list within the paper; the rest is counted

std::string number_text(double value, int decimals) {
  std::string digits = fmt::format("{:.{}f}", value, decimals);
  return digits == "-0" ? "0" : digits;
}

std::string value_text(const metric::Metric& m, double value) {
  return number_text(value, m.decimals) + (m.unit == "%" ? "" : " ") + m.unit;
}

void add_progress(std::vector<Figure>& out, Context& context, MeetingsEngine& engine) {
  const std::string section = "总体进展", late_section = "滞后和需要关注的任务";
  const auto now = engine.plans().running(context.tenant.id);
  if (!now) {
    out.push_back({section, "实施方案", "", "还没有采纳方案", "", "/plans"});
    return;
  }
  const auto& running = **now;
  const auto tasks = running.plan->living_tasks();
  const auto& standing = engine.extensions().standing;
  const auto standings = standing ? standing(context, running) : std::map<Id, plan::Standing>{};
  const std::string source =
      fmt::format("方案《{}》第 {} 版任务状态，{}，任务 {} 项", running.plan->version.metadata.title,
                  running.plan->version.number, base::to_iso(context.today()), tasks.size());
  out.push_back({section, "方案任务", fmt::format("{} 项", tasks.size()), "", source, "/tasks"});
  const std::pair<plan::Light, std::pair<const char*, const char*>> lights[] = {
      {plan::Light::done, {"已完成", "done"}},
      {plan::Light::ok, {"正常推进", "ok"}},
      {plan::Light::watch, {"需要关注", "watch"}},
      {plan::Light::late, {"滞后", "late"}},
      {plan::Light::idle, {"未到期", "idle"}}};
  for (const auto& [light, words] : lights) {
    const auto n = std::count_if(tasks.begin(), tasks.end(), [&, l = light](const auto* t) {
      const auto at = standings.find(t->id);
      return at != standings.end() && at->second.light == l;
    });
    out.push_back({section, words.first, fmt::format("{} 项", n), "", source,
                   fmt::format("/tasks?f.light={}", words.second)});
  }
  const auto untold =
      std::count_if(tasks.begin(), tasks.end(), [&](const auto* t) { return standings.count(t->id) == 0; });
  if (untold > 0)
    out.push_back({section, "没有填报、不能判断", fmt::format("{} 项", untold), "", source, "/tasks"});
  std::size_t lines = 0, more = 0;
  for (const auto wanted : {plan::Light::late, plan::Light::watch}) {
    for (const auto* t : tasks) {
      const auto at = standings.find(t->id);
      if (at == standings.end() || at->second.light != wanted) continue;
      if (++lines > kMostLines) {
        ++more;
        continue;
      }
      const auto* lead = running.lead_of(t->id);
      out.push_back(
          {late_section, t->code + "　" + t->title, at->second.word,
           (lead == nullptr ? std::string() : running.short_unit_name(lead->unit) + "；") + at->second.why,
           source, fmt::format("/tasks/{}", t->id)});
    }
  }
  if (more > 0)
    out.push_back({late_section, "其余", fmt::format("{} 项", more), "见任务清单", source, "/tasks"});
}

void add_metrics(std::vector<Figure>& out, Context& context, MeetingsEngine& engine,
                 const std::vector<std::string>& ids) {
  const Date today = context.today();
  for (const auto& id : ids) {
    const auto m = engine.catalog().find(context.tenant.id, id);
    if (!m) {
      out.push_back({"主要指标", id, "", "指标目录里已没有这个指标", "", "/indicators"});
      continue;
    }
    metric::Question q;
    q.tenant = context.tenant.id;
    q.metric = id;
    q.from = {today.year, 1, 1};
    q.to = today;
    const auto answer = engine.catalog().answer(q);
    Figure f{"主要指标", m->title, "", "", "", "/indicators/" + id};
    const std::string days = m->nature == metric::Nature::stock
                                 ? "截至 " + base::to_iso(today)
                                 : base::to_iso(q.from) + " 至 " + base::to_iso(today);
    if (answer) {
      if (answer->value) f.value = value_text(*m, *answer->value);
      f.note = answer->why;
      f.source = fmt::format("指标 {}，{}，记录 {} 条；口径：{}", id, days, answer->records, m->definition);
    } else {
      f.note = answer.error().message;
    }
    out.push_back(std::move(f));
  }
}

void add_decisions(std::vector<Figure>& out, Context& context, MeetingsEngine& engine) {
  const std::string section = "议定事项落实";
  const Date today = context.today();
  const auto units = context.app.directory.units(context.tenant.id);
  DecisionQuery query;
  query.open_only = true;
  query.order_by = "due";
  query.limit = 500;
  const auto open = engine.store().decisions(context.tenant.id, query);
  const auto late = std::count_if(open.decisions.begin(), open.decisions.end(),
                                  [&](const Decision& d) { return is_late(d, today); });
  const std::string source =
      fmt::format("议定事项清单，{}，未办结记录 {} 条", base::to_iso(today), open.total);
  out.push_back(
      {section, "未办结", fmt::format("{} 项", open.total), "", source, "/decisions?f.state=undone"});
  out.push_back({section, "其中逾期未报", fmt::format("{} 项", late), "", source, "/decisions?f.state=late"});
  for (const auto& d : open.decisions) {
    if (!is_late(d, today)) continue;
    out.push_back({section, d.number + "　" + base::shorten(d.what, 60),
                   fmt::format("逾期 {} 天", base::to_days(today) - base::to_days(d.due)),
                   unit_name(*units, d.unit) + "，期限 " + base::to_iso(d.due), source, decision_url(d.id)});
  }
}

}  // namespace

std::vector<std::string> usual_metrics(Context& context, MeetingsEngine& engine) {
  std::vector<std::string> out;
  for (const auto* id :
       {"reports.on_time", "evidence.count", "inspection.open", "inspection.rectified_on_time",
        "meetings.held", "meetings.decisions_on_time", "meetings.duties_proven"}) {
    if (engine.catalog().find(context.tenant.id, id)) out.emplace_back(id);
  }
  return out;
}

std::vector<Figure> live_figures(Context& context, MeetingsEngine& engine, const Briefing& b) {
  std::vector<Figure> out;
  add_progress(out, context, engine);
  add_metrics(out, context, engine, b.metrics);
  add_decisions(out, context, engine);
  return out;
}

}  // namespace kepu::meetings

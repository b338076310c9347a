// 年度工作计划: who has one, and the county's paper made of all that are
// approved.
#include <algorithm>

#include "core/base/text.h"
#include "core/doc/word.h"
#include "core/file/office.h"
#include "engines/reports/pages/year_plan_desk.h"
#include "engines/reports/report_rows.h"

namespace kepu::reports {

using base::Code;
using base::refuse;
using html::Out;
using site::Answer;
using site::Context;

std::string url_of(int year, Id unit) { return fmt::format("/year-plans/{}/{}", year, unit); }

base::Result<int> year_of(const Context& context, std::string_view text, const plan::Running& now) {
  const auto& period = now.plan->version.metadata;
  const auto year = text.empty() ? std::optional<std::int64_t>(context.today().year) : base::parse_int(text);
  if (year && *year >= 2000 && *year <= 2100 &&
      (period.from == 0 || (period.from <= *year && *year <= period.to)))
    return static_cast<int>(*year);
  if (text.empty() && period.from != 0) return std::clamp(context.today().year, period.from, period.to);
  return refuse(Code::not_found, "year.not_found",
                fmt::format("运行中的方案是 {}—{} 年，没有这一年的工作计划。", period.from, period.to));
}

html::Light light_of(const YearPlan* plan) {
  if (plan == nullptr || plan->state == State::draft) return html::Light::idle;
  return plan->state == State::accepted    ? html::Light::done
         : plan->state == State::submitted ? html::Light::ok
                                           : html::Light::watch;
}

namespace {

// ---------------------------------------------------------------- all units of a year

struct Row {
  Id unit = 0;
  std::string name;
  int tasks = 0;
  std::optional<YearPlan> plan;
};

std::string word_of(const Row& r) {
  return r.plan ? std::string(year_plan_title(r.plan->state)) : std::string("未编报");
}

Answer list_plans(Context& context, ReportsEngine& engine) {
  const auto now = TRY(engine.plans().running(context.tenant.id));
  const int year = TRY(year_of(context, context.param("f.year"), *now));
  if (context.param("f.year").empty()) {
    http::Pairs query = context.request.query;
    std::erase_if(query, [](const auto& pair) { return pair.first == "f.year"; });
    query.emplace_back("f.year", std::to_string(year));
    return site::redirect("/year-plans?" + http::build_query(query));
  }
  const auto mine = context.actor.units_of("report.read");
  std::map<Id, Row> by_unit;
  for (const auto& a : *now->assignments) {
    if (mine && !std::binary_search(mine->begin(), mine->end(), a.unit)) continue;
    if (now->units->find(a.unit) == nullptr || by_unit.count(a.unit) != 0) continue;
    const auto tasks = static_cast<int>(tasks_of_year(*now, a.unit, year).size());
    if (tasks > 0) by_unit[a.unit] = {a.unit, now->unit_name(a.unit), tasks, std::nullopt};
  }
  for (auto& p : engine.year_plans().all(context.tenant.id, year)) {
    const auto at = by_unit.find(p.unit);
    if (at != by_unit.end()) at->second.plan = std::move(p);
  }
  std::vector<Row> rows;
  int approved = 0;
  for (auto& [unit, row] : by_unit) {
    approved += row.plan && row.plan->state == State::accepted ? 1 : 0;
    rows.push_back(std::move(row));
  }
  std::vector<std::pair<std::string, std::string>> years;
  const auto& period = now->plan->version.metadata;
  for (int y = period.from; y != 0 && y <= period.to; ++y)
    years.emplace_back(std::to_string(y), fmt::format("{}年", y));
  const auto table =
      table::Table<Row>({.id = "year-plans",
                         .caption = "年度工作计划",
                         .search_hint = "单位名称",
                         .default_sort = "state",
                         .unit = "个单位"})
          .column({.key = "unit", .title = "单位", .width = 26},
                  [year](const Row& r) { return table::link(r.name, url_of(year, r.unit)); })
          .column({.key = "tasks", .title = "本年任务", .number = true},
                  [](const Row& r) { return table::count(r.tasks); })
          .column(
              {.key = "state", .title = "状态"},
              [](const Row& r) { return table::status(light_of(r.plan ? &*r.plan : nullptr), word_of(r)); })
          .column({.key = "submitted", .title = "报送"},
                  [](const Row& r) {
                    return r.plan && r.plan->submitted_at != 0
                               ? table::date(base::date_of(r.plan->submitted_at))
                               : table::missing();
                  })
          .column({.key = "decided", .title = "审批", .hide_on_phone = true},
                  [](const Row& r) {
                    return r.plan && r.plan->decided_at != 0 ? table::date(base::date_of(r.plan->decided_at))
                                                             : table::missing();
                  })
          .filter({.key = "year", .title = "年度", .options = years})
          .filter({.key = "state",
                   .title = "状态",
                   .options = {{"未编报", "未编报"},
                               {"草稿", "草稿"},
                               {"待审批", "待审批"},
                               {"已退回", "已退回"},
                               {"已批准", "已批准"}}},
                  [](const Row& r, std::string_view v) { return word_of(r) == v; });
  site::Page page;
  page.title = fmt::format("{}年度工作计划", year);
  page.path = {{"年度计划", ""}};
  page.note =
      fmt::format("{} 个单位应编报，{} 个已批准；由方案分给各单位的任务逐项生成", rows.size(), approved);
  const bool own =
      std::any_of(rows.begin(), rows.end(), [&](const Row& r) { return r.unit == context.actor.unit; });
  page.actions = [&, year](Out& h) {
    if (own && context.actor.may("report.edit", context.actor.unit))
      h("{}", html::button_link("本单位计划", url_of(year, context.actor.unit), "edit", html::Look::primary));
    if (!mine)
      h("{}", html::button_link("汇总 Word", fmt::format("/year-plans/{}/paper", year), "file-type-doc"));
  };
  return site::list(context, table, table.in_memory(rows), std::move(page),
                    {.file_name = fmt::format("{}年度工作计划编报情况", year),
                     .subject = fmt::format("year_plan:{}", year),
                     .empty_hint = "方案没有把这一年的任务分给任何单位。"});
}

// The county's paper: every task of the year under its initiative, with the measures of each unit whose plan
// is approved; what is missing is said to be missing.
Answer paper(Context& context, ReportsEngine& engine) {
  const auto now = TRY(engine.plans().running(context.tenant.id));
  const int year = TRY(year_of(context, context.variable("year"), *now));
  TRY(context.require("report.read"));
  std::map<Id, std::vector<std::pair<Id, YearItem>>> by_task;
  for (const auto& p : engine.year_plans().with_items(context.tenant.id, year)) {
    if (p.state != State::accepted) continue;
    for (const auto& item : derived(*now, p.unit, year, p.items))
      by_task[item.task].emplace_back(p.unit, item);
  }
  doc::Paper out;
  out.paragraph(doc::Style::title, fmt::format("{}{}年全民科学素质工作计划", context.tenant.name, year));
  out.paragraph(doc::Style::body,
                fmt::format("依据《{}》，将本年任务分解如下。各项措施取自各单位已批准的年度工作计划。",
                            now->plan->version.metadata.title));
  int number = 0;
  for (const auto* initiative : now->plan->living_initiatives()) {
    out.paragraph(doc::Style::heading1,
                  fmt::format("{}、{}", base::chinese_numeral(++number), initiative->title));
    for (const auto& task : initiative->tasks) {
      const auto span = plan::span_of(*now->plan, task);
      if (task.dropped || (span && (year < span->first.year || span->last.year < year))) continue;
      const std::string head = task.code + " " + task.title + "。";
      std::string text = head;
      for (const auto* a : now->of_task(task.id)) {
        const auto& items = by_task[task.id];
        const auto at =
            std::find_if(items.begin(), items.end(), [&](const auto& i) { return i.first == a->unit; });
        if (a->role != plan::Role::lead && at == items.end()) continue;
        text += fmt::format("{}（{}）：", now->unit_name(a->unit), plan::title_of(a->role));
        if (at == items.end()) {
          text += "年度计划尚未批准。";
        } else if (at->second.skipped) {
          text += "本年不安排，" + at->second.reason + "。";
        } else {
          text += fmt::format("{}（{} 至 {}）。", at->second.measures, iso(at->second.start),
                              iso(at->second.due));
        }
      }
      out.lead_in(text, base::length(head));
    }
  }
  out.paragraph(doc::Style::signature, base::to_chinese(context.today()));
  context.log("year_plan.export", fmt::format("year_plan:{}", year),
              fmt::format("导出{}年工作计划 Word", year));
  return http::attachment_bytes(
      out.docx(), fmt::format("{}{}年全民科学素质工作计划.docx", context.tenant.name, year), file::kWord);
}

}  // namespace

void add_year_plan_pages(site::Site& site, ReportsEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/year-plans", Access::right, "report.read",
            [&](Context& c) { return list_plans(c, engine); }});
  site.add({Method::get, "/year-plans/{year}/paper", Access::right, "report.read",
            [&](Context& c) { return paper(c, engine); }});
  add_year_plan_form_pages(site, engine);
  site.add(site::MenuItem{"填报", "年度计划", "/year-plans", "report.read", 153, "", {}, false});
}

}  // namespace kepu::reports

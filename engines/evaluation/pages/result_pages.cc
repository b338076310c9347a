// What a round comes to: tasks with their evidence and the county's judgement, targets, what is missing, the
// report.
#include <algorithm>

#include "core/base/text.h"
#include "engines/evaluation/pages/desk.h"

namespace kepu::evaluation {

using base::Code;
using base::refuse;

namespace {

struct Results {
  Round round;
  Snapshot snapshot;
};

// The results of a round that runs are the office's and the leaders'; frozen, everybody's who may see it.
base::Result<Results> results_of(Context& context, EvaluationEngine& engine) {
  Results out;
  out.round = TRY(round_of(context, engine));
  if (out.round.state != State::frozen && !sees_all(context.actor))
    return refuse(Code::not_found, "evaluation.not_found", "这一轮评估还没有定稿，结果定稿后公布。");
  out.snapshot = TRY(snapshot_of(context, engine, out.round));
  return out;
}

site::Page frame(const Results& r, const std::string& title) {
  site::Page page;
  page.title = title;
  page.path = {{"评估", "/evaluations"}, {r.round.title, round_url(r.round.id)}, {title, ""}};
  page.note = r.round.state == State::frozen
                  ? "定稿于 " + base::to_local(r.round.frozen_at) + "，不再变动"
                  : "截至 " + base::to_iso(r.snapshot.day) + "；数字和结论随记录变化，定稿后不再变";
  return page;
}

std::int64_t proofs_in(const TaskResult& t) {
  auto n = static_cast<std::int64_t>(t.proofs.size());
  for (const auto& u : t.words) {
    if (u.counts) n += static_cast<std::int64_t>(references_of(u.evidence).size());
  }
  return n;
}

// ---------------------------------------------------------------- tasks

PageAnswer list_tasks(Context& context, EvaluationEngine& engine) {
  const Results r = TRY(results_of(context, engine));
  std::vector<std::pair<std::string, std::string>> initiatives;
  for (const auto& t : r.snapshot.tasks) {
    if (initiatives.empty() || initiatives.back().first != t.initiative)
      initiatives.emplace_back(t.initiative, t.initiative);
  }
  const std::vector<std::pair<std::string, std::string>> words = {
      {"done", "已完成"}, {"partly", "部分完成"}, {"not_done", "未完成"}, {"none", "缺"}};
  const Id round = r.round.id;
  table::Table<TaskResult> table(
      {.id = "results", .caption = "任务完成情况", .search_hint = "任务、单位、理由", .unit = "项"});
  table
      .column({.key = "code", .title = "编号", .width = 10},
              [](const TaskResult& t) { return table::text(t.code); })
      .column({.key = "title", .title = "任务", .full_on_phone = true, .width = 36},
              [round](const TaskResult& t) {
                return table::link(t.title, round_url(round, fmt::format("tasks/{}", t.task)));
              })
      .column({.key = "final", .title = "结论"},
              [](const TaskResult& t) { return table::status(light_of(t.final_), word_of(t.final_)); })
      .column({.key = "self", .title = "自查"},
              [](const TaskResult& t) { return table::status(light_of(t.self), word_of(t.self)); })
      .column({.key = "platform", .title = "平台状态", .hide_on_phone = true},
              [](const TaskResult& t) {
                return t.platform.empty() ? table::missing()
                                          : table::status(light_named(t.light), t.platform);
              })
      .column({.key = "proofs", .title = "佐证", .number = true},
              [](const TaskResult& t) { return table::count(proofs_in(t)); })
      .column({.key = "lead", .title = "牵头单位", .hide_on_phone = true, .width = 22},
              [](const TaskResult& t) { return table::text(base::join(t.leads, "、")); })
      .column({.key = "silent", .title = "没有提交自查", .hide_on_phone = true, .width = 22},
              [](const TaskResult& t) { return table::text(base::join(t.silent, "、")); })
      .column({.key = "initiative", .title = "行动／工程", .export_only = true, .width = 30},
              [](const TaskResult& t) { return table::text(t.initiative); })
      .column({.key = "reason", .title = "研判理由", .export_only = true, .width = 40},
              [](const TaskResult& t) { return table::text(t.reason); })
      .filter({.key = "final", .title = "结论", .options = words},
              [](const TaskResult& t, std::string_view v) { return to_text(t.final_) == v; })
      .filter({.key = "self", .title = "自查", .options = words},
              [](const TaskResult& t, std::string_view v) { return to_text(t.self) == v; })
      .filter({.key = "judged",
               .title = "研判",
               .options = {{"same", "与自查一致"}, {"differs", "与自查不同"}, {"open", "未研判"}}},
              [](const TaskResult& t, std::string_view v) {
                if (!t.judged) return v == "open";
                return v == (t.final_ == t.self ? "same" : "differs");
              })
      .filter({.key = "initiative", .title = "行动／工程", .options = initiatives},
              [](const TaskResult& t, std::string_view v) { return t.initiative == v; });
  auto page = frame(r, "任务完成情况");
  page.landscape = true;
  return site::list(context, table, table.in_memory(r.snapshot.tasks), std::move(page),
                    {.file_name = "任务完成情况",
                     .subject = fmt::format("evaluation:{}", round),
                     .empty_hint = "方案没有任务。"});
}

const form::Form& judge_form() {
  static const form::Form kForm(
      {{.name = "completion",
        .label = "结论",
        .kind = form::Kind::radio,
        .required = true,
        .options = {{"done", "已完成"}, {"partly", "部分完成"}, {"not_done", "未完成"}}},
       {.name = "reason",
        .label = "理由",
        .kind = form::Kind::long_text,
        .hint = "与自查不同的，必须写明理由和依据",
        .max_length = 1000,
        .rows = 3}});
  return kForm;
}

void write_word(Out& h, const UnitWord& u) {
  h("<h3>{}　<span class=\"muted small\">{}</span></h3>", u.unit, u.lead ? "牵头" : "责任");
  if (!u.counts) {
    h("<p class=\"muted\">没有提交自查。</p>");
    return;
  }
  h("<p>{}</p>", html::light(light_of(u.said), title_of(u.said)));
  write_paragraphs(h, u.words);
  const auto references = references_of(u.evidence);
  if (references.empty()) return;
  h("<ul class=\"plain\">{}</ul>", [&](Out& o) {
    for (const auto& e : references) {
      if (e.url.empty()) {
        o("<li>{}</li>", e.words);
      } else {
        o("<li><a href=\"{}\">{}</a></li>", html::Url{e.url}, e.words);
      }
    }
  });
}

void write_targets(Out& h, const std::vector<const TargetResult*>& targets) {
  html::SimpleTable table;
  table.caption = "目标";
  table.columns = {{"目标"}, {"基数"}, {"要求"}, {"实际"}, {"状态"}, {"来源或缺什么"}};
  for (const auto* t : targets) {
    table.rows.push_back({[t](Out& o) {
                            o("<a href=\"{}\">{}</a>", html::Url{t->url},
                              base::shorten(base::squeeze(t->text), 60));
                          },
                          t->baseline.empty() ? std::string("—") : t->baseline, t->goal,
                          [t](Out& o) {
                            if (t->value.empty()) return o("{}", html::tag("缺", html::Tone::amber));
                            o("<b>{}</b>", t->value);
                          },
                          [t](Out& o) { o("{}", html::light(light_named(t->light), t->state)); },
                          t->source.empty() ? t->why : t->source});
  }
  h("{}", table);
}

PageAnswer task_page(Context& context, EvaluationEngine& engine, const Typed& typed) {
  const Results r = TRY(results_of(context, engine));
  const Id id = TRY(context.id("task"));
  const auto at = std::find_if(r.snapshot.tasks.begin(), r.snapshot.tasks.end(),
                               [&](const TaskResult& t) { return t.task == id; });
  if (at == r.snapshot.tasks.end())
    return refuse(Code::not_found, "evaluation.not_found", "这一轮评估没有这项任务。");
  const TaskResult& t = *at;
  auto page = frame(r, t.code + "　" + t.title);
  page.path = {{"评估", "/evaluations"},
               {r.round.title, round_url(r.round.id)},
               {"任务完成情况", round_url(r.round.id, "tasks")},
               {t.code, ""}};
  page.body = [&](Out& h) {
    html::Definitions facts;
    facts.items.emplace_back("结论",
                             [&t](Out& o) { o("{}", html::light(light_of(t.final_), word_of(t.final_))); });
    facts.items.emplace_back("自查", [&t](Out& o) {
      o("{}{}", html::light(light_of(t.self), word_of(t.self)),
        t.silent.empty() ? "" : "　没有提交：" + base::join(t.silent, "、"));
    });
    if (t.judged) facts.items.emplace_back("研判", t.judged_by + (t.reason.empty() ? "" : "：" + t.reason));
    facts.items.emplace_back("平台状态", [&t](Out& o) {
      if (t.platform.empty()) return o("没有填报，不能判断");
      o("{}　{}", html::light(light_named(t.light), t.platform), t.source);
    });
    facts.items.emplace_back("方案要求", t.body.empty() ? std::string("—") : t.body);
    h("{}", html::panel(t.initiative, facts));
    if (context.actor.may(kManage) && after(r.round.state, Action::judge)) {
      const auto judged = engine.store().judgements(context.tenant.id, r.round.id);
      const auto now = judged.find(t.task);
      form::Values stored;
      const Completion proposal = t.final_;
      if (proposal != Completion::none) stored.set("completion", std::string(to_text(proposal)));
      stored.set("reason", t.reason);
      auto view =
          view_of(context, round_url(r.round.id, fmt::format("tasks/{}", t.task)), "保存研判", typed, stored);
      view.hidden = {{"revision", std::to_string(now == judged.end() ? 0 : now->second.revision)}};
      h("{}", html::panel("县级研判", [&](Out& o) { judge_form().write(o, view); }));
    }
    h("{}", html::panel("各单位自查", [&](Out& o) {
        if (t.words.empty()) o("<p class=\"muted\">没有单位承担这项任务。</p>");
        for (const auto& u : t.words) write_word(o, u);
      }));
    if (!t.proofs.empty()) {
      html::Files files;
      for (const auto& p : t.proofs) files.files.push_back({p.title, p.url, ""});
      h("{}", html::panel("佐证清单", files, {.note = fmt::format("佐证库 {} 件", t.proofs.size())}));
    }
    std::vector<const TargetResult*> targets;
    for (const auto& g : r.snapshot.targets) {
      if (g.code == t.code) targets.push_back(&g);
    }
    if (!targets.empty()) h("{}", html::panel("目标", [&](Out& o) { write_targets(o, targets); }));
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer judge(Context& context, EvaluationEngine& engine) {
  const Results r = TRY(results_of(context, engine));
  const Id id = TRY(context.id("task"));
  auto in = judge_form().check(context.request.form);
  if (in.ok()) {
    Judgement j;
    j.task = id;
    j.completion = parse_completion(in.values.text("completion")).value_or(Completion::none);
    j.reason = in.values.text("reason");
    j.revision = revision_field(context);
    Completion self = Completion::none;
    for (const auto& t : r.snapshot.tasks) {
      if (t.task == id) self = t.self;
    }
    const auto done = engine.store().judge(by(context), r.round.id, j, self);
    if (done) {
      context.say(html::Tone::green, "研判已保存。");
      return site::redirect(round_url(r.round.id, fmt::format("tasks/{}", id)));
    }
    if (!belongs_to_form(done.error())) return tl::unexpected(done.error());
    in.errors.push_back(done.error());
  }
  return task_page(context, engine, {in.values, in.errors});
}

// ---------------------------------------------------------------- targets, what is missing, the report

PageAnswer list_targets(Context& context, EvaluationEngine& engine) {
  const Results r = TRY(results_of(context, engine));
  table::Table<TargetResult> table(
      {.id = "targets", .caption = "目标完成情况", .search_hint = "目标、编号", .unit = "个"});
  table
      .column(
          {.key = "text", .title = "目标", .full_on_phone = true, .width = 44},
          [](const TargetResult& t) { return table::link(base::shorten(base::squeeze(t.text), 70), t.url); })
      .column({.key = "code", .title = "任务", .width = 10},
              [](const TargetResult& t) { return table::text(t.code); })
      .column({.key = "baseline", .title = "基数", .hide_on_phone = true},
              [](const TargetResult& t) { return table::text(t.baseline); })
      .column({.key = "goal", .title = "要求"}, [](const TargetResult& t) { return table::text(t.goal); })
      .column({.key = "value", .title = "实际"}, [](const TargetResult& t) { return table::text(t.value); })
      .column({.key = "state", .title = "状态"},
              [](const TargetResult& t) { return table::status(light_named(t.light), t.state); })
      .column({.key = "source", .title = "来源", .sortable = false, .hide_on_phone = true, .width = 40},
              [](const TargetResult& t) { return table::text(t.source); })
      .column({.key = "why", .title = "依据或缺什么", .sortable = false, .export_only = true, .width = 40},
              [](const TargetResult& t) { return table::text(t.why); })
      .filter({.key = "value", .title = "数据", .options = {{"yes", "有数"}, {"no", "缺"}}},
              [](const TargetResult& t, std::string_view v) { return t.value.empty() == (v == "no"); });
  auto page = frame(r, "目标完成情况");
  page.landscape = true;
  return site::list(context, table, table.in_memory(r.snapshot.targets), std::move(page),
                    {.file_name = "目标完成情况",
                     .subject = fmt::format("evaluation:{}", r.round.id),
                     .empty_hint = "方案没有量化目标。"});
}

PageAnswer list_missing(Context& context, EvaluationEngine& engine) {
  const Results r = TRY(results_of(context, engine));
  const auto rows = missing_of(r.snapshot);
  table::Table<Missing> table(
      {.id = "missing", .caption = "缺少的情况和数据", .search_hint = "任务、单位", .unit = "条"});
  table
      .column({.key = "what", .title = "事项", .full_on_phone = true, .width = 50},
              [](const Missing& m) { return table::text(m.what); })
      .column({.key = "who", .title = "谁", .width = 30}, [](const Missing& m) { return table::text(m.who); })
      .column({.key = "why", .title = "缺什么", .width = 40},
              [](const Missing& m) { return table::text(m.why); });
  return site::list(context, table, table.in_memory(rows), frame(r, "缺少的情况和数据"),
                    {.file_name = "缺少的情况和数据",
                     .subject = fmt::format("evaluation:{}", r.round.id),
                     .empty_hint = "没有缺少的情况和数据。"});
}

void write_initiatives(Out& h, const Snapshot& s) {
  html::SimpleTable table;
  table.caption = "各项行动和工程";
  using Kind = html::Column::Kind;
  table.columns = {{"行动／工程"},           {"任务", Kind::number},
                   {"已完成", Kind::number}, {"部分完成", Kind::number},
                   {"未完成", Kind::number}, {"缺结论", Kind::number}};
  std::vector<std::string> order;
  for (const auto& t : s.tasks) {
    if (std::find(order.begin(), order.end(), t.initiative) == order.end()) order.push_back(t.initiative);
  }
  for (const auto& name : order) {
    const auto c = s.counts(name);
    table.rows.push_back({name, std::to_string(c.done + c.partly + c.not_done + c.missing),
                          std::to_string(c.done), std::to_string(c.partly), std::to_string(c.not_done),
                          std::to_string(c.missing)});
  }
  h("{}", table);
}

PageAnswer report(Context& context, EvaluationEngine& engine) {
  const Results r = TRY(results_of(context, engine));
  const auto& s = r.snapshot;
  if (context.as() == "docx") {
    context.log("export.evaluation", fmt::format("evaluation:{}", r.round.id),
                "下载评估报告《" + r.round.title + "》");
    return http::attachment_bytes(report_of(s, r.round.sha256).docx(), r.round.title + "报告.docx",
                                  file::kWord);
  }
  auto page = frame(r, "评估报告");
  page.actions = [&](Out& h) {
    h("{}", html::button_link(r.round.sha256.empty() ? "下载草稿（Word）" : "下载报告（Word）",
                              round_url(r.round.id, "report?as=docx"), "file-type-doc", html::Look::primary));
  };
  const auto missing = missing_of(s);
  page.body = [&](Out& h) {
    const auto c = s.counts();
    h("{}",
      html::Lead{fmt::format(
          "{}对《{}》{}至{}的实施情况开展{}：任务 {} 项，已完成 {}，部分完成 {}，未完成 {}，缺结论 {}。",
          s.county, s.plan, base::to_chinese(s.from), base::to_chinese(s.until), s.kind, s.tasks.size(),
          c.done, c.partly, c.not_done, c.missing)});
    h("{}", html::panel("各项行动和工程", [&](Out& o) { write_initiatives(o, s); },
                        {.more = {"任务完成情况", round_url(r.round.id, "tasks")}}));
    std::vector<const TargetResult*> targets;
    for (const auto& t : s.targets) targets.push_back(&t);
    h("{}", html::panel("目标完成情况", [&](Out& o) {
        if (targets.empty()) return o("<p class=\"muted\">方案没有量化目标。</p>");
        write_targets(o, targets);
      }));
    const auto words = [&](const char* title, const std::string& text) {
      if (!base::trim(text).empty()) h("{}", html::panel(title, [&](Out& o) { write_paragraphs(o, text); }));
    };
    words("主要做法和成效", s.words);
    words("存在的问题", s.problems);
    words("下一步措施", s.measures);
    h("{}", html::panel("缺少的情况和数据", [&](Out& o) {
        if (missing.empty()) return o("<p>没有。</p>");
        o("<p>共 {} 条，<a href=\"{}\">查看全部</a>；报告里写明“缺”，不作零计。</p>", missing.size(),
          html::Url{round_url(r.round.id, "missing")});
      }));
    if (!r.round.sha256.empty()) {
      html::Definitions facts;
      facts.items = {{"定稿", base::to_local(r.round.frozen_at) + "，" + r.round.frozen_by},
                     {"定稿数据校验值", [&r](Out& o) {
                        o("SHA-256 ");
                        for (std::size_t at = 0; at < r.round.sha256.size(); at += 8)
                          o("{}<wbr>", r.round.sha256.substr(at, 8));
                      }}};
      h("{}", html::panel("存档", facts, {.note = "报告只由定稿数据生成，任何时候下载都逐字节相同"}));
    }
  };
  return site::page(context, std::move(page));
}

}  // namespace

void add_result_pages(site::Site& site, EvaluationEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/evaluations/{evaluation}/tasks", Access::right, "evaluation.read",
            [&](Context& c) { return list_tasks(c, engine); }});
  site.add({Method::get, "/evaluations/{evaluation}/tasks/{task}", Access::right, "evaluation.read",
            [&](Context& c) { return task_page(c, engine, {}); }});
  site.add({Method::post, "/evaluations/{evaluation}/tasks/{task}", Access::right, "evaluation.manage",
            [&](Context& c) { return judge(c, engine); }});
  site.add({Method::get, "/evaluations/{evaluation}/targets", Access::right, "evaluation.read",
            [&](Context& c) { return list_targets(c, engine); }});
  site.add({Method::get, "/evaluations/{evaluation}/missing", Access::right, "evaluation.read",
            [&](Context& c) { return list_missing(c, engine); }});
  site.add({Method::get, "/evaluations/{evaluation}/report", Access::right, "evaluation.read",
            [&](Context& c) { return report(c, engine); }});
}

}  // namespace kepu::evaluation

// 评估: the list, setting a round up, one round with where it stands.
#include <algorithm>

#include "core/base/secret.h"
#include "core/base/text.h"
#include "engines/evaluation/pages/desk.h"

namespace kepu::evaluation {

using base::Code;
using base::refuse;

namespace {

PageAnswer list_rounds(Context& context, EvaluationEngine& engine) {
  auto rows = engine.store().rounds(context.tenant.id);
  const bool all = sees_all(context.actor);
  rows.erase(
      std::remove_if(rows.begin(), rows.end(), [&](const Round& r) { return r.opened_at == 0 && !all; }),
      rows.end());
  table::Table<Round> table({.id = "evaluations", .caption = "评估", .search_hint = "名称", .unit = "轮"});
  table
      .column({.key = "title", .title = "评估", .full_on_phone = true, .width = 40},
              [](const Round& r) { return table::link(r.title, round_url(r.id)); })
      .column({.key = "kind", .title = "类型"},
              [](const Round& r) { return table::text(std::string(title_of(r.kind))); })
      .column({.key = "state", .title = "状态"},
              [](const Round& r) { return table::status(light_of(r.state), std::string(title_of(r.state))); })
      .column({.key = "until", .title = "评估到", .width = 12},
              [](const Round& r) { return table::date(r.until); })
      .column({.key = "due", .title = "自查截止", .hide_on_phone = true, .width = 12},
              [](const Round& r) { return table::date(r.due); });
  site::Page page;
  page.title = "评估";
  page.path = {{"评估", ""}};
  page.note = "单位自查、县级研判、定稿出报告；平台已有的进展和数字自动带出";
  page.actions = [&](Out& h) {
    if (context.actor.may(kManage))
      h("{}", html::button_link("组织评估", "/evaluations/new", "plus", html::Look::primary));
  };
  return site::list(context, table, table.in_memory(rows), std::move(page),
                    {.file_name = "评估清单",
                     .subject = "evaluations",
                     .empty_hint = "还没有评估。规划期过半做中期评估，期满做终期评估。"});
}

const form::Form& round_form() {
  static const form::Form kForm(
      {{.name = "title", .label = "名称", .required = true, .max_length = 100},
       {.name = "kind",
        .label = "类型",
        .kind = form::Kind::radio,
        .required = true,
        .options = {{"mid", "中期评估", "看进度、找差距、调目标"},
                    {"final", "终期评估", "定稿后可以编制下一规划期的提纲"}}},
       {.name = "from",
        .label = "评估时段自",
        .kind = form::Kind::date,
        .required = true,
        .short_field = true},
       {.name = "until", .label = "至", .kind = form::Kind::date, .required = true, .short_field = true},
       {.name = "due", .label = "自查截止", .kind = form::Kind::date, .required = true, .short_field = true},
       {.name = "basis", .label = "依据", .hint = "方案或通知的哪一条", .max_length = 200}});
  return kForm;
}

http::Response form_page(Context& context, EvaluationEngine& engine, const Round& r, const Typed& typed) {
  const bool fresh = r.id == 0;
  site::Page page;
  page.title = fresh ? std::string("组织评估") : "修改：" + r.title;
  page.path = {{"评估", "/evaluations"}, {fresh ? "组织" : "修改", ""}};
  page.narrow = true;
  form::Values stored;
  if (!fresh) {
    stored.set("title", r.title);
    stored.set("kind", std::string(to_text(r.kind)));
    stored.set("from", base::to_iso(r.from));
    stored.set("until", base::to_iso(r.until));
    stored.set("due", base::to_iso(r.due));
    stored.set("basis", r.basis);
  } else if (const auto now = engine.parts().plans.running(context.tenant.id)) {
    const auto& m = (*now)->plan->version.metadata;
    if (m.from != 0) stored.set("from", fmt::format("{}-01-01", m.from));
    stored.set("until", base::to_iso(context.today()));
    stored.set("due", base::to_iso(base::from_days(base::to_days(context.today()) + 30)));
    stored.set("title", context.tenant.name + "全民科学素质行动实施方案中期评估");
    stored.set("kind", "mid");
  }
  auto view = view_of(context, fresh ? std::string("/evaluations/new") : round_url(r.id, "edit"), "保存",
                      typed, stored);
  view.cancel_url = fresh ? std::string("/evaluations") : round_url(r.id);
  if (!fresh) view.hidden = {{"revision", std::to_string(r.revision)}};
  page.body = [&](Out& h) {
    h("{}", html::panel("评估安排", [&](Out& o) { round_form().write(o, view); },
                        {.note = "开始自查时按现行方案给每个承担任务的单位生成自查表"}));
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer save(Context& context, EvaluationEngine& engine, const Round& old) {
  auto in = round_form().check(context.request.form);
  if (in.ok()) {
    Round r = old;
    r.title = in.values.text("title");
    r.kind = parse_kind(in.values.text("kind")).value_or(Kind::mid);
    r.from = in.values.date("from").value_or(Date{});
    r.until = in.values.date("until").value_or(Date{});
    r.due = in.values.date("due").value_or(Date{});
    r.basis = in.values.text("basis");
    r.revision = revision_field(context);
    const auto saved = engine.store().save_round(by(context), r);
    if (saved) {
      context.say(html::Tone::green, "已保存。核对后开始自查。");
      return site::redirect(round_url(*saved));
    }
    if (!belongs_to_form(saved.error())) return tl::unexpected(saved.error());
    in.errors.push_back(saved.error());
  }
  return form_page(context, engine, old, {in.values, in.errors});
}

// ---------------------------------------------------------------- one round

const form::Form& words_form() {
  const auto text = [](const char* name, const char* label) {
    return form::Field{
        .name = name, .label = label, .kind = form::Kind::long_text, .hint = "每行一段", .rows = 5};
  };
  static const form::Form kForm(
      {text("words", "主要做法和成效"), text("problems", "存在的问题"), text("measures", "下一步措施")});
  return kForm;
}

html::Steps steps_of(const Round& r) {
  using Where = html::Step::State;
  const int at = r.state == State::draft        ? 0
                 : r.state == State::collecting ? 1
                 : r.state == State::judging    ? 2
                                                : 4;
  const auto where = [&](int n) { return n < at ? Where::done : n == at ? Where::now : Where::next; };
  return {{{"拟订", "", where(0)},
           {"单位自查", "截止 " + base::to_iso(r.due), where(1)},
           {"县级研判", "", where(2)},
           {"定稿", r.frozen_at == 0 ? std::string() : base::to_local(r.frozen_at), where(3)}}};
}

void write_actions(Out& h, Context& context, const Round& r) {
  const auto post = [&](const char* word, const char* what, html::Look look) {
    h("{} ",
      html::PostButton{
          word, round_url(r.id, what), context.csrf, look, "", {{"revision", std::to_string(r.revision)}}});
  };
  if (context.actor.may(kManage)) {
    if (r.state == State::draft) {
      h("{} ", html::button_link("修改", round_url(r.id, "edit"), "edit"));
      post("开始自查", "open", html::Look::primary);
      post("取消", "cancel", html::Look::plain);
    }
    if (r.state == State::collecting) post("结束自查，转入研判", "close", html::Look::primary);
    if (r.state == State::judging) {
      post("重开自查", "reopen", html::Look::plain);
      h("{} ", html::button_link("定稿…", round_url(r.id, "freeze"), "lock", html::Look::primary));
    }
  }
  if (r.opened_at != 0 && (sees_all(context.actor) || r.state == State::frozen))
    h("{}", html::button_link("评估报告", round_url(r.id, "report"), "report-analytics"));
}

void write_results(Out& h, const Round& r, const Snapshot& s) {
  const auto c = s.counts();
  const auto with_value = std::count_if(s.targets.begin(), s.targets.end(),
                                        [](const TargetResult& t) { return !t.value.empty(); });
  const auto missing = missing_of(s).size();
  h("{}",
    html::StatStrip{
        {{"提交自查",
          fmt::format("{} / {}", s.reported, s.units),
          "个单位",
          "",
          {},
          round_url(r.id) + "#sheets"},
         {"已完成", std::to_string(c.done), "项", "", {}, round_url(r.id, "tasks?f.final=done")},
         {"部分完成", std::to_string(c.partly), "项", "", {}, round_url(r.id, "tasks?f.final=partly")},
         {"未完成", std::to_string(c.not_done), "项", "", {}, round_url(r.id, "tasks?f.final=not_done")},
         {"缺结论", std::to_string(c.missing), "项", "不作零计", {}, round_url(r.id, "tasks?f.final=none")},
         {"目标有数",
          fmt::format("{} / {}", with_value, s.targets.size()),
          "个",
          "",
          {},
          round_url(r.id, "targets")}},
        "评估情况"});
  h("<p class=\"links\"><a href=\"{}\">任务完成情况</a>　<a href=\"{}\">目标完成情况</a>　<a "
    "href=\"{}\">缺少的情况和数据（{} "
    "条）</a></p>",
    html::Url{round_url(r.id, "tasks")}, html::Url{round_url(r.id, "targets")},
    html::Url{round_url(r.id, "missing")}, missing);
}

void write_sheets(Out& h, Context& context, EvaluationEngine& engine, const Round& r) {
  const auto units = context.app.directory.units(context.tenant.id);
  html::SimpleTable table;
  table.caption = "各单位自查";
  table.columns = {{"单位"}, {"状态"}, {"已填任务", html::Column::Kind::number}, {"提交"}, {"说明"}};
  int shown = 0;
  for (const auto& sheet : engine.store().sheets(context.tenant.id, r.id)) {
    if (!engine.store().may_see(context.actor, r, sheet.unit)) continue;
    ++shown;
    const bool late = !counts(sheet.state) && r.state == State::collecting && r.due < context.today();
    table.rows.push_back({[&r, unit = sheet.unit, name = unit_name(*units, sheet.unit)](Out& o) {
                            o("<a href=\"{}\">{}</a>", html::Url{sheet_url(r.id, unit)}, name);
                          },
                          [state = sheet.state, late](Out& o) {
                            o("{}", html::light(late ? html::Light::late : light_of(state),
                                                late ? std::string_view("逾期未提交") : title_of(state)));
                          },
                          fmt::format("{} / {}", sheet.answered, sheet.tasks),
                          sheet.submitted_at == 0 ? std::string("—") : base::to_local(sheet.submitted_at),
                          sheet.note.empty() ? std::string("—") : sheet.note});
  }
  h("{}", html::panel("各单位自查",
                      [&](Out& o) {
                        if (shown == 0) return o("<p class=\"muted\">本单位没有自查表。</p>");
                        o("{}", table);
                      },
                      {.note = fmt::format("{} 个单位", shown), .id = "sheets"}));
}

PageAnswer round_page(Context& context, EvaluationEngine& engine, const Round& r, const Typed& typed) {
  site::Page page;
  page.title = r.title;
  page.path = {{"评估", "/evaluations"}, {r.title, ""}};
  page.note = [&](Out& h) {
    h("{} {}，{} 至 {}", html::light(light_of(r.state), title_of(r.state)), title_of(r.kind),
      base::to_iso(r.from), base::to_iso(r.until));
  };
  page.actions = [&](Out& h) { write_actions(h, context, r); };
  const bool office = context.actor.may(kManage);
  std::optional<Snapshot> snapshot;
  if (r.opened_at != 0 && (sees_all(context.actor) || r.state == State::frozen))
    snapshot = TRY(snapshot_of(context, engine, r));
  page.body = [&](Out& h) {
    if (r.state != State::cancelled) h("{}", html::panel("进程", steps_of(r)));
    if (snapshot) write_results(h, r, *snapshot);
    if (r.state == State::frozen && r.kind == Kind::final_ && office) {
      h("<p>终期评估已定稿，可以<a href=\"{}\">编制下一规划期的提纲</a>。</p>",
        html::Url{round_url(r.id, "next")});
    }
    if (r.opened_at != 0) write_sheets(h, context, engine, r);
    if (office && after(r.state, Action::words)) {
      form::Values stored;
      stored.set("words", r.words);
      stored.set("problems", r.problems);
      stored.set("measures", r.measures);
      auto view = view_of(context, round_url(r.id, "words"), "保存", typed, stored);
      view.hidden = {{"revision", std::to_string(r.revision)}};
      h("{}", html::panel("评估意见", [&](Out& o) { words_form().write(o, view); },
                          {.note = "写进评估报告；数字和表格由平台生成"}));
    }
    if (office)
      h("{}", html::panel("办理记录", timeline_of(context, fmt::format("evaluation:{}", r.id), kHistory)));
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer finish(Context& context, EvaluationEngine& engine, Id round, const base::Done& done,
                  const std::string& said) {
  if (done) {
    context.say(html::Tone::green, said);
    return site::redirect(round_url(round));
  }
  if (!belongs_to_form(done.error())) return tl::unexpected(done.error());
  context.messages_now.emplace_back(html::Tone::red, done.error().message);
  const Round now = TRY(engine.store().round(context.tenant.id, round));
  return round_page(context, engine, now, {{}, {done.error()}});
}

PageAnswer step(Context& context, EvaluationEngine& engine, std::string_view what) {
  const Round r = TRY(round_of(context, engine));
  const auto revision = revision_field(context);
  auto& store = engine.store();
  if (what == "open") {
    const auto asked = asked_units(context, engine);
    if (!asked) return finish(context, engine, r.id, tl::unexpected(asked.error()), "");
    return finish(context, engine, r.id,
                  store.open(by(context), r.id, revision, asked->version, asked->seeds),
                  "已开始自查，各单位会收到通知。");
  }
  const Action action = what == "close" ? Action::close : what == "reopen" ? Action::reopen : Action::cancel;
  return finish(context, engine, r.id, store.move(by(context), r.id, revision, action),
                std::string(title_of(action)) + "：已办理。");
}

PageAnswer save_words(Context& context, EvaluationEngine& engine) {
  Round r = TRY(round_of(context, engine));
  auto in = words_form().check(context.request.form);
  if (in.ok()) {
    r.words = in.values.text("words");
    r.problems = in.values.text("problems");
    r.measures = in.values.text("measures");
    r.revision = revision_field(context);
    const auto done = engine.store().save_words(by(context), r);
    if (done) return finish(context, engine, r.id, done, "已保存。");
    if (!belongs_to_form(done.error())) return tl::unexpected(done.error());
    in.errors.push_back(done.error());
  }
  return round_page(context, engine, TRY(engine.store().round(context.tenant.id, r.id)),
                    {in.values, in.errors});
}

http::Response freeze_page(Context& context, const Round& r, const Snapshot& s) {
  const auto c = s.counts();
  site::Page page;
  page.title = "定稿：" + r.title;
  page.path = {{"评估", "/evaluations"}, {r.title, round_url(r.id)}, {"定稿", ""}};
  page.narrow = true;
  page.body = [&](Out& h) {
    h("{}",
      html::Confirm{"定稿以后，这一轮的数字和结论不再变动",
                    [&](Out& o) {
                      o("<p>任务 {} 项：已完成 {}，部分完成 {}，未完成 {}，缺结论 {}。目标 {} 个。</p>",
                        s.tasks.size(), c.done, c.partly, c.not_done, c.missing, s.targets.size());
                      o("<p>还有 <a href=\"{}\">{} 条缺少的情况和数据</a>，定稿后在报告里写明“缺”。</p>",
                        html::Url{round_url(r.id, "missing")}, missing_of(s).size());
                    },
                    "定稿",
                    round_url(r.id, "freeze"),
                    context.csrf,
                    round_url(r.id),
                    false,
                    {{"revision", std::to_string(r.revision)}},
                    "我已核对任务结论、目标数据和评估意见"});
  };
  return site::page(context, std::move(page));
}

PageAnswer freeze(Context& context, EvaluationEngine& engine, bool now) {
  const Round r = TRY(round_of(context, engine));
  if (!after(r.state, Action::freeze))
    return refuse(Code::conflict, "evaluation.not_in_state",
                  fmt::format("这一轮评估现在是“{}”，不能定稿。", title_of(r.state)));
  const Snapshot s = TRY(snapshot_of(context, engine, r));
  if (!now || context.field("confirmed") != "1") return freeze_page(context, r, s);
  const std::string text = to_text(s);
  base::Sha256 hash;
  hash.add(text);
  return finish(context, engine, r.id,
                engine.store().freeze(by(context), r.id, revision_field(context), text, hash.hex()),
                "已定稿。");
}

}  // namespace

void add_round_pages(site::Site& site, EvaluationEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/evaluations", Access::right, "evaluation.read",
            [&](Context& c) { return list_rounds(c, engine); }});
  site.add({Method::get, "/evaluations/new", Access::right, "evaluation.manage",
            [&](Context& c) -> PageAnswer { return form_page(c, engine, Round{}, {}); }});
  site.add({Method::post, "/evaluations/new", Access::right, "evaluation.manage",
            [&](Context& c) { return save(c, engine, Round{}); }});
  site.add({Method::get, "/evaluations/{evaluation}", Access::right, "evaluation.read",
            [&](Context& c) -> PageAnswer { return round_page(c, engine, TRY(round_of(c, engine)), {}); }});
  site.add({Method::get, "/evaluations/{evaluation}/edit", Access::right, "evaluation.manage",
            [&](Context& c) -> PageAnswer { return form_page(c, engine, TRY(round_of(c, engine)), {}); }});
  site.add({Method::post, "/evaluations/{evaluation}/edit", Access::right, "evaluation.manage",
            [&](Context& c) -> PageAnswer { return save(c, engine, TRY(round_of(c, engine))); }});
  site.add({Method::post, "/evaluations/{evaluation}/open", Access::right, "evaluation.manage",
            [&](Context& c) { return step(c, engine, "open"); }});
  site.add({Method::post, "/evaluations/{evaluation}/close", Access::right, "evaluation.manage",
            [&](Context& c) { return step(c, engine, "close"); }});
  site.add({Method::post, "/evaluations/{evaluation}/reopen", Access::right, "evaluation.manage",
            [&](Context& c) { return step(c, engine, "reopen"); }});
  site.add({Method::post, "/evaluations/{evaluation}/cancel", Access::right, "evaluation.manage",
            [&](Context& c) { return step(c, engine, "cancel"); }});
  site.add({Method::post, "/evaluations/{evaluation}/words", Access::right, "evaluation.manage",
            [&](Context& c) { return save_words(c, engine); }});
  site.add({Method::get, "/evaluations/{evaluation}/freeze", Access::right, "evaluation.manage",
            [&](Context& c) { return freeze(c, engine, false); }});
  site.add({Method::post, "/evaluations/{evaluation}/freeze", Access::right, "evaluation.manage",
            [&](Context& c) { return freeze(c, engine, true); }});
}

}  // namespace kepu::evaluation

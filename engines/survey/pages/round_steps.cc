// One round: where it stands, what comes next, its plan, its villages.
#include "core/base/text.h"
#include "engines/survey/pages/desk.h"

namespace kepu::survey::field {

namespace {

const form::Form& seed_form() {
  static const form::Form kForm(
      {{.name = "seed",
        .label = "抽样种子",
        .required = true,
        .hint =
            "用公开产生、事后查得到的内容，如抽样当天的开奖号码；同样的名单和种子，任何人再抽都是同样的结果",
        .max_length = 100}});
  return kForm;
}
form::Form why_form(const std::string& name, const std::string& label) {
  return form::Form({{.name = name, .label = label, .required = true, .max_length = 200}});
}

void write_step_form(Out& h, const Context& context, const Round& round, const form::Form& fields,
                     const std::string& what, std::string submit, const Typed& typed) {
  auto view = view_of(context, round_url(round.id) + "/" + what, std::move(submit),
                      typed.of == what ? typed : Typed{});
  view.hidden = {{"revision", std::to_string(round.revision)}};
  view.guard = false;
  fields.write(h, view);
}
void write_button(Out& h, const Context& context, const Round& round, const char* text, const char* what) {
  h("{}", html::PostButton{text,
                           round_url(round.id) + "/" + what,
                           context.csrf,
                           html::Look::primary,
                           {},
                           {{"revision", std::to_string(round.revision)}}});
}

struct Progress {
  int drawn = 0, listed = 0, staffed = 0, cases = 0, interviews = 0, open = 0, undecided = 0;
};
Progress progress_of(const RoundWhole& whole, const std::vector<FieldCase>& cases) {
  Progress p;
  for (const auto& a : whole.areas) {
    if (!a.drawn()) continue;
    ++p.drawn;
    p.listed += a.listed > 0 ? 1 : 0;
    p.staffed += a.surveyor != 0 ? 1 : 0;
  }
  for (const auto& c : cases) {
    ++p.cases;
    p.interviews += c.interview != 0 ? 1 : 0;
    p.open += is_open(c) ? 1 : 0;
    p.undecided += c.waiting > 0 || c.replacement == ReplacementState::asked ? 1 : 0;
  }
  return p;
}

html::Steps steps_of(const RoundWhole& whole, const Progress& p) {
  using S = html::Step::State;
  const auto& r = whole.round;
  const auto state = [](bool done, bool before) { return done ? S::done : before ? S::now : S::next; };
  const bool frame = !whole.areas.empty(), signed_ = r.approved_at != 0, questions = r.questionnaire != 0;
  const bool listed = p.drawn > 0 && p.listed == p.drawn && p.staffed == p.drawn;
  const bool closed = r.state == RoundState::closed || r.state == RoundState::frozen;
  const bool started = closed || r.state == RoundState::field;
  return {
      {{"村（社区）名单", frame ? fmt::format("{} 个", whole.areas.size()) : "", state(frame, true)},
       {"抽样和签发", r.seed.empty() ? "" : fmt::format("{} 个村", p.drawn), state(signed_, frame)},
       {"问卷", questions ? "已选用" : "", state(questions, signed_)},
       {"列住户、分派", signed_ ? fmt::format("{} / {} 村", p.listed, p.drawn) : "", state(listed, signed_)},
       {"入户访问", started ? fmt::format("{} / {} 户", p.interviews, p.cases) : "", state(closed, started)},
       {"冻结数据", r.frozen_at != 0 ? base::to_iso(base::date_of(r.frozen_at)) : "",
        state(r.state == RoundState::frozen, closed)}}};
}

void write_draft(Out& o, Context& context, const RoundWhole& whole, const Typed& typed) {
  const auto& round = whole.round;
  if (!round.note.empty()) o("<p>{} {}</p>", html::tag("上次", html::Tone::amber), round.note);
  if (whole.areas.empty()) {
    o("<p>先录入村（社区）名单：每个村（社区）的户数和 18–69 岁人数，可以用 Excel 导入。</p>{}",
      html::button_link("录入名单", round_url(round.id) + "/frame", "table", html::Look::primary));
    return;
  }
  const auto planned = plan_sample(round.plan, whole.frame());
  if (!planned) {
    o("{}", html::Flash{html::Tone::amber, planned.error().message});
    return;
  }
  o("<p>名单有 {} 个村（社区）。按样本计划抽 {} 个村、{} "
    "户。核对名单和计划，填种子，抽样；抽样结果由另一位负责人签发。</p>",
    whole.areas.size(), planned->villages, planned->dwellings);
  write_step_form(o, context, round, seed_form(), "draw", "抽样", typed);
}

void write_drawn(Out& o, Context& context, const Round& round, const Typed& typed) {
  o("<p>{}于 {} "
    "用种子“<b>{}</b>”抽样。签发前请核对种子是公开产生的；程序签发时会重抽一次，一致才能签发。</p>",
    round.drawn_name, base::to_local(round.drawn_at), round.seed);
  if (!context.actor.may(kApprove)) {
    o("<p class=\"muted\">等候负责人签发。</p>");
    return;
  }
  if (round.drawn_by == context.actor.person) {
    o("<p class=\"muted\">抽样是您自己操作的，要由另一位负责人签发。</p>");
    return;
  }
  write_button(o, context, round, "签发抽样", "approve");
  o("<details{}><summary>退回重抽</summary>{}</details>", html::Attr{typed.of == "give-back", " open"},
    [&](Out& x) {
      write_step_form(x, context, round, why_form("why", "退回的原因"), "give-back", "退回", typed);
    });
}

void write_questionnaire_choice(Out& o, Context& context, SurveyEngine& engine, const Round& round,
                                const Typed& typed) {
  std::vector<form::Option> released;
  for (const auto& q : engine.store().questionnaires(context.tenant.id)) {
    if (q.released())
      released.push_back(
          {std::to_string(q.id), fmt::format("{}（{} 题，计分 {} 题）", q.title, q.questions, q.scored)});
  }
  if (released.empty()) {
    o("<p>还没有定稿的问卷。<a href=\"/survey/questionnaires\">到问卷页编写或导入，走查通过后定稿</a>。</p>");
    return;
  }
  const form::Form fields({{.name = "questionnaire",
                            .label = "问卷",
                            .kind = form::Kind::select,
                            .required = true,
                            .options = released}});
  Typed mine = typed.of == "questionnaire" ? typed : Typed{};
  form::Values stored;
  if (round.questionnaire != 0) stored.set("questionnaire", std::to_string(round.questionnaire));
  auto view = view_of(context, round_url(round.id) + "/questionnaire", "选用", mine, stored);
  view.hidden = {{"revision", std::to_string(round.revision)}};
  view.guard = false;
  fields.write(o, view);
}

void write_next(Out& h, Context& context, SurveyEngine& engine, const RoundWhole& whole, const Progress& p,
                const Typed& typed) {
  const auto& round = whole.round;
  const bool manage = context.actor.may(kManage), approve = context.actor.may(kApprove);
  if (!manage && !approve) return;
  if (round.state == RoundState::cancelled || round.state == RoundState::frozen) return;
  h("{}", html::panel("下一步", [&](Out& o) {
      if (round.state == RoundState::draft && manage) write_draft(o, context, whole, typed);
      if (round.state == RoundState::drawn) write_drawn(o, context, round, typed);
      if (round.state == RoundState::approved && manage) {
        o("<p "
          "class=\"before\">"
          "给抽中的每个村（社区）分派调查员、列出住户，选用问卷，然后开始。住户名单也可以在开始以后补列。<"
          "/p>");
        write_questionnaire_choice(o, context, engine, round, typed);
        if (round.questionnaire != 0 && p.listed > 0 && p.staffed == p.drawn)
          write_button(o, context, round, "开始入户访问", "start");
      }
      if (round.state == RoundState::field && manage) {
        o("<p class=\"before\">还有 {} 户没有结果，{} 户等候决定。各户都有了最后结果，就可以结束。</p>",
          p.open, p.undecided);
        write_button(o, context, round, "结束入户访问", "close");
      }
      if (round.state == RoundState::closed) {
        o("<p "
          "class=\"before\">入户访问已经结束。冻结以后记录不能再变，数据的摘要（SHA-"
          "256）写进结果，用来核对。</p>");
        if (approve) write_button(o, context, round, "冻结数据", "freeze");
        if (!approve) o("<p class=\"muted\">等候负责人冻结数据。</p>");
        if (manage) {
          o("{}", html::PostButton{"重新开始入户访问",
                                   round_url(round.id) + "/reopen",
                                   context.csrf,
                                   html::Look::plain,
                                   {},
                                   {{"revision", std::to_string(round.revision)}}});
        }
      }
      if (manage && find_rule(round.state, RoundAction::cancel) != nullptr) {
        o("<details{}><summary>取消这一轮调查</summary>{}</details>",
          html::Attr{typed.of == "cancel", " open"}, [&](Out& x) {
            write_step_form(x, context, round, why_form("reason", "取消的原因"), "cancel", "取消调查", typed);
          });
      }
    }));
}

void write_plan(Out& h, const RoundWhole& whole) {
  if (whole.areas.empty()) return;
  const auto planned = plan_sample(whole.round.plan, whole.frame());
  if (!planned) return;
  const auto& plan = whole.round.plan;
  html::SimpleTable table{"各层抽多少",
                          {{"层"},
                           {"村（社区）", html::Column::Kind::number},
                           {"18–69 岁", html::Column::Kind::number},
                           {"抽几个村", html::Column::Kind::number}},
                          {}};
  for (const auto& s : planned->strata)
    table.rows.push_back(
        {s.name, std::to_string(s.areas), fmt::format("{:.0f} 人", s.people), std::to_string(s.take)});
  h("{}", html::panel("样本计划", [&](Out& o) {
      o("<p class=\"before\">预计比例 {} 时，要误差不超过 ±{} 个百分点（95 % 置信），按设计效应 {} 需完成 "
        "<b>{}</b> "
        "份；完成率按 {} 算，抽 <b>{} 个村、{} "
        "户</b>，预计误差 ±{} 个百分点。</p>{}",
        fmt::format("{:.1f} %", plan.proportion * 100), fmt::format("{:.1f}", plan.margin * 100),
        fmt::format("{:g}", plan.design_effect), fmt::format("{:.0f}", planned->persons),
        fmt::format("{:.0f} %", plan.response * 100), planned->villages, planned->dwellings,
        fmt::format("{:.1f}", planned->margin * 100), table);
    }));
}

void write_villages(Out& h, const RoundWhole& whole, const std::vector<FieldCase>& cases) {
  std::map<int, std::pair<int, int>> counts;
  for (const auto& c : cases) {
    ++counts[c.area].first;
    counts[c.area].second += c.interview != 0 ? 1 : 0;
  }
  html::SimpleTable table{"抽中的村（社区）",
                          {{"村（社区）"},
                           {"乡镇"},
                           {"入样概率", html::Column::Kind::number},
                           {"列出住户"},
                           {"调查员"},
                           {"访问"}},
                          {}};
  for (const auto& a : whole.areas) {
    if (!a.drawn()) continue;
    const auto [total, done] = counts[a.position];
    table.rows.push_back({[&a, &whole](Out& o) {
                            o("<a href=\"{}/areas/{}\">{}</a>", html::Url{round_url(whole.round.id)},
                              a.position + 1, a.area.name);
                          },
                          a.area.township,
                          a.certain ? std::string("必抽") : fmt::format("{:.3f}", a.probability),
                          a.listed == 0 ? std::string("未列") : fmt::format("{} 户", a.listed),
                          a.surveyor == 0 ? std::string("未分派") : a.surveyor_name,
                          total == 0 ? std::string("—") : fmt::format("{} / {}", done, total)});
  }
  if (table.rows.empty()) return;
  h("{}", html::panel("抽中的村（社区）", table,
                      {.note = fmt::format("{} 个", table.rows.size()),
                       .more = {"抽样记录和重抽方法", round_url(whole.round.id) + "/draw"}}));
}

void write_progress(Out& h, const Round& round, const std::vector<FieldCase>& cases) {
  if (cases.empty()) return;
  AaporCounts counts;
  for (const auto& c : cases) {
    const auto* d = find_disposition(c.code);
    if (c.replacement != ReplacementState::approved)
      count(counts, d == nullptr ? Outcome::unknown : d->outcome);
  }
  const auto rates = aapor_rates(counts);
  const auto stat = [&](const char* name, const std::optional<double>& share, const char* note) {
    return html::Stat{name, share ? fmt::format("{:.1f}", *share * 100) : "",
                      "%",  note,
                      {},   round_url(round.id) + "/field"};
  };
  h("{}", html::StatStrip{{{"完成访问",
                            fmt::format("{:.0f}", counts.complete),
                            "份",
                            fmt::format("抽中 {} 户", cases.size()),
                            {},
                            round_url(round.id) + "/cases?f.state=done"},
                           stat("回应率 RR3", rates.rr3, "AAPOR 2023"),
                           stat("合作率 COOP1", rates.coop1, "见到的人里完成的"),
                           stat("拒访率 REF1", rates.ref1, "")},
                          "入户进度"});
}

}  // namespace

http::Response round_page(Context& context, SurveyEngine& engine, const RoundWhole& whole,
                          const Typed& typed) {
  const auto& round = whole.round;
  const auto cases = engine.store().cases(context.tenant.id, {.round = round.id});
  const auto progress = progress_of(whole, cases);
  site::Page page;
  page.title = round.title;
  page.path = {{"科学素质调查", "/survey"}, {round.title, ""}};
  std::string before;
  if (!whole.date_changes.empty())
    before = fmt::format("（原定 {} 至 {}）", base::to_iso(whole.date_changes.front().from),
                         base::to_iso(whole.date_changes.front().until));
  page.note =
      fmt::format("{}　入户 {} 至 {}{}{}", title_of(round.state), base::to_iso(round.from),
                  base::to_iso(round.until), before, round.basis.empty() ? "" : "　依据：" + round.basis);
  page.actions = [&](Out& h) {
    const auto url = round_url(round.id);
    if (round.state == RoundState::draft && context.actor.may(kManage))
      h("{}", html::button_link("修改", url + "/edit", "edit"));
    if (find_rule(round.state, RoundAction::reschedule) != nullptr && context.actor.may(kManage))
      h("{}", html::button_link("改期", url + "/dates", "calendar-event"));
    h("{}", html::button_link("名单", url + "/frame", "table"));
    if (context.actor.may(kManage)) h("{}", html::button_link("总体构成", url + "/reference", "users"));
    if (!cases.empty()) {
      h("{}", html::button_link("入户进度", url + "/field", "chart-bar"));
      if (context.actor.may(kManage)) h("{}", html::button_link("住户", url + "/cases", "home"));
    }
  };
  page.body = [&](Out& h) {
    if (!typed.empty() && typed.of.empty()) h("{}", html::ErrorSummary{typed.errors});
    if (round.state == RoundState::cancelled) h("{}", html::Flash{html::Tone::amber, round.note});
    if (round.state != RoundState::cancelled) h("{}", html::panel("", steps_of(whole, progress)));
    for (const auto& write : engine.on_round()) write(context, round, h);
    write_next(h, context, engine, whole, progress, typed);
    write_progress(h, round, cases);
    if (round.state == RoundState::frozen) {
      h("{}", html::panel("冻结的数据", [&](Out& o) {
          o("<p>{} 冻结。数据摘要（SHA-256）：</p><p class=\"digest\">{}</p>",
            base::to_local(round.frozen_at), round.hash);
        }));
    }
    write_date_changes(h, whole);
    write_plan(h, whole);
    write_villages(h, whole, cases);
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

}  // namespace kepu::survey::field

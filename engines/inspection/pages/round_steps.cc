// One round: where it stands, its sample, who goes, the visits, and what can be done next.
#include <map>

#include "core/base/secret.h"
#include "core/base/text.h"
#include "engines/inspection/checklist.h"
#include "engines/inspection/pages/desk.h"

namespace kepu::inspection {

using base::Code;
using base::refuse;

namespace {

// A form of few fields that posts one step of the round.
void write_step_form(Out& h, const Context& context, const Round& round, const form::Form& fields,
                     std::string what, std::string submit, const Typed& typed, const std::string& typed_of) {
  auto view = view_of(context, round_url(round.id) + "/" + what, std::move(submit),
                      typed_of == what ? typed : Typed{});
  view.hidden = {{"revision", std::to_string(round.revision)}};
  view.guard = false;
  fields.write(h, view);
}

const form::Form& seed_form() {
  static const form::Form kForm(
      {{.name = "seed",
        .label = "抽样种子",
        .required = true,
        .hint = "用公开产生、事后查得到的内容，如抽签当天的号码；同样的名单和种子，任何人再抽都是同样的结果",
        .max_length = 100}});
  return kForm;
}
const form::Form& unit_form() {
  static const form::Form kForm(
      {{.name = "unit", .label = "单位", .kind = form::Kind::select, .required = true},
       {.name = "why", .label = "为什么要查", .required = true, .max_length = 200}});
  return kForm;
}
const form::Form& people_form() {
  static const form::Form kForm({{.name = "people",
                                  .label = "督查人员",
                                  .kind = form::Kind::multi_select,
                                  .required = true,
                                  .hint = "程序按先后轮流分配，本单位和上下级单位自动回避"},
                                 {.name = "each",
                                  .label = "每个单位几个人去",
                                  .kind = form::Kind::integer,
                                  .min = 1,
                                  .max = 5,
                                  .initial = "2",
                                  .unit = "人"}});
  return kForm;
}
const form::Form& reason_form() {
  static const form::Form kForm({{.name = "reason", .label = "原因", .required = true, .max_length = 200}});
  return kForm;
}

// Who may go and look, with their units.
std::vector<Inspector> possible_inspectors(Context& context) {
  auto& directory = context.app.directory;
  std::vector<Inspector> out;
  for (const Id person :
       directory.holders(context.tenant.id, kVisit, directory.units(context.tenant.id)->root())) {
    const auto found = directory.person(context.actor, person);
    if (found) out.push_back({person, found->unit, found->name});
  }
  return out;
}

void write_sample(Out& h, Context& context, const RoundWhole& whole, const Typed& typed,
                  const std::string& typed_of) {
  const auto& round = whole.round;
  const auto units = context.app.directory.units(context.tenant.id);
  const bool draft = round.state == RoundState::draft && context.actor.may(kManage);
  h("{}", html::panel("抽样", [&](Out& o) {
      if (round.seed.empty()) {
        o("<p>还没有抽样。先看清范围和每类抽几个，再填种子。</p>");
      } else {
        const bool same = is_repeatable(whole.frame, round.strata, round.seed);
        std::map<int, std::pair<int, int>> counts;
        for (const auto& f : whole.frame) {
          ++counts[f.stratum].first;
          counts[f.stratum].second += f.drawn ? 1 : 0;
        }
        o("<p>{}　种子“<b>{}</b>”，{} 抽取。{}</p>",
          html::tag(same ? "重抽结果一致" : "重抽结果不一致", same ? html::Tone::green : html::Tone::red),
          round.seed, base::to_local(round.drawn_at), [&](Out& x) {
            for (const auto& [stratum, c] : counts) {
              x("{} {} 个中抽 {} 个。", auth::title_of(round.strata[static_cast<std::size_t>(stratum)].kind),
                c.first, c.second);
            }
          });
        o("<details><summary>抽样名单和方法</summary><p "
          "class=\"small\">名单按单位顺序排列；每类单位单独抽。种子文字的 SHA-256 "
          "前 64 位作为随机数种子，各类用 SplitMix64 派生，由 xoshiro256** 1.0 产生随机数，按 "
          "Fan–Muller–Rezucha（1962）"
          "逐个选取，因此可以由他人独立重抽。</p><ol class=\"villages-drawn\">{}</ol></details>",
          [&](Out& x) {
            for (const auto& f : whole.frame) {
              x("<li>{}{}</li>", f.name, [&](Out& y) {
                if (f.drawn) y(" {}", html::tag("抽中", html::Tone::blue));
              });
            }
          });
      }
      if (!draft) return;
      write_step_form(o, context, round, seed_form(), "draw", round.seed.empty() ? "抽样" : "重新抽样", typed,
                      typed_of);
      o("<details{}><summary>另外指定单位</summary>{}</details>", html::Attr{typed_of == "name", " open"},
        [&](Out& x) {
          write_step_form(x, context, round, unit_form().with_options("unit", unit_options(*units)), "name",
                          "加入名单", typed, typed_of);
        });
    }));
}

void write_people(Out& h, Context& context, const RoundWhole& whole, const Typed& typed,
                  const std::string& typed_of) {
  const auto& round = whole.round;
  if (round.state != RoundState::draft || !context.actor.may(kManage) || whole.visits.empty()) return;
  std::vector<form::Option> people;
  const auto units = context.app.directory.units(context.tenant.id);
  for (const auto& i : possible_inspectors(context)) {
    people.push_back({std::to_string(i.person), i.name + "（" + unit_name(*units, i.unit) + "）"});
  }
  h("{}", html::panel("安排人员", [&](Out& o) {
      if (people.empty()) {
        o("{}",
          html::Flash{html::Tone::amber,
                      "还没有人有“现场督查和复核”的权限。请管理员先给参加督查的人员授予“督查人员”角色。"});
        return;
      }
      write_step_form(o, context, round, people_form().with_options("people", people), "inspectors",
                      whole.inspectors.empty() ? "安排" : "重新安排", typed, typed_of);
    }));
}

void write_visits(Out& h, Context& context, const RoundWhole& whole) {
  const auto units = context.app.directory.units(context.tenant.id);
  html::SimpleTable table;
  table.caption = "走访安排和进展";
  table.columns = {{"单位"}, {"怎么选上的"}, {"督查人员"}, {"状态"}, {"交回"}};
  for (const auto& v : whole.visits) {
    if (!sees_all(context.actor) && !context.actor.may(kRead, v.unit)) continue;
    std::vector<std::string> names;
    for (const auto& i : v.inspectors) names.push_back(i.name);
    table.rows.push_back({[&v, name = unit_name(*units, v.unit)](Out& o) {
                            o("<a href=\"{}\">{}</a>", html::Url{visit_url(v.id)}, name);
                          },
                          v.drawn ? std::string("抽中") : "指定：" + v.reason,
                          names.empty() ? std::string("未安排") : base::join(names, "、"),
                          [&v](Out& o) {
                            o("{}", html::light(light_of(v.state), title_of(v.state)));
                            if (v.conflicts > 0) o(" {}", html::tag("有记录待定", html::Tone::red));
                          },
                          v.answered_at == 0 ? v.state == VisitState::dropped ? v.reason : std::string("—")
                                             : v.answered_by + "　" + base::to_local(v.answered_at)});
  }
  if (table.rows.empty()) return;
  h("{}", html::panel("走访", table, {.note = fmt::format("{} 个单位", table.rows.size())}));
}

void write_next(Out& h, Context& context, const RoundWhole& whole, const Typed& typed,
                const std::string& typed_of) {
  const auto& round = whole.round;
  if (!context.actor.may(kManage)) return;
  const auto button = [&](Out& o, const char* text, const char* what) {
    o("{}", html::PostButton{text,
                             round_url(round.id) + "/" + what,
                             context.csrf,
                             html::Look::primary,
                             {},
                             {{"revision", std::to_string(round.revision)}}});
  };
  const bool may_cancel = find_rule(round_rules(), round.state, RoundAction::cancel) != nullptr;
  if (!may_cancel && round.state != RoundState::closed) return;
  h("{}", html::panel("下一步", [&](Out& o) {
      if (round.state == RoundState::draft) {
        o("<p>抽样和人员都定了，就可以开始；开始以后范围和检查表不能再改。督查人员会收到通知。</p>");
        button(o, "开始督查", "start");
      } else if (round.state == RoundState::running) {
        o("<p>都走访过了，就可以结束；去不了的单位，到走访页面写明原因。</p>");
        button(o, "结束督查", "close");
      } else {
        o("<p>走访已经结束。核对汇总，写上要求，印发通报。</p>{}",
          html::button_link("拟通报", round_url(round.id) + "/circular", "file-text", html::Look::primary));
      }
      if (!may_cancel) return;
      o("<details{}><summary>取消这一轮督查</summary>{}</details>", html::Attr{typed_of == "cancel", " open"},
        [&](Out& x) {
          write_step_form(x, context, round, reason_form(), "cancel", "取消督查", typed, typed_of);
        });
    }));
}

html::Steps steps_of(const RoundWhole& whole) {
  using S = html::Step::State;
  const auto& r = whole.round;
  const bool drawn = !whole.visits.empty(), staffed = !whole.inspectors.empty();
  const bool running = r.state != RoundState::draft && r.state != RoundState::cancelled;
  const bool closed = r.state == RoundState::closed || r.state == RoundState::circulated;
  int answered = 0;
  for (const auto& v : whole.visits) answered += v.state != VisitState::planned ? 1 : 0;
  const auto state = [](bool done, bool before) { return done ? S::done : before ? S::now : S::next; };
  return {
      {{"抽样", drawn ? fmt::format("{} 个单位", whole.visits.size()) : "", state(drawn, true)},
       {"安排人员", staffed ? fmt::format("{} 人", whole.inspectors.size()) : "", state(staffed, drawn)},
       {"走访", running ? fmt::format("{} / {}", answered, whole.visits.size()) : "", state(closed, running)},
       {"通报", r.circulated_at != 0 ? base::to_iso(base::date_of(r.circulated_at)) : "",
        state(r.state == RoundState::circulated, closed)}}};
}

http::Response round_page(Context& context, InspectionEngine& engine, const RoundWhole& whole,
                          const Typed& typed, const std::string& typed_of) {
  const auto& round = whole.round;
  site::Page page;
  page.title = round.title;
  page.path = {{"督查", "/inspection"}, {round.title, ""}};
  page.note = fmt::format("{}　{} 至 {}{}", title_of(round.state), base::to_iso(round.from),
                          base::to_iso(round.until), round.basis.empty() ? "" : "　依据：" + round.basis);
  page.actions = [&](Out& h) {
    if (round.state == RoundState::draft && context.actor.may(kManage))
      h("{}", html::button_link("修改", round_url(round.id) + "/edit", "edit"));
    if (round.state == RoundState::circulated)
      h("{}",
        html::button_link("督查通报", round_url(round.id) + "/circular", "file-text", html::Look::primary));
  };
  ProblemQuery query;
  query.round = round.id;
  query.limit = 500;
  if (!sees_all(context.actor)) query.units = context.actor.units_of(kRead);
  const auto problems = engine.store().problems(context.tenant.id, query);
  page.body = [&](Out& h) {
    if (!typed.empty() && typed_of.empty()) h("{}", html::ErrorSummary{typed.errors});
    if (round.state != RoundState::cancelled) h("{}", html::panel("", steps_of(whole)));
    write_next(h, context, whole, typed, typed_of);
    write_sample(h, context, whole, typed, typed_of);
    write_people(h, context, whole, typed, typed_of);
    write_visits(h, context, whole);
    if (problems.total > 0) {
      h("{}", html::panel("发现的问题",
                          [&](Out& o) { write_problems(o, context, problems.problems, "发现的问题"); },
                          {.note = fmt::format("{} 个", problems.total),
                           .more = {"到问题清单", fmt::format("/problems?f.round={}", round.id)}}));
    }
    h("{}", html::panel("检查表", [&](Out& o) {
        o("<ol>{}</ol>", [&](Out& x) {
          for (const auto& q : round.checklist) {
            x("<li>{}. {}<span class=\"muted small\">　{}{}{}{}</span></li>", q.number, q.text,
              title_of(q.kind),
              q.kind == QuestionKind::score ? fmt::format(" {} 分", q.most)
              : q.unit.empty()              ? ""
                                            : "（" + q.unit + "）",
              q.evidence ? "，要照片" : "", q.optional ? "，可不填" : "");
          }
        });
      }));
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer show_round(Context& context, InspectionEngine& engine) {
  const Id id = TRY(context.id("round"));
  const auto whole = TRY(engine.store().round(context.tenant.id, id));
  if (!engine.store().may_see(context.actor, whole.round))
    return refuse(Code::not_found, "inspection.not_found", "没有这一轮督查，或者还没有通报。");
  return round_page(context, engine, whole, {}, "");
}

// Runs one step; on refusal the page again with what was typed.
PageAnswer step(Context& context, InspectionEngine& engine, const std::string& what, const form::Form* fields,
                const std::string& said,
                const std::function<base::Done(Id, std::int64_t, const form::Values&)>& work) {
  const Id id = TRY(context.id("round"));
  const auto revision = base::parse_int(context.field("revision")).value_or(0);
  const auto whole = TRY(engine.store().round(context.tenant.id, id));
  form::Checked in;
  if (fields != nullptr) in = fields->check(context.request.form);
  if (in.ok()) {
    const auto done = work(id, revision, in.values);
    if (done) {
      context.say(html::Tone::green, said);
      return site::redirect(round_url(id));
    }
    in.errors.push_back(done.error());
    if (in.errors.back().field == "inspectors") in.errors.back().field = "people";
  }
  return round_page(context, engine, whole, {in.values, in.errors}, fields == nullptr ? "" : what);
}

// Units that carry one of the round's tasks, sorted; empty where it names none.
std::vector<Id> carriers_of(Context& context, InspectionEngine& engine, const Round& round) {
  std::vector<Id> out;
  if (round.tasks.empty()) return out;
  const auto running = engine.plans().running(context.tenant.id);
  if (!running) return {0};
  for (const auto& t : round.tasks) {
    for (const auto* a : (*running)->of_task(t.id)) out.push_back(a->unit);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out.empty() ? std::vector<Id>{0} : out;
}

PageAnswer draw_step(Context& context, InspectionEngine& engine) {
  return step(context, engine, "draw", &seed_form(), "已抽样。",
              [&](Id id, std::int64_t revision, const form::Values& v) -> base::Done {
                const auto whole = TRY(engine.store().round(context.tenant.id, id));
                return engine.store().draw_round(by(context), id, revision, v.text("seed"),
                                                 carriers_of(context, engine, whole.round));
              });
}

PageAnswer name_step(Context& context, InspectionEngine& engine) {
  const auto fields =
      unit_form().with_options("unit", unit_options(*context.app.directory.units(context.tenant.id)));
  return step(context, engine, "name", &fields, "已加入名单。",
              [&](Id id, std::int64_t revision, const form::Values& v) {
                return engine.store().name_unit(by(context), id, revision,
                                                base::parse_id(v.text("unit")).value_or(0), v.text("why"));
              });
}

PageAnswer people_step(Context& context, InspectionEngine& engine) {
  const auto possible = possible_inspectors(context);
  std::vector<form::Option> options;
  for (const auto& i : possible) options.push_back({std::to_string(i.person), i.name});
  const auto fields = people_form().with_options("people", options);
  return step(context, engine, "inspectors", &fields, "已安排。",
              [&](Id id, std::int64_t revision, const form::Values& v) {
                std::vector<Inspector> chosen;
                for (const auto& text : v.texts("people")) {
                  for (const auto& i : possible) {
                    if (std::to_string(i.person) == text) chosen.push_back(i);
                  }
                }
                return engine.store().set_inspectors(by(context), id, revision, chosen,
                                                     static_cast<int>(v.integer("each").value_or(2)));
              });
}

}  // namespace

void add_round_steps(site::Site& site, InspectionEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/inspection/rounds/{round}", Access::right, "inspection.read",
            [&](Context& c) { return show_round(c, engine); }});
  site.add({Method::post, "/inspection/rounds/{round}/draw", Access::right, "inspection.manage",
            [&](Context& c) { return draw_step(c, engine); }});
  site.add({Method::post, "/inspection/rounds/{round}/name", Access::right, "inspection.manage",
            [&](Context& c) { return name_step(c, engine); }});
  site.add({Method::post, "/inspection/rounds/{round}/inspectors", Access::right, "inspection.manage",
            [&](Context& c) { return people_step(c, engine); }});
  site.add(
      {Method::post, "/inspection/rounds/{round}/start", Access::right, "inspection.manage", [&](Context& c) {
         return step(c, engine, "start", nullptr, "已开始，督查人员已收到通知。",
                     [&](Id id, std::int64_t revision, const form::Values&) {
                       return engine.store().start_round(by(c), id, revision);
                     });
       }});
  site.add(
      {Method::post, "/inspection/rounds/{round}/close", Access::right, "inspection.manage", [&](Context& c) {
         return step(c, engine, "close", nullptr, "已结束。",
                     [&](Id id, std::int64_t revision, const form::Values&) {
                       return engine.store().close_round(by(c), id, revision);
                     });
       }});
  site.add({Method::post, "/inspection/rounds/{round}/cancel", Access::right, "inspection.manage",
            [&](Context& c) {
              return step(c, engine, "cancel", &reason_form(), "已取消。",
                          [&](Id id, std::int64_t revision, const form::Values& v) {
                            return engine.store().cancel_round(by(c), id, revision, v.text("reason"));
                          });
            }});
}

}  // namespace kepu::inspection

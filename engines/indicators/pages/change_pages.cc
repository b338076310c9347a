// 目标调整: what is asked for and what was decided, over all targets.
#include <algorithm>

#include "core/base/text.h"
#include "engines/indicators/pages/target_parts.h"

namespace kepu::indicators {

using html::Out;
using site::Answer;
using site::Context;

namespace {

struct ChangeRow {
  ChangeRequest change;
  const Subject* subject = nullptr;
  Id item = 0;  // of the running plan; 0: it has none
};

html::Light light_of(ChangeState state) {
  return state == ChangeState::approved  ? html::Light::done
         : state == ChangeState::asked   ? html::Light::watch
         : state == ChangeState::refused ? html::Light::late
                                         : html::Light::idle;
}

std::string goal(std::optional<double> value, std::optional<int> year, std::string_view unit) {
  return (value ? shown(value, unit) : std::string("留空")) +
         (year ? fmt::format("，{} 年", *year) : std::string());
}

table::Table<ChangeRow> change_table() {
  return table::Table<ChangeRow>(
             {.id = "changes", .caption = "目标调整", .search_hint = "目标文字、理由、依据", .unit = "项"})
      .column({.key = "target", .title = "目标", .full_on_phone = true, .width = 40},
              [](const ChangeRow& r) {
                const std::string text = base::shorten(r.subject->text, 50);
                return r.item == 0 ? table::text(text) : table::link(text, target_url(r.item));
              })
      .column({.key = "old", .title = "原目标", .width = 16},
              [](const ChangeRow& r) {
                return table::text(goal(r.change.old_value, r.change.old_year, r.subject->unit));
              })
      .column({.key = "new", .title = "调整为", .width = 16},
              [](const ChangeRow& r) {
                return table::text(goal(r.change.value, r.change.year, r.subject->unit));
              })
      .column({.key = "from", .title = "生效"}, [](const ChangeRow& r) { return table::date(r.change.from); })
      .column({.key = "state", .title = "状态"},
              [](const ChangeRow& r) {
                return table::status(light_of(r.change.state), std::string(title_of(r.change.state)));
              })
      .column({.key = "reason", .title = "理由", .full_on_phone = true, .width = 40},
              [](const ChangeRow& r) { return table::text(r.change.reason); })
      .column({.key = "basis", .title = "依据", .hide_on_phone = true, .width = 28},
              [](const ChangeRow& r) { return table::text(r.change.basis); })
      .column({.key = "asked", .title = "提出", .hide_on_phone = true},
              [](const ChangeRow& r) { return table::text(r.change.asked_by); })
      .column({.key = "decided", .title = "审批", .hide_on_phone = true, .width = 24},
              [](const ChangeRow& r) {
                return table::text(r.change.decided_by + (r.change.note.empty() ? "" : "：" + r.change.note));
              })
      .filter({.key = "state",
               .title = "状态",
               .options = {{"asked", "待审批"},
                           {"approved", "已批准"},
                           {"refused", "未批准"},
                           {"withdrawn", "已撤回"}}},
              [](const ChangeRow& r, std::string_view v) { return to_text(r.change.state) == v; });
}

void write_decision(Out& h, Context& context, const ChangeRow& r) {
  const std::string url = fmt::format("/indicators/changes/{}", r.change.id);
  h("<p><b>{}</b>　{} → {}，{}起。{}（依据：{}）　{}于 {} 提出</p>", base::shorten(r.subject->text, 60),
    goal(r.change.old_value, r.change.old_year, r.subject->unit),
    goal(r.change.value, r.change.year, r.subject->unit), base::to_chinese(r.change.from), r.change.reason,
    r.change.basis, r.change.asked_by, base::to_local(r.change.asked_at));
  const bool own = r.change.asked_person == context.actor.person;
  if (own) {
    h("{}", html::PostButton{"撤回", url + "/withdraw", context.csrf});
    return;
  }
  if (!context.actor.may("indicators.approve")) {
    h("<p class=\"muted small\">由有“审批目标调整”权限的另一人办理。</p>");
    return;
  }
  h("<form class=\"small-form\" method=\"post\" action=\"{}\"><input type=\"hidden\" name=\"csrf\" "
    "value=\"{}\"><label class=\"lab\" for=\"f-note-{}\">意见</label><input class=\"in\" id=\"f-note-{}\" "
    "name=\"note\" maxlength=\"200\">{}{}</form>",
    html::Url{url + "/decide"}, context.csrf, r.change.id, r.change.id,
    html::button("批准", html::Look::primary, "do", "approve"),
    html::button("不批准", html::Look::danger, "do", "refuse"));
}

Answer list_changes(Context& context, IndicatorsEngine& engine) {
  const auto now = TRY(running(context, engine));
  const auto attached = engine.store().attached(context.tenant.id);
  std::map<Id, Id> items;  // subject → item
  for (const auto& [item, subject] : follow(attached.subjects, *now.plan)) items[subject] = item;
  std::vector<ChangeRow> rows;
  for (const auto& s : attached.subjects) {
    const auto at = attached.changes.find(s.id);
    if (at == attached.changes.end()) continue;
    for (const auto& c : at->second) rows.push_back({c, &s, items.count(s.id) != 0 ? items[s.id] : 0});
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a.change.asked_at > b.change.asked_at; });
  const auto table = change_table();
  site::Page page;
  page.title = "目标调整";
  page.path = {{"目标进展", "/indicators/targets"}, {"目标调整", ""}};
  page.note = "调整须有理由和依据，由另一人审批；原目标一直保留";
  return site::list(context, table, table.in_memory(rows), std::move(page),
                    {.file_name = "目标调整",
                     .subject = "indicators",
                     .empty_hint = "没有调整过目标。要调整，请从目标页的“绑定与调整”提出。",
                     .before = [&](Out& h) {
                       for (const auto& r : rows) {
                         if (r.change.state != ChangeState::asked) continue;
                         h("{}", html::panel("待审批", [&](Out& o) { write_decision(o, context, r); }));
                       }
                     }});
}

Answer decide(Context& context, IndicatorsEngine& engine) {
  const Id id = TRY(context.id("change"));
  const bool approve = context.field("do") == "approve";
  TRY(engine.store().decide_change(context.actor, id, approve, std::string(context.field("note"))));
  context.say(html::Tone::green, approve ? "已批准，从生效日起按新目标评价。" : "没有批准，目标不变。");
  return site::redirect("/indicators/changes");
}

Answer withdraw(Context& context, IndicatorsEngine& engine) {
  TRY(engine.store().withdraw_change(context.actor, TRY(context.id("change"))));
  context.say(html::Tone::green, "已撤回。");
  return site::redirect("/indicators/changes");
}

}  // namespace

void add_change_pages(site::Site& site, IndicatorsEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/indicators/changes", Access::right, "indicators.read",
            [&](Context& c) { return list_changes(c, engine); }});
  site.add({Method::post, "/indicators/changes/{change}/decide", Access::right, "indicators.approve",
            [&](Context& c) { return decide(c, engine); }});
  site.add({Method::post, "/indicators/changes/{change}/withdraw", Access::right, "indicators.edit",
            [&](Context& c) { return withdraw(c, engine); }});
  site.add(site::MenuItem{"指标",
                          "目标调整",
                          "/indicators/changes",
                          "indicators.read",
                          306,
                          {},
                          [&](const Context& c) -> std::int64_t {
                            return c.actor.may("indicators.approve")
                                       ? engine.store().changes_waiting(c.tenant.id)
                                       : 0;
                          },
                          true});
  site.add_todos([&](const Context& c) {
    std::vector<site::Todo> out;
    if (!c.actor.may("indicators.approve") || engine.store().changes_waiting(c.tenant.id) == 0) return out;
    for (const auto& [subject, changes] : engine.store().attached(c.tenant.id).changes) {
      for (const auto& change : changes) {
        if (change.state != ChangeState::asked || change.asked_person == c.actor.person) continue;
        site::Todo todo;
        todo.key = fmt::format("indicators.change:{}", change.id);
        todo.kind = "审批";
        todo.title = "目标调整：" + base::shorten(change.reason, 30);
        todo.url = "/indicators/changes";
        todo.note = change.asked_by + "提出";
        todo.on_behalf_of = c.actor.on_behalf_of("indicators.approve", 0);
        out.push_back(std::move(todo));
      }
    }
    return out;
  });
}

}  // namespace kepu::indicators

// 下一规划期: what goes on, decided one by one, and the outline that follows.
#include <algorithm>

#include "core/base/text.h"
#include "engines/evaluation/pages/desk.h"

namespace kepu::evaluation {

using base::Code;
using base::refuse;

namespace {

struct Next {
  Round round;
  Snapshot snapshot;
  std::vector<CarryItem> items;
  std::map<std::string, CarryDecision> decisions;
  Outline outline() const { return {snapshot, items, decisions}; }
};

base::Result<Next> next_of(Context& context, EvaluationEngine& engine) {
  Next n;
  n.round = TRY(round_of(context, engine));
  if (n.round.state != State::frozen || n.round.kind != Kind::final_)
    return refuse(Code::not_found, "evaluation.not_final", "终期评估定稿以后才能编制下一规划期的提纲。");
  n.snapshot = TRY(snapshot_of(context, engine, n.round));
  n.items = carry_items(n.snapshot);
  n.decisions = engine.store().carries(context.tenant.id, n.round.id);
  return n;
}

struct Row {
  const CarryItem* item;
  const CarryDecision* decision;  // null: undecided
  Carry carry() const { return decision == nullptr ? Carry::undecided : decision->carry; }
};

std::string item_url(Id round, const CarryItem& item) {
  return round_url(round, "next/decide?item=" + http::url_encode(item.item));
}

html::Light light_of(Carry carry) {
  return carry == Carry::keep   ? html::Light::ok
         : carry == Carry::drop ? html::Light::idle
                                : html::Light::watch;
}

PageAnswer show(Context& context, EvaluationEngine& engine) {
  const Next n = TRY(next_of(context, engine));
  if (context.as() == "docx" || context.as() == "txt") {
    context.log("export.next_period", fmt::format("evaluation:{}", n.round.id), "导出下一规划期提纲");
    if (context.as() == "docx")
      return http::attachment_bytes(outline_paper(n.outline()).docx(), "下一规划期提纲.docx", file::kWord);
    return http::attachment_bytes(outline_text(n.outline()), "下一规划期提纲.txt",
                                  "text/plain; charset=utf-8");
  }
  std::vector<Row> rows;
  int undecided = 0;
  for (const auto& item : n.items) {
    const auto at = n.decisions.find(item.item);
    rows.push_back({&item, at == n.decisions.end() ? nullptr : &at->second});
    undecided += rows.back().carry() == Carry::undecided ? 1 : 0;
  }
  const Id round = n.round.id;
  table::Table<Row> table(
      {.id = "next", .caption = "延续到下一规划期的任务和目标", .search_hint = "任务、目标", .unit = "项"});
  table
      .column({.key = "title", .title = "任务或目标", .full_on_phone = true, .width = 44},
              [round](const Row& r) {
                return table::link(
                    (r.item->code.empty() ? "" : r.item->code + " ") + base::shorten(r.item->title, 60),
                    item_url(round, *r.item));
              })
      .column({.key = "kind", .title = "类别"},
              [](const Row& r) { return table::text(r.item->target ? "目标" : "任务"); })
      .column(
          {.key = "carry", .title = "决定"},
          [](const Row& r) { return table::status(light_of(r.carry()), std::string(title_of(r.carry()))); })
      .column({.key = "proposal", .title = "建议", .hide_on_phone = true},
              [](const Row& r) { return table::text(std::string(title_of(r.item->proposal))); })
      .column({.key = "why", .title = "为什么", .sortable = false, .width = 40},
              [](const Row& r) { return table::text(r.item->why); })
      .column({.key = "goal", .title = "下期要求", .hide_on_phone = true},
              [](const Row& r) {
                return r.decision == nullptr ? table::missing() : table::text(r.decision->goal);
              })
      .column({.key = "reason", .title = "理由", .hide_on_phone = true, .width = 30},
              [](const Row& r) {
                return r.decision == nullptr ? table::missing() : table::text(r.decision->reason);
              })
      .filter({.key = "carry",
               .title = "决定",
               .options = {{"undecided", "未定"}, {"keep", "延续"}, {"drop", "不再延续"}}},
              [](const Row& r, std::string_view v) { return to_text(r.carry()) == v; })
      .filter({.key = "kind", .title = "类别", .options = {{"task", "任务"}, {"target", "目标"}}},
              [](const Row& r, std::string_view v) { return r.item->target == (v == "target"); });
  site::Page page;
  page.title = "下一规划期提纲";
  page.path = {{"评估", "/evaluations"}, {n.round.title, round_url(round)}, {"下一规划期提纲", ""}};
  page.note = fmt::format("{} 项还没有决定；没有决定的不写进提纲", undecided);
  page.actions = [&](Out& h) {
    if (undecided > 0)
      h("{} ", html::PostButton{"未定的都按建议", round_url(round, "next/proposals"), context.csrf});
    h("{} {}", html::button_link("下载提纲（Word）", round_url(round, "next?as=docx"), "file-type-doc"),
      html::button_link("下载可导入的文本", round_url(round, "next?as=txt"), "download"));
  };
  page.landscape = true;
  return site::list(
      context, table, table.in_memory(rows), std::move(page),
      {.file_name = "下一规划期延续事项",
       .subject = fmt::format("evaluation:{}", round),
       .empty_hint = "终期评估里没有任务和目标。",
       .after = [](Out& h) {
         h("<p class=\"muted small "
           "mt\">把“可导入的文本”在“方案与版本”里导入，就得到下一规划期方案的征求意见稿，再照常校核。</p>");
       }});
}

form::Form decide_form(bool target) {
  std::vector<form::Field> fields = {
      {.name = "carry",
       .label = "决定",
       .kind = form::Kind::radio,
       .required = true,
       .options = {{"keep", "延续", "写进下一规划期的提纲"}, {"drop", "不再延续", "写明理由"}}}};
  if (target) {
    fields.push_back({.name = "goal",
                      .label = "下一期的要求",
                      .hint = "数值和单位，如 8000人次、20%；没有测算可以不填，提纲里留空",
                      .max_length = 200});
  } else {
    fields.push_back({.name = "title", .label = "任务名称", .max_length = 200});
    fields.push_back({.name = "text",
                      .label = "任务内容",
                      .kind = form::Kind::long_text,
                      .hint = "年份已顺延一个规划期；数字是上期的，请重新测算",
                      .max_length = 5000,
                      .rows = 6});
  }
  fields.push_back(
      {.name = "reason", .label = "理由", .kind = form::Kind::long_text, .max_length = 1000, .rows = 3});
  return form::Form(std::move(fields));
}

base::Result<const CarryItem*> item_of(const Next& n, std::string_view name) {
  for (const auto& item : n.items) {
    if (item.item == name) return &item;
  }
  return refuse(Code::not_found, "evaluation.not_found", "终期评估里没有这一项。请从下一规划期提纲进入。");
}

http::Response decide_page(Context& context, const Next& n, const CarryItem& item, const Typed& typed) {
  const auto at = n.decisions.find(item.item);
  form::Values stored;
  if (at != n.decisions.end()) {
    const auto& d = at->second;
    stored.set("carry", std::string(to_text(d.carry)));
    stored.set("title", d.title);
    stored.set("text", d.text);
    stored.set("goal", d.goal);
    stored.set("reason", d.reason);
  } else {
    stored.set("carry", std::string(to_text(item.proposal)));
    stored.set("title", item.title);
    stored.set("text", item.text);
  }
  auto view = view_of(context, round_url(n.round.id, "next/decide"), "保存", typed, stored);
  view.cancel_url = round_url(n.round.id, "next");
  view.hidden = {{"item", item.item},
                 {"revision", std::to_string(at == n.decisions.end() ? 0 : at->second.revision)}};
  site::Page page;
  page.title = (item.code.empty() ? "" : item.code + "　") + base::shorten(item.title, 40);
  page.path = {{"评估", "/evaluations"},
               {n.round.title, round_url(n.round.id)},
               {"下一规划期提纲", round_url(n.round.id, "next")},
               {item.code.empty() ? "目标" : item.code, ""}};
  page.narrow = true;
  page.body = [&](Out& h) {
    html::Definitions facts;
    if (item.target) {
      facts.items = {{"目标", item.title},
                     {"上期要求", item.text},
                     {"终值", item.value.empty() ? std::string("缺") : item.value},
                     {"来源", item.source.empty() ? std::string("—") : item.source}};
    } else {
      facts.items = {{"行动／工程", item.initiative}, {"任务", item.title}};
    }
    facts.items.emplace_back("建议", std::string(title_of(item.proposal)) + "：" + item.why);
    h("{}", html::panel("上一规划期", facts));
    h("{}", html::panel("下一规划期", [&](Out& o) { decide_form(item.target).write(o, view); }));
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

// What is still undecided as the platform proposes; what was decided stays.
PageAnswer take_proposals(Context& context, EvaluationEngine& engine) {
  const Next n = TRY(next_of(context, engine));
  std::vector<CarryDecision> taken;
  for (const auto& item : n.items) {
    if (n.decisions.count(item.item) != 0) continue;
    CarryDecision d;
    d.item = item.item;
    d.carry = item.proposal;
    if (d.carry == Carry::drop) d.reason = item.why;
    if (d.carry == Carry::keep && !item.target) {
      d.title = item.title;
      d.text = item.text;
    }
    taken.push_back(std::move(d));
  }
  TRY(engine.store().decide_carry(by(context), n.round.id, taken));
  context.say(html::Tone::green, fmt::format("{} 项已按建议决定，可以逐项再改。", taken.size()));
  return site::redirect(round_url(n.round.id, "next"));
}

PageAnswer decide(Context& context, EvaluationEngine& engine) {
  const Next n = TRY(next_of(context, engine));
  const auto* item = TRY(item_of(n, context.field("item")));
  auto in = decide_form(item->target).check(context.request.form);
  if (in.ok()) {
    CarryDecision d;
    d.item = item->item;
    d.carry = parse_carry(in.values.text("carry")).value_or(Carry::undecided);
    d.title = in.values.text("title");
    d.text = in.values.text("text");
    d.goal = in.values.text("goal");
    d.reason = in.values.text("reason");
    d.revision = revision_field(context);
    const auto done = engine.store().decide_carry(by(context), n.round.id, {d});
    if (done) {
      context.say(html::Tone::green, "已保存。");
      return site::redirect(round_url(n.round.id, "next?f.carry=undecided"));
    }
    if (!belongs_to_form(done.error())) return tl::unexpected(done.error());
    in.errors.push_back(done.error());
  }
  return decide_page(context, n, *item, {in.values, in.errors});
}

}  // namespace

void add_next_pages(site::Site& site, EvaluationEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/evaluations/{evaluation}/next", Access::right, "evaluation.manage",
            [&](Context& c) { return show(c, engine); }});
  site.add({Method::get, "/evaluations/{evaluation}/next/decide", Access::right, "evaluation.manage",
            [&](Context& c) -> PageAnswer {
              const Next n = TRY(next_of(c, engine));
              return decide_page(c, n, *TRY(item_of(n, c.param("item"))), {});
            }});
  site.add({Method::post, "/evaluations/{evaluation}/next/proposals", Access::right, "evaluation.manage",
            [&](Context& c) { return take_proposals(c, engine); }});
  site.add({Method::post, "/evaluations/{evaluation}/next/decide", Access::right, "evaluation.manage",
            [&](Context& c) { return decide(c, engine); }});
}

}  // namespace kepu::evaluation

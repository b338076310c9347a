// 下发的要求: a superior's own side: drafting a call, issuing it, closing it.
#include "core/base/text.h"
#include "engines/rollup/pages/desk.h"

namespace kepu::rollup {
namespace {

using base::Code;
using base::refuse;

const form::Form& head_form() {
  static const form::Form kForm(
      {{.name = "title",
        .label = "名称",
        .required = true,
        .hint = "如 2026 年上半年科普工作汇总",
        .max_length = 100},
       {.name = "from",
        .label = "统计时段第一天",
        .kind = form::Kind::date,
        .required = true,
        .short_field = true},
       {.name = "to", .label = "最后一天", .kind = form::Kind::date, .required = true, .short_field = true},
       {.name = "due", .label = "上报期限", .kind = form::Kind::date, .required = true, .short_field = true},
       {.name = "note",
        .label = "给各县的说明",
        .kind = form::Kind::long_text,
        .hint = "依据的文件、联系人、注意事项",
        .max_length = 2000,
        .rows = 4}});
  return kForm;
}

const form::Form& close_form() {
  static const form::Form kForm(
      {{.name = "reason", .label = "说明", .hint = "如 9 县已报，另 1 县停报，已核实", .max_length = 500}});
  return kForm;
}

form::Values values_of(const Call& c) {
  form::Values v;
  v.set("title", c.title);
  v.set("from", base::to_iso(c.from));
  v.set("to", base::to_iso(c.to));
  v.set("due", base::to_iso(c.due));
  v.set("note", c.note);
  return v;
}

std::int64_t revision_in(const Context& context) {
  return base::parse_int(context.field("revision")).value_or(-1);
}

PageAnswer list_calls(Context& context, RollupEngine& engine) {
  struct Row {
    Call call;
    RollupStore::Count count;
  };
  const auto counts = engine.store().counts(context.tenant.id);
  std::vector<Row> rows;
  for (auto& c : engine.store().calls(context.tenant.id)) {
    if (c.state == CallState::draft && !context.actor.may(kCall)) continue;
    const auto at = counts.find(c.id);
    rows.push_back({std::move(c), at == counts.end() ? RollupStore::Count{} : at->second});
  }
  const auto table =
      table::Table<Row>({.id = "calls", .caption = "下发的汇总要求", .search_hint = "名称", .unit = "项"})
          .column({.key = "title", .title = "汇总要求", .full_on_phone = true, .width = 40},
                  [](const Row& r) { return table::link(r.call.title, call_url(r.call.id)); })
          .column({.key = "state", .title = "状态"},
                  [](const Row& r) {
                    return table::status(
                        rollup::light_of(r.call.state),
                        r.call.replaced_by != 0 ? "已被替代" : std::string(title_of(r.call.state)));
                  })
          .column({.key = "period", .title = "统计时段", .width = 26},
                  [](const Row& r) { return table::text(period_text(r.call.from, r.call.to)); })
          .column({.key = "due", .title = "上报期限"}, [](const Row& r) { return table::date(r.call.due); })
          .column({.key = "items", .title = "项目", .number = true},
                  [](const Row& r) { return table::count(static_cast<std::int64_t>(r.call.items.size())); })
          .column({.key = "asked", .title = "要求上报的县", .number = true},
                  [](const Row& r) {
                    return r.call.state == CallState::draft ? table::missing() : table::count(r.count.asked);
                  })
          .column({.key = "reported", .title = "已报", .number = true},
                  [](const Row& r) {
                    return r.call.state == CallState::draft ? table::missing()
                                                            : table::count(r.count.reported);
                  })
          .filter({.key = "state",
                   .title = "状态",
                   .options = {{"draft", "拟订"}, {"issued", "进行中"}, {"closed", "已办结"}}},
                  [](const Row& r, std::string_view v) { return to_text(r.call.state) == v; });
  site::Page page;
  page.title = "下发的汇总要求";
  page.path = {{"汇总上报", "/rollup"}, {"下发的要求", ""}};
  page.note = "向下级县（市、区）要数；只看得到各县正式上报的数，没报的不算零";
  page.actions = [&](Out& h) {
    if (context.actor.may_everywhere(kCall))
      h("{}", html::button_link("拟订汇总要求", "/rollup/calls/new", "plus", html::Look::primary));
  };
  site::ListOptions options{.file_name = "下发的汇总要求", .subject = "rollup"};
  options.empty_hint = "还没有汇总要求。拟订一个：写明时段、期限和要哪些数，然后下发给各县。";
  options.before = [&](Out& h) { h("<div class=\"mt\">{}</div>", views(context, engine, 1)); };
  return site::list(context, table, table.in_memory(rows), std::move(page), options);
}

http::Response head_page(Context& context, const Call* stored, const Typed& typed) {
  const bool fresh = stored == nullptr;
  site::Page page;
  page.title = fresh ? "拟订汇总要求" : "修改汇总要求";
  page.path = {{"汇总上报", "/rollup"}, {"下发的要求", "/rollup/calls"}};
  if (!fresh) page.path.push_back({stored->title, call_url(stored->id)});
  page.path.push_back({fresh ? "拟订" : "修改", ""});
  page.narrow = true;
  auto view =
      view_of(context, fresh ? "/rollup/calls/new" : call_url(stored->id, "edit"),
              fresh ? "保存，下一步加入项目" : "保存", typed, fresh ? form::Values{} : values_of(*stored));
  view.cancel_url = fresh ? "/rollup/calls" : call_url(stored->id);
  if (!fresh) view.hidden = {{"revision", std::to_string(stored->revision)}};
  page.body = [&](Out& h) { h("{}", html::panel("", [&](Out& o) { head_form().write(o, view); })); };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer save_head(Context& context, RollupEngine& engine, const Call* stored) {
  auto in = head_form().check(context.request.form);
  if (in.ok()) {
    Call wanted;
    wanted.title = in.values.text("title");
    wanted.note = in.values.text("note");
    wanted.from = in.values.date("from").value_or(Date{});
    wanted.to = in.values.date("to").value_or(Date{});
    wanted.due = in.values.date("due").value_or(Date{});
    in.errors = check_head(wanted);
    if (in.errors.empty() && stored == nullptr) {
      const auto added = engine.store().add_call(by(context), wanted);
      if (added) return site::redirect(call_url(*added));
      in.errors.push_back(added.error());
    } else if (in.errors.empty()) {
      wanted.id = stored->id;
      wanted.revision = revision_in(context);
      const auto done = engine.store().change_call(by(context), wanted);
      if (done) {
        context.say(html::Tone::green, "已保存。");
        return site::redirect(call_url(stored->id));
      }
      in.errors.push_back(done.error());
    }
  }
  return head_page(context, stored, {in.values, in.errors});
}

PageAnswer edit_head(Context& context, RollupEngine& engine) {
  const Call stored = TRY(engine.store().call(context.tenant.id, TRY(context.id("call"))));
  if (context.request.method == http::Method::post) return save_head(context, engine, &stored);
  if (stored.state != CallState::draft)
    return refuse(Code::conflict, "rollup.not_in_state",
                  "已经下发的汇总要求不再变动；要更正请另拟一个替代它。");
  return head_page(context, &stored, {});
}

// ---------------------------------------------------------------- a draft

std::string metric_text(const std::vector<metric::Metric>& metrics, const Item& item) {
  if (item.kind == ItemKind::task) return "任务 " + item.task_code;
  if (item.metric.empty()) return "—";
  for (const auto& m : metrics) {
    if (m.id == item.metric) return m.title;
  }
  return item.metric;
}

void write_items(Out& h, Context& context, RollupEngine& engine, const Call& call, bool may) {
  const auto metrics = engine.catalog().all(context.tenant.id);
  html::SimpleTable table;
  table.caption = "汇总项目";
  table.columns = {{"编号"}, {"项目"}, {"单位"}, {"各县相加"}, {"建议的指标"}};
  if (may) table.columns.push_back({"办理"});
  for (const auto& item : call.items) {
    std::vector<html::Content> row = {
        item.code,
        [&item, &call, may](Out& o) {
          if (may) {
            o("<a href=\"{}\">{}</a>",
              html::Url{call_url(call.id, "item") + "?code=" + http::url_encode(item.code)}, item.title);
          } else {
            o("{}", item.title);
          }
          o("<br><span class=\"muted small\">{}</span>", item.definition);
        },
        item.kind == ItemKind::task ? std::string("—") : item.unit, std::string(title_of(item.kind)),
        metric_text(metrics, item)};
    if (may) {
      row.push_back([&item, &call, &context](Out& o) {
        o("{}", html::PostButton{"移出",
                                 call_url(call.id, "drop"),
                                 context.csrf,
                                 html::Look::link,
                                 "",
                                 {{"code", item.code}, {"revision", std::to_string(call.revision)}}});
      });
    }
    table.rows.push_back(std::move(row));
  }
  if (table.rows.empty()) {
    h("{}", html::EmptyState{"还没有项目", "写明编号、名称、单位和口径；选一个建议的指标，各县就不用手填。"});
  } else {
    h("{}", table);
  }
}

http::Response draft_page(Context& context, RollupEngine& engine, const Call& call, const Typed& typed) {
  const bool may = context.actor.may_everywhere(kCall);
  const auto below = engine.store().counties_of(context.tenant.id);
  site::Page page;
  page.title = call.title;
  page.path = {{"汇总上报", "/rollup"}, {"下发的要求", "/rollup/calls"}, {call.title, ""}};
  page.note = [&](Out& h) {
    h("{}　统计时段 {}　上报期限 {}", html::light(rollup::light_of(call.state), title_of(call.state)),
      period_text(call.from, call.to), base::to_iso(call.due));
  };
  page.actions = [&](Out& h) {
    if (!may) return;
    h("{}{}", html::button_link("修改名称和期限", call_url(call.id, "edit"), "edit"),
      html::PostButton{"删除草稿",
                       call_url(call.id, "discard"),
                       context.csrf,
                       html::Look::plain,
                       "trash",
                       {{"revision", std::to_string(call.revision)}}});
  };
  page.body = [&](Out& h) {
    h("{}", html::ErrorSummary{typed.errors});
    if (!call.note.empty())
      h("{}", html::panel("给各县的说明", [&](Out& o) { o("<p class=\"prewrap\">{}</p>", call.note); }));
    h("{}",
      html::panel("汇总项目",
                  [&](Out& o) {
                    write_items(o, context, engine, call, may);
                    if (may)
                      o("<div class=\"mt\">{} {}</div>",
                        html::button_link("加入数量项目", call_url(call.id, "item"), "plus"),
                        html::button_link("下达任务", call_url(call.id, "item") + "?kind=task", "plus"));
                  },
                  {.note = fmt::format("{} 项", call.items.size())}));
    if (!may) return;
    h("{}", html::panel("下发", [&](Out& o) {
        std::vector<std::string> names;
        for (const auto& l : below) names.push_back(l.county.name);
        o("<p>{}下发后内容不再变动，各县在“我的工作”中看到并收到通知；要更正，另拟一个替代它。</p>",
          names.empty()
              ? std::string("还没有县与本地区建立汇总关系。")
              : fmt::format("将下发给 {} 个县（市、区）：{}。", names.size(), base::join(names, "、")));
        if (call.replaces != 0)
          o("<p>下发后替代<a href=\"{}\">原来的汇总要求</a>，原来的不再收上报，已报的保留。</p>",
            html::Url{call_url(call.replaces)});
        o("<div class=\"mt\">{}</div>", html::PostButton{"下发给各县",
                                                         call_url(call.id, "issue"),
                                                         context.csrf,
                                                         html::Look::primary,
                                                         "send",
                                                         {{"revision", std::to_string(call.revision)}}});
      }));
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer show_call(Context& context, RollupEngine& engine) {
  const Call call = TRY(engine.store().call(context.tenant.id, TRY(context.id("call"))));
  if (call.state != CallState::draft) return show_board(context, engine, call, {});
  if (!context.actor.may(kCall))
    return refuse(Code::not_found, "rollup.call", "没有这个汇总要求。请从“下发的要求”进入。");
  return draft_page(context, engine, call, {});
}

enum class Deed { issue, discard, correct, counties };

PageAnswer act(Context& context, RollupEngine& engine, Deed deed) {
  const Call call = TRY(engine.store().call(context.tenant.id, TRY(context.id("call"))));
  auto& store = engine.store();
  if (deed == Deed::discard) {
    TRY(store.discard(by(context), call.id, revision_in(context)));
    context.say(html::Tone::green, "草稿已删除。");
    return site::redirect("/rollup/calls");
  }
  if (deed == Deed::correct) {
    const Id fresh = TRY(store.correct(by(context), call.id));
    context.say(html::Tone::green, "已按原内容拟好更正，改好后下发，原来的就被替代。");
    return site::redirect(call_url(fresh));
  }
  if (deed == Deed::counties) {
    const int added = TRY(store.add_counties(by(context), call.id));
    engine.tell();
    context.say(html::Tone::green,
                added == 0 ? std::string("没有新建立关系的县。") : fmt::format("已补发给 {} 个县。", added));
    return site::redirect(call_url(call.id));
  }
  const auto done = store.issue(by(context), call.id, revision_in(context));
  if (!done) {
    if (done.error().code != Code::invalid) return tl::unexpected(done.error());
    return draft_page(context, engine, call, {{}, {done.error()}});
  }
  engine.tell();
  context.say(html::Tone::green, "已下发。各县会收到通知，报上来的数在这里并列。");
  return site::redirect(call_url(call.id));
}

PageAnswer close(Context& context, RollupEngine& engine) {
  const Call call = TRY(engine.store().call(context.tenant.id, TRY(context.id("call"))));
  auto in = close_form().check(context.request.form);
  if (in.ok()) {
    const auto done =
        engine.store().close(by(context), call.id, revision_in(context), in.values.text("reason"));
    if (done) {
      context.say(html::Tone::green, "已办结，不再收上报。");
      return site::redirect(call_url(call.id));
    }
    in.errors.push_back(done.error());
  }
  return show_board(context, engine, call, {in.values, in.errors});
}

}  // namespace

void add_call_pages(site::Site& site, RollupEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/rollup/calls", Access::right, "rollup.read",
            [&](Context& c) { return list_calls(c, engine); }});
  site.add({Method::get, "/rollup/calls/new", Access::right, "rollup.call",
            [](Context& c) -> PageAnswer { return head_page(c, nullptr, {}); }});
  site.add({Method::post, "/rollup/calls/new", Access::right, "rollup.call",
            [&](Context& c) { return save_head(c, engine, nullptr); }});
  site.add({Method::get, "/rollup/calls/{call}", Access::right, "rollup.read",
            [&](Context& c) { return show_call(c, engine); }});
  site.add({Method::get, "/rollup/calls/{call}/edit", Access::right, "rollup.call",
            [&](Context& c) { return edit_head(c, engine); }});
  site.add({Method::post, "/rollup/calls/{call}/edit", Access::right, "rollup.call",
            [&](Context& c) { return edit_head(c, engine); }});
  site.add({Method::post, "/rollup/calls/{call}/issue", Access::right, "rollup.call",
            [&](Context& c) { return act(c, engine, Deed::issue); }});
  site.add({Method::post, "/rollup/calls/{call}/discard", Access::right, "rollup.call",
            [&](Context& c) { return act(c, engine, Deed::discard); }});
  site.add({Method::post, "/rollup/calls/{call}/correct", Access::right, "rollup.call",
            [&](Context& c) { return act(c, engine, Deed::correct); }});
  site.add({Method::post, "/rollup/calls/{call}/counties", Access::right, "rollup.call",
            [&](Context& c) { return act(c, engine, Deed::counties); }});
  site.add({Method::post, "/rollup/calls/{call}/close", Access::right, "rollup.call",
            [&](Context& c) { return close(c, engine); }});
}

}  // namespace kepu::rollup

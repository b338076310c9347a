// 收到的要求: a county's own side: what is asked, what it would answer today, and handing it in.
#include "core/base/text.h"
#include "core/html/format.h"
#include "engines/rollup/pages/desk.h"

namespace kepu::rollup {
namespace {

const form::Form& submit_form() {
  static const form::Form kForm({{.name = "reason",
                                  .label = "再次上报的原因",
                                  .hint = "第一次上报不用填；以前报的保留，上级看最新的一次",
                                  .max_length = 500}});
  return kForm;
}

PageAnswer list_incoming(Context& context, RollupEngine& engine) {
  auto& store = engine.store();
  const Id tenant = context.tenant.id;
  const auto rows = store.incoming(tenant);
  // A superior with nobody above it means its own calls.
  if (rows.empty() && context.param("view").empty() && context.as().empty() &&
      !store.counties_of(tenant).empty())
    return site::redirect("/rollup/calls");
  const auto table =
      table::Table<Incoming>({.id = "incoming", .caption = "汇总要求", .search_hint = "名称", .unit = "项"})
          .column({.key = "title", .title = "汇总要求", .full_on_phone = true, .width = 40},
                  [](const Incoming& in) { return table::link(in.call.title, incoming_url(in.call.id)); })
          .column({.key = "superior", .title = "上级"},
                  [](const Incoming& in) { return table::text(in.call.superior.name); })
          .column({.key = "period", .title = "统计时段", .width = 26},
                  [](const Incoming& in) { return table::text(period_text(in.call.from, in.call.to)); })
          .column({.key = "due", .title = "上报期限"},
                  [](const Incoming& in) { return table::date(in.call.due); })
          .column({.key = "standing", .title = "本地区"},
                  [](const Incoming& in) {
                    return table::status(mark_of(rollup::light_of(in.standing)),
                                         std::string(title_of(in.standing)));
                  })
          .column(
              {.key = "number", .title = "已报次数", .number = true},
              [](const Incoming& in) { return table::count(static_cast<std::int64_t>(in.returns.size())); })
          .column({.key = "state", .title = "上级状态", .hide_on_phone = true},
                  [](const Incoming& in) {
                    return table::text(in.call.replaced_by != 0 ? "已被替代"
                                                                : std::string(title_of(in.call.state)));
                  })
          .filter({.key = "standing",
                   .title = "本地区状态",
                   .options = {{"waiting", "未报"},
                               {"late", "逾期未报"},
                               {"given_back", "退回待改"},
                               {"on_time", "已按期上报"},
                               {"belated", "逾期补报"}}},
                  [](const Incoming& in, std::string_view v) { return to_text(in.standing) == v; });
  site::Page page;
  page.title = "收到的汇总要求";
  page.path = {{"汇总上报", ""}};
  page.note = "上级要的数从本地区的指标来，核对后上报；上级只看得到正式上报的数";
  site::ListOptions options{.file_name = "收到的汇总要求", .subject = "rollup"};
  options.empty_hint = store.superior_of(tenant)
                           ? "上级还没有下发汇总要求。下发以后会在这里和“我的工作”中出现。"
                           : "本地区还没有上级。系统管理员在“汇总关系”中填写上级代码以后，才会收到汇总要求。";
  options.before = [&](Out& h) { h("<div class=\"mt\">{}</div>", views(context, engine, 0)); };
  return site::list(context, table, table.in_memory(rows), std::move(page), options);
}

// ---------------------------------------------------------------- one call

// Where the figure comes from; a metric opens into its records.
void write_basis(Out& h, const Context& context, const Call& call, const Composed& now, const Entry& e) {
  switch (e.origin) {
    case Origin::metric: {
      const std::string text = fmt::format("{}，{} 条记录", e.metric_title, e.records);
      if (context.actor.may("indicators.read")) {
        h("<a href=\"{}\">{}</a>",
          html::Url{fmt::format("/indicators/{}/records?from={}&to={}", e.metric, base::to_iso(call.from),
                                base::to_iso(now.as_of))},
          text);
      } else {
        h("{}", text);
      }
      if (!e.why.empty()) h("<br><span class=\"muted small\">{}</span>", e.why);
      if (!e.reason.empty()) h("<br><span class=\"muted small\">{}</span>", e.reason);
      return;
    }
    case Origin::typed:
      h("另行填写：{}", e.source);
      return;
    case Origin::task:
      h("{}", e.task_title.empty() ? e.words : e.task_code + " " + e.task_title);
      return;
    case Origin::empty:
    case Origin::none:
      h("{}", !e.reason.empty() ? e.reason : !e.why.empty() ? e.why : std::string("还没有填"));
      return;
  }
}

void write_entries(Out& h, Context& context, const Incoming& in, const Composed& now) {
  const bool fills = in.linked && in.call.state == CallState::issued && context.actor.may_everywhere(kFill);
  html::SimpleTable table;
  table.caption = "汇总项目和现在的数";
  table.columns = {{"项目"}, {"现在的数", html::Column::Kind::number}, {"怎么来的"}, {"核对"}};
  if (fills) table.columns.push_back({"办理"});
  for (std::size_t i = 0; i < now.entries.size(); ++i) {
    const auto& e = now.entries[i];
    const auto wrong = std::count_if(now.problems.begin(), now.problems.end(),
                                     [&](const base::Error& x) { return x.field == e.item.code; });
    std::vector<html::Content> row = {
        [&e](Out& o) {
          o("<b>{}</b> {}<br><span class=\"muted small\">{}</span>", e.item.code, e.item.title,
            e.item.definition);
        },
        [&e](Out& o) {
          const auto light = parse_light(e.light);
          if (light) {
            o("{}", html::light(*light, e.light_word));
          } else {
            o("{}", value_text(e));
          }
        },
        [&context, &in, &now, &e](Out& o) { write_basis(o, context, in.call, now, e); },
        [wrong](Out& o) {
          o("{}",
            html::tag(wrong > 0 ? "要处理" : "可以上报", wrong > 0 ? html::Tone::red : html::Tone::green));
        }};
    if (fills) {
      row.push_back([url = item_url(in.call.id, std::to_string(i + 1)), &e](Out& o) {
        o("<a href=\"{}\">填写<span class=\"sr\"> {}</span></a>", html::Url{url}, e.item.title);
      });
    }
    table.rows.push_back(std::move(row));
  }
  h("{}", table);
}

void write_submit(Out& h, Context& context, const Incoming& in, const Composed& now, const Typed& typed) {
  if (!in.linked || in.call.state != CallState::issued) return;
  const bool may = context.actor.may_everywhere(kSubmit);
  h("{}", html::panel("上报", [&](Out& o) {
      if (!now.problems.empty()) {
        o("<p>还有 {} 处要先处理，才能上报：</p><ul>{}</ul>", now.problems.size(), [&](Out& x) {
          for (const auto& p : now.problems) x("<li>{}</li>", p.message);
        });
        return;
      }
      if (!may) {
        o("<p>各项都可以上报了。请有“审定并上报”权限的负责人核对后上报。</p>");
        return;
      }
      auto view = view_of(context, incoming_url(in.call.id) + "/submit",
                          in.returns.empty() ? "核对无误，正式上报" : "再次上报", typed);
      view.hidden = {{"revision", std::to_string(in.draft.revision)}, {"seen", mark_of(now)}};
      o("<p>上报后这些数和口径固定下来，以后的更正不改变它；要改就再报一次。数据截至 {}。</p>",
        base::to_iso(now.as_of));
      submit_form().write(o, view);
    }));
}

void write_returns(Out& h, const Incoming& in) {
  if (in.returns.empty()) return;
  html::SimpleTable table;
  table.caption = "上报记录";
  table.columns = {{"次"}, {"上报"}, {"原因"}, {"SHA-256"}};
  for (const auto& r : in.returns) {
    table.rows.push_back(
        {[&r](Out& o) { o("<a href=\"{}\">第 {} 次</a>", html::Url{return_url(r.id)}, r.number); },
         r.by + "　" + base::to_local(r.at), r.reason.empty() ? std::string("—") : r.reason,
         r.sha256.substr(0, 16) + "…"});
  }
  h("{}", html::panel("上报记录", table, {.note = "每次上报的内容固定保留"}));
}

http::Response incoming_page(Context& context, RollupEngine& engine, const Incoming& in, const Typed& typed) {
  const auto now = engine.composed(context.tenant.id, in.call, in.draft.choices, context.today());
  site::Page page;
  page.title = in.call.title;
  page.path = {{"汇总上报", "/rollup"}, {in.call.title, ""}};
  page.note = [&](Out& h) {
    h("{}　{}要求　统计时段 {}　上报期限 {}",
      html::light(mark_of(rollup::light_of(in.standing)), title_of(in.standing)), in.call.superior.name,
      period_text(in.call.from, in.call.to), base::to_iso(in.call.due));
  };
  page.body = [&](Out& h) {
    if (in.call.state == CallState::closed) {
      h("{}", html::Flash{html::Tone::amber,
                          "上级已于 " + base::to_local(in.call.closed_at) + " 办结这次汇总" +
                              (in.call.closed_reason.empty() ? "" : "：" + in.call.closed_reason)});
    } else if (!in.linked) {
      h("{}", html::Flash{html::Tone::amber, "与上级的汇总关系已解除，不能再上报。"});
    } else if (in.back) {
      h("{}",
        html::Flash{html::Tone::red, fmt::format("第 {} 次上报被{}退回（{}）：{}", in.back->number,
                                                 in.back->by, base::to_local(in.back->at), in.back->reason)});
    }
    if (!in.call.note.empty())
      h("{}", html::panel("上级的说明", [&](Out& o) { o("<p class=\"prewrap\">{}</p>", in.call.note); }));
    const bool open = in.linked && in.call.state == CallState::issued;
    if (open) {
      h("{}", html::panel("现在会报什么", [&](Out& o) { write_entries(o, context, in, now); },
                          {.note = in.draft.revision > 0 ? in.draft.edited_by + "　" +
                                                               base::to_local(in.draft.edited_at) + " 填写"
                                                         : std::string("按建议的指标算出，还没有人改过")}));
      h("{}", html::panel("随报情况", [&](Out& o) { write_facts(o, now.facts); },
                          {.note = "由平台按方案和填报生成"}));
      write_submit(h, context, in, now, typed);
    }
    write_returns(h, in);
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer show_incoming(Context& context, RollupEngine& engine) {
  const auto in = TRY(engine.store().incoming(context.tenant.id, TRY(context.id("call"))));
  return incoming_page(context, engine, in, {});
}

PageAnswer submit(Context& context, RollupEngine& engine) {
  const auto in = TRY(engine.store().incoming(context.tenant.id, TRY(context.id("call"))));
  auto typed = submit_form().check(context.request.form);
  if (typed.ok()) {
    const auto now = engine.composed(context.tenant.id, in.call, in.draft.choices, context.today());
    if (mark_of(now) != context.field("seen")) {
      typed.errors.push_back({base::Code::conflict, "rollup.moved", "",
                              "您核对以后数据有变化，没有报出。下面是现在的数，请再核对一遍。"});
    } else {
      const auto done = engine.store().submit(by(context), in.call.id,
                                              base::parse_int(context.field("revision")).value_or(-1),
                                              typed.values.text("reason"), now);
      if (done) {
        engine.tell();
        context.say(html::Tone::green, "已上报，内容已固定。");
        return site::redirect(return_url(done->id));
      }
      typed.errors.push_back(done.error());
    }
  }
  return incoming_page(context, engine, in, {typed.values, typed.errors});
}

}  // namespace

void add_incoming_pages(site::Site& site, RollupEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/rollup", Access::right, "rollup.read",
            [&](Context& c) { return list_incoming(c, engine); }});
  site.add({Method::get, "/rollup/in/{call}", Access::right, "rollup.read",
            [&](Context& c) { return show_incoming(c, engine); }});
  site.add({Method::post, "/rollup/in/{call}/submit", Access::right, "rollup.submit",
            [&](Context& c) { return submit(c, engine); }});
}

}  // namespace kepu::rollup

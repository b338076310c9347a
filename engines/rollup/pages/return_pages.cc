// A return as it was frozen: for the county that made it and the superior that got it.
#include "core/base/text.h"
#include "core/html/format.h"
#include "engines/rollup/pages/desk.h"

namespace kepu::rollup {
namespace {

const form::Form& back_form() {
  static const form::Form kForm({{.name = "reason",
                                  .label = "退回的原因和要改什么",
                                  .kind = form::Kind::long_text,
                                  .required = true,
                                  .max_length = 500,
                                  .rows = 3}});
  return kForm;
}

// In pieces, so that a narrow page can break it.
void write_hash(Out& h, std::string_view hash) {
  h("<code>{}</code>", [&](Out& o) {
    for (std::size_t at = 0; at < hash.size(); at += 8) o("{}<wbr>", hash.substr(at, 8));
  });
}

void write_entry(Out& h, const Entry& e) {
  html::Definitions list;
  const auto light = parse_light(e.light);
  if (light) {
    list.items.emplace_back("状况", [&e, light](Out& o) {
      o("{}{}", html::light(*light, e.light_word),
        e.share ? "　完成 " + html::fixed(*e.share * 100, 0) + "%" : std::string());
    });
    if (!e.light_why.empty()) list.items.emplace_back("判定", e.light_why);
  } else {
    list.items.emplace_back(e.item.kind == ItemKind::task ? "状况" : "数", value_text(e));
  }
  if (e.item.kind == ItemKind::task)
    list.items.emplace_back("县里的任务", e.task_title.empty() ? std::string("没有对应的任务")
                                                               : e.task_code + " " + e.task_title);
  list.items.emplace_back("怎么来的", std::string(title_of(e.origin)));
  if (!e.metric.empty()) {
    list.items.emplace_back("指标", e.metric_title + (e.metric == e.item.metric ? "（上级建议）" : ""));
    list.items.emplace_back("指标口径（上报时）", e.metric_definition);
    list.items.emplace_back("记录", fmt::format("{} 条", e.records));
  }
  if (!e.why.empty()) list.items.emplace_back("平台说明", e.why);
  if (!e.source.empty()) list.items.emplace_back("来源", e.source);
  if (!e.reason.empty()) list.items.emplace_back("说明", e.reason);
  if (!e.words.empty()) list.items.emplace_back("情况说明", e.words);
  if (!e.item.definition.empty()) list.items.emplace_back("要求的口径", e.item.definition);
  h("{}", list);
}

http::Response return_page(Context& context, const RollupStore::Shown& shown, const Typed& typed) {
  const Return& r = shown.returned;
  const bool above = r.superior.tenant == context.tenant.id;
  site::Page page;
  page.title = fmt::format("{}上报：{}", r.county.name, r.call_title);
  page.path = {{"汇总上报", above ? "/rollup/calls" : "/rollup"},
               {r.call_title, above ? call_url(r.call) : incoming_url(r.call)},
               {fmt::format("{}第 {} 次", r.county.name, r.number), ""}};
  page.note = fmt::format("第 {} 次　{}于 {} 上报　统计时段 {}　数据截至 {}", r.number, r.by,
                          base::to_local(r.at), period_text(r.from, r.to), base::to_iso(r.as_of));
  page.actions = [&](Out& h) {
    h("{}", html::button_link("下载原文（JSON）", return_url(r.id) + "?as=json", "download"));
  };
  page.body = [&](Out& h) {
    if (shown.back) {
      h("{}", html::Flash{html::Tone::red, fmt::format("{}于 {} 退回：{}", shown.back->by,
                                                       base::to_local(shown.back->at), shown.back->reason)});
    }
    if (!shown.newest) h("{}", html::Flash{html::Tone::amber, "这不是最新的一次上报，汇总表用最新的一次。"});
    html::SimpleTable table;
    table.caption = "上报的数";
    table.columns = {
        {"编号"}, {"项目"}, {"数", html::Column::Kind::number}, {"记录", html::Column::Kind::number}};
    for (std::size_t i = 0; i < r.entries.size(); ++i) {
      const auto& e = r.entries[i];
      table.rows.push_back({e.item.code,
                            [&e, i](Out& o) {
                              o("<a href=\"{}\">{}</a>", html::Url{fmt::format("#e{}", i + 1)}, e.item.title);
                            },
                            value_text(e),
                            e.metric.empty() ? std::string("—") : fmt::format("{} 条", e.records)});
    }
    h("{}", html::panel("上报的数", table));
    h("{}", html::panel("随报情况", [&](Out& o) { write_facts(o, r.facts); },
                        {.note = "上报时由平台按方案和填报生成"}));
    for (std::size_t i = 0; i < r.entries.size(); ++i) {
      const auto& e = r.entries[i];
      h("{}", html::panel(e.item.code + " " + e.item.title, [&](Out& o) { write_entry(o, e); },
                          {.id = fmt::format("e{}", i + 1)}));
    }
    h("{}", html::panel("核验",
                        [&](Out& o) {
                          html::Definitions list;
                          list.items.emplace_back("固定内容", [&shown](Out& x) {
                            x("{}", html::tag(shown.intact ? "与上报时一致" : "与上报时不一致",
                                              shown.intact ? html::Tone::green : html::Tone::red));
                          });
                          list.items.emplace_back("SHA-256", [&r](Out& x) { write_hash(x, r.sha256); });
                          if (!r.reason.empty()) list.items.emplace_back("再次上报的原因", r.reason);
                          o("{}", list);
                        },
                        {.note = "下载的原文就是固定的字节，可以用任何工具核对"}));
    if (above && shown.newest && !shown.back && context.actor.may_everywhere(kCall)) {
      const auto view = view_of(context, return_url(r.id) + "/back", "退回", typed);
      h("{}", html::panel("退回", [&](Out& o) { back_form().write(o, view); },
                          {.note = "县里会在“我的工作”看到原因，改好再报；这一份仍保留"}));
    }
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer show_return(Context& context, RollupEngine& engine) {
  const auto shown = TRY(engine.store().find_return(context.tenant.id, TRY(context.id("returned"))));
  if (context.as() != "json") return return_page(context, shown, {});
  const auto& r = shown.returned;
  context.log("export.return", fmt::format("rollup:{}", r.call),
              fmt::format("下载{}的上报（第 {} 次）", r.county.name, r.number));
  return http::attachment_bytes(r.body, fmt::format("{}上报第{}次.json", r.county.name, r.number),
                                "application/json");
}

PageAnswer give_back(Context& context, RollupEngine& engine) {
  const Id id = TRY(context.id("returned"));
  auto in = back_form().check(context.request.form);
  if (in.ok()) {
    const auto done = engine.store().give_back(by(context), id, in.values.text("reason"));
    if (done) {
      engine.tell();
      context.say(html::Tone::green, "已退回。县里改好会再报。");
      return site::redirect(return_url(id));
    }
    if (done.error().code == base::Code::not_found) return tl::unexpected(done.error());
    in.errors.push_back(done.error());
  }
  const auto shown = TRY(engine.store().find_return(context.tenant.id, id));
  return return_page(context, shown, {in.values, in.errors});
}

}  // namespace

void add_return_pages(site::Site& site, RollupEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/rollup/returns/{returned}", Access::right, "rollup.read",
            [&](Context& c) { return show_return(c, engine); }});
  site.add({Method::post, "/rollup/returns/{returned}/back", Access::right, "rollup.call",
            [&](Context& c) { return give_back(c, engine); }});
}

}  // namespace kepu::rollup

// 事件回调: the addresses of other systems that hear of what happens, and what was sent there.
#include "core/base/text.h"
#include "core/site/list.h"
#include "engines/administration/interface.h"
#include "engines/administration/pages.h"

namespace kepu::administration {

using api::Delivery;
using api::DeliveryState;
using api::Webhook;
using html::Out;
using html::Tone;
using site::Answer;
using site::Context;

namespace {

constexpr const char* kHome = "/settings/events";

std::string hook_url(Id hook, std::string_view deed = {}) {
  return fmt::format("/settings/events/{}{}{}", hook, deed.empty() ? "" : "/", deed);
}

std::pair<std::string, Tone> state_of(const Webhook& hook) {
  if (!hook.active) return {"已停用", Tone::plain};
  if (hook.failures > 0) return {"送不到", Tone::red};
  return {"正常", Tone::green};
}

std::string events_text(const api::Webhooks& hooks, const Webhook& hook) {
  std::vector<std::string> titles;
  for (const auto& event : hook.events) titles.push_back(hooks.title_of_event(event));
  return base::join(titles, "、");
}

Answer list_hooks(Context& context, const Interface& parts) {
  const auto rows = parts.hooks.hooks(context.tenant.id);
  const auto table =
      table::Table<Webhook>({.id = "hooks", .caption = "事件回调", .unit = "个"})
          .column({.key = "title", .title = "接收的系统", .width = 24},
                  [](const Webhook& h) { return table::link(h.title, hook_url(h.id)); })
          .column({.key = "events", .title = "事件", .sortable = false, .full_on_phone = true, .width = 30},
                  [&](const Webhook& h) { return table::text(events_text(parts.hooks, h)); })
          .column({.key = "waiting", .title = "待送", .number = true},
                  [](const Webhook& h) { return table::count(h.waiting); })
          .column({.key = "dead", .title = "送不到", .number = true},
                  [](const Webhook& h) { return table::count(h.dead); })
          .column({.key = "state", .title = "状态", .sortable = false},
                  [](const Webhook& h) { return table::tags({state_of(h)}); });
  site::Page page;
  page.title = "事件回调";
  page.path = {{"开放接口", "/settings/api"}, {"事件回调", ""}};
  page.note = "订单每到一个环节，就告诉订阅的系统；不含群众的称呼、电话和写的话";
  page.actions = [](Out& h) {
    h("{}", html::button_link("新增回调", "/settings/events/new", "plus", html::Look::primary));
  };
  site::ListOptions options{.file_name = "事件回调", .subject = "webhooks"};
  options.empty_hint = "对方系统想在订单变化时立即知道、不用反复来查，就在这里登记它的接收地址。";
  return site::list(context, table, table.in_memory(rows), std::move(page), options);
}

// ---------------------------------------------------------------- a new one

form::Form hook_form(const Interface& parts) {
  std::vector<form::Option> events;
  for (const auto& e : parts.hooks.events()) events.push_back({e.name, e.title + "（" + e.name + "）"});
  return form::Form({{.name = "title",
                      .label = "接收的系统",
                      .required = true,
                      .hint = "如“县融媒体中心”",
                      .max_length = 40},
                     {.name = "url",
                      .label = "接收地址",
                      .required = true,
                      .hint = "以 https:// 开头；不能是本机或内网地址，除非运维已允许",
                      .max_length = 500},
                     {.name = "events",
                      .label = "事件",
                      .kind = form::Kind::multi_select,
                      .required = true,
                      .options = std::move(events)}});
}

http::Response new_page(Context& context, const Interface& parts, const Typed& returned) {
  auto view = view_of(context, "/settings/events/new", "登记并显示签名密钥", returned.only("hook"));
  view.cancel_url = kHome;
  site::Page page;
  page.title = "新增回调";
  page.path = {{"开放接口", "/settings/api"}, {"事件回调", kHome}, {"新增", ""}};
  page.narrow = true;
  page.body = [&](Out& h) { h("{}", html::panel("", [&](Out& o) { hook_form(parts).write(o, view); })); };
  return site::page(context, std::move(page), status_of(returned.errors));
}

http::Response once_page(Context& context, const std::string& title, Id hook, const std::string& secret) {
  site::Page page;
  page.title = "签名密钥";
  page.path = {{"开放接口", "/settings/api"}, {"事件回调", kHome}, {title, hook_url(hook)}, {"签名密钥", ""}};
  page.narrow = true;
  page.body = [&](Out& h) {
    h("{}", html::panel(
                title,
                [&](Out& o) {
                  o("<p class=\"once\"><code>{}</code></p><p>请交给对方系统的管理人员，用来核对每次送到的签名"
                    "（办法见{}）。离开本页后不再显示；丢了可以换一个，原来的立即作废。</p>",
                    secret, [](Out& x) { x("<a href=\"/api#events\">接口说明</a>"); });
                  o("<div class=\"acts\">{}</div>",
                    html::button_link("已经交给对方", hook_url(hook), "check", html::Look::primary));
                },
                {.note = "只显示这一次"}));
  };
  auto response = site::page(context, std::move(page));
  response.set("Cache-Control", "no-store");
  return response;
}

Answer make_hook(Context& context, const Interface& parts) {
  auto in = hook_form(parts).check(context.request.form);
  Webhook hook;
  hook.title = in.values.text("title");
  hook.url = in.values.text("url");
  hook.events = in.values.texts("events");
  if (in.ok()) in.errors = parts.hooks.check(hook);
  if (in.ok()) {
    const auto made = parts.hooks.make(context.actor, hook);
    if (made) return once_page(context, base::trim(hook.title), made->id, made->secret);
    in.errors.push_back(made.error());
  }
  return new_page(context, parts, {in.values, in.errors, "hook"});
}

// ---------------------------------------------------------------- one, with what was sent

Tone tone_of(DeliveryState state) {
  return state == DeliveryState::sent ? Tone::green : state == DeliveryState::dead ? Tone::red : Tone::blue;
}

table::Table<Delivery> delivery_table(const api::Webhooks& hooks, Id hook) {
  return table::Table<Delivery>({.id = "deliveries", .caption = "送出记录", .unit = "条"})
      .column({.key = "at", .title = "何时", .sortable = false, .width = 18},
              [](const Delivery& d) { return table::text(base::to_local(d.at, true)); })
      .column({.key = "event", .title = "事件", .sortable = false, .width = 20},
              [&hooks](const Delivery& d) { return table::text(hooks.title_of_event(d.event)); })
      .column({.key = "id", .title = "编号", .sortable = false, .hide_on_phone = true, .width = 22},
              [](const Delivery& d) { return table::text(std::to_string(d.id)); })
      .column({.key = "state", .title = "结果", .sortable = false},
              [](const Delivery& d) {
                return table::tags({{std::string(api::title_of(d.state)), tone_of(d.state)}});
              })
      .column({.key = "tries", .title = "送了几次", .number = true, .sortable = false},
              [](const Delivery& d) { return table::count(d.tries); })
      .column({.key = "next", .title = "下次", .sortable = false, .hide_on_phone = true, .width = 18},
              [](const Delivery& d) {
                return d.state == DeliveryState::waiting ? table::text(base::to_local(d.next_at))
                                                         : table::missing();
              })
      .column({.key = "problem", .title = "说明", .sortable = false, .full_on_phone = true, .width = 40},
              [](const Delivery& d) { return table::text(d.problem); })
      .column({.key = "again", .title = "办理", .sortable = false},
              [hook](const Delivery& d) {
                return table::link(d.state == DeliveryState::dead ? "再送" : "正文",
                                   hook_url(hook, fmt::format("deliveries/{}", d.id)));
              })
      .filter({.key = "state",
               .title = "结果",
               .options = {{"waiting", "待送"}, {"sent", "已送到"}, {"dead", "送不到"}}});
}

html::Content facts_of(Context& context, const Interface& parts, const Webhook& hook) {
  return [&context, parts, hook](Out& h) {
    h("{}", html::panel("接收方", [&](Out& o) {
        html::Definitions facts{
            {{"接收地址", [&](Out& x) { x("<span class=\"break\">{}</span>", hook.url); }},
             {"事件", events_text(parts.hooks, hook)},
             {"登记", hook.made_by + "　" + base::to_local(hook.made_at)}}};
        if (hook.failures > 0) {
          facts.items.emplace_back("最近的失败", fmt::format("连续 {} 次：{}", hook.failures, hook.problem));
          if (hook.paused_until > context.now())
            facts.items.emplace_back("下次再试", base::to_local(hook.paused_until));
        }
        o("{}", facts);
        const auto post = [&](const char* text, std::string_view deed, html::Look look) {
          return html::PostButton{text, hook_url(hook.id, deed), context.csrf, look};
        };
        o("<div class=\"deeds\">{}</div>", [&](Out& x) {
          if (hook.active) x("{}", post("发测试事件", "test", html::Look::primary));
          x("{}", post("换签名密钥", "secret", html::Look::plain));
          x("{}", hook.active ? post("停用", "stop", html::Look::danger)
                              : post("恢复", "resume", html::Look::primary));
        });
      }));
  };
}

Answer show_hook(Context& context, const Interface& parts) {
  const Id id = TRY(context.id("hook"));
  const Webhook hook = TRY(parts.hooks.hook(context.tenant.id, id));
  const auto table = delivery_table(parts.hooks, id);
  const table::Source<Delivery> source = [&](const table::Wanted& w) {
    const auto wanted = w.query.filter("state");
    std::optional<DeliveryState> state;
    for (const auto s : {DeliveryState::waiting, DeliveryState::sent, DeliveryState::dead}) {
      if (api::to_text(s) == wanted) state = s;
    }
    auto found = parts.hooks.deliveries(context.tenant.id, id, state, w.offset, w.limit);
    return table::Found<Delivery>{std::move(found.deliveries), found.total};
  };
  const auto state = state_of(hook);
  site::Page page;
  page.title = hook.title;
  page.path = {{"开放接口", "/settings/api"}, {"事件回调", kHome}, {hook.title, ""}};
  page.note = [state](Out& o) { o("{}", html::tag(state.first, state.second)); };
  site::ListOptions options{.file_name = hook.title + "的事件送出记录",
                            .subject = fmt::format("webhook:{}", id)};
  options.empty_hint = "还没有事件。可以先发一个测试事件。";
  options.before = facts_of(context, parts, hook);
  options.after = [&](Out& h) {
    h("{}", html::panel("变更记录", history_of(context, fmt::format("webhook:{}", id))));
  };
  return site::list(context, table, source, std::move(page), options);
}

Answer do_deed(Context& context, const Interface& parts) {
  const Id id = TRY(context.id("hook"));
  const Webhook hook = TRY(parts.hooks.hook(context.tenant.id, id));
  const auto deed = context.variable("deed");
  if (deed == "test") {
    const auto sent = parts.hooks.test(context.actor, id);
    if (!sent && sent.error().code != base::Code::unavailable) return tl::unexpected(sent.error());
    context.say(sent ? Tone::green : Tone::red, sent ? *sent : sent.error().message);
  } else if (deed == "secret") {
    return once_page(context, hook.title, id, TRY(parts.hooks.renew_secret(context.actor, id)));
  } else if (deed == "stop" || deed == "resume") {
    TRY(parts.hooks.set_active(context.actor, id, deed == "resume"));
    context.say(Tone::green, deed == "resume" ? "已恢复，以后的事件会送去。" : "已停用，不再送事件。");
  } else {
    return base::refuse(base::Code::not_found, "webhook.deed", "没有这个办理事项。");
  }
  return site::redirect(hook_url(id));
}

// A last look at what is sent again.
Answer show_delivery(Context& context, const Interface& parts) {
  const Id id = TRY(context.id("hook")), wanted = TRY(context.id("delivery"));
  const Webhook hook = TRY(parts.hooks.hook(context.tenant.id, id));
  const Delivery d = TRY(parts.hooks.delivery(context.tenant.id, id, wanted));
  site::Page page;
  page.title = fmt::format("事件 {}", d.id);
  page.path = {{"开放接口", "/settings/api"}, {"事件回调", kHome}, {hook.title, hook_url(id)}, {"事件", ""}};
  page.narrow = true;
  page.body = [&](Out& h) {
    h("{}", html::panel(parts.hooks.title_of_event(d.event), [&](Out& o) {
        o("{}", html::Definitions{{{"何时", base::to_local(d.at, true)},
                                   {"结果", std::string(api::title_of(d.state))},
                                   {"送了几次", fmt::format("{} 次", d.tries)},
                                   {"说明", d.problem.empty() ? std::string("—") : d.problem}}});
        o("<p>正文：</p><pre class=\"sample\">{}</pre>", d.body);
        if (d.state == DeliveryState::dead) {
          o("{}", html::PostButton{"再送这个事件", hook_url(id, fmt::format("deliveries/{}", d.id)),
                                   context.csrf, html::Look::primary});
        }
      }));
  };
  return site::page(context, std::move(page));
}

Answer send_again(Context& context, const Interface& parts) {
  const Id id = TRY(context.id("hook")), delivery = TRY(context.id("delivery"));
  TRY(parts.hooks.again(context.actor, id, delivery));
  context.say(Tone::green, "已排入待送，一分钟内再送。");
  return site::redirect(hook_url(id));
}

}  // namespace

void add_event_pages(site::Site& site, Interface parts) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/settings/events", Access::right, "api.manage",
            [parts](Context& c) { return list_hooks(c, parts); }});
  site.add({Method::get, "/settings/events/new", Access::right, "api.manage",
            [parts](Context& c) -> Answer { return new_page(c, parts, {}); }});
  site.add({Method::post, "/settings/events/new", Access::right, "api.manage",
            [parts](Context& c) { return make_hook(c, parts); }});
  site.add({Method::get, "/settings/events/{hook}", Access::right, "api.manage",
            [parts](Context& c) { return show_hook(c, parts); }});
  site.add({Method::post, "/settings/events/{hook}/{deed}", Access::right, "api.manage",
            [parts](Context& c) { return do_deed(c, parts); }});
  site.add({Method::get, "/settings/events/{hook}/deliveries/{delivery}", Access::right, "api.manage",
            [parts](Context& c) { return show_delivery(c, parts); }});
  site.add({Method::post, "/settings/events/{hook}/deliveries/{delivery}", Access::right, "api.manage",
            [parts](Context& c) { return send_again(c, parts); }});
  site.add(site::MenuItem{"系统", "事件回调", kHome, "api.manage", 908, {}, {}, false});
}

}  // namespace kepu::administration

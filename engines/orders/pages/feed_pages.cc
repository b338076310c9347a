// 日程订阅: the address of a team's calendar, and what stands there.
#include <fmt/format.h>

#include "core/base/text.h"
#include "engines/orders/pages/order_desk.h"

namespace kepu::orders {

using base::Code;
using base::refuse;
using http::Method;
using site::Access;

namespace {

std::string host_of(const Context& context) {
  const auto host = context.request.header("host");
  return std::string(host.empty() ? "localhost" : host);
}

PageAnswer calendar(Context& context, OrdersEngine& engine) {
  if (context.tenant.id == 0) return refuse(Code::not_found, "tenant.unknown", "没有这个地区。请核对地址。");
  const auto units = context.app.directory.units(context.tenant.id);
  auto text = TRY(engine.feeds().calendar(context.tenant.id, context.variable("token"), [&](Id area) {
    return base::replace_all(area_name(*units, area), "　", " ");
  }));
  http::Response r;
  r.body = std::move(text);
  r.set("content-type", "text/calendar; charset=utf-8");
  r.set("cache-control", "private, max-age=900");
  return r;
}

PageAnswer change(Context& context, OrdersEngine& engine, bool make) {
  const Id team = TRY(context.field_id("team"));
  if (make) {
    const std::string token = TRY(engine.feeds().make(by(context), team));
    std::string home = engine.options().home;
    if (home.empty()) home = (context.app.secure_cookies ? "https://" : "http://") + host_of(context);
    while (base::ends_with(home, "/")) home.pop_back();
    context.say(html::Tone::green,
                fmt::format("订阅地址（只显示这一次，请复制到手机或电脑的日历里）：{}/p/{}/calendar/{}", home,
                            context.tenant.code, token));
  } else {
    TRY(engine.feeds().end(by(context), team));
    context.say(html::Tone::green, "已停用，原来的地址不再更新。");
  }
  return site::redirect("/my/orders");
}

}  // namespace

void write_feeds(Out& h, const Context& context, OrdersEngine& engine,
                 const std::vector<registers::FoundTeam>& teams) {
  h("{}", html::panel("在日历里看日程", [&](Out& o) {
      o("<p "
        "class=\"before\">"
        "把地址加进手机或电脑的日历，接下的单自动出现、改期自动更新；里面没有群众的称呼和电话。地址不要外传，"
        "泄露了就重新生成。</p>");
      for (const auto& t : teams) {
        const auto made = engine.feeds().made_at(context.tenant.id, t.entry);
        const std::vector<std::pair<std::string, std::string>> of = {{"team", std::to_string(t.entry)}};
        o("<p>{}　<span class=\"muted\">{}</span></p><div class=\"deeds\">{}{}</div>", t.name,
          made ? base::to_local(*made) + " 生成" : std::string("还没有生成"),
          html::PostButton{made ? "重新生成" + t.name + "的地址" : "生成" + t.name + "的地址",
                           "/my/orders/feed", context.csrf, html::Look::plain, "", of},
          [&](Out& x) {
            if (made)
              x("{}", html::PostButton{"停用" + t.name + "的地址", "/my/orders/feed/end", context.csrf,
                                       html::Look::danger, "", of});
          });
      }
    }));
}

void add_feed_pages(site::Site& site, OrdersEngine& engine) {
  const std::string right(kServe);
  site.add({Method::get, "/p/{tenant}/calendar/{token}", Access::open, "",
            [&](Context& c) { return calendar(c, engine); }});
  site.add({Method::post, "/my/orders/feed", Access::right, right,
            [&](Context& c) { return change(c, engine, true); }});
  site.add({Method::post, "/my/orders/feed/end", Access::right, right,
            [&](Context& c) { return change(c, engine, false); }});
}

}  // namespace kepu::orders

// 点单: the public page on which everybody asks for a service, and the form of who takes it down by
// telephone.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/json.h"
#include "core/base/secret.h"
#include "core/base/text.h"
#include "core/file/file.h"
#include "engines/orders/pages/ask_form.h"
#include "engines/orders/pages/resident_desk.h"

namespace kepu::orders {

using base::Code;
using base::refuse;
using http::Method;
using site::Access;

namespace {

constexpr int kOfferedDays = 12;

// The coming days from which the service may be asked for; a page without a service offers them from today
// on.
std::vector<Date> coming_days(Date today, const Service* service) {
  std::vector<Date> out;
  const auto first = base::to_days(today) + (service == nullptr ? 2 : service->notice_days);
  for (int i = 0; i < kOfferedDays; ++i) out.push_back(base::from_days(first + i));
  return out;
}

std::vector<Id> areas_of(const Context& context, const auth::UnitTree& units, bool on_behalf) {
  std::vector<Id> out;
  for (const auto& u : units.all()) {
    if (!u.active || (u.kind != auth::UnitKind::village && u.kind != auth::UnitKind::township)) continue;
    if (!on_behalf || context.actor.may(kPlace, u.id)) out.push_back(u.id);
  }
  return out;
}

struct Asked {
  Request request;
  std::string people;
  base::Errors errors;
  std::vector<Alike> alike;
};

AskForm form_of(Context& context, OrdersEngine& engine, const auth::UnitTree& units, const Settings& settings,
                const calendar::Calendar& calendar, Asked asked, bool on_behalf) {
  AskForm f;
  f.units = &units;
  f.calendar = &calendar;
  f.services = engine.store().services(context.tenant.id);
  f.areas = areas_of(context, units, on_behalf);
  const Service* service = nullptr;
  for (const auto& s : f.services) {
    if (s.id == asked.request.service) service = &s;
  }
  f.days = coming_days(context.today(), service);
  for (const Date d : asked.request.days) {
    if (std::count(f.days.begin(), f.days.end(), d) == 0) f.days.push_back(d);
  }
  std::sort(f.days.begin(), f.days.end());
  if (service != nullptr) f.full = engine.store().full_days(context.tenant.id, *service, f.days.front(), 200);
  f.action = on_behalf ? "/orders/new" : ask_url(context);
  f.csrf = context.csrf;
  f.key = asked.request.key.empty() ? base::random_token(18) : asked.request.key;
  f.telephone = settings.telephone;
  f.erase_days = settings.terms.erase_days;
  f.typed = std::move(asked.request);
  f.typed_people = std::move(asked.people);
  f.errors = std::move(asked.errors);
  f.alike = std::move(asked.alike);
  f.on_behalf = on_behalf;
  return f;
}

http::Response ask_page(Context& context, OrdersEngine& engine, Asked asked, bool on_behalf) {
  const auto units = context.app.directory.units(context.tenant.id);
  const auto settings = engine.store().settings(context.tenant.id);
  const auto calendar = engine.store().parts().calendars.of(context.tenant.id);
  const int status = asked.errors.empty() ? 200 : 422;
  const auto f = form_of(context, engine, *units, *settings, *calendar, std::move(asked), on_behalf);
  site::Page page;
  page.title = on_behalf ? "代群众点单" : "点一次科普服务";
  page.path = {{on_behalf ? "订单" : "科普点单", on_behalf ? "/orders" : ""}};
  if (on_behalf) page.path.push_back({page.title, ""});
  page.narrow = true;
  page.note = on_behalf ? std::string("边接电话边填；提交后把查询码告诉来电的人")
                        : fmt::format("填 5 项，约 2 分钟。免费送到村、社区、学校，{}内有人和您联系。",
                                      minutes_words(settings->terms.check));
  if (!on_behalf) {
    page.actions = [&](Out& h) {
      h("{}", html::button_link("查我的订单", ask_url(context) + "/find", "search"));
    };
  }
  page.body = [&](Out& h) {
    if (!on_behalf) {
      using S = html::Step::State;
      h("{}", html::Steps{{{"填需求", "", S::now},
                           {"等联系", "", S::next},
                           {"上门服务", "", S::next},
                           {"评价", "", S::next}}});
    }
    if (!settings->open && !on_behalf) {
      h("{}", html::panel("暂停受理", [&](Out& o) {
          o("<p>点单服务暂停受理。{}</p>", settings->telephone.empty()
                                               ? std::string("请过几天再来。")
                                               : "急事请拨打 " + settings->telephone + "。");
        }));
      return;
    }
    write_ask_form(h, f);
  };
  return on_behalf ? site::page(context, std::move(page), status)
                   : site::public_page(context, std::move(page), status);
}

PageAnswer place(Context& context, OrdersEngine& engine, bool on_behalf) {
  const Id tenant = context.tenant.id;
  if (tenant == 0) return refuse(Code::not_found, "tenant.unknown", "没有这个地区。请核对地址。");
  Asked asked;
  asked.request = request_of(context.request.form, on_behalf ? Channel::on_behalf : Channel::web);
  asked.people = std::string(context.field("people"));
  std::optional<Service> service;
  if (asked.request.service != 0) {
    if (auto found = engine.store().service(tenant, asked.request.service)) service = std::move(*found);
  }
  const auth::Actor actor = on_behalf ? context.actor : caller(context);
  const By by{actor, context.request.remote};
  asked.errors = check_request(asked.request, service ? &*service : nullptr, context.today());
  // One's own order that came already is no near duplicate: the key says so, and place() gives it again.
  if (asked.errors.empty() && context.field("again").empty() &&
      !engine.store().known(tenant, asked.request.key))
    asked.alike = engine.resident().alike(tenant, asked.request);
  if (asked.errors.empty() && asked.alike.empty()) {
    const auto placed = engine.store().place(by, asked.request);
    if (placed) {
      const std::string url = on_behalf ? order_url(placed->id) : track_url(context, placed->code) + "?new=1";
      if (wants_json(context))
        return answer_json(200, [&](base::Json& j) { j.field("number", placed->number).field("url", url); });
      if (on_behalf)
        context.say(html::Tone::green, fmt::format("已点单 {}，查询码 {}", placed->number, placed->code));
      return site::redirect(url);
    }
    if (placed.error().field.empty()) return tl::unexpected(placed.error());
    asked.errors.push_back(placed.error());
  }
  if (wants_json(context)) {
    return answer_json(asked.errors.empty() ? 409 : 422, [&](base::Json& j) {
      j.key("errors").array();
      for (const auto& e : asked.errors) j.object().field("field", e.field).field("message", e.message).end();
      j.end();
    });
  }
  return ask_page(context, engine, std::move(asked), on_behalf);
}

PageAnswer show_ask(Context& context, OrdersEngine& engine) {
  if (context.tenant.id == 0) return refuse(Code::not_found, "tenant.unknown", "没有这个地区。请核对地址。");
  Asked asked;
  asked.request.service = base::parse_id(context.param("service")).value_or(0);
  return ask_page(context, engine, std::move(asked), false);
}

PageAnswer show_on_behalf(Context& context, OrdersEngine& engine) {
  return ask_page(context, engine, {}, true);
}

PageAnswer photo(Context& context, OrdersEngine& engine) {
  const auto s = TRY(engine.store().service(context.tenant.id, TRY(context.id("service"))));
  if (s.photo.empty()) return refuse(Code::not_found, "order.photo", "这项服务没有照片。");
  http::Response r;
  std::string bytes = TRY(context.app.files.read(s.photo));
  r.body = std::move(bytes);
  r.set("content-type", file::type_of(r.body));
  r.set("cache-control", "public, max-age=86400");
  return r;
}

}  // namespace

std::string ask_url(const Context& context) { return "/p/" + context.tenant.code + "/order"; }
std::string track_url(const Context& context, std::string_view code) {
  return ask_url(context) + "/" + std::string(code);
}

auth::Actor caller(const Context& context) {
  if (context.actor.signed_in() && context.actor.tenant == context.tenant.id) return context.actor;
  auth::Actor nobody;
  nobody.tenant = context.tenant.id;
  nobody.remote = context.actor.remote;
  return nobody;
}

void add_ask_pages(site::Site& site, OrdersEngine& engine) {
  site.add(
      {Method::get, "/p/{tenant}/order", Access::open, "", [&](Context& c) { return show_ask(c, engine); }});
  site.add({Method::post, "/p/{tenant}/order", Access::open, "",
            [&](Context& c) { return place(c, engine, false); }});
  site.add({Method::get, "/p/{tenant}/order/photo/{service}", Access::open, "",
            [&](Context& c) { return photo(c, engine); }});
  site.add({Method::get, "/orders/new", Access::right, std::string(kPlace),
            [&](Context& c) { return show_on_behalf(c, engine); }});
  site.add({Method::post, "/orders/new", Access::right, std::string(kPlace),
            [&](Context& c) { return place(c, engine, true); }});
  site.add({Method::get, "/orders/services/photo/{service}", Access::right, std::string(kPlace),
            [&](Context& c) { return photo(c, engine); }});
}

}  // namespace kepu::orders

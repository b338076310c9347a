// 点单设置: who gets which orders, how long each step may take; the services of the menu have pages of their
// own (service_pages.cc).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "engines/orders/pages/order_desk.h"

namespace kepu::orders {

using base::Code;
using base::refuse;
using http::Method;
using site::Access;

namespace {

constexpr int kRouteRows = 3;  // empty rows for new rules

form::Form terms_form() {
  const auto hours = [](std::string name, std::string label, std::string hint) {
    return form::Field{.name = std::move(name),
                       .label = std::move(label),
                       .kind = form::Kind::number,
                       .required = true,
                       .hint = std::move(hint),
                       .min = 0.1,
                       .max = 480,
                       .unit = "小时",
                       .short_field = true};
  };
  return form::Form({hours("check", "社区核实", "8 小时为一个工作日"),
                     hours("claim", "部门领单", ""),
                     hours("find_team", "找到队伍", ""),
                     hours("confirm", "群众评价", "到期按完成办结"),
                     hours("review", "核查差评和投诉", ""),
                     hours("offer", "队伍答复邀约", ""),
                     hours("offer_urgent", "两天内要办的邀约", ""),
                     {.name = "erase_days",
                      .label = "称呼和电话保留",
                      .kind = form::Kind::integer,
                      .required = true,
                      .hint = "办结后，到期自动删除",
                      .min = 1,
                      .max = 365,
                      .unit = "天",
                      .short_field = true},
                     {.name = "travel",
                      .label = "同一名队员两单之间",
                      .kind = form::Kind::integer,
                      .required = true,
                      .hint = "排班时留出的路程",
                      .min = 0,
                      .max = 240,
                      .unit = "分钟",
                      .short_field = true},
                     {.name = "telephone", .label = "点单电话", .hint = "显示在公开页面上", .max_length = 40},
                     {.name = "open", .label = "公开页面受理点单", .kind = form::Kind::checkbox}});
}

std::string hours_text(int minutes) {
  return minutes % 60 == 0 ? std::to_string(minutes / 60) : fmt::format("{:.1f}", minutes / 60.0);
}

form::Values values_of(const Settings& s) {
  form::Values v;
  v.add("check", hours_text(s.terms.check));
  v.add("claim", hours_text(s.terms.claim));
  v.add("find_team", hours_text(s.terms.find_team));
  v.add("confirm", hours_text(s.terms.confirm));
  v.add("review", hours_text(s.terms.review));
  v.add("offer", hours_text(s.terms.offer));
  v.add("offer_urgent", hours_text(s.terms.offer_urgent));
  v.add("erase_days", std::to_string(s.terms.erase_days));
  v.add("travel", std::to_string(s.terms.travel));
  v.add("telephone", s.telephone);
  v.add("open", s.open ? "1" : "");
  return v;
}

// One rule a row: kind and township, both may be "any".
form::Form routes_form(const Settings& s, const auth::UnitTree& units) {
  std::vector<form::Option> kinds, townships;
  for (const auto& k : s.kinds) kinds.push_back({k.key, k.title});
  for (const auto& u : units.all()) {
    if (u.active && u.kind == auth::UnitKind::township) townships.push_back({std::to_string(u.id), u.name});
  }
  std::vector<form::Field> fields;
  const int rows = static_cast<int>(s.routes.size()) + kRouteRows;
  for (int i = 1; i <= rows; ++i) {
    fields.push_back({.name = fmt::format("department{}", i),
                      .label = fmt::format("规则 {}：派给", i),
                      .kind = form::Kind::select,
                      .hint = "空着就删去这条",
                      .options = department_options(units)});
    fields.push_back({.name = fmt::format("kind{}", i),
                      .label = "什么类别",
                      .kind = form::Kind::select,
                      .hint = "不选为全部类别",
                      .options = kinds,
                      .short_field = true});
    fields.push_back({.name = fmt::format("township{}", i),
                      .label = "哪个乡镇",
                      .kind = form::Kind::select,
                      .hint = "不选为全县",
                      .options = townships,
                      .short_field = true});
  }
  return form::Form(std::move(fields));
}

form::Values route_values(const Settings& s) {
  form::Values v;
  for (std::size_t i = 0; i < s.routes.size(); ++i) {
    v.add(fmt::format("department{}", i + 1), std::to_string(s.routes[i].department));
    v.add(fmt::format("kind{}", i + 1), s.routes[i].kind);
    v.add(fmt::format("township{}", i + 1),
          s.routes[i].township == 0 ? "" : std::to_string(s.routes[i].township));
  }
  return v;
}

http::Response setup_page(Context& context, OrdersEngine& engine, std::string_view part, const Typed& typed) {
  const Id tenant = context.tenant.id;
  const auto units = context.app.directory.units(tenant);
  const auto settings = engine.store().settings(tenant);
  site::Page page;
  page.title = "点单设置";
  page.path = {{"订单", "/orders"}, {"设置", ""}};
  page.actions = [&](Out& h) {
    h("{} {}", html::button_link("新增服务", "/orders/services/new", "plus", html::Look::primary),
      html::button_link("公开页面", ask_url(context), "external-link"));
  };
  page.body = [&](Out& h) {
    html::SimpleTable menu{"服务菜单",
                           {{"服务"},
                            {"类别"},
                            {"承办"},
                            {"时长", html::Column::Kind::number},
                            {"提前", html::Column::Kind::number},
                            {"状态"}},
                           {}};
    for (const auto& s : engine.store().services(tenant, true)) {
      menu.rows.push_back({[s](Out& o) { o("<a href=\"/orders/services/{}\">{}</a>", s.id, s.title); },
                           kind_title(*settings, s.kind),
                           s.department == 0 ? std::string("按规则") : unit_name(*units, s.department),
                           fmt::format("{} 分钟", s.minutes), fmt::format("{} 天", s.notice_days),
                           s.active ? "在菜单上" : "已停用"});
    }
    h("{}", html::panel("服务菜单", menu));
    auto rules = view_of(context, "/orders/setup/routes", "保存派单规则", part == "routes" ? typed : Typed{},
                         route_values(*settings));
    rules.hidden = {{"revision", std::to_string(settings->revision)}};
    const auto rule_fields = routes_form(*settings, *units);
    h("{}", html::panel("派单规则", [&](Out& o) { rule_fields.write(o, rules); },
                        {.note = "服务没有写明承办单位时，按最具体的一条：类别加乡镇，其次类别，其次乡镇",
                         .id = "routes"}));
    auto terms = view_of(context, "/orders/setup/terms", "保存时限", part == "terms" ? typed : Typed{},
                         values_of(*settings));
    terms.hidden = {{"revision", std::to_string(settings->revision)}};
    const auto term_fields = terms_form();
    const auto calendar = engine.store().parts().calendars.of(tenant);
    h("{}", html::panel("各环节时限", [&](Out& o) { term_fields.write(o, terms); },
                        {.note = fmt::format(
                             "只算工作日 9:00 到 17:00。现在点单，社区要在 {} 前核实",
                             base::to_local(after_working(context.now(), settings->terms.check, *calendar))),
                         .id = "terms"}));
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer save(Context& context, OrdersEngine& engine, bool routes) {
  const auto units = context.app.directory.units(context.tenant.id);
  Settings s = *engine.store().settings(context.tenant.id);
  auto in = (routes ? routes_form(s, *units) : terms_form()).check(context.request.form);
  if (in.ok()) {
    const auto& v = in.values;
    if (routes) {
      const auto rows = s.routes.size() + kRouteRows;
      s.routes.clear();
      for (std::size_t i = 1; i <= rows; ++i) {
        Route r;
        r.department = base::parse_id(v.text(fmt::format("department{}", i))).value_or(0);
        r.kind = v.text(fmt::format("kind{}", i));
        r.township = base::parse_id(v.text(fmt::format("township{}", i))).value_or(0);
        if (r.department != 0) s.routes.push_back(std::move(r));
      }
    } else {
      const auto minutes = [&](std::string_view name) {
        return static_cast<int>(std::lround(base::parse_number(v.text(name)).value_or(0) * 60));
      };
      s.terms = {minutes("check"),        minutes("claim"),           minutes("find_team"),
                 minutes("confirm"),      minutes("review"),          minutes("offer"),
                 minutes("offer_urgent"), number_of(v, "erase_days"), number_of(v, "travel")};
      s.telephone = v.text("telephone");
      s.open = v.text("open") == "1";
    }
    s.revision = base::parse_int(context.field("revision")).value_or(-1);
    const auto done = engine.store().save_settings(by(context), s);
    if (done) {
      context.say(html::Tone::green, "已保存。");
      return site::redirect("/orders/setup");
    }
    if (!belongs_to_form(done.error())) return tl::unexpected(done.error());
    in.errors.push_back(done.error());
  }
  return setup_page(context, engine, routes ? "routes" : "terms", {in.values, in.errors});
}

}  // namespace

void add_setup_pages(site::Site& site, OrdersEngine& engine) {
  const std::string right(kSetup);
  site.add({Method::get, "/orders/setup", Access::right, right,
            [&](Context& c) -> PageAnswer { return setup_page(c, engine, "", {}); }});
  site.add({Method::post, "/orders/setup/routes", Access::right, right,
            [&](Context& c) { return save(c, engine, true); }});
  site.add({Method::post, "/orders/setup/terms", Access::right, right,
            [&](Context& c) { return save(c, engine, false); }});
}

}  // namespace kepu::orders

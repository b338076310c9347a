// 查我的订单: by the tracking code, or by the telephone where a text can be sent to it.
#include "core/base/text.h"
#include "engines/orders/pages/resident_desk.h"

namespace kepu::orders {

using base::Code;
using base::refuse;
using http::Method;
using site::Access;

namespace {

form::Form find_form() {
  return form::Form({{.name = "code",
                      .label = "查询码",
                      .required = true,
                      .hint = "点单成功时显示的 10 位字母和数字，不分大小写",
                      .max_length = 20,
                      .autocomplete = "off"}});
}

form::Form phone_form() {
  return form::Form({{.name = "phone",
                      .label = "点单时留的电话",
                      .required = true,
                      .hint = "发一条短信验证码，看您最近一年的订单",
                      .max_length = 20,
                      .autocomplete = "tel"}});
}
form::Form list_form() {
  return form::Form({{.name = "code",
                      .label = "短信里的 6 位验证码",
                      .required = true,
                      .hint = "没有收到：这个号码可能没有点过单，或者今天的验证码已经用完",
                      .max_length = 12,
                      .autocomplete = "one-time-code"}});
}

struct Find {
  form::View by_code, by_phone, with_code;
  bool sent = false;  // a text was sent to `by_phone`'s telephone
  std::vector<Order> orders;
  bool listed = false;
};

http::Response find_page(Context& context, OrdersEngine& engine, Find f) {
  f.by_code.action = ask_url(context) + "/find";
  f.by_code.submit = "查看";
  f.by_code.get = true;
  f.by_phone.action = ask_url(context) + "/find/send";
  f.by_phone.submit = "发送验证码";
  f.with_code.action = ask_url(context) + "/find/list";
  f.with_code.submit = "看我的订单";
  f.by_phone.csrf = f.with_code.csrf = context.csrf;
  for (auto* v : {&f.by_code, &f.by_phone, &f.with_code}) v->guard = false;
  const auto* errors = &f.by_code.errors;
  if (!f.by_phone.errors.empty()) errors = &f.by_phone.errors;
  if (!f.with_code.errors.empty()) errors = &f.with_code.errors;
  site::Page page;
  page.title = "查我的订单";
  page.path = {{"科普点单", ask_url(context)}, {"查我的订单", ""}};
  page.narrow = true;
  page.body = [&](Out& h) {
    if (f.listed) {
      h("{}", html::panel("您的订单", [&](Out& x) {
          if (f.orders.empty()) return x("<p>最近一年没有这个号码的订单。</p>");
          html::SimpleTable rows{"您的订单", {{"要什么"}, {"状态"}, {"点单时间"}}, {}};
          for (const auto& o : f.orders)
            rows.rows.push_back({[&context, o](Out& y) {
                                   y("<a href=\"{}\">{}　{}</a>", html::Url{track_url(context, o.code)},
                                     o.number, o.title);
                                 },
                                 std::string(title_of(o.state)), base::to_local(o.created_at)});
          x("{}", rows);
        }));
      return;
    }
    if (f.sent) {
      h("{}", html::panel("验证码", [&](Out& x) { list_form().write(x, f.with_code); }));
      return;
    }
    h("{}", html::panel("凭查询码", [&](Out& x) { find_form().write(x, f.by_code); }));
    if (engine.phones().on())
      h("{}", html::panel("查询码找不到了", [&](Out& x) { phone_form().write(x, f.by_phone); }));
  };
  auto answer = site::public_page(context, std::move(page),
                                  errors->empty() ? 200 : http::status_of(errors->front().code));
  if (f.listed) answer.set("cache-control", "no-store");
  return answer;
}

PageAnswer show_find(Context& context, OrdersEngine& engine) {
  if (context.tenant.id == 0) return refuse(Code::not_found, "tenant.unknown", "没有这个地区。请核对地址。");
  Find f;
  if (const std::string_view typed = context.param("code"); !typed.empty()) {
    const auto found = engine.resident().of_code(context.tenant.id, typed, context.request.remote);
    if (found) return site::redirect(track_url(context, found->code));
    f.by_code.values.add("code", std::string(typed));
    f.by_code.errors = {found.error()};
    if (f.by_code.errors.front().code == Code::not_found) f.by_code.errors.front().code = Code::invalid;
  }
  return find_page(context, engine, std::move(f));
}

// The telephone first, then the code that was sent to it: nothing is kept between the two but the code's
// digest.
PageAnswer find_by_phone(Context& context, OrdersEngine& engine, bool with_code) {
  if (context.tenant.id == 0) return refuse(Code::not_found, "tenant.unknown", "没有这个地区。请核对地址。");
  auth::Actor nobody;
  nobody.tenant = context.tenant.id;
  const By by{nobody, context.request.remote};
  const std::string phone = base::valid_utf8(context.field("phone"));
  Find f;
  if (!with_code) {
    auto in = phone_form().check(context.request.form);
    if (in.ok()) {
      const auto done = engine.phones().send_for_list(by, phone);
      if (!done) in.errors.push_back(done.error());
    }
    f.sent = in.ok();
    f.by_phone.values = in.values;
    f.by_phone.errors = in.errors;
  } else {
    auto in = list_form().check(context.request.form);
    if (in.ok()) {
      auto list = engine.phones().list(by, phone, in.values.text("code"));
      if (list) {
        f.listed = true;
        f.orders = std::move(*list);
      } else {
        in.errors.push_back(list.error());
      }
    }
    f.sent = true;
    f.with_code.values = in.values;
    f.with_code.errors = in.errors;
  }
  f.with_code.hidden = {{"phone", phone}};
  return find_page(context, engine, std::move(f));
}

}  // namespace

void add_find_pages(site::Site& site, OrdersEngine& engine) {
  site.add({Method::get, "/p/{tenant}/order/find", Access::open, "",
            [&](Context& c) { return show_find(c, engine); }});
  site.add({Method::post, "/p/{tenant}/order/find/send", Access::open, "",
            [&](Context& c) { return find_by_phone(c, engine, false); }});
  site.add({Method::post, "/p/{tenant}/order/find/list", Access::open, "",
            [&](Context& c) { return find_by_phone(c, engine, true); }});
}

}  // namespace kepu::orders

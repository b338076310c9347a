// Signing in in one or two steps, and signing out.
#include "core/auth/directory.h"
#include "core/auth/sign_in.h"
#include "core/base/text.h"
#include "engines/administration/pages.h"

namespace kepu::administration {

using base::Code;
using html::Out;
using site::Answer;
using site::Context;

namespace {

const form::Form& sign_in_form() {
  static const form::Form kForm({
      {.name = "login", .label = "登录名", .required = true, .max_length = 64, .autocomplete = "username"},
      {.name = "password",
       .label = "密码",
       .kind = form::Kind::password,
       .required = true,
       .autocomplete = "current-password"},
  });
  return kForm;
}

// With a choice of the area where the database holds several.
const form::Form& area_form() {
  static const form::Form kForm({
      {.name = "tenant", .label = "地区", .kind = form::Kind::select, .required = true},
      sign_in_form().fields()[0],
      sign_in_form().fields()[1],
  });
  return kForm;
}

form::Form form_for(const std::vector<auth::Tenant>& tenants) {
  if (tenants.size() < 2) return sign_in_form();
  std::vector<form::Option> options;
  for (const auto& t : tenants) options.push_back({t.code, t.name});
  return area_form().with_options("tenant", std::move(options));
}

// The area somebody signs in to: the one named, else the one the site proposes.
auth::Tenant chosen_area(const Context& context, std::string_view code,
                         const std::vector<auth::Tenant>& tenants) {
  for (const auto& t : tenants) {
    if (t.code == code) return t;
  }
  return context.tenant;
}

void write_panel(Out& h, std::string_view title, const html::Content& body, const auth::Tenant& area) {
  h("<div class=\"sign\"><div class=\"say\">{}<h1>{}<br>全民科学素质行动</h1><p>{}</p></div><section "
    "class=\"panel\"><h2>{}</h2>{}{}</section></div>",
    html::seal(), area.name.empty() ? std::string("科普行动平台") : area.name,
    "把实施方案落到单位、落到人：任务、分工、进度和成效在这里办理，一处填报，处处可用。", title, body,
    [&](Out& o) {
      if (area.code.empty()) return;
      o("<p class=\"note small\"><a href=\"{}\">不登录，查看公开的实施方案</a></p>",
        html::Url{"/p/" + area.code});
    });
}

http::Response sign_in_page(Context& context, const form::Values& values, const base::Errors& errors) {
  const bool reading = context.request.method == http::Method::get;
  const auto tenants = context.app.directory.tenants();
  const std::string asked = reading ? std::string(context.param("tenant")) : values.text("tenant");
  const auth::Tenant area = chosen_area(context, asked, tenants);
  const std::string next = local_path(reading ? context.param("next") : context.field("next"));
  form::View view{.action = "/sign-in", .csrf = context.csrf, .values = values};
  view.submit = "登录";
  view.guard = false;
  view.hidden = {{"next", next}};
  view.values.set("tenant", area.code);
  for (const auto& error : errors) {
    if (error.field.empty()) {
      view.before = [message = error.message](Out& h) { h("{}", html::Flash{html::Tone::red, message}); };
    } else {
      view.errors.push_back(error);
    }
  }
  const form::Form fields = form_for(tenants);
  site::Page page;
  page.title = "登录";
  page.plain_head = true;
  page.body = [&](Out& h) {
    write_panel(
        h, "登录", [&](Out& o) { fields.write(o, view); }, area);
  };
  return site::public_page(context, std::move(page), status_of(errors));
}

std::string with_next(std::string path, std::string_view next) {
  if (next == "/") return path;
  return path + "?" + http::build_query({{"next", std::string(next)}});
}

// Where the fresh session goes on to.
Answer enter(Context& context, const auth::NewSession& session, const std::string& next) {
  set_session_cookie(context, session.token);
  if (session.needs_second_factor) return site::redirect(with_next("/sign-in/code", next));
  if (session.must_change_password) return site::redirect(with_next("/account/password", next));
  return site::redirect(next);
}

Answer show_sign_in(Context& context) {
  if (context.actor.signed_in()) return site::redirect(local_path(context.param("next")));
  return sign_in_page(context, {}, {});
}

Answer sign_in(Context& context) {
  const auto tenants = context.app.directory.tenants();
  auto in = form_for(tenants).check(context.request.form);
  if (!in.ok()) return sign_in_page(context, in.values, in.errors);
  auth::Credentials given;
  given.tenant = chosen_area(context, in.values.text("tenant"), tenants).id;
  given.login = in.values.text("login");
  given.password = std::string(context.field("password"));  // as typed: blanks count
  given.remote = context.request.remote;
  given.agent = std::string(context.request.header("user-agent"));
  given.previous_token = std::string(context.request.cookie(site::kSessionCookie));
  const auto session = context.app.sign_in.sign_in(given);
  if (!session) return sign_in_page(context, in.values, {session.error()});
  return enter(context, *session, local_path(context.field("next")));
}

const form::Form& code_form() {
  static const form::Form kForm({{.name = "code",
                                  .label = "动态口令",
                                  .required = true,
                                  .hint = "手机验证器上的 6 位数字；手机不在身边时，可用一个备用恢复码",
                                  .max_length = 32,
                                  .autocomplete = "one-time-code"}});
  return kForm;
}

http::Response code_page(Context& context, const base::Errors& errors) {
  const bool reading = context.request.method == http::Method::get;
  form::View view{.action = "/sign-in/code", .csrf = context.csrf, .errors = errors};
  view.submit = "继续";
  view.cancel_url = "/sign-in";
  view.guard = false;
  view.hidden = {{"next", local_path(reading ? context.param("next") : context.field("next"))}};
  site::Page page;
  page.title = "动态口令";
  page.plain_head = true;
  page.body = [&](Out& h) {
    write_panel(
        h, "第二步：动态口令", [&](Out& o) { code_form().write(o, view); }, context.tenant);
  };
  return site::public_page(context, std::move(page), status_of(errors));
}

Answer show_code(Context& context) {
  if (context.actor.signed_in()) return site::redirect(local_path(context.param("next")));
  if (context.request.cookie(site::kSessionCookie).empty()) return site::redirect("/sign-in");
  return code_page(context, {});
}

Answer check_code(Context& context) {
  const auto in = code_form().check(context.request.form);
  if (!in.ok()) return code_page(context, in.errors);
  const std::string token(context.request.cookie(site::kSessionCookie));
  const auto session =
      context.app.sign_in.second_factor(token, in.values.text("code"), context.request.remote);
  if (session) return enter(context, *session, local_path(context.field("next")));
  if (session.error().code == Code::unauthenticated) {  // the ten minutes are over
    set_session_cookie(context, "");
    context.say(html::Tone::amber, "等待动态口令的时间已过，请重新登录。");
    return site::redirect(with_next("/sign-in", local_path(context.field("next"))));
  }
  return code_page(context, {session.error()});
}

Answer sign_out(Context& context) {
  TRY(context.app.sign_in.sign_out(context.token));
  set_session_cookie(context, "");
  context.say(html::Tone::green, "已退出登录。");
  return site::redirect("/sign-in");
}

}  // namespace

void add_sign_in_pages(site::Site& site) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/sign-in", Access::open, "", show_sign_in});
  site.add({Method::post, "/sign-in", Access::open, "", sign_in});
  site.add({Method::get, "/sign-in/code", Access::open, "", show_code});
  site.add({Method::post, "/sign-in/code", Access::open, "", check_code});
  site.add({Method::post, "/sign-out", Access::signed_in, "", sign_out});
}

}  // namespace kepu::administration

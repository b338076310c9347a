// 我的账号: one's own data, roles, sessions, password.
#include "core/auth/directory.h"
#include "core/auth/roles.h"
#include "core/auth/sign_in.h"
#include "core/base/text.h"
#include "engines/administration/pages.h"

namespace kepu::administration {

using base::Code;
using base::refuse;
using html::Out;
using site::Answer;
using site::Context;

namespace {

const form::Form& password_form() {
  static const form::Form kForm({
      {.name = "old_password",
       .label = "原密码",
       .kind = form::Kind::password,
       .required = true,
       .autocomplete = "current-password"},
      {.name = "password",
       .label = "新密码",
       .kind = form::Kind::password,
       .required = true,
       .hint = "至少 10 个字符；一句只有自己知道的话比复杂的短密码更好记、更安全",
       .autocomplete = "new-password"},
      {.name = "again",
       .label = "再输入一次新密码",
       .kind = form::Kind::password,
       .required = true,
       .autocomplete = "new-password"},
  });
  return kForm;
}

http::Response password_page(Context& context, const base::Errors& errors) {
  const auto visit = context.app.sign_in.visit(context.token, context.request.remote);
  const bool forced = visit && visit->session.must_change_password;
  const bool reading = context.request.method == http::Method::get;
  const std::string next = local_path(reading ? context.param("next") : context.field("next"));
  form::View view{.action = "/account/password", .csrf = context.csrf, .errors = errors};
  view.submit = "修改密码";
  view.guard = false;
  view.hidden = {{"next", next}};
  if (!forced) view.cancel_url = "/account";
  site::Page page;
  page.title = "修改密码";
  page.narrow = true;
  if (!forced) page.path = {{"我的账号", "/account"}, {"修改密码", ""}};
  page.note =
      forced ? "您用的是一次性密码，请先设一个自己的密码，再继续办理" : "修改后，其他设备上的登录会全部结束";
  page.body = [&](Out& h) { h("{}", html::panel("", [&](Out& o) { password_form().write(o, view); })); };
  const int status = status_of(errors);
  return forced ? site::public_page(context, std::move(page), status)
                : site::page(context, std::move(page), status);
}

Answer change_password(Context& context) {
  auto in = password_form().check(context.request.form);
  const std::string fresh(context.field("password"));
  if (in.ok() && fresh != context.field("again")) {
    in.errors.push_back({Code::invalid, "account.again", "again", "两次输入的新密码不一样，请重新输入"});
  }
  if (in.ok()) {
    const auto session = context.app.sign_in.change_password(
        context.token, std::string(context.field("old_password")), fresh, context.request.remote);
    if (session) {
      set_session_cookie(context, session->token);
      context.say(html::Tone::green, "密码已修改，其他设备上的登录已全部结束。");
      const std::string next = local_path(context.field("next"));
      return site::redirect(next == "/account/password" ? "/" : next);
    }
    in.errors.push_back(session.error());
  }
  return password_page(context, in.errors);
}

}  // namespace

void add_account_pages(site::Site& site) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/account/password", Access::signed_in, "",
            [](Context& c) -> Answer { return password_page(c, {}); }});
  site.add({Method::post, "/account/password", Access::signed_in, "", change_password});
}

}  // namespace kepu::administration

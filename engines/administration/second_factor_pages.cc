// One's own second factor: enrolling a phone, recovery codes, turning it off.
#include "core/auth/sign_in.h"
#include "engines/administration/pages.h"

namespace kepu::administration {

using html::Out;
using site::Answer;
using site::Context;

namespace {

constexpr const char* kPath = "/account/second-factor";

form::Form code_form(const std::string& name, const std::string& hint) {
  return form::Form({{.name = name,
                      .label = "动态口令",
                      .required = true,
                      .hint = hint,
                      .max_length = 32,
                      .autocomplete = "one-time-code"}});
}

const form::Form& confirm_form() {
  static const form::Form kForm = code_form("code", "手机上显示的 6 位数字");
  return kForm;
}
const form::Form& renew_form() {
  static const form::Form kForm = code_form("renew_code", "输入现在的动态口令，换一批备用恢复码");
  return kForm;
}
const form::Form& remove_form() {
  static const form::Form kForm = code_form("remove_code", "输入现在的动态口令或一个备用恢复码");
  return kForm;
}

bool is_on(const Context& context) {
  const auto account = context.app.directory.account_of(context.tenant.id, context.actor.person);
  return account && account->second_factor;
}

form::View narrow_view(const Context& context, const Typed& returned, std::string_view name,
                       std::string submit) {
  auto view =
      view_of(context, std::string(kPath) + "/" + std::string(name), std::move(submit), returned.only(name));
  view.values = {};  // codes are not typed twice
  view.guard = false;
  return view;
}

void write_on(Out& h, const Context& context, const Typed& returned) {
  const int left = context.app.sign_in.recovery_codes_left(context.actor);
  h("{}", html::panel("备用恢复码", [&](Out& o) {
      o("<p>还有 {} 个没有用过。手机丢失时，可用一个恢复码代替动态口令登录。</p>", left);
      renew_form().write(o, narrow_view(context, returned, "renew", "换一批恢复码"));
    }));
  h("{}",
    html::panel("关闭动态口令",
                [&](Out& o) { remove_form().write(o, narrow_view(context, returned, "remove", "关闭")); },
                {.note = "换手机时先关闭，再用新手机重新启用"}));
}

http::Response state_page(Context& context, const Typed& returned,
                          const auth::SignIn::Enrolment* enrolment = nullptr) {
  const bool on = is_on(context);
  site::Page page;
  page.title = "动态口令";
  page.path = {{"我的账号", "/account"}, {"动态口令", ""}};
  page.note =
      on ? "已启用：登录时除密码外，还需手机上的 6 位数字" : "登录时多一步：手机上每 30 秒变化的 6 位数字";
  page.narrow = true;
  page.body = [&](Out& h) {
    if (on) return write_on(h, context, returned);
    if (enrolment == nullptr && returned.of != "confirm") {
      h("{}", html::panel("启用", [&](Out& o) {
          o("<p>先在手机上装一个动态口令（TOTP）应用，再点下面的按钮扫码。密码泄露时，别人仍然登录不了。</"
            "p>{}",
            html::PostButton{"开始启用", std::string(kPath) + "/begin", context.csrf, html::Look::primary,
                             "key"});
        }));
      return;
    }
    if (enrolment != nullptr) {
      h("{}", html::panel("第一步：扫码", [&](Out& o) {
          o("<p>用手机上的应用扫描：</p><p class=\"qr\"><svg viewBox=\"0 0 {} {}\" width=\"220\" "
            "height=\"220\" "
            "role=\"img\" aria-label=\"动态口令二维码\"><rect width=\"100%\" height=\"100%\" "
            "fill=\"#fff\"/><path d=\"{}\" "
            "fill=\"#000\"/></svg></p><p>不能扫码时，手工输入密钥：</p><p class=\"once\"><code>{}</code></p>",
            enrolment->qr.size, enrolment->qr.size, enrolment->qr.d, enrolment->secret);
        }));
    }
    h("{}", html::panel(enrolment != nullptr ? "第二步：输入口令" : "输入口令", [&](Out& o) {
        confirm_form().write(o, narrow_view(context, returned, "confirm", "启用"));
        if (enrolment == nullptr) {
          o("<p>手机上还没有添加成功？</p>{}",
            html::PostButton{"重新扫码", std::string(kPath) + "/begin", context.csrf});
        }
      }));
  };
  return site::page(context, std::move(page), status_of(returned.errors));
}

http::Response codes_page(Context& context, const std::vector<std::string>& codes) {
  site::Page page;
  page.title = "备用恢复码";
  page.path = {{"我的账号", "/account"}, {"动态口令", kPath}, {"备用恢复码", ""}};
  page.note = "只显示这一次，请抄下或打印，放在安全的地方";
  page.narrow = true;
  page.body = [&](Out& h) {
    h("{}", html::panel("每个只能用一次",
                        [&](Out& o) {
                          o(
                              "<ul class=\"once\">{}</ul><p>{}</p>",
                              [&](Out& x) {
                                for (const auto& code : codes) x("<li><code>{}</code></li>", code);
                              },
                              html::button_link("已保存好", "/account", "check", html::Look::primary));
                        },
                        {.alarm = true}));
  };
  return site::page(context, std::move(page));
}

Answer begin(Context& context) {
  const auto enrolment =
      TRY(context.app.sign_in.begin_enrolment(context.actor, context.tenant.name + "科普行动"));
  return state_page(context, {}, &enrolment);
}

Answer confirm(Context& context) {
  auto in = confirm_form().check(context.request.form);
  if (in.ok()) {
    const auto codes = context.app.sign_in.confirm_enrolment(context.actor, in.values.text("code"));
    if (codes) return codes_page(context, *codes);
    in.errors.push_back(codes.error());
  }
  return state_page(context, {in.values, in.errors, "confirm"});
}

// The error of a code belongs to the field of the form that sent it.
base::Error error_at(base::Error error, const char* field) {
  if (error.field == "code") error.field = field;
  return error;
}

Answer renew(Context& context) {
  auto in = renew_form().check(context.request.form);
  if (in.ok()) {
    const auto codes = context.app.sign_in.renew_recovery_codes(context.actor, in.values.text("renew_code"));
    if (codes) return codes_page(context, *codes);
    in.errors.push_back(error_at(codes.error(), "renew_code"));
  }
  return state_page(context, {in.values, in.errors, "renew"});
}

Answer remove(Context& context) {
  auto in = remove_form().check(context.request.form);
  if (in.ok()) {
    const auto done = context.app.sign_in.remove_second_factor(context.actor, in.values.text("remove_code"));
    if (done) {
      context.say(html::Tone::green, "动态口令已关闭。");
      return site::redirect(kPath);
    }
    in.errors.push_back(error_at(done.error(), "remove_code"));
  }
  return state_page(context, {in.values, in.errors, "remove"});
}

}  // namespace

void add_second_factor_pages(site::Site& site) {
  using http::Method;
  using site::Access;
  const std::string path = kPath;
  site.add(
      {Method::get, path, Access::signed_in, "", [](Context& c) -> Answer { return state_page(c, {}); }});
  site.add({Method::post, path + "/begin", Access::signed_in, "", begin});
  site.add({Method::post, path + "/confirm", Access::signed_in, "", confirm});
  site.add({Method::post, path + "/renew", Access::signed_in, "", renew});
  site.add({Method::post, path + "/remove", Access::signed_in, "", remove});
}

}  // namespace kepu::administration

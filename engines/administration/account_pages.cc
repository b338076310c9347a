// 我的账号: one's own data, roles, sessions, password.
#include "core/auth/directory.h"
#include "core/auth/roles.h"
#include "core/auth/sign_in.h"
#include "core/base/text.h"
#include "engines/administration/person_page.h"

namespace kepu::administration {

using base::Code;
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

// ---------------------------------------------------------------- /account

void write_roles(Out& h, const Context& context) {
  const auto grants = context.app.directory.grants_of(context.actor, context.actor.person);
  const auto tree = context.app.directory.units(context.tenant.id);
  if (!grants || grants->empty()) {
    return h("<p class=\"muted\">还没有角色。请联系系统管理员授予。</p>");
  }
  html::SimpleTable view{"我的角色", {{"角色"}, {"数据范围"}, {"截止"}}, {}};
  for (const auto& g : *grants) {
    const auto* role = context.app.directory.roles()->find(g.role);
    view.rows.push_back({role != nullptr ? role->title : g.role, scope_text(g, *tree),
                         g.until.empty() ? std::string("长期") : g.until});
  }
  h("{}", view);
}

// "Chrome 120，Windows": the little of a User-Agent that tells one's own devices apart.
std::string device_of(std::string_view agent) {
  static constexpr std::pair<std::string_view, std::string_view> kBrowsers[] = {{"MicroMessenger", "微信"},
                                                                                {"Edg/", "Edge"},
                                                                                {"Firefox/", "Firefox"},
                                                                                {"Chrome/", "Chrome"},
                                                                                {"Safari/", "Safari"}};
  static constexpr std::pair<std::string_view, std::string_view> kSystems[] = {{"Android", "Android"},
                                                                               {"iPhone", "iPhone"},
                                                                               {"Windows", "Windows"},
                                                                               {"Mac OS", "Mac"},
                                                                               {"Linux", "Linux"}};
  const auto first = [&](const auto& known, std::string_view otherwise) {
    for (const auto& [mark, name] : known) {
      if (base::contains(agent, mark)) return name;
    }
    return otherwise;
  };
  return fmt::format("{}，{}", first(kBrowsers, "其他浏览器"), first(kSystems, "其他系统"));
}

void write_sessions(Out& h, const Context& context) {
  const auto visit = context.app.sign_in.visit(context.token, context.request.remote);
  const Id here = visit ? visit->session.id : 0;
  html::SimpleTable view{"登录的设备", {{"设备"}, {"地址"}, {"登录时间"}, {"最近使用"}, {"办理"}}, {}};
  for (const auto& s : context.app.sign_in.sessions(context.actor)) {
    std::vector<html::Content> row = {device_of(s.agent), s.remote, base::to_local(s.created),
                                      base::to_local(s.last_seen)};
    if (s.id == here) {
      row.emplace_back([](Out& o) { o("{}", html::tag("本次登录", html::Tone::green)); });
    } else {
      row.emplace_back(html::PostButton{"结束", fmt::format("/account/sessions/{}/end", s.id), context.csrf,
                                        html::Look::link});
    }
    view.rows.push_back(std::move(row));
  }
  h("{}", view);
}

void write_own_stand_ins(Out& h, const Context& context, const auth::Person& me) {
  const auto all = context.app.directory.stand_ins(context.actor, me.id);
  const bool may = context.actor.may("standin.manage", me.unit, me.id);
  if (!all || (all->empty() && !may)) return;
  html::PanelOptions options;
  if (may) options.more = {"为自己设置代理", "/stand-ins/new"};
  h("{}", html::panel(
              "代理",
              [&](Out& o) {
                write_stand_ins(o, context, *all, "/account/stand-ins",
                                [&](const auth::StandIn& s) { return may || s.deputy == me.id; });
              },
              options));
}

void write_facts(Out& h, const Context& context, const auth::Person& me) {
  const auto account = context.app.directory.account_of(context.tenant.id, me.id);
  const bool second = account && account->second_factor;
  const auto or_dash = [](const std::string& text) { return text.empty() ? std::string("—") : text; };
  h("{}", html::panel("本人",
                      html::Definitions{{{"姓名", me.name},
                                         {"单位", context.actor.unit_name},
                                         {"职务", or_dash(me.post)},
                                         {"电话", or_dash(me.phone)},
                                         {"邮箱", or_dash(me.email)},
                                         {"登录名", me.login}}},
                      {.note = "有误时请联系单位联络员或管理员更正"}));
  h("{}",
    html::panel("密码和动态口令",
                html::Definitions{{{"密码", [](Out& o) { o("<a href=\"/account/password\">修改密码</a>"); }},
                                   {"动态口令", [second](Out& o) {
                                      o("{}　<a href=\"/account/second-factor\">{}</a>",
                                        second ? html::tag("已启用", html::Tone::green)
                                               : html::tag("未启用", html::Tone::amber),
                                        second ? "管理" : "启用");
                                    }}}}));
}

Answer show_account(Context& context) {
  const auth::Person me = TRY(context.app.directory.person(context.actor, context.actor.person));
  site::Page page;
  page.title = "我的账号";
  page.path = {{"我的账号", ""}};
  page.body = [&](Out& h) {
    h(
        "<div class=\"split\"><div>{}</div><aside>{}</aside></div>",
        [&](Out& o) {
          o("{}{}", html::panel("我的角色", [&](Out& x) { write_roles(x, context); }),
            html::panel("登录的设备", [&](Out& x) { write_sessions(x, context); },
                        {.note = "不认识的请立即结束，并修改密码"}));
          write_own_stand_ins(o, context, me);
        },
        [&](Out& o) { write_facts(o, context, me); });
  };
  return site::page(context, std::move(page));
}

Answer end_session(Context& context) {
  const Id session = TRY(context.id("session"));
  TRY(context.app.sign_in.end_session(context.actor, session));
  context.say(html::Tone::green, "已结束那个设备上的登录。");
  return site::redirect("/account");
}

}  // namespace

void add_account_pages(site::Site& site) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/account", Access::signed_in, "", show_account});
  site.add({Method::post, "/account/sessions/{session}/end", Access::signed_in, "", end_session});
  site.add({Method::get, "/account/password", Access::signed_in, "",
            [](Context& c) -> Answer { return password_page(c, {}); }});
  site.add({Method::post, "/account/password", Access::signed_in, "", change_password});
}

}  // namespace kepu::administration

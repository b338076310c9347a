// What a person may do: the account, one-time passwords, the second factor; roles with their data scope.
#include "core/auth/roles.h"
#include "core/base/text.h"
#include "engines/administration/person_page.h"

namespace kepu::administration {

using base::Code;
using html::Out;
using site::Answer;
using site::Context;

namespace {

const form::Form& login_form() {
  static const form::Form kForm({{.name = "login",
                                  .label = "登录名",
                                  .required = true,
                                  .hint = "2 至 32 个汉字、字母、数字或 . _ - @；不分大小写",
                                  .max_length = 32,
                                  .autocomplete = "off"}});
  return kForm;
}

const form::Form& disable_form() {
  static const form::Form kForm(
      {{.name = "account_reason", .label = "停用账号的原因", .required = true, .max_length = 200}});
  return kForm;
}

const form::Form& grant_form() {
  static const form::Form kForm({
      {.name = "role", .label = "角色", .kind = form::Kind::select, .required = true, .short_field = true},
      {.name = "scope",
       .label = "数据范围",
       .kind = form::Kind::select,
       .required = true,
       .options = {{"proposed", "按角色的通常范围"},
                   {"tenant", "全县"},
                   {"unit", "本单位"},
                   {"subtree", "本单位及下级"},
                   {"listed", "指定单位"},
                   {"own", "仅本人"}},
       .initial = "proposed",
       .short_field = true},
      {.name = "units",
       .label = "指定的单位",
       .kind = form::Kind::long_text,
       .hint = "数据范围选“指定单位”时填写，用顿号、逗号或换行隔开",
       .rows = 2},
      {.name = "until",
       .label = "截止日期",
       .kind = form::Kind::date,
       .hint = "当天有效；留空为长期",
       .short_field = true},
  });
  return kForm;
}

form::Form grant_form_for(const Context& context) {
  std::vector<form::Option> options;
  for (const auto& r : context.app.directory.roles()->all())
    options.push_back({r.id, fmt::format("{}（{}）", r.title, auth::title_of(r.scope))});
  return grant_form().with_options("role", std::move(options));
}

base::Result<auth::Grant> grant_from(const Context& context, const form::Values& in, Id person) {
  const auto tree = context.app.directory.units(context.tenant.id);
  const auto* role = context.app.directory.roles()->find(in.text("role"));
  auth::Grant grant;
  grant.person = person;
  grant.role = in.text("role");
  grant.until = in.text("until");
  grant.scope = role != nullptr ? role->scope : auth::ScopeKind::own;
  if (const auto scope = auth::parse_scope_kind(in.text("scope"))) grant.scope = *scope;
  if (grant.scope == auth::ScopeKind::listed) grant.units = TRY(units_typed(in.text("units"), *tree));
  return grant;
}

// ---------------------------------------------------------------- account

void write_account_state(Out& h, const auth::Account& a) {
  h("{}", html::Definitions{{{"登录名", a.login},
                             {"状态",
                              [&](Out& o) {
                                o("{}", a.disabled               ? html::tag("已停用", html::Tone::amber)
                                        : a.must_change_password ? html::tag("待本人改密码", html::Tone::blue)
                                                                 : html::tag("正常", html::Tone::green));
                              }},
                             {"动态口令", a.second_factor ? "已启用" : "未启用"},
                             {"最近登录", a.last_sign_in == 0 ? std::string("从未登录")
                                                              : base::to_local(a.last_sign_in)}}});
}

void write_account_deeds(Out& h, const Context& context, const auth::Person& p, const auth::Account& a,
                         const Typed& returned) {
  const auto post = [&](const char* text, std::string_view deed) {
    return html::PostButton{text, person_url(p.id, deed), context.csrf};
  };
  h(
      "<div class=\"acts\">{}{}{}</div>", post("发放一次性密码", "password"),
      [&](Out& o) {
        if (a.second_factor) o("{}", post("解除动态口令", "second-factor"));
      },
      [&](Out& o) {
        if (a.disabled) o("{}", post("启用账号", "enable"));
      });
  if (a.disabled) return;
  h("<details class=\"mt\"{}><summary>停用账号</summary>{}</details>",
    html::Attr{returned.of == "disable", " open"}, [&](Out& o) {
      disable_form().write(
          o, view_of(context, person_url(p.id, "disable"), "停用账号", returned.only("disable")));
    });
}

Answer create_account(Context& context) {
  const auth::Person person = TRY(person_to_manage(context));
  auto in = login_form().check(context.request.form);
  if (in.ok()) {
    const auto password =
        context.app.directory.issue_password(context.actor, person.id, in.values.text("login"));
    if (password) return show_person(context, {}, {in.values.text("login"), *password});
    in.errors.push_back(password.error());
  }
  return show_person(context, {in.values, in.errors, "account"});
}

Answer issue_password(Context& context) {
  const auth::Person person = TRY(person_to_manage(context));
  const auto password = context.app.directory.issue_password(context.actor, person.id);
  if (password) return show_person(context, {}, {person.login, *password});
  return show_person(context, {{}, {password.error()}, "password"});
}

Answer disable(Context& context) {
  const auth::Person person = TRY(person_to_manage(context));
  auto in = disable_form().check(context.request.form);
  if (in.ok()) {
    const auto ended =
        context.app.directory.disable_account(context.actor, person.id, in.values.text("account_reason"));
    if (ended) {
      context.say(html::Tone::green, fmt::format("{}的账号已停用，登录已结束。", person.name));
      return site::redirect(person_url(person.id));
    }
    in.errors.push_back(ended.error());
    if (in.errors.back().field == "reason") in.errors.back().field = "account_reason";
  }
  return show_person(context, {in.values, in.errors, "disable"});
}

// A deed without a form of its own: done, or said why not.
Answer plain(Context& context, const std::string& said,
             const std::function<base::Done(const auth::Person&)>& deed) {
  const auth::Person person = TRY(person_of(context));
  const auto done = deed(person);
  context.say(done ? html::Tone::green : html::Tone::red, done ? said : done.error().message);
  return site::redirect(person_url(person.id));
}

Answer enable(Context& context) {
  return plain(context, "账号已启用。", [&](const auth::Person& p) {
    return context.app.directory.enable_account(context.actor, p.id);
  });
}

Answer reset_second_factor(Context& context) {
  return plain(context, "动态口令已解除，下次只需密码登录。", [&](const auth::Person& p) {
    return context.app.directory.reset_second_factor(context.actor, p.id);
  });
}

// ---------------------------------------------------------------- grants

Answer give(Context& context) {
  const auth::Person person = TRY(person_of(context));
  TRY(context.require("role.grant", person.unit));
  auto in = grant_form_for(context).check(context.request.form);
  if (in.ok()) {
    const auto grant = grant_from(context, in.values, person.id);
    const auto given = grant ? context.app.directory.give(context.actor, *grant)
                             : base::Result<Id>(tl::unexpected(grant.error()));
    if (given) {
      const auto* role = context.app.directory.roles()->find(grant->role);
      context.say(html::Tone::green, fmt::format("已授予{}“{}”。", person.name, role->title));
      return site::redirect(person_url(person.id));
    }
    in.errors.push_back(given.error());
  }
  return show_person(context, {in.values, in.errors, "grant"});
}

Answer end_grant(Context& context) {
  const Id id = TRY(context.id("grant"));
  const auth::Person person = TRY(person_of(context));
  const auto held = TRY(context.app.directory.grants_of(context.actor, person.id));
  const bool is_his = std::any_of(held.begin(), held.end(), [&](const auth::Grant& g) { return g.id == id; });
  if (!is_his) return base::refuse(Code::not_found, "grant.not_found", "没有这条授权，可能已经结束。");
  return plain(context, "角色已收回。",
               [&](const auth::Person&) { return context.app.directory.end_grant(context.actor, id); });
}

}  // namespace

std::string scope_text(const auth::Grant& grant, const auth::UnitTree& tree) {
  std::string text(auth::title_of(grant.scope));
  if (grant.scope != auth::ScopeKind::listed) return text;
  std::vector<std::string> names;
  for (const Id unit : grant.units) names.push_back(name_of(tree, unit));
  return text + "：" + base::join(names, "、");
}

void write_account(Out& h, const Context& context, const auth::Person& p, const Typed& returned) {
  const auto account = context.app.directory.account_of(context.tenant.id, p.id);
  const bool may = context.actor.may("person.manage", p.unit);
  h("{}", html::panel("账号", [&](Out& o) {
      if (returned.of == "password") o("{}", html::ErrorSummary{returned.errors});
      if (account) {
        write_account_state(o, *account);
        if (may) write_account_deeds(o, context, p, *account, returned);
      } else if (may && p.active) {
        o("<p class=\"muted\">还没有账号，不能登录。</p>");
        login_form().write(
            o, view_of(context, person_url(p.id, "account"), "开通账号", returned.only("account")));
      } else {
        o("<p class=\"muted\">没有账号。</p>");
      }
    }));
}

void write_grants(Out& h, const Context& context, const auth::Person& p, const Typed& returned) {
  const auto grants = context.app.directory.grants_of(context.actor, p.id);
  if (!grants) return;
  const auto tree = context.app.directory.units(context.tenant.id);
  const bool may = context.actor.may("role.grant", p.unit);
  h("{}", html::panel("角色", [&](Out& o) {
      if (grants->empty()) o("<p class=\"muted\">还没有角色，登录后看不到业务内容。</p>");
      html::SimpleTable view{"角色", {{"角色"}, {"数据范围"}, {"截止"}}, {}};
      if (may) view.columns.push_back({"办理"});
      for (const auto& g : *grants) {
        const auto* role = context.app.directory.roles()->find(g.role);
        std::vector<html::Content> row = {role != nullptr ? role->title : g.role, scope_text(g, *tree),
                                          g.until.empty() ? std::string("长期") : g.until};
        if (may) {
          row.emplace_back(html::PostButton{"收回", person_url(p.id, fmt::format("grants/{}/end", g.id)),
                                            context.csrf, html::Look::link});
        }
        view.rows.push_back(std::move(row));
      }
      if (!grants->empty()) o("{}", view);
      if (!may || !p.active) return;
      o("<details class=\"mt\"{}><summary>授予角色</summary>{}</details>",
        html::Attr{returned.of == "grant" || grants->empty(), " open"}, [&](Out& x) {
          grant_form_for(context).write(
              x, view_of(context, person_url(p.id, "grants"), "授予", returned.only("grant")));
        });
    }));
}

void add_access_pages(site::Site& site) {
  using http::Method;
  using site::Access;
  const auto change = [&](std::string_view deed, std::string right, site::Handler handler) {
    site.add({Method::post, "/people/{person}/" + std::string(deed), Access::right, std::move(right),
              std::move(handler)});
  };
  change("account", "person.manage", create_account);
  change("password", "person.manage", issue_password);
  change("disable", "person.manage", disable);
  change("enable", "person.manage", enable);
  change("second-factor", "person.manage", reset_second_factor);
  change("grants", "role.grant", give);
  change("grants/{grant}/end", "role.grant", end_grant);
}

}  // namespace kepu::administration

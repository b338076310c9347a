// One person: what is known, changing it, another unit, deactivating.
#include "core/base/json.h"
#include "core/base/text.h"
#include "engines/administration/person_form.h"
#include "engines/administration/person_page.h"

namespace kepu::administration {

using html::Out;
using site::Answer;
using site::Context;

namespace {

const form::Form& move_form() {
  static const form::Form kForm({{.name = "unit",
                                  .label = "新单位",
                                  .kind = form::Kind::select,
                                  .required = true,
                                  .hint = "按“本单位”授予的角色，范围随之变为新单位"}});
  return kForm;
}

const form::Form& reason_form() {
  static const form::Form kForm({{.name = "reason",
                                  .label = "停用原因",
                                  .required = true,
                                  .hint = "如调离、退休；写入审计日志",
                                  .max_length = 200}});
  return kForm;
}

form::Form move_form_for(const Context& context, const auth::Person& person) {
  const auto tree = context.app.directory.units(context.tenant.id);
  auto options = unit_options(*tree, Villages::with);
  std::erase_if(options, [&](const form::Option& o) {
    const Id id = base::parse_id(o.value).value_or(0);
    return id == person.unit || !context.actor.may("person.manage", id);
  });
  return move_form().with_options("unit", std::move(options));
}

form::Values values_of(const auth::Person& person) {
  form::Values out;
  out.set("name", person.name);
  out.set("post", person.post);
  out.set("phone", person.phone);
  out.set("email", person.email);
  return out;
}

void write_facts(Out& h, const auth::Person& p, const auth::UnitTree& tree) {
  const auto or_dash = [](const std::string& text) { return text.empty() ? std::string("—") : text; };
  h("{}", html::panel("概况", html::Definitions{{{"单位",
                                                  [&](Out& o) {
                                                    o("<a href=\"{}\">{}</a>", html::Url{unit_url(p.unit)},
                                                      path_of(tree, p.unit));
                                                  }},
                                                 {"职务", or_dash(p.post)},
                                                 {"电话", or_dash(p.phone)},
                                                 {"邮箱", or_dash(p.email)}}}));
}

void write_issued(Out& h, const Issued& issued) {
  if (issued.password.empty()) return;
  h("{}", html::panel("一次性密码",
                      [&](Out& o) {
                        o("<p>登录名 <b>{}</b></p><p "
                          "class=\"once\"><code>{}</code></p><p>请当面或电话告知本人。离开本页后不再显示；"
                          "本人首次登录时必须改成自己的密码。</p>",
                          issued.login, issued.password);
                      },
                      {.note = "只显示这一次"}));
}

void write_forms(Out& h, const Context& context, const auth::Person& p, const Typed& returned) {
  if (!p.active) {
    h("{}", html::panel("恢复",
                        [&](Out& o) {
                          o("{}", html::PostButton{"恢复为在岗", person_url(p.id, "reactivate"), context.csrf,
                                                   html::Look::primary});
                        },
                        {.note = "恢复后角色需要重新授予"}));
    return;
  }
  h("{}", html::panel("修改", [&](Out& o) {
      auto view = view_of(context, person_url(p.id, "edit"), "保存", returned.only("edit"), values_of(p));
      view.hidden = {{"revision", returned.of == "edit" ? std::string(context.field("revision"))
                                                        : std::to_string(p.revision)}};
      person_form().write(o, view);
    }));
  h("{}", html::panel("调到别的单位", [&](Out& o) {
      auto view = view_of(context, person_url(p.id, "move"), "调动", returned.only("move"));
      view.hidden = {{"revision", std::to_string(p.revision)}};
      move_form_for(context, p).write(o, view);
    }));
  h("{}", html::panel("停用",
                      [&](Out& o) {
                        reason_form().write(o, view_of(context, person_url(p.id, "deactivate"), "停用",
                                                       returned.only("deactivate")));
                      },
                      {.note = "立即结束登录、角色和代理；办理过的记录保留姓名"}));
}

void write_own_stand_ins(Out& h, const Context& context, const auth::Person& p) {
  const auto all = context.app.directory.stand_ins(context.actor, p.id);
  if (!all) return;
  const bool may = context.actor.may("standin.manage", p.unit, p.id);
  if (all->empty() && !may) return;
  html::PanelOptions options;
  if (may && p.active) options.more = {"设置代理", fmt::format("/stand-ins/new?principal={}", p.id)};
  h("{}", html::panel(
              "代理",
              [&](Out& o) {
                write_stand_ins(o, context, *all, "/stand-ins", [&](const auth::StandIn&) { return may; });
              },
              options));
}

Answer json_of(const auth::Person& p, const auth::UnitTree& tree) {
  base::Json j;
  j.object().key("id").id(p.id).field("name", p.name).field("post", p.post).field("phone", p.phone);
  j.field("email", p.email).key("unit").id(p.unit).field("unit_name", name_of(tree, p.unit));
  j.field("login", p.login).field("active", p.active).field("revision", p.revision);
  return http::json(std::move(j.end()).text());
}

Answer done(Context& context, const std::string& text, Id person) {
  context.say(html::Tone::green, text);
  return site::redirect(person_url(person));
}

Answer edit(Context& context) {
  const auth::Person person = TRY(person_to_manage(context));
  auto in = person_form().check(context.request.form);
  if (in.ok()) {
    auth::Person fresh = person_from(in.values);
    fresh.id = person.id;
    fresh.revision = base::parse_int(context.field("revision")).value_or(0);
    const auto changed = context.app.directory.change_person(context.actor, fresh);
    if (changed) return done(context, "人员信息已保存。", person.id);
    in.errors.push_back(changed.error());
  }
  return show_person(context, {in.values, in.errors, "edit"});
}

Answer move(Context& context) {
  const auth::Person person = TRY(person_to_manage(context));
  auto in = move_form_for(context, person).check(context.request.form);
  if (in.ok()) {
    const Id unit = base::parse_id(in.values.text("unit")).value_or(0);
    const auto revision = base::parse_int(context.field("revision")).value_or(0);
    const auto moved = context.app.directory.move_person(context.actor, person.id, unit, revision);
    if (moved) return done(context, fmt::format("{}已调动。", person.name), person.id);
    in.errors.push_back(moved.error());
  }
  return show_person(context, {in.values, in.errors, "move"});
}

Answer deactivate(Context& context) {
  const auth::Person person = TRY(person_to_manage(context));
  auto in = reason_form().check(context.request.form);
  if (in.ok()) {
    const auto ended =
        context.app.directory.deactivate_person(context.actor, person.id, in.values.text("reason"));
    if (ended) return done(context, fmt::format("{}已停用。", person.name), person.id);
    in.errors.push_back(ended.error());
  }
  return show_person(context, {in.values, in.errors, "deactivate"});
}

Answer reactivate(Context& context) {
  const auth::Person person = TRY(person_to_manage(context));
  const auto back = context.app.directory.reactivate_person(context.actor, person.id);
  if (back) return done(context, fmt::format("{}已恢复为在岗。", person.name), person.id);
  context.say(html::Tone::red, back.error().message);
  return site::redirect(person_url(person.id));
}

}  // namespace

base::Result<auth::Person> person_of(const Context& context) {
  return context.app.directory.person(context.actor, TRY(context.id("person")));
}

base::Result<auth::Person> person_to_manage(const Context& context) {
  auth::Person person = TRY(person_of(context));
  TRY(context.require("person.manage", person.unit));
  return person;
}

Answer show_person(Context& context, const Typed& returned, const Issued& issued) {
  const auth::Person p = TRY(person_of(context));
  const auto tree = context.app.directory.units(context.tenant.id);
  if (context.as() == "json") return json_of(p, *tree);
  const bool may_manage = context.actor.may("person.manage", p.unit);
  site::Page page;
  page.title = p.name;
  page.path = {{"人员账号", "/people"}, {p.name, ""}};
  page.note = [&](Out& h) {
    h("{}　{}", p.active ? html::tag("在岗", html::Tone::green) : html::tag("已停用", html::Tone::amber),
      base::join({name_of(*tree, p.unit), p.post}, "　"));
  };
  page.body = [&](Out& h) {
    write_issued(h, issued);
    h(
        "<div class=\"split\"><div>{}</div><aside>{}</aside></div>",
        [&](Out& o) {
          write_grants(o, context, p, returned);
          if (may_manage) write_forms(o, context, p, returned);
        },
        [&](Out& o) {
          write_facts(o, p, *tree);
          write_account(o, context, p, returned);
          write_own_stand_ins(o, context, p);
          if (may_manage || context.actor.may("audit.read"))
            o("{}", html::panel("变更记录", history_of(context, fmt::format("person:{}", p.id))));
        });
  };
  return site::page(context, std::move(page), status_of(returned.errors));
}

void add_person_pages(site::Site& site) {
  using http::Method;
  using site::Access;
  const auto change = [&](std::string_view deed, site::Handler handler) {
    site.add({Method::post, "/people/{person}/" + std::string(deed), Access::right, "person.manage",
              std::move(handler)});
  };
  site.add({Method::get, "/people/{person}", Access::right, "person.read",
            [](Context& c) { return show_person(c, {}); }});
  change("edit", edit);
  change("move", move);
  change("deactivate", deactivate);
  change("reactivate", reactivate);
}

}  // namespace kepu::administration

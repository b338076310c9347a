// 代理: who acts for whom until when; setting and ending it.
#include "core/base/text.h"
#include "engines/administration/person_page.h"

namespace kepu::administration {

using base::Code;
using html::Out;
using site::Answer;
using site::Context;

namespace {

const form::Form& stand_in_form() {
  static const form::Form kForm({
      {.name = "deputy", .label = "代理人", .kind = form::Kind::select, .required = true},
      {.name = "from", .label = "从", .kind = form::Kind::date, .required = true, .short_field = true},
      {.name = "until",
       .label = "到",
       .kind = form::Kind::date,
       .required = true,
       .hint = "当天有效，过后自动结束",
       .short_field = true},
      {.name = "reason", .label = "原因", .required = true, .hint = "如出差、学习、休假", .max_length = 200},
  });
  return kForm;
}

// For whom, and from which unit the deputy is chosen.
struct Asked {
  Id principal = 0;
  std::string name;
  Id unit = 0;
  std::vector<form::Option> deputies;
};

base::Result<Asked> asked_of(const Context& context) {
  const bool reading = context.request.method == http::Method::get;
  const auto value = [&](std::string_view name) {
    return base::parse_id(reading ? context.param(name) : context.field(name)).value_or(0);
  };
  Asked out{value("principal"), context.actor.name, context.actor.unit, {}};
  if (out.principal == 0) out.principal = context.actor.person;
  if (out.principal != context.actor.person) {
    const auth::Person person = TRY(context.app.directory.person(context.actor, out.principal));
    out.name = person.name;
    out.unit = person.unit;
  }
  TRY(context.require("standin.manage", out.unit, out.principal));
  if (const Id unit = value("unit"); unit != 0) out.unit = unit;
  if (!context.actor.may("person.read")) return out;
  auth::PersonQuery query;
  query.unit = out.unit;
  query.limit = 500;
  const auto found = TRY(context.app.directory.find_people(context.actor, query));
  for (const auto& p : found.people) {
    if (p.id == out.principal) continue;
    out.deputies.push_back({std::to_string(p.id), p.post.empty() ? p.name : p.name + "（" + p.post + "）"});
  }
  return out;
}

void write_unit_choice(Out& h, const Context& context, const Asked& asked) {
  const auto tree = context.app.directory.units(context.tenant.id);
  form::Form choice({{.name = "unit",
                      .label = "代理人所在单位",
                      .kind = form::Kind::select,
                      .required = true,
                      .options = unit_options(*tree, Villages::with)}});
  form::View view{.action = "/stand-ins/new", .csrf = {}};
  view.values.set("unit", std::to_string(asked.unit));
  view.hidden = {{"principal", std::to_string(asked.principal)}};
  view.submit = "换单位";
  view.get = true;
  h("<details class=\"mt\"><summary>代理人在别的单位</summary>{}</details>",
    [&](Out& o) { choice.write(o, view); });
}

http::Response new_page(Context& context, const Asked& asked, const Typed& returned) {
  form::Values proposed;
  proposed.set("from", base::to_iso(context.today()));
  auto view = view_of(context, "/stand-ins/new", "设置代理", returned.only("new"), std::move(proposed));
  view.hidden = {{"principal", std::to_string(asked.principal)}, {"unit", std::to_string(asked.unit)}};
  view.cancel_url = asked.principal == context.actor.person ? "/account" : person_url(asked.principal);
  site::Page page;
  page.title = "设置代理";
  page.path = {{"代理", "/stand-ins"}, {"设置", ""}};
  page.note = fmt::format("被代理人：{}", asked.name);
  page.narrow = true;
  const auto fields = stand_in_form().with_options("deputy", asked.deputies);
  page.body = [&](Out& h) {
    h("{}",
      html::panel(
          "",
          [&](Out& o) {
            if (asked.deputies.empty()) {
              o("{}", html::Flash{html::Tone::amber,
                                  "这里没有可以选的代理人。请换一个单位，或联系管理员代为设置。"});
            }
            fields.write(o, view);
            if (context.actor.may("person.read")) write_unit_choice(o, context, asked);
          },
          {.note = "代理期间，代理人可以办理被代理人的事务，每一步都记明“代谁办理”；授予角色不能代理"}));
  };
  return site::page(context, std::move(page), status_of(returned.errors));
}

Answer add_stand_in(Context& context) {
  const Asked asked = TRY(asked_of(context));
  auto in = stand_in_form().with_options("deputy", asked.deputies).check(context.request.form);
  if (in.ok()) {
    auth::StandIn wanted;
    wanted.principal = asked.principal;
    wanted.deputy = base::parse_id(in.values.text("deputy")).value_or(0);
    wanted.from = in.values.text("from");
    wanted.until = in.values.text("until");
    wanted.reason = in.values.text("reason");
    const auto added = context.app.directory.add_stand_in(context.actor, wanted);
    if (added) {
      context.say(html::Tone::green,
                  fmt::format("已设置，{}起生效，{}后自动结束。", wanted.from, wanted.until));
      return site::redirect("/stand-ins");
    }
    in.errors.push_back(added.error());
  }
  return new_page(context, asked, {in.values, in.errors, "new"});
}

Answer end_stand_in(Context& context) {
  const Id id = TRY(context.id("standin"));
  TRY(context.app.directory.end_stand_in(context.actor, id));
  context.say(html::Tone::green, "代理已结束。");
  const bool own = base::starts_with(context.request.path, "/account/");
  return site::redirect(own ? "/account" : "/stand-ins");
}

Answer list_stand_ins(Context& context) {
  const auto all = TRY(context.app.directory.stand_ins(context.actor));
  site::Page page;
  page.title = "代理";
  page.path = {{"代理", ""}};
  page.note = "出差、学习、休假期间由别人代办；到期自动结束";
  page.actions = [](Out& h) {
    h("{}", html::button_link("为自己设置代理", "/stand-ins/new", "plus", html::Look::primary));
  };
  page.body = [&](Out& h) {
    h("{}", html::panel("现在和将来的代理", [&](Out& o) {
        write_stand_ins(o, context, all, "/stand-ins", [&](const auth::StandIn& s) {
          return s.principal == context.actor.person || s.deputy == context.actor.person ||
                 context.actor.may_everywhere("standin.manage");
        });
      }));
  };
  return site::page(context, std::move(page));
}

}  // namespace

void write_stand_ins(Out& h, const Context& context, const std::vector<auth::StandIn>& all,
                     std::string_view end_path, const std::function<bool(const auth::StandIn&)>& may_end) {
  if (all.empty()) return h("<p class=\"muted\">没有正在生效或将要生效的代理。</p>");
  std::vector<Id> people;
  for (const auto& s : all) people.insert(people.end(), {s.principal, s.deputy});
  const auto names = context.app.directory.names(context.tenant.id, people);
  const auto name = [&](Id id) {
    const auto at = names.find(id);
    return at == names.end() ? std::string("—") : at->second;
  };
  const std::string today = base::to_iso(context.today());
  html::SimpleTable view{"代理", {{"被代理人"}, {"代理人"}, {"起止"}, {"原因"}, {"状态"}, {"办理"}}, {}};
  for (const auto& s : all) {
    const bool running = s.from <= today;
    std::vector<html::Content> row = {
        name(s.principal), name(s.deputy), s.from + " 至 " + s.until, s.reason, [running](Out& o) {
          o("{}", running ? html::tag("生效中", html::Tone::green) : html::tag("未开始"));
        }};
    if (may_end(s)) {
      row.emplace_back(
          html::PostButton{"结束", fmt::format("{}/{}/end", end_path, s.id), context.csrf, html::Look::link});
    } else {
      row.emplace_back("—");
    }
    view.rows.push_back(std::move(row));
  }
  h("{}", view);
}

void add_stand_in_pages(site::Site& site) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/stand-ins", Access::right, "standin.manage", list_stand_ins});
  site.add({Method::get, "/stand-ins/new", Access::right, "standin.manage", [](Context& c) -> Answer {
              const Asked asked = TRY(asked_of(c));
              return new_page(c, asked, {});
            }});
  site.add({Method::post, "/stand-ins/new", Access::right, "standin.manage", add_stand_in});
  site.add({Method::post, "/stand-ins/{standin}/end", Access::right, "standin.manage", end_stand_in});
  // A deputy may lay the office down without any right of his own.
  site.add({Method::post, "/account/stand-ins/{standin}/end", Access::signed_in, "", end_stand_in});
  site.add(site::MenuItem{"系统", "代理", "/stand-ins", "standin.manage", 903, {}, {}, false});
}

}  // namespace kepu::administration

// One unit: what it is, where it stands, moving, deactivating; a new one below it.
#include "core/auth/directory.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "engines/administration/pages.h"

namespace kepu::administration {

using base::Code;
using base::refuse;
using html::Out;
using site::Answer;
using site::Context;

namespace {

const form::Form& unit_form() {
  static const form::Form kForm({
      {.name = "name", .label = "单位名称", .required = true, .max_length = 60},
      {.name = "short_name",
       .label = "简称",
       .hint = "用在窄列里，如“农业农村局”",
       .max_length = 30,
       .short_field = true},
      {.name = "kind",
       .label = "类型",
       .kind = form::Kind::select,
       .required = true,
       .hint = "决定归入部门、乡镇街道还是村社区",
       .options = {{"county", "县级"},
                   {"department", "部门"},
                   {"township", "乡镇街道"},
                   {"village", "村社区"},
                   {"other", "其他"}},
       .short_field = true},
      {.name = "system",
       .label = "系统",
       .hint = "党委、政府、群团、事业、企业、学校等",
       .max_length = 30,
       .short_field = true},
      {.name = "area_code",
       .label = "区划代码",
       .hint = "12 位统计用区划代码，部门留空",
       .short_field = true},
      {.name = "position",
       .label = "排序",
       .kind = form::Kind::integer,
       .hint = "同级单位按它由小到大排列",
       .min = 0,
       .max = 1'000'000,
       .initial = "0",
       .short_field = true},
  });
  return kForm;
}

const form::Form& move_form() {
  static const form::Form kForm(
      {{.name = "parent", .label = "新的上级单位", .kind = form::Kind::select, .required = true}});
  return kForm;
}

const form::Form& reason_form() {
  static const form::Form kForm({{.name = "reason",
                                  .label = "停用原因",
                                  .required = true,
                                  .hint = "如机构改革撤并的文号；写入审计日志",
                                  .max_length = 200}});
  return kForm;
}

auth::Unit unit_from(const form::Values& in) {
  auth::Unit unit;
  unit.name = in.text("name");
  unit.short_name = in.text("short_name");
  unit.kind = auth::parse_unit_kind(in.text("kind")).value_or(auth::UnitKind::other);
  unit.system = in.text("system");
  unit.area_code = in.text("area_code");
  unit.position = static_cast<int>(in.integer("position").value_or(0));
  return unit;
}

form::Values values_of(const auth::Unit& unit) {
  form::Values out;
  out.set("name", unit.name);
  out.set("short_name", unit.short_name);
  out.set("kind", std::string(auth::to_text(unit.kind)));
  out.set("system", unit.system);
  out.set("area_code", unit.area_code);
  out.set("position", std::to_string(unit.position));
  return out;
}

struct Shown {
  std::shared_ptr<const auth::UnitTree> tree;
  const auth::Unit* unit = nullptr;
};

// The unit of the address, of this tenant alone.
base::Result<Shown> unit_of(const Context& context) {
  const Id id = TRY(context.id("unit"));
  Shown shown{context.app.directory.units(context.tenant.id), nullptr};
  shown.unit = shown.tree->find(id);
  if (shown.unit == nullptr)
    return refuse(Code::not_found, "unit.not_found", "没有这个单位，可能已被删除。请到“组织机构”查找。");
  return shown;
}

// The same for a change: the right over the unit is asked before anything is read from the form.
base::Result<Shown> unit_to_change(const Context& context) {
  Shown shown = TRY(unit_of(context));
  TRY(context.require("organisation.manage", shown.unit->id));
  return shown;
}

form::Form move_form_for(const Shown& s) {
  auto options = unit_options(*s.tree, Villages::without);
  std::erase_if(options, [&](const form::Option& o) {
    const Id id = base::parse_id(o.value).value_or(0);
    return s.tree->is_within(id, s.unit->id) || id == s.unit->parent;
  });
  return move_form().with_options("parent", std::move(options));
}

void write_facts(Out& h, const Context& context, const Shown& s) {
  const auth::Unit& u = *s.unit;
  const auto or_dash = [](const std::string& text) { return text.empty() ? std::string("—") : text; };
  std::vector<std::pair<std::string, html::Content>> items = {
      {"上级单位", u.parent == 0 ? html::Content("（最上级）") : html::Content([&](Out& o) {
         o("<a href=\"{}\">{}</a>", html::Url{unit_url(u.parent)}, name_of(*s.tree, u.parent));
       })},
      {"类型", std::string(auth::title_of(u.kind))},
      {"系统", or_dash(u.system)},
      {"区划代码", or_dash(u.area_code)}};
  if (context.actor.may("person.read", u.id)) {
    auth::PersonQuery query;
    query.unit = u.id;
    query.limit = 0;
    const auto found = context.app.directory.find_people(context.actor, query);
    const auto total = found ? found->total : 0;
    items.emplace_back("人员", [total, id = u.id](Out& o) {
      o("<a href=\"{}\">{} 人</a><span class=\"muted small\">（含下级单位）</span>",
        html::Url{fmt::format("/people?f.unit={}&f.state=active", id)}, total);
    });
  }
  h("{}", html::panel("概况", html::Definitions{std::move(items)}, {.alarm = !u.active}));
}

void write_children(Out& h, const Shown& s) {
  const auto children = s.tree->children(s.unit->id);
  if (children.empty()) return;
  h("{}", html::panel(fmt::format("下级单位　{} 个", children.size()), [&](Out& o) {
      o("<p class=\"links\">{}</p>", [&](Out& x) {
        for (const auto* c : children) {
          x("<a href=\"{}\">{}</a>{}　", html::Url{unit_url(c->id)}, c->name,
            c->active ? std::string() : std::string("（已停用）"));
        }
      });
    }));
}

void write_deeds(Out& h, const Context& context, const Shown& s, const Typed& returned) {
  const auth::Unit& u = *s.unit;
  h("{}", html::panel("修改", [&](Out& o) {
      auto view = view_of(context, unit_url(u.id, "edit"), "保存", returned.only("edit"), values_of(u));
      view.hidden = {{"revision", std::to_string(u.revision)}};
      // What came back keeps the revision it started from, so that a second try does not overwrite either.
      if (returned.of == "edit") view.hidden[0].second = std::string(context.field("revision"));
      unit_form().write(o, view);
    }));
  if (u.id == s.tree->root()) return;
  h("{}", html::panel("移到别的上级单位",
                      [&](Out& o) {
                        auto view = view_of(context, unit_url(u.id, "move"), "移动", returned.only("move"));
                        view.hidden = {{"revision", std::to_string(u.revision)}};
                        move_form_for(s).write(o, view);
                      },
                      {.note = "下级单位和人员随之移动；按“本单位及下级”授予的角色，范围也随之变化"}));
  if (!u.active) {
    h("{}", html::panel("恢复使用", [&](Out& o) {
        o("{}",
          html::PostButton{"恢复这个单位", unit_url(u.id, "reactivate"), context.csrf, html::Look::primary});
      }));
    return;
  }
  h("{}",
    html::panel("停用",
                [&](Out& o) {
                  reason_form().write(o, view_of(context, unit_url(u.id, "deactivate"), "停用这个单位",
                                                 returned.only("deactivate")));
                },
                {.note = "停用后不再出现在各处的选单里，历史记录保留；还有在岗人员或下级单位时不能停用"}));
  h("{}", html::panel("删除",
                      [&](Out& o) {
                        o("{}", html::PostButton{"删除这个单位", unit_url(u.id, "delete"), context.csrf,
                                                 html::Look::danger});
                      },
                      {.note = "只用于刚建错的单位；有人员、下级或业务记录的不能删除"}));
}

Answer json_of(const Shown& s) {
  base::Json j;
  j.object().key("id").id(s.unit->id).field("name", s.unit->name).field("short_name", s.unit->short_name);
  j.field("kind", auth::to_text(s.unit->kind)).field("system", s.unit->system);
  j.field("area_code", s.unit->area_code).field("active", s.unit->active).key("parent").id(s.unit->parent);
  j.field("revision", s.unit->revision).key("children").array();
  for (const auto* c : s.tree->children(s.unit->id))
    j.object().key("id").id(c->id).field("name", c->name).end();
  return http::json(std::move(j.end().end()).text());
}

Answer show_unit(Context& context, const Typed& returned) {
  const Shown s = TRY(unit_of(context));
  if (context.as() == "json") return json_of(s);
  const bool may_manage = context.actor.may("organisation.manage", s.unit->id);
  site::Page page;
  page.title = s.unit->name;
  page.path = {{"组织机构", "/organisation"}, {s.unit->name, ""}};
  page.note = [&](Out& h) {
    h("{}　{}",
      s.unit->active ? html::tag("在用", html::Tone::green) : html::tag("已停用", html::Tone::amber),
      path_of(*s.tree, s.unit->id));
  };
  const std::string fresh = unit_url(s.unit->id, "new");
  page.actions = [&](Out& h) {
    if (may_manage && s.unit->active) h("{}", html::button_link("新增下级单位", fresh, "plus"));
  };
  page.body = [&](Out& h) {
    h(
        "<div class=\"split\"><div>{}</div><aside>{}</aside></div>",
        [&](Out& o) {
          write_children(o, s);
          if (may_manage) write_deeds(o, context, s, returned);
        },
        [&](Out& o) {
          write_facts(o, context, s);
          if (may_manage || context.actor.may("audit.read")) {
            o("{}", html::panel("变更记录", history_of(context, fmt::format("unit:{}", s.unit->id))));
          }
        });
  };
  return site::page(context, std::move(page), status_of(returned.errors));
}

Answer done(Context& context, const std::string& text, Id unit) {
  context.say(html::Tone::green, text);
  return site::redirect(unit_url(unit));
}

Answer edit(Context& context) {
  const Shown s = TRY(unit_to_change(context));
  auto in = unit_form().check(context.request.form);
  if (in.ok()) {
    auth::Unit unit = unit_from(in.values);
    unit.id = s.unit->id;
    unit.revision = base::parse_int(context.field("revision")).value_or(0);
    const auto changed = context.app.directory.change_unit(context.actor, unit);
    if (changed) return done(context, "单位信息已保存。", s.unit->id);
    in.errors.push_back(changed.error());
  }
  return show_unit(context, {in.values, in.errors, "edit"});
}

Answer move(Context& context) {
  const Shown s = TRY(unit_to_change(context));
  auto in = move_form_for(s).check(context.request.form);
  if (in.ok()) {
    const Id parent = base::parse_id(in.values.text("parent")).value_or(0);
    const auto revision = base::parse_int(context.field("revision")).value_or(0);
    const auto moved = context.app.directory.move_unit(context.actor, s.unit->id, parent, revision);
    if (moved) return done(context, "单位已移动。", s.unit->id);
    in.errors.push_back(moved.error());
  }
  return show_unit(context, {in.values, in.errors, "move"});
}

Answer deactivate(Context& context) {
  const Shown s = TRY(unit_to_change(context));
  auto in = reason_form().check(context.request.form);
  if (in.ok()) {
    const auto ended =
        context.app.directory.deactivate_unit(context.actor, s.unit->id, in.values.text("reason"));
    if (ended) return done(context, fmt::format("“{}”已停用。", s.unit->name), s.unit->id);
    in.errors.push_back(ended.error());
  }
  return show_unit(context, {in.values, in.errors, "deactivate"});
}

Answer reactivate(Context& context) {
  const Shown s = TRY(unit_to_change(context));
  const auto back = context.app.directory.reactivate_unit(context.actor, s.unit->id);
  if (back) return done(context, fmt::format("“{}”已恢复使用。", s.unit->name), s.unit->id);
  context.say(html::Tone::red, back.error().message);
  return site::redirect(unit_url(s.unit->id));
}

Answer remove(Context& context) {
  const Shown s = TRY(unit_to_change(context));
  const auto gone = context.app.directory.delete_unit(context.actor, s.unit->id);
  if (!gone) {
    context.say(html::Tone::red, gone.error().message);
    return site::redirect(unit_url(s.unit->id));
  }
  context.say(html::Tone::green, fmt::format("“{}”已删除。", s.unit->name));
  return site::redirect(unit_url(s.unit->parent));
}

http::Response new_page(Context& context, const Shown& s, const Typed& returned) {
  site::Page page;
  page.title = "新增单位";
  page.path = {{"组织机构", "/organisation"}, {s.unit->name, unit_url(s.unit->id)}, {"新增", ""}};
  page.note = fmt::format("上级单位：{}", s.unit->name);
  page.narrow = true;
  auto view = view_of(context, unit_url(s.unit->id, "new"), "新增", returned.only("new"));
  view.cancel_url = unit_url(s.unit->id);
  page.body = [&](Out& h) { h("{}", html::panel("", [&](Out& o) { unit_form().write(o, view); })); };
  return site::page(context, std::move(page), status_of(returned.errors));
}

Answer show_new(Context& context) { return new_page(context, TRY(unit_to_change(context)), {}); }

Answer add_below(Context& context) {
  const Shown s = TRY(unit_to_change(context));
  auto in = unit_form().check(context.request.form);
  if (in.ok()) {
    auth::Unit unit = unit_from(in.values);
    unit.parent = s.unit->id;
    const auto added = context.app.directory.add_unit(context.actor, unit);
    if (added) return done(context, fmt::format("已在“{}”下新增“{}”。", s.unit->name, unit.name), *added);
    in.errors.push_back(added.error());
  }
  return new_page(context, s, {in.values, in.errors, "new"});
}

}  // namespace

void add_unit_pages(site::Site& site) {
  using http::Method;
  using site::Access;
  const auto change = [&](std::string_view deed, site::Handler handler) {
    site.add({Method::post, "/organisation/{unit}/" + std::string(deed), Access::right, "organisation.manage",
              std::move(handler)});
  };
  site.add({Method::get, "/organisation/{unit}", Access::right, "organisation.read",
            [](Context& c) { return show_unit(c, {}); }});
  site.add({Method::get, "/organisation/{unit}/new", Access::right, "organisation.manage", show_new});
  change("new", add_below);
  change("edit", edit);
  change("move", move);
  change("deactivate", deactivate);
  change("reactivate", reactivate);
  change("delete", remove);
}

}  // namespace kepu::administration

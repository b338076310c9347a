// 人员账号: the list of people, its export, and a new person.
#include "core/auth/directory.h"
#include "core/auth/roles.h"
#include "core/base/text.h"
#include "core/site/list.h"
#include "engines/administration/pages.h"
#include "engines/administration/person_form.h"

namespace kepu::administration {

using base::Code;
using base::refuse;
using html::Out;
using site::Answer;
using site::Context;

namespace {

struct PersonRow {
  auth::Person person;
  std::string unit;
};

table::Table<PersonRow> person_table() {
  return table::Table<PersonRow>({.id = "people",
                                  .caption = "人员",
                                  .search_hint = "姓名、职务、登录名，或完整手机号",
                                  .unit = "人"})
      .column({.key = "name", .title = "姓名", .sortable = false, .width = 12},
              [](const PersonRow& r) { return table::link(r.person.name, person_url(r.person.id)); })
      .column({.key = "unit", .title = "单位", .sortable = false, .width = 26},
              [](const PersonRow& r) { return table::link(r.unit, unit_url(r.person.unit)); })
      .column({.key = "post", .title = "职务", .sortable = false, .width = 16},
              [](const PersonRow& r) { return table::text(r.person.post); })
      .column({.key = "phone", .title = "电话", .sortable = false, .width = 16},
              [](const PersonRow& r) { return table::text(r.person.phone); })
      .column({.key = "email", .title = "邮箱", .sortable = false, .export_only = true, .width = 22},
              [](const PersonRow& r) { return table::text(r.person.email); })
      .column({.key = "login", .title = "登录名", .sortable = false, .hide_on_phone = true},
              [](const PersonRow& r) { return table::text(r.person.login); })
      .column({.key = "second_factor", .title = "动态口令", .sortable = false, .hide_on_phone = true},
              [](const PersonRow& r) {
                return r.person.login.empty() ? table::missing()
                                              : table::text(r.person.second_factor ? "已启用" : "未启用");
              })
      .column({.key = "last_sign_in", .title = "最近登录", .sortable = false, .hide_on_phone = true},
              [](const PersonRow& r) {
                return r.person.last_sign_in == 0 ? table::missing()
                                                  : table::date(base::date_of(r.person.last_sign_in));
              })
      .column({.key = "state", .title = "状态", .sortable = false},
              [](const PersonRow& r) {
                return table::tags({{r.person.active ? "在岗" : "已停用",
                                     r.person.active ? html::Tone::green : html::Tone::plain}});
              })
      .filter({.key = "unit", .title = "单位", .options = {}})
      .filter({.key = "role", .title = "角色", .options = {}})
      .filter({.key = "state", .title = "状态", .options = {{"active", "仅在岗"}}});
}

using Options = std::vector<std::pair<std::string, std::string>>;

// Villages are left out of the choices, but the one that a link asks for is there.
Options unit_choices(const Context& context, const auth::UnitTree& tree) {
  const Id asked = base::parse_id(context.param("f.unit")).value_or(0);
  Options out;
  for (const auto& u : tree.all()) {
    const bool wanted = u.id == asked || (u.active && u.kind != auth::UnitKind::village);
    if (wanted && u.id != tree.root()) out.emplace_back(std::to_string(u.id), u.name);
  }
  return out;
}

Options role_choices(const auth::Roles& roles) {
  Options out;
  for (const auto& r : roles.all()) out.emplace_back(r.id, r.title);
  return out;
}

auth::PersonQuery query_of(const table::Query& asked) {
  auth::PersonQuery query;
  if (const auto unit = base::parse_id(asked.filter("unit"))) query.unit = *unit;
  query.text = asked.text;
  query.role = std::string(asked.filter("role"));
  query.inactive_too = asked.filter("state") != "active";
  return query;
}

table::Found<PersonRow> rows_of(std::vector<auth::Person> people, const auth::UnitTree& tree,
                                std::int64_t total) {
  table::Found<PersonRow> found;
  found.total = total;
  for (auto& p : people) {
    std::string unit = name_of(tree, p.unit);
    found.rows.push_back({std::move(p), std::move(unit)});
  }
  return found;
}

Answer export_list(Context& context, const table::Table<PersonRow>& table, const auth::UnitTree& tree) {
  TRY(context.require("person.export"));
  auto people =
      TRY(context.app.directory.export_people(context.actor, query_of(table.parse(context.request.query))));
  const auto total = static_cast<std::int64_t>(people.size());
  const auto all = rows_of(std::move(people), tree, total);
  const table::Source<PersonRow> source = [&](const table::Wanted& w) {
    table::Found<PersonRow> part;
    part.total = total;
    for (auto i = w.offset; i < std::min(total, w.offset + w.limit); ++i)
      part.rows.push_back(all.rows[static_cast<std::size_t>(i)]);
    return part;
  };
  return site::list(context, table, source, {}, {.file_name = "人员名单", .subject = "people"});
}

site::Page list_frame(const Context& context) {
  site::Page page;
  page.title = "人员账号";
  page.path = {{"人员账号", ""}};
  page.note = context.actor.may("person.contact") ? "列表中的电话隐去中间几位，点姓名可查看，查看会记入日志"
                                                  : "电话隐去中间几位";
  if (!context.actor.may("person.manage")) return page;
  page.actions = [](Out& h) {
    h("{}{}", html::button_link("从 Excel 导入", "/import/people", "file-import"),
      html::button_link("新增人员", "/people/new", "user-plus", html::Look::primary));
  };
  return page;
}

Answer list_people(Context& context) {
  const auto tree = context.app.directory.units(context.tenant.id);
  const auto table = person_table()
                         .with_options("unit", unit_choices(context, *tree))
                         .with_options("role", role_choices(*context.app.directory.roles()));
  if (context.as() == "xlsx" || context.as() == "csv") return export_list(context, table, *tree);
  const table::Source<PersonRow> source = [&](const table::Wanted& w) {
    auth::PersonQuery query = query_of(w.query);
    query.offset = static_cast<int>(std::min<std::int64_t>(w.offset, 1'000'000));
    query.limit = static_cast<int>(w.limit);
    auto found = context.app.directory.find_people(context.actor, query);
    if (!found) return table::Found<PersonRow>{};
    return rows_of(std::move(found->people), *tree, found->total);
  };
  if (context.as() == "json" || context.actor.may("person.export")) {
    return site::list(context, table, source, list_frame(context),
                      {.file_name = "人员名单", .subject = "people"});
  }
  // Without the right to export no export is offered.
  const table::Query query = table.parse(context.request.query);
  site::Page page = list_frame(context);
  page.body = [&](Out& h) { table.write(h, source, query, {.url = "/people", .json = "/people?as=json"}); };
  return site::page(context, std::move(page));
}

// The units where somebody may put people.
std::vector<form::Option> places(const Context& context, const auth::UnitTree& tree) {
  auto options = unit_options(tree, Villages::with);
  std::erase_if(options, [&](const form::Option& o) {
    return !context.actor.may("person.manage", base::parse_id(o.value).value_or(0));
  });
  return options;
}

http::Response new_page(Context& context, const Typed& returned) {
  const auto tree = context.app.directory.units(context.tenant.id);
  form::Values proposed;
  proposed.set("unit", context.param("unit").empty() ? std::to_string(context.actor.unit)
                                                     : std::string(context.param("unit")));
  auto view = view_of(context, "/people/new", "新增", returned.only("new"), std::move(proposed));
  view.cancel_url = "/people";
  site::Page page;
  page.title = "新增人员";
  page.path = {{"人员账号", "/people"}, {"新增", ""}};
  page.note = "先登记人员，账号和角色在下一页办理";
  page.narrow = true;
  const auto fields = new_person_form().with_options("unit", places(context, *tree));
  page.body = [&](Out& h) { h("{}", html::panel("", [&](Out& o) { fields.write(o, view); })); };
  return site::page(context, std::move(page), status_of(returned.errors));
}

Answer add_person(Context& context) {
  const auto tree = context.app.directory.units(context.tenant.id);
  auto in = new_person_form().with_options("unit", places(context, *tree)).check(context.request.form);
  if (in.ok()) {
    auth::Person person = person_from(in.values);
    person.unit = base::parse_id(in.values.text("unit")).value_or(0);
    const auto added = context.app.directory.add_person(context.actor, person);
    if (added) {
      context.say(html::Tone::green,
                  fmt::format("已登记{}。需要登录的，请在下面开通账号并授予角色。", person.name));
      return site::redirect(person_url(*added));
    }
    in.errors.push_back(added.error());
  }
  return new_page(context, {in.values, in.errors, "new"});
}

}  // namespace

void add_people_pages(site::Site& site) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/people", Access::right, "person.read", list_people});
  site.add({Method::get, "/people/new", Access::right, "person.manage",
            [](Context& c) -> Answer { return new_page(c, {}); }});
  site.add({Method::post, "/people/new", Access::right, "person.manage", add_person});
  site.add(site::MenuItem{"系统", "人员账号", "/people", "person.read", 901, {}, {}, false});
  site.add_search([](const Context& context, std::string_view words) {
    std::vector<site::SearchHit> hits;
    auth::PersonQuery query;
    query.text = std::string(words);
    query.limit = 20;
    if (!context.actor.may("person.read")) return hits;
    const auto found = context.app.directory.find_people(context.actor, query);
    if (!found) return hits;
    const auto tree = context.app.directory.units(context.tenant.id);
    for (const auto& p : found->people) {
      hits.push_back({p.name, person_url(p.id), "人员", base::join({name_of(*tree, p.unit), p.post}, "　")});
    }
    return hits;
  });
}

}  // namespace kepu::administration

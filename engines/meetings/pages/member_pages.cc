// 成员名单: who belongs to the joint conference, in what role, since when.
#include <algorithm>

#include "core/base/text.h"
#include "engines/meetings/pages/desk.h"

namespace kepu::meetings {

namespace {

table::Table<Member> member_table(const auth::UnitTree& units, Date today) {
  table::Table<Member> table(
      {.id = "members", .caption = "联席会议成员", .search_hint = "单位、担任人", .unit = "个"});
  table
      .column({.key = "unit", .title = "单位", .width = 24},
              [&units](const Member& m) { return table::link(unit_name(units, m.unit), member_url(m.id)); })
      .column({.key = "role", .title = "职责"},
              [](const Member& m) {
                return table::tags(
                    {{std::string(title_of(m.role)),
                      m.role == MemberRole::chair || m.role == MemberRole::vice_chair ? html::Tone::blue
                                                                                      : html::Tone::plain}});
              })
      .column({.key = "person", .title = "担任人", .width = 20},
              [](const Member& m) { return table::text(m.person_name); })
      .column({.key = "deputy", .title = "代理人", .hide_on_phone = true, .width = 20},
              [](const Member& m) { return table::text(m.deputy_name); })
      .column({.key = "from", .title = "任职自", .width = 12},
              [](const Member& m) { return table::date(m.from); })
      .column({.key = "until", .title = "至", .width = 12},
              [](const Member& m) { return table::date(m.until); })
      .column({.key = "basis", .title = "依据", .hide_on_phone = true, .width = 30},
              [](const Member& m) { return table::text(m.basis); })
      .filter({.key = "serving", .title = "任职", .options = {{"now", "在任"}, {"past", "已离任"}}},
              [today](const Member& m, std::string_view v) { return m.serves_on(today) == (v == "now"); })
      .filter({.key = "role",
               .title = "职责",
               .options = as_filter(options_of(
                   {MemberRole::chair, MemberRole::vice_chair, MemberRole::member, MemberRole::liaison}))},
              [](const Member& m, std::string_view v) { return to_text(m.role) == v; });
  return table;
}

PageAnswer list_members(Context& context, MeetingsEngine& engine) {
  const auto units = context.app.directory.units(context.tenant.id);
  auto rows = engine.store().members(context.tenant.id);
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Member& a, const Member& b) { return a.role < b.role; });
  const auto table = member_table(*units, context.today());
  std::vector<Id> serving;
  for (const auto& m : rows) {
    if (m.serves_on(context.today())) serving.push_back(m.unit);
  }
  std::sort(serving.begin(), serving.end());
  serving.erase(std::unique(serving.begin(), serving.end()), serving.end());
  site::Page page;
  page.title = "联席会议成员名单";
  page.path = {{"会议", "/meetings"}, {"成员名单", ""}};
  page.note = fmt::format("在任成员单位 {} 个；离任的留在名单里", serving.size());
  page.actions = [&](Out& h) {
    if (context.actor.may(kManage))
      h("{}", html::button_link("登记成员", "/meetings/members/new", "user-plus", html::Look::primary));
  };
  return site::list(context, table, table.in_memory(rows), std::move(page),
                    {.file_name = "联席会议成员名单",
                     .subject = "meetings.members",
                     .empty_hint = "还没有登记成员。按成立联席会议的文件逐个登记。"});
}

form::Form member_form(const auth::UnitTree& units) {
  auto options = unit_options(units);
  const auto* root = units.find(units.root());
  if (root != nullptr) options.insert(options.begin(), {std::to_string(root->id), root->name});
  return form::Form(
      {{.name = "unit", .label = "单位", .kind = form::Kind::select, .required = true, .options = options},
       {.name = "role",
        .label = "职责",
        .kind = form::Kind::radio,
        .required = true,
        .options =
            options_of({MemberRole::chair, MemberRole::vice_chair, MemberRole::member, MemberRole::liaison})},
       {.name = "person",
        .label = "担任人",
        .hint = "姓名和职务；还没有明确可以不填",
        .max_length = 200,
        .short_field = true},
       {.name = "deputy",
        .label = "代理人",
        .hint = "本人不能到会时由谁代理",
        .max_length = 200,
        .short_field = true},
       {.name = "from", .label = "任职自", .kind = form::Kind::date, .required = true, .short_field = true},
       {.name = "until",
        .label = "任职至",
        .kind = form::Kind::date,
        .hint = "不填为在任",
        .short_field = true},
       {.name = "basis", .label = "依据", .hint = "成立或调整的文件和文号", .max_length = 200}});
}

http::Response member_page(Context& context, const Member& m, const Typed& typed) {
  const auto units = context.app.directory.units(context.tenant.id);
  const bool manages = context.actor.may(kManage);
  const std::string name = m.id == 0 ? std::string("登记成员") : unit_name(*units, m.unit);
  site::Page page;
  page.title = m.id == 0 ? name : name + "（" + std::string(title_of(m.role)) + "）";
  page.path = {{"会议", "/meetings"}, {"成员名单", "/meetings/members"}, {name, ""}};
  page.narrow = true;
  form::Values stored;
  if (m.id != 0) {
    stored.set("unit", std::to_string(m.unit));
    stored.set("role", std::string(to_text(m.role)));
    stored.set("person", m.person_name);
    stored.set("deputy", m.deputy_name);
    stored.set("from", base::to_iso(m.from));
    if (m.until) stored.set("until", base::to_iso(*m.until));
    stored.set("basis", m.basis);
  }
  auto view = view_of(context, m.id == 0 ? std::string("/meetings/members/new") : member_url(m.id), "保存",
                      typed, stored);
  view.cancel_url = "/meetings/members";
  if (m.id != 0) view.hidden = {{"revision", std::to_string(m.revision)}};
  page.body = [&](Out& h) {
    if (manages) {
      h("{}", html::panel("成员", [&](Out& o) { member_form(*units).write(o, view); },
                          {.note = "换人时填上离任日期，再登记新的一条，名单就有沿革"}));
    } else {
      html::Definitions facts;
      facts.items = {{"单位", name},
                     {"职责", std::string(title_of(m.role))},
                     {"担任人", m.person_name.empty() ? std::string("—") : m.person_name},
                     {"代理人", m.deputy_name.empty() ? std::string("—") : m.deputy_name},
                     {"任职", base::to_iso(m.from) + " 至 " + (m.until ? base::to_iso(*m.until) : "今")},
                     {"依据", m.basis.empty() ? std::string("—") : m.basis}};
      h("{}", html::panel("成员", facts));
    }
    if (m.id != 0 && manages)
      h("{}",
        html::panel("修改记录", timeline_of(context, fmt::format("meetings.member:{}", m.id), kHistory)));
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer save(Context& context, MeetingsEngine& engine, const Member& old) {
  const auto units = context.app.directory.units(context.tenant.id);
  auto in = member_form(*units).check(context.request.form);
  if (in.ok()) {
    Member m = old;
    m.unit = base::parse_id(in.values.text("unit")).value_or(0);
    m.role = parse_member_role(in.values.text("role")).value_or(MemberRole::member);
    m.person_name = in.values.text("person");
    m.deputy_name = in.values.text("deputy");
    m.from = in.values.date("from").value_or(Date{});
    m.until = in.values.date("until");
    m.basis = in.values.text("basis");
    m.revision = base::parse_int(context.field("revision")).value_or(0);
    const auto saved = engine.store().save_member(by(context), m);
    if (saved) {
      context.say(html::Tone::green, "已保存。");
      return site::redirect("/meetings/members");
    }
    if (!belongs_to_form(saved.error())) return tl::unexpected(saved.error());
    in.errors.push_back(saved.error());
  }
  return member_page(context, old, {in.values, in.errors});
}

}  // namespace

void add_member_pages(site::Site& site, MeetingsEngine& engine) {
  using http::Method;
  using site::Access;
  const auto member_of = [&engine](Context& c) -> base::Result<Member> {
    const Id id = TRY(c.id("member"));
    return engine.store().member(c.tenant.id, id);
  };
  site.add({Method::get, "/meetings/members", Access::right, "meetings.read",
            [&](Context& c) { return list_members(c, engine); }});
  site.add({Method::get, "/meetings/members/new", Access::right, "meetings.manage",
            [](Context& c) -> PageAnswer { return member_page(c, Member{}, {}); }});
  site.add({Method::post, "/meetings/members/new", Access::right, "meetings.manage",
            [&](Context& c) { return save(c, engine, Member{}); }});
  site.add({Method::get, "/meetings/members/{member}", Access::right, "meetings.read",
            [member_of](Context& c) -> PageAnswer { return member_page(c, TRY(member_of(c)), {}); }});
  site.add({Method::post, "/meetings/members/{member}", Access::right, "meetings.manage",
            [&engine, member_of](Context& c) -> PageAnswer { return save(c, engine, TRY(member_of(c))); }});
}

}  // namespace kepu::meetings

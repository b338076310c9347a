// 会议: the list, and setting one up.
#include <algorithm>

#include "core/base/text.h"
#include "engines/meetings/pages/desk.h"

namespace kepu::meetings {

using base::Code;
using base::refuse;

namespace {

// ---------------------------------------------------------------- list

table::Table<MeetingRow> meeting_table() {
  table::Table<MeetingRow> table(
      {.id = "meetings", .caption = "会议", .search_hint = "会议名称、地点", .unit = "次"});
  table
      .column({.key = "title", .title = "会议", .full_on_phone = true, .width = 40},
              [](const MeetingRow& r) { return table::link(r.meeting.title, meeting_url(r.meeting.id)); })
      .column({.key = "kind", .title = "类型"},
              [](const MeetingRow& r) { return table::text(std::string(title_of(r.meeting.kind))); })
      .column({.key = "day", .title = "日期", .width = 12},
              [](const MeetingRow& r) { return table::date(r.meeting.day); })
      .column({.key = "state", .title = "状态"},
              [](const MeetingRow& r) {
                return table::status(light_of(r.meeting.state), std::string(title_of(r.meeting.state)));
              })
      .column({.key = "present",
               .title = "到会单位",
               .number = true,
               .hide_on_phone = true,
               .note = "登记到会或代会的单位数；没有登记的不显示"},
              [](const MeetingRow& r) {
                const auto& all = r.meeting.invitations;
                if (!r.meeting.took_place()) return table::missing();
                return table::count(std::count_if(all.begin(), all.end(), [](const Invitation& i) {
                  return i.attendance == Attendance::present || i.attendance == Attendance::stand_in;
                }));
              })
      .column({.key = "decisions", .title = "议定事项", .number = true},
              [](const MeetingRow& r) {
                return r.meeting.took_place() ? table::count(r.decisions) : table::missing();
              })
      .column({.key = "open", .title = "未办结", .number = true},
              [](const MeetingRow& r) {
                return r.meeting.took_place() ? table::count(r.open) : table::missing();
              })
      .column({.key = "place", .title = "地点", .hide_on_phone = true},
              [](const MeetingRow& r) { return table::text(r.meeting.place); })
      .filter(
          {.key = "kind",
           .title = "类型",
           .options = as_filter(options_of({Kind::conference, Kind::hearing, Kind::working, Kind::special}))},
          [](const MeetingRow& r, std::string_view v) { return to_text(r.meeting.kind) == v; })
      .filter({.key = "state",
               .title = "状态",
               .options = as_filter(
                   options_of({State::draft, State::called, State::held, State::filed, State::cancelled}))},
              [](const MeetingRow& r, std::string_view v) { return to_text(r.meeting.state) == v; });
  return table;
}

PageAnswer list_meetings(Context& context, MeetingsEngine& engine) {
  auto rows = engine.store().meetings(context.tenant.id);
  rows.erase(
      std::remove_if(rows.begin(), rows.end(),
                     [&](const MeetingRow& r) { return !engine.store().may_see(context.actor, r.meeting); }),
      rows.end());
  const auto table = meeting_table();
  const auto source = table.in_memory(rows);
  const int year = context.today().year;
  const auto held = std::count_if(rows.begin(), rows.end(), [&](const MeetingRow& r) {
    return r.meeting.took_place() && r.meeting.day.year == year;
  });
  site::Page page;
  page.title = "会议";
  page.path = {{"会议", ""}};
  page.note =
      fmt::format("{}年已召开 {} 次；纪要里议定的事项逐项交办、到期提醒，下次会议自动列入议程", year, held);
  page.actions = [&](Out& h) {
    h("{} ", html::button_link("成员名单", "/meetings/members", "users"));
    h("{} ", html::button_link("定期事项", "/recurring-duties", "refresh"));
    if (context.actor.may(kManage))
      h("{}", html::button_link("拟订会议", "/meetings/new", "plus", html::Look::primary));
  };
  return site::list(context, table, source, std::move(page),
                    {.file_name = "会议清单",
                     .subject = "meetings",
                     .empty_hint = sees_all(context.actor) ? "还没有会议。先登记成员名单，再拟订第一次会议。"
                                                           : "还没有邀请本单位参加的会议。"});
}

// ---------------------------------------------------------------- setting up

form::Form meeting_form(const auth::UnitTree& units) {
  return form::Form(
      {{.name = "title",
        .label = "会议名称",
        .required = true,
        .hint = "如：2026年全民科学素质工作联席会议第三次会议",
        .max_length = 100},
       {.name = "kind",
        .label = "类型",
        .kind = form::Kind::radio,
        .required = true,
        .options = {{"conference", "联席会议", "成员单位参加，计到会率"},
                    {"hearing", "专题汇报", "向党委、政府或分管领导汇报"},
                    {"working", "工作调度会", "联络员和经办人"},
                    {"special", "专题会议", "一项工作、几个单位"}}},
       {.name = "day", .label = "日期", .kind = form::Kind::date, .required = true, .short_field = true},
       {.name = "time",
        .label = "时间",
        .hint = "如 09:30",
        .pattern = "([01][0-9]|2[0-3]):[0-5][0-9]",
        .pattern_message = "时间请写成 09:30 的样子。",
        .short_field = true},
       {.name = "place", .label = "地点", .max_length = 200, .short_field = true},
       {.name = "chair", .label = "主持人", .hint = "写职务", .max_length = 200, .short_field = true},
       {.name = "agenda",
        .label = "议程",
        .kind = form::Kind::long_text,
        .hint = "每行一项。还没有办结的议定事项已经列入，不需要听取的可以删去",
        .max_length = 5000,
        .rows = 8},
       {.name = "units",
        .label = "参加单位",
        .kind = form::Kind::multi_select,
        .required = true,
        .hint = "新会议已勾选在任的成员单位",
        .options = unit_options(units)}});
}

std::vector<Id> serving_units(MeetingsEngine& engine, Id tenant, Date day) {
  std::vector<Id> out;
  for (const auto& m : engine.store().members(tenant)) {
    if (m.serves_on(day) && std::find(out.begin(), out.end(), m.unit) == out.end()) out.push_back(m.unit);
  }
  return out;
}

std::string open_items(Context& context, MeetingsEngine& engine) {
  const auto units = context.app.directory.units(context.tenant.id);
  DecisionQuery query;
  query.open_only = true;
  query.limit = 200;
  const auto open = engine.store().decisions(context.tenant.id, query).decisions;
  std::vector<std::string> names;
  for (const auto& d : open) names.push_back(unit_name(*units, d.unit));
  return proposed_agenda(open, context.today(), names);
}

form::Values values_of(const Meeting& m) {
  form::Values v;
  v.set("title", m.title);
  v.set("kind", std::string(to_text(m.kind)));
  if (m.day != Date{}) v.set("day", base::to_iso(m.day));
  v.set("time", m.time);
  v.set("place", m.place);
  v.set("chair", m.chair);
  v.set("agenda", m.agenda);
  for (const auto& i : m.invitations) v.add("units", std::to_string(i.unit));
  return v;
}

http::Response form_page(Context& context, const Meeting& m, const Typed& typed) {
  const auto units = context.app.directory.units(context.tenant.id);
  const bool fresh = m.id == 0;
  site::Page page;
  page.title = fresh ? std::string("拟订会议") : "修改：" + m.title;
  page.path = {{"会议", "/meetings"}};
  if (!fresh) page.path.push_back({m.title, meeting_url(m.id)});
  page.path.push_back({fresh ? "拟订" : "修改", ""});
  page.narrow = true;
  auto view = view_of(context, fresh ? std::string("/meetings/new") : meeting_url(m.id, "edit"), "保存",
                      typed, values_of(m));
  view.cancel_url = fresh ? std::string("/meetings") : meeting_url(m.id);
  if (!fresh) view.hidden = {{"revision", std::to_string(m.revision)}};
  const auto fields = meeting_form(*units);
  page.body = [&](Out& h) {
    h("{}", html::panel("会议安排", [&](Out& o) { fields.write(o, view); },
                        {.note = "保存后再发通知；发通知前单位看不到"}));
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer new_page(Context& context, MeetingsEngine& engine) {
  Meeting m;
  for (const Id unit : serving_units(engine, context.tenant.id, context.today())) {
    m.invitations.push_back({unit, true, Answer::none, "", Attendance::none, ""});
  }
  m.agenda = open_items(context, engine);
  return form_page(context, m, {});
}

PageAnswer save(Context& context, MeetingsEngine& engine, const Meeting& old) {
  const auto units = context.app.directory.units(context.tenant.id);
  auto in = meeting_form(*units).check(context.request.form);
  if (in.ok()) {
    Meeting m = old;
    m.title = in.values.text("title");
    m.kind = parse_kind(in.values.text("kind")).value_or(Kind::special);
    m.day = in.values.date("day").value_or(Date{});
    m.time = in.values.text("time");
    m.place = in.values.text("place");
    m.chair = in.values.text("chair");
    m.agenda = in.values.text("agenda");
    m.revision = base::parse_int(context.field("revision")).value_or(0);
    const auto chosen = in.values.texts("units");
    const auto members = serving_units(engine, context.tenant.id, m.day);
    m.invitations.clear();
    for (const auto& u : units->all()) {
      if (std::find(chosen.begin(), chosen.end(), std::to_string(u.id)) == chosen.end()) continue;
      const bool counts =
          m.kind == Kind::conference && std::find(members.begin(), members.end(), u.id) != members.end();
      m.invitations.push_back({u.id, counts, Answer::none, "", Attendance::none, ""});
    }
    const auto saved = engine.store().save_meeting(by(context), m);
    if (saved) {
      context.say(html::Tone::green, old.id == 0 ? "已保存。看过以后发通知。" : "已保存。");
      return site::redirect(meeting_url(*saved));
    }
    if (!belongs_to_form(saved.error())) return tl::unexpected(saved.error());
    in.errors.push_back(saved.error());
  }
  return form_page(context, old, {in.values, in.errors});
}

}  // namespace

void add_meeting_pages(site::Site& site, MeetingsEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/meetings", Access::right, "meetings.read",
            [&](Context& c) { return list_meetings(c, engine); }});
  site.add({Method::get, "/meetings/new", Access::right, "meetings.manage",
            [&](Context& c) { return new_page(c, engine); }});
  site.add({Method::post, "/meetings/new", Access::right, "meetings.manage",
            [&](Context& c) { return save(c, engine, Meeting{}); }});
  site.add({Method::get, "/meetings/{meeting}/edit", Access::right, "meetings.manage",
            [&](Context& c) -> PageAnswer {
              const Id id = TRY(c.id("meeting"));
              return form_page(c, TRY(engine.store().meeting(c.tenant.id, id)), {});
            }});
  site.add({Method::post, "/meetings/{meeting}/edit", Access::right, "meetings.manage",
            [&](Context& c) -> PageAnswer {
              const Id id = TRY(c.id("meeting"));
              return save(c, engine, TRY(engine.store().meeting(c.tenant.id, id)));
            }});
}

}  // namespace kepu::meetings

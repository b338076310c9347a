// 名录: all registers at a glance, what is due, and what waits.
#include "core/base/text.h"
#include "engines/registers/pages/desk.h"

namespace kepu::registers {

namespace {

struct Row {
  const Type* type = nullptr;
  std::int64_t in_force = 0;
  std::int64_t townships = 0, villages = 0;
};

std::vector<Row> rows_of(Context& context, RegistersEngine& engine, const TypeSet& types,
                         const auth::UnitTree& units) {
  const auto counts = engine.store().in_force_by_type(context.tenant.id);
  const auto homes = engine.store().homes_by_type(context.tenant.id, context.today());
  std::vector<Row> out;
  for (const auto& type : types.current) {
    const auto at = counts.find(type.key);
    Row row{&type, at == counts.end() ? 0 : at->second, 0, 0};
    const auto where = homes.find(type.key);
    if (type.cover != Cover::none && where != homes.end()) {
      std::set<Id> townships, villages;
      for (const Id home : where->second) {
        const auto* u = units.find(home);
        if (u == nullptr) continue;
        if (u->kind == auth::UnitKind::village) {
          villages.insert(home);
          townships.insert(u->parent);
        } else if (u->kind == auth::UnitKind::township) {
          townships.insert(home);
        }
      }
      row.townships = static_cast<std::int64_t>(townships.size());
      row.villages = static_cast<std::int64_t>(villages.size());
    }
    if (type.active || row.in_force > 0) out.push_back(row);
  }
  return out;
}

void write_table(Out& h, const std::vector<Row>& rows, Subject subject, std::size_t townships,
                 std::size_t villages, bool may_self,
                 const std::function<std::string(const Type&)>& records_url) {
  html::SimpleTable table{std::string(title_of(subject)) + "名录",
                          {{"名录"},
                           {"在册", html::Column::Kind::number},
                           {"覆盖"},
                           {"审核 → 批准", html::Column::Kind::text, true},
                           {"有效期", html::Column::Kind::text, true},
                           {"公开", html::Column::Kind::text, true}},
                          {}};
  for (const auto& row : rows) {
    if (row.type->subject != subject) continue;
    const Type& t = *row.type;
    std::string cover = "—";
    if (t.cover == Cover::township) cover = fmt::format("乡镇 {} / {}", row.townships, townships);
    if (t.cover == Cover::village) cover = fmt::format("村（社区）{} / {}", row.villages, villages);
    table.rows.push_back({[&t, may_self](Out& o) {
                            o("<a href=\"{}\">{}</a>", html::Url{register_url(t.key)}, t.title);
                            if (!t.active) o(" {}", html::tag("已停用"));
                            if (may_self && t.self && t.active) {
                              o("　<a class=\"small\" href=\"{}\">本人申请</a>",
                                html::Url{register_url(t.key) + "/new?self=1"});
                            }
                          },
                          [&row, &t, url = records_url(t)](Out& o) {
                            if (url.empty()) {
                              o("{} {}", row.in_force, t.unit);
                            } else {
                              o("<a href=\"{}\">{} {}</a>", html::Url{url}, row.in_force, t.unit);
                            }
                          },
                          [cover, &t](Out& o) {
                            if (t.cover == Cover::none) {
                              o("—");
                            } else {
                              o("<a href=\"{}\">{}</a>", html::Url{register_url(t.key) + "/coverage"}, cover);
                            }
                          },
                          fmt::format("{} → {}", title_of(t.check), title_of(t.approve)),
                          t.term_months == 0 ? std::string("长期") : fmt::format("{} 个月", t.term_months),
                          std::string(t.is_public ? "公开" : "不公开")});
  }
  if (!table.rows.empty()) h("{}", html::panel(std::string(title_of(subject)), table));
}

PageAnswer show_overview(Context& context, RegistersEngine& engine) {
  const auto types = engine.store().types(context.tenant.id);
  const auto units = context.app.directory.units(context.tenant.id);
  const auto rows = rows_of(context, engine, *types, *units);
  const auto townships = units->of_kind(auth::UnitKind::township).size(),
             villages = units->of_kind(auth::UnitKind::village).size();
  const auto due = engine.store().due_for_renewal(context.actor, 200);
  const auto waiting = engine.store().waiting(context.actor, 200);
  const auto people = engine.store().people_on(context.tenant.id, std::nullopt, context.today());
  std::int64_t all = 0;
  for (const auto& r : rows) all += r.in_force;
  // A figure of the whole county opens into the records of the whole county: the public ones for who sees no
  // others.
  const bool sees_all = context.actor.may_everywhere(kRead);
  const auto records_url = [&](const Type& t) {
    if (sees_all) return register_url(t.key) + "?f.state=in_force";
    return t.is_public ? fmt::format("/p/{}/registers/{}", context.tenant.code, t.key) : std::string();
  };
  site::Page page;
  page.title = "名录";
  page.path = {{"名录", ""}};
  page.note = "截至 " + base::to_iso(context.today());
  page.actions = [&](Out& h) {
    h("{}", html::button_link("人员档案", "/registers/people", "users"));
    if (context.actor.may_everywhere(kManage))
      h("{}", html::button_link("可能重复", "/registers/duplicates", "copy"));
    if (context.actor.may(kTypes)) h("{}", html::button_link("名录设置", "/registers/types", "settings"));
    h("{}", html::button_link("公开页面", "/p/" + context.tenant.code + "/registers", "external-link"));
  };
  page.body = [&](Out& h) {
    html::StatStrip strip;
    strip.stats = {{"名录", std::to_string(rows.size()), "类"},
                   {"在册条目", std::to_string(all), "条", "人员、组织、场所和物品合计"},
                   {"在册人员",
                    std::to_string(people),
                    "人",
                    "一人在几个名录里只算一次",
                    {},
                    sees_all ? "/registers/people" : ""},
                   {"待我办理", std::to_string(waiting.size()), "条", "审核、批准、发布", {}, "/work"},
                   {"待续期", std::to_string(due.size()), "条", "快到期和已过期", {}, "/registers/due"}};
    h("{}", strip);
    for (const auto subject : {Subject::person, Subject::body, Subject::place, Subject::thing}) {
      write_table(h, rows, subject, townships, villages,
                  context.actor.may(kApply) && !context.actor.may_everywhere(kApply), records_url);
    }
  };
  return site::page(context, std::move(page));
}

PageAnswer show_due(Context& context, RegistersEngine& engine) {
  struct Due {
    Entry entry;
    std::string register_title;
  };
  const auto types = engine.store().types(context.tenant.id);
  const auto units = context.app.directory.units(context.tenant.id);
  std::vector<Due> rows;
  for (auto& e : engine.store().due_for_renewal(context.actor, 2000)) {
    const auto* type = types->find(e.type);
    rows.push_back({std::move(e), type == nullptr ? "" : type->title});
  }
  const base::Date today = context.today();
  table::Table<Due> table({.id = "due",
                           .caption = "待续期",
                           .search_hint = "名称、编号、单位",
                           .default_sort = "until",
                           .unit = "条"});
  table
      .column({.key = "name", .title = "条目", .full_on_phone = true, .width = 24},
              [](const Due& d) { return table::link(d.entry.name, entry_url(d.entry)); })
      .column({.key = "register", .title = "名录"},
              [](const Due& d) { return table::text(d.register_title); })
      .column({.key = "until", .title = "有效期至"},
              [](const Due& d) { return table::date(d.entry.valid_until); })
      .column({.key = "state", .title = "状态"},
              [today](const Due& d) {
                const bool over = is_expired(d.entry, today);
                return table::status(over ? html::Light::late : html::Light::watch,
                                     over ? "已过期" : "快到期");
              })
      .column({.key = "unit", .title = "管理单位"},
              [&units](const Due& d) { return table::text(unit_name(*units, d.entry.unit)); })
      .column({.key = "number", .title = "编号"}, [](const Due& d) { return table::text(d.entry.number); });
  site::Page page;
  page.title = "待续期";
  page.path = {{"名录", "/registers"}, {"待续期", ""}};
  page.note = "已进入续期时间和已经过期的条目；过期的不计入在册数";
  site::ListOptions options{.file_name = "待续期", .subject = "registers"};
  options.empty_hint = "没有快到期或已过期、由您维护的条目。";
  return site::list(context, table, table.in_memory(rows), std::move(page), options);
}

}  // namespace

void add_overview_pages(site::Site& site, RegistersEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/registers", Access::right, "register.read",
            [&](Context& c) { return show_overview(c, engine); }});
  site.add({Method::get, "/registers/due", Access::right, "register.read",
            [&](Context& c) { return show_due(c, engine); }});
}

}  // namespace kepu::registers

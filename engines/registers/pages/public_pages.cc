// 公开名录: what everybody may look up without signing in; only published entries and public fields.
#include "core/base/text.h"
#include "engines/registers/pages/desk.h"

namespace kepu::registers {

using base::Code;
using base::refuse;

namespace {

std::string public_url(const Context& context, std::string_view rest = {}) {
  return "/p/" + context.tenant.code + "/registers" + std::string(rest);
}

base::Result<Type> public_type(Context& context, RegistersEngine& engine) {
  if (context.tenant.id == 0) return refuse(Code::not_found, "tenant.unknown", "没有这个地区。请核对地址。");
  auto type = TRY(type_of(context, engine));
  if (!type.is_public) return refuse(Code::not_found, "register.no_type", "没有公开这个名录。");
  return type;
}

PageAnswer show_index(Context& context, RegistersEngine& engine) {
  if (context.tenant.id == 0) return refuse(Code::not_found, "tenant.unknown", "没有这个地区。请核对地址。");
  const auto types = engine.store().types(context.tenant.id);
  const auto counts = engine.store().in_force_by_type(context.tenant.id);
  site::Page page;
  page.title = "公开名录";
  page.path = {{"公开名录", ""}};
  page.note = "谁在做科普、在哪里、怎么联系。截至 " + base::to_iso(context.today());
  page.actions = [&](Out& h) {
    h("{}",
      html::button_link("查验证明", fmt::format("/p/{}/certificates", context.tenant.code), "shield-check"));
  };
  page.body = [&](Out& h) {
    for (const auto subject : {Subject::body, Subject::person, Subject::place, Subject::thing}) {
      html::SimpleTable table{
          std::string(title_of(subject)), {{"名录"}, {"在册", html::Column::Kind::number}, {"做什么"}}, {}};
      for (const auto& t : types->current) {
        const auto at = counts.find(t.key);
        if (t.subject != subject || !t.is_public || at == counts.end()) continue;
        table.rows.push_back({[&context, &t](Out& o) {
                                o("<a href=\"{}\">{}</a>", html::Url{public_url(context, "/" + t.key)},
                                  t.title);
                              },
                              fmt::format("{} {}", at->second, t.unit), t.purpose});
      }
      if (!table.rows.empty()) h("{}", html::panel(std::string(title_of(subject)), table));
    }
  };
  return site::public_page(context, std::move(page));
}

table::Table<Entry> public_table(const Context& context, const Type& type, const auth::UnitTree& units) {
  table::Table<Entry> table({.id = "entries",
                             .caption = type.title,
                             .search_hint = "名称、内容，两个字就能查",
                             .tie_break = "e.id",
                             .unit = type.unit});
  const std::string base = public_url(context, "/" + type.key + "/");
  table.column({.key = "name",
                .title = type.subject == Subject::person ? "姓名" : "名称",
                .full_on_phone = true,
                .width = 24,
                .sql = "e.pinyin"},
               [base](const Entry& e) { return table::link(e.name, base + std::to_string(e.id)); });
  add_field_columns(table, type, true, 4);
  table.column({.key = "place", .title = "所在地", .sortable = false}, [&units](const Entry& e) {
    return e.place == 0 ? table::missing() : table::text(place_name(units, e.place));
  });
  table.column({.key = "number", .title = "编号", .sql = "e.number"},
               [](const Entry& e) { return table::text(e.number); });
  table.filter({.key = "place", .title = "乡镇", .options = as_filter(township_options(units))});
  add_field_filters(table, type, true);
  return table;
}

PageAnswer list_public(Context& context, RegistersEngine& engine) {
  const Type type = TRY(public_type(context, engine));
  const auto units = context.app.directory.units(context.tenant.id);
  const auto table = public_table(context, type, *units);
  const table::Source<Entry> source = [&](const table::Wanted& wanted) {
    EntryQuery q;
    q.type = type.key;
    q.public_on = context.today();
    q.text = wanted.query.text;
    if (const auto place = base::parse_id(wanted.query.filter("place"))) q.homes = within(*units, *place);
    ask_for_fields(q, type, true, wanted);
    q.order_by = wanted.query.sort.empty() ? "e.pinyin, e.id" : wanted.order_by;
    q.offset = wanted.offset;
    q.limit = wanted.limit;
    auto page = engine.store().entries(context.tenant.id, q);
    return table::Found<Entry>{std::move(page.entries), page.total};
  };
  site::Page page;
  page.title = type.title;
  page.path = {{"公开名录", public_url(context)}, {type.title, ""}};
  page.note = type.purpose;
  page.actions = [&](Out& h) {
    h("{}", html::button_link("在哪些地方有", public_url(context, "/" + type.key + "/coverage"), "map-pin"));
  };
  site::ListOptions options{.file_name = type.title, .subject = "register:" + type.key};
  options.anonymous = true;
  options.empty_hint = "还没有公布的条目。";
  return site::list(context, table, source, std::move(page), options);
}

PageAnswer show_public(Context& context, RegistersEngine& engine) {
  const Type type = TRY(public_type(context, engine));
  const Entry e = TRY(engine.store().entry(context.tenant.id, TRY(context.id("entry"))));
  if (e.type != type.key || !in_force(e, context.today()) || e.minor)
    return refuse(Code::not_found, "register.not_found", "没有这个条目，或者它已不在册。");
  const Type written = TRY(engine.store().type(context.tenant.id, e.type, e.type_version));
  const auto units = context.app.directory.units(context.tenant.id);
  site::Page page;
  page.title = e.name;
  page.path = {
      {"公开名录", public_url(context)}, {type.title, public_url(context, "/" + type.key)}, {e.name, ""}};
  page.note = type.title + "　" + e.number;
  page.body = [&](Out& h) {
    html::Definitions facts;
    for (const auto& f : written.fields) {
      // What is public is decided by the settings of today as well: what was closed since is not shown.
      const auto* now = type.find(f.field.name);
      if (!f.is_public || (now != nullptr && !now->is_public)) continue;
      if (const auto value = shown_value(f, e.values); !value.empty())
        facts.items.emplace_back(f.field.label, value);
    }
    if (e.place != 0) facts.items.emplace_back("所在地", place_name(*units, e.place));
    if (!e.serves.empty()) {
      std::vector<std::string> names;
      for (const Id id : e.serves) names.push_back(unit_name(*units, id));
      facts.items.emplace_back("服务区域", base::join(names, "、"));
    }
    facts.items.emplace_back("管理单位", unit_name(*units, e.unit));
    facts.items.emplace_back("在册",
                             (e.valid_from ? base::to_iso(*e.valid_from) + " 起" : std::string()) +
                                 (e.valid_until ? "，至 " + base::to_iso(*e.valid_until) : std::string()));
    h("{}", html::panel(type.title, facts));
    h("<p class=\"muted small\">内容由管理单位登记。发现有误，请告诉{}。</p>", unit_name(*units, e.unit));
  };
  return site::public_page(context, std::move(page));
}

PageAnswer show_coverage(Context& context, RegistersEngine& engine) {
  const Type type = TRY(public_type(context, engine));
  const auto units = context.app.directory.units(context.tenant.id);
  site::Page page;
  page.title = type.title + "：在哪些地方有";
  page.path = {
      {"公开名录", public_url(context)}, {type.title, public_url(context, "/" + type.key)}, {"覆盖", ""}};
  page.body = [&](Out& h) {
    write_coverage(h, *units, engine, context.tenant.id, type, context.today(),
                   public_url(context, "/" + type.key));
  };
  return site::public_page(context, std::move(page));
}

}  // namespace

void add_public_pages(site::Site& site, RegistersEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/p/{tenant}/registers", Access::open, "",
            [&](Context& c) { return show_index(c, engine); }});
  site.add({Method::get, "/p/{tenant}/registers/{register}", Access::open, "",
            [&](Context& c) { return list_public(c, engine); }});
  site.add({Method::get, "/p/{tenant}/registers/{register}/coverage", Access::open, "",
            [&](Context& c) { return show_coverage(c, engine); }});
  site.add({Method::get, "/p/{tenant}/registers/{register}/{entry}", Access::open, "",
            [&](Context& c) { return show_public(c, engine); }});
}

}  // namespace kepu::registers

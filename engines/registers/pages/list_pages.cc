// One register: its list, with search, filters, paging and exports.
#include "core/base/text.h"
#include "engines/registers/pages/desk.h"

namespace kepu::registers {

namespace {

std::vector<std::pair<std::string, std::string>> state_options() {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto s : {State::in_force, State::submitted, State::checked, State::approved, State::suspended,
                       State::returned, State::draft, State::retired, State::refused, State::withdrawn}) {
    out.emplace_back(to_text(s), title_of(s));
  }
  out.insert(out.begin() + 1, {{"due", "待续期"}, {"expired", "已过期"}});
  return out;
}

// The first fields that say most, as columns on the page; the others are exported only.
constexpr std::size_t kShownFields = 3;

table::Table<Entry> table_of(const Context& context, const Type& type, const auth::UnitTree& units) {
  const base::Date today = context.today();
  table::Table<Entry> table({.id = "entries",
                             .caption = type.title,
                             .search_hint = "名称、编号、公开内容",
                             .tie_break = "e.id",
                             .unit = type.unit});
  const bool person = type.subject == Subject::person;
  table.column({.key = "name",
                .title = person ? "姓名" : "名称",
                .full_on_phone = true,
                .width = 24,
                .sql = "e.pinyin"},
               [](const Entry& e) { return table::link(e.name, entry_url(e)); });
  table.column({.key = "state", .title = "状态", .sortable = false},
               [today](const Entry& e) { return table::status(light_of(e, today), word_of(e, today)); });
  add_field_columns(table, type, false, kShownFields);
  table.column({.key = "place", .title = "所在地", .sortable = false, .width = 18}, [&units](const Entry& e) {
    return e.place == 0 ? table::missing() : table::text(place_name(units, e.place));
  });
  table.column({.key = "unit", .title = "管理单位", .sortable = false, .hide_on_phone = true, .width = 18},
               [&units](const Entry& e) { return table::text(unit_name(units, e.unit)); });
  if (type.term_months > 0) {
    table.column({.key = "until", .title = "有效期至", .width = 12, .sql = "nullif(e.valid_until, '')"},
                 [](const Entry& e) { return table::date(e.valid_until); });
  }
  table.column({.key = "number", .title = "编号", .width = 14, .sql = "e.number"},
               [](const Entry& e) { return e.number.empty() ? table::missing() : table::text(e.number); });
  table.filter({.key = "state", .title = "状态", .options = state_options()});
  table.filter({.key = "place", .title = "乡镇", .options = as_filter(township_options(units))});
  add_field_filters(table, type, false);
  return table;
}

EntryQuery query_of(const Context& context, const Type& type, const auth::UnitTree& units,
                    const table::Wanted& wanted) {
  EntryQuery q;
  q.type = type.key;
  q.units = scope_of(context.actor);
  q.own = q.units ? context.actor.person : 0;
  q.text = wanted.query.text;
  const auto state = wanted.query.filter("state");
  if (state == "expired") {
    q.expired_on = context.today();
  } else if (state == "due") {
    q.due_by = base::from_days(base::to_days(context.today()) + type.window_days);
  } else if (!state.empty()) {
    q.state = parse_state(state);
  }
  if (const auto place = base::parse_id(wanted.query.filter("place"))) q.homes = within(units, *place);
  ask_for_fields(q, type, false, wanted);
  // Never null, so the order of the index serves; without a wish the newest come first.
  const std::string down = wanted.query.descending ? " desc" : "";
  q.order_by = wanted.query.sort == "name"     ? "e.pinyin" + down + ", e.id" + down
               : wanted.query.sort == "number" ? "e.number" + down + ", e.id" + down
               : wanted.query.sort.empty()     ? ""
                                               : wanted.order_by;
  q.offset = wanted.offset;
  q.limit = wanted.limit;
  return q;
}

void write_counts(Out& h, const std::map<std::string, std::int64_t>& counts, const Type& type) {
  const auto of = [&](std::string_view key) {
    const auto at = counts.find(std::string(key));
    return at == counts.end() ? std::int64_t{0} : at->second;
  };
  const std::string list = register_url(type.key) + "?f.state=";
  html::StatStrip strip;
  strip.label = type.title + "的数量";
  strip.stats = {{"在册", std::to_string(of("in_force")), type.unit, "今天在有效期内", {}, list + "in_force"},
                 {"在办",
                  std::to_string(of("submitted") + of("checked") + of("approved")),
                  type.unit,
                  "待审核、待批准、待发布",
                  {},
                  list + "submitted"},
                 {"暂停", std::to_string(of("suspended")), type.unit, "", {}, list + "suspended"}};
  if (type.term_months > 0)
    strip.stats.push_back(
        {"已过期", std::to_string(of("expired")), type.unit, "没有续期，不计在册", {}, list + "expired"});
  strip.stats.push_back({"已退出", std::to_string(of("retired")), type.unit, "", {}, list + "retired"});
  h("{}", strip);
}

PageAnswer list_entries(Context& context, RegistersEngine& engine) {
  const Type type = TRY(type_of(context, engine));
  const auto units = context.app.directory.units(context.tenant.id);
  const auto table = table_of(context, type, *units);
  const auto scope = scope_of(context.actor);
  const auto counts =
      engine.store().counts(context.tenant.id, type.key, scope, scope ? context.actor.person : 0);
  const std::int64_t all = counts.count("all") > 0 ? counts.at("all") : 0;
  const table::Source<Entry> source = [&](const table::Wanted& wanted) {
    auto query = query_of(context, type, *units, wanted);
    // Nothing narrows the list: how many there are is known already.
    if (!wanted.query.narrowed()) query.known_total = all;
    auto page = engine.store().entries(context.tenant.id, query);
    return table::Found<Entry>{std::move(page.entries), page.total};
  };
  const std::string url = register_url(type.key);
  site::Page page;
  page.title = type.title;
  page.path = {{"名录", "/registers"}, {type.title, ""}};
  page.note = type.purpose;
  page.actions = [&](Out& h) {
    h("{}", html::button_link("覆盖情况", url + "/coverage", "map-pin"));
    if (context.actor.may(kApply) && type.active) {
      if (!unit_options(context, kApply).empty()) {
        h("{}{}", html::button_link("导入", url + "/import", "file-import"),
          html::button_link(type.subject == Subject::person ? "登记" : "申报", url + "/new", "plus",
                            html::Look::primary));
      }
    }
    if (context.actor.may(kTypes))
      h("{}", html::button_link("设置", "/registers/types/" + type.key, "settings"));
  };
  site::ListOptions options{.file_name = type.title, .subject = "register:" + type.key};
  options.empty_hint = "还没有条目。单位可以逐个登记，已有的台账可以按模板一次导入。";
  options.before = [&](Out& h) { write_counts(h, counts, type); };
  return site::list(context, table, source, std::move(page), options);
}

}  // namespace

void add_list_pages(site::Site& site, RegistersEngine& engine) {
  site.add({http::Method::get, "/registers/{register}", site::Access::right, "register.read",
            [&](Context& c) { return list_entries(c, engine); }});
}

}  // namespace kepu::registers

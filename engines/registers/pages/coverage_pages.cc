// Where is somebody, and where is nobody: townships and villages as tiles (名录格阵).
#include <algorithm>

#include "core/base/text.h"
#include "engines/registers/pages/desk.h"

namespace kepu::registers {

namespace {

int level_of(std::int64_t count) {
  return count <= 1 ? 1 : count <= 3 ? 2 : count <= 9 ? 3 : count <= 19 ? 4 : 5;
}
const std::vector<std::string>& level_names() {
  static const std::vector<std::string> kNames = {"1", "2–3", "4–9", "10–19", "20 以上"};
  return kNames;
}

std::string narrow_name(std::string name) {
  for (const auto* end : {"街道", "镇", "乡", "社区", "村"}) {
    if (base::ends_with(name, end) && base::length(name) > 2) {
      name.resize(name.size() - std::string_view(end).size());
      break;
    }
  }
  return name;
}

struct Places {
  std::map<Id, std::int64_t> of_township;  // with its villages
  std::map<Id, std::int64_t> of_village;
  std::vector<const auth::Unit*> empty_townships, empty_villages;
  std::int64_t elsewhere = 0;  // managed by a department, without a place
};

Places places_of(const auth::UnitTree& units, const std::map<Id, std::int64_t>& by_home) {
  Places out;
  for (const auto* t : units.of_kind(auth::UnitKind::township)) {
    auto& sum = out.of_township[t->id];
    for (const Id id : units.below(t->id)) {
      const auto at = by_home.find(id);
      if (at == by_home.end()) continue;
      sum += at->second;
      if (id != t->id) out.of_village[id] += at->second;
    }
    if (sum == 0) out.empty_townships.push_back(t);
  }
  for (const auto* v : units.of_kind(auth::UnitKind::village)) {
    if (out.of_village[v->id] == 0) out.empty_villages.push_back(v);
  }
  std::int64_t all = 0, placed = 0;
  for (const auto& [home, count] : by_home) all += count;
  for (const auto& [township, count] : out.of_township) placed += count;
  out.elsewhere = all - placed;
  return out;
}

html::Tile tile_of(const auth::Unit& unit, std::int64_t count, const std::string& url) {
  html::Tile t;
  t.name = narrow_name(unit.name);
  t.full_name = unit.name;
  if (count > 0) t.value = std::to_string(count);  // nobody: 缺, hatched, to be seen at a glance
  t.level = level_of(count);
  t.url = url;
  return t;
}

html::Tiles township_tiles(const auth::UnitTree& units, const Places& places, const std::string& list_url) {
  html::Tiles tiles;
  tiles.level_names = level_names();
  html::TileGroup streets{"街道", "", {}}, towns{"镇", "", {}}, others{"乡", "", {}};
  for (const auto* t : units.of_kind(auth::UnitKind::township)) {
    auto& group = base::ends_with(t->name, "街道") ? streets
                  : base::ends_with(t->name, "镇") ? towns
                                                   : others;
    group.tiles.push_back(
        tile_of(*t, places.of_township.at(t->id),
                list_url.empty() ? std::string() : fmt::format("{}?f.place={}", list_url, t->id)));
  }
  for (auto* group : {&streets, &towns, &others}) {
    if (group->tiles.empty()) continue;
    group->note = fmt::format("{} 个", group->tiles.size());
    tiles.groups.push_back(std::move(*group));
  }
  return tiles;
}

html::Tiles village_tiles(const auth::UnitTree& units, const Places& places) {
  html::Tiles tiles;
  tiles.level_names = level_names();
  for (const auto* t : units.of_kind(auth::UnitKind::township)) {
    html::TileGroup group{t->name, "", {}};
    int covered = 0, all = 0;
    for (const auto* v : units.children(t->id)) {
      if (v->kind != auth::UnitKind::village || !v->active) continue;
      const auto at = places.of_village.find(v->id);
      const std::int64_t count = at == places.of_village.end() ? 0 : at->second;
      covered += count > 0 ? 1 : 0;
      ++all;
      group.tiles.push_back(tile_of(*v, count, ""));
    }
    group.note = fmt::format("{} / {} 个村（社区）", covered, all);
    if (all > 0) tiles.groups.push_back(std::move(group));
  }
  return tiles;
}

void write_missing(Out& h, const auth::UnitTree& units, const std::vector<const auth::Unit*>& missing) {
  std::map<Id, std::vector<std::string>> by_township;
  for (const auto* u : missing)
    by_township[u->kind == auth::UnitKind::village ? u->parent : 0].push_back(u->name);
  html::Definitions list;
  for (const auto* t : units.of_kind(auth::UnitKind::township)) {
    const auto at = by_township.find(t->id);
    if (at != by_township.end()) list.items.emplace_back(t->name, base::join(at->second, "、"));
  }
  if (by_township.count(0) > 0) list.items.emplace_back("乡镇（街道）", base::join(by_township[0], "、"));
  h("{}", list);
}

}  // namespace

void write_coverage(Out& h, const auth::UnitTree& units, RegistersEngine& engine, Id tenant, const Type& type,
                    base::Date today, const std::string& list_url) {
  const auto places =
      places_of(units, engine.store().count_by_home({tenant, type.key, "", std::nullopt}, today));
  const auto townships = units.of_kind(auth::UnitKind::township).size(),
             villages = units.of_kind(auth::UnitKind::village).size();
  const auto covered_townships = townships - places.empty_townships.size(),
             covered_villages = villages - places.empty_villages.size();
  const bool wants_villages = type.cover == Cover::village;
  h("<p class=\"lead\"><b>{} 个乡镇（街道）中 {} 个有{}{}。</b>{}</p>", townships, covered_townships,
    type.title,
    wants_villages ? fmt::format("；{} 个村（社区）中 {} 个有", villages, covered_villages) : std::string(),
    places.elsewhere > 0
        ? fmt::format("另有 {} {}由县级单位管理、没有写所在地，不计入乡镇。", places.elsewhere, type.unit)
        : std::string());
  h("{}", html::panel("分乡镇（街道）", [&](Out& o) { o("{}", township_tiles(units, places, list_url)); },
                      {.note = fmt::format(
                           "截至 {} 在册数，含所辖村（社区）；“缺”为一个也没有；按区划顺序，不表示位置和大小",
                           base::to_iso(today))}));
  if (wants_villages) {
    h("{}", html::panel("分村（社区）", [&](Out& o) { o("{}", village_tiles(units, places)); },
                        {.note = "只计写明在本村（社区）的；“缺”为一个也没有"}));
  }
  const auto& missing = wants_villages ? places.empty_villages : places.empty_townships;
  if (type.cover != Cover::none && !missing.empty()) {
    h("{}",
      html::panel(fmt::format("还没有{}的{}", type.title, wants_villages ? "村（社区）" : "乡镇（街道）"),
                  [&](Out& o) { write_missing(o, units, missing); },
                  {.note = fmt::format("{} 个", missing.size()), .alarm = true}));
  }
}

namespace {

PageAnswer show_coverage(Context& context, RegistersEngine& engine) {
  const Type type = TRY(type_of(context, engine));
  const auto units = context.app.directory.units(context.tenant.id);
  const auto kinds =
      engine.store().count_by_kind({context.tenant.id, type.key, "", std::nullopt}, context.today());
  site::Page page;
  // Figures of the county open into the county's records: the public list for who sees his own unit's alone.
  const bool sees_all = context.actor.may_everywhere(kRead);
  const std::string list_url = sees_all ? register_url(type.key)
                               : type.is_public
                                   ? fmt::format("/p/{}/registers/{}", context.tenant.code, type.key)
                                   : "";
  page.title = type.title + "：覆盖情况";
  page.path = {{"名录", "/registers"}, {type.title, register_url(type.key)}, {"覆盖情况", ""}};
  page.note = type.purpose;
  page.body = [&](Out& h) {
    write_coverage(h, *units, engine, context.tenant.id, type, context.today(), list_url);
    const auto* kind = type.of_use(Use::kind);
    if (kind == nullptr) return;
    html::SimpleTable table{"按类别", {{kind->field.label}, {"在册", html::Column::Kind::number}}, {}};
    for (const auto& o : kind->field.options) {
      const auto at = kinds.find(o.value);
      const std::string url = fmt::format("{}?f.state=in_force&f.{}={}", register_url(type.key),
                                          kind->field.name, http::url_encode(o.value));
      table.rows.push_back({[url, label = o.label, sees_all](Out& out) {
                              if (sees_all) {
                                out("<a href=\"{}\">{}</a>", html::Url{url}, label);
                              } else {
                                out("{}", label);
                              }
                            },
                            fmt::format("{} {}", at == kinds.end() ? 0 : at->second, type.unit)});
    }
    h("{}", html::panel("按" + kind->field.label, table, {.note = "截至 " + base::to_iso(context.today())}));
  };
  return site::page(context, std::move(page));
}

}  // namespace

void add_coverage_pages(site::Site& site, RegistersEngine& engine) {
  site.add({http::Method::get, "/registers/{register}/coverage", site::Access::right, "register.read",
            [&](Context& c) { return show_coverage(c, engine); }});
}

}  // namespace kepu::registers

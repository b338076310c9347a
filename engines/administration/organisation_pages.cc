// 组织机构: the tree of units, and all of them as a list.
#include "core/auth/directory.h"
#include "core/site/list.h"
#include "engines/administration/pages.h"

namespace kepu::administration {

using html::Out;
using site::Answer;
using site::Context;

namespace {

using Counts = std::map<Id, int>;

int people_below(const auth::UnitTree& tree, const Counts& counts, Id unit) {
  int sum = 0;
  for (const Id id : tree.below(unit)) {
    const auto found = counts.find(id);
    if (found != counts.end()) sum += found->second;
  }
  return sum;
}

html::TreeNode node_of(const auth::UnitTree& tree, const Counts& counts, const auth::Unit& unit, Id own) {
  html::TreeNode node;
  node.label = [&unit](Out& h) {
    h("<a href=\"{}\">{}</a>{}", html::Url{unit_url(unit.id)}, unit.name, [&](Out& o) {
      if (!unit.active) o("　{}", html::tag("已停用"));
    });
  };
  const auto children = tree.children(unit.id);
  if (!counts.empty()) {
    const auto at = counts.find(unit.id);
    const int here = at == counts.end() ? 0 : at->second;
    node.note = children.empty()
                    ? fmt::format("{} 人", here)
                    : fmt::format("本级 {} 人，共 {} 人", here, people_below(tree, counts, unit.id));
  }
  node.current = unit.id == own;
  node.name = unit.name;
  for (const auto* child : children) node.children.push_back(node_of(tree, counts, *child, own));
  return node;
}

// Where a new unit is put when no superior was chosen: the own unit, or the top for who manages all.
Id place_for_new(const Context& context, const auth::UnitTree& tree) {
  if (context.actor.may("organisation.manage", tree.root())) return tree.root();
  return context.actor.may("organisation.manage", context.actor.unit) ? context.actor.unit : 0;
}

void write_actions(Out& h, const Context& context, const auth::UnitTree& tree, bool as_list) {
  h("{}", as_list ? html::button_link("看树形", "/organisation", "sitemap")
                  : html::button_link("看列表", "/organisation/list", "list-details"));
  const Id place = place_for_new(context, tree);
  if (place == 0) return;
  const std::string fresh = unit_url(place, "new");
  h("{}{}", html::button_link("从 Excel 导入", "/import/units", "file-import"),
    html::button_link("新增单位", fresh, "plus", html::Look::primary));
}

Answer show_tree(Context& context) {
  const auto tree = context.app.directory.units(context.tenant.id);
  const auto counts = people_per_unit(context);
  const auto active =
      std::count_if(tree->all().begin(), tree->all().end(), [](const auth::Unit& u) { return u.active; });
  site::Page page;
  page.title = "组织机构";
  page.path = {{"组织机构", ""}};
  page.note = fmt::format("{} 个单位在用　点单位名称可查看和维护", active);
  page.actions = [&](Out& h) { write_actions(h, context, *tree, false); };
  page.body = [&](Out& h) {
    html::Tree view{"组织机构", {}, 1};
    if (const auto* root = tree->find(tree->root())) {
      view.roots.push_back(node_of(*tree, counts, *root, context.actor.unit));
    }
    h("{}", html::panel("", view));
  };
  return site::page(context, std::move(page));
}

struct UnitRow {
  const auth::Unit* unit = nullptr;
  std::string superior;
  std::optional<int> people;
};

table::Table<UnitRow> unit_table() {
  return table::Table<UnitRow>({.id = "organisation",
                                .caption = "单位",
                                .search_hint = "单位、系统、区划代码",
                                .unit = "个单位"})
      .column({.key = "name", .title = "单位", .width = 26},
              [](const UnitRow& r) { return table::link(r.unit->name, unit_url(r.unit->id)); })
      .column({.key = "short_name", .title = "简称", .hide_on_phone = true},
              [](const UnitRow& r) { return table::text(r.unit->short_name); })
      .column({.key = "superior", .title = "上级单位", .width = 22},
              [](const UnitRow& r) { return table::text(r.superior); })
      .column({.key = "kind", .title = "类型"},
              [](const UnitRow& r) { return table::text(std::string(auth::title_of(r.unit->kind))); })
      .column({.key = "system", .title = "系统", .hide_on_phone = true},
              [](const UnitRow& r) { return table::text(r.unit->system); })
      .column({.key = "area_code", .title = "区划代码", .hide_on_phone = true, .width = 16},
              [](const UnitRow& r) { return table::text(r.unit->area_code); })
      .column({.key = "people", .title = "在岗人员", .number = true},
              [](const UnitRow& r) { return r.people ? table::count(*r.people) : table::missing(); })
      .column({.key = "state", .title = "状态"},
              [](const UnitRow& r) {
                return table::tags({{r.unit->active ? "在用" : "已停用",
                                     r.unit->active ? html::Tone::green : html::Tone::plain}});
              })
      .filter({.key = "kind",
               .title = "类型",
               .options = {{"county", "县级"},
                           {"department", "部门"},
                           {"township", "乡镇街道"},
                           {"village", "村社区"},
                           {"other", "其他"}}},
              [](const UnitRow& r, std::string_view v) { return auth::to_text(r.unit->kind) == v; })
      .filter({.key = "state", .title = "状态", .options = {{"active", "在用"}, {"inactive", "已停用"}}},
              [](const UnitRow& r, std::string_view v) { return r.unit->active == (v == "active"); });
}

Answer list_units(Context& context) {
  const auto tree = context.app.directory.units(context.tenant.id);
  const auto counts = people_per_unit(context);
  std::vector<UnitRow> rows;
  for (const auto& u : tree->all()) {
    UnitRow row{&u, u.parent == 0 ? std::string() : name_of(*tree, u.parent), std::nullopt};
    if (!counts.empty()) {
      const auto at = counts.find(u.id);
      row.people = at == counts.end() ? 0 : at->second;
    }
    rows.push_back(std::move(row));
  }
  const auto table = unit_table();
  site::Page page;
  page.title = "单位列表";
  page.path = {{"组织机构", "/organisation"}, {"列表", ""}};
  page.actions = [&](Out& h) { write_actions(h, context, *tree, true); };
  return site::list(context, table, table.in_memory(rows), std::move(page),
                    {.file_name = "单位列表", .subject = "units"});
}

}  // namespace

void add_organisation_pages(site::Site& site) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/organisation", Access::right, "organisation.read", show_tree});
  site.add({Method::get, "/organisation/list", Access::right, "organisation.read", list_units});
  site.add(site::MenuItem{"系统", "组织机构", "/organisation", "organisation.read", 900, {}, {}, false});
}

}  // namespace kepu::administration

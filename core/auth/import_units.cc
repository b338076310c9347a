#include <algorithm>
#include <set>

#include "core/auth/change.h"
#include "core/auth/sheet.h"
#include "core/base/text.h"

namespace kepu::auth {
namespace {

const std::string kName = "单位名称", kShort = "简称", kKind = "类型", kParent = "上级单位",
                  kArea = "区划代码", kPosition = "排序";

// A unit of the sheet on its way into the tree.
struct Planned {
  const SheetRow* row = nullptr;
  Unit unit;                       // id 0: new
  const Unit* old = nullptr;       // the stored one
  std::size_t parent_row = kNone;  // where the superior is defined in the sheet and new
  bool placed = false;
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
};

class UnitImport {
 public:
  UnitImport(Change& c, ImportReport& report, const std::vector<SheetRow>& rows)
      : c_(c), report_(report), problems_(report), rows_(rows) {}

  Done run() {
    for (const SheetRow& row : rows_) read(row);
    for (Planned& p : planned_) find_parent(p);
    if (problems_.none()) match_stored();
    if (problems_.none()) check_circles();
    if (problems_.none()) check_rights_and_names();
    if (problems_.none()) TRY(apply());
    return {};
  }

 private:
  void read(const SheetRow& row) {
    Planned p;
    p.row = &row;
    p.unit.name = row.at(kName);
    p.unit.short_name = row.at(kShort);
    p.unit.area_code = row.at(kArea);
    if (const auto kind = parse_unit_kind(row.at(kKind))) {
      p.unit.kind = *kind;
    } else {
      problems_.add(row.number, kKind, "类型应为：县级、部门、乡镇街道、村社区、其他");
    }
    if (const std::string position = row.at(kPosition); !position.empty()) {
      const auto number = base::parse_int(base::to_narrow(position));
      p.unit.position = number && *number >= 0 && *number <= 1'000'000 ? static_cast<int>(*number) : -1;
    }
    if (auto clean = steps::checked_unit(p.unit)) {
      p.unit = std::move(*clean);
    } else {
      problems_.add(row.number, column_of(clean.error().field), clean.error().message);
    }
    planned_.push_back(std::move(p));
  }

  static std::string column_of(std::string_view field) {
    if (field == "short_name") return kShort;
    if (field == "area_code") return kArea;
    return field == "position" ? kPosition : kName;
  }

  // In the sheet first, then in the stored tree; an empty cell means the top.
  void find_parent(Planned& p) {
    const std::string cell = p.row->at(kParent);
    if (cell.empty()) {
      p.unit.parent = c_.tree->root();
      if (base::wording(p.unit.name) == base::wording(c_.unit_name(c_.tree->root()))) p.unit.parent = 0;
      return;
    }
    std::vector<std::size_t> in_sheet;
    const std::string word = base::wording(cell);
    for (std::size_t i = 0; i < planned_.size(); ++i) {
      if (&planned_[i] == &p) continue;
      if (base::wording(planned_[i].unit.name) == word) in_sheet.push_back(i);
    }
    const auto stored = units_meant(*c_.tree, cell);
    if (in_sheet.size() > 1 || stored.size() > 1) {
      problems_.add(p.row->number, kParent,
                    fmt::format("有多个单位叫“{}”，请写成“上级/{}”的形式", cell, cell));
    } else if (in_sheet.size() == 1) {
      p.parent_row = in_sheet[0];
    } else if (stored.size() == 1) {
      p.unit.parent = stored[0]->id;
    } else {
      problems_.add(p.row->number, kParent,
                    fmt::format("没有找到上级单位“{}”，请先在表中或系统中建立它", cell));
    }
  }

  // Superiors before what hangs on them: a row can be matched by name once its superior is known.
  void match_stored() {
    bool moved = true;
    while (moved) {
      moved = false;
      for (Planned& p : planned_) {
        if (p.placed || (p.parent_row != Planned::kNone && !planned_[p.parent_row].placed)) continue;
        match(p);
        p.placed = moved = true;
      }
    }
    for (const Planned& p : planned_) {
      if (!p.placed) {
        problems_.add(p.row->number, kParent, "上级关系成了环：沿着上级单位一直找，又回到了本单位，请改正");
      }
    }
  }

  void match(Planned& p) {
    if (p.parent_row != Planned::kNone) p.unit.parent = planned_[p.parent_row].unit.id;
    if (!p.unit.area_code.empty()) {
      for (const Unit& u : c_.tree->all()) {
        if (u.area_code == p.unit.area_code && u.kind == p.unit.kind) p.old = &u;
      }
    }
    const bool parent_is_stored = p.parent_row == Planned::kNone || planned_[p.parent_row].old;
    if (!p.old && parent_is_stored) {
      for (const Unit* u : c_.tree->children(p.unit.parent)) {
        if (base::wording(u->name) == base::wording(p.unit.name)) p.old = u;
      }
    }
    if (p.old) {
      if (!taken_.insert(p.old->id).second) {
        problems_.add(p.row->number, kName, fmt::format("“{}”在表中出现了两次，请删去一行", p.unit.name));
      }
      p.unit.id = p.old->id;
      p.unit.revision = p.old->revision;
      p.unit.system = p.old->system;
      if (!p.row->has(kShort)) p.unit.short_name = p.old->short_name;
      if (!p.row->has(kArea)) p.unit.area_code = p.old->area_code;
      if (p.row->at(kPosition).empty()) p.unit.position = p.old->position;
    } else {
      p.unit.id = c_.parts.ids.next();
      p.unit.revision = 1;
    }
  }

  // The units as they will be.
  std::vector<Unit> afterwards() const {
    std::vector<Unit> out = c_.tree->all();
    for (const Planned& p : planned_) {
      const auto at = std::find_if(out.begin(), out.end(), [&](const Unit& u) { return u.id == p.unit.id; });
      if (at == out.end()) {
        out.push_back(p.unit);
      } else {
        const bool active = at->active;
        *at = p.unit;
        at->active = active;
      }
    }
    return out;
  }

  void check_circles() {
    std::map<Id, Id> parent;
    for (const Unit& u : afterwards()) parent[u.id] = u.parent;
    for (const Planned& p : planned_) {
      std::size_t steps = 0;
      for (Id at = p.unit.parent; at != 0 && steps <= parent.size(); ++steps) {
        at = at == p.unit.id ? p.unit.id : parent[at];
      }
      if (steps > parent.size()) {
        problems_.add(p.row->number, kParent, "上级关系成了环：沿着上级单位一直找，又回到了本单位，请改正");
      }
    }
  }

  // The nearest stored superior decides about what is new below it.
  Id stored_above(const Planned& p) const {
    const Planned* at = &p;
    while (at->parent_row != Planned::kNone && !planned_[at->parent_row].old) at = &planned_[at->parent_row];
    return at->unit.parent;
  }

  void check_rights_and_names() {
    std::map<std::pair<Id, std::string>, int> names;
    for (const Unit& u : c_.tree->all()) {
      if (taken_.count(u.id) == 0) names[{u.parent, base::wording(u.name)}] = 0;
    }
    std::map<std::pair<UnitKind, std::string>, int> codes;
    for (const Planned& p : planned_) {
      const auto first = names.emplace(std::pair(p.unit.parent, base::wording(p.unit.name)), p.row->number);
      if (!first.second) {
        problems_.add(p.row->number, kName,
                      first.first->second == 0
                          ? fmt::format("系统中同一上级单位下已有“{}”，但区划代码不同，请核对", p.unit.name)
                          : fmt::format("与第{}行的单位重名（同一上级单位下）", first.first->second));
      }
      if (!p.unit.area_code.empty() &&
          !codes.emplace(std::pair(p.unit.kind, p.unit.area_code), p.row->number).second) {
        problems_.add(p.row->number, kArea, "区划代码与表中另一行相同，请核对");
      }
      if (p.old && unchanged(p)) continue;
      const Id above = stored_above(p);
      Done may = above == 0 ? c_.by.require("organisation.manage", p.unit.id)
                            : c_.by.require("organisation.manage", above);
      if (may && p.old) may = c_.by.require("organisation.manage", p.old->id);
      if (may && p.old && p.old->parent != p.unit.parent) {
        may = c_.by.require("organisation.manage", p.old->parent);
      }
      if (!may) problems_.add(p.row->number, kName, may.error().message);
      if (!may) continue;
      const Unit* superior = c_.tree->find(above);
      if (superior && !superior->active && !p.old) {
        problems_.add(p.row->number, kParent, fmt::format("上级单位“{}”已停用", superior->name));
      }
    }
  }

  static bool unchanged(const Planned& p) {
    const Unit& a = p.unit;
    const Unit& b = *p.old;
    return a.name == b.name && a.short_name == b.short_name && a.kind == b.kind && a.parent == b.parent &&
           a.area_code == b.area_code && a.position == b.position;
  }

  Done apply() {
    for (const Planned& p : planned_) {
      if (p.old && unchanged(p)) {
        ++report_.unchanged;
      } else if (p.old) {
        ++report_.changed;
        if (store::update_unit(c_.s, c_.tenant(), p.unit, c_.stamp()) == 0) {
          return changed_meanwhile(store::unit_stamp(c_.s, c_.tenant(), p.unit.id), "单位");
        }
        c_.note("organisation.manage", p.unit.id, "unit.change", fmt::format("unit:{}", p.unit.id),
                fmt::format("导入修改单位“{}”", p.unit.name));
      } else {
        ++report_.added;
        store::insert_unit(c_.s, c_.tenant(), p.unit, c_.stamp());
        c_.note("organisation.manage", stored_above(p), "unit.add", fmt::format("unit:{}", p.unit.id),
                fmt::format("导入新增单位“{}”", p.unit.name));
      }
    }
    return {};
  }

  Change& c_;
  ImportReport& report_;
  Problems problems_;
  const std::vector<SheetRow>& rows_;
  std::vector<Planned> planned_;
  std::set<Id> taken_;
};

}  // namespace

std::vector<ImportColumn> unit_columns() {
  return {{kName, true, "全称，同一上级单位下不能重名", {}, "县农业农村局"},
          {kShort, false, "用于窄表格", {}, "农业农村局"},
          {kKind, true, "从下拉列表选择", {"县级", "部门", "乡镇街道", "村社区", "其他"}, "部门"},
          {kParent, false, "留空表示直属县级；有重名时写成“乡镇/村”", {}, ""},
          {kArea, false, "12位统计用区划代码，部门可留空", {}, ""},
          {kPosition, false, "同级单位的先后次序，整数", {}, "10"}};
}

Result<ImportReport> import_units(Directory& directory, const Actor& by, const SheetRows& rows,
                                  bool preview) {
  TRY(by.require("organisation.manage"));
  const auto sheet = TRY(read_sheet(rows, unit_columns()));
  return import_in_one_change(directory, by, preview, [&](Change& c, ImportReport& report) {
    return UnitImport(c, report, sheet).run();
  });
}

}  // namespace kepu::auth

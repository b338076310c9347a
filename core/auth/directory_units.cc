#include <algorithm>

#include "core/auth/change.h"
#include "core/base/text.h"

namespace kepu::auth {
namespace {

std::string subject_of(Id unit) { return fmt::format("unit:{}", unit); }

// The unit as the transaction sees it, after the right over it was checked.
Result<Unit> unit_to_manage(Change& c, Id id) {
  const auto unit = store::unit(c.s, c.tenant(), id);
  if (!unit) return no_such("单位");
  TRY(c.by.require("organisation.manage", id));
  return *unit;
}

Done name_is_free(const UnitTree& tree, const Unit& unit) {
  const std::string word = base::wording(unit.name);
  for (const Unit* sibling : tree.children(unit.parent)) {
    if (sibling->id == unit.id || base::wording(sibling->name) != word) continue;
    return base::refuse(base::Code::conflict, "auth.unit_name",
                        fmt::format("同一上级单位下已有“{}”{}，请换一个名称", sibling->name,
                                    sibling->active ? "" : "（已停用，可恢复使用）"),
                        "name");
  }
  return {};
}

Done nothing_active_in(Change& c, const Unit& unit, const char* deed) {
  const auto people = store::people_in(c.s, c.tenant(), unit.id, true);
  if (people > 0) {
    return base::refuse(
        base::Code::invalid, "auth.unit_in_use",
        fmt::format("“{}”还有{}名在岗人员，不能{}。请先把他们调到其他单位或停用", unit.name, people, deed));
  }
  const auto below = c.tree->children(unit.id);
  const auto active = std::count_if(below.begin(), below.end(), [](const Unit* u) { return u->active; });
  if (active > 0) {
    return base::refuse(
        base::Code::invalid, "auth.unit_in_use",
        fmt::format("“{}”还有{}个下级单位，不能{}。请先移动或停用下级单位", unit.name, active, deed));
  }
  return {};
}

Done not_the_root(const Change& c, Id unit, const char* deed) {
  if (unit != c.tree->root()) return {};
  return base::refuse(base::Code::invalid, "auth.unit_root", fmt::format("不能{}最上级单位", deed));
}

}  // namespace

namespace steps {

Result<Unit> checked_unit(Unit unit) {
  unit.name = TRY(text_field(unit.name, "单位名称", "name", 2, 60));
  unit.short_name = TRY(text_field(unit.short_name, "简称", "short_name", 0, 30));
  unit.system = TRY(text_field(unit.system, "系统", "system", 0, 30));
  unit.area_code = base::to_narrow(base::without_space(unit.area_code));
  const bool digits = std::all_of(unit.area_code.begin(), unit.area_code.end(),
                                  [](char ch) { return ch >= '0' && ch <= '9'; });
  if (!unit.area_code.empty() && (!digits || unit.area_code.size() != 12)) {
    return base::refuse(base::Code::invalid, "auth.area_code", "区划代码应为12位数字，也可留空", "area_code");
  }
  if (unit.position < 0 || unit.position > 1'000'000) {
    return base::refuse(base::Code::invalid, "auth.position", "排序应为0至1000000之间的整数", "position");
  }
  return unit;
}

Result<Id> add_unit(Change& c, Unit unit) {
  unit = TRY(checked_unit(std::move(unit)));
  const Unit* parent = c.tree->find(unit.parent);
  if (!parent) {
    return base::refuse(base::Code::not_found, "auth.unit_parent", "没有找到上级单位，请重新选择", "parent");
  }
  TRY(c.by.require("organisation.manage", unit.parent));
  if (!parent->active) {
    return base::refuse(base::Code::invalid, "auth.unit_parent",
                        fmt::format("上级单位“{}”已停用，请另选上级单位", parent->name), "parent");
  }
  TRY(name_is_free(*c.tree, unit));
  unit.id = c.parts.ids.next();
  unit.revision = 1;
  store::insert_unit(c.s, c.tenant(), unit, c.stamp());
  c.note("organisation.manage", unit.parent, "unit.add", subject_of(unit.id),
         fmt::format("在“{}”下新增单位“{}”", parent->name, unit.name));
  return unit.id;
}

}  // namespace steps

Result<Id> Directory::add_unit(const Actor& by, Unit unit) {
  return in_change(*this, by, [&](Change& c) { return steps::add_unit(c, unit); });
}

Done Directory::change_unit(const Actor& by, const Unit& unit) {
  return run_change(by, [&](Change& c) -> Done {
    const Unit old = TRY(unit_to_manage(c, unit.id));
    Unit fresh = TRY(steps::checked_unit(unit));
    fresh.parent = old.parent;  // moving is a deed of its own
    TRY(name_is_free(*c.tree, fresh));
    if (store::update_unit(c.s, c.tenant(), fresh, c.stamp()) == 0) {
      return changed_meanwhile(store::unit_stamp(c.s, c.tenant(), unit.id), "单位");
    }
    c.note("organisation.manage", unit.id, "unit.change", subject_of(unit.id),
           old.name == fresh.name ? fmt::format("修改单位“{}”的信息", fresh.name)
                                  : fmt::format("将单位“{}”改名为“{}”", old.name, fresh.name));
    return {};
  });
}

Done Directory::move_unit(const Actor& by, Id id, Id parent, std::int64_t revision) {
  return run_change(by, [&](Change& c) -> Done {
    Unit unit = TRY(unit_to_manage(c, id));
    TRY(not_the_root(c, id, "移动"));
    const Unit* to = c.tree->find(parent);
    if (!to || !to->active) {
      return base::refuse(base::Code::not_found, "auth.unit_parent",
                          "没有找到新的上级单位，或它已停用，请重新选择", "parent");
    }
    TRY(c.by.require("organisation.manage", unit.parent));
    TRY(c.by.require("organisation.manage", parent));
    if (c.tree->is_within(parent, id)) {
      return base::refuse(base::Code::invalid, "auth.unit_circle",
                          fmt::format("“{}”在“{}”之下，不能作它的上级单位", to->name, unit.name), "parent");
    }
    const std::string from = c.unit_name(unit.parent);
    unit.parent = parent;
    unit.revision = revision;
    TRY(name_is_free(*c.tree, unit));
    if (store::update_unit(c.s, c.tenant(), unit, c.stamp()) == 0) {
      return changed_meanwhile(store::unit_stamp(c.s, c.tenant(), id), "单位");
    }
    c.note("organisation.manage", id, "unit.move", subject_of(id),
           fmt::format("将单位“{}”由“{}”移至“{}”", unit.name, from, to->name));
    return {};
  });
}

Done Directory::deactivate_unit(const Actor& by, Id id, const std::string& reason) {
  return run_change(by, [&](Change& c) -> Done {
    const Unit unit = TRY(unit_to_manage(c, id));
    TRY(not_the_root(c, id, "停用"));
    const std::string why = TRY(text_field(reason, "停用原因", "reason", 2, 200));
    TRY(nothing_active_in(c, unit, "停用"));
    store::set_unit_active(c.s, c.tenant(), id, false, why, c.stamp());
    c.note("organisation.manage", id, "unit.deactivate", subject_of(id),
           fmt::format("停用单位“{}”，原因：{}", unit.name, why));
    return {};
  });
}

Done Directory::reactivate_unit(const Actor& by, Id id) {
  return run_change(by, [&](Change& c) -> Done {
    const Unit unit = TRY(unit_to_manage(c, id));
    const Unit* parent = c.tree->find(unit.parent);
    if (parent && !parent->active) {
      return base::refuse(base::Code::invalid, "auth.unit_parent",
                          fmt::format("上级单位“{}”已停用，请先恢复上级单位或移动本单位", parent->name));
    }
    store::set_unit_active(c.s, c.tenant(), id, true, "", c.stamp());
    c.note("organisation.manage", id, "unit.reactivate", subject_of(id),
           fmt::format("恢复单位“{}”", unit.name));
    return {};
  });
}

Done Directory::delete_unit(const Actor& by, Id id) {
  return run_change(by, [&](Change& c) -> Done {
    const Unit unit = TRY(unit_to_manage(c, id));
    TRY(not_the_root(c, id, "删除"));
    std::string hangs;
    if (const auto people = store::people_in(c.s, c.tenant(), id, false); people > 0) {
      hangs = fmt::format("有{}名人员（含已停用）", people);
    } else if (!c.tree->children(id).empty()) {
      hangs = fmt::format("有{}个下级单位（含已停用）", c.tree->children(id).size());
    } else if (store::grants_listing(c.s, c.tenant(), id) > 0) {
      hangs = "有角色的数据范围指定了它";
    } else {
      for (const UseCheck& check : c.use_checks) {
        if (const auto reason = check(c.s, c.tenant(), id)) {
          hangs = *reason;
          break;
        }
      }
    }
    if (!hangs.empty()) {
      return base::refuse(base::Code::invalid, "auth.unit_in_use",
                          fmt::format("“{}”{}，不能删除。如不再使用，请改为停用", unit.name, hangs));
    }
    store::delete_unit(c.s, c.tenant(), id);
    c.note("organisation.manage", id, "unit.delete", subject_of(id), fmt::format("删除单位“{}”", unit.name));
    return {};
  });
}

}  // namespace kepu::auth

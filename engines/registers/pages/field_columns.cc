// A type's own fields in lists: columns, order, filters.
#include <algorithm>

#include "engines/registers/pages/desk.h"

namespace kepu::registers {
namespace {

using form::Kind;

constexpr std::size_t kMostFilters = 6;

// The list has columns and filters of its own by these names.
std::string column_of(const TypeField& f) {
  const std::string& name = f.field.name;
  return name == "state" || name == "until" || name == "number" ? "f_" + name : name;
}

bool listed(const TypeField& f, bool public_only) { return !f.personal && (f.is_public || !public_only); }
// Every list says this in a column of its own.
bool said_already(const TypeField& f) {
  const std::string& label = f.field.label;
  return label == "管理单位" || label == "所在地" || label == "编号" || label == "状态";
}
bool is_choice(const TypeField& f) {
  return f.field.kind == Kind::select || f.field.kind == Kind::multi_select;
}

}  // namespace

void add_field_columns(table::Table<Entry>& table, const Type& type, bool public_only, std::size_t most) {
  std::size_t shown = 0;
  for (const auto& f : type.fields) {
    if (!listed(f, public_only)) continue;
    const auto kind = f.field.kind;
    const bool wide = kind == Kind::long_text;
    const bool on_page = !wide && kind != Kind::phone && kind != Kind::email &&
                         (public_only || !said_already(f)) && shown < most;
    shown += on_page ? 1 : 0;
    table.column({.key = column_of(f),
                  .title = f.field.label,
                  .number = kind == Kind::integer || kind == Kind::number,
                  .sortable = is_sortable(f),
                  .hide_on_phone = shown > 2,
                  .export_only = !on_page,
                  .width = wide ? 40.0 : 18.0},
                 [f](const Entry& e) { return table::text(shown_value(f, e.values)); });
  }
}

void add_field_filters(table::Table<Entry>& table, const Type& type, bool public_only) {
  std::size_t count = 0;
  for (const auto& f : type.fields) {
    if (!listed(f, public_only) || !is_choice(f) || count == kMostFilters) continue;
    ++count;
    table.filter({.key = column_of(f), .title = f.field.label, .options = as_filter(f.field.options)});
  }
}

void ask_for_fields(EntryQuery& q, const Type& type, bool public_only, const table::Wanted& wanted) {
  for (const auto& f : type.fields) {
    if (!listed(f, public_only)) continue;
    const std::string key = column_of(f);
    if (is_sortable(f) && wanted.query.sort == key) {
      q.sort_field = f.field.name;
      q.sort_down = wanted.query.descending;
    }
    const auto value = wanted.query.filter(key);
    if (value.empty() || !is_choice(f)) continue;
    if (f.use == Use::kind) {
      q.kind = value;
    } else {
      q.tags.emplace_back(f.field.name, value);
    }
  }
}

}  // namespace kepu::registers

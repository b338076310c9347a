// What a person asked of a list, from the address: ?q=…&f.status=late&sort=-due&page=2&size=50
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kepu::table {

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct ColumnInfo {
  std::string key;  // ASCII: in addresses and JSON
  std::string title;
  bool number = false;  // right-aligned
  bool sortable = true;
  bool hide_on_phone = false;
  bool full_on_phone = false;  // takes a line of its own in the stacked view
  bool export_only = false;    // not on the page
  double width = 14;           // of the Excel column, in characters
  std::string sql = {};        // sort expression of SQL-backed lists; the only text that reaches ORDER BY
  std::string note = {};       // definition, shown as a note in Excel and as tooltip of the head
};

struct FilterInfo {
  std::string key;
  std::string title;  // "单位"; the empty choice reads "全部单位"
  std::vector<std::pair<std::string, std::string>> options;  // value, label
};

// Everything about a list that does not depend on the type of its rows.
struct Schema {
  std::string id;       // of the part on the page: "tasks"
  std::string caption;  // "任务"
  std::vector<ColumnInfo> columns;
  std::vector<FilterInfo> filters;
  std::string search_hint;   // empty: no search box
  std::string default_sort;  // "-due"; empty: as the source gives them
  std::string tie_break;     // SQL expression that makes the order total, e.g. "t.id"
  std::string unit = "条";   // "共 84 项"

  const ColumnInfo* find(std::string_view key) const;
};

struct Query {
  std::string sort;  // key of a sortable column, or empty
  bool descending = false;
  std::int64_t page = 1;   // ≥ 1
  std::int64_t size = 50;  // 20, 50, 100 or 200
  std::string text;        // of the search box, squeezed, at most 100 characters
  Pairs filters;           // key → one of the options

  std::string_view filter(std::string_view key) const;  // "" where not set
  bool narrowed() const { return !text.empty() || !filters.empty(); }
};

// Only what the schema knows gets through; anything else is ignored.
Query parse(const Schema& schema, const Pairs& query);
// Back to an address, page and defaults left out: "q=…&sort=-due"; parse(to_query(q)) gives q on page 1.
std::string to_query(const Schema& schema, const Query& query);
// "(t.due) IS NULL, t.due DESC, t.id": missing last in both engines; empty where nothing is to be sorted.
std::string order_by(const Schema& schema, const Query& query);

}  // namespace kepu::table

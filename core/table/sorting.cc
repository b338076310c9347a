// Search and order over rows in memory.
#include <algorithm>
#include <numeric>

#include "core/base/text.h"
#include "core/table/sheet.h"

namespace kepu::table {

namespace {

std::string folded(std::string_view text) {
  std::string out = base::to_narrow(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace

bool contains_text(const Cells& cells, std::string_view text) {
  if (text.empty()) return true;
  std::string all;
  for (const Cell& cell : cells) all += folded(cell.text) + "\n";
  const std::vector<std::string> words = base::split(base::squeeze(folded(text)), " ");
  return std::all_of(words.begin(), words.end(),
                     [&](const std::string& w) { return w.empty() || base::contains(all, w); });
}

std::vector<std::size_t> sorted(const Schema& schema, const Query& query, const std::vector<Cells>& rows) {
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto column = std::find_if(schema.columns.begin(), schema.columns.end(),
                                   [&](const ColumnInfo& c) { return c.key == query.sort; });
  if (query.sort.empty() || column == schema.columns.end()) return order;
  const auto at = static_cast<std::size_t>(column - schema.columns.begin());
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const Cell &left = rows[a][at], &right = rows[b][at];
    const bool left_missing = left.kind == Cell::Kind::missing,
               right_missing = right.kind == Cell::Kind::missing;
    if (left_missing || right_missing) return !left_missing && right_missing;
    const int sign = compare(left, right);
    return query.descending ? sign > 0 : sign < 0;
  });
  return order;
}

}  // namespace kepu::table

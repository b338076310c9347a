#include "core/table/query.h"

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/table/address.h"

namespace kepu::table {

namespace {

constexpr std::int64_t kDefaultSize = 50;
constexpr std::array<std::int64_t, 4> kSizes = {20, 50, 100, 200};
constexpr std::size_t kLongestSearch = 100;

void set_sort(const Schema& schema, Query& query, std::string_view sort) {
  const bool descending = !sort.empty() && sort[0] == '-';
  const ColumnInfo* column = schema.find(descending ? sort.substr(1) : sort);
  if (!column || !column->sortable) return;
  query.sort = column->key;
  query.descending = descending;
}

void set_filter(const Schema& schema, Query& query, std::string_view key, const std::string& value) {
  for (const FilterInfo& filter : schema.filters) {
    if (filter.key != key || !query.filter(key).empty()) continue;
    for (const auto& option : filter.options) {
      if (option.first == value && !value.empty()) query.filters.emplace_back(key, value);
    }
  }
}

}  // namespace

const ColumnInfo* Schema::find(std::string_view key) const {
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const ColumnInfo& c) { return c.key == key; });
  return found == columns.end() ? nullptr : &*found;
}

std::string_view Query::filter(std::string_view key) const {
  for (const auto& [name, value] : filters) {
    if (name == key) return value;
  }
  return {};
}

Query parse(const Schema& schema, const Pairs& query) {
  Query result;
  set_sort(schema, result, schema.default_sort);
  for (const auto& [name, value] : query) {
    if (name == "sort") {
      set_sort(schema, result, value);
    } else if (name == "page") {
      result.page = std::clamp<std::int64_t>(base::parse_int(value).value_or(1), 1, 1'000'000);
    } else if (name == "size") {
      const std::int64_t size = base::parse_int(value).value_or(kDefaultSize);
      if (std::find(kSizes.begin(), kSizes.end(), size) != kSizes.end()) result.size = size;
    } else if (name == "q") {
      const std::string text = base::squeeze(base::valid_utf8(value));
      const std::u32string letters = base::to_code_points(text);
      result.text = letters.size() > kLongestSearch ? base::to_utf8(letters.substr(0, kLongestSearch)) : text;
    } else if (base::starts_with(name, "f.")) {
      set_filter(schema, result, std::string_view(name).substr(2), value);
    }
  }
  return result;
}

std::string to_query(const Schema& schema, const Query& query) {
  std::string out;
  const auto add = [&](std::string_view name, std::string_view value) {
    if (!out.empty()) out += '&';
    out.append(name).append("=").append(percent_encoded(value));
  };
  if (!query.text.empty()) add("q", query.text);
  for (const auto& [key, value] : query.filters) add("f." + key, value);
  const std::string sort = (query.descending ? "-" : "") + query.sort;
  if (!query.sort.empty() && sort != schema.default_sort) add("sort", sort);
  if (query.size != kDefaultSize) add("size", std::to_string(query.size));
  return out;
}

std::string order_by(const Schema& schema, const Query& query) {
  const ColumnInfo* column = query.sort.empty() ? nullptr : schema.find(query.sort);
  std::string order;
  if (column && !column->sql.empty()) {
    order = "(" + column->sql + ") IS NULL, " + column->sql + (query.descending ? " DESC" : "");
  }
  if (!schema.tie_break.empty()) order += (order.empty() ? "" : ", ") + schema.tie_break;
  return order;
}

}  // namespace kepu::table

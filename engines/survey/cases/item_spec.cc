#include "engines/survey/cases/item_spec.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <map>

namespace kepu::survey::items {

namespace json = boost::json;

namespace {

base::Result<std::vector<std::string>> item_names(const json::object& table) {
  const auto* names = table.if_contains("items");
  if (!names || !names->is_array() || names->get_array().empty()) {
    return refuse_spec("table.items 应当是题目列名的数组。");
  }
  std::vector<std::string> out;
  for (const auto& name : names->get_array()) {
    if (!name.is_string()) return refuse_spec("table.items 里有不是文字的列名。");
    out.emplace_back(name.get_string());
  }
  return out;
}

// The name that `table` gives to a role; empty where it gives none.
base::Result<std::string> column_of(const json::object& table, std::string_view role) {
  const auto* name = table.if_contains(role);
  if (!name || name->is_null()) return std::string();
  if (!name->is_string()) return refuse_spec(fmt::format("table.{} 应当是列名或 null。", role));
  return std::string(name->get_string());
}

// Numbers by value and before texts, so that group 2 comes before group 10.
struct NumbersByValue {
  static std::optional<double> value_of(const std::string& text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() && !std::isnan(value)
               ? std::optional(value)
               : std::nullopt;
  }
  bool operator()(const std::string& x, const std::string& y) const {
    const auto a = value_of(x), b = value_of(y);
    if (a && b && *a != *b) return *a < *b;
    return a.has_value() != b.has_value() ? a.has_value() : x < y;
  }
};

struct Codes {
  std::vector<std::int32_t> code;
  std::vector<std::string> names;
};
base::Result<Codes> codes_of(const CaseTable& table, const std::string& column) {
  const auto* cells = table.find(column);
  if (!cells)
    return base::refuse(base::Code::invalid, "case.table", fmt::format("表中没有“{}”这一列。", column));
  std::map<std::string, std::int32_t, NumbersByValue> known;
  for (const auto& cell : *cells) {
    if (!cell.empty()) known.emplace(cell, 0);
  }
  Codes out;
  for (auto& [name, code] : known) {
    code = static_cast<std::int32_t>(out.names.size());
    out.names.push_back(name);
  }
  for (const auto& cell : *cells) out.code.push_back(cell.empty() ? -1 : known[cell]);
  return out;
}

base::Result<std::vector<std::int32_t>> complete_codes(const CaseTable& table, const std::string& column) {
  if (column.empty()) return std::vector<std::int32_t>();
  const auto codes = TRY(codes_of(table, column));
  for (std::size_t i = 0; i < codes.code.size(); ++i) {
    if (codes.code[i] < 0) {
      return base::refuse(base::Code::invalid, "case.table",
                          fmt::format("“{}”列第 {} 行是空的。", column, i + 2));
    }
  }
  return codes.code;
}

}  // namespace

tl::unexpected<base::Error> refusal(const statistics::Refusal& refusal) {
  return base::refuse(base::Code::invalid, refusal.rule, "按所给数据算不出结果：" + refusal.detail);
}

tl::unexpected<base::Error> refuse_spec(std::string message) {
  return base::refuse(base::Code::invalid, "case.spec", std::move(message));
}

const json::object* find_object(const json::object& spec, std::string_view name) {
  const auto* value = spec.if_contains(name);
  return value ? value->if_object() : nullptr;
}

std::optional<double> find_number(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (!value || !value->is_number()) return std::nullopt;
  const double number = value->to_number<double>();
  return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

base::Result<CaseTable> read_case_table(const json::object& spec, const std::string& folder) {
  const auto* table = find_object(spec, "table");
  const auto* file = table ? table->if_contains("file") : nullptr;
  if (!file || !file->is_string()) return refuse_spec("spec.json 没有写 table.file。");
  const std::string name(file->get_string());
  if (name.empty() || name.find('/') != std::string::npos) {
    return refuse_spec("table.file 应当是算例文件夹里的文件名：" + name);
  }
  return read_table(folder + "/" + name);
}

base::Result<AnswerTable> read_answers(const json::object& spec, const std::string& folder) {
  const auto csv = TRY(read_case_table(spec, folder));
  const auto& table = *find_object(spec, "table");
  AnswerTable out;
  out.rows = csv.rows;
  out.items = TRY(item_names(table));
  for (const auto& item : out.items) {
    auto column = TRY(csv.numbers(item));
    out.columns.push_back(std::move(column));
  }
  const auto weight = TRY(column_of(table, "weight"));
  if (!weight.empty()) out.weight = TRY(csv.numbers(weight));
  auto stratum = TRY(column_of(table, "stratum"));
  auto cluster = TRY(column_of(table, "cluster"));
  // A weighted table whose spec is silent on the design has it in columns of these names.
  if (!weight.empty() && !table.contains("stratum") && csv.find("stratum")) stratum = "stratum";
  if (!weight.empty() && !table.contains("cluster") && csv.find("cluster")) cluster = "cluster";
  out.stratum = TRY(complete_codes(csv, stratum));
  out.cluster = TRY(complete_codes(csv, cluster));
  const auto group = TRY(column_of(table, "group"));
  if (!group.empty()) {
    auto codes = TRY(codes_of(csv, group));
    out.group = std::move(codes.code);
    out.group_names = std::move(codes.names);
  }
  return out;
}

json::value number(double value) { return std::isfinite(value) ? json::value(value) : json::value(nullptr); }

json::array numbers(std::span<const double> values) {
  json::array out;
  out.reserve(values.size());
  for (const double value : values) out.push_back(number(value));
  return out;
}

}  // namespace kepu::survey::items

#include "engines/survey/cases/case_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <limits>

namespace kepu::survey {

namespace {

tl::unexpected<base::Error> refuse(std::string message) {
  return base::refuse(base::Code::invalid, "case.table", std::move(message));
}

// Takes one cell from `text` at `at`; leaves `at` on the separator, the line end or the end. `open`: a
// quotation mark was never closed.
std::string take_cell(std::string_view text, std::size_t& at, bool& open) {
  std::string cell;
  if (at < text.size() && text[at] == '"') {
    for (++at; at < text.size(); ++at) {
      if (text[at] != '"') {
        cell += text[at];
      } else if (at + 1 < text.size() && text[at + 1] == '"') {
        cell += text[++at];
      } else {
        ++at;
        return cell;
      }
    }
    open = true;
    return cell;
  }
  const std::size_t end = std::min(text.find_first_of(",\r\n", at), text.size());
  cell = text.substr(at, end - at);
  at = end;
  return cell;
}

// Takes one line; `at` stands at the next one afterwards.
std::vector<std::string> take_line(std::string_view text, std::size_t& at, bool& open) {
  std::vector<std::string> cells{take_cell(text, at, open)};
  while (at < text.size() && text[at] == ',') cells.push_back(take_cell(text, ++at, open));
  while (at < text.size() && text[at] == '\r') ++at;
  if (at < text.size() && text[at] == '\n') ++at;
  return cells;
}

}  // namespace

const std::vector<std::string>* CaseTable::find(std::string_view name) const {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? nullptr : &columns[static_cast<std::size_t>(found - names.begin())];
}

base::Result<std::vector<double>> CaseTable::numbers(std::string_view name) const {
  const auto* cells = find(name);
  if (!cells) return refuse(fmt::format("表中没有“{}”这一列。", name));
  std::vector<double> out;
  out.reserve(cells->size());
  for (const std::string& cell : *cells) {
    double value = std::numeric_limits<double>::quiet_NaN();
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (cell == "NA") {
      value = std::numeric_limits<double>::quiet_NaN();  // as R writes what is missing
    } else if (!cell.empty() && (error != std::errc() || end != cell.data() + cell.size())) {
      return refuse(fmt::format("“{}”列第 {} 行不是数字：{}", name, out.size() + 2, cell));
    }
    out.push_back(value);
  }
  return out;
}

base::Result<CaseTable> parse_table(std::string_view csv) {
  CaseTable table;
  std::size_t at = csv.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0;
  if (at >= csv.size()) return refuse("表是空的，第一行应当是列名。");
  bool open = false;
  table.names = take_line(csv, at, open);
  table.columns.resize(table.names.size());
  for (std::size_t k = 0; k < table.names.size(); ++k) {
    if (table.find(table.names[k]) != &table.columns[k]) {
      return refuse(fmt::format("列名“{}”出现了两次，请改名或删去一列。", table.names[k]));
    }
  }
  for (std::size_t line = 2; at < csv.size() && !open; ++line) {
    auto cells = take_line(csv, at, open);
    if (open) return refuse(fmt::format("第 {} 行的引号没有关上。", line));
    // An empty line is no row, but for a table of one column, where it is a missing value.
    if (cells.size() == 1 && cells[0].empty() && table.names.size() > 1) continue;
    if (cells.size() != table.names.size()) {
      return refuse(fmt::format("第 {} 行有 {} 格，列名有 {} 个，应当一样多。", line, cells.size(),
                                table.names.size()));
    }
    for (std::size_t i = 0; i < cells.size(); ++i) table.columns[i].push_back(std::move(cells[i]));
    ++table.rows;
  }
  if (open) return refuse("第 1 行的引号没有关上。");
  if (table.rows == 0) return refuse("表里只有列名，没有数据。");
  return table;
}

base::Result<CaseTable> read_table(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return base::refuse(base::Code::not_found, "case.table", "打不开文件 " + path + "。");
  return parse_table(std::string(std::istreambuf_iterator<char>(file), {}));
}

}  // namespace kepu::survey

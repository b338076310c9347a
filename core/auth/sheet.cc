#include "core/auth/sheet.h"

#include <algorithm>

#include "core/base/text.h"

namespace kepu::auth {
namespace {

constexpr std::size_t kHeaderAmong = 10;
constexpr std::size_t kMostRows = 5000;
constexpr std::size_t kMostProblems = 200;

// Column number by title, where this row is the header.
std::map<std::string, std::size_t> titles_in(const std::vector<std::string>& row,
                                             const std::vector<ImportColumn>& columns, std::string& twice) {
  std::map<std::string, std::size_t> out;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const std::string word = base::wording(row[i]);  // without the "*" of required columns
    for (const ImportColumn& column : columns) {
      if (word != base::wording(column.title)) continue;
      if (!out.emplace(column.title, i).second) twice = column.title;
    }
  }
  return out;
}

std::vector<std::string> missing(const std::map<std::string, std::size_t>& titles,
                                 const std::vector<ImportColumn>& columns) {
  std::vector<std::string> out;
  for (const ImportColumn& column : columns) {
    if (column.required && titles.count(column.title) == 0) out.push_back(column.title);
  }
  return out;
}

}  // namespace

Result<std::vector<SheetRow>> read_sheet(const SheetRows& rows, const std::vector<ImportColumn>& columns) {
  std::map<std::string, std::size_t> titles;
  std::size_t header = 0;
  std::string twice;
  for (std::size_t i = 0; i < std::min(rows.size(), kHeaderAmong); ++i) {
    std::string double_title;
    auto found = titles_in(rows[i], columns, double_title);
    if (found.size() > titles.size()) {
      titles = std::move(found);
      header = i;
      twice = double_title;
    }
  }
  if (const auto gaps = missing(titles, columns); !gaps.empty()) {
    return base::refuse(base::Code::invalid, "auth.import.header",
                        fmt::format("没有找到表头，或表头缺少：{}。请使用下载的模板，表头须在前{}行内",
                                    base::join(gaps, "、"), kHeaderAmong));
  }
  if (!twice.empty()) {
    return base::refuse(base::Code::invalid, "auth.import.header",
                        fmt::format("表头“{}”出现了两次，请删去一列", twice));
  }
  std::vector<SheetRow> out;
  for (std::size_t i = header + 1; i < rows.size(); ++i) {
    SheetRow row;
    row.number = static_cast<int>(i) + 1;
    bool empty = true;
    for (const auto& [title, column] : titles) {
      std::string cell =
          column < rows[i].size() ? base::squeeze(base::valid_utf8(rows[i][column])) : std::string();
      empty = empty && cell.empty();
      row.cells[title] = std::move(cell);
    }
    if (!empty) out.push_back(std::move(row));
  }
  if (out.size() > kMostRows) {
    return base::refuse(base::Code::too_large, "auth.import.rows",
                        fmt::format("一次最多导入{}行，这个表有{}行，请分成几次", kMostRows, out.size()));
  }
  if (out.empty()) {
    return base::refuse(base::Code::invalid, "auth.import.rows", "表头下面没有数据，请填写后再导入");
  }
  return out;
}

void Problems::add(int row, std::string column, std::string message) {
  if (report_.problems.size() >= kMostProblems) return;
  report_.problems.push_back({row, std::move(column), std::move(message)});
}

std::vector<const Unit*> units_meant(const UnitTree& tree, std::string_view cell) {
  const auto parts = base::split(base::to_narrow(cell), "/");
  if (parts.empty()) return {};
  const auto fits = [](const Unit& unit, const std::string& word) {
    return base::wording(unit.name) == word || base::wording(unit.short_name) == word;
  };
  std::vector<const Unit*> by_name, by_short;
  const std::string last = base::wording(parts.back());
  if (last.empty()) return {};
  for (const Unit& unit : tree.all()) {
    if (!fits(unit, last)) continue;
    const Unit* above = &unit;
    bool whole = true;
    for (std::size_t i = parts.size() - 1; i-- > 0 && whole;) {
      above = tree.find(above->parent);
      whole = above && fits(*above, base::wording(parts[i]));
    }
    if (whole) (base::wording(unit.name) == last ? by_name : by_short).push_back(&unit);
  }
  return by_name.empty() ? by_short : by_name;
}

Result<ImportReport> import_in_one_change(Directory& directory, const Actor& by, bool preview,
                                          const std::function<Done(Change&, ImportReport&)>& work) {
  static constexpr std::string_view kRollBack = "auth.import.roll_back";
  ImportReport report;
  const Done done = directory.run_change(by, [&](Change& c) -> Done {
    report = {};
    TRY(work(c, report));
    if (preview || !report.problems.empty()) {
      return base::refuse(base::Code::invalid, std::string(kRollBack), "");
    }
    return {};
  });
  if (!done && done.error().rule != kRollBack) return tl::unexpected(done.error());
  report.applied = done.has_value();
  if (!report.applied) report.passwords.clear();
  std::stable_sort(report.problems.begin(), report.problems.end(),
                   [](const ImportProblem& a, const ImportProblem& b) { return a.row < b.row; });
  return report;
}

}  // namespace kepu::auth

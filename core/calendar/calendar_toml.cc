#include <fmt/format.h>
#include <toml++/toml.h>

#include "core/base/text.h"
#include "core/calendar/calendar.h"

namespace kepu::calendar {

base::Result<std::vector<Year>> parse_years(std::string_view text, std::string_view file_name) {
  const auto wrong = [&](auto line, std::string_view what) {
    return base::refuse(base::Code::invalid, "calendar.toml",
                        fmt::format("{} 第{}行：{}", file_name, line, what));
  };
  toml::table root;
  try {
    root = toml::parse(text, file_name);
  } catch (const toml::parse_error& e) {
    return wrong(e.source().begin.line, fmt::format("格式有误（{}）", e.description()));
  }
  std::vector<Year> out;
  const toml::array* list = root["year"].as_array();
  if (list == nullptr) return wrong(1u, "没有任何年份（[[year]]）");
  for (const toml::node& node : *list) {
    const auto line = node.source().begin.line;
    const toml::table* table = node.as_table();
    if (table == nullptr) return wrong(line, "年份应写成 [[year]]");
    Year year;
    year.year = static_cast<int>((*table)["year"].value_or(std::int64_t{0}));
    year.source = base::trim((*table)["source"].value_or(std::string()));
    if (year.year < 2000 || year.year > 2100) return wrong(line, "year 应在 2000 到 2100 之间");
    if (year.source.empty()) return wrong(line, "缺少依据 source");
    auto runs = parse_runs(year.year, (*table)["days"].value_or(std::string()));
    if (!runs) return wrong(line, runs.error().message);
    year.runs = std::move(*runs);
    out.push_back(std::move(year));
  }
  return out;
}

}  // namespace kepu::calendar

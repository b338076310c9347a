#include "core/doc/workbook_format.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>

#include "core/doc/workbook.h"

namespace kepu::doc {

bool is_date_format(int id, std::string_view code) {
  if (code.empty())
    return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) ||
           (id >= 50 && id <= 58);
  char until = 0;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const char c = code[i];
    if (until != 0) {
      if (c == until) until = 0;
      // [h], [mm], [ss]: elapsed time.
      if (until == ']' && (c == 'h' || c == 'H') && code[i - 1] == '[') return true;
    } else if (c == '"') {
      until = '"';
    } else if (c == '[') {
      until = ']';
    } else if (c == '\\' || c == '_' || c == '*') {
      ++i;
    } else if (std::string_view("yYmMdDhHsS").find(c) != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

std::optional<std::string> iso_of_serial(double serial, bool from_1904) {
  if (!(serial >= 0) || serial >= 2'958'466) return std::nullopt;
  double whole = std::floor(serial);
  auto seconds = static_cast<int>(std::lround((serial - whole) * 86'400));
  if (seconds == 86'400) {
    seconds = 0;
    whole += 1;
  }
  std::string time;
  if (seconds != 0 || whole == 0) time = fmt::format("{:02}:{:02}", seconds / 3600, seconds / 60 % 60);
  if (seconds % 60 != 0) time += fmt::format(":{:02}", seconds % 60);
  if (whole == 0 && !from_1904) return time;
  using std::chrono::days;
  // Excel believes in a 29 February 1900, so its day 1 is one day off before that.
  const auto origin = from_1904    ? std::chrono::sys_days(std::chrono::year(1904) / 1 / 1)
                      : whole < 60 ? std::chrono::sys_days(std::chrono::year(1899) / 12 / 31)
                                   : std::chrono::sys_days(std::chrono::year(1899) / 12 / 30);
  const std::chrono::year_month_day date(origin + days(static_cast<int>(whole)));
  std::string out = fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return time.empty() ? out : out + "T" + time;
}

std::string number_text(double value) {
  if (!std::isfinite(value)) return "";
  if (value == 0) return "0";
  if (std::abs(value) < 1e21 && value == std::floor(value)) return fmt::format("{:.0f}", value);
  return fmt::format("{:.15g}", value);
}

std::string cell_name(int row, int column) {
  std::string letters;
  for (int n = column + 1; n > 0; n = (n - 1) / 26)
    letters.insert(letters.begin(), static_cast<char>('A' + (n - 1) % 26));
  return letters + std::to_string(row + 1);
}

std::optional<CellPlace> parse_cell_name(std::string_view name) {
  std::size_t i = 0;
  int column = 0, row = 0;
  for (; i < name.size() && i < 4 && name[i] >= 'A' && name[i] <= 'Z'; ++i)
    column = column * 26 + (name[i] - 'A' + 1);
  const std::size_t digits = i;
  for (; i < name.size() && i < digits + 8 && name[i] >= '0' && name[i] <= '9'; ++i)
    row = row * 10 + (name[i] - '0');
  if (column == 0 || row == 0 || i != name.size()) return std::nullopt;
  return CellPlace{row - 1, column - 1};
}

}  // namespace kepu::doc

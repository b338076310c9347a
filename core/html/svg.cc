#include "core/html/svg.h"

#include <charconv>
#include <cmath>

#include "core/base/text.h"

namespace kepu::html {

std::string svg_number(double value) {
  if (!std::isfinite(value)) return "0";
  const double rounded = std::round(value * 10) / 10;
  char digits[40];
  const auto end =
      std::to_chars(digits, digits + sizeof digits, rounded == 0 ? 0.0 : rounded, std::chars_format::fixed);
  return {digits, end.ptr};
}

std::vector<double> axis_ticks(double highest, int count) {
  if (!(highest > 0) || !std::isfinite(highest)) return {0, 1};
  const double rough = highest / count;
  const double magnitude = std::pow(10.0, std::floor(std::log10(rough)));
  double step = 10 * magnitude;
  for (const double nice : {1.0, 2.0, 5.0}) {
    if (nice * magnitude >= rough * (1 - 1e-9)) {
      step = nice * magnitude;
      break;
    }
  }
  std::vector<double> ticks;
  for (int i = 0; ticks.empty() || ticks.back() < highest * (1 - 1e-9); ++i) ticks.push_back(i * step);
  return ticks;
}

double text_width(std::string_view utf8) {
  double width = 0;
  for (const char32_t c : base::to_code_points(utf8)) width += c < 0x2000 ? 7.2 : 13;
  return width;
}

}  // namespace kepu::html

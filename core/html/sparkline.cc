#include <algorithm>

#include "core/html/charts.h"
#include "core/html/svg.h"

namespace kepu::html {

void Sparkline::operator()(Out& h) const {
  if (values.size() < 2) return;
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const double range = *high > *low ? *high - *low : 1;
  std::string path;
  double x = 2, y = 12;
  for (std::size_t i = 0; i < values.size(); ++i) {
    x = 2 + 60.0 * static_cast<double>(i) / static_cast<double>(values.size() - 1);
    y = *high > *low ? 20 - 16 * (values[i] - *low) / range : 12;
    path += (i == 0 ? "M" : "L") + svg_number(x) + " " + svg_number(y);
  }
  h("<svg viewBox=\"0 0 66 24\" width=\"66\" height=\"24\" aria-hidden=\"true\"><path class=\"s-ok\" "
    "fill=\"none\" "
    "stroke-width=\"1.6\" d=\"{}\"/><circle class=\"f-ok\" cx=\"{}\" cy=\"{}\" r=\"2.6\"/></svg>",
    path, svg_number(x), svg_number(y));
}

}  // namespace kepu::html

// Helpers for drawings made on the server.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/html/html.h"

namespace kepu::html {

// A coordinate with at most one decimal: "12", "12.5". Not finite: "0".
std::string svg_number(double value);

// Values that people read on an axis from 0 to at least `highest`: 0, 5, 10 … in steps of 1, 2, 5 × 10ⁿ; at
// most about `count` of them. `highest` ≤ 0 gives 0 and 1.
std::vector<double> axis_ticks(double highest, int count);

// Width of a text in a 13 px sans-serif: a Chinese character 13, others about 7. For laying out, not for
// cutting.
double text_width(std::string_view utf8);

// Whether a chart's title is written above it, and the frame that all charts share: <figure>, the two
// drawings, the table.
struct Figure {
  std::string_view title;
  bool title_above;  // the caption is for screen readers only
};
template <class Draw, class Data>
void write_figure(Out& h, const Figure& figure, Draw&& draw, Data&& table) {
  h("<figure class=\"fig\"><figcaption{}>{}</figcaption>{}<details "
    "class=\"data\"><summary>查看数据表</summary>{}"
    "</details></figure>",
    AttrValue{"class", figure.title_above ? "sr" : "fig-t"}, figure.title, draw, table);
}

}  // namespace kepu::html

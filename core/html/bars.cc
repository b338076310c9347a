// Values side by side with their intervals: points and whiskers where there are intervals, bars where there
// are none.
#include <algorithm>

#include "core/html/charts.h"
#include "core/html/format.h"
#include "core/html/svg.h"

namespace kepu::html {

namespace {

struct Scale {
  double left, right, top_value;
  double x(double value) const { return left + (right - left) * value / top_value; }
};

void write_row(Out& h, const Bars& bars, const Bar& bar, const Scale& s, double y) {
  h("<text class=\"gl\" x=\"0\" y=\"{}\">{}</text>", svg_number(y + 4.5), bar.label);
  if (bar.low && bar.high) {
    h("<path class=\"ci2\" d=\"M{} {}H{}\"/><circle class=\"pt2\" cx=\"{}\" cy=\"{}\" r=\"4.5\"/>",
      svg_number(s.x(*bar.low)), svg_number(y), svg_number(s.x(*bar.high)), svg_number(s.x(bar.value)),
      svg_number(y));
  } else {
    h("<rect class=\"f-ok\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"12\"/>", svg_number(s.left),
      svg_number(y - 6), svg_number(std::max(0.0, s.x(bar.value) - s.left)));
  }
  h("<text class=\"lb\" x=\"{}\" y=\"{}\">{}{}</text>", svg_number(s.right + 12), svg_number(y + 5),
    fixed(bar.value, bars.decimals), bars.unit);
  if (!bar.note.empty()) {
    h("<text class=\"ax\" x=\"{}\" y=\"{}\">{}</text>", svg_number(s.right + 68), svg_number(y + 5),
      bar.note);
  }
}

void write_drawing(Out& h, const Bars& bars, bool small) {
  double high = bars.reference.value_or(0), longest = 40;
  std::string label = bars.title + "。";
  bool notes = false;
  for (const Bar& b : bars.bars) {
    high = std::max(high, std::max(b.value, b.high.value_or(0)));
    longest = std::max(longest, text_width(b.label));
    label += b.label + " " + fixed(b.value, bars.decimals) + bars.unit + "；";
    notes = notes || !b.note.empty();
  }
  const std::vector<double> ticks = axis_ticks(high, small ? 3 : 5);
  const double width = small ? 350 : 760;
  const Scale s{std::min(longest, width * 0.34) + 14, width - (small || !notes ? 64 : 128), ticks.back()};
  const double bottom = 34 + 26 * static_cast<double>(bars.bars.size());
  h(
      "<svg viewBox=\"0 0 {} {}\" class=\"chart {}\" role=\"img\" aria-label=\"{}\">{}{}{}</svg>",
      svg_number(width), svg_number(bottom + 6), small ? "only-s" : "only-l", label,
      [&](Out& o) {
        for (const double t : ticks) {
          o("<path class=\"g-line\" d=\"M{} 28V{}\"/>", svg_number(s.x(t)), svg_number(bottom));
          if (bars.reference && std::abs(s.x(t) - s.x(*bars.reference)) < 44)
            continue;  // its label stands there
          o("<text class=\"ax\" x=\"{}\" y=\"20\" text-anchor=\"middle\">{}{}</text>", svg_number(s.x(t)), t,
            t == ticks.back() ? bars.unit : "");
        }
      },
      [&](Out& o) {
        if (!bars.reference) return;
        const std::string x = svg_number(s.x(*bars.reference));
        o("<path class=\"g-ref\" d=\"M{} 26V{}\"/><text class=\"ax dai\" x=\"{}\" y=\"20\" "
          "text-anchor=\"middle\">{} {}</text>",
          x, svg_number(bottom), x, bars.reference_label, fixed(*bars.reference, bars.decimals));
      },
      [&](Out& o) {
        double y = 44;
        for (const Bar& b : bars.bars) {
          Bar shown = b;
          if (small) shown.note.clear();
          write_row(o, bars, shown, s, y);
          y += 26;
        }
      });
}

}  // namespace

void Bars::operator()(Out& h) const {
  if (bars.empty()) return;
  write_figure(
      h, {title, title_above},
      [&](Out& o) {
        write_drawing(o, *this, false);
        write_drawing(o, *this, true);
      },
      [&](Out& o) {
        SimpleTable table{title,
                          {{"类别"},
                           {"值", Column::Kind::number},
                           {"下限", Column::Kind::number},
                           {"上限", Column::Kind::number},
                           {"说明"}},
                          {}};
        const auto text = [&](const std::optional<double>& v) {
          return v ? fixed(*v, decimals) + unit : std::string("—");
        };
        for (const Bar& b : bars)
          table.rows.push_back({b.label, text(b.value), text(b.low), text(b.high), b.note});
        table(o);
      });
}

}  // namespace kepu::html

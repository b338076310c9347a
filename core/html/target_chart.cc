// A measured figure over years, with its intervals, against milestones and target.
#include <algorithm>
#include <cmath>

#include "core/html/charts.h"
#include "core/html/format.h"
#include "core/html/svg.h"

namespace kepu::html {

namespace {

// One of the two drawings: its size, and room for labels at the right.
struct Canvas {
  double width, height, left, right, bottom;
  double first, last, top_value;
  bool small;

  static constexpr double kTop = 16;
  double x(double year) const {
    return left + (right - left) * (last > first ? (year - first) / (last - first) : 0.5);
  }
  double y(double value) const { return bottom - (bottom - kTop) * value / top_value; }
  std::string at(double year, double value) const { return svg_number(x(year)) + " " + svg_number(y(value)); }
};

std::string value_text(const TargetChart& chart, double value) {
  return fixed(value, chart.decimals) + chart.unit;
}

void write_axes(Out& h, const TargetChart& chart, const Canvas& c, const std::vector<double>& ticks) {
  for (const double tick : ticks) {
    const std::string y = svg_number(c.y(tick));
    h("<path class=\"g-line\" d=\"M{} {}H{}\"/><text class=\"ax\" x=\"{}\" y=\"{}\" "
      "text-anchor=\"end\">{}{}</text>",
      svg_number(c.left), y, svg_number(c.right), svg_number(c.left - 8), svg_number(c.y(tick) + 4), tick,
      tick == ticks.back() ? chart.unit : "");
  }
  const int years = static_cast<int>(std::lround(c.last - c.first));
  const int step = std::max(1, static_cast<int>(std::ceil(years / (c.small ? 5.0 : 8.0))));
  for (int year = static_cast<int>(std::ceil(c.first)); year <= c.last; ++year) {
    if ((static_cast<int>(std::floor(c.last)) - year) % step != 0) continue;
    h("<text class=\"ax\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>", svg_number(c.x(year)),
      svg_number(c.bottom + 20), year);
  }
}

std::string line(const Canvas& c, const auto& points) {
  std::string path;
  for (const auto& p : points) path += (path.empty() ? "M" : "L") + c.at(p.year, p.value);
  return path;
}

void write_forecast(Out& h, const TargetChart& chart, const Canvas& c) {
  if (chart.forecast.size() < 2) return;
  std::string band;
  for (const Forecast& f : chart.forecast) band += (band.empty() ? "M" : "L") + c.at(f.year, f.high);
  for (auto f = chart.forecast.rbegin(); f != chart.forecast.rend(); ++f) band += "L" + c.at(f->year, f->low);
  const double start = c.x(chart.forecast.front().year);
  h("<rect class=\"g-now\" x=\"{}\" y=\"16\" width=\"{}\" height=\"{}\"/><path class=\"band\" d=\"{}Z\"/>"
    "<path class=\"fc\" d=\"{}\"/><text class=\"ax\" x=\"{}\" y=\"30\">预测</text>",
    svg_number(start), svg_number(c.right - start), svg_number(c.bottom - 16), band, line(c, chart.forecast),
    svg_number(start + 8));
}

void write_measured(Out& h, const TargetChart& chart, const Canvas& c) {
  if (chart.measured.size() > 1) h("<path class=\"sv\" d=\"{}\"/>", line(c, chart.measured));
  for (const Measured& m : chart.measured) {
    const double x = c.x(m.year);
    if (m.low && m.high) {
      h("<path class=\"ci\" d=\"M{} {}V{}M{} {}h10M{} {}h10\"/>", svg_number(x), svg_number(c.y(*m.low)),
        svg_number(c.y(*m.high)), svg_number(x - 5), svg_number(c.y(*m.low)), svg_number(x - 5),
        svg_number(c.y(*m.high)));
    }
    h("<circle class=\"pt\" cx=\"{}\" cy=\"{}\" r=\"4.5\"/><text class=\"lb\" x=\"{}\" y=\"{}\">{}</text>",
      svg_number(x), svg_number(c.y(m.value)), svg_number(x + 10), svg_number(c.y(m.value) + 20),
      fixed(m.value, chart.decimals));
  }
}

// Labels at the right end must not lie on each other: the forecast's is moved away from the target's.
void write_goals(Out& h, const TargetChart& chart, const Canvas& c) {
  if (chart.goals.empty()) return;
  if (chart.goals.size() > 1) h("<path class=\"target\" d=\"{}\"/>", line(c, chart.goals));
  for (const Goal& goal : chart.goals) {
    h("<rect class=\"f-sq\" x=\"{}\" y=\"{}\" width=\"7\" height=\"7\"/>", svg_number(c.x(goal.year) - 3.5),
      svg_number(c.y(goal.value) - 3.5));
    if (&goal != &chart.goals.back() && !goal.label.empty() && !c.small) {
      h("<text class=\"ax zhu\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
        svg_number(c.x(goal.year) - 5), svg_number(c.y(goal.value) - 10), goal.label);
    }
  }
  const double label_x = c.right + (c.small ? 6 : 12);
  const double goal_y = c.y(chart.goals.back().value) + 4;
  h("<text class=\"lb zhu\" x=\"{}\" y=\"{}\">目标 {}</text>", svg_number(label_x), svg_number(goal_y),
    value_text(chart, chart.goals.back().value));
  if (chart.forecast.empty()) return;
  const Forecast& end = chart.forecast.back();
  double y = c.y(end.value) + 4;
  if (std::fabs(y - goal_y) < 22) y = end.value <= chart.goals.back().value ? goal_y + 24 : goal_y - 54;
  h("<text class=\"lb dai\" x=\"{}\" y=\"{}\">预测 {}</text>", svg_number(label_x), svg_number(y),
    value_text(chart, end.value));
  h("<text class=\"ax\" x=\"{}\" y=\"{}\">{}</text><text class=\"ax\" x=\"{}\" y=\"{}\">{}～{}</text>",
    svg_number(label_x), svg_number(y + 18), chart.band_note, svg_number(label_x), svg_number(y + 35),
    fixed(end.low, chart.decimals), value_text(chart, end.high));
}

std::string description(const TargetChart& chart) {
  std::string text = chart.name + "。";
  for (const Measured& m : chart.measured) {
    text += std::to_string(static_cast<int>(m.year)) + " 年 " + value_text(chart, m.value);
    if (m.low && m.high)
      text += "（" + fixed(*m.low, chart.decimals) + "～" + fixed(*m.high, chart.decimals) + "）";
    text += "；";
  }
  for (const Goal& g : chart.goals)
    text += std::to_string(static_cast<int>(g.year)) + " 年目标 " + value_text(chart, g.value) + "；";
  return text;
}

void write_drawing(Out& h, const TargetChart& chart, bool small) {
  double first = 1e9, last = -1e9, high = 0;
  const auto see = [&](double year, double value) {
    first = std::min(first, year);
    last = std::max(last, year);
    high = std::max(high, value);
  };
  for (const Measured& m : chart.measured) see(m.year, m.high ? std::max(*m.high, m.value) : m.value);
  for (const Goal& g : chart.goals) see(g.year, g.value);
  for (const Forecast& f : chart.forecast) see(f.year, f.high);
  const std::vector<double> ticks = axis_ticks(high, small ? 4 : 5);
  const Canvas c = small ? Canvas{350, 250, 34, 266, 222, first, last, ticks.back(), true}
                         : Canvas{760, 330, 40, 632, 302, first, last, ticks.back(), false};
  h(
      "<svg viewBox=\"0 0 {} {}\" class=\"chart {}\" role=\"img\" aria-label=\"{}\">{}{}{}{}{}</svg>",
      svg_number(c.width), svg_number(c.height), small ? "only-s" : "only-l", description(chart),
      [&](Out& o) { write_forecast(o, chart, c); }, [&](Out& o) { write_axes(o, chart, c, ticks); },
      [&](Out& o) { write_goals(o, chart, c); }, [&](Out& o) { write_measured(o, chart, c); },
      [&](Out& o) {
        const bool intervals = std::any_of(chart.measured.begin(), chart.measured.end(),
                                           [](const Measured& m) { return m.low.has_value(); });
        if (intervals && !small) {
          o("<text class=\"ax\" x=\"{}\" y=\"{}\">{}</text>", svg_number(c.left + 12),
            svg_number(c.bottom - 14), chart.interval_note);
        }
      });
}

void write_data(Out& h, const TargetChart& chart) {
  SimpleTable table{chart.name,
                    {{"年份"},
                     {"类别"},
                     {"值", Column::Kind::number},
                     {"下限", Column::Kind::number},
                     {"上限", Column::Kind::number}},
                    {}};
  const auto bound = [&](const std::optional<double>& v) {
    return v ? value_text(chart, *v) : std::string("—");
  };
  const auto year = [](double y) { return std::to_string(static_cast<int>(y)); };
  for (const Measured& m : chart.measured) {
    table.rows.push_back({year(m.year), "实测", value_text(chart, m.value), bound(m.low), bound(m.high)});
  }
  for (const Goal& g : chart.goals)
    table.rows.push_back({year(g.year), "目标", value_text(chart, g.value), "—", "—"});
  for (const Forecast& f : chart.forecast) {
    table.rows.push_back({year(f.year), "预测", value_text(chart, f.value), value_text(chart, f.low),
                          value_text(chart, f.high)});
  }
  table(h);
}

}  // namespace

void TargetChart::operator()(Out& h) const {
  if (measured.empty() && goals.empty()) {
    EmptyState{"还没有数据", "录入基数、目标或一次调查结果后，这里会出现图。", {}, "chart-bar"}(h);
    return;
  }
  write_figure(
      h, {title, title_above},
      [&](Out& o) {
        write_drawing(o, *this, false);
        write_drawing(o, *this, true);
      },
      [&](Out& o) { write_data(o, *this); });
}

}  // namespace kepu::html

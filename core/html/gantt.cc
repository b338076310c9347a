// Gantt: one row a task, bars by date, month and year axis, a line for today.
#include <algorithm>

#include "core/base/text.h"
#include "core/html/charts.h"
#include "core/html/svg.h"

namespace kepu::html {

namespace {

using base::Date;

constexpr double kRow = 27, kBar = 14, kTop = 50;

bool is_heading(const GanttRow& row) { return !row.from && !row.to; }
Date first_of(const GanttRow& row) { return row.from ? *row.from : *row.to; }
Date last_of(const GanttRow& row) { return row.to ? *row.to : *row.from; }

std::string short_date(Date d) {
  return std::to_string(d.month) + "-" + (d.day < 10 ? "0" : "") + std::to_string(d.day);
}

// Where things stand on the drawing.
struct Layout {
  double left, right;        // of the time axis
  std::int64_t first, last;  // days, both included

  double x(std::int64_t day) const {
    return left + (right - left) * static_cast<double>(day - first) / static_cast<double>(last - first + 1);
  }
};

struct Tick {
  std::int64_t day;
  std::string label;
  bool strong;
};

std::vector<Tick> weeks(const Layout& l) {
  std::vector<Tick> ticks;
  for (std::int64_t day = l.first; day <= l.last; ++day) {
    if ((day + 3) % 7 == 0)
      ticks.push_back({day, short_date(base::from_days(day)), false});  // Mondays: 1970-01-01 was a Thursday
  }
  return ticks;
}

// The first days of every `step`-th month; January carries its year.
std::vector<Tick> months(const Layout& l, int step) {
  std::vector<Tick> ticks;
  const Date from = base::from_days(l.first);
  for (Date d{from.year, 1, 1}; base::to_days(d) <= l.last;) {
    const bool january = d.month == 1;
    if (base::to_days(d) >= l.first) {
      ticks.push_back(
          {base::to_days(d), january ? std::to_string(d.year) : std::to_string(d.month) + "月", january});
    }
    d.month += step;
    if (d.month > 12) d = {d.year + 1, d.month - 12, 1};
  }
  return ticks;
}

std::vector<Tick> ticks_of(const Layout& l) {
  const std::int64_t days = l.last - l.first + 1;
  if (days <= 75) return weeks(l);
  if (days <= 550) return months(l, 1);
  return months(l, days <= 1500 ? 3 : 12);
}

void write_axis(Out& h, const Layout& l, double bottom) {
  double free_from = -1;  // labels that would run into each other are left out; the line stays
  for (const Tick& tick : ticks_of(l)) {
    const double x = l.x(tick.day);
    h("<path class=\"{}\" d=\"M{} 34V{}\"/>", tick.strong ? "g-line g-year" : "g-line", svg_number(x),
      svg_number(bottom));
    const double half = text_width(tick.label) / 2;
    if (x - half < free_from) continue;
    h("<text class=\"ax{}\" x=\"{}\" y=\"28\" text-anchor=\"middle\">{}</text>", tick.strong ? " b" : "",
      svg_number(x), tick.label);
    free_from = x + half + 6;
  }
}

void write_bar(Out& h, const Layout& l, const GanttRow& row, double middle, double end) {
  const std::int64_t from = std::max(base::to_days(first_of(row)), l.first);
  const std::int64_t to = std::min(base::to_days(last_of(row)), l.last);
  if (from > to) return;  // outside the axis
  double a = l.x(from), b = l.x(to + 1);
  if (row.from && row.to) {
    b = std::max(b, a + 3);  // a single day on an axis of years must still be seen
    h("<rect class=\"f-{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"14\" rx=\"1\"/>", class_of(row.state),
      svg_number(a), svg_number(middle - kBar / 2), svg_number(b - a));
  } else {
    const double m = (a + b) / 2;
    a = m - 7;
    b = m + 7;
    h("<path class=\"f-{}\" d=\"M{} {}l7 7l-7 7l-7 -7z\"/>", class_of(row.state), svg_number(m),
      svg_number(middle - 7));
  }
  if (row.who.empty()) return;
  const bool right = b + 8 + text_width(row.who) <= end;
  h("<text class=\"ax\" x=\"{}\" y=\"{}\"{}>{}</text>", svg_number(right ? b + 7 : a - 7),
    svg_number(middle + 4.5), Attr{!right, " text-anchor=\"end\""}, row.who);
}

void write_rows(Out& h, const Gantt& gantt, const Layout& l, double width, double label_width) {
  const auto fit = static_cast<std::size_t>(label_width / 13);
  double middle = kTop + kRow / 2 - 9;
  for (const GanttRow& row : gantt.rows) {
    const auto label = [&](Out& o) {
      // Full-width characters: one too many is cut, so that bars and labels never meet.
      const std::string text = text_width(row.label) <= label_width
                                   ? row.label
                                   : base::shorten(row.label, std::max<std::size_t>(fit, 2) - 1);
      o("<text class=\"gl{}\" x=\"0\" y=\"{}\">{}</text>", is_heading(row) ? " b" : "",
        svg_number(middle + 4.5), text);
    };
    if (row.url.empty()) {
      label(h);
    } else {
      h("<a href=\"{}\">{}</a>", Url{row.url}, label);
    }
    if (!is_heading(row)) write_bar(h, l, row, middle, width);
    middle += kRow;
  }
}

void write_list(Out& h, const Gantt& gantt) {
  h("<ol class=\"tl only-s\">{}</ol>", [&](Out& o) {
    for (const GanttRow& row : gantt.rows) {
      if (is_heading(row)) {
        o("<li class=\"cap\"><b>{}</b></li>", row.label);
        continue;
      }
      const std::string when = row.from && row.to ? base::to_iso(*row.from) + " 至 " + base::to_iso(*row.to)
                               : row.to           ? base::to_iso(*row.to) + " 前"
                                                  : base::to_iso(*row.from) + " 起";
      o("<li{}><span class=\"time\">{}</span><br>{}　<span class=\"muted\">{}</span></li>",
        Attr{row.state == Light::late, " class=\"hot\""}, when, row.label, row.who);
    }
  });
}

void write_data(Out& h, const Gantt& gantt) {
  SimpleTable table{gantt.title, {{"事项"}, {"单位"}, {"起"}, {"止"}, {"状态"}}, {}};
  for (const GanttRow& row : gantt.rows) {
    if (is_heading(row)) continue;
    table.rows.push_back({row.label, row.who, row.from ? base::to_iso(*row.from) : "—",
                          row.to ? base::to_iso(*row.to) : "—", std::string(word_of(row.state))});
  }
  table(h);
}

}  // namespace

void Gantt::operator()(Out& h) const {
  std::int64_t first = from ? base::to_days(*from) : INT64_MAX, last = to ? base::to_days(*to) : INT64_MIN;
  double longest = 60;
  for (const GanttRow& row : rows) {
    longest = std::max(longest, text_width(row.label));
    if (is_heading(row)) continue;
    if (!from) first = std::min(first, base::to_days(first_of(row)));
    if (!to) last = std::max(last, base::to_days(last_of(row)));
  }
  if (first > last) {
    EmptyState{"没有可画的日期", "给任务定下起止日期后，这里会出现甘特图。", {}, "calendar-event"}(h);
    return;
  }
  if (!from) first -= std::max<std::int64_t>(2, (last - first) / 60);
  if (!to) last += std::max<std::int64_t>(2, (last - first) / 60);
  const double width = wide ? 1180 : 760;
  const double label_width = std::min(longest, width * 0.3);
  const Layout layout{label_width + 14, width - 4, first, last};
  const double bottom = kTop - 9 + kRow * static_cast<double>(rows.size()) + 4;
  const std::int64_t now = base::to_days(today);
  const std::string name = title + "（甘特图，明细见数据表）";
  write_figure(
      h, {title, title_above},
      [&](Out& o) {
        o(
            "<svg viewBox=\"0 0 {} {}\" class=\"chart gantt {} only-l\" role=\"group\" "
            "aria-label=\"{}\">{}{}{}</svg>",
            svg_number(width), svg_number(bottom + 4), wide ? "wide" : "", name,
            [&](Out& p) { write_axis(p, layout, bottom); },
            [&](Out& p) { write_rows(p, *this, layout, width, label_width); },
            [&](Out& p) {
              if (now < first || now > last) return;
              const std::string x = svg_number(layout.x(now));
              p("<path class=\"g-today\" d=\"M{} 34V{}\"/><text class=\"ax zhu b\" x=\"{}\" y=\"12\" "
                "text-anchor=\"middle\">今日 {}</text>",
                x, svg_number(bottom), x, short_date(today));
            });
        write_list(o, *this);
      },
      [&](Out& o) { write_data(o, *this); });
}

}  // namespace kepu::html

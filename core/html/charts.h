// Charts as SVG made on the server, coloured by classes (no inline styles). Each has an accessible name, a
// title that says what it shows, and its data as a table beneath (<details>). Two sizes are written, for wide
// screens and for phones.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/html/components.h"
#include "core/html/html.h"

namespace kepu::html {

// A line without axes, of the order of a word; values oldest first. Fewer than two values: nothing.
// Decoration: the figure beside it says what matters.
struct Sparkline {
  const std::vector<double>& values;
  void operator()(Out& h) const;
};

struct GanttRow {
  std::string label;
  std::string url = {};
  std::string who = {};  // beside the bar
  std::optional<base::Date> from = {},
                            to = {};  // both included; one missing: a diamond at the other; both: a heading
  Light state = Light::idle;
};
struct Gantt {
  std::string title;  // what it says: "三项任务将在年内到期"
  std::vector<GanttRow> rows;
  base::Date today;
  std::optional<base::Date> from = {}, to = {};  // of the axis; default: first to last date of the rows
  bool wide = false;                             // for a panel over the whole width
  bool title_above = true;                       // the panel's heading says the title already
  void operator()(Out& h) const;
};

// A measured figure over years against its target. Years without measurement are left out, never filled.
struct Measured {
  double year;
  double value;
  std::optional<double> low = {}, high = {};  // confidence interval
};
struct Goal {
  double year;
  double value;
  std::string label = {};  // "2025 年目标 12.0%"
};
struct Forecast {
  double year;
  double value;
  double low, high;
};
struct TargetChart {
  std::string title;
  std::string name;  // of the figure: "公民具备科学素质的比例"
  std::string unit = "%";
  std::vector<Measured> measured;
  std::vector<Goal> goals;              // in order; the first may be the baseline
  std::vector<Forecast> forecast = {};  // from the last measurement on
  std::string interval_note = "竖须为 95% 置信区间";
  std::string band_note = "80% 区间";
  int decimals = 1;
  bool title_above = true;
  void operator()(Out& h) const;
};

// Values side by side, each with its interval where it has one, against a reference.
struct Bar {
  std::string label;
  double value;
  std::optional<double> low = {}, high = {};
  std::string note = {};  // "n=1 120"
};
struct Bars {
  std::string title;
  std::string unit = "%";
  std::vector<Bar> bars;
  std::optional<double> reference = {};
  std::string reference_label = {};
  int decimals = 1;
  bool title_above = false;
  void operator()(Out& h) const;
};

}  // namespace kepu::html

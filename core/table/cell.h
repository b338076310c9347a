// What one cell of a list holds: enough to show it, sort it and export it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/time.h"
#include "core/html/components.h"

namespace kepu::table {

struct Cell {
  enum class Kind { missing, text, number, date, status, tags };
  Kind kind = Kind::missing;
  std::string text;  // as shown and exported; of tags: joined with 、
  std::string url;   // a link where not empty
  double number = 0;
  int decimals = 0;
  base::Date date;
  html::Light light = html::Light::idle;
  std::vector<std::pair<std::string, html::Tone>> tags;
};

// Missing is shown as — and exported as empty, never as zero; it sorts last in both directions.
Cell missing();
Cell text(std::string value);  // empty: missing
Cell link(std::string value, std::string url);
Cell count(std::int64_t value);
Cell number(double value, int decimals);  // not finite: missing
Cell number(std::optional<double> value, int decimals);
Cell date(std::optional<base::Date> value);
Cell status(html::Light light, std::string word = {});  // sorts late, watch, ok, done, idle: the worst first
Cell tags(std::vector<std::pair<std::string, html::Tone>> values);

// Order in a column: by kind, texts by pinyin; missing last is the caller's business. < 0, 0, > 0.
int compare(const Cell& a, const Cell& b);

}  // namespace kepu::table

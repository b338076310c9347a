#include "core/table/cell.h"

#include <array>
#include <cmath>

#include "core/base/text.h"
#include "core/html/format.h"

namespace kepu::table {

Cell missing() { return {}; }

Cell text(std::string value) {
  Cell cell;
  if (!value.empty()) cell.kind = Cell::Kind::text;
  cell.text = std::move(value);
  return cell;
}

Cell link(std::string value, std::string url) {
  Cell cell = text(std::move(value));
  cell.url = std::move(url);
  return cell;
}

Cell count(std::int64_t value) {
  Cell cell = number(static_cast<double>(value), 0);
  cell.text = html::grouped(value);
  return cell;
}

Cell number(double value, int decimals) {
  if (!std::isfinite(value)) return {};
  Cell cell;
  cell.kind = Cell::Kind::number;
  cell.number = value;
  cell.decimals = decimals;
  cell.text = html::fixed(value, decimals);
  return cell;
}

Cell number(std::optional<double> value, int decimals) { return value ? number(*value, decimals) : Cell{}; }

Cell date(std::optional<base::Date> value) {
  if (!value) return {};
  Cell cell;
  cell.kind = Cell::Kind::date;
  cell.date = *value;
  cell.text = base::to_iso(*value);
  return cell;
}

Cell status(html::Light light, std::string word) {
  Cell cell;
  cell.kind = Cell::Kind::status;
  cell.light = light;
  cell.text = word.empty() ? std::string(html::word_of(light)) : std::move(word);
  return cell;
}

Cell tags(std::vector<std::pair<std::string, html::Tone>> values) {
  Cell cell;
  if (!values.empty()) cell.kind = Cell::Kind::tags;
  for (const auto& [word, tone] : values) cell.text += (cell.text.empty() ? "" : "、") + word;
  cell.tags = std::move(values);
  return cell;
}

namespace {

int urgency(html::Light light) {
  constexpr std::array<int, 5> kOrder = {3, 2, 1, 0, 4};  // done ok watch late idle
  return kOrder[static_cast<std::size_t>(light)];
}

template <class T>
int sign(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

}  // namespace

int compare(const Cell& a, const Cell& b) {
  if (a.kind != b.kind) return sign(a.kind, b.kind);
  switch (a.kind) {
    case Cell::Kind::missing:
      return 0;
    case Cell::Kind::number:
      return sign(a.number, b.number);
    case Cell::Kind::date:
      return sign(a.date, b.date);
    case Cell::Kind::status:
      return sign(urgency(a.light), urgency(b.light));
    case Cell::Kind::text:
    case Cell::Kind::tags:
      break;
  }
  return base::compare_pinyin(a.text, b.text);
}

}  // namespace kepu::table

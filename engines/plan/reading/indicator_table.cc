#include "engines/plan/reading/indicator_table.h"

#include <algorithm>

#include "engines/plan/reading/quantity_words.h"

namespace kepu::plan::grammar {
namespace {

struct Column {
  enum class Kind { other, name, unit, base, target };
  Kind kind = Kind::other;
  std::optional<int> year;
};

// 指标名称, 单位, 2020年（现状）, 2025年目标值
Column column_of(View head, int first_year) {
  const Chars t = without_blanks(head);
  if (t.empty() || t.size() > 16) return {};
  if (t == U"单位" || t == U"计量单位") return {Column::Kind::unit, {}};
  std::optional<int> year;
  for (std::size_t i = 0; i < t.size() && !year; ++i)
    if (const auto y = year_at(t, i)) year = static_cast<int>(y->value);
  const bool before = year && first_year > 0 && *year < first_year;
  if (has_any(t, {U"现状", U"基期", U"基数", U"基准"}) || before) return {Column::Kind::base, year};
  if (has_any(t, {U"目标", U"指标值"}) || year) return {Column::Kind::target, year};
  if (has(t, U"指标")) return {Column::Kind::name, {}};
  return {};
}

std::vector<Column> header_of(const Row& row, int first_year) {
  std::vector<Column> columns;
  std::size_t names = 0, targets = 0;
  for (const Cell& c : row.cells) {
    columns.push_back(column_of(c.text, first_year));
    names += columns.back().kind == Column::Kind::name ? 1 : 0;
    targets += columns.back().kind == Column::Kind::target ? 1 : 0;
  }
  if (names != 1 || targets == 0 || row.cells.size() > 12) columns.clear();
  return columns;
}

// 公民具备科学素质的比例（%） → %
View unit_in_name(View name) {
  const std::size_t open = name.find_last_of(U"（(");
  if (open == View::npos || name.size() - open > 8) return {};
  View unit = name.substr(open + 1);
  if (!unit.empty() && one_of(unit.back(), U"）)")) unit.remove_suffix(1);
  return trimmed(unit);
}

struct Value {
  double number = 0;
  View unit;  // where the cell names it
  Operator op = Operator::equal;
};

// ≥19, 19%以上, >15, 1.2万
std::optional<Value> value_in(View cell) {
  View t = trimmed(cell);
  Value v;
  if (starts_any(t, {U"≥", U"不少于", U"不低于"})) v.op = Operator::at_least;
  if (starts_any(t, {U">", U"＞", U"超过"})) v.op = Operator::greater;
  while (!t.empty() && !is_digit(t.front()) && t.size() > 1 && one_of(t.front(), U"≥>＞不少于低超过约达到 "))
    t.remove_prefix(1);
  const auto number = numeral_at(t, 0);
  if (!number || number->chinese) return std::nullopt;
  v.number = number->value;
  std::size_t at = number->to;
  if (at < t.size() && t[at] == U'万') {
    v.number *= 10000;
    ++at;
  }
  v.unit = unit_at(t, at);
  View rest = trimmed(t.substr(at + v.unit.size()));
  if (starts(rest, U"以上") || starts(rest, U"左右")) {
    if (starts(rest, U"以上")) v.op = Operator::at_least;
    rest = trimmed(rest.substr(2));
  }
  return rest.empty() ? std::optional(v) : std::nullopt;
}

class Reader {
 public:
  Reader(const Source& source, Reading& out) : source_(source), out_(out) {}

  void read() {
    int table = -1;
    for (const Row& row : source_.rows) {
      if (row.table != table) columns_.clear();
      table = row.table;
      if (auto header = header_of(row, out_.from); !header.empty())
        columns_ = std::move(header);
      else if (row.cells.size() == columns_.size())
        take(row);
    }
  }

 private:
  void take(const Row& row) {
    View name, unit;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].kind == Column::Kind::name) name = row.cells[i].text;
      if (columns_[i].kind == Column::Kind::unit) unit = trimmed(row.cells[i].text);
    }
    if (unit.empty()) unit = unit_in_name(name);
    for (std::size_t i = 0; i < columns_.size() && !name.empty(); ++i) {
      const Column& column = columns_[i];
      if (column.kind != Column::Kind::base && column.kind != Column::Kind::target) continue;
      if (const auto value = value_in(row.cells[i].text)) add(name, unit, column, *value, row.cells[i].line);
    }
  }

  void add(View name, View unit, const Column& column, const Value& value, Line line) {
    Quantity q;
    q.kind = column.kind == Column::Kind::base ? QuantityKind::baseline : QuantityKind::target;
    q.value = value.number;
    if (starts(unit, U"万") && unit.size() > 1) {
      *q.value *= 10000;
      unit.remove_prefix(1);
    }
    q.unit = utf8(value.unit.empty() ? unit : value.unit);
    q.op = value.op;
    q.text = utf8(tidy(name));
    q.year = column.year;
    q.line = line;
    q.confidence = kSureEnough;
    const bool said = std::any_of(out_.quantities.begin(), out_.quantities.end(), [&](const Quantity& o) {
      return o.kind == q.kind && o.value == q.value && o.unit == q.unit;
    });
    if (said) return;
    if (!out_.headline && q.kind == QuantityKind::target && speaks_of_literacy(name) && !q.unit.empty() &&
        (!q.year || *q.year == out_.to)) {
      q.headline = true;
      if (!q.year && out_.to > 0) q.year = out_.to;
      out_.headline = q;
    }
    out_.quantities.push_back(std::move(q));
  }

  const Source& source_;
  Reading& out_;
  std::vector<Column> columns_;
};

}  // namespace

void read_indicator_tables(const Source& source, Reading& out) { Reader(source, out).read(); }

}  // namespace kepu::plan::grammar

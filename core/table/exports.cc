// A list as CSV, JSON and Excel.
#include <array>
#include <charconv>
#include <cmath>

#include "core/base/json.h"
#include "core/table/sheet.h"

namespace kepu::table {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string plain_number(const Cell& cell) {
  std::array<char, 400> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), cell.number,
                                 std::chars_format::fixed, cell.decimals);
  return {digits.data(), end.ptr};
}

void append_field(std::string& out, std::string_view text, bool disarm) {
  const bool formula =
      disarm && !text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos;
  const bool quote = formula || text.find_first_of(",\"\r\n") != text.npos;
  if (!quote) {
    out += text;
    return;
  }
  out += '"';
  if (formula) out += '\'';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

void write_json(base::Json& json, const Cell& cell) {
  switch (cell.kind) {
    case Cell::Kind::missing:
      json.null();
      return;
    case Cell::Kind::number:
      json.raw(plain_number(cell));
      return;
    case Cell::Kind::status:
      json.value(html::class_of(cell.light));
      return;
    case Cell::Kind::tags: {
      json.array();
      for (const auto& tag : cell.tags) json.value(tag.first);
      json.end();
      return;
    }
    default:
      json.value(cell.text);
  }
}

}  // namespace

std::string csv_head(const Schema& schema) {
  std::string out(kByteOrderMark);
  for (std::size_t i = 0; i < schema.columns.size(); ++i) {
    if (i > 0) out += ',';
    append_field(out, schema.columns[i].title, true);
  }
  return out + "\r\n";
}

void append_csv(std::string& out, const Cells& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out += ',';
    if (cells[i].kind == Cell::Kind::number) {
      append_field(out, plain_number(cells[i]), false);
    } else {
      append_field(out, cells[i].text, true);
    }
  }
  out += "\r\n";
}

std::string to_json(const Schema& schema, const Query& query, const Slice& slice) {
  base::Json json;
  json.object()
      .field("total", slice.total)
      .field("page", query.page)
      .field("size", query.size)
      .key("rows")
      .array();
  for (const Cells& cells : slice.rows) {
    json.object();
    for (std::size_t i = 0; i < cells.size(); ++i) {
      json.key(schema.columns[i].key);
      write_json(json, cells[i]);
    }
    json.end();
  }
  json.end().end();
  return std::move(json).text();
}

void begin_workbook(doc::WorkbookWriter& out, const Schema& schema) {
  std::vector<doc::WorkbookWriter::Column> columns;
  for (const ColumnInfo& column : schema.columns)
    columns.push_back({column.title, column.width, column.note, {}});
  out.sheet(schema.caption, columns);
}

std::vector<doc::Cell> workbook_row(const Cells& cells) {
  std::vector<doc::Cell> row;
  for (const Cell& cell : cells) {
    if (cell.kind == Cell::Kind::missing) {
      row.emplace_back(std::monostate{});
    } else if (cell.kind == Cell::Kind::number && cell.decimals == 0 && std::fabs(cell.number) < 9e15) {
      row.emplace_back(static_cast<std::int64_t>(std::llround(cell.number)));
    } else if (cell.kind == Cell::Kind::number) {
      row.emplace_back(cell.number);
    } else {
      row.emplace_back(cell.text);
    }
  }
  return row;
}

}  // namespace kepu::table

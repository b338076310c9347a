// The half of a list that does not know the type of its rows; used by table.h, seldom directly.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/doc/workbook.h"
#include "core/html/content.h"
#include "core/html/html.h"
#include "core/table/cell.h"
#include "core/table/query.h"

namespace kepu::table {

using Cells = std::vector<Cell>;

struct Slice {
  std::vector<Cells> rows;  // of this page
  std::int64_t total = 0;
};

// How a list is shown this time.
struct View {
  std::string url;        // of the page, without query: "/tasks"
  std::string xlsx = {};  // addresses of the exports, without query; empty: not offered
  std::string csv = {};
  std::string json = {};
  html::Content empty_hint = {};    // where there is nothing at all: what to do
  html::Content empty_action = {};  // a button for it
};

void write_sheet(html::Out& h, const Schema& schema, const Query& query, const Slice& slice,
                 const View& view);

// Whether any text of the row contains all words of `text` (width and case do not count).
bool contains_text(const Cells& cells, std::string_view text);
// Indices of `rows` in the order of the query; stable; missing cells last.
std::vector<std::size_t> sorted(const Schema& schema, const Query& query, const std::vector<Cells>& rows);

// CSV by RFC 4180 with a UTF-8 byte order mark (Excel needs it) and CRLF. A text that begins with = + - @ tab
// or CR gets a leading apostrophe (OWASP, CSV injection); numbers do not.
std::string csv_head(const Schema& schema);
void append_csv(std::string& out, const Cells& cells);

// {"total":84,"page":1,"size":50,"rows":[{"title":"…","due":"2026-10-31","count":3,"light":"late"}]}
std::string to_json(const Schema& schema, const Query& query, const Slice& slice);

void begin_workbook(doc::WorkbookWriter& out, const Schema& schema);
std::vector<doc::Cell> workbook_row(const Cells& cells);

}  // namespace kepu::table

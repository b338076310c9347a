// Documents in: .docx, .doc, .pdf, .html, .txt become lines of text. What a file is, is seen from its bytes,
// never from its name. Hostile input (zip bombs, XML entities, broken or gigantic files) ends in a refusal
// that says what to do, never in a crash or a hang. Thread-safe; .pdf runs a helper program with limits of
// time, memory, output.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace kepu::doc {

enum class Kind { docx, doc, pdf, html, text };
std::string_view to_text(Kind kind);  // "docx" …

struct Limits {
  std::uint64_t file_bytes = 64ull << 20;       // a larger file is refused: doc.too_large
  std::uint64_t unpacked_bytes = 256ull << 20;  // of all parts of a zip together: doc.too_large
  std::uint64_t text_bytes = 16ull << 20;       // of the extracted text
  int seconds = 30;                             // for a helper program; doc.timeout
};

// Shape of `lines`: one string a paragraph, in reading order, UTF-8, no line breaks inside (a manual line
// break ends the line); leading and trailing white space kept as the document has it. Automatic numbering is
// written out before the text ("（一）", "1.", "——") as the reader would see it; in .doc it cannot be, which
// a warning says.
// - A table cell is a line that begins with a tab; several paragraphs of one cell are several lines, only
//   the first with the tab; an empty cell is a line "\t", also where a merged cell covers it; after each row
//   stands one empty line. A table of one column, or one that only arranges a larger table, is a frame: its
//   paragraphs stand as if outside of one. A smaller table within a cell is read as paragraphs of the cell.
// - Elsewhere no line begins with a tab (an indent by tabs becomes U+3000), but for documents whose tables
//   were flattened into short tab-led paragraphs before.
// - Tracked insertions are taken, deletions dropped. Text boxes stand before the paragraph where they are
//   anchored (in .doc at the end). Headers, footers, footnotes and their marks, comments, hidden text,
//   bookmarks and automatic tables of contents are left out.
// - .txt: one line of the file is one line, so that line numbers are those of the file.
// - .pdf: paragraphs and tables are inferred from the layout; page numbers and running heads are left out.
struct Text {
  Kind kind = Kind::text;
  std::vector<std::string> lines;
  // Plain Chinese: what was left out or guessed (encoding, pictures without text).
  std::vector<std::string> warnings;
};

// Refusals (rule): doc.empty, doc.too_large, doc.encrypted (password), doc.broken, doc.picture, doc.scanned
// (a PDF without text), doc.unsupported, doc.helper_missing, doc.timeout; of a path also doc.missing,
// doc.unreadable. A file over the limit is refused by its size, without being loaded.
base::Result<Text> extract(std::string_view bytes, const Limits& limits = {});
base::Result<Text> extract_file(const std::string& path, const Limits& limits = {});

// The kind of the bytes, or the refusal; looks at the first bytes and, for zip and OLE containers, at their
// parts.
base::Result<Kind> recognise(std::string_view bytes);

}  // namespace kepu::doc

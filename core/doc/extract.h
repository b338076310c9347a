// Documents in: .docx, .doc, .pdf, .html, .txt become lines of text. What a file is, is seen from its bytes,
// never from its name. Hostile input (zip bombs, XML entities, broken or gigantic files) ends in a refusal
// that says what to do, never in a crash or a hang. Thread-safe; .pdf and .doc run a helper program with
// limits of time, memory, output.
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
  int seconds = 30;                             // for a helper program
};

// Shape of `lines`: one string a paragraph, in reading order, UTF-8, no line breaks inside; leading and
// trailing white space kept as the document has it. Automatic numbering is written out before the text
// ("（一）", "1.", "——") as the reader would see it. A table cell is a line that begins with a tab; several
// paragraphs of one cell are several lines, only the first with the tab; an empty cell is a line "\t"; after
// each row stands one empty line. Tracked insertions are taken, deletions dropped. Text boxes stand where
// they are anchored. Headers, footers, footnote marks, comments and hidden bookmarks are left out.
struct Text {
  Kind kind = Kind::text;
  std::vector<std::string> lines;
  std::vector<std::string>
      warnings;  // plain Chinese: what was left out or guessed (encoding, pictures without text)
};

// Refusals (rule): doc.empty, doc.too_large, doc.encrypted (password), doc.broken, doc.picture, doc.scanned
// (a PDF without text), doc.unsupported, doc.helper_missing, doc.timeout.
base::Result<Text> extract(std::string_view bytes, const Limits& limits = {});
base::Result<Text> extract_file(const std::string& path, const Limits& limits = {});

// The kind of the bytes, or the refusal; looks at the first bytes and, for zip and OLE containers, at their
// parts.
base::Result<Kind> recognise(std::string_view bytes);

}  // namespace kepu::doc

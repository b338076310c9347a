// The elements of a Word document that matter for its text.
#pragma once

#include <string_view>

namespace kepu::doc {

enum class DocxTag {
  other,
  skipped,
  paragraph,
  paragraph_properties,
  run_properties,
  run,
  text,
  code,
  tab,
  line_break,
  hyphen,
  symbol,
  field_mark,
  table,
  row,
  row_properties,
  cell,
  cell_properties,
  content_properties,
  content,
  box,
  alternate,
  choice,
  fallback,
  picture,
  word_art,
  foreign_part
};

// Of WordprocessingML, by local name; what is not known is `other` and passed through to its children.
DocxTag word_tag(std::string_view name);
// Of any other vocabulary inside: drawings, formulas, alternate content.
DocxTag foreign_tag(std::string_view prefix, std::string_view name);

}  // namespace kepu::doc

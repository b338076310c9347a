#include "core/doc/docx_tags.h"

#include <unordered_map>

namespace kepu::doc {

DocxTag word_tag(std::string_view name) {
  static const std::unordered_map<std::string_view, DocxTag> kTags = {
      {"p", DocxTag::paragraph},
      {"pPr", DocxTag::paragraph_properties},
      {"rPr", DocxTag::run_properties},
      {"r", DocxTag::run},
      {"t", DocxTag::text},
      {"instrText", DocxTag::code},
      {"tab", DocxTag::tab},
      {"ptab", DocxTag::tab},
      {"br", DocxTag::line_break},
      {"cr", DocxTag::line_break},
      {"noBreakHyphen", DocxTag::hyphen},
      {"sym", DocxTag::symbol},
      {"fldChar", DocxTag::field_mark},
      {"tbl", DocxTag::table},
      {"tr", DocxTag::row},
      {"trPr", DocxTag::row_properties},
      {"tc", DocxTag::cell},
      {"tcPr", DocxTag::cell_properties},
      {"sdtPr", DocxTag::content_properties},
      {"sdtContent", DocxTag::content},
      {"txbxContent", DocxTag::box},
      {"altChunk", DocxTag::foreign_part},
      // Tracked deletions, and settings without text.
      {"del", DocxTag::skipped},
      {"moveFrom", DocxTag::skipped},
      {"delText", DocxTag::skipped},
      {"delInstrText", DocxTag::skipped},
      {"sectPr", DocxTag::skipped},
      {"tblPr", DocxTag::skipped},
      {"tblGrid", DocxTag::skipped},
      {"tblPrEx", DocxTag::skipped},
      {"sdtEndPr", DocxTag::skipped},
      {"rubyPr", DocxTag::skipped},
      {"rt", DocxTag::skipped},
      {"ffData", DocxTag::skipped},
      {"binData", DocxTag::skipped},
      {"customXmlPr", DocxTag::skipped},
      {"smartTagPr", DocxTag::skipped}};
  const auto found = kTags.find(name);
  return found == kTags.end() ? DocxTag::other : found->second;
}

DocxTag foreign_tag(std::string_view prefix, std::string_view name) {
  if (name == "AlternateContent") return DocxTag::alternate;
  if (name == "Choice") return DocxTag::choice;
  if (name == "Fallback") return DocxTag::fallback;
  if (name == "blip" || name == "imagedata") return DocxTag::picture;
  if (name == "textpath") return DocxTag::word_art;
  if (name == "t" && prefix == "m") return DocxTag::text;
  return DocxTag::other;
}

}  // namespace kepu::doc

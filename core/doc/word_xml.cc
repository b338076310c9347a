#include "core/doc/word_xml.h"

#include "core/base/text.h"

namespace kepu::doc {

std::string xml_escaped(const std::string& text) {
  std::string out;
  for (const char32_t c : base::to_code_points(text)) {
    switch (c) {
      case U'&':
        out += "&amp;";
        break;
      case U'<':
        out += "&lt;";
        break;
      case U'>':
        out += "&gt;";
        break;
      case U'"':
        out += "&quot;";
        break;
      default:
        if (c >= 0x20 && c != 0x7F && c != 0xFFFE && c != 0xFFFF) base::append_utf8(out, c);
    }
  }
  return out;
}

std::string text_run(const std::string& text) {
  std::string out;
  bool first = true;
  for (const auto& piece : base::split(text, "\t")) {
    if (!first) out += "<w:tab/>";
    first = false;
    if (!piece.empty()) out += "<w:t xml:space=\"preserve\">" + xml_escaped(piece) + "</w:t>";
  }
  return out;
}

std::string runs(const std::string& text, std::size_t bold) {
  const std::u32string points = base::to_code_points(text);
  const std::string first = base::to_utf8(points.substr(0, bold));
  const std::string rest = bold < points.size() ? base::to_utf8(points.substr(bold)) : "";
  std::string out;
  if (!first.empty()) out += "<w:r><w:rPr><w:b/><w:bCs/></w:rPr>" + text_run(first) + "</w:r>";
  if (!rest.empty()) out += "<w:r>" + text_run(rest) + "</w:r>";
  return out;
}

}  // namespace kepu::doc

// For tests: makes small .docx and .xlsx packages in memory.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/doc/zip.h"

namespace kepu::doc::testing {

using Parts = std::vector<std::pair<std::string, std::string>>;

inline std::string make_zip(const Parts& parts) { return pack(parts); }

inline std::string word_xml(const std::string& root, const std::string& inside) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:" + root +
         " xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" "
         "xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" "
         "xmlns:v=\"urn:schemas-microsoft-com:vml\">" +
         inside + "</w:" + root + ">";
}

// A .docx with this body, and numbering and styles where given.
inline std::string make_docx(const std::string& body, const std::string& numbering = {},
                             const std::string& styles = {}) {
  Parts parts = {{"word/document.xml", word_xml("document", "<w:body>" + body + "</w:body>")}};
  if (!numbering.empty()) parts.emplace_back("word/numbering.xml", word_xml("numbering", numbering));
  if (!styles.empty()) parts.emplace_back("word/styles.xml", word_xml("styles", styles));
  return make_zip(parts);
}

inline std::string paragraph(const std::string& text, const std::string& properties = {}) {
  return "<w:p>" + (properties.empty() ? "" : "<w:pPr>" + properties + "</w:pPr>") +
         "<w:r><w:t xml:space=\"preserve\">" + text + "</w:t></w:r></w:p>";
}

}  // namespace kepu::doc::testing

// For tests: makes small .docx and .xlsx packages in memory.
#pragma once

#include <zip.h>

#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace kepu::doc::testing {

using Parts = std::vector<std::pair<std::string, std::string>>;

inline std::string make_zip(const Parts& parts, bool store = false) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* sink = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(sink);
  zip_t* zip = zip_open_from_source(sink, ZIP_TRUNCATE, &error);
  for (const auto& [name, content] : parts) {
    zip_source_t* source = zip_source_buffer(zip, content.data(), content.size(), 0);
    const auto index = zip_file_add(zip, name.c_str(), source, ZIP_FL_ENC_UTF_8);
    zip_set_file_compression(zip, static_cast<zip_uint64_t>(index), store ? ZIP_CM_STORE : ZIP_CM_DEFLATE, 9);
    zip_file_set_dostime(zip, static_cast<zip_uint64_t>(index), 0, 33, 0);
  }
  zip_close(zip);
  zip_source_open(sink);
  zip_source_seek(sink, 0, SEEK_END);
  std::string bytes(static_cast<std::size_t>(zip_source_tell(sink)), '\0');
  zip_source_seek(sink, 0, SEEK_SET);
  zip_source_read(sink, bytes.data(), bytes.size());
  zip_source_close(sink);
  zip_source_free(sink);
  return bytes;
}

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

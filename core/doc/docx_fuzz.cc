// The input is word/document.xml, with a fixed numbering part; input that begins as a zip is the whole
// package.
#include <cstdint>
#include <string>

#include "core/doc/extract.h"
#include "core/doc/readers.h"
#include "core/doc/test_package.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kepu::doc;
  const std::string input(reinterpret_cast<const char*>(data), size);
  Limits limits;
  limits.unpacked_bytes = 8u << 20;
  limits.text_bytes = 1u << 20;
  if (input.rfind("PK", 0) == 0) {
    extract(input, limits);
    return 0;
  }
  static const std::string numbering =
      testing::word_xml("numbering",
                        "<w:abstractNum w:abstractNumId=\"0\"><w:lvl w:ilvl=\"0\"><w:numFmt "
                        "w:val=\"chineseCounting\"/><w:lvlText "
                        "w:val=\"%1、\"/></w:lvl><w:lvl w:ilvl=\"1\"><w:numFmt w:val=\"decimal\"/><w:lvlText "
                        "w:val=\"%1.%2\"/></w:lvl>"
                        "</w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num>");
  extract(pack({{"word/document.xml", input}, {"word/numbering.xml", numbering}}), limits);
  // The same input as the numbering of a document.
  extract(pack({{"word/document.xml",
                 testing::word_xml("document",
                                   "<w:body>" +
                                       testing::paragraph("x", "<w:numPr><w:numId w:val=\"1\"/></w:numPr>") +
                                       "</w:body>")},
                {"word/numbering.xml", input},
                {"word/styles.xml", input}}),
          limits);
  return 0;
}

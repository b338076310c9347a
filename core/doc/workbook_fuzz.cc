// The input is a sheet, and at the same time the shared strings and styles; input that begins as a zip is the
// package.
#include <cstdint>
#include <string>

#include "core/doc/workbook.h"
#include "core/doc/zip.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kepu::doc;
  const std::string input(reinterpret_cast<const char*>(data), size);
  SheetLimits limits;
  limits.unpacked_bytes = 8u << 20;
  limits.rows = 1000;
  if (input.rfind("PK", 0) == 0) {
    read_workbook(input, limits);
    return 0;
  }
  read_workbook(
      pack({{"xl/workbook.xml",
             "<workbook xmlns:r=\"r\"><sheets><sheet name=\"s\" r:id=\"rId1\"/></sheets></workbook>"},
            {"xl/_rels/workbook.xml.rels",
             "<Relationships><Relationship Id=\"rId1\" Type=\"x/worksheet\" "
             "Target=\"sheet.xml\"/></Relationships>"},
            {"xl/sheet.xml", input},
            {"xl/sharedStrings.xml",
             input.find("<si") == std::string::npos ? "<sst><si><t>x</t></si></sst>" : input},
            {"xl/styles.xml", input}}),
      limits);
  return 0;
}

// Properties of runs of text in a Word binary file ([MS-DOC] 2.9.55, 2.9.56): the few that matter for
// reading.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace kepu::doc {

enum DocFlag : unsigned {
  kInTable = 1,   // paragraph stands in a table cell
  kRowEnd = 2,    // paragraph is the mark that ends a row
  kNumbered = 4,  // paragraph has an automatic number
  kDeleted = 8,   // run was deleted while changes were tracked
  kHidden = 16,   // run is hidden
};

// Runs by their place (byte offset) in the WordDocument stream. Immutable, thread-safe.
class DocProperties {
 public:
  // `table` is the table stream; offset and size are those of PlcfBtePapx (paragraphs) or PlcfBteChpx
  // (characters). Broken pages are passed over.
  DocProperties(std::string_view document, std::string_view table, std::uint32_t offset, std::uint32_t size,
                bool paragraphs);
  // Flags of the run that covers this byte.
  unsigned at(std::uint32_t place) const;

 private:
  struct Run {
    std::uint32_t from = 0, to = 0;
    unsigned flags = 0;
  };
  void read_page(std::string_view page, bool paragraphs);
  std::vector<Run> runs_;
};

}  // namespace kepu::doc

// Bytes become words on pages: what a hostile PDF can make the helper print.
#include <cstdint>
#include <string>
#include <vector>

#include "core/doc/pdf_layout.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kepu::doc;
  std::vector<PdfPage> pages(1);
  pages[0] = {595, 842, {}};
  static const char* const kTexts[] = {"科学", "1.",         "—", "word",          "（一）",
                                       "。",   "责任单位：", "3", "县教委、县科协"};
  for (std::size_t i = 0; i + 4 <= size && i < 8000; i += 4) {
    if (data[i] == 255) pages.push_back({595, 842, {}});
    PdfWord word;
    word.x0 = data[i] * 2.3;
    word.y0 = data[i + 1] * 3.3;
    word.x1 = word.x0 + data[i + 2] - 3.0;
    word.y1 = word.y0 + (data[i + 3] >> 3) - 1.0;
    word.text = kTexts[data[i + 3] % 9];
    pages.back().words.push_back(word);
  }
  Shape shape(1u << 20);
  write_paragraphs(visual_lines(pages), shape);
  shape.finish();
  return 0;
}

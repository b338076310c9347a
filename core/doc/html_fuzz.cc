// The input is a page, in whatever encoding it declares.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/base/text.h"
#include "core/doc/extract.h"
#include "core/doc/readers.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  kepu::doc::Limits limits;
  limits.text_bytes = 1u << 20;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  kepu::doc::read_html(bytes, limits);
  const auto text = kepu::doc::extract(bytes, limits);
  // Whatever came in, lines are well-formed and hold no line breaks.
  if (text && text->kind != kepu::doc::Kind::pdf) {
    for (const auto& line : text->lines) {
      if (!kepu::base::is_valid_utf8(line) || line.find_first_of("\r\n") != std::string::npos) std::abort();
    }
  }
  return 0;
}

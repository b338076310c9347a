// The input is a whole OLE file.
#include <cstdint>
#include <string_view>

#include "core/doc/readers.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  kepu::doc::Limits limits;
  limits.text_bytes = 1u << 20;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  kepu::doc::recognise(bytes);
  kepu::doc::read_doc(bytes, limits);
  return 0;
}

// Uploads are anything: typing them never crashes and always gives a type.
#include <cstdint>
#include <cstdlib>

#include "core/file/file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t half = size / 2;
  if (kepu::file::type_of(bytes).find('/') == std::string::npos) std::abort();
  if (kepu::file::type_of(bytes.substr(0, half), bytes.substr(half)).empty()) std::abort();
  return 0;
}

// Whatever the text: numbering never crashes, and what it put in is all that changed.
#include <cstdint>
#include <cstdlib>

#include "core/sql/named_parameters.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kepu::sql;
  const std::string_view sql(reinterpret_cast<const char*>(data), size);
  try {
    const Parameters once = number_parameters(sql, Dialect::sqlite);
    const Parameters twice = number_parameters(once.text, Dialect::sqlite);
    if (!twice.names.empty() || twice.text != once.text) std::abort();
    if (once.names.empty() && once.text != sql) std::abort();
  } catch (const std::invalid_argument&) {
  }
  return 0;
}

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "engines/plan/reading/reading.h"
#include "engines/plan/reading/test_text.h"

// Whatever the text, reading ends, every line that it names exists, and its JSON can be written.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto lines = kepu::plan::testing_text::to_lines({reinterpret_cast<const char*>(data), size});
  const auto reading = kepu::plan::read_plan(lines);
  const auto last = static_cast<kepu::plan::Line>(lines.size());
  for (const auto& i : reading.initiatives) {
    if (i.line < 1 || i.end_line < i.line || i.end_line > last) std::abort();
    for (const auto& t : i.tasks)
      if (t.line < 1 || t.end_line < t.line || t.end_line > last || t.title.empty()) std::abort();
  }
  for (const auto& q : reading.quantities)
    if (q.line < 1 || q.line > last) std::abort();
  if (kepu::plan::to_json(reading).empty()) std::abort();
  return 0;
}

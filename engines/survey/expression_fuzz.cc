#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/base/text.h"
#include "engines/survey/expression.h"

// A condition is refused, or it can be asked for any answers and written for the page's script.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = kepu::survey::Expression::parse(text);
  if (!parsed) return 0;
  kepu::survey::Answers answers;
  for (const auto& name : parsed->names()) answers[name] = "1 2";
  parsed->holds({}, "");
  parsed->holds(answers, "3");
  const auto script = parsed->json();
  if (script.empty() != parsed->empty()) std::abort();
  if (!kepu::base::is_valid_utf8(script)) std::abort();
  return 0;
}

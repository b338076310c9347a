// Any bytes as a catalogue: refused or read, and what was read can be compiled and matched.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engines/plan/duties/duty_catalog.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto catalog = kepu::plan::parse_duty_catalog(text);
  if (!catalog) return catalog.error().message.empty() ? __builtin_trap(), 0 : 0;
  const kepu::plan::DutyMatcher matcher(*catalog);
  kepu::plan::Task task;
  task.title = "开展培训";
  task.body = std::string(text.substr(0, 4096));
  for (const auto& proposal : matcher.of_task(task, "农民行动"))
    if (!catalog->find(proposal.duty)) __builtin_trap();
  return 0;
}

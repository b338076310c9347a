// A proof file may come from anywhere: checking it never crashes, and an answer always has its reason.
#include <cstdint>
#include <cstdlib>

#include "core/audit/audit.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const kepu::audit::Verdict verdict = kepu::audit::verify_proof({reinterpret_cast<const char*>(data), size});
  if (verdict.message.empty() || verdict.entries < 0) std::abort();
  return 0;
}

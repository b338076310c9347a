// A dataset may come from anywhere: reading it never crashes, a refusal says where, what is read is written
// back to the same value, and what passes the check can be analysed or is refused with a reason.
#include <cstdint>
#include <cstdlib>

#include "engines/survey/analysis/analysis.h"
#include "engines/survey/analysis/dataset_check.h"
#include "engines/survey/analysis/dataset_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kepu::survey::analysis;
  const auto dataset = dataset_from_json({reinterpret_cast<const char*>(data), size});
  if (!dataset) {
    if (dataset.error().message.empty()) std::abort();
    return 0;
  }
  const auto again = dataset_from_json(to_json(*dataset));
  if (!again || to_json(*again) != to_json(*dataset)) std::abort();
  if (!check(*dataset).empty()) return 0;
  AnalysisOptions quick;
  quick.replicates = 20;
  quick.threads = 1;
  const auto result = analyse(*dataset, quick);
  if (!result && result.error().message.empty()) std::abort();
  return 0;
}

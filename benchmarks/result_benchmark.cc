// A county's whole report from its dataset: weights, 500 replicates raked anew, every table, townships,
// items. R's survey 4.1-1 took 6.0 s for the raking, five tables and 500 replicates of such a county alone
// (Debian 12, R 4.2.2, one process, 2-core virtual machine). Prints seconds and the ratio.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <functional>
#include <stdexcept>

#include "engines/survey/analysis/analysis.h"
#include "engines/survey/analysis/dataset_json.h"
#include "engines/survey/analysis/report.h"
#include "engines/survey/simulation/county.h"

namespace {

using namespace kepu::survey;

// The least of some runs.
double seconds(int runs, const std::function<void()>& work) {
  double best = 1e9;
  for (int k = 0; k < runs; ++k) {
    const auto start = std::chrono::steady_clock::now();
    work();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

}  // namespace

int main() {
  const simulation::County county(2026);
  const auto dataset = county.round(1, {.villages = 38, .target = 13});
  const auto text = to_json(dataset);
  RoundResult result;
  const double analysed = seconds(10, [&] {
    auto made = analyse(dataset);
    if (!made) throw std::runtime_error(made.error().message);
    result = std::move(*made);
  });
  fmt::print("{} people, {} replicates\n", result.county_row().n, result.literacy.replicates);
  fmt::print("{:<44} {:8.4f} s   R {:5.2f} s   {:6.0f} ×\n", "whole result", analysed, 6.0, 6.0 / analysed);
  fmt::print("{:<44} {:8.4f} s\n", "dataset read from JSON",
             seconds(10, [&] { dataset_from_json(text).value(); }));
  fmt::print("{:<44} {:8.4f} s\n", "Word report", seconds(5, [&] { paper_of(result, {}).docx(); }));
}

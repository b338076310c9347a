// A 2PL calibration with EAP scores, 30 items × N persons (default 100,000), simulated as bench/bench_irt.R
// of the reference material does: seconds, how they grow with the persons, and the ratio to that R script
// where Rscript and the script are there (KEPU_IRT_SCRIPT=…/bench_irt.R).
//
// usage: irt_benchmark [N]
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <random>

#include "statistics/items/ability.h"
#include "statistics/items/calibration.h"

namespace {

using namespace kepu::statistics::items;
using kepu::statistics::Outcome;
using kepu::statistics::refuse;

constexpr int kItems = 30;

std::vector<std::vector<double>> simulate(int persons) {
  std::mt19937_64 random(77);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
  std::vector<double> a, b;
  for (int j = 0; j < kItems; ++j) a.push_back(std::exp(0.3 * normal(random)));
  for (int j = 0; j < kItems; ++j) b.push_back(normal(random));
  std::vector<std::vector<double>> columns(kItems);
  for (int i = 0; i < persons; ++i) {
    const double theta = normal(random);
    for (std::size_t j = 0; j < kItems; ++j) {
      columns[j].push_back(uniform(random) < 1 / (1 + std::exp(-a[j] * (theta - b[j]))) ? 1 : 0);
    }
  }
  return columns;
}

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

struct Times {
  double fit = 0, with_errors = 0, eap = 0, all = 0;  // all: fit without standard errors, and EAP
};

Times measure(int persons) {
  const auto columns = simulate(persons);
  const std::vector<std::span<const double>> spans(columns.begin(), columns.end());
  const std::vector<int> categories(kItems, 2);
  const std::vector<ItemKind> kinds(kItems);
  Times best{1e9, 1e9, 1e9, 1e9};
  for (int round = 0; round < 3; ++round) {
    Outcome<Responses> responses = Responses::make(spans, categories);
    Outcome<Calibration> fit = refuse("", "");
    CalibrationOptions options;
    best.with_errors =
        std::min(best.with_errors, seconds_of([&] { fit = calibrate(*responses, kinds, {}, options); }));
    options.standard_errors = false;
    const double reading = seconds_of([&] { responses = Responses::make(spans, categories); });
    const double fitting = seconds_of([&] { fit = calibrate(*responses, kinds, {}, options); });
    if (!fit) {
      fmt::print("{}: {}\n", fit.error().rule, fit.error().detail);
      std::exit(1);
    }
    const double scoring =
        seconds_of([&] { eap_scores(*responses, fit->items, options.quadrature).value(); });
    best.fit = std::min(best.fit, fitting);
    best.eap = std::min(best.eap, scoring);
    if (reading + fitting + scoring < best.all) best.all = reading + fitting + scoring;
    if (round == 0) {
      fmt::print("  {} persons: {} steps, {:.1e} standard errors from the maximum, log likelihood {:.4f}\n",
                 persons, fit->iterations, fit->distance, fit->log_likelihood);
    }
  }
  fmt::print("  {} persons: fit {:.3f} s (with standard errors {:.3f} s), EAP {:.3f} s, all {:.3f} s\n",
             persons, best.fit, best.with_errors, best.eap, best.all);
  return best;
}

// The script's own median seconds for N persons, 0 where it cannot be run.
double seconds_in_r(const char* script, int persons) {
  const auto folder =
      std::filesystem::temp_directory_path() / fmt::format("irt_benchmark_{}", std::random_device()());
  std::filesystem::create_directories(folder / "data");
  const std::string command =
      fmt::format("cd '{}' && IRT_REPS=1 Rscript '{}' {} 2>/dev/null", folder.string(), script, persons);
  double seconds = 0;
  if (FILE* pipe = popen(command.c_str(), "r")) {
    char line[512];
    while (std::fgets(line, sizeof line, pipe)) {
      const char* found = std::strstr(line, "median=");
      if (found) seconds = std::atof(found + 7);
    }
    pclose(pipe);
  }
  std::filesystem::remove_all(folder);
  return seconds;
}

}  // namespace

int main(int argc, char** argv) {
  const int persons = argc > 1 ? std::atoi(argv[1]) : 100000;
  if (persons < 1000 || persons > 5000000) {
    fmt::print("usage: irt_benchmark [N], 1000 to 5000000\n");
    return 2;
  }
  const Times half = measure(persons / 2), whole = measure(persons);
  fmt::print("twice the persons: {:.2f} times the seconds\n", whole.all / half.all);
  const char* script = std::getenv("KEPU_IRT_SCRIPT");
  if (!script || !std::filesystem::exists(script) || std::system("command -v Rscript >/dev/null") != 0) {
    fmt::print(
        "ratio to R: not measured (needs Rscript, and KEPU_IRT_SCRIPT with the path of bench_irt.R)\n");
    return 0;
  }
  const double in_r = seconds_in_r(script, persons);
  if (in_r > 0) fmt::print("R matrices {:.2f} s: {:.0f} times as long\n", in_r, in_r / whole.all);
  return in_r > 0 ? 0 : 1;
}

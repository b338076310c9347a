#include "benchmarks/r_survey.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace kepu::benchmarks {

namespace fs = std::filesystem;

RSurvey::RSurvey() {
  const char* scripts = std::getenv("KEPU_SURVEY_SCRIPTS");
  const auto no = [](const char* why) { fmt::print("R is not run beside ({}).\n", why); };
  if (scripts == nullptr || !fs::exists(fs::path(scripts) / "bench_survey.R")) {
    no("KEPU_SURVEY_SCRIPTS does not name the folder of bench_survey.R");
    return;
  }
  if (std::system("Rscript -e 'library(survey); library(data.table)' >/dev/null 2>&1") != 0) {
    no("it needs Rscript with the packages survey and data.table");
    return;
  }
  scripts_ = fs::absolute(scripts).string();
  folder_ = (fs::temp_directory_path() / "kepu-r-XXXXXX").string();
  if (mkdtemp(folder_.data()) == nullptr) {
    folder_.clear();
    no("no temporary folder");
    return;
  }
  fs::create_directories(fs::path(folder_) / "data");
}

RSurvey::~RSurvey() {
  if (there()) fs::remove_all(folder_);
}

// Lines "operation n=1000 median=1.234s …" and "total 5.96 s".
Seconds RSurvey::run(const std::string& command) const {
  Seconds out;
  FILE* pipe = popen(fmt::format("cd '{}' && {} 2>/dev/null", folder_, command).c_str(), "r");
  if (pipe == nullptr) return out;
  char line[1024];
  while (std::fgets(line, sizeof line, pipe) != nullptr) {
    const char* median = std::strstr(line, " median=");
    const char* blank = std::strchr(static_cast<const char*>(line), ' ');
    if (median != nullptr && blank != nullptr)
      out[std::string(static_cast<const char*>(line), blank)] = std::atof(median + 8);
    else if (std::strncmp(line, "total ", 6) == 0)
      out["county"] = std::atof(line + 6);
  }
  pclose(pipe);
  return out;
}

Seconds RSurvey::county() const {
  if (!there()) return {};
  return run(
      fmt::format("Rscript '{0}/gen_data.R' 10000 data/syn_10000.csv >/dev/null && Rscript "
                  "'{0}/bench_county.R'",
                  scripts_));
}

Seconds RSurvey::survey(int people, bool replicates) const {
  if (!there()) return {};
  return run(
      fmt::format("Rscript '{0}/gen_data.R' {1} data/syn_{1}.csv >/dev/null && {2} Rscript "
                  "'{0}/bench_survey.R' {1}",
                  scripts_, people, replicates ? "" : "TAYLOR_ONLY=1"));
}

}  // namespace kepu::benchmarks

// R's survey package on this machine, in the run of our own benchmark: the scripts gen_data.R, bench_county.R
// and bench_survey.R of a folder that KEPU_SURVEY_SCRIPTS names, where Rscript is there with the packages
// survey and data.table. R is no dependency of the program.
#pragma once

#include <map>
#include <string>

namespace kepu::benchmarks {

// Seconds by operation ("rake_taylor_4margins", "county").
using Seconds = std::map<std::string, double>;

// Empty, with the reason on stdout, where R or the scripts are not there.
class RSurvey {
 public:
  RSurvey();
  ~RSurvey();
  RSurvey(const RSurvey&) = delete;
  RSurvey& operator=(const RSurvey&) = delete;
  bool there() const { return !folder_.empty(); }
  // A county's whole report, under "county".
  Seconds county() const;
  // Tables and raking of `people`; with `replicates` also those of 500 replicates (100,000: some ten
  // minutes).
  Seconds survey(int people, bool replicates) const;

 private:
  Seconds run(const std::string& command) const;
  std::string scripts_, folder_;
};

}  // namespace kepu::benchmarks

// The respondents of a round as files that may be given to others: answers, score, weight, and coarse groups,
// with everything left out by which somebody could be recognised.
//   data.csv       UTF-8 with byte order mark
//   data.sav       SPSS
//   codebook.csv   every variable, its values and how many have them
//   ddi.xml        DDI-Codebook 2.5
//   说明.txt        what was done, and how to use the weights
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "engines/survey/analysis/analysis.h"
#include "engines/survey/dataset.h"

namespace kepu::survey::analysis {

inline constexpr int kAnonymity =
    5;  // respondents that share every combination of sex, age, schooling, place

// A variable of the file.
struct Column {
  std::string name, label;
  std::vector<std::pair<int, std::string>> codes;  // value → what it means; empty: a number
  int decimals = 0;
  std::vector<std::optional<double>> values;  // by respondent
};

struct Microdata {
  std::vector<Column> columns;
  std::vector<std::pair<std::string, std::string>> files;  // name → bytes
  std::vector<std::string> done;                           // what was done for protection
};

struct MicrodataOptions {
  // Renumbered strata and villages for researchers who signed for it: with them errors can be computed, but
  // who knows one respondent of a village knows the village of the others. Not for everybody.
  bool design = false;
};

// The order of the respondents is shuffled by the data's own hash; villages, townships, ages in years, times
// and the numbers of the cases are never in it. The same dataset gives the same bytes. Refuses as analyse();
// survey.microdata (too few respondents; the .sav could not be written).
base::Result<Microdata> microdata_of(const Dataset& dataset, const AnalysisOptions& analysis,
                                     const MicrodataOptions& options = {});

// ---- the formats, of any columns of equal length
struct StudyText {
  std::string title, county, abstract, producer;
  base::Date from, until;
  std::size_t cases = 0;
};
std::string csv_of(const std::vector<Column>& columns);
std::string codebook_of(const std::vector<Column>& columns);
std::string ddi_of(const StudyText& study, const std::vector<Column>& columns);
base::Result<std::string> sav_of(const StudyText& study, const std::vector<Column>& columns);

}  // namespace kepu::survey::analysis

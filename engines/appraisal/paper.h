// The results of a year as a Word paper (GB/T 9704).
#pragma once

#include <string>
#include <vector>

#include "engines/appraisal/appraisal_store.h"

namespace kepu::appraisal {

struct PaperParts {
  std::string county;  // 岚江县
  Head head;
  const Table& table;
  std::vector<ResultRow> results;
  std::vector<Appeal> appeals;
  base::Date today;
};
// The bytes of the .docx; same input, same bytes.
std::string results_docx(const PaperParts& parts);

}  // namespace kepu::appraisal

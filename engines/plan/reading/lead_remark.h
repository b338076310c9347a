// 列第一位的为牵头单位: a remark that makes the first name of every list its lead.
#pragma once

#include <vector>

#include "engines/plan/reading/lines.h"
#include "engines/plan/reading/reading.h"

namespace kepu::plan::grammar {

// Where the document says so, moves the first responsible department to the leads of each item without one.
void heed_lead_remark(const Source& source, std::vector<Initiative>& initiatives);

}  // namespace kepu::plan::grammar

// The plan on paper and as data: an official paper (GB/T 9704-2012) with the division of work as its annex,
// plain text, JSON. Pure; same input, same bytes.
#pragma once

#include <string>
#include <vector>

#include "core/auth/auth.h"
#include "engines/plan/mapping.h"
#include "engines/plan/plan.h"

namespace kepu::plan {

// `assignments` may be empty: then the annex lists the departments as written.
std::string plan_docx(const Plan& plan, const std::vector<Assignment>& assignments,
                      const auth::UnitTree& units);
std::string plan_text(const Plan& plan);
std::string plan_json(const Plan& plan);

}  // namespace kepu::plan

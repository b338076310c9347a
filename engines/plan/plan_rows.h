// How a plan lies in its tables: every item is one row image; saving writes the difference of two sets of
// images.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/sql/sql.h"
#include "engines/plan/mapping.h"
#include "engines/plan/plan.h"

namespace kepu::plan {

using Field = std::variant<std::monostate, std::int64_t, double, std::string>;

// One row without tenant and version: the key columns first, in the order of its table's declaration.
struct RowImage {
  std::vector<Field> fields;
};

// Writes what differs between `before` and `after` (of the same version) in all item tables. The rows of the
// version itself (plan, plan_version, plan_text) are not touched.
void save_difference(sql::Session& session, Id tenant, Id version, const Plan& before, const Plan& after);

// All items of a version; none where there is no such version.
std::optional<Plan> load_plan(sql::Session& session, Id tenant, Id version);
std::vector<Version> load_versions(sql::Session& session, Id tenant);
std::vector<Assignment> load_assignments(sql::Session& session, Id tenant, Id version);
void insert_version(sql::Session& session, Id tenant, const Version& version);
void insert_assignment(sql::Session& session, Id tenant, Id version, const Assignment& assignment,
                       int position);

}  // namespace kepu::plan

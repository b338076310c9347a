// Rows of evidence ↔ values. Used by evidence_store*.cc alone.
#pragma once

#include <string>

#include "core/sql/sql.h"
#include "engines/reports/reports.h"

namespace kepu::reports {

// With the aliases e (evidence) and v (its newest version).
extern const std::string kEvidenceSelect;
Evidence evidence_from(const sql::Row& row);
// The newest words under which it is found.
void index_evidence(sql::Session& session, Id tenant, const Evidence& evidence);
void insert_version(sql::Session& session, Id tenant, Id evidence, const EvidenceVersion& version);
std::optional<Evidence> read_evidence(sql::Session& session, Id tenant, Id evidence);

}  // namespace kepu::reports

// Files, links and records on their way into the evidence store, shared by the forms that take them.
#pragma once

#include "engines/reports/pages/desk.h"

namespace kepu::reports {

inline constexpr std::uint64_t kLargestUpload = 50u << 20;

// Moves an uploaded file into the file store. Refusals: evidence.type (only documents, pictures, video and
// text), evidence.empty.
base::Result<EvidenceVersion> take_upload(site::Context& context, const http::Upload& upload);

// Fields: a file, a link, and a choice of what the unit has already (`recent`, without those in `attached`).
// Ids begin with "f-PREFIX-".
void write_evidence_fields(html::Out& h, const std::vector<Evidence>& recent,
                           const std::vector<Evidence>& attached, const base::Errors& errors,
                           const std::string& prefix);
// What they hold, made or found in the store for the unit. Fields of errors: file, url, evidence.
std::vector<Id> read_evidence_fields(site::Context& context, ReportsEngine& engine, Id unit,
                                     base::Errors& errors);

}  // namespace kepu::reports

// The only SQL of the kit. Inside a write or read of the caller.
#pragma once

#include <string>
#include <string_view>

#include "core/base/time.h"
#include "core/sql/sql.h"

namespace kepu::job {
struct Run;

// A run of more than this is taken for dead, and another program may begin anew.
inline constexpr base::Millis kLease = 10LL * 60 * 1000;

// True: the job was due and nobody runs it; it is this caller's until `now` + kLease.
bool claim_run(sql::Session& session, std::string_view name, base::Millis every, base::Millis now);
void end_run(sql::Session& session, std::string_view name, base::Millis now, bool failed,
             const std::string& outcome);
// Fills what is stored of the run of that name.
void load_run(sql::Session& session, Run& run);

}  // namespace kepu::job

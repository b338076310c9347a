// Backup and restore of one installation: database, stored files, key. A backup is a folder with MANIFEST
// (SHA-256, size, name of each file); it is complete only when MANIFEST stands in it.
#pragma once

#include <cstdint>
#include <string>

#include "app/program.h"

namespace kepu::app {

struct Copied {
  int files = 0;
  std::uint64_t bytes = 0;
};

// While the service runs, too: the database is copied consistently first, then the files that it names (they
// are never changed, only added). Refused where `folder` exists, and for PostgreSQL (pg_dump does that part;
// see the manual).
base::Result<Copied> backup(const Config& config, const std::string& folder);
// Checks every file against MANIFEST, then copies into a data folder that must be empty. Refusals:
// backup.incomplete, backup.damaged, restore.not_empty.
base::Result<Copied> restore(const Config& config, const std::string& folder);

}  // namespace kepu::app

// Attachments: stored once by content hash, typed by content not by name, served as attachments. Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace kepu::file {

struct Stored {
  std::string sha256;  // 64 hex digits: the name
  std::uint64_t size = 0;
  std::string type;  // by content: "application/pdf", …; "application/octet-stream" where unknown
};

// A folder root/ab/cdef… of files by hash, for their owner alone. Writing is atomic: temporary file, fsync,
// rename, fsync of the folder; an answer of success means it is on disk. A stored file that was damaged is
// replaced when the same content comes again. Refusals: file.missing (not_found), file.damaged and
// file.storage (unavailable: disk full, no rights).
class Store {
 public:
  // Makes nothing yet (folders are made when first written to); removes what a crash left unfinished a day
  // ago.
  explicit Store(std::string root);
  const std::string& root() const { return root_; }
  // Moves a regular file in; `path` is gone afterwards (another copy of the same content is dropped).
  base::Result<Stored> take(const std::string& path);
  base::Result<Stored> put(std::string_view bytes);
  // The path of a stored file; none where it is missing. `sha256` that is no hash is refused as missing.
  std::optional<std::string> path_of(std::string_view sha256) const;
  // The bytes, checked against their hash.
  base::Result<std::string> read(std::string_view sha256) const;
  // The same content still has the same hash.
  bool is_intact(std::string_view sha256) const;

 private:
  std::string root_;
};

// The media type by content: PDF, OFD, zip-based office files (those with macros by their own type), OLE
// office files, images, MP4, HTML, SVG, XML, UTF-8 text. `first_bytes` are the file's first 64 kB at least,
// or all of it; `last_bytes`, where the file is longer, its last (the directory of a zip file is at its end).
std::string type_of(std::string_view first_bytes, std::string_view last_bytes = {});

}  // namespace kepu::file

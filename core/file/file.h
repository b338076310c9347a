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

// A folder root/ab/cdef… of files by hash. Writing is atomic: temporary file, fsync, rename, fsync of the
// folder.
class Store {
 public:
  explicit Store(std::string root);
  const std::string& root() const { return root_; }
  // Moves a file in (another copy of the same content is dropped).
  base::Result<Stored> take(const std::string& path);
  base::Result<Stored> put(std::string_view bytes);
  // The path of a stored file; none where it is missing. `sha256` that is no hash is refused as missing.
  std::optional<std::string> path_of(std::string_view sha256) const;
  base::Result<std::string> read(std::string_view sha256) const;
  // The same content still has the same hash.
  bool is_intact(std::string_view sha256) const;

 private:
  std::string root_;
};

// The media type by the first bytes (PDF, zip-based office files, OLE, images, HTML, text).
std::string type_of(std::string_view first_bytes);

}  // namespace kepu::file

// Reads parts of a zip container that may be hostile: every part, their sum and the ratio of packing are
// bounded, and what is unpacked is never more than what was allowed, whatever the directory of the container
// claims.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"

namespace kepu::doc {

// Not thread-safe; `bytes` must outlive it.
class Archive {
 public:
  // Refuses doc.broken (truncated, no directory, more than 20,000 parts).
  static base::Result<Archive> open(std::string_view bytes, std::uint64_t unpacked_limit);

  bool has(const std::string& name) const;
  std::vector<std::string> names() const;
  // A part, unpacked. Refuses doc.broken (missing, checksum), doc.encrypted, doc.too_large (the sum of all
  // parts read so far would pass the limit, or the part is packed more than 1:500, as no document is).
  base::Result<std::string> read(const std::string& name);

 private:
  struct Close {
    void operator()(void* zip) const;
  };
  std::unique_ptr<void, Close> zip_;
  std::uint64_t left_ = 0;
  std::uint64_t limit_ = 0;
};

// A zip container of these parts (name, content) in this order. Same parts, same bytes: it bears no time.
std::string pack(const std::vector<std::pair<std::string, std::string>>& parts);

}  // namespace kepu::doc

// Reads streams of an OLE compound file ([MS-CFB]: .doc, .xls, encrypted packages) that may be hostile:
// chains of sectors are followed at most as far as the file has sectors, so no stream is larger than the
// file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace kepu::doc {

// Not thread-safe; `bytes` must outlive it.
class OleFile {
 public:
  static bool has_signature(std::string_view bytes);
  // Refuses doc.broken.
  static base::Result<OleFile> open(std::string_view bytes);

  bool has(std::string_view name) const;
  // A stream of the root storage by its name; nothing where it is missing or broken.
  std::optional<std::string> read(std::string_view name) const;

 private:
  struct Entry {
    std::string name;
    int type = 0;  // 2: stream, 5: root
    std::uint32_t start = 0;
    std::uint64_t size = 0;
  };
  std::string_view sector(std::uint32_t id) const;
  bool read_allocation(std::vector<std::uint32_t> tables, std::uint32_t next, std::uint32_t count);
  void read_directory(std::uint32_t start);
  std::string chain(std::uint32_t start, std::uint64_t size) const;
  std::string mini_chain(std::uint32_t start, std::uint64_t size) const;

  std::string_view bytes_;
  std::size_t sector_size_ = 512;
  std::uint32_t mini_cutoff_ = 4096;
  std::vector<std::uint32_t> next_, mini_next_;
  std::string mini_;
  std::vector<Entry> entries_;
};

// Little-endian numbers; 0 beyond the end.
std::uint32_t u16(std::string_view bytes, std::size_t at);
std::uint32_t u32(std::string_view bytes, std::size_t at);

}  // namespace kepu::doc

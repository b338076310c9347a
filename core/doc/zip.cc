#include "core/doc/zip.h"

#include <fmt/format.h>
#include <zip.h>

#include "core/doc/refusals.h"

namespace kepu::doc {
namespace {

constexpr std::int64_t kMaxParts = 20'000;
// Deflate cannot pass 1:1032; a bomb lives near that, XML of real documents far below.
constexpr std::uint64_t kMaxRatio = 500;
constexpr std::uint64_t kRatioFrom = 4ull << 20;

zip_t* of(void* zip) { return static_cast<zip_t*>(zip); }

base::Result<std::string> unpack(zip_file_t* file, std::uint64_t size) {
  std::string out(size, '\0');
  std::uint64_t got = 0;
  while (got < size) {
    const zip_int64_t n = zip_fread(file, out.data() + got, size - got);
    if (n <= 0) return broken();
    got += static_cast<std::uint64_t>(n);
  }
  // One byte more: lets libzip see the end, and so compare the checksum.
  char more = 0;
  if (zip_fread(file, &more, 1) != 0) return broken();
  return out;
}

}  // namespace

void Archive::Close::operator()(void* zip) const { zip_discard(of(zip)); }

base::Result<Archive> Archive::open(std::string_view bytes, std::uint64_t unpacked_limit) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* zip = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : nullptr;
  zip_error_fini(&error);
  if (!zip) {
    if (source) zip_source_free(source);
    return broken();
  }
  Archive archive;
  archive.zip_.reset(zip);
  archive.left_ = archive.limit_ = unpacked_limit;
  if (zip_get_num_entries(zip, 0) > kMaxParts) return broken();
  return archive;
}

bool Archive::has(const std::string& name) const {
  return zip_name_locate(of(zip_.get()), name.c_str(), ZIP_FL_NOCASE) >= 0;
}

std::vector<std::string> Archive::names() const {
  std::vector<std::string> out;
  const zip_int64_t count = zip_get_num_entries(of(zip_.get()), 0);
  for (zip_int64_t i = 0; i < count; ++i) {
    if (const char* name = zip_get_name(of(zip_.get()), static_cast<zip_uint64_t>(i), 0))
      out.emplace_back(name);
  }
  return out;
}

base::Result<std::string> Archive::read(const std::string& name) {
  zip_t* zip = of(zip_.get());
  const zip_int64_t index = zip_name_locate(zip, name.c_str(), ZIP_FL_NOCASE);
  zip_stat_t stat;
  if (index < 0 || zip_stat_index(zip, static_cast<zip_uint64_t>(index), 0, &stat) != 0) return broken();
  constexpr zip_uint64_t kNeeded = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE;
  if ((stat.valid & kNeeded) != kNeeded) return broken();
  if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) && stat.encryption_method != ZIP_EM_NONE) return encrypted();
  const bool bomb = stat.size > kRatioFrom && stat.size / kMaxRatio > stat.comp_size;
  if (bomb || stat.size > left_) {
    return too_large(fmt::format("文件解开后超过 {} MB，或压缩比异常", limit_ >> 20));
  }
  zip_file_t* file = zip_fopen_index(zip, static_cast<zip_uint64_t>(index), 0);
  if (!file) return broken();
  auto out = unpack(file, stat.size);
  zip_fclose(file);
  if (out) left_ -= stat.size;
  return out;
}

}  // namespace kepu::doc

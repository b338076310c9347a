#include <zip.h>

#include <stdexcept>

#include "core/doc/zip.h"

namespace kepu::doc {
namespace {

constexpr zip_uint16_t kFirstOfJanuary1980 = 33;  // the least time that the format knows

void add_part(zip_t* zip, const std::string& name, const std::string& content) {
  zip_source_t* source = zip_source_buffer(zip, content.data(), content.size(), 0);
  const zip_int64_t index = source ? zip_file_add(zip, name.c_str(), source, ZIP_FL_ENC_UTF_8) : -1;
  if (index < 0) {
    if (source) zip_source_free(source);
    throw std::runtime_error("cannot add a part to a zip container");
  }
  zip_file_set_dostime(zip, static_cast<zip_uint64_t>(index), 0, kFirstOfJanuary1980, 0);
}

}  // namespace

std::string pack(const std::vector<std::pair<std::string, std::string>>& parts) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* sink = zip_source_buffer_create(nullptr, 0, 0, &error);
  if (!sink) throw std::bad_alloc();
  zip_source_keep(sink);  // zip_close gives its own hold away
  zip_t* zip = zip_open_from_source(sink, ZIP_TRUNCATE, &error);
  zip_error_fini(&error);
  if (!zip) throw std::runtime_error("cannot make a zip container");
  for (const auto& [name, content] : parts) add_part(zip, name, content);
  if (zip_close(zip) != 0 || zip_source_open(sink) != 0)
    throw std::runtime_error("cannot write a zip container");
  zip_source_seek(sink, 0, SEEK_END);
  std::string bytes(static_cast<std::size_t>(zip_source_tell(sink)), '\0');
  zip_source_seek(sink, 0, SEEK_SET);
  zip_source_read(sink, bytes.data(), bytes.size());
  zip_source_close(sink);
  zip_source_free(sink);
  return bytes;
}

}  // namespace kepu::doc

// A file that a part of a form is streamed to.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/base/secret.h"
#include "core/http/http.h"

namespace kepu::http {

// Made with mode 0600 under a random name; removed with the last copy of guard().
class TemporaryFile {
 public:
  static constexpr std::string_view kSuffix = ".part";

  explicit TemporaryFile(const std::string& folder);
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  bool open() const { return descriptor_ >= 0; }
  bool write(std::string_view bytes);  // false: the disk is full or failing
  std::uint64_t size() const { return size_; }
  // Closes the file and fills path, size, sha256 and guard; call once. False where closing failed.
  bool finish(Upload& upload);

 private:
  std::string path_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
  base::Sha256 digest_;
  std::shared_ptr<const void> guard_;
};

}  // namespace kepu::http

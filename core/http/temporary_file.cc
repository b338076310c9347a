#include "core/http/temporary_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <stdexcept>

#include "core/http/body_sink.h"

namespace kepu::http {

TemporaryFile::TemporaryFile(const std::string& folder)
    : path_(folder + "/" + base::random_token(16) + std::string(kSuffix)),
      descriptor_(::open(path_.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600)) {
  if (descriptor_ < 0) return;
  guard_ = std::shared_ptr<const void>(nullptr, [path = path_](const void*) { ::unlink(path.c_str()); });
}

TemporaryFile::~TemporaryFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool TemporaryFile::write(std::string_view bytes) {
  digest_.add(bytes);
  size_ += bytes.size();
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool TemporaryFile::finish(Upload& upload) {
  const bool closed = ::close(descriptor_) == 0;
  descriptor_ = -1;
  upload.path = path_;
  upload.size = size_;
  upload.sha256 = digest_.hex();
  upload.guard = std::move(guard_);
  return closed;
}

void prepare_upload_folder(const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    fs::create_directories(folder, error);
    if (error) {
      throw std::runtime_error("无法建立上传用的临时目录 " + folder + "：" + error.message() +
                               "。请检查上级目录的权限，或换一个目录。");
    }
    fs::permissions(folder, fs::perms::owner_all, error);
  }
  const auto old = fs::file_time_type::clock::now() - std::chrono::hours(1);
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    std::error_code ignored;
    if (entry.path().extension() == TemporaryFile::kSuffix && entry.is_regular_file(ignored) &&
        entry.last_write_time(ignored) < old) {
      fs::remove(entry.path(), ignored);
    }
  }
}

}  // namespace kepu::http

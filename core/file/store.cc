#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <functional>
#include <system_error>

#include "core/base/secret.h"
#include "core/base/text.h"
#include "core/file/file.h"

namespace kepu::file {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::refuse;

constexpr std::size_t kPart = std::size_t{64} << 10;  // what is read at once, and looked at for the type
constexpr std::size_t kHashDigits = 64;

class Descriptor {
 public:
  Descriptor(const std::string& path, int flags, mode_t mode = 0)
      : number_(open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  bool good() const { return number_ >= 0; }
  int number() const { return number_; }

 private:
  int number_;
};

// Removes the file when left, unless it has been moved on.
class Temporary {
 public:
  explicit Temporary(std::string path) : path_(std::move(path)) {}
  ~Temporary() { unlink(path_.c_str()); }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

bool is_hash(std::string_view text) {
  return text.size() == kHashDigits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string place_of(const std::string& root, std::string_view sha256) {
  return fmt::format("{}/{}/{}", root, sha256.substr(0, 2), sha256.substr(2));
}

base::Error storage_error(std::string_view what) {
  return {Code::unavailable, "file.storage", "",
          fmt::format("附件没有保存：{}（{}）。请联系管理员检查磁盘空间和文件夹权限", what,
                      std::strerror(errno))};
}

// Reads on until `size` bytes are there or the file ends; -1 on an error.
ssize_t read_fully(int file, char* to, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = read(file, to + done, size - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return static_cast<ssize_t>(done);
}

bool write_fully(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = write(file, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

// Reads a file once: hash, size and type. False on an error of reading.
bool examine(int file, Stored& out, const std::function<bool(std::string_view)>& each_part = {}) {
  base::Sha256 digest;
  std::string first, last, part(kPart, '\0');
  for (;;) {
    const ssize_t got = read_fully(file, part.data(), part.size());
    if (got < 0) return false;
    if (got == 0) break;
    const std::string_view bytes(part.data(), static_cast<std::size_t>(got));
    digest.add(bytes);
    if (each_part && !each_part(bytes)) return false;
    if (out.size == 0) {
      first = bytes;
    } else {  // the last 64 kB, whatever the last part's own length
      last += bytes;
      if (last.size() > kPart) last.erase(0, last.size() - kPart);
    }
    out.size += bytes.size();
  }
  out.sha256 = digest.hex();
  out.type = type_of(first, last);
  return true;
}

bool sync_folder(const std::string& path) {
  const Descriptor folder(path, O_RDONLY | O_DIRECTORY);
  return folder.good() && fsync(folder.number()) == 0;
}

bool make_folder(const std::string& path) {
  if (mkdir(path.c_str(), 0700) == 0) return sync_folder(fs::path(path).parent_path().string());
  return errno == EEXIST;
}

bool make_folders(const std::string& root) {
  std::error_code error;
  const fs::path parent = fs::path(root).parent_path();
  if (!parent.empty()) fs::create_directories(parent, error);
  return make_folder(root);
}

// Puts a finished, synced file in its place.
bool place(const std::string& from, const std::string& root, const std::string& sha256) {
  const std::string to = place_of(root, sha256);
  const std::string folder = fs::path(to).parent_path().string();
  return make_folder(folder) && rename(from.c_str(), to.c_str()) == 0 && sync_folder(folder);
}

// Random: after a crash a name with the same process number may still be there.
constexpr std::string_view kUnfinished = "unfinished-";
std::string temporary_path(const std::string& root) {
  return fmt::format("{}/{}{}", root, kUnfinished, base::random_token(12));
}

// What a crash left behind, once it is so old that nobody can still be writing it.
void remove_leftovers(const std::string& root) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(root, error)) {
    const auto age = fs::file_time_type::clock::now() - entry.last_write_time(error);
    const bool unfinished = base::starts_with(entry.path().filename().string(), kUnfinished);
    if (!error && unfinished && age > std::chrono::hours(24)) fs::remove(entry.path(), error);
  }
}

}  // namespace

Store::Store(std::string root) : root_(fs::absolute(fs::path(root) / "").parent_path().string()) {
  remove_leftovers(root_);
}

base::Result<Stored> Store::take(const std::string& path) {
  const Descriptor source(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  struct stat status {};
  if (!source.good() || fstat(source.number(), &status) != 0 || !S_ISREG(status.st_mode))
    return refuse(Code::not_found, "file.missing", "没有找到要保存的文件，请重新上传");
  if (!make_folders(root_)) return tl::unexpected(storage_error("建不了文件夹"));
  Stored stored;
  if (!examine(source.number(), stored)) return tl::unexpected(storage_error("读不出上传的文件"));
  if (is_intact(stored.sha256)) {
    unlink(path.c_str());
    return stored;
  }
  // Renamed into the store's folder first: that fails where it lies on another disk, and then it is copied.
  const Temporary unfinished(temporary_path(root_));
  if (fchmod(source.number(), 0600) == 0 && fsync(source.number()) == 0 &&
      rename(path.c_str(), unfinished.path().c_str()) == 0) {
    if (!place(unfinished.path(), root_, stored.sha256)) return tl::unexpected(storage_error("写不进文件夹"));
    return stored;
  }
  const Descriptor copy(unfinished.path(), O_WRONLY | O_CREAT | O_EXCL, 0600);
  Stored copied;
  if (!copy.good() || lseek(source.number(), 0, SEEK_SET) != 0 ||
      !examine(source.number(), copied,
               [&](std::string_view part) { return write_fully(copy.number(), part); }) ||
      fsync(copy.number()) != 0 || !place(unfinished.path(), root_, copied.sha256))
    return tl::unexpected(storage_error("写不进文件夹"));
  unlink(path.c_str());
  return copied;
}

base::Result<Stored> Store::put(std::string_view bytes) {
  Stored stored{base::sha256_hex(bytes), bytes.size(),
                type_of(bytes.substr(0, kPart),
                        bytes.size() > kPart ? bytes.substr(std::max(kPart, bytes.size() - kPart)) : "")};
  if (is_intact(stored.sha256)) return stored;
  if (!make_folders(root_)) return tl::unexpected(storage_error("建不了文件夹"));
  const Temporary unfinished(temporary_path(root_));
  const Descriptor file(unfinished.path(), O_WRONLY | O_CREAT | O_EXCL, 0600);
  if (!file.good() || !write_fully(file.number(), bytes) || fsync(file.number()) != 0 ||
      !place(unfinished.path(), root_, stored.sha256))
    return tl::unexpected(storage_error("写不进文件夹"));
  return stored;
}

std::optional<std::string> Store::path_of(std::string_view sha256) const {
  if (!is_hash(sha256)) return std::nullopt;
  const std::string path = place_of(root_, sha256);
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return path;
}

base::Result<std::string> Store::read(std::string_view sha256) const {
  const auto path = path_of(sha256);
  if (!path) return refuse(Code::not_found, "file.missing", "附件不存在，可能已按保存期限清理");
  const Descriptor file(*path, O_RDONLY | O_NOFOLLOW);
  std::string bytes;
  Stored found;
  const bool whole = file.good() && examine(file.number(), found, [&](std::string_view part) {
                       bytes += part;
                       return true;
                     });
  if (!whole || found.sha256 != sha256)
    return refuse(Code::unavailable, "file.damaged", "附件已损坏，不能打开。请联系管理员从备份恢复");
  return bytes;
}

bool Store::is_intact(std::string_view sha256) const {
  const auto path = path_of(sha256);
  if (!path) return false;
  const Descriptor file(*path, O_RDONLY | O_NOFOLLOW);
  Stored found;
  return file.good() && examine(file.number(), found) && found.sha256 == sha256;
}

}  // namespace kepu::file

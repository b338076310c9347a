#include "core/auth/crypt.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "core/base/secret.h"
#include "core/base/text.h"

namespace kepu::auth {
namespace {

constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;

const unsigned char* raw(std::string_view s) { return reinterpret_cast<const unsigned char*>(s.data()); }

// Unambiguous: table and column hold no "/".
std::string bound_to(const Place& place) {
  return fmt::format("{}/{}/{}/{}", place.table, place.column, place.tenant, place.row);
}

struct File {
  int fd = -1;
  ~File() {
    if (fd >= 0) ::close(fd);
  }
};

base::Result<MasterKey> refuse_key(std::string message) {
  return base::refuse(base::Code::unavailable, "auth.key_file", std::move(message));
}

base::Result<MasterKey> read_key(const File& file, const std::string& path) {
  struct stat status {};
  if (::fstat(file.fd, &status) != 0) return refuse_key(fmt::format("无法读取密钥文件 {}", path));
  if ((status.st_mode & 077) != 0) {
    return refuse_key(fmt::format("密钥文件 {} 可被其他用户读取，请先执行 chmod 600 {}", path, path));
  }
  std::string text(130, '\0');
  const auto count = ::read(file.fd, text.data(), text.size());
  text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  text = base::trim(text);
  MasterKey key;
  std::size_t length = 0;
  if (text.size() != 64 ||
      sodium_hex2bin(key.bytes.data(), key.bytes.size(), text.data(), text.size(), nullptr, &length,
                     nullptr) != 0 ||
      length != key.bytes.size()) {
    return refuse_key(fmt::format(
        "密钥文件 {} "
        "内容不正确（应为64位十六进制数字）。请从备份恢复原文件；换用新密钥将无法读出已保存的手机号",
        path));
  }
  return key;
}

// Written beside and linked into place, so that two programs that start at once agree on one key.
bool place_new_key(const std::string& path) {
  const std::string beside = path + "." + base::random_token(9);
  File file{::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
  if (file.fd < 0) return false;
  const std::string text = base::hex(base::random_bytes(32)) + "\n";
  const bool written = ::write(file.fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       ::fsync(file.fd) == 0;
  const bool linked = written && (::link(beside.c_str(), path.c_str()) == 0 || errno == EEXIST);
  ::unlink(beside.c_str());
  File folder{::open(std::filesystem::path(path).parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (linked && folder.fd >= 0) ::fsync(folder.fd);
  return linked;
}

}  // namespace

base::Result<MasterKey> load_or_make_key(const std::string& path) {
  const std::string whole = std::filesystem::absolute(path).string();
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(whole).parent_path(), ignored);
  for (int attempt = 0; attempt < 2; ++attempt) {
    File file{::open(whole.c_str(), O_RDONLY | O_CLOEXEC)};
    if (file.fd >= 0) return read_key(file, path);
    if (errno != ENOENT || !place_new_key(whole)) break;
  }
  return refuse_key(fmt::format("无法打开或新建密钥文件 {}：{}。请检查文件夹是否存在、是否可写", path,
                                std::strerror(errno)));
}

Cipher::Cipher(const MasterKey& key) {
  const std::string_view master(reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size());
  seal_key_ = base::hmac_sha256(master, "kepu column encryption 1");
  index_key_ = base::hmac_sha256(master, "kepu blind index 1");
}

std::string Cipher::seal(std::string_view plain, const Place& place) const {
  if (plain.empty()) return {};
  const std::string where = bound_to(place);
  std::string out = base::random_bytes(kNonce);
  out.resize(kNonce + plain.size() + kTag);
  auto* bytes = reinterpret_cast<unsigned char*>(out.data());
  unsigned long long length = 0;
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes + kNonce, &length, raw(plain), plain.size(), raw(where),
                                             where.size(), nullptr, bytes, raw(seal_key_));
  out.resize(kNonce + length);
  return base::base64url(out);
}

std::optional<std::string> Cipher::open(std::string_view sealed, const Place& place) const {
  if (sealed.empty()) return std::string();
  const auto bytes = base::from_base64url(sealed);
  if (!bytes || bytes->size() < kNonce + kTag) return std::nullopt;
  const std::string where = bound_to(place);
  std::string out(bytes->size() - kNonce - kTag, '\0');
  unsigned long long length = 0;
  const int status = crypto_aead_xchacha20poly1305_ietf_decrypt(
      reinterpret_cast<unsigned char*>(out.data()), &length, nullptr, raw(*bytes) + kNonce,
      bytes->size() - kNonce, raw(where), where.size(), raw(*bytes), raw(seal_key_));
  if (status != 0) return std::nullopt;
  return out;
}

std::string Cipher::blind_index(std::string_view value, std::string_view purpose, base::Id tenant) const {
  if (value.empty()) return {};
  return base::base64url(base::hmac_sha256(index_key_, fmt::format("{}/{}/{}", purpose, tenant, value)));
}

std::string mask_phone(std::string_view phone) {
  if (phone.empty()) return {};
  if (phone.size() >= 8) {
    return fmt::format("{}****{}", phone.substr(0, 3), phone.substr(phone.size() - 4));
  }
  return fmt::format("****{}", phone.size() > 4 ? phone.substr(phone.size() - 2) : std::string_view());
}

std::optional<std::string> normal_phone(std::string_view typed) {
  std::string out;
  for (char32_t c : base::to_code_points(base::to_narrow(base::without_space(typed)))) {
    const bool dash = c == U'-' || c == U'–' || c == U'—' || c == U'－';
    if (dash || c == U'(' || c == U')') continue;
    if ((c < U'0' || c > U'9') && !(c == U'+' && out.empty())) return std::nullopt;
    out += static_cast<char>(c);
  }
  if (base::starts_with(out, "+86")) out.erase(0, 3);
  if (base::starts_with(out, "0086")) out.erase(0, 4);
  if (!out.empty() && out[0] == '+') return std::nullopt;
  if (out.size() == 13 && base::starts_with(out, "861")) out.erase(0, 2);
  if (out.size() == 11 && out[0] == '1' && out[1] >= '3') return out;
  // Land lines: area code of three digits in the large cities (010, 02x), else four.
  if (out.size() >= 10 && out.size() <= 12 && out[0] == '0' && out[1] != '0') {
    const std::size_t area = out[1] == '1' || out[1] == '2' ? 3 : 4;
    const std::size_t local = out.size() - area;
    if (local == 7 || local == 8) return out.insert(area, "-");
  }
  if ((out.size() == 7 || out.size() == 8) && out[0] >= '2') return out;
  return std::nullopt;
}

}  // namespace kepu::auth

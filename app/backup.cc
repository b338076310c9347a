#include "app/backup.h"

#include <filesystem>
#include <fstream>
#include <vector>

#include "core/base/secret.h"
#include "core/base/text.h"
#include "core/sql/sql.h"

namespace kepu::app {
namespace fs = std::filesystem;
using base::Code;
using base::refuse;

namespace {

std::string sha256_of(const fs::path& path) {
  base::Sha256 digest;
  std::ifstream in(path, std::ios::binary);
  std::vector<char> buffer(1 << 20);
  while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || in.gcount() > 0) {
    digest.add({buffer.data(), static_cast<std::size_t>(in.gcount())});
  }
  return digest.hex();
}

struct Listed {
  std::string sha256, name;
  std::uint64_t size = 0;
};

base::Result<std::vector<Listed>> read_manifest(const fs::path& folder) {
  std::ifstream in(folder / "MANIFEST");
  if (!in) {
    return refuse(Code::not_found, "backup.incomplete",
                  "“" + folder.string() + "”不是完整的备份（没有 MANIFEST）。请换一份备份。");
  }
  std::vector<Listed> all;
  std::string line;
  while (std::getline(in, line)) {
    const auto parts = base::split(line, "\t");
    const auto size = parts.size() == 3 ? base::parse_int(parts[1]) : std::nullopt;
    const bool escapes = !size || base::contains(parts[2], "..") || base::starts_with(parts[2], "/");
    if (escapes)
      return refuse(Code::invalid, "backup.damaged", "备份清单 MANIFEST 已损坏，不能恢复。请换一份备份。");
    all.push_back({parts[0], parts[2], static_cast<std::uint64_t>(*size)});
  }
  return all;
}

}  // namespace

base::Result<Copied> backup(const Config& config, const std::string& folder) {
  if (fs::exists(folder)) {
    return refuse(Code::conflict, "backup.exists",
                  "“" + folder + "”已经存在。请给一个新的文件夹名，以免覆盖旧备份。");
  }
  if (!base::starts_with(config.url(), "sqlite:")) {
    return refuse(Code::unsupported, "backup.postgresql",
                  "PostgreSQL 数据库请用 pg_dump 备份，并另存数据文件夹中的 files 和 "
                  "key；步骤见用户手册“备份与恢复”。");
  }
  const fs::path target = folder + ".part";
  fs::remove_all(target);
  fs::create_directories(target);
  fs::permissions(target, fs::perms::owner_all);
  sql::Database::open(config.url())->backup_to((target / "kepu.db").string());
  const fs::path data = config.data;
  if (fs::exists(data / "files")) fs::copy(data / "files", target / "files", fs::copy_options::recursive);
  if (fs::exists(data / "key")) fs::copy_file(data / "key", target / "key");
  Copied copied;
  std::ofstream manifest(target / "MANIFEST");
  for (const auto& entry : fs::recursive_directory_iterator(target)) {
    if (!entry.is_regular_file() || entry.path().filename() == "MANIFEST") continue;
    const auto name = fs::relative(entry.path(), target).generic_string();
    manifest << sha256_of(entry.path()) << '\t' << entry.file_size() << '\t' << name << '\n';
    ++copied.files;
    copied.bytes += entry.file_size();
  }
  manifest.close();
  if (!manifest) return refuse(Code::unavailable, "backup.write", "写不了备份清单，请检查磁盘空间。");
  fs::rename(target, folder);
  return copied;
}

base::Result<Copied> restore(const Config& config, const std::string& folder) {
  const fs::path source = folder, data = config.data;
  if (!base::starts_with(config.url(), "sqlite:")) {
    return refuse(Code::unsupported, "restore.postgresql",
                  "PostgreSQL 数据库请用 pg_restore 恢复；步骤见用户手册“备份与恢复”。");
  }
  const auto all = TRY(read_manifest(source));
  if (fs::exists(data) && !fs::is_empty(data)) {
    return refuse(
        Code::conflict, "restore.not_empty",
        "数据文件夹“" + data.string() + "”里已有内容。恢复只写入空文件夹：请用 --data 指定新的文件夹。");
  }
  for (const auto& file : all) {
    const fs::path path = source / file.name;
    if (!fs::exists(path) || fs::file_size(path) != file.size || sha256_of(path) != file.sha256) {
      return refuse(Code::invalid, "backup.damaged",
                    "备份中的“" + file.name + "”缺失或已损坏，没有恢复任何内容。请换一份备份。");
    }
  }
  Copied copied;
  for (const auto& file : all) {
    const fs::path to = data / file.name;
    fs::create_directories(to.parent_path());
    fs::copy_file(source / file.name, to);
    if (file.name == "key") fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write);
    ++copied.files;
    copied.bytes += file.size;
  }
  return copied;
}

}  // namespace kepu::app

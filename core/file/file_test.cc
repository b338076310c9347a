#include "core/file/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "core/base/secret.h"

namespace kepu::file {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;

class FileStore : public ::testing::Test {
 protected:
  FileStore() : folder_(fs::path(::testing::TempDir()) / ("kepu-file-" + std::to_string(getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~FileStore() override { fs::remove_all(folder_); }
  std::string source(const std::string& bytes) {
    const std::string path = (folder_ / ("upload" + std::to_string(++sources_))).string();
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  std::size_t files() const {
    std::size_t count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(store_.root()))
      count += entry.is_regular_file();
    return count;
  }
  fs::path folder_;
  Store store_{(folder_ / "var" / "files").string()};
  int sources_ = 0;
};

TEST_F(FileStore, WhatWasPut_IsReadBack_UnderItsHash) {
  for (const std::string& bytes : {""s, "科普"s, std::string("\0\xff", 2), std::string(300'000, 'x')}) {
    const Stored stored = store_.put(bytes).value();
    EXPECT_EQ(stored.sha256, base::sha256_hex(bytes));
    EXPECT_EQ(stored.size, bytes.size());
    EXPECT_EQ(store_.read(stored.sha256).value(), bytes);
    EXPECT_TRUE(store_.is_intact(stored.sha256));
    EXPECT_EQ(*store_.path_of(stored.sha256),
              store_.root() + "/" + stored.sha256.substr(0, 2) + "/" + stored.sha256.substr(2));
  }
  EXPECT_EQ(store_.put("科普").value().type, "text/plain");
  EXPECT_EQ(files(), 4u);  // once each, and nothing unfinished
}

TEST_F(FileStore, TakenFile_IsMoved_AndACopyIsDropped) {
  const std::string bytes(200'000, 'y'), first = source(bytes), second = source(bytes);
  const Stored stored = store_.take(first).value();
  EXPECT_EQ(stored.size, bytes.size());
  EXPECT_EQ(store_.take(second).value().sha256, stored.sha256);
  EXPECT_FALSE(fs::exists(first));
  EXPECT_FALSE(fs::exists(second));
  EXPECT_EQ(files(), 1u);
  EXPECT_EQ(store_.read(stored.sha256).value(), bytes);
}

TEST_F(FileStore, FromAnotherDisk_IsCopied) {
  const std::string path = "/dev/shm/kepu-file-" + std::to_string(getpid());
  std::ofstream(path) << "elsewhere";
  struct stat here {
  }, there{};
  if (stat(path.c_str(), &there) != 0 || stat(folder_.c_str(), &here) != 0 || here.st_dev == there.st_dev) {
    fs::remove(path);
    GTEST_SKIP() << "no second file system at /dev/shm";
  }
  EXPECT_EQ(store_.read(store_.take(path).value().sha256).value(), "elsewhere");
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(FileStore, IsForItsOwnerAlone) {
  const Stored stored = store_.take(source("secret")).value();
  const fs::path path = *store_.path_of(stored.sha256);
  struct stat status {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  ASSERT_EQ(stat(path.parent_path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
}

TEST_F(FileStore, DamagedFile_IsNotServed_AndHealsWhenItComesAgain) {
  const Stored stored = store_.put("evidence").value();
  std::ofstream(*store_.path_of(stored.sha256)) << "evidencf";
  EXPECT_FALSE(store_.is_intact(stored.sha256));
  EXPECT_EQ(store_.read(stored.sha256).error().rule, "file.damaged");
  EXPECT_TRUE(store_.put("evidence"));
  EXPECT_EQ(store_.read(stored.sha256).value(), "evidence");
  std::ofstream(*store_.path_of(stored.sha256)) << "short";
  EXPECT_TRUE(store_.take(source("evidence")));
  EXPECT_TRUE(store_.is_intact(stored.sha256));
}

TEST_F(FileStore, WhatIsNoHash_IsMissing) {
  const std::string hash = store_.put("x").value().sha256;
  std::string upper = hash;
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  EXPECT_NE(upper, hash);
  for (const std::string& bad : {""s, "../../etc/passwd"s, hash.substr(1), hash + "0", upper,
                                 hash.substr(0, 63) + "/", std::string(64, '.')}) {
    EXPECT_FALSE(store_.path_of(bad)) << bad;
    EXPECT_EQ(store_.read(bad).error().rule, "file.missing") << bad;
    EXPECT_FALSE(store_.is_intact(bad)) << bad;
  }
  EXPECT_FALSE(store_.path_of(std::string(64, '0')));
}

TEST_F(FileStore, SourcesThatAreNoFiles_AreRefused) {
  const std::string link = (folder_ / "link").string();
  fs::create_symlink("/etc/hostname", link);
  for (const std::string& path : {"/nowhere/at/all"s, folder_.string(), link})
    EXPECT_EQ(store_.take(path).error().rule, "file.missing") << path;
}

TEST_F(FileStore, FolderThatCannotBeMade_IsAStorageRefusal) {
  Store nowhere("/proc/none/files");
  EXPECT_EQ(nowhere.put("x").error().rule, "file.storage");
  const std::string path = source("x");
  EXPECT_EQ(nowhere.take(path).error().rule, "file.storage");
  EXPECT_TRUE(fs::exists(path));  // not lost
}

TEST_F(FileStore, LeftoversOfACrash_GoAfterADay) {
  const std::string hash = store_.put("x").value().sha256;
  const fs::path old = store_.root() + "/unfinished-old", fresh = store_.root() + "/unfinished-new";
  for (const fs::path& path : {old, fresh}) std::ofstream(path) << "half";
  fs::last_write_time(old, fs::file_time_type::clock::now() - std::chrono::hours(25));
  const Store again(store_.root() + "/");
  EXPECT_EQ(again.root(), store_.root());
  EXPECT_FALSE(fs::exists(old));
  EXPECT_TRUE(fs::exists(fresh));
  EXPECT_TRUE(again.is_intact(hash));
}

TEST_F(FileStore, ManyThreads_WithTheSameContent_LeaveOneFile) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) EXPECT_TRUE(store_.put("same " + std::to_string(i % 4)));
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(files(), 4u);
}

// ---------------------------------------------------------------- types

std::string zip_entry(const std::string& name, const std::string& bytes = "x") {
  std::string out("PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 26);
  out += static_cast<char>(name.size());
  out += '\0';
  return out + std::string(2, '\0') + name + bytes;
}

std::string zip(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += zip_entry(name);
  return out;
}

std::string ole(const std::string& stream) {
  std::string out = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"s + std::string(504, '\0');
  for (const char c : stream) out += {c, '\0'};
  return out;
}

TEST(FileType, IsFoundByContent) {
  const std::string office = "application/vnd.openxmlformats-officedocument.";
  const std::pair<std::string, std::string> cases[] = {
      {"%PDF-1.7\n", "application/pdf"},
      {"\xef\xbb\xbf\r\n%PDF-1.4", "application/pdf"},
      {"\x89PNG\r\n\x1a\n\0\0"s, "image/png"},
      {"\xff\xd8\xff\xe0", "image/jpeg"},
      {"GIF89a..", "image/gif"},
      {"RIFF\x10\0\0\0WEBPVP8 "s, "image/webp"},
      {"\0\0\0\x18"
       "ftypmp42"s,
       "video/mp4"},
      {zip({"[Content_Types].xml", "_rels/.rels", "word/document.xml"}),
       office + "wordprocessingml.document"},
      {zip({"_rels/.rels", "word/document.xml"}), office + "wordprocessingml.document"},
      {zip({"[Content_Types].xml", "xl/workbook.xml"}), office + "spreadsheetml.sheet"},
      {zip({"[Content_Types].xml", "ppt/presentation.xml"}), office + "presentationml.presentation"},
      {zip({"[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"}),
       "application/vnd.ms-word.document.macroEnabled.12"},
      {zip({"OFD.xml", "Doc_0/Document.xml"}), "application/ofd"},
      {zip_entry("mimetype", "application/vnd.oasis.opendocument.text") + zip_entry("content.xml"),
       "application/vnd.oasis.opendocument.text"},
      {zip({"word/notes.txt"}), "application/zip"},
      {zip({"[Content_Types].xml"}), "application/zip"},
      {ole("WordDocument"), "application/msword"},
      {ole("Workbook"), "application/vnd.ms-excel"},
      {ole("PowerPoint Document"), "application/vnd.ms-powerpoint"},
      {ole("Other"), "application/x-ole-storage"},
      {"<!DOCTYPE html><p>x", "text/html"},
      {" \n<HTML lang=zh>", "text/html"},
      {"<script>alert(1)</script>\xff", "text/html"},
      {"<!-- x --><p>", "text/html"},
      {"<svg xmlns='x'>", "image/svg+xml"},
      {"<?xml version='1.0'?><svg>", "image/svg+xml"},
      {"<?xml version='1.0'?><alert/>", "text/xml"},
      {"<abc", "text/plain"},
      {"科普工作方案\n第一条", "text/plain"},
      {"科普"s.substr(0, 4), "text/plain"},              // cut within a character
      {"\xbf\xc6\xc6\xd5", "application/octet-stream"},  // GBK
      {"a\0b"s, "application/octet-stream"},
      {"PK\x03\x04", "application/zip"},
      {"", "application/octet-stream"},
  };
  for (const auto& [bytes, type] : cases) EXPECT_EQ(type_of(bytes), type) << bytes.substr(0, 60);
}

TEST_F(FileStore, ZipDirectory_AtTheEndOfALongFile_IsSeen) {
  std::string directory("PK\x01\x02", 4);
  const std::string name = "word/document.xml";
  directory += std::string(24, '\0') + static_cast<char>(name.size()) + std::string(17, '\0') + name;
  const std::string bytes = zip_entry("_rels/.rels", std::string(200'000, 'x')) + directory;
  const std::string expected = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
  EXPECT_EQ(store_.put(bytes).value().type, expected);
  EXPECT_EQ(store_.take(source(bytes)).value().type, expected);
}

TEST(FileType, RandomBytes_AreNoTrouble) {
  std::mt19937 random(11);
  const std::string starts[] = {"",  "PK\x03\x04",   "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
                                "<", "\xef\xbb\xbf", "RIFF"};
  for (int round = 0; round < 5000; ++round) {
    std::string bytes = starts[random() % 6];
    const std::size_t length = random() % 80;
    for (std::size_t i = 0; i < length; ++i) bytes += static_cast<char>(random() % 5 == 0 ? 'P' : random());
    if (random() % 3 == 0) bytes += zip_entry("word/x").substr(0, random() % 40);
    EXPECT_FALSE(type_of(bytes, bytes).empty());
  }
}

}  // namespace
}  // namespace kepu::file

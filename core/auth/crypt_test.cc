#include "core/auth/crypt.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace kepu::auth {
namespace {

class KeyFile : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("kepu_key_" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    path_ = (folder_ / "sub" / "key").string();
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path folder_;
  std::string path_;
};

TEST_F(KeyFile, IsMadeOnceAndReadAgain) {
  const auto first = load_or_make_key(path_);
  ASSERT_TRUE(first) << first.error().message;
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  const auto second = load_or_make_key(path_);
  ASSERT_TRUE(second);
  EXPECT_EQ(first->bytes, second->bytes);
  EXPECT_NE(first->bytes, MasterKey{}.bytes);
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "sub")) files += entry.exists();
  EXPECT_EQ(files, 1u);
}

TEST_F(KeyFile, ReadableByOthersIsRefused) {
  ASSERT_TRUE(load_or_make_key(path_));
  ::chmod(path_.c_str(), 0640);
  const auto key = load_or_make_key(path_);
  ASSERT_FALSE(key);
  EXPECT_NE(key.error().message.find("chmod 600"), std::string::npos);
}

TEST_F(KeyFile, DamagedIsRefusedAndNotReplaced) {
  ASSERT_TRUE(load_or_make_key(path_));
  for (const std::string& content :
       {std::string(), std::string(63, 'a'), std::string(64, 'g'), std::string(128, 'a')}) {
    std::ofstream(path_) << content;
    EXPECT_FALSE(load_or_make_key(path_)) << content;
    EXPECT_EQ(std::filesystem::file_size(path_), content.size());
  }
}

MasterKey key_of(unsigned char byte) {
  MasterKey key;
  key.bytes.fill(byte);
  return key;
}

TEST(Cipher, OpensOnlyWhereItWasSealed) {
  const Cipher cipher(key_of(1));
  const Place place{"auth_person", "phone", 7, 9};
  const std::string sealed = cipher.seal("13800135678", place);
  EXPECT_EQ(cipher.open(sealed, place), "13800135678");
  EXPECT_NE(cipher.seal("13800135678", place), sealed) << "the nonce is random";
  EXPECT_FALSE(cipher.open(sealed, {"auth_person", "phone", 7, 10}));
  EXPECT_FALSE(cipher.open(sealed, {"auth_person", "phone", 8, 9}));
  EXPECT_FALSE(cipher.open(sealed, {"auth_person", "email", 7, 9}));
  EXPECT_FALSE(Cipher(key_of(2)).open(sealed, place));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string bent = sealed;
    bent[i] = bent[i] == 'A' ? 'B' : 'A';
    // The last character holds unused bits, which the decoder may ignore.
    if (cipher.open(bent, place)) {
      EXPECT_EQ(i + 1, sealed.size());
    }
  }
  EXPECT_EQ(cipher.seal("", place), "");
  EXPECT_EQ(cipher.open("", place), "");
}

TEST(Cipher, BlindIndexTellsTenantsApart) {
  const Cipher cipher(key_of(1));
  EXPECT_EQ(cipher.blind_index("1", "p", 7), cipher.blind_index("1", "p", 7));
  EXPECT_NE(cipher.blind_index("1", "p", 7), cipher.blind_index("1", "p", 8));
  EXPECT_NE(cipher.blind_index("1", "p", 7), cipher.blind_index("1", "q", 7));
  EXPECT_EQ(cipher.blind_index("", "p", 7), "");
}

TEST(Phone, MaskedAndNormal) {
  EXPECT_EQ(mask_phone("13800135678"), "138****5678");
  EXPECT_EQ(mask_phone("6123456"), "****56");
  EXPECT_EQ(mask_phone("12"), "****");
  EXPECT_EQ(mask_phone(""), "");
  EXPECT_EQ(normal_phone("138 0013 5678"), "13800135678");
  EXPECT_EQ(normal_phone("+86-138-0013-5678"), "13800135678");
  EXPECT_EQ(normal_phone("１３８００１３５６７８"), "13800135678");
  EXPECT_EQ(normal_phone("（0731）88888888"), "0731-88888888");
  EXPECT_EQ(normal_phone("010-12345678"), "010-12345678");
  EXPECT_EQ(normal_phone("0745-6123456"), "0745-6123456");
  for (const char* bad :
       {"", "1380013567", "12800135678", "138001356789", "abc", "+1 202 5550100", "0000000000"}) {
    EXPECT_FALSE(normal_phone(bad)) << bad;
  }
}

}  // namespace
}  // namespace kepu::auth

#include "core/file/photo.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "core/file/attachment.h"

namespace kepu::file {
namespace {

std::string segment(unsigned char marker, const std::string& content) {
  const auto n = content.size() + 2;
  return std::string("\xFF") + static_cast<char>(marker) + static_cast<char>(n >> 8) +
         static_cast<char>(n & 0xFF) + content;
}

std::string jpeg(int orientation) {
  std::string tiff("MM\0\x2A\0\0\0\x08\0\x02\x88\x25\0\x04\0\0\0\x01\0\0\0\0\x01\x12\0\x03\0\0\0\x01\0", 31);
  tiff += static_cast<char>(orientation);
  tiff += std::string("\0\0", 2) + "GPS 29.1 106.2";
  return "\xFF\xD8" + segment(0xE0, std::string("JFIF\0", 5)) +
         segment(0xE1, std::string("Exif\0\0", 6) + tiff) + segment(0xFE, "comment: 29.1") +
         segment(0xE1, "http://ns.adobe.com/xap/1.0/ GPS") + segment(0xDB, "table") + segment(0xDA, "scan") +
         std::string("pixels\xFF\0more\xFF\xD0", 14) + "\xFF\xD9" + "trailer GPS";
}

TEST(Photo, LosesPlaceAndDevice_KeepsPixelsAndWhichSideIsUp) {
  const auto clean = without_metadata(jpeg(6)).value();
  EXPECT_EQ(clean.find("GPS"), std::string::npos);
  EXPECT_EQ(clean.find("29.1"), std::string::npos);
  EXPECT_NE(clean.find("pixels"), std::string::npos);
  EXPECT_NE(clean.find("JFIF"), std::string::npos);
  EXPECT_EQ(without_metadata(clean).value(), clean);  // and its own Exif is read back
  EXPECT_EQ(without_metadata(jpeg(1)).value().find("Exif"), std::string::npos);
}

TEST(Photo, CutAndGarbledOnesAreRefusedOrHarmless) {
  const std::string whole = jpeg(3);
  for (std::size_t n = 0; n < whole.size(); ++n) {
    const auto clean = without_metadata(whole.substr(0, n));
    if (clean) {
      EXPECT_EQ(clean->find("GPS"), std::string::npos) << n;
    }
  }
  std::mt19937 dice(3);
  for (int i = 0; i < 5000; ++i) {
    std::string bytes = whole;
    for (int k = 0; k < 3; ++k) bytes[dice() % bytes.size()] = static_cast<char>(dice());
    const auto clean = without_metadata(bytes);
    if (clean) {
      EXPECT_LE(clean->size(), bytes.size() + 64);
    }
  }
  EXPECT_EQ(without_metadata("GIF89a").error().rule, "photo.type");
  EXPECT_EQ(without_metadata("").error().rule, "photo.type");
}

TEST(Photo, PngLosesItsTexts) {
  const auto chunk = [](const std::string& type, const std::string& content) {
    return std::string("\0\0\0", 3) + static_cast<char>(content.size()) + type + content + "CRC!";
  };
  const std::string head("\x89PNG\r\n\x1a\n", 8);
  const auto clean = without_metadata(head + chunk("IHDR", "h") + chunk("eXIf", "GPS") +
                                      chunk("tEXt", "GPS") + chunk("IDAT", "d") + chunk("IEND", "") + "GPS");
  ASSERT_TRUE(clean);
  EXPECT_EQ(*clean, head + chunk("IHDR", "h") + chunk("IDAT", "d") + chunk("IEND", ""));
  EXPECT_FALSE(without_metadata(head + chunk("IHDR", "h")));
}

// ---- what people add

class Attachments : public ::testing::Test {
 protected:
  Attachments()
      : folder_(std::filesystem::path(::testing::TempDir()) / ("kepu-added-" + std::to_string(getpid()))) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~Attachments() override { std::filesystem::remove_all(folder_); }
  base::Result<Attachment> take(const std::string& name, const std::string& bytes, bool photos_only = false) {
    const auto path = (folder_ / "upload").string();
    std::ofstream(path, std::ios::binary) << bytes;
    return take_attachment(store_, path, bytes.size(), name, "file1", photos_only);
  }
  std::filesystem::path folder_;
  Store store_{(folder_ / "files").string()};
};

TEST_F(Attachments, PhotosAreCleaned_PapersKept_AllElseRefusedWithItsField) {
  const auto photo = take("现场.jpg", jpeg(1));
  ASSERT_TRUE(photo);
  EXPECT_TRUE(photo->is_picture());
  EXPECT_EQ(photo->name, "现场.jpg");
  EXPECT_EQ(store_.read(photo->sha256)->find("GPS"), std::string::npos);
  const std::string text = "签到表：三十七人";
  const auto paper = take("签到表.txt", text);
  ASSERT_TRUE(paper);
  EXPECT_FALSE(paper->is_picture());
  EXPECT_EQ(*store_.read(paper->sha256), text);
  EXPECT_EQ(take("签到表.txt", text, true).error().rule, "photo.type");
  const auto page = take("a.jpg", "<!doctype html><script>alert(1)</script>");
  ASSERT_FALSE(page);  // by content, not by name
  EXPECT_EQ(page.error().rule, "photo.type");
  EXPECT_EQ(page.error().field, "file1");
  EXPECT_NE(page.error().message.find("a.jpg"), std::string::npos);
  EXPECT_FALSE(take("空.jpg", ""));
  EXPECT_EQ(
      take_attachment(store_, "/nowhere", kMostAttachmentBytes + 1, "大.pdf", "file1", false).error().rule,
      "photo.size");
}

}  // namespace
}  // namespace kepu::file

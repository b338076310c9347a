#include <gtest/gtest.h>

#include "core/doc/extract.h"
#include "core/doc/ole.h"
#include "core/doc/test_ole.h"

namespace kepu::doc {
namespace {

using testing::make_doc;
using testing::make_ole;
using Lines = std::vector<std::string>;

const std::string kCell("\x16\x24\x01", 3);                       // sprmPFInTable
const std::string kRow = kCell + std::string("\x17\x24\x01", 3);  // sprmPFTtp

std::string rule_of(const std::string& bytes) {
  const auto text = extract(bytes);
  return text ? "" : text.error().rule;
}

Lines lines_of(const std::string& bytes) {
  const auto text = extract(bytes);
  EXPECT_TRUE(text) << (text ? "" : text.error().message);
  return text ? text->lines : Lines{};
}

TEST(DocBinary, ParagraphsBreaksAndCharactersBeyondTheBasicPlane) {
  EXPECT_EQ(lines_of(make_doc(u"一、目标\r\r𠮷祥\t“十四五”\v下行\x1E\x1Fx\r")),
            (Lines{"一、目标", "", "𠮷祥\t“十四五”", "下行-x"}));
  EXPECT_EQ(lines_of(make_doc(u"无标记的末段", {}, {}, 0)), (Lines{"无标记的末段"}));
}

TEST(DocBinary, FieldsGiveTheirResult) {
  EXPECT_EQ(lines_of(make_doc(u"前\x13 PAGE \x13 内 \x14x\x15\x14果\x15后\r开\x13没有结束\r下一段\r")),
            (Lines{"前果后", "开", "下一段"}));
}

TEST(DocBinary, TablesHaveCellsAndRows) {
  //                     0 1    2    3 4    5    6    7    8    9    10
  const std::u16string text = u"甲\r乙\a丙\a\a丁\a\a\a后\r";
  // 甲¶ 乙◇ 丙◇ row | 丁◇ ◇ row | 后¶
  EXPECT_EQ(lines_of(make_doc(text, {{0, 6, kCell}, {6, 7, kRow}, {7, 10, kCell}, {10, 11, kRow}})),
            (Lines{"\t甲", "乙", "\t丙", "", "\t丁", "\t", "", "后"}));
}

TEST(DocBinary, DeletedAndHiddenTextIsLeftOut) {
  const std::string deleted("\x00\x08\x01", 3), hidden("\x3C\x08\x01", 3);
  EXPECT_EQ(lines_of(make_doc(u"留删藏见\r", {}, {{1, 2, deleted}, {2, 3, hidden}})), (Lines{"留见"}));
}

TEST(DocBinary, AutomaticNumbersAreMissedAloud) {
  const auto text = extract(make_doc(u"任务\r", {{0, 3, std::string("\x0B\x46\x01\x00", 4)}}));
  ASSERT_TRUE(text);
  ASSERT_EQ(text->warnings.size(), 1u);
}

TEST(DocBinary, Refusals) {
  EXPECT_EQ(rule_of(make_doc(u"密\r", {}, {}, 0x0300)), "doc.encrypted");
  EXPECT_EQ(rule_of(make_ole({{"EncryptedPackage", "x"}})), "doc.encrypted");
  EXPECT_EQ(rule_of(make_ole({{"Workbook", "x"}})), "doc.unsupported");
  EXPECT_EQ(rule_of(make_ole({{"Contents", "x"}})), "doc.unsupported");
  EXPECT_EQ(rule_of(make_ole({{"WordDocument", std::string(2000, 'x')}})), "doc.broken");
  const std::string whole = make_doc(u"一二三四五\r");
  for (std::size_t size = 8; size < whole.size() - 1100; size += 97)
    EXPECT_NE(rule_of(whole.substr(0, size)), "") << size;
}

TEST(Ole, LoopsInChainsEnd) {
  std::string file = make_ole({{"WordDocument", std::string(3000, 'x')}});
  // Each sector of the stream points at itself.
  for (std::uint32_t sector = 2; sector < 8; ++sector) testing::put(file, 512 + sector * 4, sector, 4);
  auto ole = OleFile::open(file);
  ASSERT_TRUE(ole);
  EXPECT_LE(ole->read("WordDocument").value_or("").size(), file.size());
  testing::put(file, 512 + 4, 1, 4);  // the directory, too
  EXPECT_NO_THROW(OleFile::open(file));
}

}  // namespace
}  // namespace kepu::doc

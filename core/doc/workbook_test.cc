#include "core/doc/workbook.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/doc/test_package.h"
#include "core/doc/workbook_format.h"

namespace kepu::doc {
namespace {

using testing::make_zip;
using Rows = std::vector<std::vector<std::string>>;

std::string rule_of(const std::string& bytes, const SheetLimits& limits = {}) {
  const auto book = read_workbook(bytes, limits);
  return book ? "" : book.error().rule;
}

std::string book_of(const std::string& rows, const std::string& shared = {}, const std::string& styles = {},
                    const std::string& properties = {}) {
  return make_zip({{"xl/workbook.xml",
                    "<workbook xmlns:r=\"r\">" + properties +
                        "<sheets><sheet name=\"甲\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"},
                   {"xl/_rels/workbook.xml.rels",
                    "<Relationships><Relationship Id=\"rId1\" Type=\"http://x/worksheet\" "
                    "Target=\"worksheets/sheet1.xml\"/></Relationships>"},
                   {"xl/worksheets/sheet1.xml", "<worksheet><sheetData>" + rows + "</sheetData></worksheet>"},
                   {"xl/sharedStrings.xml", "<sst>" + shared + "</sst>"},
                   {"xl/styles.xml", "<styleSheet>" + styles + "</styleSheet>"}});
}

Rows rows_of(const std::string& bytes) {
  const auto book = read_workbook(bytes);
  EXPECT_TRUE(book) << (book ? "" : book.error().message);
  return book && !book->empty() ? book->front().rows : Rows{};
}

TEST(WorkbookRead, EveryKindOfCell) {
  EXPECT_EQ(
      rows_of(book_of(
          "<row r=\"2\"><c r=\"B2\" t=\"s\"><v>0</v></c><c r=\"D2\" t=\"s\"><v>1</v></c></row>"
          "<row><c t=\"inlineStr\"><is><t>内</t></is></c><c t=\"b\"><v>1</v></c><c t=\"e\"><v>#N/A</v></c>"
          "<c "
          "t=\"str\"><f>A1</f><v>算</v></c><c><f>1+1</f><v>2</v></c><c><v>0.30000000000000004</v></c></row>",
          "<si><t>纯</t></si><si><r><t>富</t></r><r><t xml:space=\"preserve\"> "
          "文_x000A_本</t></r><rPh><t>zhu</t></rPh></si>")),
      (Rows{{}, {"", "纯", "", "富 文\n本"}, {"内", "TRUE", "#N/A", "算", "2", "0.3"}}));
}

TEST(WorkbookRead, DatesOfDateStyledCells) {
  const std::string styles =
      "<numFmts><numFmt numFmtId=\"176\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;\"/><numFmt "
      "numFmtId=\"177\" "
      "formatCode=\"0.00&quot;days&quot;\"/></numFmts><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf "
      "numFmtId=\"176\"/><xf "
      "numFmtId=\"177\"/></cellXfs>";
  const std::string row =
      "<row><c s=\"1\"><v>44672</v></c><c s=\"2\"><v>44672.5</v></c><c s=\"3\"><v>44672</v></c><c "
      "s=\"1\"><v>0.75</v></c></row>";
  EXPECT_EQ(rows_of(book_of(row, "", styles)), (Rows{{"2022-04-21", "2022-04-21T12:00", "44672", "18:00"}}));
  EXPECT_EQ(
      rows_of(book_of("<row><c s=\"1\"><v>43210</v></c></row>", "", styles, "<workbookPr date1904=\"1\"/>")),
      (Rows{{"2022-04-21"}}));
}

TEST(WorkbookFormat, SerialsAndNames) {
  EXPECT_EQ(iso_of_serial(1, false), "1900-01-01");
  EXPECT_EQ(iso_of_serial(61, false), "1900-03-01");
  EXPECT_EQ(iso_of_serial(-1, false), std::nullopt);
  EXPECT_EQ(iso_of_serial(1e10, false), std::nullopt);
  EXPECT_TRUE(is_date_format(0, "[h]:mm"));
  EXPECT_FALSE(is_date_format(0, "[Red]0.00\\d"));
  EXPECT_EQ(number_text(1e17), "100000000000000000");
  EXPECT_EQ(number_text(-1.5), "-1.5");
  EXPECT_EQ(number_text(-0.0), "0");
  EXPECT_EQ(cell_name(11, 1), "B12");
  EXPECT_EQ(cell_name(0, 702), "AAA1");
  for (int column = 0; column < 2000; column += 7) {
    const auto place = parse_cell_name(cell_name(41, column));
    ASSERT_TRUE(place);
    EXPECT_EQ(place->column, column);
    EXPECT_EQ(place->row, 41);
  }
  EXPECT_FALSE(parse_cell_name("12"));
  EXPECT_FALSE(parse_cell_name("A"));
}

TEST(WorkbookRead, Refusals) {
  EXPECT_EQ(rule_of(""), "doc.empty");
  EXPECT_EQ(rule_of("a,b,c"), "doc.unsupported");
  EXPECT_EQ(rule_of(testing::make_docx(testing::paragraph("x"))), "doc.unsupported");
  EXPECT_EQ(rule_of(book_of("<row><c></row>")), "doc.broken");
  EXPECT_EQ(rule_of(book_of("<row r=\"100001\"><c><v>1</v></c></row>")), "doc.too_large");
  EXPECT_EQ(rule_of(book_of("<row><c r=\"IW1\"><v>1</v></c></row>")), "doc.too_large");
  EXPECT_EQ(rule_of(book_of("<row r=\"1048576\"><c r=\"XFD1048576\" s=\"1\"/></row>")),
            "");  // only formatted
  SheetLimits small;
  small.file_bytes = 10;
  EXPECT_EQ(rule_of(book_of(""), small), "doc.too_large");
  const std::string whole = book_of("<row><c><v>1</v></c></row>");
  EXPECT_EQ(rule_of(whole.substr(0, whole.size() / 2)), "doc.broken");
}

TEST(WorkbookRead, OneLongTextInManyCellsIsRefused) {
  std::string rows;
  for (int i = 0; i < 2000; ++i) rows += "<row><c t=\"s\"><v>0</v></c></row>";
  EXPECT_EQ(rule_of(book_of(rows, "<si><t>" + std::string(200'000, 'x') + "</t></si>")), "doc.too_large");
}

TEST(WorkbookRead, WideRowsWithinMemory) {
  std::string rows;
  for (int i = 1; i <= 60'000; ++i) rows += "<row><c r=\"IV" + std::to_string(i) + "\"><v>1</v></c></row>";
  EXPECT_EQ(rule_of(book_of(rows)), "doc.too_large");
}

class WorkbookFile : public ::testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }
  std::string bytes() const {
    std::ifstream in(path_, std::ios::binary);
    std::stringstream all;
    all << in.rdbuf();
    return all.str();
  }
  std::string path_ =
      (std::filesystem::temp_directory_path() / ("workbook_test_" + std::to_string(::getpid()) + ".xlsx"))
          .string();
};

TEST_F(WorkbookFile, RoundTrip) {
  WorkbookWriter writer(path_);
  writer.sheet("任务[2022]/台账",
               {{"名称", 30, "填全称", {}}, {"类别", 10, "", {"行动", "工程"}}, {"数"}, {"号"}},
               "某县任务台账");
  writer.row({std::string("=1+1"), std::string("行动"), 2.5, std::int64_t{110101199001011234}});
  writer.row({std::string("两行\n文字 <&>"), std::monostate{}, std::int64_t{-7}, std::string("𠮷")});
  writer.sheet("任务[2022]/台账", {{"空"}});
  writer.close();
  const auto book = read_workbook(bytes());
  ASSERT_TRUE(book) << book.error().message;
  ASSERT_EQ(book->size(), 2u);
  EXPECT_EQ((*book)[0].name, "任务 2022  台账");
  EXPECT_EQ((*book)[1].name, "任务 2022  台账(2)");
  EXPECT_EQ((*book)[0].rows, (Rows{{"某县任务台账"},
                                   {"名称", "类别", "数", "号"},
                                   {"=1+1", "行动", "2.5", "110101199001011234"},
                                   {"两行\n文字 <&>", "", "-7", "𠮷"}}));
}

TEST_F(WorkbookFile, HundredThousandCellsAreReadQuickly) {
  WorkbookWriter writer(path_);
  writer.sheet("成绩", {{"姓名"}, {"班"}, {"一"}, {"二"}, {"三"}, {"四"}, {"五"}, {"六"}, {"七"}, {"八"}});
  for (std::int64_t r = 0; r < 10'000; ++r) {
    writer.row({"学生" + std::to_string(r), std::string("高一（3）班"), r, r * 2, r * 3, r * 4, r * 5, r * 6,
                r * 7, r * 8});
  }
  writer.close();
  const std::string all = bytes();
  const auto from = std::chrono::steady_clock::now();
  const auto book = read_workbook(all);
  const auto spent = std::chrono::steady_clock::now() - from;
  ASSERT_TRUE(book);
  EXPECT_EQ(book->front().rows.size(), 10'001u);
  EXPECT_EQ(book->front().rows[10'000][9], "79992");
  RecordProperty("milliseconds",
                 static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(spent).count()));
  EXPECT_LT(spent, std::chrono::milliseconds(1500));  // 60 optimised; slack for sanitizers and busy machines
}

TEST_F(WorkbookFile, LongListsOfChoicesStandInTheComment) {
  const std::vector<std::string> many(15, "科普示范单位");  // 104 characters, but 284 bytes
  WorkbookWriter writer(path_);
  writer.sheet("一", {{"角色", 10, "", many}});
  writer.row({std::string("科普示范单位")});
  writer.close();
  const auto book = read_workbook(bytes());
  ASSERT_TRUE(book) << book.error().message;
  EXPECT_EQ(book->front().rows, (Rows{{"角色"}, {"科普示范单位"}}));
}

TEST_F(WorkbookFile, UnwritablePathThrows) {
  WorkbookWriter writer("/nonexistent/folder/x.xlsx");
  writer.sheet("a", {{"b"}});
  EXPECT_THROW(writer.close(), std::runtime_error);
}

}  // namespace
}  // namespace kepu::doc

#include "core/doc/word.h"

#include <gtest/gtest.h>

#include <pugixml.hpp>

#include "core/base/text.h"
#include "core/doc/extract.h"
#include "core/doc/zip.h"

namespace kepu::doc {
namespace {

using Lines = std::vector<std::string>;

Lines lines_of(const Paper& paper) {
  const auto text = extract(paper.docx());
  EXPECT_TRUE(text) << (text ? "" : text.error().message);
  return text ? text->lines : Lines{};
}

std::string part_of(const Paper& paper, const std::string& name) {
  const std::string bytes = paper.docx();
  auto archive = Archive::open(bytes, 64u << 20);
  return archive->read(name).value();
}

Paper example() {
  Paper paper;
  paper.head("某县人民政府办公室文件", "某府办发〔2022〕1号");
  paper.paragraph(Style::title, "某县科普工作要点");
  paper.paragraph(Style::recipient, "各乡镇人民政府：");
  paper.paragraph(Style::heading1, "一、总体要求");
  paper.lead_in("1.开展活动。每年举办 <一> 次 & 更多。", 7);
  paper.paragraph(Style::caption, "任务分工表");
  paper.table({20, 50, 30},
              {{{"类别", 1, 1, true}, {"任务", 1, 1, true}, {"单位", 1, 1, true}},
               {{"行动", 1, 2}, {"甲"}, {"教委\n科协"}},
               {{"乙"}, {"农委"}},
               {{"合计", 2}, {"2"}}},
              1, true);
  paper.intervals({{"男性 <甲>", 12.3, 9.6, 15.5}, {"女性", 11.7, 9.2, 14.8}}, "比例（%）", "两组相近");
  paper.page_break();
  paper.paragraph(Style::signature, "某县人民政府办公室");
  return paper;
}

TEST(Word, ReadsBackAsWritten) {
  const Lines lines = lines_of(example());
  Lines filled;
  for (const auto& line : lines) {
    if (!line.empty()) filled.push_back(line);
  }
  EXPECT_EQ(filled, (Lines{"某县人民政府办公室文件",
                           "某府办发〔2022〕1号",
                           "某县科普工作要点",
                           "各乡镇人民政府：",
                           "一、总体要求",
                           "1.开展活动。每年举办 <一> 次 & 更多。",
                           "任务分工表",
                           "\t类别",
                           "\t任务",
                           "\t单位",
                           "\t行动",
                           "\t甲",
                           "\t教委",
                           "科协",
                           "\t",
                           "\t乙",
                           "\t农委",
                           "\t合计",
                           "\t",
                           "\t2",
                           "某县人民政府办公室"}));
}

TEST(Word, SameInputSameBytes) { EXPECT_EQ(example().docx(), example().docx()); }

TEST(Word, EveryPartIsWellFormedAndRelationsLead) {
  const std::string bytes = example().docx();
  auto archive = Archive::open(bytes, 64u << 20);
  ASSERT_TRUE(archive);
  const auto names = archive->names();
  EXPECT_EQ(names.front(), "[Content_Types].xml");
  for (const auto& name : names) {
    const std::string xml = archive->read(name).value();
    pugi::xml_document tree;
    EXPECT_TRUE(tree.load_buffer(xml.data(), xml.size())) << name;
    if (name != "word/_rels/document.xml.rels") continue;
    for (const auto relation : tree.document_element().children()) {
      EXPECT_TRUE(archive->has(std::string("word/") + relation.attribute("Target").value()));
    }
  }
}

TEST(Word, PageIsThatOfOfficialPapers) {
  const std::string xml = part_of(example(), "word/document.xml");
  EXPECT_TRUE(base::contains(xml, "w:top=\"2098\" w:right=\"1474\" w:bottom=\"1984\" w:left=\"1588\""));
  // Portrait, the turned page, portrait again.
  EXPECT_EQ(base::split(xml, "<w:sectPr>").size(), 4u);
  EXPECT_EQ(base::split(xml, "w:orient=\"landscape\"").size(), 2u);
  EXPECT_EQ(base::split(xml, "<w:tblHeader/>").size(), 2u);
  EXPECT_EQ(base::split(xml, "<w:vMerge").size(), 3u);
  // 22 lines fit into the text block and a 23rd does not.
  const int block = 16838 - 2098 - 1984;
  EXPECT_EQ(block / 579, 22);
}

TEST(Word, TitlesTurnWithTheirTableAndNoDateStandsAlone) {
  Paper paper;
  paper.paragraph(Style::body, "正文");
  paper.page_break();
  paper.paragraph(Style::caption, "附件");
  paper.paragraph(Style::title, "分工表");
  paper.table({100}, {{{"甲"}}}, 1, true);
  paper.paragraph(Style::signature, "某县科协");
  paper.paragraph(Style::signature, "2026年3月2日");
  const std::string xml = part_of(paper, "word/document.xml");
  const auto upright = xml.find("<w:sectPr>"), turned = xml.find("w:orient");
  EXPECT_LT(upright, xml.find("附件")) << "the first section ends before the annex";
  EXPECT_LT(xml.find("分工表"), turned);
  EXPECT_EQ(xml.find("pageBreakBefore"), std::string::npos) << "the new section is a new page already";
  EXPECT_EQ(base::split(xml, "<w:pStyle w:val=\"KepuSignature\"/><w:keepNext/>").size(), 2u);
}

TEST(Word, AChartHoldsItsValuesAndItsIntervals) {
  const std::string xml = part_of(example(), "word/charts/chart1.xml");
  pugi::xml_document tree;
  ASSERT_TRUE(tree.load_buffer(xml.data(), xml.size()));
  const auto series =
      tree.document_element().child("c:chart").child("c:plotArea").child("c:barChart").child("c:ser");
  const auto second = [&](const char* path) {
    std::string last;
    for (const auto& node : series.select_nodes(path)) last = node.node().child_value("c:v");
    return std::stod(last);
  };
  EXPECT_NEAR(second("c:val/c:numLit/c:pt"), 11.7, 1e-9);
  EXPECT_NEAR(second("c:errBars/c:plus/c:numLit/c:pt"), 14.8 - 11.7, 1e-9);
  EXPECT_NEAR(second("c:errBars/c:minus/c:numLit/c:pt"), 11.7 - 9.2, 1e-9);
  EXPECT_STREQ(tree.select_node("//c:valAx/c:scaling/c:max").node().attribute("val").value(), "20");
  EXPECT_STREQ(series.select_node("c:cat/c:strLit/c:pt/c:v").node().child_value(), "男性 <甲>");
  Paper none;
  none.intervals({}, "", "");
  EXPECT_EQ(part_of(none, "[Content_Types].xml").find("chart"), std::string::npos);
}

TEST(Word, TableRowsAllSpanTheGrid) {
  Paper paper;
  paper.table({},
              {{{"甲", 5, 3}, {"乙", -1, -1}},
               {{"丙"}},
               {},
               {{"丁"}, {"戊"}, {"己"}, {"庚"}, {"辛"}, {"壬"}, {"癸"}}},
              9);
  const std::string xml = part_of(paper, "word/document.xml");
  pugi::xml_document tree;
  ASSERT_TRUE(tree.load_buffer(xml.data(), xml.size()));
  const auto table = tree.child("w:document").child("w:body").child("w:tbl");
  int grid = 0;
  for ([[maybe_unused]] const auto column : table.child("w:tblGrid").children()) ++grid;
  EXPECT_EQ(grid, 7);
  for (const auto row : table.children("w:tr")) {
    int columns = 0;
    for (const auto cell : row.children("w:tc"))
      columns += cell.child("w:tcPr").child("w:gridSpan").attribute("w:val").as_int(1);
    EXPECT_EQ(columns, grid);
  }
}

TEST(Word, OddTextDoesNoHarm) {
  Paper paper;
  paper.paragraph(Style::body, std::string("a\x01\x02z\xFF\n<w:p>&amp;\t]]>"));
  EXPECT_EQ(lines_of(paper), (Lines{"az�", "<w:p>&amp;\t]]>"}));
  EXPECT_FALSE(extract(Paper().docx()));  // nothing in it
}

}  // namespace
}  // namespace kepu::doc

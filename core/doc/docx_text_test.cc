#include <gtest/gtest.h>

#include "core/base/text.h"
#include "core/doc/extract.h"
#include "core/doc/test_package.h"

namespace kepu::doc {
namespace {

using testing::make_docx;
using testing::make_zip;
using testing::paragraph;
using testing::word_xml;
using Lines = std::vector<std::string>;

Lines lines_of(const std::string& docx) {
  const auto text = extract(docx);
  EXPECT_TRUE(text) << (text ? "" : text.error().message);
  return text ? text->lines : Lines{};
}

std::string rule_of(const std::string& bytes, const Limits& limits = {}) {
  const auto text = extract(bytes, limits);
  return text ? "" : text.error().rule;
}

std::string run(const std::string& text) { return "<w:r><w:t>" + text + "</w:t></w:r>"; }
std::string cell(const std::string& inside, const std::string& properties = {}) {
  return "<w:tc><w:tcPr>" + properties + "</w:tcPr>" + inside + "</w:tc>";
}

TEST(Docx, ParagraphsKeepTheirRunsTabsAndBlanks) {
  EXPECT_EQ(
      lines_of(make_docx("<w:p>" + run("一") +
                         "<w:r><w:tab/><w:t xml:space=\"preserve\"> 二 </w:t></w:r></w:p><w:p/>" +
                         "<w:p><w:hyperlink>" + run("三") + "</w:hyperlink><w:smartTag><w:smartTagPr/>" +
                         run("四") + "</w:smartTag></w:p>")),
      (Lines{"一\t 二 ", "", "三四"}));
  EXPECT_EQ(lines_of(make_docx("<w:p><w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t><w:noBreakHyphen/"
                               "><w:t>A&amp;B&#x4E00;</w:t></w:r></w:p>")),
            (Lines{"甲", "乙-A&B一"}));
  EXPECT_EQ(lines_of(make_docx(
                "<w:p><w:r><w:sym w:font=\"Wingdings\" w:char=\"F0FE\"/><w:t>选中</w:t></w:r></w:p>")),
            (Lines{"☑选中"}));
}

TEST(Docx, TrackedChangesReadAsAccepted) {
  EXPECT_EQ(lines_of(make_docx("<w:p>" + run("目标") +
                               "<w:del><w:r><w:delText>12%</w:delText></w:r></w:del><w:ins>" + run("14%") +
                               "</w:ins><w:moveFrom>" + run("旧处") + "</w:moveFrom><w:moveTo>" +
                               run("新处") + "</w:moveTo></w:p>")),
            (Lines{"目标14%新处"}));
  // The mark of the first paragraph was deleted.
  EXPECT_EQ(lines_of(make_docx(paragraph("前半", "<w:rPr><w:del/></w:rPr>") + paragraph("后半"))),
            (Lines{"前半后半"}));
  // Former properties say nothing about the present.
  EXPECT_EQ(lines_of(make_docx(
                paragraph("留", "<w:pPrChange><w:pPr><w:rPr><w:del/></w:rPr></w:pPr></w:pPrChange>") +
                paragraph("下"))),
            (Lines{"留", "下"}));
}

TEST(Docx, FieldsGiveTheirResultOnly) {
  const std::string mark = "<w:r><w:fldChar w:fldCharType=\"";
  EXPECT_EQ(lines_of(make_docx(
                "<w:p>" + mark + "begin\"/></w:r><w:r><w:instrText>REF x</w:instrText><w:t>码</w:t></w:r>" +
                mark + "separate\"/></w:r>" + run("果") + mark + "end\"/></w:r>" + run("后") + "</w:p>")),
            (Lines{"果后"}));
  EXPECT_EQ(
      lines_of(make_docx("<w:p><w:fldSimple w:instr=\"DATE\">" + run("2022年") + "</w:fldSimple></w:p>")),
      (Lines{"2022年"}));
  // A field that never ends must not swallow the document.
  EXPECT_EQ(lines_of(make_docx("<w:p>" + run("头") + mark + "begin\"/></w:r></w:p>" + paragraph("正文"))),
            (Lines{"头", "正文"}));
}

TEST(Docx, TableOfContentsIsLeftOutAndSaid) {
  const std::string mark = "<w:r><w:fldChar w:fldCharType=\"";
  const std::string begin = "<w:p>" + mark +
                            "begin\"/></w:r><w:r><w:instrText> TOC \\o </w:instrText></w:r>" + mark +
                            "separate\"/></w:r>" + run("一、目标 1") + "</w:p>" + paragraph("二、任务 2");
  const auto text =
      extract(make_docx(begin + "<w:p>" + mark + "end\"/></w:r></w:p>" + paragraph("一、目标")));
  ASSERT_TRUE(text);
  EXPECT_EQ(text->lines, (Lines{"一、目标"}));
  EXPECT_EQ(text->warnings.size(), 1u);
  // Without its end nothing is left out.
  EXPECT_EQ(lines_of(make_docx(begin + paragraph("一、目标"))).size(), 3u);
}

TEST(Docx, TextBoxIsTakenOnceBeforeItsAnchor) {
  const std::string box = "<w:txbxContent>" + paragraph("红头") + "</w:txbxContent>";
  EXPECT_EQ(
      lines_of(make_docx(
          "<w:p>" + run("锚") + "<w:r><mc:AlternateContent><mc:Choice>" + box + "</mc:Choice><mc:Fallback>" +
          box +
          "</mc:Fallback></mc:AlternateContent></w:r></w:p><w:p><w:r><mc:AlternateContent><mc:Fallback>" +
          box + "</mc:Fallback></mc:AlternateContent></w:r></w:p>")),
      (Lines{"红头", "锚", "红头"}));
  EXPECT_EQ(
      lines_of(make_docx(
          "<w:p><w:r><w:pict><v:shape><v:textpath string=\"某县文件\"/></v:shape></w:pict></w:r></w:p>")),
      (Lines{"某县文件"}));
}

TEST(Docx, TableCellsAreTabLedLines) {
  const std::string row = "<w:tr>" + cell(paragraph("类别")) + cell(paragraph("甲") + paragraph("乙")) +
                          cell("<w:p/>") + "</w:tr>";
  EXPECT_EQ(lines_of(make_docx(paragraph("前") + "<w:tbl><w:tblPr/>" + row + "</w:tbl>" + paragraph("后"))),
            (Lines{"前", "\t类别", "\t甲", "乙", "\t", "", "后"}));
}

TEST(Docx, MergedCellsLeaveEmptyCells) {
  const std::string table = "<w:tbl><w:tr>" + cell(paragraph("行动"), "<w:vMerge w:val=\"restart\"/>") +
                            cell(paragraph("任务"), "<w:gridSpan w:val=\"2\"/>") + "</w:tr><w:tr>" +
                            cell("<w:p/>", "<w:vMerge/>") + cell(paragraph("一")) + cell(paragraph("二")) +
                            "</w:tr></w:tbl>";
  EXPECT_EQ(lines_of(make_docx(table)), (Lines{"\t行动", "\t任务", "\t", "", "\t", "\t一", "\t二", ""}));
}

TEST(Docx, DeletedRowsAreGoneAndInnerTablesAreParagraphs) {
  const std::string deleted =
      "<w:tr><w:trPr><w:del/></w:trPr>" + cell(paragraph("删")) + cell(paragraph("删")) + "</w:tr>";
  const std::string inner =
      "<w:tbl><w:tr>" + cell(paragraph("内")) + cell(paragraph("里")) + "</w:tr></w:tbl>";
  const std::string kept =
      "<w:tr>" + cell(paragraph("子") + inner) + cell(paragraph("丑")) + cell(paragraph("寅")) + "</w:tr>";
  EXPECT_EQ(lines_of(make_docx("<w:tbl>" + deleted + kept + "</w:tbl>")),
            (Lines{"\t子", "内", "里", "\t丑", "\t寅", ""}));
  // A frame of one cell is no table.
  EXPECT_EQ(lines_of(make_docx("<w:tbl><w:tr>" + cell(paragraph("框")) + "</w:tr></w:tbl>")), (Lines{"框"}));
}

TEST(Docx, TabIndentDoesNotLookLikeACell) {
  EXPECT_EQ(lines_of(make_docx("<w:p><w:r><w:tab/><w:t>缩进的段落</w:t></w:r></w:p>")),
            (Lines{"　　缩进的段落"}));
}

TEST(Docx, HiddenTextIsLeftOut) {
  EXPECT_EQ(
      lines_of(make_docx("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r>" + run("见") + "</w:p>")),
      (Lines{"见"}));
}

TEST(Docx, OtherPrefixOfTheNameSpace) {
  EXPECT_EQ(lines_of(make_zip({{"word/document.xml",
                                "<ns0:document xmlns:ns0=\"x\"><ns0:body><ns0:p><ns0:r><ns0:t>文</ns0:t>"
                                "</ns0:r></ns0:p></ns0:body></ns0:document>"}})),
            (Lines{"文"}));
}

TEST(Docx, HostileXmlDoesNothing) {
  const std::string laughs =
      "<!DOCTYPE w:document [<!ENTITY a \"哈哈\"><!ENTITY b \"&a;&a;&a;\"><!ENTITY c SYSTEM "
      "\"file:///etc/passwd\">]>";
  std::string xml = word_xml("document", "<w:body>" + paragraph("x&b;&c;y") + "</w:body>");
  xml.insert(xml.find("<w:document"), laughs);
  EXPECT_EQ(lines_of(make_zip({{"word/document.xml", xml}})), (Lines{"x&b;&c;y"}));

  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<w:sdt>";
  EXPECT_EQ(rule_of(make_docx(deep)), "doc.broken");
  std::string boxes;
  for (int i = 0; i < 300; ++i) boxes += "<w:p><w:r><w:txbxContent>";
  for (int i = 0; i < 300; ++i) boxes += "</w:txbxContent></w:r></w:p>";
  EXPECT_EQ(rule_of(make_docx(boxes + paragraph("尾"))), "");
  EXPECT_EQ(rule_of(make_docx("<w:p><w:r></w:p>")), "doc.broken");
}

TEST(Docx, BombsAreRefused) {
  const std::string blanks(40u << 20, ' ');
  EXPECT_EQ(rule_of(make_docx("<w:p/>" + blanks)), "doc.too_large");
  Limits small;
  small.unpacked_bytes = 1000;
  EXPECT_EQ(rule_of(make_docx(paragraph(std::string(2000, 'x'))), small), "doc.too_large");
  std::string rows;
  for (int i = 0; i < 400'000; ++i) rows += "<w:p/><w:p/><w:p/>";
  EXPECT_EQ(rule_of(make_docx(rows)), "doc.too_large");
}

TEST(Docx, CutFilesAreBroken) {
  const std::string whole = make_docx(paragraph("一二三四五六七八九十"));
  for (std::size_t size = 4; size + 1 < whole.size(); size += 7) {
    const auto text = extract(whole.substr(0, size));
    EXPECT_FALSE(text) << size;
  }
}

TEST(Docx, HundredPagesAreQuick) {
  std::string body, sentence;
  for (int i = 0; i < 100; ++i) sentence += "普及科学知识";
  for (int i = 0; i < 100 * 4; ++i) body += paragraph(sentence, "<w:jc w:val=\"both\"/>");
  const std::string docx = make_docx(body);
  const auto from = std::chrono::steady_clock::now();
  EXPECT_EQ(lines_of(docx).size(), 400u);
  EXPECT_LT(std::chrono::steady_clock::now() - from, std::chrono::milliseconds(300));
}

}  // namespace
}  // namespace kepu::doc

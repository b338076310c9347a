#include <gtest/gtest.h>

#include "core/doc/extract.h"
#include "core/doc/number_format.h"
#include "core/doc/test_package.h"

namespace kepu::doc {
namespace {

using testing::make_docx;
using testing::paragraph;
using Lines = std::vector<std::string>;

Lines lines_of(const std::string& docx) {
  const auto text = extract(docx);
  EXPECT_TRUE(text) << (text ? "" : text.error().message);
  return text ? text->lines : Lines{};
}

std::string level(int i, const std::string& format, const std::string& text, const std::string& more = {}) {
  return "<w:lvl w:ilvl=\"" + std::to_string(i) + "\"><w:start w:val=\"1\"/><w:numFmt w:val=\"" + format +
         "\"/>" + more + "<w:lvlText w:val=\"" + text + "\"/></w:lvl>";
}
std::string definition(int id, const std::string& levels) {
  return "<w:abstractNum w:abstractNumId=\"" + std::to_string(id) + "\">" + levels + "</w:abstractNum>";
}
std::string list(int id, int definition_id, const std::string& more = {}) {
  return "<w:num w:numId=\"" + std::to_string(id) + "\"><w:abstractNumId w:val=\"" +
         std::to_string(definition_id) + "\"/>" + more + "</w:num>";
}
std::string item(const std::string& text, int list_id, int at = 0) {
  return paragraph(text, "<w:numPr><w:ilvl w:val=\"" + std::to_string(at) + "\"/><w:numId w:val=\"" +
                             std::to_string(list_id) + "\"/></w:numPr>");
}

const std::string kOutline =
    definition(7, level(0, "chineseCountingThousand", "%1、") + level(1, "chineseCounting", "（%2）") +
                      level(2, "decimal", "%3.") + level(3, "decimal", "%1.%4", "<w:isLgl/>"));

TEST(DocxNumbering, LevelsCountAndRestart) {
  EXPECT_EQ(lines_of(make_docx(item("总则", 1) + item("甲", 1, 1) + item("乙", 1, 1) + item("子", 1, 2) +
                                   item("细则", 1) + item("丙", 1, 1) + item("丁", 1, 3),
                               kOutline + list(1, 7))),
            (Lines{"一、总则", "（一）甲", "（二）乙", "1.子", "二、细则", "（一）丙", "2.1 丁"}));
}

TEST(DocxNumbering, ListsOfOneDefinitionGoOnUnlessOverridden) {
  const std::string anew = "<w:lvlOverride w:ilvl=\"0\"><w:startOverride w:val=\"5\"/></w:lvlOverride>";
  EXPECT_EQ(lines_of(make_docx(item("a", 1) + item("b", 2) + item("c", 3) + item("d", 3),
                               kOutline + list(1, 7) + list(2, 7) + list(3, 7, anew))),
            (Lines{"一、a", "二、b", "五、c", "六、d"}));
}

TEST(DocxNumbering, RestartRuleIsKept) {
  const std::string levels = definition(
      1, level(0, "upperRoman", "%1.") + level(1, "decimal", "%2)", "<w:lvlRestart w:val=\"0\"/>"));
  EXPECT_EQ(lines_of(make_docx(item("a", 1) + item("b", 1, 1) + item("c", 1) + item("d", 1, 1),
                               levels + list(1, 1))),
            (Lines{"I.a", "1)b", "II.c", "2)d"}));
}

TEST(DocxNumbering, StylesBringNumbersThroughTheirChain) {
  const std::string styles =
      "<w:style w:type=\"paragraph\" w:styleId=\"H1\"><w:pPr><w:numPr><w:numId "
      "w:val=\"1\"/></w:numPr></w:pPr></w:style>"
      "<w:style w:type=\"paragraph\" w:styleId=\"H2\"><w:basedOn w:val=\"H1\"/><w:pPr><w:numPr><w:ilvl "
      "w:val=\"1\"/></w:numPr></w:pPr></w:style>"
      "<w:style w:type=\"paragraph\" w:styleId=\"Mine\"><w:basedOn w:val=\"H2\"/></w:style>";
  const auto styled = [](const std::string& text, const std::string& style, const std::string& more = {}) {
    return paragraph(text, "<w:pStyle w:val=\"" + style + "\"/>" + more);
  };
  EXPECT_EQ(lines_of(make_docx(styled("一级", "H1") + styled("二级", "H2") + styled("再", "Mine") +
                                   styled("无号", "H1", "<w:numPr><w:numId w:val=\"0\"/></w:numPr>"),
                               kOutline + list(1, 7), styles)),
            (Lines{"一、一级", "（一）二级", "（二）再", "无号"}));
}

TEST(DocxNumbering, BulletsAndBlanks) {
  const std::string levels = definition(1, level(0, "bullet", "–")) +
                             definition(2, level(0, "bullet", "\xEF\x81\xAC")) +
                             definition(3, level(0, "decimal", "第%1条")) +
                             definition(4, level(0, "decimal", "第%1条", "<w:suff w:val=\"nothing\"/>")) +
                             definition(5, level(0, "decimal", "%1."));
  EXPECT_EQ(
      lines_of(make_docx(item("甲", 1) + item("乙", 2) + item("丙", 3) + item("丁", 4) + item("5G应用", 5),
                         levels + list(1, 1) + list(2, 2) + list(3, 3) + list(4, 4) + list(5, 5))),
      (Lines{"——甲", "● 乙", "第1条 丙", "第1条丁", "1. 5G应用"}));
}

TEST(DocxNumbering, MissingListsGiveNoLabel) {
  EXPECT_EQ(lines_of(make_docx(item("甲", 99) + item("乙", 1, 8), kOutline + list(1, 7))),
            (Lines{"甲", "乙"}));
}

TEST(DocxNumbering, DeletedItemsAreNotCounted) {
  const std::string gone =
      "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId "
      "w:val=\"1\"/></w:numPr><w:rPr><w:del/></w:rPr></w:pPr><w:del><w:r>"
      "<w:delText>删</w:delText></w:r></w:del></w:p>";
  EXPECT_EQ(lines_of(make_docx(item("甲", 1) + gone + item("乙", 1), kOutline + list(1, 7))),
            (Lines{"一、甲", "二、乙"}));
}

TEST(NumberFormat, EveryFormatReadsAsWordShowsIt) {
  const std::vector<std::tuple<int, const char*, const char*>> cases = {
      {3, "decimal", "3"},
      {3, "decimalZero", "03"},
      {12, "decimalFullWidth", "１２"},
      {12, "chineseCounting", "十二"},
      {105, "chineseCounting", "一○五"},
      {105, "chineseCountingThousand", "一百零五"},
      {10, "ideographDigital", "一〇"},
      {20, "japaneseCounting", "二十"},
      {21, "taiwaneseCountingThousand", "二十一"},
      {3, "ideographTraditional", "丙"},
      {4, "upperRoman", "IV"},
      {1994, "lowerRoman", "mcmxciv"},
      {3, "lowerLetter", "c"},
      {28, "upperLetter", "BB"},
      {1, "decimalEnclosedCircle", "①"},
      {20, "decimalEnclosedCircle", "⑳"},
      {21, "decimalEnclosedCircleChinese", "㉑"},
      {50, "decimalEnclosedCircle", "㊿"},
      {51, "decimalEnclosedCircle", "51"},
      {2, "decimalEnclosedParen", "⑵"},
      {3, "decimalEnclosedFullstop", "⒊"},
      {12, "chineseLegalSimplified", "壹拾贰"},
      {5, "none", ""},
      {0, "upperRoman", "0"},
      {7, "somethingNew", "7"}};
  for (const auto& [n, format, wanted] : cases) EXPECT_EQ(format_number(n, format), wanted) << format;
}

}  // namespace
}  // namespace kepu::doc

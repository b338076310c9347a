#include "core/doc/word_parts.h"

#include <fmt/format.h>

namespace kepu::doc {
namespace {

constexpr const char* kHead = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
constexpr const char* kWord = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";
constexpr const char* kMain = "application/vnd.openxmlformats-officedocument.wordprocessingml.";
constexpr const char* kRelation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";

std::string content_types(std::size_t charts) {
  std::string out =
      std::string(kHead) +
      "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
      "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
      "<Default Extension=\"xml\" ContentType=\"application/xml\"/>";
  for (const auto& [part, type] : {std::pair{"document", "document.main"},
                                   {"styles", "styles"},
                                   {"settings", "settings"},
                                   {"fontTable", "fontTable"},
                                   {"footer1", "footer"},
                                   {"footer2", "footer"}}) {
    out += fmt::format("<Override PartName=\"/word/{}.xml\" ContentType=\"{}{}+xml\"/>", part, kMain, type);
  }
  for (std::size_t n = 1; n <= charts; ++n)
    out += fmt::format(
        "<Override PartName=\"/word/charts/chart{}.xml\" "
        "ContentType=\"application/vnd.openxmlformats-officedocument.drawingml.chart+xml\"/>",
        n);
  return out + "</Types>";
}

constexpr std::size_t kFixedRelations = 5;

std::string relationships(const std::vector<std::pair<std::string, std::string>>& list) {
  std::string out = std::string(kHead) +
                    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">";
  int n = 0;
  for (const auto& [type, target] : list) {
    out +=
        fmt::format("<Relationship Id=\"rId{}\" Type=\"{}{}\" Target=\"{}\"/>", ++n, kRelation, type, target);
  }
  return out + "</Relationships>";
}

struct StyleRow {
  const char* id;
  const char* name;
  const char* font;
  int half_points;
  bool bold;
  const char* paragraph;  // inside of w:pPr
};

std::string style(const StyleRow& row) {
  return fmt::format(
      "<w:style w:type=\"paragraph\" w:styleId=\"{0}\"><w:name w:val=\"{1}\"/><w:basedOn "
      "w:val=\"Normal\"/><w:qFormat/>"
      "<w:pPr>{2}</w:pPr><w:rPr><w:rFonts w:eastAsia=\"{3}\"/>{4}<w:spacing w:val=\"{6}\"/><w:sz "
      "w:val=\"{5}\"/>"
      "<w:szCs w:val=\"{5}\"/></w:rPr></w:style>",
      row.id, row.name, row.paragraph, row.font, row.bold ? "<w:b/><w:bCs/>" : "", row.half_points,
      row.half_points == 32 ? kTracking : 0);
}

std::string styles() {
  static constexpr const char* kIndent = "<w:ind w:firstLineChars=\"200\" w:firstLine=\"640\"/>";
  const std::string heading = "<w:keepNext/>" + std::string(kIndent) + "<w:outlineLvl w:val=\"";
  const std::string h1 = heading + "0\"/>", h2 = heading + "1\"/>", h3 = heading + "2\"/>";
  std::string out = std::string(kHead) + "<w:styles " + kWord + ">";
  out += fmt::format(
      "<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" "
      "w:eastAsia=\"仿宋_GB2312\" w:cs=\"Times New Roman\"/><w:spacing w:val=\"{}\"/><w:kern "
      "w:val=\"2\"/><w:sz w:val=\"32\"/><w:szCs "
      "w:val=\"32\"/>"
      "<w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\" "
      "w:bidi=\"ar-SA\"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
      "<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name "
      "w:val=\"Normal\"/><w:qFormat/>"
      "<w:pPr><w:widowControl w:val=\"0\"/><w:spacing w:line=\"{}\" w:lineRule=\"exact\"/><w:jc "
      "w:val=\"both\"/></w:pPr></w:style>",
      kTracking, kLinePitch);
  for (const auto& row : {
           StyleRow{"KepuHead", "发文机关标志", "方正小标宋简体", 96, false,
                    "<w:snapToGrid w:val=\"0\"/><w:spacing w:before=\"600\" w:line=\"240\" "
                    "w:lineRule=\"auto\"/><w:jc w:val=\"center\"/>"},
           StyleRow{"KepuNumber", "发文字号", "仿宋_GB2312", 32, false, "<w:jc w:val=\"center\"/>"},
           StyleRow{"KepuTitle", "公文标题", "方正小标宋简体", 44, false,
                    "<w:keepNext/><w:snapToGrid w:val=\"0\"/><w:spacing w:line=\"640\" "
                    "w:lineRule=\"exact\"/><w:jc w:val=\"center\"/>"},
           StyleRow{"KepuRecipient", "主送机关", "仿宋_GB2312", 32, false, ""},
           StyleRow{"KepuBody", "公文正文", "仿宋_GB2312", 32, false, kIndent},
           StyleRow{"KepuHeading1", "一级标题", "黑体", 32, false, h1.c_str()},
           StyleRow{"KepuHeading2", "二级标题", "楷体_GB2312", 32, false, h2.c_str()},
           StyleRow{"KepuHeading3", "三级标题", "仿宋_GB2312", 32, true, h3.c_str()},
           StyleRow{"KepuSignature", "落款", "仿宋_GB2312", 32, false,
                    "<w:ind w:rightChars=\"400\" w:right=\"1280\"/><w:jc w:val=\"right\"/>"},
           StyleRow{"KepuCaption", "表题", "黑体", 32, false, "<w:keepNext/><w:jc w:val=\"center\"/>"},
           StyleRow{"KepuNote", "附注", "仿宋_GB2312", 24, false,
                    "<w:snapToGrid w:val=\"0\"/><w:spacing w:line=\"400\" w:lineRule=\"exact\"/><w:ind "
                    "w:firstLineChars=\"200\" "
                    "w:firstLine=\"480\"/><w:jc w:val=\"left\"/>"},
           StyleRow{"KepuCell", "表格文字", "仿宋_GB2312", 24, false,
                    "<w:snapToGrid w:val=\"0\"/><w:spacing w:line=\"340\" w:lineRule=\"exact\"/><w:jc "
                    "w:val=\"left\"/>"},
           StyleRow{"KepuCellHead", "表头文字", "黑体", 24, false,
                    "<w:snapToGrid w:val=\"0\"/><w:spacing w:line=\"340\" w:lineRule=\"exact\"/><w:jc "
                    "w:val=\"center\"/>"},
           StyleRow{"KepuFooter", "页码", "宋体", 28, false,
                    "<w:snapToGrid w:val=\"0\"/><w:spacing w:line=\"240\" w:lineRule=\"auto\"/>"},
       }) {
    out += style(row);
  }
  return out + "</w:styles>";
}

// Fonts of official papers that not every computer has, with what stands in for them.
std::string fonts() {
  std::string out = std::string(kHead) + "<w:fonts " + kWord + ">";
  for (const auto& [name, other] : {std::pair{"方正小标宋简体", "宋体"},
                                    {"仿宋_GB2312", "仿宋"},
                                    {"楷体_GB2312", "楷体"},
                                    {"黑体", "SimHei"},
                                    {"宋体", "SimSun"}}) {
    out += fmt::format("<w:font w:name=\"{}\"><w:altName w:val=\"{}\"/><w:charset w:val=\"86\"/></w:font>",
                       name, other);
  }
  return out + "</w:fonts>";
}

// — 1 — at the outer edge, one character in.
std::string footer(bool odd) {
  return std::string(kHead) + "<w:ftr " + kWord + "><w:p><w:pPr><w:pStyle w:val=\"KepuFooter\"/>" +
         (odd ? "<w:ind w:rightChars=\"100\" w:right=\"280\"/><w:jc w:val=\"right\"/>"
              : "<w:ind w:leftChars=\"100\" w:left=\"280\"/><w:jc w:val=\"left\"/>") +
         "</w:pPr><w:r><w:t xml:space=\"preserve\">— </w:t></w:r><w:fldSimple w:instr=\" PAGE "
         "\"><w:r><w:t>1</w:t></w:r>"
         "</w:fldSimple><w:r><w:t xml:space=\"preserve\"> —</w:t></w:r></w:p></w:ftr>";
}

std::string settings() {
  return std::string(kHead) + "<w:settings " + kWord +
         "><w:evenAndOddHeaders/><w:characterSpacingControl "
         "w:val=\"compressPunctuation\"/><w:compat><w:compatSetting "
         "w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" "
         "w:val=\"15\"/></w:compat></w:settings>";
}

}  // namespace

std::string chart_relation(std::size_t number) { return fmt::format("rId{}", kFixedRelations + number); }

std::vector<std::pair<std::string, std::string>> word_fixed_parts(std::size_t charts) {
  std::vector<std::pair<std::string, std::string>> related = {{"styles", "styles.xml"},
                                                              {"settings", "settings.xml"},
                                                              {"fontTable", "fontTable.xml"},
                                                              {"footer", "footer1.xml"},
                                                              {"footer", "footer2.xml"}};
  for (std::size_t n = 1; n <= charts; ++n)
    related.emplace_back("chart", fmt::format("charts/chart{}.xml", n));
  return {{"[Content_Types].xml", content_types(charts)},
          {"_rels/.rels", relationships({{"officeDocument", "word/document.xml"}})},
          {"word/_rels/document.xml.rels", relationships(related)},
          {"word/styles.xml", styles()},
          {"word/settings.xml", settings()},
          {"word/fontTable.xml", fonts()},
          {"word/footer1.xml", footer(true)},
          {"word/footer2.xml", footer(false)}};
}

}  // namespace kepu::doc

#include "core/doc/word_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/doc/word_xml.h"

namespace kepu::doc {
namespace {

constexpr int kEmuInTwip = 635;
constexpr int kRowHeight = 252'000, kFrame = 756'000;  // 7 mm an estimate, 21 mm for axis and its title
constexpr const char* kInk = "1F4E79";

std::string fill(const char* colour) {
  return fmt::format("<a:solidFill><a:srgbClr val=\"{}\"/></a:solidFill>", colour);
}
std::string line(const char* colour, int emu) {
  return fmt::format("<a:ln w=\"{}\">{}</a:ln>", emu, fill(colour));
}
std::string words_of(int hundredths) {
  return fmt::format(
      "<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz=\"{}\"/></a:pPr><a:endParaRPr "
      "lang=\"zh-CN\"/></a:p></c:txPr>",
      hundredths);
}

template <class F>
std::string literal(const char* tag, const char* format, const std::vector<Interval>& rows, F&& value) {
  std::string out = fmt::format("<c:{}>{}<c:ptCount val=\"{}\"/>", tag, format, rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    out += fmt::format("<c:pt idx=\"{}\"><c:v>{}</c:v></c:pt>", i, value(rows[i]));
  return out + fmt::format("</c:{}>", tag);
}
template <class F>
std::string numbers(const std::vector<Interval>& rows, F&& value) {
  return literal("numLit", "<c:formatCode>0.0</c:formatCode>", rows,
                 [&](const Interval& x) { return fmt::format("{:.4f}", value(x)); });
}

// The end of the scale: a round number that no interval reaches over. (By itself a suite looks at the bars
// alone and cuts the intervals off.)
double end_of(const std::vector<Interval>& rows) {
  double most = 0;
  for (const auto& x : rows) most = std::max(most, x.upper);
  if (!(most > 0)) return 1;
  const double step = std::pow(10, std::floor(std::log10(most))) / 2;
  return std::ceil(most / step) * step;
}

}  // namespace

std::string chart_part(const std::vector<Interval>& rows, const std::string& axis) {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<c:chartSpace "
      "xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" "
      "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\"><c:roundedCorners "
      "val=\"0\"/><c:chart><c:autoTitleDeleted val=\"1\"/><c:plotArea><c:layout/><c:barChart><c:barDir "
      "val=\"bar\"/><c:grouping val=\"clustered\"/><c:varyColors val=\"0\"/><c:ser><c:idx "
      "val=\"0\"/><c:order val=\"0\"/>";
  out += "<c:spPr>" + fill("BDD0E4") + "</c:spPr><c:invertIfNegative val=\"0\"/>";
  out += "<c:errBars><c:errBarType val=\"both\"/><c:errValType val=\"cust\"/><c:noEndCap val=\"0\"/>";
  out += "<c:plus>" + numbers(rows, [](const Interval& x) { return x.upper - x.value; }) + "</c:plus>";
  out += "<c:minus>" + numbers(rows, [](const Interval& x) { return x.value - x.lower; }) + "</c:minus>";
  out += "<c:spPr>" + line(kInk, 15875) + "</c:spPr></c:errBars>";
  out += "<c:cat>" + literal("strLit", "", rows, [](const Interval& x) { return xml_escaped(x.name); }) +
         "</c:cat><c:val>" + numbers(rows, [](const Interval& x) { return x.value; }) + "</c:val></c:ser>";
  out += "<c:gapWidth val=\"70\"/><c:axId val=\"1\"/><c:axId val=\"2\"/></c:barChart>";
  // The first estimate on top, the scale below.
  out +=
      "<c:catAx><c:axId val=\"1\"/><c:scaling><c:orientation val=\"maxMin\"/></c:scaling><c:delete "
      "val=\"0\"/><c:axPos val=\"l\"/><c:majorTickMark val=\"none\"/><c:minorTickMark "
      "val=\"none\"/><c:tickLblPos val=\"low\"/><c:spPr>" +
      line("7F7F7F", 9525) + "</c:spPr>" + words_of(1050) +
      "<c:crossAx val=\"2\"/><c:crosses val=\"autoZero\"/></c:catAx>";
  out += "<c:valAx><c:axId val=\"2\"/><c:scaling><c:orientation val=\"minMax\"/><c:max val=\"" +
         fmt::format("{:g}", end_of(rows)) +
         "\"/><c:min val=\"0\"/></c:scaling><c:delete val=\"0\"/><c:axPos "
         "val=\"b\"/><c:majorGridlines><c:spPr>" +
         line("D9D9D9", 6350) +
         "</c:spPr></c:majorGridlines><c:title><c:tx><c:rich><a:bodyPr/><a:p><a:pPr><a:defRPr sz=\"1050\" "
         "b=\"0\"/></a:pPr><a:r><a:rPr lang=\"zh-CN\" sz=\"1050\" b=\"0\"/><a:t>" +
         xml_escaped(axis) +
         "</a:t></a:r></a:p></c:rich></c:tx><c:overlay val=\"0\"/></c:title><c:numFmt formatCode=\"0\" "
         "sourceLinked=\"0\"/><c:majorTickMark val=\"out\"/><c:minorTickMark val=\"none\"/><c:tickLblPos "
         "val=\"nextTo\"/>" +
         words_of(1050) +
         "<c:crossAx val=\"1\"/><c:crosses val=\"max\"/></c:valAx></c:plotArea><c:plotVisOnly "
         "val=\"1\"/></c:chart></c:chartSpace>";
  return out;
}

std::string chart_paragraph(std::size_t number, const std::string& relation, std::size_t rows, int width,
                            const std::string& words) {
  return fmt::format(
      "<w:p><w:pPr><w:keepNext/><w:snapToGrid w:val=\"0\"/><w:spacing w:line=\"240\" "
      "w:lineRule=\"auto\"/><w:jc w:val=\"center\"/></w:pPr><w:r><w:drawing><wp:inline "
      "xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" distT=\"0\" "
      "distB=\"0\" distL=\"0\" distR=\"0\"><wp:extent cx=\"{}\" cy=\"{}\"/><wp:docPr id=\"{}\" "
      "name=\"chart{}\" descr=\"{}\"/><a:graphic "
      "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\"><a:graphicData "
      "uri=\"http://schemas.openxmlformats.org/drawingml/2006/chart\"><c:chart "
      "xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" "
      "r:id=\"{}\"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>",
      width * kEmuInTwip, kFrame + kRowHeight * static_cast<int>(rows), number, number, xml_escaped(words),
      relation);
}

}  // namespace kepu::doc

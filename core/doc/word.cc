#include "core/doc/word.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/doc/word_chart.h"
#include "core/doc/word_parts.h"
#include "core/doc/word_table.h"
#include "core/doc/word_xml.h"
#include "core/doc/zip.h"

namespace kepu::doc {
namespace {

// A paragraph that only carries a break, as low as a paragraph can be.
constexpr const char* kThinLine =
    "<w:snapToGrid w:val=\"0\"/><w:spacing w:line=\"20\" w:lineRule=\"exact\"/>";

const char* style_id(Style style) {
  switch (style) {
    case Style::title:
      return "KepuTitle";
    case Style::recipient:
      return "KepuRecipient";
    case Style::body:
      return "KepuBody";
    case Style::heading1:
      return "KepuHeading1";
    case Style::heading2:
      return "KepuHeading2";
    case Style::heading3:
      return "KepuHeading3";
    case Style::signature:
      return "KepuSignature";
    case Style::caption:
      return "KepuCaption";
    case Style::note:
      return "KepuNote";
  }
  return "KepuBody";
}

std::string section(bool landscape) {
  const std::string page =
      landscape
          ? fmt::format("<w:pgSz w:w=\"{}\" w:h=\"{}\" w:orient=\"landscape\"/>", kPageHeight, kPageWidth)
          : fmt::format("<w:pgSz w:w=\"{}\" w:h=\"{}\"/>", kPageWidth, kPageHeight);
  // The sheet is turned, its margins with it.
  const int top = landscape ? kLeft : kTop, bottom = landscape ? kRight : kBottom;
  const int left = landscape ? kBottom : kLeft, right = landscape ? kTop : kRight;
  return fmt::format(
      "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId4\"/><w:footerReference w:type=\"even\" "
      "r:id=\"rId5\"/>"
      "<w:type w:val=\"nextPage\"/>{}<w:pgMar w:top=\"{}\" w:right=\"{}\" w:bottom=\"{}\" w:left=\"{}\" "
      "w:header=\"851\" "
      "w:footer=\"{}\" w:gutter=\"0\"/><w:docGrid w:type=\"lines\" w:linePitch=\"{}\"/></w:sectPr>",
      page, top, right, bottom, left, landscape ? 851 : kFooter, kLinePitch);
}

// The issuer in red over the width of the text block, its number, and the red rule.
std::string red_head(const std::string& issuer, const std::string& number) {
  std::string out;
  if (!issuer.empty()) {
    const auto characters = std::max<std::size_t>(base::length(issuer), 1);
    const auto half_points = std::clamp<std::size_t>(2 * 430 / characters, 44, 124);
    out += fmt::format(
        "<w:p><w:pPr><w:pStyle w:val=\"KepuHead\"/></w:pPr><w:r><w:rPr><w:color w:val=\"FF0000\"/><w:sz "
        "w:val=\"{0}\"/>"
        "<w:szCs w:val=\"{0}\"/></w:rPr>{1}</w:r></w:p>",
        half_points, text_run(issuer));
  }
  out +=
      "<w:p><w:pPr><w:pStyle w:val=\"KepuNumber\"/><w:pBdr><w:bottom w:val=\"single\" w:sz=\"18\" "
      "w:space=\"11\" "
      "w:color=\"FF0000\"/></w:pBdr><w:spacing w:before=\"" +
      std::string(issuer.empty() ? "0" : "600") + "\" w:after=\"500\"/></w:pPr>";
  if (!number.empty()) out += "<w:r>" + text_run(number) + "</w:r>";
  return out + "</w:p>";
}

}  // namespace

void Paper::head(std::string issuer, std::string doc_number) {
  if (issuer.empty() && doc_number.empty()) return;
  Block block{Block::Kind::head};
  block.text = std::move(issuer);
  block.more = std::move(doc_number);
  blocks_.push_back(std::move(block));
}

void Paper::paragraph(Style style, std::string text) {
  for (auto& line : base::split(text, "\n")) {
    Block block{Block::Kind::paragraph};
    block.style = style;
    block.text = std::move(line);
    blocks_.push_back(std::move(block));
  }
}

void Paper::lead_in(std::string text, std::size_t bold_characters) {
  Block block{Block::Kind::paragraph};
  block.text = std::move(text);
  block.bold = bold_characters;
  blocks_.push_back(std::move(block));
}

void Paper::table(std::vector<double> widths, std::vector<std::vector<TableCell>> rows, int header_rows,
                  bool landscape) {
  Block block{Block::Kind::table};
  block.widths = std::move(widths);
  block.rows = std::move(rows);
  block.header_rows = header_rows;
  block.landscape = landscape;
  blocks_.push_back(std::move(block));
}

void Paper::intervals(std::vector<Interval> rows, std::string axis, std::string words) {
  if (rows.empty()) return;
  Block block{Block::Kind::intervals};
  if (rows.size() > kMostIntervals) rows.resize(kMostIntervals);
  block.chart = std::move(rows);
  block.text = std::move(axis);
  block.more = std::move(words);
  blocks_.push_back(std::move(block));
}

void Paper::page_break() { blocks_.push_back(Block{Block::Kind::page_break}); }

namespace {
// Caption and titles above a table go onto the turned page with it: the block that says how the page of
// block `i` lies.
template <class Blocks>
std::size_t with_its_table(const Blocks& blocks, std::size_t i) {
  using Kind = decltype(blocks[i].kind);
  std::size_t at = i;
  while (at + 1 < blocks.size() && blocks[at].kind == Kind::paragraph &&
         (blocks[at].style == Style::caption || blocks[at].style == Style::title ||
          blocks[at].style == Style::heading1))
    ++at;
  return blocks[at].kind == Kind::table ? at : i;
}
}  // namespace

std::string Paper::docx() const {
  std::string body;
  std::vector<std::string> charts;
  bool turned = false, break_before = false, after_table = false, empty = true;
  const auto thin = [&](const std::string& more) { body += "<w:p><w:pPr>" + more + "</w:pPr></w:p>"; };
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    const Block& block = blocks_[i];
    if (block.kind == Block::Kind::page_break) {
      break_before = !empty;
      continue;
    }
    const bool landscape = blocks_[with_its_table(blocks_, i)].landscape;
    if (landscape != turned && !empty) {
      thin(kThinLine + section(turned));
      break_before = after_table = false;
    }
    turned = landscape;
    const bool table = block.kind == Block::Kind::table;
    const bool shapes = block.kind == Block::Kind::head || block.kind == Block::Kind::intervals;
    if ((table && (after_table || break_before)) || (shapes && break_before)) {
      thin((break_before ? "<w:pageBreakBefore/>" : "") + std::string(kThinLine));
      break_before = false;
    }
    if (table) {
      const int width = turned ? kPageHeight - kTop - kBottom : kPageWidth - kLeft - kRight;
      body += table_xml(block.widths, block.rows, block.header_rows, width);
    } else if (block.kind == Block::Kind::head) {
      body += red_head(block.text, block.more);
    } else if (block.kind == Block::Kind::intervals) {
      charts.push_back(chart_part(block.chart, block.text));
      body += chart_paragraph(charts.size(), chart_relation(charts.size()), block.chart.size(),
                              kPageWidth - kLeft - kRight, block.more);
    } else {
      body += std::string("<w:p><w:pPr><w:pStyle w:val=\"") + style_id(block.style) + "\"/>" +
              // The date does not go onto the next page alone.
              (block.style == Style::signature && i + 1 < blocks_.size() &&
                       blocks_[i + 1].style == Style::signature
                   ? "<w:keepNext/>"
                   : "") +
              (break_before ? "<w:pageBreakBefore/>" : "") + "</w:pPr>" + runs(block.text, block.bold) +
              "</w:p>";
      break_before = false;
    }
    after_table = table;
    empty = false;
  }
  // A table may not be the last thing of a document.
  if (after_table || empty) thin(kThinLine);
  auto parts = word_fixed_parts(charts.size());
  parts.emplace_back(
      "word/document.xml",
      "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:document "
      "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" "
      "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><w:body>" +
          body + section(turned) + "</w:body></w:document>");
  for (std::size_t n = 0; n < charts.size(); ++n)
    parts.emplace_back(fmt::format("word/charts/chart{}.xml", n + 1), std::move(charts[n]));
  return pack(parts);
}

}  // namespace kepu::doc

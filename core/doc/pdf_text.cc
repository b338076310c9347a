#include <fmt/format.h>

#include <charconv>

#include "core/base/text.h"
#include "core/doc/child_process.h"
#include "core/doc/pdf_layout.h"
#include "core/doc/readers.h"
#include "core/doc/refusals.h"
#include "core/doc/xml_reader.h"

namespace kepu::doc {
namespace {

constexpr const char* kMaxPages = "2000";
constexpr std::size_t kMaxWords = 4'000'000;

double number(std::string_view line, std::string_view name) {
  const std::size_t at = line.find(name);
  if (at == std::string_view::npos) return 0;
  double value = 0;
  std::from_chars(line.data() + at + name.size(), line.data() + line.size(), value);
  return value > -1e6 && value < 1e6 ? value : 0;
}

// What `pdftotext -bbox` prints: one line a page, one line a word.
std::vector<PdfPage> parse(std::string_view output) {
  std::vector<PdfPage> pages;
  std::size_t words = 0;
  while (!output.empty()) {
    const std::size_t end = std::min(output.find('\n'), output.size());
    std::string_view line = output.substr(0, end);
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    output.remove_prefix(std::min(end + 1, output.size()));
    if (base::starts_with(line, "<page ")) {
      pages.push_back({number(line, " width=\""), number(line, " height=\""), {}});
    } else if (base::starts_with(line, "<word ") && !pages.empty() && ++words < kMaxWords) {
      const std::size_t from = line.find('>');
      const std::size_t to = line.rfind("</word>");
      if (from == std::string_view::npos || to == std::string_view::npos || to <= from) continue;
      PdfWord word{number(line, "xMin=\""),
                   number(line, "yMin=\""),
                   number(line, "xMax=\""),
                   number(line, "yMax=\""),
                   {}};
      append_unescaped(word.text, line.substr(from + 1, to - from - 1));
      word.text = base::valid_utf8(word.text);
      pages.back().words.push_back(std::move(word));
    }
  }
  return pages;
}

base::Result<std::string> run_pdftotext(std::string_view bytes, const Limits& limits) {
  using End = ChildResult::End;
  ChildLimits child;
  child.seconds = limits.seconds;
  // Each word comes with some 100 bytes of place.
  child.output_bytes = limits.text_bytes * 16;
  const auto result =
      run_child("pdftotext", {"-bbox", "-enc", "UTF-8", "-l", kMaxPages, "/dev/stdin", "-"}, bytes, child);
  switch (result.end) {
    case End::exited:
      break;
    case End::missing:
      return base::refuse(base::Code::unavailable, "doc.helper_missing",
                          "服务器没有安装读取 PDF 的程序 pdftotext。请管理员安装软件包 poppler-utils，或改传 "
                          "Word（.docx）。");
    case End::timed_out:
      return base::refuse(
          base::Code::unavailable, "doc.timeout",
          fmt::format("读取 PDF 超过 {} 秒，已停止。请拆分文件，或改传 Word（.docx）原件。", limits.seconds));
    case End::output_too_large:
      return too_large(fmt::format("文件的文字超过 {} MB", limits.text_bytes >> 20));
    case End::killed:
      return broken();
  }
  if (base::contains(result.errors, "Incorrect password")) return encrypted();
  if (result.status != 0) return broken();
  return result.output;
}

Refusal scanned() {
  return base::refuse(base::Code::unsupported, "doc.scanned",
                      "这个 PDF 里没有文字（可能是扫描件或图片）。请上传 Word 原件或可复制文字的 "
                      "PDF，或先做文字识别（OCR）。");
}

}  // namespace

base::Result<Text> read_pdf(std::string_view bytes, const Limits& limits) {
  const auto pages = parse(TRY(run_pdftotext(bytes, limits)));
  if (pages.empty()) return broken();
  std::size_t without_text = 0;
  for (const auto& page : pages) without_text += page.words.empty();
  if (without_text == pages.size()) return scanned();
  const auto lines = visual_lines(pages);
  if (lines.empty()) return scanned();  // nothing but page numbers
  Text text;
  text.kind = Kind::pdf;
  Shape shape(limits.text_bytes);
  write_paragraphs(lines, shape);
  if (shape.overflow()) return too_large(fmt::format("文件的文字超过 {} MB", limits.text_bytes >> 20));
  text.lines = shape.finish();
  text.warnings.push_back("PDF 不保存段落和表格，段落、表格由版面推定，请对照原文核对。");
  if (without_text > 0) {
    text.warnings.push_back(
        fmt::format("共 {} 页，其中 {} 页没有文字（可能是扫描页），没有读取。", pages.size(), without_text));
  }
  return text;
}

}  // namespace kepu::doc

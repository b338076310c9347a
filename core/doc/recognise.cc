#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/doc/extract.h"
#include "core/doc/ole.h"
#include "core/doc/refusals.h"
#include "core/doc/zip.h"

namespace kepu::doc {
namespace {

bool begins(std::string_view bytes, std::string_view signature) {
  return bytes.substr(0, signature.size()) == signature;
}

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

bool is_picture(std::string_view bytes) {
  const std::string_view box = bytes.substr(std::min<std::size_t>(8, bytes.size()), 4);
  const bool heic = bytes.size() > 12 && bytes.substr(4, 4) == "ftyp" &&
                    (box == "heic" || box == "heix" || box == "mif1" || box == "avif" || box == "hevc");
  const bool webp = begins(bytes, "RIFF") && box == "WEBP";
  return heic || webp || begins(bytes, "\x89PNG\r\n") || begins(bytes, "\xFF\xD8\xFF") ||
         begins(bytes, "GIF8") || begins(bytes, std::string_view("II*\0", 4)) ||
         begins(bytes, std::string_view("MM\0*", 4)) ||
         (begins(bytes, "BM") && bytes.size() > 14 && u32(bytes, 6) == 0 && u32(bytes, 10) < 4096);
}

base::Result<Kind> recognise_zip(std::string_view bytes) {
  const Archive archive = TRY(Archive::open(bytes, 1));
  if (archive.has("word/document.xml")) return Kind::docx;
  const auto names = archive.names();
  const auto any = [&](std::string_view prefix) {
    return std::any_of(names.begin(), names.end(), [&](const auto& name) { return begins(name, prefix); });
  };
  if (any("word/")) return Kind::docx;
  if (any("xl/"))
    return unsupported("这是 Excel 表格（.xlsx），不是文字文档。请上传 Word（.docx）、PDF 或文本文件。");
  if (any("ppt/")) {
    return unsupported("这是演示文稿（.pptx），不是文字文档。请把文字内容另存为 Word（.docx）后上传。");
  }
  if (archive.has("OFD.xml")) {
    return unsupported(
        "这是 OFD 版式文件，目前不能读取。请用 OFD 阅读器转成 PDF，或上传 Word（.docx）原件。");
  }
  if (archive.has("mimetype") && archive.has("content.xml")) {
    return unsupported("这是 OpenDocument 文档（.odt 等）。请用 Word 或 WPS 打开，另存为 .docx 后上传。");
  }
  return unsupported("这是压缩包或不认识的文件。请解压后上传其中的 Word（.docx）、PDF、网页或文本文件。");
}

base::Result<Kind> recognise_ole(std::string_view bytes) {
  const OleFile file = TRY(OleFile::open(bytes));
  if (file.has("EncryptedPackage")) return encrypted();
  if (file.has("WordDocument")) return Kind::doc;
  if (file.has("Workbook") || file.has("Book")) {
    return unsupported("这是旧版 Excel 表格（.xls）。请用 Excel 或 WPS 打开，另存为 .xlsx。");
  }
  if (file.has("PowerPoint Document")) {
    return unsupported("这是旧版演示文稿（.ppt）。请把文字内容另存为 Word（.docx）后上传。");
  }
  return unsupported("这是 WPS 或其他软件的私有格式。请用原软件打开，另存为 .docx 后上传。");
}

bool is_html(std::string_view bytes) {
  std::string head = lower_ascii(bytes.substr(0, 4096));
  std::erase(head, '\0');  // UTF-16
  const std::size_t first = head.find_first_not_of(" \t\r\n\xEF\xBB\xBF\xFE\xFF");
  if (first == std::string::npos || head[first] != '<') return false;
  static constexpr std::array<std::string_view, 14> kMarks = {
      "<!doctype html", "<html", "<head", "<body", "<meta", "<title", "<table",
      "<div",           "<p>",   "<p ",   "<h1",   "<h2",   "<span",  "<br"};
  return std::any_of(kMarks.begin(), kMarks.end(), [&](auto mark) { return base::contains(head, mark); });
}

}  // namespace

std::string_view to_text(Kind kind) {
  switch (kind) {
    case Kind::docx:
      return "docx";
    case Kind::doc:
      return "doc";
    case Kind::pdf:
      return "pdf";
    case Kind::html:
      return "html";
    case Kind::text:
      return "text";
  }
  return "";
}

base::Result<Kind> recognise(std::string_view bytes) {
  if (bytes.find_first_not_of(" \t\r\n") == std::string_view::npos) return empty_document();
  if (OleFile::has_signature(bytes)) return recognise_ole(bytes);
  if (begins(bytes, "PK\x03\x04") || begins(bytes, "PK\x05\x06")) return recognise_zip(bytes);
  if (bytes.substr(0, 1024).find("%PDF-") != std::string_view::npos) return Kind::pdf;
  if (is_picture(bytes)) {
    return base::refuse(base::Code::unsupported, "doc.picture",
                        "这是图片，无法读取其中的文字。请上传文字版（Word、可复制文字的 PDF 或文本文件）。");
  }
  if (begins(bytes, "{\\rtf"))
    return unsupported("这是 RTF 文档。请用 Word 或 WPS 打开，另存为 .docx 后上传。");
  if (begins(bytes, "MIME-Version:")) {
    return unsupported("这是单个文件网页（.mht）。请用 Word 或 WPS 打开，另存为 .docx 后上传。");
  }
  const bool utf16 = begins(bytes, "\xFF\xFE") || begins(bytes, "\xFE\xFF");
  if (!utf16 && bytes.find('\0') != std::string_view::npos) {
    return unsupported(
        "无法识别的文件格式。请上传 Word（.docx、.doc）、可复制文字的 "
        "PDF、网页（.html）或文本文件（.txt）。");
  }
  if (base::contains(bytes.substr(0, 2048), "progid=\"Word.Document\"")) {
    return unsupported("这是 Word 2003 的 XML 文档。请用 Word 或 WPS 打开，另存为 .docx 后上传。");
  }
  return is_html(bytes) ? Kind::html : Kind::text;
}

}  // namespace kepu::doc

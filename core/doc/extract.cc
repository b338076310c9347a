#include "core/doc/extract.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "core/base/text.h"
#include "core/doc/readers.h"
#include "core/doc/refusals.h"

namespace kepu::doc {
namespace {

Refusal file_too_large(std::uint64_t size, std::uint64_t limit) {
  return too_large(
      fmt::format("文件有 {:.1f} MB，超过 {} MB 的上限", static_cast<double>(size) / (1 << 20), limit >> 20));
}

base::Result<Text> read(std::string_view bytes, Kind kind, const Limits& limits) {
  switch (kind) {
    case Kind::docx:
      return read_docx(bytes, limits);
    case Kind::doc:
      return read_doc(bytes, limits);
    case Kind::pdf:
      return read_pdf(bytes, limits);
    case Kind::html:
      return read_html(bytes, limits);
    case Kind::text:
      return read_plain(bytes, limits);
  }
  return broken();
}

// Well-formed UTF-8 without control characters other than tabs.
std::string clean(std::string line) {
  if (!base::is_valid_utf8(line)) line = base::valid_utf8(line);
  std::erase_if(line, [](char c) { return (c >= 0 && c < 0x20 && c != '\t') || c == 0x7F; });
  return line;
}

}  // namespace

base::Result<Text> extract(std::string_view bytes, const Limits& limits) {
  if (bytes.size() > limits.file_bytes) return file_too_large(bytes.size(), limits.file_bytes);
  const Kind kind = TRY(recognise(bytes));
  Text text = TRY(read(bytes, kind, limits));
  std::size_t total = 0;
  bool blank = true;
  for (auto& line : text.lines) {
    line = clean(std::move(line));
    total += line.size();
    blank = blank && base::trim(line).empty();
  }
  if (blank) return empty_document();
  if (total > limits.text_bytes)
    return too_large(fmt::format("文件的文字超过 {} MB", limits.text_bytes >> 20));
  return text;
}

base::Result<Text> extract_file(const std::string& path, const Limits& limits) {
  // The size comes first: a huge file is refused without being loaded.
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (error || !std::filesystem::is_regular_file(status)) {
    return base::refuse(base::Code::not_found, "doc.missing", "找不到文件 " + path + "，请检查路径。");
  }
  const std::uint64_t size = std::filesystem::file_size(path, error);
  if (!error && size > limits.file_bytes) return file_too_large(size, limits.file_bytes);
  std::ifstream in(path, std::ios::binary);
  std::string bytes(size, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(size));
  if (error || !in) {
    return base::refuse(base::Code::forbidden, "doc.unreadable", "文件 " + path + " 无法打开，请检查权限。");
  }
  return extract(bytes, limits);
}

}  // namespace kepu::doc

#include "core/doc/decode.h"

#include <fmt/format.h>
#include <unicode/ucnv.h>

#include <algorithm>
#include <memory>

#include "core/base/text.h"

namespace kepu::doc {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size()))
    ++n;
  return n;
}

// Chinese pages say gb2312 and mean its superset.
std::string superset_of(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (lower == "gb2312" || lower == "gbk" || lower == "gb_2312-80" || lower == "x-gbk") return "gb18030";
  return lower;
}

}  // namespace

std::string convert_to_utf8(std::string_view bytes, const std::string& encoding) {
  UErrorCode error = U_ZERO_ERROR;
  const std::unique_ptr<UConverter, decltype(&ucnv_close)> from(ucnv_open(encoding.c_str(), &error),
                                                                &ucnv_close);
  const std::unique_ptr<UConverter, decltype(&ucnv_close)> to(ucnv_open("UTF-8", &error), &ucnv_close);
  if (U_FAILURE(error)) return "";
  std::string out;
  char buffer[8192];
  UChar pivot[4096];
  UChar* pivot_source = pivot;
  UChar* pivot_target = pivot;
  const char* source = bytes.data();
  const char* const end = source + bytes.size();
  bool reset = true;
  while (true) {
    char* target = buffer;
    error = U_ZERO_ERROR;
    ucnv_convertEx(to.get(), from.get(), &target, buffer + sizeof buffer, &source, end, pivot, &pivot_source,
                   &pivot_target, pivot + 4096, reset, true, &error);
    reset = false;
    out.append(buffer, target);
    if (error != U_BUFFER_OVERFLOW_ERROR) return out;
  }
}

std::string decode_text(std::string_view bytes, std::string_view declared,
                        std::vector<std::string>& warnings) {
  if (bytes.substr(0, 3) == "\xEF\xBB\xBF") return base::valid_utf8(bytes.substr(3));
  if (bytes.substr(0, 2) == "\xFF\xFE") return convert_to_utf8(bytes.substr(2), "UTF-16LE");
  if (bytes.substr(0, 2) == "\xFE\xFF") return convert_to_utf8(bytes.substr(2), "UTF-16BE");
  if (base::is_valid_utf8(bytes)) return std::string(bytes);
  const std::string utf8 = base::valid_utf8(bytes);
  const std::string name = declared.empty() ? "gb18030" : superset_of(declared);
  std::string other = name == "utf-8" || name == "utf8" ? "" : convert_to_utf8(bytes, name);
  // A text in UTF-8 with a few spoilt bytes looks far worse in any other encoding, unless that one was
  // declared.
  const std::size_t bad_other = count(other, kReplacement);
  const bool is_utf8 =
      other.empty() || (declared.empty() && count(utf8, kReplacement) * 4 < bytes.size() / 50 &&
                        count(utf8, kReplacement) <= bad_other + bytes.size() / 500);
  if (declared.empty() && !is_utf8) {
    warnings.push_back("文件没有写明编码，按 GB18030（国标）读取；如有乱码，请另存为 UTF-8 后重新上传。");
  }
  const std::string& chosen = is_utf8 ? utf8 : other;
  if (const std::size_t bad = count(chosen, kReplacement); bad > 0) {
    warnings.push_back(fmt::format("有 {} 处字符无法辨认，已用“�”代替，请对照原文核对。", bad));
  }
  return chosen;
}

}  // namespace kepu::doc

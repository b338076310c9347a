// Types by content, after the WHATWG "MIME Sniffing" standard for what browsers would run, and the formats'
// own signatures for the rest.
#include <algorithm>
#include <array>
#include <vector>

#include "core/base/text.h"
#include "core/file/file.h"

namespace kepu::file {
namespace {

using base::contains;
using base::starts_with;
using Parts = std::array<std::string_view, 2>;  // the begin and the end of the file

constexpr std::string_view kUnknown = "application/octet-stream";

struct Signature {
  std::size_t at;
  std::string_view bytes, type;
};
constexpr Signature kSignatures[] = {{0, "\x89PNG\r\n\x1a\n", "image/png"},
                                     {0, "\xff\xd8\xff", "image/jpeg"},
                                     {0, "GIF87a", "image/gif"},
                                     {0, "GIF89a", "image/gif"},
                                     {8, "WEBPVP", "image/webp"},
                                     {4, "ftyp", "video/mp4"},
                                     {0, "%PDF-", "application/pdf"},
                                     {0, "\x1f\x8b\x08", "application/gzip"}};

unsigned little_endian_16(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]) |
         static_cast<unsigned>(static_cast<unsigned char>(bytes[at + 1])) << 8;
}

// The file names in the local headers and the directory of a zip file (APPNOTE 4.3.7, 4.3.12).
std::vector<std::string_view> zip_names(const Parts& parts) {
  struct Header {
    std::string_view mark;
    std::size_t length_at, name_at;
  };
  constexpr Header kHeaders[] = {{"PK\x03\x04", 26, 30}, {"PK\x01\x02", 28, 46}};
  std::vector<std::string_view> names;
  for (const std::string_view part : parts)
    for (const Header& header : kHeaders)
      for (std::size_t at = part.find(header.mark); at != std::string_view::npos;
           at = part.find(header.mark, at + 1)) {
        if (part.size() - at < header.name_at) break;
        const std::size_t length = little_endian_16(part, at + header.length_at);
        if (part.size() - at >= header.name_at + length)
          names.push_back(part.substr(at + header.name_at, length));
      }
  return names;
}

std::string_view office_type(const std::vector<std::string_view>& names) {
  const auto any = [&](auto&& holds) { return std::any_of(names.begin(), names.end(), holds); };
  const auto has = [&](std::string_view name) { return any([&](auto n) { return n == name; }); };
  const auto has_folder = [&](std::string_view folder) {
    return any([&](auto n) { return starts_with(n, folder); });
  };
  if (has("OFD.xml")) return "application/ofd";  // GB/T 33190-2016
  if (!has("[Content_Types].xml") && !has("_rels/.rels")) return "application/zip";
  const bool macros = any([](auto n) { return base::ends_with(n, "vbaProject.bin"); });
  if (has_folder("word/"))
    return macros ? "application/vnd.ms-word.document.macroEnabled.12"
                  : "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
  if (has_folder("xl/"))
    return macros ? "application/vnd.ms-excel.sheet.macroEnabled.12"
                  : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  if (has_folder("ppt/"))
    return macros ? "application/vnd.ms-powerpoint.presentation.macroEnabled.12"
                  : "application/vnd.openxmlformats-officedocument.presentationml.presentation";
  return "application/zip";
}

std::string_view zip_type(const Parts& parts) {
  // OpenDocument and EPUB: the first entry is stored as it is and holds the type.
  constexpr std::string_view kNamed = "mimetypeapplication/";
  if (parts[0].size() > 30 && starts_with(parts[0].substr(30), kNamed)) {
    for (const std::string_view type :
         {"application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet",
          "application/vnd.oasis.opendocument.presentation", "application/epub+zip"})
      if (starts_with(parts[0].substr(38), type)) return type;
  }
  return office_type(zip_names(parts));
}

// The streams of an OLE file have their names in UTF-16LE.
std::string_view ole_type(const Parts& parts) {
  const auto has = [&](std::string_view name) {
    std::string wide;
    for (const char c : name) wide += {c, '\0'};
    return std::any_of(parts.begin(), parts.end(),
                       [&](std::string_view part) { return contains(part, wide); });
  };
  if (has("WordDocument")) return "application/msword";
  if (has("Workbook")) return "application/vnd.ms-excel";
  if (has("PowerPoint Document")) return "application/vnd.ms-powerpoint";
  return "application/x-ole-storage";
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

// What a browser would take for markup; empty for none. `text` is without leading white space.
std::string_view markup_type(std::string_view text) {
  constexpr std::size_t kLooked = 4096;
  const std::string begin = lower(text.substr(0, kLooked));
  const auto is_tag = [&](std::string_view tag) {
    return starts_with(begin, tag) &&
           (begin.size() == tag.size() || contains(" >\t\r\n\f/", begin.substr(tag.size(), 1)));
  };
  if (is_tag("<svg")) return "image/svg+xml";
  for (const std::string_view tag :
       {"<!doctype", "<html", "<head",  "<script", "<iframe", "<h1",   "<div", "<font",
        "<table",    "<a",    "<style", "<title",  "<b",      "<body", "<br",  "<p",
        "<meta",     "<link", "<form",  "<img",    "<object", "<embed"})
    if (is_tag(tag)) return contains(begin, "<svg") && tag == "<!doctype" ? "image/svg+xml" : "text/html";
  if (starts_with(begin, "<!--")) return "text/html";
  if (!starts_with(begin, "<?xml")) return {};
  if (contains(begin, "<svg")) return "image/svg+xml";
  return contains(begin, "<html") ? "text/html" : "text/xml";
}

bool is_text(std::string_view bytes) {
  const bool plain = std::none_of(bytes.begin(), bytes.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r' && byte != '\f') || byte == 0x7f;
  });
  if (!plain) return false;
  // The last character may be cut off.
  for (std::size_t cut = 0; cut < 4 && cut <= bytes.size(); ++cut)
    if (base::is_valid_utf8(bytes.substr(0, bytes.size() - cut))) return true;
  return false;
}

std::string_view find_type(const Parts& parts) {
  std::string_view bytes = parts[0];
  for (const Signature& signature : kSignatures)
    if (bytes.size() >= signature.at && starts_with(bytes.substr(signature.at), signature.bytes))
      if (signature.type != "image/webp" || starts_with(bytes, "RIFF")) return signature.type;
  if (starts_with(bytes, "PK\x03\x04")) return zip_type(parts);
  if (starts_with(bytes, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) return ole_type(parts);
  if (bytes.empty()) return kUnknown;
  std::string_view text = bytes;
  if (starts_with(text, "\xef\xbb\xbf")) text.remove_prefix(3);
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n\f"), text.size()));
  if (starts_with(text, "%PDF-")) return "application/pdf";
  // Markup first: a browser does not mind odd bytes in it.
  if (const std::string_view markup = markup_type(text); !markup.empty()) return markup;
  return is_text(bytes) ? "text/plain" : kUnknown;
}

}  // namespace

std::string type_of(std::string_view first_bytes, std::string_view last_bytes) {
  return std::string(find_type({first_bytes, last_bytes}));
}

}  // namespace kepu::file

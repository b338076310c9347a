#include "core/file/photo.h"

#include <array>
#include <cstdint>
#include <optional>

namespace kepu::file {
namespace {

using base::Code;
using base::refuse;

constexpr std::string_view kPng("\x89PNG\r\n\x1a\n", 8);
constexpr std::uint16_t kOrientation = 0x0112;

std::uint32_t byte_at(std::string_view b, std::size_t i) { return static_cast<unsigned char>(b[i]); }

tl::unexpected<base::Error> broken() {
  return refuse(Code::invalid, "photo.broken", "这张照片不完整或已损坏，请重新拍摄或重新选择。", "photo");
}

// Numbers of a TIFF block in its own byte order; none past its end.
struct Tiff {
  std::string_view bytes;
  bool little = false;
  std::optional<std::uint32_t> number(std::size_t at, int width) const {
    if (at > bytes.size() || bytes.size() - at < static_cast<std::size_t>(width)) return std::nullopt;
    std::uint32_t value = 0;
    for (int i = 0; i < width; ++i) {
      const auto byte = byte_at(bytes, at + static_cast<std::size_t>(i));
      value |= byte << (8 * (little ? i : width - 1 - i));
    }
    return value;
  }
};

// Which side is up: 1 … 8 of Exif's first directory; 1 where it does not say.
int orientation_of(std::string_view exif) {
  Tiff tiff{exif.substr(6), false};
  if (tiff.bytes.size() < 8) return 1;
  tiff.little = tiff.bytes.substr(0, 2) == "II";
  const auto directory = tiff.number(4, 4);
  const auto count = directory ? tiff.number(*directory, 2) : std::nullopt;
  for (std::uint32_t i = 0; count && i < *count; ++i) {
    const std::size_t entry = std::size_t{*directory} + 2 + 12 * std::size_t{i};
    const auto tag = tiff.number(entry, 2);
    if (!tag) return 1;
    if (*tag != kOrientation) continue;
    const auto value = tiff.number(entry + 8, 2);
    return value && *value >= 1 && *value <= 8 ? static_cast<int>(*value) : 1;
  }
  return 1;
}

// An Exif segment that says only which side is up.
std::string exif_of(int orientation) {
  std::string out(
      "\xFF\xE1\x00\x22"
      "Exif\0\0"
      "MM\0\x2A\0\0\0\x08"
      "\0\x01"
      "\x01\x12\0\x03\0\0\0\x01\0",
      29);
  out += static_cast<char>(orientation);
  out.append(6, '\0');
  out[3] = static_cast<char>(out.size() - 2);
  return out;
}

// From behind a segment's head to behind the scan's data: the next marker that is none of its own.
std::size_t end_of_scan(std::string_view b, std::size_t at) {
  while (at + 1 < b.size()) {
    if (byte_at(b, at) != 0xFF) {
      ++at;
      continue;
    }
    const auto next = byte_at(b, at + 1);
    const bool data = next == 0 || (next >= 0xD0 && next <= 0xD7);
    if (!data && next != 0xFF) return at;
    at += next == 0xFF ? 1 : 2;
  }
  return b.size();
}

base::Result<std::string> clean_jpeg(std::string_view b) {
  std::string out(b.substr(0, 2)), body;
  int orientation = 1;
  std::size_t at = 2;
  bool ended = false, scanned = false;
  while (at + 1 < b.size() && !ended) {
    if (byte_at(b, at) != 0xFF) return broken();
    const auto marker = byte_at(b, at + 1);
    if (marker == 0xFF) {  // fill
      ++at;
      continue;
    }
    if (marker == 0xD9) {
      ended = true;
      break;
    }
    if (at + 4 > b.size()) return broken();
    const std::size_t length = (byte_at(b, at + 2) << 8) | byte_at(b, at + 3);
    if (length < 2 || b.size() - at - 2 < length) return broken();
    const auto segment = b.substr(at, length + 2);
    at += length + 2;
    const bool is_exif =
        marker == 0xE1 && segment.size() >= 10 && segment.substr(4, 6) == std::string_view("Exif\0\0", 6);
    if (is_exif) orientation = orientation_of(segment.substr(4));
    const bool metadata = (marker >= 0xE1 && marker <= 0xEF && marker != 0xEE) || marker == 0xFE;
    if (!metadata) body += segment;
    if (marker == 0xDA) {
      const auto end = end_of_scan(b, at);
      body += b.substr(at, end - at);
      at = end;
      scanned = true;
    }
  }
  if (!scanned) return broken();
  if (orientation != 1) out += exif_of(orientation);
  return out + body + "\xFF\xD9";
}

base::Result<std::string> clean_png(std::string_view b) {
  constexpr std::array<std::string_view, 5> kDropped = {"tEXt", "zTXt", "iTXt", "eXIf", "tIME"};
  std::string out(kPng);
  std::size_t at = kPng.size();
  while (b.size() - at >= 12) {
    const std::size_t length = (std::size_t{byte_at(b, at)} << 24) | (byte_at(b, at + 1) << 16) |
                               (byte_at(b, at + 2) << 8) | byte_at(b, at + 3);
    if (b.size() - at - 12 < length) return broken();
    const auto type = b.substr(at + 4, 4);
    bool dropped = false;
    for (const auto name : kDropped) dropped = dropped || type == name;
    if (!dropped) out += b.substr(at, length + 12);
    at += length + 12;
    if (type == "IEND") return out;
  }
  return broken();
}

}  // namespace

base::Result<std::string> without_metadata(std::string_view bytes) {
  if (bytes.substr(0, 3) == "\xFF\xD8\xFF") return clean_jpeg(bytes);
  if (bytes.substr(0, kPng.size()) == kPng) return clean_png(bytes);
  return refuse(Code::unsupported, "photo.type",
                "照片只收 JPG 和 PNG。手机拍的 HEIC 照片，请在相机设置里改为“兼容性最佳”，或先转成 JPG。",
                "photo");
}

}  // namespace kepu::file

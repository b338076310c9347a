#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/doc/doc_properties.h"
#include "core/doc/ole.h"
#include "core/doc/readers.h"
#include "core/doc/refusals.h"
#include "core/doc/shape.h"

// Word 97–2003 ([MS-DOC]): the text lies in pieces, in one byte (Windows-1252) or two (UTF-16) a character.
namespace kepu::doc {
namespace {

constexpr std::size_t kMaxFields = 256;

struct Piece {
  std::uint32_t place = 0;   // in the WordDocument stream
  std::uint32_t length = 0;  // characters
  bool wide = false;
};

// Offsets in the file information block.
enum Fib : std::size_t {
  kVersion = 2,
  kFlags = 10,
  kText = 0x4C,
  kCharacters = 0xFA,
  kParagraphs = 0x102,
  kPieces = 0x1A2
};

char32_t from_windows(unsigned char c) {
  static constexpr std::array<char32_t, 32> kTable = {
      0x20AC, 0x81,   0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021, 0x2C6,  0x2030, 0x160,
      0x2039, 0x152,  0x8D,   0x17D,  0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
      0x2013, 0x2014, 0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0x9D,   0x17E,  0x178};
  return c >= 0x80 && c < 0xA0 ? kTable[c - 0x80] : c;
}

// The piece table behind the property changes that may come before it.
std::vector<Piece> read_pieces(std::string_view clx) {
  std::size_t at = 0;
  while (at < clx.size() && clx[at] == 1) at += 3 + u16(clx, at + 1);
  if (at >= clx.size() || clx[at] != 2) return {};
  const std::size_t size = std::min<std::size_t>(u32(clx, at + 1), clx.size() - std::min(clx.size(), at + 5));
  if (size < 16) return {};
  const std::string_view table = clx.substr(at + 5, size);
  const std::size_t count = (size - 4) / 12;
  std::vector<Piece> pieces;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t from = u32(table, i * 4), to = u32(table, (i + 1) * 4);
    if (to <= from) return {};
    const std::uint32_t fc = u32(table, (count + 1) * 4 + i * 8 + 2);
    const bool wide = (fc & 0x40000000) == 0;
    pieces.push_back({wide ? fc & 0x3FFFFFFF : (fc & 0x3FFFFFFF) / 2, to - from, wide});
  }
  return pieces;
}

// Takes characters in order and writes paragraphs and tables.
class Walker {
 public:
  Walker(const DocProperties& paragraphs, const DocProperties& characters, Shape& shape)
      : paragraphs_(paragraphs), characters_(characters), shape_(shape) {}

  void take(char32_t c, std::uint32_t place);
  void end();
  int pictures() const { return pictures_; }
  int numbered() const { return numbered_; }

 private:
  void end_paragraph(std::uint32_t place, bool cell);

  const DocProperties& paragraphs_;
  const DocProperties& characters_;
  Shape& shape_;
  std::string text_;
  std::vector<bool> fields_;  // whether the result of each open field has begun
  bool in_cell_ = false;
  int pictures_ = 0, numbered_ = 0;
};

void Walker::take(char32_t c, std::uint32_t place) {
  const bool gone = (characters_.at(place) & (kDeleted | kHidden)) != 0;
  switch (c) {
    case 0x07:
      return end_paragraph(place, true);
    case 0x0D:
      // The mark of a deleted paragraph joins it to the next.
      if ((characters_.at(place) & kDeleted) == 0 || in_cell_) end_paragraph(place, false);
      return;
    case 0x13:
      if (fields_.size() < kMaxFields) fields_.push_back(false);
      return;
    case 0x14:
      if (!fields_.empty()) fields_.back() = true;
      return;
    case 0x15:
      if (!fields_.empty()) fields_.pop_back();
      return;
    default:
      break;
  }
  if (gone || std::find(fields_.begin(), fields_.end(), false) != fields_.end()) return;
  switch (c) {
    case 0x01:
    case 0x08:
      ++pictures_;
      return;
    case 0x09:
      text_ += '\t';
      return;
    case 0x0B:
      shape_.line(std::exchange(text_, {}));
      return;
    case 0x0C:
    case 0x0E:
      if (!text_.empty()) end_paragraph(place, false);
      return;
    case 0x1E:
      text_ += '-';
      return;
    default:
      break;
  }
  if (c >= 0x20) base::append_utf8(text_, c);
}

void Walker::end_paragraph(std::uint32_t place, bool cell) {
  const unsigned flags = paragraphs_.at(place);
  // A field code does not reach past its paragraph: a mark is missing.
  if (!fields_.empty() && !fields_.back()) fields_.pop_back();
  if (cell && (flags & kRowEnd)) {
    text_.clear();
    shape_.close_row();
    in_cell_ = false;
    return;
  }
  const bool in_table = cell || (flags & kInTable);
  if (in_table && shape_.open_tables() == 0) shape_.open_table();
  if (in_table && !std::exchange(in_cell_, true)) shape_.open_cell();
  if (!in_table && shape_.open_tables() > 0) {
    shape_.close_table();
    in_cell_ = false;
  }
  if (flags & kNumbered) ++numbered_;
  shape_.line(std::exchange(text_, {}));
  if (cell) {
    shape_.close_cell();
    in_cell_ = false;
  }
}

void Walker::end() {
  if (!text_.empty()) shape_.line(std::exchange(text_, {}));
  while (shape_.open_tables() > 0) shape_.close_table();
  fields_.clear();
  in_cell_ = false;
}

// Feeds characters [from, to) of the text to the walker; bytes beyond the stream end it.
void feed(std::string_view document, const std::vector<Piece>& pieces, std::uint64_t from, std::uint64_t to,
          Walker& walker) {
  std::uint64_t at = 0;
  char32_t high = 0;
  for (const auto& piece : pieces) {
    const std::uint64_t begin = std::max(from, at), end = std::min<std::uint64_t>(to, at + piece.length);
    for (std::uint64_t i = begin; i < end; ++i) {
      const std::uint64_t place = piece.place + (i - at) * (piece.wide ? 2 : 1);
      if (place + (piece.wide ? 2 : 1) > document.size()) break;
      char32_t c =
          piece.wide ? u16(document, place) : from_windows(static_cast<unsigned char>(document[place]));
      if (c >= 0xD800 && c < 0xDC00) {
        high = c;
        continue;
      }
      if (c >= 0xDC00 && c < 0xE000) c = high ? 0x10000 + ((high - 0xD800) << 10) + (c - 0xDC00) : 0xFFFD;
      high = 0;
      walker.take(c, static_cast<std::uint32_t>(place));
    }
    at += piece.length;
    if (at >= to) break;
  }
}

}  // namespace

base::Result<Text> read_doc(std::string_view bytes, const Limits& limits) {
  const OleFile file = TRY(OleFile::open(bytes));
  const auto stream = file.read("WordDocument");
  if (!stream || stream->size() < kPieces + 8 || u16(*stream, 0) != 0xA5EC) return broken();
  const std::string_view document = *stream;
  const std::uint32_t flags = u16(document, kFlags);
  if (flags & 0x0100) return encrypted();
  if (u16(document, kVersion) < 0xC1)
    return unsupported("这是 Word 95 或更早的文档。请用 Word 或 WPS 打开，另存为 .docx 后上传。");
  const auto table = file.read(flags & 0x0200 ? "1Table" : "0Table");
  const std::uint32_t offset = u32(document, kPieces), size = u32(document, kPieces + 4);
  if (!table || offset > table->size() || size > table->size() - offset) return broken();
  const auto pieces = read_pieces(std::string_view(*table).substr(offset, size));
  if (pieces.empty()) return broken();
  // Lengths of the stories: text, footnotes, headers, (unused), comments, endnotes, text boxes.
  std::array<std::uint64_t, 7> stories;
  for (std::size_t i = 0; i < stories.size(); ++i) stories[i] = u32(document, kText + i * 4);
  std::uint64_t boxes = 0;
  for (std::size_t i = 0; i < 6; ++i) boxes += stories[i];
  if (stories[0] > limits.text_bytes || stories[6] > limits.text_bytes) {
    return too_large(fmt::format("文件的文字超过 {} MB", limits.text_bytes >> 20));
  }
  const auto properties = [&](Fib at, bool paragraphs) {
    return DocProperties(document, *table, u32(document, at), u32(document, at + 4), paragraphs);
  };
  const DocProperties paragraphs = properties(kParagraphs, true), characters = properties(kCharacters, false);
  Shape shape(limits.text_bytes);
  Walker walker(paragraphs, characters, shape);
  feed(document, pieces, 0, stories[0], walker);
  walker.end();
  feed(document, pieces, boxes, boxes + stories[6], walker);
  walker.end();
  if (shape.overflow()) return too_large(fmt::format("文件的文字超过 {} MB", limits.text_bytes >> 20));
  Text text;
  text.kind = Kind::doc;
  text.lines = shape.finish();
  if (walker.numbered() > 0) {
    text.warnings.push_back(fmt::format(
        "文中 {} 个段落使用自动编号，旧版 .doc 里的编号没有读取。如缺编号，请另存为 .docx 后重新上传。",
        walker.numbered()));
  }
  if (stories[6] > 0) text.warnings.push_back("文本框里的文字放在了全文末尾。");
  if (walker.pictures() > 0)
    text.warnings.push_back(fmt::format("文中有 {} 处图片或图形，其中的文字没有读取。", walker.pictures()));
  return text;
}

}  // namespace kepu::doc

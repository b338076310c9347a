#include <fmt/format.h>

#include <array>
#include <unordered_map>

#include "core/base/text.h"
#include "core/doc/docx_numbering.h"
#include "core/doc/number_format.h"
#include "core/doc/package.h"
#include "core/doc/readers.h"
#include "core/doc/refusals.h"
#include "core/doc/shape.h"
#include "core/doc/xml_reader.h"

namespace kepu::doc {
namespace {

using Event = XmlReader::Event;

constexpr std::size_t kMaxFields = 256;
constexpr std::size_t kMaxFieldCode = 64;
constexpr std::size_t kMaxParagraphs = 64;  // in one another: text boxes
constexpr char kPageBreak = '\f';

enum class Tag {
  other,
  skipped,
  paragraph,
  paragraph_properties,
  run_properties,
  run,
  text,
  code,
  tab,
  line_break,
  hyphen,
  symbol,
  field_mark,
  table,
  row,
  row_properties,
  cell,
  cell_properties,
  content_properties,
  content,
  box,
  alternate,
  choice,
  fallback,
  picture,
  word_art,
  foreign_part
};

// Names of WordprocessingML; what is not here is passed through to its children.
Tag word_tag(std::string_view name) {
  static const std::unordered_map<std::string_view, Tag> kTags = {
      {"p", Tag::paragraph},
      {"pPr", Tag::paragraph_properties},
      {"rPr", Tag::run_properties},
      {"r", Tag::run},
      {"t", Tag::text},
      {"instrText", Tag::code},
      {"tab", Tag::tab},
      {"ptab", Tag::tab},
      {"br", Tag::line_break},
      {"cr", Tag::line_break},
      {"noBreakHyphen", Tag::hyphen},
      {"sym", Tag::symbol},
      {"fldChar", Tag::field_mark},
      {"tbl", Tag::table},
      {"tr", Tag::row},
      {"trPr", Tag::row_properties},
      {"tc", Tag::cell},
      {"tcPr", Tag::cell_properties},
      {"sdtPr", Tag::content_properties},
      {"sdtContent", Tag::content},
      {"txbxContent", Tag::box},
      {"altChunk", Tag::foreign_part},
      // Tracked deletions, and settings without text.
      {"del", Tag::skipped},
      {"moveFrom", Tag::skipped},
      {"delText", Tag::skipped},
      {"delInstrText", Tag::skipped},
      {"sectPr", Tag::skipped},
      {"tblPr", Tag::skipped},
      {"tblGrid", Tag::skipped},
      {"tblPrEx", Tag::skipped},
      {"sdtEndPr", Tag::skipped},
      {"rubyPr", Tag::skipped},
      {"rt", Tag::skipped},
      {"ffData", Tag::skipped},
      {"binData", Tag::skipped},
      {"customXmlPr", Tag::skipped},
      {"smartTagPr", Tag::skipped}};
  const auto found = kTags.find(name);
  return found == kTags.end() ? Tag::other : found->second;
}

Tag foreign_tag(std::string_view prefix, std::string_view name) {
  if (name == "AlternateContent") return Tag::alternate;
  if (name == "Choice") return Tag::choice;
  if (name == "Fallback") return Tag::fallback;
  if (name == "blip" || name == "imagedata") return Tag::picture;
  if (name == "textpath") return Tag::word_art;
  if (name == "t" && prefix == "m") return Tag::text;
  return Tag::other;
}

bool is_off(const std::string& value) {
  return value == "0" || value == "false" || value == "off" || value == "none";
}

std::optional<int> small_number(const std::string& text) {
  const auto n = base::parse_int(text);
  if (!n || *n < 0 || *n > 1'000'000'000) return std::nullopt;
  return static_cast<int>(*n);
}

// Walks word/document.xml once and writes paragraphs and tables into a Shape.
class Walker {
 public:
  Walker(std::string_view xml, Numbering numbering, bool leave_out_contents, Shape& shape)
      : xml_(xml), numbering_(std::move(numbering)), leave_out_contents_(leave_out_contents), shape_(shape) {}

  // False where the XML is broken.
  bool run();

  int pictures() const { return pictures_; }
  bool left_out_contents() const { return left_out_contents_; }
  bool foreign_parts() const { return foreign_parts_; }
  // A table of contents began and never ended: what was left out may be the document itself.
  bool contents_open() const { return !fields_.empty() && in_contents(); }

 private:
  struct Paragraph {
    ParagraphNumbering numbering;
    std::string label, text;
    bool mark_deleted = false;  // joins the next one
    bool hidden_run = false;
    bool had_box = false;
    bool left_out = false;
  };
  struct Field {
    std::string code;
    bool in_result = false;
    bool is_contents = false;
  };

  bool open();
  void close();
  void text();
  bool is_word() const { return xml_.prefix() == word_prefix_; }
  void open_paragraph();
  void close_paragraph();
  bool paragraph_properties();
  bool run_properties();
  bool row_properties();
  bool cell_properties();
  bool content_properties();
  void field_mark();
  void append(std::string_view text);
  bool in_contents() const;
  bool text_wanted() const;
  // Calls visit for each open element up to the end of the present one. False where the XML is broken.
  template <class Visit>
  bool each_inside(Visit visit);

  XmlReader xml_;
  Numbering numbering_;
  bool leave_out_contents_;
  Shape& shape_;
  std::string word_prefix_ = "w";
  std::vector<Paragraph> paragraphs_;
  std::vector<std::string> carried_ = {""};  // text before a deleted paragraph mark; one for each story
  std::vector<Field> fields_;
  std::vector<bool> choice_taken_;
  bool in_text_ = false, in_code_ = false, row_deleted_ = false, skip_content_ = false;
  bool left_out_contents_ = false, foreign_parts_ = false;
  int pictures_ = 0;
};

template <class Visit>
bool Walker::each_inside(Visit visit) {
  const std::size_t parent = xml_.depth() - 1;
  while (true) {
    const Event event = xml_.next();
    if (event == Event::broken || event == Event::end) return false;
    if (event == Event::close && xml_.depth() == parent) return true;
    if (event == Event::open) {
      // Former properties, kept for the tracking of changes.
      const bool former = base::ends_with(xml_.name(), "PrChange");
      if (former ? !xml_.skip() : !visit()) return false;
    }
  }
}

bool Walker::run() {
  if (xml_.next() != Event::open || xml_.name() != "document") return false;
  word_prefix_ = std::string(xml_.prefix());
  while (!shape_.overflow()) {
    switch (xml_.next()) {
      case Event::open:
        if (!open()) return false;
        break;
      case Event::close:
        close();
        break;
      case Event::text:
        text();
        break;
      case Event::end:
        if (!carried_.front().empty()) shape_.line(std::move(carried_.front()));
        return true;
      case Event::broken:
        return false;
    }
  }
  return true;
}

void Walker::text() {
  if (in_code_ && !fields_.empty() && fields_.back().code.size() < kMaxFieldCode)
    xml_.append_text(fields_.back().code);
  if (!in_text_ || paragraphs_.empty()) return;
  Paragraph& paragraph = paragraphs_.back();
  if (in_contents()) paragraph.left_out = true;
  if (!text_wanted()) return;
  const std::size_t before = paragraph.text.size();
  xml_.append_text(paragraph.text);
  // A line break in the XML is white space; breaks of the text are elements.
  std::replace_if(
      paragraph.text.begin() + static_cast<std::ptrdiff_t>(before), paragraph.text.end(),
      [](char c) { return c == '\n' || c == '\r' || c == kPageBreak; }, ' ');
}

// False where the XML is broken.
bool Walker::open() {
  switch (is_word() ? word_tag(xml_.name()) : foreign_tag(xml_.prefix(), xml_.name())) {
    case Tag::skipped:
      return xml_.skip();
    case Tag::paragraph:
      open_paragraph();
      break;
    case Tag::paragraph_properties:
      return paragraph_properties();
    case Tag::run_properties:
      return run_properties();
    case Tag::run:
      if (!paragraphs_.empty()) paragraphs_.back().hidden_run = false;
      break;
    case Tag::text:
      in_text_ = true;
      break;
    case Tag::code:
      in_code_ = true;
      break;
    case Tag::tab:
      append("\t");
      break;
    case Tag::line_break: {
      const std::string type = xml_.attribute("type");
      append(type == "page" || type == "column" ? std::string_view(&kPageBreak, 1) : "\n");
      break;
    }
    case Tag::hyphen:
      append("-");
      break;
    case Tag::symbol: {
      const std::string code = xml_.attribute("char");
      append(symbol_text(static_cast<char32_t>(std::strtoul(code.c_str(), nullptr, 16) & 0xFFFF),
                         xml_.attribute("font")));
      break;
    }
    case Tag::field_mark:
      field_mark();
      break;
    case Tag::table:
      if (!carried_.back().empty()) shape_.line(std::exchange(carried_.back(), {}));
      shape_.open_table();
      carried_.emplace_back();
      break;
    case Tag::row:
      shape_.open_row();
      row_deleted_ = false;
      break;
    case Tag::row_properties:
      return row_properties();
    case Tag::cell:
      shape_.open_cell();
      break;
    case Tag::cell_properties:
      return cell_properties();
    case Tag::content_properties:
      return content_properties();
    case Tag::content:
      if (!skip_content_) break;
      skip_content_ = false;
      left_out_contents_ = true;
      return xml_.skip();
    case Tag::box:
      if (!paragraphs_.empty()) paragraphs_.back().had_box = true;
      carried_.emplace_back();
      break;
    case Tag::alternate:
      choice_taken_.push_back(false);
      break;
    case Tag::choice:
    case Tag::fallback:
      if (choice_taken_.empty()) break;
      if (choice_taken_.back()) return xml_.skip();
      choice_taken_.back() = true;
      break;
    case Tag::picture:
      ++pictures_;
      break;
    case Tag::word_art:
      if (!paragraphs_.empty()) paragraphs_.back().had_box = true;
      shape_.line(xml_.attribute("string"));
      break;
    case Tag::foreign_part:
      foreign_parts_ = true;
      break;
    case Tag::other:
      break;
  }
  return true;
}

void Walker::close() {
  const auto flush_story = [&] {
    if (carried_.size() > 1) {
      if (!carried_.back().empty()) shape_.line(std::move(carried_.back()));
      carried_.pop_back();
    }
  };
  switch (is_word() ? word_tag(xml_.name()) : foreign_tag(xml_.prefix(), xml_.name())) {
    case Tag::paragraph:
      close_paragraph();
      break;
    case Tag::text:
      in_text_ = false;
      break;
    case Tag::code:
      in_code_ = false;
      break;
    case Tag::cell:
      if (!carried_.back().empty()) shape_.line(std::exchange(carried_.back(), {}));
      shape_.close_cell();
      break;
    case Tag::row:
      if (row_deleted_) {
        shape_.drop_row();
      } else {
        shape_.close_row();
      }
      row_deleted_ = false;
      break;
    case Tag::table:
      shape_.close_table();
      flush_story();
      break;
    case Tag::box:
      flush_story();
      break;
    case Tag::alternate:
      if (!choice_taken_.empty()) choice_taken_.pop_back();
      break;
    default:
      break;
  }
}

void Walker::open_paragraph() {
  if (paragraphs_.size() < kMaxParagraphs) paragraphs_.emplace_back();
}

void Walker::close_paragraph() {
  if (paragraphs_.empty()) return;
  Paragraph paragraph = std::move(paragraphs_.back());
  paragraphs_.pop_back();
  // A field code does not reach past its paragraph: a mark is missing.
  if (!fields_.empty() && !fields_.back().in_result && !fields_.back().is_contents) fields_.pop_back();
  std::string text = std::exchange(carried_.back(), {}) + paragraph.text;
  if (paragraph.mark_deleted) {
    carried_.back() = std::move(text);
    return;
  }
  paragraph.label = numbering_.next(paragraph.numbering);
  const bool digit_follows = !text.empty() && text[0] >= '0' && text[0] <= '9';
  if (digit_follows && !paragraph.label.empty() && paragraph.label.back() == '.') paragraph.label += ' ';
  text.insert(0, paragraph.label);
  if (text.empty() && (paragraph.had_box || paragraph.left_out)) return;
  std::size_t from = 0;
  bool written = false;
  while (true) {
    const std::size_t end = text.find_first_of("\n\f", from);
    const bool last = end == std::string::npos;
    std::string piece = text.substr(from, last ? end : end - from);
    const bool worthless = piece.empty() && (last ? written : text[end] == kPageBreak);
    if (!worthless) {
      shape_.line(std::move(piece));
      written = true;
    }
    if (last) return;
    from = end + 1;
  }
}

bool Walker::paragraph_properties() {
  Paragraph ignored;
  Paragraph& paragraph = paragraphs_.empty() ? ignored : paragraphs_.back();
  return each_inside([&] {
    const auto name = xml_.name();
    if (name == "pStyle") paragraph.numbering.style = xml_.attribute("val");
    if (name == "numId") paragraph.numbering.list = small_number(xml_.attribute("val"));
    if (name == "ilvl") paragraph.numbering.level = small_number(xml_.attribute("val"));
    if (name == "del" || name == "moveFrom") paragraph.mark_deleted = true;
    return name == "sectPr" ? xml_.skip() : true;
  });
}

bool Walker::run_properties() {
  return each_inside([&] {
    if (xml_.name() == "vanish" && !paragraphs_.empty()) {
      paragraphs_.back().hidden_run = !is_off(xml_.attribute("val"));
    }
    return true;
  });
}

bool Walker::row_properties() {
  return each_inside([&] {
    if (xml_.name() == "del") row_deleted_ = true;
    if (xml_.name() == "gridBefore") {
      const int columns = std::min(small_number(xml_.attribute("val")).value_or(0), 64);
      for (int i = 0; i < columns; ++i) {
        shape_.open_cell();
        shape_.close_cell();
      }
    }
    return true;
  });
}

bool Walker::cell_properties() {
  int span = 1;
  bool covered = false;
  const bool sound = each_inside([&] {
    const auto name = xml_.name();
    if (name == "gridSpan") span = std::clamp(small_number(xml_.attribute("val")).value_or(1), 1, 64);
    if (name == "vMerge" || name == "hMerge") covered = covered || xml_.attribute("val") != "restart";
    return true;
  });
  shape_.change_cell(span, covered);
  return sound;
}

// Content controls: a table of contents is one.
bool Walker::content_properties() {
  skip_content_ = false;
  return each_inside([&] {
    if (leave_out_contents_ && xml_.name() == "docPartGallery" &&
        xml_.attribute("val") == "Table of Contents") {
      skip_content_ = true;
    }
    return true;
  });
}

void Walker::field_mark() {
  const std::string type = xml_.attribute("fldCharType");
  if (type == "begin") {
    if (fields_.size() < kMaxFields) fields_.emplace_back();
  } else if (fields_.empty()) {
    return;
  } else if (type == "separate") {
    fields_.back().in_result = true;
    const std::string code = base::trim(fields_.back().code);
    fields_.back().is_contents = leave_out_contents_ && base::starts_with(code, "TOC");
    left_out_contents_ = left_out_contents_ || fields_.back().is_contents;
  } else if (type == "end") {
    if (in_contents() && !paragraphs_.empty()) paragraphs_.back().left_out = true;
    fields_.pop_back();
  }
}

bool Walker::in_contents() const {
  return std::any_of(fields_.begin(), fields_.end(), [](const Field& field) { return field.is_contents; });
}

bool Walker::text_wanted() const {
  if (paragraphs_.empty() || paragraphs_.back().hidden_run) return false;
  return std::all_of(fields_.begin(), fields_.end(),
                     [](const Field& field) { return field.in_result && !field.is_contents; });
}

void Walker::append(std::string_view text) {
  if (text_wanted()) paragraphs_.back().text += text;
}

Numbering read_numbering(Archive& archive, const std::string& main_part, std::vector<std::string>& warnings) {
  const auto links = relations(archive, main_part);
  const std::string numbering = related(archive, links, "numbering", "word/numbering.xml");
  const std::string styles = related(archive, links, "styles", "word/styles.xml");
  pugi::xml_document empty;
  const auto load = [&](const std::string& part) -> pugi::xml_document {
    if (part.empty()) return {};
    auto tree = load_tree(archive, part);
    if (tree) return std::move(*tree);
    warnings.push_back("文件里的自动编号无法读取，编号可能缺失，请对照原文核对。");
    return {};
  };
  if (numbering.empty()) return {};
  return Numbering(load(numbering), load(styles));
}

}  // namespace

base::Result<Text> read_docx(std::string_view bytes, const Limits& limits) {
  Archive archive = TRY(Archive::open(bytes, limits.unpacked_bytes));
  const std::string main_part =
      related(archive, relations(archive, ""), "officeDocument", "word/document.xml");
  if (main_part.empty()) return broken();
  const std::string xml = TRY(archive.read(main_part));
  Text text;
  text.kind = Kind::docx;
  const Numbering numbering = read_numbering(archive, main_part, text.warnings);
  for (const bool leave_out_contents : {true, false}) {
    Shape shape(limits.text_bytes);
    Walker walker(xml, numbering, leave_out_contents, shape);
    if (!walker.run()) return broken();
    if (shape.overflow()) return too_large(fmt::format("文件的文字超过 {} MB", limits.text_bytes >> 20));
    if (leave_out_contents && walker.contents_open()) continue;
    text.lines = shape.finish();
    if (walker.pictures() > 0) {
      text.warnings.push_back(fmt::format("文中有 {} 幅图片，图片里的文字没有读取。", walker.pictures()));
    }
    if (walker.left_out_contents()) text.warnings.push_back("目录页没有读取（与正文标题重复）。");
    if (walker.foreign_parts()) text.warnings.push_back("文中嵌入了另一份文档，嵌入的部分没有读取。");
    break;
  }
  return text;
}

}  // namespace kepu::doc

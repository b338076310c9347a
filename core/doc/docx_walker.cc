#include "core/doc/docx_walker.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/doc/docx_tags.h"
#include "core/doc/number_format.h"

namespace kepu::doc {
namespace {

using Event = XmlReader::Event;

constexpr std::size_t kMaxFields = 256;
constexpr std::size_t kMaxFieldCode = 64;
constexpr std::size_t kMaxParagraphs = 64;  // in one another: text boxes
constexpr char kPageBreak = '\f';

bool is_off(const std::string& value) {
  return value == "0" || value == "false" || value == "off" || value == "none";
}

std::optional<int> small_number(const std::string& text) {
  const auto n = base::parse_int(text);
  if (!n || *n < 0 || *n > 1'000'000'000) return std::nullopt;
  return static_cast<int>(*n);
}

}  // namespace

template <class Visit>
bool DocxWalker::each_inside(Visit visit) {
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

bool DocxWalker::run() {
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

void DocxWalker::text() {
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
bool DocxWalker::open() {
  switch (is_word() ? word_tag(xml_.name()) : foreign_tag(xml_.prefix(), xml_.name())) {
    case DocxTag::skipped:
      return xml_.skip();
    case DocxTag::paragraph:
      open_paragraph();
      break;
    case DocxTag::paragraph_properties:
      return paragraph_properties();
    case DocxTag::run_properties:
      return run_properties();
    case DocxTag::run:
      if (!paragraphs_.empty()) paragraphs_.back().hidden_run = false;
      break;
    case DocxTag::text:
      in_text_ = true;
      break;
    case DocxTag::code:
      in_code_ = true;
      break;
    case DocxTag::tab:
      append("\t");
      break;
    case DocxTag::line_break: {
      const std::string type = xml_.attribute("type");
      append(type == "page" || type == "column" ? std::string_view(&kPageBreak, 1) : "\n");
      break;
    }
    case DocxTag::hyphen:
      append("-");
      break;
    case DocxTag::symbol: {
      const std::string code = xml_.attribute("char");
      append(symbol_text(static_cast<char32_t>(std::strtoul(code.c_str(), nullptr, 16) & 0xFFFF),
                         xml_.attribute("font")));
      break;
    }
    case DocxTag::field_mark:
      field_mark();
      break;
    case DocxTag::table:
      if (!carried_.back().empty()) shape_.line(std::exchange(carried_.back(), {}));
      shape_.open_table();
      carried_.emplace_back();
      break;
    case DocxTag::row:
      shape_.open_row();
      row_deleted_ = false;
      break;
    case DocxTag::row_properties:
      return row_properties();
    case DocxTag::cell:
      shape_.open_cell();
      break;
    case DocxTag::cell_properties:
      return cell_properties();
    case DocxTag::content_properties:
      return content_properties();
    case DocxTag::content:
      if (!skip_content_) break;
      skip_content_ = false;
      left_out_contents_ = true;
      return xml_.skip();
    case DocxTag::box:
      if (!paragraphs_.empty()) paragraphs_.back().had_box = true;
      carried_.emplace_back();
      break;
    case DocxTag::alternate:
      choice_taken_.push_back(false);
      break;
    case DocxTag::choice:
    case DocxTag::fallback:
      if (choice_taken_.empty()) break;
      if (choice_taken_.back()) return xml_.skip();
      choice_taken_.back() = true;
      break;
    case DocxTag::picture:
      ++pictures_;
      break;
    case DocxTag::word_art:
      if (!paragraphs_.empty()) paragraphs_.back().had_box = true;
      shape_.line(xml_.attribute("string"));
      break;
    case DocxTag::foreign_part:
      foreign_parts_ = true;
      break;
    case DocxTag::other:
      break;
  }
  return true;
}

void DocxWalker::close() {
  const auto flush_story = [&] {
    if (carried_.size() > 1) {
      if (!carried_.back().empty()) shape_.line(std::move(carried_.back()));
      carried_.pop_back();
    }
  };
  switch (is_word() ? word_tag(xml_.name()) : foreign_tag(xml_.prefix(), xml_.name())) {
    case DocxTag::paragraph:
      close_paragraph();
      break;
    case DocxTag::text:
      in_text_ = false;
      break;
    case DocxTag::code:
      in_code_ = false;
      break;
    case DocxTag::cell:
      if (!carried_.back().empty()) shape_.line(std::exchange(carried_.back(), {}));
      shape_.close_cell();
      break;
    case DocxTag::row:
      if (row_deleted_) {
        shape_.drop_row();
      } else {
        shape_.close_row();
      }
      row_deleted_ = false;
      break;
    case DocxTag::table:
      shape_.close_table();
      flush_story();
      break;
    case DocxTag::box:
      flush_story();
      break;
    case DocxTag::alternate:
      if (!choice_taken_.empty()) choice_taken_.pop_back();
      break;
    default:
      break;
  }
}

void DocxWalker::open_paragraph() {
  if (paragraphs_.size() < kMaxParagraphs) paragraphs_.emplace_back();
}

void DocxWalker::close_paragraph() {
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

bool DocxWalker::paragraph_properties() {
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

bool DocxWalker::run_properties() {
  return each_inside([&] {
    if (xml_.name() == "vanish" && !paragraphs_.empty()) {
      paragraphs_.back().hidden_run = !is_off(xml_.attribute("val"));
    }
    return true;
  });
}

bool DocxWalker::row_properties() {
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

bool DocxWalker::cell_properties() {
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
bool DocxWalker::content_properties() {
  skip_content_ = false;
  return each_inside([&] {
    if (leave_out_contents_ && xml_.name() == "docPartGallery" &&
        xml_.attribute("val") == "Table of Contents") {
      skip_content_ = true;
    }
    return true;
  });
}

void DocxWalker::field_mark() {
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

bool DocxWalker::in_contents() const {
  return std::any_of(fields_.begin(), fields_.end(), [](const Field& field) { return field.is_contents; });
}

bool DocxWalker::text_wanted() const {
  if (paragraphs_.empty() || paragraphs_.back().hidden_run) return false;
  return std::all_of(fields_.begin(), fields_.end(),
                     [](const Field& field) { return field.in_result && !field.is_contents; });
}

void DocxWalker::append(std::string_view text) {
  if (text_wanted()) paragraphs_.back().text += text;
}

}  // namespace kepu::doc

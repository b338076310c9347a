// The body of a Word document as lines.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/doc/docx_numbering.h"
#include "core/doc/shape.h"
#include "core/doc/xml_reader.h"

namespace kepu::doc {

// Walks word/document.xml once and writes paragraphs and tables into a Shape: tracked deletions are left out,
// numbers of lists written before their text, text boxes put behind the paragraph that holds them. Not
// thread-safe; `xml` must outlive it.
class DocxWalker {
 public:
  DocxWalker(std::string_view xml, Numbering numbering, bool leave_out_contents, Shape& shape)
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

}  // namespace kepu::doc

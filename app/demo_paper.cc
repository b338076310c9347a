#include "app/demo_paper.h"

#include <array>

#include "core/base/text.h"
#include "core/doc/word.h"
#include "core/doc/zip.h"

namespace kepu::app::demo {
namespace {

// Stands in the text where Word is to number, with the level behind it; taken out again before packing.
constexpr char32_t kNumberHere = 0xE000;

class Writer {
 public:
  explicit Writer(Numbers numbers) : numbers_(numbers) {}

  doc::Paper write(std::string_view text) {
    for (const auto& line : base::split(text, "\n")) {
      if (!base::starts_with(line, "| ")) end_table();
      if (!line.empty()) add(line);
    }
    end_table();
    return std::move(paper_);
  }

 private:
  void add(const std::string& line) {
    const auto behind = [&](std::string_view mark) -> std::optional<std::string> {
      if (!base::starts_with(line, mark)) return std::nullopt;
      return line.substr(mark.size());
    };
    if (const auto head = behind("= ")) {
      const auto parts = base::split(*head, " | ");
      paper_.head(parts.front(), parts.back());
    } else if (const auto title = behind("# ")) {
      if (titled_ && !annex_) paper_.page_break();
      titled_ = true;
      paper_.paragraph(doc::Style::title, *title);
    } else if (const auto addressee = behind("> ")) {
      paper_.paragraph(doc::Style::recipient, *addressee);
    } else if (const auto section = behind("## ")) {
      paper_.paragraph(doc::Style::heading1, number(0) + *section);
    } else if (const auto part = behind("### ")) {
      paper_.paragraph(doc::Style::heading2, number(1) + *part);
    } else if (const auto task = behind("! ")) {
      add_task(*task);
    } else if (const auto signature = behind("~ ")) {
      paper_.paragraph(doc::Style::signature, *signature);
    } else if (const auto annex = behind("@ ")) {
      annex_ = true;
      paper_.page_break();
      paper_.paragraph(doc::Style::recipient, *annex);
    } else if (const auto row = behind("| ")) {
      add_row(*row);
    } else {
      paper_.paragraph(doc::Style::body, line);
    }
  }

  void add_task(const std::string& text) {
    const auto lead = number(2);
    const auto title = text.substr(0, text.find("。") + std::string_view("。").size());
    paper_.lead_in(lead + text, base::length(lead) + base::length(title));
  }

  void add_row(const std::string& row) {
    std::vector<doc::TableCell> cells;
    for (const auto& text : base::split(row, "|")) {
      doc::TableCell cell;
      cell.text = base::trim(text);
      cell.header = rows_.empty();
      cell.centred = rows_.empty() || cells.empty();
      cells.push_back(std::move(cell));
    }
    rows_.push_back(std::move(cells));
  }

  void end_table() {
    if (rows_.empty()) return;
    paper_.table({8, 24, 22, 46}, std::move(rows_), 1);
    rows_.clear();
  }

  std::string number(std::size_t level) {
    ++counts_[level];
    for (auto below = level + 1; below < counts_.size(); ++below) counts_[below] = 0;
    if (numbers_ == Numbers::automatic) {
      std::string mark;
      base::append_utf8(mark, kNumberHere + static_cast<char32_t>(level));
      return mark;
    }
    const int n = counts_[level];
    if (level == 0) return base::chinese_numeral(n) + "、";
    return level == 1 ? "（" + base::chinese_numeral(n) + "）" : std::to_string(n) + ".";
  }

  Numbers numbers_;
  doc::Paper paper_;
  std::array<int, 3> counts_{};
  bool titled_ = false, annex_ = false;
  std::vector<std::vector<doc::TableCell>> rows_;
};

std::string numbering_part() {
  const auto level = [](int n, const char* format, const char* text) {
    return fmt::format(
        "<w:lvl w:ilvl=\"{}\"><w:start w:val=\"1\"/><w:numFmt w:val=\"{}\"/><w:suff w:val=\"nothing\"/>"
        "<w:lvlText w:val=\"{}\"/><w:lvlJc w:val=\"left\"/><w:pPr><w:ind w:left=\"0\" "
        "w:firstLineChars=\"200\" w:firstLine=\"640\"/></w:pPr></w:lvl>",
        n, format, text);
  };
  return "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:numbering "
         "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:abstractNum "
         "w:abstractNumId=\"0\"><w:multiLevelType w:val=\"multilevel\"/>" +
         level(0, "chineseCounting", "%1、") + level(1, "chineseCounting", "（%2）") +
         level(2, "decimal", "%3.") +
         "</w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num></w:numbering>";
}

void put_before(std::string& xml, std::string_view end, std::string_view what) {
  xml.insert(xml.rfind(end), what);
}

// Every mark becomes the numbering of its paragraph.
std::string numbered(std::string xml) {
  constexpr std::string_view kEnd = "</w:pPr>";
  for (char32_t level = 0; level < 3; ++level) {
    std::string mark;
    base::append_utf8(mark, kNumberHere + level);
    const auto property = fmt::format("<w:numPr><w:ilvl w:val=\"{}\"/><w:numId w:val=\"1\"/></w:numPr>",
                                      static_cast<int>(level));
    for (auto at = xml.find(mark); at != std::string::npos; at = xml.find(mark, at)) {
      xml.erase(at, mark.size());
      xml.insert(xml.rfind(kEnd, at), property);
      at += property.size();
    }
  }
  return xml;
}

// The paper with Word's own numbering: one more part, named in the list of types and in the relations.
std::string with_numbering(const std::string& docx) {
  const auto must = [](auto result) {
    if (!result) throw std::runtime_error(result.error().message);
    return std::move(*result);
  };
  auto archive = must(doc::Archive::open(docx, 64ull << 20));
  std::vector<std::pair<std::string, std::string>> parts;
  for (const auto& name : archive.names()) {
    auto content = must(archive.read(name));
    if (name == "[Content_Types].xml") {
      put_before(content, "</Types>",
                 "<Override PartName=\"/word/numbering.xml\" ContentType=\"application/vnd.openxmlformats-"
                 "officedocument.wordprocessingml.numbering+xml\"/>");
    } else if (name == "word/_rels/document.xml.rels") {
      put_before(
          content, "</Relationships>",
          "<Relationship Id=\"rIdNumbers\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/"
          "relationships/numbering\" Target=\"numbering.xml\"/>");
    } else if (name == "word/document.xml") {
      content = numbered(std::move(content));
    }
    parts.emplace_back(name, std::move(content));
  }
  parts.emplace_back("word/numbering.xml", numbering_part());
  return doc::pack(parts);
}

}  // namespace

std::string docx_of(std::string_view text, Numbers numbers) {
  const auto docx = Writer(numbers).write(text).docx();
  return numbers == Numbers::automatic ? with_numbering(docx) : docx;
}

}  // namespace kepu::app::demo

#include <fmt/format.h>

#include <charconv>
#include <map>

#include "core/base/text.h"
#include "core/doc/ole.h"
#include "core/doc/package.h"
#include "core/doc/refusals.h"
#include "core/doc/workbook.h"
#include "core/doc/workbook_format.h"
#include "core/doc/xml_reader.h"

namespace kepu::doc {
namespace {

using Event = XmlReader::Event;
using base::Result;

constexpr std::size_t kMaxSheets = 1000;
constexpr std::size_t kMaxCells = 8'000'000;  // of all sheets, the empty ones between included

// _x000D_ stands for a character that XML cannot hold.
std::string without_escapes(std::string text) {
  for (std::size_t at = text.find("_x"); at != std::string::npos && at + 7 <= text.size();
       at = text.find("_x", at + 1)) {
    unsigned code = 0;
    const char* const digits = text.data() + at + 2;
    const auto parsed = std::from_chars(digits, digits + 4, code, 16);
    if (parsed.ptr != digits + 4 || text[at + 6] != '_') continue;
    std::string c;
    if (code != '\r' && code != 0 && (code < 0xD800 || code > 0xDFFF)) base::append_utf8(c, code);
    text.replace(at, 7, c);
  }
  return text;
}

// Reads the text of <si> or <is> up to its end; the reading aid (rPh) is left out. False where the XML is
// broken.
bool read_rich_text(XmlReader& xml, std::string& out) {
  const std::size_t parent = xml.depth() - 1;
  bool in_text = false;
  while (true) {
    switch (xml.next()) {
      case Event::open:
        if (xml.name() == "rPh" && !xml.skip()) return false;
        in_text = xml.name() == "t" && xml.depth() > parent + 1;
        break;
      case Event::text:
        if (in_text) xml.append_text(out);
        break;
      case Event::close:
        in_text = false;
        if (xml.depth() == parent) {
          out = without_escapes(std::move(out));
          return true;
        }
        break;
      case Event::end:
      case Event::broken:
        return false;
    }
  }
}

Result<std::vector<std::string>> read_shared(Archive& archive, const std::string& part) {
  std::vector<std::string> out;
  if (part.empty()) return out;
  const std::string bytes = TRY(archive.read(part));
  XmlReader xml(bytes);
  while (true) {
    const Event event = xml.next();
    if (event == Event::broken) return broken();
    if (event == Event::end) return out;
    if (event != Event::open || xml.name() != "si") continue;
    if (out.size() >= kMaxCells) return too_large("表格的文字过多");
    out.emplace_back();
    if (!read_rich_text(xml, out.back())) return broken();
  }
}

// For each cell style, whether it shows a date.
std::vector<bool> read_date_styles(Archive& archive, const std::string& part) {
  std::vector<bool> out;
  if (part.empty()) return out;
  const auto tree = load_tree(archive, part);
  if (!tree) return out;
  const auto root = tree->document_element();
  const auto id_of = [](pugi::xml_node node) {
    return static_cast<int>(base::parse_int(value(node, "numFmtId")).value_or(0));
  };
  std::map<int, std::string> codes;
  for (const auto node : child(root, "numFmts").children()) codes[id_of(node)] = value(node, "formatCode");
  for (const auto node : child(root, "cellXfs").children()) {
    const int id = id_of(node);
    const auto code = codes.find(id);
    out.push_back(
        is_date_format(id, code == codes.end() ? std::string_view() : std::string_view(code->second)));
  }
  return out;
}

struct Book {
  std::vector<std::string> shared;
  std::vector<bool> date_styles;
  bool from_1904 = false;
};

class SheetReader {
 public:
  SheetReader(std::string_view xml, const Book& book, const SheetLimits& limits, std::uint64_t& text_left,
              std::size_t& cells_left)
      : xml_(xml), book_(book), limits_(limits), text_left_(text_left), cells_left_(cells_left) {}

  base::Done read(Sheet& sheet);

 private:
  base::Done read_cell(Sheet& sheet);
  std::string text_of(const std::string& type, std::size_t style, const std::string& raw) const;
  base::Done put(Sheet& sheet, std::string text);

  XmlReader xml_;
  const Book& book_;
  const SheetLimits& limits_;
  std::uint64_t& text_left_;
  std::size_t& cells_left_;
  int row_ = -1, column_ = -1;
};

base::Done SheetReader::read(Sheet& sheet) {
  while (true) {
    switch (xml_.next()) {
      case Event::broken:
        return broken();
      case Event::end:
        return {};
      case Event::open:
        if (xml_.name() == "row") {
          // Rows without a number follow each other.
          const auto n = base::parse_int(xml_.attribute("r"));
          row_ = n && *n > 0 && *n <= 1'048'576 ? static_cast<int>(*n) - 1 : row_ + 1;
          column_ = -1;
        } else if (xml_.name() == "c") {
          if (auto done = read_cell(sheet); !done) return done;
        }
        break;
      default:
        break;
    }
  }
}

base::Done SheetReader::read_cell(Sheet& sheet) {
  const auto place = parse_cell_name(xml_.attribute("r"));
  column_ = place ? place->column : column_ + 1;
  if (place) row_ = place->row;
  if (row_ < 0) row_ = 0;
  const std::string type = xml_.attribute("t");
  const auto style =
      static_cast<std::size_t>(std::max<std::int64_t>(0, base::parse_int(xml_.attribute("s")).value_or(0)));
  const std::size_t parent = xml_.depth() - 1;
  std::string raw, rich;
  bool in_value = false;
  while (true) {
    const Event event = xml_.next();
    if (event == Event::broken || event == Event::end) return broken();
    if (event == Event::open) {
      in_value = xml_.name() == "v";
      if (xml_.name() == "is" && !read_rich_text(xml_, rich)) return broken();
    } else if (event == Event::text && in_value) {
      xml_.append_text(raw);
    } else if (event == Event::close) {
      in_value = false;
      if (xml_.depth() == parent) break;
    }
  }
  return put(sheet, type == "inlineStr" ? std::move(rich) : text_of(type, style, raw));
}

std::string SheetReader::text_of(const std::string& type, std::size_t style, const std::string& raw) const {
  if (raw.empty()) return "";
  if (type == "s") {
    const auto index = base::parse_int(raw);
    return index && *index >= 0 && static_cast<std::size_t>(*index) < book_.shared.size()
               ? book_.shared[static_cast<std::size_t>(*index)]
               : "";
  }
  if (type == "b") return raw == "1" || raw == "true" ? "TRUE" : "FALSE";
  if (type == "str") return without_escapes(raw);
  if (type == "e" || type == "d") return raw;
  double number = 0;
  const auto parsed = std::from_chars(raw.data(), raw.data() + raw.size(), number);
  if (parsed.ec != std::errc()) return raw;
  if (style < book_.date_styles.size() && book_.date_styles[style]) {
    if (auto date = iso_of_serial(number, book_.from_1904)) return *date;
  }
  return number_text(number);
}

base::Done SheetReader::put(Sheet& sheet, std::string text) {
  // Cells that only bear a format reach to the end of the sheet in many files; they are nothing.
  if (text.empty()) return {};
  if (row_ >= limits_.rows || column_ >= limits_.columns) {
    return too_large(fmt::format("工作表“{}”的 {} 单元格超出上限（{} 行、{} 列）", sheet.name,
                                 cell_name(row_, column_), limits_.rows, limits_.columns));
  }
  const auto row = static_cast<std::size_t>(row_), column = static_cast<std::size_t>(column_);
  std::size_t added = 0;
  if (sheet.rows.size() <= row) {
    added += row + 1 - sheet.rows.size();
    sheet.rows.resize(row + 1);
  }
  auto& cells = sheet.rows[row];
  if (cells.size() <= column) {
    added += column + 1 - cells.size();
    if (added <= cells_left_) cells.resize(column + 1);
  }
  if (added > cells_left_ || text.size() > text_left_) return too_large("表格的单元格或文字过多");
  cells_left_ -= added;
  text_left_ -= text.size();
  cells[column] = base::is_valid_utf8(text) ? std::move(text) : base::valid_utf8(text);
  return {};
}

Result<std::string> main_part(Archive& archive) {
  std::string part = related(archive, relations(archive, ""), "officeDocument", "xl/workbook.xml");
  if (part.empty() || archive.has("word/document.xml")) {
    return unsupported("这不是 Excel 表格（.xlsx）。请用模板填写，另存为 .xlsx 后上传。");
  }
  return part;
}

base::Done check_kind(std::string_view bytes, const SheetLimits& limits) {
  if (bytes.find_first_not_of(" \t\r\n") == std::string_view::npos) return empty_document();
  if (bytes.size() > limits.file_bytes) {
    return too_large(fmt::format("文件有 {:.1f} MB，超过 {} MB 的上限",
                                 static_cast<double>(bytes.size()) / (1 << 20), limits.file_bytes >> 20));
  }
  if (OleFile::has_signature(bytes)) {
    const auto file = OleFile::open(bytes);
    if (!file) return broken();
    if (file->has("EncryptedPackage")) return encrypted();
    return unsupported(
        "这是旧版 Excel 表格（.xls）或其他旧格式。请用 Excel 或 WPS 打开，另存为 .xlsx 后上传。");
  }
  if (!base::starts_with(bytes, "PK\x03\x04")) {
    return unsupported("这不是 Excel 表格（.xlsx）。请用 Excel 或 WPS 打开，另存为 .xlsx 后上传。");
  }
  return {};
}

}  // namespace

Result<std::vector<Sheet>> read_workbook(std::string_view bytes, const SheetLimits& limits) {
  if (auto done = check_kind(bytes, limits); !done) return tl::unexpected(std::move(done).error());
  Archive archive = TRY(Archive::open(bytes, limits.unpacked_bytes));
  const std::string part = TRY(main_part(archive));
  const auto tree = TRY(load_tree(archive, part));
  const auto root = tree.document_element();
  const auto links = relations(archive, part);
  Book book;
  const auto epoch = value(child(root, "workbookPr"), "date1904");
  book.from_1904 = epoch == "1" || epoch == "true";
  book.shared = TRY(read_shared(archive, related(archive, links, "sharedStrings", "xl/sharedStrings.xml")));
  book.date_styles = read_date_styles(archive, related(archive, links, "styles", "xl/styles.xml"));
  std::vector<Sheet> sheets;
  std::uint64_t text_left = limits.unpacked_bytes;
  std::size_t cells_left = kMaxCells;
  for (const auto node : child(root, "sheets").children()) {
    const std::string id(value(node, "id"));
    const auto found =
        std::find_if(links.begin(), links.end(), [&](const Relation& link) { return link.id == id; });
    if (found == links.end() || found->type != "worksheet" || sheets.size() >= kMaxSheets) continue;
    const std::string xml = TRY(archive.read(found->target));
    Sheet sheet;
    sheet.name = value(node, "name");
    auto done = SheetReader(xml, book, limits, text_left, cells_left).read(sheet);
    if (!done) return tl::unexpected(std::move(done).error());
    sheets.push_back(std::move(sheet));
  }
  if (sheets.empty()) return broken();
  return sheets;
}

}  // namespace kepu::doc

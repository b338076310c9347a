#include <fmt/format.h>

#include "core/doc/docx_numbering.h"
#include "core/doc/docx_walker.h"
#include "core/doc/package.h"
#include "core/doc/readers.h"
#include "core/doc/refusals.h"
#include "core/doc/shape.h"

namespace kepu::doc {
namespace {

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
    DocxWalker walker(xml, numbering, leave_out_contents, shape);
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

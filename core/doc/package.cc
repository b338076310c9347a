#include "core/doc/package.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/doc/refusals.h"

namespace kepu::doc {
namespace {

constexpr std::size_t kMaxTreeBytes = 32u << 20;
constexpr std::ptrdiff_t kMaxTags = 1'000'000;

// "word/" + "../xl/a.xml" → "xl/a.xml"; "/a.xml" → "a.xml".
std::string resolve(std::string_view folder, std::string_view target) {
  std::vector<std::string> out;
  const bool absolute = !target.empty() && target.front() == '/';
  const std::string all = absolute ? std::string(target) : std::string(folder) + std::string(target);
  for (auto& segment : base::split(all, "/")) {
    if (segment == "..") {
      if (!out.empty()) out.pop_back();
    } else if (!segment.empty() && segment != ".") {
      out.push_back(std::move(segment));
    }
  }
  return base::join(out, "/");
}

}  // namespace

std::vector<Relation> relations(Archive& archive, const std::string& part) {
  const std::size_t slash = part.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : part.substr(0, slash + 1);
  const std::string name = folder + "_rels/" + part.substr(folder.size()) + ".rels";
  std::vector<Relation> out;
  if (!archive.has(name)) return out;
  auto tree = load_tree(archive, name);
  if (!tree) return out;
  for (const auto node : tree->document_element().children()) {
    if (local_name(node.name()) != "Relationship") continue;
    const std::string type(value(node, "Type"));
    const bool external = value(node, "TargetMode") == "External";
    out.push_back({std::string(value(node, "Id")), type.substr(type.rfind('/') + 1),
                   external ? std::string() : resolve(folder, value(node, "Target"))});
  }
  return out;
}

std::string related(const Archive& archive, const std::vector<Relation>& relations, std::string_view type,
                    const std::string& fallback) {
  for (const auto& relation : relations) {
    if (relation.type == type && archive.has(relation.target)) return relation.target;
  }
  return archive.has(fallback) ? fallback : std::string();
}

base::Result<pugi::xml_document> load_tree(Archive& archive, const std::string& part) {
  const std::string xml = TRY(archive.read(part));
  if (xml.size() > kMaxTreeBytes || std::count(xml.begin(), xml.end(), '<') > kMaxTags) {
    return too_large("文件内部的 " + part + " 过大");
  }
  pugi::xml_document tree;
  if (!tree.load_buffer(xml.data(), xml.size(), pugi::parse_default, pugi::encoding_auto)) return broken();
  return tree;
}

std::string_view local_name(const char* name) {
  const std::string_view full = name;
  const std::size_t colon = full.find(':');
  return colon == std::string_view::npos ? full : full.substr(colon + 1);
}

pugi::xml_node child(pugi::xml_node parent, std::string_view local) {
  for (const auto node : parent.children()) {
    if (local_name(node.name()) == local) return node;
  }
  return {};
}

std::string_view value(pugi::xml_node node, std::string_view local) {
  for (const auto attribute : node.attributes()) {
    if (local_name(attribute.name()) == local) return attribute.value();
  }
  return {};
}

}  // namespace kepu::doc

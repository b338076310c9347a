// Open Packaging Conventions: how the parts of .docx and .xlsx point at each other. And small parts as a
// tree.
#pragma once

#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/doc/zip.h"

namespace kepu::doc {

struct Relation {
  std::string id;
  std::string type;    // last segment of the type: "officeDocument", "styles", "worksheet"
  std::string target;  // name of a part; empty for external ones
};

// What `part` points at; "" is the package itself. Empty where there is nothing, or it is broken.
std::vector<Relation> relations(Archive& archive, const std::string& part);
// The first target of a type, or `fallback` where that part exists, or "".
std::string related(const Archive& archive, const std::vector<Relation>& relations, std::string_view type,
                    const std::string& fallback);

// Loads a small part (at most 32 MB, 1,000,000 tags). Refuses doc.broken, doc.too_large and what
// Archive::read does.
base::Result<pugi::xml_document> load_tree(Archive& archive, const std::string& part);

// Trees are read by local names: the prefix of a name space is the writer's choice.
std::string_view local_name(const char* name);
pugi::xml_node child(pugi::xml_node parent, std::string_view local);
// Value of an attribute by local name, or "".
std::string_view value(pugi::xml_node node, std::string_view local);

}  // namespace kepu::doc

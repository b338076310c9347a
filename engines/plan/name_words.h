// The vocabulary of Chinese government bodies: what is written in many ways and means the same. Data only;
// private to this folder.
#pragma once

#include <string_view>
#include <vector>

namespace kepu::plan {

// Whole names, without level and region: 科协 = 科学技术协会. The first of `words` is the common short name.
struct BodyName {
  std::string_view words;  // joined by "|"
};
const std::vector<BodyName>& body_names();

// Fields of work inside a name: 教体局 = 教育 + 体育. An alias may stand for several fields (joined by a
// blank).
struct FieldWord {
  std::string_view fields;
  std::string_view aliases;  // joined by "|"
};
const std::vector<FieldWord>& field_words();

// Endings that say what kind of body it is, longest first where one ends in the other: 管理局 → 局.
struct BodyEnding {
  std::string_view ending;
  std::string_view kind;
};
const std::vector<BodyEnding>& body_endings();

}  // namespace kepu::plan

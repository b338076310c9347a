// Automatic numbering of a .docx: which list and level a paragraph belongs to, and what its number reads.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <pugixml.hpp>
#include <string>

namespace kepu::doc {

// What a paragraph itself says; nothing where it is silent.
struct ParagraphNumbering {
  std::string style;
  std::optional<int> list;  // numId; 0 switches numbering off
  std::optional<int> level;
};

// Counts while paragraphs pass in document order. Not thread-safe.
class Numbering {
 public:
  Numbering() = default;
  // Trees of word/numbering.xml and word/styles.xml; either may be empty.
  Numbering(const pugi::xml_document& numbering, const pugi::xml_document& styles);

  // The label of the next paragraph with its following blank, "" where it has none.
  std::string next(const ParagraphNumbering& paragraph);

 private:
  static constexpr std::size_t kLevels = 9;
  struct Level {
    int start = 1;
    std::string format = "decimal";
    std::string text;
    std::string style;  // paragraphs of this style stand on this level
    bool blank_after = false;
    bool as_decimal = false;           // all numbers of the label as digits
    std::optional<int> restart_after;  // 1-based level; 0: never
    bool exists = false;
  };
  using Levels = std::array<Level, kLevels>;
  struct List {  // num
    std::string definition;
    Levels levels;
    std::array<bool, kLevels> starts_anew = {};  // with the first paragraph of this list
    bool used = false;
  };
  struct Style {
    std::string based_on;
    std::optional<int> list, level;
  };
  struct Place {
    int list = 0;
    std::size_t level = 0;
  };
  // Running numbers, by abstract definition: lists that share one go on counting.
  using Counters = std::array<std::optional<int>, kLevels>;

  void read_styles(const pugi::xml_document& styles);
  void read_lists(const pugi::xml_document& numbering);
  static Level read_level(pugi::xml_node node);
  std::optional<Place> place_of(const ParagraphNumbering& paragraph) const;
  static void count(const List& list, Counters& counters, std::size_t level);
  static std::string label(const List& list, const Counters& counters, std::size_t level);

  std::map<std::string, Style> styles_;
  std::string default_style_;
  std::map<int, List> lists_;
  std::map<std::string, Counters> counters_;
};

}  // namespace kepu::doc

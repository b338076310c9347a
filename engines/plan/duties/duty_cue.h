// The grammar of cues: patterns of words that must stand together in a sentence of a plan.
//
//   cue    := group ("+" group)*        every group in one sentence
//   group  := part ("&" part)*          every part of a group in one clause (between commas and colons)
//   part   := ["!" | "@"] word ("|" word)*   one of the words; "!" none of them; "@" one of them here or in
//   the heading above word   := piece ("*" piece)*        pieces in this order with at most 8 characters
//   between neighbours {名}   inside a word stands for each word of that word group
//
// Text and pieces are compared without white space and quotation marks, in half width and lower case; a
// full-width ＋ or ＊ in a piece is that character itself. The first piece of a word has at least two
// characters.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/result.h"

namespace kepu::plan {

inline constexpr int kCueGap = 8;               // characters that "*" may stand for
inline constexpr std::size_t kCueMinPiece = 2;  // characters, of the first piece of a word
inline constexpr std::size_t kCueMaxWords = 400;

using CueWordGroups = std::map<std::string, std::string, std::less<>>;

// A text in the form in which cues are compared, which remembers where each character came from.
struct CueText {
  std::u32string text;
  std::vector<std::uint32_t>
      origin;  // byte offset of each character, then the size of the source: text.size() + 1
  std::string source;

  explicit CueText(std::string_view utf8);
  // The passage of the source under characters [from, to).
  std::string passage(std::size_t from, std::size_t to) const;
};

struct CueSpan {  // characters [from, to) of a CueText
  std::size_t from = 0, to = 0;
  auto operator<=>(const CueSpan&) const = default;
};

// Sentences end at 。！？； and line breaks, clauses also at ， and ：. Empty ones are left out.
std::vector<CueSpan> cue_sentences(const CueText& text);
std::vector<CueSpan> cue_clauses(const CueText& text, CueSpan sentence);

struct CuePart {
  enum class Need { here, absent, heading };
  Need need = Need::here;
  std::vector<std::vector<std::u32string>> words;  // each a sequence of pieces
};
using CueGroup = std::vector<CuePart>;

struct CuePattern {
  std::vector<CueGroup> groups;
};

// Refuses what does not follow the grammar: catalog.cue, with the cue and the reason in the message.
base::Result<CuePattern> parse_cue(std::string_view cue, const CueWordGroups& groups = {});

// Many patterns, searched together. Built by add(), then const and thread-safe.
class CueIndex {
 public:
  // The number of the pattern.
  int add(const CuePattern& pattern);

  struct Match {
    int pattern = 0;
    std::vector<CueSpan> spans;  // one for each part without "!" or "@", in the order of the text
  };
  // A piece and where it stands.
  struct Hit {
    int piece;
    std::uint32_t at;
    std::uint32_t clause;  // number of the clause that it begins in
    auto operator<=>(const Hit&) const = default;
  };
  struct Hits {
    std::vector<Hit> all;
    std::vector<bool> met;  // by number of the piece
  };
  // What find() wants to know of the heading above: once for all sentences below it.
  Hits of_heading(const CueText& heading) const { return scan(heading.text, {0, heading.text.size()}); }
  // The patterns that hold in a sentence, in rising order, each once with its first place.
  std::vector<Match> find(const CueText& text, CueSpan sentence, const Hits& heading = {}) const;

 private:
  struct Part {
    CuePart::Need need;
    std::vector<std::vector<int>> words;  // pieces by number
  };
  using Group = std::vector<Part>;

  int piece(const std::u32string& letters);
  Hits scan(const std::u32string& text, CueSpan span) const;
  std::optional<CueSpan> find_word(const std::vector<int>& word, const Hits& hits, CueSpan scope) const;
  std::optional<CueSpan> find_rest(const std::vector<int>& word, const Hit& last, const Hits& hits,
                                   CueSpan scope, std::size_t next = 1) const;
  bool holds(const Part& part, const Hits& hits, CueSpan scope, const Hits& heading,
             std::vector<CueSpan>& spans) const;
  bool holds(const Group& group, const Hits& hits, CueSpan scope, const Hits& heading,
             std::vector<CueSpan>& spans) const;

  std::vector<std::vector<Group>> patterns_;
  std::vector<std::u32string> pieces_;
  std::vector<std::vector<int>> of_piece_;  // patterns to try when a piece is met
  std::unordered_map<std::u32string, int> numbers_;
  std::unordered_map<std::uint64_t, std::vector<int>> by_start_;  // pieces by their first two characters
  std::vector<bool> starts_ = std::vector<bool>(1 << 16);  // whether by_start_ may hold a key, by its slot
};

}  // namespace kepu::plan

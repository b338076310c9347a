// Full text by overlapping two-character tokens, made by the program: the same on every database.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kepu::reports {

// Of a text: every pair of neighbouring characters of its wording (letters and digits, width and case
// folded), and each run's last character alone; sorted, each once. 科普活动 → 动 普活 活动 科普.
std::vector<std::string> tokens_of(std::string_view text);

// What must all be found for one searched word: its pairs; of a single character the character itself, which
// is then a prefix of a token.
struct Wanted {
  std::vector<std::string> pairs;
  std::vector<std::string> prefixes;
  std::vector<std::string> words;  // folded, to be found as a whole
  bool empty() const { return pairs.empty() && prefixes.empty(); }
};
Wanted wanted_of(std::string_view query);
// The text in which the words are looked for as a whole.
std::string folded(std::string_view text);

}  // namespace kepu::reports

// The texts of the demonstration county, as written in demo/ and varied for further counties. A text is
// lines:
// "= issuer | number" red head, "# " title, "> " addressee, "## " and "### " headings, "! " a task that
// begins with its title, "~ " signature, "@ " an annex on a new page, "| a | b" a table row, anything else
// body. The numbers of headings and tasks are not in the text. All functions are pure; what they throw means
// that the files of demo/ are wrong.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kepu::app::demo {

std::string issued_text();
std::string draft_text();     // 征求意见稿: the issued text with the changes of demo/draft-changes.txt
std::string superior_text();  // of the city

// The lines of `changes` applied to `text`: "- was", then "+ is" or nothing (the whole line goes); "# " is a
// remark. Throws std::runtime_error where a "was" does not stand exactly once in the text.
std::string with_changes(std::string_view text, std::string_view changes);

// The issued text for another county: its name in place of 岚江县, all years moved by `years` (≤ 0), and the
// tasks at these positions (0-based) left out.
std::string county_text(const std::string& county, int years, const std::vector<std::size_t>& omitted);
std::size_t tasks_in(std::string_view text);

// 0 ≤ index < kCounties: invented names of three characters before 县, all different.
inline constexpr int kCounties = 1000;
std::string county_name(int index);

// Small numbers that are the same everywhere for the same seed (SplitMix64, Steele et al. 2014).
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  bool percent(int chance) { return next() % 100 < static_cast<std::uint64_t>(chance); }
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(next() % end); }

 private:
  std::uint64_t state_;
};

}  // namespace kepu::app::demo

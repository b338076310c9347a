#include "engines/reports/tokens.h"

#include <algorithm>

#include "core/base/text.h"

namespace kepu::reports {

namespace {

// Runs of letters and digits; white space and punctuation part them.
std::vector<std::u32string> runs_of(std::string_view text) {
  std::vector<std::u32string> runs(1);
  for (const char32_t c : base::to_code_points(text)) {
    std::string one;
    base::append_utf8(one, c);
    const std::u32string kept = base::to_code_points(base::wording(one));
    if (kept.empty()) {
      if (!runs.back().empty()) runs.emplace_back();
      continue;
    }
    for (char32_t k : kept) runs.back() += k >= U'A' && k <= U'Z' ? k + 32 : k;
  }
  if (runs.back().empty()) runs.pop_back();
  return runs;
}

void sort_unique(std::vector<std::string>& texts) {
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
}

}  // namespace

std::vector<std::string> tokens_of(std::string_view text) {
  std::vector<std::string> out;
  for (const auto& run : runs_of(text)) {
    for (std::size_t i = 0; i + 1 < run.size(); ++i) out.push_back(base::to_utf8(run.substr(i, 2)));
    out.push_back(base::to_utf8(run.substr(run.size() - 1)));
  }
  sort_unique(out);
  return out;
}

Wanted wanted_of(std::string_view query) {
  constexpr std::size_t kMostWords = 8;
  Wanted out;
  for (const auto& run : runs_of(query)) {
    if (out.words.size() == kMostWords) break;
    out.words.push_back(base::to_utf8(run));
    if (run.size() == 1) out.prefixes.push_back(out.words.back());
    for (std::size_t i = 0; i + 1 < run.size(); ++i) out.pairs.push_back(base::to_utf8(run.substr(i, 2)));
  }
  sort_unique(out.pairs);
  sort_unique(out.prefixes);
  return out;
}

std::string folded(std::string_view text) {
  std::string out;
  for (const auto& run : runs_of(text)) out += (out.empty() ? "" : " ") + base::to_utf8(run);
  return out;
}

}  // namespace kepu::reports

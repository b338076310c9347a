#include "engines/orders/unmet.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/base/text.h"
#include "core/base/words.h"

namespace kepu::orders {

namespace {

constexpr base::Word<Unmet> kUnmet[] = {{Unmet::none, "", ""},
                                        {Unmet::no_service, "no_service", "菜单里没有"},
                                        {Unmet::no_supply, "no_supply", "安排不了"},
                                        {Unmet::nobody_came, "nobody_came", "久等没人来，取消了"},
                                        {Unmet::late, "late", "超过时限还没有队伍"},
                                        {Unmet::outside, "outside", "不属于科普服务，不算"}};

constexpr std::size_t kShortest = 2, kLongest = 8;
// Characters that no phrase begins or ends with.
constexpr std::u32string_view kForms =
    U"的了吗呢吧啊请讲想要来去和与及或在是有给我们咱您你他怎么什如何一下个能会听看学教让到";

bool waits_for_team(State s) { return s == State::placed || s == State::dispatched || s == State::claimed; }

bool is_word(char32_t c) {
  return c >= 0x4E00 && c <= 0x9FFF;  // Chinese characters; digits and letters name things and people
}

// Runs of Chinese characters of one title.
std::vector<std::u32string> runs_of(std::string_view title) {
  std::vector<std::u32string> out(1);
  for (const char32_t c : base::to_code_points(title)) {
    if (is_word(c)) {
      out.back() += c;
    } else if (!out.back().empty()) {
      out.emplace_back();
    }
  }
  return out;
}

bool is_whole(std::u32string_view words) {
  return kForms.find(words.front()) == kForms.npos && kForms.find(words.back()) == kForms.npos;
}

}  // namespace

std::string_view to_text(Unmet unmet) { return base::word_of(kUnmet, unmet).text; }
std::string_view title_of(Unmet unmet) { return base::word_of(kUnmet, unmet).title; }
std::optional<Unmet> parse_unmet(std::string_view text) {
  if (text.empty()) return std::nullopt;
  return base::parse_word(kUnmet, text);
}

Unmet unmet_of(const Order& before, const Order& after, Millis now) {
  if (after.state == State::refused) return after.service == 0 ? Unmet::no_service : Unmet::no_supply;
  if (after.state != State::cancelled) return Unmet::none;
  const bool waited = waits_for_team(before.state) || before.state == State::accepted;
  return waited && before.due != 0 && before.due < now ? Unmet::nobody_came : Unmet::none;
}

bool is_late_without_team(const Order& order, Millis now) {
  return waits_for_team(order.state) && order.due != 0 && order.due < now;
}

std::vector<Phrase> common_phrases(const std::vector<std::string>& titles, int least, std::size_t most) {
  std::map<std::u32string, int> counts;
  for (const auto& title : titles) {
    std::set<std::u32string> seen;  // each once a title
    for (const auto& run : runs_of(title)) {
      for (std::size_t from = 0; from < run.size(); ++from) {
        for (std::size_t size = kShortest; size <= kLongest && from + size <= run.size(); ++size)
          seen.insert(run.substr(from, size));
      }
    }
    for (const auto& words : seen) ++counts[words];
  }
  std::vector<std::pair<std::u32string, int>> kept;
  for (auto& [words, n] : counts) {
    if (n >= std::max(2, least) && is_whole(words)) kept.emplace_back(words, n);
  }
  // Longer ones first: what they hold as often says nothing more.
  std::stable_sort(kept.begin(), kept.end(),
                   [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
  std::vector<std::pair<std::u32string, int>> told;
  for (auto& one : kept) {
    const bool inside = std::any_of(told.begin(), told.end(), [&](const auto& longer) {
      return longer.second >= one.second && longer.first.find(one.first) != longer.first.npos;
    });
    if (!inside) told.push_back(std::move(one));
  }
  std::stable_sort(told.begin(), told.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  if (told.size() > most) told.resize(most);
  std::vector<Phrase> out;
  for (const auto& [words, n] : told) out.push_back({base::to_utf8(words), n});
  return out;
}

}  // namespace kepu::orders

#include "engines/plan/reading/citations.h"

#include <algorithm>

#include "core/base/time.h"

namespace kepu::plan::grammar {
namespace {

bool is_square_open(char32_t c) { return one_of(c, U"〔[［【（(﹝{"); }
bool is_square_close(char32_t c) { return one_of(c, U"〕]］】）)﹞}"); }

}  // namespace

std::optional<Dated> date_in(View text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i > 0 && (is_digit(text[i - 1]) || is_numeral_char(text[i - 1]))) continue;
    const auto year = year_at(text, i);
    if (!year) continue;
    std::size_t at = year->to;
    const auto expect = [&](View word) {
      while (at < text.size() && is_blank(text[at])) ++at;
      if (at >= text.size() || !one_of(text[at], word)) return false;
      ++at;
      while (at < text.size() && is_blank(text[at])) ++at;
      return true;
    };
    if (!expect(U"年")) continue;
    const auto month = numeral_at(text, at);
    if (!month) continue;
    at = month->to;
    if (!expect(U"月")) continue;
    const auto day = numeral_at(text, at);
    if (!day) continue;
    at = day->to;
    while (at < text.size() && is_blank(text[at])) ++at;
    if (at >= text.size() || !one_of(text[at], U"日号")) continue;
    const base::Date date{static_cast<int>(year->value), static_cast<int>(month->value),
                          static_cast<int>(day->value)};
    const std::string iso = base::to_iso(date);
    if (!base::parse_date(iso)) continue;
    return Dated{iso, i, at + 1};
  }
  return std::nullopt;
}

std::optional<DocumentNumber> document_number_in(View text, std::size_t from) {
  for (std::size_t open = from; open < text.size(); ++open) {
    if (!is_square_open(text[open]) || open == 0) continue;
    std::size_t at = open + 1;
    while (at < text.size() && is_blank(text[at])) ++at;
    const auto year = year_at(text, at);
    if (!year) continue;
    at = year->to;
    while (at < text.size() && (is_blank(text[at]) || text[at] == U'年')) ++at;
    if (at >= text.size() || !is_square_close(text[at])) continue;
    const char32_t close = text[at++];
    while (at < text.size() && (is_blank(text[at]) || text[at] == U'第')) ++at;
    const auto number = numeral_at(text, at);
    if (!number) continue;
    at = number->to;
    while (at < text.size() && is_blank(text[at])) ++at;
    if (at >= text.size() || text[at] != U'号') continue;
    std::size_t begin = open;
    while (begin > from && begin + 16 > open && (is_han(text[begin - 1]) || is_blank(text[begin - 1])))
      --begin;
    const Chars code = without_blanks(text.substr(begin, open - begin));
    if (code.size() < 2) continue;
    while (begin < open && is_blank(text[begin])) ++begin;
    DocumentNumber out;
    out.text = code + U"〔" + from_utf8(std::to_string(static_cast<int>(year->value))) + U"〕" +
               from_utf8(std::to_string(static_cast<long long>(number->value))) + U"号";
    out.from = begin;
    out.to = at + 1;
    out.unbalanced =
        narrow(text[open]) == U'(' && narrow(close) == U')' && text[open] != U'(' && close == U')';
    return out;
  }
  return std::nullopt;
}

std::optional<std::pair<int, int>> period_in(View text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto first = year_at(text, i);
    if (!first) continue;
    std::size_t at = first->to;
    bool dash = false;
    for (std::size_t n = 0;
         n < 6 && at < text.size() && (is_blank(text[at]) || text[at] == U'年' || is_year_dash(text[at]));
         ++n)
      dash |= is_year_dash(text[at++]);
    const auto last = at < text.size() ? year_at(text, at) : std::nullopt;
    if (dash && last && last->value > first->value && last->value - first->value <= 20)
      return std::pair(static_cast<int>(first->value), static_cast<int>(last->value));
    i = first->to - 1;
  }
  // 20212025年: the dash lost on the way.
  for (std::size_t i = 0; i + 8 <= text.size(); ++i) {
    const auto first = year_at(text.substr(0, i + 4), i), last = year_at(text, i + 4);
    const bool begins = i == 0 || !is_digit(text[i - 1]);
    if (begins && first && last && !first->chinese && !last->chinese && first->to == i + 4 &&
        last->value > first->value && last->value - first->value <= 20)
      return std::pair(static_cast<int>(first->value), static_cast<int>(last->value));
  }
  constexpr std::pair<View, int> kPlans[] = {
      {U"十五五", 2026}, {U"十四五", 2021}, {U"十三五", 2016}, {U"十二五", 2011}};
  std::size_t earliest = View::npos;
  std::optional<std::pair<int, int>> out;
  for (const auto& [name, year] : kPlans)
    if (const std::size_t at = text.find(name); at < earliest) {
      earliest = at;
      out = std::pair(year, year + 4);
    }
  return out;
}

}  // namespace kepu::plan::grammar

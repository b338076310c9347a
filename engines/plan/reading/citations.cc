#include "engines/plan/reading/citations.h"

#include <algorithm>

#include "core/base/time.h"

namespace kepu::plan::grammar {
namespace {

bool is_square_open(char32_t c) { return one_of(c, U"〔[［【（(﹝{„"); }
bool is_square_close(char32_t c) { return one_of(c, U"〕]］】）)﹞}‟”"); }

std::string real_date(int year, int month, int day) {
  const std::string iso = base::to_iso(base::Date{year, month, day});
  return base::parse_date(iso) ? iso : std::string();
}

}  // namespace

std::string any_date_in(View text) {
  if (const auto date = date_in(text); date && date->from == 0) return date->iso;
  const auto year = year_at(text, 0);
  if (!year || year->to >= text.size() || !one_of(text[year->to], U"-/.．—－")) return {};
  const auto month = numeral_at(text, year->to + 1);
  if (!month || month->to >= text.size() || !one_of(text[month->to], U"-/.．—－")) return {};
  const auto day = numeral_at(text, month->to + 1);
  if (!day) return {};
  return real_date(static_cast<int>(year->value), static_cast<int>(month->value),
                   static_cast<int>(day->value));
}

std::string damaged_date(View line, const std::string& latest) {
  const Chars t = without_blanks(line);
  if (t.size() > 12) return {};
  // 一二年一月十二日: the century is lost.
  const std::size_t mark = t.find(U'年');
  if (mark == 2 && is_numeral_char(t[0]) && is_numeral_char(t[1])) {
    const auto whole = date_in(U"二〇" + t);
    return whole && whole->to == t.size() + 2 ? whole->iso : std::string();
  }
  std::string digits;
  for (char32_t c : t) {
    if (is_digit(c))
      digits += static_cast<char>('0' + digit_value(c));
    else if (!one_of(c, U"年月日"))
      return {};
  }
  if (digits.size() < 6 || digits.size() > 8 || digits.compare(0, 2, "20") != 0) return {};
  const int year = std::stoi(digits.substr(0, 4));
  std::string found;
  for (std::size_t month = 1; month <= 2 && 4 + month < digits.size(); ++month) {
    const std::string m = digits.substr(4, month), d = digits.substr(4 + month);
    if (d.size() > 2 || m[0] == '0' || d[0] == '0') {
      if (m.size() != 2 || d.size() != 2) continue;
    }
    const std::string iso = real_date(year, std::stoi(m), std::stoi(d));
    if (iso.empty() || (!latest.empty() && iso > latest)) continue;
    if (!found.empty()) return {};
    found = iso;
  }
  return found;
}

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
    const std::string iso = real_date(static_cast<int>(year->value), static_cast<int>(month->value),
                                      static_cast<int>(day->value));
    if (iso.empty()) continue;
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

std::optional<std::pair<int, int>> joined_years_at(View text, std::size_t pos) {
  if (pos + 8 > text.size() || (pos > 0 && is_digit(text[pos - 1]))) return std::nullopt;
  const auto first = year_at(text.substr(0, pos + 4), pos), last = year_at(text, pos + 4);
  if (!first || !last || first->chinese || last->chinese || first->to != pos + 4) return std::nullopt;
  if (last->value <= first->value || last->value - first->value > 20) return std::nullopt;
  return std::pair(static_cast<int>(first->value), static_cast<int>(last->value));
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
  for (std::size_t i = 0; i + 8 <= text.size(); ++i)
    if (const auto years = joined_years_at(text, i)) return years;
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

// Words and numbers of the domain.
#include "core/base/words.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/text.h"
#include "engines/appraisal/appraisal.h"

namespace kepu::appraisal {
using base::parse_word;
using base::Word;
using base::word_of;
namespace {

constexpr Word<ItemKind> kKinds[] = {{ItemKind::basic, "basic", "基本分"},
                                     {ItemKind::bonus, "bonus", "加分"},
                                     {ItemKind::deduction, "deduction", "扣分"}};
constexpr Word<Missing> kMissing[] = {{Missing::zero, "zero", "计零分"},
                                      {Missing::manual, "manual", "转人工评分"},
                                      {Missing::not_applicable, "not_applicable", "不计入"}};
constexpr Word<Rule::Kind> kRules[] = {{Rule::Kind::manual, "manual", "人工评分"},
                                       {Rule::Kind::linear, "linear", "按比例"},
                                       {Rule::Kind::steps, "steps", "分档"},
                                       {Rule::Kind::per_piece, "per_piece", "按件"},
                                       {Rule::Kind::yes_no, "yes_no", "达标"}};
constexpr Word<Mark::Kind> kMarks[] = {{Mark::Kind::self, "self", "自评"},
                                       {Mark::Kind::assessor, "assessor", "评委"},
                                       {Mark::Kind::reviewed, "reviewed", "审核"},
                                       {Mark::Kind::appeal, "appeal", "申诉裁定"}};

std::string decimal_text(std::int64_t value, std::int64_t one) {
  const bool negative = value < 0;
  const std::uint64_t size =
      negative ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
  const auto unit = static_cast<std::uint64_t>(one);
  std::string out = (negative ? "-" : "") + std::to_string(size / unit);
  std::string rest = std::to_string(unit + size % unit).substr(1);
  while (!rest.empty() && rest.back() == '0') rest.pop_back();
  return rest.empty() ? out : out + "." + rest;
}

std::optional<std::int64_t> parse_decimal(std::string_view text, std::int64_t one, std::int64_t most) {
  const std::string s = base::trim(base::to_narrow(text));
  std::size_t i = !s.empty() && (s[0] == '-' || s[0] == '+') ? 1 : 0;
  const bool negative = i == 1 && s[0] == '-';
  std::int64_t value = 0, scale = one;
  bool digits = false, point = false;
  for (; i < s.size(); ++i) {
    if (s[i] == '.' && !point) {
      point = true;
      continue;
    }
    if (s[i] < '0' || s[i] > '9') return std::nullopt;
    digits = true;
    const std::int64_t digit = s[i] - '0';
    if (!point) {
      if (value > most / 10) return std::nullopt;
      value = value * 10 + digit * one;
    } else {
      scale /= 10;
      if (scale == 0) {
        if (digit != 0) return std::nullopt;
        scale = 0;
        continue;
      }
      value += digit * scale;
    }
    if (value > most) return std::nullopt;
  }
  if (!digits) return std::nullopt;
  return negative ? -value : value;
}

// Digits by value, all else by bytes.
std::size_t digits_at(std::string_view s, std::size_t from) {
  std::size_t end = from;
  while (end < s.size() && s[end] >= '0' && s[end] <= '9') ++end;
  return end - from;
}

}  // namespace

std::string_view to_text(ItemKind kind) { return word_of(kKinds, kind).text; }
std::string_view title_of(ItemKind kind) { return word_of(kKinds, kind).title; }
std::optional<ItemKind> parse_item_kind(std::string_view text) { return parse_word(kKinds, text); }
std::string_view to_text(Missing missing) { return word_of(kMissing, missing).text; }
std::string_view title_of(Missing missing) { return word_of(kMissing, missing).title; }
std::optional<Missing> parse_missing(std::string_view text) { return parse_word(kMissing, text); }
std::string_view to_text(Rule::Kind kind) { return word_of(kRules, kind).text; }
std::string_view title_of(Rule::Kind kind) { return word_of(kRules, kind).title; }
std::optional<Rule::Kind> parse_rule_kind(std::string_view text) { return parse_word(kRules, text); }
std::string_view to_text(Mark::Kind kind) { return word_of(kMarks, kind).text; }
std::string_view title_of(Mark::Kind kind) { return word_of(kMarks, kind).title; }
std::optional<Mark::Kind> parse_mark_kind(std::string_view text) { return parse_word(kMarks, text); }

std::string_view title_of(Origin origin) {
  switch (origin) {
    case Origin::appeal:
      return "申诉裁定";
    case Origin::reviewed:
      return "审核";
    case Origin::automatic:
      return "自动";
    case Origin::assessors:
      return "评委";
    case Origin::missing:
      return "缺";
  }
  return {};
}

std::string points_text(Points points) { return decimal_text(points, kPoint); }
std::string amount_text(Amount amount) { return decimal_text(amount, kOne); }
std::optional<Points> parse_points(std::string_view text) { return parse_decimal(text, kPoint, kMostPoints); }
std::optional<Amount> parse_amount(std::string_view text) { return parse_decimal(text, kOne, kMostAmount); }

std::optional<Amount> amount_of(double value) {
  constexpr Amount kMostWhole = kMostAmount / kOne;
  if (!std::isfinite(value) || std::abs(value) > static_cast<double>(kMostWhole)) return std::nullopt;
  // Whole part and fraction apart, so that large values keep their last digits.
  const double whole = std::trunc(value);
  return static_cast<Amount>(whole) * kOne + std::llround((value - whole) * static_cast<double>(kOne));
}

bool code_before(std::string_view a, std::string_view b) {
  std::size_t i = 0, k = 0;
  while (i < a.size() && k < b.size()) {
    const std::size_t m = digits_at(a, i), n = digits_at(b, k);
    if (m > 0 && n > 0) {
      std::string_view x = a.substr(i, m), y = b.substr(k, n);
      while (x.size() > 1 && x[0] == '0') x.remove_prefix(1);
      while (y.size() > 1 && y[0] == '0') y.remove_prefix(1);
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
      i += m;
      k += n;
    } else {
      if (a[i] != b[k]) return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[k]);
      ++i;
      ++k;
    }
  }
  if ((i < a.size()) != (k < b.size())) return k < b.size();
  return a < b;  // "01" and "1"
}

}  // namespace kepu::appraisal

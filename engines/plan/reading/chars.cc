#include "engines/plan/reading/chars.h"

#include <algorithm>

#include "core/base/text.h"

namespace kepu::plan::grammar {

Chars from_utf8(std::string_view text) { return base::to_code_points(text); }
std::string utf8(View text) { return base::to_utf8(text); }

bool is_blank(char32_t c) {
  return c != U'\0' && (base::is_space(c) || c == 0x200C || c == 0x200D || c == 0x2060);
}
bool is_han(char32_t c) { return base::is_han(c); }
bool is_digit(char32_t c) { return (c >= U'0' && c <= U'9') || (c >= U'０' && c <= U'９'); }
int digit_value(char32_t c) { return c >= U'０' ? static_cast<int>(c - U'０') : static_cast<int>(c - U'0'); }

bool is_year_dash(char32_t c) {
  static constexpr View kDashes = U"—―─–－-~～至到‐‑‒−﹣━ー";
  return kDashes.find(c) != View::npos;
}
bool is_open(char32_t c) {
  static constexpr View kOpen = U"（(〔[［【《〈“‘「『";
  return kOpen.find(c) != View::npos;
}
bool is_close(char32_t c) {
  static constexpr View kClose = U"）)〕]］】》〉”’」』";
  return kClose.find(c) != View::npos;
}
char32_t narrow(char32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) return c - 0xFEE0;
  return c == 0x3000 ? U' ' : c;
}

View trimmed(View text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

Chars without_blanks(View text) {
  Chars out;
  out.reserve(text.size());
  for (char32_t c : text)
    if (!is_blank(c)) out.push_back(c);
  return out;
}

Chars tidy(View text) {
  text = trimmed(text);
  Chars out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_blank(text[i])) {
      out.push_back(text[i]);
      continue;
    }
    while (i + 1 < text.size() && is_blank(text[i + 1])) ++i;
    const bool latin_before = !out.empty() && out.back() < 0x80;
    const bool latin_after = i + 1 < text.size() && text[i + 1] < 0x80;
    if (latin_before && latin_after) out.push_back(U' ');
  }
  return out;
}

bool one_of(char32_t c, View set) { return set.find(c) != View::npos; }
bool has(View text, View part) { return text.find(part) != View::npos; }
bool starts(View text, View part) { return text.substr(0, part.size()) == part; }
bool ends(View text, View part) {
  return text.size() >= part.size() && text.substr(text.size() - part.size()) == part;
}
bool has_any(View text, const Words& parts) {
  return std::any_of(parts.begin(), parts.end(), [&](View p) { return has(text, p); });
}
bool starts_any(View text, const Words& parts) {
  return std::any_of(parts.begin(), parts.end(), [&](View p) { return starts(text, p); });
}
bool ends_any(View text, const Words& parts) {
  return std::any_of(parts.begin(), parts.end(), [&](View p) { return ends(text, p); });
}

namespace {
// Depth of quotation marks and brackets, forgiving: an unbalanced one is forgotten after a while.
class Nesting {
 public:
  bool inside(char32_t c, std::size_t at) {
    if (is_open(c)) {
      ++depth_;
      opened_ = at;
    } else if (is_close(c)) {
      if (depth_ > 0) --depth_;
    } else if (depth_ > 0 && at - opened_ > kForget) {
      depth_ = 0;
    }
    return depth_ > 0;
  }

 private:
  static constexpr std::size_t kForget = 120;
  int depth_ = 0;
  std::size_t opened_ = 0;
};

bool is_stop(char32_t c) { return c == U'。' || c == U'！' || c == U'？'; }
}  // namespace

std::size_t sentence_end(View text, std::size_t from) {
  Nesting nesting;
  const std::size_t limit = std::min(text.size(), from + 4000);
  for (std::size_t i = from; i < limit; ++i) {
    if (nesting.inside(text[i], i)) continue;
    if (is_stop(text[i])) return i + 1;
    // A half-width stop typed by mistake ends a sentence between two Chinese characters only.
    if ((text[i] == U'.' || text[i] == U'．') && i > from && is_han(text[i - 1]) &&
        (i + 1 == text.size() || is_han(text[i + 1]) || is_blank(text[i + 1])))
      return i + 1;
  }
  return text.size();
}

std::vector<Span> sentences(View text) {
  std::vector<Span> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t to = sentence_end(text, at);
    out.push_back({at, to});
    at = to;
  }
  return out;
}

std::vector<Span> clauses(View text) {
  std::vector<Span> out;
  Nesting nesting;
  std::size_t from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char32_t c = text[i];
    if (nesting.inside(c, i) && !is_stop(c)) continue;
    const bool thousands =
        c == U',' && i > 0 && is_digit(text[i - 1]) && i + 1 < text.size() && is_digit(text[i + 1]);
    if (is_stop(c) || c == U'；' || c == U';' || c == U'，' || (c == U',' && !thousands)) {
      out.push_back({from, i});
      from = i + 1;
    }
  }
  if (from < text.size()) out.push_back({from, text.size()});
  return out;
}

bool is_numeral_char(char32_t c) {
  static constexpr View kNumerals = U"零〇○一二三四五六七八九十百千万亿两";
  return kNumerals.find(c) != View::npos;
}

namespace {
int chinese_digit(char32_t c) {
  static constexpr View kDigits = U"零一二三四五六七八九";
  if (c == U'〇' || c == U'○') return 0;
  if (c == U'两') return 2;
  const std::size_t at = kDigits.find(c);
  return at == View::npos ? -1 : static_cast<int>(at);
}

std::optional<Numeral> chinese_at(View text, std::size_t pos) {
  Numeral out;
  out.chinese = true;
  double total = 0, section = 0, digit = 0;
  bool any = false;
  std::size_t i = pos;
  for (; i < text.size() && i < pos + 16; ++i) {
    const char32_t c = text[i];
    const int d = chinese_digit(c);
    if (d >= 0) {
      if (i > pos && chinese_digit(text[i - 1]) > 0) break;  // 二三 is an estimate or a list, not a numeral
      digit = d;
      any = true;
    } else if (c == U'十' || c == U'百' || c == U'千') {
      const double unit = c == U'十' ? 10 : c == U'百' ? 100 : 1000;
      section += (digit == 0 ? 1 : digit) * unit;
      digit = 0;
      any = true;
    } else if ((c == U'万' || c == U'亿') && any) {
      total = (total + section + digit) * (c == U'万' ? 1e4 : 1e8);
      section = digit = 0;
    } else {
      break;
    }
  }
  if (!any) return std::nullopt;
  out.value = total + section + digit;
  out.to = i;
  return out;
}
}  // namespace

std::optional<Numeral> numeral_at(View text, std::size_t pos) {
  if (pos >= text.size()) return std::nullopt;
  if (!is_digit(text[pos])) return is_numeral_char(text[pos]) ? chinese_at(text, pos) : std::nullopt;
  Numeral out;
  std::size_t i = pos;
  double scale = 0;
  for (; i < text.size() && i < pos + 18; ++i) {
    const char32_t c = narrow(text[i]);
    const bool digit_next = i + 1 < text.size() && is_digit(text[i + 1]);
    if (is_digit(text[i])) {
      out.value =
          scale > 0 ? out.value + digit_value(text[i]) * scale : out.value * 10 + digit_value(text[i]);
      if (scale > 0) scale /= 10;
    } else if (c == U'.' && scale == 0 && digit_next) {
      scale = 0.1;
    } else if (c == U',' && scale == 0 && digit_next && i + 3 < text.size() && is_digit(text[i + 3])) {
      continue;
    } else {
      break;
    }
  }
  out.to = i;
  return out;
}

std::optional<Numeral> year_at(View text, std::size_t pos) {
  Numeral out;
  std::size_t i = pos;
  int count = 0;
  while (i < text.size() && count < 4) {
    if (is_digit(text[i])) {
      out.value = out.value * 10 + digit_value(text[i]);
    } else if (const int d = chinese_digit(text[i]); d >= 0 && text[i] != U'两') {
      out.value = out.value * 10 + d;
      out.chinese = true;
    } else if (is_blank(text[i]) && count > 0) {
      ++i;
      continue;
    } else if ((text[i] == U'O' || text[i] == U'o' || text[i] == U'Ｏ') && out.chinese) {
      out.value *= 10;
    } else {
      return std::nullopt;
    }
    ++i;
    ++count;
  }
  if (count < 4 || out.value < 1990 || out.value > 2099) return std::nullopt;
  if (i < text.size() && is_digit(text[i])) return std::nullopt;
  out.to = i;
  return out;
}

Chars wording(View text) {
  Chars out;
  for (char32_t c : text) {
    c = narrow(c);
    if (is_han(c) ||
        (c < 0x80 && ((c >= U'0' && c <= U'9') || (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z'))))
      out.push_back(c);
  }
  return out;
}

double likeness(View a, View b) {
  const auto tokens = [](View text) {
    const Chars w = wording(text);
    std::vector<std::uint64_t> out;
    for (std::size_t i = 0; i + 1 < w.size(); ++i)
      out.push_back(static_cast<std::uint64_t>(w[i]) << 32 | w[i + 1]);
    std::sort(out.begin(), out.end());
    return out;
  };
  const auto x = tokens(a), y = tokens(b);
  if (x.empty() || y.empty()) return wording(a) == wording(b) && !wording(a).empty() ? 1 : 0;
  std::vector<std::uint64_t> both;
  std::set_intersection(x.begin(), x.end(), y.begin(), y.end(), std::back_inserter(both));
  return 2.0 * static_cast<double>(both.size()) / static_cast<double>(x.size() + y.size());
}

}  // namespace kepu::plan::grammar

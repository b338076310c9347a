#include "engines/plan/reading/marks.h"

#include <algorithm>
#include <cmath>

namespace kepu::plan::grammar {
namespace {

using Level = Mark::Level;

std::size_t skip_blanks(View text, std::size_t at) {
  while (at < text.size() && is_blank(text[at])) ++at;
  return at;
}

Mark finish(View text, Level level, int number, std::size_t at, char32_t sign) {
  return {level, number, skip_blanks(text, at), sign};
}

bool is_round_open(char32_t c) { return c == U'（' || c == U'(' || c == U'〔' || c == U'﹙'; }
bool is_round_close(char32_t c) { return c == U'）' || c == U')' || c == U'〕' || c == U'﹚'; }
bool is_point(char32_t c) {
  return c == U'、' || c == U'.' || c == U'．' || c == U'，' || c == U',' || c == U'﹒' || c == U'·';
}

Mark bracketed(View text) {
  std::size_t at = skip_blanks(text, 1);
  const auto number = numeral_at(text, at);
  if (!number || number->value > 60 || number->value < 1) return {};
  at = skip_blanks(text, number->to);
  if (at >= text.size() || !is_round_close(text[at]) || at > 8) return {};
  ++at;
  while (at < text.size() && (text[at] == U'、' || text[at] == U'.')) ++at;  // （一）、
  return finish(text, number->chinese ? Level::sub : Level::sub_item, static_cast<int>(number->value), at,
                U'）');
}

// 1.2 加强… and 1.2.3 …: levels below each other; 1.5万人 is a number.
Mark decimal(View text) {
  std::size_t at = 0;
  int number = 0, parts = 0;
  while (at < text.size() && is_digit(text[at])) {
    const auto part = numeral_at(text.substr(0, std::min(text.find_first_of(U".．", at), text.size())), at);
    if (!part || part->value > 40 || part->value < 1) return {};
    number = static_cast<int>(part->value);
    at = part->to;
    ++parts;
    if (at < text.size() && (text[at] == U'.' || text[at] == U'．')) ++at;
  }
  const std::size_t gap = skip_blanks(text, at);
  const bool parted = gap > at || (at > 0 && one_of(text[at - 1], U".．"));
  if (parts < 2 || parts > 3 || gap >= text.size() || !is_han(text[gap])) return {};
  if (!parted && one_of(text[gap], U"万亿千百个名项人元倍平公年月日家所场次")) return {};
  return finish(text, parts == 2 ? Level::sub_item : Level::circled, number, at, U'.');
}

Mark numbered(View text) {
  const auto number = numeral_at(text, 0);
  if (!number || number->value > 60 || number->value < 1 || number->to > 4) return {};
  if (number->value != std::floor(number->value)) return decimal(text);
  std::size_t at = skip_blanks(text, number->to);
  if (at >= text.size()) return {};
  const char32_t sign = text[at];
  if (number->chinese) {
    const bool ordinal = sign == U'是' || (sign == U'要' && number->to == 1);
    if (ordinal && number->to <= 2)
      return finish(text, Level::ordinal, static_cast<int>(number->value), at + 1, sign);
    if (is_point(sign)) return finish(text, Level::section, static_cast<int>(number->value), at + 1, sign);
    if (is_round_close(sign)) return finish(text, Level::sub, static_cast<int>(number->value), at + 1, sign);
    return {};
  }
  if (is_point(sign)) {
    const std::size_t behind = at + 1;
    if (behind < text.size() && is_digit(text[behind])) return decimal(text);  // 1.5, or 1.2加强…
    return finish(text, Level::item, static_cast<int>(number->value), behind, sign);
  }
  if (is_round_close(sign))
    return finish(text, Level::sub_item, static_cast<int>(number->value), at + 1, sign);
  // "1 加强…": the point lost, but a blank left.
  if (at > number->to && is_han(sign) && !one_of(sign, U"年月日号个项名人家所场次万％"))
    return finish(text, Level::item, static_cast<int>(number->value), at, U' ');
  return {};
}

// 第一章 总体要求, 第二部分：提升行动, 第三节 …: a heading, not a sentence about a chapter.
Mark chapter(View text, const Numeral& number) {
  if (text.size() > 60) return {};
  for (const auto& [word, level] : {std::pair{View(U"部分"), Level::section},
                                    {View(U"章"), Level::section},
                                    {View(U"篇"), Level::section},
                                    {View(U"节"), Level::part}}) {
    if (!starts(text.substr(number.to), word)) continue;
    std::size_t at = number.to + word.size();
    if (at >= text.size() || one_of(text[at], U"课次的是内")) return {};
    if (is_point(text[at]) || text[at] == U'：' || text[at] == U':') ++at;
    return finish(text, level, static_cast<int>(number.value), at, word.front());
  }
  return {};
}

Mark ordinal(View text) {  // 第一，
  if (text.size() < 3 || text[0] != U'第') return {};
  const auto number = numeral_at(text, 1);
  if (!number || number->value > 30 || number->value < 1 || number->to >= text.size()) return {};
  if (!is_point(text[number->to])) return chapter(text, *number);
  return finish(text, Level::ordinal, static_cast<int>(number->value), number->to + 1, text[number->to]);
}

Mark dashed(View text) {
  std::size_t count = 0;
  while (count < text.size() && is_year_dash(text[count]) && text[count] != U'至' && text[count] != U'到')
    ++count;
  if (count >= 1 && count <= 6) {
    const std::size_t at = skip_blanks(text, count);
    if (at < text.size() && (is_han(text[at]) || is_open(text[at])))
      return finish(text, Level::dash, 0, count, U'—');
    return {};
  }
  static constexpr View kBullets = U"●•·■◆▪★※→➢○◇□▲►◎\uF06C\uF0D8\uF075\uF06E\uF09F*";
  if (!text.empty() && kBullets.find(text[0]) != View::npos) return finish(text, Level::dash, 0, 1, text[0]);
  return {};
}

}  // namespace

Mark mark_of(View text) {
  if (text.empty()) return {};
  const char32_t c = text[0];
  if (is_round_open(c)) return bracketed(text);
  if (is_digit(c) || is_numeral_char(c)) return numbered(text);
  if (c == U'第') return ordinal(text);
  if (c >= 0x2460 && c <= 0x2473) return finish(text, Level::circled, static_cast<int>(c - 0x245F), 1, c);
  if (c >= 0x2474 && c <= 0x2487) return finish(text, Level::sub_item, static_cast<int>(c - 0x2473), 1, c);
  if (c >= 0x2488 && c <= 0x249B) return finish(text, Level::item, static_cast<int>(c - 0x2487), 1, c);
  if (c >= 0x3220 && c <= 0x3229) return finish(text, Level::sub, static_cast<int>(c - 0x321F), 1, c);
  return dashed(text);
}

View behind_mark(View text, const Mark& mark) {
  return trimmed(text.substr(std::min(mark.size, text.size())));
}

namespace {

// Where a gap ends a title that has no stop: 弘扬科学精神　坚持立德树人，…; the text's size where none does.
// A single blank may be an accident; then what follows must be prose.
std::size_t gap_behind_title(View text, std::size_t stop) {
  constexpr std::size_t kShortest = 4, kLongest = 32, kProse = 16;
  bool listed = false;  // 相信科学、和谐理性
  for (std::size_t i = 1; i < stop && i <= kLongest; ++i) {
    if (one_of(text[i], U"，,；;：:（(")) break;
    listed |= one_of(text[i], U"、“《");
    if (!is_blank(text[i])) continue;
    const std::size_t to = skip_blanks(text, i);
    const bool wide = text[i] == 0x3000 || to - i > 1;
    if (i < kShortest || (listed && !wide)) break;  // 加 强 组 织
    const View behind = text.substr(to, stop - std::min(to, stop));
    const bool sure = wide || (i > kShortest && has(behind, U"，"));
    if (is_han(text[i - 1]) && to < stop && (is_han(text[to]) || is_open(text[to]) || is_digit(text[to])) &&
        behind.size() >= kProse && sure)
      return i;
    i = to - 1;
  }
  return text.size();
}

}  // namespace

Heading heading_of(View text) {
  static constexpr std::size_t kLongestTitle = 50;
  std::size_t end = sentence_end(text);
  std::size_t stop = end;
  bool closed =
      end > 0 && end <= text.size() && !text.empty() && (end < text.size() || text[end - 1] == U'。');
  if (closed) --stop;
  int depth = 0;  // 标题：正文
  for (std::size_t i = 0; i < stop && i < 40; ++i) {
    if (is_open(text[i])) ++depth;
    if (is_close(text[i]) && depth > 0) --depth;
    if (depth == 0 && (text[i] == U'：' || text[i] == U':')) {
      stop = i;
      end = i + 1;
      closed = true;
      break;
    }
  }
  if (const std::size_t gap = gap_behind_title(text, stop); gap < stop) {
    stop = end = gap;
    closed = true;
  }
  const bool too_long = stop > kLongestTitle;
  if (too_long) {
    const std::vector<Span> parts = clauses(text.substr(0, stop));
    if (!parts.empty() && parts.front().to < stop) {
      stop = parts.front().to;
      end = stop + 1;
    }
  }
  Chars title = tidy(text.substr(0, stop));
  while (!title.empty() && one_of(title.back(), U"。；;，,．.")) title.pop_back();
  while (end < text.size() && is_blank(text[end])) ++end;
  return {std::move(title), std::min(end, text.size()), closed, too_long};
}

}  // namespace kepu::plan::grammar

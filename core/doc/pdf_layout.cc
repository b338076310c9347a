#include "core/doc/pdf_layout.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/base/text.h"

namespace kepu::doc {
namespace {

constexpr double kUsualEm = 12;
constexpr double kSegmentGap = 0.7;  // em: wider apart than any two characters of running text
constexpr double kWordGap =
    0.45;  // em: narrower beside a Chinese character is only the space that typesetting adds
constexpr double kMargin = 0.12;  // of the page height: where headers and footers stand

bool is_wide(char32_t c) { return c >= 0x2E80; }
char32_t first_of(std::string_view text) { return base::to_code_points(text.substr(0, 4))[0]; }
char32_t last_of(std::string_view text) {
  const auto points = base::to_code_points(text.substr(text.size() > 8 ? text.size() - 8 : 0));
  return points.empty() ? U' ' : points.back();
}

double height(const PdfWord& word) { return word.y1 - word.y0; }

// Width of a Chinese character by what a word measures; 0 where it does not tell. `mixed`: also by words with
// narrow characters among them, which count half.
double em_of_word(const PdfWord& word, bool mixed) {
  constexpr std::u32string_view kWideMarks = U"“”‘’…—";  // as wide as a character in Chinese fonts
  std::size_t wide = 0, narrow = 0, marks = 0;
  for (const char32_t c : base::to_code_points(word.text)) {
    if (is_wide(c))
      ++wide;
    else
      ++(kWideMarks.find(c) != kWideMarks.npos ? marks : narrow);
  }
  const bool tells = wide > 0 && (narrow + marks == 0 || (mixed && wide > narrow + marks));
  const double characters = static_cast<double>(wide + marks) + static_cast<double>(narrow) / 2;
  return tells ? (word.x1 - word.x0) / characters : 0;
}

double middle_of(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::vector<double> ems_of(const std::vector<PdfWord>& words, bool mixed) {
  std::vector<double> out;
  for (const auto& word : words)
    if (const double em = em_of_word(word, mixed); em > 0) out.push_back(em);
  return out;
}

// A Chinese character is as wide as its font is high; the median over the line bears odd words.
double em_of(const std::vector<PdfWord>& words) {
  std::vector<double> widths = ems_of(words, false);
  if (widths.empty()) widths = ems_of(words, true);
  if (widths.empty()) return words.empty() ? kUsualEm : std::clamp(height(words.front()) * 0.8, 4.0, 60.0);
  return std::clamp(middle_of(widths), 4.0, 60.0);
}

// Some fonts claim a box much higher than their characters, which would run lines into each other.
void lower_boxes(std::vector<PdfWord>& words) {
  constexpr double kTooHigh = 1.5, kUsual = 1.2;  // em
  std::vector<double> widths = ems_of(words, true);
  if (widths.empty()) return;
  const double usual = middle_of(widths);
  for (auto& word : words) {
    const double own = em_of_word(word, true), em = own > 0 ? own : usual;
    if (em <= 0 || height(word) <= kTooHigh * em) continue;
    const double middle = (word.y0 + word.y1) / 2;
    word.y0 = middle - kUsual / 2 * em;
    word.y1 = middle + kUsual / 2 * em;
  }
}

bool stands_alone(const PdfWord& word) { return word.text.size() <= 4 && is_wide(first_of(word.text)); }

// How far a line has been spaced out, character by character: the usual gap between Chinese characters that
// stand alone on it. Gaps between longer words are those of columns.
double tracking_of(const std::vector<PdfWord>& words, double em) {
  std::vector<double> gaps;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const double gap = words[i].x0 - words[i - 1].x1;
    if (stands_alone(words[i - 1]) && stands_alone(words[i]) && gap > 0 && gap < 1.5 * em)
      gaps.push_back(gap);
  }
  if (gaps.size() < 4 || gaps.size() * 2 < words.size()) return 0;
  return middle_of(gaps);
}

// Appends `word` behind `text` at the distance of `gap`.
void append_word(std::string& text, const std::string& word, double gap, double em) {
  if (!text.empty()) {
    const bool chinese = is_wide(last_of(text)) || is_wide(first_of(word));
    if (gap >= kSegmentGap * em) {
      text.append(static_cast<std::size_t>(std::clamp(std::lround(gap / (em / 2)), 1L, 40L)), ' ');
    } else if (!chinese || gap >= kWordGap * em) {
      text += ' ';
    }
  }
  text += word;
}

PdfLine make_line(std::size_t page, std::vector<PdfWord> words) {
  std::sort(words.begin(), words.end(), [](const auto& a, const auto& b) { return a.x0 < b.x0; });
  PdfLine line;
  line.page = page;
  line.em = em_of(words);
  line.x0 = words.front().x0;
  line.y0 = words.front().y0;
  line.y1 = words.front().y1;
  const double tracking = tracking_of(words, line.em);
  bool after_alone = false;
  for (auto& word : words) {
    line.x1 = std::max(line.x1, word.x1);
    line.y0 = std::min(line.y0, word.y0);
    line.y1 = std::max(line.y1, word.y1);
    const bool alone = stands_alone(word);
    double gap = line.segments.empty() ? 0 : word.x0 - line.segments.back().x1;
    if (alone && after_alone) gap -= tracking;
    after_alone = alone;
    if (!line.segments.empty() && gap < kSegmentGap * line.em) {
      PdfWord& last = line.segments.back();
      append_word(last.text, word.text, gap, line.em);
      last.x1 = std::max(last.x1, word.x1);
      last.y0 = std::min(last.y0, word.y0);
      last.y1 = std::max(last.y1, word.y1);
    } else {
      line.segments.push_back(std::move(word));
    }
  }
  return line;
}

std::vector<PdfLine> lines_of(const PdfPage& page, std::size_t number) {
  std::vector<PdfWord> words;
  for (const auto& word : page.words) {
    if (!word.text.empty() && word.x1 >= word.x0 && word.y1 > word.y0) words.push_back(word);
  }
  lower_boxes(words);
  std::stable_sort(words.begin(), words.end(),
                   [](const auto& a, const auto& b) { return a.y0 + a.y1 < b.y0 + b.y1; });
  std::vector<PdfLine> lines;
  std::vector<PdfWord> present;
  double y0 = 0, y1 = 0;
  for (auto& word : words) {
    const double shared = std::min(y1, word.y1) - std::max(y0, word.y0);
    if (!present.empty() && shared < 0.5 * std::min(y1 - y0, height(word))) {
      lines.push_back(make_line(number, std::exchange(present, {})));
    }
    if (present.empty()) {
      y0 = word.y0;
      y1 = word.y1;
    }
    present.push_back(std::move(word));
  }
  if (!present.empty()) lines.push_back(make_line(number, std::move(present)));
  return lines;
}

// "— 3 —", "第3页 共8页", "3/8": nothing but a page number.
bool is_page_number(const std::string& text) {
  std::string rest = base::without_space(base::to_narrow(text));
  for (const auto* word : {"第", "共", "页", "—", "–", "―", "─", "-", "/", "·", "~"})
    rest = base::replace_all(rest, word, "");
  return !rest.empty() && rest.size() <= 4 && rest.find_first_not_of("0123456789") == std::string::npos;
}

// The wording with its digits alike, so that "第3页" and "第4页" repeat.
std::string repeat_key(const std::string& text) {
  std::string key = base::without_space(base::to_narrow(text));
  std::replace_if(
      key.begin(), key.end(), [](char c) { return c >= '0' && c <= '9'; }, '0');
  return key;
}

}  // namespace

std::string text_of(const PdfLine& line) {
  std::string text;
  double x1 = line.x0;
  for (const auto& segment : line.segments) {
    append_word(text, segment.text, segment.x0 - x1, line.em);
    x1 = segment.x1;
  }
  return text;
}

std::vector<PdfLine> visual_lines(const std::vector<PdfPage>& pages) {
  std::vector<std::vector<PdfLine>> all;
  std::map<std::string, std::size_t> repeated;
  const auto in_margin = [&](const PdfLine& line) {
    const double page_height = pages[line.page].height;
    return line.y1 < kMargin * page_height || line.y0 > (1 - kMargin) * page_height;
  };
  for (std::size_t i = 0; i < pages.size(); ++i) {
    all.push_back(lines_of(pages[i], i));
    std::set<std::string> keys;
    for (const auto& line : all.back()) {
      if (in_margin(line)) keys.insert(repeat_key(text_of(line)));
    }
    for (const auto& key : keys) ++repeated[key];
  }
  std::vector<std::vector<PdfLine>> kept;
  for (auto& page : all) {
    auto& body = kept.emplace_back();
    for (std::size_t i = 0; i < page.size(); ++i) {
      const bool outermost = i == 0 || i + 1 == page.size();
      const std::string text = text_of(page[i]);
      if (outermost && in_margin(page[i]) && is_page_number(text)) continue;
      // Only what stands on most pages, and at the edge of them, is a header or footer; text that merely
      // happens to come twice is not.
      const bool at_edge = i < 2 || i + 2 >= page.size();
      const bool often = pages.size() >= 3 && repeated[repeat_key(text)] * 5 >= pages.size() * 3;
      if (at_edge && often && in_margin(page[i])) continue;
      body.push_back(std::move(page[i]));
    }
  }
  order_columns(kept);
  std::vector<PdfLine> out;
  for (auto& page : kept) std::move(page.begin(), page.end(), std::back_inserter(out));
  return out;
}

}  // namespace kepu::doc

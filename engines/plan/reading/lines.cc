#include "engines/plan/reading/lines.h"

#include <algorithm>

#include "engines/plan/reading/departments.h"
#include "engines/plan/reading/marks.h"
#include "engines/plan/reading/raw_lines.h"

namespace kepu::plan::grammar {
namespace {

// "— 3 —", "- 3 -", "第 3 页 共 10 页", "3".
bool is_page_number(View text) {
  const Chars t = without_blanks(text);
  if (t.empty() || t.size() > 14) return false;
  std::size_t digits = 0, others = 0;
  for (char32_t c : t) {
    if (is_digit(c))
      ++digits;
    else if (!(is_year_dash(c) && c != U'至' && c != U'到') && View(U"第页共/·").find(c) == View::npos)
      ++others;
  }
  if (digits == 0 || others > 0) return false;
  return digits <= 3 || has(t, U"页");
}

bool ends_sentence(View text) {
  static constexpr View kEnds = U"。；：！？…”）〕】》;:.)]";
  return !text.empty() && kEnds.find(text.back()) != View::npos;
}

int display_width(View text) {
  int width = 0;
  for (char32_t c : text) width += c < 0x2E80 && !(c >= 0x2010 && c <= 0x2040) ? 1 : 2;
  return width;
}

int leading_blanks(View text) {
  int width = 0;
  for (char32_t c : text) {
    if (!is_blank(c)) break;
    width += c == 0x3000 ? 2 : 1;
  }
  return width;
}

// Whether the text was broken at the page's width instead of at the ends of paragraphs; gives that width, 0
// if not.
int wrap_width(const std::vector<RawLine>& lines) {
  std::vector<int> widths;
  int open = 0;
  for (const RawLine& l : lines) {
    if (!l.text.empty() && l.text.front() == U'\t') continue;
    const View t = trimmed(l.text);
    const int width = display_width(t);
    if (width < 24) continue;
    widths.push_back(width);
    if (!ends_sentence(t)) ++open;
  }
  if (widths.size() < 20 || open * 5 < static_cast<int>(widths.size()) * 2) return 0;
  std::sort(widths.begin(), widths.end());
  const int typical = widths[widths.size() * 7 / 10];
  // Wrapped lines are all about as wide: the widest is hardly wider than the typical one.
  return widths[widths.size() * 98 / 100] > typical * 3 / 2 || typical > 160 ? 0 : typical;
}

class Gatherer {
 public:
  explicit Gatherer(Source& out, int width) : out_(out), width_(width) {}

  void take(const RawLine& raw) {
    const View text = trimmed(raw.text);
    const bool tab_led = !raw.text.empty() && raw.text.front() == U'\t';
    if (text.empty() && !tab_led) {
      end_row();
      before_blank_ = true;
      return;
    }
    if (tab_led && text.find(U'\t') == View::npos) return take_cell(text, raw.line);
    if (is_flat_row(raw.text)) return take_flat_row(raw.text, raw.line);
    if (in_row_ && !row_.cells.empty()) return add_to_cell(text, raw.line);
    take_paragraph(raw, text);
  }
  void finish() { end_row(); }

 private:
  // A row on one line has three cells or more; a tab behind a number or inside a sentence is white space.
  static bool is_flat_row(View text) {
    const std::size_t tabs = static_cast<std::size_t>(std::count(text.begin(), text.end(), U'\t'));
    if (tabs < 2) return false;
    const View first = trimmed(text.substr(0, text.find(U'\t', 1)));
    const Mark mark = mark_of(Chars(first) + U"文");
    return mark.level == Mark::Level::none || mark.size < first.size() || first.size() <= 2;
  }
  void take_cell(View text, Line line) {
    if (!in_row_) row_ = Row{{}, line, next_table()};
    in_row_ = true;
    row_.cells.push_back({Chars(text), line});
  }
  // A second paragraph of a cell. A new paragraph of body text right behind a table would look the same, so a
  // cell never swallows a numbered heading.
  void add_to_cell(View text, Line) {
    Cell& cell = row_.cells.back();
    const bool latin = !cell.text.empty() && cell.text.back() < 0x80 && text.front() < 0x80;
    if (latin) cell.text.push_back(U' ');
    cell.text.append(text);
  }
  void take_flat_row(View text, Line line) {
    end_row();
    row_ = Row{{}, line, next_table()};
    in_row_ = true;
    for (std::size_t at = 0; at <= text.size() && row_.cells.size() < 64;) {
      const std::size_t to = std::min(text.find(U'\t', at), text.size());
      row_.cells.push_back({Chars(trimmed(text.substr(at, to - at))), line});
      at = to + 1;
    }
    while (row_.cells.size() > 1 && row_.cells.front().text.empty() && text.front() == U'\t' &&
           first_is_lead(row_))
      row_.cells.erase(row_.cells.begin());
    end_row();
  }
  // A leading tab of a flat row may be the mark of a cell, not an empty first cell.
  static bool first_is_lead(const Row& row) { return row.cells.size() > 5; }

  int next_table() {
    if (!rows_follow_) ++table_;
    rows_follow_ = true;
    return table_;
  }
  void end_row() {
    if (!in_row_) return;
    in_row_ = false;
    if (std::any_of(row_.cells.begin(), row_.cells.end(), [](const Cell& c) { return !c.text.empty(); }))
      out_.rows.push_back(std::move(row_));
    row_ = {};
  }
  void take_paragraph(const RawLine& raw, View text) {
    end_row();
    if (is_page_number(text)) return;
    rows_follow_ = false;
    if (continues(raw, text)) {
      Paragraph& last = out_.paragraphs.back();
      const bool number = is_digit(last.text.back()) && is_digit(text.front());
      const bool latin = last.text.back() < 0x80 && text.front() < 0x80 && !number;
      last.text.append(trailing_blanks_ > 1 ? trailing_blanks_
                       : latin              ? 1
                                            : 0,
                       U' ');  // a gap may stand at the break
      last.text.append(text);
      last.end_line = raw.line;
    } else {
      out_.paragraphs.push_back({Chars(text), raw.line, raw.line, false});
    }
    last_width_ = display_width(text) + leading_blanks(raw.text);
    last_size_ = static_cast<int>(text.size()) + leading_blanks(raw.text);
    trailing_blanks_ = 0;
    for (auto at = raw.text.rbegin(); at != raw.text.rend() && is_blank(*at); ++at) ++trailing_blanks_;
    before_blank_ = false;
  }
  bool continues(const RawLine& raw, View text) const {
    if (width_ == 0 || before_blank_ || out_.paragraphs.empty()) return false;
    if (last_width_ < width_ * 17 / 20 && last_size_ * 2 < width_ * 19 / 20) return false;
    if (leading_blanks(raw.text) >= 2 && leading_blanks(raw.text) <= 8 &&
        ends_sentence(out_.paragraphs.back().text))
      return false;
    const Mark mark = mark_of(text);
    if (mark.level != Mark::Level::none && ends_sentence(out_.paragraphs.back().text)) return false;
    // A list of departments fills its last line and ends without a stop; what follows is no part of it.
    return !begins_anew(mark, text);
  }

  // （三）… or 责任单位：… at the beginning of a line hardly ever goes on with a sentence.
  bool begins_anew(const Mark& mark, View text) const {
    const char32_t before = out_.paragraphs.back().text.back();
    if (mark.level == Mark::Level::sub || mark.level == Mark::Level::section ||
        mark.level == Mark::Level::part)
      return !is_numeral_char(before) && before != U'、' && before != U'第';
    if (mark.level == Mark::Level::item || mark.level == Mark::Level::sub_item)
      return is_han(before) && !one_of(before, U"第约近达至到有共于为少") && mark.sign != U' ';
    return is_han(before) && begins_with_role(text);
  }

  Source& out_;
  int width_;
  Row row_;
  bool in_row_ = false, rows_follow_ = false, before_blank_ = true;
  int table_ = 0, last_width_ = 0, last_size_ = 0;
  std::size_t trailing_blanks_ = 0;
};

}  // namespace

namespace {
// Some texts indent their paragraphs by a tab; then a leading tab marks no cell.
bool tabs_are_indents(const std::vector<RawLine>& lines) {
  int led = 0, plain = 0;
  for (const RawLine& l : lines) {
    const View t = trimmed(l.text);
    if (t.empty()) continue;
    const Mark::Level level = mark_of(t).level;
    const bool body =
        level == Mark::Level::section || level == Mark::Level::sub || (t.size() > 80 && ends_sentence(t));
    if (body) (l.text.front() == U'\t' ? led : plain)++;
  }
  return led > 3 && led > plain;
}
// 目录 and its entries without page numbers: they end where the first of them comes again as a heading, or at
// the first prose.
void drop_contents(std::vector<Paragraph>& all) {
  constexpr std::size_t kLongestEntry = 60, kMostEntries = 200;
  const auto begin = std::find_if(all.begin(), all.end(), [](const Paragraph& p) {
    const Chars t = without_blanks(View(p.text).substr(0, 12));
    return p.text.size() <= 12 && (t == U"目录" || t == U"目次");
  });
  if (begin == all.end() || begin + 1 == all.end()) return;
  const auto entry = [](const Paragraph& p) {
    Chars t = wording(View(p.text).substr(0, kLongestEntry));
    while (!t.empty() && is_digit(t.back())) t.pop_back();
    return t;
  };
  const Chars first = entry(*(begin + 1));
  auto end = begin + 1;
  while (end != all.end() && static_cast<std::size_t>(end - begin) < kMostEntries &&
         end->text.size() < kLongestEntry && !has(end->text, U"。") &&
         (end == begin + 1 || entry(*end) != first))
    ++end;
  if (end - begin > 3) all.erase(begin, end);
}
}  // namespace

Source make_source(const std::vector<std::string>& lines) {
  Source out;
  std::vector<RawLine> raw = raw_lines(lines, out.residues);
  if (tabs_are_indents(raw))
    for (RawLine& line : raw) std::replace(line.text.begin(), line.text.end(), U'\t', U' ');
  Gatherer gatherer(out, wrap_width(raw));
  for (const RawLine& line : raw) gatherer.take(line);
  gatherer.finish();
  drop_contents(out.paragraphs);
  return out;
}

}  // namespace kepu::plan::grammar

#include "engines/plan/reading/metadata.h"

#include <algorithm>

#include "engines/plan/reading/areas.h"
#include "engines/plan/reading/citations.h"
#include "engines/plan/reading/labels.h"
#include "engines/plan/reading/paper.h"

namespace kepu::plan::grammar {
namespace {

bool is_draft(View text) {
  return has_any(text, {U"征求意见稿", U"送审稿", U"讨论稿", U"草案", U"（草稿）", U"(草稿)", U"公开征求意见",
                        U"审议稿", U"（审稿）"});
}

Chars without_status(View text) {
  Chars t(text);
  for (View mark : {View(U"征求意见稿"), View(U"送审稿"), View(U"讨论稿"), View(U"草案"), View(U"审议稿"),
                    View(U"草稿"), View(U"公开征求意见稿"), View(U"试行")}) {
    const std::size_t at = t.find(mark);
    if (at == Chars::npos || at == 0 || !is_open(t[at - 1])) continue;
    const std::size_t to = at + mark.size();
    if (to < t.size() && is_close(t[to])) t.erase(at - 1, mark.size() + 2);
  }
  return t;
}

class Front {
 public:
  Front(const Source& source, const Outline& outline, Reading& out)
      : source_(source), all_(source.paragraphs), end_(outline.front_end), out_(out) {
    for (const Paragraph& p : all_)
      if (p.annex) {
        body_end_ = static_cast<std::size_t>(&p - all_.data());
        break;
      }
  }

  void read() {
    begin_ = std::min(paper_begin(all_), end_);
    find_preamble();
    labelled_ = labelled_facts(source_, preamble_ < all_.size() ? all_[preamble_].line : 1 << 30);
    read_number();
    read_notice();
    read_title();
    read_date_and_issuer();
    read_status();
    read_basis();
    read_area();
    read_period();
  }

 private:
  View text(std::size_t i) const { return all_[i].text; }

  // The first paragraph of prose that belongs to the plan itself: 根据…, 为…制定本实施方案.
  void find_preamble() {
    preamble_ = end_;
    for (std::size_t i = begin_; i < end_; ++i) {
      const View t = text(i);
      const bool issued = has_any(t, {U"印发给你们", U"现予印发", U"遵照执行", U"认真贯彻执行",
                                      U"认真组织实施", U"贯彻落实。"}) &&
                          t.size() < 200 && has_any(t, {U"现将", U"同意", U"印发"});
      const bool asked =
          t.size() < 400 && has(t, U"征求意见") && has_any(t, {U"现将", U"反馈", U"现面向", U"现公开"});
      const bool notice = issued || asked;
      const bool prose =
          t.size() > 36 && has_any(t, {U"，", U"。"}) && one_of(t.back(), U"。：；") && !notice;
      if (prose && !ends(t, U"：")) {
        preamble_ = i;
        return;
      }
    }
  }

  void read_number() {
    for (std::size_t i = begin_; i < preamble_; ++i) {
      if (text(i).size() > 40) continue;
      const Chars t = without_blanks(text(i));
      const auto number = document_number_in(t);
      if (number && number->from == 0 && number->to + 6 >= t.size()) {
        out_.doc_number = utf8(number->text);
        return;
      }
      if (const Chars bare = number_without_brackets(t); !bare.empty()) {
        out_.doc_number = utf8(bare);
        return;
      }
    }
    out_.doc_number = utf8(labelled_.doc_number);
    if (out_.doc_number.empty()) read_number_at_end();
  }
  void read_number_at_end() {
    constexpr std::size_t kImprint = 12;  // paragraphs behind the text or before its end
    const std::size_t from = body_end_ > kImprint ? body_end_ - kImprint : 0;
    for (std::size_t i = std::max(from, end_); i < std::min(all_.size(), body_end_ + kImprint); ++i) {
      const Chars t = without_blanks(text(i).substr(0, 60));
      const auto number = document_number_in(t);
      if (number && number->from == 0 && number->to == t.size()) out_.doc_number = utf8(number->text);
    }
  }

  // 某政发202222: a 文号 that lost its brackets and 号 on the way.
  static Chars number_without_brackets(View t) {
    std::size_t at = 0;
    while (at < t.size() && is_han(t[at]) && t[at] != U'号') ++at;
    if (at < 3 || at > 10 || !one_of(t[at - 1], U"发办函字") || at + 5 > t.size()) return {};
    const auto year = year_at(t.substr(0, at + 4), at);
    const auto number = numeral_at(t, at + 4);
    if (!year || !number || number->chinese || number->value < 1 || number->value > 999) return {};
    if (number->to < t.size() && t.substr(number->to) != View(U"号")) return {};
    return Chars(t.substr(0, at)) + U"〔" + Chars(t.substr(at, 4)) + U"〕" +
           Chars(t.substr(at + 4, number->to - at - 4)) + U"号";
  }

  // 关于印发《…》的通知, on one line or on several, with or without the issuer before it.
  void read_notice() {
    for (std::size_t i = begin_; i < preamble_; ++i) {
      const View first = text(i);
      const std::size_t about = first.find(U"关于");
      if (about == View::npos || has(first, U"：") || has(first, U"。") || first.size() > 120) continue;
      Chars joined(first);
      std::size_t k = i;
      while (!has_any(joined, {U"通知", U"公告"}) && k + 1 < preamble_ && k < i + 4 && joined.size() < 160)
        joined.append(text(++k));
      if (!has_any(joined, {U"通知", U"公告"})) continue;
      const Chars whole = tidy(joined);
      const std::size_t cut = whole.find(U"关于");
      out_.notice_title = utf8(View(whole).substr(cut));
      notice_first_ = i;
      notice_last_ = k;
      notice_issuer_ = Chars(View(whole).substr(0, cut));
      if (notice_issuer_.empty() && i > 0) notice_issuer_ = issuer_line(text(i - 1));
      return;
    }
  }

  static bool is_title_line(View t) {
    if (t.size() > 50 || t.size() < 2) return false;
    if (has_any(t, {U"。", U"；", U"发布", U"来源", U"字号", U"此件", U"目录", U"附件", U"浏览"}))
      return false;
    if (one_of(t.back(), U"：:，")) return false;
    return !date_in(t) && issuer_line(t).empty() && !document_number_in(t);
  }

  // The lines right above the first prose.
  void read_title() {
    std::size_t from = preamble_;
    while (from > begin_ && preamble_ - from < 5 && !in_notice(from - 1) && is_title_line(text(from - 1)))
      --from;
    Chars title;
    for (std::size_t i = from; i < preamble_; ++i) {
      const Chars line = without_status(tidy(text(i)));
      if (line.empty() || (from + 1 < preamble_ && title.empty() &&
                           !has_any(line, {U"科学素质", U"方案", U"规划", U"纲要", U"计划"}) &&
                           area_of_title(line + U"全民科学素质").empty()))
        continue;
      if (title.empty()) title_line_ = all_[i].line;
      title += line;
    }
    if (!has_any(title, {U"方案", U"规划", U"计划", U"纲要", U"科学素质"})) title.clear();
    const Chars noticed = title_in_notice();
    if (title.empty() || lost_characters_of(title, noticed)) title = noticed;
    if (ends(title, U"》") && starts(title, U"《")) title = title.substr(1, title.size() - 2);
    out_.title = utf8(title);
  }
  // …行动划纲要（20212025年）: where the dash is lost between its years, other characters may be, too.
  static bool lost_characters_of(View damaged, View whole) {
    constexpr std::size_t kMost = 3, kTwoYears = 8;
    std::size_t run = 0, longest = 0;
    for (char32_t c : damaged) longest = std::max(longest, run = is_digit(c) ? run + 1 : 0);
    const Chars a = wording(damaged), b = wording(whole);
    if (longest < kTwoYears || a.size() >= b.size() || b.size() - a.size() > kMost) return false;
    std::size_t at = 0;
    for (char32_t c : b)
      if (at < a.size() && c == a[at]) ++at;
    return at == a.size();
  }
  bool in_notice(std::size_t i) const {
    return notice_last_ != kNone && i >= notice_first_ && i <= notice_last_;
  }

  Chars title_in_notice() const {
    const Chars notice = from_utf8(out_.notice_title);
    const std::size_t open = notice.find(U'《'), close = notice.rfind(U'》');
    if (open != Chars::npos && close != Chars::npos && close > open) {
      Chars title = notice.substr(open + 1, close - open - 1);
      const std::size_t tail = notice.find(U"的通知", close);  // 《…》（2021—2025年）的通知
      if (tail != Chars::npos && tail > close + 1) title += notice.substr(close + 1, tail - close - 1);
      return without_status(title);
    }
    const std::size_t issued = notice.find(U"印发"), tail = notice.rfind(U"的通知");
    if (issued != Chars::npos && tail != Chars::npos && tail > issued + 2)
      return without_status(View(notice).substr(issued + 2, tail - issued - 2));
    return {};
  }

  void read_date_and_issuer() {
    for (std::size_t i = begin_; i < preamble_; ++i) {
      const auto date = date_in(text(i));
      if (!date || date->from > 40 || text(i).size() - date->to > 6 || in_notice(i)) continue;
      if (has_any(text(i), {U"发布", U"来源", U"浏览", U"第", U"日期", U"时间"})) continue;
      out_.issue_date = date->iso;
      Chars same = issuer_line(text(i).substr(0, date->from));
      if (same.empty() && i > 0) same = issuer_line(text(i - 1));
      if (same.empty() && i > 1) same = issuer_line(text(i - 2));
      if (!same.empty()) out_.issuer = utf8(same);
      break;
    }
    for (std::size_t i = begin_; i < preamble_ && out_.issue_date.empty(); ++i) {
      if (text(i).size() > 24 || in_notice(i)) continue;
      out_.issue_date = damaged_date(text(i), labelled_.published);
      if (!out_.issue_date.empty() && i > 0) out_.issuer = utf8(issuer_line(text(i - 1)));
    }
    if (out_.issuer.empty() && !notice_issuer_.empty()) out_.issuer = utf8(notice_issuer_);
    if (out_.issuer.empty())
      for (std::size_t i = begin_; i < preamble_ && out_.issuer.empty(); ++i)
        out_.issuer = utf8(issuer_line(text(i)));
    if (out_.issue_date.empty() || out_.issuer.empty()) read_closing();
    if (out_.issue_date.empty()) out_.issue_date = labelled_.issued;
    if (out_.issuer.empty()) out_.issuer = utf8(issuer_line(labelled_.issuer));
  }

  // A signature at the end of the plan, or the imprint 某某人民政府办公室 2022年4月21日印发.
  void read_closing() {
    const std::size_t from = body_end_ > 12 ? body_end_ - 12 : 0;
    for (std::size_t i = all_.size(); i-- > std::max(from, end_);) {
      if (text(i).size() > 60) continue;
      const auto date = date_in(text(i));
      if (!date || text(i).size() - date->to > 4) continue;
      const Chars before = issuer_line(text(i).substr(0, date->from));
      const Chars above = i > 0 ? issuer_line(text(i - 1)) : Chars{};
      if (before.empty() && above.empty() && !trimmed(text(i).substr(0, date->from)).empty()) continue;
      if (out_.issue_date.empty()) out_.issue_date = date->iso;
      if (out_.issuer.empty()) out_.issuer = utf8(before.empty() ? above : before);
      return;
    }
  }

  void read_status() {
    for (std::size_t i = begin_; i < preamble_; ++i)
      if (text(i).size() < 120 && is_draft(text(i))) out_.status = "征求意见稿";
  }

  void read_basis() {
    for (std::size_t i = begin_; i < end_; ++i) {
      const View t = text(i);
      if (in_notice(i) || t.size() < 12 || (i < preamble_ && !has_any(t, {U"根据", U"按照", U"依据"})))
        continue;
      read_basis_in(t, all_[i].line);
    }
  }
  void read_basis_in(View t, Line line) {
    for (std::size_t at = t.find(U'《'); at != View::npos && out_.basis.size() < 40; at = t.find(U'《', at)) {
      int depth = 0;
      std::size_t close = at;
      for (; close < t.size() && close < at + 160; ++close) {
        if (t[close] == U'《') ++depth;
        if (t[close] == U'》' && --depth == 0) break;
      }
      if (close >= t.size() || t[close] != U'》') {
        ++at;
        continue;
      }
      Basis basis;
      basis.title = utf8(tidy(t.substr(at + 1, close - at - 1)));
      basis.line = line;
      if (close + 1 < t.size() && one_of(t[close + 1], U"〔[［【（(﹝{")) {
        const auto number = document_number_in(t.substr(close + 2, 40));
        if (number && number->from == 0) basis.doc_number = utf8(number->text);
      }
      const bool own =
          basis.doc_number.empty() && (wording(from_utf8(basis.title)) == wording(from_utf8(out_.title)) ||
                                       has(t.substr(at > 4 ? at - 4 : 0, at > 4 ? 4 : at), U"制定"));
      const bool named = std::any_of(out_.basis.begin(), out_.basis.end(),
                                     [&](const Basis& b) { return b.title == basis.title; });
      const bool mentions = starts(t.substr(close + 1), U"印发") ||
                            starts(t.substr(close + 1), U"实施以来") || starts(t.substr(close + 1), U"颁布");
      if (!own && !named && !mentions) out_.basis.push_back(std::move(basis));
      at = close + 1;
    }
  }

  void read_area() {
    Chars titled = area_of_title(without_blanks(from_utf8(out_.title)));
    if (titled.empty()) titled = area_of_title(without_blanks(from_utf8(out_.notice_title)));
    const Chars issued = area_of_issuer(from_utf8(out_.issuer));
    const auto [parent, own] = split_area(titled);
    const auto [issued_parent, issued_own] = split_area(issued);
    Chars region = own;
    // The issuer bears the full name: 彭水自治县 and 彭水苗族土家族自治县.
    if (region.empty() ||
        (issued_own.size() > region.size() && issued_own.substr(0, 2) == region.substr(0, 2)))
      region = issued_own;
    Chars higher = parent.empty() ? issued_parent : parent;
    if (higher.empty()) higher = area_of_basis(region);
    // 市人民政府办公室: the area is left out where everybody knows it.
    const Chars issuer = from_utf8(out_.issuer);
    if (!region.empty() && !issuer.empty() && issuer.front() == region.back() &&
        starts(View(issuer).substr(1), U"人民政府"))
      out_.issuer = utf8(region + issuer.substr(1));
    out_.region = utf8(region);
    out_.region_parent = utf8(higher);
  }
  // Superior documents are issued by the province and the city above: 江西省 + 上饶市.
  Chars area_of_basis(View region) const {
    Chars out;
    for (const Basis& b : out_.basis) {
      const Chars title = without_blanks(from_utf8(b.title));
      if (starts(title, U"国务院") || !has_any(title, {U"科学素质", U"科普", U"科学普及"})) continue;
      Chars area = area_of_issuer(title.substr(0, title.find(U"关于")));
      if (area.empty() || has(area, U"科学素质")) area = area_of_title(title);
      if (area == U"自治区" || area.size() < 2) continue;
      if (!is_area(area) || has(area, region) || starts(region, area.substr(0, 2)) || has(out, area))
        continue;
      if (one_of(area.back(), U"省") || ends(area, U"自治区"))
        out = area + out;
      else
        out += area;
    }
    return out;
  }

  void read_period() {
    for (const Chars& t : {from_utf8(out_.title), from_utf8(out_.notice_title)})
      if (const auto p = period_in(t)) return set_period(*p);
    // What was before the period is told of first: 十三五 counts only where nothing later is named.
    for (const Words& names : {Words{U"十五五", U"十四五", U"实施方案（"}, Words{U"十三五"}})
      for (std::size_t i = begin_; i < std::min(all_.size(), end_ + 12); ++i)
        if (has_any(text(i), names))
          if (const auto p = period_in(text(i))) return set_period(*p);
  }
  void set_period(std::pair<int, int> p) {
    out_.from = p.first;
    out_.to = p.second;
  }

  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  const Source& source_;
  const std::vector<Paragraph>& all_;
  LabelledFacts labelled_;
  std::size_t end_;
  std::size_t body_end_ = all_.size();
  Reading& out_;
  std::size_t begin_ = 0, preamble_ = 0, notice_first_ = kNone, notice_last_ = kNone;
  Line title_line_ = 0;
  Chars notice_issuer_;
};

}  // namespace

void read_metadata(const Source& source, const Outline& outline, Reading& out) {
  Front(source, outline, out).read();
}

}  // namespace kepu::plan::grammar

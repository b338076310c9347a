#include "engines/plan/reading/anomalies.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "engines/plan/reading/department_names.h"

namespace kepu::plan::grammar {
namespace {

constexpr std::size_t kMostOfARule = 40;  // a hostile text does not fill the page with one remark

class Finder {
 public:
  Finder(const Reading& r, const Evidence& e) : r_(r), e_(e) {
    const auto& all = e.source.paragraphs;
    if (e.outline.front_end < all.size()) front_ = all[e.outline.front_end].line;
  }

  std::vector<Anomaly> find() {
    completeness();
    duplicates();
    names();
    blanks();
    annex_titles();
    counts();
    citations();
    numbering();
    residues();
    dates();
    punctuation();
    repetitions();
    std::stable_sort(out_.begin(), out_.end(),
                     [](const Anomaly& a, const Anomaly& b) { return a.line < b.line; });
    return std::move(out_);
  }

 private:
  template <class... T>
  void add(const char* rule, Line line, fmt::format_string<T...> format, T&&... values) {
    if (++count_[rule] > kMostOfARule) return;
    out_.push_back({rule, fmt::format(format, std::forward<T>(values)...), line});
  }

  void completeness() {
    if (r_.title.empty()) add("no_title", 1, "没有找到方案标题，请对照原文补上标题。");
    if (r_.initiatives.empty()) {
      add("no_initiatives", 1,
          "没有找到提升行动或重点工程，请确认上传的是全民科学素质行动规划纲要实施方案正文。");
      return;
    }
    if (!r_.headline)
      add("no_headline", 1, "没有找到公民具备科学素质比例的目标，请对照原文补上，或在指标中另行设定。");
    if (r_.status != "issued")
      add("draft", 1, "这是{}，印发后请导入正式文本并核对差异。", r_.status);
    else if (r_.doc_number.empty())
      add("no_number", 1, "没有找到发文字号，请对照红头补上。");
    for (const Initiative& i : r_.initiatives) {
      const bool own = !i.lead.empty() || !i.responsible.empty();
      const bool tasks = std::any_of(i.tasks.begin(), i.tasks.end(),
                                     [](const Task& t) { return !t.lead.empty() || !t.responsible.empty(); });
      if (!own && !tasks)
        add("no_departments", i.line, "“{}”没有写明牵头部门和责任部门，请补充分工。", i.title);
      if (i.tasks.empty()) add("no_tasks", i.line, "“{}”下没有分出任务，请对照原文检查编号或分段。", i.title);
    }
  }

  void duplicates() {
    for_each_list([&](const std::vector<std::string>& list, Line line, const std::string& where) {
      std::set<Chars> seen, told;
      for (const std::string& d : list)
        if (const Chars w = wording(from_utf8(d)); !seen.insert(w).second && told.insert(w).second)
          add("duplicate_department", line, "“{}”的部门名单中“{}”重复出现，请核对是否漏写了别的单位。", where,
              d);
    });
    for (const Note& n : e_.mixed_separators)
      add("mixed_separators", n.line, "第{}行的部门名单混用“、”和“，”分隔，已按两种符号拆分，请核对。",
          n.line);
  }

  void names() {
    std::vector<NamedDepartment> all;
    for_each_list([&](const std::vector<std::string>& list, Line line, const std::string&) {
      for (const std::string& d : list) all.push_back({from_utf8(d), line, list_count_});
      ++list_count_;
    });
    for (const NameRemark& n : remarks_on_names(all)) {
      if (n.prefix_missing)
        add("department_prefix", n.line, "“{}”缺少行政区划字头，应为“{}”，请核对。", utf8(n.name),
            utf8(n.usual));
      else
        add("department_alias", n.line, "“{}”与“{}”可能是同一单位的两种写法，请统一名称。", utf8(n.name),
            utf8(n.usual));
    }
  }

  void blanks() {
    for (const Quantity& q : r_.quantities)
      if (q.kind == QuantityKind::blank)
        add("blank", q.line, "第{}行留有空白待填：“{}”，请填写数字（单位：{}）。", q.line, q.text, q.unit);
  }

  void annex_titles() {
    for (const TitleDifference& d : e_.annex.differences)
      add("title_differs", d.body_line, "正文“{}”（第{}行）与附件“{}”（第{}行）名称不一致，请统一。",
          d.in_body, d.body_line, d.in_annex, d.annex_line);
    for (std::size_t i = 0; i < e_.annex.unmatched.size(); ++i)
      add("row_without_title", e_.annex.unmatched_lines[i],
          "附件表格中的“{}”在正文里找不到对应的行动或任务，请核对。", e_.annex.unmatched[i]);
  }

  void counts() {
    int actions = 0, projects = 0;
    for (const Initiative& i : r_.initiatives) (i.kind == InitiativeKind::action ? actions : projects)++;
    for (const Announced& a : e_.announced) {
      const int actual = a.actions ? actions : a.projects ? projects : 0;
      if (actual > 0 && a.count != actual)
        add("count_differs", a.line, "第{}行写明“{}”，文中实有{}项，请核对。", a.line, a.text, actual);
    }
  }

  void citations() {
    for (const Basis& b : r_.basis) {
      const Chars title = from_utf8(b.title), number = from_utf8(b.doc_number);
      const bool outline_2021 =
          has(title, U"2035") && has(title, U"全民科学素质") && !has(title, U"实施方案");
      if (outline_2021 && !number.empty() && number != Chars(U"国发〔2021〕9号"))
        add("miscited", b.line, "《{}》的文号写作“{}”，该纲要的文号是国发〔2021〕9号，请更正。", b.title,
            b.doc_number);
      else if (starts(title, U"国务院关于") && starts(number, U"国办"))
        add("miscited", b.line, "《{}》由国务院印发，文号却写作“{}”，请核对。", b.title, b.doc_number);
      else if (starts(title, U"国务院办公厅") && starts(number, U"国发"))
        add("miscited", b.line, "《{}》由国务院办公厅印发，文号却写作“{}”，请核对。", b.title, b.doc_number);
      else if (has(title, U"行动计划纲要") && has(title, U"2035"))
        add("miscited", b.line, "《{}》名称有误，2021年起称“全民科学素质行动规划纲要”，请更正。", b.title);
    }
    const Chars own = wording(from_utf8(r_.title));
    if (own.size() < 8) return;
    for (const Paragraph& p : e_.source.paragraphs) {
      if (p.annex) break;
      own_title_in(p, own);
    }
  }
  // The plan names itself: the title should be its own.
  void own_title_in(const Paragraph& p, const Chars& own) {
    const View t = p.text;
    for (std::size_t at = t.find(U'《'); at != View::npos; at = t.find(U'《', at + 1)) {
      const std::size_t to = t.find(U'》', at);
      if (to == View::npos || to - at > 80) continue;
      const Chars name = wording(t.substr(at + 1, to - at - 1));
      if (!has(name, U"科学素质") || !has(name, U"方案") || name == own || has(own, name)) continue;
      const bool area = name.substr(0, 2) == own.substr(0, 2);
      const double like = likeness(name, own);
      if (area && like > 0.6 && like < 0.999 && !has(name, U"关于"))
        add("own_title_differs", p.line, "第{}行所引“{}”与本方案标题“{}”不一致，请统一。", p.line,
            utf8(t.substr(at, to + 1 - at)), r_.title);
    }
  }

  void numbering() {
    if (e_.outline.mixed_numbering)
      add("mixed_numbering", e_.outline.mixed_line,
          "第{}行起同级标题的编号形式不一致，请统一为“一、”“（一）”。", e_.outline.mixed_line);
    Line guessed = 0;
    int tasks = 0;
    for (const Initiative& i : r_.initiatives)
      for (const Task& t : i.tasks)
        if (t.confidence < kSureEnough) {
          ++tasks;
          if (guessed == 0) guessed = t.line;
        }
    if (tasks > 0)
      add("guessed_tasks", guessed, "有{}项任务的编号缺失或不完整，按首句拆分，请逐项核对。", tasks);
  }

  void residues() {
    for (const Residue& r : e_.source.residues)
      add("residue", r.line, "第{}行残留文档书签“{}”，已略去，请从原稿中删除。", r.line, r.text);
  }

  void dates() {
    if (r_.from > 0 && r_.issue_date.size() >= 4) {
      const int issued = std::stoi(r_.issue_date.substr(0, 4));
      if (issued > r_.from)
        add("started_before_issue", 1,
            "规划期自{}年起，印发日期为{}，此前的启动工作已无法安排，请核对进度安排。", r_.from,
            r_.issue_date);
      if (issued > r_.to)
        add("issued_after_period", 1, "印发日期{}晚于规划期末{}年，请核对。", r_.issue_date, r_.to);
    }
    if (r_.phases.empty() || r_.from == 0) return;
    for (int year = std::max(r_.from, r_.phases.front().from); year <= r_.to; ++year)
      if (std::none_of(r_.phases.begin(), r_.phases.end(),
                       [&](const Phase& p) { return p.from <= year && year <= p.to; }))
        add("year_without_phase", r_.phases.front().line, "进度安排没有写到{}年，请补充。", year);
  }

  void punctuation() {
    std::vector<Line> commas;
    for (const Paragraph& p : e_.source.paragraphs) {
      const View t = p.text;
      if (p.annex) break;
      int guillemets = 0, round = 0;
      for (std::size_t i = 0; i < t.size(); ++i) {
        const char32_t c = t[i];
        if (c == U'《') ++guillemets;
        if (c == U'》') --guillemets;
        if (c == U'（' || c == U'(') ++round;
        if (c == U'）' || c == U')') --round;
        if (c == U',' && i > 0 && is_han(t[i - 1]) && (commas.empty() || commas.back() != p.line))
          commas.push_back(p.line);
        if (c == U'、' && i + 1 < t.size() && one_of(t[i + 1], U"等，、。"))
          add("stray_mark", p.line, "第{}行“{}”处多了顿号，请删改。", p.line,
              utf8(t.substr(i > 8 ? i - 8 : 0, 12)));
      }
      if (t.size() < 40 && p.line < front_) continue;  // a title over several lines
      const Mark mark = mark_of(t);
      // A bracket that belongs to the number, as in 1）, is no half of a pair.
      for (char32_t c : t.substr(0, mark.size)) round += one_of(c, U"）)") ? 1 : one_of(c, U"（(") ? -1 : 0;
      if (guillemets != 0 || round != 0)
        add("unbalanced", p.line, "第{}行的{}不成对，请补齐。", p.line, guillemets != 0 ? "书名号" : "括号");
    }
    if (!commas.empty()) {
      std::string where;
      for (std::size_t i = 0; i < commas.size() && i < 8; ++i)
        where += fmt::format("{}{}", i ? "、" : "", commas[i]);
      add("half_width", commas.front(), "第{}行的正文用了半角逗号，请改为全角。", where);
    }
  }

  void repetitions() {
    std::unordered_map<std::string, Line> seen;
    for (const Paragraph& p : e_.source.paragraphs) {
      if (p.annex) break;
      if (p.text.size() > 20000) continue;
      if (const Chars twice = repeated_at_once(p.text); !twice.empty())
        add("repeated_words", p.line, "第{}行“{}”连写了两遍，请删去一处。", p.line, utf8(twice));
      const bool in_tasks = inside_initiative(p.line);
      for (const Span& s : clauses(behind_mark(p.text, mark_of(p.text)))) {
        const View t = behind_mark(p.text, mark_of(p.text));
        const Chars w = wording(t.substr(s.from, s.to - s.from));
        if (w.size() < 12 || !in_tasks || seen.size() > 20000) continue;
        const auto [at, fresh] = seen.emplace(utf8(w), p.line);
        if (!fresh && p.line - at->second <= 2)
          add("repeated_text", p.line, "第{}行“{}”与第{}行重复，请核对是否误抄。", p.line,
              utf8(trimmed(t.substr(s.from, s.to - s.from))), at->second);
      }
    }
  }
  bool inside_initiative(Line line) const {
    const auto behind = std::upper_bound(r_.initiatives.begin(), r_.initiatives.end(), line,
                                         [](Line l, const Initiative& i) { return l < i.line; });
    return behind != r_.initiatives.begin() && line <= std::prev(behind)->end_line;
  }
  // 某某馆某某馆: three to ten Chinese characters twice in a row.
  static Chars repeated_at_once(View t) {
    for (std::size_t i = 0; i + 6 <= t.size(); ++i)
      for (std::size_t n = 3; n <= 10 && i + 2 * n <= t.size(); ++n)
        if (t.substr(i, n) == t.substr(i + n, n) &&
            std::all_of(t.begin() + static_cast<long>(i), t.begin() + static_cast<long>(i + n), is_han))
          return Chars(t.substr(i, n));
    return {};
  }

  template <class F>
  void for_each_list(F f) {
    for (const Initiative& i : r_.initiatives) {
      f(i.lead, i.line, i.title);
      f(i.responsible, i.line, i.title);
      for (const Task& t : i.tasks) {
        f(t.lead, t.line, t.title);
        f(t.responsible, t.line, t.title);
      }
    }
  }

  const Reading& r_;
  const Evidence& e_;
  std::vector<Anomaly> out_;
  std::map<std::string, std::size_t> count_;
  int list_count_ = 0;
  Line front_ = 0;  // where the body begins
};

}  // namespace

std::vector<Anomaly> find_anomalies(const Reading& reading, const Evidence& evidence) {
  return Finder(reading, evidence).find();
}

}  // namespace kepu::plan::grammar

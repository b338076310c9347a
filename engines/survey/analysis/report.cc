#include "engines/survey/analysis/report.h"

#include <fmt/format.h>

#include "core/base/text.h"
#include "engines/survey/analysis/categories.h"
#include "engines/survey/analysis/wording.h"

namespace kepu::survey::analysis {

using doc::Style;
using doc::TableCell;

namespace {

using Row = std::vector<TableCell>;

TableCell head(std::string text) { return {std::move(text), 1, 1, true, true}; }
TableCell mid(std::string text) { return {std::move(text), 1, 1, false, true}; }

class Report {
 public:
  Report(const RoundResult& r, const ReportWords& words) : r_(r), words_(words) {}

  doc::Paper make() {
    p_.paragraph(Style::title, fmt::format("{}结果报告", r_.round));
    main_results();
    fieldwork();
    groups();
    townships();
    comparisons();
    quality();
    if (!base::trim(words_.words).empty()) own_words();
    if (!words_.issuer.empty()) p_.paragraph(Style::signature, words_.issuer);
    if (words_.day) p_.paragraph(Style::signature, base::to_chinese(*words_.day));
    appendix();
    return std::move(p_);
  }

 private:
  void text(const std::string& t) { p_.paragraph(Style::body, t); }
  void section(const char* title) {
    p_.paragraph(Style::heading1, base::chinese_numeral(++number_) + "、" + title);
  }
  void table(std::vector<double> widths, std::vector<Row> rows, const std::string& note = {}) {
    p_.table(std::move(widths), std::move(rows), 1);
    p_.paragraph(Style::note, note + source_line(r_));
  }

  // What is not published has no bar: the table says why.
  void chart(const std::string& title, std::vector<doc::Interval> bars) {
    if (bars.empty()) return;
    p_.intervals(std::move(bars), "比例（%）", title + "，数值见上表");
    p_.paragraph(
        Style::note,
        fmt::format("图 {}　{}。深色横线是 95% 误差范围，横线重叠时，高低不能只看图判断；不公布的不画。",
                    ++charts_, title));
  }

  void main_results() {
    section("主要结果");
    text(headline(r_));
    for (const auto& line : target_sentences(r_)) text(line);
    if (const auto line = change_sentence(r_); !line.empty()) text(line);
    std::vector<Row> rows = {{head("档次"), head("比例"), head("95% 误差范围")}};
    for (const auto& e : r_.literacy.levels) {
      const bool out = e.publish != Publish::no;
      rows.push_back({{e.category}, mid(shown(e)), mid(out ? range_text(e.lower, e.upper) : "—")});
    }
    table({40, 25, 35}, std::move(rows));
    rows = {{head("内容"), head("满分"), head("平均分"), head("标准误")}};
    for (const auto& s : r_.literacy.scores)
      rows.push_back({{s.name},
                      mid(fmt::format("{:g}", s.full)),
                      mid(fmt::format("{:.1f}", s.mean)),
                      mid(fmt::format("{:.2f}", s.se))});
    table({40, 20, 20, 20}, std::move(rows));
    text(std::string(quiz_sentence()));
  }

  void fieldwork() {
    section("调查的实施");
    const auto& f = r_.fieldwork;
    text(fmt::format("调查于{}至{}入户，抽 {} 层、{} 个村（社区）、{} 户（其中替换 {} 户），完成 {} 人。",
                     base::to_chinese(r_.from), base::to_chinese(r_.until), r_.strata, r_.villages, f.drawn,
                     f.replacements, f.complete));
    std::vector<Row> rows = {{head("完成"), head("部分完成"), head("拒访"), head("无法接触"), head("其他"),
                              head("情况不明"), head("不合格")}};
    Row counts;
    for (const int n : {f.complete, f.partial, f.refusal, f.no_contact, f.other, f.unknown, f.ineligible})
      counts.push_back(mid(std::to_string(n)));
    rows.push_back(std::move(counts));
    table({15, 15, 14, 14, 14, 14, 14}, std::move(rows), "单位：户。");
    for (const auto& rate : f.rates) {
      if (rate.name == "RR3" && rate.percent)
        text(fmt::format("应答率（AAPOR RR3）{}。全部应答率及公式见附录。", percent_text(*rate.percent)));
    }
  }

  void groups() {
    section("各人群的比例");
    std::vector<Row> rows = {{head("人群"), head("受访人数"), head("比例"), head("95% 误差范围")}};
    std::string variable;
    std::vector<doc::Interval> bars;
    for (const auto& e : r_.literacy.rows) {
      if (e.variable == "township") continue;
      if (e.variable != variable) {
        variable = e.variable;
        rows.push_back({{std::string(variable_title(variable)), 4, 1, true, false}});
      }
      const bool out = e.publish != Publish::no;
      if (out && e.lower && e.upper) bars.push_back({group_title(e), e.percent, *e.lower, *e.upper});
      rows.push_back({{group_title(e)},
                      mid(std::to_string(e.n)),
                      mid(shown(e)),
                      mid(out ? range_text(e.lower, e.upper) : "—")});
    }
    table({32, 18, 22, 28}, std::move(rows));
    chart("各人群具备科学素质的比例", std::move(bars));
  }

  void townships() {
    section("各乡镇（街道）");
    text(townships_sentence(r_.townships));
    if (!r_.townships.made) return;
    std::vector<Row> rows = {
        {head("乡镇（街道）"), head("村"), head("受访人数"), head("比例（模型）"), head("95% 误差范围")}};
    std::vector<doc::Interval> bars;
    for (const auto& t : r_.townships.rows) {
      if (t.percent && t.lower && t.upper) bars.push_back({t.name, *t.percent, *t.lower, *t.upper});
      rows.push_back({{t.name},
                      mid(std::to_string(t.villages)),
                      mid(std::to_string(t.n)),
                      mid(t.percent ? percent_text(*t.percent) : "—"),
                      t.percent ? mid(range_text(t.lower, t.upper)) : mid(t.why_not)});
    }
    table({24, 10, 16, 20, 30}, std::move(rows), "按名录顺序，不排名次。");
    chart("各乡镇（街道）具备科学素质的比例（模型）", std::move(bars));
  }

  void comparisons() {
    if (r_.superiors.empty() && !r_.change) return;
    section("与上一轮和上级地区比较");
    std::vector<Row> rows = {
        {head("地区"), head("年份"), head("比例"), head("本次相差"), head("能否判断高低"), head("出处")}};
    const auto add = [&](const Comparison& c) {
      rows.push_back({{c.area},
                      mid(std::to_string(c.year)),
                      mid(percent_text(c.other)),
                      mid(points_text(c.difference)),
                      mid(c.higher == Verdict::yes  ? "本次较高"
                          : c.higher == Verdict::no ? "本次较低"
                                                    : "不能判断"),
                      {c.source}});
    };
    if (r_.change) add(*r_.change);
    for (const auto& c : r_.superiors) add(c);
    table({14, 10, 12, 18, 16, 30}, std::move(rows));
    if (const auto line = planning_sentence(r_); !line.empty()) text(line);
  }

  void quality() {
    section("题目和数据质量");
    const auto& q = r_.quality;
    text(fmt::format("试卷信度 α {:.2f}，测量标准误 {:.1f} 分。{}", r_.items.alpha,
                     r_.items.error_of_measurement, irt_sentence(r_)));
    std::string time;
    if (q.minutes_median)
      time = fmt::format("访问用时中位数 {:.0f} 分钟，{} 人用时不到其三分之一。", *q.minutes_median, q.hasty);
    text(fmt::format("{}没有作答的占全部作答的 {:.1f}%；年龄不详 {} 人、文化程度不详 {} 人。", time,
                     q.answers_missing, q.without_age, q.without_education));
    for (const auto& line : q.villages) text(line + "。");
    std::vector<Row> rows = {
        {head("题号"), head("内容"), head("答对"), head("区分度"), head("不答"), head("备注")}};
    for (const auto& i : r_.items.rows) {
      rows.push_back({mid(i.code),
                      {i.dimension},
                      mid(percent_text(i.facility)),
                      mid(i.item_rest ? fmt::format("{:.2f}", *i.item_rest) : "—"),
                      mid(percent_text(i.missing)),
                      {base::join(i.remarks, "、")}});
    }
    table({12, 26, 14, 14, 12, 22}, std::move(rows), "区分度为题与其余题目得分的相关。题目文字不公开。");
  }

  void own_words() {
    section("有关工作");
    for (const auto& line : base::split(words_.words, "\n")) {
      if (!base::trim(line).empty()) text(base::trim(line));
    }
  }

  // Each on its own line: what has no place to break would draw the words beside it apart.
  void hashes(const std::string& line) {
    for (const auto& part : base::split(line, "；")) p_.paragraph(Style::note, part);
  }

  void appendix() {
    p_.page_break();
    p_.paragraph(Style::heading1, "附录　方法");
    for (const auto& line : method_paragraphs(r_)) {
      if (line.starts_with("核验："))
        hashes(line);
      else
        text(line);
    }
    for (const auto& note : r_.weighting.notes) text(note);
    p_.paragraph(Style::caption, "附表 1　权数的每一步");
    std::vector<Row> rows = {
        {head("步骤"), head("个数"), head("合计"), head("最小"), head("最大"), head("设计效应")}};
    for (const auto& w : r_.weighting.log) {
      rows.push_back({{w.title},
                      mid(std::to_string(w.count)),
                      mid(count_text(w.sum)),
                      mid(fmt::format("{:.1f}", w.least)),
                      mid(fmt::format("{:.1f}", w.most)),
                      mid(fmt::format("{:.3f}", w.deff))});
    }
    table({26, 12, 18, 14, 14, 16}, std::move(rows));
    p_.paragraph(Style::caption, "附表 2　人口结构与加权前后");
    rows = {{head("变量"), head("类别"), head("受访"), head("总体人数"), head("校准前"), head("校准后")}};
    for (const auto& m : r_.weighting.margins) {
      rows.push_back({{m.variable},
                      {m.category},
                      mid(std::to_string(m.n)),
                      mid(count_text(m.known)),
                      mid(count_text(m.before)),
                      mid(count_text(m.after))});
    }
    std::string sources;
    for (const auto& m : r_.weighting.margins) {
      if (sources.find(m.source) == std::string::npos) sources += "总体人数：" + m.source + "。";
    }
    table({16, 24, 12, 16, 16, 16}, std::move(rows), sources);
    p_.paragraph(Style::caption, "附表 3　应答率（AAPOR 标准定义第 10 版）");
    rows = {{head("代号"), head("名称"), head("公式"), head("数值")}};
    for (const auto& rate : r_.fieldwork.rates)
      rows.push_back({mid(rate.name),
                      {rate.title},
                      {rate.formula},
                      mid(rate.percent ? percent_text(*rate.percent) : "—")});
    table({13, 35, 37, 15}, std::move(rows),
          r_.fieldwork.eligible_percent ? fmt::format("e={}。", percent_text(*r_.fieldwork.eligible_percent))
                                        : "");
  }

  const RoundResult& r_;
  const ReportWords& words_;
  doc::Paper p_;
  int number_ = 0, charts_ = 0;
};

}  // namespace

doc::Paper paper_of(const RoundResult& result, const ReportWords& words) {
  return Report(result, words).make();
}

std::string text_of(const RoundResult& r) {
  std::string out = r.round + "\n" + headline(r) + "\n";
  for (const auto& line : target_sentences(r)) out += line + "\n";
  if (const auto line = change_sentence(r); !line.empty()) out += line + "\n";
  for (const auto& c : r.superiors) out += comparison_sentence(c, r.county) + "\n";
  out += "\n";
  for (const auto& e : r.literacy.rows) {
    if (e.variable == "township") continue;
    out += fmt::format("{}\t{} 人\t{}\t{}\n", group_title(e), e.n, shown(e),
                       e.publish != Publish::no ? range_text(e.lower, e.upper) : std::string("—"));
  }
  out += "\n" + townships_sentence(r.townships) + "\n";
  if (r.townships.made) {
    for (const auto& t : r.townships.rows)
      out += fmt::format("{}\t{} 人\t{}\t{}\n", t.name, t.n,
                         t.percent ? percent_text(*t.percent) : std::string("—"),
                         t.percent ? range_text(t.lower, t.upper) : t.why_not);
  }
  out += "\n" + irt_sentence(r) + "\n";
  for (const auto& line : method_paragraphs(r)) out += line + "\n";
  for (const auto& note : r.weighting.notes) out += note + "\n";
  out += fmt::format("结果 SHA-256 {}\n", hash_of(r));
  return out;
}

}  // namespace kepu::survey::analysis

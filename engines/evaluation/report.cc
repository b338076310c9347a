// The evaluation report on paper.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/base/text.h"
#include "engines/evaluation/snapshot.h"

namespace kepu::evaluation {
namespace {

using doc::Style;
using doc::TableCell;

TableCell head(std::string text) { return {std::move(text), 1, 1, true, true}; }
TableCell middle(std::string text) { return {std::move(text), 1, 1, false, true}; }

class Report {
 public:
  Report(const Snapshot& s, const std::string& sha256) : s_(s), sha256_(sha256) {}

  doc::Paper make() {
    paper_.paragraph(Style::title, s_.title + "报告");
    if (sha256_.empty()) paper_.paragraph(Style::caption, "（草稿，数字随记录变化）");
    opening();
    overview();
    by_initiative();
    targets();
    words("主要做法和成效", s_.words);
    words("存在的问题", s_.problems);
    words("下一步措施", s_.measures);
    missing();
    paper_.paragraph(Style::signature, s_.issuer);
    paper_.paragraph(Style::signature, base::to_chinese(s_.day));
    annex();
    sources();
    return std::move(paper_);
  }

 private:
  std::string source(const std::string& text) {
    if (text.empty()) return "";
    const auto [at, fresh] = numbers_.emplace(text, static_cast<int>(order_.size()) + 1);
    if (fresh) order_.push_back(text);
    return fmt::format("〔{}〕", at->second);
  }
  void chapter(const std::string& title) {
    paper_.paragraph(Style::heading1, base::chinese_numeral(++chapter_) + "、" + title);
  }
  void words(const std::string& title, const std::string& text) {
    if (base::trim(text).empty()) return;
    chapter(title);
    for (const auto& line : base::split(text, "\n")) {
      if (!base::trim(line).empty()) paper_.paragraph(Style::body, base::trim(line));
    }
  }

  void opening() {
    paper_.paragraph(
        Style::body,
        fmt::format("{}{}对《{}》{}至{}的实施情况开展了{}。本报告的每一个数都标有来源序号，来源列在文末；"
                    "没有记录的写明“缺”，不作零计。",
                    s_.basis.empty() ? "" : "根据" + s_.basis + "，", s_.county, s_.plan,
                    base::to_chinese(s_.from), base::to_chinese(s_.until), s_.kind));
  }

  std::string task_records() const {
    return fmt::format("各单位自查和县级研判记录，{}，任务 {} 项", base::to_iso(s_.day), s_.tasks.size());
  }

  void overview() {
    chapter("总体情况");
    const auto c = s_.counts();
    const auto total = static_cast<int>(s_.tasks.size());
    const std::string sheets = source(fmt::format("自查表，{}，单位 {} 个", base::to_iso(s_.day), s_.units));
    const std::string tasks = source(task_records());
    paper_.paragraph(Style::body,
                     fmt::format("承担任务的单位 {} 个，提交自查 {} 个{}。", s_.units, s_.reported, sheets));
    paper_.paragraph(Style::body,
                     fmt::format("方案任务 {} 项，已完成 {} 项，部分完成 {} 项，未完成 {} 项{}{}。", total,
                                 c.done, c.partly, c.not_done,
                                 c.missing > 0 ? fmt::format("，缺结论 {} 项", c.missing) : "", tasks));
    const auto changed = std::count_if(s_.tasks.begin(), s_.tasks.end(),
                                       [](const TaskResult& t) { return t.judged && t.final_ != t.self; });
    if (changed > 0)
      paper_.paragraph(Style::body,
                       fmt::format("县级研判与自查不同的 {} 项，理由列在附件{}。", changed, tasks));
  }

  void by_initiative() {
    chapter("各项行动和工程");
    std::vector<std::string> order;
    for (const auto& t : s_.tasks) {
      if (std::find(order.begin(), order.end(), t.initiative) == order.end()) order.push_back(t.initiative);
    }
    std::vector<std::vector<TableCell>> rows = {
        {head("行动／工程"), head("任务"), head("已完成"), head("部分完成"), head("未完成"), head("缺")}};
    for (const auto& name : order) {
      const auto c = s_.counts(name);
      rows.push_back({{name},
                      middle(std::to_string(c.done + c.partly + c.not_done + c.missing)),
                      middle(std::to_string(c.done)),
                      middle(std::to_string(c.partly)),
                      middle(std::to_string(c.not_done)),
                      middle(std::to_string(c.missing))});
    }
    paper_.table({38, 10, 13, 15, 13, 11}, std::move(rows), 1);
    paper_.paragraph(Style::note, "表中各数" + source(task_records()) + "。");
  }

  void targets() {
    chapter("目标完成情况");
    if (s_.targets.empty()) {
      paper_.paragraph(Style::body, "方案没有量化目标。");
      return;
    }
    std::vector<std::vector<TableCell>> rows = {
        {head("目标"), head("基数"), head("要求"), head("实际"), head("状态"), head("来源")}};
    for (const auto& t : s_.targets) {
      rows.push_back({{(t.code.empty() ? "" : t.code + " ") + base::shorten(base::squeeze(t.text), 60)},
                      middle(t.baseline.empty() ? "—" : t.baseline),
                      middle(t.goal),
                      middle(t.value.empty() ? "缺" : t.value),
                      middle(t.state),
                      middle(source(t.source))});
    }
    paper_.table({31, 13, 18, 14, 12, 12}, std::move(rows), 1);
  }

  void missing() {
    const auto all = missing_of(s_);
    if (all.empty()) return;
    chapter("缺少的情况和数据");
    std::vector<std::vector<TableCell>> rows = {{head("事项"), head("谁"), head("缺什么")}};
    for (const auto& m : all) rows.push_back({{m.what}, {m.who}, {m.why}});
    paper_.table({46, 24, 30}, std::move(rows), 1);
  }

  void annex() {
    paper_.page_break();
    paper_.paragraph(Style::caption, "附件");
    paper_.paragraph(Style::title, "任务完成情况表");
    std::vector<std::vector<TableCell>> rows = {{head("编号"), head("任务"), head("牵头单位"), head("自查"),
                                                 head("结论"), head("情况和理由"), head("佐证"),
                                                 head("来源")}};
    for (const auto& t : s_.tasks) {
      std::vector<std::string> said;
      int proofs = static_cast<int>(t.proofs.size());
      for (const auto& u : t.words) {
        if (!u.counts) continue;
        proofs += static_cast<int>(references_of(u.evidence).size());
        if (u.lead && !u.words.empty())
          said.push_back(u.unit + "：" + base::shorten(base::squeeze(u.words), 120));
      }
      if (t.judged && !t.reason.empty()) said.push_back("研判：" + t.reason);
      const std::string from =
          fmt::format("任务 {} 的自查和研判，{}，佐证 {} 件{}", t.code, base::to_iso(s_.day), proofs,
                      t.platform.empty() ? "" : "；平台状态“" + t.platform + "”（" + t.source + "）");
      rows.push_back({middle(t.code),
                      {t.title},
                      {base::join(t.leads, "、")},
                      middle(t.self == Completion::none ? "缺" : std::string(title_of(t.self))),
                      middle(t.final_ == Completion::none ? "缺" : std::string(title_of(t.final_))),
                      {base::join(said, "；")},
                      middle(fmt::format("{} 件", proofs)),
                      middle(source(from))});
    }
    paper_.table({7, 20, 14, 10, 10, 23, 8, 8}, std::move(rows), 1, true);
  }

  void sources() {
    paper_.paragraph(Style::heading1, "数据来源");
    for (std::size_t i = 0; i < order_.size(); ++i)
      paper_.paragraph(Style::note, fmt::format("〔{}〕{}", i + 1, order_[i]));
    if (!sha256_.empty())
      paper_.paragraph(Style::note,
                       "定稿数据校验值：SHA-256 " + sha256_ + "。凭同一份定稿数据重新生成，文件逐字节相同。");
  }

  const Snapshot& s_;
  const std::string& sha256_;
  doc::Paper paper_;
  std::map<std::string, int> numbers_;
  std::vector<std::string> order_;
  int chapter_ = 0;
};

}  // namespace

doc::Paper report_of(const Snapshot& snapshot, const std::string& sha256) {
  return Report(snapshot, sha256).make();
}

}  // namespace kepu::evaluation

#include "engines/meetings/briefing.h"

#include <fmt/format.h>

#include <map>

#include "core/base/text.h"

namespace kepu::meetings {
namespace {

using doc::Style;
using doc::TableCell;

TableCell head(std::string text) { return {std::move(text), 1, 1, true, true}; }
TableCell middle(std::string text) { return {std::move(text), 1, 1, false, true}; }

// Tabs and line breaks part the fields.
std::string plain(std::string_view text) {
  return base::replace_all(base::replace_all(text, "\t", " "), "\n", " ");
}

void paragraphs(doc::Paper& paper, const std::string& words) {
  for (const auto& line : base::split(words, "\n")) {
    if (!base::trim(line).empty()) paper.paragraph(Style::body, base::trim(line));
  }
}

// Sections in the order in which they first come.
std::vector<std::pair<std::string, std::vector<const Figure*>>> by_section(const std::vector<Figure>& all) {
  std::vector<std::pair<std::string, std::vector<const Figure*>>> out;
  for (const auto& f : all) {
    auto at = out.begin();
    while (at != out.end() && at->first != f.section) ++at;
    if (at == out.end()) at = out.insert(out.end(), {f.section, {}});
    at->second.push_back(&f);
  }
  return out;
}

}  // namespace

std::string_view to_text(BriefingState state) { return state == BriefingState::draft ? "draft" : "issued"; }
std::string_view title_of(BriefingState state) { return state == BriefingState::draft ? "拟订" : "已印发"; }

doc::Paper paper_of(const Briefing& b) {
  doc::Paper paper;
  if (b.issue > 0) paper.head(b.issuer, fmt::format("科普工作简报〔{}〕第{}期", b.year, b.issue));
  paper.paragraph(Style::title, b.title);
  paper.paragraph(Style::body, fmt::format("以下数字截至{}，由平台记录汇总；括号里的序号见文末“数据来源”。",
                                           base::to_chinese(b.day)));
  std::map<std::string, int> numbers;
  std::vector<std::string> sources;
  const auto number_of = [&](const std::string& source) {
    const auto [at, fresh] = numbers.emplace(source, static_cast<int>(sources.size()) + 1);
    if (fresh) sources.push_back(source);
    return at->second;
  };
  int chapter = 0;
  const auto chapter_of = [&](const std::string& title) {
    paper.paragraph(Style::heading1, base::chinese_numeral(++chapter) + "、" + title);
  };
  std::vector<const Figure*> missing;
  for (const auto& [section, figures] : by_section(b.figures)) {
    chapter_of(section);
    std::vector<std::vector<TableCell>> rows = {
        {head("事项"), head("数值或情况"), head("说明"), head("来源")}};
    for (const auto* f : figures) {
      if (f->value.empty()) missing.push_back(f);
      rows.push_back({{f->label},
                      middle(f->value.empty() ? "缺" : f->value),
                      {f->note},
                      middle(f->source.empty() ? "" : fmt::format("（{}）", number_of(f->source)))});
    }
    paper.table({40, 22, 28, 10}, rows, 1);
  }
  if (!base::trim(b.words).empty()) {
    chapter_of("工作情况");
    paragraphs(paper, b.words);
  }
  if (!base::trim(b.questions).empty()) {
    chapter_of("提请研究的事项");
    paragraphs(paper, b.questions);
  }
  if (!missing.empty()) {
    chapter_of("还缺的数");
    for (const auto* f : missing) {
      paper.paragraph(Style::body, f->label + "：" + (f->note.empty() ? "没有记录" : f->note));
    }
  }
  paper.paragraph(Style::heading1, "数据来源");
  for (std::size_t i = 0; i < sources.size(); ++i) {
    paper.paragraph(Style::note, fmt::format("（{}）{}", i + 1, sources[i]));
  }
  paper.paragraph(Style::signature, b.issuer);
  paper.paragraph(Style::signature, base::to_chinese(b.day));
  return paper;
}

std::string to_text(const std::vector<Figure>& figures) {
  std::string out;
  for (const auto& f : figures) {
    out += base::join(
        {plain(f.section), plain(f.label), plain(f.value), plain(f.note), plain(f.source), plain(f.url)},
        "\t");
    out += '\n';
  }
  return out;
}

std::vector<Figure> figures_from(std::string_view text) {
  std::vector<Figure> out;
  for (const auto& line : base::split(text, "\n")) {
    const auto parts = base::split(line, "\t");
    if (parts.size() == 6) out.push_back({parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]});
  }
  return out;
}

}  // namespace kepu::meetings

// What a plan says outside its tasks: partly by words, partly by its very structure (a list of superior
// documents, lists of departments, phases, a headline target).
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>

#include "core/base/text.h"
#include "engines/plan/duties/duty_state.h"

namespace kepu::plan {

namespace {

bool has_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](auto w) { return base::contains(text, w); });
}

// Sections that look back or state principles: they name no duty of this plan.
bool looks_back(std::string_view section) {
  return has_any(section, {"背景", "前言", "序言", "意义", "指导思想", "基本原则", "回顾", "现状"}) &&
         !has_any(section, {"目标"});
}

bool looks_back_paragraph(std::string_view text) {
  constexpr std::size_t kOpening = 60;  // bytes: the first twenty characters
  const auto opening = text.substr(0, kOpening);
  if (base::starts_with(text, "坚持") || base::starts_with(text, "——坚持")) return true;
  return has_any(opening, {"指导思想", "基本原则", "“十三五”", "“十二五”", "十三五期间", "十三五时期",
                           "习近平新时代中国特色社会主义思想为指导"});
}

// What a paragraph says of this plan: all of it, but of a guiding thought only what follows from
// "到2025年，…" on.
std::string_view told_by(std::string_view paragraph, int last_year) {
  if (!looks_back_paragraph(paragraph)) return paragraph;
  if (last_year == 0) return {};
  const auto aim = paragraph.find("到" + std::to_string(last_year) + "年");
  return aim == std::string_view::npos ? std::string_view{} : paragraph.substr(aim);
}

// For every line: whether it stands in a task, and the heading above it.
struct Layout {
  std::vector<bool> skipped;  // by line number
  std::vector<const std::string*> heading;
};

Layout layout_of(const Reading& reading, const std::vector<std::string>& lines) {
  static const std::string kNone;
  const auto count = lines.size() + 1;
  Layout out{std::vector<bool>(count, false), std::vector<const std::string*>(count, &kNone)};
  const auto within = [&](Line from, Line to, auto what) {
    for (auto n = std::max(from, 1); n <= to && n < static_cast<Line>(count); ++n)
      what(static_cast<std::size_t>(n));
  };
  for (std::size_t i = 0; i < reading.sections.size(); ++i) {
    const auto& section = reading.sections[i];
    const Line end =
        i + 1 < reading.sections.size() ? reading.sections[i + 1].line - 1 : static_cast<Line>(lines.size());
    within(section.line, end, [&](auto n) {
      out.heading[n] = &section.title;
      if (looks_back(section.title)) out.skipped[n] = true;
    });
  }
  for (const auto& safeguard : reading.safeguards)
    within(safeguard.line, safeguard.end_line, [&](auto n) { out.heading[n] = &safeguard.title; });
  for (const auto& initiative : reading.initiatives) {
    within(initiative.line, std::max(initiative.line, initiative.end_line),
           [&](auto n) { out.heading[n] = &initiative.title; });
    for (const auto& task : initiative.tasks)
      within(task.line, std::max(task.line, task.end_line), [&](auto n) { out.skipped[n] = true; });
  }
  return out;
}

// Cells of a table (the annex with its departments) and white space.
bool is_frame(const std::string& line) { return line.empty() || line[0] == '\t' || base::trim(line).empty(); }

bool names(const std::vector<DutyProposal>& proposals, std::string_view duty) {
  return std::any_of(proposals.begin(), proposals.end(),
                     [&](const DutyProposal& p) { return p.duty == duty; });
}

// Proposals that follow from the structure: each duty once, at the first place, and only what the catalogue
// holds.
class Structure {
 public:
  Structure(const std::set<std::string, std::less<>>& known, std::vector<DutyProposal>& out)
      : known_(known), out_(out) {}
  void add(std::string_view duty, Line line, std::string words) {
    if (line >= 1 && known_.contains(duty) && !names(out_, duty))
      out_.push_back({std::string(duty), 1, {std::move(words)}, line});
  }

 private:
  const std::set<std::string, std::less<>>& known_;
  std::vector<DutyProposal>& out_;
};

// A plan is a document in versions: its draft mark, else the notice that issues it, else its title.
void name_document(const Reading& reading, const std::vector<std::string>& lines, Structure& out) {
  if (reading.initiatives.empty()) return;
  const auto head =
      std::min<std::size_t>(lines.size(), static_cast<std::size_t>(std::max(0, reading.initiatives[0].line)));
  for (std::size_t i = 0; i < head; ++i)
    if (has_any(lines[i], {"征求意见稿", "送审稿", "遵照执行", "贯彻执行", "贯彻落实", "组织实施",
                           "印发给你们", "抓好落实"}))
      return out.add("A1-01", static_cast<Line>(i) + 1, base::shorten(base::squeeze(lines[i]), 40));
  out.add("A1-01", std::max(1, reading.initiatives[0].line), reading.title);
}

std::string departments_of(const std::vector<std::string>& lead,
                           const std::vector<std::string>& responsible) {
  return base::join(lead.empty() ? responsible : lead, "、");
}

void name_departments(const Reading& reading, const std::vector<std::string>& lines, Structure& out) {
  for (const auto& initiative : reading.initiatives)
    if (!initiative.lead.empty() || !initiative.responsible.empty())
      out.add("A1-05", initiative.line, departments_of(initiative.lead, initiative.responsible));
  for (std::size_t i = 0, count = lines_read(lines); i < count; ++i)
    if (names_departments(lines[i]))
      out.add("A1-05", static_cast<Line>(i) + 1, base::shorten(base::squeeze(lines[i]), 40));
}

}  // namespace

std::vector<DutyProposal> DutyMatcher::elsewhere(const Reading& reading,
                                                 const std::vector<std::string>& lines) const {
  std::vector<DutyProposal> out;
  std::set<std::string, std::less<>> known;
  for (const auto& duty : state_->duties) known.insert(duty.id);
  Structure structure(known, out);
  name_document(reading, lines, structure);
  for (const auto& basis : reading.basis)
    structure.add("A1-02", basis.line, basis.doc_number.empty() ? basis.title : basis.doc_number);
  name_departments(reading, lines, structure);
  for (const auto& phase : reading.phases)
    structure.add("A1-09", phase.line, phase.title.empty() ? phase.phase : phase.title);
  if (reading.headline) structure.add("A2-01", reading.headline->line, reading.headline->text);

  const Layout layout = layout_of(reading, lines);
  std::map<int, DutyEvidence> found;
  for (std::size_t i = 0, count = lines_read(lines); i < count; ++i) {
    if (layout.skipped[i + 1] || is_frame(lines[i])) continue;
    const auto paragraph = base::trim(lines[i]);
    const std::string_view told = told_by(paragraph, reading.to);
    if (told.empty()) continue;
    state_->gather(CueText(told), CueText(*layout.heading[i + 1]), DutyPlace::elsewhere,
                   static_cast<Line>(i) + 1, found);
  }
  for (auto& proposal : state_->proposals(found))
    if (!names(out, proposal.duty)) out.push_back(std::move(proposal));
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.line < b.line; });
  return out;
}

ProposedDuties propose_all(const DutyMatcher& matcher, const Reading& reading,
                           const std::vector<std::string>& lines) {
  ProposedDuties all;
  for (const auto& initiative : reading.initiatives) {
    auto& of_initiative = all.of_tasks.emplace_back();
    for (const auto& task : initiative.tasks) {
      auto& of_task = of_initiative.emplace_back();
      for (const auto& proposal : matcher.of_task(task, initiative.title)) of_task.push_back(proposal.duty);
      bool departments = !task.lead.empty() || !task.responsible.empty();
      for (Line n = std::max(task.line, 1); n <= task.end_line && n <= static_cast<Line>(lines.size()); ++n)
        departments = departments || names_departments(lines[static_cast<std::size_t>(n) - 1]);
      const bool known = std::find(of_task.begin(), of_task.end(), "A1-05") != of_task.end();
      if (departments && !known) of_task.push_back("A1-05");
    }
  }
  for (const auto& proposal : matcher.elsewhere(reading, lines))
    all.elsewhere.emplace_back(proposal.duty, proposal.line);
  return all;
}

}  // namespace kepu::plan

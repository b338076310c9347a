#include "engines/plan/reading/reading.h"

#include <algorithm>

#include "engines/plan/reading/annex.h"
#include "engines/plan/reading/anomalies.h"
#include "engines/plan/reading/indicator_table.h"
#include "engines/plan/reading/lead_remark.h"
#include "engines/plan/reading/metadata.h"
#include "engines/plan/reading/outline.h"
#include "engines/plan/reading/quantities.h"
#include "engines/plan/reading/schedule.h"
#include "engines/plan/reading/task_tables.h"
#include "engines/plan/reading/tasks.h"

namespace kepu::plan {

std::string_view to_text(Operator op) {
  switch (op) {
    case Operator::equal:
      return "=";
    case Operator::greater:
      return ">";
    case Operator::at_least:
      return ">=";
    case Operator::at_most:
      return "<=";
    case Operator::relative:
      return "relative";
  }
  return "=";
}

std::string_view to_text(QuantityKind kind) {
  switch (kind) {
    case QuantityKind::target:
      return "target";
    case QuantityKind::baseline:
      return "baseline";
    case QuantityKind::frequency:
      return "frequency";
    case QuantityKind::blank:
      return "blank";
  }
  return "target";
}

std::string_view to_text(InitiativeKind kind) {
  return kind == InitiativeKind::action ? "action" : "project";
}

namespace {

Reading read_all(const std::vector<std::string>& lines) {
  using namespace grammar;
  Reading out;
  Source source = make_source(lines);
  unfold_task_tables(source);
  const Outline outline = make_outline(source);
  read_metadata(source, outline, out);
  for (const Part& part : outline.parts)
    if (!part.title.empty()) out.sections.push_back({utf8(part.title), part.line});
  std::vector<Note> mixed;
  out.initiatives = read_initiatives(source, outline, mixed);
  const std::vector<Announced> announced = read_quantities(source, outline, out);
  read_indicator_tables(source, out);
  const AnnexResult annex = read_annex(source, out.initiatives);
  heed_lead_remark(source, out.initiatives);
  read_safeguards(source, outline, out);
  out.anomalies = find_anomalies(out, {source, outline, annex, announced, mixed});
  return out;
}

}  // namespace

std::size_t lines_read(const std::vector<std::string>& lines) {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < std::min(lines.size(), kMostLines); ++i) {
    bytes += lines[i].size();
    if (bytes > kMostBytes) return i;
  }
  return std::min(lines.size(), kMostLines);
}

Reading read_plan(const std::vector<std::string>& lines) {
  const std::size_t count = lines_read(lines);
  if (count == lines.size()) return read_all(lines);
  Reading out = read_all({lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(count)});
  const auto last = static_cast<Line>(count);
  out.anomalies.push_back(
      {"too_long",
       "文件太长，只读了前 " + std::to_string(last) + " 行；方案正文如果还在后面，请删去无关内容后重新导入。",
       std::max(last, 1)});
  return out;
}

}  // namespace kepu::plan

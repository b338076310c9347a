#include "engines/plan/reading/reading.h"

#include "engines/plan/reading/annex.h"
#include "engines/plan/reading/anomalies.h"
#include "engines/plan/reading/metadata.h"
#include "engines/plan/reading/outline.h"
#include "engines/plan/reading/quantities.h"
#include "engines/plan/reading/schedule.h"
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

Reading read_plan(const std::vector<std::string>& lines) {
  using namespace grammar;
  Reading out;
  Source source = make_source(lines);
  const Outline outline = make_outline(source);
  read_metadata(source, outline, out);
  for (const Part& part : outline.parts)
    if (!part.title.empty()) out.sections.push_back({utf8(part.title), part.line});
  std::vector<Note> mixed;
  out.initiatives = read_initiatives(source, outline, mixed);
  const std::vector<Announced> announced = read_quantities(source, outline, out);
  const AnnexResult annex = read_annex(source, out.initiatives);
  read_safeguards(source, outline, out);
  out.anomalies = find_anomalies(out, {source, outline, annex, announced, mixed});
  return out;
}

}  // namespace kepu::plan

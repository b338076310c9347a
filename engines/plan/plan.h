// 方案: one version of a plan as it is kept, reviewed and run. Plain values and pure rules: no SQL, no HTML,
// no clock of their own. A Plan is loaded whole (some hundred items), changed by plan_edit.h and shared as
// const.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/id.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "engines/plan/reading/reading.h"

namespace kepu::plan {

using base::Id;

enum class PlanKind { own, superior };                               // 本级方案 / 上位文件
enum class VersionState { review, adopted, superseded, withdrawn };  // 校核中 已采纳 已被取代 已撤下
std::string_view to_text(PlanKind kind);
std::string_view to_text(VersionState state);
std::string_view title_of(VersionState state);

// What stands on the first page of a document.
struct Metadata {
  std::string title, issuer, doc_number, issue_date, region, region_parent, notice_title;
  std::string status = "issued";  // issued | 征求意见稿
  int from = 0, to = 0;
  bool operator==(const Metadata&) const = default;
};

struct Version {
  Id id = 0;
  Id plan = 0;
  int number = 1;  // 1, 2, … within its plan
  PlanKind kind = PlanKind::own;
  VersionState state = VersionState::review;
  std::string file, file_name;  // content hash and the name it came with
  Metadata metadata;
  std::int64_t revision = 0;  // rises with every edit: an edit names the revision that it was made on
  base::Millis created_at = 0, adopted_at = 0, edited_at = 0;
  std::string created_by, adopted_by, edited_by;  // names as they were
};

// Who is named, as written; what unit that is, is decided by the tenant's names (mapping.h).
enum class Role { lead, responsible };  // 牵头 / 责任
std::string_view to_text(Role role);
std::string_view title_of(Role role);

enum class DutyState { proposed, confirmed, rejected };
std::string_view to_text(DutyState state);

struct DutyLink {  // a task names a duty of the catalogue
  std::string duty;
  DutyState state = DutyState::proposed;
  double confidence = 1;
  std::vector<std::string> words;  // that speak for it
  bool operator==(const DutyLink&) const = default;
};

// Items of a plan. `dropped` items stay, can be restored, and count nowhere. Tasks of a dropped initiative
// are not living either, though they keep their own mark, so that restoring the initiative gives back what
// was. The vectors are in plan order, dropped items where they stood; `position` counts living neighbours
// before the item (so a dropped item bears the position that it would take again). To load: by position,
// dropped first, then line and id.
struct TaskItem : Task {
  Id id = 0;
  Id initiative = 0;
  int position = 0;  // 0-based within its initiative
  std::string code;  // 农-03: unique within the version, kept when the task moves
  bool dropped = false;
  std::string start, due;  // ISO dates; empty: the plan's period
  std::vector<DutyLink> duties;
};

struct InitiativeItem {
  Id id = 0;
  int position = 0;  // within the plan, actions before projects
  InitiativeKind kind = InitiativeKind::action;
  std::string title, goal;
  std::vector<std::string> lead, responsible;
  Line line = 0, end_line = 0;
  Confidence confidence = 1;
  bool dropped = false;
  std::vector<TaskItem> tasks;  // by position
};

struct TargetItem {  // a quantity: target, baseline, frequency or blank
  Id id = 0;
  QuantityKind kind = QuantityKind::target;
  std::optional<double> value;
  std::optional<double> baseline;
  std::optional<int> baseline_year;
  std::string unit, text, relative_to;
  Operator op = Operator::equal;
  std::optional<int> year;
  bool implicit = false, headline = false, dropped = false;
  Id initiative = 0, task = 0;       // 0: none
  std::map<int, double> milestones;  // year → value to be reached by its end
  Line line = 0;
  Confidence confidence = 1;
  bool operator==(const TargetItem&) const = default;
};

struct PhaseItem {
  Id id = 0;
  std::string phase, title, summary;
  int from = 0, to = 0;
  Line line = 0;
  bool dropped = false;
  bool operator==(const PhaseItem&) const = default;
};

struct SafeguardItem {
  Id id = 0;
  std::string title;
  std::vector<std::string> items;
  Line line = 0, end_line = 0;
  bool operator==(const SafeguardItem&) const = default;
};

struct BasisItem {
  Id id = 0;
  std::string title, doc_number;
  Line line = 0;
  bool operator==(const BasisItem&) const = default;
};

struct AnomalyItem {
  Id id = 0;
  std::string rule, message;
  Line line = 0;
  bool settled = false;
  std::string note;  // how it was settled
  bool operator==(const AnomalyItem&) const = default;
};

struct ElsewhereDuty {  // named outside the tasks: goals, safeguards, headings
  std::string duty;
  Line line = 0;
  std::vector<std::string> words;
  DutyState state = DutyState::proposed;
  bool operator==(const ElsewhereDuty&) const = default;
};

struct Plan {
  Version version;
  std::shared_ptr<const std::vector<std::string>> lines;  // the extracted text
  std::vector<InitiativeItem> initiatives;
  std::vector<TargetItem> targets;
  std::vector<PhaseItem> phases;
  std::vector<SafeguardItem> safeguards;
  std::vector<BasisItem> basis;
  std::vector<AnomalyItem> anomalies;
  std::vector<ElsewhereDuty> elsewhere;

  const InitiativeItem* initiative(Id id) const;
  const TaskItem* task(Id id) const;
  const InitiativeItem* initiative_of(const TaskItem& task) const;
  const TargetItem* target(Id id) const;
  const TargetItem* headline() const;  // null where none
  std::vector<const InitiativeItem*> living_initiatives() const;
  std::vector<const TaskItem*> living_tasks() const;  // in plan order
  std::vector<const TargetItem*> living_targets()
      const;  // neither dropped nor in a dropped initiative or task
  bool is_living(const TaskItem& task) const;
};

// The departments of a task as they count: its own where the document gives them there, else the
// initiative's. A role that the task lacks comes from the initiative.
std::vector<std::string> parties_of(const InitiativeItem& initiative, const TaskItem& task, Role role);

// A plan from a reading; ids from `next_id`, codes by code_of, first proposals of duties from `duties`.
struct ReadDuties {
  std::vector<std::vector<std::vector<DutyLink>>> of_tasks;  // like Reading::initiatives[i].tasks[k]
  std::vector<ElsewhereDuty> elsewhere;
};
Plan from_reading(const Reading& reading, std::vector<std::string> lines, const ReadDuties& duties,
                  const std::function<Id()>& next_id);

// One Han character that stands for an initiative and is used by no other: 青 农 产 老 领 资 信 设 基 合 …;
// one for each of the list, dropped ones too, in its order.
std::vector<std::string> initiative_marks(const std::vector<InitiativeItem>& initiatives);

// What a clerk still has to look at before adopting.
enum class OpenKind {
  low_confidence,
  no_lead,
  unmapped_name,
  blank,
  anomaly,
  duty_proposed,
  no_duty,
  no_period,
  no_task,
  no_baseline,
  duplicate  // the same title twice: an initiative in the plan, a task in its initiative
};
std::string_view to_text(OpenKind kind);
std::string_view title_of(OpenKind kind);
struct OpenItem {
  OpenKind kind;
  bool blocks = false;  // adoption is refused while it is open
  // "task:ID", "target:ID", "name:县教委", "anomaly:ID", "initiative:ID", "plan", "elsewhere" (duties outside
  // tasks)
  std::string subject;
  std::string message;  // plain Chinese
  Line line = 0;
};
// `unmapped`: names that mean no unit yet (mapping.h). What blocks (unmapped_name, no_period, duplicate,
// no_task of the whole plan) stands first; then by line.
std::vector<OpenItem> open_items(const Plan& plan, const std::vector<std::string>& unmapped);

// Share of the days of the plan's period (1 January to 31 December) gone before `today`, in [0, 1]; none
// where the plan has no period.
std::optional<double> time_gone(const Metadata& metadata, base::Date today);
// First and last day of a task: its own dates, else those of the plan's period; none without a period.
struct Span {
  base::Date first, last;
};
std::optional<Span> span_of(const Plan& plan, const TaskItem& task);

// "≥ 200 名", "超过 15%", "达到全市平均水平", "（留空）人次"
std::string target_text(const TargetItem& target);
std::string number_text(double value);  // 100000 → "100,000", 14 → "14", 9.05 → "9.05"

}  // namespace kepu::plan

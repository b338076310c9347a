// The names of the plan's enumerations: for programs (to_text) and for people (title_of).
#include "engines/plan/compare.h"
#include "engines/plan/mapping.h"
#include "engines/plan/plan.h"

namespace kepu::plan {

std::string_view to_text(PlanKind kind) { return kind == PlanKind::own ? "own" : "superior"; }

std::string_view to_text(VersionState state) {
  switch (state) {
    case VersionState::review:
      return "review";
    case VersionState::adopted:
      return "adopted";
    case VersionState::superseded:
      return "superseded";
    case VersionState::withdrawn:
      return "withdrawn";
  }
  return "";
}

std::string_view title_of(VersionState state) {
  switch (state) {
    case VersionState::review:
      return "校核中";
    case VersionState::adopted:
      return "已采纳";
    case VersionState::superseded:
      return "已被取代";
    case VersionState::withdrawn:
      return "已撤下";
  }
  return "";
}

std::string_view to_text(Role role) { return role == Role::lead ? "lead" : "responsible"; }
std::string_view title_of(Role role) { return role == Role::lead ? "牵头" : "责任"; }

std::string_view to_text(DutyState state) {
  switch (state) {
    case DutyState::proposed:
      return "proposed";
    case DutyState::confirmed:
      return "confirmed";
    case DutyState::rejected:
      return "rejected";
  }
  return "";
}

std::string_view to_text(OpenKind kind) {
  switch (kind) {
    case OpenKind::low_confidence:
      return "low_confidence";
    case OpenKind::no_lead:
      return "no_lead";
    case OpenKind::unmapped_name:
      return "unmapped_name";
    case OpenKind::blank:
      return "blank";
    case OpenKind::anomaly:
      return "anomaly";
    case OpenKind::duty_proposed:
      return "duty_proposed";
    case OpenKind::no_duty:
      return "no_duty";
    case OpenKind::no_period:
      return "no_period";
    case OpenKind::no_task:
      return "no_task";
    case OpenKind::no_baseline:
      return "no_baseline";
    case OpenKind::duplicate:
      return "duplicate";
  }
  return "";
}

std::string_view title_of(OpenKind kind) {
  switch (kind) {
    case OpenKind::low_confidence:
      return "读取把握不足";
    case OpenKind::no_lead:
      return "没有牵头单位";
    case OpenKind::unmapped_name:
      return "单位名称未对应";
    case OpenKind::blank:
      return "留空待填";
    case OpenKind::anomaly:
      return "原文疑点";
    case OpenKind::duty_proposed:
      return "职责待确认";
    case OpenKind::no_duty:
      return "未对应职责";
    case OpenKind::no_period:
      return "没有规划期";
    case OpenKind::no_task:
      return "没有任务";
    case OpenKind::no_baseline:
      return "没有基数";
    case OpenKind::duplicate:
      return "重复";
  }
  return "";
}

std::string_view to_text(Meaning meaning) {
  switch (meaning) {
    case Meaning::unit:
      return "unit";
    case Meaning::counties:
      return "counties";
    case Meaning::townships:
      return "townships";
    case Meaning::villages:
      return "villages";
    case Meaning::departments:
      return "departments";
    case Meaning::everyone:
      return "everyone";
    case Meaning::outside:
      return "outside";
  }
  return "";
}

std::string_view title_of(Meaning meaning) {
  switch (meaning) {
    case Meaning::unit:
      return "一个单位";
    case Meaning::counties:
      return "各县（市、区）";
    case Meaning::townships:
      return "各乡镇（街道）";
    case Meaning::villages:
      return "各村（社区）";
    case Meaning::departments:
      return "各部门、各成员单位";
    case Meaning::everyone:
      return "各部门和各乡镇（街道）";
    case Meaning::outside:
      return "本级以外或泛指，不对应";
  }
  return "";
}

const std::vector<Meaning>& all_meanings() {
  static const std::vector<Meaning> all = {Meaning::unit,     Meaning::counties,    Meaning::townships,
                                           Meaning::villages, Meaning::departments, Meaning::everyone,
                                           Meaning::outside};
  return all;
}

std::optional<Meaning> parse_meaning(std::string_view text) {
  for (auto meaning : all_meanings())
    if (to_text(meaning) == text) return meaning;
  return std::nullopt;
}

std::string_view to_text(Change change) {
  switch (change) {
    case Change::same:
      return "same";
    case Change::reworded:
      return "reworded";
    case Change::handed_over:
      return "handed_over";
    case Change::added:
      return "added";
    case Change::dropped:
      return "dropped";
  }
  return "";
}

std::string_view title_of(Change change) {
  switch (change) {
    case Change::same:
      return "未变";
    case Change::reworded:
      return "改写";
    case Change::handed_over:
      return "换单位";
    case Change::added:
      return "新增";
    case Change::dropped:
      return "删去";
  }
  return "";
}

}  // namespace kepu::plan

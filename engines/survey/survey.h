// 公民科学素质调查: a round asks a drawn sample of the county's residents of 18–69 the same questions. This
// is its frame, its plan, the states it goes through and the people who may move it. Plain values and pure
// rules: no SQL, no HTML, no clock. What a frozen round hands to its analysis is dataset.h.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/id.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "engines/survey/dataset.h"

namespace kepu::survey {

// Rights: who sees rounds and progress; the office that prepares and runs them; the leader who signs off the
// draw, replacements and the freezing; who goes from door to door and sees nothing but his own cases.
inline constexpr std::string_view kRead = "survey.read", kManage = "survey.manage",
                                  kApprove = "survey.approve", kInterview = "survey.interview";

// 拟订 待签发 已签发 调查中 已结束 已冻结 已取消
enum class RoundState { draft, drawn, approved, field, closed, frozen, cancelled };
// 修改 抽样 签发 退回 列住户 分派 开始 结束 重开 冻结 取消 记录基准数 改期
enum class RoundAction {
  edit,
  draw,
  approve,
  give_back,
  list,
  assign,
  start,
  close,
  reopen,
  freeze,
  cancel,
  refer,
  reschedule
};
struct RoundRule {
  RoundState from;
  RoundAction action;
  RoundState to;
  std::string_view right;
};
std::span<const RoundRule> round_rules();
// Null where the state does not know the action: nothing else changes a state.
const RoundRule* find_rule(RoundState from, RoundAction action);

std::string_view to_text(RoundState state);
std::string_view title_of(RoundState state);
std::optional<RoundState> parse_round_state(std::string_view text);

std::string_view to_text(Place place);                       // "urban"
std::string_view place_title(Place place);                   // 城镇, 乡村
std::optional<Place> parse_place(std::string_view text);     // both
std::string_view to_text(Dimension dimension);               // "knowledge"
std::string_view dimension_title(Dimension dimension);       // 科学知识
std::optional<Dimension> parse_dimension(std::string_view);  // both
inline constexpr Dimension kDimensions[] = {Dimension::knowledge, Dimension::method, Dimension::spirit,
                                            Dimension::application};
// Of 100 points: 40 20 20 20, as the national survey scores (2020–2024 reports of the 科普研究所).
double full_points(Dimension dimension);

// ---- frame: the villages and communities in which the county's residents live

inline constexpr int kAgeFrom = 18, kAgeUntil = 69;

struct Area {
  std::string code;      // division code, or another mark that is unique in the frame
  std::string name;      // 柳林村
  std::string township;  // 柳溪镇
  Place place = Place::rural;
  int households = 0;
  int people = 0;  // residents of 18–69, the size of the draw
  bool operator==(const Area&) const = default;
};
inline constexpr std::size_t kMostAreas = 20000;

// All at once, each naming its row as a person sees it in the sheet (`first_row` of the first area).
base::Errors check_frame(const std::vector<Area>& areas, int first_row);
// The order of the draw: by township as they first appear, within it by code. Implicit stratification: the
// systematic draw spreads over the townships.
std::vector<Area> in_order(std::vector<Area> areas);

// ---- plan

enum class StrataBy { none, place, township };  // 不分层 城镇乡村 乡镇
std::string_view to_text(StrataBy by);
std::string_view title_of(StrataBy by);
std::optional<StrataBy> parse_strata_by(std::string_view text);

struct SamplePlan {
  double proportion = 0.15;    // expected share; inside (0, 1)
  double margin = 0.025;       // half the width of the 95 % interval; inside (0, 1)
  double design_effect = 1.5;  // ≥ 1
  double response = 0.75;      // completed of drawn; in (0, 1]
  int take = 30;               // dwellings drawn in a village, 1 … 500
  StrataBy strata = StrataBy::place;
  bool operator==(const SamplePlan&) const = default;
};
struct PlannedStratum {
  std::string name;
  int areas = 0;      // in the frame
  double people = 0;  // in the frame
  int take = 0;       // areas drawn
};
struct Planned {
  double persons = 0;  // completed interviews that the precision asks for
  int dwellings = 0;   // to be drawn
  int villages = 0;    // to be drawn in all
  std::vector<PlannedStratum> strata;
  double margin = 0;  // what the plan reaches with the villages above
};
// Refuses survey.plan (which value), survey.frame_small (more villages than there are), survey.frame_empty.
// At least two villages a stratum (one where it has but one), or its variance could not be told.
base::Result<Planned> plan_sample(const SamplePlan& plan, const std::vector<Area>& areas);
// By area, the index of its stratum in Planned::strata.
std::vector<int> strata_of(StrataBy by, const std::vector<Area>& areas);

// ---- round

struct Round {
  Id id = 0;
  RoundState state = RoundState::draft;
  std::string title;  // 2026年岚江县公民科学素质调查
  int year = 0;
  base::Date from, until;  // of the field work
  std::string basis;       // 依据
  Target target;           // percent 0: none
  SamplePlan plan;
  Id questionnaire = 0;  // a released version
  std::string seed;      // as published; empty: not drawn
  std::string digest;    // of the draw: SHA-256 of draw_text()
  Id drawn_by = 0, approved_by = 0;
  std::string drawn_name, approved_name;
  base::Millis drawn_at = 0, approved_at = 0, frozen_at = 0;
  std::string note;     // why the draw was given back, why cancelled
  std::string margins;  // lines “变量 | 类别 | 人数”, see reference.h
  std::string margins_source, published;
  std::string hash;  // of the frozen dataset
  // What county and townships were called at the freezing, and which unit each township was (frozen_text());
  // empty: not frozen, or by an earlier version of the program.
  std::string frozen_names;
  double back_share = 0.1;    // of completed interviews that are asked again; 0 … 1
  std::int64_t revision = 0;  // of the next change: two at once, one is told
  base::Millis edited_at = 0;
  std::string edited_by;
};
// What must be there before the office draws. All at once.
base::Errors check_round(const Round& round);

// ---- other dates for a round that was signed off or runs already

struct DateChange {                // 改期
  base::Date from, until;          // as they were
  base::Date new_from, new_until;  // as they are since
  std::string reason, by;
  base::Millis at = 0;
};
inline constexpr std::size_t kMostReason = 200;  // characters
// Of what was typed; all at once, with the fields "from", "until", "reason". Once the visits have begun the
// first day stays; the last day is never before `today`, for that would be 结束.
base::Errors check_dates(const Round& round, base::Date from, base::Date until, std::string_view reason,
                         base::Date today);

// ---- names as they were at the freezing, so that a unit renamed or merged later changes no dataset

struct FrozenNames {
  std::string county;
  std::vector<std::pair<std::string, Id>> townships;  // as the frame writes it → unit, 0: none
  bool operator==(const FrozenNames&) const = default;
};
std::string frozen_text(const FrozenNames& names);
std::optional<FrozenNames> parse_frozen(std::string_view text);  // none: empty or damaged

}  // namespace kepu::survey

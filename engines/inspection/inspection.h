// 督查: a round asks the same questions on site in a sample of units; what it finds, and what comes in
// otherwise, is a problem that a unit puts right by a date, somebody looks at again, and the office closes.
// Plain values and pure rules: no SQL, no HTML, no clock.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/auth/auth.h"
#include "core/base/id.h"
#include "core/base/result.h"
#include "core/base/time.h"

namespace kepu::inspection {

using base::Id;

// Rights: who sees; who sets up rounds, hands problems over and closes them; who goes and looks; who puts
// right what is his unit's.
inline constexpr std::string_view kRead = "inspection.read", kManage = "inspection.manage",
                                  kVisit = "inspection.visit", kRectify = "inspection.rectify";

// ---- states. One table each; what is not in it is refused, and nothing else changes a state.

enum class RoundState { draft, running, closed, circulated, cancelled };  // 拟订 进行中 已结束 已通报 已取消
enum class RoundAction { edit, draw, start, close, circulate, cancel };
enum class VisitState { planned, answered, dropped };  // 待走访 已走访 未走访
enum class VisitAction { answer, drop, decide };
// 待交办 整改中 待复核 待销号 已销号 已撤销
enum class ProblemState { noted, rectifying, reported, passed, closed, withdrawn };
// 交办 改期 报送整改 退回 复核通过 销号 重新打开 撤销
enum class ProblemAction { assign, move_due, report, give_back, pass, close, reopen, withdraw };

template <class State, class Action>
struct Rule {
  State from;
  Action action;
  State to;
  std::string_view right;
};
using RoundRule = Rule<RoundState, RoundAction>;
using VisitRule = Rule<VisitState, VisitAction>;
using ProblemRule = Rule<ProblemState, ProblemAction>;
std::span<const RoundRule> round_rules();
std::span<const VisitRule> visit_rules();
std::span<const ProblemRule> problem_rules();
// The row of the table, or null where the state does not know the action.
template <class State, class Action>
const Rule<State, Action>* find_rule(std::span<const Rule<State, Action>> rules, State from, Action action) {
  for (const auto& rule : rules) {
    if (rule.from == from && rule.action == action) return &rule;
  }
  return nullptr;
}

std::string_view to_text(RoundState state);
std::string_view to_text(VisitState state);
std::string_view to_text(ProblemState state);
std::string_view to_text(ProblemAction action);
std::string_view title_of(RoundState state);
std::string_view title_of(VisitState state);
std::string_view title_of(ProblemState state);
std::string_view title_of(ProblemAction action);
std::optional<RoundState> parse_round_state(std::string_view text);
std::optional<VisitState> parse_visit_state(std::string_view text);
std::optional<ProblemState> parse_problem_state(std::string_view text);
std::optional<ProblemAction> parse_problem_action(std::string_view text);
inline bool is_open(ProblemState state) {
  return state != ProblemState::closed && state != ProblemState::withdrawn;
}

enum class Severity { general, serious, grave };  // 一般 较重 严重
std::string_view to_text(Severity severity);
std::string_view title_of(Severity severity);
std::optional<Severity> parse_severity(std::string_view text);

// Where a problem comes from. 督查 群众反映 上级交办 媒体 自查 其他
enum class Source { round, public_, superior, media, own, other };
std::string_view to_text(Source source);
std::string_view title_of(Source source);
std::optional<Source> parse_source(std::string_view text);

// A task of the plan, as it was called then: plans are revised and give their items new ids.
struct TaskName {
  Id id = 0;
  std::string code, title;
  bool empty() const { return id == 0; }
  bool operator==(const TaskName&) const = default;
};

struct Photo {  // or any proof: a stored file
  std::string sha256, name, type;
  bool operator==(const Photo&) const = default;
};

// ---- a round

enum class QuestionKind { yes_no, score, number, text };  // 是否 评分 数字 文字
struct Question {
  int number = 0;  // from 1, in order
  std::string text;
  QuestionKind kind = QuestionKind::yes_no;
  double most = 0;   // of a score: 0 … most
  std::string unit;  // of a number: 场, 人
  bool optional = false;
  bool evidence = false;  // a photo is asked for
  bool operator==(const Question&) const = default;
};

struct Stratum {  // how many units of a kind are drawn
  auth::UnitKind kind = auth::UnitKind::township;
  int take = 0;
  bool operator==(const Stratum&) const = default;
};

struct Round {
  Id id = 0;
  RoundState state = RoundState::draft;
  std::string title, basis;  // 依据: the paper that orders it
  base::Date from, until;
  std::vector<Stratum> strata;
  std::vector<TaskName> tasks;  // only units that carry one of them; empty: every unit of the kinds
  std::vector<Question> checklist;
  std::string seed;   // of the draw; empty: not drawn yet
  std::string words;  // the office's own words in the circular
  std::string paper;  // content hash of the circulated Word paper
  std::int64_t revision = 0;
  base::Millis created_at = 0, edited_at = 0, drawn_at = 0, circulated_at = 0;
  std::string created_by, edited_by;
};

struct Inspector {
  Id person = 0, unit = 0;
  std::string name;
};

struct Visit {
  Id id = 0, round = 0, unit = 0;
  VisitState state = VisitState::planned;
  bool drawn = true;   // else named by hand
  std::string reason;  // why named, why dropped
  std::vector<Inspector> inspectors;
  Id submission = 0;          // that counts
  std::int64_t revision = 0;  // of its answers: 0 before the first
  int conflicts = 0;          // submissions that came too late and wait for a decision
  base::Millis answered_at = 0;
  std::string answered_by;
};

// ---- a problem

struct Problem {
  Id id = 0;
  std::string number;  // 问2026-012
  ProblemState state = ProblemState::noted;
  Source source = Source::round;
  Severity severity = Severity::general;
  std::string what, where_, from_whom;  // where_: in words, never coordinates
  Id round = 0, visit = 0;
  std::string finding;  // its key within the visit
  Id unit = 0;          // where it was found
  Id owner = 0;         // who puts it right
  TaskName task;
  std::string measure;  // how
  std::optional<base::Date> due;
  std::vector<Photo> photos;
  std::int64_t revision = 0;
  base::Millis opened_at = 0, ended_at = 0, edited_at = 0;
  std::optional<base::Date> reported_on;  // of the last report of rectification
  std::string opened_by, edited_by;
};
// Past its date and still with the unit.
bool is_late(const Problem& problem, base::Date today);

struct Step {  // what happened to a problem, oldest first
  int number = 0;
  base::Millis at = 0;
  std::string action, by, unit;
  std::string text;
  std::optional<base::Date> due;
  std::vector<Photo> files;
};

// Nobody looks at his own unit, nor at one above or below it (the county's root is above all and bars
// nobody).
bool is_barred(const auth::UnitTree& units, Id own, Id visited);

// Who visits whom: `each` inspectors a visit, those with the fewest visits first, in the given order; nobody
// visits where he is barred. Refuses inspection.no_inspector naming the units that nobody may visit.
struct Pairing {
  Id unit = 0;
  std::vector<Id> people;
};
base::Result<std::vector<Pairing>> assign_inspectors(const auth::UnitTree& units,
                                                     const std::vector<Id>& visited,
                                                     const std::vector<Inspector>& inspectors, int each);

}  // namespace kepu::inspection

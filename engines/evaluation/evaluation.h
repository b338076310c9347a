// 评估: half-way and at its end, what became of the plan. Units check themselves task by task, the county
// judges, the round is frozen, and its report follows from what was frozen alone. What nobody said or
// recorded is missing, never nothing done. Plain values and pure rules: no SQL, no HTML, no clock.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/id.h"
#include "core/base/result.h"
#include "core/base/time.h"

namespace kepu::evaluation {

using base::Date;
using base::Id;

// Rights: who sees; who organises rounds, judges and freezes; who checks his unit.
inline constexpr std::string_view kRead = "evaluation.read", kManage = "evaluation.manage",
                                  kFill = "evaluation.fill";

enum class Kind { mid, final_ };  // 中期评估 终期评估
std::string_view to_text(Kind kind);
std::string_view title_of(Kind kind);
std::optional<Kind> parse_kind(std::string_view text);

enum class State { draft, collecting, judging, frozen, cancelled };  // 拟订 自查中 研判中 已定稿 已取消
enum class Action { edit, open, close, reopen, words, judge, freeze, cancel };
std::string_view to_text(State state);
std::string_view title_of(State state);
std::optional<State> parse_state(std::string_view text);
std::string_view title_of(Action action);
std::optional<State> after(State from, Action action);  // none: the state does not know it

enum class SheetState { open, submitted, returned, accepted };  // 待填 待审核 已退回 已接收
std::string_view to_text(SheetState state);
std::string_view title_of(SheetState state);
std::optional<SheetState> parse_sheet_state(std::string_view text);
// What counts as said by the unit.
inline bool counts(SheetState s) { return s == SheetState::submitted || s == SheetState::accepted; }

enum class Completion { none, done, partly, not_done };  // 未填 已完成 部分完成 未完成
std::string_view to_text(Completion completion);
std::string_view title_of(Completion completion);
std::optional<Completion> parse_completion(std::string_view text);  // also of "none"

struct Round {
  Id id = 0;
  Kind kind = Kind::mid;
  State state = State::draft;
  std::string title, basis;
  Date from, until;                       // what is evaluated, both included
  Date due;                               // of the self-check
  Id version = 0;                         // of the plan, fixed when the round opens
  std::string words, problems, measures;  // the county's own, a paragraph a line
  std::string snapshot;                   // Snapshot as text; empty until frozen
  std::string sha256;                     // of it
  std::int64_t revision = 0;
  base::Millis created_at = 0, edited_at = 0, opened_at = 0, frozen_at = 0;
  std::string created_by, edited_by, frozen_by;
};

// One unit's word on one of its tasks.
struct Answer {
  Id unit = 0, task = 0;
  std::string code, title;  // of the task, as they were when the round opened
  bool lead = false;
  Completion said = Completion::none;
  std::string words;
  std::string evidence;  // references, one a line: an address of the platform or outside, then words
};

struct Sheet {
  Id unit = 0;
  SheetState state = SheetState::open;
  std::string note;  // why returned
  std::int64_t revision = 0;
  base::Millis submitted_at = 0, decided_at = 0, edited_at = 0;
  std::string submitted_by, decided_by, edited_by;
  int tasks = 0, answered = 0;
};

// The county's word on one task.
struct Judgement {
  Id task = 0;
  Completion completion = Completion::none;
  std::string reason;
  std::int64_t revision = 0;
  base::Millis at = 0;
  std::string by;
};

// The self-check of a task from its units' words: the least complete word of those that lead it; where no
// lead is named, of those that share it. Missing (none) while one of them has not said anything that counts:
// silence is not taken for the others' word.
struct SelfCheck {
  Completion said = Completion::none;
  std::vector<Id> missing;  // units that have not
};
SelfCheck self_check(const std::vector<Answer>& of_task, const std::map<Id, SheetState>& sheets);

// A judgement that differs from the self-check wants a reason.
bool wants_reason(Completion self, Completion judged);

// Evidence lines with their address apart: "/evidence/4711 签到册" → {"/evidence/4711", "签到册"}. A line
// without an address keeps its words.
struct Reference {
  std::string url, words;
};
std::vector<Reference> references_of(std::string_view evidence);

}  // namespace kepu::evaluation

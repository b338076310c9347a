// How a year's appraisal goes: states × actions × rights as one table. Nothing else decides what may happen
// when; stores and pages ask here.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace kepu::appraisal {

enum class State {
  draft,         // 编制中
  published,     // 已发布: the rules are frozen
  self_scoring,  // 自评中
  assessing,     // 评分中: the metrics are frozen
  reviewing,     // 审核中
  notice,        // 公示中
  final,         // 已定稿
};
enum class Action {
  edit,
  publish,
  recall,  // back to draft while nobody has scored yet, with a reason
  open_self,
  save_self,
  submit_self,
  return_self,
  open_assessing,
  assess,
  open_review,
  review,
  reopen_assessing,  // before anything was noticed, with a reason
  open_notice,
  appeal,
  decide_appeal,
  finish,
};
std::string_view to_text(State state);
std::string_view title_of(State state);
std::optional<State> parse_state(std::string_view text);
std::string_view title_of(Action action);

struct Transition {
  State from;
  Action action;
  State to;
  std::string_view right;
};
std::span<const Transition> transitions();
const Transition* transition(State from, Action action);  // null where it may not happen
// Refusal appraisal.not_in_state (conflict): in which state it is, and when this may be done.
base::Result<Transition> require_transition(State from, Action action);
std::vector<Action> actions_in(State state);

}  // namespace kepu::appraisal

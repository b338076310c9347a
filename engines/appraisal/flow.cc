#include "engines/appraisal/flow.h"

#include <fmt/format.h>

#include <array>

#include "core/base/text.h"

namespace kepu::appraisal {
namespace {

constexpr std::string_view kEdit = "appraisal.edit", kManage = "appraisal.manage", kSelf = "appraisal.self",
                           kAssess = "appraisal.assess", kReview = "appraisal.review";

constexpr std::array kTransitions = {
    Transition{State::draft, Action::edit, State::draft, kEdit},
    Transition{State::draft, Action::publish, State::published, kManage},
    Transition{State::published, Action::recall, State::draft, kManage},
    Transition{State::published, Action::open_self, State::self_scoring, kManage},
    Transition{State::self_scoring, Action::save_self, State::self_scoring, kSelf},
    Transition{State::self_scoring, Action::submit_self, State::self_scoring, kSelf},
    Transition{State::self_scoring, Action::return_self, State::self_scoring, kReview},
    Transition{State::self_scoring, Action::open_assessing, State::assessing, kManage},
    Transition{State::assessing, Action::assess, State::assessing, kAssess},
    Transition{State::assessing, Action::open_review, State::reviewing, kManage},
    Transition{State::reviewing, Action::review, State::reviewing, kReview},
    Transition{State::reviewing, Action::reopen_assessing, State::assessing, kManage},
    Transition{State::reviewing, Action::open_notice, State::notice, kManage},
    Transition{State::notice, Action::appeal, State::notice, kSelf},
    Transition{State::notice, Action::decide_appeal, State::notice, kReview},
    Transition{State::notice, Action::finish, State::final, kManage},
};

struct StateWord {
  State state;
  std::string_view id, title;
};
constexpr std::array kStates = {
    StateWord{State::draft, "draft", "编制中"},         StateWord{State::published, "published", "已发布"},
    StateWord{State::self_scoring, "self", "自评中"},   StateWord{State::assessing, "assessing", "评分中"},
    StateWord{State::reviewing, "reviewing", "审核中"}, StateWord{State::notice, "notice", "公示中"},
    StateWord{State::final, "final", "已定稿"},
};

}  // namespace

std::string_view to_text(State state) { return kStates[static_cast<std::size_t>(state)].id; }
std::string_view title_of(State state) { return kStates[static_cast<std::size_t>(state)].title; }
std::optional<State> parse_state(std::string_view text) {
  for (const auto& s : kStates) {
    if (s.id == text) return s.state;
  }
  return std::nullopt;
}

std::string_view title_of(Action action) {
  switch (action) {
    case Action::edit:
      return "编制指标表";
    case Action::publish:
      return "发布";
    case Action::recall:
      return "收回修改";
    case Action::open_self:
      return "开始自评";
    case Action::save_self:
      return "填写自评";
    case Action::submit_self:
      return "提交自评";
    case Action::return_self:
      return "退回自评";
    case Action::open_assessing:
      return "开始评分";
    case Action::assess:
      return "评委评分";
    case Action::open_review:
      return "结束评分，开始审核";
    case Action::review:
      return "审核评分";
    case Action::reopen_assessing:
      return "退回评委补评";
    case Action::open_notice:
      return "开始公示";
    case Action::appeal:
      return "申诉";
    case Action::decide_appeal:
      return "裁定申诉";
    case Action::finish:
      return "定稿";
  }
  return {};
}

std::span<const Transition> transitions() { return kTransitions; }

const Transition* transition(State from, Action action) {
  for (const auto& t : kTransitions) {
    if (t.from == from && t.action == action) return &t;
  }
  return nullptr;
}

base::Result<Transition> require_transition(State from, Action action) {
  if (const auto* t = transition(from, action)) return *t;
  std::vector<std::string> when;
  for (const auto& t : kTransitions) {
    if (t.action == action) when.push_back("“" + std::string(title_of(t.from)) + "”");
  }
  return base::refuse(base::Code::conflict, "appraisal.not_in_state",
                      fmt::format("这项考核现在是“{}”，只有在{}时才能“{}”。请刷新页面查看最新情况。",
                                  title_of(from), base::join(when, "或"), title_of(action)));
}

std::vector<Action> actions_in(State state) {
  std::vector<Action> out;
  for (const auto& t : kTransitions) {
    if (t.from == state) out.push_back(t.action);
  }
  return out;
}

}  // namespace kepu::appraisal

#include "engines/appraisal/flow.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace kepu::appraisal {
namespace {

constexpr int kActions = static_cast<int>(Action::finish) + 1, kStates = static_cast<int>(State::final) + 1;

TEST(Flow, RandomActions_NeverLeaveTheTable) {
  std::mt19937 random(7);
  for (int run = 0; run < 500; ++run) {
    State state = State::draft;
    for (int step = 0; step < 60; ++step) {
      const auto action = static_cast<Action>(random() % kActions);
      const auto next = require_transition(state, action);
      EXPECT_EQ(next.has_value(), transition(state, action) != nullptr);
      if (!next) {
        EXPECT_EQ(next.error().rule, "appraisal.not_in_state");
        continue;
      }
      EXPECT_FALSE(next->right.empty());
      state = next->to;
      EXPECT_LT(static_cast<int>(state), kStates);
    }
  }
}

TEST(Flow, EveryStateIsReached_AndFinalIsTheEnd) {
  std::set<State> reached = {State::draft};
  for (int i = 0; i < kStates; ++i) {
    for (const auto& t : transitions()) {
      if (reached.count(t.from) > 0) reached.insert(t.to);
    }
  }
  EXPECT_EQ(reached.size(), static_cast<std::size_t>(kStates));
  EXPECT_TRUE(actions_in(State::final).empty());
}

TEST(Flow, NothingFrozenIsChangedLater) {
  for (const auto state : {State::published, State::self_scoring, State::assessing, State::reviewing,
                           State::notice, State::final})
    EXPECT_EQ(transition(state, Action::edit), nullptr);
  for (const auto state : {State::notice, State::final}) {
    EXPECT_EQ(transition(state, Action::assess), nullptr);
    EXPECT_EQ(transition(state, Action::review), nullptr);
  }
}

TEST(Flow, WordsAreReadBack) {
  for (int i = 0; i < kStates; ++i)
    EXPECT_EQ(parse_state(to_text(static_cast<State>(i))), static_cast<State>(i));
  EXPECT_EQ(parse_state("gone"), std::nullopt);
}

}  // namespace
}  // namespace kepu::appraisal

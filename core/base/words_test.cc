#include "core/base/words.h"

#include <gtest/gtest.h>

namespace kepu::base {
namespace {

enum class State { draft, issued, unnamed };
constexpr Word<State> kStates[] = {{State::draft, "draft", "拟订"}, {State::issued, "issued", "进行中"}};

TEST(Words, GiveBothTextsOfAValue_AndTheFirstOfOneThatStandsNowhere) {
  EXPECT_EQ(word_of(kStates, State::issued).text, "issued");
  EXPECT_EQ(word_of(kStates, State::issued).title, "进行中");
  EXPECT_EQ(word_of(kStates, State::unnamed).text, "draft");
}

TEST(Words, AreReadByEitherText) {
  for (const auto& word : kStates) {
    EXPECT_EQ(parse_word(kStates, word.text), word.value);
    EXPECT_EQ(parse_word(kStates, word.title), word.value);
  }
  EXPECT_FALSE(parse_word(kStates, ""));
  EXPECT_FALSE(parse_word(kStates, "Draft"));
}

}  // namespace
}  // namespace kepu::base

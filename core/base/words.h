// Values of an enumeration with their two texts: the one in tables, addresses and JSON, and the word for
// people.
//   constexpr Word<State> kStates[] = {{State::draft, "draft", "拟订"}, …};
//   word_of(kStates, state).title; parse_word(kStates, "draft")
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace kepu::base {

template <class E>
struct Word {
  E value;
  std::string_view text, title;
};

// The first where the value stands nowhere.
template <class E, std::size_t N>
constexpr const Word<E>& word_of(const Word<E> (&words)[N], E value) {
  for (const auto& word : words) {
    if (word.value == value) return word;
  }
  return words[0];
}

// By either text.
template <class E, std::size_t N>
constexpr std::optional<E> parse_word(const Word<E> (&words)[N], std::string_view text) {
  for (const auto& word : words) {
    if (word.text == text || word.title == text) return word.value;
  }
  return std::nullopt;
}

}  // namespace kepu::base

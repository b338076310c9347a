// Lists of departments in a plan name bodies, not duties: 县老科协 in a list is no duty about veterans'
// associations.
#include <algorithm>
#include <string>
#include <string_view>

#include "engines/plan/duties/duty_state.h"

namespace kepu::plan {

namespace {

// Before a list …
constexpr std::u32string_view kHeads[] = {U"牵头部门:", U"牵头单位:", U"责任部门:", U"责任单位:",
                                          U"配合部门:", U"配合单位:", U"参加单位:", U"参与单位:"};
// … and after it. In the middle of a sentence the same words are prose: 各部门按职责分工，密切配合.
constexpr std::u32string_view kTails[] = {U"按职责分工", U"分工负责", U"按职责负责", U"等单位参加",
                                          U"等单位配合"};
constexpr std::u32string_view kClosing = U")〕】]";
constexpr std::size_t kFewest = 3;  // bodies that make a list where no mark says so

bool is_body(std::u32string_view name) {
  static constexpr std::u32string_view kEndings[] = {U"局",   U"委",   U"办",   U"委员会", U"科协", U"总工会",
                                                     U"妇联", U"党校", U"文联", U"社科联", U"部",   U"团委"};
  return std::any_of(std::begin(kEndings), std::end(kEndings),
                     [&](auto ending) { return name.ends_with(ending); });
}

// 县教育局、县科协、团县委: at least kFewest bodies, and hardly anything else.
bool lists_bodies(std::u32string_view text) {
  std::size_t bodies = 0, others = 0;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t to = std::min(text.find_first_of(U"、,", from), text.size());
    (is_body(text.substr(from, to - from)) ? bodies : others) += 1;
    from = to + 1;
  }
  return bodies >= kFewest && bodies > 2 * others;
}

std::u32string_view without_closing(std::u32string_view text) {
  while (!text.empty() && kClosing.find(text.back()) != std::u32string_view::npos) text.remove_suffix(1);
  return text;
}

bool is_marked(std::u32string_view sentence) {
  const auto text = without_closing(sentence);
  return std::any_of(std::begin(kHeads), std::end(kHeads),
                     [&](auto head) { return text.find(head) != text.npos; }) ||
         std::any_of(std::begin(kTails), std::end(kTails), [&](auto tail) { return text.ends_with(tail); });
}

std::u32string_view slice(const CueText& text, CueSpan span) {
  return std::u32string_view(text.text).substr(span.from, span.to - span.from);
}

}  // namespace

bool names_departments(std::string_view text) {
  const CueText read(text);
  const auto sentences = cue_sentences(read);
  return std::any_of(sentences.begin(), sentences.end(),
                     [&](CueSpan s) { return is_marked(slice(read, s)); });
}

CueSpan without_departments(const CueText& text, CueSpan sentence) {
  const auto all = slice(text, sentence);
  const std::size_t bracket = all.find_last_of(U"(〔【[");
  const bool open = bracket != std::u32string_view::npos;
  const auto list = open ? all.substr(bracket + 1) : all;
  if (is_marked(list) || lists_bodies(without_closing(list)))
    return {sentence.from, sentence.from + (open ? bracket : 0)};
  return sentence;
}

}  // namespace kepu::plan

#include "engines/evaluation/evaluation.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/base/words.h"

namespace kepu::evaluation {
using base::parse_word;
using base::Word;
using base::word_of;
namespace {

constexpr Word<Kind> kKinds[] = {{Kind::mid, "mid", "中期评估"}, {Kind::final_, "final", "终期评估"}};
constexpr Word<State> kStates[] = {{State::draft, "draft", "拟订"},
                                   {State::collecting, "collecting", "自查中"},
                                   {State::judging, "judging", "研判中"},
                                   {State::frozen, "frozen", "已定稿"},
                                   {State::cancelled, "cancelled", "已取消"}};
constexpr Word<Action> kActions[] = {
    {Action::edit, "edit", "修改"},           {Action::open, "open", "开始自查"},
    {Action::close, "close", "结束自查"},     {Action::reopen, "reopen", "重开自查"},
    {Action::words, "words", "保存评估意见"}, {Action::judge, "judge", "研判"},
    {Action::freeze, "freeze", "定稿"},       {Action::cancel, "cancel", "取消"}};
constexpr Word<SheetState> kSheets[] = {{SheetState::open, "open", "待填"},
                                        {SheetState::submitted, "submitted", "待审核"},
                                        {SheetState::returned, "returned", "已退回"},
                                        {SheetState::accepted, "accepted", "已接收"}};
constexpr Word<Completion> kCompletions[] = {{Completion::none, "none", "未填"},
                                             {Completion::done, "done", "已完成"},
                                             {Completion::partly, "partly", "部分完成"},
                                             {Completion::not_done, "not_done", "未完成"}};

struct Move {
  State from;
  Action action;
  State to;
};
constexpr Move kMoves[] = {{State::draft, Action::edit, State::draft},
                           {State::draft, Action::open, State::collecting},
                           {State::draft, Action::cancel, State::cancelled},
                           {State::collecting, Action::cancel, State::cancelled},
                           {State::collecting, Action::close, State::judging},
                           {State::collecting, Action::judge, State::collecting},
                           {State::collecting, Action::words, State::collecting},
                           {State::judging, Action::words, State::judging},
                           {State::judging, Action::judge, State::judging},
                           {State::judging, Action::reopen, State::collecting},
                           {State::judging, Action::freeze, State::frozen}};

bool is_address(std::string_view word) {
  return base::starts_with(word, "/") || base::starts_with(word, "https://") ||
         base::starts_with(word, "http://");
}

}  // namespace

std::string_view to_text(Kind v) { return word_of(kKinds, v).text; }
std::string_view title_of(Kind v) { return word_of(kKinds, v).title; }
std::optional<Kind> parse_kind(std::string_view t) { return parse_word(kKinds, t); }
std::string_view to_text(State v) { return word_of(kStates, v).text; }
std::string_view title_of(State v) { return word_of(kStates, v).title; }
std::optional<State> parse_state(std::string_view t) { return parse_word(kStates, t); }
std::string_view title_of(Action v) { return word_of(kActions, v).title; }
std::string_view to_text(SheetState v) { return word_of(kSheets, v).text; }
std::string_view title_of(SheetState v) { return word_of(kSheets, v).title; }
std::optional<SheetState> parse_sheet_state(std::string_view t) { return parse_word(kSheets, t); }
std::string_view to_text(Completion v) { return word_of(kCompletions, v).text; }
std::string_view title_of(Completion v) { return word_of(kCompletions, v).title; }
std::optional<Completion> parse_completion(std::string_view t) { return parse_word(kCompletions, t); }

std::optional<State> after(State from, Action action) {
  for (const auto& m : kMoves) {
    if (m.from == from && m.action == action) return m.to;
  }
  return std::nullopt;
}

SelfCheck self_check(const std::vector<Answer>& of_task, const std::map<Id, SheetState>& sheets) {
  const bool has_lead = std::any_of(of_task.begin(), of_task.end(), [](const Answer& a) { return a.lead; });
  SelfCheck out;
  Completion least = Completion::none;
  for (const auto& a : of_task) {
    if (a.lead != has_lead) continue;
    const auto at = sheets.find(a.unit);
    if (at == sheets.end() || !counts(at->second) || a.said == Completion::none) {
      out.missing.push_back(a.unit);
    } else {
      least = std::max(least, a.said);  // none < done < partly < not_done
    }
  }
  if (out.missing.empty()) out.said = least;
  return out;
}

bool wants_reason(Completion self, Completion judged) { return judged != self; }

std::vector<Reference> references_of(std::string_view evidence) {
  std::vector<Reference> out;
  for (const auto& line : base::split(evidence, "\n")) {
    const std::string text = base::trim(line);
    if (text.empty()) continue;
    const auto blank = text.find(' ');
    const std::string first = text.substr(0, blank);
    if (!is_address(first)) {
      out.push_back({"", text});
    } else {
      out.push_back({first, blank == std::string::npos ? first : base::trim(text.substr(blank))});
    }
  }
  return out;
}

}  // namespace kepu::evaluation

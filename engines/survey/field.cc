#include "engines/survey/field.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "core/base/words.h"

namespace kepu::survey {
using base::parse_word;
using base::Word;
using base::word_of;

namespace {
constexpr Word<ReplacementState> kReplacements[] = {{ReplacementState::none, "none", "—"},
                                                    {ReplacementState::asked, "asked", "替换待批"},
                                                    {ReplacementState::approved, "approved", "已替换"},
                                                    {ReplacementState::refused, "refused", "替换未批准"}};
constexpr Word<InterviewState> kInterviews[] = {{InterviewState::counts, "counts", "采用"},
                                                {InterviewState::replaced, "replaced", "已更新"},
                                                {InterviewState::waiting, "waiting", "待定"},
                                                {InterviewState::dropped, "dropped", "未采用"}};
constexpr std::string_view kTaken[] = {"accepted", "replayed", "waiting", "refused"};

}  // namespace

std::string_view to_text(ReplacementState s) { return word_of(kReplacements, s).text; }
std::string_view title_of(ReplacementState s) { return word_of(kReplacements, s).title; }
ReplacementState parse_replacement_state(std::string_view t) {
  return parse_word(kReplacements, t).value_or(kReplacements[0].value);
}
std::string_view to_text(InterviewState s) { return word_of(kInterviews, s).text; }
std::string_view title_of(InterviewState s) { return word_of(kInterviews, s).title; }
InterviewState parse_interview_state(std::string_view t) {
  return parse_word(kInterviews, t).value_or(kInterviews[0].value);
}
std::string_view to_text(Taken::Kind k) { return kTaken[static_cast<std::size_t>(k)]; }

std::string FieldCase::number() const { return fmt::format("{:02}-{:03}", area + 1, dwelling + 1); }

bool is_open(const FieldCase& c) {
  if (c.interview != 0 || c.replacement == ReplacementState::approved) return false;
  const auto* d = find_disposition(c.code);
  return d == nullptr || !d->ends;
}

std::optional<std::string> no_replacement_because(const FieldCase& c) {
  if (c.interview != 0) return "这一户已经完成访问。";
  if (c.replacement == ReplacementState::asked) return "已经申请过，等候审批。";
  if (c.replacement == ReplacementState::approved) return "已经替换过了。";
  const auto* d = find_disposition(c.code);
  if (d == nullptr || d->outcome == Outcome::unknown) return "还不知道这一户的情况，请先上门。";
  if (d->outcome == Outcome::refusal) return "拒访不得替换：只换愿意配合的住户，结果会偏高。";
  if (!d->ends && c.visits < kLeastVisits)
    return fmt::format("要在不同时间去过 {} 次都没有见到人才能替换，现在去过 {} 次。", kLeastVisits,
                       c.visits);
  return std::nullopt;
}

std::vector<const Question*> back_questions(const Questionnaire& q) {
  std::vector<const Question*> out;
  for (const char* name : {"sex", "age", "education"}) {
    if (const auto* question = q.find(name)) out.push_back(question);
  }
  const auto scored = q.scored();
  const std::size_t more = std::min(kMostBackQuestions - out.size(), scored.size());
  for (std::size_t i = 0; i < more; ++i) out.push_back(scored[i * scored.size() / more]);
  return out;
}

int differing(const Answers& first, const Answers& again, const std::vector<const Question*>& asked) {
  int count = 0;
  for (const auto* q : asked) {
    const auto a = first.find(q->name), b = again.find(q->name);
    if (a == first.end() || b == again.end()) continue;
    if (q->kind == QuestionKind::number) {
      const auto x = base::parse_number(a->second), y = base::parse_number(b->second);
      count += x && y && std::abs(*x - *y) <= 1 ? 0 : 1;
    } else {
      count += a->second == b->second ? 0 : 1;
    }
  }
  return count;
}

}  // namespace kepu::survey

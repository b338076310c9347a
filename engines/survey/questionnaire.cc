#include "engines/survey/questionnaire.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "statistics/sampling/generator.h"

namespace kepu::survey {

namespace sampling = statistics::sampling;

namespace {

struct KindWord {
  QuestionKind kind;
  std::string_view text, title;
};
constexpr KindWord kKinds[] = {{QuestionKind::single, "single", "单选"},
                               {QuestionKind::multi, "multi", "多选"},
                               {QuestionKind::number, "number", "数字"},
                               {QuestionKind::text, "text", "文字"},
                               {QuestionKind::note, "note", "说明"}};
constexpr std::int64_t kFirstFixedCode = 90;

bool is_fixed(const Option& o) { return base::parse_int(o.code).value_or(0) >= kFirstFixedCode; }

template <class T>
void shuffle(std::vector<T>& all, std::size_t count, sampling::Generator& random) {
  for (std::size_t i = count; i > 1; --i)
    std::swap(all[i - 1], all[static_cast<std::size_t>(random.below(i))]);
}

}  // namespace

std::string_view to_text(QuestionKind kind) { return kKinds[static_cast<std::size_t>(kind)].text; }
std::string_view title_of(QuestionKind kind) { return kKinds[static_cast<std::size_t>(kind)].title; }
std::optional<QuestionKind> parse_question_kind(std::string_view text) {
  for (const auto& k : kKinds) {
    if (k.text == text || k.title == text) return k.kind;
  }
  return std::nullopt;
}

const Question* Questionnaire::find(std::string_view name) const {
  for (const auto& b : blocks) {
    for (const auto& q : b.questions) {
      if (q.name == name) return &q;
    }
  }
  return nullptr;
}

std::vector<const Question*> Questionnaire::scored() const {
  std::vector<const Question*> out;
  for (const auto& b : blocks) {
    for (const auto& q : b.questions) {
      if (q.scored()) out.push_back(&q);
    }
  }
  return out;
}

std::size_t Questionnaire::size() const {
  std::size_t count = 0;
  for (const auto& b : blocks) {
    for (const auto& q : b.questions) count += q.kind == QuestionKind::note ? 0 : 1;
  }
  return count;
}

double points_of(const Questionnaire& all, const Question& question) {
  if (!question.dimension) return 0;
  const auto scored = all.scored();
  const auto same = std::count_if(scored.begin(), scored.end(),
                                  [&](const Question* q) { return q->dimension == question.dimension; });
  return same == 0 ? 0 : full_points(*question.dimension) / static_cast<double>(same);
}

bool is_right(const Question& question, std::string_view answer) {
  return !question.right.empty() && answer == question.right;
}

std::vector<std::vector<Question>> ordered(const Questionnaire& q, std::uint64_t seed) {
  std::vector<std::vector<Question>> out;
  std::uint64_t part = 0;
  for (const auto& block : q.blocks) {
    auto questions = block.questions;
    for (auto& question : questions) {
      sampling::Generator random(sampling::part_seed(seed, ++part));
      if (!question.shuffle) continue;
      std::stable_partition(question.options.begin(), question.options.end(),
                            [](const Option& o) { return !is_fixed(o); });
      const auto free = std::count_if(question.options.begin(), question.options.end(),
                                      [](const Option& o) { return !is_fixed(o); });
      shuffle(question.options, static_cast<std::size_t>(free), random);
    }
    sampling::Generator random(sampling::part_seed(seed, ++part));
    if (block.shuffle) shuffle(questions, questions.size(), random);
    out.push_back(std::move(questions));
  }
  return out;
}

std::string options_text(const std::vector<Option>& options) {
  std::string out;
  for (const auto& o : options) out += fmt::format("{} | {}\n", o.code, o.text);
  return out;
}

std::vector<Option> parse_options(std::string_view text) {
  std::vector<Option> out;
  int number = 0;
  for (const auto& line : base::split(base::replace_all(text, "｜", "|"), "\n")) {
    const auto whole = base::trim(line);
    if (whole.empty()) continue;
    ++number;
    const auto bar = whole.find('|');
    if (bar == std::string::npos) {  // no code: numbered as it stands
      out.push_back({std::to_string(number), whole});
    } else {
      out.push_back({base::trim(base::to_narrow(whole.substr(0, bar))), base::trim(whole.substr(bar + 1))});
    }
  }
  return out;
}

}  // namespace kepu::survey

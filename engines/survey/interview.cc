#include "engines/survey/interview.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "engines/survey/disposition.h"
#include "engines/survey/sample.h"

namespace kepu::survey {

using base::Code;

namespace {

constexpr std::size_t kMostCharacters = 1000;
constexpr std::int64_t kMostMillisOnItem = 3LL * 3600 * 1000;
constexpr double kMostMinutes = 24 * 60;

// Fields by name, so that a long interview is read in one pass.
using ByName = std::map<std::string_view, std::vector<std::string_view>>;
ByName by_name(const Pairs& fields) {
  ByName out;
  for (const auto& [name, value] : fields) out[name].push_back(value);
  return out;
}
std::string_view one_of(const ByName& fields, std::string_view name) {
  const auto at = fields.find(name);
  return at == fields.end() ? std::string_view() : at->second.front();
}

class Reading {
 public:
  Reading(const Questionnaire& q, const Pairs& fields) : q_(q), fields_(by_name(fields)) {}

  ReadInterview run(const std::array<int, 12>& table) {
    auto& in = out_.interview;
    in.paper = base::trim(one_of(fields_, "paper"));
    in.mode = in.paper.empty() ? Mode::device : Mode::paper;
    if (base::length(in.paper) > 40) error("interview.paper", "paper", "纸质问卷编号不要超过 40 个字。");
    read_persons(table);
    stopped_ = one_of(fields_, "stopped") == "1";
    for (const auto& block : q_.blocks) {
      const bool asked = holds(block.relevant);
      for (const auto& question : block.questions) {
        if (asked && question.kind != QuestionKind::note && holds(question.relevant)) read_answer(question);
      }
    }
    read_times();
    in.code = code_of();
    return std::move(out_);
  }

 private:
  void error(std::string rule, std::string field, std::string message) {
    out_.errors.push_back({Code::invalid, std::move(rule), std::move(field), std::move(message)});
  }
  // A released questionnaire has no condition that cannot be parsed; parsed once, as it is asked for each
  // interview.
  bool holds(const std::string& condition) const {
    if (condition.empty()) return true;
    const auto parsed = Expression::parse(condition);
    return !parsed || parsed->holds(out_.interview.answers);
  }
  void read_persons(const std::array<int, 12>& table) {
    const auto n = base::parse_int(base::to_narrow(base::trim(one_of(fields_, "persons"))));
    if (!n || *n < 1 || *n > kMostPersons) {
      error("interview.persons", "persons",
            fmt::format("请填家中 18–69 岁常住居民人数，1 至 {}。", kMostPersons));
      return;
    }
    out_.interview.persons = static_cast<int>(*n);
    out_.interview.person = table[static_cast<std::size_t>(*n - 1)];
  }
  std::string value_of(const Question& q, const std::string& field) const {
    const auto at = fields_.find(field);
    if (at == fields_.end()) return {};
    if (q.kind == QuestionKind::multi) {
      std::vector<std::string> codes;
      for (const auto v : at->second) {
        for (const auto& code : base::split(v, " ")) {
          if (!code.empty()) codes.push_back(code);
        }
      }
      std::sort(codes.begin(), codes.end());
      codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
      return base::join(codes, " ");
    }
    const auto text = base::trim(at->second.front());
    if (q.kind != QuestionKind::number || text.empty()) return text;
    const auto number = base::parse_number(base::to_narrow(text));
    return number && std::isfinite(*number) ? fmt::format("{}", *number) : text;
  }
  std::string fault_of(const Question& q, const std::string& value) const {
    if (q.kind == QuestionKind::single || q.kind == QuestionKind::multi) {
      for (const auto& code : base::split(value, " ")) {
        const bool there =
            std::any_of(q.options.begin(), q.options.end(), [&](const Option& o) { return o.code == code; });
        if (!there) return "请在选项中选择。";
      }
    }
    if (q.kind == QuestionKind::number && !base::parse_number(value)) return "请填数字。";
    if (base::length(value) > kMostCharacters) return "文字太长，请不要超过 1,000 字。";
    if (q.constraint.empty()) return {};
    const auto parsed = Expression::parse(q.constraint);
    if (parsed && !parsed->holds(out_.interview.answers, value))
      return q.constraint_message.empty() ? "这个回答不合要求，请核对。" : q.constraint_message;
    return {};
  }
  void read_answer(const Question& q) {
    const std::string field = "q-" + q.name;
    auto value = value_of(q, field);
    if (q.scored()) ++scored_;
    if (value.empty()) {
      if (q.required && !stopped_)
        error("interview.required", field, "“" + base::shorten(q.text, 30) + "”还没有回答。");
      return;
    }
    const auto fault = fault_of(q, value);
    if (!fault.empty()) error("interview.answer", field, "“" + base::shorten(q.text, 30) + "”：" + fault);
    if (q.scored()) ++answered_;
    out_.interview.answers[q.name] = std::move(value);
  }
  void read_times() {
    auto& in = out_.interview;
    for (const auto& [name, values] : fields_) {
      if (!base::starts_with(name, "t-")) continue;
      const std::string question(name.substr(2));
      const auto ms = base::parse_int(values.front());
      if (ms && *ms > 0 && *ms <= kMostMillisOnItem && in.answers.count(question) > 0)
        in.times[question] = *ms;
    }
    const auto from = base::parse_int(one_of(fields_, "from")),
               until = base::parse_int(one_of(fields_, "until"));
    if (from && until && *from > 0 && *until >= *from) {
      in.from = *from;
      in.until = *until;
    }
  }
  std::string code_of() const {
    if (!stopped_) return std::string(kComplete);
    return std::string(scored_ > 0 && answered_ >= kPartialShare * scored_ ? kPartial : kBreakOff);
  }

  const Questionnaire& q_;
  const ByName fields_;
  ReadInterview out_;
  bool stopped_ = false;
  int scored_ = 0, answered_ = 0;
};

}  // namespace

double minutes_of(const Interview& in) {
  return std::min(kMostMinutes, static_cast<double>(in.until - in.from) / 60000.0);
}

ReadInterview read_interview(const Questionnaire& q, const std::array<int, 12>& table, const Pairs& fields) {
  return Reading(q, fields).run(table);
}

Pairs to_fields(const Interview& in) {
  Pairs out;
  if (in.persons > 0) out.emplace_back("persons", std::to_string(in.persons));
  if (!in.paper.empty()) out.emplace_back("paper", in.paper);
  if (in.from > 0) {
    out.emplace_back("from", std::to_string(in.from));
    out.emplace_back("until", std::to_string(in.until));
  }
  if (in.code != kComplete) out.emplace_back("stopped", "1");
  for (const auto& [name, value] : in.answers) out.emplace_back("q-" + name, value);
  for (const auto& [name, ms] : in.times) out.emplace_back("t-" + name, std::to_string(ms));
  return out;
}

double score_of(const Questionnaire& q, const Answers& answers) {
  double points = 0;
  for (const auto* question : q.scored()) {
    const auto at = answers.find(question->name);
    if (at != answers.end() && is_right(*question, at->second)) points += points_of(q, *question);
  }
  return points;
}

namespace {
int number_of(const Answers& answers, const char* name) {
  const auto at = answers.find(name);
  return at == answers.end() ? 0 : static_cast<int>(base::parse_number(at->second).value_or(0));
}
}  // namespace

Sex sex_of(const Answers& a) {
  const int code = number_of(a, "sex");
  return code == 1 ? Sex::male : code == 2 ? Sex::female : Sex::unknown;
}
int age_of(const Answers& a) { return std::clamp(number_of(a, "age"), 0, 130); }
Education education_of(const Answers& a) {
  const int code = number_of(a, "education");
  return code >= 1 && code <= 5 ? static_cast<Education>(code) : Education::unknown;
}

ReadAttempt read_attempt(const Pairs& pairs, base::Date today) {
  const auto fields = by_name(pairs);
  ReadAttempt out;
  const auto error = [&](const char* field, const char* message) {
    out.errors.push_back({Code::invalid, "attempt.field", field, message});
  };
  auto& a = out.attempt;
  const auto* disposition = find_disposition(one_of(fields, "code"));
  if (disposition == nullptr || !disposition->by_visit)
    error("code", "请选择这次上门的结果。");
  else
    a.code = std::string(disposition->code);
  const auto on = base::parse_date(one_of(fields, "on"));
  if (!on || *on > today)
    error("on", "请填上门日期，不能晚于今天。");
  else
    a.on = *on;
  const auto hour = base::parse_int(one_of(fields, "hour"));
  if (!hour || *hour < 0 || *hour > 23)
    error("hour", "请填上门时间（几点），0 至 23。");
  else
    a.hour = static_cast<int>(*hour);
  a.note = base::trim(one_of(fields, "note"));
  if (base::length(a.note) > 200) error("note", "说明不要超过 200 字。");
  return out;
}

}  // namespace kepu::survey

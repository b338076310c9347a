#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/base/text.h"
#include "engines/survey/interview.h"
#include "engines/survey/sample.h"

// What a phone sends is refused, or made of texts that can be stored; and no fields break the reading of
// them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kepu::survey;
  static const Questionnaire kQuestions = [] {
    Question age, media;
    age.name = "age";
    age.text = "年龄";
    age.kind = QuestionKind::number;
    age.constraint = ". >= 18 and . <= 69";
    media.name = "media";
    media.text = "媒体";
    media.kind = QuestionKind::multi;
    media.options = {{"1", "一"}, {"2", "二"}};
    media.relevant = "${age} < 60";
    return Questionnaire{"", {{"a", "", "", false, {age, media}}}};
  }();
  const auto records = read_records({reinterpret_cast<const char*>(data), size});
  if (!records) return 0;
  for (const auto& r : *records) {
    for (const auto& [name, value] : r.fields) {
      if (!kepu::base::is_valid_utf8(name + value) || value.find('\0') != std::string::npos) std::abort();
    }
    const auto read = read_interview(kQuestions, selection_table("s", 1), r.fields);
    const auto back = interview_from_json(to_json(read.interview));
    if (!back || *back != read.interview) std::abort();
    read_attempt(r.fields, {2026, 3, 2});
  }
  return 0;
}

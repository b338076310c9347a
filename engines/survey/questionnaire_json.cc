// A questionnaire as JSON: how it lies in the database.
#include <boost/json.hpp>

#include "core/base/json.h"
#include "engines/survey/questionnaire.h"

namespace kepu::survey {
namespace {

namespace json = boost::json;

std::string text_of(const json::object& o, std::string_view name) {
  const auto* v = o.if_contains(name);
  return v != nullptr && v->is_string() ? std::string(v->get_string()) : std::string();
}
bool flag_of(const json::object& o, std::string_view name) {
  const auto* v = o.if_contains(name);
  return v != nullptr && v->is_bool() && v->get_bool();
}
const json::array& array_of(const json::object& o, std::string_view name) {
  static const json::array kNone;
  const auto* v = o.if_contains(name);
  return v != nullptr && v->is_array() ? v->get_array() : kNone;
}

Question question_of(const json::object& o) {
  Question q;
  q.name = text_of(o, "name");
  q.text = text_of(o, "text");
  q.kind = parse_question_kind(text_of(o, "kind")).value_or(QuestionKind::note);
  for (const auto& v : array_of(o, "options")) {
    if (const auto* option = v.if_object())
      q.options.push_back({text_of(*option, "code"), text_of(*option, "text")});
  }
  q.required = flag_of(o, "required");
  q.shuffle = flag_of(o, "shuffle");
  q.relevant = text_of(o, "relevant");
  q.constraint = text_of(o, "constraint");
  q.constraint_message = text_of(o, "message");
  q.dimension = parse_dimension(text_of(o, "dimension"));
  q.right = text_of(o, "right");
  q.anchor = flag_of(o, "anchor");
  q.item = text_of(o, "item");
  return q;
}

void write(base::Json& j, const Question& q) {
  j.object().field("name", q.name).field("text", q.text).field("kind", std::string(to_text(q.kind)));
  j.key("options").array();
  for (const auto& o : q.options) j.object().field("code", o.code).field("text", o.text).end();
  j.end().field("required", q.required).field("shuffle", q.shuffle).field("relevant", q.relevant);
  j.field("constraint", q.constraint).field("message", q.constraint_message);
  j.field("dimension", q.dimension ? std::string(to_text(*q.dimension)) : std::string());
  j.field("right", q.right).field("anchor", q.anchor).field("item", q.item).end();
}

}  // namespace

std::string to_json(const Questionnaire& q) {
  base::Json j;
  j.object().field("title", q.title).key("blocks").array();
  for (const auto& b : q.blocks) {
    j.object()
        .field("name", b.name)
        .field("title", b.title)
        .field("relevant", b.relevant)
        .field("shuffle", b.shuffle);
    j.key("questions").array();
    for (const auto& question : b.questions) write(j, question);
    j.end().end();
  }
  j.end().end();
  return std::move(j).text();
}

base::Result<Questionnaire> questionnaire_from_json(std::string_view text) {
  boost::system::error_code failed;
  const auto value = json::parse(text, failed);
  const auto* o = failed ? nullptr : value.if_object();
  if (o == nullptr) return base::refuse(base::Code::invalid, "questionnaire.json", "问卷的内容读不出来。");
  Questionnaire q;
  q.title = text_of(*o, "title");
  for (const auto& v : array_of(*o, "blocks")) {
    const auto* b = v.if_object();
    if (b == nullptr) continue;
    Block block{
        text_of(*b, "name"), text_of(*b, "title"), text_of(*b, "relevant"), flag_of(*b, "shuffle"), {}};
    for (const auto& question : array_of(*b, "questions")) {
      if (const auto* one = question.if_object()) block.questions.push_back(question_of(*one));
    }
    q.blocks.push_back(std::move(block));
  }
  return q;
}

}  // namespace kepu::survey

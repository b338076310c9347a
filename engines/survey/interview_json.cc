// Interviews as JSON: how they lie in the database, and what a phone sends.
#include <boost/json.hpp>

#include "core/base/json.h"
#include "core/base/text.h"
#include "engines/survey/interview.h"

namespace kepu::survey {
namespace {

namespace json = boost::json;

std::string text_of(const json::object& o, std::string_view name) {
  const auto* v = o.if_contains(name);
  return v != nullptr && v->is_string() ? base::valid_utf8(std::string_view(v->get_string())) : std::string();
}
std::int64_t number_of(const json::object& o, std::string_view name) {
  const auto* v = o.if_contains(name);
  return v != nullptr && v->is_int64() ? v->get_int64() : 0;
}
const json::object& object_of(const json::object& o, std::string_view name) {
  static const json::object kNone;
  const auto* v = o.if_contains(name);
  return v != nullptr && v->is_object() ? v->get_object() : kNone;
}

// A NUL would not be stored.
std::string clean(const json::string& text) {
  auto out = base::valid_utf8(std::string_view(text));
  std::replace(out.begin(), out.end(), '\0', ' ');
  return out;
}

base::Result<Record> record_of(const json::value& value) {
  const auto refused = [] { return base::refuse(base::Code::invalid, "records.json", "送来的记录读不懂。"); };
  const auto* o = value.if_object();
  if (o == nullptr) return refused();
  Record r;
  r.attempt = text_of(*o, "kind") == "attempt";
  r.field_case = base::parse_id(text_of(*o, "case")).value_or(0);
  r.key = text_of(*o, "key");
  const auto* fields = o->if_contains("fields");
  if (fields == nullptr || !fields->is_array()) return refused();
  r.fields.reserve(fields->get_array().size());
  for (const auto& f : fields->get_array()) {
    const auto* pair = f.if_array();
    if (pair == nullptr || pair->size() != 2 || !(*pair)[0].is_string() || !(*pair)[1].is_string())
      return refused();
    r.fields.emplace_back(clean((*pair)[0].get_string()), clean((*pair)[1].get_string()));
  }
  return r;
}

}  // namespace

std::string to_json(const Interview& in) {
  base::Json j;
  j.object().field("persons", in.persons).field("person", in.person).field("code", in.code);
  j.field("paper", in.paper).field("from", in.from).field("until", in.until).key("answers").object();
  for (const auto& [name, value] : in.answers) j.field(name, value);
  j.end().key("times").object();
  for (const auto& [name, ms] : in.times) j.field(name, ms);
  j.end().end();
  return std::move(j).text();
}

base::Result<Interview> interview_from_json(std::string_view text) {
  boost::system::error_code failed;
  const auto value = json::parse(text, failed);
  const auto* o = failed ? nullptr : value.if_object();
  if (o == nullptr) return base::refuse(base::Code::invalid, "interview.json", "访问记录的内容读不出来。");
  Interview in;
  in.persons = static_cast<int>(number_of(*o, "persons"));
  in.person = static_cast<int>(number_of(*o, "person"));
  in.code = text_of(*o, "code");
  in.paper = text_of(*o, "paper");
  in.mode = in.paper.empty() ? Mode::device : Mode::paper;
  in.from = number_of(*o, "from");
  in.until = number_of(*o, "until");
  for (const auto& [name, v] : object_of(*o, "answers")) {
    if (v.is_string()) in.answers[std::string(name)] = std::string(v.get_string());
  }
  for (const auto& [name, v] : object_of(*o, "times")) {
    if (v.is_int64()) in.times[std::string(name)] = v.get_int64();
  }
  return in;
}

base::Result<std::vector<Record>> read_records(std::string_view text) {
  boost::system::error_code failed;
  const auto value = json::parse(text, failed);
  const auto* o = failed ? nullptr : value.if_object();
  const auto* records = o == nullptr ? nullptr : o->if_contains("records");
  if (records == nullptr || !records->is_array())
    return base::refuse(base::Code::invalid, "records.json",
                        "这不是调查记录：请选择“我的访问”页存成的 .json 文件。", "file");
  if (records->get_array().size() > kMostRecords)
    return base::refuse(base::Code::too_large, "records.many", "一次最多送 500 份记录，请分几次送。", "file");
  std::vector<Record> out;
  for (const auto& r : records->get_array()) out.push_back(TRY(record_of(r)));
  return out;
}

}  // namespace kepu::survey

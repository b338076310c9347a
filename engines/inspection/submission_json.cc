// Submissions as JSON: how they lie in the database.
#include <boost/json.hpp>

#include "core/base/json.h"
#include "engines/inspection/submission.h"

namespace kepu::inspection {
namespace {

namespace json = boost::json;

void write(base::Json& j, const std::vector<Photo>& photos) {
  j.array();
  for (const auto& p : photos) {
    j.object().field("sha256", p.sha256).field("name", p.name).field("type", p.type).end();
  }
  j.end();
}

std::string text_of(const json::object& o, std::string_view name) {
  const auto* v = o.if_contains(name);
  return v != nullptr && v->is_string() ? std::string(v->get_string()) : std::string();
}
const json::array& array_of(const json::object& o, std::string_view name) {
  static const json::array kNone;
  const auto* v = o.if_contains(name);
  return v != nullptr && v->is_array() ? v->get_array() : kNone;
}
std::vector<Photo> photos_in(const json::array& all) {
  std::vector<Photo> out;
  for (const auto& v : all) {
    if (const auto* o = v.if_object())
      out.push_back({text_of(*o, "sha256"), text_of(*o, "name"), text_of(*o, "type")});
  }
  return out;
}
Finding finding_in(const json::object& o) {
  Finding f;
  f.key = text_of(o, "key");
  f.what = text_of(o, "what");
  f.place = text_of(o, "place");
  f.severity = parse_severity(text_of(o, "severity")).value_or(Severity::general);
  f.task = {base::parse_id(text_of(o, "task")).value_or(0), text_of(o, "code"), text_of(o, "title")};
  f.photos = photos_in(array_of(o, "photos"));
  return f;
}

}  // namespace

std::string to_json(const std::vector<Photo>& photos) {
  base::Json j;
  write(j, photos);
  return std::move(j).text();
}

std::vector<Photo> photos_from_json(std::string_view text) {
  boost::system::error_code failed;
  const auto value = json::parse(text, failed);
  return failed || !value.is_array() ? std::vector<Photo>() : photos_in(value.get_array());
}

std::string to_json(const Body& body) {
  base::Json j;
  j.object().field("on", base::to_iso(body.on)).key("answers").array();
  for (const auto& [number, a] : body.answers) {
    j.object().field("question", number).field("value", a.value).field("note", a.note).key("photos");
    write(j, a.photos);
    j.end();
  }
  j.end().key("findings").array();
  for (const auto& f : body.findings) {
    j.object().field("key", f.key).field("what", f.what).field("place", f.place);
    j.field("severity", std::string(to_text(f.severity))).key("task").id(f.task.id);
    j.field("code", f.task.code).field("title", f.task.title).key("photos");
    write(j, f.photos);
    j.end();
  }
  j.end().field("summary", body.summary).end();
  return std::move(j).text();
}

base::Result<Body> body_from_json(std::string_view text) {
  boost::system::error_code failed;
  const auto value = json::parse(text, failed);
  const auto* o = failed ? nullptr : value.if_object();
  const auto on = o == nullptr ? std::nullopt : base::parse_date(text_of(*o, "on"));
  if (!on) return base::refuse(base::Code::invalid, "submission.json", "走访记录的内容读不出来。");
  Body body;
  body.on = *on;
  body.summary = text_of(*o, "summary");
  for (const auto& v : array_of(*o, "answers")) {
    const auto* a = v.if_object();
    const auto* number = a == nullptr ? nullptr : a->if_contains("question");
    if (number == nullptr || !number->is_int64()) continue;
    body.answers[static_cast<int>(number->get_int64())] = {text_of(*a, "value"), text_of(*a, "note"),
                                                           photos_in(array_of(*a, "photos"))};
  }
  for (const auto& v : array_of(*o, "findings")) {
    if (const auto* f = v.if_object()) body.findings.push_back(finding_in(*f));
  }
  return body;
}

}  // namespace kepu::inspection

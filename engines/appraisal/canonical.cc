// Inputs and scores as bytes, and back.
#include <algorithm>
#include <boost/json.hpp>

#include "core/base/json.h"
#include "engines/appraisal/appraisal.h"

namespace kepu::appraisal {

std::optional<Mark::Kind> parse_mark_kind(std::string_view text);  // words.cc

namespace {

using base::Json;

constexpr int kFormat = 1;

template <class T>
std::vector<T> sorted(std::vector<T> values) {
  std::sort(values.begin(), values.end());
  return values;
}

void put_points(Json& j, std::string_view key, std::optional<Points> points) {
  j.key(key);
  points ? j.value(points_text(*points)) : j.null();
}

void write_rule(Json& j, const Rule& r) {
  j.object().field("kind", to_text(r.kind)).field("metric", r.metric).field("metric_title", r.metric_title);
  j.field("metric_unit", r.metric_unit).field("missing", to_text(r.missing));
  j.field("empty_at", amount_text(r.empty_at)).field("full_at", amount_text(r.full_at));
  j.key("steps").array();
  for (const auto& s : r.steps) j.array().value(amount_text(s.from)).value(points_text(s.points)).end();
  j.end().field("piece", amount_text(r.piece)).field("per_piece", points_text(r.per_piece));
  j.field("at_least", amount_text(r.at_least)).field("lowest", points_text(r.lowest)).end();
}

void write_table(Json& j, const Table& t) {
  j.object().field("year", t.year).field("title", t.title).field("full", points_text(t.full));
  j.field("bonus_cap", points_text(t.bonus_cap)).field("deduction_cap", points_text(t.deduction_cap));
  j.field("outlier_percent", t.outlier_percent).field("notice_days", t.notice_days).key("groups").array();
  for (const auto& g : t.groups) {
    j.object().field("id", g.id).field("title", g.title).key("kinds").array();
    for (const auto kind : sorted(g.kinds)) j.value(auth::to_text(kind));
    j.end().field("units", sorted(g.units)).field("except", sorted(g.except)).end();
  }
  j.end().key("items").array();
  for (const auto* i : t.items_of("")) {
    j.object().field("code", i->code).field("project", i->project).field("content", i->content);
    j.field("standard", i->standard).field("method", i->method).field("note", i->note);
    j.field("kind", to_text(i->kind))
        .field("points", points_text(i->points))
        .field("groups", sorted(i->groups));
    j.key("rule");
    write_rule(j, i->rule);
    j.end();
  }
  j.end().key("grades").array();
  for (const auto& g : t.grades) j.array().value(g.title).value(points_text(g.from)).end();
  j.end().end();
}

void write_figures(Json& j, std::vector<Figure> figures) {
  std::sort(figures.begin(), figures.end(), [](const Figure& a, const Figure& b) {
    return std::tie(a.unit, a.item) < std::tie(b.unit, b.item);
  });
  j.key("figures").array();
  for (const auto& a : figures) {
    j.object().key("unit").id(a.unit).field("item", a.item).key("value");
    a.value ? j.value(amount_text(*a.value)) : j.null();
    j.field("why", a.why).field("records", a.records).field("from", base::to_iso(a.from));
    j.field("to", base::to_iso(a.to)).field("at", a.at).end();
  }
  j.end();
}

void write_marks(Json& j, std::vector<Mark> marks) {
  std::sort(marks.begin(), marks.end(), [](const Mark& a, const Mark& b) {
    return std::tie(a.unit, a.item, a.kind, a.person) < std::tie(b.unit, b.item, b.kind, b.person);
  });
  j.key("marks").array();
  for (const auto& m : marks) {
    j.object().key("unit").id(m.unit).field("item", m.item).field("kind", to_text(m.kind));
    j.key("person").id(m.person).field("person_name", m.person_name);
    put_points(j, "points", m.points);
    j.field("reason", m.reason).field("link", m.link).field("at", m.at).end();
  }
  j.end();
}

void write_total(Json& j, std::string_view key, const Total& t) {
  j.key(key).object().field("reached", points_text(t.reached)).field("applicable", points_text(t.applicable));
  j.field("basic", points_text(t.basic)).field("bonus", points_text(t.bonus));
  j.field("deduction", points_text(t.deduction));
  put_points(j, "total", t.total);
  j.end();
}

std::string_view word_of(Origin origin) {
  switch (origin) {
    case Origin::appeal:
      return "appeal";
    case Origin::reviewed:
      return "reviewed";
    case Origin::automatic:
      return "automatic";
    case Origin::assessors:
      return "assessors";
    case Origin::missing:
      return "missing";
  }
  return {};
}

// ---- back. Any surprise throws (Boost.JSON or Broken) and becomes one refusal: what was frozen is either
// exactly ours or broken.
struct Broken {};
template <class T>
T need(std::optional<T> value) {
  if (!value) throw Broken{};
  return *value;
}

namespace json = boost::json;

std::string text(const json::object& o, std::string_view key) { return std::string(o.at(key).as_string()); }
Points points(const json::object& o, std::string_view key) { return need(parse_points(text(o, key))); }
Amount amount(const json::object& o, std::string_view key) { return need(parse_amount(text(o, key))); }
Id id(const json::object& o, std::string_view key) {
  return o.at(key).is_null() ? 0 : need(base::parse_id(text(o, key)));
}
std::vector<std::string> texts(const json::object& o, std::string_view key) {
  std::vector<std::string> out;
  for (const auto& v : o.at(key).as_array()) out.emplace_back(v.as_string());
  return out;
}

Rule read_rule(const json::object& o) {
  Rule r;
  r.kind = need(parse_rule_kind(text(o, "kind")));
  r.metric = text(o, "metric");
  r.metric_title = text(o, "metric_title");
  r.metric_unit = text(o, "metric_unit");
  r.missing = need(parse_missing(text(o, "missing")));
  r.empty_at = amount(o, "empty_at");
  r.full_at = amount(o, "full_at");
  for (const auto& s : o.at("steps").as_array()) {
    const auto& pair = s.as_array();
    r.steps.push_back({need(parse_amount(std::string_view(pair.at(0).as_string()))),
                       need(parse_points(std::string_view(pair.at(1).as_string())))});
  }
  r.piece = amount(o, "piece");
  r.per_piece = points(o, "per_piece");
  r.at_least = amount(o, "at_least");
  r.lowest = points(o, "lowest");
  return r;
}

Item read_item(const json::object& o) {
  Item i;
  i.code = text(o, "code");
  i.project = text(o, "project");
  i.content = text(o, "content");
  i.standard = text(o, "standard");
  i.method = text(o, "method");
  i.note = text(o, "note");
  i.kind = need(parse_item_kind(text(o, "kind")));
  i.points = points(o, "points");
  i.groups = texts(o, "groups");
  i.rule = read_rule(o.at("rule").as_object());
  return i;
}

Table read_table(const json::object& o) {
  Table t;
  t.year = static_cast<int>(o.at("year").as_int64());
  t.title = text(o, "title");
  t.full = points(o, "full");
  t.bonus_cap = points(o, "bonus_cap");
  t.deduction_cap = points(o, "deduction_cap");
  t.outlier_percent = static_cast<int>(o.at("outlier_percent").as_int64());
  t.notice_days = static_cast<int>(o.at("notice_days").as_int64());
  for (const auto& v : o.at("groups").as_array()) {
    const auto& g = v.as_object();
    Group group{text(g, "id"), text(g, "title"), {}, texts(g, "units"), texts(g, "except")};
    for (const auto& kind : texts(g, "kinds")) group.kinds.push_back(need(auth::parse_unit_kind(kind)));
    t.groups.push_back(std::move(group));
  }
  for (const auto& v : o.at("items").as_array()) t.items.push_back(read_item(v.as_object()));
  for (const auto& v : o.at("grades").as_array()) {
    const auto& pair = v.as_array();
    t.grades.push_back(
        {std::string(pair.at(0).as_string()), need(parse_points(std::string_view(pair.at(1).as_string())))});
  }
  return t;
}

Inputs read_inputs(const json::object& o) {
  Inputs in;
  if (o.at("format").as_int64() != kFormat) throw Broken{};
  in.table = read_table(o.at("table").as_object());
  for (const auto& v : o.at("units").as_array()) {
    const auto& u = v.as_object();
    in.units.push_back(
        {id(u, "unit"), text(u, "name"), text(u, "group"), static_cast<int>(u.at("position").as_int64())});
  }
  for (const auto& v : o.at("figures").as_array()) {
    const auto& a = v.as_object();
    Figure figure;
    figure.unit = id(a, "unit");
    figure.item = text(a, "item");
    if (!a.at("value").is_null()) figure.value = amount(a, "value");
    figure.why = text(a, "why");
    figure.records = a.at("records").as_int64();
    figure.from = need(base::parse_date(text(a, "from")));
    figure.to = need(base::parse_date(text(a, "to")));
    figure.at = a.at("at").as_int64();
    in.figures.push_back(std::move(figure));
  }
  for (const auto& v : o.at("marks").as_array()) {
    const auto& m = v.as_object();
    Mark mark;
    mark.unit = id(m, "unit");
    mark.item = text(m, "item");
    mark.kind = need(parse_mark_kind(text(m, "kind")));
    mark.person = id(m, "person");
    mark.person_name = text(m, "person_name");
    if (!m.at("points").is_null()) mark.points = points(m, "points");
    mark.reason = text(m, "reason");
    mark.link = text(m, "link");
    mark.at = m.at("at").as_int64();
    in.marks.push_back(std::move(mark));
  }
  return in;
}

template <class Value, class Read>
base::Result<Value> parse_exactly(std::string_view text, Read read) {
  try {
    Value value = read(json::parse(text).as_object());
    if (canonical(value) == text) return value;
  } catch (const Broken&) {
  } catch (const std::exception&) {  // Boost.JSON: no JSON, another type, a key that is not there
  }
  return base::refuse(base::Code::conflict, "appraisal.frozen_broken",
                      "定稿的数据不是原来写下的样子，可能被改动过；请用备份核对，并查看审计日志。");
}

}  // namespace

std::string canonical(const Table& table) {
  Json j;
  write_table(j, table);
  return std::move(j).text();
}

std::string canonical(const Inputs& inputs) {
  Json j;
  j.object().field("format", kFormat).key("table");
  write_table(j, inputs.table);
  j.key("units").array();
  auto units = inputs.units;
  std::sort(units.begin(), units.end(), [](const Entry& a, const Entry& b) { return a.unit < b.unit; });
  for (const auto& u : units)
    j.object()
        .key("unit")
        .id(u.unit)
        .field("name", u.name)
        .field("group", u.group)
        .field("position", u.position)
        .end();
  j.end();
  write_figures(j, inputs.figures);
  write_marks(j, inputs.marks);
  return std::move(j.end()).text();
}

std::string canonical(const Scores& scores) {
  Json j;
  j.object().field("format", kFormat).key("units").array();
  for (const auto& u : scores.units) {
    j.object().key("unit").id(u.unit).field("name", u.name).field("group", u.group).field("grade", u.grade);
    j.field("missing", u.missing);
    write_total(j, "self", u.self);
    write_total(j, "assessed", u.assessed);
    write_total(j, "final", u.final);
    j.key("items").array();
    for (const auto& i : u.items) {
      j.object().field("item", i.item).field("origin", word_of(i.origin));
      j.field("not_applicable", i.not_applicable).field("self_not_applicable", i.self_not_applicable);
      put_points(j, "self", i.self);
      put_points(j, "automatic", i.automatic);
      put_points(j, "assessors", i.assessors);
      put_points(j, "reviewed", i.reviewed);
      put_points(j, "decided", i.decided);
      j.field("assessors_counted", i.assessors_counted).key("outliers").array();
      for (const Id person : i.outliers) j.id(person);
      j.end().end();
    }
    j.end().end();
  }
  return std::move(j.end().end()).text();
}

base::Result<Inputs> parse_inputs(std::string_view text) { return parse_exactly<Inputs>(text, read_inputs); }
base::Result<Table> parse_table(std::string_view text) { return parse_exactly<Table>(text, read_table); }

}  // namespace kepu::appraisal

#include "core/base/json.h"
#include "engines/plan/reading/reading.h"

namespace kepu::plan {
namespace {

using base::Json;

void optional_text(Json& j, std::string_view name, const std::string& text) {
  j.key(name);
  if (text.empty())
    j.null();
  else
    j.value(text);
}

void write_facts(Json& j, const Reading& r) {
  for (const auto& [name, text] : {std::pair{"title", &r.title},
                                   {"notice_title", &r.notice_title},
                                   {"issuer", &r.issuer},
                                   {"doc_number", &r.doc_number},
                                   {"issue_date", &r.issue_date}})
    optional_text(j, name, *text);
  j.field("status", r.status);
  j.key("period").array();
  if (r.from > 0) j.value(r.from).value(r.to);
  j.end();
  optional_text(j, "region", r.region);
  optional_text(j, "region_parent", r.region_parent);
  j.key("basis").array();
  for (const Basis& b : r.basis) {
    j.object().field("title", b.title);
    optional_text(j, "doc_number", b.doc_number);
    j.field("line", b.line).end();
  }
  j.end();
}

void write_headline(Json& j, const Reading& r) {
  j.key("headline_target");
  if (!r.headline) {
    j.null();
    return;
  }
  const Quantity& q = *r.headline;
  j.object().field("text", q.text).field("value", q.value);
  optional_text(j, "unit", q.unit);
  j.field("operator", to_text(q.op));
  optional_text(j, "relative_to", q.relative_to);
  j.field("deadline_year", q.year).field("line", q.line).field("confidence", q.confidence).end();
}

void write_task(Json& j, const Task& t, const std::vector<std::string>* duties) {
  j.object()
      .field("title", t.title)
      .field("body", t.body)
      .field("lead", t.lead)
      .field("responsible", t.responsible);
  j.field("line", t.line).field("end_line", t.end_line).field("confidence", t.confidence);
  if (duties) j.field("duties", *duties);
  j.end();
}

void write_initiatives(Json& j, const Reading& r, const ProposedDuties& duties) {
  j.key("initiatives").array();
  for (std::size_t i = 0; i < r.initiatives.size(); ++i) {
    const Initiative& n = r.initiatives[i];
    j.object()
        .field("kind", to_text(n.kind))
        .field("ordinal", n.ordinal)
        .field("title", n.title)
        .field("goal", n.goal);
    j.field("lead", n.lead).field("responsible", n.responsible);
    j.field("line", n.line).field("end_line", n.end_line).field("confidence", n.confidence);
    j.key("tasks").array();
    for (std::size_t k = 0; k < n.tasks.size(); ++k) {
      const bool proposed = i < duties.of_tasks.size() && k < duties.of_tasks[i].size();
      write_task(j, n.tasks[k], proposed ? &duties.of_tasks[i][k] : nullptr);
    }
    j.end().end();
  }
  j.end();
}

void write_quantities(Json& j, const Reading& r) {
  j.key("quantities").array();
  for (const Quantity& q : r.quantities) {
    j.object().field("kind", to_text(q.kind)).field("value", q.value);
    optional_text(j, "unit", q.unit);
    j.field("operator", to_text(q.op)).field("text", q.text);
    if (!q.relative_to.empty()) j.field("relative_to", q.relative_to);
    j.field("year", q.year);
    const bool inside = q.initiative >= 0 && static_cast<std::size_t>(q.initiative) < r.initiatives.size();
    optional_text(j, "initiative_title",
                  inside ? r.initiatives[static_cast<std::size_t>(q.initiative)].title : "");
    if (q.implicit) j.field("implicit", true);
    if (q.headline) j.field("is_headline", true);
    j.field("line", q.line).field("confidence", q.confidence).end();
  }
  j.end();
}

void write_rest(Json& j, const Reading& r) {
  j.key("sections").array();
  for (const Section& s : r.sections) j.object().field("title", s.title).field("line", s.line).end();
  j.end().key("safeguards").array();
  for (const Safeguard& s : r.safeguards)
    j.object()
        .field("title", s.title)
        .field("items", s.items)
        .field("line", s.line)
        .field("end_line", s.end_line)
        .end();
  j.end().key("schedule").array();
  for (const Phase& p : r.phases) {
    j.object().field("phase", p.phase);
    optional_text(j, "phase_text", p.title);
    j.key("years").array().value(p.from).value(p.to).end();
    j.field("summary", p.summary).field("line", p.line).end();
  }
  j.end().key("anomalies").array();
  for (const Anomaly& a : r.anomalies)
    j.object().field("rule", a.rule).field("message", a.message).field("line", a.line).end();
  j.end();
}

}  // namespace

std::string to_json(const Reading& reading, const ProposedDuties& duties) {
  Json j(true);
  j.object();
  write_facts(j, reading);
  write_headline(j, reading);
  write_initiatives(j, reading, duties);
  write_quantities(j, reading);
  write_rest(j, reading);
  if (!duties.elsewhere.empty()) {
    j.key("duties").array();
    for (const auto& [id, line] : duties.elsewhere) j.object().field("id", id).field("line", line).end();
    j.end();
  }
  j.end();
  return std::move(j).text();
}

}  // namespace kepu::plan

// The dataset as text. Numbers with 17 significant digits: what differs in a value differs in the text.
#include <fmt/format.h>

#include "core/base/json.h"
#include "engines/survey/reference.h"

namespace kepu::survey {
namespace {

std::string exact(double v) { return fmt::format("{:.17g}", v); }

void write_places(base::Json& j, const Dataset& d) {
  j.key("strata").array();
  for (const auto& s : d.strata) j.object().field("name", s.name).key("psus").raw(exact(s.psus)).end();
  j.end().key("townships").array();
  for (const auto& t : d.townships) {
    j.object().key("unit").id(t.id).field("name", t.name).key("population").raw(exact(t.population));
    j.key("auxiliary").array();
    for (const double v : t.auxiliary) j.raw(exact(v));
    j.end().end();
  }
  j.end().field("auxiliary", d.auxiliary_names).key("psus").array();
  for (const auto& p : d.psus) {
    j.object()
        .field("code", p.code)
        .field("name", p.name)
        .field("stratum", p.stratum)
        .field("township", p.township);
    j.key("probability").raw(exact(p.probability)).key("population").raw(exact(p.population));
    j.field("place", static_cast<int>(p.place)).end();
  }
  j.end();
}

void write_cases(base::Json& j, const Dataset& d) {
  j.key("cases").array();
  for (const auto& c : d.cases) {
    j.object().key("id").id(c.id).field("psu", c.psu).key("probability").raw(exact(c.dwelling_probability));
    j.field("persons", c.persons)
        .field("outcome", static_cast<int>(c.outcome))
        .field("replacement", c.replacement);
    j.field("sex", static_cast<int>(c.sex))
        .field("age", c.age)
        .field("education", static_cast<int>(c.education));
    j.key("answers").array();
    for (const auto a : c.answers) j.value(static_cast<int>(a));
    j.end().key("minutes").raw(exact(c.minutes)).end();
  }
  j.end().key("items").array();
  for (const auto& i : d.items) {
    j.object().field("code", i.code).field("text", i.text).field("dimension", static_cast<int>(i.dimension));
    j.key("points").raw(exact(i.points)).field("anchor", i.anchor).end();
  }
  j.end();
}

void write_reference(base::Json& j, const Dataset& d) {
  j.key("margins").array();
  for (const auto& m : d.margins) {
    j.object().field("variable", m.variable).field("source", m.source).key("counts").array();
    for (const auto& [category, people] : m.counts) j.array().value(category).raw(exact(people)).end();
    j.end().end();
  }
  j.end().key("published").array();
  for (const auto& p : d.published) {
    j.object()
        .field("area", p.area)
        .field("source", p.source)
        .field("year", p.year)
        .key("percent")
        .raw(exact(p.percent));
    j.field("lower", p.lower).field("upper", p.upper).end();
  }
  j.end().key("target");
  if (d.target) {
    j.object()
        .key("percent")
        .raw(exact(d.target->percent))
        .field("year", d.target->year)
        .field("words", d.target->words)
        .end();
  } else {
    j.null();
  }
}

}  // namespace

std::string dataset_text(const Dataset& d) {
  base::Json j;
  j.object().field("round", d.round).field("county", d.county).field("from", base::to_iso(d.from));
  j.field("until", base::to_iso(d.until)).field("seed", d.seed);
  write_places(j, d);
  write_cases(j, d);
  write_reference(j, d);
  j.end();
  return std::move(j).text();
}

}  // namespace kepu::survey

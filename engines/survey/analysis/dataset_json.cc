#include "engines/survey/analysis/dataset_json.h"

#include <algorithm>

#include "core/base/secret.h"

namespace kepu::survey {

// Found by the archive through the types' namespace; written before it is included.
constexpr std::array<std::string_view, 7> json_words(Outcome) {
  return {"complete", "partial", "refusal", "no_contact", "other", "unknown", "ineligible"};
}
constexpr std::array<std::string_view, 3> json_words(Sex) { return {"unknown", "male", "female"}; }
constexpr std::array<std::string_view, 2> json_words(Place) { return {"urban", "rural"}; }
constexpr std::array<std::string_view, 6> json_words(Education) {
  return {"unknown", "primary", "junior", "senior", "college", "degree"};
}
constexpr std::array<std::string_view, 4> json_words(Dimension) {
  return {"knowledge", "method", "spirit", "application"};
}

}  // namespace kepu::survey

#include "engines/survey/analysis/json_archive.h"

namespace kepu::survey {

using analysis::Is;

namespace {

// A category of a margin, as an object.
struct Count {
  std::string category;
  double people = 0;
};

template <class A, Is<Count> T>
void describe(A& a, T& x) {
  a("category", x.category), a("people", x.people);
}

}  // namespace

template <class A, Is<Township> T>
void describe(A& a, T& x);

template <class A, Is<Psu> T>
void describe(A& a, T& x) {
  a("code", x.code), a("name", x.name), a("stratum", x.stratum), a("township", x.township);
  a("probability", x.probability), a("population", x.population), a("place", x.place);
}

template <class A, Is<Stratum> T>
void describe(A& a, T& x) {
  a("name", x.name), a("psus", x.psus);
}

template <class A, Is<Township> T>
void describe(A& a, T& x) {
  a("id", x.id), a("name", x.name), a("population", x.population), a("auxiliary", x.auxiliary);
}

template <class A, Is<Case> T>
void describe(A& a, T& x) {
  a("id", x.id), a("psu", x.psu), a("dwelling_probability", x.dwelling_probability), a("persons", x.persons);
  a("outcome", x.outcome), a("replacement", x.replacement), a("sex", x.sex), a("age", x.age);
  a("education", x.education), a("answers", x.answers), a("minutes", x.minutes);
}

template <class A, Is<Item> T>
void describe(A& a, T& x) {
  a("code", x.code), a("text", x.text), a("dimension", x.dimension), a("points", x.points);
  a("anchor", x.anchor);
}

template <class A>
void describe(A& a, const Margin& x) {
  std::vector<Count> counts;
  for (const auto& [category, people] : x.counts) counts.push_back({category, people});
  a("variable", x.variable), a("counts", counts), a("source", x.source);
}
template <class A>
void describe(A& a, Margin& x) {
  std::vector<Count> counts;
  a("variable", x.variable), a("counts", counts), a("source", x.source);
  for (auto& c : counts) x.counts.emplace_back(std::move(c.category), c.people);
}

template <class A, Is<Published> T>
void describe(A& a, T& x) {
  a("area", x.area), a("source", x.source), a("year", x.year), a("percent", x.percent);
  a("lower", x.lower), a("upper", x.upper);
}

template <class A, Is<Target> T>
void describe(A& a, T& x) {
  a("percent", x.percent), a("year", x.year), a("words", x.words);
}

template <class A, Is<Dataset> T>
void describe(A& a, T& x) {
  a("round", x.round), a("county", x.county), a("from", x.from), a("until", x.until), a("seed", x.seed);
  a("strata", x.strata), a("townships", x.townships), a("auxiliary_names", x.auxiliary_names);
  a("psus", x.psus), a("cases", x.cases), a("items", x.items), a("margins", x.margins);
  a("published", x.published), a("target", x.target);
}

}  // namespace kepu::survey

namespace kepu::survey::analysis {

std::string to_json(const Dataset& dataset) { return JsonWriter().whole(dataset); }
std::string hash_of(const Dataset& dataset) { return base::sha256_hex(to_json(dataset)); }

base::Result<Dataset> dataset_from_json(std::string_view text) {
  constexpr std::size_t kMost = std::size_t{64} << 20;
  if (text.size() > kMost) {
    return base::refuse(base::Code::too_large, "survey.dataset.json",
                        "文件超过 64 MB，不像一轮县级调查的数据。");
  }
  return JsonReader("survey.dataset.json").whole<Dataset>(text);
}

}  // namespace kepu::survey::analysis

// What a round of the citizen survey hands to its analysis: who was drawn with which chance, what became of
// each of them, what they answered and scored. Plain values; made by the store from the frozen round, or from
// a file; the analysis reads nothing else, so that the same dataset gives the same bytes.
//
// A dataset is never changed once a report rests on it: its hash stands in the report.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/base/id.h"
#include "core/base/time.h"

namespace kepu::survey {

using base::Id;

// What became of a drawn person, in the groups that AAPOR's rates are made of (Standard Definitions, 10th
// ed., 2023): I, P, R, NC, O, UH/UO, not eligible.
enum class Outcome { complete, partial, refusal, no_contact, other, unknown, ineligible };

enum class Sex { unknown, male, female };
enum class Place { urban, rural };  // 城镇 · 乡村, of the area
// 小学及以下 初中 高中(含中专) 大专 本科及以上
enum class Education { unknown, primary, junior, senior, college, degree };

struct Township {
  Id id = 0;  // the unit; 0 where the dataset comes from a file
  std::string name;
  double population = 0;          // aged 18–69, of the frame; > 0
  std::vector<double> auxiliary;  // for small areas, same meaning and length in every township; may be empty
};

struct Psu {  // a village or community that was drawn
  std::string code, name;
  int stratum = 0;         // index into Dataset::strata
  int township = 0;        // index into Dataset::townships
  double probability = 1;  // first stage, of this place: 0 < p ≤ 1
  double population = 0;   // its size in the frame
  Place place = Place::rural;
};

struct Stratum {
  std::string name;
  double psus = 0;  // villages with people in the frame; at least as many as were drawn
};

struct Case {  // one drawn dwelling, in it one drawn person
  Id id = 0;
  int psu = 0;                      // index into Dataset::psus
  double dwelling_probability = 1;  // second stage, within its psu: 0 < p ≤ 1
  int persons = 0;                  // aged 18–69 in the dwelling, one of whom the device drew; 0: not known
  Outcome outcome = Outcome::unknown;
  bool replacement = false;  // came in by an approved replacement
  Sex sex = Sex::unknown;
  int age = 0;  // years; 0: not known
  Education education = Education::unknown;
  // By item of Dataset::items: 1 right, 0 wrong, −1 not answered or not asked. Empty where nobody was
  // interviewed.
  std::vector<signed char> answers;
  double minutes = 0;  // of the interview
};

enum class Dimension { knowledge, method, spirit, application };  // 科学知识 方法 精神和思想 应用能力

struct Item {
  std::string code, text;
  Dimension dimension = Dimension::knowledge;
  double points = 0;    // when right; all items together give the rule's full score
  bool anchor = false;  // also asked last round
};

// What the county's people are known to be: a margin of the weights, in people aged 18–69.
struct Margin {
  std::string variable;                                // "sex" "age" "education" "place" "township"
  std::vector<std::pair<std::string, double>> counts;  // category → people
  std::string source;                                  // 第七次全国人口普查 …, with its date
};

struct Published {  // a headline figure of a superior survey, typed in with its source; or of our last round
  std::string area, source;
  int year = 0;
  double percent = 0;
  std::optional<double> lower, upper;
};

struct Target {
  double percent = 0;  // 公民具备科学素质的比例达到…
  int year = 0;
  std::string words;  // as the plan has it
};

struct Dataset {
  std::string round, county;  // 2026年岚江县公民科学素质调查 · 岚江县
  base::Date from, until;     // field work
  std::string seed;           // of the draw
  std::vector<Stratum> strata;
  std::vector<Township> townships;
  std::vector<std::string> auxiliary_names;
  std::vector<Psu> psus;
  std::vector<Case> cases;
  std::vector<Item> items;
  std::vector<Margin> margins;
  std::vector<Published> published;
  std::optional<Target> target;
};

}  // namespace kepu::survey

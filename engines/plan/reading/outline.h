// The skeleton of a plan: its sections, where each initiative begins and ends, and where the front matter
// ends.
#pragma once

#include <vector>

#include "engines/plan/reading/lines.h"
#include "engines/plan/reading/marks.h"
#include "engines/plan/reading/vocabulary.h"

namespace kepu::plan::grammar {

struct Part {  // one first-level section: its paragraphs are [first, last)
  SectionKind kind = SectionKind::other;
  Chars title;                            // empty where the heading is lost
  Mark::Level level = Mark::Level::none;  // of the heading
  bool numbered = false;
  std::size_t first = 0, last = 0;  // first: behind the heading
  Line line = 0;
};

struct Candidate {  // an initiative: its paragraphs are [heading, last)
  Chars title;
  InitiativeKind kind = InitiativeKind::action;
  std::size_t heading = 0, last = 0;
  std::size_t rest = 0;  // where text begins behind the title in the heading's paragraph
  Confidence confidence = 1;
};

struct Outline {
  std::vector<Part> parts;
  std::vector<Candidate> initiatives;
  std::size_t front_end = 0;             // paragraphs before belong to notice, title and preamble
  std::size_t body_end = 0;              // paragraphs from here belong to annexes and the imprint
  Mark::Level level = Mark::Level::sub;  // of initiatives
  bool mixed_numbering = false;
  Line mixed_line = 0;
};

Outline make_outline(Source& source);

}  // namespace kepu::plan::grammar

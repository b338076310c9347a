// The paragraphs of one initiative as its goal, tasks and allocations are made of, and what a document shows
// of its layout.
#pragma once

#include <optional>
#include <vector>

#include "engines/plan/reading/departments.h"
#include "engines/plan/reading/lines.h"
#include "engines/plan/reading/marks.h"
#include "engines/plan/reading/outline.h"
#include "engines/plan/reading/vocabulary.h"

namespace kepu::plan::grammar {

struct Piece {  // a paragraph of an initiative, or the text behind its title
  View text;    // behind its mark, without the allocation at its end
  Mark mark;
  Heading heading{};
  Line line = 0, end_line = 0;
  std::optional<Departments> departments;  // at its end, or all of it
  bool only_departments = false;
  bool inline_goal = false;  // stands behind the title in the heading's paragraph
  Head under = Head::none;   // 任务, 措施, 分工
  bool boxed = false;        // in a box beside the text: 专栏1 …
};

struct Body {
  std::vector<Piece> pieces;
  bool has_heads = false, has_measures = false;  // 任务 措施 分工; among them 措施
};

Body cut_body(const Source& source, const Candidate& initiative);

// Neither an allocation nor a head.
bool is_content(const Piece& p);
// A paragraph that begins with a short first sentence, as a task does whose number is lost.
bool has_task_shape(const Piece& p, std::size_t longest = 32);
// A sentence and nothing else, with its stop: a title on a line of its own has none.
bool is_bare_sentence(const Piece& p);
// A short line without a stop, which is a title where others of its kind are.
bool is_lone_title(const Piece& p);
// The level of the marks that tasks bear; none where their numbers are lost.
Mark::Level task_level(const Body& body);

// What one document shows of its layout.
struct Style {
  bool goal_first = false;          // a goal stands before the first task
  bool one_paragraph = false;       // tasks hardly ever go on in a second paragraph
  bool own_departments = false;     // most marked tasks end with departments of their own
  bool lines_behind_tasks = false;  // departments stand on lines behind each task
  bool bare_titles = false;         // most marked tasks have their title on a line of its own
  bool lone_titles = false;         // task numbers are lost, and titles stand on lines of their own
  bool terse_titles = false;  // task numbers are lost, tasks go on in more paragraphs: a title has no comma
};

Style style_of(const std::vector<Body>& bodies);

}  // namespace kepu::plan::grammar

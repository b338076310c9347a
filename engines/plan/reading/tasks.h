// The inside of one initiative: its goal, its tasks, and which allocation of departments belongs to what.
#pragma once

#include <vector>

#include "engines/plan/reading/lines.h"
#include "engines/plan/reading/outline.h"
#include "engines/plan/reading/reading.h"

namespace kepu::plan::grammar {

struct Note {  // a department list that mixes 、 and ，
  Line line = 0;
};

// Fills goal, tasks, departments and end_line of each initiative. All are read together, because what one
// shows of the layout (does a goal come first? do brackets belong to tasks?) helps to read another.
std::vector<Initiative> read_initiatives(const Source& source, const Outline& outline,
                                         std::vector<Note>& mixed);

}  // namespace kepu::plan::grammar

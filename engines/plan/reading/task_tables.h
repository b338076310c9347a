// Plans that write the tasks of an initiative as a table in their body: number, title, contents, departments.
#pragma once

#include "engines/plan/reading/lines.h"

namespace kepu::plan::grammar {

// Puts the rows of such tables among the paragraphs, as if they had been written
// "1.标题。内容（牵头单位：…）". Leaves tables alone that stand behind an annex heading, or that list titles
// the text itself bears.
void unfold_task_tables(Source& source);

}  // namespace kepu::plan::grammar

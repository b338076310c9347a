// Where on a page the paper itself stands: web sites put their menus before it and their foot behind it.
#pragma once

#include <cstddef>
#include <vector>

#include "engines/plan/reading/lines.h"

namespace kepu::plan::grammar {

// The name of an issuing body that a line is; empty where the line is something else.
Chars issuer_line(View text);

// The first paragraph of the paper: its notice, its head or its title; 0 where nothing precedes it.
std::size_t paper_begin(const std::vector<Paragraph>& all);

// What stands behind the last paragraph of a plan: copies to, the imprint, an explanation, the page's foot.
bool ends_paper(View text);

}  // namespace kepu::plan::grammar

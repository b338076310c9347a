// Names of areas in the names of their authorities and in titles of documents.
#pragma once

#include <utility>

#include "engines/plan/reading/chars.h"

namespace kepu::plan::grammar {

bool is_area(View text);
// 岚江县人民政府办公室 → 岚江县; empty where the body bears no area.
Chars area_of_issuer(View issuer);
// 某某市岚江区 → {某某市, 岚江区}; 岚江县 → {"", 岚江县}
std::pair<Chars, Chars> split_area(View area);
// The area that a document's title begins with; empty where it names none.
Chars area_of_title(View title);

}  // namespace kepu::plan::grammar

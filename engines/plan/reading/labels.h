// The labelled head of a page on an authority's web site: 索引号, 发文字号, 成文日期 …
#pragma once

#include <string>

#include "engines/plan/reading/lines.h"

namespace kepu::plan::grammar {

struct LabelledFacts {
  Chars doc_number;       // normalised, empty where none is given
  Chars issuer;           // as written
  std::string issued;     // 成文日期, ISO
  std::string published;  // 发布日期, ISO: when the page was put up, which may be later
};

// What stands above line `before`, in paragraphs or in the cells of a table, as "label：value" or with the
// value behind the label.
LabelledFacts labelled_facts(const Source& source, Line before);

}  // namespace kepu::plan::grammar

// The number or sign a paragraph begins with, in all its forms.
#pragma once

#include "engines/plan/reading/chars.h"

namespace kepu::plan::grammar {

struct Mark {
  // 一、 第一章 | 第一节 | （一） | 1. | （1） | ① | —— or a bullet | 一是、第一， | nothing
  enum class Level { none, section, part, sub, item, sub_item, circled, dash, ordinal };
  Level level = Level::none;
  int number = 0;        // 0 for a dash or a bullet
  std::size_t size = 0;  // code points up to the text behind it
  char32_t sign = 0;     // what follows the number: 、 . ． ） …
};

Mark mark_of(View text);
// The paragraph behind its mark, trimmed.
View behind_mark(View text, const Mark& mark);

// A heading and what follows it in the same paragraph: 标题。正文…
struct Heading {
  Chars title;       // tidy, without its full stop
  std::size_t rest;  // where the body begins in the text; the text's size where the heading stands alone
  bool closed;       // a full stop or colon ended the title
  bool cut;          // the first sentence was too long for a title and was cut at its first comma
};
// Of a text behind its mark. A title may be parted from its body by a gap alone: 标题　正文。 A first
// sentence that is too long to be a title is cut at its first comma.
Heading heading_of(View text);

}  // namespace kepu::plan::grammar

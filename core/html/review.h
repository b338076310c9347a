// A document beside what was read from it, and two texts side by side. What doubtful or reworded means is
// decided by the engine; here is how it looks and how an item and its lines find each other (ids "L12",
// data-from, data-to).
#pragma once

#include <string>
#include <vector>

#include "core/html/components.h"

namespace kepu::html {

struct SourceLine {
  int number;  // 1-based, as the items refer to it
  std::string text;
  enum class Kind { text, heading, cell } kind = Kind::text;
  enum class Use { unused, read, doubtful } use = Use::unused;
};
struct SourcePane {
  std::string title;  // name of the document
  Content note = {};
  std::vector<SourceLine> lines;
  void operator()(Out& h) const;
};

struct ReviewItem {
  enum class State { sure, doubtful, wrong, checked };
  std::string id;        // anchor, unique on the page
  int from = 0, to = 0;  // lines, both included; 0: from no line
  State state = State::sure;
  std::string code = {};  // "一（二）"
  std::string title;
  Content marks = {};                 // tags behind the title
  std::vector<std::string> why = {};  // what to look at, one sentence each
  Content body = {};
  Content actions = {};
  void operator()(Out& h) const;
};

// The two panes; `items` writes headings (<h2>) and ReviewItems.
struct Review {
  SourcePane source;
  Content items;
  void operator()(Out& h) const;
};

// Rows of a comparison. Content may hold <ins> and <del>.
struct CompareRow {
  enum class Kind { same, changed, handed_over, added, dropped, heading } kind;
  Content before, after;  // of a heading: only before
  std::string word = {};  // instead of 未变 改写 换单位 新增 删去
};
struct CompareTable {
  std::string caption;
  std::string before_title, after_title;
  std::vector<CompareRow> rows;
  void operator()(Out& h) const;
};

// How many of each kind, each a link that narrows the list.
struct DeltaItem {
  std::string name;
  std::int64_t count;
  std::string url = {};
  bool current = false;
};
struct DeltaStrip {
  std::string label;
  std::vector<DeltaItem> items;
  void operator()(Out& h) const;
};

// Likeness in [0, 1] as a short bar with its number in percent.
struct Likeness {
  double value;
  void operator()(Out& h) const;
};

}  // namespace kepu::html

// Reading a plan document: extracted text in, what a careful clerk would read out of it. Pure: no I/O, no
// clock, no database; thread-safe. Reads the grammar of such documents (numbering in all its forms and its
// absence, section vocabulary, department lists in brackets, sentences, blocks and annex tables, quantities),
// not particular texts. Never fails: a text in which nothing is found gives an empty reading with anomalies
// that say so.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kepu::plan {

// One line of the extracted text, 1-based numbers as the review page shows them.
using Line = int;

// How sure the reader is. The review page marks everything below kSureEnough.
using Confidence = double;  // [0, 1]
inline constexpr Confidence kSureEnough = 0.8;

struct Basis {  // 上位文件: a superior document that the plan names
  std::string title;
  std::string
      doc_number;  // 文号 such as 国发〔2021〕9号, brackets normalised to 〔〕; empty where none is given
  Line line = 0;
};

enum class Operator {
  equal,
  greater,
  at_least,
  at_most,
  relative
};  // 达到 / 超过 / 以上、不少于 / 不超过 / other area's level
std::string_view to_text(Operator op);  // "=", ">", ">=", "<=", "relative"

enum class QuantityKind { target, baseline, frequency, blank };
std::string_view to_text(QuantityKind kind);

struct Quantity {
  QuantityKind kind = QuantityKind::target;
  std::optional<double> value;  // 10万 → 100000; none for a blank and for a relative target
  std::string unit;             // as written: "%", "人", "名", "人次", "次/日"; empty where none
  Operator op = Operator::equal;
  std::string text;         // the clause it stands in
  std::string relative_to;  // for relative: 全市平均水平
  std::optional<int> year;  // by when, where the text says so
  bool implicit = false;    // 全覆盖 read as 100 %
  bool headline = false;    // the literacy share itself
  int initiative = -1;      // index into Reading::initiatives, -1 outside
  int task = -1;            // index into its tasks, -1 where it stands at the initiative
  Line line = 0;
  Confidence confidence = 1;
};

struct Task {
  std::string title;                     // without its number and full stop
  std::string body;                      // the text after the title, paragraphs joined by \n
  std::vector<std::string> lead;         // as written, where the document gives them at the task
  std::vector<std::string> responsible;  // likewise
  Line line = 0, end_line = 0;           // inclusive
  Confidence confidence = 1;
};

enum class InitiativeKind { action, project };  // 提升行动 / 重点工程
std::string_view to_text(InitiativeKind kind);  // "action", "project"

struct Initiative {
  InitiativeKind kind = InitiativeKind::action;
  int ordinal = 0;  // 1-based within its kind
  std::string title;
  std::string goal;                            // the paragraph(s) between the title and the first task
  std::vector<std::string> lead, responsible;  // as written, also from an annex table
  std::vector<Task> tasks;
  Line line = 0, end_line = 0;
  Confidence confidence = 1;
};

struct Safeguard {  // 保障措施、组织实施
  std::string title;
  std::vector<std::string> items;
  Line line = 0, end_line = 0;
};

struct Phase {
  std::string phase;     // 启动 | 实施 | 总结评估
  std::string title;     // as written, or empty
  int from = 0, to = 0;  // years, inclusive
  std::string summary;
  Line line = 0;
};

struct Anomaly {  // what a clerk should look at
  std::string
      rule;  // stable name: "duplicate_department", "blank", "title_differs", "count_differs", "miscited", …
  std::string message;  // plain Chinese: what, where, what to do
  Line line = 0;
};

struct Section {  // 一级标题, as found
  std::string title;
  Line line = 0;
};

struct Reading {
  std::string title, issuer, doc_number, issue_date, region,
      region_parent;  // empty where the document has none; date ISO
  std::string notice_title;
  std::string status = "issued";  // or 征求意见稿
  int from = 0, to = 0;           // 规划期, years; 0 where unknown
  std::vector<Basis> basis;
  std::optional<Quantity> headline;
  std::vector<Section> sections;
  std::vector<Initiative> initiatives;
  std::vector<Safeguard> safeguards;
  std::vector<Phase> phases;
  std::vector<Quantity> quantities;
  std::vector<Anomaly> anomalies;
};

// `lines`: the extracted text, one string a paragraph or table cell; the index + 1 is the line number. A cell
// of a table starts with a tab; cells of one row follow each other, a row ends with an empty line or a line
// "\t" as text extraction leaves them; core/doc documents this shape.
// No plan is longer than these; of a longer text the lines before the bound are read, and an anomaly
// "too_long" says so.
inline constexpr std::size_t kMostLines = 20'000, kMostBytes = 2'000'000;
// How many of the lines read_plan reads.
std::size_t lines_read(const std::vector<std::string>& lines);
Reading read_plan(const std::vector<std::string>& lines);

// The JSON that `kepu plan parse --json` prints. `duties`: per initiative, per task, the proposed duty ids,
// and the ids with lines that stand outside tasks; empty vectors leave the keys out.
struct ProposedDuties {
  std::vector<std::vector<std::vector<std::string>>> of_tasks;
  std::vector<std::pair<std::string, Line>> elsewhere;
};
std::string to_json(const Reading& reading, const ProposedDuties& duties = {});

}  // namespace kepu::plan

// 简报: a paper of live figures for leaders. While it is a draft its figures are looked up anew; issued, it
// keeps them and the bytes of its Word file. Pure.
#pragma once

#include <string>
#include <vector>

#include "core/doc/word.h"
#include "engines/meetings/meetings.h"

namespace kepu::meetings {

enum class BriefingState { draft, issued };  // 拟订 已印发
std::string_view to_text(BriefingState state);
std::string_view title_of(BriefingState state);

// One figure or one line of a list, with where it comes from.
struct Figure {
  std::string section;  // 一级标题 of the paper: lines of one section stand together
  std::string label;
  std::string value;  // with its unit; empty: missing, and `note` says why
  std::string note;
  std::string source;  // "指标 inspection.open，2026-11-26，记录 5 条"; empty: the line above names it
  std::string url;     // of the records behind it, on the platform
  bool operator==(const Figure&) const = default;
};

struct Briefing {
  Id id = 0;
  BriefingState state = BriefingState::draft;
  int year = 0, issue = 0;  // 第 issue 期; 0: not issued
  std::string title;
  Date day;                          // of the figures
  Id meeting = 0;                    // for which it is material; 0: none
  std::vector<std::string> metrics;  // of the catalogue, that it shows
  std::string words;                 // the office's own, a paragraph a line
  std::string questions;             // what leaders are asked to decide
  std::string issuer;                // as it was when issued
  std::vector<Figure> figures;       // kept since issued
  std::string sha256;                // of the issued paper
  std::int64_t revision = 0;
  base::Millis created_at = 0, edited_at = 0, issued_at = 0;
  std::string created_by, edited_by, issued_by;
};

// As an official paper: figures by section, each with the number of its source line, the sources at the end,
// then what is missing. Same input, same bytes.
doc::Paper paper_of(const Briefing& briefing);

// Figures as text for the database, and back; what cannot be read is left out.
std::string to_text(const std::vector<Figure>& figures);
std::vector<Figure> figures_from(std::string_view text);

}  // namespace kepu::meetings

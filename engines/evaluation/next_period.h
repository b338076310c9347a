// 下一规划期: what of a finished plan goes on. Every unfinished or yearly task and every target is put to the
// clerk; what he keeps becomes an outline that the plan engine reads as a document. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engines/evaluation/snapshot.h"

namespace kepu::evaluation {

enum class Carry { undecided, keep, drop };  // 未定 延续 不再延续
std::string_view to_text(Carry carry);
std::string_view title_of(Carry carry);
std::optional<Carry> parse_carry(std::string_view text);

struct CarryDecision {
  std::string item;  // "task:农-03", "target:4711"
  Carry carry = Carry::undecided;
  std::string title, text;  // of a kept task, as the next plan shall have it
  std::string goal;         // of a kept target: the new value with its unit; empty: left blank
  std::string reason;       // required where it is dropped
  std::int64_t revision = 0;
  base::Millis at = 0;
  std::string by;
};

// What is put to the clerk, in plan order, with the platform's proposal and why.
struct CarryItem {
  std::string item;
  bool target = false;
  std::string initiative, code, title, text;  // text: the body with its years moved; of a target its clause
  Carry proposal = Carry::keep;
  std::string why;
  std::string value, source;  // of a target: the last value, the baseline of what follows
};
std::vector<CarryItem> carry_items(const Snapshot& snapshot);

// Years of the old period in a text, moved by its length: "到2030年" → "到2035年". Other years stay.
std::string with_years_moved(std::string_view text, int from, int to);

struct Outline {
  const Snapshot& snapshot;
  const std::vector<CarryItem>& items;
  const std::map<std::string, CarryDecision>& decisions;
};
// The next plan as text that the plan engine imports (.txt): title with the next period, goals with the last
// value as baseline, actions and projects with the tasks that are kept and their departments.
std::string outline_text(const Outline& outline);
// The same as a Word document, with the table of baselines and their sources, and what is still undecided.
doc::Paper outline_paper(const Outline& outline);

}  // namespace kepu::evaluation

// Two versions of one plan compared, and a plan aligned with its superior's. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engines/plan/plan.h"

namespace kepu::plan {

enum class Change { same, reworded, handed_over, added, dropped };  // 未变 改写 换单位 新增 删去
std::string_view to_text(Change change);
std::string_view title_of(Change change);

// A piece of a text comparison: kept, only in the old, only in the new.
struct Piece {
  enum class Kind { kept, removed, inserted } kind;
  std::string text;
};
// Character-wise (Myers 1986, "An O(ND) Difference Algorithm", linear space), minimal where both together
// have at most 4,000 characters; longer ones are compared by sentence, then changed passages by character,
// and over 20,000 characters by sentence alone. Joining kept+removed gives a, kept+inserted gives b (bad
// UTF-8 as U+FFFD). No piece is empty, neighbours differ in kind, and removed stands before inserted.
std::vector<Piece> difference(std::string_view a, std::string_view b);

struct PartyChange {
  std::vector<std::string> lead_gone, lead_new, responsible_gone, responsible_new;
  bool empty() const;
};

struct ItemChange {
  Change change = Change::same;
  bool reworded = false, handed_over = false, moved = false;  // may hold together
  const InitiativeItem *old_initiative = nullptr, *new_initiative = nullptr;
  const TaskItem *old_task = nullptr, *new_task = nullptr;  // null for a change of the initiative itself
  // `change` is the first of added/dropped, reworded, handed_over that holds; `moved`: to another initiative.
  double likeness = 0;
  PartyChange parties;
};

struct TargetChange {
  Change change = Change::same;
  const TargetItem *before = nullptr, *after = nullptr;
};

struct Comparison {
  std::vector<ItemChange> items;  // in the order of the new plan, dropped ones where they stood
  std::vector<TargetChange> targets;
  std::vector<std::pair<std::string, std::pair<std::string, std::string>>>
      metadata;  // field title, old, new (differing only)
  // Tasks; a task that was reworded and handed over counts in both.
  int added = 0, dropped = 0, reworded = 0, handed_over = 0, same = 0;
};
// Pairs living items by likeness of title and text, best pairs first, each item once; departments are
// compared as they count (parties_of). The plans must outlive the result.
Comparison compare(const Plan& before, const Plan& after);

// 上位文件对标
struct AlignedItem {
  const InitiativeItem *superior_initiative = nullptr, *own_initiative = nullptr;
  const TaskItem *superior_task = nullptr,
                 *own_task = nullptr;  // both null: a row of the initiatives themselves
  double likeness = 0;
  bool by_hand = false;
};
struct Alignment {
  std::vector<AlignedItem> items;  // in the order of the superior plan; then ours without counterpart
  int matched = 0, superior_only = 0, own_only = 0;
};
// Links made or cut by hand: superior task id → own task id (0: no counterpart). One own task may take up
// several superior ones by hand, else each item is paired once. Counts are of tasks. Links to dropped tasks
// are passed over.
using HandLinks = std::map<Id, Id>;
Alignment align(const Plan& superior, const Plan& own, const HandLinks& links);

// 引文核对: what a plan cites against the documents at hand.
struct Citation {
  BasisItem basis;
  enum class Verdict { agrees, number_differs, title_differs, not_at_hand, no_number } verdict;
  Id plan_version = 0;  // the imported document it agrees (or nearly agrees) with
  std::string message;  // plain Chinese
};
// 国发[2021] 9 号, 国发（2021）9号 → 国发〔2021〕9号
std::string normal_doc_number(std::string_view text);
// Documents at hand that are withdrawn or are the plan itself are passed over.
std::vector<Citation> check_citations(const Plan& plan, const std::vector<Version>& at_hand);

}  // namespace kepu::plan

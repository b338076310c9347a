// So that nobody is recognised by what everybody could know of him: every combination of the key variables is
// shared by at least k respondents (Samarati and Sweeney 1998), by coarser categories for all (global
// recoding) and, for the few who are left, by leaving values out (local suppression). A value left out counts
// as a category of its own, which is stricter than to let it match anything. Pure and deterministic.
#pragma once

#include <string>
#include <vector>

namespace kepu::survey::analysis {

// A key variable; `of` by respondent, −1 not known. `coarser[j]` maps each category to one of
// `coarse_titles[j]`: ever coarser; after the last the variable is dropped altogether.
struct Key {
  std::string name, title;
  std::vector<std::string> categories;
  std::vector<int> of;
  std::vector<std::vector<int>> coarser;
  std::vector<std::vector<std::string>> coarse_titles;
  double cost = 1;  // of a step coarser; and the cheapest is suppressed first
};

struct Protected {
  std::vector<Key> keys;          // recoded and suppressed; a dropped one has no categories
  std::vector<std::string> done;  // what was done, for people
  int suppressed = 0;             // values left out
  int smallest = 0;               // class, afterwards
  std::vector<int> changed;       // respondents with a value left out
};

// The recoding of the least cost after which at most `left_share` of the respondents are in classes below k;
// the rest is suppressed. Fewer than k respondents: nothing can be released, `keys` is empty.
Protected protect(std::vector<Key> keys, int k, double left_share = 0.05);

// Respondents of the smallest class.
int smallest_class(const std::vector<Key>& keys);

}  // namespace kepu::survey::analysis

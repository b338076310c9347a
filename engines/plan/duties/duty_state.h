// What a DutyMatcher holds, shared by its two halves (tasks, and what stands outside them). Private to this
// folder.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engines/plan/duties/duty_catalog.h"
#include "engines/plan/duties/duty_cue.h"

namespace kepu::plan {

enum class DutyPlace { task, elsewhere, any };

// What speaks for one duty, gathered while a text is read.
struct DutyEvidence {
  std::vector<std::pair<int, bool>> cues;  // number, strong; each cue once
  std::vector<std::string> words;
  Line line = 0;
};

struct DutyMatcher::State {
  struct Entry {
    std::string id;
    DutyPlace place = DutyPlace::any;
  };
  struct Source {
    int duty = 0;
    bool strong = true;
  };
  std::vector<Entry> duties;
  std::vector<Source> cues;  // by number of the pattern in `index`
  CueIndex index;

  // Adds to `found` (by number of the duty) what a text says. Lists of departments are passed over.
  void gather(const CueText& text, const CueText& heading, DutyPlace place, Line line,
              std::map<int, DutyEvidence>& found) const;
  // In the order of the catalogue; duties without enough evidence are left out.
  std::vector<DutyProposal> proposals(const std::map<int, DutyEvidence>& found) const;
};

// Whether a text says which departments act: 由…牵头, …按职责分工负责, 责任单位：….
bool names_departments(std::string_view text);

// The part of a sentence before its list of departments; empty where it is nothing else.
CueSpan without_departments(const CueText& text, CueSpan sentence);

}  // namespace kepu::plan

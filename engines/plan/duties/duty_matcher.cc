#include <algorithm>
#include <string>

#include "core/base/text.h"
#include "engines/plan/duties/duty_state.h"

namespace kepu::plan {

namespace {

constexpr double kStrong = 0.85, kWeak = 0.45;  // chance that one such cue alone is right
constexpr double kEnough = 0.65;                // one strong cue or two weak ones
constexpr std::size_t kMostWords = 6;           // passages shown with a proposal

DutyPlace place_of(const std::string& name) {
  return name == "task" ? DutyPlace::task : name == "elsewhere" ? DutyPlace::elsewhere : DutyPlace::any;
}

void note(DutyEvidence& evidence, int cue, bool strong, const CueText& text, const CueIndex::Match& match,
          Line line) {
  const auto known = [&](const auto& c) { return c.first == cue; };
  if (std::any_of(evidence.cues.begin(), evidence.cues.end(), known)) return;
  if (evidence.cues.empty()) evidence.line = line;
  evidence.cues.emplace_back(cue, strong);
  for (const auto& span : match.spans) {
    auto words = text.passage(span.from, span.to);
    const bool shown = std::find(evidence.words.begin(), evidence.words.end(), words) != evidence.words.end();
    if (!shown && evidence.words.size() < kMostWords) evidence.words.push_back(std::move(words));
  }
}

}  // namespace

void DutyMatcher::State::gather(const CueText& text, const CueText& heading, DutyPlace place, Line line,
                                std::map<int, DutyEvidence>& found) const {
  const auto above = index.of_heading(heading);
  for (const auto& whole : cue_sentences(text)) {
    const CueSpan sentence = without_departments(text, whole);
    for (const auto& match : index.find(text, sentence, above)) {
      const auto& cue = cues[static_cast<std::size_t>(match.pattern)];
      const auto wanted = duties[static_cast<std::size_t>(cue.duty)].place;
      if (wanted != DutyPlace::any && wanted != place) continue;
      const auto breaks = std::count(text.text.begin(),
                                     text.text.begin() + static_cast<std::ptrdiff_t>(sentence.from), U'\n');
      note(found[cue.duty], match.pattern, cue.strong, text, match, line + static_cast<Line>(breaks));
    }
  }
}

std::vector<DutyProposal> DutyMatcher::State::proposals(const std::map<int, DutyEvidence>& found) const {
  std::vector<DutyProposal> out;
  for (const auto& [duty, evidence] : found) {
    double doubt = 1;
    for (const auto& [cue, strong] : evidence.cues) doubt *= 1 - (strong ? kStrong : kWeak);
    if (1 - doubt < kEnough) continue;
    out.push_back({duties[static_cast<std::size_t>(duty)].id, 1 - doubt, evidence.words, evidence.line});
  }
  return out;
}

DutyMatcher::DutyMatcher(const DutyCatalog& catalog) : state_(std::make_unique<State>()) {
  for (const auto& duty : catalog.duties) {
    std::string absent;
    for (const auto& phrase : duty.against) absent += (absent.empty() ? "+!" : "|") + phrase;
    for (const auto& cue : duty.cues) {
      // A catalogue that was not parsed but made by hand may hold a cue that breaks the grammar: it never
      // matches.
      const auto pattern = parse_cue(cue.text + absent, catalog.words);
      if (!pattern) continue;
      state_->index.add(*pattern);
      state_->cues.push_back({static_cast<int>(state_->duties.size()), cue.strong});
    }
    state_->duties.push_back({duty.id, place_of(duty.place)});
  }
}

DutyMatcher::~DutyMatcher() = default;
DutyMatcher::DutyMatcher(DutyMatcher&&) noexcept = default;

std::vector<DutyProposal> DutyMatcher::of_task(const Task& task, std::string_view initiative) const {
  const CueText heading(std::string(initiative) + "\n" + task.title);
  std::map<int, DutyEvidence> found;
  state_->gather(CueText(task.title), heading, DutyPlace::task, task.line, found);
  state_->gather(CueText(task.body), heading, DutyPlace::task, task.line, found);
  auto out = state_->proposals(found);
  for (auto& proposal : out) proposal.line = std::min(proposal.line, std::max(task.line, task.end_line));
  std::stable_sort(out.begin(), out.end(),
                   [](const DutyProposal& a, const DutyProposal& b) { return a.confidence > b.confidence; });
  return out;
}

}  // namespace kepu::plan

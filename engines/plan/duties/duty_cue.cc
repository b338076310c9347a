#include "engines/plan/duties/duty_cue.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"

namespace kepu::plan {

namespace {

bool is_quote(char32_t c) {
  constexpr std::u32string_view kQuotes = U"\"'“”‘’「」『』《》〈〉<>";
  return kQuotes.find(c) != std::u32string_view::npos;
}

char32_t narrowed(char32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
  if (c >= U'A' && c <= U'Z') c += U'a' - U'A';
  return c;
}

bool ends_sentence(char32_t c) { return c == U'。' || c == U'!' || c == U'?' || c == U';' || c == U'\n'; }
bool ends_clause(char32_t c) { return c == U',' || c == U':'; }

template <class Ends>
std::vector<CueSpan> cut(const std::u32string& text, CueSpan whole, Ends ends) {
  std::vector<CueSpan> out;
  for (std::size_t from = whole.from, i = whole.from; i <= whole.to; ++i) {
    if (i < whole.to && !ends(text[i])) continue;
    if (i > from) out.push_back({from, i});
    from = i + 1;
  }
  return out;
}

tl::unexpected<base::Error> refuse_cue(std::string_view cue, std::string_view why) {
  return base::refuse(base::Code::invalid, "catalog.cue",
                      fmt::format("提示词“{}”写法有误：{}。请按文件开头的说明改正。", cue, why));
}

// The words of one alternative after its word groups have been filled in.
base::Result<std::vector<std::string>> filled(std::string_view cue, const std::string& word,
                                              const CueWordGroups& groups) {
  std::vector<std::string> done, open{word};
  while (!open.empty()) {
    const std::string w = std::move(open.back());
    open.pop_back();
    const auto from = w.find('{');
    if (from == std::string::npos) {
      if (w.find('}') != std::string::npos) return refuse_cue(cue, "多了一个“}”");
      done.push_back(w);
    } else {
      const auto to = w.find('}', from);
      if (to == std::string::npos) return refuse_cue(cue, "“{”没有配对的“}”");
      const auto group = groups.find(std::string_view(w).substr(from + 1, to - from - 1));
      if (group == groups.end()) return refuse_cue(cue, "花括号里的词组没有在 [words] 中定义");
      if (group->second.find_first_of("{}+&!@") != std::string::npos)
        return refuse_cue(cue, fmt::format("词组“{}”里只能用“|”和“*”", group->first));
      for (const auto& each : base::split(group->second, "|"))
        open.push_back(w.substr(0, from) + each + w.substr(to + 1));
    }
    if (done.size() + open.size() > kCueMaxWords) return refuse_cue(cue, "展开后的词太多");
  }
  std::sort(done.begin(), done.end());
  return done;
}

base::Result<CuePart> parse_part(std::string_view cue, std::string_view text, const CueWordGroups& groups) {
  CuePart part;
  if (base::starts_with(text, "!")) part.need = CuePart::Need::absent;
  if (base::starts_with(text, "@")) part.need = CuePart::Need::heading;
  if (part.need != CuePart::Need::here) text.remove_prefix(1);
  for (const auto& alternative : base::split(text, "|")) {
    for (const auto& word : TRY(filled(cue, alternative, groups))) {
      std::vector<std::u32string> pieces;
      for (const auto& piece : base::split(word, "*")) {
        pieces.push_back(CueText(piece).text);
        const std::size_t least = pieces.size() == 1 ? kCueMinPiece : 1;
        if (pieces.back().size() < least) return refuse_cue(cue, "每个词至少要有两个字，“*”后面至少一个字");
        if (std::any_of(pieces.back().begin(), pieces.back().end(), ends_sentence))
          return refuse_cue(cue, "词里不能有句号、分号、问号、叹号");
      }
      part.words.push_back(std::move(pieces));
    }
  }
  if (part.words.size() > kCueMaxWords) return refuse_cue(cue, "展开后的词太多");
  return part;
}

// Pieces are looked up by their first two characters; one of a single character stands under (it, 0).
std::uint64_t start_key(char32_t a, char32_t b) { return (static_cast<std::uint64_t>(a) << 32) | b; }

// Most places of a text begin no piece: one bit tells so before the map is asked.
std::size_t slot(std::uint64_t key) { return ((key >> 32) * 0x9E37 + (key & 0xFFFFFFFF)) & 0xFFFF; }

}  // namespace

CueText::CueText(std::string_view utf8) : source(base::valid_utf8(utf8)) {
  std::uint32_t at = 0;
  for (const char32_t c : base::to_code_points(source)) {
    const std::uint32_t width = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    if (c == U'\n' || (!base::is_space(c) && !is_quote(c))) {
      text.push_back(narrowed(c));
      origin.push_back(at);
    }
    at += width;
  }
  origin.push_back(at);
}

std::string CueText::passage(std::size_t from, std::size_t to) const {
  if (from >= to || to > text.size()) return {};
  // Up to the end of the last character itself, so that a quotation mark behind it stays out.
  const unsigned char lead = static_cast<unsigned char>(source[origin[to - 1]]);
  const std::size_t width = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  return source.substr(origin[from], origin[to - 1] + width - origin[from]);
}

std::vector<CueSpan> cue_sentences(const CueText& text) {
  return cut(text.text, {0, text.text.size()}, ends_sentence);
}

std::vector<CueSpan> cue_clauses(const CueText& text, CueSpan sentence) {
  return cut(text.text, sentence, ends_clause);
}

base::Result<CuePattern> parse_cue(std::string_view cue, const CueWordGroups& groups) {
  CuePattern pattern;
  bool something_here = false;
  for (const auto& group_text : base::split(cue, "+")) {
    CueGroup group;
    for (const auto& part_text : base::split(group_text, "&")) {
      group.push_back(TRY(parse_part(cue, part_text, groups)));
      something_here = something_here || group.back().need == CuePart::Need::here;
    }
    const auto stands_here = [](const CuePart& p) { return p.need == CuePart::Need::here; };
    if (group.size() > 1 && std::none_of(group.begin(), group.end(), stands_here))
      return refuse_cue(cue, "“&”连接的几项里，至少要有一项是必须出现的词");
    pattern.groups.push_back(std::move(group));
  }
  if (!something_here) return refuse_cue(cue, "至少要有一项是必须出现的词");
  return pattern;
}

int CueIndex::piece(const std::u32string& letters) {
  const auto [at, fresh] = numbers_.try_emplace(letters, static_cast<int>(pieces_.size()));
  if (fresh) {
    pieces_.push_back(letters);
    of_piece_.emplace_back();
    const auto key = start_key(letters[0], letters.size() > 1 ? letters[1] : 0);
    starts_[slot(key)] = true;
    by_start_[key].push_back(at->second);
  }
  return at->second;
}

int CueIndex::add(const CuePattern& pattern) {
  const int number = static_cast<int>(patterns_.size());
  std::vector<Group> groups;
  bool anchored = false;
  for (const auto& group : pattern.groups) {
    groups.emplace_back();
    for (const auto& part : group) {
      Part compiled{part.need, {}};
      // The first part that must stand here decides when the pattern is tried at all.
      const bool anchor = !anchored && part.need == CuePart::Need::here;
      for (const auto& word : part.words) {
        compiled.words.emplace_back();
        for (const auto& letters : word) compiled.words.back().push_back(piece(letters));
        auto& tried = of_piece_[static_cast<std::size_t>(compiled.words.back().front())];
        if (anchor && (tried.empty() || tried.back() != number)) tried.push_back(number);
      }
      anchored = anchored || anchor;
      groups.back().push_back(std::move(compiled));
    }
  }
  patterns_.push_back(std::move(groups));
  return number;
}

CueIndex::Hits CueIndex::scan(const std::u32string& text, CueSpan span) const {
  Hits hits{{}, std::vector<bool>(pieces_.size())};
  std::uint32_t clause = 0;
  const auto look_up = [&](std::size_t at, std::uint64_t key) {
    if (!starts_[slot(key)]) return;
    const auto bucket = by_start_.find(key);
    if (bucket == by_start_.end()) return;
    for (const int p : bucket->second) {
      const auto& letters = pieces_[static_cast<std::size_t>(p)];
      if (at + letters.size() > span.to || text.compare(at, letters.size(), letters) != 0) continue;
      hits.all.push_back({p, static_cast<std::uint32_t>(at), clause});
      hits.met[static_cast<std::size_t>(p)] = true;
    }
  };
  for (std::size_t i = span.from; i < span.to; ++i) {
    clause += ends_clause(text[i]) ? 1 : 0;
    look_up(i, start_key(text[i], 0));
    if (i + 1 < span.to) look_up(i, start_key(text[i], text[i + 1]));
  }
  std::sort(hits.all.begin(), hits.all.end());
  return hits;
}

// The pieces of `word` from number `next` on, behind `last`; the span is from scope.from to the end of the
// last piece.
std::optional<CueSpan> CueIndex::find_rest(const std::vector<int>& word, const Hit& last, const Hits& hits,
                                           CueSpan scope, std::size_t next) const {
  const std::size_t end = last.at + pieces_[static_cast<std::size_t>(last.piece)].size();
  if (end > scope.to) return {};
  if (next == word.size()) return CueSpan{scope.from, end};
  const Hit soonest{word[next], static_cast<std::uint32_t>(end), 0};
  auto hit = std::lower_bound(hits.all.begin(), hits.all.end(), soonest);
  for (; hit != hits.all.end() && hit->piece == soonest.piece && hit->at <= end + kCueGap; ++hit) {
    if (hit->clause != last.clause) break;
    if (auto found = find_rest(word, *hit, hits, scope, next + 1)) return found;
  }
  return {};
}

std::optional<CueSpan> CueIndex::find_word(const std::vector<int>& word, const Hits& hits,
                                           CueSpan scope) const {
  const auto met = [&](int p) { return hits.met[static_cast<std::size_t>(p)]; };
  if (hits.met.empty() || !std::all_of(word.begin(), word.end(), met)) return {};
  const Hit soonest{word.front(), static_cast<std::uint32_t>(scope.from), 0};
  auto hit = std::lower_bound(hits.all.begin(), hits.all.end(), soonest);
  for (; hit != hits.all.end() && hit->piece == soonest.piece && hit->at < scope.to; ++hit)
    if (auto found = find_rest(word, *hit, hits, {hit->at, scope.to})) return found;
  return {};
}

bool CueIndex::holds(const Part& part, const Hits& hits, CueSpan scope, const Hits& heading,
                     std::vector<CueSpan>& spans) const {
  const bool above = part.need == CuePart::Need::heading;
  std::optional<CueSpan> first;
  for (const auto& word : part.words) {
    auto found = find_word(word, hits, scope);
    if (!found && above) found = find_word(word, heading, {0, SIZE_MAX});
    if (found && (!first || *found < *first)) first = found;
    if (found && part.need != CuePart::Need::here) break;
  }
  if (part.need == CuePart::Need::absent) return !first;
  if (first && !above) spans.push_back(*first);
  return first.has_value();
}

bool CueIndex::holds(const Group& group, const Hits& hits, CueSpan scope, const Hits& heading,
                     std::vector<CueSpan>& spans) const {
  const std::size_t before = spans.size();
  for (const auto& part : group)
    if (!holds(part, hits, scope, heading, spans)) {
      spans.resize(before);
      return false;
    }
  return true;
}

std::vector<CueIndex::Match> CueIndex::find(const CueText& text, CueSpan sentence,
                                            const Hits& heading) const {
  const Hits hits = scan(text.text, sentence);
  std::vector<int> tried;
  for (std::size_t i = 0; i < hits.all.size(); ++i) {
    if (i > 0 && hits.all[i].piece == hits.all[i - 1].piece) continue;
    const auto& patterns = of_piece_[static_cast<std::size_t>(hits.all[i].piece)];
    tried.insert(tried.end(), patterns.begin(), patterns.end());
  }
  std::sort(tried.begin(), tried.end());
  tried.erase(std::unique(tried.begin(), tried.end()), tried.end());
  if (tried.empty()) return {};

  const std::vector<CueSpan> clauses = cue_clauses(text, sentence);
  std::vector<Match> out;
  for (const int number : tried) {
    Match match{number, {}};
    const auto& groups = patterns_[static_cast<std::size_t>(number)];
    const bool all = std::all_of(groups.begin(), groups.end(), [&](const Group& group) {
      if (group.size() == 1) return holds(group, hits, sentence, heading, match.spans);
      return std::any_of(clauses.begin(), clauses.end(),
                         [&](CueSpan clause) { return holds(group, hits, clause, heading, match.spans); });
    });
    if (!all) continue;
    std::sort(match.spans.begin(), match.spans.end());
    out.push_back(std::move(match));
  }
  return out;
}

}  // namespace kepu::plan

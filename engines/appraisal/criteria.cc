#include "engines/appraisal/criteria.h"

#include <algorithm>

#include "core/base/text.h"
#include "engines/appraisal/toml_text.h"

namespace kepu::appraisal {
namespace {

// As it is compared: without width, blanks, punctuation and case.
std::string plain(std::string_view text) {
  std::string out = base::wording(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); });
  return out;
}

// What separates clauses; all other punctuation may stand inside a word to disguise it. 《 begins the title
// of a paper and reads as 文件.
std::vector<std::string> clauses_of(std::string_view text) {
  static const std::u32string kEnds = U"，,。；;：:！!？?（）()【】[]<>\n";
  std::vector<std::string> out;
  std::string clause;
  for (const char32_t c : base::to_code_points(text)) {
    if (c == U'《') {
      clause += "文件";
    } else if (kEnds.find(c) == std::u32string::npos) {
      base::append_utf8(clause, c);
    } else {
      out.push_back(std::move(clause));
      clause.clear();
    }
  }
  out.push_back(std::move(clause));
  return out;
}

// Whether the word at [at, at + size) lies inside one of the longer words.
bool lies_in(const std::string& text, std::size_t at, std::size_t size,
             const std::vector<std::string>& longer) {
  for (const auto& word : longer) {
    for (std::size_t from = text.find(word); from != std::string::npos; from = text.find(word, from + 1)) {
      if (from <= at && at + size <= from + word.size()) return true;
    }
  }
  return false;
}

bool counts_in(const std::string& clause, const std::string& word, const std::vector<std::string>& unless) {
  for (std::size_t at = clause.find(word); at != std::string::npos; at = clause.find(word, at + 1)) {
    if (!lies_in(clause, at, word.size(), unless)) return true;
  }
  return false;
}

std::vector<std::string> all_plain(std::vector<std::string> words) {
  for (auto& word : words) word = plain(word);
  return words;
}

}  // namespace

base::Result<Criteria> Criteria::parse(std::string_view toml) {
  const toml::table root = TRY(parse_toml(toml));
  Criteria out;
  if (const auto* general = root.get_as<toml::table>("criteria"))
    out.negations_ = all_plain(TRY(texts_under(*general, "negations")));
  for (const auto* each : tables_under(root, "forbidden")) {
    Kind kind;
    kind.rule = TRY(text_under(*each, "rule"));
    kind.title = TRY(text_under(*each, "title"));
    kind.instead = TRY(text_under(*each, "instead"));
    kind.words = all_plain(TRY(texts_under(*each, "words")));
    kind.symbols = TRY(texts_under(*each, "symbols"));
    kind.unless = all_plain(TRY(texts_under(*each, "unless")));
    if (kind.words.empty()) return wrong_at(each->source(), "“words”至少要有一个词。");
    if (std::any_of(kind.words.begin(), kind.words.end(), [](const auto& w) { return w.empty(); }))
      return wrong_at(each->source(), "“words”里有一个词只有标点，请放到“symbols”。");
    for (const auto& longer : kind.unless) {
      const bool voids = std::any_of(kind.words.begin(), kind.words.end(),
                                     [&](const auto& w) { return base::contains(w, longer); });
      if (voids)
        return wrong_at(each->source(), "“unless”里的“" + longer + "”使一个词不再起作用，请写得更长。");
    }
    // The longest that is found is named.
    std::stable_sort(kind.words.begin(), kind.words.end(),
                     [](const auto& a, const auto& b) { return a.size() > b.size(); });
    out.kinds_.push_back(std::move(kind));
  }
  if (out.kinds_.empty())
    return base::refuse(base::Code::invalid, "appraisal.catalog",
                        "catalog/appraisal.toml 里没有 [[forbidden]]。");
  return out;
}

std::vector<Found> Criteria::find(std::string_view text) const {
  std::vector<std::string> clauses;
  for (const auto& clause : clauses_of(text)) {
    auto wording = plain(clause);
    const bool negated = std::any_of(negations_.begin(), negations_.end(),
                                     [&](const auto& n) { return wording.find(n) != std::string::npos; });
    if (!negated && !wording.empty()) clauses.push_back(std::move(wording));
  }
  std::vector<Found> out;
  for (const auto& kind : kinds_) {
    std::string word;
    for (const auto& w : kind.words) {
      if (word.empty() && std::any_of(clauses.begin(), clauses.end(),
                                      [&](const auto& c) { return counts_in(c, w, kind.unless); }))
        word = w;
    }
    for (const auto& symbol : kind.symbols) {
      if (word.empty() && base::contains(text, symbol)) word = symbol;
    }
    if (!word.empty()) out.push_back({kind.rule, kind.title, word, kind.instead});
  }
  return out;
}

base::Errors Criteria::refusals(const Item& item) const {
  const std::pair<const char*, const std::string*> fields[] = {
      {"project", &item.project}, {"content", &item.content}, {"standard", &item.standard},
      {"method", &item.method},   {"note", &item.note},       {"metric", &item.rule.metric_title}};
  base::Errors out;
  for (const auto& [field, text] : fields) {
    const auto found = find(*text);
    if (found.empty()) continue;
    std::vector<std::string> words;
    for (const auto& f : found) words.push_back("“" + f.word + "”");
    out.push_back({base::Code::invalid, "appraisal.forbidden_criterion", field,
                   fmt::format("这里写了{}，不能作为考核内容：{}。{}", base::join(words, "、"),
                               found.front().rule, found.front().instead)});
  }
  return out;
}

}  // namespace kepu::appraisal

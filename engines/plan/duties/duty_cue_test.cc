#include "engines/plan/duties/duty_cue.h"

#include <gtest/gtest.h>

#include <random>

#include "core/base/text.h"

namespace kepu::plan {
namespace {

CuePattern pattern(std::string_view cue, const CueWordGroups& groups = {}) {
  auto parsed = parse_cue(cue, groups);
  EXPECT_TRUE(parsed.has_value()) << cue;
  return parsed ? *parsed : CuePattern{};
}

// The passages of the first sentence in which the cue holds, joined by "/"; "-" where it holds in none.
std::string found(std::string_view cue, std::string_view text, std::string_view heading = {},
                  const CueWordGroups& groups = {}) {
  CueIndex index;
  index.add(pattern(cue, groups));
  const CueText read(text), above(heading);
  for (const auto& sentence : cue_sentences(read))
    for (const auto& match : index.find(read, sentence, index.of_heading(above))) {
      std::vector<std::string> words;
      for (const auto& span : match.spans) words.push_back(read.passage(span.from, span.to));
      return base::join(words, "/");
    }
  return "-";
}

TEST(CueText, forgets_space_quotes_and_width_but_remembers_where_they_were) {
  const CueText text("开展“科 普 ＡＰＰ”活动");
  EXPECT_EQ(base::to_utf8(text.text), "开展科普app活动");
  EXPECT_EQ(text.passage(2, 7), "科 普 ＡＰＰ");
  EXPECT_EQ(text.passage(0, 9), "开展“科 普 ＡＰＰ”活动");
  EXPECT_EQ(text.passage(4, 4), "");
  EXPECT_EQ(text.passage(0, 99), "");
}

TEST(CueText, bad_bytes_do_no_harm) {
  const CueText text("科\xff普\xe5");
  EXPECT_EQ(text.origin.size(), text.text.size() + 1);
  EXPECT_EQ(text.passage(0, 1), "科");
}

TEST(CueText, sentences_and_clauses) {
  const CueText text("甲，乙：丙。丁；戊！\n己");
  std::vector<std::string> sentences, clauses;
  for (const auto& s : cue_sentences(text)) sentences.push_back(text.passage(s.from, s.to));
  for (const auto& c : cue_clauses(text, cue_sentences(text)[0]))
    clauses.push_back(text.passage(c.from, c.to));
  EXPECT_EQ(sentences, (std::vector<std::string>{"甲，乙：丙", "丁", "戊", "己"}));
  EXPECT_EQ(clauses, (std::vector<std::string>{"甲", "乙", "丙"}));
}

TEST(Cue, words_alternatives_and_gaps) {
  EXPECT_EQ(found("辅导员|教师", "培训科学教师和辅导员"), "教师");
  EXPECT_EQ(found("科普*大赛", "举办科普讲解员大赛"), "科普讲解员大赛");
  EXPECT_EQ(found("科普*大赛", "科普一二三四五六七八大赛"), "科普一二三四五六七八大赛");
  EXPECT_EQ(found("科普*大赛", "科普一二三四五六七八九大赛"), "-");
  EXPECT_EQ(found("科普*大赛", "大赛推动科普"), "-");
  EXPECT_EQ(found("科普*大赛", "加强科普，举办大赛"), "-");
  EXPECT_EQ(found("世界*日", "世界水日"), "世界水日");
  EXPECT_EQ(found("产业＋科普", "探索“产业+科普”模式"), "产业+科普");
}

TEST(Cue, a_gap_may_begin_at_a_later_place) {
  EXPECT_EQ(found("科普*大赛", "科普工作面广量大任务重，科普大赛"), "科普大赛");
}

TEST(Cue, sentence_clause_absence_and_heading) {
  EXPECT_EQ(found("老年+课程", "为老年朋友，开设课程。"), "老年/课程");
  EXPECT_EQ(found("老年&课程", "为老年朋友，开设课程。"), "-");
  EXPECT_EQ(found("老年&课程", "为老年朋友开设课程。"), "老年/课程");
  EXPECT_EQ(found("老年+课程", "老年朋友。课程"), "-");
  EXPECT_EQ(found("研学+!应急", "应急研学"), "-");
  EXPECT_EQ(found("研学+!应急", "应急。研学"), "研学");
  EXPECT_EQ(found("诈骗&!农民", "农民，防诈骗"), "诈骗");
  EXPECT_EQ(found("课程+@老年", "开设课程", "老年人行动"), "课程");
  EXPECT_EQ(found("课程+@老年", "为老年人开设课程"), "课程");
  EXPECT_EQ(found("课程+@老年", "开设课程", "青少年行动"), "-");
}

TEST(Cue, word_groups_are_filled_in) {
  const CueWordGroups groups{{"农", "农民|农牧民"}};
  EXPECT_EQ(found("{农}*培训", "面向农牧民开展培训", {}, groups), "农牧民开展培训");
  EXPECT_EQ(found("新型{农}", "新型农民", {}, groups), "新型农民");
}

TEST(Cue, refuses_what_breaks_the_grammar) {
  const CueWordGroups groups{{"坏", "甲乙+丙丁"}};
  for (const char* bad : {"", "+", "甲", "科普|", "*科普", "科普*", "科普+", "!科普", "@科普", "!科普&@大赛",
                          "{无}", "{坏}", "{农", "农}", "科普。大赛"}) {
    const auto parsed = parse_cue(bad, groups);
    ASSERT_FALSE(parsed.has_value()) << bad;
    EXPECT_EQ(parsed.error().rule, "catalog.cue");
    EXPECT_NE(parsed.error().message.find("改正"), std::string::npos);
  }
  std::string many = "甲乙";
  for (std::size_t i = 0; i <= kCueMaxWords; ++i) many += "|甲乙";
  EXPECT_FALSE(parse_cue(many).has_value());
}

// The grammar once more, word by word and without any index.
class Naive {
 public:
  Naive(const CuePattern& cue, std::u32string sentence, std::u32string heading)
      : cue_(cue), sentence_(std::move(sentence)), heading_(std::move(heading)) {}

  bool holds() const {
    for (const auto& group : cue_.groups) {
      if (group.size() == 1 ? !all(group, sentence_) : !in_some_clause(group)) return false;
    }
    return true;
  }

 private:
  bool in_some_clause(const CueGroup& group) const {
    std::u32string clause;
    for (const char32_t c : sentence_ + U",") {
      if (c != U',' && c != U':') {
        clause += c;
      } else {
        if (!clause.empty() && all(group, clause)) return true;
        clause.clear();
      }
    }
    return false;
  }
  bool all(const CueGroup& group, const std::u32string& scope) const {
    for (const auto& part : group) {
      const bool here = any(part, scope);
      if (part.need == CuePart::Need::here && !here) return false;
      if (part.need == CuePart::Need::absent && here) return false;
      if (part.need == CuePart::Need::heading && !here && !any(part, heading_)) return false;
    }
    return true;
  }
  static bool any(const CuePart& part, const std::u32string& scope) {
    for (const auto& word : part.words)
      for (std::size_t from = 0; from < scope.size(); ++from)
        if (stands(word, 0, scope, from)) return true;
    return false;
  }
  static bool stands(const std::vector<std::u32string>& word, std::size_t next, const std::u32string& scope,
                     std::size_t at) {
    if (scope.compare(at, word[next].size(), word[next]) != 0) return false;
    const std::size_t end = at + word[next].size();
    if (next + 1 == word.size()) return true;
    for (std::size_t gap = 0; gap <= kCueGap && end + gap < scope.size(); ++gap) {
      if (stands(word, next + 1, scope, end + gap)) return true;
      if (scope[end + gap] == U',' || scope[end + gap] == U':') break;
    }
    return false;
  }

  const CuePattern& cue_;
  std::u32string sentence_, heading_;
};

std::string random_text(std::mt19937& dice, std::string_view letters, int length) {
  const std::u32string from = base::to_code_points(letters);
  std::u32string out;
  for (int i = 0; i < length; ++i) out += from[dice() % from.size()];
  return base::to_utf8(out);
}

std::string random_cue(std::mt19937& dice) {
  std::string cue = random_text(dice, "甲乙丙", 2);
  for (auto more = dice() % 5; more > 0; --more) {
    constexpr const char* kJoints[] = {"|", "|", "*", "+", "&", "+!", "&!", "+@", "&@"};
    cue +=
        kJoints[dice() % std::size(kJoints)] + random_text(dice, "甲乙丙", 2 + static_cast<int>(dice() % 2));
  }
  return cue;
}

TEST(Cue, the_index_agrees_with_the_grammar_read_word_by_word) {
  std::mt19937 dice(7);
  int held = 0, tried = 0;
  for (int round = 0; round < 400; ++round) {
    CueIndex index;
    std::vector<CuePattern> patterns;
    while (patterns.size() < 12) {
      auto parsed = parse_cue(random_cue(dice));
      if (!parsed) continue;  // such as "!甲乙&@乙丙"
      patterns.push_back(*std::move(parsed));
      index.add(patterns.back());
    }
    const CueText text(random_text(dice, "甲乙丙丁，。", 30)), heading(random_text(dice, "甲乙丙丁", 4));
    for (const auto& sentence : cue_sentences(text)) {
      std::vector<int> expected, actual;
      for (std::size_t i = 0; i < patterns.size(); ++i)
        if (Naive(patterns[i], text.text.substr(sentence.from, sentence.to - sentence.from), heading.text)
                .holds())
          expected.push_back(static_cast<int>(i));
      for (const auto& match : index.find(text, sentence, index.of_heading(heading)))
        actual.push_back(match.pattern);
      ASSERT_EQ(actual, expected) << base::to_utf8(text.text);
      held += static_cast<int>(actual.size());
      tried += static_cast<int>(patterns.size());
    }
  }
  EXPECT_GT(held, tried / 50);  // the trial means something
  EXPECT_LT(held, tried * 3 / 4);
}

}  // namespace
}  // namespace kepu::plan

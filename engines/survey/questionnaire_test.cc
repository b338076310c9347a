// Conditions, the walk, orders, XLSForm, and the reading of interviews.
#include "engines/survey/questionnaire.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "engines/survey/interview.h"
#include "engines/survey/sample.h"
#include "engines/survey/xlsform.h"

namespace kepu::survey {
namespace {

Question choice(const std::string& name, int options, const std::string& right = {}) {
  Question q;
  q.name = name;
  q.text = "题 " + name;
  for (int i = 1; i <= options; ++i) q.options.push_back({std::to_string(i), "选项" + std::to_string(i)});
  if (!right.empty()) {
    q.options.push_back({"98", "不知道"});
    q.right = right;
    q.dimension = Dimension::knowledge;
    q.shuffle = true;
  }
  return q;
}

Questionnaire small() {
  Question age;
  age.name = "age";
  age.text = "年龄";
  age.kind = QuestionKind::number;
  age.constraint = ". >= 18 and . <= 69";
  age.constraint_message = "只访问 18–69 岁的人。";
  Question work = choice("work", 3);
  work.relevant = "${age} < 60";
  Question media = choice("media", 4);
  media.kind = QuestionKind::multi;
  Question net = choice("net", 2);
  net.relevant = "selected(${media}, '3')";
  Block back{
      "background", "基本情况", "", false, {choice("sex", 2), age, choice("education", 5), work, media, net}};
  Block items{"items", "科学素质", "", true, {}};
  for (int i = 0; i < 8; ++i) {
    auto q = choice("k" + std::to_string(i), 4, std::to_string(1 + i % 4));
    q.dimension = kDimensions[static_cast<std::size_t>(i % 4)];
    items.questions.push_back(q);
  }
  return {"试卷", {back, items}};
}

bool has(const Walk& w, const std::string& rule) {
  for (const auto& f : w.faults) {
    if (f.rule == rule) return true;
  }
  return false;
}

TEST(SurveyExpression, HoldsAsWritten) {
  const Answers a = {{"age", "40"}, {"sex", "2"}, {"media", "1 3 12"}, {"empty", ""}};
  const auto holds = [&](const char* text, const char* self = "") {
    const auto e = Expression::parse(text);
    EXPECT_TRUE(e) << text;
    return e && e->holds(a, self);
  };
  EXPECT_TRUE(holds(""));
  EXPECT_TRUE(holds("${age} >= 18 and ${age}<=69"));
  EXPECT_FALSE(holds("${age} < 18 or ${sex} = '1'"));
  EXPECT_TRUE(holds("not(${sex} = 1)"));
  EXPECT_TRUE(holds("selected(${media}, '3') and not(selected(${media}, '2'))"));
  EXPECT_TRUE(holds("${age} = 40.0"));
  EXPECT_FALSE(holds("${none} > 3"));
  EXPECT_FALSE(holds("${none} <= 3"));
  EXPECT_TRUE(holds("${none} = ''"));
  EXPECT_TRUE(holds(". >= 18 and . <= 69", "18"));
  EXPECT_FALSE(holds(". >= 18 and . <= 69", "x"));
  // and binds closer than or.
  EXPECT_TRUE(holds("${sex} = 2 or ${sex} = 1 and ${age} = 0"));
  EXPECT_FALSE(holds("(${sex} = 2 or ${sex} = 1) and ${age} = 0"));
}

TEST(SurveyExpression, RefusesWhatIsNone) {
  for (const char* text :
       {"${age}", "${age} >", "> 3", "${age} = 'x", "not ${a} = 1", "(${a} = 1", "${a} = 1 ${b} = 2",
        "${} = 1", "selected(${a})", "a = 1", "${a} == 1", "1..2 = 3", "${a} = 1)"}) {
    EXPECT_FALSE(Expression::parse(text)) << text;
  }
  EXPECT_FALSE(Expression::parse(std::string(2000, '(')));
  std::string deep(60, '(');
  EXPECT_EQ(Expression::parse(deep + "1 = 1").error().rule, "expression.deep");
  EXPECT_EQ(Expression::parse("${a} = 1 and (${b} != '二' or . < 3)")->json(),
            R"(["and",["=","$a","'1"],["or",["!=","$b","'二"],["\u003c","$","'3"]]])");
}

TEST(SurveyExpression, NeverBreaksOnNoise) {
  std::mt19937 random(11);
  const std::string parts[] = {"${a}", ".", "1", "'x'", " and ",     " or ", "not(", "(",
                               ")",    "=", "<", ">=",  "selected(", ",",    "\xff"};
  int good = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (unsigned n = random() % 9; n > 0; --n) text += parts[random() % std::size(parts)];
    const auto e = Expression::parse(text);
    if (e) {
      e->holds({{"a", "1"}}, "2");
      ++good;
    }
  }
  EXPECT_GT(good, 0);
}

TEST(SurveyWalk, PassesAGoodOneAndCountsItsWays) {
  const auto w = walk(small());
  for (const auto& f : w.faults) ADD_FAILURE() << f.question << " " << f.message;
  EXPECT_TRUE(w.complete);
  EXPECT_GT(w.paths, 1);
  EXPECT_EQ(w.longest, 14u);
  EXPECT_EQ(w.shortest, 12u);
}

TEST(SurveyWalk, FindsEachFault) {
  auto q = small();
  q.blocks[0].questions[3].relevant = "${age} > 69";  // nobody
  EXPECT_TRUE(has(walk(q), "walk.unreachable"));
  q = small();
  q.blocks[0].questions[1].constraint = ". > 69 and . < 18";
  EXPECT_TRUE(has(walk(q), "walk.dead_end"));
  q = small();
  q.blocks[0].questions[3].relevant = "${k1} = 1";
  EXPECT_TRUE(has(walk(q), "walk.forward"));
  q = small();
  q.blocks[1].questions[3].relevant = "${k1} = 1";  // of a shuffled block: may come later
  EXPECT_TRUE(has(walk(q), "walk.forward"));
  q = small();
  q.blocks[1].questions[3].right = "";
  EXPECT_TRUE(has(walk(q), "walk.key"));
  q = small();
  q.blocks[1].questions[3].right = "7";
  EXPECT_TRUE(has(walk(q), "walk.key"));
  q = small();
  q.blocks[0].questions.erase(q.blocks[0].questions.begin() + 2);
  EXPECT_TRUE(has(walk(q), "walk.background"));
  q = small();
  q.blocks[1].questions[0].name = "k1";
  EXPECT_TRUE(has(walk(q), "walk.name"));
  q = small();
  q.blocks[0].questions[3].relevant = "${gone} = 1";
  EXPECT_TRUE(has(walk(q), "walk.unknown"));
  EXPECT_TRUE(has(walk({}), "walk.empty"));
}

// Against asking everything: a random questionnaire's reachable questions by brute force over all answers.
TEST(SurveyWalk, AgreesWithBruteForce) {
  std::mt19937 random(5);
  for (int round = 0; round < 60; ++round) {
    auto q = small();
    auto& questions = q.blocks[0].questions;
    questions.resize(3);  // sex, age, education
    questions[1].constraint = ". >= 18 and . <= 20";
    for (int i = 0; i < 4; ++i) {
      auto x = choice("x" + std::to_string(i), 2);
      const int of = static_cast<int>(random() % static_cast<unsigned>(i + 2));
      const std::string name = of == 0 ? "sex" : of == 1 ? "age" : "x" + std::to_string(of - 2);
      x.relevant = "${" + name + "} " + (random() % 2 ? "=" : ">") + " " +
                   std::to_string(random() % 4 + (of == 1 ? 17 : 0));
      questions.push_back(x);
    }
    std::set<std::string> reached;
    for (int code = 0; code < 2 * 3 * 16; ++code) {
      Answers a = {{"sex", std::to_string(1 + code % 2)}, {"age", std::to_string(18 + code / 2 % 3)}};
      for (std::size_t i = 3; i < questions.size(); ++i) {
        if (!Expression::parse(questions[i].relevant)->holds(a)) continue;
        reached.insert(questions[i].name);
        a[questions[i].name] = std::to_string(1 + (code / 6 >> (i - 3)) % 2);
      }
    }
    const auto w = walk(q);
    for (std::size_t i = 3; i < questions.size(); ++i) {
      bool fault = false;
      for (const auto& f : w.faults)
        fault = fault || (f.question == questions[i].name && f.rule == "walk.unreachable");
      EXPECT_EQ(fault, reached.count(questions[i].name) == 0) << round << " " << questions[i].relevant;
    }
  }
}

TEST(SurveyOrder, IsAPermutationThatFollowsFromTheSeed) {
  const auto q = small();
  const auto one = ordered(q, 1), again = ordered(q, 1), other = ordered(q, 2);
  EXPECT_EQ(one, again);
  EXPECT_NE(one[1], other[1]);
  EXPECT_EQ(one[0].size(), q.blocks[0].questions.size());
  std::set<std::string> names;
  for (const auto& x : one[1]) {
    names.insert(x.name);
    EXPECT_EQ(x.options.back().code, "98") << "不知道 stays at the end";
    EXPECT_EQ(x.options.size(), 5u);
  }
  EXPECT_EQ(names.size(), 8u);
  // Places are shared evenly.
  int first = 0;
  for (std::uint64_t s = 0; s < 4000; ++s) first += ordered(q, s)[1][0].name == "k3" ? 1 : 0;
  EXPECT_NEAR(first, 500, 110);
}

TEST(SurveyForm, GoesOutAndComesBack) {
  const auto q = small();
  const auto read = read_xlsform(to_sheets(q));
  for (const auto& e : read.errors) ADD_FAILURE() << e.message;
  EXPECT_EQ(read.questionnaire, q);
  const auto back = questionnaire_from_json(to_json(q));
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, q);
  EXPECT_EQ(parse_options(options_text(q.blocks[0].questions[2].options)), q.blocks[0].questions[2].options);
}

TEST(SurveyForm, NamesWhatItCannotAsk) {
  std::vector<doc::Sheet> sheets = {{"survey",
                                     {{"type", "name", "label::中文 (zh)", "required"},
                                      {"select_one none", "a", "题", "yes"},
                                      {"geopoint", "where", "定位", ""},
                                      {"begin_group", "g", "", ""},
                                      {"integer", "age", "年龄", "yes"}}}};
  const auto read = read_xlsform(sheets);
  ASSERT_EQ(read.errors.size(), 3u);
  EXPECT_NE(read.errors[1].message.find("第 3 行"), std::string::npos);
  EXPECT_EQ(read_xlsform({}).errors.size(), 1u);
}

Pairs filled(const Questionnaire& q, int age, const std::string& media) {
  Pairs f = {{"persons", "3"},
             {"q-sex", "1"},
             {"q-age", std::to_string(age)},
             {"q-education", "3"},
             {"q-work", "2"}};
  for (const auto& m : {media}) f.emplace_back("q-media", m);
  f.emplace_back("q-net", "1");
  for (const auto* s : q.scored()) f.emplace_back("q-" + s->name, s->right);
  f.emplace_back("t-sex", "1200");
  f.emplace_back("from", "1000");
  f.emplace_back("until", "901000");
  return f;
}

TEST(SurveyInterview, ReadsWhatWasAskedAndScoresIt) {
  const auto q = small();
  const auto table = selection_table("种子", 5);
  const auto in = read_interview(q, table, filled(q, 65, "3 1"));
  for (const auto& e : in.errors) ADD_FAILURE() << e.message;
  EXPECT_EQ(in.interview.code, "1.1");
  EXPECT_EQ(in.interview.person, table[2]);
  EXPECT_EQ(in.interview.answers.count("work"), 0u) << "not asked of people over 60";
  EXPECT_EQ(in.interview.answers.at("media"), "1 3");
  EXPECT_EQ(in.interview.answers.at("net"), "1");
  EXPECT_NEAR(score_of(q, in.interview.answers), 100, 1e-9);
  EXPECT_NEAR(minutes_of(in.interview), 15, 1e-9);
  EXPECT_EQ(in.interview.times.at("sex"), 1200);
  const auto again = read_interview(q, table, to_fields(in.interview));
  EXPECT_EQ(again.interview, in.interview);
  const auto stored = interview_from_json(to_json(in.interview));
  ASSERT_TRUE(stored);
  EXPECT_EQ(*stored, in.interview);
}

TEST(SurveyInterview, TellsAllThatIsWrong) {
  const auto q = small();
  Pairs f = filled(q, 17, "9");
  f[0].second = "0";
  f[1].second = "3";
  const auto in = read_interview(q, selection_table("种子", 5), f);
  std::set<std::string> fields;
  for (const auto& e : in.errors) fields.insert(e.field);
  EXPECT_EQ(fields, (std::set<std::string>{"persons", "q-sex", "q-age", "q-media"}));
}

TEST(SurveyInterview, BrokenOffCountsByWhatWasAnswered) {
  const auto q = small();
  auto f = filled(q, 40, "1");
  f.emplace_back("stopped", "1");
  EXPECT_EQ(read_interview(q, selection_table("s", 5), f).interview.code, "1.2");
  std::erase_if(f, [](const auto& p) { return p.first[2] == 'k' && p.first != "q-k0"; });
  const auto in = read_interview(q, selection_table("s", 5), f);
  EXPECT_TRUE(in.errors.empty());
  EXPECT_EQ(in.interview.code, "2.12");
}

TEST(SurveyRecords, AreReadOrRefused) {
  const auto two = read_records(
      R"({"records":[{"kind":"interview","case":"12","key":"k","fields":[["q-a","1"]]},{"kind":"attempt","case":"13","key":"l","fields":[]}]})");
  ASSERT_TRUE(two);
  ASSERT_EQ(two->size(), 2u);
  EXPECT_EQ((*two)[0].field_case, 12);
  EXPECT_TRUE((*two)[1].attempt);
  for (const char* bad : {"", "[]", "{}", R"({"records":[1]})", R"({"records":[{"fields":[["a"]]}]})"}) {
    EXPECT_FALSE(read_records(bad)) << bad;
  }
  EXPECT_EQ(
      read_attempt({{"code", "2.24"}, {"on", "2026-03-02"}, {"hour", "19"}}, {2026, 3, 2}).errors.size(), 0u);
  EXPECT_EQ(read_attempt({{"code", "1.1"}, {"on", "2026-03-03"}, {"hour", "24"}}, {2026, 3, 2}).errors.size(),
            3u);
}

}  // namespace
}  // namespace kepu::survey

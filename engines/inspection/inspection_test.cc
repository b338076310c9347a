#include "engines/inspection/inspection.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "engines/inspection/checklist.h"
#include "engines/inspection/sample.h"
#include "engines/inspection/submission.h"

namespace kepu::inspection {
namespace {

using auth::UnitKind;

auth::UnitTree county() {
  std::vector<auth::Unit> units;
  const auto add = [&](Id id, Id parent, UnitKind kind) {
    auth::Unit u;
    u.id = id;
    u.parent = parent;
    u.kind = kind;
    u.name = "单位" + std::to_string(id);
    u.position = static_cast<int>(id);
    units.push_back(u);
  };
  add(1, 0, UnitKind::county);
  for (Id d = 10; d < 20; ++d) add(d, 1, UnitKind::department);
  for (Id t = 20; t < 32; ++t) {
    add(t, 1, UnitKind::township);
    for (Id v = 0; v < 4; ++v) add(t * 100 + v, t, UnitKind::village);
  }
  return auth::UnitTree(std::move(units));
}

// ---- states

template <class Rules>
void expect_no_double(const Rules& rules) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    for (std::size_t k = i + 1; k < rules.size(); ++k) {
      EXPECT_FALSE(rules[i].from == rules[k].from && rules[i].action == rules[k].action) << i << " " << k;
    }
  }
}

TEST(Flow, EveryStateAndActionHasOneRow_AndEveryStateIsReached) {
  expect_no_double(round_rules());
  expect_no_double(visit_rules());
  expect_no_double(problem_rules());
  std::set<ProblemState> reached = {ProblemState::noted};
  for (int i = 0; i < 10; ++i) {
    for (const auto& r : problem_rules()) {
      if (reached.count(r.from) == 1) reached.insert(r.to);
    }
  }
  EXPECT_EQ(reached.size(), 6u);
}

TEST(Flow, NobodyMayCloseWithoutLookingAgain) {
  for (const auto& r : problem_rules()) {
    if (r.to == ProblemState::closed) {
      EXPECT_EQ(r.from, ProblemState::passed);
    }
    if (r.to == ProblemState::passed) {
      EXPECT_EQ(r.from, ProblemState::reported);
    }
    if (r.from == ProblemState::rectifying && r.right == kRectify) {
      EXPECT_EQ(r.to, ProblemState::reported);
    }
  }
}

TEST(Flow, WordsAreReadBack) {
  for (const auto& r : problem_rules()) {
    EXPECT_EQ(parse_problem_state(to_text(r.from)), r.from);
    EXPECT_EQ(parse_problem_action(to_text(r.action)), r.action);
    EXPECT_EQ(parse_problem_action(title_of(r.action)), r.action);
  }
  EXPECT_FALSE(parse_problem_state("gone"));
}

// ---- sample

TEST(Sample, IsRepeatableFromItsSeed_AndAnotherSeedDrawsOthers) {
  const auto tree = county();
  const std::vector<Stratum> strata = {{UnitKind::department, 3}, {UnitKind::township, 4}};
  const auto frame = frame_of(tree, strata, {});
  ASSERT_EQ(frame.size(), 22u);
  const auto drawn = draw(frame, strata, "2026-06-01 07 12 25").value();
  EXPECT_TRUE(is_repeatable(drawn, strata, "2026-06-01 07 12 25"));
  EXPECT_FALSE(is_repeatable(drawn, strata, "2026-06-01 07 12 26"));
  for (std::size_t s = 0; s < strata.size(); ++s) {
    const auto count = std::count_if(drawn.begin(), drawn.end(), [&](const FrameUnit& f) {
      return f.drawn && f.stratum == static_cast<int>(s);
    });
    EXPECT_EQ(count, strata[s].take);
  }
  auto forged = drawn;
  for (auto& f : forged) {
    if (!f.drawn) {
      f.drawn = true;
      break;
    }
  }
  EXPECT_FALSE(is_repeatable(forged, strata, "2026-06-01 07 12 25"));
}

TEST(Sample, DrawsOfOneKindDoNotChangeWithTheOther) {
  const auto tree = county();
  const auto of_kind = [&](int departments) {
    const std::vector<Stratum> strata = {{UnitKind::township, 4}, {UnitKind::department, departments}};
    std::vector<Id> out;
    const auto drawn = draw(frame_of(tree, strata, {}), strata, "种子").value();
    for (const auto& f : drawn) {
      if (f.drawn && f.stratum == 0) out.push_back(f.unit);
    }
    return out;
  };
  EXPECT_EQ(of_kind(1), of_kind(7));
}

TEST(Sample, OnlyUnitsThatCarryTheTasks) {
  const std::vector<Stratum> strata = {{UnitKind::township, 1}};
  const auto frame = frame_of(county(), strata, {21, 25});
  ASSERT_EQ(frame.size(), 2u);
  EXPECT_EQ(frame[1].unit, 25);
}

TEST(Sample, RefusesWhatCannotBeDrawn) {
  const std::vector<Stratum> strata = {{UnitKind::township, 13}};
  const auto frame = frame_of(county(), strata, {});
  const auto many = draw(frame, strata, "x");
  ASSERT_FALSE(many);
  EXPECT_EQ(many.error().rule, "inspection.too_many");
  EXPECT_NE(many.error().message.find("只有 12 个"), std::string::npos);
  EXPECT_EQ(draw(frame, strata, " ").error().rule, "inspection.seed");
  EXPECT_EQ(draw(frame, {{UnitKind::township, 0}}, "x").error().rule, "inspection.nothing_drawn");
}

// ---- who visits whom

TEST(Pairing, NobodyVisitsHisOwnUnitOrItsTownship) {
  const auto tree = county();
  EXPECT_TRUE(is_barred(tree, 20, 20));
  EXPECT_TRUE(is_barred(tree, 20, 2001));
  EXPECT_TRUE(is_barred(tree, 2001, 20));
  EXPECT_FALSE(is_barred(tree, 21, 2001));
  EXPECT_FALSE(is_barred(tree, 1, 20));  // the county's own people go everywhere
}

TEST(Pairing, RandomTeams_NeverBreakTheBar_AndShareTheWork) {
  const auto tree = county();
  std::mt19937 dice(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<Inspector> people;
    const int count = 2 + static_cast<int>(dice() % 5);
    for (int i = 0; i < count; ++i) people.push_back({100 + i, static_cast<Id>(10 + dice() % 22), "人"});
    std::vector<Id> visited;
    for (Id u = 10; u < 32; ++u) {
      if (dice() % 3 != 0) visited.push_back(u);
    }
    const int each = 1 + static_cast<int>(dice() % 2);
    const auto pairs = assign_inspectors(tree, visited, people, each);
    if (!pairs) {
      EXPECT_EQ(pairs.error().rule, "inspection.no_inspector");
      continue;
    }
    std::map<Id, int> load;
    for (const auto& pair : *pairs) {
      EXPECT_LE(pair.people.size(), static_cast<std::size_t>(each));
      EXPECT_EQ(std::set<Id>(pair.people.begin(), pair.people.end()).size(), pair.people.size());
      for (const Id person : pair.people) {
        ++load[person];
        const auto at = std::find_if(people.begin(), people.end(),
                                     [&](const Inspector& i) { return i.person == person; });
        EXPECT_FALSE(is_barred(tree, at->unit, pair.unit));
      }
    }
    int least = 1000, most = 0;
    for (const auto& p : people) {
      least = std::min(least, load[p.person]);
      most = std::max(most, load[p.person]);
    }
    EXPECT_LE(most - least, 3);  // the bar alone makes them differ
  }
}

// ---- checklist

TEST(Checklist, IsReadWithItsKinds) {
  const auto read = parse_checklist(
      "是否公开年度工作计划 | 是否 | 佐证\n\n阵地开放情况｜评分 10\n全年场次 | 数字 场 | 选答\n  主要做法 | "
      "文字\n只写问题");
  ASSERT_TRUE(read.errors.empty()) << read.errors[0].message;
  ASSERT_EQ(read.questions.size(), 5u);
  EXPECT_TRUE(read.questions[0].evidence);
  EXPECT_EQ(read.questions[1].most, 10);
  EXPECT_EQ(read.questions[2].unit, "场");
  EXPECT_TRUE(read.questions[2].optional);
  EXPECT_EQ(read.questions[4].kind, QuestionKind::yes_no);
  EXPECT_EQ(parse_checklist(to_text(read.questions)).questions, read.questions);
}

TEST(Checklist, EveryBadLineIsNamed) {
  const auto read = parse_checklist(
      "好 | 是否\n坏 | 打钩\n| 是否\n分 | 评分\n分 | 评分 0\n分 | 评分 3.5\n标 | 是否 | 图片");
  ASSERT_EQ(read.errors.size(), 6u);
  EXPECT_NE(read.errors[0].message.find("第 2 行"), std::string::npos);
  EXPECT_NE(read.errors[5].message.find("第 7 行"), std::string::npos);
  EXPECT_EQ(parse_checklist(" \n").errors[0].rule, "checklist.none");
  std::string many;
  for (int i = 0; i < 61; ++i) many += "问题\n";
  EXPECT_EQ(parse_checklist(many).errors[0].rule, "checklist.many");
}

// ---- answers

const std::vector<Question>& questions() {
  static const auto kQuestions =
      parse_checklist("公开 | 是否 | 佐证\n开放 | 评分 10\n场次 | 数字 场 | 选答").questions;
  return kQuestions;
}

TEST(Submission, IsReadAndKeptWhole) {
  const Photo photo{std::string(64, 'a'), "门.jpg", "image/jpeg"},
      fresh{std::string(64, 'b'), "牌.png", "image/png"};
  const auto read = read_body(questions(), {{7, "农-03", "建阵地"}},
                              {{"on", "2026-06-02"},
                               {"q1", "yes"},
                               {"q1-photo", photo.sha256},
                               {"q2", "８.5"},
                               {"f2-what", "门没开"},
                               {"f2-place", "村委会一楼"},
                               {"f2-severity", "serious"},
                               {"f2-task", "7"},
                               {"f9-what", ""},
                               {"summary", "尚可"}},
                              {photo}, {{"f2-photo", fresh}});
  ASSERT_TRUE(read.errors.empty()) << read.errors[0].message;
  EXPECT_EQ(read.body.answers.at(2).value, "8.5");
  ASSERT_EQ(read.body.findings.size(), 1u);
  EXPECT_EQ(read.body.findings[0].task.code, "农-03");
  EXPECT_EQ(read.body.findings[0].photos[0].sha256, fresh.sha256);
  EXPECT_EQ(photos_of(read.body).size(), 2u);
  EXPECT_EQ(body_from_json(to_json(read.body)).value(), read.body);
  const auto again =
      read_body(questions(), {{7, "农-03", "建阵地"}}, to_fields(read.body), photos_of(read.body), {});
  EXPECT_EQ(again.body, read.body);
}

TEST(Submission, WhatIsMissingIsSaidAtItsField_AndForeignPhotosAreNotTaken) {
  const auto read = read_body(questions(), {},
                              {{"on", "明天"},
                               {"q1", "yes"},
                               {"q1-photo", std::string(64, 'c')},
                               {"q2", "11"},
                               {"q3", "-1"},
                               {"f1-place", "三楼"},
                               {"f1-what", ""}},
                              {}, {});
  std::set<std::string> fields;
  for (const auto& e : read.errors) fields.insert(e.field);
  EXPECT_EQ(fields, (std::set<std::string>{"on", "q1-photo", "q2", "q3", "f1-what"}));
}

TEST(Submission, RandomFieldsNeverBreakIt) {
  std::mt19937 dice(11);
  const std::vector<std::string> names = {"on",          "q1",      "q1-photo",    "q2",      "q3",
                                          "q99",         "f1-what", "f1-photo",    "f-what",  "fx-what",
                                          "f12345-what", "-what",   "f1-severity", "f1-task", "summary"};
  const std::vector<std::string> values = {"",
                                           "yes",
                                           "1e999",
                                           "-0",
                                           "NaN",
                                           "2026-06-01",
                                           "\xF0\x9F\x98\x80",
                                           "9223372036854775808",
                                           "一百",
                                           std::string(3000, 'x')};
  for (int i = 0; i < 2000; ++i) {
    Pairs fields;
    for (int k = 0; k < 8; ++k)
      fields.emplace_back(names[dice() % names.size()], values[dice() % values.size()]);
    const auto read = read_body(questions(), {}, fields, {}, {});
    if (read.errors.empty()) {
      EXPECT_EQ(body_from_json(to_json(read.body)).value(), read.body);
    }
  }
  EXPECT_FALSE(body_from_json("{\"on\":\"2026-02-30\"}"));
  EXPECT_FALSE(body_from_json("["));
}

}  // namespace
}  // namespace kepu::inspection

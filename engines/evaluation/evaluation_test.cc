// The rules over plain values: states, self-check, snapshots, the report, what goes on.
#include "engines/evaluation/evaluation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "core/base/text.h"
#include "engines/evaluation/next_period.h"
#include "engines/evaluation/snapshot.h"

namespace kepu::evaluation {
namespace {

using base::contains;

TEST(Rounds, FrozenAndCancelledAreEndsAndNothingIsJudgedOutside) {
  for (const auto action : {Action::edit, Action::open, Action::close, Action::reopen, Action::words,
                            Action::judge, Action::freeze, Action::cancel}) {
    EXPECT_FALSE(after(State::frozen, action));
    EXPECT_FALSE(after(State::cancelled, action));
  }
  EXPECT_EQ(after(State::draft, Action::open), State::collecting);
  EXPECT_EQ(after(State::collecting, Action::close), State::judging);
  EXPECT_EQ(after(State::judging, Action::reopen), State::collecting);
  EXPECT_EQ(after(State::judging, Action::freeze), State::frozen);
  EXPECT_FALSE(after(State::collecting, Action::freeze));
  EXPECT_FALSE(after(State::draft, Action::judge));
}

TEST(SelfCheck, TheLeastCompleteLeadSpeaksAndSilenceIsMissing) {
  std::mt19937 random(5);
  for (int round = 0; round < 400; ++round) {
    std::vector<Answer> answers;
    std::map<Id, SheetState> sheets;
    const bool any_lead = random() % 2 == 0;
    for (Id unit = 1; unit <= static_cast<Id>(random() % 5 + 1); ++unit) {
      Answer a;
      a.unit = unit;
      a.lead = any_lead && (unit == 1 || random() % 2 == 0);
      a.said = static_cast<Completion>(random() % 4);
      answers.push_back(a);
      sheets[unit] = static_cast<SheetState>(random() % 4);
    }
    // By brute force: who speaks, and whether each of them has spoken.
    Completion least = Completion::none;
    std::size_t silent = 0;
    for (const auto& a : answers) {
      if (any_lead && !a.lead) continue;
      if (!counts(sheets[a.unit]) || a.said == Completion::none) {
        ++silent;
      } else if (static_cast<int>(a.said) > static_cast<int>(least)) {
        least = a.said;
      }
    }
    auto shuffled = answers;
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    const auto self = self_check(shuffled, sheets);
    EXPECT_EQ(self.missing.size(), silent);
    EXPECT_EQ(self.said, silent == 0 ? least : Completion::none);
  }
  EXPECT_EQ(self_check({}, {}).said, Completion::none);
  EXPECT_TRUE(wants_reason(Completion::none, Completion::done));
  EXPECT_FALSE(wants_reason(Completion::done, Completion::done));
}

TEST(References, AddressesArePartedFromTheirWords) {
  const auto all = references_of(
      "/evidence/4711 签到册\n\n  https://example.org/a\n纸质档案 3 号柜\njavascript:alert(1) 坏\n");
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[0].url, "/evidence/4711");
  EXPECT_EQ(all[0].words, "签到册");
  EXPECT_EQ(all[1].words, "https://example.org/a");
  EXPECT_EQ(all[2].url, "");
  EXPECT_EQ(all[3].url, "");  // no address of ours
}

Snapshot sample() {
  Snapshot s;
  s.county = "岚江县";
  s.title = "岚江县实施方案终期评估";
  s.kind = "终期评估";
  s.plan = "岚江县全民科学素质行动规划纲要实施方案（2026—2030年）";
  s.basis = "实施方案";
  s.words = "做法一\n做法二";
  s.issuer = "岚江县全民科学素质工作办公室";
  s.from = {2026, 1, 1};
  s.until = {2030, 12, 31};
  s.day = {2030, 12, 31};
  s.plan_from = 2026;
  s.plan_to = 2030;
  s.units = 3;
  s.reported = 2;
  const auto add = [&](const char* code, const char* title, Completion said, bool yearly) {
    TaskResult t;
    t.task = static_cast<Id>(s.tasks.size()) + 1;
    t.code = code;
    t.title = title;
    t.initiative = "农民科学素质提升行动";
    t.self = t.final_ = said;
    t.body = "到2030年培训高素质农民6000人次";
    t.leads = {"县农业农村局"};
    t.shares = {"县科协", "各乡镇（街道）"};
    t.every_year = yearly;
    if (said == Completion::none) t.silent = {"县农业农村局"};
    t.words.push_back(
        {"县农业农村局", true, said != Completion::none, said, "办班\t二十期\n合格率高", "/evidence/1 名册"});
    t.proofs.push_back({"签到册", "/evidence/2"});
    s.tasks.push_back(std::move(t));
  };
  add("农-01", "实施高素质农民培育计划", Completion::partly, false);
  add("农-02", "建好科技小院", Completion::done, false);
  add("农-03", "开展三下乡", Completion::done, true);
  add("农-04", "推广新技术", Completion::none, false);
  TargetResult head;
  head.target = 77;
  head.text = "全县公民具备科学素质的比例达到18%以上";
  head.goal = "≥ 18%";
  head.value = "16.4%";
  head.state = "到期未达到";
  head.source = "公民科学素质读数，2030-01-01 至 2030-12-31";
  head.headline = true;
  s.targets.push_back(head);
  TargetResult people;
  people.target = 78;
  people.code = "农-01";
  people.text = "培训高素质农民6000人次";
  people.goal = "6,000 人次";
  people.state = "缺数据";
  people.why = "没有单位填报";
  s.targets.push_back(people);
  return s;
}

TEST(Snapshots, ComeBackAsTheyWereAndAreRefusedWhenDamaged) {
  const auto s = sample();
  const std::string text = to_text(s);
  const auto back = snapshot_from(text);
  ASSERT_TRUE(back);
  EXPECT_EQ(to_text(*back), text);
  EXPECT_EQ(back->tasks[0].words[0].words, "办班\t二十期\n合格率高");
  EXPECT_EQ(back->tasks[0].shares, s.tasks[0].shares);
  EXPECT_TRUE(back->targets[0].headline);
  EXPECT_FALSE(snapshot_from(""));
  EXPECT_FALSE(snapshot_from("T\t1"));
  std::mt19937 random(9);
  for (int i = 0; i < 300; ++i) {  // any cut or changed letter is told or changes nothing of the shape
    auto bad = text.substr(0, random() % text.size());
    const auto read = snapshot_from(bad);
    EXPECT_LE(read ? read->tasks.size() : 0, s.tasks.size());
  }
  auto other = text;
  other.replace(other.find("evaluation-1"), 12, "evaluation-9");
  EXPECT_FALSE(snapshot_from(other));
}

TEST(Snapshots, WhatIsMissingIsListedAndNeverCountedAsDoneOrNot) {
  const auto s = sample();
  const auto c = s.counts();
  EXPECT_EQ(c.done, 2);
  EXPECT_EQ(c.partly, 1);
  EXPECT_EQ(c.not_done, 0);
  EXPECT_EQ(c.missing, 1);
  const auto missing = missing_of(s);
  ASSERT_EQ(missing.size(), 3u);  // the silent unit, the task without a word, the target without a value
  EXPECT_EQ(missing[0].who, "县农业农村局");
  EXPECT_TRUE(contains(missing[2].what, "6000人次"));
}

TEST(Report, TheSameSnapshotGivesTheSameBytes) {
  const auto s = sample();
  const auto again = snapshot_from(to_text(s));
  ASSERT_TRUE(again);
  EXPECT_TRUE(report_of(s, "ab").docx() == report_of(*again, "ab").docx());
  EXPECT_FALSE(report_of(s, "").docx() == report_of(s, "ab").docx());
  auto other = s;
  other.targets[0].value = "16.5%";
  EXPECT_FALSE(report_of(other, "ab").docx() == report_of(s, "ab").docx());
}

TEST(NextPeriod, YearsOfThePeriodMoveAndOthersStay) {
  EXPECT_EQ(with_years_moved("到2030年，比2025年提高；2026—2030年", 2026, 2030),
            "到2035年，比2025年提高；2031—2035年");
  EXPECT_EQ(with_years_moved("培训2028人，2028年前", 2026, 2030), "培训2028人，2033年前");
  EXPECT_EQ(with_years_moved("12030年", 2026, 2030), "12030年");
  EXPECT_EQ(with_years_moved("", 2026, 2030), "");
}

TEST(NextPeriod, UnfinishedAndYearlyTasksAreProposedAndNothingGoesOnByItself) {
  const auto s = sample();
  const auto items = carry_items(s);
  ASSERT_EQ(items.size(), 6u);
  EXPECT_EQ(items[0].proposal, Carry::keep);  // partly done
  EXPECT_EQ(items[1].proposal, Carry::drop);  // done
  EXPECT_EQ(items[2].proposal, Carry::keep);  // every year
  EXPECT_EQ(items[3].proposal, Carry::keep);  // not known
  EXPECT_EQ(items[4].value, "16.4%");
  EXPECT_TRUE(contains(items[5].why, "没有终值"));
  std::map<std::string, CarryDecision> none;
  const auto empty = outline_text({s, items, none});
  EXPECT_FALSE(contains(empty, "高素质农民"));
  EXPECT_TRUE(contains(empty, "（2031—2035年）"));
  std::map<std::string, CarryDecision> some;
  some["task:农-01"].carry = Carry::keep;
  some["task:农-02"].carry = Carry::drop;
  some["target:77"].carry = Carry::keep;
  some["target:77"].goal = "22%";
  some["target:78"].carry = Carry::keep;
  some["target:78"].goal = "8000人次";
  const auto text = outline_text({s, items, some});
  EXPECT_TRUE(contains(text, "到2035年，全县公民具备科学素质的比例达到22%以上，2030年为16.4%。")) << text;
  EXPECT_TRUE(contains(text,
                       "1.实施高素质农民培育计划。到2035年培训高素质农民6000人次。到2035年达到8000人次。"
                       "（牵头单位：县农业农村局；责任单位：县科协、各乡镇（街道））"))
      << text;
  EXPECT_FALSE(contains(text, "科技小院"));
  EXPECT_TRUE(outline_paper({s, items, some}).docx() == outline_paper({s, items, some}).docx());
}

}  // namespace
}  // namespace kepu::evaluation

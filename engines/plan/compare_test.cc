#include "engines/plan/compare.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "core/base/text.h"
#include "engines/plan/plan_samples_test.h"

namespace kepu::plan {
namespace {

std::string side(const std::vector<Piece>& pieces, Piece::Kind left_out) {
  std::string text;
  for (const auto& piece : pieces)
    if (piece.kind != left_out) text += piece.text;
  return text;
}

std::size_t kept(const std::vector<Piece>& pieces) {
  std::size_t count = 0;
  for (const auto& piece : pieces)
    if (piece.kind == Piece::Kind::kept) count += base::length(piece.text);
  return count;
}

std::size_t longest_common(const std::u32string& a, const std::u32string& b) {
  std::vector<std::vector<std::size_t>> best(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 1; i <= a.size(); ++i)
    for (std::size_t k = 1; k <= b.size(); ++k)
      best[i][k] = a[i - 1] == b[k - 1] ? best[i - 1][k - 1] + 1 : std::max(best[i - 1][k], best[i][k - 1]);
  return best[a.size()][b.size()];
}

std::string random_text(std::mt19937& random, std::size_t length, int letters) {
  static const std::u32string kLetters = U"科普素质。，教育农民ab";
  std::u32string text;
  for (std::size_t i = 0; i < length; ++i)
    text.push_back(kLetters[random() % static_cast<unsigned>(letters)]);
  return base::to_utf8(text);
}

void expect_sound(const std::string& a, const std::string& b, const std::vector<Piece>& pieces) {
  EXPECT_EQ(side(pieces, Piece::Kind::inserted), a);
  EXPECT_EQ(side(pieces, Piece::Kind::removed), b);
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    EXPECT_FALSE(pieces[i].text.empty());
    EXPECT_TRUE(i == 0 || pieces[i].kind != pieces[i - 1].kind);
  }
}

TEST(Difference, IsMinimalOnShortTexts) {
  std::mt19937 random(7);
  for (int round = 0; round < 4000; ++round) {
    const auto a = random_text(random, random() % 14, 2 + static_cast<int>(random() % 8));
    const auto b = random_text(random, random() % 14, 2 + static_cast<int>(random() % 8));
    const auto pieces = difference(a, b);
    expect_sound(a, b, pieces);
    ASSERT_EQ(kept(pieces), longest_common(base::to_code_points(a), base::to_code_points(b)))
        << a << " | " << b;
  }
}

TEST(Difference, ShowsWhatWasChanged) {
  const auto pieces = difference("每年举办两期培训班", "每年举办四期培训班");
  ASSERT_EQ(pieces.size(), 4u);
  EXPECT_EQ(pieces[0].text, "每年举办");
  EXPECT_EQ(pieces[1].text, "两");
  EXPECT_EQ(pieces[1].kind, Piece::Kind::removed);
  EXPECT_EQ(pieces[2].text, "四");
  EXPECT_TRUE(difference("", "").empty());
}

TEST(Difference, LongTextsStayWholeAndBounded) {
  std::mt19937 random(11);
  for (const std::size_t length : {5'000u, 30'000u, 60'000u}) {
    const auto a = random_text(random, length, 11), b = random_text(random, length, 11);
    expect_sound(a, b, difference(a, b));
    const auto changed = a + "结尾";
    const auto pieces = difference(a, changed);
    expect_sound(a, changed, pieces);
    EXPECT_GE(kept(pieces) + 50, length);
  }
}

class Comparing : public ::testing::Test {
 protected:
  samples::Counter next_id;
  Plan before = samples::plan(next_id);
  Plan after = samples::plan(next_id);
};

TEST_F(Comparing, APlanWithItselfIsAllTheSame) {
  const auto result = compare(before, before);
  EXPECT_EQ(result.same, 7);
  EXPECT_EQ(result.added + result.dropped + result.reworded + result.handed_over, 0);
  EXPECT_EQ(result.items.size(), 10u);
  EXPECT_TRUE(std::all_of(result.items.begin(), result.items.end(), [](const ItemChange& each) {
    return each.change == Change::same && !each.moved && each.old_task == each.new_task;
  }));
  EXPECT_TRUE(std::all_of(result.targets.begin(), result.targets.end(),
                          [](const TargetChange& each) { return each.change == Change::same; }));
  EXPECT_TRUE(result.metadata.empty());
}

TEST_F(Comparing, TellsRewordedHandedOverMovedAddedAndDropped) {
  after.initiatives[0].tasks[0].body = "讲好科学家故事。编排十部校园剧目。";
  after.initiatives[1].tasks[1].responsible = {"县林业局"};
  after.initiatives[0].tasks.push_back(after.initiatives[2].tasks[1]);
  after.initiatives[0].tasks.back().initiative = after.initiatives[0].id;
  after.initiatives[2].tasks.pop_back();
  after.initiatives[0].tasks.erase(after.initiatives[0].tasks.begin() + 2);  // 培养后备人才
  after.initiatives[2].tasks.push_back(after.initiatives[2].tasks[0]);
  after.initiatives[2].tasks.back().id = 9999;
  after.initiatives[2].tasks.back().title = "推进应急宣教";
  after.initiatives[2].tasks.back().body = "汛期之前开展演练。";
  after.version.metadata.to = 2026;
  after.targets[0].value = 15;
  after.targets.pop_back();
  const auto result = compare(before, after);
  EXPECT_EQ(result.added, 1);
  EXPECT_EQ(result.dropped, 1);
  EXPECT_EQ(result.reworded, 1);
  EXPECT_EQ(result.handed_over, 2);  // the moved one inherits other responsible units
  const auto titled = [&](std::string_view title) {
    return *std::find_if(result.items.begin(), result.items.end(), [&](const ItemChange& each) {
      return (each.new_task && each.new_task->title == title) ||
             (each.old_task && each.old_task->title == title);
    });
  };
  EXPECT_EQ(titled("弘扬科学家精神").change, Change::reworded);
  EXPECT_EQ(titled("送科技下乡").change, Change::handed_over);
  EXPECT_EQ(titled("送科技下乡").parties.responsible_gone, std::vector<std::string>{"各乡镇（街道）"});
  EXPECT_EQ(titled("送科技下乡").parties.responsible_new, std::vector<std::string>{"县林业局"});
  EXPECT_TRUE(titled("用好新媒体").moved);
  EXPECT_EQ(titled("推进应急宣教").change, Change::added);
  EXPECT_EQ(result.items[3].change, Change::dropped);  // where it stood: behind 办好科学课
  EXPECT_EQ(result.items[3].old_task->title, "培养后备人才");
  ASSERT_EQ(result.metadata.size(), 1u);
  EXPECT_EQ(result.metadata[0].first, "规划期");
  ASSERT_EQ(result.targets.size(), 3u);
  EXPECT_EQ(result.targets[0].change, Change::reworded);
  EXPECT_EQ(result.targets[1].change, Change::same);
  EXPECT_EQ(result.targets[2].change, Change::dropped);
}

// Texts of few words, so that likeness has many ties.
Plan random_plan(std::mt19937& random, const samples::Counter& next_id) {
  static const std::vector<std::string> kTitles = {"青少年科学素质提升行动", "农民科学素质提升行动",
                                                   "老年人科学素质提升行动", "科普信息化提升工程",
                                                   "科普基础设施工程",       "基层科普能力提升工程"};
  static const std::vector<std::string> kTasks = {"建设基地", "建设平台", "培训教师", "培训农民",
                                                  "开展活动", "加强宣传", "组建队伍"};
  Reading read;
  for (std::size_t i = 0; i < kTitles.size(); ++i) {
    if (random() % 4 == 0) continue;
    Initiative initiative;
    initiative.kind = i < 3 ? InitiativeKind::action : InitiativeKind::project;
    initiative.title = kTitles[i];
    if (random() % 2 == 0) initiative.lead = {"县科协"};
    for (auto k = random() % 5; k > 0; --k) {
      auto title = kTasks[random() % kTasks.size()];
      if (random() % 3 == 0) title += kTasks[random() % kTasks.size()];
      initiative.tasks.push_back(
          samples::task(title, random() % 2 == 0 ? "" : kTasks[random() % kTasks.size()], 1));
      if (random() % 2 == 0) initiative.tasks.back().responsible = {random() % 2 == 0 ? "县妇联" : "团县委"};
      Quantity quantity;
      quantity.value = static_cast<double>(random() % 3);
      quantity.text = title;
      quantity.unit = random() % 2 == 0 ? "人" : "次";
      quantity.initiative = random() % 3 == 0 ? -1 : static_cast<int>(read.initiatives.size());
      read.quantities.push_back(quantity);
    }
    read.initiatives.push_back(initiative);
  }
  return from_reading(read, {}, {}, next_id);
}

TEST(Comparison, IsMirroredWhenThePlansAreExchanged) {
  std::mt19937 random(3);
  for (int round = 0; round < 150; ++round) {
    const samples::Counter next_id;
    const auto a = random_plan(random, next_id), b = random_plan(random, next_id);
    const auto there = compare(a, b), back = compare(b, a);
    ASSERT_EQ(there.added, back.dropped) << "round " << round;
    ASSERT_EQ(there.dropped, back.added);
    EXPECT_EQ(there.same, back.same);
    EXPECT_EQ(there.reworded, back.reworded);
    EXPECT_EQ(there.handed_over, back.handed_over);
    EXPECT_EQ(there.items.size(), back.items.size());
    for (const auto& item : there.items)
      EXPECT_TRUE(std::any_of(back.items.begin(), back.items.end(), [&](const ItemChange& other) {
        return other.old_task == item.new_task && other.new_task == item.old_task &&
               other.moved == item.moved &&
               (item.new_task || item.old_task ||
                (other.old_initiative == item.new_initiative && other.new_initiative == item.old_initiative));
      }));
    const auto targets = [](const Comparison& result, Change change) {
      return std::count_if(result.targets.begin(), result.targets.end(),
                           [&](const TargetChange& each) { return each.change == change; });
    };
    EXPECT_EQ(targets(there, Change::added), targets(back, Change::dropped));
    EXPECT_EQ(targets(there, Change::same), targets(back, Change::same));
    EXPECT_LE(static_cast<std::size_t>(there.same + there.added), b.living_tasks().size());

    const auto up = align(a, b, {}), down = align(b, a, {});
    EXPECT_EQ(up.matched, down.matched);
    EXPECT_EQ(up.superior_only, down.own_only);
    EXPECT_EQ(up.own_only, down.superior_only);
    EXPECT_EQ(static_cast<std::size_t>(up.matched + up.own_only), b.living_tasks().size());
    EXPECT_EQ(static_cast<std::size_t>(up.matched + up.superior_only), a.living_tasks().size());
  }
}

TEST_F(Comparing, AlignmentObeysLinksMadeByHand) {
  const auto plain = align(before, after, {});
  EXPECT_EQ(plain.matched, 7);
  const auto first = before.initiatives[0].tasks[0].id, second = before.initiatives[0].tasks[1].id;
  const auto ours = after.initiatives[2].tasks[0].id;
  const auto result = align(before, after, {{first, 0}, {second, ours}, {424242, ours}});
  for (const auto& row : result.items) {
    if (row.superior_task == nullptr) continue;
    if (row.superior_task->id == first) {
      EXPECT_EQ(row.own_task, nullptr);
      EXPECT_TRUE(row.by_hand);
    }
    if (row.superior_task->id == second) {
      EXPECT_EQ(row.own_task->id, ours);
      EXPECT_EQ(row.own_initiative, &after.initiatives[2]);
    }
  }
  EXPECT_EQ(result.matched + result.superior_only, 7);
  EXPECT_EQ(result.matched + result.own_only, 7);
}

Version document(Id id, std::string title, std::string number) {
  Version version;
  version.id = id;
  version.plan = id;
  version.kind = PlanKind::superior;
  version.state = VersionState::adopted;
  version.metadata.title = std::move(title);
  version.metadata.doc_number = std::move(number);
  return version;
}

TEST(Citations, ThePlanOfAnotherRegion_IsNoMatch_HoweverAlike) {
  Plan plan;
  plan.basis = {{1, "江南省全民科学素质行动规划纲要实施方案（2026—2030年）", "江政发〔2026〕2号"}};
  const auto city =
      document(7, "澄州市全民科学素质行动规划纲要实施方案（2026—2030年）", "澄府办发〔2026〕5号");
  EXPECT_EQ(check_citations(plan, {city})[0].verdict, Citation::Verdict::not_at_hand);
  plan.basis[0] = {1,
                   "澄州市人民政府办公室关于印发澄州市全民科学素质行动规划纲要实施方案（2026—2030年）的通知",
                   "澄府办发〔2026〕5号"};
  EXPECT_EQ(check_citations(plan, {city})[0].verdict, Citation::Verdict::agrees);
}

TEST(Citations, AreJudgedByTitleAndNumber) {
  EXPECT_EQ(normal_doc_number("国发 [2021] 第09号"), "国发〔2021〕9号");
  EXPECT_EQ(normal_doc_number("国发（２０２１）9 号"), "国发〔2021〕9号");
  EXPECT_EQ(normal_doc_number("国发〔2021〕10号"), "国发〔2021〕10号");
  Plan plan;
  const std::string outline = "全民科学素质行动规划纲要（2021—2035年）";
  plan.basis = {{1, outline, "国发[2021]9号"},
                {2, outline, "国办发〔2021〕9号"},
                {3, outline, ""},
                {4, "岚州省乡村振兴条例", "国发〔2021〕9号"},
                {5, "岚州省科普事业发展办法", "岚政发〔2020〕3号"}};
  auto gone = document(8, "岚州省科普事业发展办法", "岚政发〔2020〕3号");
  gone.state = VersionState::withdrawn;
  const auto found = check_citations(plan, {document(7, outline, "国发〔2021〕9号"), gone});
  ASSERT_EQ(found.size(), 5u);
  EXPECT_EQ(found[0].verdict, Citation::Verdict::agrees);
  EXPECT_EQ(found[0].plan_version, 7);
  EXPECT_EQ(found[1].verdict, Citation::Verdict::number_differs);
  EXPECT_EQ(found[2].verdict, Citation::Verdict::no_number);
  EXPECT_EQ(found[3].verdict, Citation::Verdict::title_differs);
  EXPECT_EQ(found[4].verdict, Citation::Verdict::not_at_hand);
  for (const auto& each : found) EXPECT_FALSE(each.message.empty());
}

}  // namespace
}  // namespace kepu::plan

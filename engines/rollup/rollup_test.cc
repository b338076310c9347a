// The rules of a roll-up without a database.
#include "engines/rollup/rollup.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "core/base/secret.h"

namespace kepu::rollup {
namespace {

Item amount(const std::string& code, ItemKind kind = ItemKind::sum, const std::string& metric = {}) {
  return {code, "项目" + code, kind, "场", 0, "现场开展的算一场", metric, 0, ""};
}
Item task(const std::string& code) {
  return {code, "农技协规范建设", ItemKind::task, "", 0, "", "", 77, "农-03"};
}

metric::Metric metric_of(const std::string& id, const std::string& unit = "场") {
  metric::Metric m;
  m.id = id;
  m.title = "指标" + id;
  m.unit = unit;
  m.definition = "定义" + id;
  return m;
}

Call call_of(std::vector<Item> items) {
  Call c;
  c.id = 9;
  c.title = "上半年汇总";
  c.from = {2026, 1, 1};
  c.to = {2026, 6, 30};
  c.due = {2026, 7, 15};
  c.items = std::move(items);
  return c;
}

std::vector<std::string> rules_of(const base::Errors& errors) {
  std::vector<std::string> out;
  for (const auto& e : errors) out.push_back(e.rule);
  return out;
}
using Rules = std::vector<std::string>;

TEST(RollupCall, HeadTellsAllThatIsWrong) {
  Call c = call_of({});
  EXPECT_TRUE(check_head(c).empty());
  c.title = " ";
  c.to = {2025, 12, 31};
  c.due = {2025, 12, 1};
  EXPECT_EQ(rules_of(check_head(c)), (Rules{"rollup.title", "rollup.period", "rollup.due"}));
}

TEST(RollupCall, ItemsThatDoNotAddUpAreNotAdded) {
  EXPECT_TRUE(check_item(amount("A"), {}, {}).empty());
  auto share = amount("A");
  share.unit = "%";
  EXPECT_EQ(rules_of(check_item(share, {}, {})), Rules{"rollup.adds"});
  share.kind = ItemKind::side;
  EXPECT_TRUE(check_item(share, {}, {}).empty());
  auto people = metric_of("training.people");
  people.counting = metric::Counting::people;
  EXPECT_EQ(rules_of(check_item(amount("A", ItemKind::sum, people.id), {}, people)), Rules{"rollup.adds"});
  EXPECT_TRUE(check_item(amount("A", ItemKind::side, people.id), {}, people).empty());
  EXPECT_EQ(rules_of(check_item(amount("A", ItemKind::sum, "x.y"), {}, metric_of("x.y", "万元"))),
            Rules{"rollup.unit"});
}

TEST(RollupCall, ACodeStandsOnce) {
  EXPECT_EQ(rules_of(check_item(amount("A"), {amount("B"), amount("A")}, {})), Rules{"rollup.code"});
  EXPECT_TRUE(check_item(task("T"), {amount("A")}, {}).empty());
  auto none = task("T");
  none.task = 0;
  EXPECT_EQ(rules_of(check_item(none, {}, {})), Rules{"rollup.task"});
}

TEST(RollupCall, IsIssuedWithItemsToCountiesBeforeItsDueDate) {
  const Call c = call_of({amount("A")});
  EXPECT_TRUE(check_issue(c, 1, {2026, 7, 15}).empty());
  EXPECT_EQ(rules_of(check_issue(c, 0, {2026, 7, 16})), (Rules{"rollup.no_county", "rollup.due"}));
  EXPECT_EQ(rules_of(check_issue(call_of({}), 1, {2026, 7, 1})), Rules{"rollup.no_item"});
}

class RollupCompose : public testing::Test {
 protected:
  Inputs inputs;
  RollupCompose() {
    inputs.as_of = {2026, 6, 30};
    inputs.figures["events.held"] = {metric_of("events.held"), {12.0, "", 12}};
    inputs.figures["events.other"] = {metric_of("events.other"), {7.0, "", 3}};
    inputs.figures["events.none"] = {metric_of("events.none"), {std::nullopt, "这段时间没有记录。", 0}};
    inputs.figures["events.money"] = {metric_of("events.money", "万元"), {5.0, "", 1}};
    inputs.figures["gone.metric"] = {};
    inputs.tasks = {{5, "农-02", "发展农技协", "ok", "正常", "按期", 0.4}};
  }
  Composed run(const Item& item, const std::vector<Choice>& draft = {}) {
    return compose(call_of({item}), draft, inputs);
  }
};

TEST_F(RollupCompose, TheSuggestedMetricStandsByItself) {
  const auto made = run(amount("A", ItemKind::sum, "events.held"));
  EXPECT_TRUE(made.problems.empty());
  const auto& e = made.entries.at(0);
  EXPECT_EQ(e.origin, Origin::metric);
  EXPECT_EQ(e.value, 12.0);
  EXPECT_EQ(e.records, 12);
  EXPECT_EQ(e.metric_definition, "定义events.held");
}

TEST_F(RollupCompose, AnotherMetricNeedsAReasonAndTheUnit) {
  const Item item = amount("A", ItemKind::sum, "events.held");
  EXPECT_EQ(rules_of(run(item, {{"A", Origin::metric, "events.other", "", {}, "", 0, ""}}).problems),
            Rules{"rollup.other_metric"});
  const auto good = run(item, {{"A", Origin::metric, "events.other", "口径更近", {}, "", 0, ""}});
  EXPECT_TRUE(good.problems.empty());
  EXPECT_EQ(good.entries.at(0).value, 7.0);
  const auto money = run(item, {{"A", Origin::metric, "events.money", "有", {}, "", 0, ""}});
  EXPECT_EQ(rules_of(money.problems), Rules{"rollup.metric_unit"});
  EXPECT_FALSE(money.entries.at(0).value);
}

TEST_F(RollupCompose, ANumberIsTypedOnlyWhereThePlatformHasNone) {
  const Choice typed{"A", Origin::typed, "", "", 15.0, "登记簿", 0, ""};
  EXPECT_EQ(rules_of(run(amount("A", ItemKind::sum, "events.held"), {typed}).problems),
            Rules{"rollup.typed"});
  EXPECT_TRUE(run(amount("A", ItemKind::sum, "events.none"), {typed}).problems.empty());
  EXPECT_TRUE(run(amount("A", ItemKind::sum, "gone.metric"), {typed}).problems.empty());
  EXPECT_TRUE(run(amount("A"), {typed}).problems.empty());
  EXPECT_EQ(rules_of(run(amount("A"), {{"A", Origin::typed, "", "", {}, "", 0, ""}}).problems),
            (Rules{"rollup.value", "rollup.source"}));
}

TEST_F(RollupCompose, MissingNeedsAReasonAndIsNeverZero) {
  for (const Item& item :
       {amount("A"), amount("A", ItemKind::sum, "events.none"), amount("A", ItemKind::sum, "gone.metric")}) {
    const auto bare = run(item);
    EXPECT_EQ(rules_of(bare.problems), Rules{"rollup.empty_reason"});
    const auto said = run(item, {{"A", Origin::empty, "", "没有开展", {}, "", 0, ""}});
    EXPECT_TRUE(said.problems.empty());
    EXPECT_FALSE(said.entries.at(0).value);
    EXPECT_EQ(said.entries.at(0).origin, Origin::empty);
  }
}

TEST_F(RollupCompose, AHandedDownTaskIsAnsweredByAnOwnTaskOrWords) {
  EXPECT_EQ(rules_of(run(task("T")).problems), Rules{"rollup.task_words"});
  EXPECT_TRUE(run(task("T"), {{"T", Origin::task, "", "", {}, "", 0, "本县没有"}}).problems.empty());
  EXPECT_EQ(rules_of(run(task("T"), {{"T", Origin::task, "", "", {}, "", 6, "本县没有"}}).problems),
            Rules{"rollup.task"});
  inputs.matching["T"] = 5;
  const auto made = run(task("T"));
  EXPECT_TRUE(made.problems.empty());
  EXPECT_EQ(made.entries.at(0).task_title, "发展农技协");
  EXPECT_EQ(made.entries.at(0).light, "ok");
  EXPECT_EQ(made.entries.at(0).share, 0.4);
}

TEST_F(RollupCompose, TheMarkTellsAnyDifference) {
  const Item item = amount("A", ItemKind::sum, "events.held");
  const auto before = mark_of(run(item));
  EXPECT_EQ(before, mark_of(run(item)));
  inputs.figures["events.held"].answer.records = 13;
  EXPECT_NE(before, mark_of(run(item)));
}

// ---------------------------------------------------------------- frozen bytes

Return random_return(std::mt19937& random) {
  const auto number = [&](int end) { return static_cast<int>(random() % static_cast<unsigned>(end)); };
  const auto text = [&] {
    static const char* kTexts[] = {"", "农-03", "带\"引号\"\n换行", "\\反斜杠", "普通文字"};
    return std::string(kTexts[number(5)]);
  };
  Return r;
  r.county = {100 + number(9), "lan", text(), "990321000000"};
  r.superior = {7, "cheng", "澄州市", ""};
  r.call = 9;
  r.call_title = text();
  r.from = {2026, 1, 1};
  r.to = {2026, 6, 30};
  r.due = {2026, 7, 15};
  r.number = 1 + number(4);
  r.reason = text();
  r.by = text();
  r.at = 1'780'000'000'000 + number(1000);
  r.as_of = {2026, 6, 30};
  r.facts.plan = text();
  r.facts.tasks = number(90);
  r.facts.unknown = number(5);
  for (int i = 0; i < number(6); ++i) {
    Entry e;
    e.item = number(3) == 0 ? task("T" + std::to_string(i)) : amount("A" + std::to_string(i));
    e.origin = static_cast<Origin>(number(5));
    if (number(3) != 0) e.value = number(1000) / 8.0 - 30;
    if (number(2) != 0) e.share = number(9) / 8.0;
    e.records = number(1000);
    e.why = text();
    e.words = text();
    r.entries.push_back(e);
  }
  return r;
}

TEST(RollupCanonical, ComesBackAsItWas) {
  std::mt19937 random(4);
  for (int i = 0; i < 300; ++i) {
    const Return made = random_return(random);
    const std::string bytes = canonical(made);
    const auto back = parse_return(bytes);
    ASSERT_TRUE(back) << bytes;
    EXPECT_EQ(canonical(*back), bytes);
    EXPECT_EQ(back->sha256, base::sha256_hex(bytes));
    EXPECT_EQ(back->entries.size(), made.entries.size());
  }
}

TEST(RollupCanonical, OtherBytesAreRefused) {
  std::mt19937 random(5);
  const std::string bytes = canonical(random_return(random));
  for (const auto& other :
       {std::string(), std::string("[]"), std::string("{\"format\":\"kepu.rollup.return/1\"}"),
        bytes.substr(0, bytes.size() - 3)}) {
    EXPECT_FALSE(parse_return(other));
  }
}

// ---------------------------------------------------------------- side by side

CountyRow county(Id id, const std::string& area) {
  CountyRow row;
  row.place = {id, "c" + std::to_string(id), "县" + std::to_string(id), area};
  return row;
}

Return handed_in(int number, Date day,
                 const std::vector<std::pair<std::string, std::optional<double>>>& values) {
  Return r;
  r.number = number;
  r.at = base::start_of(day) + 9 * 3'600'000;
  for (const auto& [code, value] : values) {
    Entry e;
    e.item = amount(code);
    e.value = value;
    r.entries.push_back(e);
  }
  return r;
}

TEST(RollupBoard, TotalsAreWhatAddingUpByHandGives) {
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    const Call call = call_of({amount("A"), amount("B", ItemKind::side), amount("C")});
    std::vector<CountyRow> rows;
    double sum[2] = {0, 0};
    int counted[2] = {0, 0}, reported = 0, owing = 0;
    const int size = static_cast<int>(random() % 9);
    for (int i = 0; i < size; ++i) {
      auto row = county(i + 1, "99030" + std::to_string(random() % 5));
      row.linked = random() % 5 != 0;
      const int returns = static_cast<int>(random() % 3);
      std::optional<double> last[2];
      for (int n = 1; n <= returns; ++n) {
        for (auto& value : last)
          value = random() % 3 == 0 ? std::nullopt : std::optional<double>(random() % 100);
        row.returns.push_back(handed_in(n, {2026, 7, 10}, {{"A", last[0]}, {"B", 5.0}, {"C", last[1]}}));
      }
      if (returns > 0 && random() % 4 == 0) row.back = GiveBack{};
      owing += returns > 0 || row.linked ? 1 : 0;
      if (returns > 0 && !row.back) {
        ++reported;
        for (int k = 0; k < 2; ++k) {
          if (!last[k]) continue;
          sum[k] += *last[k];
          ++counted[k];
        }
      }
      rows.push_back(row);
    }
    const Board board = board_of(call, rows, {2026, 7, 20});
    EXPECT_EQ(board.reported, reported);
    EXPECT_EQ(board.owing, owing);
    EXPECT_EQ(board.totals.at(0).counties, counted[0]);
    EXPECT_EQ(board.totals.at(2).counties, counted[1]);
    EXPECT_EQ(board.totals.at(0).value.has_value(), counted[0] > 0);
    EXPECT_DOUBLE_EQ(board.totals.at(0).value.value_or(0), sum[0]);
    EXPECT_DOUBLE_EQ(board.totals.at(2).value.value_or(0), sum[1]);
    EXPECT_FALSE(board.totals.at(1).value);
    std::shuffle(rows.begin(), rows.end(), random);
    const Board again = board_of(call, rows, {2026, 7, 20});
    for (std::size_t i = 0; i < board.rows.size(); ++i)
      EXPECT_EQ(again.rows.at(i).place.tenant, board.rows.at(i).place.tenant);
    EXPECT_EQ(again.totals.at(0).value, board.totals.at(0).value);
  }
}

TEST(RollupBoard, EachCountyStandsByItsFirstReturnAndTheDay) {
  const Call call = call_of({amount("A")});
  const auto standing = [&](CountyRow row, Date today) {
    return board_of(call, {row}, today).rows.front().standing;
  };
  auto row = county(1, "");
  EXPECT_EQ(standing(row, {2026, 7, 15}), Standing::waiting);
  EXPECT_EQ(standing(row, {2026, 7, 16}), Standing::late);
  row.linked = false;
  EXPECT_EQ(standing(row, {2026, 7, 16}), Standing::left);
  row.returns = {handed_in(1, {2026, 7, 15}, {}), handed_in(2, {2026, 7, 30}, {})};
  EXPECT_EQ(standing(row, {2026, 8, 1}), Standing::on_time);
  row.back = GiveBack{};
  EXPECT_EQ(standing(row, {2026, 8, 1}), Standing::given_back);
  row.back.reset();
  row.returns = {handed_in(1, {2026, 7, 16}, {})};
  EXPECT_EQ(standing(row, {2026, 8, 1}), Standing::belated);
}

TEST(RollupBoard, SaysHowManyReported) {
  auto one = county(1, "1"), two = county(2, "2");
  one.returns = {handed_in(1, {2026, 7, 1}, {{"A", 3.0}})};
  const Board board = board_of(call_of({amount("A")}), {one, two}, {2026, 7, 2});
  EXPECT_EQ(reported_text(board), "2 个县（市、区）中 1 个已报");
  EXPECT_EQ(total_label(board.totals.at(0), board), "已报有数的 1 个合计，另有 1 个没有数");
}

TEST(RollupWords, NumbersAreGrouped) {
  EXPECT_EQ(number_text(1234567.25, 1), "1,234,567.2");
  EXPECT_EQ(number_text(-1234.0, 0), "-1,234");
  EXPECT_EQ(number_text(12.0, 0), "12");
  EXPECT_EQ(number_text(-0.0, 1), "0.0");
  EXPECT_EQ(number_text(std::nullopt, 0), "—");
}

}  // namespace
}  // namespace kepu::rollup

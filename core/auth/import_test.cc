#include "core/auth/import.h"

#include <algorithm>

#include "core/auth/testing.h"
#include "core/sql/testing.h"

namespace kepu::auth {
namespace {

using testing::County;
using testing::must;
using testing::World;

class ImportTest : public sql::testing::EngineTest {
 protected:
  void prepare(sql::Database& database) override {
    world = std::make_unique<World>(database);
    county = std::make_unique<County>(*world, "lan", "岚江县");
  }
  void TearDown() override {
    county.reset();
    world.reset();
    EngineTest::TearDown();
  }
  ImportReport units(const SheetRows& rows, bool preview = false) {
    return must(import_units(world->directory, county->program, rows, preview));
  }
  ImportReport people(const SheetRows& rows, bool preview = false) {
    return must(import_people(world->directory, county->program, rows, preview));
  }
  std::shared_ptr<const UnitTree> tree() { return world->directory.units(county->tenant); }
  // "row column: message" of each problem.
  static std::string problems(const ImportReport& report) {
    std::string out;
    for (const ImportProblem& p : report.problems)
      out += fmt::format("{} {}: {}\n", p.row, p.column, p.message);
    return out;
  }
  static bool has(const ImportReport& report, int row, std::string_view column) {
    return std::any_of(report.problems.begin(), report.problems.end(),
                       [&](const ImportProblem& p) { return p.row == row && p.column == column; });
  }

  std::unique_ptr<World> world;
  std::unique_ptr<County> county;
  const SheetRows kGood = {{"岚江县单位名录"},
                           {"类型*", "单位名称*", "上级单位", "区划代码", "简称", "排序"},
                           {"村社区", "红旗村", "青石镇", "430000000001", "", ""},
                           {},
                           {"乡镇街道", "青石镇", "", "430000000002", "青石", "20"},
                           {"乡镇街道", "白沙镇", "", "", "白沙", "10"},
                           {"村社区", "红旗村", "白沙镇", "", "", ""},
                           {"部门", "县农业农村局", "岚江县", "", "农业农村局", ""}};
};
KEPU_STORE_TEST_SUITE(ImportTest);

TEST_P(ImportTest, Units_PreviewThenAppliedThenUnchanged) {
  const auto preview = units(kGood, true);
  EXPECT_EQ(problems(preview), "");
  EXPECT_EQ(preview.added, 5);
  EXPECT_FALSE(preview.applied);
  EXPECT_EQ(tree()->all().size(), 1u) << "a preview leaves nothing behind";
  EXPECT_TRUE(units(kGood).applied);
  ASSERT_EQ(tree()->all().size(), 6u);
  const Unit* town = tree()->find_by_name("青石镇");
  EXPECT_EQ(tree()->children(town->id).at(0)->name, "红旗村");
  EXPECT_EQ(town->position, 20);
  EXPECT_EQ(tree()->children(tree()->root()).at(1)->name, "白沙镇");
  const auto again = units(kGood);
  EXPECT_EQ(again.unchanged, 5);
  EXPECT_EQ(again.added + again.changed, 0);
}

TEST_P(ImportTest, Units_KnownByAreaCodeAreRenamedAndMoved) {
  units(kGood);
  const Id village = tree()->children(tree()->find_by_name("青石镇")->id).at(0)->id;
  const auto report =
      units({{"单位名称", "类型", "上级单位", "区划代码"}, {"红旗社区", "村社区", "白沙镇", "430000000001"}});
  EXPECT_EQ(problems(report), "");
  EXPECT_EQ(report.changed, 1);
  EXPECT_EQ(tree()->find(village)->name, "红旗社区");
  EXPECT_EQ(tree()->find(tree()->find(village)->parent)->name, "白沙镇");
}

TEST_P(ImportTest, Units_AllProblemsAreListedAndNothingIsApplied) {
  const auto report = units({{"单位名称", "类型", "上级单位", "区划代码", "排序"},
                             {"甲单位", "部门", "", "", ""},
                             {"", "部门", "", "", ""},
                             {"乙单位", "公司", "", "", ""},
                             {"丙单位", "部门", "没有的局", "", ""},
                             {"丁单位", "部门", "", "123", ""},
                             {"戊单位", "部门", "", "", "第一"}});
  EXPECT_TRUE(has(report, 3, "单位名称")) << problems(report);
  EXPECT_TRUE(has(report, 4, "类型"));
  EXPECT_TRUE(has(report, 5, "上级单位"));
  EXPECT_TRUE(has(report, 6, "区划代码"));
  EXPECT_TRUE(has(report, 7, "排序"));
  EXPECT_EQ(report.problems.size(), 5u) << problems(report);
  EXPECT_EQ(tree()->all().size(), 1u);
}

TEST_P(ImportTest, Units_CirclesDoublesAndAmbiguity) {
  const SheetRows circle = {
      {"单位名称", "类型", "上级单位"}, {"甲局", "部门", "乙局"}, {"乙局", "部门", "甲局"}};
  EXPECT_TRUE(has(units(circle), 2, "上级单位"));
  const SheetRows doubles = {{"单位名称", "类型"}, {"甲局", "部门"}, {"甲 局", "部门"}};
  EXPECT_TRUE(has(units(doubles), 3, "单位名称"));
  units(kGood);
  const SheetRows ambiguous = {{"单位名称", "类型", "上级单位"}, {"一组", "其他", "红旗村"}};
  EXPECT_TRUE(has(units(ambiguous), 2, "上级单位"));
  const SheetRows path = {{"单位名称", "类型", "上级单位"}, {"一组", "其他", "白沙镇/红旗村"}};
  EXPECT_EQ(problems(units(path)), "");
  // A stored superior below its own subordinate.
  const SheetRows stored_circle = {{"单位名称", "类型", "上级单位", "区划代码"},
                                   {"青石镇", "乡镇街道", "青石镇/红旗村", "430000000002"}};
  EXPECT_TRUE(has(units(stored_circle), 2, "上级单位"));
}

TEST_P(ImportTest, Units_OnlyWithinTheReachOfWhoImports) {
  units(kGood);
  const Actor clerk = county->actor("clerk", tree()->find_by_name("青石镇")->id, ScopeKind::subtree);
  const SheetRows inside = {
      {"单位名称", "类型", "上级单位"}, {"新村", "村社区", "青石镇"}, {"一组", "其他", "新村"}};
  EXPECT_TRUE(must(import_units(world->directory, clerk, inside, false)).applied);
  const SheetRows outside = {
      {"单位名称", "类型", "上级单位"}, {"新村", "村社区", "白沙镇"}, {"二组", "其他", "新村"}};
  EXPECT_FALSE(must(import_units(world->directory, clerk, outside, false)).applied);
  const SheetRows hijack = {{"单位名称", "类型", "上级单位"}, {"县农业农村局", "其他", ""}};
  EXPECT_TRUE(has(must(import_units(world->directory, clerk, hijack, false)), 2, "单位名称"));
}

TEST_P(ImportTest, SheetsThatCannotBeTaken) {
  const auto rule = [&](const SheetRows& rows) {
    const auto report = import_units(world->directory, county->program, rows, true);
    return report ? std::string("taken") : report.error().rule;
  };
  EXPECT_EQ(rule({}), "auth.import.header");
  EXPECT_EQ(rule({{"单位名称", "简称"}, {"甲局", ""}}), "auth.import.header");
  EXPECT_EQ(rule({{"单位名称", "类型", "类型*"}, {"甲局", "部门", "部门"}}), "auth.import.header");
  EXPECT_EQ(rule({{"单位名称", "类型"}}), "auth.import.rows");
  SheetRows many = {{"单位名称", "类型"}};
  for (int i = 0; i < 5001; ++i) many.push_back({"局" + std::to_string(i), "部门"});
  EXPECT_EQ(rule(many), "auth.import.rows");
}

TEST_P(ImportTest, People_WithAccountsAndRoles) {
  units(kGood);
  const SheetRows rows = {
      {"姓名*", "单位*", "职务", "手机", "邮箱", "登录名", "角色", "数据范围", "指定单位"},
      {"周一", "农业农村局", "科长", "13800135671", "a@b.cn", "zhouyi", "负责人、观察员", "", ""},
      {"安二", "青石镇/红旗村", "", "", "", "", "", "", ""},
      {"郑三", "青石镇", "", "13800135672", "", "zheng3", "经办", "指定单位", "青石镇、白沙镇/红旗村"}};
  const auto preview = people(rows, true);
  EXPECT_EQ(problems(preview), "");
  EXPECT_EQ(preview.added, 3);
  EXPECT_TRUE(preview.passwords.empty());
  const auto report = people(rows);
  EXPECT_TRUE(report.applied);
  ASSERT_EQ(report.passwords.size(), 2u);
  const auto session =
      must(world->sign_in.sign_in({county->tenant, "zheng3", report.passwords[1].password, "", "", "", ""}));
  EXPECT_TRUE(session.must_change_password);
  const Id zheng = must(world->directory.find_people(county->program, {.text = "郑三"})).people.at(0).id;
  const Actor actor = county->actor_of(zheng);
  EXPECT_EQ(actor.units_of("plan.edit")->size(), 2u);
  const auto again = people(rows);
  EXPECT_EQ(problems(again), "");
  EXPECT_EQ(again.unchanged, 3);
  EXPECT_TRUE(again.passwords.empty());
  SheetRows changed = rows;
  changed[1][2] = "副局长";
  EXPECT_EQ(people(changed).changed, 1);
  EXPECT_EQ(must(world->directory.find_people(county->program, {.text = "周一"})).people.at(0).post,
            "副局长");
}

TEST_P(ImportTest, People_AllProblemsAreListedAndNothingIsApplied) {
  units(kGood);
  county->account(county->person("旧人", county->root, "13800135670"), "old");
  const SheetRows rows = {{"姓名", "单位", "手机", "邮箱", "登录名", "角色", "数据范围"},
                          {"好人", "青石镇", "", "", "good", "", ""},
                          {"", "青石镇", "", "", "", "", ""},
                          {"甲某", "没有的局", "", "", "", "", ""},
                          {"乙某", "红旗村", "", "", "", "", ""},
                          {"丙某", "青石镇", "12", "", "", "", ""},
                          {"丁某", "青石镇", "", "x@", "", "", ""},
                          {"戊某", "青石镇", "", "", "GOOD", "", ""},
                          {"己某", "青石镇", "13800135670", "", "", "", ""},
                          {"庚某", "青石镇", "", "", "old", "", ""},
                          {"辛某", "青石镇", "", "", "", "县长", ""},
                          {"壬某", "青石镇", "", "", "", "经办", "全省"},
                          {"癸某", "青石镇", "", "", "", "经办", "指定单位"},
                          {"好人", "青石镇", "", "", "", "", ""},
                          {"好人", "青石镇", "", "", "", "", ""}};
  const auto report = people(rows);
  const std::pair<int, const char*> expected[] = {
      {3, "姓名"}, {4, "单位"},    {5, "单位"},  {6, "手机"},      {7, "邮箱"},      {8, "登录名"},
      {9, "手机"}, {10, "登录名"}, {11, "角色"}, {12, "数据范围"}, {13, "指定单位"}, {15, "姓名"}};
  for (const auto& [row, column] : expected)
    EXPECT_TRUE(has(report, row, column)) << row << "\n" << problems(report);
  EXPECT_EQ(report.problems.size(), std::size(expected)) << problems(report);
  EXPECT_TRUE(report.passwords.empty());
  EXPECT_EQ(must(world->directory.find_people(county->program, {})).total, 1);
  EXPECT_FALSE(has(report, 2, "姓名"));
}

TEST_P(ImportTest, People_RolesStayWithinWhoImports) {
  units(kGood);
  const Actor head = county->actor("head", tree()->find_by_name("青石镇")->id, ScopeKind::subtree);
  const SheetRows rows = {{"姓名", "单位", "角色", "数据范围"},
                          {"甲某", "青石镇", "观察员", "本单位"},
                          {"乙某", "青石镇", "系统管理员", "全县"},
                          {"丙某", "白沙镇", "", ""}};
  const auto report = must(import_people(world->directory, head, rows, false));
  EXPECT_FALSE(has(report, 2, "角色")) << problems(report);
  EXPECT_TRUE(has(report, 3, "角色"));
  EXPECT_EQ(report.problems.size(), 2u) << problems(report);
}

TEST(ImportColumns, TitlesAreAsPromised) {
  std::string titles;
  for (const auto& column : unit_columns()) titles += column.title + (column.required ? "* " : " ");
  EXPECT_EQ(titles, "单位名称* 简称 类型* 上级单位 区划代码 排序 ");
  const auto roles = must(Roles::parse(World::kRoles, "r", testing::rights_of_the_catalogue()));
  titles.clear();
  for (const auto& column : person_columns(*roles)) titles += column.title + (column.required ? "* " : " ");
  EXPECT_EQ(titles, "姓名* 单位* 职务 手机 邮箱 登录名 角色 数据范围 指定单位 ");
}

}  // namespace
}  // namespace kepu::auth

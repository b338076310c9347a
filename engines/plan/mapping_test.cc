#include "engines/plan/mapping.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "core/base/text.h"
#include "engines/plan/plan_samples_test.h"

namespace kepu::plan {
namespace {

using auth::UnitKind;

// An invented county with the units that such a county has. Ids by order from 2; 1 is the county.
auth::UnitTree county() {
  std::vector<auth::Unit> units = {samples::unit(1, "岚江县", UnitKind::county, 0)};
  Id next = 1;
  for (const auto* name : {"岚江县人民政府办公室",
                           "中共岚江县委办公室",
                           "中共岚江县委组织部",
                           "中共岚江县委宣传部",
                           "中共岚江县委统一战线工作部",
                           "中共岚江县委政法委员会",
                           "中共岚江县委网络安全和信息化委员会办公室",
                           "中共岚江县委机构编制委员会办公室",
                           "中共岚江县委党校",
                           "中共岚江县委老干部局",
                           "中共岚江县委直属机关工作委员会",
                           "岚江县发展和改革局",
                           "岚江县教育和体育局",
                           "岚江县科学技术局",
                           "岚江县工业和信息化局",
                           "岚江县民族宗教事务局",
                           "岚江县公安局",
                           "岚江县民政局",
                           "岚江县司法局",
                           "岚江县财政局",
                           "岚江县人力资源和社会保障局",
                           "岚江县自然资源局",
                           "市生态环境局岚江分局",
                           "岚江县住房和城乡建设局",
                           "岚江县城市管理和综合执法局",
                           "岚江县交通运输局",
                           "岚江县水利局",
                           "岚江县农业农村局",
                           "岚江县林业局",
                           "岚江县商务局",
                           "岚江县文化旅游广电体育局",
                           "岚江县卫生健康局",
                           "岚江县退役军人事务局",
                           "岚江县应急管理局",
                           "岚江县审计局",
                           "岚江县市场监督管理局",
                           "岚江县统计局",
                           "岚江县医疗保障局",
                           "岚江县乡村振兴局",
                           "岚江县行政审批服务局",
                           "岚江县人民政府国有资产监督管理委员会",
                           "岚江县大数据发展服务中心",
                           "岚江县人民政府外事办公室",
                           "岚江县人民防空办公室",
                           "岚江县气象局",
                           "岚江县地震局",
                           "岚江县融媒体中心",
                           "共青团岚江县委员会",
                           "岚江县总工会",
                           "岚江县妇女联合会",
                           "岚江县科学技术协会",
                           "岚江县文学艺术界联合会",
                           "岚江县社会科学界联合会",
                           "岚江县残疾人联合会",
                           "岚江县工商业联合会",
                           "岚江县红十字会",
                           "岚江县供销合作社联合社",
                           "岚江高新技术产业开发区管理委员会",
                           "岚江县现代农业产业园",
                           "岚江县疾病预防控制中心",
                           "岚江县消防救援大队",
                           "国家税务总局岚江县税务局",
                           "岚江县烟草专卖局",
                           "岚江县信访局",
                           "岚江县档案馆",
                           "岚江县机关事务服务中心"})
    units.push_back(samples::unit(++next, name));
  for (const auto* name : {"青石镇", "柳溪乡", "东关街道"})
    units.push_back(samples::unit(++next, name, UnitKind::township));
  for (const auto* name : {"石桥村", "东门社区"}) {
    ++next;
    units.push_back(samples::unit(next, name, UnitKind::village, next - 3));
  }
  auto closed = samples::unit(++next, "撤并镇", UnitKind::township);
  closed.active = false;
  units.push_back(closed);
  return auth::UnitTree(std::move(units));
}

struct Alias {
  const char *written, *unit;
};
// As plans write them, and the body that is meant.
constexpr Alias kAliases[] = {
    {"县政府办", "岚江县人民政府办公室"},
    {"县政府办公室", "岚江县人民政府办公室"},
    {"县委办", "中共岚江县委办公室"},
    {"县委组织部", "中共岚江县委组织部"},
    {"宣传部", "中共岚江县委宣传部"},
    {"县委宣传部", "中共岚江县委宣传部"},
    {"县委统战部", "中共岚江县委统一战线工作部"},
    {"县委政法委", "中共岚江县委政法委员会"},
    {"县委网信办", "中共岚江县委网络安全和信息化委员会办公室"},
    {"县委编办", "中共岚江县委机构编制委员会办公室"},
    {"县委党校", "中共岚江县委党校"},
    {"县委党校（行政学院）", "中共岚江县委党校"},
    {"县委老干部局", "中共岚江县委老干部局"},
    {"县委直属机关工委", "中共岚江县委直属机关工作委员会"},
    {"县直机关工委", "中共岚江县委直属机关工作委员会"},
    {"县发改局", "岚江县发展和改革局"},
    {"县发改委", "岚江县发展和改革局"},
    {"县发展改革委", "岚江县发展和改革局"},
    {"县教体局", "岚江县教育和体育局"},
    {"教体局", "岚江县教育和体育局"},
    {"县教育局", "岚江县教育和体育局"},
    {"县教委", "岚江县教育和体育局"},
    {"县科技局", "岚江县科学技术局"},
    {"县工信局", "岚江县工业和信息化局"},
    {"县经济信息委", "岚江县工业和信息化局"},
    {"县经信委", "岚江县工业和信息化局"},
    {"县民族宗教委", "岚江县民族宗教事务局"},
    {"县民宗局", "岚江县民族宗教事务局"},
    {"县人社局", "岚江县人力资源和社会保障局"},
    {"县人力社保局", "岚江县人力资源和社会保障局"},
    {"县人力资源社会保障局", "岚江县人力资源和社会保障局"},
    {"县规划自然资源局", "岚江县自然资源局"},
    {"县国土资源局", "岚江县自然资源局"},
    {"县生态环境局", "市生态环境局岚江分局"},
    {"市生态环境局岚江县分局", "市生态环境局岚江分局"},
    {"县环保局", "市生态环境局岚江分局"},
    {"县住建局", "岚江县住房和城乡建设局"},
    {"县住房城乡建委", "岚江县住房和城乡建设局"},
    {"县城管局", "岚江县城市管理和综合执法局"},
    {"县城市管理局", "岚江县城市管理和综合执法局"},
    {"县交通局", "岚江县交通运输局"},
    {"县水务局", "岚江县水利局"},
    {"县农业农村委", "岚江县农业农村局"},
    {"县农业局", "岚江县农业农村局"},
    {"县商务委", "岚江县商务局"},
    {"县文旅广体局", "岚江县文化旅游广电体育局"},
    {"县文旅局", "岚江县文化旅游广电体育局"},
    {"县文化旅游委", "岚江县文化旅游广电体育局"},
    {"县文广新旅局", "岚江县文化旅游广电体育局"},
    {"县卫健委", "岚江县卫生健康局"},
    {"县卫健局", "岚江县卫生健康局"},
    {"县卫计委", "岚江县卫生健康局"},
    {"县卫生健康委", "岚江县卫生健康局"},
    {"县退役军人局", "岚江县退役军人事务局"},
    {"县应急局", "岚江县应急管理局"},
    {"县安监局", "岚江县应急管理局"},
    {"县市场监管局", "岚江县市场监督管理局"},
    {"县市监局", "岚江县市场监督管理局"},
    {"市场监管局", "岚江县市场监督管理局"},
    {"县市场监管理局", "岚江县市场监督管理局"},
    {"县医保局", "岚江县医疗保障局"},
    {"县扶贫办", "岚江县乡村振兴局"},
    {"县行政审批局", "岚江县行政审批服务局"},
    {"县国资委", "岚江县人民政府国有资产监督管理委员会"},
    {"县大数据中心", "岚江县大数据发展服务中心"},
    {"县政府外办", "岚江县人民政府外事办公室"},
    {"县人防办", "岚江县人民防空办公室"},
    {"团县委", "共青团岚江县委员会"},
    {"县团委", "共青团岚江县委员会"},
    {"共青团县委", "共青团岚江县委员会"},
    {"团委", "共青团岚江县委员会"},
    {"县工会", "岚江县总工会"},
    {"县妇联", "岚江县妇女联合会"},
    {"县科协", "岚江县科学技术协会"},
    {"县文联", "岚江县文学艺术界联合会"},
    {"县社科联", "岚江县社会科学界联合会"},
    {"县残联", "岚江县残疾人联合会"},
    {"县工商联", "岚江县工商业联合会"},
    {"县红十字会", "岚江县红十字会"},
    {"县供销社", "岚江县供销合作社联合社"},
    {"县高新区", "岚江高新技术产业开发区管理委员会"},
    {"高新区管委会", "岚江高新技术产业开发区管理委员会"},
    {"县疾控中心", "岚江县疾病预防控制中心"},
    {"县消防大队", "岚江县消防救援大队"},
    {"县税务局", "国家税务总局岚江县税务局"},
    {"县烟草局", "岚江县烟草专卖局"},
    {"县机关事务局", "岚江县机关事务服务中心"},
    {"县广播电视台", "岚江县融媒体中心"},
    {"青石镇人民政府", "青石镇"},
    {"东关街道办事处", "东关街道"},
    {"柳溪乡政府", "柳溪乡"},
    // Written in full or nearly so.
    {"县公安局", "岚江县公安局"},
    {"县民政局", "岚江县民政局"},
    {"县司法局", "岚江县司法局"},
    {"县财政局", "岚江县财政局"},
    {"县自然资源局", "岚江县自然资源局"},
    {"县水利局", "岚江县水利局"},
    {"县农业农村局", "岚江县农业农村局"},
    {"县林业局", "岚江县林业局"},
    {"县商务局", "岚江县商务局"},
    {"县应急管理局", "岚江县应急管理局"},
    {"县乡村振兴局", "岚江县乡村振兴局"},
    {"县行政审批服务局", "岚江县行政审批服务局"},
    {"县大数据发展服务中心", "岚江县大数据发展服务中心"},
    {"县人民防空办", "岚江县人民防空办公室"},
    {"县气象局", "岚江县气象局"},
    {"县地震局", "岚江县地震局"},
    {"县融媒体中心", "岚江县融媒体中心"},
    {"县总工会", "岚江县总工会"},
    {"县现代农业产业园", "岚江县现代农业产业园"},
};

std::string first(const std::vector<NameProposal>& list, const auth::UnitTree& tree) {
  if (list.empty()) return "";
  const auto* unit = tree.find(list[0].meaning.unit);
  return unit ? unit->name : std::string(to_text(list[0].meaning.meaning));
}

TEST(Proposals, FindTheBodyBehindItsManyNames) {
  const auto tree = county();
  for (const auto& alias : kAliases) {
    const auto list = propose_meanings(alias.written, tree);
    EXPECT_EQ(first(list, tree), alias.unit) << alias.written;
    ASSERT_FALSE(list.empty());
    EXPECT_LE(list.size(), 5u);
    for (const auto& each : list)
      EXPECT_FALSE(each.why.empty() || each.confidence < 0.4 || each.confidence > 1);
    EXPECT_TRUE(std::is_sorted(list.begin(), list.end(),
                               [](const auto& a, const auto& b) { return a.confidence > b.confidence; }));
  }
}

TEST(Proposals, SayHowSureTheyAre) {
  const auto tree = county();
  const auto sure = [&](std::string_view name) { return propose_meanings(name, tree).at(0).confidence; };
  EXPECT_EQ(sure("岚江县科学技术协会"), 1);
  EXPECT_GE(sure("县科协"), 0.8);
  EXPECT_GE(sure("县人社局"), 0.8);
  EXPECT_LT(sure("县教育局"), 0.8);      // part of another name: a person looks
  EXPECT_LT(sure("县科技馆"), 0.8);      // another kind of body
  EXPECT_LT(sure("市生态环境局"), 0.8);  // the city's office, or its branch here
  EXPECT_EQ(propose_meanings("教育和体育局", tree)[0].why, "疑为缺“县”字");
  for (const auto& each : propose_meanings("撤并镇", tree))  // no longer active
    EXPECT_TRUE(each.meaning.unit == 0 || tree.find(each.meaning.unit)->active);
  EXPECT_TRUE(propose_meanings("", tree).empty());
  EXPECT_TRUE(propose_meanings("赣剧团", tree).empty());
}

TEST(Proposals, KnowGroupsAndWhatLiesOutside) {
  const auto tree = county();
  const auto meaning = [&](std::string_view name) {
    const auto list = propose_meanings(name, tree);
    return list.empty() ? std::string() : std::string(to_text(list[0].meaning.meaning));
  };
  for (const auto* name : {"各乡镇（街道）", "各街道", "各乡（镇）人民政府", "各乡镇人民政府、街道办事处",
                           "乡镇（街道）", "各镇街", "各区人民政府"})
    EXPECT_EQ(meaning(name), "townships") << name;
  for (const auto* name : {"县直各部门", "各成员单位", "各有关部门", "相关部门", "县直有关单位", "各责任单位",
                           "县全民科学素质工作领导小组各成员单位"})
    EXPECT_EQ(meaning(name), "departments") << name;
  for (const auto* name : {"各乡镇、县直各部门", "各级各部门", "各单位", "县属各单位"})
    EXPECT_EQ(meaning(name), "everyone") << name;
  for (const auto* name : {"各村（社区）", "各社区", "各村"}) EXPECT_EQ(meaning(name), "villages") << name;
  for (const auto* name : {"各学校", "有关企业", "驻县各单位", "省科协", "市教育局", "各级学会"})
    EXPECT_EQ(meaning(name), "outside") << name;
  EXPECT_EQ(meaning("县政府"), "unit");

  const auth::UnitTree city({samples::unit(1, "岚州市", UnitKind::county, 0),
                             samples::unit(2, "东区", UnitKind::county),
                             samples::unit(3, "西区", UnitKind::county), samples::unit(4, "市科学技术协会")});
  EXPECT_EQ(propose_meanings("各区人民政府", city)[0].meaning.meaning, Meaning::counties);
  EXPECT_EQ(propose_meanings("市科协", city)[0].meaning.unit, 4);
  Names names;
  names.add({"各区人民政府", Meaning::counties});
  EXPECT_EQ(units_of("各区人民政府", names, city), (std::vector<Id>{2, 3}));
}

// Departments as three real plans write them, where these are at hand.
TEST(Proposals, MapTheNamesOfRealPlans) {
  const std::filesystem::path folder = "../shared/plans";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no ../shared/plans here";
  const auto tree = county();
  std::map<std::string, std::string> expected;
  for (const auto& alias : kAliases) expected[base::wording(alias.written)] = alias.unit;
  std::set<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (!base::ends_with(file.path().filename().string(), ".gold.json")) continue;
    std::stringstream text;
    text << std::ifstream(file.path()).rdbuf();
    const auto json = text.str();
    static const std::regex kList("\"(?:lead|responsible)\":\\s*\\[([^\\]]*)\\]"), kName("\"([^\"]+)\"");
    for (std::sregex_iterator list(json.begin(), json.end(), kList), end; list != end; ++list) {
      const auto inside = (*list)[1].str();
      for (std::sregex_iterator name(inside.begin(), inside.end(), kName); name != end; ++name)
        names.insert(
            std::regex_replace((*name)[1].str(), std::regex("生态环境局.*分局"), "生态环境局岚江县分局"));
    }
  }
  ASSERT_GT(names.size(), 50u);
  std::size_t right = 0;
  for (const auto& name : names) {
    const auto want = expected.find(base::wording(name));
    const auto got = first(propose_meanings(name, tree), tree);
    if (want != expected.end() && got == want->second)
      ++right;
    else
      std::cout << "  " << name << " → " << got << '\n';
  }
  std::cout << right << " of " << names.size() << " names of real plans mapped\n";
  EXPECT_GE(static_cast<double>(right), 0.95 * static_cast<double>(names.size()));
}

TEST(FullName, BearsTheLevelInFront) {
  EXPECT_EQ(full_unit_name("教体局", "岚江县"), "县教体局");
  EXPECT_EQ(full_unit_name("宣传部", "岚江县"), "县委宣传部");
  EXPECT_EQ(full_unit_name("团委", "岚江区"), "团区委");
  EXPECT_EQ(full_unit_name("市场监管局", "岚江县"), "县市场监管局");
  for (const auto* name :
       {"县教体局", "团县委", "青石镇", "各乡镇（街道）", "市生态环境局岚江分局", "县委网信办", "岚江高新区"})
    EXPECT_EQ(full_unit_name(name, "岚江县"), name);
  EXPECT_EQ(full_unit_name("教体局", ""), "教体局");
}

TEST(Names, AreFoundByWordingAndListedByPinyin) {
  Names names;
  names.add({"各乡镇（街道）", Meaning::townships});
  names.add({"县科协", Meaning::unit, 5});
  names.add({"县 科 协", Meaning::unit, 6});
  ASSERT_NE(names.find("各乡镇(街道)"), nullptr);
  EXPECT_EQ(names.find("县科协")->unit, 6);
  EXPECT_EQ(names.all().size(), 2u);
  EXPECT_EQ(names.all()[0].name, "各乡镇（街道）");
  for (const auto meaning : all_meanings()) EXPECT_EQ(parse_meaning(to_text(meaning)), meaning);
  EXPECT_FALSE(parse_meaning("somebody"));
}

TEST(WrittenNames, AreCountedOnceEachInOrder) {
  auto plan = samples::plan(samples::Counter());
  const auto names = written_names(plan);
  EXPECT_EQ(names[0].name, "县教体局");
  const auto find = [&](std::string_view name) {
    return *std::find_if(names.begin(), names.end(),
                         [&](const WrittenName& each) { return each.name == name; });
  };
  EXPECT_EQ(find("县科协").lead, 1);
  EXPECT_EQ(find("县科协").responsible, 2);
  EXPECT_EQ(find("县科协").line, 10);
  Names decided;
  for (const auto& each : names)
    if (each.name != "各乡镇（街道）") decided.add({each.name, Meaning::outside});
  EXPECT_EQ(unmapped_names(plan, decided), std::vector<std::string>{"各乡镇（街道）"});
  plan.initiatives[1].tasks[1].dropped = true;
  EXPECT_TRUE(unmapped_names(plan, decided).empty());
}

}  // namespace
}  // namespace kepu::plan

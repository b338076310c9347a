#include "engines/appraisal/criteria.h"

#include <gtest/gtest.h>

#include <fstream>

#include "core/base/text.h"
#include "engines/appraisal/sample_test.h"

namespace kepu::appraisal {
namespace {

Criteria criteria() { return *Criteria::parse(testing::catalogue()); }

std::string titles(const std::string& text) {
  std::vector<std::string> out;
  for (const auto& f : criteria().find(text)) out.push_back(f.title);
  return base::join(out, "、");
}

TEST(Criteria, ForbiddenOnes_AreFoundWithTheirRule) {
  EXPECT_EQ(titles("公众号文章点赞数每 100 个得 1 分"), "点赞量");
  EXPECT_EQ(titles("组织干部参加网络投票"), "网络投票数");
  EXPECT_EQ(titles("及时转发推文到朋友圈"), "转发量");
  EXPECT_EQ(titles("平台人均在线时长"), "在线时长");
  EXPECT_EQ(titles("人均学习时长不少于 30 小时"), "学习时长");
  EXPECT_EQ(titles("每日签到得 1 分"), "打卡签到");
  EXPECT_EQ(titles("APP 安装率达到 90%"), "安装使用率");
  EXPECT_EQ(titles("积分排名进入全市前三"), "积分排名");
  EXPECT_EQ(titles("点赞、投票、转发各得 1 分"), "点赞量、网络投票数、转发量");
  const auto found = criteria().find("点赞");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_TRUE(base::contains(found[0].rule, "国办函〔2026〕12号"));
  EXPECT_FALSE(found[0].instead.empty());
}

TEST(Criteria, DisguisedOnes_AreFound) {
  for (const char* text : {"点　赞", "点 赞", "点-赞", "点·赞", "点\u200b赞", "“点”“赞”", "點贊數",
                           "👍达到 100 个", "ＤＩＡＮＺＡＮ", "Dian Zan", "集赞 38 个", "点*赞", "点/赞"}) {
    EXPECT_EQ(titles(text), "点赞量") << text;
  }
  for (const char* text : {"下 载 量", "Ａｐｐ　注册", "公众号关注人数", "粉丝数", "app使用率", "下載量"}) {
    EXPECT_EQ(titles(text), "安装使用率") << text;
  }
  for (const char* text : {"签　到率", "打 卡", "簽到", "每日登录", "打_卡"})
    EXPECT_EQ(titles(text), "打卡签到") << text;
  EXPECT_EQ(titles("日活率"), "在线时长");
  EXPECT_EQ(titles("分享到朋友圈"), "转发量");
  EXPECT_EQ(titles("不以成绩为主，每个点赞 0.1 分"), "点赞量")
      << "a clause that forbids something covers itself alone";
  EXPECT_EQ(titles("查看活动签到表；每日签到另加 1 分"), "打卡签到") << "the sheet covers itself alone";
}

TEST(Criteria, OrdinaryOnes_Pass) {
  for (const char* text : {"查看活动方案、活动签到表、照片和总结",
                           "会议签到册",
                           "以签到簿证明参加人数",
                           "重点赞助科普场馆",
                           "对重点赞扬的先进事迹进行宣传",
                           "及时转发市纲要办文件并组织落实",
                           "转发上级通知",
                           "及时转发《省科普工作要点》",
                           "关注重点人群",
                           "科技志愿者注册人数",
                           "培训不少于 48 学时",
                           "网络安全宣传",
                           "科普信息被市级以上媒体转载",
                           "关注数字素养",
                           "下载数据并核对",
                           "分享量子科技知识",
                           "专家投票评审",
                           "经投票表决通过",
                           "世界环境日活动不少于 1 场",
                           "全国科普日活动",
                           "实行积分制管理",
                           "安装数字显示屏",
                           "不得以点赞量、转发量作为依据",
                           "不以积分排名",
                           "报警器安装率达到 100%",
                           "打造科普研学打卡地",
                           "门票数量",
                           "学习宣传贯彻科普法",
                           "组织干部学习科学知识",
                           "科普场馆接待观众 3 万人次",
                           "联席会议应到会议全部参加",
                           "在线监测设备正常",
                           "播放科普视频",
                           "光伏装机量",
                           ""}) {
    EXPECT_EQ(titles(text), "") << text;
  }
}

TEST(Criteria, TheExampleTable_IsRightAndHasNoneOfThem) {
  const auto table = example_table(testing::catalogue());
  ASSERT_TRUE(table.has_value()) << table.error().message;
  auto dated = *table;
  dated.year = 2026;
  for (const auto& error : problems_of(dated)) ADD_FAILURE() << error.field << " " << error.message;
  for (const auto& item : table->items) {
    for (const auto& error : criteria().refusals(item)) ADD_FAILURE() << item.code << " " << error.message;
  }
}

TEST(Criteria, EveryFieldAndTheMetric_AreLookedAt) {
  Item item;
  item.project = "点赞";
  item.content = "投票";
  item.standard = "转发";
  item.method = "签到率";
  item.note = "在线时长";
  item.rule.metric_title = "公众号粉丝数";
  const auto errors = criteria().refusals(item);
  std::string fields;
  for (const auto& e : errors) {
    fields += e.field + " ";
    EXPECT_EQ(e.rule, "appraisal.forbidden_criterion");
  }
  EXPECT_EQ(fields, "project content standard method note metric ");
}

TEST(Criteria, ABrokenCatalogue_IsRefusedWithItsLine) {
  for (const char* text : {"", "[[forbidden]]\nrule = \"x\"", "[[forbidden]]\nrule = 1",
                           "= =", "[[forbidden]]\nrule=\"r\"\ntitle=\"t\"\ninstead=\"i\"\nwords=[\"…\"]"}) {
    const auto parsed = Criteria::parse(text);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_EQ(parsed.error().rule, "appraisal.catalog");
  }
}

}  // namespace
}  // namespace kepu::appraisal

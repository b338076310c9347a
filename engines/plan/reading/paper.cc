#include "engines/plan/reading/paper.h"

#include <algorithm>

#include "engines/plan/reading/citations.h"

namespace kepu::plan::grammar {
namespace {

const Words& issuing_bodies() {
  static const Words kBodies = {
      U"人民政府办公厅", U"人民政府办公室",     U"人民政府",       U"政府办公室",
      U"委员会办公室",   U"工作领导小组办公室", U"工作领导小组",   U"实施工作办公室",
      U"管理委员会",     U"科学技术协会",       U"行政公署办公室", U"行政公署",
      U"联席会议办公室", U"纲要办公室",         U"办公室",         U"委员会"};
  return kBodies;
}

// Whether a title begins at `at`, on one line or on up to three: …全民科学素质行动…实施方案, with 关于印发 or
// without.
bool names_paper(const std::vector<Paragraph>& all, std::size_t at) {
  constexpr std::size_t kLongest = 130, kLongestPart = 40, kMostParts = 3;
  if (all[at].text.size() > kLongest) return false;
  Chars t = without_blanks(all[at].text);
  if (t.size() < 6 || !has_any(t, {U"科学素质", U"科学技术普及", U"科普", U"关于"})) return false;
  for (std::size_t n = 1; n < kMostParts && at + n < all.size() && t.size() < kLongestPart; ++n)
    if (all[at + n].text.size() < kLongestPart) t += without_blanks(all[at + n].text);
  if (has_any(t, {U"。", U">", U"＞", U"»", U"解读", U"位置：", U"印发给你们"})) return false;
  return has_any(t, {U"科学素质", U"科学技术普及", U"科普"}) &&
         has_any(t, {U"方案", U"规划", U"纲要", U"计划", U"意见", U"通知", U"要点"});
}

// A line of the head above the title: the issuer, the number, 关于印发 on a line of its own, a labelled
// field.
bool belongs_to_head(View text) {
  if (text.size() > 60) return false;
  const Chars t = without_blanks(text);
  if (!issuer_line(t).empty() || ends_any(t, {U"文件", U"关于", U"关于印发", U"印发"})) return true;
  const auto number = document_number_in(t);
  return number && number->from == 0;
}

}  // namespace

Chars issuer_line(View text) {
  Chars t = without_blanks(text);
  for (View tail : {View(U"文件"), View(U"（代章）"), View(U"(代章)")})
    if (ends(t, tail)) t.resize(t.size() - tail.size());
  if (t.size() < 4 || t.size() > 34 || has_any(t, {U"，", U"：", U"《", U"。", U"、", U"各", U"关于"}))
    return {};
  return ends_any(t, issuing_bodies()) ? t : Chars{};
}

std::size_t paper_begin(const std::vector<Paragraph>& all) {
  std::size_t begin = 0;
  while (begin < all.size() && !names_paper(all, begin)) ++begin;
  if (begin == all.size()) return 0;
  while (begin > 0 && belongs_to_head(all[begin - 1].text)) --begin;
  return begin;
}

bool ends_paper(View text) {
  if (text.size() >= 200) return false;
  if (starts_any(text, {U"抄送", U"抄报", U"主送", U"（此件", U"(此件", U"信息公开选项"})) return true;
  if (text.size() >= 60) return false;
  if (ends(text, U"印发") && date_in(text)) return true;
  static const Words kFeet = {U"上一篇",   U"下一篇",   U"扫一扫",   U"相关链接",  U"相关解读", U"相关文档",
                              U"相关文件", U"相关附件", U"附件下载", U"打印本页",  U"打印此页", U"【打印",
                              U"分享到",   U"关闭窗口", U"版权所有", U"网站标识",  U"网站地图", U"主办单位：",
                              U"责任编辑", U"信息来源", U"ICP备",    U"扫描二维码"};
  static const Words kExplanations = {U"政策解读", U"文件解读", U"起草说明", U"编制说明", U"图解"};
  const Chars t = without_blanks(text);
  if (starts_any(t, kFeet) || (t.size() <= 8 && starts_any(t, kExplanations))) return true;
  // 《…实施方案》政策解读
  return starts(t, U"《") && ends_any(t, {U"解读", U"图解", U"问答", U"起草说明", U"编制说明"});
}

}  // namespace kepu::plan::grammar

#include "engines/plan/reading/vocabulary.h"

#include <algorithm>
#include <utility>

namespace kepu::plan::grammar {
namespace {

Chars bare(View title) {
  Chars t = without_blanks(title);
  while (!t.empty() && one_of(t.back(), U"。：:；;，,.")) t.pop_back();
  return t;
}

View without_verb(View title) {
  static const Words kVerbs = {U"深入实施", U"大力实施", U"组织实施", U"全面实施", U"深入开展", U"大力开展",
                               U"持续推进", U"深入推进", U"实施",     U"开展",     U"推进",     U"推动",
                               U"深化",     U"强化",     U"加强",     U"聚焦",     U"着力"};
  for (View verb : kVerbs)
    if (starts(title, verb)) return title.substr(verb.size());
  return title;
}

struct ThemeWord {
  View word;
  Theme theme;
};

// Longer and rarer words first: the first that occurs decides.
constexpr ThemeWord kThemeWords[] = {
    {U"青少年", Theme::youth},
    {U"未成年人", Theme::youth},
    {U"少年儿童", Theme::youth},
    {U"农牧民", Theme::farmers},
    {U"农民", Theme::farmers},
    {U"农村居民", Theme::farmers},
    {U"牧民", Theme::farmers},
    {U"渔民", Theme::farmers},
    {U"产业工人", Theme::workers},
    {U"城镇劳动者", Theme::workers},
    {U"劳动者", Theme::workers},
    {U"职工", Theme::workers},
    {U"老年人", Theme::elderly},
    {U"老龄", Theme::elderly},
    {U"领导干部", Theme::officials},
    {U"公务员", Theme::officials},
    {U"社区居民", Theme::community},
    {U"城镇居民", Theme::community},
    {U"市民", Theme::community},
    {U"妇女", Theme::women},
    {U"民族", Theme::minorities},
    {U"科技资源", Theme::resources},
    {U"资源科普化", Theme::resources},
    {U"信息化", Theme::information},
    {U"数字科普", Theme::information},
    {U"智慧科普", Theme::information},
    {U"基础设施", Theme::facilities},
    {U"科普设施", Theme::facilities},
    {U"科普阵地", Theme::facilities},
    {U"基层科普", Theme::grassroots},
    {U"社区科普", Theme::grassroots},
    {U"科普能力", Theme::grassroots},
    {U"科普服务能力", Theme::grassroots},
    {U"交流", Theme::cooperation},
    {U"合作", Theme::cooperation},
    {U"科普人才", Theme::people_of_science},
    {U"人才建设", Theme::people_of_science},
    {U"人才队伍", Theme::people_of_science},
    {U"教育与培训", Theme::teaching},
    {U"科学教育", Theme::teaching},
    {U"科普产业", Theme::industry},
    {U"应急科普", Theme::emergency},
    {U"科普创作", Theme::creation},
    {U"科普资源", Theme::creation},
};

}  // namespace

SectionKind section_kind(View title) {
  const Chars t = bare(title);
  if (is_schedule_title(t)) return SectionKind::schedule;
  if (has_any(t, {U"保障", U"组织实施", U"组织领导", U"工作要求", U"组织与实施", U"组织管理", U"实施机制",
                  U"机制与条件"}))
    return SectionKind::safeguards;
  if (has_any(t, {U"背景", U"意义", U"前言", U"序言", U"引言", U"现状", U"形势", U"回顾", U"工作基础",
                  U"发展基础"}))
    return SectionKind::background;
  const bool aims = has_any(t, {U"指导思想", U"总体要求", U"目标", U"原则", U"总体思路", U"工作思路"});
  if (has(t, U"工程") && !has(t, U"行动")) return SectionKind::projects;
  if (has_any(t, {U"提升行动", U"素质行动", U"主题行动", U"重点行动", U"专项行动", U"重点人群", U"重点群体"}))
    return SectionKind::actions;
  if (has(t, U"工程")) return SectionKind::projects;
  if (has_any(t, {U"重点任务", U"主要任务", U"工作任务", U"重点工作", U"任务举措", U"主要措施", U"重点举措",
                  U"任务分工"}))
    return SectionKind::tasks;
  if (aims) return SectionKind::aim;
  if (has_any(t, {U"行动", U"任务"})) return has(t, U"行动") ? SectionKind::actions : SectionKind::tasks;
  return SectionKind::other;
}

namespace {
// 指导思想、原则和目标: a list of such words and nothing else.
bool names_aims(View title) {
  static const Words kWords = {U"指导思想", U"基本原则", U"工作原则", U"总体要求", U"总体思路",
                               U"工作思路", U"总体目标", U"工作目标", U"主要目标", U"发展目标",
                               U"目标任务", U"主要任务", U"原则",     U"目标"};
  std::size_t at = 0, count = 0;
  while (at < title.size()) {
    if (count > 0 && one_of(title[at], U"、和与及")) ++at;
    const auto word =
        std::find_if(kWords.begin(), kWords.end(), [&](View w) { return starts(title.substr(at), w); });
    if (word == kWords.end()) return false;
    at += word->size();
    ++count;
  }
  return count >= 2;
}
}  // namespace

bool is_bare_section(View title) {
  const Chars t = bare(title);
  if (t.size() < 2 || t.size() > 24 || has_any(t, {U"，", U"。", U"《"})) return false;
  static const Words kWhole = {U"前言",
                               U"序言",
                               U"指导思想",
                               U"工作目标",
                               U"总体目标",
                               U"主要目标",
                               U"目标任务",
                               U"总体要求",
                               U"工作原则",
                               U"基本原则",
                               U"重点任务",
                               U"主要任务",
                               U"工作任务",
                               U"提升行动",
                               U"重点工程",
                               U"组织实施",
                               U"保障措施",
                               U"组织保障",
                               U"实施步骤",
                               U"工作步骤",
                               U"进度安排",
                               U"时间安排",
                               U"工作要求",
                               U"背景和意义",
                               U"背景与意义",
                               U"指导思想和工作目标",
                               U"指导思想和目标",
                               U"指导思想与目标",
                               U"总体要求和工作目标",
                               U"组织实施和保障",
                               U"组织领导",
                               U"实施保障",
                               U"重点提升行动",
                               U"主要行动",
                               U"重点行动",
                               U"重点人群提升行动",
                               U"时间进度安排",
                               U"组织实施与保障",
                               U"科学素质提升行动",
                               U"科学素质重点工程"};
  if (std::find(kWhole.begin(), kWhole.end(), View(t)) != kWhole.end()) return true;
  if (names_aims(t)) return true;
  if (theme_of(t) != Theme::none) return false;
  const bool counted =
      has_any(t, {U"五项", U"5项", U"四项", U"六项", U"五大", U"六大", U"4项", U"6项", U"重点"});
  return counted && ends_any(t, {U"提升行动", U"重点工程", U"重点任务"});
}

bool is_schedule_title(View title) {
  const Chars t = bare(title);
  return t.size() <= 24 &&
         (has_any(t, {U"进度", U"实施步骤", U"工作步骤", U"时间安排", U"阶段安排", U"实施阶段", U"方法步骤",
                      U"步骤安排", U"时间步骤", U"阶段划分", U"时间节点", U"工作阶段", U"实施安排",
                      U"推进安排", U"推进步骤", U"阶段任务", U"实施计划"}));
}

bool is_safeguard_title(View title) {
  const Chars t = bare(title);
  return t.size() <= 24 && !is_initiative_like(t) &&
         has_any(t,
                 {U"组织领导", U"组织保障", U"机制保障", U"条件保障", U"经费",     U"督促检查", U"监督检查",
                  U"督查",     U"考核",     U"政策保障", U"制度保障", U"法规政策", U"体制机制", U"工作落实",
                  U"投入",     U"协调机制", U"工作机制", U"监测评估", U"宣传引导", U"队伍保障", U"责任落实"});
}

bool is_group_of_people(Theme theme) { return theme >= Theme::youth && theme <= Theme::minorities; }

Theme theme_of(View title) {
  for (const ThemeWord& w : kThemeWords)
    if (has(title, w.word)) return w.theme;
  return Theme::none;
}

bool is_initiative_like(View title) {
  const Chars t = bare(title);
  return t.size() >= 4 && t.size() <= 34 && !has(t, U"，") &&
         ends_any(t, {U"行动", U"工程", U"行动计划", U"提升计划"});
}

bool is_plain_initiative(View title) {
  const Chars t = bare(title);
  if (!is_initiative_like(t)) return false;
  static const Words kEndings = {U"科学素质提升行动", U"科学素质行动", U"科学文化素质提升行动",
                                 U"科学素质提升工程", U"素质提升行动", U"科学素质提升专项行动"};
  static const Words kGroups = {U"青少年",
                                U"未成年人",
                                U"农民",
                                U"农牧民",
                                U"农民和农村居民",
                                U"产业工人",
                                U"城镇劳动者",
                                U"职工",
                                U"老年人",
                                U"老年群体",
                                U"领导干部和公务员",
                                U"领导干部与公务员",
                                U"领导干部",
                                U"公务员",
                                U"社区居民",
                                U"城镇居民",
                                U"妇女",
                                U"少数民族群众",
                                U"少数民族",
                                U"市民",
                                U"领导干部、公务员",
                                U"城镇社区居民",
                                U"新型农民",
                                U"农村居民"};
  static const Words kProjects = {U"科技资源科普化",       U"科普资源",
                                  U"科普信息化",           U"科普信息化提升",
                                  U"科普信息化建设",       U"科普基础设施",
                                  U"科普基础设施建设",     U"科普基础设施提升",
                                  U"科普基础设施优化",     U"科普基础设施完善",
                                  U"基层科普能力提升",     U"基层科普服务能力提升",
                                  U"基层科普能力建设",     U"基层科普能力",
                                  U"科学素质交流合作",     U"科学素质合作",
                                  U"科学素质国际交流合作", U"科学素质国际合作交流",
                                  U"科学素质开放合作",     U"科学素质对外交流合作",
                                  U"科学素质区域交流合作", U"科学素质开放交流合作",
                                  U"科普交流合作",         U"科学素质合作交流",
                                  U"科普人才建设",         U"科普人才队伍建设",
                                  U"科普人才培养",         U"科普队伍建设",
                                  U"科技教育与培训基础",   U"科学教育与培训",
                                  U"社区科普益民",         U"科普产业助力",
                                  U"科普产业发展",         U"科普产业创新",
                                  U"应急科普能力提升",     U"应急科普服务",
                                  U"科普创作提升",         U"科技资源科普化建设",
                                  U"科普服务能力提升",     U"科普人才培育",
                                  U"科学素质区域合作",     U"科学素质交流"};
  View rest = without_verb(t);
  for (View g : kGroups) {
    if (!starts(rest, g)) continue;
    if (std::find(kEndings.begin(), kEndings.end(), rest.substr(g.size())) != kEndings.end()) return true;
  }
  for (View ending : {View(U"工程"), View(U"行动")}) {
    if (!ends(rest, ending)) continue;
    const View name = rest.substr(0, rest.size() - ending.size());
    if (std::find(kProjects.begin(), kProjects.end(), name) != kProjects.end()) return true;
  }
  return false;
}

Head head_of(View title) {
  Chars t = bare(title);
  if (t.size() > 6 || t.size() < 2) return Head::none;
  static const Words kGoal = {U"任务",     U"目标",     U"目标任务", U"主要任务", U"工作任务", U"任务目标",
                              U"工作目标", U"主要目标", U"重点任务", U"总体任务", U"行动目标", U"工程目标",
                              U"目标要求", U"任务要求", U"总体目标", U"建设目标", U"发展目标", U"总体要求"};
  static const Words kMeasures = {U"措施",     U"主要措施", U"工作措施", U"具体措施", U"重点措施",
                                  U"举措",     U"主要举措", U"重点举措", U"工作举措", U"任务措施",
                                  U"主要内容", U"具体举措", U"工作内容", U"重点内容", U"实施内容",
                                  U"推进措施", U"行动内容"};
  static const Words kDivision = {U"分工",     U"任务分工", U"责任分工", U"职责分工", U"工作分工",
                                  U"部门分工", U"责任单位", U"责任部门", U"单位分工", U"组织分工"};
  const auto is_in = [&](const Words& words) {
    return std::find(words.begin(), words.end(), View(t)) != words.end();
  };
  return is_in(kGoal)       ? Head::goal
         : is_in(kMeasures) ? Head::measures
         : is_in(kDivision) ? Head::division
                            : Head::none;
}

bool begins_like_task(View sentence) {
  static const Words kVerbs = {
      U"加强", U"加快", U"加大",   U"实施",   U"推进", U"推动", U"推广", U"开展", U"建立", U"建设", U"完善",
      U"健全", U"提升", U"提高",   U"提供",   U"深入", U"深化", U"强化", U"弘扬", U"培育", U"培养", U"促进",
      U"发挥", U"构建", U"落实",   U"大力",   U"广泛", U"支持", U"鼓励", U"组织", U"举办", U"充分", U"积极",
      U"持续", U"优化", U"创新",   U"打造",   U"搭建", U"拓展", U"做好", U"抓好", U"统筹", U"丰富", U"引导",
      U"将",   U"把",   U"树立",   U"在",     U"有效", U"全面", U"扎实", U"着力", U"注重", U"扩大", U"增强",
      U"壮大", U"发展", U"整合",   U"关注",   U"关爱", U"营造", U"倡导", U"普及", U"繁荣", U"利用", U"依托",
      U"突出", U"切实", U"进一步", U"常态化", U"精准", U"探索", U"巩固", U"助力", U"服务", U"保障", U"贯彻",
      U"聚焦", U"改善", U"激发",   U"参与",   U"配合", U"办好", U"用好", U"建好", U"强健", U"夯实", U"规范",
      U"动员", U"重视", U"立足",   U"围绕",   U"改进", U"做强", U"做优", U"做实", U"筑牢", U"织密", U"厚植",
      U"讲好", U"赋能", U"擦亮",   U"汇聚",   U"开好", U"选树", U"编制", U"制定", U"出台", U"设立", U"推行",
      U"补齐", U"延伸", U"构筑",   U"畅通",   U"引进", U"集聚", U"释放", U"挖掘", U"盘活", U"启动", U"开设",
      U"传承", U"深耕", U"提质",   U"净化",   U"守护", U"点亮", U"打通", U"升级", U"推出", U"联动"};
  return starts_any(trimmed(sentence), kVerbs);
}

}  // namespace kepu::plan::grammar

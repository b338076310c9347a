#include "engines/plan/reading/quantity_words.h"

#include <algorithm>

namespace kepu::plan::grammar {

namespace {
// Units by which people, things and events are counted; longer ones first.
const Words& units() {
  static const Words kUnits = {
      U"人（次）", U"人(次)", U"场（次）", U"场(次)", U"个百分点", U"百分点", U"平方公里", U"平方米", U"平米",
      U"人次",     U"场次",   U"站次",     U"批次",   U"家次",     U"班次",   U"课时",     U"分钟",   U"学时",
      U"小时",     U"㎡",     U"m²",       U"M²",     U"m2",       U"公里",   U"台次",     U"辆次",   U"%",
      U"％",       U"‰",      U"人",       U"名",     U"个",       U"家",     U"所",       U"项",     U"场",
      U"次",       U"部",     U"支",       U"处",     U"座",       U"套",     U"件",       U"册",     U"篇",
      U"期",       U"元",     U"辆",       U"台",     U"对",       U"间",     U"种",       U"户",     U"门",
      U"份",       U"块",     U"班",       U"条",     U"本",       U"集",     U"幅",       U"亩",     U"届",
      U"天",       U"株",     U"面",       U"片",     U"节",       U"延长米", U"延米",     U"米"};
  return kUnits;
}
}  // namespace

View unit_at(View text, std::size_t at) {
  for (View u : units())
    if (starts(text.substr(at), u)) return u;
  return {};
}

// The unit's character begins another word: 人才, 个人, 项目, 场馆 …
bool begins_word(View unit, View behind) {
  if (behind.empty()) return false;
  const char32_t c = behind.front();
  if (unit == U"人") return one_of(c, U"才员民口们工群类力事物文大格生际身数均士社保");
  if (unit == U"个") return one_of(c, U"人体性别案");
  if (unit == U"名") return one_of(c, U"誉称单师校牌录义胜优");
  if (unit == U"家") return one_of(c, U"庭长乡具风电园教");
  if (unit == U"所") return one_of(c, U"有以需在属得");
  if (unit == U"场") return one_of(c, U"馆所地景合");
  if (unit == U"项") return c == U'目';
  if (unit == U"次") return one_of(c, U"数序第要");
  if (unit == U"部") return one_of(c, U"门分署委队件");
  if (unit == U"支") return one_of(c, U"持撑部付");
  if (unit == U"期") return one_of(c, U"间刊末望");
  if (unit == U"处") return one_of(c, U"理置室长");
  if (unit == U"班") return one_of(c, U"级子组");
  if (unit == U"对") return one_of(c, U"口外接策");
  if (unit == U"种") return one_of(c, U"植养子类");
  if (unit == U"条") return one_of(c, U"件例");
  if (unit == U"节") return one_of(c, U"目能日约水点气俗庆假奏");
  if (unit == U"面") return true;
  return false;
}

// 五项 + 提升行动 / 重点工程 …: the plan speaks of its own parts.
std::optional<Structure> structure_at(View text, std::size_t at) {
  static const Words kModifiers = {U"重点人群", U"科学素质", U"提升", U"重点", U"主要", U"专项",
                                   U"主题",     U"重大",     U"基础", U"保障", U"具体", U"科普",
                                   U"服务",     U"建设",     U"工作", U"的"};
  static const Words kNouns = {U"行动", U"工程", U"任务", U"举措", U"措施", U"计划", U"工作", U"人群",
                               U"群体", U"机制", U"原则", U"方面", U"阶段", U"方向", U"目标", U"体系"};
  std::size_t i = at;
  for (int n = 0; n < 6; ++n) {
    const View rest = text.substr(i);
    for (View noun : kNouns)
      if (starts(rest, noun)) return Structure{i + noun.size(), noun == U"行动", noun == U"工程"};
    bool moved = false;
    for (View m : kModifiers)
      if (starts(rest, m)) {
        i += m.size();
        moved = true;
        break;
      }
    if (!moved) return std::nullopt;
  }
  return std::nullopt;
}

bool speaks_of_literacy(View t) {
  return has_any(t,
                 {U"具备科学素质", U"具备基本科学素质", U"科学素质比例", U"科学素质的比例", U"科学素质达标",
                  U"科学素质水平", U"科学素质公民", U"科学素质的公民", U"公民科学素质"}) ||
         (has(t, U"素质") && has(t, U"比例"));
}

// 全市平均水平 in 达到全市平均水平.
Chars level_of_others(View t) {
  std::size_t to = t.find(U"平均水平");
  std::size_t size = 4;
  if (to == View::npos) {
    to = t.find(U"平均");
    size = 2;
  }
  if (to == View::npos) return {};
  std::size_t from = to;
  while (from > 0 && to - from < 8 && is_han(t[from - 1]) && !one_of(t[from - 1], U"到过于达的至在与比和"))
    --from;
  return from == to ? Chars{} : Chars(t.substr(from, to + size - from));
}

Operator operator_at(View clause, std::size_t from, std::size_t to) {
  const View before = clause.substr(from > 6 ? from - 6 : 0, from > 6 ? 6 : from);
  const View after = clause.substr(std::min(to, clause.size()), 12);
  if (has_any(before, {U"不少于", U"不低于", U"至少", U"不小于", U"≥", U"最少", U"不下于", U"以上"}) ||
      starts(after, U"以上") || starts(after, U"及以上"))
    return Operator::at_least;
  if (has_any(before, {U"不超过", U"不高于", U"不多于", U"≤", U"以内"}) || starts(after, U"以内") ||
      starts(after, U"以下"))
    return Operator::at_most;
  if (has_any(before, {U"超过", U"突破", U"高于", U"大于", U">", U"超"})) return Operator::greater;
  return Operator::equal;
}

// A number in Chinese numerals counts only where it cannot be a set phrase: 十六项…, 至少两次, 新建三所.
bool counts_in_words(View clause, std::size_t i, std::size_t digits, double value, View unit, std::size_t end,
                     bool periodic) {
  if (one_of(clause[i], U"百千万亿")) return false;
  if (unit == U"届") return periodic && value < 4;  // 每两年举办一届, but 十九届
  static const Words kStrict = {U"人次", U"场次", U"人", U"名", U"个",     U"家", U"所", U"项",      U"场",
                                U"次",   U"部",   U"座", U"支", U"平方米", U"处", U"期", U"个百分点"};
  if (std::find(kStrict.begin(), kStrict.end(), unit) == kStrict.end()) return false;
  const View before = clause.substr(i > 8 ? i - 8 : 0, i > 8 ? 8 : i);
  const bool bounded = has_any(before, {U"至少", U"不少于", U"不低于", U"达到", U"超过"}) ||
                       starts(clause.substr(end), U"以上");
  if (bounded) return true;
  if (periodic) return unit == U"次" || unit == U"场" || unit == U"期" || unit == U"届";
  if (digits >= 2) return true;
  static const Words kMaking = {U"新建", U"建成", U"创建", U"新增", U"建设",
                                U"培育", U"打造", U"开办", U"创办", U"设立"};
  if (value == 1) return (unit == U"所" || unit == U"座") && has_any(before, kMaking);
  return value > 1 && unit != U"项" && has_any(before, kMaking);
}

std::optional<int> deadline_in(View text) {
  std::optional<int> out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto y = year_at(text, i);
    if (!y) continue;
    const View before = text.substr(i > 2 ? i - 2 : 0, i > 2 ? 2 : i);
    if (y->to < text.size() && text[y->to] == U'年' && (has_any(before, {U"到", U"至"}) || !out))
      out = static_cast<int>(y->value);
    i = y->to - 1;
  }
  return out;
}

const std::vector<Period>& periods_of_time() {
  static const std::vector<Period> kPeriods = {
      {U"每学年", U"学年"}, {U"每学期", U"学期"},   {U"每季度", U"季度"}, {U"每半年", U"半年"},
      {U"每两年", U"两年"}, {U"每年度", U"年"},     {U"每年", U"年"},     {U"每月", U"月"},
      {U"每周", U"周"},     {U"每日", U"日"},       {U"每天", U"日"},     {U"每季", U"季度"},
      {U"每个月", U"月"},   {U"每个学期", U"学期"}, {U"一年一", U"年"},   {U"全年", U"年"}};
  return kPeriods;
}

}  // namespace kepu::plan::grammar

// 青 农 产 老 领: one character by which people know an initiative in codes and narrow columns.
#include <set>

#include "core/base/text.h"
#include "engines/plan/plan.h"
#include "engines/plan/plan_order.h"

namespace kepu::plan {
namespace {

struct Theme {
  std::string_view word, mark;
};
// The themes that such plans share, and the character that offices use for them.
constexpr Theme kThemes[] = {
    {"青少年", "青"},   {"未成年", "青"}, {"农民", "农"},     {"农村", "农"},       {"产业工人", "产"},
    {"职工", "工"},     {"老年", "老"},   {"领导干部", "领"}, {"公务员", "领"},     {"社区居民", "居"},
    {"城镇居民", "居"}, {"妇女", "妇"},   {"少数民族", "民"}, {"资源科普化", "资"}, {"科技资源", "资"},
    {"信息化", "信"},   {"数字", "数"},   {"基础设施", "设"}, {"基层", "基"},       {"应急", "应"},
    {"人才", "才"},     {"队伍", "队"},   {"合作", "合"},     {"交流", "交"},       {"创作", "创"},
    {"传播", "传"},     {"产业", "业"},   {"教育", "教"},     {"培训", "训"},       {"基地", "地"},
};

// Words that stand in titles of every initiative.
constexpr std::string_view kCommonWords[] = {"科学素质", "素质", "科学", "科普", "科技", "提升", "行动",
                                             "工程",     "建设", "实施", "推进", "加强", "开展", "能力",
                                             "全民",     "重点", "大力", "深入", "计划", "专项"};

// Last resort, so that even thirty initiatives of the same title differ.
constexpr std::string_view kSpare = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙洪荒日月盈昃";

std::string first_free(std::string_view text, const std::set<std::string>& used) {
  for (const auto c : base::to_code_points(text)) {
    if (!base::is_han(c)) continue;
    auto mark = base::to_utf8(std::u32string(1, c));
    if (used.count(mark) == 0) return mark;
  }
  return {};
}

std::string by_theme(std::string_view title, const std::set<std::string>& used) {
  for (const auto& theme : kThemes)
    if (base::contains(title, theme.word) && used.count(std::string(theme.mark)) == 0)
      return std::string(theme.mark);
  return {};
}

std::string by_any_character(std::string_view title, const std::set<std::string>& used) {
  auto mark = first_free(theme_of(title), used);
  if (mark.empty()) mark = first_free(title, used);
  if (mark.empty()) mark = first_free(kSpare, used);
  for (char32_t c = 0x4E00; mark.empty(); ++c) {
    auto next = base::to_utf8(std::u32string(1, c));
    if (used.count(next) == 0) mark = next;
  }
  return mark;
}

}  // namespace

std::string theme_of(std::string_view title) {
  const auto whole = base::wording(title);
  auto text = whole;
  for (const auto word : kCommonWords) text = base::replace_all(text, word, "");
  return text.empty() ? whole : text;
}

std::vector<std::string> initiative_marks(const std::vector<InitiativeItem>& initiatives) {
  std::vector<std::string> marks(initiatives.size());
  std::set<std::string> used;
  // Themes first, so that 基础设施 ahead of 基层 does not take its character.
  for (std::size_t i = 0; i < initiatives.size(); ++i) {
    marks[i] = by_theme(initiatives[i].title, used);
    if (!marks[i].empty()) used.insert(marks[i]);
  }
  for (std::size_t i = 0; i < initiatives.size(); ++i) {
    if (!marks[i].empty()) continue;
    marks[i] = by_any_character(initiatives[i].title, used);
    used.insert(marks[i]);
  }
  return marks;
}

}  // namespace kepu::plan

// Names that mean many bodies: 各乡镇（街道）, 县直各部门, 各有关单位. A name is a group where nothing is
// left of it once the words are taken away that such names are made of.
#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "engines/plan/name_parts.h"

namespace kepu::plan {
namespace {

// Longer words before those that they contain.
constexpr std::array kGroupWords = {
    std::string_view("全民科学素质"), std::string_view("联席会议"),   std::string_view("领导小组"),
    std::string_view("人民政府"),     std::string_view("管理委员会"), std::string_view("管委会"),
    std::string_view("村民委员会"),   std::string_view("居民委员会"), std::string_view("村委会"),
    std::string_view("居委会"),       std::string_view("村居"),       std::string_view("委员会"),
    std::string_view("开发区"),       std::string_view("办公室"),     std::string_view("办事处"),
    std::string_view("党工委"),       std::string_view("委办局"),     std::string_view("民族乡"),
    std::string_view("工作"),         std::string_view("纲要"),       std::string_view("实施"),
    std::string_view("党委"),         std::string_view("政府"),       std::string_view("园区"),
    std::string_view("街道"),         std::string_view("苏木"),       std::string_view("镇街"),
    std::string_view("县属"),         std::string_view("市属"),       std::string_view("区属"),
    std::string_view("驻"),           std::string_view("社区"),       std::string_view("行政"),
    std::string_view("部门"),         std::string_view("单位"),       std::string_view("成员"),
    std::string_view("责任"),         std::string_view("机关"),       std::string_view("有关"),
    std::string_view("相关"),         std::string_view("所有"),       std::string_view("全体"),
    std::string_view("全县"),         std::string_view("全市"),       std::string_view("全区"),
    std::string_view("全旗"),         std::string_view("其他"),       std::string_view("其它"),
    std::string_view("以及"),         std::string_view("各级"),       std::string_view("各地"),
    std::string_view("县直"),         std::string_view("市直"),       std::string_view("区直"),
    std::string_view("旗直"),         std::string_view("直属"),       std::string_view("县级"),
    std::string_view("市级"),         std::string_view("区级"),       std::string_view("各"),
    std::string_view("乡"),           std::string_view("镇"),         std::string_view("村"),
    std::string_view("县"),           std::string_view("市"),         std::string_view("区"),
    std::string_view("旗"),           std::string_view("和"),         std::string_view("与"),
    std::string_view("及"),           std::string_view("等"),
};

// What is many, and none of a county's own offices.
constexpr std::array kOutsideWords = {
    std::string_view("企业"),     std::string_view("学校"),       std::string_view("中小学"),
    std::string_view("高校"),     std::string_view("高等院校"),   std::string_view("院校"),
    std::string_view("科研院所"), std::string_view("院所"),       std::string_view("医疗机构"),
    std::string_view("科研机构"), std::string_view("机构"),       std::string_view("媒体"),
    std::string_view("学会"),     std::string_view("协会"),       std::string_view("研究会"),
    std::string_view("社会组织"), std::string_view("群团组织"),   std::string_view("组织"),
    std::string_view("基地"),     std::string_view("场馆"),       std::string_view("社会力量"),
    std::string_view("志愿者"),   std::string_view("科技工作者"),
};

bool has_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return base::contains(text, word); });
}

bool is_made_of_group_words(std::string text) {
  for (const auto word : kGroupWords) text = base::replace_all(text, word, "");
  return text.empty();
}

bool speaks_of_many(std::string_view text) {
  return has_any(text, {"各", "有关", "相关", "所有", "全体", "其他", "其它"});
}

}  // namespace

std::optional<Meaning> group_meaning(std::string_view name, const Region& region) {
  auto text = base::wording(name);
  if (!region.name.empty()) text = base::replace_all(text, region.name, "");
  const bool many = speaks_of_many(text);
  if (!text.empty() && is_made_of_group_words(text)) {
    const auto& inner = text;  // 街道 and 社区 hold characters of other kinds
    const bool towns = has_any(inner, {"乡", "镇", "街道", "苏木", "园区"});
    const bool offices = has_any(inner, {"部门", "单位", "机关", "委办局"});
    const bool villages = has_any(inner, {"村", "社区", "居委会"});
    const bool places = has_any(inner, {"各地", "各级"});
    if (base::contains(inner, "驻")) return Meaning::outside;  // 驻县各单位: of the province and the state
    if (offices && (towns || places)) return Meaning::everyone;
    if (offices && !has_any(inner, {"部门", "成员", "责任", "有关", "相关", "直", "级", "机关", "委办局"}))
      return many || has_any(inner, {"全"}) ? std::optional(Meaning::everyone) : std::nullopt;  // 各单位
    if (offices) return Meaning::departments;
    if (towns) return Meaning::townships;
    if (villages) return Meaning::villages;
    const bool counties = has_any(inner, {"各县", "各区", "各旗", "各市", "县市区", "县区", "旗县", "市县"});
    if (many && counties) return Meaning::counties;
    return std::nullopt;
  }
  const bool outside = std::any_of(kOutsideWords.begin(), kOutsideWords.end(), [&](std::string_view word) {
    return text == word || (many && base::ends_with(text, word));
  });
  if (outside) return Meaning::outside;
  return std::nullopt;
}

}  // namespace kepu::plan

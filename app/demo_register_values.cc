#include "app/demo_register_values.h"

#include "core/base/text.h"

namespace kepu::app::demo {
namespace {

// What stands in a text field, by its key; others say 略.
const std::map<std::string, std::vector<std::string>>& texts() {
  static const std::map<std::string, std::vector<std::string>> kTexts = {
      {"opening", {"周二至周日 9:00—17:00", "每天 8:30—17:30", "赶集日和周末", "预约开放"}},
      {"address", {"便民服务中心一楼", "村委会旁", "文化广场东侧", "集镇主街"}},
      {"leader", {"由队长负责", "由站长负责", "由会长负责"}},
      {"partner", {"省农业科学院合作点", "市农业学校", "省林业科学院合作点"}},
      {"crop", {"茶叶", "柑橘", "稻渔综合种养"}},
      {"duty", {"健康科普", "科技教育", "农技推广"}},
      {"title", {"高级农艺师", "主治医师", "工程师", "高级教师"}},
      {"document", {"市科协命名文件", "县科协命名文件"}},
      {"former", {"县农技中心", "县人民医院", "县一中", "县水利局"}},
      {"posted", {"柳林村茶叶专业合作社", "禾丰村", "白茶村", "湿地村水产基地", "药谷村"}},
      {"field", {"茶树栽培", "慢病管理", "物理", "信息科技"}},
      {"plan", {"每季度一次进校园活动，编写一本乡土科普读本"}},
      {"output", {"上年办讲座 12 场，发表科普文章 8 篇"}},
      {"intro", {"长期在基层服务，讲课通俗，熟悉本地情况，可讲可练"}},
      {"courses", {"田间课堂：病虫害绿色防控\n家庭急救三件事", "暴雨来了怎么办\n识别电信诈骗"}},
      {"topics", {"优质稻新品种对比试验；稻田养鱼密度试验"}},
      {"findings", {"减少用药两次，亩均节本约百元（以当年田间记录为准）"}},
      {"needs", {"科学教育或相关专业，能承担讲解和活动组织"}},
      {"features", {"有固定科普活动室和志愿队，每月一次科普日"}},
      {"rules", {"招募、培训、派单、时长确认和退出办法已上墙"}}};
  return kTexts;
}

std::string pick(const std::vector<std::string>& all, std::size_t i) { return all[i % all.size()]; }

}  // namespace

form::Values filled(const registers::Type& type, const std::map<std::string, std::string>& given,
                    const std::string& unit, base::Date today, std::size_t i) {
  form::Values v;
  for (const auto& f : type.fields) {
    const auto& key = f.field.name;
    if (const auto at = given.find(key); at != given.end()) {
      for (const auto& one : base::split(at->second, "、")) v.add(key, one);
      continue;
    }
    switch (f.field.kind) {
      case form::Kind::select:
        v.set(key, f.field.options[i % f.field.options.size()].value);
        break;
      case form::Kind::multi_select:
        v.add(key, f.field.options[i % f.field.options.size()].value);
        v.add(key, f.field.options[(i + 1 + i % 3) % f.field.options.size()].value);
        break;
      case form::Kind::checkbox:
        v.set(key, i % 4 != 0 ? "1" : "");
        break;
      case form::Kind::integer:
      case form::Kind::number:
        v.set(key, std::to_string(4 + (i * 7) % 23));
        break;
      case form::Kind::date:
        v.set(key, base::to_iso(base::from_days(base::to_days(today) - 30LL * static_cast<int>(i % 10))));
        break;
      case form::Kind::phone:
        if (f.is_public) v.set(key, fmt::format("210{:04}", 100 + i));
        break;
      case form::Kind::text:
      case form::Kind::long_text:
        if (const auto at = texts().find(key); at != texts().end()) {
          v.set(key, pick(at->second, i));
        } else if (f.field.required) {
          v.set(key, unit);
        }
        break;
      default:
        break;
    }
  }
  return v;
}

}  // namespace kepu::app::demo

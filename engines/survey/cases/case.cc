#include "engines/survey/cases/case.h"

#include <boost/json.hpp>
#include <fstream>
#include <iterator>
#include <map>

#include "engines/survey/cases/areas_families.h"
#include "engines/survey/cases/families.h"

namespace kepu::survey {

namespace {

const std::map<std::string, RunFamily, std::less<>>& families() {
  static const std::map<std::string, RunFamily, std::less<>> known{
      {"sae_fh", run_area_case},        {"sae_bhf", run_unit_case},
      {"design", run_sampling_case},    {"irt", run_irt},
      {"irt_linking", run_irt_linking}, {"items", run_items},
      {"survey", run_survey_case},
  };
  return known;
}

}  // namespace

base::Result<std::string> run_case(const std::string& folder) {
  std::ifstream file(folder + "/spec.json", std::ios::binary);
  if (!file) {
    return base::refuse(base::Code::not_found, "case.folder",
                        "文件夹 " + folder + " 里没有 spec.json，请给出一个参照算例的文件夹。");
  }
  boost::system::error_code error;
  const auto spec = boost::json::parse(std::string(std::istreambuf_iterator<char>(file), {}), error);
  if (error || !spec.is_object()) {
    return base::refuse(base::Code::invalid, "case.spec",
                        error
                            ? "spec.json 不是有效的 JSON，请检查括号、引号和逗号（" + error.message() + "）。"
                            : std::string("spec.json 的最外层应当是一个 JSON 对象。"));
  }
  const auto* family = spec.get_object().if_contains("family");
  const auto* name = family ? family->if_string() : nullptr;
  const auto known = name ? families().find(std::string_view(*name)) : families().end();
  if (known == families().end()) {
    return base::refuse(
        base::Code::unsupported, "case.family",
        "spec.json 的 family 不是本程序能算的一类：" + (name ? std::string(*name) : "（没有写）"));
  }
  return known->second(spec.get_object(), folder);
}

}  // namespace kepu::survey

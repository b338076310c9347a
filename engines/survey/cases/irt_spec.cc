#include "engines/survey/cases/irt_spec.h"

#include <fmt/format.h>

#include <cmath>

namespace kepu::survey::items {

namespace json = boost::json;
namespace st = statistics::items;
using st::ItemKind;

namespace {

// A member that is one value for all items or an array of one an item.
base::Result<const json::value*> of_item(const json::object& spec, std::string_view name, std::size_t items,
                                         std::size_t item) {
  const auto* value = spec.if_contains(name);
  if (!value) return refuse_spec(fmt::format("spec.json 没有写 {}。", name));
  if (!value->is_array()) return value;
  if (value->get_array().size() != items) {
    return refuse_spec(
        fmt::format("{} 有 {} 个，题目有 {} 道，应当一样多。", name, value->get_array().size(), items));
  }
  return &value->get_array()[item];
}

base::Result<std::vector<ItemKind>> read_kinds(const json::object& spec, std::size_t items) {
  std::vector<ItemKind> kinds;
  for (std::size_t j = 0; j < items; ++j) {
    const auto* word = TRY(of_item(spec, "model", items, j));
    const auto model = st::model_of(word->is_string() ? std::string_view(word->get_string()) : "");
    if (!model)
      return refuse_spec(fmt::format("第 {} 题的 model 不是 1PL、2PL、3PL、GRM、GPCM 之一。", j + 1));
    const auto* categories = TRY(of_item(spec, "categories", items, j));
    const double count = categories->is_number() ? categories->to_number<double>() : 0;
    if (!(count >= 2 && count <= 21 && count == std::floor(count))) {
      return refuse_spec(fmt::format("第 {} 题的 categories 应当是 2 到 21 的整数。", j + 1));
    }
    kinds.push_back({*model, static_cast<int>(count)});
  }
  return kinds;
}

base::Result<st::Quadrature> read_quadrature(const json::object& spec) {
  const auto* grid = find_object(spec, "quadrature");
  if (!grid) return st::normal_quadrature();
  const double n = find_number(*grid, "n").value_or(0);
  const auto lo = find_number(*grid, "lo"), hi = find_number(*grid, "hi");
  if (!(n >= 2 && n <= 1000 && n == std::floor(n)) || !lo || !hi || !(*lo < *hi)) {
    return refuse_spec("quadrature 应当有 n（2 到 1000 的整数）和 lo < hi。");
  }
  return st::normal_quadrature(static_cast<int>(n), *lo, *hi);
}

base::Result<void> read_prior(const json::value& value, st::Priors& priors) {
  const auto* prior = value.if_object();
  const auto* name = prior ? prior->if_contains("parameter") : nullptr;
  const auto* dist = prior ? prior->if_contains("dist") : nullptr;
  if (!name || !name->is_string() || !dist || !dist->is_string()) {
    return refuse_spec("prior 应当写明 parameter、dist、mean、sd。");
  }
  const auto mean = find_number(*prior, "mean"), sd = find_number(*prior, "sd");
  if (!mean || !sd || !(*sd > 0)) return refuse_spec("prior 的 mean 和 sd 应当是数，sd 大于 0。");
  const std::string_view parameter = name->get_string(), kind = dist->get_string();
  const auto is = [&](std::string_view start) {
    return parameter.substr(0, start.size()) == start &&
           (parameter.size() == start.size() || parameter[start.size()] == ' ');
  };
  const st::NormalPrior normal{*mean, *sd};
  const bool log_normal = kind == "lognormal";
  if (kind != "normal" && !log_normal) return refuse_spec("prior.dist 只认 normal 和 lognormal。");
  if (!log_normal && is("logit(c)"))
    priors.logit_c = normal;
  else if (log_normal ? is("a") : is("log(a)"))
    priors.log_a = normal;
  else if (is("a"))
    priors.a = normal;
  else if (!log_normal && is("d"))
    priors.d = normal;
  else
    return refuse_spec(fmt::format("prior.parameter 不是所认识的参数：{}", parameter));
  return {};
}

}  // namespace

base::Result<IrtSpec> read_irt_spec(const json::object& spec, std::size_t items) {
  IrtSpec out;
  out.kinds = TRY(read_kinds(spec, items));
  out.options.quadrature = TRY(read_quadrature(spec));
  if (spec.contains("D")) {
    const auto scale = find_number(spec, "D");
    if (!scale || !(*scale > 0)) return refuse_spec("D 应当是正数。");
    out.D = *scale;
  }
  const auto* latent = spec.if_contains("latent");
  if (latent && !(latent->is_string() && latent->get_string().starts_with("N(0,1)"))) {
    return refuse_spec("latent 只认 N(0,1)：能力的分布是固定的。");
  }
  const auto* prior = spec.if_contains("prior");
  if (prior && !prior->is_null()) {
    out.with_prior = true;
    if (const auto* several = prior->if_array()) {
      for (const auto& one : *several) TRY(read_prior(one, out.options.priors));
    } else {
      TRY(read_prior(*prior, out.options.priors));
    }
  }
  const auto& priors = out.options.priors;
  if (out.D != 1 && (priors.a || priors.log_a || priors.d)) {
    return refuse_spec("D 不是 1 时，不能给 a 或 d 先验。");
  }
  return out;
}

}  // namespace kepu::survey::items

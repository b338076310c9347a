// What a call has to be before counties are asked.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "engines/rollup/rollup.h"

namespace kepu::rollup {
namespace {

using base::Code;

constexpr std::size_t kMostItems = 60;

void add(base::Errors& errors, std::string rule, std::string field, std::string message) {
  errors.push_back({Code::invalid, std::move(rule), std::move(field), std::move(message)});
}

bool is_empty(const std::string& text) { return base::trim(text).empty(); }

void check_amount(const Item& item, const std::optional<metric::Metric>& suggested, base::Errors& errors) {
  if (is_empty(item.unit)) add(errors, "rollup.unit", "unit", "请写计量单位，如 场、人次、万元、%。");
  if (item.decimals < 0 || item.decimals > 4)
    add(errors, "rollup.decimals", "decimals", "小数位数应为 0 至 4。");
  if (is_empty(item.definition))
    add(errors, "rollup.definition", "definition", "请写清口径：什么算、什么不算，各县才填得一样。");
  if (!item.metric.empty() && suggested && suggested->unit != item.unit) {
    add(errors, "rollup.unit", "unit",
        fmt::format("建议指标“{}”的单位是“{}”，这里写的是“{}”。请改成一致，或不设建议指标。",
                    suggested->title, suggested->unit, item.unit));
  }
  if (item.kind != ItemKind::sum) return;
  if (item.unit == "%" || item.unit == "‰") {
    add(errors, "rollup.adds", "kind", "比例不能逐县相加，请改选“只并列”。");
  } else if (suggested && suggested->counting == metric::Counting::people) {
    add(errors, "rollup.adds", "kind",
        fmt::format("“{}”按人数计，同一个人可能在两个县都算过，各县不能相加。请改选“只并列”，或改用人次。",
                    suggested->title));
  }
}

}  // namespace

const Item* Call::item(std::string_view code) const {
  const auto at = std::find_if(items.begin(), items.end(), [&](const Item& i) { return i.code == code; });
  return at == items.end() ? nullptr : &*at;
}

base::Errors check_head(const Call& call) {
  base::Errors errors;
  if (is_empty(call.title))
    add(errors, "rollup.title", "title", "请填写名称，如“2026 年上半年科普工作汇总”。");
  if (base::length(call.title) > 100) add(errors, "rollup.long", "title", "名称不要超过 100 字。");
  if (base::length(call.note) > 2000) add(errors, "rollup.long", "note", "说明不要超过 2,000 字。");
  if (call.to < call.from) add(errors, "rollup.period", "to", "统计时段的最后一天早于第一天，请改正。");
  if (call.due < call.from) add(errors, "rollup.due", "due", "上报期限早于统计时段，请改正。");
  return errors;
}

base::Errors check_item(const Item& item, const std::vector<Item>& others,
                        const std::optional<metric::Metric>& suggested) {
  base::Errors errors;
  if (is_empty(item.code)) add(errors, "rollup.code", "code", "请填写编号，如 A-01。");
  if (std::any_of(others.begin(), others.end(), [&](const Item& i) { return i.code == item.code; }))
    add(errors, "rollup.code", "code", "编号“" + item.code + "”已用于另一项，请换一个。");
  if (others.size() >= kMostItems)
    add(errors, "rollup.many", "code", fmt::format("一次汇总最多 {} 项。", kMostItems));
  if (is_empty(item.title)) add(errors, "rollup.item", "title", "请填写这一项的名称。");
  if (item.kind == ItemKind::task) {
    if (item.task == 0) add(errors, "rollup.task", "task", "请选择本级方案中要下达的任务。");
  } else {
    check_amount(item, suggested, errors);
  }
  return errors;
}

base::Errors check_issue(const Call& call, std::size_t counties, Date today) {
  base::Errors errors = check_head(call);
  if (call.items.empty()) add(errors, "rollup.no_item", "", "还没有汇总项目，请先加入。");
  if (counties == 0)
    add(errors, "rollup.no_county", "",
        "还没有县与本地区建立汇总关系。请县里的管理员在“汇总关系”中填写本地区的代码。");
  if (call.due < today) add(errors, "rollup.due", "due", "上报期限已经过去，请先改期限再下发。");
  return errors;
}

}  // namespace kepu::rollup

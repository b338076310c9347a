// What stands on the first page, and doubts about the original.
#include <fmt/format.h>

#include "core/base/text.h"
#include "engines/plan/plan_edit_steps.h"
#include "engines/plan/plan_order.h"

namespace kepu::plan {
namespace {

using base::Code;
using base::refuse;

base::Result<std::string> checked_field(std::string_view text, std::string_view field) {
  auto tidy = base::squeeze(text);
  if (base::length(tidy) > kTitleMax)
    return refuse(Code::invalid, "plan.title_long", fmt::format("这一栏最多 {} 个字：请缩短。", kTitleMax),
                  std::string(field));
  return tidy;
}

base::Result<Metadata> checked(const Metadata& typed) {
  Metadata data = typed;
  data.title = TRY(checked_title(typed.title));
  data.issuer = TRY(checked_field(typed.issuer, "issuer"));
  data.doc_number = TRY(checked_field(typed.doc_number, "doc_number"));
  data.region = TRY(checked_field(typed.region, "region"));
  data.region_parent = TRY(checked_field(typed.region_parent, "region_parent"));
  data.notice_title = TRY(checked_field(typed.notice_title, "notice_title"));
  data.issue_date = base::trim(typed.issue_date);
  if (!data.issue_date.empty() && !base::parse_date(data.issue_date))
    return refuse(Code::invalid, "plan.date",
                  fmt::format("印发日期“{}”不是一个日期：请写成 2025-12-31 的样子。", data.issue_date),
                  "issue_date");
  if (data.status != "issued" && data.status != "征求意见稿")
    return refuse(Code::invalid, "plan.status", "文稿状态只能是“已印发”或“征求意见稿”：请重新选择。",
                  "status");
  if (data.from != 0 || data.to != 0) {
    auto years = check_years(data.from, data.to, "from");
    if (!years) return tl::unexpected(years.error());
  }
  return data;
}

}  // namespace

base::Result<Said> carry_out(Plan& plan, const edit::Describe& edit, const NextId&) {
  auto data = TRY(checked(edit.metadata));
  const auto before = std::exchange(plan.version.metadata, std::move(data));
  const auto& after = plan.version.metadata;
  std::vector<std::string> changed;
  const auto note = [&](std::string_view field, const std::string& was, const std::string& is) {
    if (was != is)
      changed.push_back(
          fmt::format("{}由“{}”改为“{}”", field, base::shorten(was, 30), base::shorten(is, 30)));
  };
  note("标题", before.title, after.title);
  note("发文机关", before.issuer, after.issuer);
  note("文号", before.doc_number, after.doc_number);
  note("印发日期", before.issue_date, after.issue_date);
  note("地区", before.region, after.region);
  note("上级地区", before.region_parent, after.region_parent);
  note("通知标题", before.notice_title, after.notice_title);
  note("文稿状态", before.status, after.status);
  if (before.from != after.from || before.to != after.to)
    changed.push_back(fmt::format("规划期由 {}—{} 改为 {}—{}", before.from, before.to, after.from, after.to));
  return Said{changed.empty() ? "方案信息未作改动" : "方案信息：" + base::join(changed, "；"), "plan"};
}

base::Result<Said> carry_out(Plan& plan, const edit::SettleAnomaly& edit, const NextId&) {
  auto note = base::trim(edit.note);
  auto fits = check_text(note, "note");
  if (!fits) return tl::unexpected(fits.error());
  for (auto& anomaly : plan.anomalies) {
    if (anomaly.id != edit.anomaly) continue;
    anomaly.settled = edit.settled;
    anomaly.note = note;
    auto summary =
        fmt::format("{}疑点“{}”", edit.settled ? "处理" : "重新打开", base::shorten(anomaly.message, 40));
    if (!note.empty()) summary += "：" + base::shorten(note, 60);
    return Said{std::move(summary), fmt::format("anomaly:{}", anomaly.id)};
  }
  return not_found("处疑点");
}

}  // namespace kepu::plan

#include "engines/plan/pages/review_forms.h"

#include "core/base/text.h"

namespace kepu::plan {

using form::Kind;
using form::Values;

namespace {

constexpr const char* kPartyHint = "多个单位用“、”隔开，按原文写法";

const std::vector<form::Option> kKinds = {{"action", "提升行动"}, {"project", "重点工程"}};
const std::vector<form::Option> kOperators = {{"=", "达到（=）"},
                                              {">", "超过（>）"},
                                              {">=", "以上、不少于（≥）"},
                                              {"<=", "不超过（≤）"},
                                              {"relative", "与其他地区比较"}};
const std::vector<form::Option> kQuantityKinds = {
    {"target", "目标"}, {"baseline", "基数"}, {"frequency", "频次"}, {"blank", "留空待填"}};

}  // namespace

const form::Form& metadata_form() {
  static const form::Form kForm({
      {.name = "title", .label = "标题", .required = true},
      {.name = "issuer", .label = "发文机关", .short_field = true},
      {.name = "doc_number", .label = "文号", .hint = "如 某府发〔2026〕6号", .short_field = true},
      {.name = "issue_date", .label = "成文日期", .kind = Kind::date, .short_field = true},
      {.name = "status",
       .label = "性质",
       .kind = Kind::select,
       .required = true,
       .options = {{"issued", "印发稿"}, {"征求意见稿", "征求意见稿"}},
       .short_field = true},
      {.name = "region", .label = "地区", .short_field = true},
      {.name = "region_parent", .label = "上级地区", .short_field = true},
      {.name = "from",
       .label = "规划期起",
       .kind = Kind::integer,
       .min = 2000,
       .max = 2100,
       .unit = "年",
       .short_field = true},
      {.name = "to",
       .label = "规划期止",
       .kind = Kind::integer,
       .min = 2000,
       .max = 2100,
       .unit = "年",
       .short_field = true},
  });
  return kForm;
}

const form::Form& initiative_form() {
  static const form::Form kForm({
      {.name = "title", .label = "名称", .required = true},
      {.name = "kind",
       .label = "类别",
       .kind = Kind::select,
       .required = true,
       .options = kKinds,
       .short_field = true},
      {.name = "goal", .label = "目标要求", .kind = Kind::long_text},
      {.name = "lead", .label = "牵头单位", .hint = kPartyHint, .max_length = 4000},
      {.name = "responsible",
       .label = "责任单位",
       .kind = Kind::long_text,
       .hint = kPartyHint,
       .max_length = 8000,
       .rows = 3},
  });
  return kForm;
}

const form::Form& task_form() {
  static const form::Form kForm({
      {.name = "title", .label = "任务名称", .required = true},
      {.name = "body", .label = "任务内容", .kind = Kind::long_text, .rows = 6},
      {.name = "lead", .label = "牵头单位", .hint = "留空则按所属行动、工程的牵头单位", .max_length = 4000},
      {.name = "responsible",
       .label = "责任单位",
       .kind = Kind::long_text,
       .hint = kPartyHint,
       .max_length = 8000,
       .rows = 3},
      {.name = "start", .label = "开始", .kind = Kind::date, .short_field = true},
      {.name = "due", .label = "期限", .kind = Kind::date, .short_field = true},
  });
  return kForm;
}

const form::Form& new_initiative_form() {
  static const form::Form kForm({
      {.name = "title", .label = "名称", .required = true},
      {.name = "kind",
       .label = "类别",
       .kind = Kind::select,
       .required = true,
       .options = kKinds,
       .short_field = true},
  });
  return kForm;
}

const form::Form& new_task_form() {
  static const form::Form kForm({
      {.name = "title", .label = "任务名称", .required = true},
      {.name = "body", .label = "任务内容", .kind = Kind::long_text, .rows = 3},
  });
  return kForm;
}

const form::Form& target_form() {
  static const form::Form kForm({
      {.name = "kind",
       .label = "类别",
       .kind = Kind::select,
       .required = true,
       .options = kQuantityKinds,
       .short_field = true},
      {.name = "operator",
       .label = "比较",
       .kind = Kind::select,
       .required = true,
       .options = kOperators,
       .short_field = true},
      {.name = "value",
       .label = "数值",
       .kind = Kind::number,
       .hint = "10万 请写 100000",
       .short_field = true},
      {.name = "unit", .label = "单位", .max_length = 20, .short_field = true},
      {.name = "relative_to",
       .label = "参照",
       .hint = "如 全市平均水平，只在“与其他地区比较”时填",
       .short_field = true},
      {.name = "year",
       .label = "期限",
       .kind = Kind::integer,
       .min = 2000,
       .max = 2100,
       .unit = "年末",
       .short_field = true},
      {.name = "text", .label = "原文", .required = true, .max_length = 500},
      {.name = "headline", .label = "这是公民具备科学素质比例的总目标", .kind = Kind::checkbox},
  });
  return kForm;
}

const form::Form& phase_form() {
  static const form::Form kForm({
      {.name = "phase",
       .label = "阶段",
       .kind = Kind::select,
       .required = true,
       .options = {{"启动", "启动"}, {"实施", "实施"}, {"总结评估", "总结评估"}},
       .short_field = true},
      {.name = "title", .label = "原文名称", .short_field = true},
      {.name = "from",
       .label = "起",
       .kind = Kind::integer,
       .required = true,
       .min = 2000,
       .max = 2100,
       .unit = "年",
       .short_field = true},
      {.name = "to",
       .label = "止",
       .kind = Kind::integer,
       .required = true,
       .min = 2000,
       .max = 2100,
       .unit = "年",
       .short_field = true},
      {.name = "summary", .label = "主要工作", .kind = Kind::long_text, .rows = 3},
  });
  return kForm;
}

Values values_of(const Metadata& m) {
  Values v;
  v.set("title", m.title);
  v.set("issuer", m.issuer);
  v.set("doc_number", m.doc_number);
  v.set("issue_date", m.issue_date);
  v.set("status", m.status);
  v.set("region", m.region);
  v.set("region_parent", m.region_parent);
  if (m.from != 0) v.set("from", std::to_string(m.from));
  if (m.to != 0) v.set("to", std::to_string(m.to));
  return v;
}

Values values_of(const InitiativeItem& i) {
  Values v;
  v.set("title", i.title);
  v.set("kind", std::string(to_text(i.kind)));
  v.set("goal", i.goal);
  v.set("lead", base::join(i.lead, "、"));
  v.set("responsible", base::join(i.responsible, "、"));
  return v;
}

Values values_of(const TaskItem& t) {
  Values v;
  v.set("title", t.title);
  v.set("body", t.body);
  v.set("lead", base::join(t.lead, "、"));
  v.set("responsible", base::join(t.responsible, "、"));
  v.set("start", t.start);
  v.set("due", t.due);
  return v;
}

Values values_of(const TargetItem& t) {
  Values v;
  v.set("kind", std::string(to_text(t.kind)));
  v.set("operator", std::string(to_text(t.op)));
  if (t.value) v.set("value", fmt::format("{}", *t.value));
  v.set("unit", t.unit);
  v.set("relative_to", t.relative_to);
  if (t.year) v.set("year", std::to_string(*t.year));
  v.set("text", base::squeeze(t.text));
  if (t.headline) v.set("headline", "1");
  return v;
}

Values values_of(const PhaseItem& p) {
  Values v;
  v.set("phase", p.phase);
  v.set("title", p.title);
  v.set("from", std::to_string(p.from));
  v.set("to", std::to_string(p.to));
  v.set("summary", p.summary);
  return v;
}

std::vector<SplitPlace> split_places(const TaskItem& task) {
  std::vector<SplitPlace> out;
  const auto body = base::to_code_points(task.body);
  for (std::size_t i = 0; i + 1 < body.size(); ++i) {
    if (body[i] != U'。' && body[i] != U'；' && body[i] != U'\n') continue;
    const auto next = base::shorten(base::trim(base::to_utf8(std::u32string_view(body).substr(i + 1))), 28);
    if (!next.empty()) out.push_back({i + 1, next});
  }
  return out;
}

}  // namespace kepu::plan

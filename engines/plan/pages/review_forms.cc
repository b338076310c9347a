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

// 、，；and blanks inside lists all separate names; a name is kept once.
std::vector<std::string> names_of(const std::string& typed) {
  std::string text = typed;
  for (const char* separator : {"，", ",", "；", ";", "\n", "\r"})
    text = base::replace_all(text, separator, "、");
  std::vector<std::string> out;
  for (const auto& part : base::split(text, "、")) {
    const auto name = base::trim(part);
    if (!name.empty() && std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
  }
  return out;
}

std::optional<int> small_integer(const Values& values, std::string_view name) {
  const auto value = values.integer(name);
  return value ? std::optional(static_cast<int>(*value)) : std::nullopt;
}

Operator operator_of(std::string_view text) {
  for (const auto op :
       {Operator::equal, Operator::greater, Operator::at_least, Operator::at_most, Operator::relative}) {
    if (to_text(op) == text) return op;
  }
  return Operator::equal;
}

QuantityKind quantity_kind_of(std::string_view text) {
  for (const auto kind :
       {QuantityKind::target, QuantityKind::baseline, QuantityKind::frequency, QuantityKind::blank}) {
    if (to_text(kind) == text) return kind;
  }
  return QuantityKind::target;
}

InitiativeKind kind_of(std::string_view text) {
  return text == "project" ? InitiativeKind::project : InitiativeKind::action;
}

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

namespace {

// Reads one posted form into an edit. Each function below fills `out.edit` or leaves errors.
class EditReader {
 public:
  EditReader(const http::Request& request, const Plan& plan) : request_(request), plan_(plan) {
    out_.typed.action = std::string(request.field("do"));
    out_.typed.item = base::parse_id(request.field("item")).value_or(0);
  }

  ReadEdit read() {
    const auto& action = out_.typed.action;
    const Id item = out_.typed.item;
    if (action == "describe") {
      with(metadata_form(), [&](const Values& v) { describe(v); });
    } else if (action == "initiative") {
      with(initiative_form(), [&](const Values& v) {
        out_.edit =
            edit::ChangeInitiative{item,           kind_of(v.text("kind")),  v.text("title"),
                                   v.text("goal"), names_of(v.text("lead")), names_of(v.text("responsible"))};
      });
    } else if (action == "task") {
      with(task_form(), [&](const Values& v) {
        out_.edit = edit::ChangeTask{item,
                                     v.text("title"),
                                     v.text("body"),
                                     names_of(v.text("lead")),
                                     names_of(v.text("responsible")),
                                     v.text("start"),
                                     v.text("due")};
      });
    } else if (action == "add_initiative") {
      with(new_initiative_form(), [&](const Values& v) {
        out_.edit = edit::AddInitiative{kind_of(v.text("kind")), v.text("title")};
      });
    } else if (action == "add_task") {
      with(new_task_form(), [&](const Values& v) {
        out_.edit = edit::AddTask{item, v.text("title"), v.text("body")};
      });
    } else if (action == "target") {
      with(target_form(), [&](const Values& v) { target(v); });
    } else if (action == "phase") {
      with(phase_form(), [&](const Values& v) { phase(v); });
    } else {
      simple(action, item);
    }
    return std::move(out_);
  }

 private:
  template <class F>
  void with(const form::Form& form, F&& make) {
    auto checked = form.check(request_.form);
    out_.typed.values = checked.values;
    out_.typed.errors = std::move(checked.errors);
    if (out_.typed.errors.empty()) make(checked.values);
  }

  void describe(const Values& v) {
    Metadata m = plan_.version.metadata;
    m.title = v.text("title");
    m.issuer = v.text("issuer");
    m.doc_number = v.text("doc_number");
    m.issue_date = v.text("issue_date");
    m.status = v.text("status");
    m.region = v.text("region");
    m.region_parent = v.text("region_parent");
    m.from = small_integer(v, "from").value_or(0);
    m.to = small_integer(v, "to").value_or(0);
    out_.edit = edit::Describe{std::move(m)};
  }

  void target(const Values& v) {
    TargetItem t;
    if (const auto* known = plan_.target(out_.typed.item)) t = *known;
    t.kind = quantity_kind_of(v.text("kind"));
    t.op = operator_of(v.text("operator"));
    t.value = v.number("value");
    t.unit = v.text("unit");
    t.relative_to = v.text("relative_to");
    t.year = small_integer(v, "year");
    t.text = v.text("text");
    t.headline = v.flag("headline");
    t.confidence = 1;
    if (const auto task = base::parse_id(request_.field("task"))) {
      t.task = *task;
      if (const auto* item = plan_.task(*task)) t.initiative = item->initiative;
    }
    out_.edit = edit::SetTarget{std::move(t)};
  }

  void phase(const Values& v) {
    PhaseItem p;
    for (const auto& known : plan_.phases) {
      if (known.id == out_.typed.item) p = known;
    }
    p.phase = v.text("phase");
    p.title = v.text("title");
    p.from = small_integer(v, "from").value_or(0);
    p.to = small_integer(v, "to").value_or(0);
    p.summary = v.text("summary");
    out_.edit = edit::SetPhase{std::move(p)};
  }

  // Edits whose fields are choices, not typing.
  void simple(const std::string& action, Id item) {
    const auto id_field = [&](std::string_view name) {
      return base::parse_id(request_.field(name)).value_or(0);
    };
    const auto number_field = [&](std::string_view name) {
      return base::parse_int(request_.field(name)).value_or(-1);
    };
    for (const auto& [name, value] : request_.form) out_.typed.values.add(name, value);
    if (action == "split") {
      out_.edit =
          edit::SplitTask{item, static_cast<std::size_t>(std::max<std::int64_t>(0, number_field("at"))),
                          base::trim(request_.field("title"))};
    } else if (action == "merge") {
      out_.edit = edit::MergeTasks{id_field("into"), item};
    } else if (action == "move") {
      out_.edit = edit::MoveTask{item, id_field("initiative"),
                                 static_cast<int>(std::max<std::int64_t>(0, number_field("position") - 1))};
    } else if (action == "move_initiative") {
      out_.edit = edit::MoveInitiative{
          item, static_cast<int>(std::max<std::int64_t>(0, number_field("position") - 1))};
    } else if (action == "drop") {
      out_.edit = edit::Drop{item};
    } else if (action == "restore") {
      out_.edit = edit::Restore{item};
    } else if (action == "accept") {
      out_.edit = edit::Accept{item};
    } else if (action == "anomaly") {
      out_.edit =
          edit::SettleAnomaly{item, request_.field("settled") == "1", base::trim(request_.field("note"))};
    } else if (action == "duty" || action == "elsewhere") {
      const auto state = request_.field("state");
      const DutyState to = state == "rejected" ? DutyState::rejected : DutyState::confirmed;
      const std::string duty(request_.field("duty"));
      if (action == "duty") {
        out_.edit = edit::SetDuty{item, duty, to};
      } else {
        out_.edit = edit::SetElsewhereDuty{duty, to};
      }
    } else if (action == "confirm_duties") {
      out_.edit = edit::ConfirmDuties{kSureEnough};
    } else {
      out_.typed.errors.push_back(
          {base::Code::invalid, "plan.edit_unknown", "", "没有这种修改。请刷新页面后重试。"});
    }
  }

  const http::Request& request_;
  const Plan& plan_;
  ReadEdit out_;
};

}  // namespace

ReadEdit read_edit(const http::Request& request, const Plan& plan) {
  return EditReader(request, plan).read();
}

}  // namespace kepu::plan

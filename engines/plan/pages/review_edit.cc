// From a posted form of the review page to an edit.
#include <algorithm>

#include "core/base/text.h"
#include "engines/plan/pages/review_forms.h"

namespace kepu::plan {

using form::Values;

namespace {

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

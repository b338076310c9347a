// Inside of the review page; included by review_*.cc only.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/html/review.h"
#include "engines/plan/pages/review_forms.h"

namespace kepu::plan {

// One rendering of the review page: the plan, what is being edited, and a form that came back.
class ReviewDesk {
 public:
  ReviewDesk(site::Context& context, const Plan& plan, const DutyCatalog& catalog, const Typed* typed)
      : context_(context), plan_(plan), catalog_(catalog), typed_(typed) {
    editing_ = typed != nullptr ? typed->item : base::parse_id(context.param("edit")).value_or(0);
    adding_ = typed != nullptr ? typed->action : std::string(context.param("add"));
    add_to_ = base::parse_id(context.param("to")).value_or(0);
    only_doubtful_ = context.param("show") == "doubtful";
    may_edit_ = plan.version.state == VersionState::review && context.actor.may("plan.edit");
  }

  http::Response page();

 private:
  std::string url(std::string_view query = {}) const {
    return version_url(plan_.version.id, "review") + (query.empty() ? "" : "?" + std::string(query));
  }
  std::string edit_url(Id item) const { return url(fmt::format("edit={}#i{}", item, item)); }
  bool typed_for(std::string_view action, Id item) const {
    return typed_ != nullptr && typed_->action == action && typed_->item == item;
  }
  form::View view(std::string_view action, Id item, const form::Values& values, std::string submit) const {
    form::View v;
    v.action = version_url(plan_.version.id, "edit");
    v.csrf = context_.csrf;
    v.values = typed_for(action, item) ? typed_->values : values;
    if (typed_for(action, item)) v.errors = typed_->errors;
    v.submit = std::move(submit);
    v.cancel_url = url(fmt::format("#i{}", item));
    v.hidden = {{"do", std::string(action)},
                {"item", std::to_string(item)},
                {"revision", std::to_string(plan_.version.revision)}};
    return v;
  }
  // A form of one button.
  html::PostButton act(std::string text, std::string_view action, Id item, html::Look look = html::Look::link,
                       std::vector<std::pair<std::string, std::string>> more = {}) const {
    html::PostButton b{std::move(text), version_url(plan_.version.id, "edit"), context_.csrf, look};
    b.hidden = {{"do", std::string(action)},
                {"item", std::to_string(item)},
                {"revision", std::to_string(plan_.version.revision)}};
    for (auto& m : more) b.hidden.push_back(std::move(m));
    return b;
  }
  void open_small_form(html::Out& h, std::string_view action, Id item) const {
    h.buffer() += "<form method=\"post\" class=\"small-form\" action=\"" +
                  version_url(plan_.version.id, "edit") + "\">";
    h("<input type=\"hidden\" name=\"csrf\" value=\"{}\"><input type=\"hidden\" name=\"do\" value=\"{}\">"
      "<input type=\"hidden\" name=\"item\" value=\"{}\"><input type=\"hidden\" name=\"revision\" "
      "value=\"{}\">",
      context_.csrf, action, item, plan_.version.revision);
  }

  html::SourcePane source() const;
  void write_metadata(html::Out& h);
  void write_initiative(html::Out& h, const InitiativeItem& initiative);
  void write_task(html::Out& h, const InitiativeItem& initiative, const TaskItem& task);
  void write_task_tools(html::Out& h, const InitiativeItem& initiative, const TaskItem& task);
  void write_duties(html::Out& h, const TaskItem& task);
  void write_targets(html::Out& h);
  void write_phases(html::Out& h);
  void write_rest(html::Out& h);
  void write_anomalies(html::Out& h);
  void write_dropped(html::Out& h);
  void write_items(html::Out& h);

  site::Context& context_;
  const Plan& plan_;
  const DutyCatalog& catalog_;
  const Typed* typed_;
  Id editing_ = 0, add_to_ = 0;
  std::string adding_;
  bool only_doubtful_ = false, may_edit_ = false;
};

}  // namespace kepu::plan

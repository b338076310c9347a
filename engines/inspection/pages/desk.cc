#include "engines/inspection/pages/desk.h"

#include "core/base/text.h"
#include "core/file/attachment.h"

namespace kepu::inspection {

std::string round_url(Id id) { return fmt::format("/inspection/rounds/{}", id); }
std::string visit_url(Id id) { return fmt::format("/inspection/visits/{}", id); }
std::string problem_url(Id id) { return fmt::format("/problems/{}", id); }

html::Light light_of(const Problem& p, base::Date today) {
  switch (p.state) {
    case ProblemState::noted:
      return html::Light::watch;
    case ProblemState::rectifying:
      return is_late(p, today) ? html::Light::late : html::Light::ok;
    case ProblemState::reported:
    case ProblemState::passed:
      return html::Light::watch;
    case ProblemState::closed:
      return html::Light::done;
    case ProblemState::withdrawn:
      return html::Light::idle;
  }
  return html::Light::idle;
}

std::string word_of(const Problem& p, base::Date today) {
  return is_late(p, today) ? "逾期未报" : std::string(title_of(p.state));
}

html::Light light_of(RoundState state) {
  switch (state) {
    case RoundState::draft:
      return html::Light::idle;
    case RoundState::running:
      return html::Light::ok;
    case RoundState::closed:
      return html::Light::watch;
    case RoundState::circulated:
      return html::Light::done;
    case RoundState::cancelled:
      return html::Light::idle;
  }
  return html::Light::idle;
}

html::Light light_of(VisitState state) {
  return state == VisitState::answered  ? html::Light::done
         : state == VisitState::planned ? html::Light::ok
                                        : html::Light::idle;
}

html::Tone tone_of(Severity severity) {
  return severity == Severity::grave     ? html::Tone::red
         : severity == Severity::serious ? html::Tone::amber
                                         : html::Tone::plain;
}

std::vector<TaskName> task_names(Context& context, InspectionEngine& engine) {
  std::vector<TaskName> out;
  const auto running = engine.plans().running(context.tenant.id);
  if (!running) return out;
  for (const auto* t : (*running)->plan->living_tasks()) out.push_back({t->id, t->code, t->title});
  return out;
}

std::vector<form::Option> task_options(const std::vector<TaskName>& tasks) {
  std::vector<form::Option> out;
  for (const auto& t : tasks) out.push_back({std::to_string(t.id), t.code + "　" + t.title});
  return out;
}

std::vector<form::Option> unit_options(const auth::UnitTree& units) {
  std::vector<form::Option> out;
  for (const auto& u : units.all()) {
    if (!u.active || u.id == units.root()) continue;
    const auto* parent = units.find(u.parent);
    const bool village = u.kind == auth::UnitKind::village && parent != nullptr;
    out.push_back({std::to_string(u.id), village ? parent->name + "　" + u.name : u.name});
  }
  return out;
}

namespace {
file::Attachment attachment_of(const Photo& photo) { return {photo.sha256, photo.name, photo.type}; }
}  // namespace

base::Result<Photo> take_file(Context& context, const http::Upload& upload, bool photos_only) {
  auto taken = TRY(file::take_attachment(context.app.files, upload.path, upload.size, upload.name,
                                         upload.field, photos_only));
  return Photo{std::move(taken.sha256), std::move(taken.name), std::move(taken.type)};
}

void write_photos(Out& h, const std::vector<Photo>& photos, const std::string& base) {
  std::vector<file::Attachment> files;
  for (const auto& p : photos) files.push_back(attachment_of(p));
  site::write_attachments(h, files, base);
}

PageAnswer photo_answer(Context& context, const Photo& photo) {
  return site::attachment_answer(context, attachment_of(photo));
}

void write_problems(Out& h, Context& context, const std::vector<Problem>& problems,
                    std::string_view caption) {
  const auto units = context.app.directory.units(context.tenant.id);
  html::SimpleTable table;
  table.caption = std::string(caption);
  table.columns = {{"问题"}, {"程度"}, {"状态"}, {"整改单位"}, {"期限"}, {"编号"}};
  for (const auto& p : problems) {
    table.rows.push_back(
        {[&p](Out& o) {
           o("<a href=\"{}\">{}</a>", html::Url{problem_url(p.id)}, base::shorten(p.what, 60));
         },
         [&p](Out& o) { o("{}", html::tag(title_of(p.severity), tone_of(p.severity))); },
         [&p, today = context.today()](Out& o) {
           o("{}", html::light(light_of(p, today), word_of(p, today)));
         },
         unit_name(*units, p.owner), p.due ? base::to_iso(*p.due) : std::string("—"), p.number});
  }
  h("{}", table);
}

}  // namespace kepu::inspection

#include "engines/inspection/pages/desk.h"

#include "core/base/text.h"
#include "core/file/file.h"
#include "engines/inspection/photo.h"

namespace kepu::inspection {

using base::Code;
using base::refuse;

namespace {
constexpr std::uint64_t kMostBytes = 15u << 20;
}

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

base::Result<Photo> take_file(Context& context, const http::Upload& upload, bool photos_only) {
  if (upload.size > kMostBytes)
    return refuse(Code::too_large, "photo.size", "“" + upload.name + "”超过 15 MB，请压缩后再传。",
                  upload.field);
  std::string bytes = site::bytes_of(upload);
  const std::string type = file::type_of(std::string_view(bytes).substr(0, 1u << 16));
  const bool paper =
      type == "application/pdf" || base::starts_with(type, "text/plain") ||
      (base::starts_with(type, "application/vnd.openxmlformats") && !base::contains(type, "macro"));
  if (photos_only || !paper) {
    auto clean = without_metadata(bytes);
    if (!clean) {
      auto error = clean.error();
      error.field = upload.field;
      error.message = "“" + upload.name + "”：" + error.message;
      if (!photos_only && error.rule == "photo.type")
        error.message =
            "“" + upload.name + "”：只收照片（JPG、PNG）、PDF、Word、Excel、PPT（不带宏）和纯文本。";
      return tl::unexpected(error);
    }
    bytes = std::move(*clean);
  }
  const auto stored = TRY(context.app.files.put(bytes));
  return Photo{stored.sha256, base::shorten(upload.name, 100), stored.type};
}

void write_photos(Out& h, const std::vector<Photo>& photos, const std::string& base) {
  if (photos.empty()) return;
  h("<ul class=\"photos\">{}</ul>", [&](Out& o) {
    for (const auto& p : photos) {
      const std::string url = base + "/" + p.sha256;
      if (base::starts_with(p.type, "image/")) {
        o("<li><a href=\"{}\"><img src=\"{}\" alt=\"{}\" loading=\"lazy\"></a></li>", html::Url{url},
          html::Url{url}, p.name);
      } else {
        o("<li><a href=\"{}\">{} {}</a></li>", html::Url{url}, html::icon("file-text"), p.name);
      }
    }
  });
}

PageAnswer photo_answer(Context& context, const Photo& photo) {
  const auto path = context.app.files.path_of(photo.sha256);
  if (!path) return refuse(Code::not_found, "photo.missing", "这份文件找不到了，请联系管理员从备份恢复。");
  const bool picture = photo.type == "image/jpeg" || photo.type == "image/png";
  if (!picture) return http::attachment(*path, photo.name, photo.type);
  http::Response response;
  response.file = *path;
  response.set("Content-Type", photo.type);
  response.set("Cache-Control", "private, max-age=86400");
  return response;
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

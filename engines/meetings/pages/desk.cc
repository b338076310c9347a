#include "engines/meetings/pages/desk.h"

#include "core/base/text.h"
#include "core/file/file.h"

namespace kepu::meetings {

using base::Code;
using base::refuse;

namespace {
constexpr std::uint64_t kMostBytes = 15u << 20;
}

std::string meeting_url(Id id, std::string_view page) {
  return fmt::format("/meetings/{}{}{}", id, page.empty() ? "" : "/", page);
}
std::string member_url(Id id) { return fmt::format("/meetings/members/{}", id); }
std::string decision_url(Id id) { return fmt::format("/decisions/{}", id); }
std::string briefing_url(Id id) { return fmt::format("/briefings/{}", id); }
std::string recurring_url(Id id) { return fmt::format("/recurring-duties/{}", id); }

std::string issuer_of(const Context& context) { return context.tenant.name + "全民科学素质工作办公室"; }

html::Light light_of(State state) {
  switch (state) {
    case State::draft:
      return html::Light::idle;
    case State::called:
      return html::Light::ok;
    case State::held:
      return html::Light::watch;
    case State::filed:
      return html::Light::done;
    case State::cancelled:
      return html::Light::idle;
  }
  return html::Light::idle;
}

html::Light light_of(const Decision& d, Date today) {
  if (is_late(d, today)) return html::Light::late;
  switch (d.state) {
    case DecisionState::open:
    case DecisionState::reported:
    case DecisionState::returned:
      return html::Light::watch;
    case DecisionState::in_hand:
      return html::Light::ok;
    case DecisionState::accepted:
    case DecisionState::closed:
      return html::Light::done;
    case DecisionState::withdrawn:
      return html::Light::idle;
  }
  return html::Light::idle;
}

std::string word_of(const Decision& d, Date today) {
  return is_late(d, today) ? "逾期未报" : std::string(title_of(d.state));
}

html::Light light_of(PeriodState state) {
  return state == PeriodState::done  ? html::Light::done
         : state == PeriodState::due ? html::Light::ok
                                     : html::Light::late;
}

std::vector<form::Option> unit_options(const auth::UnitTree& units) {
  std::vector<form::Option> out;
  for (const auto& u : units.all()) {
    if (!u.active || u.id == units.root() || u.kind == auth::UnitKind::village) continue;
    out.push_back({std::to_string(u.id), u.name});
  }
  return out;
}

base::Result<File> take_file(Context& context, std::string_view field) {
  const auto* upload = context.request.upload(field);
  if (upload == nullptr || upload->size == 0) return File{};
  if (upload->size > kMostBytes)
    return refuse(Code::too_large, "meetings.file", "“" + upload->name + "”超过 15 MB，请压缩后再传。",
                  upload->field);
  const std::string bytes = site::bytes_of(*upload);
  const std::string type = file::type_of(std::string_view(bytes).substr(0, 1u << 16));
  const bool paper =
      type == "application/pdf" || base::starts_with(type, "text/plain") ||
      (base::starts_with(type, "application/vnd.openxmlformats") && !base::contains(type, "macro"));
  if (!paper)
    return refuse(Code::unsupported, "meetings.file",
                  "“" + upload->name + "”：只收 PDF、Word、Excel、PPT（不带宏）和纯文本；照片请先转成 PDF。",
                  upload->field);
  const auto stored = TRY(context.app.files.put(bytes));
  return File{stored.sha256, base::shorten(upload->name, 100), stored.type};
}

PageAnswer file_answer(Context& context, const File& file) {
  const auto path = context.app.files.path_of(file.sha256);
  if (!path) return refuse(Code::not_found, "file.missing", "这份文件找不到了，请联系管理员从备份恢复。");
  return http::attachment(*path, file.name, file.type);
}

void write_decisions(Out& h, Context& context, const std::vector<Decision>& decisions, std::string caption) {
  const auto units = context.app.directory.units(context.tenant.id);
  html::SimpleTable table;
  table.caption = std::move(caption);
  table.columns = {{"事项"}, {"状态"}, {"牵头单位"}, {"期限"}, {"编号"}};
  for (const auto& d : decisions) {
    table.rows.push_back({[&d](Out& o) {
                            o("<a href=\"{}\">{}</a>", html::Url{decision_url(d.id)},
                              base::shorten(d.what, 60));
                          },
                          [&d, today = context.today()](Out& o) {
                            o("{}", html::light(light_of(d, today), word_of(d, today)));
                          },
                          unit_name(*units, d.unit), base::to_iso(d.due), d.number});
  }
  h("{}", table);
}

std::vector<TaskName> task_names(Context& context, MeetingsEngine& engine) {
  std::vector<TaskName> out;
  const auto running = engine.plans().running(context.tenant.id);
  if (!running) return out;
  for (const auto* t : (*running)->plan->living_tasks()) out.push_back({t->id, t->code, t->title});
  return out;
}

}  // namespace kepu::meetings

#include "engines/reports/pages/desk.h"

#include <algorithm>

#include "core/html/format.h"
#include "core/sql/sql.h"

namespace kepu::reports {

using base::Code;
using base::refuse;
using html::Out;

base::Result<Desk> desk_of(site::Context& context, ReportsEngine& engine, std::string_view key) {
  const Id tenant = context.tenant.id;
  return context.app.db.read([&](sql::Session&) -> base::Result<Desk> {
    Desk desk;
    auto& store = engine.store();
    desk.now = TRY(engine.plans().running(tenant));
    desk.windows = store.windows(tenant, context.today());
    if (key.empty()) {
      const Window* current = current_of(desk.windows, context.today());
      if (current == nullptr) {
        return refuse(Code::not_found, "window.none",
                      store.rules(tenant).empty()
                          ? "县里还没有设定填报期。请县科协在“填报规则”中设定从哪一期开始填报。"
                          : "还没有开放的填报期，开放后这里会自动显示。");
      }
      desk.window = *current;
    } else {
      desk.window = TRY(store.window(tenant, key));
    }
    desk.extended = store.extended(tenant, desk.window.key);
    desk.of_window = store.of_window(tenant, desk.window.key);
    desk.last = store.latest(tenant, context.today());
    desk.rows = obligations(*desk.now, desk.window, Latest(desk.last, *desk.now->plan), desk.of_window,
                            desk.extended);
    return desk;
  });
}

Sight::Sight(const auth::Actor& actor, const plan::Running& now) : units_(actor.units_of("report.read")) {
  if (!units_) return;
  for (const auto& a : *now.assignments) {
    if (a.role == plan::Role::lead && std::binary_search(units_->begin(), units_->end(), a.unit))
      led_.push_back(a.task);
  }
  std::sort(led_.begin(), led_.end());
}

bool Sight::sees(Id unit, Id task) const {
  return !units_ || std::binary_search(units_->begin(), units_->end(), unit) ||
         std::binary_search(led_.begin(), led_.end(), task);
}

bool is_own(const auth::Actor& actor, std::string_view right, Id unit) {
  return unit == actor.unit || (!actor.may_everywhere(right) && actor.may(right, unit));
}

By by(const site::Context& context) { return {context.actor, context.request.remote}; }
std::string report_url(Id report) { return fmt::format("/reports/{}", report); }
std::string fill_url(const std::string& window, Id unit, Id task) {
  return task == 0 ? fmt::format("/reports/of/{}/{}", window, unit)
                   : fmt::format("/reports/of/{}/{}/{}", window, unit, task);
}
std::string with_window(http::Pairs query, const std::string& window) {
  std::erase_if(query, [](const auto& pair) { return pair.first == "f.window"; });
  query.emplace_back("f.window", window);
  return http::build_query(query);
}
std::string task_url(Id task) { return fmt::format("/tasks/{}", task); }

html::Light light_of(const Obligation& row, Date today) {
  if (row.is_late(today)) return html::Light::late;
  if (row.report == nullptr) return html::Light::idle;
  switch (row.report->state) {
    case State::accepted:
      return html::Light::done;
    case State::submitted:
      return html::Light::ok;
    case State::returned:
      return html::Light::watch;
    case State::draft:
      return html::Light::idle;
  }
  return html::Light::idle;
}

std::string progress_text(const Content& content) {
  if (content.status == Status::none) return "—";
  std::string out(title_of(content.status));
  if (content.status == Status::doing) out += " " + share_text(content.share);
  return out;
}

std::string iso_or_dash(const std::optional<Date>& date) { return date ? base::to_iso(*date) : "—"; }

void write_error(Out& h, const base::Errors& errors, const std::string& name) {
  for (const auto& e : errors) {
    if (e.field == name)
      return h("<p class=\"err\" id=\"e-{}\"><span class=\"sr\">错误：</span>{}</p>", name, e.message);
  }
}

html::Content evidence_list(const std::vector<Evidence>& all, Date today) {
  return [all, today](Out& h) {
    if (all.empty()) return h("<p class=\"muted\">还没有附佐证。</p>");
    h("<ul class=\"plain\">{}</ul>", [&](Out& o) {
      for (const auto& e : all) {
        std::string what(title_of(e.kind));
        if (e.kind == EvidenceKind::file) what += "　" + html::file_size(e.current.size);
        if (e.current.number > 1) what += fmt::format("　第 {} 版", e.current.number);
        if (e.uses > 1) what += fmt::format("　用于 {} 处", e.uses);
        o("<li><a href=\"{}\">{}</a><span class=\"muted small\">　{}</span>{}</li>",
          html::Url{evidence_url(e.id)}, e.title, what, [&](Out& x) {
            if (!e.withdrawn.empty()) {
              x("　{}", html::tag("已撤下", html::Tone::red));
            } else if (!e.is_valid_on(today)) {
              x("　{}", html::tag("不在有效期内", html::Tone::amber));
            }
          });
      }
    });
  };
}

html::Light evidence_light(const Evidence& e, Date today) {
  if (!e.withdrawn.empty()) return html::Light::late;
  return e.is_valid_on(today) ? html::Light::ok : html::Light::watch;
}
std::string evidence_word(const Evidence& e, Date today) {
  if (!e.withdrawn.empty()) return "已撤下";
  return e.is_valid_on(today) ? "有效" : "不在有效期内";
}

html::Content rule_content(const LightRule& rule) {
  return [rule](Out& h) {
    h("<details class=\"small mt\"><summary>亮灯规则</summary><ul>{}</ul></details>", [&](Out& o) {
      for (const auto& line : in_words(rule)) o("<li>{}</li>", line);
    });
  };
}

}  // namespace kepu::reports

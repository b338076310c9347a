// Messages: empty states, what just happened, what was refused, a last question; and the pager.
#include <algorithm>

#include "core/html/components.h"
#include "core/html/format.h"

namespace kepu::html {

void EmptyState::operator()(Out& h) const {
  h(
      "<div class=\"empty\">{}<p class=\"title\">{}</p>{}{}</div>", html::icon(icon), title,
      [&](Out& o) {
        if (!hint.empty()) o("<p>{}</p>", hint);
      },
      [&](Out& o) {
        if (!action.empty()) o("<div class=\"acts\">{}</div>", action);
      });
}

void Flash::operator()(Out& h) const {
  struct Shape {
    std::string_view name, icon;
  };
  const auto shape = [&]() -> Shape {
    switch (tone) {
      case Tone::green:
        return {"lv", "circle-check"};
      case Tone::amber:
        return {"zhe", "alert-triangle"};
      case Tone::red:
        return {"zhu", "circle-x"};
      case Tone::blue:
      case Tone::plain:
        break;
    }
    return {"dai", "info-circle"};
  }();
  // A refusal interrupts a screen reader; anything else waits its turn.
  h("<div class=\"flash {}\" role=\"{}\">{}<div>{}</div></div>", shape.name,
    tone == Tone::red ? "alert" : "status", icon(shape.icon), text);
}

void ErrorSummary::operator()(Out& h) const {
  if (errors.empty()) return;
  h("<div class=\"errbox\" role=\"alert\" tabindex=\"-1\" data-focus=\"\"><h2>有 {} "
    "项需要改</h2><ul>{}</ul></div>",
    errors.size(), [&](Out& o) {
      for (const auto& error : errors) {
        if (error.field.empty()) {
          o("<li>{}</li>", error.message);
        } else {
          o("<li><a href=\"#f-{}\">{}</a></li>", error.field, error.message);
        }
      }
    });
}

void Confirm::operator()(Out& h) const {
  const auto inputs = [&](Out& o) {
    o("<input type=\"hidden\" name=\"csrf\" value=\"{}\">", csrf);
    for (const auto& [name, value] : hidden)
      o("<input type=\"hidden\" name=\"{}\" value=\"{}\">", name, value);
  };
  const auto box = [&](Out& o) {
    if (tick.empty()) return;
    o("<label class=\"opt\"><input type=\"checkbox\" name=\"confirmed\" value=\"1\" required>{}</label>",
      tick);
  };
  h("<form class=\"confirm{}\" method=\"post\" action=\"{}\"><h2>{}</h2><div class=\"what\">{}</div>{}{}"
    "<div class=\"row\">{}{}</div></form>",
    danger ? " danger" : "", Url{url}, title, what, inputs, box,
    html::button(button, danger ? Look::danger : Look::primary),
    button_link("返回，不做", cancel_url, {}, Look::link));
}

void Pager::operator()(Out& h) const {
  const std::int64_t pages = std::max<std::int64_t>(1, (total + size - 1) / std::max<std::int64_t>(1, size));
  if (pages == 1) return;
  const std::int64_t here = std::clamp<std::int64_t>(page, 1, pages);
  const auto link = [&](Out& o, std::int64_t to, std::string_view text, std::string_view names,
                        std::string_view label) {
    o("<a{} href=\"{}\"{}{}>{}</a>", AttrValue{"class", names}, Url{url + std::to_string(to)},
      AttrValue{"data-part", part}, AttrValue{"aria-label", label}, text);
  };
  h("<nav class=\"pager\" aria-label=\"分页\">{}</nav>", [&](Out& o) {
    if (here > 1) link(o, here - 1, "上一页", "", "");
    std::int64_t last_shown = 0;
    for (std::int64_t i = 1; i <= pages; ++i) {
      const bool near = i >= here - 2 && i <= here + 2;
      if (!near && i != 1 && i != pages) continue;
      if (i > last_shown + 1) o("<span class=\"off far\">…</span>");
      last_shown = i;
      if (i == here) {
        o("<span class=\"cur\" aria-current=\"page\">{}</span>", i);
      } else {
        link(o, i, std::to_string(i), near ? "" : "far", "第 " + std::to_string(i) + " 页");
      }
    }
    if (here < pages) link(o, here + 1, "下一页", "", "");
  });
}

}  // namespace kepu::html

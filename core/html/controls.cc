// Links and buttons.
#include "core/html/components.h"

namespace kepu::html {

namespace {

std::string_view class_of(Look look) {
  switch (look) {
    case Look::plain:
      return "btn";
    case Look::primary:
      return "btn pri";
    case Look::danger:
      return "btn stop";
    case Look::link:
      return "btn link";
  }
  return "btn";
}

auto optional_icon(std::string_view name) {
  return [name](Out& h) {
    if (!name.empty()) icon(name)(h);
  };
}

}  // namespace

void ButtonLink::operator()(Out& h) const {
  h("<a class=\"{}\" href=\"{}\">{}{}</a>", class_of(look), Url{url}, optional_icon(icon), text);
}

void Button::operator()(Out& h) const {
  h("<button class=\"{}\" type=\"submit\"{}{}>{}{}</button>", class_of(look), AttrValue{"name", name},
    AttrValue{"value", value}, optional_icon(icon), text);
}

void PostButton::operator()(Out& h) const {
  h(
      "<form method=\"post\" action=\"{}\">{}{}{}</form>", Url{url},
      [&](Out& o) { o("<input type=\"hidden\" name=\"csrf\" value=\"{}\">", csrf); },
      [&](Out& o) {
        for (const auto& [name, value] : hidden)
          o("<input type=\"hidden\" name=\"{}\" value=\"{}\">", name, value);
      },
      button(text, look, {}, {}, icon));
}

void Segment::operator()(Out& h) const {
  h("<span class=\"seg\" role=\"group\" aria-label=\"{}\">{}</span>", label, [&](Out& o) {
    for (const auto& item : items) {
      o("<a href=\"{}\"{}{}>{}</a>", Url{item.url}, Attr{item.current, " aria-current=\"true\""},
        AttrValue{"data-part", part}, item.text);
    }
  });
}

}  // namespace kepu::html

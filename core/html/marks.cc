// Small marks: icons, lights, tags, pills, role chips, the seal.
#include <array>

#include "core/html/components.h"

namespace kepu::html {

namespace {

std::string& sprite() {
  static std::string url = "/assets/icons.svg";
  return url;
}

std::string_view class_of(Tone tone) {
  switch (tone) {
    case Tone::plain:
      return "";
    case Tone::blue:
      return "dai";
    case Tone::green:
      return "lv";
    case Tone::amber:
      return "zhe";
    case Tone::red:
      return "zhu";
  }
  return "";
}

void shape(Out& h, Light state) {
  switch (state) {
    case Light::done:
      h("<svg viewBox=\"0 0 12 12\" aria-hidden=\"true\"><circle cx=\"6\" cy=\"6\" r=\"6\" "
        "fill=\"currentColor\"/>"
        "<path d=\"M3.2 6.2l2 2 3.6-4.2\" fill=\"none\" stroke=\"#fff\" stroke-width=\"1.5\"/></svg>");
      break;
    case Light::ok:
      h("<svg viewBox=\"0 0 12 12\" aria-hidden=\"true\"><circle cx=\"6\" cy=\"6\" r=\"5\" "
        "fill=\"currentColor\"/></svg>");
      break;
    case Light::watch:
      h("<svg viewBox=\"0 0 12 12\" aria-hidden=\"true\"><path d=\"M6 .6L11.8 11H.2z\" "
        "fill=\"currentColor\"/></svg>");
      break;
    case Light::late:
      h("<svg viewBox=\"0 0 12 12\" aria-hidden=\"true\"><rect x=\".8\" y=\".8\" width=\"10.4\" "
        "height=\"10.4\" "
        "fill=\"currentColor\"/></svg>");
      break;
    case Light::idle:
      h("<svg viewBox=\"0 0 12 12\" aria-hidden=\"true\"><circle cx=\"6\" cy=\"6\" r=\"4.6\" fill=\"none\" "
        "stroke=\"currentColor\" stroke-width=\"1.6\" stroke-dasharray=\"2.4 2\"/></svg>");
      break;
  }
}

}  // namespace

void set_sprite_url(std::string url) { sprite() = std::move(url); }

void Icon::operator()(Out& h) const {
  if (label.empty()) {
    h("<svg class=\"i\" aria-hidden=\"true\"><use href=\"{}#{}\" xlink:href=\"{}#{}\"></use></svg>", sprite(),
      name, sprite(), name);
  } else {
    h("<svg class=\"i\" role=\"img\" aria-label=\"{}\"><use href=\"{}#{}\" xlink:href=\"{}#{}\"></use></svg>",
      label, sprite(), name, sprite(), name);
  }
}

std::string_view word_of(Light light) {
  constexpr std::array<std::string_view, 5> kWords = {"已完成", "正常", "关注", "滞后", "未到期"};
  return kWords[static_cast<std::size_t>(light)];
}

std::string_view class_of(Light light) {
  constexpr std::array<std::string_view, 5> kClasses = {"done", "ok", "watch", "late", "idle"};
  return kClasses[static_cast<std::size_t>(light)];
}

void LightMark::operator()(Out& h) const {
  const std::string_view shown = word.empty() ? word_of(state) : word;
  h(
      "<span class=\"st {}\">{}{}</span>", class_of(state), [&](Out& o) { shape(o, state); },
      [&](Out& o) {
        if (shape_only) {
          o("<span class=\"sr\">{}</span>", shown);
        } else {
          o.text(shown);
        }
      });
}

void LightKey::operator()(Out& h) const {
  h("<p class=\"key note\">{}</p>", [](Out& o) {
    for (const Light l : {Light::done, Light::ok, Light::watch, Light::late, Light::idle}) {
      o("<span>{}</span>", light(l));
    }
  });
}

void Tag::operator()(Out& h) const {
  h("<span class=\"tag{}{}\">{}</span>", tone == Tone::plain ? "" : " ", class_of(tone), text);
}

void Pill::operator()(Out& h) const {
  if (count != 0) h("<b class=\"pill{}\">{}</b>", quiet ? " q" : "", count);
}

std::string_view word_of(Role role) {
  constexpr std::array<std::string_view, 4> kWords = {"牵头", "协同", "配合", "知会"};
  return kWords[static_cast<std::size_t>(role)];
}

void RoleChip::operator()(Out& h) const {
  constexpr std::array<std::string_view, 4> kClasses = {"lead-r", "co-r", "sup-r", "inf-r"};
  const std::string_view full = word.empty() ? word_of(role) : word;
  // The first character of the word; a Chinese character is three bytes of UTF-8.
  const std::string_view first = full.substr(0, 3);
  h("<span class=\"rl {}\" title=\"{}\"><span aria-hidden=\"true\">{}</span><span "
    "class=\"sr\">{}</span></span>",
    kClasses[static_cast<std::size_t>(role)], full, first, full);
}

void Seal::operator()(Out& h) const {
  h("<svg class=\"seal\" viewBox=\"0 0 40 40\" aria-hidden=\"true\">"
    "<rect x=\"1\" y=\"1\" width=\"38\" height=\"38\" rx=\"3\" fill=\"#ad2417\"/>"
    "<rect x=\"3.6\" y=\"3.6\" width=\"32.8\" height=\"32.8\" rx=\"1.6\" fill=\"none\" stroke=\"#fff\" "
    "stroke-width=\"1.1\"/>"
    "<text x=\"20\" y=\"18.6\" text-anchor=\"middle\" font-size=\"13.5\" font-weight=\"700\" "
    "class=\"song sealt\">科</text>"
    "<text x=\"20\" y=\"33\" text-anchor=\"middle\" font-size=\"13.5\" font-weight=\"700\" "
    "class=\"song sealt\">普</text></svg>");
}

}  // namespace kepu::html

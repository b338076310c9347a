// What frames the contents of a page: breadcrumb, headline, panels, figures, alerts.
#include "core/html/charts.h"
#include "core/html/components.h"

namespace kepu::html {

void Crumbs::operator()(Out& h) const {
  if (path.empty()) return;
  h("<nav aria-label=\"位置\"><ol class=\"crumb\">{}</ol></nav>", [&](Out& o) {
    for (std::size_t i = 0; i < path.size(); ++i) {
      if (i + 1 < path.size() && !path[i].url.empty()) {
        o("<li><a href=\"{}\">{}</a></li>", Url{path[i].url}, path[i].text);
      } else {
        o("<li{}>{}</li>", Attr{i + 1 == path.size(), " aria-current=\"page\""}, path[i].text);
      }
    }
  });
}

void Headline::operator()(Out& h) const {
  h(
      "<div class=\"headline\"><div><h1>{}</h1>{}</div>{}</div>", title,
      [&](Out& o) {
        if (!note.empty()) o("<p class=\"asof\">{}</p>", note);
      },
      [&](Out& o) {
        if (!actions.empty()) o("<div class=\"acts\">{}</div>", actions);
      });
}

void Lead::operator()(Out& h) const { h("<p class=\"lead\">{}</p>", text); }

void Panel::operator()(Out& h) const {
  const std::string columns = options.columns > 0 ? " c" + std::to_string(options.columns) : "";
  h(
      "<section class=\"panel{}{}\"{}{}>{}{}</section>", options.alarm ? " alarm" : "", columns,
      AttrValue{"id", options.id}, AttrValue{"data-say", options.part_say},
      [&](Out& o) {
        if (title.empty()) return;
        o(
            "<header><div><h2>{}</h2>{}</div>{}</header>", title,
            [&](Out& p) {
              if (!options.note.empty()) p("<p>{}</p>", options.note);
            },
            [&](Out& p) {
              if (!options.more.text.empty()) {
                p("<a class=\"more\" href=\"{}\">{}</a>", Url{options.more.url}, options.more.text);
              }
            });
      },
      body);
}

void StatStrip::operator()(Out& h) const {
  const auto name_of = [](const Stat& s) {
    return [&s](Out& o) {
      if (s.url.empty()) {
        o.text(s.name);
      } else {
        o("<a href=\"{}\">{}</a>", Url{s.url}, s.name);
      }
    };
  };
  h("<section class=\"strip n{}\" aria-label=\"{}\">{}</section>", stats.size(), label, [&](Out& o) {
    for (const Stat& s : stats) {
      o(
          "<div class=\"stat\"><div class=\"k\">{}</div><div class=\"v\">{}{}{}</div><div "
          "class=\"n\">{}</div></div>",
          name_of(s), s.value.empty() ? "—" : s.value,
          [&](Out& p) {
            if (!s.unit.empty() && !s.value.empty()) p("<small>{}</small>", s.unit);
          },
          Sparkline{s.spark}, s.note);
    }
  });
}

void Alerts::operator()(Out& h) const {
  h("<ul class=\"alerts\">{}</ul>", [&](Out& o) {
    for (const Alert& a : alerts) {
      o(
          "<li><span class=\"mk\">{}</span><div><a "
          "href=\"{}\">{}</a><p><span>{}{}</span><span>{}</span></p></div></li>",
          light_shape(a.state), Url{a.url}, a.title, a.who,
          [&](Out& p) {
            if (!a.how_late.empty()) {
              p("{}<b class=\"{}\">{}</b>", a.who.empty() ? "" : "　", class_of(a.state), a.how_late);
            }
          },
          a.stage);
    }
  });
}

}  // namespace kepu::html

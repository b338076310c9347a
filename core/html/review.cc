#include "core/html/review.h"

#include <algorithm>
#include <array>

#include "core/html/format.h"
#include "core/html/svg.h"

namespace kepu::html {

void SourcePane::operator()(Out& h) const {
  const auto write_lines = [&](Out& o) {
    for (const SourceLine& line : lines) {
      const std::string names = std::string("ln") + (line.kind == SourceLine::Kind::heading ? " head" : "") +
                                (line.kind == SourceLine::Kind::cell ? " cell" : "") +
                                (line.use == SourceLine::Use::read ? " used" : "") +
                                (line.use == SourceLine::Use::doubtful ? " doubt" : "");
      o("<li class=\"{}\" id=\"L{}\"><a href=\"#L{}\" aria-label=\"第 {} 行\">{}</a>{}</li>", names,
        line.number, line.number, line.number, line.number, line.text);
    }
  };
  h(
      "<section class=\"panel source\" aria-label=\"原文\"><header><div><h2>{}</h2>{}</div></header>"
      "<ol class=\"lines\" tabindex=\"0\" aria-label=\"原文逐行\">{}</ol></section>",
      title,
      [&](Out& o) {
        if (!note.empty()) o("<p>{}</p>", note);
      },
      write_lines);
}

void ReviewItem::operator()(Out& h) const {
  constexpr std::array<std::string_view, 4> kClasses = {"item", "item doubtful", "item wrong",
                                                        "item checked"};
  const auto lines = [&](Out& o) {
    if (from <= 0) return;
    if (to > from) {
      o("<span class=\"at\">原文 <a href=\"#L{}\">第 {}～{} 行</a></span>", from, from, to);
    } else {
      o("<span class=\"at\">原文 <a href=\"#L{}\">第 {} 行</a></span>", from, from);
    }
  };
  const auto head = [&](Out& o) {
    o(
        "<h3>{}{}</h3>{}{}",
        [&](Out& p) {
          if (!code.empty()) p("<span class=\"code\">{}</span>", code);
        },
        title, marks, lines);
  };
  const auto reasons = [&](Out& o) {
    for (const auto& sentence : why) o("<p class=\"why\">{}{}</p>", icon("alert-triangle"), sentence);
  };
  const auto part = [](std::string_view name, const Content& content) {
    return [name, &content](Out& o) {
      if (!content.empty()) o("<div class=\"{}\">{}</div>", name, content);
    };
  };
  h("<article class=\"{}\" id=\"{}\" data-from=\"{}\" data-to=\"{}\"><header>{}</header>{}{}{}</article>",
    kClasses[static_cast<std::size_t>(state)], id, from, std::max(from, to), head, reasons,
    part("body", body), part("acts", actions));
}

void Review::operator()(Out& h) const {
  h("<div class=\"review\">{}<div class=\"items\">{}</div></div>", source, items);
}

namespace {

struct RowLook {
  std::string_view name, word;
  Tone tone;
};

RowLook look_of(CompareRow::Kind kind) {
  switch (kind) {
    case CompareRow::Kind::same:
      return {"same", "未变", Tone::plain};
    case CompareRow::Kind::changed:
      return {"changed", "改写", Tone::amber};
    case CompareRow::Kind::handed_over:
      return {"changed", "换单位", Tone::blue};
    case CompareRow::Kind::added:
      return {"added", "新增", Tone::green};
    case CompareRow::Kind::dropped:
      return {"dropped", "删去", Tone::red};
    case CompareRow::Kind::heading:
      break;
  }
  return {"group", "", Tone::plain};
}

void write_side(Out& h, std::string_view name, const Content& content) {
  if (content.empty()) {
    h("<td class=\"{} none\">—</td>", name);
  } else {
    h("<td class=\"{}\">{}</td>", name, content);
  }
}

}  // namespace

void CompareTable::operator()(Out& h) const {
  const auto body = [&](Out& o) {
    for (const CompareRow& row : rows) {
      if (row.kind == CompareRow::Kind::heading) {
        o("<tr class=\"group\"><th colspan=\"3\" scope=\"colgroup\">{}</th></tr>", row.before);
        continue;
      }
      const RowLook look = look_of(row.kind);
      o(
          "<tr class=\"{}\"><td>{}</td>{}{}</tr>", look.name,
          tag(row.word.empty() ? look.word : row.word, look.tone),
          [&](Out& p) { write_side(p, "before", row.before); },
          [&](Out& p) { write_side(p, "after", row.after); });
    }
  };
  h("<table class=\"cmp\"><caption class=\"sr\">{}</caption><thead><tr><th scope=\"col\">变化</th><th "
    "scope=\"col\">{}</th>"
    "<th scope=\"col\">{}</th></tr></thead><tbody>{}</tbody></table>",
    caption, before_title, after_title, body);
}

void DeltaStrip::operator()(Out& h) const {
  h("<nav class=\"delta n{}\" aria-label=\"{}\">{}</nav>", items.size(), label, [&](Out& o) {
    for (const DeltaItem& item : items) {
      if (item.url.empty()) {
        o("<span class=\"d\"><b>{}</b>{}</span>", grouped(item.count), item.name);
      } else {
        o("<a href=\"{}\"{}><b>{}</b>{}</a>", Url{item.url}, Attr{item.current, " aria-current=\"true\""},
          grouped(item.count), item.name);
      }
    }
  });
}

void Likeness::operator()(Out& h) const {
  const double percent = std::clamp(value, 0.0, 1.0) * 100;
  h("<span class=\"like\"><svg viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
    "<rect class=\"f-track\" width=\"100\" height=\"10\"/><rect class=\"f-ok\" width=\"{}\" "
    "height=\"10\"/></svg>"
    "<span class=\"num\">{}%</span></span>",
    svg_number(percent), fixed(percent, 0));
}

}  // namespace kepu::html

// Data in small amounts: tables, definitions, timelines, steps, files, trees.
#include "core/html/components.h"

namespace kepu::html {

namespace {

std::string class_of(const Column& column, bool first) {
  std::string names;
  const auto add = [&](std::string_view name) {
    if (!names.empty()) names += ' ';
    names += name;
  };
  if (column.kind == Column::Kind::number) add("r num");
  if (column.kind == Column::Kind::centre) add("c");
  if (column.hidden_on_phone && !first) add("hide-s");
  return names;
}

}  // namespace

void SimpleTable::operator()(Out& h) const {
  const auto head = [&](Out& o) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      o("<th scope=\"col\"{}>{}</th>", AttrValue{"class", class_of(columns[i], i == 0)}, columns[i].title);
    }
  };
  const auto body = [&](Out& o) {
    for (const auto& row : rows) {
      o("<tr>{}</tr>", [&](Out& p) {
        for (std::size_t i = 0; i < row.size() && i < columns.size(); ++i) {
          const std::string names = class_of(columns[i], i == 0);
          if (i == 0) {
            p("<th scope=\"row\"{}>{}</th>", AttrValue{"class", names}, row[i]);
          } else {
            p("<td{} data-k=\"{}\">{}</td>", AttrValue{"class", names}, columns[i].title, row[i]);
          }
        }
      });
    }
  };
  h("<table class=\"t3 stack\"><caption "
    "class=\"sr\">{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>",
    caption, head, body);
}

void Definitions::operator()(Out& h) const {
  h("<dl class=\"dl\">{}</dl>", [&](Out& o) {
    for (const auto& [name, value] : items) o("<dt>{}</dt><dd>{}</dd>", name, value);
  });
}

void Timeline::operator()(Out& h) const {
  h("<ol class=\"tl\">{}</ol>", [&](Out& o) {
    for (const Moment& m : moments) {
      o("<li{}><span class=\"time\">{}</span>{}{}</li>", Attr{m.hot, " class=\"hot\""}, m.time, m.text,
        [&](Out& p) {
          if (!m.quote.empty()) p("<q>{}</q>", m.quote);
        });
    }
  });
}

void Steps::operator()(Out& h) const {
  h("<ol class=\"steps\">{}</ol>", [&](Out& o) {
    for (const Step& s : steps) {
      const bool now = s.state == Step::State::now;
      o(
          "<li{}{}>{}{}{}</li>",
          AttrValue{"class", now                            ? "n"
                             : s.state == Step::State::done ? "d"
                                                            : ""},
          Attr{now, " aria-current=\"step\""}, s.name,
          [&](Out& p) {
            if (s.state == Step::State::done) p("<span class=\"sr\">（已完成）</span>");
          },
          [&](Out& p) {
            if (!s.note.empty()) p("<small>{}</small>", s.note);
          });
    }
  });
}

void Files::operator()(Out& h) const {
  h("<ul class=\"files\">{}</ul>", [&](Out& o) {
    for (const FileItem& f : files) {
      o("<li>{}<a href=\"{}\">{}</a><small>{}</small></li>", icon(f.icon), Url{f.url}, f.name, f.note);
    }
  });
}

namespace {

void write_nodes(Out& h, const std::vector<TreeNode>& nodes, int open_levels) {
  for (const TreeNode& node : nodes) {
    const auto note = [&](Out& o) {
      if (!node.note.empty()) o("<span class=\"note\">{}</span>", node.note);
    };
    const auto row = [&](Out& o) {
      o("<div class=\"leaf\"{}>{}{}</div>", Attr{node.current, " aria-current=\"true\""}, node.label, note);
    };
    if (node.children.empty()) {
      h("<li>{}</li>", row);
    } else {
      h("<li>{}<details{}><summary><span class=\"sr\">展开或收起 "
        "{}</span></summary><ul>{}</ul></details></li>",
        row, Attr{open_levels > 0, " open"}, node.name,
        [&](Out& o) { write_nodes(o, node.children, open_levels - 1); });
    }
  }
}

}  // namespace

void Tree::operator()(Out& h) const {
  h("<ul class=\"tree\" aria-label=\"{}\">{}</ul>", label,
    [&](Out& o) { write_nodes(o, roots, open_levels); });
}

}  // namespace kepu::html

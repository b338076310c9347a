// A list on the page.
#include "core/table/sheet.h"

#include "core/html/components.h"
#include "core/html/format.h"
#include "core/table/address.h"

namespace kepu::table {

namespace {

using html::Attr;
using html::AttrValue;
using html::Out;
using html::Url;

struct Context {
  const Schema& schema;
  const Query& query;
  const Slice& slice;
  const View& view;

  std::string url(const Query& changed) const { return with_query(view.url, to_query(schema, changed)); }
  std::string amount() const { return html::grouped(slice.total) + " " + schema.unit; }
};

void write_search(Out& h, const Context& c) {
  if (c.schema.search_hint.empty()) return;
  const std::string id = c.schema.id + "-q";
  h("<label class=\"sr\" for=\"{}\">搜索</label><input class=\"in q\" id=\"{}\" type=\"search\" name=\"q\" "
    "value=\"{}\" placeholder=\"{}\">",
    id, id, c.query.text, c.schema.search_hint);
}

void write_select(Out& h, const Context& c, const FilterInfo& filter) {
  const std::string id = c.schema.id + "-f-" + filter.key;
  h("<label class=\"sr\" for=\"{}\">{}</label><select class=\"in\" id=\"{}\" name=\"f.{}\"><option "
    "value=\"\">全部{}</option>{}</select>",
    id, filter.title, id, filter.key, filter.title, [&](Out& o) {
      for (const auto& [value, label] : filter.options) {
        o("<option value=\"{}\"{}>{}</option>", value, Attr{c.query.filter(filter.key) == value, " selected"},
          label);
      }
    });
}

void write_filters(Out& h, const Context& c) {
  if (c.schema.search_hint.empty() && c.schema.filters.empty()) return;
  const auto kept = [&](Out& o) {
    const std::string sort = (c.query.descending ? "-" : "") + c.query.sort;
    if (!c.query.sort.empty() && sort != c.schema.default_sort)
      o("<input type=\"hidden\" name=\"sort\" value=\"{}\">", sort);
    if (c.query.size != Query{}.size) o("<input type=\"hidden\" name=\"size\" value=\"{}\">", c.query.size);
  };
  const auto clear = [&](Out& o) {
    if (!c.query.narrowed()) return;
    Query all = c.query;
    all.text.clear();
    all.filters.clear();
    o("<a class=\"btn link\" href=\"{}\" data-part=\"{}\">清除条件</a>", Url{c.url(all)}, c.schema.id);
  };
  h(
      "<form class=\"filters\" method=\"get\" action=\"{}\" data-part=\"{}\" data-auto role=\"search\" "
      "aria-label=\"{}\">{}{}{}"
      "<button class=\"btn\" type=\"submit\">筛选</button>{}</form>",
      Url{c.view.url}, c.schema.id, "筛选" + c.schema.caption, [&](Out& o) { write_search(o, c); },
      [&](Out& o) {
        for (const FilterInfo& filter : c.schema.filters) {
          if (!filter.options.empty()) write_select(o, c, filter);
        }
      },
      kept, clear);
}

void write_head(Out& h, const Context& c) {
  for (const ColumnInfo& column : c.schema.columns) {
    if (column.export_only) continue;
    const std::string names = std::string(column.number ? "r" : "") +
                              (column.hide_on_phone ? (column.number ? " hide-s" : "hide-s") : "");
    if (!column.sortable) {
      h("<th scope=\"col\"{}{}>{}</th>", AttrValue{"class", names}, AttrValue{"title", column.note},
        column.title);
      continue;
    }
    const bool here = c.query.sort == column.key;
    Query next = c.query;
    next.sort = column.key;
    next.descending = here && !c.query.descending;
    h("<th scope=\"col\"{}{} aria-sort=\"{}\"><a id=\"{}-s-{}\" href=\"{}\" data-part=\"{}\">{}</a></th>",
      AttrValue{"class", names}, AttrValue{"title", column.note},
      !here                ? "none"
      : c.query.descending ? "descending"
                           : "ascending",
      c.schema.id, column.key, Url{c.url(next)}, c.schema.id, column.title);
  }
}

void write_content(Out& h, const Cell& cell) {
  switch (cell.kind) {
    case Cell::Kind::missing:
      h.text("—");
      return;
    case Cell::Kind::status:
      html::light(cell.light, cell.text)(h);
      return;
    case Cell::Kind::tags:
      for (const auto& [word, tone] : cell.tags) html::tag(word, tone)(h);
      return;
    default:
      break;
  }
  if (cell.url.empty()) {
    h.text(cell.text);
  } else {
    h("<a href=\"{}\">{}</a>", Url{cell.url}, cell.text);
  }
}

void write_cell(Out& h, const ColumnInfo& column, const Cell& cell, bool first) {
  const auto content = [&](Out& o) { write_content(o, cell); };
  if (first) {
    h("<th scope=\"row\">{}</th>", content);
    return;
  }
  std::string names;
  const auto add = [&](bool on, std::string_view name) {
    if (on) names.append(names.empty() ? "" : " ").append(name);
  };
  add(column.number, "r num");
  add(cell.kind == Cell::Kind::date, "num nowrap");
  add(cell.kind == Cell::Kind::status, "stc");
  add(cell.kind == Cell::Kind::missing, "none");
  add(column.hide_on_phone, "hide-s");
  add(column.full_on_phone, "full");
  h("<td{}{}>{}</td>", AttrValue{"class", names},
    AttrValue{"data-k", cell.kind == Cell::Kind::status ? "" : column.title}, content);
}

void write_rows(Out& h, const Context& c) {
  for (const Cells& cells : c.slice.rows) {
    h("<tr>{}</tr>", [&](Out& o) {
      bool first = true;
      for (std::size_t i = 0; i < cells.size(); ++i) {
        if (c.schema.columns[i].export_only) continue;
        write_cell(o, c.schema.columns[i], cells[i], first);
        first = false;
      }
    });
  }
}

void write_empty(Out& h, const Context& c) {
  if (c.query.narrowed()) {
    html::EmptyState{"没有符合条件的" + c.schema.caption, "请换个条件，或清除全部条件。",
                     [&c](Out& o) {
                       o("<a class=\"btn\" href=\"{}\" data-part=\"{}\">清除条件</a>", Url{c.view.url},
                         c.schema.id);
                     },
                     "zoom-question"}(h);
  } else {
    html::EmptyState{"还没有" + c.schema.caption, c.view.empty_hint, c.view.empty_action}(h);
  }
}

void write_exports(Out& h, const Context& c) {
  if (c.view.xlsx.empty() && c.view.csv.empty() && c.view.json.empty()) return;
  const auto link = [&](Out& o, const std::string& url, std::string_view icon, std::string_view word) {
    if (url.empty()) return;
    o(
        "<a href=\"{}\">{}{}</a>", Url{with_query(url, to_query(c.schema, c.query))},
        [&](Out& p) {
          if (!icon.empty()) html::icon(icon)(p);
        },
        word);
  };
  h(
      "<span class=\"exports\">{}{}{}</span>",
      [&](Out& o) { link(o, c.view.xlsx, "file-spreadsheet", "导出 Excel"); },
      [&](Out& o) { link(o, c.view.csv, "", "CSV"); }, [&](Out& o) { link(o, c.view.json, "", "JSON"); });
}

void write_foot(Out& h, const Context& c) {
  const std::string plain = c.url(c.query);
  const std::string page_url = plain + (plain.find('?') == plain.npos ? "?" : "&") + "page=";
  h("<div class=\"list-foot\"><span class=\"sum\">共 {}</span>{}{}</div>", c.amount(),
    html::Pager{c.query.page, c.query.size, c.slice.total, page_url, c.schema.id},
    [&](Out& o) { write_exports(o, c); });
}

}  // namespace

void write_sheet(Out& h, const Schema& schema, const Query& query, const Slice& slice, const View& view) {
  const Context c{schema, query, slice, view};
  const bool empty = slice.rows.empty();
  h(
      "<div class=\"list\" id=\"{}\" data-say=\"{}\">{}{}{}</div>", schema.id,
      "共 " + c.amount() + schema.caption,
      [&](Out& o) {
        if (!empty || query.narrowed()) write_filters(o, c);
      },
      [&](Out& o) {
        if (empty) return write_empty(o, c);
        o(
            "<div class=\"scroll-x\"><table class=\"t3 stack\"><caption "
            "class=\"sr\">{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>",
            schema.caption, [&](Out& p) { write_head(p, c); }, [&](Out& p) { write_rows(p, c); });
      },
      [&](Out& o) {
        if (!empty) write_foot(o, c);
      });
}

}  // namespace kepu::table

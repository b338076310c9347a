// A list as every list of the product is: a page with search, filters, sorting and paging by address, and at
// the same address its Excel (?as=xlsx), CSV (?as=csv) and JSON (?as=json). Exports are written to the audit
// log.
#pragma once

#include <string>
#include <utility>

#include "core/site/site.h"
#include "core/table/table.h"

namespace kepu::site {

struct ListOptions {
  std::string file_name;  // 任务清单 – of the exports, without extension
  std::string subject;    // of the audit entry: "version:4711"
  html::Content empty_hint = {}, empty_action = {};
  html::Content before = {}, after = {};  // on the page, around the list
  bool anonymous = false;                 // a public page: exports are not logged to a person
};

namespace detail {
std::string export_path(const Services& app, std::string_view extension);
table::View view_of(const Context& context, const ListOptions& options);
http::Response bytes_answer(Context& context, const ListOptions& options, std::string bytes,
                            std::string_view form);
http::Response file_answer(Context& context, const ListOptions& options, std::string path);
}  // namespace detail

// `frame` without body: the list becomes it. `table` and what `source` refers to must live until the call
// returns.
template <class Row>
Answer list(Context& context, const table::Table<Row>& table, const table::Source<Row>& source, Page frame,
            const ListOptions& options) {
  const table::Query query = table.parse(context.request.query);
  if (context.as() == "json")
    return detail::bytes_answer(context, options, table.json(source, query), "json");
  if (context.as() == "csv") return detail::bytes_answer(context, options, table.csv(source, query), "csv");
  if (context.as() == "xlsx") {
    const std::string path = detail::export_path(context.app, "xlsx");
    doc::WorkbookWriter out(path);
    table.workbook(out, source, query);
    out.close();
    return detail::file_answer(context, options, path);
  }
  const table::View view = detail::view_of(context, options);
  frame.body = [&](html::Out& h) {
    h("{}", options.before);
    h("<section class=\"panel list-panel\">{}</section>",
      [&](html::Out& o) { table.write(o, source, query, view); });
    h("{}", options.after);
  };
  return options.anonymous ? public_page(context, std::move(frame)) : page(context, std::move(frame));
}

}  // namespace kepu::site

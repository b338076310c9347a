// Fields declared once → HTML form, validation, JSON, Excel template and reading of its rows.
//   const Form kUnit({{.name = "name", .label = "单位名称", .required = true}, …});
//   Checked in = kUnit.check(request.form);  if (!in.ok()) show(kUnit, in.values, in.errors) else
//   store(in.values.text("name"));
// A Form is const after construction and thread-safe. It works without scripts: the page comes back with an
// error summary, the error beside each field, and what was typed kept (never passwords and files).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/doc/workbook.h"
#include "core/form/field.h"
#include "core/form/values.h"
#include "core/html/content.h"

namespace kepu::form {

// How a form is shown this time.
struct View {
  std::string action;
  std::string csrf;    // sent as field "csrf"
  Values values = {};  // stored ones, or what was typed
  base::Errors errors =
      {};  // of check() or of the domain; those whose field is not ours go to the summary only
  std::string submit = "保存";
  std::string cancel_url = {};  // a link beside the button
  Pairs hidden = {};            // further hidden fields, e.g. the version for optimistic locking
  html::Content before = {};    // above the first field
  html::Content after = {};     // between the last field and the button
  std::string part = {};        // id of the part that the answer replaces in place; empty: whole page
  bool get = false;             // a search form: method GET, no token
  bool guard = true;            // warn before leaving with unsaved changes
};

class Form {
 public:
  // Throws std::logic_error on a double or empty name, std::regex_error on a bad pattern.
  explicit Form(std::vector<Field> fields);

  const std::vector<Field>& fields() const { return fields_; }
  const Field* find(std::string_view name) const;
  // A copy whose field has these options (they often come from the database).
  Form with_options(std::string_view name, std::vector<Option> options) const;

  // Names that are not ours are ignored. Rules of the errors: form.required, form.too_long,
  // form.not_a_number, form.not_an_integer, form.range, form.date, form.option, form.pattern, form.phone,
  // form.email, form.characters.
  Checked check(const Pairs& typed) const;

  // The whole <form>, with its error summary before it.
  void write(html::Out& h, const View& view) const;

  // {"name":"…","count":3,"open":true,"kinds":["a","b"],"date":"2026-01-31","note":null} by the kinds;
  // without passwords.
  std::string json(const Values& values) const;
  // What a program sent, as if typed. Refuses form.json where it is no flat object of texts, numbers,
  // booleans, lists of texts.
  base::Result<Pairs> typed_from_json(std::string_view json) const;

  // Columns of the Excel template: required ones are marked in the title with ＊, hints are notes, options
  // choices.
  std::vector<doc::WorkbookWriter::Column> template_columns() const;
  // Which column of a sheet holds which field, by the titles (＊ and white space do not count). Refuses
  // form.columns when a required field has no column, naming all that are missing.
  base::Result<std::vector<int>> match_columns(const std::vector<std::string>& titles) const;
  // One row by match_columns(); options are given by label or value, several separated by 、or a comma. The
  // messages begin with the row as the person sees it: "第 5 行「联系电话」：…".
  Checked read_row(const std::vector<int>& columns, const std::vector<std::string>& row,
                   int row_number) const;

 private:
  std::vector<Field> fields_;
};

}  // namespace kepu::form

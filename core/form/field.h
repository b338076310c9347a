// One field of a form, declared once; see form.h for what is made of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/time.h"

namespace kepu::form {

enum class Kind {
  text,
  long_text,
  integer,
  number,
  date,          // calendar date; typed as 2026-01-31, 2026/1/31 or 2026年1月31日, kept as ISO
  select,        // one of the options
  multi_select,  // any of the options: tick boxes
  checkbox,      // value "1" where ticked, else ""
  radio,         // one of the options, all in sight
  password,      // never written back
  hidden,
  file,   // the form becomes multipart; its value is the name of the uploaded file
  phone,  // mainland mobile or landline; blanks and hyphens are dropped, "0791-1234567" keeps its hyphen
  email,
};

struct Option {
  std::string value;
  std::string label;
  std::string hint = {};  // for radio: a second line
};

struct Field {
  std::string name;   // ASCII; key in the form, in JSON and in errors
  std::string label;  // Chinese; also the head of the Excel column
  Kind kind = Kind::text;
  bool required = false;
  std::string hint = {};
  std::size_t max_length = 0;                // in characters; 0: 200 for one line, 20,000 for long text
  std::optional<double> min = {}, max = {};  // both included
  std::optional<base::Date> earliest = {}, latest = {};  // both included
  std::string pattern = {};                              // ECMAScript, over the whole value; ASCII only
  std::string pattern_message = {};                      // what a right value looks like
  std::vector<Option> options = {};
  std::string initial = {};       // shown in an empty form
  std::string unit = {};          // behind a number: 人, 场, %
  std::string accept = {};        // of a file: ".docx,.pdf"
  std::string autocomplete = {};  // "username", "current-password", "off"
  int rows = 4;                   // of long text
  bool short_field = false;       // half of the width; two of them stand side by side
  bool in_template = true;        // a column of the Excel template (never for file, password and hidden)
};

}  // namespace kepu::form

// Questionnaires as XLSForm workbooks (https://xlsform.org): sheet "survey" (type, name, label, relevant,
// constraint, constraint_message, required, parameters), "choices" (list_name, name, label), "settings"
// (form_title). What XLSForm has no column for stands in columns of our own that other programs pass over:
// kepu_dimension, kepu_right, kepu_anchor, kepu_item, and kepu_shuffle of a group.
// Types: select_one LIST, select_multiple LIST, integer, decimal, text, note, begin_group, end_group.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/doc/workbook.h"
#include "engines/survey/questionnaire.h"

namespace kepu::survey {

struct ReadForm {
  Questionnaire questionnaire;
  base::Errors errors;  // each names its sheet and row
};
// Columns are found by their names, in any order; "label" also as "label::中文 (zh)" and the like. What we
// cannot ask (begin_repeat, calculate, image, geopoint …) is an error, not left out.
ReadForm read_xlsform(const std::vector<doc::Sheet>& sheets);

// Writes the three sheets to a file.
void write_xlsform(const Questionnaire& q, const std::string& path);
// The same as sheets: what read_xlsform reads back as the same questionnaire.
std::vector<doc::Sheet> to_sheets(const Questionnaire& q);

}  // namespace kepu::survey

// The table of inputs in which a unit, an assessor or a reviewer gives marks: one row an item.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/html/components.h"
#include "core/http/http.h"
#include "engines/appraisal/appraisal.h"

namespace kepu::appraisal {

struct MarkRow {
  const Item* item = nullptr;
  std::string note;            // below the item: what others gave, what the platform says
  const Mark* mark = nullptr;  // stored; null: none yet
};

struct MarkForm {
  std::string action, csrf, submit, caption;
  std::vector<MarkRow> rows;
  std::int64_t revision = 0;
  bool links = false;       // a column for the address of the proof
  std::string second = {};  // a second button, sent as submit=1: 提交
  // Offered for the addresses of proofs: address, title.
  std::vector<std::pair<std::string, std::string>> proofs = {};
  const http::Pairs* typed = nullptr;  // what was typed, to be shown again
  base::Errors errors = {};
  void operator()(html::Out& h) const;
};

// What was typed for these items: points-CODE, na-CODE, reason-CODE, link-CODE. Rows left empty give no mark.
// Errors beside their fields: a number that is none, a reason without points.
std::vector<Mark> read_marks(const http::Pairs& form, const std::vector<const Item*>& items,
                             base::Errors& errors);

}  // namespace kepu::appraisal

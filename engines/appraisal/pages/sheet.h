// One unit's scores of one year, as the pages about them need it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engines/appraisal/pages/desk.h"

namespace kepu::appraisal {

// Everything about one unit of one year, and what this person may see and do.
struct Sheet {
  Loaded loaded;
  UnitSheet sheet;
  Inputs in;
  UnitScore scores;
  std::vector<const Item*> items;
  bool sees = false;                                  // scores beyond one's own
  bool self = false, assess = false, review = false;  // may give marks now
  std::optional<std::string> bar;

  const Mark* mark(Mark::Kind kind, const std::string& item, Id person = 0) const;
  const Figure* figure(const std::string& item) const;
  const ItemScore* score_of(const std::string& item) const;
};

// Of the path variables {appraisal} and {unit}; refused where the actor may not read the unit's scores.
base::Result<Sheet> sheet_of(site::Context& context, AppraisalEngine& engine);

std::string figure_text(const Item& item, const Figure& figure);  // "12场", "缺：没有记录"
std::string mark_text(std::optional<Points> points, bool not_applicable);
html::Content link_to(const std::string& text, const std::string& url);
std::string item_page(const Sheet& sheet, const std::string& code);  // its address

void add_sheet_item_pages(site::Site& site, AppraisalEngine& engine);  // one item of a unit

}  // namespace kepu::appraisal

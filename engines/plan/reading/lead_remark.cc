#include "engines/plan/reading/lead_remark.h"

#include <algorithm>

namespace kepu::plan::grammar {
namespace {

bool says_first_leads(View text) {
  const std::size_t first =
      std::min({text.find(U"第一位"), text.find(U"首位"), text.find(U"第一个"), text.find(U"排名第一")});
  if (first == View::npos) return false;
  const View behind = text.substr(first, 16);
  return has(behind, U"为牵头") || has(behind, U"是牵头") || has(behind, U"牵头单位");
}

void move_first(std::vector<std::string>& lead, std::vector<std::string>& responsible) {
  if (!lead.empty() || responsible.empty()) return;
  lead.push_back(std::move(responsible.front()));
  responsible.erase(responsible.begin());
}

}  // namespace

void heed_lead_remark(const Source& source, std::vector<Initiative>& initiatives) {
  const auto in_cells = [&] {
    return std::any_of(source.rows.begin(), source.rows.end(), [](const Row& r) {
      return std::any_of(r.cells.begin(), r.cells.end(),
                         [](const Cell& c) { return says_first_leads(c.text); });
    });
  };
  const bool said = std::any_of(source.paragraphs.begin(), source.paragraphs.end(),
                                [](const Paragraph& p) { return says_first_leads(p.text); });
  if (!said && !in_cells()) return;
  for (Initiative& i : initiatives) {
    move_first(i.lead, i.responsible);
    for (Task& t : i.tasks) move_first(t.lead, t.responsible);
  }
}

}  // namespace kepu::plan::grammar

// One task's block of a report form, and reading it back. The names of fields begin with the task's id, so
// that a page may hold many tasks.
#pragma once

#include "engines/reports/pages/desk.h"

namespace kepu::reports {

struct Block {
  const plan::TaskItem* task = nullptr;
  plan::Role role = plan::Role::responsible;
  std::int64_t revision = 0;
  Content content;               // as shown: stored, typed, or taken over from last time
  const Report* last = nullptr;  // what was said before this window
  const Report* report = nullptr;
  bool taken_over = false;  // status and share come from last time
  int evidence = 0;
  std::string share_typed;  // as it was typed, where it came back
  std::map<Id, std::string> figures_typed;
};

// What the form shows for an obligation: the stored draft, else what was last said, with the figures as they
// are now.
Block block_of(site::Context& context, ReportsEngine& engine, const Desk& desk, const Obligation& row,
               const Report* with_figures, const std::vector<Report>& earlier);

// `wide`: alone on its page. Errors whose field begins with the task's id stand beside their field.
void write_block(html::Out& h, const Block& block, const base::Errors& errors, bool wide);

// What came back for the task. Texts that are no number are errors.
ReportStore::Entry read_block(const site::Context& context, const std::vector<Figure>& figures, Id task,
                              Block& shown, base::Errors& errors);

}  // namespace kepu::reports

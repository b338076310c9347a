#include "engines/plan/reading/task_tables.h"

#include <algorithm>
#include <map>
#include <set>

#include "engines/plan/reading/marks.h"
#include "engines/plan/reading/table_rows.h"
#include "engines/plan/reading/vocabulary.h"

namespace kepu::plan::grammar {
namespace {

Line annex_line(const Source& source) {
  for (const Paragraph& p : source.paragraphs)
    if (p.text.size() < 40 && starts_any(p.text, {U"附件", U"附表"})) {
      // 附件：1.… below a notice lists what follows; the annex itself begins with a line that says no more.
      const Chars t = without_blanks(p.text);
      if (t.find_first_of(U"：:") == Chars::npos) return p.line;
    }
  return source.paragraphs.empty() ? 0 : source.paragraphs.back().end_line + 1;
}

// Titles that paragraphs begin with: a table that repeats them allocates, it does not tell.
std::set<Chars> titles_of(const Source& source) {
  std::set<Chars> out;
  for (const Paragraph& p : source.paragraphs) out.insert(wording(clean_title(p.text)));
  return out;
}

Chars joined(const std::vector<std::string>& names) {
  Chars out;
  for (const std::string& n : names) {
    if (!out.empty()) out += U'、';
    out += from_utf8(n);
  }
  return out;
}

Chars departments_text(const Departments& d) {
  Chars out;
  if (!d.lead.empty()) out += U"牵头单位：" + joined(d.lead);
  if (!d.responsible.empty()) {
    if (!out.empty()) out += U"；";
    out += U"责任单位：" + joined(d.responsible);
  }
  return out.empty() ? out : U"（" + out + U"）";
}

struct Told {  // one task
  Chars title, content;
  Departments departments;
  Line line = 0, end_line = 0;
};

std::vector<Told> tasks_of(const std::vector<const Entry*>& rows) {
  std::vector<Told> out;
  for (const Entry* e : rows) {
    if (!e->name.empty() || out.empty()) {
      out.push_back({e->name, e->content, e->departments, e->line, e->end_line});
      continue;
    }
    out.back().content += e->content;  // the title's cell spans more rows
    out.back().departments.add(e->departments);
    out.back().end_line = e->end_line;
  }
  return out;
}

bool tells_tasks(const std::vector<const Entry*>& rows, const std::set<Chars>& titles, Line annex) {
  std::size_t contents = 0;
  for (const Entry* e : rows) {
    if (e->line >= annex || is_plain_initiative(e->name)) return false;
    if (!e->name.empty() && titles.count(wording(e->name)) > 0) return false;
    contents += e->content.empty() ? 0 : 1;
  }
  return contents * 2 >= rows.size();
}

}  // namespace

void unfold_task_tables(Source& source) {
  const std::vector<Entry> entries = allocation_rows(source);
  if (entries.empty()) return;
  std::map<int, std::vector<const Entry*>> tables;
  for (const Entry& e : entries) tables[e.table].push_back(&e);
  const Line annex = annex_line(source);
  const std::set<Chars> titles = titles_of(source);
  std::set<int> told;
  for (const auto& [table, rows] : tables) {
    if (!tells_tasks(rows, titles, annex)) continue;
    told.insert(table);
    int number = 0;
    for (const Told& t : tasks_of(rows)) {
      Chars text = from_utf8(std::to_string(++number)) + U"." + t.title + U"。" + t.content;
      if (text.back() != U'。') text += U'。';
      source.paragraphs.push_back({text + departments_text(t.departments), t.line, t.end_line, false});
    }
  }
  if (told.empty()) return;
  std::stable_sort(source.paragraphs.begin(), source.paragraphs.end(),
                   [](const Paragraph& a, const Paragraph& b) { return a.line < b.line; });
  std::erase_if(source.rows, [&](const Row& r) { return told.count(r.table) > 0; });
}

}  // namespace kepu::plan::grammar

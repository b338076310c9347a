#include "engines/plan/export_paper.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/doc/word.h"

namespace kepu::plan {

namespace {

using doc::Style;

std::string ordinal(std::size_t n, const char* open, const char* close) {
  return open + base::chinese_numeral(static_cast<int>(n)) + close;
}

void add_basis(doc::Paper& paper, const Plan& plan) {
  if (plan.basis.empty()) return;
  std::vector<std::string> cited;
  for (const auto& b : plan.basis) {
    cited.push_back("《" + b.title + "》" + (b.doc_number.empty() ? "" : "（" + b.doc_number + "）"));
  }
  paper.paragraph(Style::body, "根据" + base::join(cited, "、") + "，结合实际，制定本方案。");
}

void add_goals(doc::Paper& paper, const Plan& plan) {
  if (const auto* headline = plan.headline()) {
    paper.paragraph(Style::heading1, "一、工作目标");
    paper.paragraph(Style::body, base::squeeze(headline->text) + "。");
  }
}

void add_initiatives(doc::Paper& paper, const Plan& plan, std::size_t& section) {
  for (const auto kind : {InitiativeKind::action, InitiativeKind::project}) {
    std::vector<const InitiativeItem*> list;
    for (const auto* i : plan.living_initiatives()) {
      if (i->kind == kind) list.push_back(i);
    }
    if (list.empty()) continue;
    paper.paragraph(Style::heading1, ordinal(++section, "", "、") +
                                         (kind == InitiativeKind::action ? "提升行动" : "重点工程"));
    std::size_t number = 0;
    for (const auto* i : list) {
      paper.paragraph(Style::heading2, ordinal(++number, "（", "）") + i->title);
      for (const auto& p : base::split(i->goal, "\n")) {
        if (!p.empty()) paper.paragraph(Style::body, p);
      }
      int task_number = 0;
      for (const auto& t : i->tasks) {
        if (t.dropped) continue;
        const std::string head = fmt::format("{}．{}。", ++task_number, t.title);
        paper.lead_in(head + base::replace_all(t.body, "\n", ""), base::length(head));
      }
    }
  }
}

void add_safeguards(doc::Paper& paper, const Plan& plan, std::size_t& section) {
  if (plan.safeguards.empty() && plan.phases.empty()) return;
  paper.paragraph(Style::heading1, ordinal(++section, "", "、") + "组织实施");
  std::size_t number = 0;
  for (const auto& s : plan.safeguards) {
    paper.paragraph(Style::heading2, ordinal(++number, "（", "）") + s.title);
    for (const auto& item : s.items) paper.paragraph(Style::body, item);
  }
  bool any = false;
  for (const auto& p : plan.phases) any = any || !p.dropped;
  if (!any) return;
  paper.paragraph(Style::heading2, ordinal(++number, "（", "）") + "进度安排");
  for (const auto& p : plan.phases) {
    if (p.dropped) continue;
    const std::string years =
        p.from == p.to ? fmt::format("{}年", p.from) : fmt::format("{}—{}年", p.from, p.to);
    paper.paragraph(Style::body, (p.title.empty() ? p.phase : p.title) + "（" + years + "）。" + p.summary);
  }
}

// 附件: who does what, by initiative and task, from the assignments where there are any.
void add_annex(doc::Paper& paper, const Plan& plan, const std::vector<Assignment>& assignments,
               const auth::UnitTree& units) {
  const auto names = [&](const InitiativeItem& i, const TaskItem& t, Role role) {
    if (assignments.empty()) return base::join(parties_of(i, t, role), "、");
    std::vector<std::string> list, groups;
    for (const auto& a : assignments) {
      if (a.task != t.id || a.role != role) continue;
      if (a.from_group) {
        if (std::find(groups.begin(), groups.end(), a.written) == groups.end()) groups.push_back(a.written);
      } else if (const auto* unit = units.find(a.unit)) {
        list.push_back(unit->name);
      }
    }
    list.insert(list.end(), groups.begin(), groups.end());
    return base::join(list, "、");
  };
  std::vector<std::vector<doc::TableCell>> rows;
  rows.push_back({{"行动／工程", 1, 1, true, true},
                  {"编号", 1, 1, true, true},
                  {"任务", 1, 1, true, true},
                  {"牵头单位", 1, 1, true, true},
                  {"责任单位", 1, 1, true, true}});
  for (const auto* i : plan.living_initiatives()) {
    std::vector<const TaskItem*> tasks;
    for (const auto& t : i->tasks) {
      if (!t.dropped) tasks.push_back(&t);
    }
    for (std::size_t k = 0; k < tasks.size(); ++k) {
      std::vector<doc::TableCell> row;
      if (k == 0) row.push_back({i->title, 1, static_cast<int>(tasks.size())});
      row.push_back({tasks[k]->code, 1, 1, false, true});
      row.push_back({tasks[k]->title});
      row.push_back({names(*i, *tasks[k], Role::lead)});
      row.push_back({names(*i, *tasks[k], Role::responsible)});
      rows.push_back(std::move(row));
    }
  }
  if (rows.size() == 1) return;
  paper.page_break();
  paper.paragraph(Style::caption, "附件");
  paper.paragraph(Style::title, "重点任务分工");
  paper.table({14, 8, 26, 18, 34}, std::move(rows), 1, true);
}

}  // namespace

std::string plan_docx(const Plan& plan, const std::vector<Assignment>& assignments,
                      const auth::UnitTree& units) {
  const auto& m = plan.version.metadata;
  doc::Paper paper;
  if (!m.issuer.empty() || !m.doc_number.empty()) paper.head(m.issuer, m.doc_number);
  paper.paragraph(Style::title, m.title);
  if (m.status != "issued") paper.paragraph(Style::caption, "（" + m.status + "）");
  add_basis(paper, plan);
  add_goals(paper, plan);
  std::size_t section = plan.headline() != nullptr ? 1 : 0;
  add_initiatives(paper, plan, section);
  add_safeguards(paper, plan, section);
  if (!m.issuer.empty()) paper.paragraph(Style::signature, m.issuer);
  if (const auto date = base::parse_date(m.issue_date))
    paper.paragraph(Style::signature, base::to_chinese(*date));
  add_annex(paper, plan, assignments, units);
  return paper.docx();
}

std::string plan_text(const Plan& plan) {
  std::string out = plan.version.metadata.title + "\n";
  for (const auto* i : plan.living_initiatives()) {
    out += "\n" + i->title + "\n";
    for (const auto& t : i->tasks) {
      if (t.dropped) continue;
      out += fmt::format("  {} {}　牵头：{}　责任：{}\n", t.code, t.title,
                         base::join(parties_of(*i, t, Role::lead), "、"),
                         base::join(parties_of(*i, t, Role::responsible), "、"));
    }
  }
  out += "\n目标\n";
  for (const auto* living : plan.living_targets()) {
    const auto& t = *living;
    if (!t.dropped) out += "  " + target_text(t) + "　" + base::squeeze(t.text) + "\n";
  }
  return out;
}

std::string plan_json(const Plan& plan) {
  const auto& m = plan.version.metadata;
  base::Json j(true);
  j.object()
      .key("version")
      .id(plan.version.id)
      .field("number", plan.version.number)
      .field("state", to_text(plan.version.state));
  j.field("title", m.title)
      .field("issuer", m.issuer)
      .field("doc_number", m.doc_number)
      .field("issue_date", m.issue_date);
  j.field("region", m.region).field("status", m.status).key("period").array().value(m.from).value(m.to).end();
  j.key("basis").array();
  for (const auto& b : plan.basis)
    j.object().field("title", b.title).field("doc_number", b.doc_number).field("line", b.line).end();
  j.end().key("initiatives").array();
  for (const auto* i : plan.living_initiatives()) {
    j.object()
        .key("id")
        .id(i->id)
        .field("kind", to_text(i->kind))
        .field("title", i->title)
        .field("goal", i->goal);
    j.field("lead", i->lead).field("responsible", i->responsible).field("line", i->line).key("tasks").array();
    for (const auto& t : i->tasks) {
      if (t.dropped) continue;
      j.object().key("id").id(t.id).field("code", t.code).field("title", t.title).field("body", t.body);
      j.field("lead", parties_of(*i, t, Role::lead))
          .field("responsible", parties_of(*i, t, Role::responsible));
      j.field("start", t.start)
          .field("due", t.due)
          .field("line", t.line)
          .field("end_line", t.end_line)
          .field("confidence", t.confidence);
      j.key("duties").array();
      for (const auto& d : t.duties) j.object().field("duty", d.duty).field("state", to_text(d.state)).end();
      j.end().end();
    }
    j.end().end();
  }
  j.end().key("targets").array();
  for (const auto* living : plan.living_targets()) {
    const auto& t = *living;
    if (t.dropped) continue;
    j.object()
        .key("id")
        .id(t.id)
        .field("kind", to_text(t.kind))
        .field("value", t.value)
        .field("unit", t.unit)
        .field("operator", to_text(t.op));
    j.field("text", t.text)
        .field("year", t.year)
        .field("baseline", t.baseline)
        .field("headline", t.headline)
        .field("line", t.line);
    j.key("milestones").object();
    for (const auto& [year, value] : t.milestones) j.field(std::to_string(year), value);
    j.end().end();
  }
  j.end().key("phases").array();
  for (const auto& p : plan.phases) {
    if (!p.dropped)
      j.object()
          .field("phase", p.phase)
          .field("title", p.title)
          .field("from", p.from)
          .field("to", p.to)
          .field("summary", p.summary)
          .end();
  }
  j.end().key("safeguards").array();
  for (const auto& s : plan.safeguards) j.object().field("title", s.title).field("items", s.items).end();
  return std::move(j.end().end()).text();
}

}  // namespace kepu::plan

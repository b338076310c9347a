#include "engines/meetings/papers.h"

#include <fmt/format.h>

#include "core/base/text.h"

namespace kepu::meetings {
namespace {

using doc::Style;
using doc::TableCell;

std::string name_of(const std::vector<Named>& units, Id unit) {
  for (const auto& u : units) {
    if (u.unit == unit) return u.name;
  }
  return "（已撤销单位）";
}

TableCell head(std::string text) { return {std::move(text), 1, 1, true, true}; }

std::string when(const Meeting& m) {
  return base::to_chinese(m.day) + (m.time.empty() ? std::string() : " " + m.time);
}

void agenda(doc::Paper& paper, const Meeting& m, const std::string& heading) {
  const auto items = agenda_items(m.agenda);
  if (items.empty()) return;
  paper.paragraph(Style::heading1, heading);
  int number = 0;
  for (const auto& item : items) paper.paragraph(Style::body, fmt::format("{}. {}", ++number, item));
}

std::string attended(const Meeting& m, const std::vector<Named>& units, Attendance as) {
  std::vector<std::string> names;
  for (const auto& i : m.invitations) {
    if (i.attendance != as) continue;
    const std::string& who = i.came.empty() ? i.who : i.came;
    names.push_back(name_of(units, i.unit) + (who.empty() ? "" : "（" + who + "）"));
  }
  return base::join(names, "、");
}

}  // namespace

doc::Paper notice_of(const Meeting& m, const std::vector<Named>& units, const std::string& issuer, Date day) {
  doc::Paper paper;
  paper.paragraph(Style::title, "关于召开" + m.title + "的通知");
  std::vector<std::string> names;
  for (const auto& i : m.invitations) names.push_back(name_of(units, i.unit));
  paper.paragraph(Style::recipient, base::join(names, "、") + "：");
  paper.paragraph(Style::body, "现将会议有关事项通知如下。");
  paper.paragraph(Style::heading1, "一、时间和地点");
  paper.paragraph(Style::body,
                  when(m) + "，" + (m.place.empty() ? std::string("地点另行通知") : m.place) + "。");
  if (!m.chair.empty()) paper.paragraph(Style::body, "主持：" + m.chair + "。");
  agenda(paper, m, "二、议程");
  paper.paragraph(Style::heading1, agenda_items(m.agenda).empty() ? "二、有关要求" : "三、有关要求");
  paper.paragraph(Style::body,
                  "请各单位收到通知后在平台答复参加人；主要负责人不能到会的，派员代会并写明职务。");
  paper.paragraph(Style::signature, issuer);
  paper.paragraph(Style::signature, base::to_chinese(day));
  return paper;
}

doc::Paper minutes_of(const Meeting& m, const std::vector<Decision>& decisions,
                      const std::vector<Named>& units, const std::string& issuer, Date day) {
  doc::Paper paper;
  paper.paragraph(Style::title, m.title + "纪要");
  paper.paragraph(Style::body,
                  fmt::format("{}，{}{}召开。{}", when(m), m.title, m.place.empty() ? "" : "在" + m.place,
                              m.chair.empty() ? "" : m.chair + "主持会议。"));
  for (const auto& line : base::split(m.minutes, "\n")) {
    if (!base::trim(line).empty()) paper.paragraph(Style::body, base::trim(line));
  }
  agenda(paper, m, "会议议程");
  if (!decisions.empty()) {
    paper.paragraph(Style::heading1, "议定事项");
    std::vector<std::vector<TableCell>> rows = {{head("编号"), head("事项"), head("牵头单位"), head("期限")}};
    for (const auto& d : decisions) {
      const std::string lead = name_of(units, d.unit);
      rows.push_back({{d.number, 1, 1, false, true},
                      {d.what},
                      {d.partners.empty() ? lead : lead + "；配合：" + d.partners},
                      {base::to_iso(d.due), 1, 1, false, true}});
    }
    paper.table({17, 43, 24, 16}, rows, 1);
  }
  const auto list = [&](const std::string& title, Attendance as) {
    const std::string names = attended(m, units, as);
    if (!names.empty()) paper.paragraph(Style::body, title + names + "。");
  };
  list("到会：", Attendance::present);
  list("代会：", Attendance::stand_in);
  list("缺席：", Attendance::absent);
  const Quorum q = quorum_of(m);
  if (q.members > 0) paper.paragraph(Style::note, text_of(q) + "。");
  paper.paragraph(Style::signature, issuer);
  paper.paragraph(Style::signature, base::to_chinese(day));
  return paper;
}

}  // namespace kepu::meetings

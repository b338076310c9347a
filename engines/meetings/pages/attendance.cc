// Who was invited to a meeting, what they answered, and who came: a row for each unit.
#include "core/base/text.h"
#include "engines/meetings/pages/desk.h"

namespace kepu::meetings {

void write_units(Out& h, const auth::UnitTree& units, const Meeting& m) {
  html::SimpleTable table;
  table.caption = "参加单位";
  table.columns = {{"单位"}, {"身份"}, {"答复"}, {"参加人或原因"}};
  if (m.took_place()) table.columns.push_back({"到会"});
  for (const auto& i : m.invitations) {
    std::vector<html::Content> row = {unit_name(units, i.unit),
                                      i.member                     ? "成员"
                                      : m.kind == Kind::conference ? "列席"
                                                                   : "参加",
                                      [&i](Out& o) {
                                        const auto tone = i.answer == Answer::none      ? html::Tone::amber
                                                          : i.answer == Answer::excused ? html::Tone::plain
                                                                                        : html::Tone::green;
                                        o("{}", html::tag(title_of(i.answer), tone));
                                      },
                                      i.who.empty() ? std::string("—") : i.who};
    if (m.took_place()) {
      row.emplace_back(
          [&i](Out& o) { o("{}{}", title_of(i.attendance), i.came.empty() ? "" : "（" + i.came + "）"); });
    }
    table.rows.push_back(std::move(row));
  }
  h("{}", table);
}

void write_attendance_form(Out& h, const Context& context, const auth::UnitTree& units, const Meeting& m) {
  html::SimpleTable table;
  table.caption = "登记到会情况";
  table.columns = {{"单位"}, {"答复"}, {"到会情况"}, {"到会人（与答复不同时填）"}};
  for (const auto& i : m.invitations) {
    const std::string name = unit_name(units, i.unit);
    // What was answered is what is proposed.
    const Attendance now = i.attendance != Attendance::none ? i.attendance
                           : i.answer == Answer::comes      ? Attendance::present
                           : i.answer == Answer::stand_in   ? Attendance::stand_in
                           : i.answer == Answer::excused    ? Attendance::absent
                                                            : Attendance::none;
    table.rows.push_back(
        {name, [&i](Out& o) { o("{}{}", title_of(i.answer), i.who.empty() ? "" : "：" + i.who); },
         [&i, name, now](Out& o) {
           o("<select class=\"in\" id=\"f-att-{}\" name=\"att-{}\" aria-label=\"{} 到会情况\">{}</select>",
             i.unit, i.unit, name, [&](Out& x) {
               for (const auto a :
                    {Attendance::none, Attendance::present, Attendance::stand_in, Attendance::absent}) {
                 x("<option value=\"{}\"{}>{}</option>", to_text(a), html::Attr{a == now, " selected"},
                   title_of(a));
               }
             });
         },
         [&i, name](Out& o) {
           o("<input class=\"in\" id=\"f-came-{}\" name=\"came-{}\" maxlength=\"200\" aria-label=\"{} "
             "到会人\" value=\"{}\">",
             i.unit, i.unit, name, i.came);
         }});
  }
  h("<form method=\"post\" action=\"{}\"><input type=\"hidden\" name=\"csrf\" value=\"{}\"><input "
    "type=\"hidden\" name=\"revision\" value=\"{}\">{}<p class=\"mt\">{}</p></form>",
    html::Url{meeting_url(m.id, "hold")}, context.csrf, m.revision, table,
    html::button(m.state == State::held ? "保存到会情况" : "登记召开", html::Look::primary));
}

std::vector<Invitation> read_attendance(const Context& context, const Meeting& m) {
  std::vector<Invitation> came;
  for (const auto& i : m.invitations) {
    Invitation c = i;
    c.attendance = parse_attendance(context.field(fmt::format("att-{}", i.unit))).value_or(Attendance::none);
    c.came = base::trim(context.field(fmt::format("came-{}", i.unit)));
    came.push_back(std::move(c));
  }
  return came;
}

}  // namespace kepu::meetings

// 工作日历: the years as months, what each rests on, and the editor of a year.
#include "core/base/text.h"
#include "core/form/form.h"
#include "engines/reports/pages/desk.h"
#include "engines/reports/report_rows.h"

namespace kepu::reports {

using base::Code;
using base::refuse;
using html::Out;
using site::Answer;
using site::Context;

namespace {

const form::Form& year_form() {
  static const form::Form kForm({
      {.name = "source", .label = "依据", .required = true, .hint = "通知的名称和文号", .max_length = 300},
      {.name = "days",
       .label = "放假和调休",
       .kind = form::Kind::long_text,
       .hint = "每行一段：2027-01-01 至 2027-01-03 放假 元旦；调休上班写：2027-01-09 上班 "
               "元旦调休。周六、周日不用写。",
       .rows = 14},
  });
  return kForm;
}

std::string year_url(int year) { return fmt::format("/calendar/{}", year); }

base::Result<int> year_of(const Context& context) {
  const auto year = base::parse_int(context.variable("year"));
  if (year && *year >= 2000 && *year <= 2100) return static_cast<int>(*year);
  return refuse(Code::not_found, "calendar.year", "日历只到 2000—2100 年。");
}

void write_month(Out& h, const calendar::Calendar& calendar, int year, int month, Date today) {
  const Date first{year, month, 1};
  const auto lead = static_cast<int>((base::to_days(first) + 3) % 7);
  h(
      "<table class=\"month\"><caption>{}月</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>",
      month,
      [](Out& o) {
        for (const char* name : {"一", "二", "三", "四", "五", "六", "日"})
          o("<th scope=\"col\">{}</th>", name);
      },
      [&](Out& o) {
        for (auto day = base::to_days(first) - lead;
             base::from_days(day) < (month == 12 ? Date{year + 1, 1, 1} : Date{year, month + 1, 1});
             day += 7) {
          o("<tr>{}</tr>", [&](Out& row) {
            for (int i = 0; i < 7; ++i) {
              const Date date = base::from_days(day + i);
              if (date.month != month) {
                row("<td></td>");
                continue;
              }
              const bool works = calendar.is_working_day(date);
              const std::string name = calendar.name_of(date);
              const bool weekend = i > 4;
              const bool free = !works && (name == "周六" || name == "周日");
              const std::string_view look = works ? (weekend ? "make-up" : "") : free ? "free" : "holiday";
              row("<td{}{}{}>{}{}</td>", html::AttrValue{"class", look}, html::AttrValue{"title", name},
                  html::Attr{date == today, " aria-current=\"date\""}, date.day, [&](Out& x) {
                    if (works && weekend) x("<span class=\"sr\">上班</span>");
                    if (!works && !free) x("<span class=\"sr\">放假</span>");
                  });
            }
          });
        }
      });
}

Answer show_year(Context& context, ReportsEngine& engine, int year, const form::Values& typed = {},
                 const base::Errors& errors = {}) {
  const auto calendar = engine.calendars().of(context.tenant.id);
  const auto at = calendar->years().find(year);
  const calendar::Year* known = at == calendar->years().end() ? nullptr : &at->second;
  const bool may = context.actor.may("report.rule");
  form::Values values = typed;
  if (errors.empty() && known != nullptr) {
    values.set("source", known->source);
    values.set("days", calendar::to_text(known->runs));
  }
  std::vector<html::SegmentItem> years;
  for (int y = context.today().year - 1; y <= context.today().year + 1; ++y)
    years.push_back({fmt::format("{}年", y), year_url(y), y == year});
  site::Page page;
  page.title = fmt::format("{}年工作日历", year);
  page.path = {{"填报", "/reports"}, {"工作日历", ""}};
  page.note = known == nullptr ? fmt::format("{}年的放假安排还没有录入，工作日暂按周末推算", year)
                               : fmt::format("依据：{}{}", known->source,
                                             known->own ? fmt::format("（{}　{} 录入）", known->edited_by,
                                                                      base::to_local(known->edited_at))
                                                        : "");
  page.actions = [&](Out& h) { h("{}", html::Segment{"年份", years}); };
  page.body = [&](Out& h) {
    if (known == nullptr) {
      h("{}",
        html::Flash{
            html::Tone::amber,
            "国务院办公厅的通知一般在上年十月、十一月印发。印发后请在下面录入，各期的期限会随之更新。"});
    }
    h("{}", html::panel("", [&](Out& o) {
        o("<div class=\"months\">{}</div><p class=\"small muted month-key\"><span "
          "class=\"holiday\">放假</span><span class=\"make-up\">调休上班</span><span "
          "class=\"free\">周末</span></p>",
          [&](Out& x) {
            for (int month = 1; month <= 12; ++month) write_month(x, *calendar, year, month, context.today());
          });
      }));
    if (known != nullptr) {
      html::SimpleTable table;
      table.caption = "放假和调休";
      table.columns = {{"日期"}, {"安排"}, {"名称"}};
      for (const auto& run : known->runs) {
        table.rows.push_back({run.first == run.last
                                  ? base::to_iso(run.first)
                                  : base::to_iso(run.first) + " 至 " + base::to_iso(run.last),
                              std::string(title_of(run.kind)), run.name});
      }
      h("{}", html::panel("放假和调休", [&](Out& o) { o("{}", table); }));
    }
    if (!may) return;
    const std::int64_t revision = known != nullptr && known->own ? known->revision : 0;
    h("{}", html::panel(
                known == nullptr ? "录入放假安排" : "修改",
                [&](Out& o) {
                  year_form().write(
                      o, {.action = year_url(year),
                          .csrf = context.csrf,
                          .values = values,
                          .errors = errors,
                          .submit = "保存",
                          .hidden = {{"revision", errors.empty() ? std::to_string(revision)
                                                                 : std::string(context.field("revision"))}}});
                  if (known != nullptr && known->own && engine.calendars().shipped(year) != nullptr) {
                    o("{}", html::PostButton{"恢复为随程序发布的安排",
                                             year_url(year),
                                             context.csrf,
                                             html::Look::link,
                                             "refresh",
                                             {{"do", "forget"}, {"revision", std::to_string(revision)}}});
                  }
                },
                {.note = "只影响本地区；改动记入审计日志"}));
  };
  return site::page(context, std::move(page), status_of(errors));
}

Answer save_year(Context& context, ReportsEngine& engine) {
  const int year = TRY(year_of(context));
  if (!context.actor.may_everywhere("report.rule"))
    return refuse(Code::forbidden, "forbidden",
                  "工作日历对全县有效，须有全县范围的“设定填报期、亮灯规则和工作日历”权限才能修改。");
  const auto revision = base::parse_int(context.field("revision")).value_or(-1);
  auto entry = entry_of(by(context), "report.rule", 0, "calendar.edit", fmt::format("calendar:{}", year), "",
                        context.now());
  if (context.field("do") == "forget") {
    entry.summary = fmt::format("{}年工作日历恢复为随程序发布的安排", year);
    const auto gone = engine.calendars().forget(context.tenant.id, year, revision, entry);
    context.say(gone ? html::Tone::green : html::Tone::red, gone ? "已恢复。" : gone.error().message);
    return site::redirect(year_url(year));
  }
  auto in = year_form().check(context.request.form);
  if (in.ok()) {
    auto runs = calendar::parse_runs(year, in.values.text("days"));
    if (!runs) {
      in.errors.push_back(runs.error());
    } else {
      entry.summary =
          fmt::format("录入{}年放假安排 {} 段，依据：{}", year, runs->size(), in.values.text("source"));
      const auto saved = engine.calendars().save(
          context.tenant.id, {year, in.values.text("source"), *runs, true, revision, 0, ""}, entry);
      if (saved) {
        context.say(html::Tone::green, fmt::format("{}年的工作日历已保存，各填报期的期限随之更新。", year));
        return site::redirect(year_url(year));
      }
      in.errors.push_back(saved.error());
    }
  }
  return show_year(context, engine, year, in.values, in.errors);
}

}  // namespace

void add_calendar_pages(site::Site& site, ReportsEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/calendar", Access::right, "report.read",
            [](Context& c) -> Answer { return site::redirect(year_url(c.today().year)); }});
  site.add({Method::get, "/calendar/{year}", Access::right, "report.read", [&](Context& c) -> Answer {
              const int year = TRY(year_of(c));
              return show_year(c, engine, year);
            }});
  site.add({Method::post, "/calendar/{year}", Access::right, "report.rule",
            [&](Context& c) { return save_year(c, engine); }});
  site.add(site::MenuItem{"填报", "工作日历", "/calendar", "report.read", 157, "", {}, false});
}

}  // namespace kepu::reports

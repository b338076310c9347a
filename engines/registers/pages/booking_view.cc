// What the pages of bookings show: months with the days taken, lists, the facts of one.
#include "core/base/text.h"
#include "engines/registers/pages/bookings.h"

namespace kepu::registers {
namespace {

base::Date next_month(base::Date first) {
  return first.month == 12 ? base::Date{first.year + 1, 1, 1} : base::Date{first.year, first.month + 1, 1};
}

void write_day(Out& row, base::Date date, base::Date today, std::span<const Booking> all,
               const auth::UnitTree& units) {
  const auto* taken = clash(all, date, date);
  const bool sure = taken != nullptr && taken->state != BookingState::asked;
  const std::string who =
      taken == nullptr ? "" : unit_name(units, taken->unit) + (sure ? "借用" : "预约，待确认");
  row("<td{}{}{}>{}{}</td>",
      html::AttrValue{"class", taken == nullptr ? ""
                               : sure           ? "holiday"
                                                : "make-up"},
      html::AttrValue{"title", who}, html::Attr{date == today, " aria-current=\"date\""}, date.day,
      [&](Out& x) {
        if (taken != nullptr) x("<span class=\"sr\">{}</span>", who);
      });
}

void write_month(Out& h, base::Date first, base::Date today, std::span<const Booking> all,
                 const auth::UnitTree& units) {
  const auto lead = (base::to_days(first) + 3) % 7;  // days of the week before, from Monday
  h(
      "<table class=\"month\"><caption>{}年{}月</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>",
      first.year, first.month,
      [](Out& o) {
        for (const char* name : {"一", "二", "三", "四", "五", "六", "日"})
          o("<th scope=\"col\">{}</th>", name);
      },
      [&](Out& o) {
        for (auto day = base::to_days(first) - lead; base::from_days(day) < next_month(first); day += 7) {
          o("<tr>{}</tr>", [&](Out& row) {
            for (int i = 0; i < 7; ++i) {
              const auto date = base::from_days(day + i);
              if (date.month == first.month) {
                write_day(row, date, today, all, units);
              } else {
                row("<td></td>");
              }
            }
          });
        }
      });
}

}  // namespace

std::string booking_url(const BookingRow& r) {
  return fmt::format("/registers/{}/{}/bookings/{}", r.type, r.booking.entry, r.booking.id);
}

html::Light light_of(const Booking& b, base::Date today) {
  if (is_overdue(b, today)) return html::Light::late;
  switch (b.state) {
    case BookingState::asked:
      return html::Light::watch;
    case BookingState::approved:  // out today: neither done nor a worry
      return today < b.first ? html::Light::done : html::Light::idle;
    case BookingState::returned:
      return html::Light::done;
    default:
      return html::Light::idle;
  }
}

std::string word_of(const Booking& b, base::Date today) {
  if (is_overdue(b, today))
    return fmt::format("超期 {} 天未还", base::to_days(today) - base::to_days(b.last));
  if (b.state == BookingState::approved && !(today < b.first)) return "借用中";
  return std::string(title_of(b.state));
}

void write_months(Out& h, std::span<const Booking> all, int months, base::Date today,
                  const auth::UnitTree& units) {
  h("<div class=\"months\">{}</div><p class=\"small muted month-key\"><span "
    "class=\"holiday\">已借出或已同意</span>"
    "<span class=\"make-up\">已预约，待确认</span>其他日子可以预约</p>",
    [&](Out& o) {
      base::Date first{today.year, today.month, 1};
      for (int i = 0; i < months; ++i, first = next_month(first)) write_month(o, first, today, all, units);
    });
}

void write_bookings(Out& h, const std::vector<BookingRow>& rows, base::Date today,
                    const auth::UnitTree& units, const std::function<bool(const BookingRow&)>& opens) {
  html::SimpleTable table{"预约", {{"日期"}, {"单位"}, {"状态"}, {"用途"}}, {}};
  for (const auto& r : rows) {
    const auto& b = r.booking;
    const bool open = opens(r);
    table.rows.push_back(
        {[&r, &b, open, today](Out& o) {
           const std::string days = days_text(b.first, b.last, today);
           if (open) {
             o("<a href=\"{}\">{}</a>", html::Url{booking_url(r)}, days);
           } else {
             o("{}", days);
           }
         },
         unit_name(units, b.unit),
         [&b, today](Out& o) { o("{}", html::light(light_of(b, today), word_of(b, today))); },
         open ? b.purpose : std::string("—")});
  }
  h("{}", table);
}

html::Definitions booking_facts(const Booking& b, const Entry& e, base::Date today,
                                const auth::UnitTree& units) {
  html::Definitions facts;
  facts.items.emplace_back("借什么", e.name + (e.number.empty() ? "" : "（" + e.number + "）"));
  facts.items.emplace_back("日期", fmt::format("{}，共 {} 天", days_text(b.first, b.last, today),
                                               base::to_days(b.last) - base::to_days(b.first) + 1));
  facts.items.emplace_back("借用单位", unit_name(units, b.unit));
  facts.items.emplace_back("用途", b.purpose);
  facts.items.emplace_back("管理单位", unit_name(units, e.unit));
  facts.items.emplace_back("预约人", b.asked_name + "　" + base::to_local(b.asked_at));
  if (b.decided_at != 0)
    facts.items.emplace_back("最近办理", fmt::format("{}　{}　{}", title_of(b.state), b.decided_name,
                                                     base::to_local(b.decided_at)));
  if (!b.reason.empty()) facts.items.emplace_back("说明", b.reason);
  if (b.returned_on)
    facts.items.emplace_back("归还",
                             fmt::format("{}　{}{}", base::to_iso(*b.returned_on), title_of(b.condition),
                                         b.condition_note.empty() ? "" : "：" + b.condition_note));
  return facts;
}

}  // namespace kepu::registers

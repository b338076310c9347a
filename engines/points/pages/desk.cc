#include "engines/points/pages/desk.h"

#include <fmt/format.h>

#include "core/base/text.h"

namespace kepu::points {

using base::Code;

std::string account_url(Id person) { return fmt::format("/points/people/{}", person); }

std::string hours_words(std::int64_t minutes) {
  return fmt::format("{:.1f} 小时", static_cast<double>(minutes) / 60.0);
}

html::Light light_of(ClaimState state) {
  switch (state) {
    case ClaimState::reserved:
      return html::Light::ok;
    case ClaimState::handed_out:
      return html::Light::done;
    case ClaimState::cancelled:
      return html::Light::idle;
    case ClaimState::lapsed:
      return html::Light::watch;
  }
  return html::Light::idle;
}

table::Table<Booking> booking_table(bool with_person) {
  table::Table<Booking> table(
      {.id = "bookings", .caption = "积分流水", .search_hint = "姓名、事由", .unit = "笔"});
  table.column({.key = "number", .title = "序号", .number = true, .width = 8, .sql = "number"},
               [](const Booking& b) { return table::count(b.number); });
  table.column({.key = "day", .title = "日期", .width = 12, .sql = "day"},
               [](const Booking& b) { return table::date(b.day); });
  if (with_person)
    table.column({.key = "name", .title = "姓名", .sortable = false, .width = 12},
                 [](const Booking& b) { return table::link(b.name, account_url(b.person)); });
  table
      .column({.key = "entry", .title = "类型", .sortable = false, .width = 8},
              [](const Booking& b) { return table::text(std::string(title_of(b.entry))); })
      .column({.key = "points", .title = "积分", .number = true, .sortable = false, .width = 8},
              [](const Booking& b) { return table::count(b.points); })
      .column({.key = "words", .title = "事由", .sortable = false, .width = 50},
              [](const Booking& b) { return table::text(b.words); })
      .column({.key = "against", .title = "对方账户", .sortable = false, .hide_on_phone = true, .width = 12},
              [](const Booking& b) { return table::text(std::string(account_of(b.entry))); })
      .column({.key = "by", .title = "记账", .sortable = false, .hide_on_phone = true, .width = 20},
              [](const Booking& b) { return table::text(b.by); })
      .filter({.key = "entry",
               .title = "类型",
               .options = {{"issue", "发放"},
                           {"correction", "更正"},
                           {"redemption", "兑换"},
                           {"give_back", "退回"},
                           {"expiry", "过期"}}});
  return table;
}

void write_services(Out& h, const PageOf<ServiceRow>& services) {
  html::SimpleTable table;
  table.caption = "服务记录";
  table.columns = {{"服务"},
                   {"日期"},
                   {"时长", html::Column::Kind::number},
                   {"来源"},
                   {"积分", html::Column::Kind::number}};
  for (const auto& row : services.rows)
    table.rows.push_back(
        {row.service.title + (row.service.role == "队员" ? "" : "（" + row.service.role + "）"),
         base::to_iso(row.service.day), hours_words(row.service.minutes),
         std::string(row.service.filled ? "补录，经批准" : "两方证实"),
         fmt::format("{}（{}）", row.points, row.why)});
  if (table.rows.empty()) {
    h("<p class=\"muted\">还没有服务记录。服务办结后自动记入。</p>");
    return;
  }
  h("{}", table);
  if (services.total > static_cast<std::int64_t>(services.rows.size()))
    h("<p class=\"hint\">共 {} 次，这里是最近 {} 次。</p>", services.total, services.rows.size());
}

void write_lots(Out& h, const std::vector<Lot>& lots) {
  std::vector<std::pair<std::string, int>> ends;
  for (const auto& lot : lots) {
    const std::string when = lot.last_day ? fmt::format("{} 年底前", lot.last_day->year) : "长期有效";
    if (!ends.empty() && ends.back().first == when) {
      ends.back().second += lot.left;
    } else {
      ends.emplace_back(when, lot.left);
    }
  }
  html::Definitions facts;
  for (const auto& [when, points] : ends) facts.items.emplace_back(when, fmt::format("{} 分", points));
  if (!facts.items.empty()) h("{}", facts);
}

}  // namespace kepu::points

// 预约借用: what can be booked, and all bookings that the reader has to do with.
#include <algorithm>

#include "core/base/text.h"
#include "engines/registers/pages/bookings.h"

namespace kepu::registers {
namespace {

struct Thing {
  Entry entry;
  std::string register_title;
  const Booking* now = nullptr;   // who has it today, or keeps it too long
  const Booking* next = nullptr;  // the next one
};

std::vector<Entry> entries_of(Context& context, RegistersEngine& engine, const Type& type) {
  EntryQuery q;
  q.type = type.key;
  q.state = State::in_force;
  q.order_by = "e.pinyin, e.id";
  q.limit = 1000;
  auto found = engine.store().entries(context.tenant.id, q).entries;
  std::erase_if(found, [&](const Entry& e) { return !in_force(e, context.today()); });
  return found;
}

std::vector<Thing> things_of(Context& context, RegistersEngine& engine, const std::vector<BookingRow>& rows) {
  std::vector<Thing> out;
  const auto types = engine.store().types(context.tenant.id);
  const auto today = context.today();
  for (const auto& type : types->current) {
    if (!type.bookable) continue;
    for (auto& e : entries_of(context, engine, type)) {
      Thing t;
      for (const auto& r : rows) {
        const Booking& b = r.booking;
        if (b.entry != e.id || !held(b)) continue;
        if (is_overdue(b, today) ||
            (b.state != BookingState::returned && !(today < b.first) && !(b.last < today)))
          t.now = &b;
        if (today < b.first && (t.next == nullptr || b.first < t.next->first)) t.next = &b;
      }
      t.entry = std::move(e);
      t.register_title = type.title;
      out.push_back(std::move(t));
    }
  }
  return out;
}

PageAnswer list_things(Context& context, RegistersEngine& engine) {
  const auto units = context.app.directory.units(context.tenant.id);
  const auto today = context.today();
  BookingQuery q;
  q.from = today;
  auto rows = engine.bookings().bookings(context.tenant.id, q);
  q.from.reset();
  q.state = BookingState::approved;
  q.over_by = today;
  for (auto& late : engine.bookings().bookings(context.tenant.id, q)) rows.push_back(std::move(late));
  const auto things = things_of(context, engine, rows);
  std::vector<std::pair<std::string, std::string>> registers;
  for (const auto& t : things) {
    const std::pair<std::string, std::string> option{t.entry.type, t.register_title};
    if (std::find(registers.begin(), registers.end(), option) == registers.end()) registers.push_back(option);
  }
  const auto booked = [&](const Booking* b) {
    return b == nullptr ? std::string()
                        : unit_name(*units, b->unit) + "，" + days_text(b->first, b->last, today);
  };
  table::Table<Thing> table(
      {.id = "things", .caption = "可以预约的", .search_hint = "名称、单位", .unit = "项"});
  table
      .column({.key = "name", .title = "名称", .full_on_phone = true, .width = 24},
              [](const Thing& t) { return table::link(t.entry.name, entry_url(t.entry) + "/bookings"); })
      .column({.key = "today", .title = "今天"},
              [today](const Thing& t) {
                return t.now == nullptr ? table::status(html::Light::done, "可借")
                                        : table::status(light_of(*t.now, today), word_of(*t.now, today));
              })
      .column(
          {.key = "holder", .title = "谁在用", .width = 26},
          [&](const Thing& t) { return t.now == nullptr ? table::missing() : table::text(booked(t.now)); })
      .column(
          {.key = "next", .title = "下一次预约", .width = 26},
          [&](const Thing& t) { return t.next == nullptr ? table::missing() : table::text(booked(t.next)); })
      .column({.key = "register", .title = "名录", .hide_on_phone = true},
              [](const Thing& t) { return table::text(t.register_title); })
      .column({.key = "keeper", .title = "管理单位", .width = 18},
              [&](const Thing& t) { return table::text(unit_name(*units, t.entry.unit)); })
      .filter({.key = "register", .title = "名录", .options = registers},
              [](const Thing& t, std::string_view v) { return t.entry.type == v; })
      .filter({.key = "today", .title = "情况", .options = {{"free", "可借"}, {"taken", "有人用"}}},
              [](const Thing& t, std::string_view v) { return (t.now == nullptr) == (v == "free"); });
  site::Page page;
  page.title = "预约借用";
  page.path = {{"名录", "/registers"}, {"预约借用", ""}};
  page.note = "科普大篷车、场馆、仪器和展品，单位按天预约，管理单位确认";
  page.actions = [](Out& h) {
    h("{}", html::button_link("预约记录", "/registers/bookings/all", "list-details"));
  };
  site::ListOptions options{.file_name = "可以预约的场所和物品", .subject = "bookings"};
  options.empty_hint =
      "还没有可以预约的场所和物品。管理员在名录设置里勾选“单位可以预约借用”后，在册的条目列在这里。";
  return site::list(context, table, table.in_memory(things), std::move(page), options);
}

PageAnswer list_bookings(Context& context, RegistersEngine& engine) {
  const auto units = context.app.directory.units(context.tenant.id);
  const auto today = context.today();
  BookingQuery q;
  q.units = scope_of(context.actor);
  q.own = q.units ? context.actor.person : 0;
  const auto rows = engine.bookings().bookings(context.tenant.id, q);
  std::vector<std::pair<std::string, std::string>> states = {{"overdue", "超期未还"}};
  for (const auto s : {BookingState::asked, BookingState::approved, BookingState::returned,
                       BookingState::refused, BookingState::cancelled})
    states.emplace_back(to_text(s), title_of(s));
  table::Table<BookingRow> table(
      {.id = "bookings", .caption = "预约记录", .search_hint = "名称、单位、用途", .unit = "次"});
  table
      .column({.key = "name", .title = "借什么", .full_on_phone = true, .width = 24},
              [](const BookingRow& r) { return table::link(r.entry_name, booking_url(r)); })
      .column({.key = "state", .title = "状态"},
              [today](const BookingRow& r) {
                return table::status(light_of(r.booking, today), word_of(r.booking, today));
              })
      .column({.key = "unit", .title = "借用单位", .width = 18},
              [&](const BookingRow& r) { return table::text(unit_name(*units, r.booking.unit)); })
      .column({.key = "first", .title = "从", .width = 12},
              [](const BookingRow& r) { return table::date(r.booking.first); })
      .column({.key = "last", .title = "到", .width = 12},
              [](const BookingRow& r) { return table::date(r.booking.last); })
      .column({.key = "purpose", .title = "用途", .hide_on_phone = true, .width = 36},
              [](const BookingRow& r) { return table::text(r.booking.purpose); })
      .column({.key = "condition", .title = "归还状况", .hide_on_phone = true, .width = 24},
              [](const BookingRow& r) {
                const auto& b = r.booking;
                if (b.state != BookingState::returned) return table::missing();
                return table::text(std::string(title_of(b.condition)) +
                                   (b.condition_note.empty() ? "" : "：" + b.condition_note));
              })
      .column({.key = "keeper", .title = "管理单位", .hide_on_phone = true, .width = 18},
              [&](const BookingRow& r) { return table::text(unit_name(*units, r.keeper)); })
      .filter({.key = "state", .title = "状态", .options = states},
              [today](const BookingRow& r, std::string_view v) {
                return v == "overdue" ? is_overdue(r.booking, today) : to_text(r.booking.state) == v;
              });
  site::Page page;
  page.title = "预约记录";
  page.path = {{"名录", "/registers"}, {"预约借用", "/registers/bookings"}, {"预约记录", ""}};
  page.note = "本单位借用的，和本单位管理的";
  site::ListOptions options{.file_name = "预约记录", .subject = "bookings"};
  options.empty_hint = "还没有预约。";
  return site::list(context, table, table.in_memory(rows), std::move(page), options);
}

}  // namespace

void add_booking_lists(site::Site& site, RegistersEngine& engine) {
  site.add({http::Method::get, "/registers/bookings", site::Access::right, "register.read",
            [&](Context& c) { return list_things(c, engine); }});
  site.add({http::Method::get, "/registers/bookings/all", site::Access::right, "register.read",
            [&](Context& c) { return list_bookings(c, engine); }});
}

}  // namespace kepu::registers

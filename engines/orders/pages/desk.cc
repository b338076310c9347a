#include "engines/orders/pages/desk.h"

#include <fmt/format.h>

#include "core/base/text.h"

namespace kepu::orders {

bool wants_json(const Context& context) {
  return base::contains(context.request.header("accept"), "application/json");
}

http::Response answer_json(int status, const std::function<void(base::Json&)>& write) {
  base::Json j;
  j.object();
  write(j);
  j.end();
  auto r = http::json(std::move(j).text(), status);
  r.set("cache-control", "no-store");
  return r;
}

std::string order_url(Id order) { return fmt::format("/orders/{}", order); }

std::string unit_name(const auth::UnitTree& units, Id unit) {
  if (unit == 0) return "—";
  const auto* u = units.find(unit);
  return u == nullptr ? "（已撤销单位）" : u->name;
}

std::string area_name(const auth::UnitTree& units, Id area) {
  const auto* u = units.find(area);
  if (u == nullptr || u->kind != auth::UnitKind::village) return unit_name(units, area);
  const auto* above = units.find(u->parent);
  return above == nullptr ? u->name : above->name + "　" + u->name;
}

std::string kind_title(const Settings& settings, std::string_view kind) {
  const Kind* found = settings.kind(kind);
  return found == nullptr ? "未分类" : found->title;
}

std::string minutes_words(int minutes) {
  if (minutes < 60) return fmt::format("{} 分钟", minutes);
  if (minutes < 480) return fmt::format("{} 小时", minutes / 60);
  return fmt::format("{} 个工作日", minutes / 480);
}

std::string clock_words(const Order& o, Millis now, const calendar::Calendar& calendar) {
  if (o.due == 0) return "";
  if (now <= o.due) return "还剩 " + minutes_words(working_minutes(now, o.due, calendar));
  return "已超 " + minutes_words(working_minutes(o.due, now, calendar));
}

html::Light light_of(const Order& o, Millis now) {
  switch (o.state) {
    case State::closed:
      return html::Light::done;
    case State::refused:
    case State::merged:
    case State::cancelled:
      return html::Light::idle;
    default:
      break;
  }
  if (o.due != 0 && now > o.due) return html::Light::late;
  return o.state == State::review ? html::Light::watch : html::Light::ok;
}

std::string when_words(const Order& o) {
  static constexpr std::string_view kWeek[] = {"周四", "周五", "周六", "周日",
                                               "周一", "周二", "周三"};  // day 0
  const auto day_words = [](Date d) {
    const auto days = base::to_days(d);
    return fmt::format("{}月{}日（{}）", d.month, d.day,
                       kWeek[static_cast<std::size_t>(((days % 7) + 7) % 7)]);
  };
  if (o.day) {
    return fmt::format("{}{:02}:{:02}—{:02}:{:02}", day_words(*o.day), o.from / 60, o.from % 60, o.to / 60,
                       o.to % 60);
  }
  std::vector<std::string> out;
  for (const Date d : o.days) out.push_back(day_words(d));
  return base::join(out, "、") + o.time;
}

}  // namespace kepu::orders

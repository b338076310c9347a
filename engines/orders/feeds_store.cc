#include "engines/orders/feeds_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/secret.h"
#include "engines/orders/orders_rows.h"

namespace kepu::orders {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {

constexpr std::string_view kTables = R"sql(
create table orders_feed (
  tenant bigint not null, team bigint not null, team_name text not null, token_digest text not null,
  made_at bigint not null, person_name text not null,
  primary key (tenant, team));
create unique index orders_feed_token on orders_feed (tenant, token_digest);
)sql";

constexpr Millis kBack = 60LL * 24 * 3600 * 1000, kHour = 3'600'000;
constexpr std::int64_t kMost = 500;

}  // namespace

const std::vector<sql::Migration>& feed_migrations() {
  static const std::vector<sql::Migration> kSteps = {{"orders_feeds", 1, "服务队日程订阅", kTables}};
  return kSteps;
}

Result<std::string> FeedStore::make(const By& by, Id team) {
  const Id tenant = by.actor.tenant;
  const auto own = offers_.teams_of(by.actor);
  const auto found = std::find_if(own.begin(), own.end(), [&](const auto& t) { return t.entry == team; });
  if (found == own.end()) return refuse(Code::forbidden, "order.not_yours", "您不是这支服务队的队长。");
  const std::string token = base::random_token(24), digest = base::sha256_hex(token);
  return orders_.parts().db.write([&](sql::Session& s) -> Result<std::string> {
    s.run(
        "insert into orders_feed (tenant, team, team_name, token_digest, made_at, person_name) values "
        "(:tenant, :team, "
        ":team_name, :digest, :at, :name) on conflict (tenant, team) do update set token_digest = "
        "excluded.token_digest, "
        "made_at = excluded.made_at, person_name = excluded.person_name",
        {{"tenant", tenant},
         {"team", team},
         {"team_name", found->name},
         {"digest", digest},
         {"at", orders_.now()},
         {"name", by.actor.name}});
    audit::append(s, tenant,
                  entry_of(by, orders_.now(), "order.feed", fmt::format("team:{}", team),
                           found->name + "：生成日程订阅地址，原来的地址作废"));
    return token;
  });
}

Done FeedStore::end(const By& by, Id team) {
  const Id tenant = by.actor.tenant;
  const auto own = offers_.teams_of(by.actor);
  if (std::none_of(own.begin(), own.end(), [&](const auto& t) { return t.entry == team; }))
    return refuse(Code::forbidden, "order.not_yours", "您不是这支服务队的队长。");
  return orders_.parts().db.write([&](sql::Session& s) -> Done {
    s.run("delete from orders_feed where tenant = :tenant and team = :team",
          {{"tenant", tenant}, {"team", team}});
    audit::append(
        s, tenant,
        entry_of(by, orders_.now(), "order.feed_end", fmt::format("team:{}", team), "停用日程订阅地址"));
    return {};
  });
}

std::optional<Millis> FeedStore::made_at(Id tenant, Id team) {
  return orders_.parts().db.read([&](sql::Session& s) {
    return s.one("select made_at from orders_feed where tenant = :tenant and team = :team",
                 {{"tenant", tenant}, {"team", team}},
                 [](const sql::Row& r) { return static_cast<Millis>(r.integer(0)); });
  });
}

Result<std::string> FeedStore::calendar(Id tenant, std::string_view token,
                                        const std::function<std::string(Id)>& area) {
  const std::string digest = base::sha256_hex(token);
  struct Feed {
    Id team = 0;
    std::string name;
  };
  const auto feed = orders_.parts().db.read([&](sql::Session& s) {
    return s.one("select team, team_name from orders_feed where tenant = :tenant and token_digest = :digest",
                 {{"tenant", tenant}, {"digest", digest}}, [](const sql::Row& r) {
                   return Feed{r.integer(0), r.text(1)};
                 });
  });
  if (!feed) return refuse(Code::not_found, "feed.unknown", "这个日程地址已经作废，请队长重新生成。");
  OrderQuery q;
  q.team = feed->team;
  q.order_by = "first_day desc, id desc";
  q.limit = kMost;
  std::vector<doc::CalendarEvent> events;
  for (const auto& o : orders_.orders(tenant, q).orders) {
    if (!o.day) continue;
    const Millis day = base::start_of(*o.day);
    if (day < orders_.now() - kBack) continue;
    doc::CalendarEvent e;
    e.uid = fmt::format("order-{}@kepu", o.id);
    e.start = o.to == 0 ? day + 9 * kHour : day + static_cast<Millis>(o.from) * 60'000;
    e.end = o.to == 0 ? day + 17 * kHour : day + static_cast<Millis>(o.to) * 60'000;
    e.summary = o.title;
    e.location = area(o.area) + (o.place.empty() ? "" : " " + o.place);
    e.description = fmt::format("{}\n约 {} 人\n{}", o.number, o.people, o.words);
    e.sequence = o.revision;
    e.cancelled = o.state == State::cancelled;
    e.changed_at = o.since;
    events.push_back(std::move(e));
  }
  std::reverse(events.begin(), events.end());
  return doc::calendar_text(feed->name + "的服务日程", events);
}

}  // namespace kepu::orders

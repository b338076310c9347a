#include "core/notify/delivery_store.h"
#include "core/notify/notify.h"

namespace kepu::notify {

namespace {

constexpr std::string_view kSchema = R"(
create table notice (
  tenant bigint not null,
  id bigint not null,
  person bigint not null,
  key text not null,
  title text not null,
  body text not null,
  url text not null,
  at bigint not null,
  read_at bigint not null,
  primary key (tenant, id),
  unique (tenant, person, key)
);
create index notice_person on notice (tenant, person, at);
)";

}  // namespace

Kept kept_of(const sql::Row& row) {
  Kept kept;
  kept.id = row.integer(0);
  kept.notice = {row.integer(1), row.text(2), row.text(3), row.text(4), row.text(5)};
  kept.at = row.integer(6);
  kept.read_at = row.integer(7);
  return kept;
}

const std::vector<sql::Migration>& migrations() {
  static const std::vector<sql::Migration> kSteps = {{"notify", 1, "notices", kSchema},
                                                     {"notify", 2, "letters and webhooks", kDeliverySchema}};
  return kSteps;
}

bool post(sql::Session& session, Id tenant, const Notice& notice, base::Millis now, base::IdMaker& ids) {
  return session.run(
             "insert into notice (tenant, id, person, key, title, body, url, at, read_at) "
             "values (:tenant, :id, :person, :key, :title, :body, :url, :at, 0) on conflict do nothing",
             {{"tenant", tenant},
              {"id", ids.next()},
              {"person", notice.person},
              {"key", notice.key},
              {"title", notice.title},
              {"body", notice.text},
              {"url", notice.url},
              {"at", now}}) == 1;
}

std::vector<Kept> of_person(sql::Session& session, Id tenant, Id person, bool unread_only,
                            std::int64_t offset, std::int64_t limit) {
  return session.rows(
      "select id, person, key, title, body, url, at, read_at from notice "
      "where tenant = :tenant and person = :person and (:all = 1 or read_at = 0) "
      "order by at desc, id desc limit :limit offset :offset",
      {{"tenant", tenant},
       {"person", person},
       {"all", unread_only ? 0 : 1},
       {"limit", limit},
       {"offset", offset}},
      kept_of);
}

std::int64_t count(sql::Session& session, Id tenant, Id person) {
  return session.integer("select count(*) from notice where tenant = :tenant and person = :person",
                         {{"tenant", tenant}, {"person", person}});
}

std::int64_t unread(sql::Session& session, Id tenant, Id person) {
  return session.integer(
      "select count(*) from notice where tenant = :tenant and person = :person and read_at = 0",
      {{"tenant", tenant}, {"person", person}});
}

void mark_read(sql::Session& session, Id tenant, Id person, Id notice, base::Millis now) {
  session.run(
      "update notice set read_at = :now where tenant = :tenant and person = :person and read_at = 0 "
      "and (:notice = 0 or id = :notice)",
      {{"tenant", tenant}, {"person", person}, {"notice", notice}, {"now", now}});
}

}  // namespace kepu::notify

#include "core/notify/delivery_store.h"

namespace kepu::notify {

const std::string_view kDeliverySchema = R"(
create table notice_mail (
  tenant bigint not null,
  person bigint not null,
  mail text not null,
  sent_to bigint not null,
  next_at bigint not null,
  failures bigint not null,
  problem text not null,
  primary key (tenant, person)
);
create table notice_hook (
  tenant bigint not null primary key,
  url text not null,
  sent_to bigint not null,
  next_at bigint not null,
  failures bigint not null,
  problem text not null
);
)";

namespace {

Id newest(sql::Session& session, Id tenant) {
  return session.integer("select coalesce(max(id), 0) from notice where tenant = :tenant",
                         {{"tenant", tenant}});
}

Line line_of(const sql::Row& row, bool of_person) {
  Line line;
  line.tenant = row.integer(0);
  line.person = row.integer(1);
  if (of_person) {
    line.mail = parse_mail(row.view(2)).value_or(Mail::none);
  } else {
    line.url = row.text(2);
  }
  line.sent_to = row.integer(3);
  line.failures = static_cast<int>(row.integer(4));
  return line;
}

constexpr std::string_view kClaimMail =
    "update notice_mail set sent_to = :last, next_at = :next where tenant = :tenant and person = :person "
    "and sent_to = :before";
constexpr std::string_view kClaimHook =
    "update notice_hook set sent_to = :last, next_at = :next where tenant = :tenant and :person = 0 "
    "and sent_to = :before";
constexpr std::string_view kFailMail =
    "update notice_mail set sent_to = :before, next_at = :next, failures = :failures, problem = :problem "
    "where tenant = :tenant and person = :person and sent_to = :last";
constexpr std::string_view kFailHook =
    "update notice_hook set sent_to = :before, next_at = :next, failures = :failures, problem = :problem "
    "where tenant = :tenant and :person = 0 and sent_to = :last";
constexpr std::string_view kDoneMail =
    "update notice_mail set failures = 0, problem = '' where tenant = :tenant and person = :person";
constexpr std::string_view kDoneHook =
    "update notice_hook set failures = 0, problem = '' where tenant = :tenant and :person = 0";

}  // namespace

Mail mail_of(sql::Session& session, Id tenant, Id person) {
  const auto text =
      session.one("select mail from notice_mail where tenant = :tenant and person = :person",
                  {{"tenant", tenant}, {"person", person}}, [](const sql::Row& row) { return row.text(0); });
  return text ? parse_mail(*text).value_or(Mail::none) : Mail::none;
}

void set_mail(sql::Session& session, Id tenant, Id person, Mail mail, base::Millis now) {
  const base::Millis next = mail == Mail::daily ? next_morning(now) : now;
  session.run(
      "insert into notice_mail (tenant, person, mail, sent_to, next_at, failures, problem) "
      "values (:tenant, :person, :mail, :sent, :next, 0, '') on conflict (tenant, person) do update set "
      "mail = excluded.mail, sent_to = excluded.sent_to, next_at = excluded.next_at, failures = 0, problem = "
      "''",
      {{"tenant", tenant},
       {"person", person},
       {"mail", to_text(mail)},
       {"sent", newest(session, tenant)},
       {"next", next}});
}

Hook hook_of(sql::Session& session, Id tenant) {
  return session
      .one("select url, failures, problem from notice_hook where tenant = :tenant", {{"tenant", tenant}},
           [](const sql::Row& row) {
             return Hook{row.text(0), static_cast<int>(row.integer(1)), row.text(2)};
           })
      .value_or(Hook{});
}

void set_hook(sql::Session& session, Id tenant, const std::string& url, base::Millis now) {
  session.run(
      "insert into notice_hook (tenant, url, sent_to, next_at, failures, problem) "
      "values (:tenant, :url, :sent, :next, 0, '') on conflict (tenant) do update set "
      "url = excluded.url, sent_to = excluded.sent_to, next_at = excluded.next_at, failures = 0, problem = "
      "''",
      {{"tenant", tenant}, {"url", url}, {"sent", newest(session, tenant)}, {"next", now}});
}

std::vector<Line> due_letters(sql::Session& session, base::Millis now) {
  return session.rows(
      "select tenant, person, mail, sent_to, failures from notice_mail where mail <> 'none' and next_at <= "
      ":now",
      {{"now", now}}, [](const sql::Row& row) { return line_of(row, true); });
}

std::vector<Line> due_hooks(sql::Session& session, base::Millis now) {
  return session.rows(
      "select tenant, 0, url, sent_to, failures from notice_hook where url <> '' and next_at <= :now",
      {{"now", now}}, [](const sql::Row& row) { return line_of(row, false); });
}

std::vector<Kept> waiting(sql::Session& session, const Line& line) {
  return session.rows(
      "select id, person, key, title, body, url, at, read_at from notice where tenant = :tenant and id > "
      ":after "
      "and (:person = 0 or (person = :person and read_at = 0)) order by id limit 50",
      {{"tenant", line.tenant}, {"after", line.sent_to}, {"person", line.person}}, kept_of);
}

bool claim(sql::Session& session, const Line& line, Id last, base::Millis next_at) {
  return session.run(line.person != 0 ? kClaimMail : kClaimHook, {{"tenant", line.tenant},
                                                                  {"person", line.person},
                                                                  {"before", line.sent_to},
                                                                  {"last", last},
                                                                  {"next", next_at}}) == 1;
}

void give_back(sql::Session& session, const Line& line, Id last, base::Millis next_at,
               const std::string& problem) {
  session.run(line.person != 0 ? kFailMail : kFailHook, {{"tenant", line.tenant},
                                                         {"person", line.person},
                                                         {"before", line.sent_to},
                                                         {"last", last},
                                                         {"next", next_at},
                                                         {"failures", line.failures + 1},
                                                         {"problem", problem}});
}

void succeeded(sql::Session& session, const Line& line) {
  session.run(line.person != 0 ? kDoneMail : kDoneHook, {{"tenant", line.tenant}, {"person", line.person}});
}

}  // namespace kepu::notify

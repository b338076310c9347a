#include "engines/orders/phone_store.h"

#include <fmt/format.h>

#include "core/base/secret.h"
#include "core/base/text.h"
#include "engines/orders/orders_rows.h"

namespace kepu::orders {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {

constexpr std::string_view kTables = R"sql(
create table orders_phone_code (
  tenant bigint not null, phone_index text not null, purpose text not null, digest text not null,
  until_at bigint not null, tries bigint not null,
  primary key (tenant, phone_index, purpose));
create table orders_phone_sent (
  tenant bigint not null, day text not null, subject text not null, sent bigint not null,
  primary key (tenant, day, subject));
)sql";

constexpr Millis kMinute = 60'000, kDay = 24LL * 60 * kMinute;
constexpr std::string_view kList = "list";

// Of 64 random bits the rest by a million: no digit is likelier by more than one in ten billions.
std::string six_digits() {
  std::uint64_t number = 0;
  for (const unsigned char c : base::random_bytes(8)) number = number << 8 | c;
  return fmt::format("{:06}", number % 1'000'000);
}

auto off() {
  return refuse(Code::unavailable, "phone.off", "本地没有开通短信验证码。请用查询码，或拨打点单电话。");
}

}  // namespace

const std::vector<sql::Migration>& phone_migrations() {
  static const std::vector<sql::Migration> kSteps = {{"orders_phone", 1, "验证手机号", kTables}};
  return kSteps;
}

bool PhoneStore::wanted(const Order& o) const {
  return on() && !o.phone_proven && !o.phone.empty() && o.placed_by == 0 && is_open(o.state);
}

std::string PhoneStore::digest(Id tenant, const std::string& index, const std::string& purpose,
                               std::string_view code) const {
  return orders_.parts().cipher.blind_index(fmt::format("{}:{}:{}", index, purpose, code),
                                            "orders_phone_code", tenant);
}

// Counted before anything is sent, in one transaction: who is over a limit changes nothing.
Done PhoneStore::count(const By& by, const std::string& index) {
  const Id tenant = by.actor.tenant;
  const std::string day = base::to_iso(orders_.today());
  const std::string address =
      "address:" + orders_.parts().cipher.blind_index(by.remote, "orders_phone_sent", tenant);
  return orders_.parts().db.write([&](sql::Session& s) -> Done {
    const auto over = [&](const std::string& subject, int most) {
      s.run(
          "insert into orders_phone_sent (tenant, day, subject, sent) values (:tenant, :day, :subject, 1) on "
          "conflict "
          "(tenant, day, subject) do update set sent = orders_phone_sent.sent + 1",
          {{"tenant", tenant}, {"day", day}, {"subject", subject}});
      return s.integer(
                 "select sent from orders_phone_sent where tenant = :tenant and day = :day and subject = "
                 ":subject",
                 {{"tenant", tenant}, {"day", day}, {"subject", subject}}) > most;
    };
    if (over("county", kCountyADay))
      return refuse(Code::too_many, "phone.many", "今天的短信已经发完。请用查询码，或拨打点单电话。");
    if (over(address, kAddressADay))
      return refuse(Code::too_many, "phone.many", "从这个网络要的验证码太多，请明天再试，或拨打点单电话。");
    if (over("phone:" + index, kPhoneADay))
      return refuse(Code::too_many, "phone.many",
                    fmt::format("一个号码一天最多 {} 条验证码，请明天再试，或拨打点单电话。", kPhoneADay));
    return {};
  });
}

Done PhoneStore::send(const By& by, const std::string& index, const std::string& purpose,
                      const std::string& phone) {
  const Id tenant = by.actor.tenant;
  const std::string code = six_digits(), kept = digest(tenant, index, purpose, code);
  orders_.parts().db.write([&](sql::Session& s) {
    return s.run(
        "insert into orders_phone_code (tenant, phone_index, purpose, digest, until_at, tries) values "
        "(:tenant, "
        ":phone_index, :purpose, :digest, :until_at, 0) on conflict (tenant, phone_index, purpose) do update "
        "set "
        "digest = excluded.digest, until_at = excluded.until_at, tries = 0",
        {{"tenant", tenant},
         {"phone_index", index},
         {"purpose", purpose},
         {"digest", kept},
         {"until_at", orders_.now() + kPhoneMinutes * kMinute}});
  });
  notify::Text text;
  text.phone = phone;
  text.purpose = purpose == kList ? "order.list" : "order.phone";
  text.code = code;
  text.minutes = kPhoneMinutes;
  text.words = fmt::format("科普点单验证码 {}，{} 分钟内有效。不是您本人操作请不要理会，也不要告诉别人。",
                           code, kPhoneMinutes);
  return send_(text);
}

// A try counts whether it is right or not, and before it is looked at.
Done PhoneStore::check(const By& by, const std::string& index, const std::string& purpose,
                       const std::string& typed) {
  const Id tenant = by.actor.tenant;
  const std::string given = digest(tenant, index, purpose, base::trim(base::to_narrow(typed)));
  const bool right = orders_.parts().db.write([&](sql::Session& s) {
    const auto tried = s.run(
        "update orders_phone_code set tries = tries + 1 where tenant = :tenant and phone_index = "
        ":phone_index and "
        "purpose = :purpose and tries < :most and until_at > :now",
        {{"tenant", tenant},
         {"phone_index", index},
         {"purpose", purpose},
         {"most", kPhoneTries},
         {"now", orders_.now()}});
    if (tried == 0) return false;
    return s.run(
               "delete from orders_phone_code where tenant = :tenant and phone_index = :phone_index and "
               "purpose = "
               ":purpose and digest = :digest",
               {{"tenant", tenant}, {"phone_index", index}, {"purpose", purpose}, {"digest", given}}) == 1;
  });
  if (right) return {};
  return refuse(Code::invalid, "phone.code",
                fmt::format("验证码不对，或者已经过了 {} 分钟、试了 {} 次。请核对短信，或重新获取。",
                            kPhoneMinutes, kPhoneTries),
                "code");
}

Done PhoneStore::send_for_order(const By& by, const std::string& code) {
  const Id tenant = by.actor.tenant;
  const Order o = TRY(resident_.of_code(tenant, code, by.remote));
  if (!on()) return off();
  if (!wanted(o)) return refuse(Code::conflict, "order.phone", "这一单的号码已经验证过，或者订单已经办完。");
  const auto phone = orders_.parts().db.read([&](sql::Session& s) {
    return s.one("select phone, phone_index from orders_order where tenant = :tenant and id = :id",
                 {{"tenant", tenant}, {"id", o.id}},
                 [](const sql::Row& r) { return std::pair(r.text(0), r.text(1)); });
  });
  const auto plain = phone
                         ? orders_.parts().cipher.open(phone->first, {"orders_order", "phone", tenant, o.id})
                         : std::optional<std::string>();
  if (!plain) return refuse(Code::conflict, "order.phone", "这一单的联系电话已按保存期限删除。");
  TRY(count(by, phone->second));
  return send(by, phone->second, subject_of(o.id), *plain);
}

Done PhoneStore::prove(const By& by, const std::string& code, const std::string& typed) {
  const Id tenant = by.actor.tenant;
  const Order o = TRY(resident_.of_code(tenant, code, by.remote));
  const auto index = orders_.parts().db.read([&](sql::Session& s) {
    return s.one("select phone_index from orders_order where tenant = :tenant and id = :id",
                 {{"tenant", tenant}, {"id", o.id}}, [](const sql::Row& r) { return r.text(0); });
  });
  TRY(check(by, index.value_or(""), subject_of(o.id), typed));
  orders_.parts().db.write([&](sql::Session& s) {
    audit::append(s, tenant,
                  entry_of(by, orders_.now(), "order.phone_proven", subject_of(o.id),
                           o.number + " 号码经短信验证码验证"));
    return s.run("update orders_order set phone_proven = 1 where tenant = :tenant and id = :id",
                 {{"tenant", tenant}, {"id", o.id}});
  });
  return {};
}

Done PhoneStore::send_for_list(const By& by, const std::string& typed) {
  if (!on()) return off();
  const Id tenant = by.actor.tenant;
  const auto phone = auth::normal_phone(typed);
  if (!phone) return refuse(Code::invalid, "order.phone", "请写点单时留的电话号码。", "phone");
  const std::string index = orders_.parts().cipher.blind_index(*phone, kPhonePurpose, tenant);
  TRY(count(by, index));
  const auto there = orders_.parts().db.read([&](sql::Session& s) {
    return s.integer(
        "select count(*) from (select 1 as one from orders_order where tenant = :tenant and phone_index = "
        ":phone and "
        "phone_index <> '' limit 1) found",
        {{"tenant", tenant}, {"phone", index}});
  });
  return there == 0 ? Done() : send(by, index, std::string(kList), *phone);
}

Result<std::vector<Order>> PhoneStore::list(const By& by, const std::string& typed_phone,
                                            const std::string& typed) {
  const Id tenant = by.actor.tenant;
  const auto phone = auth::normal_phone(typed_phone);
  if (!phone) return refuse(Code::invalid, "order.phone", "请写点单时留的电话号码。", "phone");
  const std::string index = orders_.parts().cipher.blind_index(*phone, kPhonePurpose, tenant);
  TRY(check(by, index, std::string(kList), typed));
  const auto ids = orders_.parts().db.write([&](sql::Session& s) {
    audit::append(
        s, tenant,
        entry_of(by, orders_.now(), "order.listed_by_phone", "order:list", "凭短信验证码查本人的订单"));
    return s.rows(
        "select id from orders_order where tenant = :tenant and phone_index = :phone and phone_index <> '' "
        "and "
        "created_at > :since order by id desc limit 50",
        {{"tenant", tenant}, {"phone", index}, {"since", orders_.now() - 366 * kDay}},
        [](const sql::Row& r) { return static_cast<Id>(r.integer(0)); });
  });
  std::vector<Order> out;
  for (const Id id : ids) {
    if (auto o = orders_.order(tenant, id)) out.push_back(std::move(*o));
  }
  return out;
}

std::string PhoneStore::sweep(Millis now) {
  const std::string before = base::to_iso(base::date_of(now - 2 * kDay));
  const auto gone = orders_.parts().db.write([&](sql::Session& s) {
    s.run("delete from orders_phone_sent where day < :before", {{"before", before}});
    return s.run("delete from orders_phone_code where until_at < :now", {{"now", now}});
  });
  return fmt::format("清理 {} 条过期的短信验证码", gone);
}

}  // namespace kepu::orders

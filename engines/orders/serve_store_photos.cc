// Photos of the place, only where the service asks for them.
#include <fmt/format.h>

#include "engines/orders/serve_store.h"

namespace kepu::orders {

using base::Code;
using base::Done;
using base::refuse;

bool ServeStore::wants_photos(Id tenant, const Order& o) {
  if (o.service == 0 || o.minor) return false;
  const auto service = orders_.service(tenant, o.service);
  return service && service->photos && !service->for_minors;
}

Done ServeStore::add_photos(const By& by, Id id, const std::vector<file::Attachment>& photos) {
  const Id tenant = by.actor.tenant;
  Id person = 0;
  const Order seen = TRY(order_of_member(by.actor, id, person));
  if (!by.actor.may(kServe)) return refuse(Code::forbidden, "serve.leader", "现场照片由队长交。");
  if (!wants_photos(tenant, seen)) return refuse(Code::conflict, "serve.photos", "这项服务不收现场照片。");
  return orders_.parts().db.write([&](sql::Session& s) -> Done {
    const Order o = TRY(orders_.load(s, tenant, id));
    if (o.state != State::accepted && o.state != State::serving && o.state != State::served)
      return refuse(Code::conflict, "order.not_in_state", "服务中和待评价的订单才能交照片。");
    for (const auto& photo : photos) {
      s.run(
          "insert into orders_photo (tenant, order_id, sha256, type, at, person, person_name) values "
          "(:tenant, "
          ":order_id, :sha256, :type, :at, :person, :name) on conflict do nothing",
          {{"tenant", tenant},
           {"order_id", id},
           {"sha256", photo.sha256},
           {"type", photo.type},
           {"at", orders_.now()},
           {"person", by.actor.person},
           {"name", by.actor.name}});
    }
    const auto all =
        s.integer("select count(*) from orders_photo where tenant = :tenant and order_id = :order_id",
                  {{"tenant", tenant}, {"order_id", id}});
    if (all > static_cast<std::int64_t>(kMostPhotos))
      return refuse(Code::conflict, "serve.photos", fmt::format("一单最多 {} 张现场照片。", kMostPhotos),
                    "photo1");
    log(s, by, o, "order.photos", fmt::format("交现场照片 {} 张", photos.size()));
    return {};
  });
}

std::vector<file::Attachment> ServeStore::photos(Id tenant, Id order) {
  return orders_.parts().db.read([&](sql::Session& s) {
    int number = 0;
    return s.rows(
        "select sha256, type from orders_photo where tenant = :tenant and order_id = :order_id order by at, "
        "sha256",
        {{"tenant", tenant}, {"order_id", order}}, [&](const sql::Row& r) {
          return file::Attachment{
              r.text(0), fmt::format("现场照片{}{}", ++number, r.view(1) == "image/png" ? ".png" : ".jpg"),
              r.text(1)};
        });
  });
}

}  // namespace kepu::orders

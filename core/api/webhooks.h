// 事件回调: another system is told of what happens here, by a signed POST to its address. An event is written
// to the deliveries of every subscription in the transaction of what it tells, so nothing is told that did
// not happen and nothing that happened is left untold; a job sends it, at least once, with an id by which the
// receiver knows it again. Events carry no personal data: who may see more asks for it with a key.
// Thread-safe; nothing may be called from inside Database::read() or write() but what takes a Session.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/auth/crypt.h"
#include "core/auth/directory.h"
#include "core/base/json.h"
#include "core/notify/send.h"
#include "core/sql/sql.h"

namespace kepu::api {

using base::Id;
using base::Millis;

const std::vector<sql::Migration>& webhook_migrations();  // part "webhooks"

struct EventKind {
  std::string name, title;  // order.placed 有人点单
};
inline constexpr std::string_view kTestEvent = "webhook.test";

struct Webhook {
  Id id = 0;
  std::string title;                // whose system: 县融媒体中心, 2 … 40 characters
  std::string url;                  // https://…; http:// only where internal addresses are allowed
  std::vector<std::string> events;  // names
  bool active = true;
  Millis made_at = 0;
  std::string made_by;
  int failures = 0;                    // in a row
  std::string problem;                 // of the last one
  Millis paused_until = 0;             // nothing is sent before, as the address did not answer
  std::int64_t waiting = 0, dead = 0;  // deliveries now
};

enum class DeliveryState { waiting, sent, dead };  // 待送 已送到 送不到
std::string_view to_text(DeliveryState state);
std::string_view title_of(DeliveryState state);

struct Delivery {
  Id id = 0;
  std::string event, body;
  DeliveryState state = DeliveryState::waiting;
  int tries = 0, status = 0;  // status: of the last answer; 0: none
  std::string problem;
  Millis at = 0, next_at = 0, done_at = 0;
};

struct NewWebhook {
  Id id = 0;
  std::string secret;  // "whsec_" and 43 characters; told once
};

class Webhooks {
 public:
  struct Parts {
    sql::Database& db;
    const base::Clock& clock;
    base::IdMaker& ids;
    auth::Directory& directory;
    const auth::Cipher& cipher;
    std::function<base::Result<int>(const notify::Post&)> send;  // the status of the answer
    bool internal = false;                                       // http and private networks are allowed
    std::vector<EventKind> events;
  };
  explicit Webhooks(Parts parts) : p_(std::move(parts)) {}
  const std::vector<EventKind>& events() const { return p_.events; }
  std::string title_of_event(std::string_view name) const;

  // Everything that is wrong, by field: title, url, events.
  base::Errors check(const Webhook& wanted) const;
  // All of these need api.manage over the whole county; webhook.not_found.
  base::Result<NewWebhook> make(const auth::Actor& by, const Webhook& wanted);
  // A new secret; the old one ends at once.
  base::Result<std::string> renew_secret(const auth::Actor& by, Id hook);
  base::Done set_active(const auth::Actor& by, Id hook, bool active);
  // An event of kTestEvent, sent at once; how it went, in Chinese.
  base::Result<std::string> test(const auth::Actor& by, Id hook);
  // A dead delivery is tried anew.
  base::Done again(const auth::Actor& by, Id hook, Id delivery);

  std::vector<Webhook> hooks(Id tenant);  // newest first
  base::Result<Webhook> hook(Id tenant, Id id);
  struct Page {
    std::vector<Delivery> deliveries;
    std::int64_t total = 0;
  };
  // Newest first.
  Page deliveries(Id tenant, Id hook, std::optional<DeliveryState> state, std::int64_t offset,
                  std::int64_t limit);

  base::Result<Delivery> delivery(Id tenant, Id hook, Id id);  // webhook.not_found

  // Inside a store's write: to every active subscription of the event. `data` writes one JSON object.
  void tell(sql::Session& session, Id tenant, std::string_view event,
            const std::function<void(base::Json&)>& data);

  // For the job: sends what is due. Tried again after 1, 2, 4 … 360 minutes; dead after kTries. An answer of
  // 4xx is the fault of that one event, of everything else that of the address, which then rests.
  static constexpr int kTries = 12;
  std::string deliver();
  // Gives up what waited three days without a try (the address rests, the subscription is stopped); deletes
  // what was done 30 days ago.
  std::string sweep();

 private:
  enum class Outcome { sent, refused, unreachable, lost };  // lost: another program has it
  Outcome attempt(Id tenant, const Webhook& hook, const Delivery& delivery);
  void log(sql::Session& s, const auth::Actor& by, std::string action, Id hook, std::string summary);

  Parts p_;
};

// "t=…,v1=…": seconds since 1970; HMAC-SHA-256 by the secret of t, ".", and the body, in hexadecimal. A
// receiver compares in constant time and refuses what is older than five minutes.
std::string signature_of(std::string_view secret, Millis now, std::string_view body);
// Minutes until the next try after that many.
int minutes_after(int tries);

}  // namespace kepu::api

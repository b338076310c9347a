// The promise of one answer, from a handler to the I/O thread. Internal, see core.h.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "core/http/core.h"

namespace kepu::http {

// Thread-safe. The first answer counts; when the last owner lets go without one, the client gets a 500.
class Ticket {
 public:
  Ticket(std::shared_ptr<Mailbox> mail, std::uint64_t connection, std::uint64_t sequence, std::string id)
      : mail_(std::move(mail)), connection_(connection), sequence_(sequence), id_(std::move(id)) {}
  ~Ticket() {
    if (!answered_.exchange(true)) send(500, {}, "a handler gave up its reply function without a reply");
  }
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;

  void answer(Response response) {
    if (answered_.exchange(true)) {
      mail_->log(id_, "a handler replied twice; the second reply was dropped");
      return;
    }
    mail_->put({connection_, sequence_, 0, std::move(response)});
  }
  void fail(std::string_view what) {
    if (answered_.exchange(true)) {
      mail_->log(id_, what);
    } else {
      send(500, {}, what);
    }
  }

 private:
  void send(int failure, Response response, std::string_view what) {
    mail_->log(id_, what);
    mail_->put({connection_, sequence_, failure, std::move(response)});
  }

  std::shared_ptr<Mailbox> mail_;
  std::uint64_t connection_, sequence_;
  std::string id_;
  std::atomic<bool> answered_{false};
};

}  // namespace kepu::http

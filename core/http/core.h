// What all connections of one server share. Internal: it draws in Asio, so only server.cc and connection_*.cc
// include it. All of it belongs to the I/O thread but for Mailbox, WorkerPool and Counters.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/http/counters.h"
#include "core/http/server.h"
#include "core/http/worker_pool.h"

namespace kepu::http {

namespace asio = boost::asio;
using Steady = std::chrono::steady_clock;
// The concrete executor: the type-erased one of tcp::socket costs 2 µs a request.
using Socket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;

// A connection as the server sees it.
class Connection {
 public:
  virtual ~Connection() = default;
  virtual void start() = 0;
  virtual void start_refusing(int status) = 0;  // answers this status and closes, whatever comes
  virtual void deliver(std::uint64_t sequence, Response response, int failure) = 0;
  virtual void check_time(Steady::time_point now) = 0;
  virtual void drain() = 0;  // finish what is open, then close
  virtual void kill() = 0;   // close at once
};

// An answer on its way from a worker to the I/O thread.
struct Letter {
  std::uint64_t connection = 0, sequence = 0;
  int failure = 0;  // a status the server answers by itself, instead of `response`
  Response response;
};

// Replies made off the I/O thread come back in batches: one wake-up a burst, not one a reply. It outlives the
// server as long as somebody holds a reply function.
class Mailbox {
 public:
  using Reader = std::function<void(std::vector<Letter>)>;
  Mailbox(asio::io_context& io, Reader reader, std::function<void(std::string_view, std::string_view)> log)
      : io_(&io), reader_(std::move(reader)), log_(std::move(log)) {}

  void put(Letter letter) {
    const std::lock_guard lock(mutex_);
    if (!io_) return;  // the server is gone
    letters_.push_back(std::move(letter));
    if (letters_.size() == 1) asio::post(*io_, [this] { read(); });
  }
  void close() {
    const std::lock_guard lock(mutex_);
    io_ = nullptr;
    letters_.clear();
  }
  void log(std::string_view id, std::string_view what) const noexcept {
    try {
      log_(id, what);
    } catch (...) {  // nothing is left to tell it to
    }
  }

 private:
  void read() {
    std::vector<Letter> letters;
    {
      const std::lock_guard lock(mutex_);
      letters.swap(letters_);
    }
    reader_(std::move(letters));
  }

  std::mutex mutex_;
  asio::io_context* io_;
  Reader reader_;
  std::function<void(std::string_view, std::string_view)> log_;
  std::vector<Letter> letters_;
};

struct Core {
  Core(ServerOptions&& o, Application& a) : options(std::move(o)), application(a), pool(options.workers) {}

  ServerOptions options;
  Application& application;
  Counters counters;
  bool draining = false;
  std::uint64_t next_connection = 1;
  std::unordered_map<std::uint64_t, std::shared_ptr<Connection>> connections;  // each until its kill()
  std::shared_ptr<Mailbox> mail;
  asio::io_context io{1};
  WorkerPool pool;

  // The calls into the application on the I/O thread; what they throw is logged and must not end the server.
  std::optional<BodyPolicy> policy_for(const Head& head, std::string_view id);
  Response failure_page(int status, std::string_view id);
  void log_access(const AccessEntry& entry);

  std::string next_request_id();
  const std::string& date();  // the Date header, made anew once a second

 private:
  std::uint64_t id_seed_ = 0, id_count_ = 0;
  std::int64_t date_second_ = -1;
  std::string date_;
};

}  // namespace kepu::http

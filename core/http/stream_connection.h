// One connection over a plain or a TLS stream: reads requests, hands them to the workers, writes the answers
// in the order of the requests. Internal, see core.h; connection_plain.cc and connection_tls.cc make it
// concrete.
//
// Reading stops while kMaxQueued requests are unanswered or kMaxUnwritten bytes unwritten, and starts again
// when they are. A request that may change something (neither GET nor HEAD) waits for all before it, and all
// after it wait for it; so a client that pipelines sees its requests take effect in their order.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>

#include "core/http/core.h"
#include "core/http/head.h"
#include "core/http/outbox.h"
#include "core/http/request_reader.h"
#include "core/http/ticket.h"

namespace kepu::http {

template <class Stream>
class StreamConnection final : public Connection,
                               public std::enable_shared_from_this<StreamConnection<Stream>> {
 public:
  static constexpr bool kTls = !std::is_same_v<Stream, Socket>;

  template <class... Args>
  StreamConnection(Core& core, std::string remote, Args&&... args);
  ~StreamConnection() override;

  void start() override;
  void start_refusing(int status) override;
  void deliver(std::uint64_t sequence, Response response, int failure) override;
  void check_time(Steady::time_point now) override;
  void drain() override;
  void kill() override;

 private:
  using Error = boost::system::error_code;
  static constexpr std::size_t kSmallBuffer = 4 * 1024, kLargeBuffer = 64 * 1024;
  static constexpr std::size_t kMaxQueued = 64;
  static constexpr std::uint64_t kMaxUnwritten = 256 * 1024;
  // A client that is told 413 in the middle of its upload must be let talk on for a while, or it loses the
  // answer to a reset.
  static constexpr std::uint64_t kMaxDiscarded = 64u << 20;
  static constexpr std::chrono::seconds kMaxLinger{10};
  static constexpr std::uint64_t kProgress = 1024;  // fewer bytes than this are no progress of a body

  // The place of one answer in the queue.
  struct Slot {
    bool ready = false, dispatched = false, safe = true, interim = false;
    int failure = 0;
    Response response;
    Question question;
    std::string method, target, remote, agent;
    Steady::time_point begun;
  };

  void handshake();
  void read();
  void on_read(std::size_t bytes);
  // Takes requests from the buffer as far as there are any and the queue has room.
  void feed();
  bool take_head();
  bool take_body();
  int begin_request();
  int place_request();  // target, host, client
  void begin_body();
  void finish_request();
  bool must_wait() const;
  void dispatch();
  Slot make_slot();
  void refuse(int status);  // answers in turn, then closes
  void collect();
  void emit(Slot& slot);
  void flush();
  void on_written(Error error, std::size_t bytes);
  void close_orderly();
  void shutdown_tls();
  bool room() const { return slots_.size() < kMaxQueued && outbox_.size() < kMaxUnwritten && !held_; }
  auto self() { return this->shared_from_this(); }

  Core& core_;
  const std::uint64_t number_;
  const std::string peer_;
  Stream stream_;

  std::string buffer_;
  std::size_t begin_ = 0, end_ = 0, scanned_ = 0;  // what is not used yet; how far a head has been looked for
  std::unique_ptr<RequestReader> reader_;          // the request whose body comes in
  bool held_ = false;                              // reader_ is complete and waits for its turn
  bool keep_alive_ = true, old_ = false;           // of reader_

  std::deque<Slot> slots_;
  std::uint64_t first_sequence_ = 0;  // of slots_.front()
  Outbox outbox_;

  bool reading_ = false, writing_ = false, shaking_ = false;
  bool closing_ = false;     // no further request is taken; closes when all is written
  bool discarding_ = false;  // what comes in is thrown away
  bool ended_ = false;       // the client has sent its end
  bool lingering_ = false, closed_ = false;
  std::uint64_t discarded_ = 0, progress_ = 0;
  Steady::time_point since_ = Steady::now();  // of the state that the time-outs look at
  Steady::time_point linger_until_ = Steady::time_point::max();
};

}  // namespace kepu::http

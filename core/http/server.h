// The server: Asio with Beast's parser, plain callbacks (no coroutines), one I/O thread, handlers synchronous
// on a pool. Keep-alive, pipelining, streamed uploads, ranges, time-outs, limits, graceful stop.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/http/http.h"

namespace kepu::http {

// What of a request is known before its body.
struct Head {
  Method method = Method::get;
  std::string path;
  std::string content_type;
  std::optional<std::uint64_t> content_length;
};

struct BodyPolicy {
  std::uint64_t max_bytes = 1u << 20;  // more is answered 413
  bool to_disk = false;  // multipart files are streamed to temporary files; else a file in a form is refused
};

class Application {
 public:
  virtual ~Application() = default;
  // Called on the I/O thread when the head is complete; must be quick.
  virtual BodyPolicy body_policy(const Head& head) = 0;
  // Called on a pool thread. `reply` is called once, now or later, from any thread. An exception that leaves
  // handle() is logged with the request's id and answered by failure().
  virtual void handle(Request request, std::function<void(Response)> reply) = 0;
  // Pages for what the server answers by itself: 400, 404 (a file to be sent is gone), 408, 413, 415, 417,
  // 431, 500, 501, 503, 505, 507 (disk full). `id` is the request id. Called on the I/O thread; must be
  // quick.
  virtual Response failure(int status, std::string_view id) = 0;
};

struct AccessEntry {
  std::string remote, method, target, id, agent;
  int status = 0;
  std::uint64_t bytes = 0;
  std::int64_t micros = 0;  // from complete request to response handed to the socket
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;  // 0: any free one
  int workers = 4;
  int max_connections = 4096;
  std::size_t header_bytes = 16 * 1024;
  int header_seconds = 10;  // for a complete head
  int body_seconds = 60;    // without 1 kB of progress in the body, or any in writing
  int idle_seconds = 60;    // between requests
  int stop_seconds = 20;    // for open requests at a graceful stop
  // Temporary files; made if missing, emptied of old ones at start. Empty: a folder of this user in the
  // system's directory for temporary files.
  std::string upload_folder;
  std::string certificate_file, key_file;    // PEM; TLS where both are given
  std::vector<std::string> trusted_proxies;  // single addresses whose X-Forwarded-For/-Proto are believed
  std::vector<std::string> hosts;            // allowed Host values (without port); empty: any well-formed one
  std::function<void(const AccessEntry&)> access_log;  // called on the I/O thread
  // Exceptions of handlers, replies given twice or never, files that vanished. Called on any thread; unset:
  // to standard error.
  std::function<void(std::string_view id, std::string_view what)> error_log;
};

struct ServerCounters {
  std::int64_t connections = 0, open = 0, requests = 0, in_flight = 0, bytes_out = 0;
  std::vector<std::pair<int, std::int64_t>> by_status;
  // Cumulative histogram of seconds: upper bounds 0.001 0.005 0.01 0.025 0.05 0.1 0.25 0.5 1 2.5 and
  // infinity.
  std::vector<std::int64_t> latency;
  double latency_sum = 0;
};

class Server {
 public:
  // Binds at once. Throws std::runtime_error with a plain Chinese message where the port is busy (naming
  // --port) or the certificate unreadable.
  Server(ServerOptions options, Application& application);
  ~Server();
  std::uint16_t port() const;
  // Serves until stop(); with `signals`, SIGTERM and SIGINT stop gracefully: no new connections, open
  // requests finish within stop_seconds. Call once. Handlers that still run then are waited for by the
  // destructor.
  void run(bool signals = true);
  void stop();  // as a signal does; from any thread, also before run()
  ServerCounters counters() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace kepu::http

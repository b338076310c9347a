#include "core/http/server.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <stdexcept>

#include "core/http/body_sink.h"
#include "core/http/connection_factory.h"
#include "core/http/core.h"
#include "core/http/head.h"
#include "core/http/tls.h"

namespace kepu::http {
namespace {

using asio::ip::tcp;
using Error = boost::system::error_code;
using Acceptor = asio::basic_socket_acceptor<tcp, asio::io_context::executor_type>;

// So many connections beyond the limit get a polite 503; more are closed without a word.
constexpr std::size_t kRefusedPolitely = 64;

std::string default_upload_folder() {
  return (std::filesystem::temp_directory_path() / ("kepu-uploads-" + std::to_string(::getuid()))).string();
}

// Every connection is a descriptor, and files come on top.
void raise_descriptor_limit(int connections) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const auto wanted = static_cast<rlim_t>(connections) + 512;
  if (limit.rlim_cur >= wanted) return;
  limit.rlim_cur = std::min(wanted, limit.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

void log_to_stderr(std::string_view id, std::string_view what) {
  std::fputs(fmt::format("[{}] {}\n", id, what).c_str(), stderr);
}

[[noreturn]] void throw_unbindable(const ServerOptions& options, const Error& error) {
  if (error == asio::error::address_in_use) {
    throw std::runtime_error(fmt::format(
        "端口 {} 已被占用，可能另一个科普平台正在运行。请先停掉它，或用 --port 换一个端口。", options.port));
  }
  if (error == asio::error::access_denied) {
    throw std::runtime_error(fmt::format(
        "没有权限使用端口 {}（1024 以下的端口要系统授权）。请用 --port 换一个端口。", options.port));
  }
  throw std::runtime_error(fmt::format("无法在 {}:{} 上提供服务：{}。请检查监听地址与端口。", options.address,
                                       options.port, error.message()));
}

std::string text_of(asio::ip::address address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

}  // namespace

struct Server::State {
  State(ServerOptions&& options, Application& application);
  ~State();
  void bind();
  void accept();
  void welcome(Socket socket);
  void tick();
  void read_mail(std::vector<Letter> letters);
  void begin_stop();
  std::vector<std::shared_ptr<Connection>> open_connections() const;

  Core core;
  std::optional<asio::ssl::context> tls;
  Acceptor acceptor;
  asio::steady_timer timer, retry;
  asio::signal_set signals;
  Steady::time_point stop_at = Steady::time_point::max();
  std::uint16_t port = 0;
};

Server::State::State(ServerOptions&& options, Application& application)
    : core(std::move(options), application),
      acceptor(core.io.get_executor()),
      timer(core.io),
      retry(core.io),
      signals(core.io) {
  ServerOptions& set = core.options;
  if (set.upload_folder.empty()) set.upload_folder = default_upload_folder();
  for (std::string& host : set.hosts) host = parse_host(host).value_or(host);  // lower case
  if (!set.error_log) set.error_log = log_to_stderr;
  prepare_upload_folder(set.upload_folder);
  if (!set.certificate_file.empty() && !set.key_file.empty()) {
    tls.emplace(make_tls_context(set.certificate_file, set.key_file));
  }
  raise_descriptor_limit(set.max_connections);
  core.mail = std::make_shared<Mailbox>(
      core.io, [this](std::vector<Letter> letters) { read_mail(std::move(letters)); }, set.error_log);
  bind();
}

// First no reply can come in any more, then the handlers end, then the connections go.
Server::State::~State() {
  core.mail->close();
  core.pool.stop();
  for (const auto& connection : open_connections()) connection->kill();
}

void Server::State::bind() {
  const ServerOptions& set = core.options;
  Error error;
  const asio::ip::address address = asio::ip::make_address(set.address, error);
  if (error) throw_unbindable(set, error);
  const tcp::endpoint endpoint(address, set.port);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(2048, error);
  if (error) throw_unbindable(set, error);
  port = acceptor.local_endpoint().port();
}

void Server::State::accept() {
  acceptor.async_accept([this](Error error, Socket socket) {
    if (!acceptor.is_open()) return;
    if (!error) {
      welcome(std::move(socket));
      return accept();
    }
    // Out of descriptors, most likely: trying again at once would only spin.
    retry.expires_after(std::chrono::milliseconds(100));
    retry.async_wait([this](Error stopped) {
      if (!stopped && acceptor.is_open()) accept();
    });
  });
}

void Server::State::welcome(Socket socket) {
  Error error;
  const tcp::endpoint peer = socket.remote_endpoint(error);
  if (error) return;  // gone already
  socket.set_option(tcp::no_delay(true), error);
  const std::string remote = text_of(peer.address());
  const std::size_t open = core.connections.size(),
                    most = static_cast<std::size_t>(core.options.max_connections);
  if (open >= most + kRefusedPolitely) return;
  const auto connection = tls ? make_tls_connection(core, std::move(socket), remote, *tls)
                              : make_plain_connection(core, std::move(socket), remote);
  open >= most ? connection->start_refusing(503) : connection->start();
}

std::vector<std::shared_ptr<Connection>> Server::State::open_connections() const {
  std::vector<std::shared_ptr<Connection>> all;
  all.reserve(core.connections.size());
  for (const auto& [number, connection] : core.connections) all.push_back(connection);
  return all;
}

// Once a second all connections are asked whether their time is over: cheaper than a timer for each.
void Server::State::tick() {
  const Steady::time_point now = Steady::now();
  for (const auto& connection : open_connections()) {
    now >= stop_at ? connection->kill() : connection->check_time(now);
  }
  if (core.draining && core.connections.empty()) {
    signals.cancel();
    return;
  }
  timer.expires_after(core.draining ? std::chrono::milliseconds(50) : std::chrono::milliseconds(1000));
  timer.async_wait([this](Error) { tick(); });
}

void Server::State::read_mail(std::vector<Letter> letters) {
  for (Letter& letter : letters) {
    const auto found = core.connections.find(letter.connection);
    if (found == core.connections.end()) continue;  // the client has gone meanwhile
    const std::shared_ptr<Connection> connection = found->second;
    connection->deliver(letter.sequence, std::move(letter.response), letter.failure);
  }
}

void Server::State::begin_stop() {
  if (core.draining) return;
  core.draining = true;
  stop_at = Steady::now() + std::chrono::seconds(core.options.stop_seconds);
  Error ignored;
  acceptor.close(ignored);
  retry.cancel();
  for (const auto& connection : open_connections()) connection->drain();
  timer.cancel();  // so that tick() runs now, and often from now on
}

Server::Server(ServerOptions options, Application& application)
    : state_(std::make_unique<State>(std::move(options), application)) {}

Server::~Server() = default;

std::uint16_t Server::port() const { return state_->port; }

void Server::run(bool signals) {
  State& state = *state_;
  std::signal(SIGPIPE, SIG_IGN);  // TLS writes to a closed connection would end the program
  if (signals) {
    state.signals.add(SIGTERM);
    state.signals.add(SIGINT);
    state.signals.async_wait([&state](Error error, int) {
      if (!error) state.begin_stop();
    });
  }
  state.accept();
  state.tick();
  for (bool ended = false; !ended;) {
    try {
      state.core.io.run();
      ended = true;
    } catch (const std::exception& exception) {  // out of memory at one connection must not end the others
      state.core.mail->log("", exception.what());
    }
  }
}

void Server::stop() {
  asio::post(state_->core.io, [this] { state_->begin_stop(); });
}

ServerCounters Server::counters() const { return state_->core.counters.read(); }

}  // namespace kepu::http

// What the server of core/http costs against the least that an epoll loop can do, measured in one run on this
// machine: GET of 2 kB over 64 connections that stay open, one load thread. Prints requests per second, CPU
// of the server per request, and the ratio. The bare loop looks for the empty line and nothing else; it is a
// ceiling, not a server.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "core/http/server.h"

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kConnections = 64;
const std::string kRequest = "GET /page HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n\r\n";

std::string page() { return std::string(2048, '~'); }

class Fixed final : public kepu::http::Application {
 public:
  kepu::http::BodyPolicy body_policy(const kepu::http::Head&) override { return {}; }
  void handle(kepu::http::Request, std::function<void(kepu::http::Response)> reply) override {
    kepu::http::Response response = kepu::http::html({});
    response.shared = page_;
    reply(std::move(response));
  }
  kepu::http::Response failure(int status, std::string_view) override { return kepu::http::text("", status); }

 private:
  const std::shared_ptr<const std::string> page_ = std::make_shared<const std::string>(page());
};

void watch(int poll, int socket) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = socket;
  ::epoll_ctl(poll, EPOLL_CTL_ADD, socket, &event);
}

int listen_anywhere(std::uint16_t& port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener, 1024) != 0) {
    std::perror("listen");
    std::exit(1);
  }
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  port = ntohs(address.sin_port);
  return listener;
}

void bare_loop(int listener, const std::atomic<bool>& stop) {
  const std::string answer =
      "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2048\r\n\r\n" + page();
  const int poll = ::epoll_create1(0);
  watch(poll, listener);
  std::array<epoll_event, 128> events{};
  std::array<char, 4096> bytes{};
  while (!stop) {
    const int count = ::epoll_wait(poll, events.data(), events.size(), 50);
    for (int i = 0; i < count; ++i) {
      const int socket = events[static_cast<std::size_t>(i)].data.fd;
      if (socket == listener) {
        for (int fresh = 0; (fresh = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;)
          watch(poll, fresh);
        continue;
      }
      const ssize_t got = ::recv(socket, bytes.data(), bytes.size(), 0);
      if (got <= 0) {
        ::close(socket);
      } else if (std::string_view(bytes.data(), static_cast<std::size_t>(got)).find("\r\n\r\n") !=
                 std::string::npos) {
        if (::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) ::close(socket);
      }
    }
  }
  ::close(poll);
}

int connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    std::perror("connect");
    std::exit(1);
  }
  return socket;
}

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

// CPU seconds of the calling thread or of the whole program.
double cpu(int whom) {
  rusage usage{};
  ::getrusage(whom, &usage);
  return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

struct Figures {
  double per_second = 0, server_micros = 0;
};

// Each connection has one request open at any time, as a browser that waits.
Figures load(std::uint16_t port, double seconds) {
  const int poll = ::epoll_create1(0);
  std::vector<int> sockets;
  std::vector<std::size_t> received(4096, 0);
  for (int i = 0; i < kConnections; ++i) {
    sockets.push_back(connect_to(port));
    watch(poll, sockets.back());
    if (::send(sockets.back(), kRequest.data(), kRequest.size(), 0) < 0) std::exit(1);
  }
  std::array<epoll_event, kConnections> events{};
  std::vector<char> bytes(64 * 1024);
  std::int64_t answers = 0;
  const double all_before = cpu(RUSAGE_SELF), own_before = cpu(RUSAGE_THREAD);
  const auto begun = Clock::now();
  while (std::chrono::duration<double>(Clock::now() - begun).count() < seconds) {
    const int count = ::epoll_wait(poll, events.data(), kConnections, 100);
    for (int i = 0; i < count; ++i) {
      const int socket = events[static_cast<std::size_t>(i)].data.fd;
      const ssize_t got = ::recv(socket, bytes.data(), bytes.size(), 0);
      if (got <= 0) {
        std::fputs("the server closed a connection\n", stderr);
        std::exit(1);
      }
      // An answer is complete when its 2,048 bytes of ~ have come; heads hold none.
      std::size_t& have = received[static_cast<std::size_t>(socket)];
      have += static_cast<std::size_t>(std::count(bytes.begin(), bytes.begin() + got, '~'));
      if (have < 2048) continue;
      have = 0;
      ++answers;
      if (::send(socket, kRequest.data(), kRequest.size(), 0) < 0) std::exit(1);
    }
  }
  const double taken = std::chrono::duration<double>(Clock::now() - begun).count();
  const double server = (cpu(RUSAGE_SELF) - all_before) - (cpu(RUSAGE_THREAD) - own_before);
  for (const int socket : sockets) ::close(socket);
  ::close(poll);
  const auto n = static_cast<double>(answers);
  return {n / taken, server / n * 1e6};
}

Figures measure_bare(double seconds) {
  std::uint16_t port = 0;
  const int listener = listen_anywhere(port);
  std::atomic<bool> stop{false};
  std::thread thread([&] { bare_loop(listener, stop); });
  const Figures figures = load(port, seconds);
  stop = true;
  thread.join();
  ::close(listener);
  return figures;
}

Figures measure_server(double seconds, int workers) {
  Fixed application;
  kepu::http::ServerOptions options;
  options.port = 0;
  options.workers = workers;
  kepu::http::Server server(options, application);
  std::thread thread([&] { server.run(false); });
  const Figures figures = load(server.port(), seconds);
  server.stop();
  thread.join();
  return figures;
}

}  // namespace

int main(int count, char** arguments) {
  const double seconds = count > 1 ? std::atof(arguments[1]) : 3;
  const Figures bare = measure_bare(seconds);
  std::printf("%-28s %9.0f /s  %6.1f us CPU\n", "bare epoll loop", bare.per_second, bare.server_micros);
  for (const int workers : {1, 2, 4}) {
    const Figures ours = measure_server(seconds, workers);
    std::printf("core/http, %d worker%-8s    %9.0f /s  %6.1f us CPU   %.0f %% of bare\n", workers,
                workers > 1 ? "s" : "", ours.per_second, ours.server_micros,
                100 * ours.per_second / bare.per_second);
  }
}

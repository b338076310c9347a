// What the server refuses, and how it ends.
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <random>

#include "core/base/secret.h"
#include "core/http/test_client.h"
#include "core/http/test_server.h"

namespace kepu::http {
namespace {

std::string get(const std::string& target, const std::string& fields = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

// Resident memory of this program in bytes.
std::size_t resident() {
  std::ifstream file("/proc/self/statm");
  std::size_t all = 0, in_memory = 0;
  file >> all >> in_memory;
  return in_memory * 4096;
}

std::string form_head() {
  return "--XX\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n方案\r\n"
         "--XX\r\nContent-Disposition: form-data; name=\"doc\"; filename=\"大.bin\"\r\n\r\n";
}

TEST(Upload, TwentyMegabytesPassThroughLittleMemory) {
  TestServer server;
  std::string bytes(20'000'000, '\0');
  std::mt19937 random(5);
  for (char& c : bytes) c = static_cast<char>(random());
  const std::string tail = "\r\n--XX--\r\n";
  const std::string digest = base::sha256_hex(bytes);
  TestClient client(server.port);
  client.ask(get("/"));
  const std::size_t before = resident();
  client.send(
      "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; "
      "boundary=XX\r\nContent-Length: " +
      std::to_string(form_head().size() + bytes.size() + tail.size()) + "\r\n\r\n" + form_head());
  client.send(bytes);
  const std::size_t after = resident();
  EXPECT_EQ(client.ask(tail).body, "方案 大.bin 20000000 " + digest + " there");
  EXPECT_LT(after, before + 6'000'000);
  EXPECT_TRUE(TestServer::eventually([&] { return server.temporary_files() == 0; }));
}

TEST(Upload, OfAClientThatGoesAwayLeavesNothing) {
  TestServer server;
  {
    TestClient client(server.port);
    client.send(
        "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=XX\r\n"
        "Content-Length: 1000000\r\n\r\n" +
        form_head() + std::string(100'000, 'x'));
    ASSERT_TRUE(TestServer::eventually([&] { return server.temporary_files() == 1; }));
  }
  EXPECT_TRUE(TestServer::eventually([&] { return server.temporary_files() == 0; }));
  EXPECT_EQ(server.application.handled, 0);
}

TEST(Upload, TooMuchIsAnsweredThoughTheClientTalksOn) {
  TestServer server;
  for (const bool chunked : {false, true}) {
    TestClient client(server.port);
    client.send(std::string("POST /p HTTP/1.1\r\nHost: a\r\n") +
                (chunked ? "Transfer-Encoding: chunked\r\n\r\n" : "Content-Length: 5000000\r\n\r\n"));
    if (chunked) client.send("4C4B40\r\n");
    EXPECT_TRUE(client.send(std::string(5'000'000, 'x'))) << "no reset in the middle";
    const Answer answer = client.receive();
    EXPECT_EQ(answer.status, 413);
    EXPECT_TRUE(answer.has("Connection: close\r\n"));
    EXPECT_TRUE(client.at_end());
  }
  TestClient exact(server.port);
  EXPECT_EQ(
      exact.ask("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + std::string(100'000, 'x'))
          .status,
      200);
}

TEST(Limits, LargeHeads) {
  TestServer server;
  TestClient fits(server.port);
  EXPECT_EQ(fits.ask(get("/", "X: " + std::string(16'000, 'x') + "\r\n")).status, 200);
  TestClient large(server.port);
  EXPECT_EQ(large.ask(get("/", "X: " + std::string(17'000, 'x') + "\r\n")).status, 431);
  TestClient endless(server.port);
  endless.send("GET / HTTP/1.1\r\nX: " + std::string(300'000, 'x'));
  EXPECT_EQ(endless.receive().status, 431);
}

// Each is answered 400 and the connection closed; what follows in the same bytes must never be served.
TEST(Limits, SmuggledRequestsAreNotServed) {
  const std::string inner = get("/smuggled");
  const std::string start = "POST / HTTP/1.1\r\nHost: a\r\n";
  const std::vector<std::string> attempts = {
      start + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner,
      start + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + inner,
      start + "Content-Length: 0\r\nContent-Length: 40\r\n\r\n" + inner,
      start + "Content-Length: +0\r\n\r\n" + inner,
      start + "Content-Length : 0\r\n\r\n" + inner,
      start + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + inner,
      start + "X: y\r\n Content-Length: 40\r\n\r\n" + inner,
      start + "X: y\nContent-Length: 40\r\n\r\n" + inner,
      start + "Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 4\r\n\r\n" + inner,
      start + "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n" + inner,
      start + "Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n" + inner,
      start + "Transfer-Encoding: chunked\r\n\r\n5\nhello\n0\n\n" + inner,
      start + "Transfer-Encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\n" + inner,
      start + "Transfer-Encoding: chunked\r\n\r\n10000000000000005\r\nhello\r\n0\r\n\r\n" + inner,
      "GET / HTTP/1.1\nHost: a\n\n" + inner,
      "GET /../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n" + inner,
      "GET /%2e%2e/x HTTP/1.1\r\nHost: a\r\n\r\n" + inner,
      "GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n" + inner,
      "GET / HTTP/1.1\r\n\r\n" + inner,
      "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + inner,
      "GET * HTTP/1.1\r\nHost: a\r\n\r\n" + inner,
      "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n" + inner,
  };
  TestServer server;
  for (const std::string& attempt : attempts) {
    TestClient client(server.port);
    EXPECT_EQ(client.ask(attempt).status, 400) << attempt;
    EXPECT_TRUE(client.at_end()) << attempt;
  }
  EXPECT_EQ(server.application.handled, 0);
  TestClient client(server.port);
  EXPECT_EQ(client.ask(start + "Transfer-Encoding: gzip, chunked\r\n\r\n").status, 501);
  TestClient newer(server.port);
  EXPECT_EQ(newer.ask("GET / HTTP/3.0\r\nHost: a\r\n\r\n").status, 505);
}

TEST(Limits, OnlyKnownHosts) {
  ServerOptions options;
  options.hosts = {"kp.example"};
  TestServer server(options);
  for (const auto& [host, status] :
       {std::pair("kp.example", 200), {"KP.example:8443", 200}, {"evil.example", 400}}) {
    TestClient client(server.port);
    EXPECT_EQ(client.ask(std::string("GET / HTTP/1.1\r\nHost: ") + host + "\r\n\r\n").status, status) << host;
  }
  TestClient absolute(server.port);
  EXPECT_EQ(absolute.ask("GET http://evil.example/ HTTP/1.1\r\nHost: kp.example\r\n\r\n").status, 400);
}

TEST(Limits, SlowClientsAreSentAway) {
  ServerOptions options;
  options.header_seconds = options.body_seconds = 1;
  options.idle_seconds = 2;
  TestServer server(options);
  TestClient head(server.port), body(server.port), idle(server.port), silent(server.port);
  head.send("GET / HTT");
  body.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
  EXPECT_EQ(idle.ask(get("/")).status, 200);
  EXPECT_EQ(head.receive().status, 408);
  EXPECT_EQ(body.receive().status, 408);
  EXPECT_TRUE(idle.at_end());
  EXPECT_TRUE(silent.at_end());
}

TEST(Limits, OneConnectionTooMany) {
  ServerOptions options;
  options.max_connections = 2;
  TestServer server(options);
  TestClient first(server.port), second(server.port);
  EXPECT_EQ(first.ask(get("/")).status, 200);
  EXPECT_EQ(second.ask(get("/")).status, 200);
  TestClient third(server.port);
  const Answer refused = third.ask(get("/"));
  EXPECT_EQ(refused.status, 503);
  EXPECT_TRUE(refused.has("Connection: close\r\n"));
}

TEST(Connections, AThousandComeAndGo) {
  TestServer server;
  const auto descriptors = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
  };
  const auto before = descriptors();
  for (int round = 0; round < 10; ++round) {
    std::vector<std::unique_ptr<TestClient>> clients;
    for (int i = 0; i < 100; ++i) clients.push_back(std::make_unique<TestClient>(server.port));
    // Some leave before they ask, some in the middle of a head, some before their answer.
    for (std::size_t i = 0; i < clients.size(); ++i) {
      if (i % 4 == 1) clients[i]->send("GET / HT");
      if (i % 4 == 2) clients[i]->send(get(i == 2 ? "/slow" : "/later"));
      if (i % 4 == 3) {
        EXPECT_EQ(clients[i]->ask(get("/")).status, 200);
      }
    }
  }
  EXPECT_TRUE(TestServer::eventually([&] { return server.server->counters().open == 0; }));
  EXPECT_TRUE(TestServer::eventually([&] { return descriptors() == before; }));
  EXPECT_EQ(server.server->counters().connections, 1000);
  EXPECT_EQ(server.server->counters().in_flight, 0);
}

TEST(Stop, OpenRequestsAreFinished) {
  auto server = std::make_unique<TestServer>();
  TestClient slow(server->port), late(server->port), idle(server->port);
  EXPECT_EQ(idle.ask(get("/")).status, 200);
  slow.send(get("/slow"));
  late.send(get("/later"));
  ASSERT_TRUE(TestServer::eventually([&] { return server->server->counters().in_flight == 2; }));
  const auto begun = std::chrono::steady_clock::now();
  server->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(2));
  const Answer answer = slow.receive();
  EXPECT_EQ(answer.body, "GET /slow ");
  EXPECT_TRUE(answer.has("Connection: close\r\n"));
  EXPECT_EQ(late.receive().body, "later");
  EXPECT_TRUE(idle.at_end());
  EXPECT_FALSE(TestClient(server->port).connected());
}

TEST(Stop, EndsThoughAClientDoesNot) {
  ServerOptions options;
  options.stop_seconds = 1;
  TestServer server(options);
  TestClient half(server.port);
  half.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
  ASSERT_TRUE(TestServer::eventually([&] { return server.server->counters().open == 1; }));
  const auto begun = std::chrono::steady_clock::now();
  server.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(3));
  EXPECT_TRUE(half.at_end());
}

TEST(Stop, BySignal) {
  TestApplication application;
  ServerOptions options;
  options.port = 0;
  Server server(options, application);
  std::thread thread([&] { server.run(true); });
  TestClient client(server.port());
  EXPECT_EQ(client.ask(get("/")).status, 200);
  ::kill(::getpid(), SIGTERM);
  thread.join();
  EXPECT_TRUE(client.at_end());
}

TEST(Proxy, OnlyATrustedOneIsBelieved) {
  for (const bool trusted : {false, true}) {
    ServerOptions options;
    if (trusted) options.trusted_proxies = {"127.0.0.1"};
    TestServer server(options);
    TestClient client(server.port);
    const Answer answer = client.ask(
        get("/client",
            "X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 198.51.100.7\r\nX-Forwarded-Proto: https\r\n"));
    EXPECT_EQ(answer.body, trusted ? "198.51.100.7 secure a" : "127.0.0.1 plain a");
    ASSERT_TRUE(TestServer::eventually([&] { return !server.logged_requests().empty(); }));
    EXPECT_EQ(server.logged_requests()[0].remote, trusted ? "198.51.100.7" : "127.0.0.1");
  }
}

TEST(Limits, ExceptionsOfTheApplicationEndNothing) {
  TestServer server;
  TestClient client(server.port);
  EXPECT_EQ(client.ask("POST /bad-policy HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx").status, 500);
  EXPECT_NE(server.logged_errors().find("no policy"), std::string::npos);
  TestClient second(server.port);
  EXPECT_EQ(second.ask("POST / HTTP/1.1\r\nHost: a\r\nExpect: x\r\nContent-Length: 1\r\n\r\nx").status, 417);
  EXPECT_EQ(TestClient(server.port).ask(get("/")).status, 200);
}

TEST(Start, ABusyPortIsSaidPlainly) {
  TestServer server;
  ServerOptions options;
  options.port = server.port;
  TestApplication application;
  try {
    Server second(options, application);
    FAIL() << "two servers on one port";
  } catch (const std::runtime_error& error) {
    const std::string message = error.what();
    EXPECT_NE(message.find("端口 " + std::to_string(server.port) + " 已被占用"), std::string::npos)
        << message;
    EXPECT_NE(message.find("请先停掉它，或用 --port 换一个端口"), std::string::npos) << message;
  }
}

}  // namespace
}  // namespace kepu::http

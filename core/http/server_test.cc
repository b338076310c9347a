#include "core/http/server.h"

#include <gtest/gtest.h>

#include <fstream>

#include "core/http/test_client.h"
#include "core/http/test_server.h"

namespace kepu::http {
namespace {

std::string get(const std::string& target, const std::string& fields = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

std::string post(const std::string& target, const std::string& body, const std::string& fields = "") {
  return "POST " + target + " HTTP/1.1\r\nHost: a\r\n" + fields +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST(Server, KeepsAliveAndSaysWhatItMust) {
  TestServer server;
  TestClient client(server.port);
  for (int i = 0; i < 3; ++i) {
    const Answer answer = client.ask(get("/a?x=1"));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "GET /a?x=1 ");
    EXPECT_TRUE(answer.has("\r\nDate: ")) << answer.head;
    EXPECT_TRUE(answer.has("\r\nX-Request-Id: ")) << answer.head;
    EXPECT_FALSE(answer.has("Connection:")) << answer.head;
  }
  const Answer last = client.ask(get("/", "Connection: close\r\n"));
  EXPECT_TRUE(last.has("Connection: close\r\n"));
  EXPECT_TRUE(client.at_end());
}

TEST(Server, OldClients) {
  TestServer server;
  TestClient plain(server.port);
  EXPECT_TRUE(plain.ask("GET / HTTP/1.0\r\n\r\n").has("Connection: close\r\n"));
  EXPECT_TRUE(plain.at_end());
  TestClient kept(server.port);
  EXPECT_TRUE(kept.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").has("Connection: keep-alive\r\n"));
  EXPECT_EQ(kept.ask("GET / HTTP/1.0\r\n\r\n").status, 200);
}

TEST(Server, PipelinedAnswersComeInOrder) {
  TestServer server;
  TestClient client(server.port);
  std::string burst;
  for (int i = 0; i < 100; ++i) burst += get(i % 10 == 3 ? "/later" : "/n" + std::to_string(i));
  client.send(burst);
  for (int i = 0; i < 100; ++i) {
    const Answer answer = client.receive();
    ASSERT_EQ(answer.body, i % 10 == 3 ? "later" : "GET /n" + std::to_string(i) + " ");
  }
}

TEST(Server, ClientsThatCloseTheirHalfGetAllAnswers) {
  TestServer server;
  TestClient client(server.port);
  std::string burst;
  for (int i = 0; i < 150; ++i) burst += get("/n" + std::to_string(i));
  client.send(burst);
  client.end_sending();
  for (int i = 0; i < 150; ++i) ASSERT_EQ(client.receive().body, "GET /n" + std::to_string(i) + " ");
  EXPECT_TRUE(client.at_end());
}

TEST(Server, ChangesTakeEffectInTheirOrder) {
  TestServer server;
  TestClient client(server.port);
  std::string burst, expected;
  for (char c = 'a'; c <= 'z'; ++c) {
    burst += post(std::string("/order?n=") + c, "x");
    expected += c;
  }
  client.send(burst);
  for (char c = 'a'; c <= 'z'; ++c) ASSERT_EQ(client.receive().status, 200);
  EXPECT_EQ(server.application.order, expected);
}

TEST(Server, SplitAnywhereARequestReadsTheSame) {
  TestServer server;
  const std::string request = "\r\n" + post("/p", "hello") +
                              "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                              "3;x=\"y\"\r\nhel\r\n2\r\nlo\r\n0\r\nTrailer: t\r\n\r\n" +
                              get("/g");
  TestClient client(server.port);
  for (std::size_t cut = 1; cut < request.size(); ++cut) {
    client.send(std::string_view(request).substr(0, cut));
    std::this_thread::sleep_for(std::chrono::microseconds(300));
    client.send(std::string_view(request).substr(cut));
    ASSERT_EQ(client.receive().body, "POST /p hello") << cut;
    ASSERT_EQ(client.receive().body, "POST /c hello") << cut;
    ASSERT_EQ(client.receive().body, "GET /g ") << cut;
  }
  for (const char c : request) {
    client.send(std::string_view(&c, 1));
  }
  EXPECT_EQ(client.receive().body, "POST /p hello");
  EXPECT_EQ(client.receive().body, "POST /c hello");
  EXPECT_EQ(client.receive().body, "GET /g ");
}

TEST(Server, HeadHasTheLengthButNoBody) {
  TestServer server;
  TestClient client(server.port);
  client.send("HEAD /tagged HTTP/1.1\r\nHost: a\r\n\r\n" + get("/x"));
  const Answer head = client.receive(true);
  EXPECT_TRUE(head.has("Content-Length: 6\r\n"));
  EXPECT_EQ(client.receive().body, "GET /x ");
}

TEST(Server, ContinueIsSaidBeforeTheBody) {
  TestServer server;
  TestClient client(server.port);
  client.send("POST /p HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(client.receive().status, 100);
  EXPECT_EQ(client.ask("hello").body, "POST /p hello");
  client.send("POST /p HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 500000\r\n\r\n");
  EXPECT_EQ(client.receive().status, 413) << "nothing is asked for that would be refused";
  TestClient other(server.port);
  EXPECT_EQ(other.ask("POST /p HTTP/1.1\r\nHost: a\r\nExpect: magic\r\nContent-Length: 5\r\n\r\n").status,
            417);
}

TEST(Server, UnknownMethodsReachTheApplication) {
  TestServer server;
  TestClient client(server.port);
  EXPECT_EQ(client.ask("BREW / HTTP/1.1\r\nHost: a\r\n\r\n").body, "OTHER / ");
  EXPECT_EQ(client.ask("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").body, "OPTIONS / ");
}

TEST(Server, LateRepliesAndLostOnes) {
  TestServer server;
  TestClient client(server.port);
  EXPECT_EQ(client.ask(get("/later")).body, "later");
  EXPECT_EQ(client.ask(get("/twice")).body, "first");
  EXPECT_TRUE(
      TestServer::eventually([&] { return server.logged_errors().find("twice") != std::string::npos; }));
  EXPECT_EQ(client.ask(get("/drop")).status, 500);
  const Answer thrown = client.ask(get("/throw"));
  EXPECT_EQ(thrown.status, 500);
  const std::string id = thrown.body.substr(12);
  EXPECT_EQ(id.size(), 16u);
  EXPECT_TRUE(thrown.has("X-Request-Id: " + id));
  EXPECT_NE(server.logged_errors().find(id + " broken on purpose"), std::string::npos);
  EXPECT_EQ(client.ask(get("/gone")).body.substr(0, 11), "failure 404");
  EXPECT_EQ(client.ask(get("/a")).status, 200);
}

TEST(Server, RepliesMayOutliveTheServer) {
  std::function<void(Response)> kept;
  class Keeper final : public Application {
   public:
    explicit Keeper(std::function<void(Response)>& to) : to_(to) {}
    BodyPolicy body_policy(const Head&) override { return {}; }
    void handle(Request, std::function<void(Response)> reply) override { to_ = std::move(reply); }
    Response failure(int status, std::string_view) override { return text("", status); }

   private:
    std::function<void(Response)>& to_;
  };
  {
    Keeper keeper(kept);
    ServerOptions options;
    options.port = 0;
    options.stop_seconds = 0;
    Server server(options, keeper);
    std::thread thread([&] { server.run(false); });
    TestClient client(server.port());
    client.send(get("/"));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    server.stop();
    thread.join();
    EXPECT_TRUE(client.at_end());
  }
  ASSERT_TRUE(kept);
  kept(text("too late"));
}

TEST(Server, LargeAnswersAndRanges) {
  TestServer server;
  server.application.file = server.folder + "/data.bin";
  std::string data(400'000, '\0');
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<char>(i * 7 + i / 251);
  std::ofstream(server.application.file, std::ios::binary) << data;
  TestClient client(server.port);
  EXPECT_EQ(client.ask(get("/big")).body, TestApplication::big_text());
  EXPECT_EQ(client.ask(get("/big", "Range: bytes=0-9\r\n")).status, 200) << "not offered, not given";
  EXPECT_EQ(client.ask(get("/big-ranges", "Range: bytes=2999999-\r\n")).body, "bend");
  const Answer whole = client.ask(get("/file"));
  EXPECT_EQ(whole.body, data);
  EXPECT_TRUE(whole.has("Accept-Ranges: bytes"));
  const Answer part = client.ask(get("/file", "Range: bytes=1000-300999\r\n"));
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, data.substr(1000, 300'000));
  EXPECT_TRUE(part.has("Content-Range: bytes 1000-300999/400000\r\n"));
  const Answer none = client.ask(get("/file", "Range: bytes=400000-\r\n"));
  EXPECT_EQ(none.status, 416);
  EXPECT_TRUE(none.has("Content-Range: bytes */400000\r\n"));
}

TEST(Server, UnchangedIsNotSentAgain) {
  TestServer server;
  TestClient client(server.port);
  const Answer answer = client.ask(get("/tagged", "If-None-Match: W/\"v1\"\r\n"));
  EXPECT_EQ(answer.status, 304);
  EXPECT_TRUE(answer.has("ETag: \"v1\"\r\n"));
  EXPECT_EQ(client.ask(get("/tagged", "If-None-Match: \"v0\"\r\n")).body, "tagged");
}

TEST(Server, CountsAndLogs) {
  TestServer server;
  TestClient client(server.port);
  client.ask(get("/a", "User-Agent: test/1\r\n"));
  client.ask(get("/throw"));
  ASSERT_TRUE(TestServer::eventually([&] { return server.logged_requests().size() == 2; }));
  const AccessEntry entry = server.logged_requests()[0];
  EXPECT_EQ(entry.method, "GET");
  EXPECT_EQ(entry.target, "/a");
  EXPECT_EQ(entry.agent, "test/1");
  EXPECT_EQ(entry.remote, "127.0.0.1");
  EXPECT_EQ(entry.status, 200);
  EXPECT_EQ(entry.bytes, 7u);
  const ServerCounters counters = server.server->counters();
  EXPECT_EQ(counters.connections, 1);
  EXPECT_EQ(counters.requests, 2);
  EXPECT_EQ(counters.in_flight, 0);
  EXPECT_EQ(counters.by_status, (std::vector<std::pair<int, std::int64_t>>{{200, 1}, {500, 1}}));
  ASSERT_EQ(counters.latency.size(), 11u);
  EXPECT_EQ(counters.latency.back(), 2);
}

}  // namespace
}  // namespace kepu::http

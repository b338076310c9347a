#include "core/notify/send.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

namespace kepu::notify {
namespace {

// Answers what it is asked line by line as `talk` says, on a port of 127.0.0.1; keeps what came.
class Listener {
 public:
  Listener() {
    socket_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    listen(socket_, 1);
    socklen_t size = sizeof address;
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
  }
  ~Listener() {
    shutdown(socket_, SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
    close(socket_);
  }
  void serve_smtp() {
    thread_ = std::thread([this] {
      const int peer = accept(socket_, nullptr, nullptr);
      if (peer < 0) return;
      say(peer, "220 here\r\n");
      bool in_text = false;
      for (std::string line; take_line(peer, line);) {
        received += line + "\n";
        if (in_text) {
          if (line != ".") continue;
          in_text = false;
          say(peer, "250 taken\r\n");
        } else if (line == "DATA") {
          in_text = true;
          say(peer, "354 go on\r\n");
        } else if (line == "QUIT") {
          say(peer, "221 bye\r\n");
        } else {
          say(peer, "250 ok\r\n");
        }
      }
      close(peer);
    });
  }
  void serve_http(std::string answer) {
    thread_ = std::thread([this, answer] {
      const int peer = accept(socket_, nullptr, nullptr);
      if (peer < 0) return;
      for (std::string line; take_line(peer, line) && !line.empty();) received += line + "\n";
      say(peer, answer);
      shutdown(peer, SHUT_WR);
      for (char c = 0; recv(peer, &c, 1, 0) == 1;) {
      }
      close(peer);
    });
  }
  void wait() { thread_.join(); }
  int port = 0;
  std::string received;

 private:
  static void say(int peer, const std::string& text) {
    EXPECT_EQ(send(peer, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  }
  static bool take_line(int peer, std::string& line) {
    line.clear();
    for (char c = 0; recv(peer, &c, 1, 0) == 1;) {
      if (c == '\n') return true;
      if (c != '\r') line += c;
    }
    return false;
  }
  int socket_ = -1;
  std::thread thread_;
};

TEST(SendMail, ReachesTheServer) {
  Listener listener;
  listener.serve_smtp();
  SmtpServer server{"smtp://127.0.0.1:" + std::to_string(listener.port), "kepu@example.cn", "", ""};
  const auto done = send_mail(server, {"a@example.cn", "填报被退回", "缺少佐证"});
  EXPECT_TRUE(done) << done.error().message;
  listener.wait();
  EXPECT_NE(listener.received.find("MAIL FROM:<kepu@example.cn>"), std::string::npos);
  EXPECT_NE(listener.received.find("RCPT TO:<a@example.cn>"), std::string::npos);
  EXPECT_NE(listener.received.find("57y65bCR5L2Q6K+B"), std::string::npos);  // 缺少佐证
}

TEST(SendMail, HeadThatWouldBeTwo_IsRefused) {
  SmtpServer server{"smtp://127.0.0.1:1", "kepu@example.cn", "", ""};
  EXPECT_EQ(send_mail(server, {"a@example.cn\r\nBcc: b@example.cn", "x", "y"}).error().rule, "notify.mail");
  EXPECT_FALSE(send_mail(server, {"a@example.cn", "x\r\nBcc: b@example.cn", "y"}));
  EXPECT_FALSE(send_mail(server, {"a@example.cn", "x", "y"}));  // nobody listens
}

TEST(Message, LongChineseSubject_IsCutBetweenCharacters) {
  const SmtpServer server{"", "kepu@example.cn", "", ""};
  const std::string text =
      message_of(server, {"a@example.cn", "全民科学素质行动实施方案填报被退回请尽快补充佐证材料", "正文"}, 0);
  EXPECT_NE(text.find("Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n"), std::string::npos);
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = text.find("\r\n", from);
    EXPECT_LE(end - from, 78u);
    from = end + 2;
  }
}

TEST(SendCall, PostsWithItsSignature) {
  Listener listener;
  listener.serve_http("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
  const Call call{"http://127.0.0.1:" + std::to_string(listener.port) + "/hook", "{}", "12", "v1=ab"};
  const auto done = send_call({.internal = true}, call);
  EXPECT_TRUE(done) << done.error().message;
  listener.wait();
  EXPECT_NE(listener.received.find("POST /hook HTTP/1.1"), std::string::npos);
  EXPECT_NE(listener.received.find("X-Kepu-Signature: v1=ab"), std::string::npos);
}

TEST(SendCall, AddressesInside_AreRefusedUnderAnyName) {
  for (const char* url :
       {"http://127.0.0.1:1/", "http://localhost:1/", "http://[::1]:1/", "http://10.0.0.1:1/",
        "http://[::ffff:127.0.0.1]:1/", "file:///etc/passwd", "http://0.0.0.0:1/"}) {
    EXPECT_FALSE(send_call({.internal = false, .timeout_seconds = 2}, {url, "{}", "1", "v1="})) << url;
  }
  Listener listener;
  listener.serve_http("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
  const std::string url = "http://localhost:" + std::to_string(listener.port) + "/";
  EXPECT_FALSE(send_call({}, {url, "{}", "1", "v1="}));
  EXPECT_TRUE(listener.received.empty());
}

TEST(SendCall, AnswerOtherThan2xx_IsAFailure) {
  Listener listener;
  listener.serve_http("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nConnection: close\r\n\r\n");
  const auto done =
      send_call({.internal = true}, {"http://127.0.0.1:" + std::to_string(listener.port), "{}", "1", "v1="});
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().message.find("302"), std::string::npos);
}

}  // namespace
}  // namespace kepu::notify

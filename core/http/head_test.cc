#include "core/http/head.h"

#include <gtest/gtest.h>

namespace kepu::http {
namespace {

int check(std::string head) {
  std::size_t scanned = 0;
  const HeadEnd end = find_head_end(head, scanned);
  if (end.state == HeadEnd::State::malformed) return 400;
  if (end.state == HeadEnd::State::incomplete) return -1;
  return check_head(std::string_view(head).substr(0, end.size));
}

int check_fields(const std::string& fields) {
  return check("POST / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
}

TEST(Head, AcceptsWhatBrowsersSend) {
  EXPECT_EQ(check("GET /plans?a=%20 HTTP/1.1\r\nHost: kp.example:8443\r\nAccept: */*\r\nX:\r\n\r\n"), 0);
  EXPECT_EQ(check("GET / HTTP/1.0\r\n\r\n"), 0);
  EXPECT_EQ(check_fields("Content-Length: 12\r\n"), 0);
  EXPECT_EQ(check_fields("transfer-encoding: Chunked\r\n"), 0);
  EXPECT_EQ(check_fields("X: \xE7\xA7\x91\t x\r\n"), 0);
}

TEST(Head, RefusesWhatTwoProgramsMayReadDifferently) {
  for (const char* fields : {"Content-Length: 1\r\nContent-Length: 1\r\n",
                             "Content-Length: +5\r\n",
                             "Content-Length: -1\r\n",
                             "Content-Length: 1,1\r\n",
                             "Content-Length: 0x5\r\n",
                             "Content-Length: 5 5\r\n",
                             "Content-Length:\r\n",
                             "Content-Length: 99999999999999999999\r\n",
                             "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
                             "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
                             "Content-Length : 4\r\n",
                             "Transfer-Encoding : chunked\r\n",
                             " Content-Length: 4\r\n",
                             "X: a\r\n folded\r\n",
                             "X: a\r\n\tfolded\r\n",
                             "X\n: a\r\n",
                             "X: a\nContent-Length: 4\r\n",
                             "X: a\rContent-Length: 4\r\n",
                             ": empty\r\n",
                             "no colon\r\n",
                             "X: a\x01\r\n",
                             "X(y): a\r\n",
                             "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                             "Host: b\r\n"}) {
    EXPECT_EQ(check_fields(fields), 400) << fields;
  }
  EXPECT_EQ(check_fields(std::string("X: a\0b\r\n", 8)), 400);
  EXPECT_EQ(check_fields("Transfer-Encoding: gzip, chunked\r\n"), 501);
  EXPECT_EQ(check_fields("Transfer-Encoding: xchunked\r\n"), 501);
  EXPECT_EQ(check("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
}

TEST(Head, RefusesBadRequestLines) {
  for (const char* line :
       {"GET  / HTTP/1.1", "GET / HTTP/1.1 ", " GET / HTTP/1.1", "GET /", "GET / http/1.1", "GET / HTTP/1",
        "G@T / HTTP/1.1", "GET /a b HTTP/1.1", "GET /\xE7 HTTP/1.1", "GET /\t HTTP/1.1",
        "AMETHODNAMETHATISFARTOOLONGTOBEREAL / HTTP/1.1", " / HTTP/1.1"}) {
    EXPECT_EQ(check(std::string(line) + "\r\nHost: a\r\n\r\n"), 400) << line;
  }
  EXPECT_EQ(check("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), 505);
  EXPECT_EQ(check("GET / HTTP/1.1\r\n\r\n"), 400) << "no Host";
  EXPECT_EQ(check("GET / HTTP/1.1\r\nHost: a b\r\n\r\n"), 400);
}

TEST(Head, EndIsFoundHoweverItIsSplit) {
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  for (std::size_t cut = 0; cut < head.size(); ++cut) {
    std::size_t scanned = 0;
    EXPECT_EQ(find_head_end(std::string_view(head).substr(0, cut), scanned).state,
              HeadEnd::State::incomplete);
    const HeadEnd end = find_head_end(head + "rest", scanned);
    EXPECT_EQ(end.state, HeadEnd::State::complete);
    EXPECT_EQ(end.size, head.size());
  }
  std::size_t scanned = 0;
  EXPECT_EQ(find_head_end("GET / HTTP/1.1\n", scanned).state, HeadEnd::State::malformed);
}

TEST(Target, IsDecodedAndSplit) {
  const auto target = parse_target("/%E7%A7%91%20a?x=%2e%2e/&y");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/科 a");
  EXPECT_EQ(target->query, "x=%2e%2e/&y");
  EXPECT_EQ(target->origin, "/%E7%A7%91%20a?x=%2e%2e/&y");
  EXPECT_EQ(parse_target("*")->path, "/");
  EXPECT_EQ(parse_target("/a/.b/c..d/...")->path, "/a/.b/c..d/...");
}

TEST(Target, AbsoluteForm) {
  const auto target = parse_target("http://KP.example:80/a?b");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->authority, "kp.example:80");
  EXPECT_EQ(target->origin, "/a?b");
  EXPECT_EQ(parse_target("https://a?x")->origin, "/?x");
  for (const char* bad : {"ftp://a/", "http:///a", "http://u@a/", "a:443", "http://", "a", ""}) {
    EXPECT_FALSE(parse_target(bad)) << bad;
  }
}

TEST(Target, RefusesTraversalAndBadEscapes) {
  for (const char* bad :
       {"/..", "/../etc", "/a/../b", "/a/..", "/.", "/a/./b", "/%2e%2e/x", "/%2E./x", "/a%2fb", "/a%2Fb",
        "/%", "/%zz", "/%00", "/%0a", "/%7f", "/%ff", "/a#b", "/..\\x", "/a\\..\\b"}) {
    EXPECT_FALSE(parse_target(bad)) << bad;
  }
}

TEST(Host, Forms) {
  EXPECT_EQ(parse_host("KP.Example.CN:8443"), "kp.example.cn:8443");
  EXPECT_EQ(parse_host("[::1]:80"), "[::1]:80");
  EXPECT_EQ(without_port("[::1]:80"), "[::1]");
  EXPECT_EQ(without_port("a:80"), "a");
  for (const char* bad :
       {"", ":80", "a:b", "a:123456", "a/b", "a b", "u@a", "[::1", "[x]", "[::1]x", "a\"b", "科普"}) {
    EXPECT_FALSE(parse_host(bad)) << bad;
  }
}

TEST(Cookies, AreSplit) {
  const Pairs expected = {{"a", "1"}, {"b", "x=y"}, {"c", "q"}};
  EXPECT_EQ(parse_cookies("a=1; b=x=y;c=\"q\"; =no; alone"), expected);
}

TEST(ClientAddress, OnlyTrustedProxiesAreBelieved) {
  const std::vector<std::string> trusted = {"127.0.0.1", "10.0.0.2"};
  EXPECT_EQ(client_address("203.0.113.9", "1.2.3.4", trusted), "203.0.113.9");
  EXPECT_EQ(client_address("127.0.0.1", "1.2.3.4", trusted), "1.2.3.4");
  EXPECT_EQ(client_address("127.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.2", trusted), "1.2.3.4");
  EXPECT_EQ(client_address("127.0.0.1", "", trusted), "127.0.0.1");
  EXPECT_EQ(client_address("127.0.0.1", "1.2.3.4, junk", trusted), "127.0.0.1");
  EXPECT_EQ(client_address("127.0.0.1", "[2001:db8::1]:443", trusted), "2001:db8::1");
  EXPECT_EQ(client_address("127.0.0.1", "1.2.3.4:5555", trusted), "1.2.3.4");
}

}  // namespace
}  // namespace kepu::http

#include "core/http/http.h"

#include <gtest/gtest.h>

#include "core/http/compress.h"
#include "core/http/reply.h"

namespace kepu::http {
namespace {

TEST(Response, SetReplacesInAnyCaseAndAddKeeps) {
  Response response = html("x");
  response.set("content-type", "text/plain").add("Set-Cookie", "a=1").add("Set-Cookie", "b=2");
  ASSERT_EQ(response.headers.size(), 3u);
  EXPECT_EQ(*response.get("CONTENT-TYPE"), "text/plain");
  EXPECT_EQ(response.get("Location"), nullptr);
}

TEST(Response, AttachmentsKeepChineseNames) {
  const Response response = attachment_bytes("x", "方案 \"一\".docx", "application/msword");
  EXPECT_EQ(*response.get("Content-Disposition"),
            "attachment; filename=\"__ ___.docx\"; "
            "filename*=UTF-8''%E6%96%B9%E6%A1%88%20%22%E4%B8%80%22.docx");
}

TEST(Response, ProblemsCarryRuleFieldAndId) {
  const base::Error error{base::Code::conflict, "plan.adopt.open_items", "title", "还有未确认的条目"};
  const Response response = problem(error, "00ff");
  EXPECT_EQ(response.status, 409);
  EXPECT_EQ(*response.get("Content-Type"), "application/problem+json; charset=utf-8");
  EXPECT_EQ(response.body,
            "{\"type\":\"urn:kepu:rule:plan.adopt.open_items\",\"title\":\"与现有数据冲突\",\"status\":409,"
            "\"detail\":\"还有未确认的条目\",\"rule\":\"plan.adopt.open_items\",\"field\":\"title\","
            "\"request_id\":\"00ff\"}");
}

TEST(Request, FindsByName) {
  Request request;
  request.form = {{"tag", "a"}, {"other", "x"}, {"tag", "b"}};
  request.uploads.push_back({"paper", "a.docx", "", 3, "", nullptr});
  EXPECT_EQ(request.field("tag"), "a");
  EXPECT_EQ(request.fields("tag"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(request.field("none"), "");
  EXPECT_EQ(request.upload("paper")->name, "a.docx");
  EXPECT_EQ(request.upload("none"), nullptr);
}

TEST(Reply, NoHeaderCanBeSmuggledByAValue) {
  Response response = redirect("/a\r\nSet-Cookie: stolen=1");
  response.add("X-Bad\r\nName", "v").add("Content-Length", "999").add("Connection", "upgrade");
  const Reply reply = make_reply(std::move(response), nullptr, Question{}, "now");
  EXPECT_EQ(reply.head,
            "HTTP/1.1 303 See Other\r\nLocation: /a  Set-Cookie: stolen=1\r\nContent-Length: 0\r\nDate: "
            "now\r\n\r\n");
}

TEST(Reply, HeadKeepsTheLengthAnd204HasNone) {
  Question question;
  question.head = question.safe = true;
  const Reply head = make_reply(text("hello"), nullptr, question, "now");
  EXPECT_NE(head.head.find("Content-Length: 5\r\n"), std::string::npos);
  EXPECT_EQ(head.length, 0u);
  const Reply empty = make_reply(Response{204, {}, "ignored", {}, {}, false}, nullptr, Question{}, "now");
  EXPECT_EQ(empty.head.find("Content-Length"), std::string::npos);
  EXPECT_EQ(empty.length, 0u);
}

TEST(Compress, AcceptEncoding) {
  for (const char* yes : {"gzip", "deflate, gzip;q=0.5", "*", "br, *;q=0.1", "x-gzip"}) {
    EXPECT_TRUE(accepts_gzip(yes)) << yes;
  }
  for (const char* no : {"", "br", "gzip;q=0", "gzip; q=0.000, br", "*;q=0", "identity", "*, gzip;q=0"}) {
    EXPECT_FALSE(accepts_gzip(no)) << no;
  }
}

TEST(Compress, LongTextsOnly) {
  Request request;
  request.headers = {{"accept-encoding", "gzip, br"}};
  Response page = html(std::string(5000, 'x'));
  page.add("ETag", "\"v1\"");
  compress(request, page);
  EXPECT_LT(page.body.size(), 200u);
  EXPECT_EQ(page.body.substr(0, 2), "\x1f\x8b");
  EXPECT_EQ(*page.get("Content-Encoding"), "gzip");
  EXPECT_EQ(*page.get("Vary"), "Accept-Encoding");
  EXPECT_EQ(*page.get("ETag"), "W/\"v1\"");

  Response brief = html(std::string(1024, 'x')), image = html(std::string(5000, 'x'));
  image.set("Content-Type", "image/png");
  compress(request, brief);
  compress(request, image);
  EXPECT_EQ(brief.body.size(), 1024u);
  EXPECT_EQ(image.body.size(), 5000u);

  Response other = html(std::string(5000, 'x'));
  compress(Request{}, other);
  EXPECT_EQ(other.body.size(), 5000u);
  EXPECT_EQ(*other.get("Vary"), "Accept-Encoding");
}

}  // namespace
}  // namespace kepu::http

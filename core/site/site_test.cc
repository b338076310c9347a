#include <gtest/gtest.h>

#include "core/site/site_state.h"

namespace kepu::site {
namespace {

TEST(LocalPaths, OnlyThoseOfThisSite) {
  for (const char* good : {"/", "/tasks", "/tasks?f.state=%E4%B8%B4", "/a//b"})
    EXPECT_TRUE(is_local_path(good)) << good;
  for (const char* bad : {"", "tasks", "//evil.test", "/\\evil.test", "/\t/evil.test", "/\n/evil.test",
                          "https://evil.test", "/ x"}) {
    EXPECT_FALSE(is_local_path(bad)) << bad;
  }
}

TEST(Messages, SurviveTheCookie_AndForgedOnesAreDropped) {
  const std::vector<std::pair<html::Tone, std::string>> said = {{html::Tone::green, "已保存。"},
                                                                {html::Tone::red, "“甲”没有保存"}};
  EXPECT_EQ(unpack_messages(pack_messages(said)), said);
  for (const char* forged : {"", "%%%", "AAAA", "zzzzzzzz"}) unpack_messages(forged);
  EXPECT_TRUE(unpack_messages("!").empty());
  std::vector<std::pair<html::Tone, std::string>> many(40, said[0]);
  EXPECT_LE(unpack_messages(pack_messages(many)).size(), 4u);
}

TEST(Json, IsWantedByAddressOrHeader) {
  http::Request request;
  request.path = "/tasks";
  EXPECT_FALSE(wants_json(request));
  request.query = {{"as", "json"}};
  EXPECT_TRUE(wants_json(request));
  request.query.clear();
  request.headers = {{"accept", "application/json"}};
  EXPECT_TRUE(wants_json(request));
  request.headers = {{"accept", "text/html,application/json"}};
  EXPECT_FALSE(wants_json(request));
}

}  // namespace
}  // namespace kepu::site

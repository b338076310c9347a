#include "core/notify/sms.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace kepu::notify {
namespace {

const base::Clock& clock_of() {
  static const base::SystemClock clock;
  return clock;
}

TEST(Sms, NothingSetUp_SendsNothing) { EXPECT_FALSE(text_sender({}, clock_of())); }

TEST(Sms, TheOutbox_HoldsALineForEachText) {
  const auto path = std::filesystem::temp_directory_path() / ("kepu-sms-" + std::to_string(::getpid()));
  std::filesystem::remove(path);
  const auto send = text_sender({"", "", path.string()}, clock_of());
  ASSERT_TRUE(send({"13800000001", "order.phone", "012345", 10, "验证码\n012345"}));
  ASSERT_TRUE(send({"13800000002", "order.list", "999999", 10, "x"}));
  std::ifstream in(path);
  std::string line;
  ASSERT_TRUE(std::getline(in, line));
  EXPECT_EQ(
      line,
      R"({"phone":"13800000001","purpose":"order.phone","code":"012345","minutes":10,"text":"验证码\n012345"})");
  ASSERT_TRUE(std::getline(in, line));
  EXPECT_FALSE(std::getline(in, line));
  std::filesystem::remove(path);
  EXPECT_EQ(text_sender({"", "", "/nowhere/at/all"}, clock_of())({}).error().rule, "notify.sms");
}

TEST(Sms, AGatewayThatDoesNotAnswer_IsToldPlainly) {
  const auto send = text_sender({"http://127.0.0.1:1/sms", "secret", ""}, clock_of());
  const auto done = send({"13800000001", "order.phone", "012345", 10, "x"});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().rule, "notify.sms");
  EXPECT_EQ(done.error().message.find("127.0.0.1"), std::string::npos) << "a resident need not know of it";
}

}  // namespace
}  // namespace kepu::notify

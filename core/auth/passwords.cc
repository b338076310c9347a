#include "core/auth/passwords.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>

#include "core/base/secret.h"
#include "core/base/text.h"

namespace kepu::auth {
namespace {

constexpr std::string_view kOneTime = "code:";
constexpr std::string_view kLetters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";  // 32, without 0 O 1 I
constexpr int kPlaces = 2;
constexpr auto kPatience = std::chrono::seconds(10);

class Gate {
 public:
  bool enter() {
    std::unique_lock lock(mutex_);
    if (!freed_.wait_for(lock, kPatience, [&] { return inside_ < kPlaces; })) return false;
    ++inside_;
    return true;
  }
  void leave() {
    {
      const std::lock_guard lock(mutex_);
      --inside_;
    }
    freed_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable freed_;
  int inside_ = 0;
};

Gate& gate() {
  static Gate one;
  return one;
}

template <class F>
auto through_gate(F&& f) -> base::Result<std::invoke_result_t<F>> {
  if (!gate().enter()) {
    return base::refuse(base::Code::unavailable, "auth.busy", "登录的人较多，系统正忙，请过一分钟再试");
  }
  struct Leave {
    ~Leave() { gate().leave(); }
  } const leave;
  return f();
}

// Each of ten characters or more: shorter ones are refused anyway.
constexpr std::array kCommon = {
    "1234567890",   "0123456789",  "0987654321",    "9876543210",   "1q2w3e4r5t",   "1qaz2wsx3edc",
    "qwertyuiop",   "asdfghjkl;",  "qwer1234asdf",  "password123",  "password1234", "passw0rd123",
    "admin12345",   "admin123456", "administrator", "root123456",   "test123456",   "abc1234567",
    "abcd123456",   "abcde12345",  "a123456789",    "a1234567890",  "aa123456789",  "qq123456789",
    "woaini1314",   "woaini520",   "woaini1314520", "5201314520",   "iloveyou123",  "1234567890a",
    "12345678910",  "123456789a",  "112233445566",  "123123123123", "147258369",    "1472583690",
    "qazwsxedcrfv", "kexue12345",  "kepu123456",    "kexie123456",  "welcome123",   "letmein123",
    "changeme123",  "p@ssw0rd123", "woshishui123",  "zhongguo123",  "beijing2008",  "66666666666",
    "88888888888"};

// "aaaaaaaaaa", "abababababab", "123123123123", "2345678901", "jihgfedcba"
bool is_pattern(const std::u32string& text) {
  for (std::size_t period = 1; period <= 3; ++period) {
    bool repeats = true;
    for (std::size_t i = period; i < text.size() && repeats; ++i) repeats = text[i] == text[i - period];
    if (repeats) return true;
  }
  for (const int step : {1, -1}) {
    bool runs = true;
    for (std::size_t i = 1; i < text.size() && runs; ++i) {
      const auto a = static_cast<std::int64_t>(text[i - 1]);
      const auto b = static_cast<std::int64_t>(text[i]);
      runs = b - a == step || (a == '9' && b == '0' && step == 1) || (a == '0' && b == '9' && step == -1);
    }
    if (runs) return true;
  }
  return false;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return c < 128 ? std::tolower(c) : c; });
  return out;
}

// What was typed of a one-time password, without case, blanks and dashes.
std::string bare(std::string_view typed) {
  std::string out;
  for (char32_t c : base::to_code_points(base::to_narrow(typed))) {
    if (base::is_space(c) || c == U'-') continue;
    base::append_utf8(out, c >= U'a' && c <= U'z' ? c - 32 : c);
  }
  return out;
}

// Checked against where there is no account, so that the time taken does not tell.
const std::string& nobodys_password() {
  static const std::string stored = base::hash_password(base::random_token());
  return stored;
}

}  // namespace

base::Done check_password(std::string_view password, std::string_view login) {
  const auto refuse = [](const char* message) {
    return base::refuse(base::Code::invalid, "auth.password", message, "password");
  };
  if (password.size() > 512) return refuse("密码过长，请控制在128个字符以内");
  const std::u32string text = base::to_code_points(lower(password));
  if (text.size() < 10) return refuse("密码至少10个字符。可以用几个不相干的词连成一句，既好记又安全");
  if (text.size() > 128) return refuse("密码过长，请控制在128个字符以内");
  const std::string low = lower(password);
  if (!login.empty() && low == lower(login)) return refuse("密码不能与登录名相同");
  if (is_pattern(text) || std::find(kCommon.begin(), kCommon.end(), low) != kCommon.end()) {
    return refuse("这个密码太常见，容易被猜到，请换一个");
  }
  return {};
}

base::Result<std::string> store_form(std::string_view password) {
  return through_gate([&] { return base::hash_password(password); });
}

base::Result<bool> fits(std::string_view stored, std::string_view password) {
  if (password.size() > 512) password = password.substr(0, 512);
  if (base::starts_with(stored, kOneTime)) {
    return base::equal_in_constant_time(stored, store_form_of_one_time(password));
  }
  return through_gate([&] {
    const bool same =
        base::verify_password(stored.empty() ? nobodys_password() : std::string(stored), password);
    return same && !stored.empty();
  });
}

std::string one_time_password() {
  std::string out;
  const std::string random = base::random_bytes(16);
  for (std::size_t i = 0; i < random.size(); ++i) {
    if (i > 0 && i % 4 == 0) out += '-';
    out += kLetters[static_cast<unsigned char>(random[i]) % kLetters.size()];
  }
  return out;
}

std::string store_form_of_one_time(std::string_view password) {
  // 80 random bits need no slow hash.
  return std::string(kOneTime) + base::sha256_hex(bare(password));
}

}  // namespace kepu::auth

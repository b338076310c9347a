#include "core/notify/send.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <memory>
#include <mutex>

namespace kepu::notify {

namespace {

struct Close {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Handle = std::unique_ptr<CURL, Close>;
using List = std::unique_ptr<curl_slist, Close>;

Handle new_handle(int timeout_seconds) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  Handle handle(curl_easy_init());
  if (!handle) throw std::bad_alloc();
  curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT, static_cast<long>(timeout_seconds));
  curl_easy_setopt(handle.get(), CURLOPT_CONNECTTIMEOUT, static_cast<long>(timeout_seconds));
  curl_easy_setopt(handle.get(), CURLOPT_FOLLOWLOCATION, 0L);
  return handle;
}

void append(List& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  static_cast<void>(list.release());  // the longer one holds it
  list.reset(longer);
}

std::string base64(std::string_view bytes) {
  static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t three = 0;
    const std::size_t have = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t k = 0; k < 3; ++k) {
      three = three << 8 | (k < have ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    }
    for (std::size_t k = 0; k < 4; ++k) out += k <= have ? kDigits[three >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

// RFC 2047 words of at most 75 characters, cut between characters.
std::string encoded_words(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::size_t cut = std::min<std::size_t>(42, text.size());
    while (cut < text.size() && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
    out += (out.empty() ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?") + base64(text.substr(0, cut)) + "?=";
    text.remove_prefix(cut);
  }
  return out;
}

bool has_line_break(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != text.npos;
}

struct Reading {
  std::string_view rest;
};
std::size_t read_some(char* into, std::size_t size, std::size_t count, void* user) {
  auto& reading = *static_cast<Reading*>(user);
  const std::size_t take = std::min(size * count, reading.rest.size());
  std::memcpy(into, reading.rest.data(), take);
  reading.rest.remove_prefix(take);
  return take;
}
std::size_t drop(char*, std::size_t size, std::size_t count, void*) { return size * count; }

bool is_internal4(std::uint32_t a) {
  const auto in = [a](std::uint32_t net, int bits) { return a >> (32 - bits) == net >> (32 - bits); };
  return in(0x7F000000, 8) || in(0x0A000000, 8) || in(0xAC100000, 12) || in(0xC0A80000, 16) ||
         in(0xA9FE0000, 16) || in(0x64400000, 10) || in(0x00000000, 8) || in(0xE0000000, 3) ||
         in(0xC0000000, 24) || in(0xC6120000, 15);
}

bool is_internal(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    return is_internal4(ntohl(reinterpret_cast<const sockaddr_in&>(address).sin_addr.s_addr));
  }
  if (address.sa_family != AF_INET6) return true;
  const in6_addr& six = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
  const auto four_at = [&](int byte) {
    std::uint32_t four = 0;
    std::memcpy(&four, six.s6_addr + byte, 4);
    return ntohl(four);
  };
  if (IN6_IS_ADDR_V4MAPPED(&six)) return is_internal4(four_at(12));
  // An address of the old kind may be wrapped: 64:ff9b::/96 (RFC 6052), 2002::/16 (RFC 3056).
  if (four_at(0) == 0x0064FF9B) return is_internal4(four_at(12));
  if (six.s6_addr[0] == 0x20 && six.s6_addr[1] == 0x02) return is_internal4(four_at(2));
  return IN6_IS_ADDR_LOOPBACK(&six) || IN6_IS_ADDR_UNSPECIFIED(&six) || IN6_IS_ADDR_LINKLOCAL(&six) ||
         IN6_IS_ADDR_MULTICAST(&six) || (six.s6_addr[0] & 0xFE) == 0xFC;
}

// Looks at the address that is really connected to, after names were resolved.
curl_socket_t open_public(void*, curlsocktype, curl_sockaddr* address) {
  if (is_internal(address->addr)) return CURL_SOCKET_BAD;
  return socket(address->family, address->socktype, address->protocol);
}

}  // namespace

std::string message_of(const SmtpServer& server, const Letter& letter, base::Millis now) {
  std::string date = base::to_http_date(now);
  date.replace(date.size() - 3, 3, "+0000");
  std::string out = fmt::format(
      "Date: {}\r\nFrom: {} <{}>\r\nTo: <{}>\r\nSubject: {}\r\nMIME-Version: 1.0\r\n"
      "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n"
      "Auto-Submitted: auto-generated\r\n\r\n",
      date, encoded_words("科普行动平台"), server.from, letter.to, encoded_words(letter.subject));
  const std::string body = base64(letter.body);
  for (std::size_t i = 0; i < body.size(); i += 76) out += body.substr(i, 76) + "\r\n";
  return out;
}

base::Done send_mail(const SmtpServer& server, const Letter& letter) {
  const auto refuse = [](const std::string& message) {
    return base::refuse(base::Code::unavailable, "notify.mail", message);
  };
  if (has_line_break(letter.to) || has_line_break(letter.subject) ||
      letter.to.find_first_of("<> ,") != letter.to.npos) {
    return refuse("收件地址或主题中有不允许的字符，没有发出。");
  }
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  const std::string text = message_of(server, letter, now);
  Reading reading{text};
  Handle handle = new_handle(server.timeout_seconds);
  List to;
  append(to, "<" + letter.to + ">");
  curl_easy_setopt(handle.get(), CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(handle.get(), CURLOPT_URL, server.url.c_str());
  if (!server.user.empty()) {
    curl_easy_setopt(handle.get(), CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
    curl_easy_setopt(handle.get(), CURLOPT_USERNAME, server.user.c_str());
    curl_easy_setopt(handle.get(), CURLOPT_PASSWORD, server.password.c_str());
  } else {
    curl_easy_setopt(handle.get(), CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_TRY));
  }
  curl_easy_setopt(handle.get(), CURLOPT_MAIL_FROM, ("<" + server.from + ">").c_str());
  curl_easy_setopt(handle.get(), CURLOPT_MAIL_RCPT, to.get());
  curl_easy_setopt(handle.get(), CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_READFUNCTION, read_some);
  curl_easy_setopt(handle.get(), CURLOPT_READDATA, &reading);
  const CURLcode code = curl_easy_perform(handle.get());
  if (code == CURLE_OK) return {};
  long said = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &said);
  return refuse(fmt::format("邮件服务器没有收下（{}{}），请检查邮件服务器地址、账号和收件人。",
                            curl_easy_strerror(code),
                            said > 0 ? fmt::format("，应答 {}", said) : std::string()));
}

base::Result<int> send_post(const HookRules& rules, const Post& post) {
  const auto refuse = [](const std::string& message) {
    return base::refuse(base::Code::unavailable, "notify.hook", message);
  };
  Handle handle = new_handle(rules.timeout_seconds);
  List headers;
  append(headers, "Content-Type: application/json");
  for (const auto& header : post.headers) {
    if (has_line_break(header)) return refuse("请求头中有不允许的字符，没有发出。");
    append(headers, header);
  }
  append(headers, "Expect:");
  curl_easy_setopt(handle.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle.get(), CURLOPT_URL, post.url.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_PROXY, "");
  curl_easy_setopt(handle.get(), CURLOPT_POST, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDS, post.body.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(post.body.size()));
  curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, drop);
  if (!rules.internal) curl_easy_setopt(handle.get(), CURLOPT_OPENSOCKETFUNCTION, open_public);
  const CURLcode code = curl_easy_perform(handle.get());
  if (code != CURLE_OK) {
    return refuse(fmt::format("没有送到回调地址（{}）。请检查地址能否从服务器访问；内网地址须由运维允许。",
                              curl_easy_strerror(code)));
  }
  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  return static_cast<int>(status);
}

base::Done send_call(const HookRules& rules, const Call& call) {
  const int status = TRY(send_post(
      rules,
      {call.url, call.body, {"X-Kepu-Timestamp: " + call.timestamp, "X-Kepu-Signature: " + call.signature}}));
  if (status >= 200 && status < 300) return {};
  return base::refuse(base::Code::unavailable, "notify.hook",
                      fmt::format("回调地址答复 {}，没有收下通知。", status));
}

}  // namespace kepu::notify

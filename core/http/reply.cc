#include "core/http/reply.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

namespace kepu::http {
namespace {

void append_number(std::string& out, std::uint64_t number) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

bool same_name(std::string_view a, std::string_view lower_case) {
  return std::equal(a.begin(), a.end(), lower_case.begin(), lower_case.end(),
                    [](char x, char y) { return (x >= 'A' && x <= 'Z' ? x | 0x20 : x) == y; });
}

// Set by the server alone; a handler's own would contradict it.
bool is_ours(std::string_view name) {
  return same_name(name, "content-length") || same_name(name, "date") || same_name(name, "connection") ||
         same_name(name, "transfer-encoding") || same_name(name, "x-request-id");
}

// A line break in a value would let what a user typed become a header of its own.
void append_header(std::string& out, std::string_view name, std::string_view value) {
  if (name.empty() || name.find_first_of(std::string_view("\r\n\0: ", 5)) != std::string_view::npos) return;
  out += name;
  out += ": ";
  const std::size_t begin = out.size();
  out += value;
  for (std::size_t i = begin; i < out.size(); ++i) {
    if (out[i] == '\r' || out[i] == '\n' || out[i] == '\0') out[i] = ' ';
  }
  out += "\r\n";
}

std::string_view or_empty(const std::string* text) {
  return text ? std::string_view(*text) : std::string_view();
}

std::string content_range(std::uint64_t first, std::uint64_t length, std::uint64_t size) {
  std::string out = "bytes ";
  append_number(out, first);
  out += '-';
  append_number(out, first + length - 1);
  out += '/';
  append_number(out, size);
  return out;
}

void drop_body(Response& response, Reply& reply) {
  response.body.clear();
  response.shared.reset();
  reply.file.reset();
  reply.length = 0;
}

// 304 and 206/416, where the request asks and the response allows.
void apply_conditions(Response& response, const Question& question, Reply& reply) {
  const Validators validators{or_empty(response.get("ETag")), or_empty(response.get("Last-Modified"))};
  if (not_modified(question.conditions, validators)) {
    response.status = 304;
    std::erase_if(response.headers, [](const auto& pair) { return pair.first == "Content-Type"; });
    drop_body(response, reply);
    return;
  }
  if (reply.file && !response.get("Accept-Ranges")) response.add("Accept-Ranges", "bytes");
  if (question.head || question.conditions.range.empty() ||
      or_empty(response.get("Accept-Ranges")) != "bytes") {
    return;
  }
  const RangeChoice choice = choose_range(question.conditions, validators, reply.length);
  if (choice.kind == RangeChoice::Kind::part) {
    response.status = 206;
    response.set("Content-Range", content_range(choice.first, choice.length, reply.length));
    reply.offset = choice.first;
    reply.length = choice.length;
  } else if (choice.kind == RangeChoice::Kind::unsatisfiable) {
    response.status = 416;
    response.set("Content-Range", "bytes */" + std::to_string(reply.length));
    drop_body(response, reply);
  }
}

void write_head(const Response& response, const Question& question, std::string_view date, Reply& reply) {
  std::string& head = reply.head;
  head.reserve(256);
  head += "HTTP/1.1 ";
  append_number(head, static_cast<std::uint64_t>(response.status));
  head += ' ';
  head += reason(response.status);
  head += "\r\n";
  for (const auto& [name, value] : response.headers) {
    if (!is_ours(name)) append_header(head, name, value);
  }
  if (response.status != 204 && response.status != 304) {
    head += "Content-Length: ";
    append_number(head, reply.length);
    head += "\r\n";
  }
  append_header(head, "Date", date);
  if (!question.id.empty()) append_header(head, "X-Request-Id", question.id);
  if (!question.keep_alive) {
    head += "Connection: close\r\n";
  } else if (question.old) {
    head += "Connection: keep-alive\r\n";
  }
  head += "\r\n";
}

}  // namespace

std::shared_ptr<OpenFile> OpenFile::open(const std::string& path, bool remove) {
  std::shared_ptr<OpenFile> file(new OpenFile(path, remove));
  file->descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat facts {};
  if (file->descriptor_ < 0 || ::fstat(file->descriptor_, &facts) != 0 || !S_ISREG(facts.st_mode))
    return nullptr;
  file->size_ = static_cast<std::uint64_t>(facts.st_size);
  return file;
}

OpenFile::~OpenFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (remove_) ::unlink(path_.c_str());
}

bool OpenFile::read(char* into, std::size_t size, std::uint64_t offset) const {
  while (size > 0) {
    const ssize_t got = ::pread(descriptor_, into, size, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    into += got;
    offset += static_cast<std::uint64_t>(got);
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

Reply make_reply(Response response, std::shared_ptr<OpenFile> file, const Question& question,
                 std::string_view date) {
  Reply reply;
  if (response.status < 200 || response.status > 599) response.status = 500;
  reply.file = std::move(file);
  reply.length = reply.file        ? reply.file->size()
                 : response.shared ? response.shared->size()
                                   : response.body.size();
  if (response.status == 204 || response.status == 304) drop_body(response, reply);
  if (question.safe && response.status == 200) apply_conditions(response, question, reply);
  write_head(response, question, date, reply);
  reply.status = response.status;
  if (question.head) drop_body(response, reply);
  reply.body = std::move(response.body);
  reply.shared = std::move(response.shared);
  return reply;
}

std::string_view reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    case 507:
      return "Insufficient Storage";
    default:
      return "Status";
  }
}

}  // namespace kepu::http

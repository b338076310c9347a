// Requests and responses as handlers see them. Plain values, no socket; the server is in server.h.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"

namespace kepu::http {

enum class Method { get, head, post, put, patch, del, options, other };
std::string_view to_text(Method method);

using Pairs = std::vector<std::pair<std::string, std::string>>;
// The first value of a name, or null.
const std::string* find(const Pairs& pairs, std::string_view name);

// A file of a multipart form, streamed to a temporary file that vanishes with the request unless it is moved
// away.
struct Upload {
  std::string field;
  std::string name;  // as the client says, base name only, never trusted
  std::string path;  // where it lies
  std::uint64_t size = 0;
  std::string sha256;                 // of its bytes
  std::shared_ptr<const void> guard;  // the last copy removes the file at `path` if it still lies there
};

struct Request {
  Method method = Method::get;
  std::string target;  // as received: "/plans/1?page=2"
  std::string path;  // decoded, always begins with "/"; a path with "..", NUL or bad escapes never gets here
  Pairs query;       // decoded
  Pairs headers;     // names in lower case
  Pairs cookies;
  Pairs form;  // of application/x-www-form-urlencoded and of multipart text fields, decoded
  std::vector<Upload> uploads;
  std::string body;     // raw, for other content types
  std::string remote;   // the client's address; behind a trusted proxy the one it forwards
  bool secure = false;  // TLS here, or at the trusted proxy
  std::string host;     // of the Host header, checked
  std::string id;       // of this request: in the log, in X-Request-Id and on error pages

  std::string_view header(std::string_view lower_case_name) const;  // "" where absent
  std::string_view cookie(std::string_view name) const;
  std::string_view param(std::string_view name) const;  // of the query
  std::string_view field(std::string_view name) const;  // of the form
  std::vector<std::string> fields(std::string_view name) const;
  const Upload* upload(std::string_view field) const;
};

// The server answers If-None-Match and If-Modified-Since by itself (304) where a 200 carries ETag or
// Last-Modified, and Range (206, 416) for files and for bodies with "Accept-Ranges: bytes".
struct Response {
  int status = 200;
  Pairs headers;  // without Content-Length, Date, Connection
  std::string body;
  std::shared_ptr<const std::string> shared;  // used instead of `body` where set: not copied
  std::string file;                           // a file to send instead; the server opens it
  bool delete_file = false;                   // after sending

  Response& set(std::string name, std::string value);   // replaces
  Response& add(std::string name, std::string value);   // e.g. Set-Cookie
  const std::string* get(std::string_view name) const;  // the first of this name in any case, or null
};

Response html(std::string body, int status = 200);
Response json(std::string body, int status = 200);
Response text(std::string body, int status = 200);
Response redirect(std::string location, int status = 303);
// Offers a file for saving; `name` may be Chinese (RFC 6266 filename*).
Response attachment(std::string path_of_file, std::string name, std::string content_type,
                    bool delete_after = false);
Response attachment_bytes(std::string bytes, std::string name, std::string content_type);

// The one table: base::Code → HTTP status.
int status_of(base::Code code);
// RFC 9457 problem details.
Response problem(const base::Error& error, std::string_view request_id);

std::string url_encode(std::string_view text);                                     // RFC 3986 unreserved stay
std::optional<std::string> url_decode(std::string_view text, bool plus_is_blank);  // none: a bad escape
// Bad escapes are kept as they are. Names and values are valid UTF-8 without NUL, whatever was sent.
Pairs parse_query(std::string_view query);
std::string build_query(const Pairs& pairs);  // "a=1&b=%E4…"
// What a person sent as text, made safe to store: ill-formed UTF-8 and NUL become U+FFFD.
std::string clean_text(std::string bytes);

}  // namespace kepu::http

#include "core/http/compress.h"

#include <zlib.h>

#include <algorithm>
#include <stdexcept>

namespace kepu::http {
namespace {

constexpr std::size_t kSmallest = 1024;  // below, the saving is less than a packet

bool is_text(std::string_view type) {
  type = type.substr(0, type.find(';'));
  return type.substr(0, 5) == "text/" || type == "application/json" || type == "application/javascript" ||
         type == "application/xml" || type == "image/svg+xml" || type == "application/problem+json" ||
         type == "application/geo+json";
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool refused(std::string_view parameters) {
  const std::size_t q = parameters.find("q=");
  if (q == std::string_view::npos) return false;
  const std::string_view weight = trim(parameters.substr(q + 2));
  return !weight.empty() && weight.front() == '0' && weight.find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace

bool accepts_gzip(std::string_view list) {
  bool any = false;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    const std::string_view item = trim(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
    const std::size_t semicolon = std::min(item.find(';'), item.size());
    const std::string_view coding = trim(item.substr(0, semicolon));
    const bool allowed = !refused(item.substr(semicolon));
    if (coding == "gzip" || coding == "x-gzip") return allowed;
    if (coding == "*") any = allowed;
  }
  return any;
}

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("deflateInit2 failed");
  }
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (result != Z_STREAM_END) throw std::runtime_error("deflate failed");
  return out;
}

void compress(const Request& request, Response& response) {
  const std::string* type = response.get("Content-Type");
  if (response.shared || !response.file.empty() || response.body.size() <= kSmallest || !type ||
      !is_text(*type) || response.get("Content-Encoding")) {
    return;
  }
  response.add("Vary", "Accept-Encoding");
  if (!accepts_gzip(request.header("accept-encoding"))) return;
  response.body = gzip(response.body);
  response.set("Content-Encoding", "gzip");
  if (const std::string* etag = response.get("ETag"); etag && etag->front() == '"') {
    response.set("ETag", "W/" + *etag);
  }
}

}  // namespace kepu::http

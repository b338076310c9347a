#include "core/http/request_reader.h"

#include "core/http/head.h"

namespace kepu::http {

int RequestReader::read_head(std::string_view bytes) {
  Error error;
  eager(false);
  const std::size_t used = put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
  if (error || !head_done_ || used != bytes.size()) {
    return error == boost::beast::http::error::header_limit ? 431 : 400;
  }
  eager(true);
  return 0;
}

int RequestReader::read_body(std::string_view bytes, std::size_t& used) {
  Error error;
  used = put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
  if (error == boost::beast::http::error::need_more) return 0;
  if (refusal_) return refusal_;
  return error ? 400 : 0;
}

void RequestReader::on_request_impl(Verb, Text method, Text target, int version, Error&) {
  old = version < 11;
  method_name.assign(method.data(), method.size());
  raw_target.assign(target.data(), target.size());
  request.method = http::parse_method(method_name);
}

void RequestReader::on_field_impl(boost::beast::http::field, Text name, Text value, Error&) {
  if (head_done_) return;  // a trailer: nothing of ours uses one
  auto& [key, content] = request.headers.emplace_back();
  key.assign(name.data(), name.size());
  for (char& c : key) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  content.assign(value.data(), value.size());
}

std::size_t RequestReader::take(Text body, Error& error) {
  refusal_ = sink_ ? sink_->add(std::string_view(body.data(), body.size())) : 413;
  if (refusal_) error = boost::beast::http::error::body_limit;
  return body.size();
}

}  // namespace kepu::http

// One request as it comes in: its head by Beast's parser, its body to a BodySink. Internal, see core.h.
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/http/body_sink.h"
#include "core/http/http.h"

namespace kepu::http {

class RequestReader final : public boost::beast::http::basic_parser<true> {
 public:
  using Error = boost::beast::error_code;

  explicit RequestReader(std::size_t header_bytes) {
    header_limit(static_cast<std::uint32_t>(header_bytes + 1024));
    body_limit(boost::none);  // BodySink counts
  }

  // `bytes` is a complete head that check_head() has passed. 0 or the status of a refusal.
  int read_head(std::string_view bytes);
  // Where the body goes; without one it is refused by 413.
  void set_sink(std::unique_ptr<BodySink> sink) { sink_ = std::move(sink); }
  // Takes from the front of `bytes` what belongs to the body. 0 or the status of a refusal; `used` is how
  // much was taken, 0 when more must come first.
  int read_body(std::string_view bytes, std::size_t& used);
  // When is_done(): fills form, uploads, body. 0 or the status of a refusal.
  int finish() { return sink_ ? sink_->finish(request) : 0; }

  Request request;
  std::string method_name;
  std::string raw_target;
  bool old = false;  // HTTP/1.0

 private:
  using Text = boost::beast::string_view;
  using Verb = boost::beast::http::verb;
  void on_request_impl(Verb, Text method, Text target, int version, Error&) override;
  void on_response_impl(int, Text, int, Error&) override {}
  void on_field_impl(boost::beast::http::field, Text name, Text value, Error&) override;
  void on_header_impl(Error&) override { head_done_ = true; }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, Error&) override {}
  std::size_t on_body_impl(Text body, Error& error) override { return take(body, error); }
  void on_chunk_header_impl(std::uint64_t, Text, Error&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, Text body, Error& error) override {
    return take(body, error);
  }
  void on_finish_impl(Error&) override {}
  std::size_t take(Text body, Error& error);

  std::unique_ptr<BodySink> sink_;
  bool head_done_ = false;
  int refusal_ = 0;
};

}  // namespace kepu::http

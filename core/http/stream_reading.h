// The half of StreamConnection that takes requests. Internal: included by stream_connection_impl.h alone.
#pragma once

#include <boost/asio/ssl/stream_base.hpp>
#include <cstring>

#include "core/http/stream_connection.h"

namespace kepu::http {

template <class Stream>
template <class... Args>
StreamConnection<Stream>::StreamConnection(Core& core, std::string remote, Args&&... args)
    : core_(core),
      number_(core.next_connection++),
      peer_(std::move(remote)),
      stream_(std::forward<Args>(args)...) {
  core_.counters.opened();
}

template <class Stream>
StreamConnection<Stream>::~StreamConnection() {
  for (const Slot& slot : slots_) {
    if (slot.dispatched && !slot.ready) core_.counters.answered();
  }
  core_.counters.closed();
}

template <class Stream>
void StreamConnection<Stream>::start() {
  core_.connections.emplace(number_, self());
  if constexpr (kTls) {
    handshake();
  } else {
    read();
  }
}

template <class Stream>
void StreamConnection<Stream>::handshake() {
  if constexpr (kTls) {
    shaking_ = true;
    stream_.async_handshake(asio::ssl::stream_base::server, [me = self()](Error error) {
      me->shaking_ = false;
      if (error || me->closed_) return me->kill();
      me->since_ = Steady::now();
      me->read();
    });
  }
}

template <class Stream>
void StreamConnection<Stream>::start_refusing(int status) {
  if (kTls) return kill();  // a handshake is the dearest thing to give to one connection too many
  core_.connections.emplace(number_, self());
  refuse(status);
  flush();
  read();
}

// ---- reading ----

template <class Stream>
void StreamConnection<Stream>::read() {
  if (reading_ || closed_ || ended_ || shaking_) return;
  if (!discarding_ && (closing_ || !room())) return;
  if (discarding_) begin_ = end_ = 0;
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    scanned_ -= std::min(scanned_, begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  const bool bulk = reader_ || discarding_;
  const std::size_t wanted = bulk ? kLargeBuffer : std::max(kSmallBuffer, 2 * end_);
  if (buffer_.size() < wanted || (!bulk && end_ == 0 && buffer_.size() > kSmallBuffer)) {
    buffer_.resize(wanted);
    if (!bulk) buffer_.shrink_to_fit();
  }
  reading_ = true;
  stream_.async_read_some(asio::buffer(buffer_.data() + end_, buffer_.size() - end_),
                          [me = self()](Error error, std::size_t bytes) {
                            me->reading_ = false;
                            if (me->closed_) return;
                            if (!error) return me->on_read(bytes);
                            if (error != asio::error::eof) return me->kill();
                            // The client may have closed its half only and wait for its answers.
                            me->ended_ = true;
                            me->closing_ = true;
                            me->reader_ && !me->held_ ? me->kill() : me->flush();
                          });
}

template <class Stream>
void StreamConnection<Stream>::on_read(std::size_t bytes) {
  if (discarding_) {
    discarded_ += bytes;
    if (discarded_ > kMaxDiscarded) return kill();
    return read();
  }
  if (end_ == 0 && !reader_ && slots_.empty()) since_ = Steady::now();  // the first bytes of a head
  if (reader_) {
    progress_ += bytes;
    if (progress_ >= kProgress) {
      progress_ = 0;
      since_ = Steady::now();
    }
  }
  end_ += bytes;
  feed();
}

template <class Stream>
void StreamConnection<Stream>::feed() {
  while (!closing_ && !closed_ && begin_ < end_ && room()) {
    if (!(reader_ ? take_body() : take_head())) break;
  }
  if (begin_ == end_) begin_ = end_ = scanned_ = 0;
  flush();
  read();
}

template <class Stream>
bool StreamConnection<Stream>::take_head() {
  if (end_ - begin_ >= 2 && buffer_[begin_] == '\r' && buffer_[begin_ + 1] == '\n') {
    begin_ += 2;  // an empty line before a request is to be ignored (RFC 9112 §2.2)
    return begin_ < end_;
  }
  const std::string_view received(buffer_.data() + begin_, end_ - begin_);
  std::size_t scanned = scanned_ > begin_ ? scanned_ - begin_ : 0;
  const HeadEnd found = find_head_end(received, scanned);
  scanned_ = begin_ + scanned;
  const std::size_t size = found.state == HeadEnd::State::complete ? found.size : received.size();
  if (found.state == HeadEnd::State::malformed || size > core_.options.header_bytes) {
    refuse(size > core_.options.header_bytes ? 431 : 400);
    return false;
  }
  if (found.state == HeadEnd::State::incomplete) return false;
  int status = check_head(received.substr(0, size));
  if (status == 0) {
    reader_ = std::make_unique<RequestReader>(core_.options.header_bytes);
    status = reader_->read_head(received.substr(0, size));
    begin_ += size;
  }
  if (status == 0) status = begin_request();
  if (status) {
    refuse(status);
    return false;
  }
  return true;
}

template <class Stream>
int StreamConnection<Stream>::begin_request() {
  Request& request = reader_->request;
  request.id = core_.next_request_id();
  keep_alive_ = reader_->keep_alive();
  old_ = reader_->old;
  if (const int status = place_request()) return status;
  if (!request.header("cookie").empty())
    request.cookies = parse_cookies(all_values(request.headers, "cookie", "; "));
  if (reader_->is_done()) {
    finish_request();
    return 0;
  }
  const Head head{
      request.method, request.path, std::string(request.header("content-type")),
      reader_->content_length() ? std::optional<std::uint64_t>(*reader_->content_length()) : std::nullopt};
  const std::optional<BodyPolicy> policy = core_.policy_for(head, request.id);
  if (!policy) return 500;
  if (head.content_length && *head.content_length > policy->max_bytes) return 413;
  const std::string_view expected = request.header("expect");
  if (!expected.empty() && expected != "100-continue") return 417;
  reader_->set_sink(std::make_unique<BodySink>(head.content_type, *policy, core_.options.upload_folder));
  if (!expected.empty() && !old_ && begin_ == end_) begin_body();
  progress_ = 0;
  since_ = Steady::now();
  return 0;
}

template <class Stream>
int StreamConnection<Stream>::place_request() {
  Request& request = reader_->request;
  std::optional<Target> target = parse_target(reader_->raw_target);
  if (!target || (reader_->raw_target == "*" && request.method != Method::options)) return 400;
  request.target = std::move(target->origin);
  request.path = std::move(target->path);
  request.query = parse_query(target->query);
  if (!target->authority.empty()) {
    request.host = std::move(target->authority);
  } else if (const std::string_view host = request.header("host"); !host.empty()) {
    request.host = parse_host(host).value_or("");
  }
  const auto& hosts = core_.options.hosts;
  if (!hosts.empty() && std::find(hosts.begin(), hosts.end(), without_port(request.host)) == hosts.end()) {
    return 400;
  }
  const auto& proxies = core_.options.trusted_proxies;
  const bool proxied = std::find(proxies.begin(), proxies.end(), peer_) != proxies.end();
  request.remote =
      proxied ? client_address(peer_, all_values(request.headers, "x-forwarded-for", ","), proxies) : peer_;
  request.secure = kTls || (proxied && all_values(request.headers, "x-forwarded-proto", ",") == "https");
  return 0;
}

// Tells a client that waits for it to send its body; in turn, as answers to earlier requests come first.
template <class Stream>
void StreamConnection<Stream>::begin_body() {
  Slot slot;
  slot.ready = slot.interim = true;
  slots_.push_back(std::move(slot));
  collect();
}

template <class Stream>
bool StreamConnection<Stream>::take_body() {
  std::size_t used = 0;
  const int status = reader_->read_body(std::string_view(buffer_.data() + begin_, end_ - begin_), used);
  begin_ += used;
  if (status) {
    refuse(status);
    return false;
  }
  if (reader_->is_done()) {
    finish_request();
    return true;
  }
  // The head of a chunk that does not end within the whole buffer.
  if (used == 0 && end_ - begin_ >= kLargeBuffer) refuse(400);
  return used > 0;
}

template <class Stream>
void StreamConnection<Stream>::finish_request() {
  if (const int status = reader_->finish()) return refuse(status);
  held_ = true;
  if (!must_wait()) dispatch();
}

}  // namespace kepu::http

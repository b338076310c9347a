// The bodies of StreamConnection. Internal: included by connection_plain.cc and connection_tls.cc alone.
#pragma once

#include <boost/asio/ssl/stream_base.hpp>
#include <cstring>
#include <exception>

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
  if (const std::string_view cookies = request.header("cookie"); !cookies.empty()) {
    request.cookies = parse_cookies(cookies);
  }
  if (reader_->is_done()) {
    finish_request();
    return 0;
  }
  const Head head{
      request.method, request.path, std::string(request.header("content-type")),
      reader_->content_length() ? std::optional<std::uint64_t>(*reader_->content_length()) : std::nullopt};
  const BodyPolicy policy = core_.application.body_policy(head);
  if (head.content_length && *head.content_length > policy.max_bytes) return 413;
  const std::string_view expected = request.header("expect");
  if (!expected.empty() && expected != "100-continue") return 417;
  reader_->set_sink(std::make_unique<BodySink>(head.content_type, policy, core_.options.upload_folder));
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
  request.remote = proxied ? client_address(peer_, request.header("x-forwarded-for"), proxies) : peer_;
  request.secure = kTls || (proxied && request.header("x-forwarded-proto") == "https");
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

// ---- handling ----

template <class Stream>
bool StreamConnection<Stream>::must_wait() const {
  const bool safe = reader_->request.method == Method::get || reader_->request.method == Method::head;
  for (const Slot& slot : slots_) {
    if (slot.dispatched && !slot.ready && (!safe || !slot.safe)) return true;
  }
  return false;
}

template <class Stream>
typename StreamConnection<Stream>::Slot StreamConnection<Stream>::make_slot() {
  Slot slot;
  slot.begun = Steady::now();
  slot.remote = peer_;
  if (!reader_) return slot;
  const Request& request = reader_->request;
  slot.method = reader_->method_name;
  slot.target = request.target.empty() ? reader_->raw_target : request.target;
  slot.agent = request.header("user-agent");
  if (!request.remote.empty()) slot.remote = request.remote;
  Question& question = slot.question;
  question.id = request.id;
  question.old = old_;
  question.head = request.method == Method::head;
  question.safe = slot.safe = question.head || request.method == Method::get;
  if (!question.safe) return slot;
  question.conditions.if_none_match = request.header("if-none-match");
  question.conditions.if_modified_since = request.header("if-modified-since");
  question.conditions.range = request.header("range");
  question.conditions.if_range = request.header("if-range");
  return slot;
}

template <class Stream>
void StreamConnection<Stream>::dispatch() {
  held_ = false;
  Slot slot = make_slot();
  slot.dispatched = true;
  slot.question.keep_alive = keep_alive_;
  if (!keep_alive_) closing_ = true;
  const std::uint64_t sequence = first_sequence_ + slots_.size();
  auto ticket = std::make_shared<Ticket>(core_.mail, number_, sequence, slot.question.id);
  auto request = std::make_shared<Request>(std::move(reader_->request));
  slots_.push_back(std::move(slot));
  reader_.reset();
  core_.counters.dispatched();
  core_.pool.post(
      [&application = core_.application, ticket = std::move(ticket), request = std::move(request)] {
        try {
          application.handle(std::move(*request),
                             [ticket](Response response) { ticket->answer(std::move(response)); });
        } catch (const std::exception& exception) {
          ticket->fail(exception.what());
        } catch (...) {
          ticket->fail("a handler threw something that is no std::exception");
        }
      });
}

template <class Stream>
void StreamConnection<Stream>::refuse(int status) {
  Slot slot = make_slot();
  slot.ready = true;
  slot.failure = status;
  if (slot.question.id.empty()) slot.question.id = core_.next_request_id();
  closing_ = discarding_ = true;
  held_ = false;
  reader_.reset();
  slots_.push_back(std::move(slot));
  collect();
}

template <class Stream>
void StreamConnection<Stream>::deliver(std::uint64_t sequence, Response response, int failure) {
  const std::uint64_t index = sequence - first_sequence_;
  if (closed_ || index >= slots_.size() || slots_[index].ready) return;
  Slot& slot = slots_[index];
  slot.ready = true;
  slot.response = std::move(response);
  slot.failure = failure;
  core_.counters.answered();
  collect();
  if (held_ && !must_wait()) dispatch();
  feed();
}

// ---- writing ----

template <class Stream>
void StreamConnection<Stream>::collect() {
  while (!slots_.empty() && slots_.front().ready) {
    Slot slot = std::move(slots_.front());
    slots_.pop_front();
    ++first_sequence_;
    emit(slot);
  }
}

template <class Stream>
void StreamConnection<Stream>::emit(Slot& slot) {
  if (slot.interim) return outbox_.add("HTTP/1.1 100 Continue\r\n\r\n");
  Question& question = slot.question;
  if (slot.failure) slot.response = core_.application.failure(slot.failure, question.id);
  std::shared_ptr<OpenFile> file;
  if (!slot.response.file.empty()) {
    file = OpenFile::open(slot.response.file, slot.response.delete_file);
    if (!file) {
      core_.mail->log(question.id, "a file to be sent cannot be opened: " + slot.response.file);
      slot.response = core_.application.failure(404, question.id);
    }
  }
  // The last answer before the end says so.
  if (closing_ && slots_.empty() && !held_) question.keep_alive = false;
  if (core_.draining && slots_.empty() && !held_) {
    question.keep_alive = false;
    closing_ = true;
  }
  Reply reply = make_reply(std::move(slot.response), std::move(file), question, core_.date());
  const auto taken = Steady::now() - slot.begun;
  core_.counters.finished(reply.status, std::chrono::duration<double>(taken).count());
  if (core_.options.access_log) {
    core_.options.access_log({slot.remote, slot.method, slot.target, question.id, slot.agent, reply.status,
                              reply.file || reply.length ? reply.length : 0,
                              std::chrono::duration_cast<std::chrono::microseconds>(taken).count()});
  }
  outbox_.add(std::move(reply));
}

template <class Stream>
void StreamConnection<Stream>::flush() {
  if (writing_ || closed_ || shaking_) return;
  if (outbox_.empty()) {
    if (closing_ && slots_.empty() && !held_) close_orderly();
    return;
  }
  const auto& buffers = outbox_.next();
  if (outbox_.failed()) return kill();  // less than was promised: the client must see that it is cut
  writing_ = true;
  since_ = Steady::now();
  stream_.async_write_some(buffers,
                           [me = self()](Error error, std::size_t bytes) { me->on_written(error, bytes); });
}

template <class Stream>
void StreamConnection<Stream>::on_written(Error error, std::size_t bytes) {
  writing_ = false;
  if (error || closed_) return kill();
  core_.counters.sent(bytes);
  outbox_.written(bytes);
  since_ = Steady::now();
  flush();
  if (!closed_ && !writing_) begin_ < end_ ? feed() : read();
}

// ---- the end ----

template <class Stream>
void StreamConnection<Stream>::close_orderly() {
  if (ended_ || (!kTls && !discarding_)) return kill();
  if (lingering_) return;
  lingering_ = true;
  linger_until_ = Steady::now() + kMaxLinger;
  if constexpr (kTls) {
    // While the client still talks, its bytes are thrown away; a shutdown would take them for an error.
    if (!discarding_) shutdown_tls();
  } else {
    Error ignored;
    stream_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  }
  read();
}

template <class Stream>
void StreamConnection<Stream>::shutdown_tls() {
  if constexpr (kTls) {
    shaking_ = true;
    linger_until_ = Steady::now() + std::chrono::seconds(2);
    stream_.async_shutdown([me = self()](Error) { me->kill(); });
  }
}

template <class Stream>
void StreamConnection<Stream>::check_time(Steady::time_point now) {
  const auto& options = core_.options;
  const auto waited = std::chrono::duration_cast<std::chrono::seconds>(now - since_).count();
  if (now > linger_until_) return kill();
  if (shaking_) {
    if (waited >= options.header_seconds) kill();
  } else if (writing_) {
    if (waited >= options.body_seconds) kill();
  } else if (!slots_.empty() || held_ || lingering_) {
    return;
  } else if (reader_ ? waited >= options.body_seconds : end_ > begin_ && waited >= options.header_seconds) {
    refuse(408);
    flush();
  } else if (!reader_ && end_ == begin_ && waited >= options.idle_seconds) {
    kill();
  }
}

template <class Stream>
void StreamConnection<Stream>::drain() {
  if (shaking_) return kill();
  if (!slots_.empty() || reader_ || begin_ < end_) return;
  closing_ = true;
  flush();
}

template <class Stream>
void StreamConnection<Stream>::kill() {
  if (closed_) return;
  closed_ = true;
  Error ignored;
  stream_.lowest_layer().close(ignored);
  core_.connections.erase(number_);
}

}  // namespace kepu::http

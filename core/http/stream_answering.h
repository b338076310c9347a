// The half of StreamConnection that answers and ends. Internal: included by stream_connection_impl.h alone.
#pragma once

#include <exception>

#include "core/http/stream_connection.h"

namespace kepu::http {

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
  const bool reads = request->method == Method::get || request->method == Method::head;
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
      },
      reads);
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
  if (slot.failure) slot.response = core_.failure_page(slot.failure, question.id);
  std::shared_ptr<OpenFile> file;
  if (!slot.response.file.empty()) {
    file = OpenFile::open(slot.response.file, slot.response.delete_file);
    if (!file) {
      core_.mail->log(question.id, "a file to be sent cannot be opened: " + slot.response.file);
      slot.response = core_.failure_page(404, question.id);
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
    core_.log_access({slot.remote, slot.method, slot.target, question.id, slot.agent, reply.status,
                      reply.length, std::chrono::duration_cast<std::chrono::microseconds>(taken).count()});
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

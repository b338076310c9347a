#include "core/http/outbox.h"

#include <algorithm>

namespace kepu::http {

void Outbox::add(std::string_view text) {
  const bool joins = items_.size() > busy_ && !items_.back().shared && !items_.back().file &&
                     items_.back().text.size() < 64 * 1024;
  if (!joins) {
    Item item;
    item.text = text;
    item.length = text.size();
    add_item(std::move(item));
    return;
  }
  items_.back().text += text;
  items_.back().length += text.size();
  size_ += text.size();
}

void Outbox::add(Reply reply) {
  const std::string_view body = reply.shared ? std::string_view(*reply.shared) : std::string_view(reply.body);
  if (!reply.file && reply.length <= kCopied) {
    reply.head += body.substr(reply.offset, reply.length);
    add(reply.head);
    return;
  }
  add(reply.head);
  Item item;
  item.offset = reply.offset;
  item.length = reply.length;
  item.text = std::move(reply.body);
  item.shared = std::move(reply.shared);
  item.file = std::move(reply.file);
  if (item.length > 0) add_item(std::move(item));
}

void Outbox::add_item(Item item) {
  size_ += item.length;
  items_.push_back(std::move(item));
}

const std::vector<boost::asio::const_buffer>& Outbox::next() {
  buffers_.clear();
  busy_ = 0;
  for (Item& item : items_) {
    if (item.file) {
      if (busy_ == 0) next_of_file(item);
      break;
    }
    const std::string& text = item.shared ? *item.shared : item.text;
    buffers_.emplace_back(text.data() + item.offset, item.length);
    if (++busy_ == 16) break;
  }
  return buffers_;
}

void Outbox::next_of_file(Item& item) {
  piece_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(item.length, kFilePiece)));
  failed_ = !item.file->read(piece_.data(), piece_.size(), item.offset);
  if (failed_) return;
  buffers_.emplace_back(piece_.data(), piece_.size());
  busy_ = 1;
}

void Outbox::written(std::size_t bytes) {
  size_ -= bytes;
  busy_ = 0;
  while (!items_.empty()) {
    Item& first = items_.front();
    const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(first.length, bytes));
    first.offset += part;
    first.length -= part;
    bytes -= part;
    if (first.length > 0) return;
    items_.pop_front();
  }
  piece_ = std::string();
}

}  // namespace kepu::http

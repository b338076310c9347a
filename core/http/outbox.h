// The bytes that wait to be written to one connection, in order. Internal, see core.h.
#pragma once

#include <boost/asio/buffer.hpp>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "core/http/reply.h"

namespace kepu::http {

// Short texts are joined into one; long and shared bodies are referred to, never copied; files are read by
// pieces of kFilePiece. Not thread-safe.
class Outbox {
 public:
  static constexpr std::size_t kFilePiece = 128 * 1024;

  void add(std::string_view text);
  void add(Reply reply);
  bool empty() const { return items_.empty(); }
  std::uint64_t size() const { return size_; }
  // The next buffers to write, at most 16; they stay valid until written(). Empty with failed() set where a
  // file could not be read to its promised length.
  const std::vector<boost::asio::const_buffer>& next();
  // So many bytes of what next() gave have been taken.
  void written(std::size_t bytes);
  bool failed() const { return failed_; }

 private:
  static constexpr std::size_t kCopied = 8 * 1024;  // up to this a copy is cheaper than a buffer of its own
  struct Item {
    std::string text;
    std::shared_ptr<const std::string> shared;
    std::shared_ptr<OpenFile> file;
    std::uint64_t offset = 0, length = 0;
  };
  void add_item(Item item);
  void next_of_file(Item& item);

  std::deque<Item> items_;
  std::vector<boost::asio::const_buffer> buffers_;
  std::string piece_;     // of the file that is first
  std::size_t busy_ = 0;  // so many items are being written and must not be touched
  std::uint64_t size_ = 0;
  bool failed_ = false;
};

}  // namespace kepu::http

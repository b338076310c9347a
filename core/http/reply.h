// From a Response to the bytes on the wire. No sockets.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/http/conditional.h"
#include "core/http/http.h"

namespace kepu::http {

// A file being sent: open for reading; closed, and removed where so wished, with its last owner.
class OpenFile {
 public:
  // Null where it cannot be opened or is no regular file; it is removed in any case when `remove` is set.
  static std::shared_ptr<OpenFile> open(const std::string& path, bool remove);
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  std::uint64_t size() const { return size_; }
  // Reads exactly `size` bytes at `offset`; false when the file has become shorter.
  bool read(char* into, std::size_t size, std::uint64_t offset) const;

 private:
  OpenFile(std::string path, bool remove) : path_(std::move(path)), remove_(remove) {}
  std::string path_;
  bool remove_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

// What a response needs to know of the request it answers.
struct Question {
  bool head = false;  // HEAD: headers only
  bool safe = false;  // GET or HEAD: conditions and ranges count
  bool old = false;   // HTTP/1.0
  bool keep_alive = true;
  Conditions conditions;
  std::string id;
};

// One response, ready to be written: the head, then one of the three bodies from `offset`, `length` bytes.
struct Reply {
  int status = 0;
  std::string head;
  std::string body;
  std::shared_ptr<const std::string> shared;
  std::shared_ptr<OpenFile> file;
  std::uint64_t offset = 0, length = 0;
};

// `file` is sent instead of the body where given (`response.file` is not looked at). `date` is the value of
// the Date header.
Reply make_reply(Response response, std::shared_ptr<OpenFile> file, const Question& question,
                 std::string_view date);

std::string_view reason(int status);

}  // namespace kepu::http

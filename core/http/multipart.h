// An incremental parser of multipart/form-data (RFC 7578, RFC 2046 §5.1). It never holds more than one part's
// head and one delimiter; what it finds goes to a receiver at once. Pure: no files, no clock. Not
// thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace kepu::http {

struct PartHead {
  std::string name;                      // of the field
  std::optional<std::string> file_name;  // base name only; present (maybe empty) where the part is a file
  std::string content_type;
};

class MultipartReceiver {
 public:
  virtual ~MultipartReceiver() = default;
  // Each returns 0, or an HTTP status with which the parser stops.
  virtual int begin_part(PartHead head) = 0;
  virtual int part_data(std::string_view bytes) = 0;
  virtual int end_part() = 0;
};

class MultipartParser {
 public:
  static constexpr std::size_t kMaxParts = 1000;
  static constexpr std::size_t kMaxPartHead = 8 * 1024;

  MultipartParser(std::string_view boundary, MultipartReceiver& receiver);
  // 0, or the status of the refusal: 400 malformed, 413 too many parts or a part's head too large, or what
  // the receiver returned. After a refusal nothing more may be added.
  int add(std::string_view bytes);
  // Whether the closing delimiter has been seen.
  bool complete() const { return state_ == State::epilogue; }

 private:
  enum class State { preamble, data, after_delimiter, head, epilogue };
  // Each takes what it can from the front of `bytes`; `more` is set when it needs bytes that are not there.
  int take_content(std::string_view& bytes, bool& more);
  int take_delimiter_end(std::string_view& bytes, bool& more);
  int take_head(std::string_view& bytes, bool& more);

  std::string delimiter_;  // CR LF -- boundary
  MultipartReceiver& receiver_;
  std::string kept_;  // the end of what was added, as far as it is not understood yet
  State state_ = State::preamble;
  std::size_t parts_ = 0;
};

// The boundary of a Content-Type value; none where it is no multipart/form-data or the boundary is malformed.
std::optional<std::string> multipart_boundary(std::string_view content_type);
// The fields of one part's head, without the empty line; none where it names no field.
std::optional<PartHead> parse_part_head(std::string_view head);

}  // namespace kepu::http

#include <fmt/format.h>

#include "core/doc/decode.h"
#include "core/doc/readers.h"
#include "core/doc/refusals.h"

namespace kepu::doc {

// One line of the file is one line of the text, so that line numbers stay those of the file.
base::Result<Text> read_plain(std::string_view bytes, const Limits& limits) {
  Text text;
  text.kind = Kind::text;
  const std::string all = decode_text(bytes, "", text.warnings);
  if (all.size() > limits.text_bytes)
    return too_large(fmt::format("文件的文字超过 {} MB", limits.text_bytes >> 20));
  std::size_t from = 0;
  while (from < all.size()) {
    std::size_t end = all.find_first_of("\r\n", from);
    if (end == std::string::npos) end = all.size();
    std::string line = all.substr(from, end - from);
    std::erase(line, '\f');  // a page of a printout begins
    text.lines.push_back(std::move(line));
    from = end + (all.compare(end, 2, "\r\n") == 0 ? 2 : 1);
  }
  return text;
}

}  // namespace kepu::doc

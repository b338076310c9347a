// The first byte says into how many pieces the rest is cut: all cuts must read alike.
#include <cstdint>
#include <cstdlib>

#include "core/http/multipart.h"

namespace {

class Recorder final : public kepu::http::MultipartReceiver {
 public:
  int begin_part(kepu::http::PartHead head) override {
    log += "<" + head.name + "|" + head.file_name.value_or("") + "|";
    if (head.file_name && head.file_name->find_first_of("/\\") != std::string::npos) std::abort();
    return 0;
  }
  int part_data(std::string_view bytes) override {
    log += bytes;
    return 0;
  }
  int end_part() override {
    log += ">";
    return 0;
  }
  std::string log;
};

std::string parse(std::string_view bytes, std::size_t step) {
  Recorder recorder;
  kepu::http::MultipartParser parser("XX", recorder);
  int status = 0;
  while (!bytes.empty() && status == 0) {
    status = parser.add(bytes.substr(0, step));
    bytes.remove_prefix(std::min(step, bytes.size()));
  }
  // How much of a part was passed on before a refusal may depend on the cuts; that it is refused may not.
  return status ? std::to_string(status) : recorder.log + (parser.complete() ? "." : "");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  kepu::http::multipart_boundary(bytes);
  const std::string whole = parse(bytes, bytes.size() + 1), cut = parse(bytes, data[0] + std::size_t{1});
  // What is kept back at the end may differ by a possible beginning of a delimiter, never by more.
  if (whole != cut) std::abort();
  return 0;
}

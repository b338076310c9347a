// Takes the body of one request as it comes in and makes form, uploads or body of it. Memory is bounded by
// the policy and kMaxFormText, whatever the client sends. Not thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/base/secret.h"
#include "core/http/http.h"
#include "core/http/multipart.h"
#include "core/http/server.h"

namespace kepu::http {

class TemporaryFile;

class BodySink : private MultipartReceiver {
 public:
  static constexpr std::uint64_t kMaxFormText = 4u << 20;  // of all text fields of a multipart form together
  static constexpr std::size_t kMaxFormPairs = 10'000;

  // `folder` must exist when the policy says to_disk. Throws nothing.
  BodySink(std::string_view content_type, const BodyPolicy& policy, std::string folder);
  ~BodySink() override;
  BodySink(const BodySink&) = delete;
  BodySink& operator=(const BodySink&) = delete;
  // 0, or the status of a refusal: 400 malformed, 413 over the limit, 415 a file where none is wanted,
  // 507 the disk is full or the folder cannot be written.
  int add(std::string_view bytes);
  // The end of the body: fills form, uploads or body of `request`. 0 or a status as above.
  int finish(Request& request);

 private:
  enum class Kind { raw, urlencoded, multipart, malformed };
  int begin_part(PartHead head) override;
  int part_data(std::string_view bytes) override;
  int end_part() override;
  int begin_file();

  Kind kind_ = Kind::raw;
  BodyPolicy policy_;
  std::string folder_;
  std::uint64_t received_ = 0, text_bytes_ = 0;
  std::string raw_;
  std::unique_ptr<MultipartParser> parser_;
  PartHead part_;
  std::string part_text_;
  std::unique_ptr<TemporaryFile> file_;
  Pairs form_;
  std::vector<Upload> uploads_;
};

// Makes the folder (0700) if missing and removes temporary files in it that are older than an hour: what a
// program that was killed left behind. Throws std::runtime_error where it cannot be made.
void prepare_upload_folder(const std::string& folder);

}  // namespace kepu::http

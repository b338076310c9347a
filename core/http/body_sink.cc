#include "core/http/body_sink.h"

#include <algorithm>

#include "core/http/temporary_file.h"

namespace kepu::http {
namespace {

bool begins_with_type(std::string_view value, std::string_view type) {
  if (value.size() < type.size()) return false;
  for (std::size_t i = 0; i < type.size(); ++i) {
    const char c = value[i] >= 'A' && value[i] <= 'Z' ? static_cast<char>(value[i] | 0x20) : value[i];
    if (c != type[i]) return false;
  }
  return value.size() == type.size() || value[type.size()] == ';' || value[type.size()] == ' ';
}

}  // namespace

BodySink::BodySink(std::string_view content_type, const BodyPolicy& policy, std::string folder)
    : policy_(policy), folder_(std::move(folder)) {
  if (begins_with_type(content_type, "application/x-www-form-urlencoded")) {
    kind_ = Kind::urlencoded;
  } else if (begins_with_type(content_type, "multipart/form-data")) {
    const std::optional<std::string> boundary = multipart_boundary(content_type);
    kind_ = boundary ? Kind::multipart : Kind::malformed;
    if (boundary)
      parser_ = std::make_unique<MultipartParser>(*boundary, static_cast<MultipartReceiver&>(*this));
  }
}

BodySink::~BodySink() = default;

int BodySink::add(std::string_view bytes) {
  if (kind_ == Kind::malformed) return 400;
  received_ += bytes.size();
  if (received_ > policy_.max_bytes) return 413;
  if (kind_ == Kind::multipart) return parser_->add(bytes);
  raw_ += bytes;
  return 0;
}

int BodySink::finish(Request& request) {
  if (kind_ == Kind::malformed) return 400;
  if (kind_ == Kind::multipart) {
    if (!parser_->complete()) return 400;
    request.form = std::move(form_);
    request.uploads = std::move(uploads_);
  } else if (kind_ == Kind::urlencoded) {
    if (static_cast<std::size_t>(std::count(raw_.begin(), raw_.end(), '&')) >= kMaxFormPairs) return 413;
    request.form = parse_query(raw_);
  } else {
    request.body = std::move(raw_);
  }
  return 0;
}

int BodySink::begin_part(PartHead head) {
  part_ = std::move(head);
  part_text_.clear();
  file_.reset();
  return 0;
}

int BodySink::begin_file() {
  if (!policy_.to_disk) return 415;
  file_ = std::make_unique<TemporaryFile>(folder_);
  return file_->open() ? 0 : 507;
}

int BodySink::part_data(std::string_view bytes) {
  if (part_.file_name) {
    if (!file_) {
      if (const int status = begin_file()) return status;
    }
    return file_->write(bytes) ? 0 : 507;
  }
  text_bytes_ += bytes.size();
  if (text_bytes_ > kMaxFormText) return 413;
  part_text_ += bytes;
  return 0;
}

int BodySink::end_part() {
  if (!part_.file_name) {
    form_.emplace_back(std::move(part_.name), clean_text(std::move(part_text_)));
    part_text_ = {};
    return 0;
  }
  // A file field that was left empty comes as a file without name and content: it is no upload.
  if (!file_ && part_.file_name->empty()) return 0;
  if (!file_) {
    if (const int status = begin_file()) return status;
  }
  Upload upload;
  upload.field = std::move(part_.name);
  upload.name = std::move(*part_.file_name);
  const bool kept = file_->finish(upload);
  file_.reset();
  uploads_.push_back(std::move(upload));
  return kept ? 0 : 507;
}

}  // namespace kepu::http

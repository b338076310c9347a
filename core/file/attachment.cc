#include "core/file/attachment.h"

#include <fstream>
#include <iterator>

#include "core/base/text.h"
#include "core/file/photo.h"

namespace kepu::file {

using base::Code;
using base::refuse;

base::Result<Attachment> take_attachment(Store& store, const std::string& path, std::uint64_t size,
                                         const std::string& name, const std::string& field,
                                         bool photos_only) {
  if (size > kMostAttachmentBytes)
    return refuse(Code::too_large, "photo.size", "“" + name + "”超过 15 MB，请压缩后再传。", field);
  std::ifstream in(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const std::string type =
      type_of(std::string_view(bytes).substr(0, 1u << 16),
              std::string_view(bytes).substr(bytes.size() - std::min<std::size_t>(bytes.size(), 1u << 16)));
  const bool paper =
      type == "application/pdf" || base::starts_with(type, "text/plain") ||
      (base::starts_with(type, "application/vnd.openxmlformats") && !base::contains(type, "macro"));
  if (photos_only || !paper) {
    auto clean = without_metadata(bytes);
    if (!clean) {
      auto error = clean.error();
      error.field = field;
      error.message = "“" + name + "”：" + error.message;
      if (!photos_only && error.rule == "photo.type")
        error.message = "“" + name + "”：只收照片（JPG、PNG）、PDF、Word、Excel、PPT（不带宏）和纯文本。";
      return tl::unexpected(error);
    }
    bytes = std::move(*clean);
  }
  const auto stored = TRY(store.put(bytes));
  return Attachment{stored.sha256, base::shorten(name, 100), stored.type};
}

}  // namespace kepu::file

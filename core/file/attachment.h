// A file that somebody added to something: where its bytes are, what he called it, what it is.
#pragma once

#include <cstdint>
#include <string>

#include "core/file/file.h"

namespace kepu::file {

inline constexpr std::uint64_t kMostAttachmentBytes = 15u << 20;

struct Attachment {
  std::string sha256, name, type;  // type by content, as in Stored
  bool operator==(const Attachment&) const = default;
  // One that a browser shows; all others are downloaded.
  bool is_picture() const { return type == "image/jpeg" || type == "image/png"; }
};

// Takes in what was uploaded to `path` (of that size, called `name` by the client): photos lose what the
// phone wrote into them (photo.h); PDF, Word, Excel, PPT without macros and plain text are kept as they are,
// unless only photos are asked for. Refusals bear the form's field: photo.size, photo.type, photo.broken,
// file.storage.
base::Result<Attachment> take_attachment(Store& store, const std::string& path, std::uint64_t size,
                                         const std::string& name, const std::string& field, bool photos_only);

}  // namespace kepu::file

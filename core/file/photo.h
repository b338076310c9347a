// Photos from a phone, without the place and the device that the phone wrote into them. A place is told in
// words; nobody's movements are kept.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace kepu::file {

// The same picture without metadata: of a JPEG all application segments but JFIF and Adobe's colour marker,
// and all comments, keeping only which side is up; of a PNG all textual, Exif and time chunks. What follows
// the end of the picture is cut off. Refuses photo.type (neither), photo.broken. Linear in the size, never
// larger than `bytes` by more than 64.
base::Result<std::string> without_metadata(std::string_view bytes);

}  // namespace kepu::file

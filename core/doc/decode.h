// Bytes of a text file of unknown encoding become UTF-8.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace kepu::doc {

// UTF-16 by its mark, UTF-8 where it is well-formed, else `declared` (a name such as "gb2312", from the
// document itself), else GB18030 with a warning that names the assumption. Never fails: what cannot be read
// becomes U+FFFD, with a warning.
std::string decode_text(std::string_view bytes, std::string_view declared,
                        std::vector<std::string>& warnings);

// `bytes` in the named encoding as UTF-8; "" for an encoding that is not known.
std::string convert_to_utf8(std::string_view bytes, const std::string& encoding);

}  // namespace kepu::doc

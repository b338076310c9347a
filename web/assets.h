// The files that pages need, inside the program. Their names hold a hash of their content, so that browsers
// may keep them for ever. All functions are thread-safe; views live as long as the program.
#pragma once

#include <string_view>

namespace kepu::web {

struct Asset {
  std::string_view path;  // "/assets/kp.1a2b3c4d5e.css"
  std::string_view type;  // Content-Type
  std::string_view etag;  // quoted
  std::string_view plain, br, gz;
};

// By path; null where there is none.
const Asset* find_asset(std::string_view path);
// The address of a file by its plain name: asset_url("kp.css"). Throws std::out_of_range for a name that is
// not built.
std::string_view asset_url(std::string_view name);

}  // namespace kepu::web

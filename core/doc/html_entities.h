// Character references of HTML, as they occur in running text.
#pragma once

#include <string>
#include <string_view>

namespace kepu::doc {

// `text` begins with '&'. Appends what it stands for to `out` and gives how many bytes were used; 0 where it
// is no reference that we know.
std::size_t append_entity(std::string& out, std::string_view text);

}  // namespace kepu::doc

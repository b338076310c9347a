// Types of the papers and workbooks that we make, as a browser is told of them.
#pragma once

namespace kepu::file {

inline constexpr const char* kWord =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
inline constexpr const char* kWorkbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

}  // namespace kepu::file

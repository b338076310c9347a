// gzip for pages made on the spot; static files are compressed when the program is built.
#pragma once

#include <string>
#include <string_view>

#include "core/http/http.h"

namespace kepu::http {

// Replaces the body by its gzip form (level 1) where the client accepts it, the body is longer than 1 kB, the
// type is text, JSON, XML, JavaScript or SVG, and no Content-Encoding is set. Adds "Vary: Accept-Encoding"
// whenever it would have compressed for another client, and makes a strong ETag weak. Shared bodies and files
// stay as they are.
void compress(const Request& request, Response& response);

// Whether an Accept-Encoding value allows gzip (RFC 9110 §12.5.3: "gzip", "*", not with q=0).
bool accepts_gzip(std::string_view accept_encoding);
std::string gzip(std::string_view bytes);

}  // namespace kepu::http

// Percent-encoding of query values, and addresses of a list with one thing changed.
#pragma once

#include <string>
#include <string_view>

namespace kepu::table {

// RFC 3986: unreserved characters stay, all else as %XX.
std::string percent_encoded(std::string_view text);
// "/tasks" + "q=a" → "/tasks?q=a"; without a query the plain address.
std::string with_query(std::string_view url, std::string_view query);

}  // namespace kepu::table

// The TLS settings of the server. Internal: it draws in Asio.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <string>

namespace kepu::http {

// TLS 1.2 and later, session resumption, the key and the chain from PEM files. Throws std::runtime_error with
// a plain Chinese message where a file cannot be read or the two do not belong together.
boost::asio::ssl::context make_tls_context(const std::string& certificate_file, const std::string& key_file);

}  // namespace kepu::http

// Makes connections; the two functions are compiled apart, as each takes seconds. Internal, see core.h.
#pragma once

#include <memory>
#include <string>

#include "core/http/core.h"

namespace boost::asio::ssl {
class context;
}

namespace kepu::http {

std::shared_ptr<Connection> make_plain_connection(Core& core, Socket socket, std::string remote);
std::shared_ptr<Connection> make_tls_connection(Core& core, Socket socket, std::string remote,
                                                asio::ssl::context& context);

}  // namespace kepu::http

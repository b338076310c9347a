#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "core/http/connection_factory.h"
#include "core/http/stream_connection_impl.h"

namespace kepu::http {

std::shared_ptr<Connection> make_tls_connection(Core& core, Socket socket, std::string remote,
                                                asio::ssl::context& context) {
  using Stream = asio::ssl::stream<Socket>;
  return std::make_shared<StreamConnection<Stream>>(core, std::move(remote), std::move(socket), context);
}

}  // namespace kepu::http

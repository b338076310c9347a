#include "core/http/connection_factory.h"
#include "core/http/stream_connection_impl.h"

namespace kepu::http {

std::shared_ptr<Connection> make_plain_connection(Core& core, Socket socket, std::string remote) {
  return std::make_shared<StreamConnection<Socket>>(core, std::move(remote), std::move(socket));
}

}  // namespace kepu::http

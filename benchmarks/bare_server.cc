// The server of core/http with nothing behind it: every request is answered with the bytes of one file. What
// it serves in a second is the ceiling that the pages' requests per second are compared with.
//   bare_server FILE [PORT [WORKERS]]      then, say: wrk -t1 -c64 -d5 http://127.0.0.1:PORT/
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iterator>

#include "core/http/server.h"

namespace {

class Fixed final : public kepu::http::Application {
 public:
  explicit Fixed(std::string bytes) : bytes_(std::make_shared<const std::string>(std::move(bytes))) {}

  kepu::http::BodyPolicy body_policy(const kepu::http::Head&) override { return {}; }
  void handle(kepu::http::Request, std::function<void(kepu::http::Response)> reply) override {
    kepu::http::Response response = kepu::http::html({});
    response.shared = bytes_;
    reply(std::move(response));
  }
  kepu::http::Response failure(int status, std::string_view) override {
    return kepu::http::text(std::to_string(status) + "\n", status);
  }

 private:
  std::shared_ptr<const std::string> bytes_;
};

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    std::fputs("用法：bare_server 文件 [端口 [线程数]]\n", stderr);
    return 2;
  }
  std::ifstream file(arguments[1], std::ios::binary);
  if (!file) {
    std::fprintf(stderr, "无法读取文件 %s。请检查路径与权限。\n", arguments[1]);
    return 1;
  }
  try {
    Fixed application({std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()});
    kepu::http::ServerOptions options;
    options.port = static_cast<std::uint16_t>(count > 2 ? std::atoi(arguments[2]) : 0);
    options.workers = count > 3 ? std::atoi(arguments[3]) : 2;
    kepu::http::Server server(options, application);
    std::printf("http://127.0.0.1:%d/\n", server.port());
    std::fflush(stdout);
    server.run();
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s\n", failure.what());
    return 1;
  }
}

// A server with a small application for tests, running on a thread of its own.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "core/base/secret.h"
#include "core/http/server.h"

namespace kepu::http {

// What it answers depends on the path; see handle().
class TestApplication final : public Application {
 public:
  ~TestApplication() override {
    for (std::thread& thread : threads_) thread.join();
  }
  BodyPolicy body_policy(const Head& head) override {
    if (head.path == "/bad-policy") throw std::runtime_error("no policy");
    if (head.path == "/upload") return {64u << 20, true};
    return {100'000, false};
  }
  void handle(Request request, std::function<void(Response)> reply) override {
    ++handled;
    const std::string& path = request.path;
    if (path == "/throw") throw std::runtime_error("broken on purpose");
    if (path == "/drop") return;
    if (path == "/slow") std::this_thread::sleep_for(std::chrono::milliseconds(300));
    if (path == "/later") return reply_later(std::move(reply));
    if (path == "/twice") reply(text("first"));
    if (path == "/upload") return reply(text(describe_upload(request)));
    if (path == "/big") return reply(big(false));
    if (path == "/big-ranges") return reply(big(true));
    if (path == "/tagged") return reply(text("tagged").set("ETag", "\"v1\""));
    if (path == "/file") return reply(attachment(file, "文件.bin", "application/octet-stream"));
    if (path == "/client") {
      return reply(text(request.remote + (request.secure ? " secure " : " plain ") + request.host));
    }
    if (path == "/gone") return reply(attachment(file + ".gone", "x", "text/plain"));
    if (path == "/order") {
      const std::lock_guard lock(mutex_);
      order += request.param("n");
    }
    reply(text(std::string(to_text(request.method)) + " " + request.target + " " + request.body));
  }
  Response failure(int status, std::string_view id) override {
    if (status == 417) throw std::runtime_error("no page");
    return text("failure " + std::to_string(status) + " " + std::string(id), status);
  }

  static std::string big_text() { return std::string(3'000'000, 'b') + "end"; }
  std::atomic<int> handled{0};
  std::string file;
  std::string order;

 private:
  static Response big(bool ranges) {
    static const auto kBig = std::make_shared<const std::string>(big_text());
    Response response = text("");
    response.shared = kBig;
    if (ranges) response.set("Accept-Ranges", "bytes");
    return response;
  }
  static std::string describe_upload(const Request& request) {
    std::string out = request.field("title").empty() ? "-" : std::string(request.field("title"));
    for (const Upload& upload : request.uploads) {
      out += " " + upload.name + " " + std::to_string(upload.size) + " " + upload.sha256 + " " +
             (std::filesystem::exists(upload.path) ? "there" : "missing");
    }
    return out;
  }
  void reply_later(std::function<void(Response)> reply) {
    const std::lock_guard lock(mutex_);
    threads_.emplace_back([reply = std::move(reply)] {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      reply(text("later"));
    });
  }

  std::mutex mutex_;
  std::vector<std::thread> threads_;
};

class TestServer {
 public:
  explicit TestServer(ServerOptions options = {}) : folder(make_folder()) {
    options.port = 0;
    options.upload_folder = folder;
    options.access_log = [this](const AccessEntry& entry) { note(access, entry); };
    options.error_log = [this](std::string_view id, std::string_view what) {
      note(errors, std::string(id) + " " + std::string(what));
    };
    server = std::make_unique<Server>(options, application);
    port = server->port();
    thread_ = std::thread([this] { server->run(false); });
  }
  ~TestServer() {
    stop();
    server.reset();
    std::filesystem::remove_all(folder);
  }
  void stop() {
    server->stop();
    join();
  }
  void join() {
    if (thread_.joinable()) thread_.join();
  }
  std::string logged_errors() const {
    const std::lock_guard lock(mutex_);
    std::string all;
    for (const std::string& line : errors) all += line + "\n";
    return all;
  }
  std::vector<AccessEntry> logged_requests() const {
    const std::lock_guard lock(mutex_);
    return access;
  }
  std::ptrdiff_t temporary_files() const {
    return std::distance(std::filesystem::directory_iterator(folder), {});
  }
  // Waits until `condition` holds, for at most five seconds.
  template <class Condition>
  static bool eventually(Condition condition) {
    for (int i = 0; i < 500 && !condition(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return condition();
  }

  TestApplication application;
  const std::string folder;
  std::unique_ptr<Server> server;
  std::uint16_t port = 0;

 private:
  static std::string make_folder() {
    return (std::filesystem::temp_directory_path() / ("kepu-test-" + base::random_token(9))).string();
  }
  template <class List, class Entry>
  void note(List& list, Entry entry) {
    const std::lock_guard lock(mutex_);
    list.push_back(std::move(entry));
  }

  mutable std::mutex mutex_;
  std::vector<AccessEntry> access;
  std::vector<std::string> errors;
  std::thread thread_;
};

}  // namespace kepu::http

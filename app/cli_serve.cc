#include <malloc.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <fstream>

#include "app/cli.h"
#include "core/http/server.h"
#include "core/job/job.h"
#include "core/site/site.h"
#include "core/sql/sql.h"

namespace kepu::app {
namespace {

struct ServeOptions {
  std::string address = "127.0.0.1";
  int port = 8080;
  int workers = 4;
  std::string certificate, key, access_log;
  std::vector<std::string> proxies, hosts;
  bool behind_tls_proxy = false;
  std::string smtp_password_file, sms_secret_file;
};

void append_metrics(std::string& out, const http::Server& server, sql::Database& db) {
  const auto http = server.counters();
  const auto sql = db.counters();
  const auto line = [&](std::string_view name, std::string_view type, std::string_view help, double value) {
    out += fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n{0} {3}\n", name, type, help, value);
  };
  line("kepu_http_connections_total", "counter", "Connections accepted.",
       static_cast<double>(http.connections));
  line("kepu_http_connections_open", "gauge", "Connections open now.", static_cast<double>(http.open));
  line("kepu_http_requests_total", "counter", "Requests answered.", static_cast<double>(http.requests));
  line("kepu_http_requests_in_flight", "gauge", "Requests being handled now.",
       static_cast<double>(http.in_flight));
  line("kepu_http_response_bytes_total", "counter", "Bytes sent.", static_cast<double>(http.bytes_out));
  out += "# HELP kepu_http_responses_total Responses by status.\n# TYPE kepu_http_responses_total counter\n";
  for (const auto& [status, count] : http.by_status) {
    out += fmt::format("kepu_http_responses_total{{status=\"{}\"}} {}\n", status, count);
  }
  static constexpr const char* kBounds[] = {"0.001", "0.005", "0.01", "0.025", "0.05", "0.1",
                                            "0.25",  "0.5",   "1",    "2.5",   "+Inf"};
  out += "# HELP kepu_http_seconds Time from request to response.\n# TYPE kepu_http_seconds histogram\n";
  for (std::size_t i = 0; i < http.latency.size() && i < std::size(kBounds); ++i) {
    out += fmt::format("kepu_http_seconds_bucket{{le=\"{}\"}} {}\n", kBounds[i], http.latency[i]);
  }
  out += fmt::format("kepu_http_seconds_sum {}\nkepu_http_seconds_count {}\n", http.latency_sum,
                     http.latency.empty() ? 0 : http.latency.back());
  line("kepu_sql_reads_total", "counter", "Read snapshots.", static_cast<double>(sql.reads));
  line("kepu_sql_writes_total", "counter", "Write requests.", static_cast<double>(sql.writes));
  line("kepu_sql_commits_total", "counter", "Commits.", static_cast<double>(sql.commits));
  line("kepu_sql_failures_total", "counter", "Failed statements.", static_cast<double>(sql.failures));
}

std::shared_ptr<spdlog::logger> access_logger(const std::string& path) {
  if (path.empty()) return nullptr;
  auto logger = spdlog::rotating_logger_mt("access", path, 20u << 20, 5);
  logger->set_pattern("%v");
  logger->flush_on(spdlog::level::warn);
  return logger;
}

// Pages are built in buffers of some 100 kB, over and over: memory is kept for the next one instead of being
// given back to the system and faulted in again. Measured on the matrix page: a third more requests a second
// for 5 MB.
void keep_memory() {
  mallopt(M_MMAP_THRESHOLD, 8 << 20);
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
  mallopt(M_TOP_PAD, 1 << 20);
}

int serve(const Config& base_config, const ServeOptions& options) {
  keep_memory();
  Config config = base_config;
  const bool tls = !options.certificate.empty();
  config.secure_cookies = tls || options.behind_tls_proxy;
  if (!config.smtp_url.empty() && config.smtp_from.empty()) {
    return refused(
        {base::Code::invalid, "serve.smtp", "", "用 --smtp-url 时请同时用 --smtp-from 写明发件地址。"});
  }
  if (!options.smtp_password_file.empty()) {
    std::ifstream file(options.smtp_password_file);
    std::getline(file, config.smtp_password);
    if (config.smtp_password.empty()) {
      return refused(
          {base::Code::invalid, "serve.smtp", "",
           "文件 " + options.smtp_password_file + " 的第一行应当是邮箱密码，现在是空的或打不开。"});
    }
  }
  if (!options.sms_secret_file.empty()) {
    std::ifstream file(options.sms_secret_file);
    std::getline(file, config.sms.secret);
  }
  if (!config.sms.url.empty() && config.sms.secret.size() < 16) {
    return refused({base::Code::invalid, "serve.sms", "",
                    "用 --sms-url 时请同时用 --sms-secret-file 给出密钥文件，第一行至少 16 "
                    "个字符；短信网关用它核对签名。"});
  }
  Program program(config);
  http::ServerOptions how;
  how.address = options.address;
  how.port = static_cast<std::uint16_t>(options.port);
  how.workers = options.workers;
  how.upload_folder = config.data + "/uploads";
  how.certificate_file = options.certificate;
  how.key_file = options.key;
  how.trusted_proxies = options.proxies;
  how.hosts = options.hosts;
  spdlog::flush_every(std::chrono::seconds(1));
  const auto access = access_logger(options.access_log == "off"  ? std::string()
                                    : options.access_log.empty() ? config.data + "/access.log"
                                                                 : options.access_log);
  if (access) {
    how.access_log = [access, &program](const http::AccessEntry& e) {
      access->info("{} {} \"{} {}\" {} {} {}us {}", base::to_rfc3339(program.clock().now()), e.remote,
                   e.method, e.target, e.status, e.bytes, e.micros, e.id);
    };
  }
  http::Server server(how, program.front());
  program.site().add_metrics([&](std::string& out) { append_metrics(out, server, program.db()); });
  program.jobs().start();
  fmt::print("科普行动平台已启动：{}://{}:{}/\n按 Ctrl+C 停止。\n", tls ? "https" : "http", options.address,
             server.port());
  std::fflush(stdout);
  server.run();
  program.jobs().stop();
  fmt::print("已停止。\n");
  return 0;
}

}  // namespace

void add_serve(CLI::App& app, Command& command) {
  auto* serve_command = app.add_subcommand("serve", "启动服务");
  auto options = std::make_shared<ServeOptions>();
  serve_command->add_option("--address", options->address, "监听地址")->capture_default_str();
  serve_command->add_option("--port", options->port, "端口（0：任选空闲端口）")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str();
  serve_command->add_option("--workers", options->workers, "处理线程数")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  serve_command->add_option("--certificate", options->certificate, "TLS 证书（PEM）")
      ->check(CLI::ExistingFile);
  serve_command->add_option("--key", options->key, "TLS 私钥（PEM）")->check(CLI::ExistingFile);
  serve_command->add_option("--trusted-proxy", options->proxies, "可信代理的地址，可多次给出");
  serve_command->add_flag("--behind-tls", options->behind_tls_proxy,
                          "由前面的代理提供 TLS（Cookie 加 Secure）");
  serve_command->add_option("--host", options->hosts, "允许的域名，可多次给出（默认不限）");
  serve_command->add_option("--access-log", options->access_log,
                            "访问日志文件；off 不记（默认 数据文件夹/access.log）");
  serve_command->add_option("--smtp-url", command.config.smtp_url,
                            "邮件服务器，如 smtps://mail.example.cn:465；不给则不发邮件");
  serve_command->add_option("--smtp-from", command.config.smtp_from, "发件地址");
  serve_command->add_option("--smtp-user", command.config.smtp_user, "邮件服务器的登录名");
  serve_command
      ->add_option("--smtp-password-file", options->smtp_password_file, "写有邮箱密码的文件（第一行）")
      ->check(CLI::ExistingFile);
  serve_command->add_option("--sms-url", command.config.sms.url,
                            "短信网关的地址，如 https://sms.example.cn/send；不给则不用短信验证码");
  serve_command->add_option("--sms-secret-file", options->sms_secret_file, "写有短信网关密钥的文件（第一行）")
      ->check(CLI::ExistingFile);
  serve_command->add_option("--sms-outbox", command.config.sms.outbox,
                            "试用：短信不发出，写进这个文件，一行一条");
  serve_command->add_option("--home", command.config.home, "平台的公开网址，写进邮件里的链接");
  serve_command->add_flag("--internal-hooks", command.config.internal_hooks,
                          "允许网络回调和事件回调送到本机和内网地址（默认拒绝）");
  serve_command->add_option("--tenant", command.config.default_tenant, "未登录时默认的地区代码");
  serve_command->callback([&command, options] {
    command.action = [&command, options] { return serve(command.config, *options); };
  });
}

}  // namespace kepu::app

#include "app/cli.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "core/base/text.h"

namespace kepu::app {

int refused(const base::Error& error) {
  fmt::print(stderr, "kepu：{}\n", error.message);
  return exit_status_of(error.code);
}

void progress(int step, int of, std::string_view what) {
  const bool terminal = isatty(STDERR_FILENO) == 1;
  fmt::print(stderr, "{}[{:2}/{}] {}{}", terminal ? "\r\033[K" : "", step, of, what,
             terminal && step < of ? "" : "\n");
  std::fflush(stderr);
}

int run_command_line(int count, char** arguments) {
  CLI::App app{"科普行动平台：把全民科学素质行动实施方案变成运行中的计划", "kepu"};
  app.set_version_flag("--version", "kepu " KEPU_VERSION);
  app.set_help_flag("-h,--help", "显示用法");
  app.require_subcommand(1);
  app.fallthrough();
  Command command;
  app.add_option("--data", command.config.data, "数据文件夹")->envname("KEPU_DATA")->capture_default_str();
  app.add_option("--db", command.config.database,
                 "数据库：sqlite:文件 或 postgresql://…（默认 sqlite:数据文件夹/kepu.db）")
      ->envname("KEPU_DATABASE");
  add_serve(app, command);
  add_plan(app, command);
  add_demo(app, command);
  add_accounts(app, command);
  add_keeping(app, command);
  add_appraisal(app, command);
  add_statistics(app, command);
  add_survey(app, command);
  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    const int status = app.exit(error);
    return status == 0 ? 0 : 2;
  }
  try {
    return command.action();
  } catch (const std::exception& failure) {
    fmt::print(stderr, "kepu：{}\n", failure.what());
    return 3;
  }
}

}  // namespace kepu::app

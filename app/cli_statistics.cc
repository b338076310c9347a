// kepu statistics check
#include <CLI/CLI.hpp>
#include <iostream>

#include "app/cli.h"
#include "engines/survey/cases/case.h"

namespace kepu::app {

void add_statistics(CLI::App& app, Command& command) {
  auto* statistics = app.add_subcommand("statistics", "统计方法：与参照算例核对");
  statistics->require_subcommand(1);
  auto folder = std::make_shared<std::string>();
  auto* check = statistics->add_subcommand("check", "计算一个参照算例，按 expected.json 的样子输出结果");
  check->add_option("CASE_DIR", *folder, "算例文件夹：spec.json 和数据表")->required();
  check->callback([&command, folder] {
    command.action = [folder] {
      const auto results = survey::run_case(*folder);
      if (!results) return refused(results.error());
      std::cout << *results << "\n";
      return 0;
    };
  });
}

}  // namespace kepu::app

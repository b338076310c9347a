// kepu appraisal verify
#include <CLI/CLI.hpp>

#include "app/cli.h"
#include "engines/appraisal/appraisal_engine.h"

namespace kepu::app {
namespace {

constexpr int kCheckFailed = 8;

int verify(const Config& config, const std::string& tenant_code, int year) {
  Program program(config);
  const auto tenant = program.tenant(tenant_code);
  if (!tenant) return refused(tenant.error());
  const auto loaded = program.appraisal().store().of_year(tenant->id, year);
  if (!loaded) return refused(loaded.error());
  const auto proof = program.appraisal().store().verify(tenant->id, loaded->head.id);
  if (!proof) return refused(proof.error());
  for (const auto& line : proof->lines) fmt::print("{}\n", line);
  fmt::print("输入 SHA-256 {}\n得分 SHA-256 {}\n", proof->inputs_hash, proof->scores_hash);
  fmt::print("{} {} 年度考核：{}\n", tenant->name, year, proof->sound ? "全部相符" : "有不符之处");
  return proof->sound ? 0 : kCheckFailed;
}

}  // namespace

void add_appraisal(CLI::App& app, Command& command) {
  auto* appraisal = app.add_subcommand("appraisal", "考核：核验定稿的年度");
  appraisal->require_subcommand(1);
  struct Arguments {
    std::string tenant;
    int year = 0;
  };
  auto a = std::make_shared<Arguments>();
  auto* check = appraisal->add_subcommand("verify", "按当年的规则重新计分，与定稿和审计日志比对");
  check->add_option("--year", a->year, "考核年度")->required();
  check->add_option("--tenant", a->tenant, "地区代码");
  check->callback([&command, a] {
    command.action = [&command, a] { return verify(command.config, a->tenant, a->year); };
  });
}

}  // namespace kepu::app

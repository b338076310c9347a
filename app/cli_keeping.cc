// kepu migrate, backup, restore, audit verify | proof, points verify
#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <iterator>

#include "app/backup.h"
#include "app/cli.h"
#include "core/audit/audit.h"
#include "core/auth/directory.h"
#include "core/base/text.h"
#include "core/sql/sql.h"
#include "engines/points/points_engine.h"

namespace kepu::app {
namespace {

constexpr int kCheckFailed = 8;

int migrate(const Config& config) {
  const auto db = sql::Database::open(config.url());
  const auto done = sql::migrate(*db, all_migrations());
  fmt::print("数据库结构已是最新：执行 {} 步，此前已有 {} 步。\n", done.applied, done.present);
  return 0;
}

int audit_verify(const Config& config, const std::string& tenant_code, const std::string& proof_file) {
  if (!proof_file.empty()) {
    std::ifstream in(proof_file, std::ios::binary);
    if (!in) return refused({base::Code::not_found, "cli.file", "", "打不开文件 " + proof_file + "。"});
    const std::string proof((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const auto verdict = audit::verify_proof(proof);
    fmt::print("{}\n", verdict.message);
    return verdict.broken_at ? kCheckFailed : 0;
  }
  Program program(config);
  int status = 0;
  for (const auto& tenant : program.directory().tenants()) {
    if (!tenant_code.empty() && tenant.code != tenant_code) continue;
    const auto verdict = audit::verify(program.db(), tenant.id);
    fmt::print("{}：{}\n", tenant.name, verdict.message);
    if (verdict.broken_at) status = kCheckFailed;
  }
  return status;
}

int audit_proof(const Config& config, const std::string& tenant_code, const std::string& out) {
  Program program(config);
  const auto tenant = program.tenant(tenant_code);
  if (!tenant) return refused(tenant.error());
  std::ofstream file(out, std::ios::binary);
  audit::write_proof(program.db(), tenant->id, program.clock().now(),
                     [&](std::string_view part) { file << part; });
  file.close();
  if (!file) return refused({base::Code::unavailable, "cli.write", "", "写不了文件 " + out + "。"});
  fmt::print("{}\n", out);
  return 0;
}

int points_verify(const Config& config, const std::string& tenant_code) {
  Program program(config);
  int status = 0;
  for (const auto& tenant : program.directory().tenants()) {
    if (!tenant_code.empty() && tenant.code != tenant_code) continue;
    const auto verdict = program.points().ledger().verify(tenant.id);
    fmt::print("{}：{}\n", tenant.name, verdict.message);
    if (!verdict.ok) status = kCheckFailed;
  }
  return status;
}

}  // namespace

void add_keeping(CLI::App& app, Command& command) {
  app.add_subcommand("migrate", "把数据库结构升到本程序的版本")->callback([&command] {
    command.action = [&command] { return migrate(command.config); };
  });

  auto folder = std::make_shared<std::string>();
  auto* backup_command =
      app.add_subcommand("backup", "备份数据库、文件和密钥到一个新文件夹（服务运行时也可以）");
  backup_command->add_option("FOLDER", *folder, "备份到哪个文件夹（须不存在）")->required();
  backup_command->callback([&command, folder] {
    command.action = [&command, folder] {
      const auto done = backup(command.config, *folder);
      if (!done) return refused(done.error());
      fmt::print("已备份到 {}：{} 个文件，{} 字节。备份中含密钥，请妥善保管。\n", *folder, done->files,
                 done->bytes);
      return 0;
    };
  });
  auto* restore_command = app.add_subcommand("restore", "从备份恢复到空的数据文件夹，先逐个核对");
  restore_command->add_option("FOLDER", *folder, "备份文件夹")->required();
  restore_command->callback([&command, folder] {
    command.action = [&command, folder] {
      const auto done = restore(command.config, *folder);
      if (!done) return refused(done.error()) == 0 ? 0 : kCheckFailed;
      fmt::print("已恢复到 {}：{} 个文件，{} 字节，逐个核对无误。\n", command.config.data, done->files,
                 done->bytes);
      return 0;
    };
  });

  auto* audit_command = app.add_subcommand("audit", "审计日志");
  audit_command->require_subcommand(1);
  struct Arguments {
    std::string tenant, proof, out = "审计证明.jsonl";
  };
  auto a = std::make_shared<Arguments>();
  auto* verify_command = audit_command->add_subcommand("verify", "核对审计日志的散列链");
  verify_command->add_option("--tenant", a->tenant, "只核对这个地区");
  verify_command->add_option("--proof", a->proof, "核对导出的证明文件，不读数据库");
  verify_command->callback([&command, a] {
    command.action = [&command, a] { return audit_verify(command.config, a->tenant, a->proof); };
  });
  auto* proof_command = audit_command->add_subcommand("proof", "导出审计证明文件");
  proof_command->add_option("--tenant", a->tenant, "地区代码");
  proof_command->add_option("--out", a->out, "写到哪个文件")->capture_default_str();
  proof_command->callback([&command, a] {
    command.action = [&command, a] { return audit_proof(command.config, a->tenant, a->out); };
  });

  auto* points_command = app.add_subcommand("points", "服务积分");
  points_command->require_subcommand(1);
  auto* points_verify_command = points_command->add_subcommand("verify", "逐笔重算积分账本");
  points_verify_command->add_option("--tenant", a->tenant, "只核对这个地区");
  points_verify_command->callback(
      [&command, a] { command.action = [&command, a] { return points_verify(command.config, a->tenant); }; });
}

}  // namespace kepu::app

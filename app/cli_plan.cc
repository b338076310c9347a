// kepu plan parse | import | show | export
#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <iterator>

#include "app/cli.h"
#include "core/auth/directory.h"
#include "core/base/text.h"
#include "core/doc/extract.h"
#include "engines/plan/export_paper.h"
#include "engines/plan/plan_engine.h"

namespace kepu::app {
namespace {

std::string file_name_of(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

int parse(const std::string& file, bool json) {
  auto text = doc::extract_file(file);
  if (!text) return refused(text.error());
  auto catalog = plan::parse_duty_catalog(shipped_duties());
  if (!catalog) return refused(catalog.error());
  if (json) {
    auto out = plan::parse_to_json(*text, plan::Duties(std::move(*catalog)));
    if (!out) return refused(out.error());
    std::cout << *out << "\n";
    return 0;
  }
  const auto reading = plan::read_plan(text->lines);
  fmt::print("{}\n", reading.title.empty() ? "（没有读出标题）" : reading.title);
  for (const auto& i : reading.initiatives) {
    fmt::print("{}{}（第 {} 行）　牵头：{}\n", i.kind == plan::InitiativeKind::action ? "行动" : "工程",
               i.title, i.line, base::join(i.lead, "、"));
    for (const auto& t : i.tasks) fmt::print("    {}（第 {}—{} 行）\n", t.title, t.line, t.end_line);
  }
  for (const auto& a : reading.anomalies) fmt::print("注意：{}（第 {} 行）\n", a.message, a.line);
  for (const auto& w : text->warnings) fmt::print("注意：{}\n", w);
  return 0;
}

int import(const Config& config, const std::string& tenant_code, const std::string& file, bool superior) {
  Program program(config);
  const auto tenant = program.tenant(tenant_code);
  if (!tenant) return refused(tenant.error());
  const auto actor = program.command_actor(tenant->id);
  progress(1, 1, "读取 " + file_name_of(file));
  const auto version = program.plan().import_file({actor, "命令行"}, file, file_name_of(file),
                                                  superior ? plan::PlanKind::superior : plan::PlanKind::own);
  if (!version) return refused(version.error());
  fmt::print("{}\n", *version);
  fmt::print(stderr, "已导入，待校核：/versions/{}/review\n", *version);
  return 0;
}

base::Result<std::shared_ptr<const plan::Plan>> plan_of(Program& program, base::Id tenant,
                                                        const std::string& version) {
  if (version.empty()) return program.plan().store().current(tenant);
  const auto id = base::parse_id(version);
  if (!id) return base::refuse(base::Code::invalid, "cli.version", "--version-id 应当是导入时给出的编号。");
  return program.plan().store().load(tenant, *id);
}

int show(const Config& config, const std::string& tenant_code, const std::string& version, bool json) {
  Program program(config);
  const auto tenant = program.tenant(tenant_code);
  if (!tenant) return refused(tenant.error());
  const auto plan = plan_of(program, tenant->id, version);
  if (!plan) return refused(plan.error());
  std::cout << (json ? plan::plan_json(**plan) : plan::plan_text(**plan)) << "\n";
  return 0;
}

int export_plan(const Config& config, const std::string& tenant_code, const std::string& version,
                const std::string& out) {
  Program program(config);
  const auto tenant = program.tenant(tenant_code);
  if (!tenant) return refused(tenant.error());
  const auto plan = plan_of(program, tenant->id, version);
  if (!plan) return refused(plan.error());
  const auto rows = program.plan().store().assignments(tenant->id, (*plan)->version.id);
  std::ofstream file(out, std::ios::binary);
  file << plan::plan_docx(**plan, *rows, *program.directory().units(tenant->id));
  file.close();
  if (!file) {
    return refused({base::Code::unavailable, "cli.write", "",
                    "写不了文件 " + out + "，请检查文件夹是否存在、磁盘是否已满。"});
  }
  fmt::print("{}\n", out);
  return 0;
}

}  // namespace

void add_plan(CLI::App& app, Command& command) {
  auto* plan_command = app.add_subcommand("plan", "方案：读取、导入、查看、导出");
  plan_command->require_subcommand(1);
  struct Arguments {
    std::string file, tenant, version, out = "方案.docx";
    bool json = false, superior = false;
  };
  auto a = std::make_shared<Arguments>();
  auto* parse_command = plan_command->add_subcommand("parse", "读一份方案文件，显示读出的内容（不入库）");
  parse_command->add_option("FILE", a->file, "方案文件：.docx .doc .pdf .html .txt")->required();
  parse_command->add_flag("--json", a->json, "输出 JSON");
  parse_command->callback([&command, a] { command.action = [a] { return parse(a->file, a->json); }; });
  auto* import_command = plan_command->add_subcommand("import", "导入一份方案文件，等待校核");
  import_command->add_option("FILE", a->file, "方案文件")->required();
  import_command->add_option("--tenant", a->tenant, "地区代码");
  import_command->add_flag("--superior", a->superior, "作为上位文件导入");
  import_command->callback([&command, a] {
    command.action = [&command, a] { return import(command.config, a->tenant, a->file, a->superior); };
  });
  auto* show_command = plan_command->add_subcommand("show", "显示运行中的方案");
  show_command->add_option("--tenant", a->tenant, "地区代码");
  show_command->add_option("--version-id", a->version, "版本编号（默认：已采纳的版本）");
  show_command->add_flag("--json", a->json, "输出 JSON");
  show_command->callback([&command, a] {
    command.action = [&command, a] { return show(command.config, a->tenant, a->version, a->json); };
  });
  auto* export_command = plan_command->add_subcommand("export", "导出为公文格式的 Word 文件");
  export_command->add_option("--tenant", a->tenant, "地区代码");
  export_command->add_option("--version-id", a->version, "版本编号（默认：已采纳的版本）");
  export_command->add_option("--out", a->out, "写到哪个文件")->capture_default_str();
  export_command->callback([&command, a] {
    command.action = [&command, a] { return export_plan(command.config, a->tenant, a->version, a->out); };
  });
}

}  // namespace kepu::app

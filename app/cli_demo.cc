// kepu demo: the demonstration county, further counties for load tests, or one's own document.
#include <CLI/CLI.hpp>
#include <chrono>

#include "app/cli.h"
#include "app/demo.h"
#include "app/demo_people.h"
#include "app/demo_rollup.h"
#include "app/demo_text.h"
#include "core/auth/directory.h"

namespace kepu::app {
namespace {

struct Wish {
  std::uint64_t seed = 1;
  bool if_empty = false;
  int scale = 0;
  demo::OwnDocument own;
};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void print_accounts() {
  fmt::print("登录名\t密码\t角色\t单位\n");
  for (const auto& a : demo::demo_accounts()) {
    fmt::print("{}\t{}\t{}\t{}\n", a.login, a.password, a.role, a.unit);
  }
  fmt::print("汇总上报的上级和邻县（登录时选地区）\n地区\t登录名\t密码\t角色\t单位\n");
  for (const auto& area : demo::rollup_areas()) {
    for (const auto& a : area.accounts) {
      fmt::print("{}\t{}\t{}\t{}\t{}\n", area.name, a.login, a.password, a.role, a.unit);
    }
  }
}

int make_demo(Program& program, const Wish& wish) {
  if (program.directory().tenant_by_code(demo::kTenantCode)) {
    fmt::print(stderr, "示范县岚江县已经在数据库里，没有改动。示范账号（密码如被改过，以改后的为准）：\n");
    print_accounts();
    return 0;
  }
  const auto start = std::chrono::steady_clock::now();
  const auto made = demo::make_county(program, wish.seed, progress);
  if (!made) return refused(made.error());
  fmt::print(
      stderr,
      "示范县岚江县（代码 {}）已建成：单位 {} 个，人员 {} 名，方案 3 个版本，任务分工 {} 条（已确认 {} "
      "条），年度目标 {} 项，用时 {:.1f} 秒。\n"
      "示范账号的密码是公开的，只供演示；正式使用前请停用这些账号。\n",
      demo::kTenantCode, made->units, made->people, made->assignments, made->confirmed, made->milestones,
      seconds_since(start));
  print_accounts();
  return 0;
}

int make_further(Program& program, const Wish& wish) {
  const auto start = std::chrono::steady_clock::now();
  demo::Made sum;
  int counties = 0;
  for (int i = 0; i < wish.scale; ++i) {
    if (program.directory().tenant_by_code(demo::further_code(i))) continue;
    progress(i + 1, wish.scale, "建立" + demo::county_name(i));
    const auto made = demo::make_further_county(program, wish.seed, i);
    if (!made) return refused(made.error());
    ++counties;
    sum.units += made->units;
    sum.people += made->people;
    sum.versions += made->versions;
    sum.assignments += made->assignments;
    sum.confirmed += made->confirmed;
  }
  const double seconds = std::max(seconds_since(start), 0.001);
  fmt::print(
      "另建 {} 个县（已有 {} 个）：单位 {} 个，人员 {} 名，方案 {} 个版本，任务分工 {} 条（已确认 {} 条）\n",
      counties, wish.scale - counties, sum.units, sum.people, sum.versions, sum.assignments, sum.confirmed);
  if (counties > 0) {
    fmt::print("用时 {:.1f} 秒：每个县 {:.2f} 秒，每秒 {:.0f} 条分工\n", seconds, seconds / counties,
               sum.assignments / seconds);
  }
  return 0;
}

int make_own(Program& program, const Wish& wish) {
  const auto made = demo::make_own(program, wish.own, progress);
  if (!made) return refused(made.error());
  const auto& tenant = made->tenant;
  if (made->was_there) {
    fmt::print("{}（代码 {}）已导入过这份文件，没有改动。\n", tenant.name, tenant.code);
  } else {
    fmt::print(
        "{}（代码 {}）：读出 {} 项行动与工程、{} 项任务；新建单位 {} 个，对应名称 {} 个，留待对应 {} 个。\n",
        tenant.name, tenant.code, made->initiatives, made->tasks, made->made_units, made->decided,
        made->left);
  }
  if (!made->clerk_password.empty()) {
    fmt::print("登录名\t一次性密码\t角色\n{}\t{}\t系统管理员\n{}\t{}\t科协经办\n", demo::kOwnAdministrator,
               made->administrator_password, demo::kOwnClerk, made->clerk_password);
    fmt::print(stderr, "一次性密码只显示这一次，首次登录后须立即修改。\n");
  }
  fmt::print("待校核：/versions/{}/review\n", made->version);
  return 0;
}

int run(const Config& config, const Wish& wish) {
  Program program(config);
  if (wish.if_empty && !program.directory().tenants().empty()) return 0;
  if (!wish.own.path.empty()) return make_own(program, wish);
  const int status = make_demo(program, wish);
  return status != 0 || wish.scale == 0 ? status : make_further(program, wish);
}

}  // namespace

void add_demo(CLI::App& app, Command& command) {
  auto* demo_command = app.add_subcommand("demo", "建立示范县岚江县，或用自己的方案文件建一个地区");
  auto wish = std::make_shared<Wish>();
  demo_command->add_option("--seed", wish->seed, "示范数据的种子：相同的种子得到相同的内容")
      ->capture_default_str();
  demo_command->add_flag("--if-empty", wish->if_empty, "数据库里已有地区时什么也不做");
  auto* scale = demo_command->add_option("--scale", wish->scale, "另建多少个虚构的县，供压力测试")
                    ->check(CLI::Range(0, demo::kCounties));
  auto* document =
      demo_command->add_option("--document", wish->own.path, "自己的方案文件：.docx .doc .pdf .html .txt");
  document->excludes(scale);
  demo_command->add_option("--name", wish->own.name, "地区名称（默认按方案读出）")->needs(document);
  demo_command->add_option("--code", wish->own.code, "地区代码")->needs(document)->capture_default_str();
  demo_command->callback(
      [&command, wish] { command.action = [&command, wish] { return run(command.config, *wish); }; });
}

}  // namespace kepu::app

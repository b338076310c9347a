// A county of one's own document: everything up to the clerk's review, which only a person can do.
#include <filesystem>
#include <fstream>

#include "app/demo.h"
#include "app/demo_plan.h"
#include "core/auth/directory.h"
#include "core/auth/roles.h"
#include "core/base/secret.h"
#include "core/base/text.h"

namespace kepu::app::demo {
namespace {

constexpr const char* kRemote = "命令行";
constexpr std::size_t kLongestName = 30;

base::Result<std::string> bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in || std::filesystem::is_directory(path)) {
    return base::refuse(base::Code::not_found, "demo.file",
                        "打不开文件 " + path + "，请检查路径和读取权限。");
  }
  return std::string((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
}

std::string name_of(const OwnDocument& document, const std::string& region) {
  if (!document.name.empty()) return document.name;
  const auto name = region.empty() ? std::filesystem::path(document.path).stem().string() : region;
  const auto points = base::to_code_points(base::valid_utf8(name));
  return base::to_utf8(points.substr(0, kLongestName));
}

// A document of another county may not get into this one.
base::Done fits(const auth::Tenant& tenant, const OwnDocument& document, const std::string& region) {
  const auto& wanted = document.name.empty() ? region : document.name;
  if (wanted.empty() || base::wording(wanted) == base::wording(tenant.name)) return {};
  return base::refuse(
      base::Code::conflict, "demo.other_county",
      fmt::format("代码 {} 已是{}，这份方案是{}的，没有导入。请用 --code 另起一个代码，或用 --name "
                  "{} 说明是同一个地区。",
                  tenant.code, tenant.name, wanted, tenant.name));
}

// The version that came from this very file; none where it was withdrawn.
const plan::Version* imported_before(const std::vector<plan::PlanHead>& plans, const std::string& hash) {
  for (const auto& plan : plans) {
    for (const auto& version : plan.versions) {
      if (version.file == hash && version.state != plan::VersionState::withdrawn) return &version;
    }
  }
  return nullptr;
}

// A later text of a plan that is there becomes its next version.
base::Id plan_to_continue(const std::vector<plan::PlanHead>& plans, const std::string& title) {
  constexpr double kSameTitle = 0.7;
  for (const auto& plan : plans) {
    if (plan.kind == plan::PlanKind::own && base::likeness(plan.title, title) >= kSameTitle) return plan.id;
  }
  return 0;
}

base::Result<std::string> add_account(Program& program, const auth::Actor& by, base::Id unit,
                                      const std::string& name, const std::string& role,
                                      std::string_view login) {
  auth::Person person;
  person.unit = unit;
  person.name = name;
  const auto id = TRY(program.directory().add_person(by, person));
  auth::Grant grant;
  grant.person = id;
  grant.role = role;
  grant.scope = program.directory().roles()->find(role)->scope;
  TRY(program.directory().give(by, grant));
  return program.directory().issue_password(by, id, std::string(login));
}

base::Done add_accounts_to(Program& program, const auth::Actor& by, OwnMade& made) {
  const auto tree = program.directory().units(made.tenant.id);
  const auto* association = tree->find_by_name("县科协");
  for (const char* name : {"县科学技术协会", "区科协", "市科协", "旗科协", "科协"}) {
    if (association == nullptr) association = tree->find_by_name(name);
  }
  const auto unit = association == nullptr ? tree->root() : association->id;
  made.administrator_password =
      TRY(add_account(program, by, unit, "系统管理员", "administrator", kOwnAdministrator));
  made.clerk_password = TRY(add_account(program, by, unit, "科协经办", "office_clerk", kOwnClerk));
  return {};
}

}  // namespace

base::Result<OwnMade> make_own(Program& program, const OwnDocument& document, const Step& step) {
  constexpr int kSteps = 4;
  step(1, kSteps, "读取文件");
  const auto bytes = TRY(bytes_of(document.path));
  const auto text = TRY(doc::extract(bytes));
  const auto reading = plan::read_plan(text.lines);
  if (reading.initiatives.empty()) {
    return base::refuse(base::Code::invalid, "demo.no_plan",
                        "这份文件里没有读出行动、工程或任务，没有建立地区。请确认它是实施方案；确实要用它，"
                        "请先用 kepu tenant add 建地区，再用 kepu plan import 导入，在校核页面补录任务。");
  }
  OwnMade made;
  const auto there = program.directory().tenant_by_code(document.code);
  step(2, kSteps, "建立地区");
  if (there) {
    TRY(fits(*there, document, reading.region));
    made.tenant = *there;
  } else {
    auth::Tenant fresh;
    fresh.code = document.code;
    fresh.name = name_of(document, reading.region);
    fresh.parent_name = reading.region_parent;
    made.tenant = TRY(program.directory().create_tenant(program.command_actor(0), fresh));
  }
  auto& store = program.plan().store();
  const auto plans = store.plans(made.tenant.id);
  if (const auto* version = imported_before(plans, base::sha256_hex(bytes))) {
    made.version = version->id;
    made.was_there = true;
    step(kSteps, kSteps, "已导入过");
    return made;
  }
  const auto actor = program.command_actor(made.tenant.id);
  const plan::By by{actor, kRemote};
  step(3, kSteps, "导入方案");
  made.version =
      TRY(program.plan().import_document(by, bytes, std::filesystem::path(document.path).filename().string(),
                                         plan::PlanKind::own, plan_to_continue(plans, reading.title)));
  const auto plan = TRY(store.load(made.tenant.id, made.version));
  made.initiatives = static_cast<int>(plan->living_initiatives().size());
  made.tasks = static_cast<int>(plan->living_tasks().size());
  step(4, kSteps, "对应单位、开通账号");
  const auto names = TRY(decide_names(program, by, made.version, true));
  made.decided = names.decided;
  made.made_units = names.made_units;
  made.left = names.left;
  if (!there) TRY(add_accounts_to(program, actor, made));
  return made;
}

}  // namespace kepu::app::demo

#include "app/demo.h"

#include <numeric>

#include "app/demo_appraisal.h"
#include "app/demo_evaluation.h"
#include "app/demo_indicators.h"
#include "app/demo_inspection.h"
#include "app/demo_interface.h"
#include "app/demo_meetings.h"
#include "app/demo_orders.h"
#include "app/demo_paper.h"
#include "app/demo_people.h"
#include "app/demo_plan.h"
#include "app/demo_points.h"
#include "app/demo_registers.h"
#include "app/demo_reports.h"
#include "app/demo_rollup.h"
#include "app/demo_survey.h"
#include "app/demo_text.h"
#include "core/auth/directory.h"

namespace kepu::app::demo {
namespace {

constexpr const char* kRemote = "示范数据";
constexpr const char* kArea = "990321000000";
constexpr int kPercentConfirmed = 60;
constexpr int kPeriod = 5;

base::Result<auth::Tenant> make_tenant(Program& program, const std::string& code, const std::string& name,
                                       const std::string& area) {
  auth::Tenant tenant;
  tenant.code = code;
  tenant.name = name;
  tenant.area_code = area;
  tenant.parent_name = "澄州市";
  return program.directory().create_tenant(program.command_actor(0), tenant);
}

base::Result<base::Id> import_text(Program& program, const plan::By& by, const std::string& text,
                                   Numbers numbers, const std::string& file_name, plan::PlanKind kind,
                                   base::Id plan = 0) {
  return program.plan().import_document(by, docx_of(text, numbers), file_name, kind, plan);
}

base::Result<base::Id> plan_of(Program& program, base::Id tenant, base::Id version) {
  return TRY(program.plan().store().load(tenant, version))->version.plan;
}

base::Done import_superior(Program& program, const plan::By& by, Made& made) {
  made.superior = TRY(import_text(program, by, superior_text(), Numbers::automatic,
                                  "澄州市全民科学素质行动规划纲要实施方案.docx", plan::PlanKind::superior));
  return adopt(program, by, made.superior);
}

base::Done import_own(Program& program, const plan::By& by, Made& made) {
  auto& store = program.plan().store();
  made.draft = TRY(import_text(program, by, draft_text(), Numbers::typed, "岚江县实施方案（征求意见稿）.docx",
                               plan::PlanKind::own));
  const auto plan = TRY(plan_of(program, by.actor.tenant, made.draft));
  made.plan = TRY(import_text(program, by, issued_text(), Numbers::typed, "岚府办发〔2026〕12号.docx",
                              plan::PlanKind::own, plan));
  return store.withdraw(by, made.draft, "正式方案已印发，征求意见稿留存备查");
}

}  // namespace

base::Result<Made> make_county(Program& program, std::uint64_t seed, const Step& step) {
  constexpr int kSteps = 19;
  Made made;
  Dice dice(seed);
  const auto units = parse_units(shipped_demo("units"));
  step(1, kSteps, "建立岚江县和单位");
  made.tenant = TRY(make_tenant(program, std::string(kTenantCode), "岚江县", kArea)).id;
  const auto command = program.command_actor(made.tenant);
  made.units = TRY(add_units(program, command, units, {"岚江县", kArea}));
  step(2, kSteps, "登记人员、授予角色");
  made.people = TRY(add_people(program, command, units));
  step(3, kSteps, "开通示范账号");
  const auto accounts = demo_accounts();
  TRY(open_accounts(program, command, accounts));
  made.accounts = static_cast<int>(accounts.size());
  const auto clerk = TRY(actor_of(program, made.tenant, "县科协经办"));
  const plan::By by{clerk, kRemote};
  step(4, kSteps, "导入上位文件");
  TRY(import_superior(program, by, made));
  step(5, kSteps, "导入征求意见稿和印发稿");
  TRY(import_own(program, by, made));
  made.versions = 3;
  step(6, kSteps, "对应单位、确认职责、采纳方案");
  TRY(decide_names(program, by, made.plan, true));
  TRY(adopt(program, by, made.plan));
  TRY(link_to_superior(program, by, made.superior, made.plan));
  made.milestones = TRY(set_yearly_values(program, by, made.plan));
  step(7, kSteps, "各单位确认任务");
  made.confirmed = TRY(confirm_some(program, made.tenant, made.plan, dice, kPercentConfirmed));
  made.assignments = static_cast<int>(program.plan().store().assignments(made.tenant, made.plan)->size());
  step(8, kSteps, "填报进展、附佐证、审核");
  made.reports = TRY(make_reports(program, made.tenant, dice)).reports;
  step(9, kSteps, "年度考核");
  TRY(make_appraisals(program, made.tenant, dice));
  step(10, kSteps, "填报指标、绑定目标");
  const auto head = TRY(actor_of(program, made.tenant, "县科协主要负责人"));
  TRY(make_indicators(program, clerk, head, dice));
  step(11, kSteps, "督查、问题和整改");
  TRY(make_inspections(program, made.tenant));
  step(12, kSteps, "会议、议定事项和简报");
  TRY(make_meetings(program, made.tenant));
  step(13, kSteps, "中期评估");
  TRY(make_evaluation(program, made.tenant));
  step(14, kSteps, "上级澄州市、相邻两县和汇总上报");
  TRY(make_rollup(program, made.tenant));
  step(15, kSteps, "名录、人员档案和证明");
  TRY(make_registers(program, made.tenant));
  step(16, kSteps, "点单、派单、服务和评价");
  TRY(make_orders(program, made.tenant, dice));
  step(17, kSteps, "服务时长和积分");
  TRY(make_points(program, clerk));
  step(18, kSteps, "公民科学素质调查");
  TRY(make_surveys(program, made.tenant, dice));
  step(19, kSteps, "开放接口：密钥和事件回调");
  TRY(make_interface(program, head));
  return made;
}

std::string further_code(int index) { return fmt::format("county-{:04}", index + 1); }

base::Result<Made> make_further_county(Program& program, std::uint64_t seed, int index) {
  Made made;
  Dice dice(seed * kCounties + static_cast<std::uint64_t>(index) + 1);
  const auto name = county_name(index);
  const auto area = fmt::format("99{:04}000000", 1000 + index);
  made.tenant = TRY(make_tenant(program, further_code(index), name, area)).id;
  const auto command = program.command_actor(made.tenant);
  const auto units = parse_units(shipped_demo("units"));
  made.units = TRY(add_units(program, command, units, {name, area}));
  made.people = TRY(add_people(program, command, units));
  auto accounts = demo_accounts();
  accounts.resize(2);  // the administrator and the clerk
  TRY(open_accounts(program, command, accounts));
  made.accounts = 2;
  const plan::By by{command, kRemote};
  base::Id plan = 0;
  for (int year = 0; year < kPeriod; ++year) {
    const bool next_period = year == kPeriod - 1;
    // Each year's version takes up a few tasks more.
    std::vector<std::size_t> omitted(next_period ? 0 : static_cast<std::size_t>(3 * (kPeriod - 2 - year)));
    for (auto& task : omitted) task = dice.below(tasks_in(issued_text()));
    const auto text = county_text(name, next_period ? 0 : -kPeriod, omitted);
    made.plan = TRY(import_text(program, by, text, Numbers::typed,
                                fmt::format("{}实施方案（{}）.docx", name, 2022 + year), plan::PlanKind::own,
                                next_period ? 0 : plan));
    plan = TRY(plan_of(program, made.tenant, made.plan));
    TRY(decide_names(program, by, made.plan, true));
    TRY(adopt(program, by, made.plan));
    made.confirmed += TRY(confirm_some(program, made.tenant, made.plan, dice, kPercentConfirmed));
    made.assignments += static_cast<int>(program.plan().store().assignments(made.tenant, made.plan)->size());
    ++made.versions;
  }
  made.milestones = TRY(set_yearly_values(program, by, made.plan));
  return made;
}

}  // namespace kepu::app::demo

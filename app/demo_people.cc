#include "app/demo_people.h"

#include <stdexcept>

#include "core/auth/directory.h"
#include "core/auth/import.h"
#include "core/auth/sign_in.h"
#include "core/base/text.h"

namespace kepu::app::demo {
namespace {

using Rows = auth::SheetRows;

std::vector<std::string> trimmed_parts(const std::string& line, std::string_view separator) {
  std::vector<std::string> parts;
  for (const auto& part : base::split(line, separator)) parts.push_back(base::trim(part));
  return parts;
}

base::Done applied(const base::Result<auth::ImportReport>& report) {
  if (!report) return tl::unexpected(report.error());
  if (report->applied) return {};
  const auto& first = report->problems.front();
  return base::refuse(base::Code::invalid, "demo.sheet",
                      fmt::format("示范数据第 {} 行“{}”：{}", first.row, first.column, first.message));
}

// 990321000000 → 990321003000 (the third township) → 990321003201 (its first village; communities from 001).
std::string township_code(const std::string& area, std::size_t number) {
  return area.substr(0, 6) + fmt::format("{:03}000", number);
}
std::string village_code(const std::string& township, std::size_t number, bool community) {
  return township.substr(0, 9) + fmt::format("{:03}", number + (community ? 0 : 200));
}

std::string called(const CountyUnits::Body& body) { return body.called(); }

class People {
 public:
  void add(const std::string& name, const std::string& unit, const std::string& post,
           const std::string& role) {
    rows_.push_back({name, unit, post, role});
  }

  void add_all(const CountyUnits& units, const std::string& county) {
    for (const auto& each : units.departments) {
      add_pair(called(each), called(each), "部门负责人", "部门联络员");
    }
    for (const auto& each : units.townships) {
      add_pair(each.name, each.name, "乡镇（街道）负责人", "乡镇联络员");
      for (const auto& village : each.villages) {
        const auto where = each.name + "/" + village;
        add(village + "科普工作者", where, "科普宣传员", "村（社区）工作者");
        add(village + "居民联系人", where, "居民代表", "");
      }
    }
    add("县科协系统管理员", "县科协", "信息管理", "系统管理员");
    add("县科协主要负责人", "县科协", "纲要实施办公室主任", "科协负责人");
    add("县科协经办", "县科协", "纲要实施办公室经办", "科协经办");
    add("县科协公众号编辑", "县科协", "新媒体编辑", "公众号编辑");
    add("分管县领导", county, "联席会议召集人", "只读观察员（领导）");
    add("县科协督查员", "县科协", "督查专员", "督查人员");
    add("县教育局督查员", "县教育局", "督查专员", "督查人员");
    add("县农业农村局督查员", "县农业农村局", "督查专员", "督查人员");
    for (const char* unit : {"县科协", "县教育局", "县农业农村局", "县卫健局"})
      add(std::string(unit) + "调查员", unit, "入户调查员", "调查员");
    add("县审计联络员", county, "内部审计", "审计员");
    add_experts();
    add_schools();
    add_volunteers();
  }

  const Rows& rows() const { return rows_; }

 private:
  void add_pair(const std::string& name, const std::string& unit, const char* head, const char* liaison) {
    add(name + "负责人", unit, "主要负责人", head);
    add(name + "联络员", unit, "科普联络员", liaison);
  }

  void add_experts() {
    const std::pair<const char*, const char*> experts[] = {
        {"茶叶栽培专家", "县农技中心"},   {"柑橘种植专家", "县农技中心"},   {"淡水养殖专家", "县农技中心"},
        {"植物保护专家", "县农技中心"},   {"慢病管理专家", "县人民医院"},   {"急诊急救专家", "县人民医院"},
        {"儿童保健专家", "县人民医院"},   {"天气预报专家", "县气象局"},     {"防汛抗旱专家", "县水利局"},
        {"地质灾害专家", "县自然资源局"}, {"食品安全专家", "县市场监管局"}, {"森林生态专家", "县林业局"}};
    for (const auto& [name, unit] : experts) add(name, unit, "专业技术人员", "科普专家");
  }

  void add_schools() {
    for (const char* subject : {"物理", "化学", "生物", "信息科技"}) {
      add(fmt::format("县一中{}教师", subject), "县一中", "任课教师", "科学教师");
    }
    for (const char* school : {"实验小学", "柳溪小学", "白鹭小学"}) {
      add(fmt::format("{}科学教师", school), school, "任课教师", "科学教师");
      add(fmt::format("{}科技辅导员", school), school, "科技辅导员", "科学教师");
    }
  }

  void add_volunteers() {
    for (const char* team : {"农技服务队", "健康服务队", "青年科普队"}) {
      add(fmt::format("{}队长", team), "科技志愿总队", "服务队负责人", "志愿者服务队负责人");
      for (int i = 1; i <= 8; ++i) {
        add(fmt::format("{}志愿者{:02}号", team, i), "科技志愿总队", "", "志愿者");
      }
    }
    add("老科协报告团团长", "县老科协", "报告团负责人", "志愿者服务队负责人");
  }

  Rows rows_ = {{"姓名", "单位", "职务", "角色"}};
};

}  // namespace

CountyUnits parse_units(std::string_view text) {
  CountyUnits units;
  for (const auto& line : base::split(text, "\n")) {
    if (line.empty() || base::starts_with(line, "#")) continue;
    const auto parts = trimmed_parts(line, "|");
    if (parts.size() == 4 && (parts[0] == "部门" || parts[0] == "其他")) {
      (parts[0] == "部门" ? units.departments : units.others).push_back({parts[1], parts[2], parts[3]});
    } else if (parts.size() == 3 && parts[0] == "乡镇") {
      units.townships.push_back({parts[1], base::split(parts[2], " ")});
    } else {
      throw std::runtime_error("demo/units.txt：看不懂这一行：" + line);
    }
  }
  return units;
}

base::Result<int> add_units(Program& program, const auth::Actor& by, const CountyUnits& units,
                            const Place& place) {
  auto& directory = program.directory();
  Rows rows = {{"单位名称", "简称", "类型", "上级单位", "区划代码", "排序"}};
  const auto local = [&](const std::string& name) {
    return base::replace_all(name, "岚江",
                             place.county.substr(0, place.county.size() - std::string_view("县").size()));
  };
  int position = 0;
  for (const auto* bodies : {&units.departments, &units.others}) {
    for (const auto& body : *bodies) {
      rows.push_back({local(body.name), body.short_name, bodies == &units.departments ? "部门" : "其他", "",
                      "", std::to_string(++position)});
    }
  }
  for (std::size_t t = 0; t < units.townships.size(); ++t) {
    const auto& township = units.townships[t];
    const auto code = township_code(place.area, t + 1);
    rows.push_back({township.name, "", "乡镇街道", "", code, std::to_string(++position)});
    for (std::size_t v = 0; v < township.villages.size(); ++v) {
      const auto& village = township.villages[v];
      rows.push_back({village, "", "村社区", township.name,
                      village_code(code, v + 1, base::ends_with(village, "社区")), std::to_string(v + 1)});
    }
  }
  TRY(applied(auth::import_units(directory, by, rows, false)));
  // 系统 is not in the sheet.
  const auto tree = directory.units(by.tenant);
  for (const auto* bodies : {&units.departments, &units.others}) {
    for (const auto& body : *bodies) {
      const auto* found = tree->find_by_name(local(body.name));
      if (found == nullptr) continue;
      auth::Unit unit = *found;
      unit.system = body.system;
      TRY(directory.change_unit(by, unit));
    }
  }
  return static_cast<int>(rows.size()) - 1;
}

base::Result<int> add_people(Program& program, const auth::Actor& by, const CountyUnits& units) {
  const auto tree = program.directory().units(by.tenant);
  People people;
  people.add_all(units, tree->find(tree->root())->name);
  TRY(applied(auth::import_people(program.directory(), by, people.rows(), false)));
  return static_cast<int>(people.rows().size()) - 1;
}

std::vector<DemoAccount> demo_accounts() {
  const auto account = [](const char* login, const char* person, const char* unit, const char* role) {
    return DemoAccount{login, std::string("Lanjiang-") + login, person, unit, role};
  };
  return {account("admin", "县科协系统管理员", "县科协", "系统管理员"),
          account("kexie", "县科协经办", "县科协", "科协经办"),
          account("kexie-head", "县科协主要负责人", "县科协", "科协负责人"),
          account("jiaoyu", "县教育局联络员", "县教育局", "部门联络员"),
          account("jiaoyu-head", "县教育局负责人", "县教育局", "部门负责人"),
          account("nongye", "县农业农村局联络员", "县农业农村局", "部门联络员"),
          account("weijian", "县卫健局联络员", "县卫健局", "部门联络员"),
          account("zhenbangzi", "柳溪镇负责人", "柳溪镇", "乡镇（街道）负责人"),
          account("zhen", "柳溪镇联络员", "柳溪镇", "乡镇联络员"),
          account("cun", "柳林村科普工作者", "柳林村", "村（社区）工作者"),
          account("zhuanjia", "茶叶栽培专家", "县农技中心", "科普专家"),
          account("laoshi", "县一中物理教师", "县一中", "科学教师"),
          account("duizhang", "农技服务队队长", "科技志愿总队", "志愿者服务队负责人"),
          account("zhiyuan", "农技服务队志愿者01号", "科技志愿总队", "志愿者"),
          account("bianji", "县科协公众号编辑", "县科协", "公众号编辑"),
          account("shenji", "县审计联络员", "岚江县", "审计员"),
          account("lingdao", "分管县领导", "岚江县", "只读观察员（领导）"),
          account("ducha", "县教育局督查员", "县教育局", "督查人员"),
          account("diaocha", "县科协调查员", "县科协", "调查员")};
}

base::Done open_accounts(Program& program, const auth::Actor& by, const std::vector<DemoAccount>& accounts) {
  const auto people = TRY(people_by_name(program, by));
  for (const auto& account : accounts) {
    const auto person = people.find(account.person);
    if (person == people.end()) {
      return base::refuse(base::Code::not_found, "demo.person", "示范数据里没有“" + account.person + "”。");
    }
    const auto first = TRY(program.directory().issue_password(by, person->second.id, account.login));
    auth::Credentials credentials;
    credentials.tenant = by.tenant;
    credentials.login = account.login;
    credentials.password = first;
    const auto session = TRY(program.sign_in().sign_in(credentials));
    const auto changed = TRY(program.sign_in().change_password(session.token, first, account.password, ""));
    TRY(program.sign_in().sign_out(changed.token));
  }
  return {};
}

base::Result<std::map<std::string, auth::Person>> people_by_name(Program& program, const auth::Actor& by) {
  std::map<std::string, auth::Person> out;
  auth::PersonQuery query;
  query.limit = 1000;
  for (;;) {
    auto page = TRY(program.directory().find_people(by, query));
    for (auto& person : page.people) {
      const auto name = person.name;
      out.emplace(name, std::move(person));
    }
    query.offset += query.limit;
    if (query.offset >= page.total) return out;
  }
}

base::Result<auth::Actor> actor_of(Program& program, base::Id tenant, const std::string& person) {
  const auto people = TRY(people_by_name(program, program.command_actor(tenant)));
  const auto found = people.find(person);
  const auto account =
      found == people.end() ? std::nullopt : program.directory().account_of(tenant, found->second.id);
  if (!account)
    return base::refuse(base::Code::not_found, "demo.person", "示范数据里没有“" + person + "”的账号。");
  return program.directory().actor_of(tenant, account->id);
}

}  // namespace kepu::app::demo

#include "core/auth/roles.h"

#include <toml++/toml.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "core/base/text.h"

namespace kepu::auth {
namespace {

struct Reader {
  std::string file;
  const std::vector<Right>& declared;

  tl::unexpected<base::Error> wrong(const toml::source_region& where, const std::string& what) const {
    return base::refuse(base::Code::invalid, "auth.roles",
                        fmt::format("{} 第{}行：{}", file, where.begin.line, what));
  }

  bool is_declared(std::string_view right) const {
    return std::any_of(declared.begin(), declared.end(), [&](const Right& r) { return r.id == right; });
  }

  base::Result<std::string> text(const toml::table& table, std::string_view key) const {
    const toml::node* node = table.get(key);
    const auto value = node ? node->value<std::string>() : std::nullopt;
    if (!value || base::trim(*value).empty()) {
      return wrong(node ? node->source() : table.source(), fmt::format("角色缺少“{}”，或不是文字", key));
    }
    return base::trim(*value);
  }

  base::Result<std::vector<std::string>> rights(const toml::table& table) const {
    const toml::array* list = table["rights"].as_array();
    if (!list || list->empty()) return wrong(table.source(), "角色缺少权限清单 rights");
    std::vector<std::string> out;
    for (const toml::node& item : *list) {
      const auto right = item.value<std::string>();
      if (!right) return wrong(item.source(), "权限应为文字");
      if (*right == "*") {
        for (const Right& r : declared) out.emplace_back(r.id);
      } else if (!is_declared(*right)) {
        return wrong(item.source(), fmt::format("没有名为“{}”的权限，请检查拼写", *right));
      } else if (std::find(out.begin(), out.end(), *right) != out.end()) {
        return wrong(item.source(), fmt::format("权限“{}”重复", *right));
      } else {
        out.push_back(*right);
      }
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }

  base::Result<Role> role(const toml::table& table) const {
    static const std::set<std::string_view> kKeys = {"id", "title", "purpose", "scope", "rights"};
    for (const auto& [key, value] : table) {
      if (kKeys.count(key.str()) == 0) {
        return wrong(key.source(), fmt::format("角色没有“{}”这一项", key.str()));
      }
    }
    Role out;
    out.id = TRY(text(table, "id"));
    out.title = TRY(text(table, "title"));
    out.purpose = TRY(text(table, "purpose"));
    const auto scope = parse_scope_kind(TRY(text(table, "scope")));
    if (!scope) {
      return wrong(table.get("scope")->source(), "数据范围应为 tenant、unit、subtree、listed、own 之一");
    }
    out.scope = *scope;
    out.rights = TRY(rights(table));
    return out;
  }
};

}  // namespace

std::vector<Right> rights() {
  return {{"organisation.read", "查看组织机构"},
          {"organisation.manage", "维护组织机构"},
          {"person.read", "查看人员"},
          {"person.contact", "查看完整联系方式"},
          {"person.manage", "维护人员和账号"},
          {"person.export", "导出人员名单"},
          {"role.grant", "授予角色"},
          {"standin.manage", "设置代理"},
          {"audit.read", "查看审计日志"},
          {"tenant.manage", "维护地区信息"},
          {"api.manage", "管理开放接口"}};
}

base::Result<std::shared_ptr<const Roles>> Roles::parse(std::string_view toml_text,
                                                        std::string_view file_name,
                                                        std::vector<Right> declared) {
  auto out = std::make_shared<Roles>();
  out->rights_ = std::move(declared);
  const Reader reader{std::string(file_name), out->rights_};
  toml::table root;
  try {
    root = toml::parse(toml_text, file_name);
  } catch (const toml::parse_error& e) {
    return reader.wrong(e.source(), fmt::format("格式有误（{}）", e.description()));
  }
  for (const auto& [key, value] : root) {
    if (key.str() != "role") return reader.wrong(key.source(), fmt::format("不认识的“{}”", key.str()));
  }
  const toml::array* list = root["role"].as_array();
  if (!list || list->empty()) {
    return base::refuse(base::Code::invalid, "auth.roles",
                        fmt::format("{} 中没有任何角色（[[role]]）", file_name));
  }
  for (const toml::node& node : *list) {
    const toml::table* table = node.as_table();
    if (!table) return reader.wrong(node.source(), "角色应写成 [[role]]");
    Role role = TRY(reader.role(*table));
    if (out->find(role.id)) return reader.wrong(table->source(), fmt::format("角色代号“{}”重复", role.id));
    if (out->find_by_title(role.title)) {
      return reader.wrong(table->source(), fmt::format("角色名称“{}”重复", role.title));
    }
    out->roles_.push_back(std::move(role));
  }
  return out;
}

base::Result<std::shared_ptr<const Roles>> Roles::load(const std::string& path, std::vector<Right> declared) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return base::refuse(base::Code::unavailable, "auth.roles",
                        fmt::format("无法打开角色文件 {}，请检查安装是否完整", path));
  }
  std::ostringstream text;
  text << in.rdbuf();
  return parse(text.str(), path, std::move(declared));
}

const Role* Roles::find(std::string_view id) const {
  const auto at = std::find_if(roles_.begin(), roles_.end(), [&](const Role& r) { return r.id == id; });
  return at == roles_.end() ? nullptr : &*at;
}

const Role* Roles::find_by_title(std::string_view title) const {
  const std::string word = base::wording(title);
  const auto at = std::find_if(roles_.begin(), roles_.end(),
                               [&](const Role& r) { return base::wording(r.title) == word; });
  return at == roles_.end() ? nullptr : &*at;
}

std::string Roles::title_of_right(std::string_view right) const {
  for (const Right& r : rights_) {
    if (r.id == right) return std::string(r.title);
  }
  return std::string(right);
}

bool Roles::has(std::string_view role, std::string_view right) const {
  const Role* found = find(role);
  return found && std::binary_search(found->rights.begin(), found->rights.end(), right);
}

Actor program_actor(Id tenant, std::string name, std::shared_ptr<const Roles> roles) {
  Actor out;
  out.tenant = tenant;
  out.name = std::move(name);
  for (const Right& r : roles->declared()) out.reaches.push_back({std::string(r.id), true, false, {}, 0});
  out.roles = std::move(roles);
  return out;
}

}  // namespace kepu::auth

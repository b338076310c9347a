#include <algorithm>
#include <set>
#include <tuple>

#include "core/auth/change.h"
#include "core/base/text.h"

namespace kepu::auth {
namespace {

std::string subject_of(Id person) { return fmt::format("person:{}", person); }

std::string opened_phone(const Cipher& cipher, Id tenant, const Person& p) {
  return cipher.open(p.phone, store::phone_place(tenant, p.id)).value_or("无法读取");
}

bool good_email(std::string_view text) {
  const auto at = text.find('@');
  if (at == std::string_view::npos || at == 0 || text.find('@', at + 1) != std::string_view::npos)
    return false;
  const std::string_view domain = text.substr(at + 1);
  const auto dot = domain.find('.');
  return dot != std::string_view::npos && dot > 0 && domain.back() != '.' &&
         std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return c > 0x20 && c < 0x7f && c != ',' && c != ';'; });
}

// Cleans the typed fields and seals the phone. `old`: the stored person of an edit.
Result<store::PersonRow> checked_person(Change& c, Person p, const std::optional<store::PersonRow>& old) {
  p.name = TRY(text_field(p.name, "姓名", "name", 2, 30));
  p.post = TRY(text_field(p.post, "职务", "post", 0, 40));
  p.email = base::to_narrow(base::without_space(p.email));
  if (!p.email.empty() && (p.email.size() > 120 || !good_email(p.email))) {
    return base::refuse(base::Code::invalid, "auth.email", "邮箱格式不正确，应如 name@example.cn", "email");
  }
  store::PersonRow row;
  if (old && base::contains(p.phone, "*")) {
    p.phone = old->person.phone;
    row = {std::move(p), old->phone_index};
    return row;
  }
  std::string phone;
  if (!base::trim(p.phone).empty()) {
    const auto normal = normal_phone(p.phone);
    if (!normal) {
      return base::refuse(base::Code::invalid, "auth.phone",
                          "手机号格式不正确，应为11位手机号，或带区号的固定电话", "phone");
    }
    phone = *normal;
  }
  row.phone_index = c.parts.cipher.blind_index(phone, "person.phone", c.tenant());
  if (phone.size() == 11 && phone[0] == '1') {
    const auto others = store::people_with_phone(c.s, c.tenant(), row.phone_index);
    if (std::any_of(others.begin(), others.end(), [&](Id other) { return other != p.id; })) {
      return base::refuse(base::Code::conflict, "auth.phone_taken",
                          "这个手机号已登记在另一名人员名下，请核对", "phone");
    }
  }
  p.phone = c.parts.cipher.seal(phone, store::phone_place(c.tenant(), p.id));
  row.person = std::move(p);
  return row;
}

Result<const Unit*> open_unit(Change& c, Id id) {
  const Unit* unit = c.tree->find(id);
  if (!unit)
    return base::refuse(base::Code::not_found, "auth.person_unit", "没有找到这个单位，请重新选择", "unit");
  TRY(c.by.require("person.manage", id));
  if (!unit->active) {
    return base::refuse(base::Code::invalid, "auth.person_unit",
                        fmt::format("单位“{}”已停用，请另选单位", unit->name), "unit");
  }
  return unit;
}

Result<store::PersonRow> row_of(Change& c, Id person) {
  auto row = store::person(c.s, c.tenant(), person);
  if (!row) return no_such("人员");
  return *row;
}

bool matches(const store::PersonRow& row, std::string_view word, std::string_view phone_index) {
  if (!phone_index.empty() && row.phone_index == phone_index) return true;
  const Person& p = row.person;
  return word.empty() || base::contains(p.name, word) || base::contains(p.post, word) ||
         base::contains(p.login, word);
}

}  // namespace

namespace steps {

Result<Person> find_person(Change& c, Id person) {
  Person out = TRY(row_of(c, person)).person;
  out.phone = opened_phone(c.parts.cipher, c.tenant(), out);
  return out;
}

Result<Id> add_person(Change& c, Person person) {
  const Unit* unit = TRY(open_unit(c, person.unit));
  person.id = c.parts.ids.next();
  person.revision = 1;
  const auto row = TRY(checked_person(c, std::move(person), std::nullopt));
  store::insert_person(c.s, c.tenant(), row, c.stamp());
  c.note("person.manage", unit->id, "person.add", subject_of(row.person.id),
         fmt::format("在“{}”新增人员{}", unit->name, row.person.name));
  return row.person.id;
}

Done change_person(Change& c, Person person) {
  const auto old = TRY(row_of(c, person.id));
  TRY(c.by.require("person.manage", old.person.unit));
  person.unit = old.person.unit;
  const auto row = TRY(checked_person(c, std::move(person), old));
  if (store::update_person(c.s, c.tenant(), row, c.stamp()) == 0) {
    return changed_meanwhile(store::person_stamp(c.s, c.tenant(), row.person.id), "人员");
  }
  c.note("person.manage", row.person.unit, "person.change", subject_of(row.person.id),
         fmt::format("修改人员{}的信息", row.person.name));
  return {};
}

Result<Person> person_to_govern(Change& c, Id id, const std::string& what) {
  Person person = TRY(row_of(c, id)).person;
  TRY(c.by.require("person.manage", person.unit));
  const std::string deed = fmt::format("不能{}“{}”", what, person.name);
  const auto covered = [&](Id holder, Id home) {
    return must_cover(c.by,
                      reaches_of(store::grants(c.s, c.tenant(), holder, c.today), c.roles(), *c.tree, home),
                      home, deed);
  };
  TRY(covered(id, person.unit));
  // Whoever governs a deputy's account would act for the principal as well.
  for (const StandIn& s : store::stand_ins_of(c.s, c.tenant(), id, c.today)) {
    if (s.deputy == id) TRY(covered(s.principal, TRY(row_of(c, s.principal)).person.unit));
  }
  return person;
}

}  // namespace steps

Result<PersonPage> Directory::load_people(const Actor& by, const PersonQuery& query, std::string_view right,
                                          bool plain) {
  TRY(by.require(right));
  const std::string word = base::trim(query.text);
  const auto phone = word.empty() ? std::nullopt : normal_phone(word);
  const std::string index = phone ? parts_.cipher.blind_index(*phone, "person.phone", by.tenant) : "";
  const std::string today = base::to_iso(parts_.clock.today());
  return parts_.db.read([&](sql::Session& s) -> Result<PersonPage> {
    const auto tree = tree_at(s, by.tenant, store::revision(s, by.tenant), true);
    if (query.unit && !tree->find(*query.unit)) return no_such("单位");
    std::set<Id> holders_of_role;
    if (!query.role.empty()) {
      for (const Grant& g : store::grants(s, by.tenant, 0, today)) {
        if (g.role == query.role) holders_of_role.insert(g.person);
      }
    }
    std::vector<Person> found;
    for (store::PersonRow& row : store::people(s, by.tenant)) {
      const Person& p = row.person;
      const bool contact = by.may("person.contact", p.unit, p.id);
      if (!by.may(right, p.unit, p.id) || (!p.active && !query.inactive_too)) continue;
      if (query.unit && !tree->is_within(p.unit, *query.unit)) continue;
      if (!query.role.empty() && holders_of_role.count(p.id) == 0) continue;
      if (!matches(row, word, contact ? index : std::string())) continue;
      found.push_back(std::move(row.person));
    }
    const auto place = [&](const Person& p) { return tree->find(p.unit); };  // the tree's order in memory
    std::sort(found.begin(), found.end(), [&](const Person& a, const Person& b) {
      if (a.unit != b.unit) return place(a) < place(b);
      if (const int order = base::compare_pinyin(a.name, b.name); order != 0) return order < 0;
      return a.id < b.id;
    });
    PersonPage page;
    page.total = static_cast<std::int64_t>(found.size());
    const auto from = std::min(found.size(), static_cast<std::size_t>(std::max(0, query.offset)));
    const auto count = std::min(found.size() - from, static_cast<std::size_t>(std::max(0, query.limit)));
    for (std::size_t i = from; i < from + count; ++i) {
      Person& p = found[i];
      p.phone = opened_phone(parts_.cipher, by.tenant, p);
      if (!plain || !by.may("person.contact", p.unit, p.id)) p.phone = mask_phone(p.phone);
      page.people.push_back(std::move(p));
    }
    return page;
  });
}

Result<PersonPage> Directory::find_people(const Actor& by, const PersonQuery& query) {
  PersonQuery bounded = query;
  bounded.limit = std::min(query.limit, 1000);
  return load_people(by, bounded, "person.read", false);
}

Result<std::vector<Person>> Directory::export_people(const Actor& by, PersonQuery query) {
  query.offset = 0;
  query.limit = 20'000;
  PersonPage page = TRY(load_people(by, query, "person.export", true));
  if (page.total > query.limit) {
    return base::refuse(base::Code::too_large, "auth.export", "一次最多导出20000人，请按单位分次导出");
  }
  TRY(run_change(by, [&](Change& c) -> Done {
    c.note("person.export", 0, "export.people", "people", fmt::format("导出人员名单，共{}人", page.total));
    return {};
  }));
  return std::move(page.people);
}

Result<Person> Directory::person(const Actor& by, Id id) {
  auto found = parts_.db.read([&](sql::Session& s) { return store::person(s, by.tenant, id); });
  if (!found) return no_such("人员");
  Person person = std::move(found->person);
  const bool self = by.person != 0 && by.person == id;
  if (!self) TRY(by.require("person.read", person.unit, id));
  person.phone = opened_phone(parts_.cipher, by.tenant, person);
  if (self || person.phone.empty()) return person;
  if (!by.may("person.contact", person.unit, id)) {
    person.phone = mask_phone(person.phone);
    return person;
  }
  const base::Millis now = parts_.clock.now();
  parts_.db.write([&](sql::Session& s) {
    const Change look{s, by, parts_, use_checks_, now, "", nullptr};
    look.note("person.contact", person.unit, "person.contact", subject_of(id),
              fmt::format("查看{}的完整联系方式", person.name));
  });
  return person;
}

std::map<Id, std::string> Directory::names(Id tenant, const std::vector<Id>& people) {
  std::map<Id, std::string> out;
  parts_.db.read([&](sql::Session& s) {
    for (Id id : std::set<Id>(people.begin(), people.end())) {
      if (auto row = store::person(s, tenant, id)) out[id] = std::move(row->person.name);
    }
  });
  return out;
}

std::string Directory::email_of(Id tenant, Id person) {
  return parts_.db.read([&](sql::Session& s) {
    const auto row = store::person(s, tenant, person);
    return row && row->person.active ? row->person.email : std::string();
  });
}

std::vector<Id> Directory::holders(Id tenant, std::string_view right, Id unit) {
  const std::string today = base::to_iso(parts_.clock.today());
  return parts_.db.read([&](sql::Session& s) {
    const auto tree = tree_at(s, tenant, store::revision(s, tenant), true);
    std::set<Id> out;
    for (const Grant& grant : store::grants(s, tenant, 0, today)) {
      if (!parts_.roles->has(grant.role, right)) continue;
      const auto row = store::person(s, tenant, grant.person);
      if (!row || !row->person.active) continue;
      const auto reach = resolve(grant, *tree, row->person.unit);
      if (reach.everything || std::binary_search(reach.units.begin(), reach.units.end(), unit)) {
        out.insert(grant.person);
      }
    }
    return std::vector<Id>(out.begin(), out.end());
  });
}

Result<Id> Directory::add_person(const Actor& by, Person person) {
  return in_change(*this, by, [&](Change& c) { return steps::add_person(c, person); });
}

Done Directory::change_person(const Actor& by, const Person& person) {
  return run_change(by, [&](Change& c) { return steps::change_person(c, person); });
}

Done Directory::move_person(const Actor& by, Id id, Id unit, std::int64_t revision) {
  return run_change(by, [&](Change& c) -> Done {
    auto row = TRY(row_of(c, id));
    TRY(c.by.require("person.manage", row.person.unit));
    const Unit* to = TRY(open_unit(c, unit));
    // Grants of "本单位" move with the person: the new unit must not give more than the mover holds.
    const auto after = reaches_of(store::grants(c.s, c.tenant(), id, c.today), c.roles(), *c.tree, unit);
    TRY(must_cover(c.by, after, unit, fmt::format("不能把“{}”调到“{}”", row.person.name, to->name)));
    const std::string from = c.unit_name(row.person.unit);
    row.person.unit = unit;
    row.person.revision = revision;
    if (store::update_person(c.s, c.tenant(), row, c.stamp()) == 0) {
      return changed_meanwhile(store::person_stamp(c.s, c.tenant(), id), "人员");
    }
    c.note("person.manage", unit, "person.move", subject_of(id),
           fmt::format("将{}由“{}”调到“{}”", row.person.name, from, to->name));
    return {};
  });
}

Done Directory::deactivate_person(const Actor& by, Id id, const std::string& reason) {
  return run_change(by, [&](Change& c) -> Done {
    const Person person = TRY(steps::person_to_govern(c, id, "停用"));
    const std::string why = TRY(text_field(reason, "停用原因", "reason", 2, 200));
    const bool had = steps::has_administrator(c);
    if (const auto account = store::account_of_person(c.s, c.tenant(), id)) {
      store::delete_sessions_of(c.s, c.tenant(), account->account.id);
    }
    store::delete_grants_of(c.s, c.tenant(), id);
    for (const StandIn& s : store::stand_ins_of(c.s, c.tenant(), id, c.today)) {
      store::delete_stand_in(c.s, c.tenant(), s.id);
    }
    store::set_person_active(c.s, c.tenant(), id, false, why, c.stamp());
    TRY(steps::keep_administrator(c, had));
    c.note("person.manage", person.unit, "person.deactivate", subject_of(id),
           fmt::format("停用人员{}，原因：{}；其角色、代理和会话一并结束", person.name, why));
    return {};
  });
}

Done Directory::reactivate_person(const Actor& by, Id id) {
  return run_change(by, [&](Change& c) -> Done {
    const Person person = TRY(steps::person_to_govern(c, id, "恢复"));
    TRY(open_unit(c, person.unit));
    store::set_person_active(c.s, c.tenant(), id, true, "", c.stamp());
    c.note("person.manage", person.unit, "person.reactivate", subject_of(id),
           fmt::format("恢复人员{}，角色须重新授予", person.name));
    return {};
  });
}

}  // namespace kepu::auth

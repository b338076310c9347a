#include "engines/desk/reminders.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/auth/directory.h"
#include "core/notify/notify.h"
#include "core/sql/sql.h"

namespace kepu::desk {

using base::Date;
using base::Id;
using notify::Notice;

namespace {

// Who gives roles in a unit answers for it: the right by which its head is known.
constexpr std::string_view kHead = "role.grant";

Notice notice_of(const site::Todo& todo, Id person, std::string_view stage, std::string title,
                 std::string why) {
  std::string text = why;
  if (!todo.note.empty()) text += "。" + todo.note;
  return {person, fmt::format("remind:{}:{}:{}", todo.key, base::to_iso(*todo.due), stage),
          std::move(title) + todo.title, std::move(text), todo.url};
}

struct Late {  // a thing that the head has to hear of
  site::Todo todo;
  std::set<Id> told;  // for whom it waits
};

class Round {
 public:
  Round(const site::Services& services, const site::Site& site, const auth::Tenant& tenant,
        std::shared_ptr<const calendar::Calendar> calendar)
      : services_(services),
        site_(site),
        tenant_(tenant),
        calendar_(std::move(calendar)),
        today_(services.clock.today()) {}

  std::vector<Notice> notices() {
    const auto program = auth::program_actor(tenant_.id, "提醒", services_.directory.roles());
    auth::PersonQuery query;
    query.limit = kAtOnce;
    for (std::int64_t total = 1; query.offset < total; query.offset += query.limit) {
      const auto page = services_.directory.find_people(program, query);
      if (!page) break;
      total = page->total;
      for (const auto& person : page->people) {
        unit_of_[person.id] = person.unit;
        if (!person.login.empty()) look_at(person);
      }
    }
    for (const auto& [key, late] : late_) tell_head(late);
    return std::move(notices_);
  }

 private:
  static constexpr int kAtOnce = 1000;

  void look_at(const auth::Person& person) {
    const auto account = services_.directory.account_of(tenant_.id, person.id);
    if (!account || account->disabled) return;
    const auto actor = services_.directory.actor_of(tenant_.id, account->id);
    if (!actor) return;
    const http::Request request;
    const http::Pairs variables;
    site::Context context{request, services_, tenant_, *actor, variables, ""};
    context.stamp = services_.db.stamp();  // what all of a county share is looked up once
    for (auto& todo : site_.todos(context)) {
      if (todo.due) tell(person.id, std::move(todo));
    }
  }

  void tell(Id person, site::Todo todo) {
    const Stage stage = stage_of(*todo.due, today_, *calendar_);
    if (stage == Stage::none) return;
    const std::string due = base::to_chinese(*todo.due);
    if (todo.on_behalf_of == 0) {
      notices_.push_back(stage == Stage::soon ? notice_of(todo, person, "soon", "快到期：", due + "到期")
                                              : notice_of(todo, person, "late", "已逾期：",
                                                          due + "已到期，请尽快办理或申请延期"));
    } else if (stage == Stage::deputy || stage == Stage::head) {
      notices_.push_back(
          notice_of(todo, person, "late", "代办事项已逾期：", due + "已到期，您正在代理，请办理"));
    }
    if (stage != Stage::head || todo.unit == 0) return;
    auto& late = late_[todo.key];
    late.told.insert(person);
    late.todo = std::move(todo);
  }

  // The head of the unit that is late; where it has none, or it waits for him himself, of the unit above.
  void tell_head(const Late& late) {
    const auto units = services_.directory.units(tenant_.id);
    for (const auto* unit = units->find(late.todo.unit); unit != nullptr; unit = units->find(unit->parent)) {
      bool found = false;
      for (const Id head : heads_of(unit->id)) {
        if (late.told.count(head) != 0) continue;
        found = true;
        notices_.push_back(notice_of(late.todo, head, "head", "逾期未办：",
                                     fmt::format("{}到期，已过 {} 个工作日仍未办理，请过问",
                                                 base::to_chinese(*late.todo.due), kHeadAfter)));
      }
      if (found) return;
    }
  }

  const std::vector<Id>& heads_of(Id unit) {
    const auto at = heads_.find(unit);
    if (at != heads_.end()) return at->second;
    std::vector<Id> out;
    for (const Id person : services_.directory.holders(tenant_.id, kHead, unit)) {
      if (const auto own = unit_of_.find(person); own != unit_of_.end() && own->second == unit) {
        out.push_back(person);
      }
    }
    return heads_.emplace(unit, std::move(out)).first->second;
  }

  const site::Services& services_;
  const site::Site& site_;
  const auth::Tenant& tenant_;
  std::shared_ptr<const calendar::Calendar> calendar_;
  Date today_;
  std::map<Id, Id> unit_of_;  // person → unit
  std::map<Id, std::vector<Id>> heads_;
  std::map<std::string, Late> late_;
  std::vector<Notice> notices_;
};

}  // namespace

Stage stage_of(Date due, Date today, const calendar::Calendar& calendar) {
  const int past = calendar.working_days_between(due, today);
  if (today > due) {
    if (past >= kHeadAfter) return Stage::head;
    return past >= kDeputyAfter ? Stage::deputy : Stage::late;
  }
  return -past <= kRemindBefore ? Stage::soon : Stage::none;
}

std::vector<std::string> reminder_rule() {
  return {fmt::format("到期前 {} 个工作日，提醒办理人。", kRemindBefore),
          fmt::format("逾期当日再次提醒办理人；满 {} 个工作日，提醒其代理人。", kDeputyAfter),
          fmt::format("逾期满 {} 个工作日，告知本单位负责人；本单位没有负责人账号的，告知上级单位负责人。",
                      kHeadAfter),
          "同一件事、同一期限、同一阶段只通知一次；改期后按新的期限重新计算。"};
}

int Reminders::run(const auth::Tenant& tenant) {
  auto notices = Round(services_, site_, tenant, calendars_.of(tenant.id)).notices();
  if (notices.empty()) return 0;
  int posted = 0;
  services_.db.write([&](sql::Session& session) {
    posted = 0;  // a write may be tried again
    for (const auto& notice : notices) {
      posted += notify::post(session, tenant.id, notice, services_.clock.now(), services_.ids) ? 1 : 0;
    }
  });
  return posted;
}

std::string Reminders::run() {
  int posted = 0;
  for (const auto& tenant : services_.directory.tenants()) posted += run(tenant);
  return fmt::format("通知 {} 条", posted);
}

}  // namespace kepu::desk

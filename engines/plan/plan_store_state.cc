#include "engines/plan/plan_store_state.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/audit/audit.h"
#include "core/auth/directory.h"
#include "core/base/text.h"

namespace kepu::plan {

using base::Code;
using base::refuse;

namespace {

constexpr std::size_t kCachedPlans = 48;

// The right that an action of the log was done by: a stand-in acts for whom that right comes from.
std::string_view right_of(std::string_view action) {
  if (action == "plan.import" || action == "plan.adopt") return action;
  if (action == "plan.confirm") return "plan.assign";
  if (action == "duty.edit") return action;
  return "plan.edit";
}

}  // namespace

std::string subject_of(std::string_view kind, Id id) { return fmt::format("{}:{}", kind, id); }

Names load_names(sql::Session& session, Id tenant) {
  Names names;
  session.each("select name, meaning, unit from plan_name where tenant = :tenant", {{"tenant", tenant}},
               [&](const sql::Row& r) {
                 names.add({r.text(0), parse_meaning(r.view(1)).value_or(Meaning::outside), r.integer(2)});
               });
  return names;
}

Plan with_new_ids(const Plan& plan, const std::function<Id()>& next_id) {
  Plan out = plan;
  std::map<Id, Id> fresh = {{0, 0}};
  const auto renew = [&](Id& id) { id = fresh.try_emplace(id, 0).first->second = next_id(); };
  for (auto& i : out.initiatives) {
    renew(i.id);
    for (auto& t : i.tasks) {
      renew(t.id);
      t.initiative = i.id;
    }
  }
  const auto follow = [&](Id& id) {
    const auto at = fresh.find(id);
    id = at == fresh.end() ? 0 : at->second;
  };
  for (auto& t : out.targets) {
    follow(t.initiative);
    follow(t.task);
    t.id = next_id();
  }
  for (auto& p : out.phases) p.id = next_id();
  for (auto& s : out.safeguards) s.id = next_id();
  for (auto& b : out.basis) b.id = next_id();
  for (auto& a : out.anomalies) a.id = next_id();
  return out;
}

PlanStore::State::Current PlanStore::State::current(sql::Session& session, Id tenant) {
  return session
      .one(
          "select id, revision from plan_version where tenant = :tenant and kind = 'own' and state = "
          "'adopted' "
          "order by adopted_at desc limit 1",
          {{"tenant", tenant}},
          [](const sql::Row& r) {
            return Current{r.integer(0), r.integer(1)};
          })
      .value_or(Current{});
}

Id PlanStore::State::current_id(sql::Session& session, Id tenant) { return current(session, tenant).version; }

std::int64_t PlanStore::State::revision_of(sql::Session& session, Id tenant, Id version) {
  return session.integer("select revision from plan_version where tenant = :tenant and id = :id",
                         {{"tenant", tenant}, {"id", version}});
}

PlanStore::State::Cached& PlanStore::State::slot(Id tenant, Id version, std::int64_t revision) {
  auto& cached = cache_[{tenant, version}];
  if (cached.revision != revision) cached = Cached{revision, 0, nullptr, nullptr};
  cached.used = ++tick_;
  if (cache_.size() > kCachedPlans) {
    const auto oldest = std::min_element(cache_.begin(), cache_.end(), [](const auto& a, const auto& b) {
      return a.second.used < b.second.used;
    });
    if (&oldest->second != &cached) cache_.erase(oldest);
  }
  return cached;
}

base::Result<std::shared_ptr<const Plan>> PlanStore::State::load(sql::Session& session, Id tenant,
                                                                 Id version) {
  const Current at{version, revision_of(session, tenant, version)};
  if (at.revision == 0) {
    return refuse(Code::not_found, "plan.not_found",
                  "没有这个版本的方案，可能已被删除。请回到方案列表重新选择。");
  }
  return plan_at(session, tenant, at);
}

std::shared_ptr<const Plan> PlanStore::State::plan_at(sql::Session& session, Id tenant, const Current& at) {
  {
    const std::lock_guard lock(mutex_);
    if (auto& cached = slot(tenant, at.version, at.revision); cached.plan) return cached.plan;
  }
  auto loaded = std::make_shared<const Plan>(*load_plan(session, tenant, at.version));
  const std::lock_guard lock(mutex_);
  slot(tenant, at.version, at.revision).plan = loaded;
  return loaded;
}

std::shared_ptr<const std::vector<Assignment>> PlanStore::State::assignments(sql::Session& session, Id tenant,
                                                                             Id version) {
  return assignments_at(session, tenant, {version, revision_of(session, tenant, version)});
}

std::shared_ptr<const std::vector<Assignment>> PlanStore::State::assignments_at(sql::Session& session,
                                                                                Id tenant,
                                                                                const Current& at) {
  {
    const std::lock_guard lock(mutex_);
    if (auto& cached = slot(tenant, at.version, at.revision); cached.assignments) return cached.assignments;
  }
  auto loaded =
      std::make_shared<const std::vector<Assignment>>(load_assignments(session, tenant, at.version));
  const std::lock_guard lock(mutex_);
  slot(tenant, at.version, at.revision).assignments = loaded;
  return loaded;
}

base::Done PlanStore::State::check(const Version& version, const Guard& guard) const {
  if (guard.in_state && version.state != *guard.in_state) {
    return refuse(
        Code::conflict, "plan.not_in_state",
        fmt::format(
            "这个版本现在是“{}”，不能这样修改。{}", title_of(version.state),
            version.state == VersionState::adopted ? "要改动已采纳的方案，请先“另存为修订稿”。" : ""));
  }
  if (guard.revision && *guard.revision != version.revision) {
    return refuse(Code::conflict, "plan.changed_meanwhile",
                  fmt::format("{}于 {} 刚改过这个版本，您的修改没有保存。请刷新页面，在最新内容上再改一次。",
                              version.edited_by, base::to_local(version.edited_at)));
  }
  return {};
}

base::Result<std::int64_t> PlanStore::State::modify(const By& by, Id version, const Guard& guard,
                                                    std::string_view action,
                                                    const std::function<base::Result<Edited>(Plan)>& change) {
  TRY(by.actor.require(guard.right));
  const Id tenant = by.actor.tenant;
  return db.write([&](sql::Session& session) -> base::Result<std::int64_t> {
    lock(session, tenant, version);
    auto before = load_plan(session, tenant, version);
    if (before) --before->version.revision;  // as it was before the lock counted it up
    if (!before)
      return refuse(Code::not_found, "plan.not_found", "没有这个版本的方案，可能已被删除。请回到方案列表。");
    TRY(check(before->version, guard));
    Edited edited = TRY(change(*before));
    save_difference(session, tenant, version, *before, edited.plan);
    if (edited.plan.version.metadata != before->version.metadata) {
      const auto& m = edited.plan.version.metadata;
      session.run(
          "update plan_version set title = :title, issuer = :issuer, doc_number = :doc_number, issue_date = "
          ":issue_date, "
          "region = :region, region_parent = :region_parent, status = :status, year_from = :year_from, "
          "year_to = :year_to "
          "where tenant = :tenant and id = :id",
          {{"title", m.title},
           {"issuer", m.issuer},
           {"doc_number", m.doc_number},
           {"issue_date", m.issue_date},
           {"region", m.region},
           {"region_parent", m.region_parent},
           {"status", m.status},
           {"year_from", m.from},
           {"year_to", m.to},
           {"tenant", tenant},
           {"id", version}});
    }
    session.run(
        "update plan_version set edited_at = :at, edited_by = :by where tenant = :tenant and id = :id",
        {{"at", clock.now()}, {"by", by.actor.name}, {"tenant", tenant}, {"id", version}});
    log(session, by, action, edited.subject.empty() ? subject_of("version", version) : edited.subject,
        edited.summary);
    return before->version.revision + 1;
  });
}

base::Done PlanStore::State::set_state(const By& by, Id version, VersionState from, VersionState to,
                                       std::string_view action, const std::string& summary) {
  return db.write([&](sql::Session& session) -> base::Done {
    const auto changed = session.run(
        "update plan_version set state = :to where tenant = :tenant and id = :id and state = :from",
        {{"to", to_text(to)}, {"from", to_text(from)}, {"tenant", by.actor.tenant}, {"id", version}});
    if (changed == 0) {
      return refuse(Code::conflict, "plan.not_in_state", "这个版本的状态刚被别人改过，请刷新后再试。");
    }
    touch(session, by, version);
    log(session, by, action, subject_of("version", version), summary);
    return {};
  });
}

void PlanStore::State::lock(sql::Session& session, Id tenant, Id version) {
  session.run("update plan_version set revision = revision + 1 where tenant = :tenant and id = :id",
              {{"tenant", tenant}, {"id", version}});
}

void PlanStore::State::touch(sql::Session& session, const By& by, Id version) {
  session.run(
      "update plan_version set revision = revision + 1, edited_at = :at, edited_by = :by where tenant = "
      ":tenant and id = :id",
      {{"at", clock.now()}, {"by", by.actor.name}, {"tenant", by.actor.tenant}, {"id", version}});
}

void PlanStore::State::log(sql::Session& session, const By& by, std::string_view action,
                           const std::string& subject, const std::string& summary) const {
  audit::Entry entry;
  entry.at = clock.now();
  entry.person = by.actor.person;
  entry.person_name = by.actor.name;
  entry.on_behalf_of = by.actor.on_behalf_of(right_of(action), 0);
  entry.unit_name = by.actor.unit_name;
  entry.action = std::string(action);
  entry.subject = subject;
  entry.summary = summary;
  entry.remote = by.remote;
  audit::append(session, by.actor.tenant, std::move(entry));
}

}  // namespace kepu::plan

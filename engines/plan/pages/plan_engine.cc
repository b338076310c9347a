#include "engines/plan/plan_engine.h"

#include <fstream>

#include "core/auth/directory.h"
#include "core/base/secret.h"
#include "core/file/file.h"
#include "core/sql/sql.h"
#include "engines/plan/pages/desk.h"

namespace kepu::plan {

using base::Code;
using base::refuse;

PlanEngine::PlanEngine(site::Services services, std::string_view shipped_catalog)
    : services_(std::move(services)),
      store_(services_.db, services_.clock, services_.ids, services_.directory),
      shipped_toml_(shipped_catalog) {
  auto catalog = parse_duty_catalog(shipped_catalog);
  if (!catalog) throw std::runtime_error("catalog/duties.toml：" + catalog.error().message);
  shipped_ = std::make_shared<const Duties>(std::move(*catalog));
  services_.directory.add_use_check(unit_in_use);
}

std::shared_ptr<const Duties> PlanEngine::duties(Id tenant) {
  const std::string toml = store_.catalog_toml(tenant);
  if (toml.empty()) return shipped_;
  const std::size_t hash = std::hash<std::string>()(toml);
  const std::lock_guard lock(mutex_);
  auto& own = own_[tenant];
  if (!own.second || own.first != hash) {
    auto catalog = parse_duty_catalog(toml);
    // It was checked when it was saved; a newer program may know it no more: then the shipped one counts.
    own = {hash, catalog ? std::make_shared<const Duties>(std::move(*catalog)) : shipped_};
  }
  return own.second;
}

base::Result<std::shared_ptr<const Running>> PlanEngine::running(Id tenant) {
  using Out = base::Result<std::shared_ptr<const Running>>;
  return services_.db.read([&](sql::Session&) -> Out {
    auto found = TRY(store_.running(tenant));
    return std::make_shared<const Running>(Running{std::move(found.plan), std::move(found.assignments),
                                                   services_.directory.units(tenant), nullptr});
  });
}

base::Result<std::shared_ptr<const Running>> PlanEngine::running_version(Id tenant, Id version) {
  using Out = base::Result<std::shared_ptr<const Running>>;
  return services_.db.read([&](sql::Session&) -> Out {
    auto plan = TRY(store_.load(tenant, version));
    return std::make_shared<const Running>(Running{std::move(plan), store_.assignments(tenant, version),
                                                   services_.directory.units(tenant), nullptr});
  });
}

namespace {

ReadDuties proposals_of(const DutyMatcher& matcher, const Reading& reading,
                        const std::vector<std::string>& lines) {
  ReadDuties out;
  for (const auto& initiative : reading.initiatives) {
    auto& of_initiative = out.of_tasks.emplace_back();
    for (const auto& task : initiative.tasks) {
      auto& links = of_initiative.emplace_back();
      for (auto& p : matcher.of_task(task, initiative.title)) {
        links.push_back({p.duty, DutyState::proposed, p.confidence, std::move(p.words)});
      }
    }
  }
  for (auto& p : matcher.elsewhere(reading, lines)) {
    const bool known = std::any_of(out.elsewhere.begin(), out.elsewhere.end(),
                                   [&](const auto& d) { return d.duty == p.duty; });
    if (!known) out.elsewhere.push_back({p.duty, p.line, std::move(p.words), DutyState::proposed});
  }
  return out;
}

}  // namespace

base::Result<Id> PlanEngine::import_text(const By& by, doc::Text text, const std::string& sha256,
                                         const std::string& file_name, PlanKind kind, Id plan) {
  const Reading reading = read_plan(text.lines);
  const auto own = duties(by.actor.tenant);
  NewDocument document;
  document.kind = kind;
  document.plan = plan;
  document.file = sha256;
  document.file_name = file_name;
  document.warnings = std::move(text.warnings);
  const ReadDuties proposed = proposals_of(own->matcher, reading, text.lines);
  document.plan_content =
      from_reading(reading, std::move(text.lines), proposed, [this] { return services_.ids.next(); });
  return store_.import(by, std::move(document));
}

base::Result<Id> PlanEngine::import_document(const By& by, std::string_view bytes,
                                             const std::string& file_name, PlanKind kind, Id plan) {
  TRY(by.actor.require("plan.import"));
  auto text = TRY(doc::extract(bytes));
  const auto stored = TRY(services_.files.put(bytes));
  return import_text(by, std::move(text), stored.sha256, file_name, kind, plan);
}

base::Result<Id> PlanEngine::import_file(const By& by, const std::string& path, const std::string& file_name,
                                         PlanKind kind, Id plan) {
  TRY(by.actor.require("plan.import"));
  auto text = TRY(doc::extract_file(path));
  std::ifstream in(path, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const auto stored = TRY(services_.files.put(bytes));
  return import_text(by, std::move(text), stored.sha256, file_name, kind, plan);
}

base::Result<std::string> parse_to_json(const doc::Text& text, const Duties& duties) {
  const Reading reading = read_plan(text.lines);
  return to_json(reading, propose_all(duties.matcher, reading, text.lines));
}

void PlanEngine::add_to(site::Site& site) {
  add_dashboard_pages(site, *this);
  add_matrix_pages(site, *this);
  add_item_pages(site, *this);
  add_unit_pages(site, *this);
  add_duty_pages(site, *this);
  add_compare_pages(site, *this);
  add_alignment_pages(site, *this);
  add_version_pages(site, *this);
  add_review_pages(site, *this);
  add_name_pages(site, *this);
  add_public_pages(site, *this);
  add_export_pages(site, *this);
}

}  // namespace kepu::plan

// The plan engine as the program composes it: what it registers, and how a document gets in.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/doc/extract.h"
#include "core/site/site.h"
#include "core/sql/kept.h"
#include "engines/plan/duties/duty_catalog.h"
#include "engines/plan/extensions.h"
#include "engines/plan/plan_store.h"

namespace kepu::plan {

// A catalogue with its compiled matcher. Immutable; share it.
struct Duties {
  DutyCatalog catalog;
  DutyMatcher matcher;
  explicit Duties(DutyCatalog c) : catalog(std::move(c)), matcher(catalog) {}
};

// Thread-safe; outlives the site that it is added to.
class PlanEngine final : public RunningPlans {
 public:
  // `shipped_catalog`: the text of catalog/duties.toml. Throws std::runtime_error with its first error.
  PlanEngine(site::Services services, std::string_view shipped_catalog);

  PlanStore& store() { return store_; }
  // The tenant's own catalogue where it has one, else the shipped one.
  std::shared_ptr<const Duties> duties(Id tenant);
  const std::string& shipped_toml() const { return shipped_toml_; }

  // Extracts, reads, proposes duties, stores the file and makes a version under review. Its id.
  base::Result<Id> import_document(const By& by, std::string_view bytes, const std::string& file_name,
                                   PlanKind kind, Id plan = 0);
  base::Result<Id> import_file(const By& by, const std::string& path, const std::string& file_name,
                               PlanKind kind, Id plan = 0);

  base::Result<std::shared_ptr<const Running>> running(Id tenant) override;
  base::Result<std::shared_ptr<const Running>> running_version(Id tenant, Id version) override;
  // For other engines, while the program is composed.
  Extensions& extensions() { return extensions_; }
  // The adopted plans with everything around them, for the pages (desk.h): by tenant and day.
  sql::Kept<std::string, Running>& kept_running() { return kept_running_; }

  // Routes, menu, search of this engine.
  void add_to(site::Site& site);

 private:
  base::Result<Id> import_text(const By& by, doc::Text text, const std::string& sha256,
                               const std::string& file_name, PlanKind kind, Id plan);

  site::Services services_;
  PlanStore store_;
  sql::Kept<std::string, Running> kept_running_{64};
  Extensions extensions_;
  std::string shipped_toml_;
  std::shared_ptr<const Duties> shipped_;
  std::mutex mutex_;
  std::map<Id, std::pair<std::size_t, std::shared_ptr<const Duties>>> own_;  // by hash of the text
};

// Reading without a database, for the command line: text → reading → JSON of FORMAT.
base::Result<std::string> parse_to_json(const doc::Text& text, const Duties& duties);

}  // namespace kepu::plan

// The only SQL of the evidence store. Thread-safe. A file is kept once, by its content hash, and one piece of
// evidence serves as many subjects as it proves.
#pragma once

#include <string>
#include <vector>

#include "core/auth/auth.h"
#include "core/sql/sql.h"
#include "engines/reports/report_store.h"
#include "engines/reports/reports.h"

namespace kepu::reports {

class EvidenceStore {
 public:
  EvidenceStore(sql::Database& db, const base::Clock& clock, base::IdMaker& ids)
      : db_(db), clock_(clock), ids_(ids) {}

  // ---- reading, without a check of rights
  std::optional<Evidence> find(Id tenant, Id evidence);
  std::vector<EvidenceVersion> versions(Id tenant, Id evidence);  // newest first
  struct Use {
    Subject subject;
    base::Millis at = 0;
    std::string by;
  };
  std::vector<Use> uses(Id tenant, Id evidence);  // newest first
  struct Filter {
    std::optional<std::vector<Id>> units;    // none: all
    std::string text;                        // full text over title, note and file name
    std::string kind;                        // to_text(EvidenceKind), empty: all
    std::string state;                       // "valid", "ended", "withdrawn", "unused"; empty: all
    Id unit = 0;                             // 0: all
    std::optional<Date> made_from, made_to;  // registered between, both included
  };
  struct Found {
    std::vector<Evidence> rows;
    std::int64_t total = 0;
  };
  // `order_by`: from the schema of a table; empty: newest first.
  Found search(Id tenant, const Filter& filter, Date today, const std::string& order_by, std::int64_t offset,
               std::int64_t limit);
  std::vector<Evidence> of(Id tenant, const Subject& subject);
  std::map<Id, int> counts(Id tenant, std::string_view kind, const std::vector<Id>& subjects);

  // ---- writing: evidence.edit over the unit
  struct New {
    Id unit = 0;
    EvidenceKind kind = EvidenceKind::file;
    std::string title, note;
    std::optional<Date> valid_from, valid_until;
    EvidenceVersion content;  // file: sha256, file_name, type, size; else url
  };
  struct Added {
    Id evidence = 0;
    bool was_there = false;  // the same content lies in the store already: nothing new was made
    std::string title;
  };
  // Of one unit the same content is there once (hash of a file, address of a link). Refusals by field:
  // evidence.title, evidence.url (https:, http: or an address of the platform), evidence.dates.
  base::Result<Added> add(const By& by, const New& fresh);
  // conflict (evidence.changed_meanwhile) where `revision` is not the current one.
  base::Done change(const By& by, Id evidence, std::int64_t revision, const New& wanted);
  // A newer version of the same proof; the older ones stay.
  base::Done add_version(const By& by, Id evidence, std::int64_t revision, const EvidenceVersion& version);
  // It counts no more, with a reason; it stays to be seen.
  base::Done withdraw(const By& by, Id evidence, std::int64_t revision, const std::string& reason);
  // report.edit over the unit of the report, while it is not submitted; the evidence must be one the actor
  // may read.
  base::Done attach(const By& by, Id report, Id evidence);
  base::Done detach(const By& by, Id report, Id evidence);

  // ---- for metrics: made between two days, by unit
  std::map<Id, std::int64_t> made(Id tenant, Date from, Date to, const std::vector<Id>& units);

 private:
  base::Done modify(const By& by, Id evidence, std::int64_t revision, std::string_view action,
                    const std::function<base::Result<std::string>(sql::Session&, const Evidence&)>& work);

  sql::Database& db_;
  const base::Clock& clock_;
  base::IdMaker& ids_;
};

}  // namespace kepu::reports

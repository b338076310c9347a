// Puts together what the rules need: the plan's targets, what hangs on them, and the figures of the
// catalogue. No SQL, no HTML.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/time.h"
#include "core/metric/metric.h"
#include "core/sql/kept.h"
#include "engines/indicators/indicators.h"
#include "engines/indicators/indicators_store.h"

namespace kepu::indicators {

// A target with all that is known of it.
struct TargetView {
  const plan::TargetItem* item = nullptr;
  Id subject = 0;                    // 0: nothing hangs on it yet
  const Binding* binding = nullptr;  // null: unbound
  std::vector<Change> approved;      // oldest first
  const ChangeRequest* waiting = nullptr;
};

// The targets of one plan; holds what it was made of.
class TargetBook {
 public:
  TargetBook(Attached attached, const plan::Running& running);
  TargetView view(const plan::TargetItem& item) const;
  const std::vector<ChangeRequest>& changes(Id subject) const;  // oldest first, all states
  // Bindings and changes whose target the running plan has no more.
  std::vector<const Subject*> lost() const;
  Id subject_of(Id item) const;  // 0: none
  const std::map<Id, Id>& followed() const { return followed_; }

 private:
  Attached attached_;
  std::map<Id, Id> followed_;  // item → subject
};

class Evaluation final : public Targets {
 public:
  Evaluation(sql::Database& db, IndicatorStore& store, const metric::Catalog& catalog)
      : db_(db), store_(store), catalog_(catalog) {}

  std::vector<TargetStatus> statuses(Id tenant, const plan::Running& running, base::Date date) override;
  Effective effective(Id tenant, const plan::Running& running, const plan::TargetItem& target,
                      base::Date date) override;

  // Of the targets with a change in effect: text_of().
  std::map<Id, std::string> changed_goals(Id tenant, const plan::Running& running, base::Date date);
  // Which metric each bound target's value comes from, by target.
  std::map<Id, std::string> metrics_of_targets(Id tenant, const plan::Running& running);
  TargetBook book(Id tenant, const plan::Running& running);
  TargetStatus status(Id tenant, const plan::Running& running, const TargetView& view,
                      const std::vector<Reading>& readings, base::Date date);
  Frame frame_of(const plan::Running& running, const TargetView& view, base::Date date) const;
  // The measured value of a bound target, or why there is none.
  Measured measure(Id tenant, const Frame& frame, const TargetView& view, metric::Question* asked = nullptr);

 private:
  sql::Database& db_;
  IndicatorStore& store_;
  const metric::Catalog& catalog_;
  sql::Kept<std::string, std::vector<TargetStatus>> kept_{128};
};

// The manual metrics as they stand in the catalogue.
metric::Source manual_source(IndicatorStore& store);
std::vector<metric::Metric> manual_metrics(IndicatorStore& store, Id tenant);

// A value with the metric's decimals and unit: "1 247 人", "90.5%".
std::string value_text(double value, int decimals, std::string_view unit);

}  // namespace kepu::indicators

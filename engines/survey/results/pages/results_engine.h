// The results of surveys as the program composes them: the pages under /survey/rounds/{round}/result.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/metric/metric.h"
#include "core/site/site.h"
#include "engines/survey/dataset.h"
#include "engines/survey/results/results_store.h"

namespace kepu::survey::results {

// What results need of the rounds; the store of the rounds answers.
struct RoundHead {
  Id id = 0;
  std::string title;    // 2026年岚江县公民科学素质调查
  std::string url;      // of its page
  bool frozen = false;  // nothing of it changes any more
};
class Rounds {
 public:
  virtual ~Rounds() = default;
  // not_found where there is none.
  virtual base::Result<RoundHead> round(Id tenant, Id round) = 0;
  // Of a frozen round; refuses where it is not.
  virtual base::Result<Dataset> dataset(Id tenant, Id round) = 0;
};

// Thread-safe; outlives the site that it is added to.
class ResultsEngine {
 public:
  // `program`: name and version, part of every result.
  ResultsEngine(site::Services services, Rounds& rounds, std::string program);

  ResultsStore& store() { return store_; }
  Rounds& rounds() { return rounds_; }
  const std::string& program() const { return program_; }

  // Computes the result of a frozen round and keeps it as a draft. Refuses as Rounds::dataset, analyse and
  // ResultsStore::keep.
  base::Result<int> compute(const ResultBy& by, Id round);
  // Makes the newest draft final, with its Word report. Refuses as ResultsStore::finalise.
  base::Done finalise(const ResultBy& by, Id round, const std::string& hash, const std::string& words,
                      const std::string& issuer);

  // Told after a result became final; while the program is composed.
  void on_final(std::function<void(const ResultBy&, const StoredResult&)> tell) {
    tell_.push_back(std::move(tell));
  }

  // survey.literacy 公民具备科学素质的比例（本县调查）: of the newest final result whose fieldwork is over.
  void add_metrics(metric::Catalog& catalog);
  void add_to(site::Site& site);

 private:
  file::Store& files_;
  const base::Clock& clock_;
  ResultsStore store_;
  Rounds& rounds_;
  std::string program_;
  std::vector<std::function<void(const ResultBy&, const StoredResult&)>> tell_;
};

std::string result_url(Id round);

}  // namespace kepu::survey::results

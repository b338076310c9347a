#include "engines/indicators/subjects.h"

#include <algorithm>
#include <functional>
#include <set>
#include <tuple>

#include "core/base/text.h"

namespace kepu::indicators {

std::string_view to_text(SubjectKind kind) {
  switch (kind) {
    case SubjectKind::target:
      return "target";
    case SubjectKind::task:
      return "task";
    case SubjectKind::initiative:
      return "initiative";
  }
  return "";
}

Subject subject_of(const plan::Plan& plan, const plan::TargetItem& t) {
  const auto* task = plan.task(t.task);
  const auto* initiative = plan.initiative(t.initiative);
  return {0,
          t.id,
          SubjectKind::target,
          t.headline,
          base::squeeze(t.text),
          task != nullptr         ? task->title
          : initiative != nullptr ? initiative->title
                                  : std::string(),
          t.unit};
}

std::vector<Subject> subjects_of(const plan::Plan& plan) {
  std::vector<Subject> out;
  for (const auto* t : plan.living_targets()) out.push_back(subject_of(plan, *t));
  for (const auto* i : plan.living_initiatives()) {
    out.push_back({0, i->id, SubjectKind::initiative, false, i->title, "", ""});
    for (const auto& t : i->tasks) {
      if (!t.dropped) out.push_back({0, t.id, SubjectKind::task, false, t.title, i->title, ""});
    }
  }
  return out;
}

namespace {

// Known subjects and items of the plan that are still without a partner.
class Pairing {
 public:
  Pairing(const std::vector<Subject>& known, std::vector<Subject> items)
      : known_(known), items_(std::move(items)) {
    std::sort(known_.begin(), known_.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  }

  // Pairs what bears the same key, where the key is unique on both sides. An empty key pairs nothing.
  template <class Key>
  void by(Key key) {
    using K = decltype(key(std::declval<const Subject&>()));
    std::map<K, std::vector<const Subject*>> left, right;
    for (const auto& s : known_) {
      if (taken_.count(s.id) == 0) left[key(s)].push_back(&s);
    }
    for (const auto& i : items_) {
      if (out_.count(i.item) == 0) right[key(i)].push_back(&i);
    }
    for (const auto& [k, subjects] : left) {
      const auto at = right.find(k);
      if (k == K{} || at == right.end() || subjects.size() != 1 || at->second.size() != 1) continue;
      pair(*subjects.front(), *at->second.front());
    }
  }
  // The best pairs first.
  void by_likeness(double least) {
    std::vector<std::tuple<double, Id, Id, const Subject*, const Subject*>> pairs;
    for (const auto& s : known_) {
      if (taken_.count(s.id) != 0) continue;
      for (const auto& i : items_) {
        if (out_.count(i.item) != 0 || s.kind != i.kind || s.unit != i.unit || s.owner != i.owner) continue;
        const double like = base::likeness(s.text, i.text);
        if (like >= least) pairs.emplace_back(-like, s.id, i.item, &s, &i);
      }
    }
    std::sort(pairs.begin(), pairs.end());
    for (const auto& [like, subject, item, s, i] : pairs) {
      if (taken_.count(subject) == 0 && out_.count(item) == 0) pair(*s, *i);
    }
  }
  std::map<Id, Id> take() { return std::move(out_); }
  bool done() const { return taken_.size() == known_.size(); }

 private:
  void pair(const Subject& subject, const Subject& item) {
    out_[item.item] = subject.id;
    taken_.insert(subject.id);
  }
  std::vector<Subject> known_, items_;
  std::set<Id> taken_;
  std::map<Id, Id> out_;
};

}  // namespace

std::map<Id, Id> follow(const std::vector<Subject>& known, const plan::Plan& plan) {
  using Key = std::tuple<int, std::string, std::string>;
  Pairing pairing(known, subjects_of(plan));
  const auto kind = [](const Subject& s) { return static_cast<int>(s.kind) + 1; };
  pairing.by([](const Subject& s) { return s.item; });
  if (pairing.done()) return pairing.take();
  pairing.by([&](const Subject& s) { return Key{kind(s), base::wording(s.text), base::wording(s.owner)}; });
  pairing.by([&](const Subject& s) { return Key{kind(s), base::wording(s.text), ""}; });
  pairing.by([](const Subject& s) { return s.headline ? 1 : 0; });
  pairing.by_likeness(kSameText);
  return pairing.take();
}

}  // namespace kepu::indicators

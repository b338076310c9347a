// For tests of surveys: a county with an office, a leader, two surveyors, a frame and a small questionnaire.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/auth/testing.h"
#include "core/notify/notify.h"
#include "engines/survey/survey_store.h"

namespace kepu::survey::testing {

using auth::testing::must;

// The rights of roles in tests go by the catalogue of kits; an engine's own are put on the actor.
inline auth::Actor with_rights(auth::Actor actor, const std::vector<std::string_view>& rights) {
  if (actor.reaches.empty()) throw std::logic_error("no grant");
  const auto reach = actor.reaches.front();
  for (const auto right : rights) {
    auto more = reach;
    more.right = std::string(right);
    actor.reaches.push_back(std::move(more));
  }
  return actor;
}

inline std::vector<Area> small_frame() {
  std::vector<Area> out;
  for (int t = 0; t < 4; ++t) {
    for (int v = 0; v < 8; ++v) {
      Area a;
      a.code = "99032110" + std::to_string(t) + "20" + std::to_string(v);
      a.name = "村" + std::to_string(t) + std::to_string(v);
      a.township = "乡镇" + std::to_string(t);
      a.place = v < 2 ? Place::urban : Place::rural;
      a.people = 300 + 40 * v + 15 * t;
      a.households = a.people / 2;
      out.push_back(a);
    }
  }
  return out;
}

inline Questionnaire small_questionnaire() {
  const auto choice = [](const std::string& name, int options) {
    Question q;
    q.name = name;
    q.text = "题 " + name;
    for (int i = 1; i <= options; ++i) q.options.push_back({std::to_string(i), "选项" + std::to_string(i)});
    return q;
  };
  Question age;
  age.name = "age";
  age.text = "年龄";
  age.kind = QuestionKind::number;
  age.constraint = ". >= 18 and . <= 69";
  Block items{"items", "题", "", true, {}};
  for (int i = 0; i < 8; ++i) {
    auto q = choice("k" + std::to_string(i), 4);
    q.dimension = kDimensions[static_cast<std::size_t>(i % 4)];
    q.right = "2";
    q.item = i == 0 ? "k0" : "";
    items.questions.push_back(q);
  }
  return {"小问卷",
          {{"background", "基本情况", "", false, {choice("sex", 2), age, choice("education", 5)}}, items}};
}

inline Round small_round() {
  Round r;
  r.title = "调查";
  r.year = 2026;
  r.from = {2026, 3, 2};
  r.until = {2026, 3, 31};
  r.plan.margin = 0.08;
  r.plan.take = 10;
  r.back_share = 0.5;
  return r;
}

inline Pairs answers(int age = 40) {
  Pairs f = {{"persons", "2"},
             {"q-sex", "1"},
             {"q-age", std::to_string(age)},
             {"q-education", "3"},
             {"from", "1772000000000"},
             {"until", "1772001200000"}};
  for (int i = 0; i < 8; ++i) f.emplace_back("q-k" + std::to_string(i), i < 6 ? "2" : "1");
  return f;
}
inline std::string key(int n) { return "key-of-a-survey-record-" + std::to_string(n); }

// From the empty database to a round in the field, step by step.
struct Office {
  SurveyStore& store;
  Id tenant;
  By office, leader;

  std::int64_t revision(Id round) { return must(store.round(tenant, round)).round.revision; }
  Id released() {
    const Id id = must(store.add_questionnaire(office, small_questionnaire()));
    must(store.release(office, id, 1));
    return id;
  }
  Id drawn() {
    const Id id = must(store.add_round(office, small_round()));
    must(store.set_frame(office, id, revision(id), small_frame()));
    must(store.draw(office, id, revision(id), "公布的号码"));
    return id;
  }
  Id approved() {
    const Id id = drawn();
    must(store.approve(leader, id, revision(id)));
    return id;
  }
  static std::vector<std::string> addresses(const std::string& village, int count) {
    std::vector<std::string> out;
    for (int i = 1; i <= count; ++i) out.push_back(village + "密门牌" + std::to_string(i));
    return out;
  }
  Id in_field(Id surveyor, Id other) {
    const Id id = approved();
    must(store.set_questionnaire(office, id, revision(id), released()));
    bool first = true;
    for (const auto& a : must(store.round(tenant, id)).drawn()) {
      must(store.assign(office, id, revision(id), a.position, first ? surveyor : other, first ? "甲" : "乙"));
      must(store.set_listing(office, id, revision(id), a.position, addresses(a.area.name, 30), 0));
      first = false;
    }
    must(store.start(office, id, revision(id)));
    return id;
  }
};

}  // namespace kepu::survey::testing

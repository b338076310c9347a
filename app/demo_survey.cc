#include "app/demo_survey.h"

#include <cmath>
#include <map>

#include "app/demo_people.h"
#include "app/demo_survey_people.h"
#include "core/auth/directory.h"
#include "core/base/text.h"
#include "engines/survey/results/pages/results_engine.h"
#include "engines/survey/survey_engine.h"

namespace kepu::app::demo {
namespace {

using base::Id;
using survey::By;

constexpr const char* kRemote = "示范数据";
constexpr std::size_t kBatch = 100;
constexpr const char* kSurveyors[] = {"县科协调查员", "县教育局调查员", "县农业农村局调查员",
                                      "县卫健局调查员"};

class Maker {
 public:
  Maker(Program& program, Id tenant, Dice& dice)
      : program_(program), store_(program.survey().store()), tenant_(tenant), dice_(dice) {}

  base::Done make() {
    people_ = TRY(people_by_name(program_, program_.command_actor(tenant_)));
    for (const auto* name : {"县科协经办", "县科协主要负责人"}) TRY(act_as(name));
    for (const auto* name : kSurveyors) TRY(act_as(name));
    TRY(make_questionnaires());
    make_frame();
    const auto today = base::to_days(program_.clock().today());
    const int year = program_.clock().today().year;
    const Id past =
        TRY(prepare(year - 1, {year - 1, 5, 11}, {year - 1, 6, 20}, "双色球 03 09 14 17 22 30 06"));
    TRY(answer(past, 100, base::start_of({year - 1, 5, 11})));
    TRY(store_.close(by(kOffice), past, TRY(revision(past))));
    TRY(store_.freeze(by(kHead), past, TRY(revision(past))));
    TRY(report(past));
    const Id now = TRY(prepare(year, base::from_days(today - 12), base::from_days(today + 11),
                               "双色球 02 07 11 19 25 33 12"));
    TRY(answer(now, 55, base::start_of(base::from_days(today - 12))));
    TRY(store_.reschedule(by(kOffice), now, TRY(revision(now)), base::from_days(today - 12),
                          base::from_days(today + 18), "连日大雨，山区几个村的道路不通，顺延一周"));
    return finish(now);
  }

 private:
  static constexpr const char* kOffice = "县科协经办";
  static constexpr const char* kHead = "县科协主要负责人";

  By by(const std::string& name) { return {actors_.at(name), kRemote}; }
  base::Result<std::int64_t> revision(Id round) { return TRY(store_.round(tenant_, round)).round.revision; }

  // The result of the frozen round: computed by the office, made final by its head.
  base::Done report(Id round) {
    auto& results = program_.survey_results();
    TRY(results.compute({actors_.at(kOffice), kRemote}, round));
    const auto stored = results.store().newest(tenant_, round);
    return results.finalise({actors_.at(kHead), kRemote}, round, stored->hash, "",
                            "岚江县全民科学素质工作办公室");
  }

  base::Done act_as(const std::string& name) {
    const auto found = people_.find(name);
    if (found == people_.end())
      return base::refuse(base::Code::not_found, "demo.person", "示范数据里没有“" + name + "”。");
    const auto account = program_.directory().account_of(tenant_, found->second.id);
    auto actor = program_.command_actor(tenant_);
    if (account) {
      actor = TRY(program_.directory().actor_of(tenant_, account->id));
    } else {  // no account: the command acts in his name
      actor.person = found->second.id;
      actor.unit = found->second.unit;
      actor.name = name;
    }
    actors_.emplace(name, std::move(actor));
    return {};
  }

  base::Done make_questionnaires() {
    for (const auto& item : demo_items()) {
      survey::BankItem kept;
      kept.code = item.name;
      kept.question = item;
      TRY(store_.save_item(by(kOffice), kept));
    }
    questions_ = demo_questionnaire();
    questionnaire_ = TRY(store_.add_questionnaire(by(kOffice), questions_));
    TRY(store_.release(by(kOffice), questionnaire_, 1));
    auto draft = questions_;
    draft.title = "岚江县公民科学素质问卷（修改稿）";
    draft.blocks[0].questions[4].relevant = "${net} = 1";  // asked later: the walk finds it
    TRY(store_.add_questionnaire(by(kOffice), draft));
    return {};
  }

  void make_frame() {
    const auto units = program_.directory().units(tenant_);
    for (const auto* unit : units->of_kind(auth::UnitKind::village)) {
      const auto* above = units->find(unit->parent);
      const bool urban = base::ends_with(unit->name, "社区");
      survey::Area a;
      a.code = unit->area_code;
      a.name = unit->name;
      a.township = above == nullptr ? "" : above->name;
      a.place = urban ? survey::Place::urban : survey::Place::rural;
      a.households = (urban ? 900 : 260) + static_cast<int>(dice_.below(urban ? 1400 : 420));
      a.people = a.households * 19 / 10;
      people_count_ += a.people;
      frame_.push_back(std::move(a));
    }
  }

  std::string margins() const {
    std::string out;
    const auto add = [&](const char* variable, std::vector<const char*> names, const double* shares) {
      double left = people_count_;
      for (std::size_t i = 0; i < names.size(); ++i) {
        const double count = i + 1 == names.size() ? left : std::floor(people_count_ * shares[i]);
        left -= count;
        out += fmt::format("{} | {} | {:.0f}\n", variable, names[i], count);
      }
    };
    add("性别", {"男", "女"}, kSexShares);
    add("年龄", {"18—29岁", "30—39岁", "40—49岁", "50—59岁", "60—69岁"}, kAgeShares);
    add("文化程度", {"小学及以下", "初中", "高中", "大专", "本科及以上"}, kEducationShares);
    return out;
  }

  base::Result<Id> prepare(int year, base::Date from, base::Date until, const std::string& seed) {
    survey::Round r;
    r.title = fmt::format("{}年岚江县公民科学素质调查", year);
    r.year = year;
    r.basis = "岚江县实施方案任务分工";
    r.from = from;
    r.until = until;
    r.target = {15, year, "公民具备科学素质的比例达到 15%"};
    r.plan.proportion = 0.14;
    r.plan.margin = 0.03;
    r.plan.take = 40;
    const Id id = TRY(store_.add_round(by(kOffice), r));
    TRY(store_.set_frame(by(kOffice), id, TRY(revision(id)), frame_));
    TRY(store_.draw(by(kOffice), id, TRY(revision(id)), seed));
    TRY(store_.approve(by(kHead), id, TRY(revision(id))));
    TRY(store_.set_questionnaire(by(kOffice), id, TRY(revision(id)), questionnaire_));
    TRY(store_.set_reference(
        by(kOffice), id, TRY(revision(id)), margins(), "岚江县人口抽样调查推算（示范数据），年末",
        fmt::format("澄州市 | {} | 14.2 | 12.8 | 15.6 | 澄州市公民科学素质调查公报（示范数据）\n",
                    year - 1)));
    int next = 0;
    for (const auto& a : TRY(store_.round(tenant_, id)).drawn()) {
      const auto* name = kSurveyors[static_cast<std::size_t>(next++) % std::size(kSurveyors)];
      TRY(store_.assign(by(kOffice), id, TRY(revision(id)), a.position, people_.at(name).id, name));
      std::vector<std::string> addresses;
      for (int i = 1; i <= a.area.households; ++i)
        addresses.push_back(fmt::format("{}{}组 {} 号", a.area.name, 1 + i / 60, i));
      TRY(store_.set_listing(by(kOffice), id, TRY(revision(id)), a.position, addresses, 0));
    }
    TRY(store_.start(by(kOffice), id, TRY(revision(id))));
    return id;
  }

  survey::Record attempt_of(const survey::FieldCase& c, const std::string& code, base::Millis at,
                            int number) {
    const auto on = base::date_of(at);
    return {true,
            c.id,
            fmt::format("demo-attempt-{}-{}", c.id, number),
            {{"code", code},
             {"on", base::to_iso(on)},
             {"hour", std::to_string(9 + dice_.below(11))},
             {"note", ""}}};
  }

  // What comes of one door; `percent` of the doors are done with.
  void visit(const survey::FieldCase& c, bool urban, int percent, base::Millis begin,
             std::vector<survey::Record>& out) {
    if (!dice_.percent(percent)) {
      if (dice_.percent(25))
        out.push_back(
            attempt_of(c, "2.24", begin + static_cast<base::Millis>(dice_.below(10)) * 86'400'000, 1));
      return;
    }
    const auto day = [&](std::size_t latest) {
      return begin + static_cast<base::Millis>(dice_.below(latest)) * 86'400'000;
    };
    const auto who = respondent(dice_, urban);
    const int fate = static_cast<int>(dice_.below(100));
    if (fate < 74) {
      if (dice_.percent(30)) out.push_back(attempt_of(c, "2.24", day(4), 1));
      const auto from = day(10) + static_cast<base::Millis>(9 + dice_.below(10)) * 3'600'000;
      auto fields = interview_of(dice_, questions_, who, from);
      if (fate == 0) {
        fields.resize(fields.size() - 8);
        fields.emplace_back("stopped", "1");
      }
      out.push_back({false, c.id, fmt::format("demo-interview-{}", c.id), std::move(fields)});
      return;
    }
    if (fate < 84) return out.push_back(attempt_of(c, fate < 79 ? "2.111" : "2.112", day(10), 1));
    if (fate < 92) {
      for (int i = 1; i <= survey::kLeastVisits; ++i)
        out.push_back(attempt_of(c, "2.24", begin + i * 2 * 86'400'000LL, i));
      return;
    }
    const char* others[] = {"2.32", "2.36", "2.36", "3.18", "4.50", "4.60", "4.60", "4.70"};
    out.push_back(attempt_of(c, others[static_cast<std::size_t>(fate - 92)], day(10), 1));
  }

  base::Done answer(Id round, int percent, base::Millis begin) {
    std::map<Id, std::vector<survey::Record>> by_surveyor;
    for (const auto& c : store_.cases(tenant_, {.round = round})) {
      const bool urban = frame_position_urban(round, c.area);
      visit(c, urban, percent, begin, by_surveyor[c.surveyor]);
    }
    for (const auto* name : kSurveyors) {
      const auto& all = by_surveyor[people_.at(name).id];
      for (std::size_t from = 0; from < all.size(); from += kBatch) {
        const std::vector<survey::Record> part(
            all.begin() + static_cast<std::ptrdiff_t>(from),
            all.begin() + static_cast<std::ptrdiff_t>(std::min(from + kBatch, all.size())));
        for (const auto& taken : store_.receive(by(name), part)) {
          if (taken.kind != survey::Taken::Kind::accepted)
            return base::refuse(base::Code::invalid, "demo.survey", taken.message);
        }
      }
    }
    return {};
  }

  bool frame_position_urban(Id round, int area) {
    if (round != urban_of_) {
      urban_.clear();
      const auto whole = store_.round(tenant_, round);
      for (const auto& a : whole->areas) urban_.push_back(a.area.place == survey::Place::urban);
      urban_of_ = round;
    }
    return urban_[static_cast<std::size_t>(area)];
  }

  // This year's round has something to decide: a paper beside an interview, replacements, back-checks.
  base::Done finish(Id round) {
    int papers = 0, replacements = 0, checks = 0;
    for (const auto& c : store_.cases(tenant_, {.round = round})) {
      if (c.interview != 0 && papers == 0) {
        ++papers;
        auto fields =
            interview_of(dice_, questions_, respondent(dice_, false), program_.clock().now() - 86'400'000);
        fields.emplace_back("paper", "纸-0017");
        for (const auto& t :
             store_.receive(by(kOffice), {{false, c.id, fmt::format("demo-paper-{}", c.id), fields}})) {
          if (t.kind != survey::Taken::Kind::waiting)
            return base::refuse(base::Code::invalid, "demo.survey", t.message);
        }
      }
      if (!survey::no_replacement_because(c) && replacements < 3) {
        TRY(store_.ask_replacement(by(kOffice), c.id, "去过四次都没有人，邻居说长期在外务工"));
        if (++replacements == 1) TRY(store_.decide_replacement(by(kHead), c.id, true));
      }
    }
    const auto interviews = store_.interviews(tenant_, round);
    for (const auto& b : store_.back_checks(tenant_, round)) {
      const auto at = interviews.find(b.field_case);
      if (at == interviews.end() || checks++ >= 12) continue;
      auto again = at->second.answers;
      if (checks % 5 == 0) again["education"] = "1";
      TRY(store_.record_back_check(by(kOffice), b.field_case, again));
    }
    return {};
  }

  Program& program_;
  survey::SurveyStore& store_;
  Id tenant_;
  Dice& dice_;
  std::map<std::string, auth::Person> people_;
  std::map<std::string, auth::Actor> actors_;
  std::vector<survey::Area> frame_;
  double people_count_ = 0;
  survey::Questionnaire questions_;
  Id questionnaire_ = 0, urban_of_ = 0;
  std::vector<bool> urban_;
};

}  // namespace

base::Done make_surveys(Program& program, base::Id tenant, Dice& dice) {
  return Maker(program, tenant, dice).make();
}

}  // namespace kepu::app::demo

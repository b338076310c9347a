#include "app/demo_indicators.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/auth/directory.h"
#include "core/auth/roles.h"
#include "core/base/text.h"
#include "engines/indicators/indicators_engine.h"
#include "engines/plan/plan_engine.h"

namespace kepu::app::demo {
namespace {

using namespace indicators;
using metric::Counting;
using metric::Nature;

constexpr int kFirstYear = 2026;

// A manual metric with the target of the plan that it serves, and how much comes in.
struct Line {
  const char* title;
  const char* unit;
  const char* definition;
  Nature nature;
  Counting counting;
  Fillers fillers;
  const char* filler;  // of one listed unit
  const char* target;  // words of the target's clause; empty: none
  Span span;
  double per_period;  // flow: each period about; stock: the level at the first period
  const char* source;
};

constexpr Line kLines[] = {
    {"高素质农民培训", "人次", "县级以上财政资金支持、学时不少于16学时的培训班，一人参加几期算几次。",
     Nature::flow, Counting::person_times, Fillers::listed, "县农业农村局", "培训高素质农民6000人次",
     Span::total, 320, "高素质农民培育台账"},
    {"企业职工技能培训", "人次", "岗位技能、数字技能培训，以补贴职业培训系统的结业记录为准。", Nature::flow,
     Counting::person_times, Fillers::listed, "县人社局", "培训职工1.2万人次", Span::total, 410,
     "职业技能培训系统导出表"},
    {"科普下乡活动", "场", "到乡镇集市、村院坝现场开展的科普活动；线上活动不算。", Nature::flow,
     Counting::amount, Fillers::listed, "县委宣传部", "科普下乡活动不少于24场", Span::yearly, 8,
     "三下乡活动登记簿"},
    {"科普大篷车巡展", "场次", "大篷车到一个点展出一次算一场次。", Nature::flow, Counting::amount,
     Fillers::listed, "县科协", "每年巡展不少于60场次", Span::yearly, 13, "大篷车出车单"},
    {"科普中国信息员注册数", "名", "在科普中国平台注册且登记在本乡镇（街道）的信息员，一人只登记一处。",
     Nature::stock, Counting::amount, Fillers::townships, "", "注册科普中国信息员8000名", Span::at_date, 170,
     "科普中国后台统计"},
    {"注册科技志愿者", "名", "在科技志愿服务平台注册的本县志愿者。", Nature::stock, Counting::amount,
     Fillers::county, "", "注册科技志愿者达到5000名", Span::at_date, 820, "科技志愿服务平台后台统计"},
    {"村（社区）科普活动室覆盖率", "%", "有固定场所、每月开放的科普活动室的村（社区）÷全部村（社区）。",
     Nature::stock, Counting::amount, Fillers::county, "", "科普活动室覆盖率达到90%以上", Span::at_date, 58,
     "新时代文明实践中心台账"},
    {"县级以上科普教育基地", "个", "在有效期内的县级以上科普教育基地。", Nature::stock, Counting::amount,
     Fillers::county, "", "县级以上科普教育基地达到30个", Span::at_date, 11, "科普教育基地名录"},
    {"科普读物和挂图发放", "份", "免费发放的纸质科普读物、挂图、折页。", Nature::flow, Counting::amount,
     Fillers::townships, "", "", Span::total, 260, "发放登记表"},
};

ManualMetric metric_of(const Line& line, const auth::UnitTree& tree) {
  ManualMetric m;
  m.title = line.title;
  m.unit = line.unit;
  m.definition = line.definition;
  m.nature = line.nature;
  m.counting = line.counting;
  m.decimals = m.unit == "%" ? 1 : 0;
  m.frequency = Frequency::quarter;
  m.fillers = line.fillers;
  m.from = {kFirstYear, 1, 1};
  if (const auto* unit = tree.find_by_name(line.filler); unit != nullptr) m.units = {unit->id};
  return m;
}

const plan::TargetItem* target_of(const plan::Plan& plan, std::string_view words) {
  if (words.empty()) return nullptr;
  for (const auto* target : plan.living_targets()) {
    if (target->kind == plan::QuantityKind::target &&
        base::contains(base::without_space(target->text), words)) {
      return target;
    }
  }
  return nullptr;
}

// The people of one unit enter; the last period is still to be confirmed here and there, one township has not
// reported, one figure came back.
class Filling {
 public:
  Filling(Program& program, const auth::Actor& clerk, const auth::Actor& head, Dice& dice)
      : program_(program),
        clerk_(clerk),
        head_(head),
        dice_(dice),
        tree_(program.directory().units(clerk.tenant)) {}

  base::Result<int> fill(const ManualMetric& m, const Line& line) {
    auto& store = program_.indicators().store();
    const auto periods = periods_between(m.frequency, m.from, program_.clock().today());
    std::vector<ValueKey> confirmed, returned;
    int made = 0;
    for (const base::Id unit : store.fillers_of(clerk_.tenant, m)) {
      double level = line.per_period * (0.7 + 0.06 * static_cast<double>(dice_.below(11)));
      for (std::size_t i = 0; i < periods.size(); ++i) {
        const bool last = i + 1 == periods.size();
        if (last && m.fillers == Fillers::townships && dice_.percent(12)) continue;  // has not reported
        ManualValue v;
        v.metric = m.id;
        v.unit = unit;
        v.last = periods[i].last;
        const double step =
            m.nature == Nature::stock ? level : level * (0.8 + 0.04 * static_cast<double>(dice_.below(11)));
        v.value = m.decimals == 0 ? std::round(step) : std::round(step * 10) / 10;
        v.source = line.source;
        TRY(store.enter(filler_of(unit), v));
        ++made;
        const ValueKey key{m.id, unit, v.last, 1};
        if (last && m.fillers == Fillers::townships && dice_.percent(10)) {
          returned.push_back(key);
        } else if (!last || !dice_.percent(20)) {
          confirmed.push_back(key);
        }
        if (m.nature == Nature::stock) level *= 1.03 + 0.01 * static_cast<double>(dice_.below(5));
      }
    }
    const auto& by = m.fillers == Fillers::county ? head_ : clerk_;
    if (!confirmed.empty()) TRY(store.decide(by, confirmed, true, ""));
    if (!returned.empty()) TRY(store.decide(by, returned, false, "与上期相比变化大，请核对台账后重填"));
    return made;
  }

 private:
  auth::Actor filler_of(base::Id unit) const {
    if (unit == 0) return clerk_;
    const auto* found = tree_->find(unit);
    const std::string name = found->short_name.empty() ? found->name : found->short_name;
    return auth::program_actor(clerk_.tenant, name + "联络员", program_.directory().roles());
  }

  Program& program_;
  const auth::Actor& clerk_;
  const auth::Actor& head_;
  Dice& dice_;
  std::shared_ptr<const auth::UnitTree> tree_;
};

struct ReadingLine {
  const char* area;
  const char* group;
  int year;
  double value, half;
  std::int64_t sample;
  const char* source;
};
constexpr ReadingLine kReadings[] = {
    {"", "", 2020, 8.6, 1.4, 1500, "澄州市公民科学素质抽样调查（示范数据）"},
    {"", "", 2023, 11.0, 1.5, 1650, "江南省公民科学素质抽样调查（示范数据）"},
    {"", "", 2025, 12.6, 1.5, 1820, "江南省公民科学素质抽样调查（示范数据）"},
    {"澄州市", "", 2025, 13.8, 0.8, 7200, "江南省公民科学素质抽样调查（示范数据）"},
    {"江南省", "", 2025, 16.2, 0.5, 18600, "江南省公民科学素质抽样调查（示范数据）"},
    {"", "城镇居民", 2025, 17.4, 2.6, 830, "江南省公民科学素质抽样调查（示范数据）"},
    {"", "农村居民", 2025, 8.6, 1.7, 990, "江南省公民科学素质抽样调查（示范数据）"},
    {"", "男性", 2025, 13.9, 2.2, 905, "江南省公民科学素质抽样调查（示范数据）"},
    {"", "女性", 2025, 11.3, 2.0, 915, "江南省公民科学素质抽样调查（示范数据）"},
};

base::Result<int> enter_readings(Program& program, const auth::Actor& clerk) {
  int made = 0;
  for (const auto& line : kReadings) {
    if (line.year > program.clock().today().year) continue;
    Reading r;
    r.area = line.area;
    r.group = line.group;
    r.year = line.year;
    r.value = line.value;
    r.low = std::round((line.value - line.half) * 10) / 10;
    r.high = std::round((line.value + line.half) * 10) / 10;
    r.sample = line.sample;
    r.source = line.source;
    const auto errors = TRY(program.indicators().store().enter_reading(clerk, r));
    if (!errors.empty()) return tl::unexpected(errors.front());
    ++made;
  }
  return made;
}

base::Done change_targets(Program& program, const auth::Actor& clerk, const auth::Actor& head,
                          const plan::Running& now) {
  auto& store = program.indicators().store();
  const int year = program.clock().today().year;
  const auto ask = [&](const plan::TargetItem& target, double value, base::Date from,
                       const char* reason) -> base::Result<base::Id> {
    Change change;
    change.from = from;
    change.value = value;
    change.year = target.year.value_or(now.plan->version.metadata.to);
    change.reason = reason;
    change.basis = "县全民科学素质工作联席会议纪要（示范数据）";
    return store.ask_change(clerk, now, target, change);
  };
  if (const auto* target = target_of(*now.plan, "注册科普中国信息员8000名")) {
    const auto id =
        TRY(ask(*target, 6500, {year, 1, 1}, "撤并了 9 个村（社区），按每个村（社区）的服务人口重新测算"));
    TRY(store.decide_change(head, id, true, "同意，按纪要执行"));
  }
  if (const auto* target = target_of(*now.plan, "县级以上科普教育基地达到30个")) {
    TRY(ask(*target, 26, {year + 1, 1, 1}, "上级提高了基地认定标准，可申报的单位减少"));
  }
  return {};
}

base::Done set_weights(Program& program, const auth::Actor& clerk, const plan::Running& now) {
  auto& store = program.indicators().store();
  for (const auto* task : now.plan->living_tasks()) {
    if (base::contains(task->title, "推进县科技馆建设")) {
      Weighting w;
      w.weight = 3;
      w.reason = "联席会议确定的重点项目，投入大、周期长";
      TRY(store.set_weight(clerk, now, SubjectKind::task, task->id, w, 0));
    }
    if (base::contains(task->title, "用好干部网络学院")) {
      Weighting w;
      w.state = metric::PartState::not_applicable;
      w.reason = "干部网络学院由市里统一改版，本年暂停使用";
      TRY(store.set_weight(clerk, now, SubjectKind::task, task->id, w, 0));
    }
  }
  return {};
}

base::Done make_sets(Program& program, const auth::Actor& clerk,
                     const std::map<std::string, std::string>& ids) {
  MetricSet culture;
  culture.title = "文明城市测评（公共文化服务）";
  culture.recipient = "县文明办";
  culture.note = "编号为测评体系中的序号（示范数据）";
  const auto add = [&](MetricSet& set, const char* code, const char* metric, Span span) {
    if (const auto at = ids.find(metric); at != ids.end())
      set.items.push_back({0, code, "", at->second, span});
  };
  add(culture, "Ⅲ-12", "村（社区）科普活动室覆盖率", Span::at_date);
  add(culture, "Ⅲ-13", "科普下乡活动", Span::yearly);
  add(culture, "Ⅲ-15", "注册科技志愿者", Span::at_date);
  MetricSet capacity;
  capacity.title = "科学素质建设能力监测";
  capacity.recipient = "澄州市科协";
  add(capacity, "1.1", "县级以上科普教育基地", Span::at_date);
  add(capacity, "1.2", "村（社区）科普活动室覆盖率", Span::at_date);
  add(capacity, "2.1", "高素质农民培训", Span::yearly);
  add(capacity, "2.2", "企业职工技能培训", Span::yearly);
  add(capacity, "3.1", "科普读物和挂图发放", Span::yearly);
  for (const auto* set : {&culture, &capacity}) TRY(program.indicators().store().save_set(clerk, *set));
  return {};
}

}  // namespace

base::Result<IndicatorsMade> make_indicators(Program& program, const auth::Actor& clerk,
                                             const auth::Actor& head, Dice& dice) {
  auto& store = program.indicators().store();
  const auto now = TRY(program.plan().running(clerk.tenant));
  Filling filling(program, clerk, head, dice);
  IndicatorsMade made;
  std::map<std::string, std::string> ids;
  for (const auto& line : kLines) {
    auto m = metric_of(line, *now->units);
    if (m.fillers == Fillers::listed && m.units.empty()) continue;
    m.id = TRY(store.add_metric(clerk, m));
    ++made.metrics;
    ids[line.title] = m.metric_id();
    made.values += TRY(filling.fill(m, line));
    const auto* target = target_of(*now->plan, line.target);
    if (target == nullptr) continue;
    Binding b;
    b.metric = m.metric_id();
    b.span = line.span;
    b.note = "口径与方案一致";
    TRY(store.bind(clerk, *now, *target, b));
    ++made.bindings;
  }
  made.readings = TRY(enter_readings(program, clerk));
  TRY(change_targets(program, clerk, head, *now));
  TRY(set_weights(program, clerk, *now));
  TRY(make_sets(program, clerk, ids));
  return made;
}

}  // namespace kepu::app::demo

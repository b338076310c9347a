// Plans, trees and ids that the tests of this folder share. The county is invented.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "core/auth/auth.h"
#include "engines/plan/plan.h"

namespace kepu::plan::samples {

struct Counter {
  std::shared_ptr<Id> last = std::make_shared<Id>(1000);
  Id operator()() const { return ++*last; }
};

inline Task task(std::string title, std::string body, Line line, std::vector<std::string> lead = {},
                 std::vector<std::string> responsible = {}) {
  Task item;
  item.title = std::move(title);
  item.body = std::move(body);
  item.line = item.end_line = line;
  item.lead = std::move(lead);
  item.responsible = std::move(responsible);
  return item;
}

// Three initiatives with seven tasks; the second gives its lead at the initiative and its responsible units
// at tasks.
inline Reading reading() {
  Reading read;
  read.title = "岚江县全民科学素质行动规划纲要实施方案";
  read.region = "岚江县";
  read.from = 2021;
  read.to = 2025;
  Initiative young{InitiativeKind::action, 1, "青少年科学素质提升行动", "让孩子们爱上科学。", {"县教体局"},
                   {"县科协", "团县委"}};
  young.line = 10;
  young.tasks = {task("弘扬科学家精神", "讲好科学家故事。\n编排校园剧目。", 11),
                 task("办好科学课", "开齐开足课程。", 13, {}, {"教体局", "县财政局"}),
                 task("培养后备人才", "建设科创小组。", 14)};
  Initiative farmers{InitiativeKind::action, 2, "农民科学素质提升行动", "", {"县农业农村局"}, {}};
  farmers.line = 20;
  farmers.tasks = {task("培育高素质农民", "每年举办四期田间课堂。", 21, {}, {"县农业农村局", "县科协"}),
                   task("送科技下乡", "组织专家进村。", 23, {}, {"各乡镇（街道）"})};
  Initiative digital{InitiativeKind::project, 1, "科普信息化提升工程", "", {}, {}};
  digital.line = 30;
  digital.tasks = {task("建设科普平台", "汇集优质内容。", 31, {"县科协"}, {"县委宣传部"}),
                   task("用好新媒体", "开设专栏。", 32, {"县融媒体中心"}, {})};
  read.initiatives = {young, farmers, digital};
  Quantity share;
  share.value = 14;
  share.unit = "%";
  share.text = "公民具备科学素质的比例达到14%";
  share.headline = true;
  share.line = 5;
  Quantity classes;
  classes.value = 4;
  classes.unit = "期";
  classes.op = Operator::at_least;
  classes.text = "每年举办四期田间课堂";
  classes.initiative = 1;
  classes.task = 0;
  classes.line = 21;
  Quantity blank;
  blank.kind = QuantityKind::blank;
  blank.unit = "人次";
  blank.text = "培训达到    人次";
  blank.line = 21;
  read.headline = share;
  read.quantities = {share, classes, blank};
  read.phases = {{"启动", "", 2021, 2021, "印发方案", 40}, {"实施", "", 2022, 2025, "落实任务", 41}};
  return read;
}

inline Plan plan(const std::function<Id()>& next_id) { return from_reading(reading(), {}, {}, next_id); }

inline auth::Unit unit(Id id, std::string name, auth::UnitKind kind = auth::UnitKind::department,
                       Id parent = 1, std::string short_name = {}) {
  auth::Unit item;
  item.id = id;
  item.parent = parent;
  item.kind = kind;
  item.name = std::move(name);
  item.short_name = std::move(short_name);
  item.position = static_cast<int>(id);
  return item;
}

}  // namespace kepu::plan::samples

#include "app/demo_survey_people.h"

#include <cmath>

#include "app/program.h"
#include "core/base/text.h"

namespace kepu::app::demo {

namespace {

using survey::Block;
using survey::Question;
using survey::QuestionKind;

// How hard the items of demo/survey.txt are, in their order (two-parameter scale, with some luck on top).
constexpr double kDifficulty[] = {-1.6, -1.1, -0.7, -0.3, 0.0, 0.3, 0.8,  1.3,  -1.0, -0.2,
                                  0.5,  1.0,  -1.3, -0.5, 0.2, 0.9, -1.2, -0.4, 0.4,  1.1};
constexpr double kLuck = 0.12, kSlope = 1.3, kMean = -0.85;

int pick(Dice& dice, const double* shares, int count) {
  double u = uniform(dice);
  for (int i = 0; i < count - 1; ++i) {
    if (u < shares[i]) return i;
    u -= shares[i];
  }
  return count - 1;
}

Question choice(const char* name, const char* text, std::vector<const char*> options,
                const char* relevant = "") {
  Question q;
  q.name = name;
  q.text = text;
  for (std::size_t i = 0; i < options.size(); ++i) q.options.push_back({std::to_string(i + 1), options[i]});
  q.relevant = relevant;
  return q;
}

}  // namespace

double uniform(Dice& dice) { return static_cast<double>(dice.next() >> 11) * 0x1.0p-53; }

Respondent respondent(Dice& dice, bool urban) {
  Respondent r;
  r.persons = 1 + static_cast<int>(dice.below(4)) / (dice.percent(30) ? 2 : 1);
  r.sex = 1 + pick(dice, kSexShares, 2);
  const int group = pick(dice, kAgeShares, 5);
  const int from[] = {18, 30, 40, 50, 60}, size[] = {12, 10, 10, 10, 10};
  r.age = from[group] + static_cast<int>(dice.below(static_cast<std::size_t>(size[group])));
  r.education = 1 + pick(dice, kEducationShares, 5);
  if (urban && r.education < 5 && dice.percent(35)) ++r.education;
  if (!urban && r.education > 1 && dice.percent(15)) --r.education;
  r.work = r.age >= 60 ? 1 : 1 + static_cast<int>(dice.below(5));
  r.net = dice.percent(r.age < 50 ? 97 : 75);
  double normal = 0;
  for (int i = 0; i < 12; ++i) normal += uniform(dice) - 0.5;
  r.ability = kMean + 0.55 * (r.education - 2.45) + 0.8 * normal - 0.012 * (r.age - 44);
  return r;
}

std::vector<Question> demo_items() {
  std::vector<Question> out;
  for (const auto& line : base::split(shipped_demo("survey"), "\n")) {
    if (line.empty() || line[0] == '#') continue;
    const auto cells = base::split(line, "|");
    if (cells.size() != 5) throw std::runtime_error("demo/survey.txt：看不懂这一行：" + line);
    Question q;
    q.name = base::trim(cells[0]);
    q.dimension = survey::parse_dimension(base::trim(cells[1]));
    q.text = base::trim(cells[2]);
    q.right = base::trim(cells[3]);
    for (const auto& option : base::split(cells[4], " / "))
      q.options.push_back({std::to_string(q.options.size() + 1), base::trim(option)});
    q.options.push_back({"98", "不知道"});
    q.shuffle = true;
    q.anchor = q.name.back() == '1' || q.name.back() == '2';
    out.push_back(std::move(q));
  }
  return out;
}

survey::Questionnaire demo_questionnaire() {
  Question age;
  age.name = "age";
  age.text = "您今年多少周岁？";
  age.kind = QuestionKind::number;
  age.constraint = ". >= 18 and . <= 69";
  age.constraint_message = "只访问 18–69 岁的人；年龄不对请核对选人。";
  Question media = choice("media", "您平时从哪里了解科技信息？",
                          {"电视", "手机、电脑上网", "亲友同事", "图书报刊", "讲座和科普活动", "都没有"});
  media.kind = QuestionKind::multi;
  Question note;
  note.name = "opening";
  note.kind = QuestionKind::note;
  note.required = false;
  note.text =
      "您好，我是县科协委托的调查员。这次调查了解居民对科学的认识，大约 15 "
      "分钟，不记姓名和电话，回答只用于统计。";
  Block background{
      "background",
      "基本情况",
      "",
      false,
      {note, choice("sex", "受访者性别（观察填写）", {"男", "女"}), age,
       choice("education", "您的文化程度（含在读）？",
              {"小学及以下", "初中", "高中、中专、技校", "大专", "本科及以上"}),
       choice("work", "您目前主要做什么？",
              {"务农", "务工", "个体经营", "机关、事业单位和企业职工", "上学、料理家务或其他"},
              "${age} < 60"),
       media,
       choice("net", "您最常看的网上科技内容是哪一类？",
              {"健康养生", "农业技术", "自然和太空", "新技术", "说不清"}, "selected(${media}, '2')")}};
  Block items{"items", "科学素质题", "", true, demo_items()};
  for (auto& q : items.questions) q.item = q.name;
  return {"岚江县公民科学素质问卷", {background, items}};
}

survey::Pairs interview_of(Dice& dice, const survey::Questionnaire& q, const Respondent& who,
                           base::Millis from) {
  survey::Pairs out = {
      {"persons", std::to_string(who.persons)},    {"q-sex", std::to_string(who.sex)},
      {"q-age", std::to_string(who.age)},          {"q-education", std::to_string(who.education)},
      {"q-work", std::to_string(who.work)},        {"q-media", "1"},
      {"q-net", std::to_string(1 + dice.below(5))}};
  if (who.net) out.emplace_back("q-media", "2");
  std::int64_t spent = 60'000;
  std::size_t i = 0;
  for (const auto* item : q.scored()) {
    const double knows =
        kLuck +
        (1 - kLuck) / (1 + std::exp(-kSlope * (who.ability - kDifficulty[i++ % std::size(kDifficulty)])));
    std::string answer = item->right;
    if (uniform(dice) >= knows)
      answer =
          dice.percent(35) ? "98" : std::to_string(1 + (base::parse_int(item->right).value_or(1) + 1) % 4);
    out.emplace_back("q-" + item->name, answer);
    const auto ms = 12'000 + static_cast<std::int64_t>(dice.below(40'000));
    spent += ms;
    out.emplace_back("t-" + item->name, std::to_string(ms));
  }
  out.emplace_back("from", std::to_string(from));
  out.emplace_back("until", std::to_string(from + spent));
  return out;
}

}  // namespace kepu::app::demo

// Invented respondents: who lives behind a drawn door, whether they open, what they know.
#pragma once

#include <string>
#include <vector>

#include "app/demo_text.h"
#include "engines/survey/interview.h"

namespace kepu::app::demo {

// Of 18–69, in the shares that the demonstration's margins have.
struct Respondent {
  int persons = 2, sex = 1, age = 40, education = 2, work = 1;
  bool net = true;
  double ability = 0;
};
inline constexpr double kSexShares[] = {0.51, 0.49};
inline constexpr double kAgeShares[] = {0.18, 0.19, 0.20, 0.25, 0.18};  // 18–29 … 60–69
inline constexpr double kEducationShares[] = {0.25, 0.37, 0.20, 0.10, 0.08};

double uniform(Dice& dice);
Respondent respondent(Dice& dice, bool urban);
// Fields of a complete interview that began at `from`.
survey::Pairs interview_of(Dice& dice, const survey::Questionnaire& q, const Respondent& who,
                           base::Millis from);

survey::Questionnaire demo_questionnaire();
// The scored items for the bank.
std::vector<survey::Question> demo_items();

}  // namespace kepu::app::demo

// The walk: every question is asked for each combination of the answers that decide something, from the first
// to the last. Skips look backwards only, so one pass finds what can be reached.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "core/base/text.h"
#include "engines/survey/questionnaire.h"

namespace kepu::survey {
namespace {

constexpr std::string_view kBackground[] = {"sex", "age", "education"};
constexpr std::string_view kBackgroundTitles[] = {"性别", "年龄", "文化程度"};

struct Asked {  // a question with what was made of its conditions
  const Block* block;
  const Question* question;
  Expression block_relevant, relevant, constraint;
  bool decides = false;  // something later looks at its answer
  std::vector<std::string> candidates;
  std::int64_t reached = 0, stuck = 0;
};

bool is_name(const std::string& name) {
  return !name.empty() && name.size() <= 40 && (name[0] < '0' || name[0] > '9') &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
         });
}

class Walker {
 public:
  explicit Walker(const Questionnaire& q) : q_(q) {}

  Walk run() {
    for (const auto& b : q_.blocks) {
      for (const auto& question : b.questions) all_.push_back({&b, &question, {}, {}, {}, false, {}, 0, 0});
    }
    if (all_.empty()) fault("", "walk.empty", "问卷里还没有题。");
    if (all_.size() > kMostQuestions)
      fault("", "walk.large", fmt::format("题目超过 {} 道。", kMostQuestions));
    check_each();
    check_conditions();
    check_background();
    if (!out_.faults.empty()) return std::move(out_);  // broken conditions cannot be walked
    for (auto& a : all_) find_candidates(a);
    out_.shortest = all_.size() + 1;
    step(0, 0);
    if (out_.shortest > all_.size()) out_.shortest = 0;
    for (const auto& a : all_) {
      const auto& name = a.question->name;
      if (a.stuck > 0)
        fault(name, "walk.dead_end", "走到这一题时没有一个答案能通过检查，访问会卡在这里。");
      else if (a.reached == 0 && out_.complete)
        fault(name, "walk.unreachable", "无论怎样作答都不会问到这一题。");
    }
    return std::move(out_);
  }

 private:
  void fault(const std::string& question, const char* rule, std::string message) {
    out_.faults.push_back({question, rule, std::move(message)});
  }

  void check_each() {
    std::set<std::string> names;
    for (const auto& a : all_) {
      const auto& q = *a.question;
      if (!is_name(q.name))
        fault(q.name, "walk.name", fmt::format("题号“{}”只能用字母、数字和下划线，以字母开头。", q.name));
      if (!names.insert(q.name).second) fault(q.name, "walk.name", fmt::format("题号“{}”用了两次。", q.name));
      if (base::trim(q.text).empty()) fault(q.name, "walk.text", "没有题目文字。");
      check_options(q);
      check_key(q);
    }
  }
  void check_options(const Question& q) {
    const bool choice = q.kind == QuestionKind::single || q.kind == QuestionKind::multi;
    if (!choice) return;
    if (q.options.size() < 2) fault(q.name, "walk.options", "选择题至少要有两个选项。");
    std::set<std::string> codes;
    for (const auto& o : q.options) {
      if (o.code.empty() || o.text.empty() || o.code.find(' ') != std::string::npos)
        fault(q.name, "walk.options", "选项要有代码（不含空格）和文字。");
      if (!codes.insert(o.code).second)
        fault(q.name, "walk.options", fmt::format("选项代码“{}”用了两次。", o.code));
    }
  }
  void check_key(const Question& q) {
    if (!q.scored()) return;
    if (q.kind != QuestionKind::single && q.kind != QuestionKind::multi)
      return fault(q.name, "walk.key", "计分题要用单选或多选。");
    if (q.right.empty()) return fault(q.name, "walk.key", "计分题没有正确答案。");
    for (const auto& code : base::split(q.right, " ")) {
      const bool there =
          std::any_of(q.options.begin(), q.options.end(), [&](const Option& o) { return o.code == code; });
      if (!there) fault(q.name, "walk.key", fmt::format("正确答案“{}”不在选项里。", code));
    }
    if (!q.required) fault(q.name, "walk.key", "计分题要设为必答（可以有“不知道”选项）。");
  }

  Expression condition(const std::string& of, const std::string& text, const char* what) {
    auto parsed = Expression::parse(text);
    if (parsed) return std::move(*parsed);
    fault(of, "walk.condition", std::string(what) + "：" + parsed.error().message);
    return {};
  }
  void check_conditions() {
    std::vector<std::string> order;
    for (const auto& a : all_) order.push_back(a.question->name);
    for (std::size_t i = 0; i < all_.size(); ++i) {
      auto& a = all_[i];
      const auto& name = a.question->name;
      a.block_relevant = condition(name, a.block->relevant, "本组的跳转条件");
      a.relevant = condition(name, a.question->relevant, "跳转条件");
      a.constraint = condition(name, a.question->constraint, "检查条件");
      for (const auto* e : {&a.block_relevant, &a.relevant, &a.constraint}) {
        for (const auto& used : e->names()) check_reference(i, name, used, e == &a.constraint, order);
      }
      if (a.relevant.compared_with("").size() + a.block_relevant.compared_with("").size() > 0)
        fault(name, "walk.condition", "跳转条件里不能用“.”，要写明是哪一题。");
    }
  }
  void check_reference(std::size_t i, const std::string& name, const std::string& used, bool constraint,
                       const std::vector<std::string>& order) {
    const auto at = std::find(order.begin(), order.end(), used);
    if (at == order.end()) return fault(name, "walk.unknown", fmt::format("条件里的题“{}”不存在。", used));
    const auto where = static_cast<std::size_t>(at - order.begin());
    // A question of the same shuffled block may come later for some respondents.
    const bool same_shuffled = all_[where].block == all_[i].block && all_[i].block->shuffle && where != i;
    if (where > i || (where == i && !constraint) || same_shuffled) {
      return fault(name, "walk.forward",
                   fmt::format("条件用到“{}”，它在这一题之后（或顺序随机）才问，等于往回跳。", used));
    }
    if (all_[where].question->kind == QuestionKind::note)
      return fault(name, "walk.unknown", fmt::format("条件里的“{}”是说明，没有答案。", used));
    all_[where].decides = true;
  }
  void check_background() {
    for (std::size_t i = 0; i < std::size(kBackground); ++i) {
      const auto* q = q_.find(kBackground[i]);
      if (q == nullptr) {
        fault("", "walk.background",
              fmt::format("缺“{}”（题号 {}）：加权和分组都要用它。", kBackgroundTitles[i], kBackground[i]));
      } else if (!q->required || !q->relevant.empty() ||
                 q->kind != (i == 1 ? QuestionKind::number : QuestionKind::single)) {
        fault(
            q->name, "walk.background",
            i == 1 ? "年龄要用数字题，人人必答，没有跳转条件。" : "这一题要用单选，人人必答，没有跳转条件。");
      }
    }
    if (q_.scored().empty()) fault("", "walk.key", "没有一道计分题。");
  }

  // Answers that could lead different ways: codes, or numbers at and beside what is compared.
  void find_candidates(Asked& a) {
    const auto& q = *a.question;
    std::set<std::string> out;
    for (const auto& o : q.options) out.insert(o.code);
    if (q.options.empty()) {
      std::set<std::string> seen = a.constraint.compared_with("");
      for (const auto& other : all_) {
        for (const auto* e : {&other.block_relevant, &other.relevant, &other.constraint}) {
          const auto more = e->compared_with(q.name);
          seen.insert(more.begin(), more.end());
        }
      }
      for (const auto& text : seen) {
        out.insert(text);
        const auto number = base::parse_int(text);
        for (const int by : {-1, 1}) {
          if (number) out.insert(std::to_string(*number + by));
        }
      }
      if (q.kind == QuestionKind::text) out.insert("文字");
      if (q.kind == QuestionKind::number) out.insert({"0", "1", "40", "1000"});
    } else if (q.kind == QuestionKind::multi && a.decides) {
      std::string all;
      for (const auto& o : q.options) all += (all.empty() ? "" : " ") + o.code;
      out.insert(all);
    }
    a.candidates.assign(out.begin(), out.end());
    if (!q.required) a.candidates.emplace_back();
  }

  void step(std::size_t at, std::size_t asked) {
    if (out_.paths >= kMostPaths) {
      out_.complete = false;
      return;
    }
    if (at == all_.size()) {
      ++out_.paths;
      out_.shortest = std::min(out_.shortest, asked);
      out_.longest = std::max(out_.longest, asked);
      return;
    }
    auto& a = all_[at];
    if (!a.block_relevant.holds(answers_) || !a.relevant.holds(answers_)) return step(at + 1, asked);
    ++a.reached;
    if (a.question->kind == QuestionKind::note) return step(at + 1, asked);
    bool any = false;
    for (const auto& value : a.candidates) {
      if (!value.empty() && !a.constraint.holds(answers_, value)) continue;
      any = true;
      if (!a.decides) break;  // which one does not matter
      if (!value.empty()) answers_[a.question->name] = value;
      step(at + 1, asked + 1);
      answers_.erase(a.question->name);
    }
    if (!any) {
      ++a.stuck;
      return;
    }
    if (!a.decides) step(at + 1, asked + 1);
  }

  const Questionnaire& q_;
  std::vector<Asked> all_;
  Answers answers_;
  Walk out_;
};

}  // namespace

Walk walk(const Questionnaire& q) { return Walker(q).run(); }

}  // namespace kepu::survey

#include "engines/inspection/checklist.h"

#include <fmt/format.h>

#include <cmath>

#include "core/base/text.h"

namespace kepu::inspection {
namespace {

constexpr double kMostScore = 100;
constexpr std::size_t kMostCharacters = 200;

struct Refused {
  std::string rule, message;
};

std::string number_text(double value) { return fmt::format("{}", value); }

std::optional<Refused> read_kind(const std::string& written, Question& q) {
  const auto blank = written.find(' ');
  const std::string word = written.substr(0, blank);
  const std::string rest = blank == std::string::npos ? "" : base::trim(written.substr(blank));
  if (word == "是否" && rest.empty()) {
    q.kind = QuestionKind::yes_no;
  } else if (word == "文字" && rest.empty()) {
    q.kind = QuestionKind::text;
  } else if (word == "数字" && base::length(rest) <= 10) {
    q.kind = QuestionKind::number;
    q.unit = rest;
  } else if (word == "评分") {
    q.kind = QuestionKind::score;
    const auto most = base::parse_number(rest);
    if (rest.empty() || !most || !(*most > 0) || *most > kMostScore || *most != std::floor(*most)) {
      return Refused{"checklist.score", "“评分”后面要写满分，1 到 100 的整数，例如“评分 10”"};
    }
    q.most = *most;
  } else {
    return Refused{"checklist.kind", "第二格要写“是否”“评分 10”“数字 场”或“文字”"};
  }
  return std::nullopt;
}

std::optional<Refused> read_line(const std::string& line, Question& q) {
  const auto parts = base::split(line, "|");
  q.text = base::squeeze(parts[0]);
  if (q.text.empty()) return Refused{"checklist.empty", "问题是空的"};
  if (base::length(q.text) > kMostCharacters) return Refused{"checklist.long", "问题不要超过 200 字"};
  if (parts.size() > 1) {
    if (const auto refused = read_kind(base::squeeze(parts[1]), q)) return refused;
  }
  for (std::size_t i = 2; i < parts.size(); ++i) {
    const std::string mark = base::squeeze(parts[i]);
    if (mark == "佐证") {
      q.evidence = true;
    } else if (mark == "选答") {
      q.optional = true;
    } else if (!mark.empty()) {
      return Refused{"checklist.mark", "后面只能写“佐证”或“选答”，看不懂“" + base::shorten(mark, 20) + "”"};
    }
  }
  return std::nullopt;
}

}  // namespace

std::string_view title_of(QuestionKind kind) {
  switch (kind) {
    case QuestionKind::yes_no:
      return "是否";
    case QuestionKind::score:
      return "评分";
    case QuestionKind::number:
      return "数字";
    case QuestionKind::text:
      return "文字";
  }
  return "";
}

ReadChecklist parse_checklist(std::string_view text) {
  ReadChecklist out;
  const auto error = [&](std::string rule, std::string message) {
    out.errors.push_back({base::Code::invalid, std::move(rule), "checklist", std::move(message)});
  };
  int line_number = 0;
  const std::string bars = base::replace_all(text, "｜", "|");
  for (const auto& raw : base::split(bars, "\n")) {
    ++line_number;
    const std::string line = base::squeeze(raw);
    if (line.empty()) continue;
    Question q;
    if (const auto refused = read_line(line, q)) {
      error(refused->rule, fmt::format("第 {} 行：{}。", line_number, refused->message));
      continue;
    }
    q.number = static_cast<int>(out.questions.size()) + 1;
    out.questions.push_back(std::move(q));
  }
  if (out.questions.empty() && out.errors.empty()) {
    error("checklist.none", "请至少写一个问题，每行一个。");
  }
  if (out.questions.size() > kMostQuestions) {
    error("checklist.many", fmt::format("问题太多（{} 个），现场填不完，请压缩到 {} 个以内。",
                                        out.questions.size(), kMostQuestions));
  }
  return out;
}

std::string to_text(const std::vector<Question>& questions) {
  std::string out;
  for (const auto& q : questions) {
    out += q.text + " | " + std::string(title_of(q.kind));
    if (q.kind == QuestionKind::score) out += " " + number_text(q.most);
    if (q.kind == QuestionKind::number && !q.unit.empty()) out += " " + q.unit;
    if (q.evidence) out += " | 佐证";
    if (q.optional) out += " | 选答";
    out += "\n";
  }
  return out;
}

}  // namespace kepu::inspection

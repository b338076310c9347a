#include "engines/inspection/submission.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/base/text.h"

namespace kepu::inspection {
namespace {

constexpr std::size_t kMostCharacters = 2000;
constexpr double kMostNumber = 1e12;

class Reader {
 public:
  Reader(const std::vector<TaskName>& tasks, const Pairs& fields, const std::vector<Photo>& known,
         const std::vector<std::pair<std::string, Photo>>& fresh)
      : tasks_(tasks), fields_(fields), known_(known), fresh_(fresh) {}

  std::string text(const std::string& name) const {
    for (const auto& [n, v] : fields_) {
      if (n == name) return base::trim(v);
    }
    return {};
  }
  std::string short_text(const std::string& name, const std::string& label) {
    std::string value = text(name);
    if (base::length(value) > kMostCharacters) error("submission.long", name, label + "不要超过 2,000 字。");
    return value;
  }
  // Kept ones, then new ones; each once.
  std::vector<Photo> photos(const std::string& field) const {
    std::vector<Photo> out;
    const auto add = [&](const Photo& p) {
      const bool there =
          std::any_of(out.begin(), out.end(), [&](const Photo& o) { return o.sha256 == p.sha256; });
      if (!there) out.push_back(p);
    };
    for (const auto& [n, v] : fields_) {
      if (n != field) continue;
      const auto at =
          std::find_if(known_.begin(), known_.end(), [&](const Photo& p) { return p.sha256 == v; });
      if (at != known_.end()) add(*at);
    }
    for (const auto& [n, p] : fresh_) {
      if (n == field) add(p);
    }
    return out;
  }
  TaskName task(const std::string& name) const {
    const auto id = base::parse_id(text(name));
    const auto at = std::find_if(tasks_.begin(), tasks_.end(), [&](const TaskName& t) { return id == t.id; });
    return at == tasks_.end() ? TaskName{} : *at;
  }
  void error(std::string rule, std::string field, std::string message) {
    errors.push_back({base::Code::invalid, std::move(rule), std::move(field), std::move(message)});
  }
  const Pairs& fields() const { return fields_; }

  base::Errors errors;

 private:
  const std::vector<TaskName>& tasks_;
  const Pairs& fields_;
  const std::vector<Photo>& known_;
  const std::vector<std::pair<std::string, Photo>>& fresh_;
};

void check_value(Reader& in, const Question& q, const std::string& field, Answer& answer) {
  const auto bad = [&](const std::string& what) {
    in.error("submission.answer", field, fmt::format("第 {} 题：{}", q.number, what));
  };
  if (answer.value.empty()) {
    if (!q.optional) bad("还没有填。");
    return;
  }
  if (q.kind == QuestionKind::yes_no) {
    if (answer.value != "yes" && answer.value != "no" && answer.value != "none")
      bad("请选“是”“否”或“不适用”。");
    return;
  }
  if (q.kind == QuestionKind::text) return;
  const auto value = base::parse_number(base::to_narrow(answer.value));
  if (!value || !std::isfinite(*value) || *value < 0 || *value > kMostNumber) {
    return bad("请填数字，不小于 0。");
  }
  if (q.kind == QuestionKind::score && *value > q.most) return bad(fmt::format("最高 {} 分。", q.most));
  answer.value = fmt::format("{}", *value);
}

Answer read_answer(Reader& in, const Question& q) {
  const std::string field = fmt::format("q{}", q.number);
  Answer answer{in.short_text(field, fmt::format("第 {} 题", q.number)),
                in.short_text(field + "-note", fmt::format("第 {} 题的说明", q.number)),
                in.photos(field + "-photo")};
  check_value(in, q, field, answer);
  const bool says_something = !answer.value.empty() && answer.value != "none";
  if (q.evidence && says_something && answer.photos.empty() && answer.note.empty()) {
    in.error("submission.evidence", field + "-photo",
             fmt::format("第 {} 题要有照片；现场拍不了的，请在说明里写明原因。", q.number));
  }
  return answer;
}

// Keys of findings, in the order in which they come.
std::vector<std::string> finding_keys(const Pairs& fields) {
  std::vector<std::string> keys;
  for (const auto& [name, value] : fields) {
    if (!base::ends_with(name, "-what") || name[0] != 'f') continue;
    const std::string key = name.substr(0, name.size() - 5);
    const bool digits = key.size() >= 2 && key.size() <= 4 &&
                        std::all_of(key.begin() + 1, key.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (digits && std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
  }
  return keys;
}

std::optional<Finding> read_finding(Reader& in, const std::string& key) {
  Finding f;
  f.key = key;
  f.what = in.short_text(key + "-what", "问题描述");
  f.place = in.short_text(key + "-place", "地点");
  f.severity = parse_severity(in.text(key + "-severity")).value_or(Severity::general);
  f.task = in.task(key + "-task");
  f.photos = in.photos(key + "-photo");
  if (f.what.empty()) {
    if (f.photos.empty() && f.place.empty()) return std::nullopt;
    in.error("submission.finding", key + "-what", "有照片或地点，但没有写是什么问题，请补上。");
  }
  return f;
}

}  // namespace

std::string_view to_text(SubmissionState state) {
  switch (state) {
    case SubmissionState::counts:
      return "counts";
    case SubmissionState::replaced:
      return "replaced";
    case SubmissionState::waiting:
      return "waiting";
    case SubmissionState::dropped:
      return "dropped";
  }
  return "";
}
std::string_view title_of(SubmissionState state) {
  switch (state) {
    case SubmissionState::counts:
      return "采用";
    case SubmissionState::replaced:
      return "已更新";
    case SubmissionState::waiting:
      return "待定";
    case SubmissionState::dropped:
      return "未采用";
  }
  return "";
}
std::optional<SubmissionState> parse_submission_state(std::string_view text) {
  for (const auto s : {SubmissionState::counts, SubmissionState::replaced, SubmissionState::waiting,
                       SubmissionState::dropped}) {
    if (to_text(s) == text) return s;
  }
  return std::nullopt;
}

ReadBody read_body(const std::vector<Question>& checklist, const std::vector<TaskName>& tasks,
                   const Pairs& fields, const std::vector<Photo>& known,
                   const std::vector<std::pair<std::string, Photo>>& fresh) {
  Reader in(tasks, fields, known, fresh);
  ReadBody out;
  if (const auto on = base::parse_date(in.text("on"))) {
    out.body.on = *on;
  } else {
    in.error("submission.date", "on", "请填走访日期，例如 2026-06-01。");
  }
  for (const auto& q : checklist) out.body.answers[q.number] = read_answer(in, q);
  for (const auto& key : finding_keys(fields)) {
    if (auto finding = read_finding(in, key)) out.body.findings.push_back(std::move(*finding));
  }
  out.body.summary = in.short_text("summary", "总体情况");
  if (out.body.findings.size() > kMostFindings) {
    in.error("submission.findings", "summary", "一次走访最多记 20 个问题，请合并同类问题。");
  }
  if (photos_of(out.body).size() > kMostPhotos) {
    in.error("submission.photos", "summary", "照片太多，一次走访最多 60 张。");
  }
  out.errors = std::move(in.errors);
  return out;
}

Pairs to_fields(const Body& body) {
  Pairs out = {{"on", base::to_iso(body.on)}, {"summary", body.summary}};
  const auto add_photos = [&](const std::string& field, const std::vector<Photo>& photos) {
    for (const auto& p : photos) out.emplace_back(field + "-photo", p.sha256);
  };
  for (const auto& [number, a] : body.answers) {
    const std::string field = fmt::format("q{}", number);
    out.emplace_back(field, a.value);
    out.emplace_back(field + "-note", a.note);
    add_photos(field, a.photos);
  }
  for (const auto& f : body.findings) {
    out.emplace_back(f.key + "-what", f.what);
    out.emplace_back(f.key + "-place", f.place);
    out.emplace_back(f.key + "-severity", to_text(f.severity));
    out.emplace_back(f.key + "-task", fmt::format("{}", f.task.id));
    add_photos(f.key, f.photos);
  }
  return out;
}

std::vector<Photo> photos_of(const Body& body) {
  std::vector<Photo> out;
  std::set<std::string> seen;
  const auto add = [&](const std::vector<Photo>& photos) {
    for (const auto& p : photos) {
      if (seen.insert(p.sha256).second) out.push_back(p);
    }
  };
  for (const auto& [number, answer] : body.answers) add(answer.photos);
  for (const auto& f : body.findings) add(f.photos);
  return out;
}

std::string answer_text(const Question& q, const Answer& answer) {
  if (answer.value.empty()) return "—";
  switch (q.kind) {
    case QuestionKind::yes_no:
      return answer.value == "yes" ? "是" : answer.value == "no" ? "否" : "不适用";
    case QuestionKind::score:
      return fmt::format("{} / {} 分", answer.value, q.most);
    case QuestionKind::number:
      return answer.value + (q.unit.empty() ? "" : " " + q.unit);
    case QuestionKind::text:
      return answer.value;
  }
  return answer.value;
}

}  // namespace kepu::inspection

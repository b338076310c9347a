#include "engines/evaluation/snapshot.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"

namespace kepu::evaluation {
namespace {

// One record a line: a letter, then fields parted by tabs. Tabs, line breaks and backslashes inside a field
// are written as \t \n \\.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '\\':
        out += "\\\\";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\n':
        out += "\\n";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string plain(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char c = text[++i];
    out += c == 't' ? '\t' : c == 'n' ? '\n' : c;
  }
  return out;
}

class Writer {
 public:
  Writer& begin(char letter) {
    if (!out_.empty()) out_ += '\n';
    out_ += letter;
    return *this;
  }
  Writer& text(std::string_view value) {
    out_ += '\t';
    out_ += escaped(value);
    return *this;
  }
  Writer& number(std::int64_t value) { return text(std::to_string(value)); }
  Writer& flag(bool value) { return text(value ? "1" : "0"); }
  Writer& day(Date value) { return text(base::to_iso(value)); }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

class Reader {
 public:
  explicit Reader(const std::string& line) : parts_(base::split(line, "\t")) {}
  std::string text() { return at_ < parts_.size() ? plain(parts_[at_++]) : fail(); }
  std::int64_t number() {
    const auto value = base::parse_int(text());
    if (!value) good_ = false;
    return value.value_or(0);
  }
  bool flag() { return text() == "1"; }
  Date day() {
    const auto value = base::parse_date(text());
    if (!value) good_ = false;
    return value.value_or(Date{});
  }
  Completion completion() {
    const auto value = parse_completion(text());
    if (!value) good_ = false;
    return value.value_or(Completion::none);
  }
  bool good() const { return good_ && at_ == parts_.size(); }

 private:
  std::string fail() {
    good_ = false;
    return {};
  }
  std::vector<std::string> parts_;
  std::size_t at_ = 1;  // after the letter
  bool good_ = true;
};

constexpr std::string_view kVersion = "evaluation-1";

void write_task(Writer& w, const TaskResult& t) {
  w.begin('T').number(t.task).text(t.code).text(t.title).text(t.initiative).flag(t.project);
  w.text(to_text(t.self)).text(to_text(t.final_)).flag(t.judged).text(t.reason).text(t.judged_by);
  w.text(t.light).text(t.platform).text(t.source).text(t.body).flag(t.every_year);
  w.text(base::join(t.leads, "\n")).text(base::join(t.shares, "\n")).text(base::join(t.silent, "\n"));
  for (const auto& u : t.words) {
    w.begin('U')
        .text(u.unit)
        .flag(u.lead)
        .flag(u.counts)
        .text(to_text(u.said))
        .text(u.words)
        .text(u.evidence);
  }
  for (const auto& p : t.proofs) w.begin('P').text(p.title).text(p.url);
}

std::vector<std::string> list_from(const std::string& text) {
  return text.empty() ? std::vector<std::string>() : base::split(text, "\n");
}

TaskResult read_task(Reader& r) {
  TaskResult t;
  t.task = r.number();
  t.code = r.text();
  t.title = r.text();
  t.initiative = r.text();
  t.project = r.flag();
  t.self = r.completion();
  t.final_ = r.completion();
  t.judged = r.flag();
  t.reason = r.text();
  t.judged_by = r.text();
  t.light = r.text();
  t.platform = r.text();
  t.source = r.text();
  t.body = r.text();
  t.every_year = r.flag();
  t.leads = list_from(r.text());
  t.shares = list_from(r.text());
  t.silent = list_from(r.text());
  return t;
}

TargetResult read_target(Reader& r) {
  TargetResult t;
  t.target = r.number();
  for (auto* field : {&t.code, &t.text, &t.goal, &t.baseline, &t.value, &t.state, &t.light, &t.why, &t.source,
                      &t.url, &t.unit}) {
    *field = r.text();
  }
  t.headline = r.flag();
  return t;
}

void read_head(Reader& r, Snapshot& s) {
  if (r.text() != kVersion) r.number();  // of another form: not good
  for (auto* field :
       {&s.county, &s.title, &s.kind, &s.plan, &s.basis, &s.words, &s.problems, &s.measures, &s.issuer}) {
    *field = r.text();
  }
  s.from = r.day();
  s.until = r.day();
  s.day = r.day();
  for (auto* field : {&s.plan_from, &s.plan_to, &s.units, &s.reported}) *field = static_cast<int>(r.number());
}

void count(Snapshot::Counts& c, Completion completion) {
  switch (completion) {
    case Completion::done:
      ++c.done;
      break;
    case Completion::partly:
      ++c.partly;
      break;
    case Completion::not_done:
      ++c.not_done;
      break;
    case Completion::none:
      ++c.missing;
      break;
  }
}

}  // namespace

Snapshot::Counts Snapshot::counts() const {
  Counts c;
  for (const auto& t : tasks) count(c, t.final_);
  return c;
}

Snapshot::Counts Snapshot::counts(const std::string& initiative) const {
  Counts c;
  for (const auto& t : tasks) {
    if (t.initiative == initiative) count(c, t.final_);
  }
  return c;
}

std::vector<Missing> missing_of(const Snapshot& s) {
  std::vector<Missing> out;
  for (const auto& t : s.tasks) {
    const std::string what = "任务 " + t.code + " " + t.title;
    if (!t.silent.empty()) out.push_back({what, base::join(t.silent, "、"), "没有提交自查"});
    if (t.final_ == Completion::none) out.push_back({what, "县级研判", "没有完成情况的结论"});
  }
  for (const auto& t : s.targets) {
    if (t.value.empty()) out.push_back({"目标 " + t.text, t.code.empty() ? "全县" : t.code, t.why});
  }
  return out;
}

std::string to_text(const Snapshot& s) {
  Writer w;
  w.begin('E').text(kVersion);
  for (const auto* field :
       {&s.county, &s.title, &s.kind, &s.plan, &s.basis, &s.words, &s.problems, &s.measures, &s.issuer}) {
    w.text(*field);
  }
  w.day(s.from).day(s.until).day(s.day);
  w.number(s.plan_from).number(s.plan_to).number(s.units).number(s.reported);
  for (const auto& t : s.tasks) write_task(w, t);
  for (const auto& t : s.targets) {
    w.begin('G').number(t.target);
    for (const auto* field : {&t.code, &t.text, &t.goal, &t.baseline, &t.value, &t.state, &t.light, &t.why,
                              &t.source, &t.url, &t.unit}) {
      w.text(*field);
    }
    w.flag(t.headline);
  }
  return w.take();
}

base::Result<Snapshot> snapshot_from(std::string_view text) {
  Snapshot s;
  bool good = !text.empty(), head = false;
  for (const auto& line : base::split(text, "\n")) {
    Reader r(line);
    const char letter = line.empty() ? ' ' : line[0];
    if (letter == 'E') {
      read_head(r, s);
      head = true;
    } else if (letter == 'T') {
      s.tasks.push_back(read_task(r));
    } else if (letter == 'U' && !s.tasks.empty()) {
      UnitWord u;
      u.unit = r.text();
      u.lead = r.flag();
      u.counts = r.flag();
      u.said = r.completion();
      u.words = r.text();
      u.evidence = r.text();
      s.tasks.back().words.push_back(std::move(u));
    } else if (letter == 'P' && !s.tasks.empty()) {
      Proof p;
      p.title = r.text();
      p.url = r.text();
      s.tasks.back().proofs.push_back(std::move(p));
    } else if (letter == 'G') {
      s.targets.push_back(read_target(r));
    } else {
      good = false;
    }
    good = good && r.good();
  }
  if (!good || !head) {
    return base::refuse(base::Code::unavailable, "evaluation.snapshot",
                        "这一轮评估的定稿数据读不出来，请联系管理员从备份恢复。");
  }
  return s;
}

}  // namespace kepu::evaluation

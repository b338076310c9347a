#include "engines/plan/reading/departments.h"

#include <algorithm>

#include "engines/plan/reading/department_lists.h"

namespace kepu::plan::grammar {
namespace {

struct Label {
  std::size_t from = 0, to = 0;  // to: behind the colon
  Role role = Role::none;        // none: 完成时限, 责任人 …, whose values are no departments
  bool full = false;             // 责任单位： with noun and colon
};

// 完成时限：2025年12月 among the labels of an allocation.
std::optional<Label> other_label_at(View text, std::size_t pos) {
  static const Words kOthers = {U"完成时限", U"完成时间", U"完成期限", U"时间节点", U"工作时限",
                                U"时限要求", U"实施时间", U"推进时限", U"牵头领导", U"责任领导",
                                U"分管领导", U"责任人",   U"联系人",   U"备注"};
  for (View word : kOthers) {
    if (!starts(text.substr(pos), word)) continue;
    const std::size_t at = pos + word.size();
    if (at < text.size() && (text[at] == U'：' || text[at] == U':')) return Label{pos, at + 1, Role::none};
  }
  return std::nullopt;
}

// （列第一位的为牵头单位，下同）: a remark about the lists, no part of them.
View without_remark(View text) {
  for (View remark :
       {View(U"列第一位"), View(U"列在第一位"), View(U"列首位"), View(U"列在首位"), View(U"排第一位"),
        View(U"排在第一位"), View(U"排首位"), View(U"排在首位"), View(U"排名第一"), View(U"第一个单位为"),
        View(U"首位单位为"), View(U"以下均需"), View(U"以下任务均")}) {
    const std::size_t at = text.find(remark);
    if (at != View::npos && at > 4) text = text.substr(0, at);
  }
  while (!text.empty() && (one_of(text.back(), U"；;，,（(、") || is_blank(text.back())))
    text.remove_suffix(1);
  for (View same : {View(U"下同"), View(U"不再列出")})
    if (ends(text, same))
      text =
          text.substr(0, text.find_last_of(U"，,；;、（(") == View::npos ? text.size()
                                                                         : text.find_last_of(U"，,；;、（("));
  return text;
}

constexpr View kRoleWords[] = {U"牵头", U"主办", U"负责", U"主责", U"责任", U"配合", U"参与", U"参加",
                               U"协办", U"协同", U"协助", U"承办", U"落实", U"成员", U"实施", U"支持"};
constexpr View kUnitWords[] = {U"部门", U"单位", U"机关", U"主体"};

// 牵头部门： 责任单位： 牵头： (主要)责任部门及单位：; at `pos`. The colon may be missing where the line
// begins with it.
std::optional<Label> label_at(View text, std::size_t pos) {
  static const Words kBefore = {U"主要", U"具体", U"共同", U"相关"};
  std::size_t at = pos;
  for (View before : kBefore)
    if (starts(text.substr(at), before)) at += before.size();
  const auto skip = [&] {
    while (at < text.size() && is_blank(text[at])) ++at;
  };
  View word;
  for (View w : kRoleWords)
    if (starts(text.substr(at), w)) {
      word = w;
      break;
    }
  if (word.empty()) return std::nullopt;
  at += word.size();
  bool leads = word == View(U"牵头") || word == View(U"主办") || word == View(U"主责");
  if (starts(text.substr(at), U"责任")) at += 2;  // 牵头责任单位
  if (starts(text.substr(at), U"、责任") || starts(text.substr(at), U"及责任") ||
      starts(text.substr(at), U"和责任"))
    at += 3;
  if (starts(text.substr(at), U"配合")) at += 2;
  skip();
  bool unit = false;
  for (View u : kUnitWords)
    if (starts(text.substr(at), u)) {
      at += u.size();
      unit = true;
      break;
    }
  skip();
  const bool colon = at < text.size() && (text[at] == U'：' || text[at] == U':' || text[at] == U'︰');
  if (!colon && !(unit && pos == 0 && at < text.size() && at > 0 && is_blank(text[at - 1])))
    return std::nullopt;
  if (!unit && !colon) return std::nullopt;
  if (!unit && (word == View(U"实施") || word == View(U"支持") || word == View(U"落实"))) return std::nullopt;
  if (colon) ++at;
  return Label{pos, at, leads ? Role::lead : Role::responsible, unit && colon};
}

std::vector<Label> labels_in(View text) {
  std::vector<Label> out;
  for (std::size_t i = 0; i < text.size() && out.size() < 12; ++i) {
    const char32_t c = text[i];
    if (c != U'牵' && c != U'主' && c != U'负' && c != U'责' && c != U'配' && c != U'参' && c != U'协' &&
        c != U'承' && c != U'落' && c != U'成' && c != U'实' && c != U'支' && c != U'具' && c != U'共' &&
        c != U'相' && c != U'完' && c != U'时' && c != U'工' && c != U'推' && c != U'分' && c != U'联' &&
        c != U'备')
      continue;
    const bool apart = i == 0 || one_of(text[i - 1], U"；;。，,、 \u00A0\u3000〔[［【（(\t");
    // 牵头单位：县科协责任单位：县教育局: the blanks between two lists are lost on the way.
    const bool within = !out.empty() && out.front().from == 0;
    if (!apart && !within) continue;
    auto label = label_at(text, i);
    if (!label && apart) label = other_label_at(text, i);
    if (label && (apart || label->full)) {
      out.push_back(*label);
      i = label->to - 1;
    }
  }
  return out;
}

// 县教育局、县科协等单位按职责分工负责 → 县教育局、县科协等单位
View without_duty_words(View text) {
  static const Words kTails = {U"按照职责分工负责",
                               U"按职责分工分别负责",
                               U"按职责分工负责",
                               U"按职责分工落实",
                               U"按照职责分工落实",
                               U"按职责分工配合",
                               U"按照各自职责分工负责",
                               U"按各自职责分工负责",
                               U"根据职责分工负责",
                               U"依职责分工负责",
                               U"依职责负责",
                               U"按分工负责",
                               U"按职责负责",
                               U"按照职责负责",
                               U"按照职责分工",
                               U"按职责分工",
                               U"按照分工负责",
                               U"分工负责",
                               U"共同负责",
                               U"分别负责",
                               U"具体负责",
                               U"负责落实",
                               U"负责",
                               U"共同配合",
                               U"积极配合",
                               U"协同配合",
                               U"配合",
                               U"参与",
                               U"参加",
                               U"协助",
                               U"落实",
                               U"牵头负责",
                               U"牵头",
                               U"协办",
                               U"支持",
                               U"实施"};
  text = strip_end(text);
  for (bool again = true; again;) {
    again = false;
    for (View tail : kTails)
      if (ends(text, tail) && text.size() > tail.size()) {
        text = strip_end(text.substr(0, text.size() - tail.size()));
        again = true;
        break;
      }
  }
  for (View by : {View(U"由"), View(U"，由"), View(U"以及")})
    if (starts(text, by)) text = trimmed(text.substr(by.size()));
  return text;
}

// One list with its role words: "由A、B牵头，C、D等单位参加", "A、B", "A牵头，B配合".
void read_list(View text, Role role, Departments& out) {
  text = strip_end(text);
  const std::size_t led = text.find(U"牵头");
  if (led != View::npos && led > 0 && !one_of(text[led - 1], U"（(")) {
    bool mixed = false;
    for (auto& d : split_departments(without_duty_words(text.substr(0, led)), &mixed))
      out.lead.push_back(std::move(d));
    View rest = text.substr(led + 2);
    while (!rest.empty() && one_of(rest.front(), U"，,；;。、 ")) rest.remove_prefix(1);
    if (starts(rest, U"负责")) rest.remove_prefix(2);
    while (!rest.empty() && one_of(rest.front(), U"，,；;。、 ")) rest.remove_prefix(1);
    if (starts(rest, U"会同")) rest.remove_prefix(2);
    rest = without_duty_words(rest);
    for (auto& d : split_departments(rest, &mixed)) out.responsible.push_back(std::move(d));
    out.mixed_separators |= mixed;
    return;
  }
  auto names = split_departments(without_duty_words(text), &out.mixed_separators);
  // 县教育局（牵头）、县科协: the lead is marked in the list itself.
  std::erase_if(names, [&](const std::string& name) {
    const Chars n = from_utf8(name);
    for (View mark : {View(U"（牵头）"), View(U"(牵头)"), View(U"（牵头单位）"), View(U"（牵头部门）")})
      if (ends(n, mark) && n.size() > mark.size()) {
        out.lead.push_back(utf8(View(n).substr(0, n.size() - mark.size())));
        return true;
      }
    return false;
  });
  auto& list = role == Role::lead ? out.lead : out.responsible;
  for (auto& d : names) list.push_back(std::move(d));
}

bool mostly_departments(const Departments& d) {
  std::size_t good = 0, all = 0;
  for (const auto* list : {&d.lead, &d.responsible})
    for (const auto& n : *list) {
      ++all;
      good += looks_like_department(from_utf8(n)) ? 1 : 0;
    }
  return all > 0 && good * 10 >= all * 7;
}

bool has_duty_words(View text) {
  text = strip_end(text);
  return has_any(text, {U"牵头", U"职责分工", U"按分工"}) ||
         ends_any(text, {U"负责", U"配合", U"参与", U"参加", U"协助", U"落实", U"分工"});
}

}  // namespace

void Departments::add(const Departments& other) {
  lead.insert(lead.end(), other.lead.begin(), other.lead.end());
  responsible.insert(responsible.end(), other.responsible.begin(), other.responsible.end());
  mixed_separators |= other.mixed_separators;
}

Role role_of(View label) {
  Chars t = without_blanks(label);
  if (t.size() > 24) return Role::none;
  const std::size_t open = t.find_first_of(U"（(");  // 责任单位（列第一位的为牵头单位）
  if (open != Chars::npos && open >= 2) t.resize(open);
  static const Words kEnds = {U"单位", U"部门", U"机关", U"主体", U"机构", U"科室", U"处室"};
  static const Words kLeads = {U"牵头", U"主办", U"主责"};
  static const Words kRest = {U"责任", U"配合", U"参与", U"参加", U"协办", U"协同", U"协助", U"负责",
                              U"承办", U"成员", U"落实", U"实施", U"完成", U"支持", U"执行"};
  const auto is = [&](const Words& words) {
    return std::find(words.begin(), words.end(), View(t)) != words.end();
  };
  if (t.size() > 14 || (!ends_any(t, kEnds) && !is(kLeads) && !is(kRest))) return Role::none;
  if (has_any(t, kLeads)) return Role::lead;
  return has_any(t, kRest) ? Role::responsible : Role::none;
}

bool begins_with_role(View text) { return label_at(trimmed(text), 0).has_value(); }

bool is_department_list(View text) {
  text = strip_end(text);
  if (text.size() < 3 || text.size() > 1200 || has_any(text, {U"：", U"。"})) return false;
  const auto names = split_departments(without_duty_words(text));
  return !names.empty() && (names.size() > 1 || text.size() <= 14) && all_departments(names);
}

std::optional<Departments> parse_departments(View text, bool loose) {
  text = without_remark(trimmed(text));
  if (text.size() < 3 || text.size() > 3000) return std::nullopt;
  Departments out;
  const auto labels = labels_in(text);
  if (!labels.empty() && labels.front().from == 0 && labels.front().role != Role::none) {
    for (std::size_t i = 0; i < labels.size(); ++i) {
      if (labels[i].role == Role::none) continue;
      const std::size_t to = i + 1 < labels.size() ? labels[i + 1].from : text.size();
      read_list(text.substr(labels[i].to, to - labels[i].to), labels[i].role, out);
    }
    if (out.empty() || !mostly_departments(out)) return std::nullopt;
    return out;
  }
  if (!loose && !has_duty_words(text)) return std::nullopt;
  if (has_any(strip_end(text), {U"。"})) {  // 由…牵头。…配合。
    const std::vector<Span> parts = sentences(text);
    if (parts.size() < 2) return std::nullopt;  // the stop stands inside a bracket or a quotation: prose
    for (const Span& s : parts) {
      const auto part = parse_departments(text.substr(s.from, s.to - s.from), loose);
      if (!part) return std::nullopt;
      out.add(*part);
    }
    return out;
  }
  read_list(text, Role::responsible, out);
  if (out.empty() || !all_departments(out.lead) || !mostly_departments(out)) return std::nullopt;
  if (!loose && !all_departments(out.responsible)) return std::nullopt;
  return out;
}

std::optional<Tail> departments_at_end(View paragraph) {
  const View text = strip_end(paragraph);
  if (text.size() < 5) return std::nullopt;
  // 〔…〕 at the end: find the bracket that opens it.
  if (one_of(text.back(), U"）)〕]］】")) {
    int depth = 0;
    const std::size_t limit = text.size() > 2500 ? text.size() - 2500 : 0;
    for (std::size_t i = text.size(); i-- > limit;) {
      if (one_of(text[i], U"）)〕]］】")) ++depth;
      if (one_of(text[i], U"（(〔[［【") && --depth == 0) {
        const View inside = text.substr(i + 1, text.size() - i - 2);
        const bool square = !one_of(text[i], U"（(");
        const bool behind_stop = i == 0 || one_of(text[i - 1], U"。；;！”") || is_blank(text[i - 1]);
        const auto found = parse_departments(inside, square || behind_stop);
        // A bare list in round brackets right behind a word explains that word.
        const bool listed = has_duty_words(inside) || begins_with_role(inside) || has(inside, U"、");
        if (!found || (!square && !behind_stop && !has_duty_words(inside) && !begins_with_role(inside)))
          break;
        if (!listed && !square && !behind_stop) break;
        Tail tail{*found, i};
        const View before = strip_end(text.substr(0, i));  // 〔牵头部门：…〕〔责任部门：…〕
        if (!before.empty() && one_of(before.back(), U"〕]］】")) {
          if (const auto more = departments_at_end(before)) {
            Departments all = more->departments;
            all.add(tail.departments);
            return Tail{all, more->from};
          }
        }
        return tail;
      }
    }
    return std::nullopt;
  }
  // …。牵头部门：…；责任部门：…。
  for (const Label& label : labels_in(text)) {
    if (label.role == Role::none) continue;
    const bool begins =
        label.from == 0 || one_of(text[label.from - 1], U"。；; ") || is_blank(text[label.from - 1]);
    if (!begins) continue;
    if (const auto found = parse_departments(text.substr(label.from))) return Tail{*found, label.from};
  }
  // …。由县教委牵头，县科协配合。 / …。县教委、县科协按职责分工负责。
  const auto parts = sentences(text);
  if (parts.size() >= 2) {
    const View last = trimmed(text.substr(parts.back().from));
    if (last.size() <= 600 &&
        (starts(last, U"由") || has(last, U"职责分工") || ends_any(last, {U"负责", U"牵头"})))
      if (const auto found = parse_departments(last)) return Tail{*found, parts.back().from};
  }
  return std::nullopt;
}

}  // namespace kepu::plan::grammar

#include "engines/inspection/pages/visit_form.h"

#include "core/base/text.h"
#include "engines/inspection/checklist.h"

namespace kepu::inspection {
namespace {

constexpr int kSpareFindings = 3;

class Writer {
 public:
  explicit Writer(const VisitForm& form) : form_(form), base_(visit_url(form.whole.visit.id) + "/photos") {}

  void question(Out& h, const Question& q) const {
    const std::string field = fmt::format("q{}", q.number);
    h(
        "<fieldset class=\"panel question\"><legend>{}. {}{}</legend>{}{}{}{}</fieldset>", q.number, q.text,
        [&](Out& o) {
          if (q.optional) o("<span class=\"voluntary\">（选答）</span>");
        },
        [&](Out& o) { error(o, field); }, [&](Out& o) { value(o, q, field); },
        [&](Out& o) { photos(o, field, q.evidence ? "照片（要有；拍不了的在说明里写原因）" : "照片"); },
        [&](Out& o) {
          o("<div class=\"field\"><label for=\"f-{}-note\">说明<span "
            "class=\"voluntary\">（选填）</span></label><textarea "
            "class=\"in\" id=\"f-{}-note\" name=\"{}-note\" rows=\"2\" "
            "maxlength=\"2000\">{}</textarea></div>",
            field, field, field, text(field + "-note"));
        });
  }

  void finding(Out& h, const std::string& key, int number, const std::vector<TaskName>& tasks) const {
    const std::string severity = text(key + "-severity"), task = text(key + "-task");
    h(
        "<fieldset class=\"panel question\"><legend>问题 {}</legend><div class=\"field\"><label "
        "for=\"f-{}-what\">是什么问题</label>{}"
        "<textarea class=\"in\" id=\"f-{}-what\" name=\"{}-what\" rows=\"2\" "
        "maxlength=\"2000\">{}</textarea></div>"
        "<div class=\"pairs\"><div class=\"field half\"><label for=\"f-{}-place\">在哪里</label><p "
        "class=\"hint\">用文字写，如“村委会一楼”；不记录定位</p><input class=\"in\" id=\"f-{}-place\" "
        "name=\"{}-place\" "
        "maxlength=\"200\" value=\"{}\"></div><div class=\"field half\"><label "
        "for=\"f-{}-severity\">程度</label><select class=\"in\" "
        "id=\"f-{}-severity\" name=\"{}-severity\">{}</select></div></div>{}{}</fieldset>",
        number, key, [&](Out& o) { error(o, key + "-what"); }, key, key, text(key + "-what"), key, key, key,
        text(key + "-place"), key, key, key,
        [&](Out& o) {
          for (const auto s : {Severity::general, Severity::serious, Severity::grave}) {
            o("<option value=\"{}\"{}>{}</option>", to_text(s),
              html::Attr{severity == to_text(s), " selected"}, title_of(s));
          }
        },
        [&](Out& o) {
          if (tasks.empty()) return;
          o("<div class=\"field\"><label for=\"f-{}-task\">涉及哪项任务<span "
            "class=\"voluntary\">（选填）</span></label><select "
            "class=\"in\" id=\"f-{}-task\" name=\"{}-task\"><option "
            "value=\"\">不指明</option>{}</select></div>",
            key, key, key, [&](Out& x) {
              for (const auto& t : tasks) {
                const auto id = std::to_string(t.id);
                x("<option value=\"{}\"{}>{}　{}</option>", id, html::Attr{task == id, " selected"}, t.code,
                  t.title);
              }
            });
        },
        [&](Out& o) { photos(o, key, "照片"); });
  }

  std::string text(const std::string& name) const {
    for (const auto& [n, v] : form_.fields) {
      if (n == name) return v;
    }
    return {};
  }
  void error(Out& h, const std::string& field) const {
    for (const auto& e : form_.errors) {
      if (e.field == field) h("<p class=\"err\"><span class=\"sr\">错误：</span>{}</p>", e.message);
    }
  }
  // Keys of the findings in the form, then spare ones.
  std::vector<std::string> finding_keys() const {
    std::vector<std::string> keys;
    int last = 0;
    for (const auto& [n, v] : form_.fields) {
      if (!base::ends_with(n, "-what") || n[0] != 'f') continue;
      keys.push_back(n.substr(0, n.size() - 5));
      last = std::max(last, static_cast<int>(base::parse_int(keys.back().substr(1)).value_or(0)));
    }
    int spare = kSpareFindings;
    for (const auto& key : keys) spare -= text(key + "-what").empty() ? 1 : 0;
    for (int i = 0; i < spare; ++i) keys.push_back(fmt::format("f{}", ++last));
    return keys;
  }

 private:
  void value(Out& h, const Question& q, const std::string& field) const {
    const std::string now = text(field);
    if (q.kind == QuestionKind::yes_no) {
      h("<div class=\"choices\" id=\"f-{}\">{}</div>", field, [&](Out& o) {
        for (const auto& [value, label] :
             {std::pair("yes", "是"), std::pair("no", "否"), std::pair("none", "不适用")}) {
          o("<label class=\"opt\"><input type=\"radio\" name=\"{}\" value=\"{}\"{}>{}</label>", field, value,
            html::Attr{now == value, " checked"}, label);
        }
      });
    } else if (q.kind == QuestionKind::text) {
      h("<div class=\"field\"><textarea class=\"in\" id=\"f-{}\" name=\"{}\" rows=\"3\" maxlength=\"2000\" "
        "aria-label=\"{}\">{}</textarea></div>",
        field, field, q.text, now);
    } else {
      h("<div class=\"field\"><input class=\"in short\" id=\"f-{}\" name=\"{}\" inputmode=\"decimal\" "
        "value=\"{}\" "
        "aria-label=\"{}\"> <span class=\"unit\">{}</span></div>",
        field, field, now, q.text,
        q.kind == QuestionKind::score ? fmt::format("分，满分 {}", q.most) : q.unit);
    }
  }

  void photos(Out& h, const std::string& key, std::string_view label) const {
    const std::string field = key + "-photo";
    h(
        "<div class=\"field\">{}{}<label for=\"f-{}\">{}<span "
        "class=\"voluntary\">（JPG、PNG，可选多张）</span></label><input "
        "class=\"in\" type=\"file\" id=\"f-{}\" name=\"{}\" accept=\"image/jpeg,image/png\" multiple></div>",
        [&](Out& o) { error(o, field); },
        [&](Out& o) {
          std::vector<Photo> kept;
          for (const auto& [n, v] : form_.fields) {
            for (const auto& p : form_.known) {
              if (n == field && v == p.sha256) kept.push_back(p);
            }
          }
          if (kept.empty()) return;
          o("<ul class=\"photos\">{}</ul>", [&](Out& x) {
            for (const auto& p : kept) {
              const std::string url = base_ + "/" + p.sha256;
              x("<li><a href=\"{}\"><img src=\"{}\" alt=\"{}\" loading=\"lazy\"></a><label "
                "class=\"opt\"><input "
                "type=\"checkbox\" name=\"{}\" value=\"{}\" checked>保留</label></li>",
                html::Url{url}, html::Url{url}, p.name, field, p.sha256);
            }
          });
        },
        field, label, field, field);
  }

  const VisitForm& form_;
  std::string base_;
};

}  // namespace

void write_visit_form(Out& h, const Context& context, const VisitForm& form) {
  const Writer w(form);
  const auto& visit = form.whole.visit;
  const auto& round = form.whole.round;
  std::string on = w.text("on");
  if (on.empty()) on = base::to_iso(context.today());
  if (!form.errors.empty()) h("{}", html::ErrorSummary{form.errors});
  h(
      "<div id=\"visit-state\" class=\"visit-state\" aria-live=\"polite\"></div><form method=\"post\" "
      "action=\"{}/submit\" "
      "enctype=\"multipart/form-data\" data-visit=\"{}\" data-person=\"{}\" data-title=\"{}\"><input "
      "type=\"hidden\" name=\"csrf\" "
      "value=\"{}\"><input type=\"hidden\" name=\"key\" value=\"{}\"><input type=\"hidden\" name=\"base\" "
      "value=\"{}\">"
      "<div class=\"field\"><label for=\"f-on\">走访日期</label>{}<input class=\"in short\" type=\"date\" "
      "id=\"f-on\" name=\"on\" "
      "value=\"{}\"></div>{}<h2>发现的问题</h2><p "
      "class=\"hint\">没有问题就空着；要记更多，先提交，再打开本页补。</p>{}"
      "<div class=\"field\"><label for=\"f-summary\">总体情况<span "
      "class=\"voluntary\">（选填）</span></label><textarea class=\"in\" "
      "id=\"f-summary\" name=\"summary\" rows=\"4\" maxlength=\"2000\">{}</textarea></div><p "
      "class=\"row\">{}</p></form>",
      html::Url{visit_url(visit.id)}, visit.id, context.actor.person, round.title, context.csrf, form.key,
      visit.revision, [&](Out& o) { w.error(o, "on"); }, on,
      [&](Out& o) {
        for (const auto& q : round.checklist) w.question(o, q);
      },
      [&](Out& o) {
        int number = 0;
        bool spare = false;  // one is open, further ones unfold
        for (const auto& key : w.finding_keys()) {
          const bool empty = w.text(key + "-what").empty() && w.text(key + "-place").empty();
          ++number;
          if (empty && spare) {
            o("<details class=\"mb\"><summary>再记一个问题（问题 {}）</summary>{}</details>", number,
              [&](Out& x) { w.finding(x, key, number, round.tasks); });
          } else {
            w.finding(o, key, number, round.tasks);
          }
          spare = spare || empty;
        }
      },
      w.text("summary"), html::button(visit.revision == 0 ? "提交走访记录" : "更新走访记录"));
}

void write_record(Out& h, const VisitWhole& whole, const Submission& submission) {
  const auto& body = submission.body;
  const std::string photos = visit_url(whole.visit.id) + "/photos";
  html::SimpleTable table;
  table.caption = "走访记录";
  table.columns = {{"问题"}, {"回答"}, {"说明和照片"}};
  for (const auto& q : whole.round.checklist) {
    const auto at = body.answers.find(q.number);
    const Answer answer = at == body.answers.end() ? Answer{} : at->second;
    table.rows.push_back(
        {fmt::format("{}. {}", q.number, q.text), answer_text(q, answer), [answer, photos](Out& o) {
           o("{}", answer.note);
           write_photos(o, answer.photos, photos);
         }});
  }
  h("<p class=\"muted\">走访日期 {}　{}于 {} 交回</p>{}", base::to_iso(body.on), submission.person_name,
    base::to_local(submission.at), table);
  for (const auto& f : body.findings) {
    h("<p>{} {}{}</p>{}", html::tag(title_of(f.severity), tone_of(f.severity)), f.what,
      f.place.empty() ? "" : "（" + f.place + "）", [&](Out& o) { write_photos(o, f.photos, photos); });
  }
  if (!body.summary.empty()) h("<p>总体情况：{}</p>", body.summary);
}

}  // namespace kepu::inspection

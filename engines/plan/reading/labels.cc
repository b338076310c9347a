#include "engines/plan/reading/labels.h"

#include <algorithm>

#include "engines/plan/reading/citations.h"

namespace kepu::plan::grammar {
namespace {

enum class Field { none, number, issuer, issued, published, other };

struct Label {
  View word;
  Field field;
};
constexpr Label kLabels[] = {
    {U"发文字号", Field::number},    {U"发文文号", Field::number},    {U"发文编号", Field::number},
    {U"文件编号", Field::number},    {U"文件文号", Field::number},    {U"文号", Field::number},
    {U"发文机关", Field::issuer},    {U"发文机构", Field::issuer},    {U"发文单位", Field::issuer},
    {U"发文部门", Field::issuer},    {U"制发机关", Field::issuer},    {U"发布机构", Field::issuer},
    {U"发布单位", Field::issuer},    {U"发布机关", Field::issuer},    {U"成文日期", Field::issued},
    {U"成文时间", Field::issued},    {U"发文日期", Field::issued},    {U"发文时间", Field::issued},
    {U"印发日期", Field::issued},    {U"签发日期", Field::issued},    {U"发布日期", Field::published},
    {U"发布时间", Field::published}, {U"公开日期", Field::published}, {U"索引号", Field::other},
    {U"主题分类", Field::other},     {U"体裁分类", Field::other},     {U"名称", Field::other},
    {U"标题", Field::other},         {U"有效性", Field::other},       {U"主题词", Field::other},
    {U"来源", Field::other},         {U"浏览次数", Field::other},     {U"实施日期", Field::other}};

bool is_frame(char32_t c) { return one_of(c, U"[]【】|：:〖〗"); }

struct Found {
  Field field = Field::none;
  std::size_t from = 0, to = 0;  // to: behind the label and its frame
};

// The label at `at`, framed as [文号] or 文号：, or alone in the text.
Found label_at(View text, std::size_t at) {
  for (const Label& label : kLabels) {
    if (!starts(text.substr(at), label.word)) continue;
    std::size_t to = at + label.word.size();
    const std::size_t bare = to;
    while (to < text.size() && is_frame(text[to])) ++to;
    if (to > bare || (at == 0 && bare == text.size())) return {label.field, at, to};
  }
  return {};
}

class Reader {
 public:
  void take(View written) {
    constexpr std::size_t kLongest = 200;
    if (written.size() > kLongest) return;
    const Chars t = without_blanks(written);
    std::vector<Found> labels;
    for (std::size_t i = 0; i < t.size(); ++i)
      if (const Found f = label_at(t, i); f.field != Field::none) {
        labels.push_back(f);
        i = f.to - 1;
      }
    if (labels.empty()) {
      if (waiting_ != Field::none) set(waiting_, t);
      waiting_ = Field::none;
      return;
    }
    for (std::size_t k = 0; k < labels.size(); ++k) {
      const std::size_t to = k + 1 < labels.size() ? labels[k + 1].from : t.size();
      View value = View(t).substr(labels[k].to, to - labels[k].to);
      while (!value.empty() && is_frame(value.front())) value.remove_prefix(1);
      while (!value.empty() && is_frame(value.back())) value.remove_suffix(1);
      waiting_ = value.empty() ? labels[k].field : Field::none;
      if (!value.empty()) set(labels[k].field, value);
    }
  }
  LabelledFacts facts;

 private:
  void set(Field field, View value) {
    switch (field) {
      case Field::number:
        if (const auto n = document_number_in(value); facts.doc_number.empty() && n && n->from == 0)
          facts.doc_number = n->text;
        break;
      case Field::issuer:
        if (facts.issuer.empty()) facts.issuer = value;
        break;
      case Field::issued:
        if (facts.issued.empty()) facts.issued = any_date_in(value);
        break;
      case Field::published:
        if (facts.published.empty()) facts.published = any_date_in(value);
        break;
      case Field::other:
      case Field::none:
        break;
    }
  }

  Field waiting_ = Field::none;  // a label whose value is still to come
};

}  // namespace

LabelledFacts labelled_facts(const Source& source, Line before) {
  struct Piece {
    Line line;
    View text;
  };
  std::vector<Piece> pieces;
  for (const Paragraph& p : source.paragraphs)
    if (p.line < before) pieces.push_back({p.line, p.text});
  for (const Row& row : source.rows)
    for (const Cell& c : row.cells)
      if (c.line < before && !c.text.empty()) pieces.push_back({c.line, c.text});
  std::stable_sort(pieces.begin(), pieces.end(),
                   [](const Piece& a, const Piece& b) { return a.line < b.line; });
  Reader reader;
  for (const Piece& p : pieces) reader.take(p.text);
  return std::move(reader.facts);
}

}  // namespace kepu::plan::grammar

// CSV, codebook and DDI-Codebook 2.5 of columns.
#include <fmt/format.h>

#include <cmath>

#include "engines/survey/microdata/microdata.h"

namespace kepu::survey::analysis {

namespace {

constexpr const char* kMark = "\xEF\xBB\xBF";

std::string number_text(const Column& c, const std::optional<double>& v) {
  return v ? fmt::format("{:.{}f}", *v, c.decimals) : std::string();
}

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') out += c;
    }
  }
  return out;
}

struct Counts {
  std::size_t valid = 0, missing = 0;
  double least = 0, most = 0, sum = 0;
};

Counts counts_of(const Column& c) {
  Counts out;
  for (const auto& v : c.values) {
    if (!v) {
      ++out.missing;
      continue;
    }
    out.least = out.valid == 0 ? *v : std::min(out.least, *v);
    out.most = out.valid == 0 ? *v : std::max(out.most, *v);
    out.sum += *v;
    ++out.valid;
  }
  return out;
}

std::size_t having(const Column& c, int code) {
  std::size_t n = 0;
  for (const auto& v : c.values) n += v && *v == code ? 1 : 0;
  return n;
}

std::string variable_xml(const Column& c, std::size_t number) {
  const auto counts = counts_of(c);
  std::string out = fmt::format("    <var ID=\"V{}\" name=\"{}\" dcml=\"{}\" intrvl=\"{}\"{}>\n", number,
                                escaped(c.name), c.decimals, c.codes.empty() ? "contin" : "discrete",
                                c.name == "weight" ? " wgt=\"wgt\""
                                : c.name == "id"   ? ""
                                                   : " wgt-var=\"V2\"");
  out += fmt::format("      <labl>{}</labl>\n", escaped(c.label));
  if (c.codes.empty() && counts.valid > 0)
    out += fmt::format("      <valrng><range min=\"{:.{}f}\" max=\"{:.{}f}\"/></valrng>\n", counts.least,
                       c.decimals, counts.most, c.decimals);
  out += fmt::format("      <sumStat type=\"vald\">{}</sumStat>\n      <sumStat type=\"invd\">{}</sumStat>\n",
                     counts.valid, counts.missing);
  for (const auto& [code, title] : c.codes) {
    out += fmt::format(
        "      <catgry><catValu>{}</catValu><labl>{}</labl><catStat type=\"freq\">{}</catStat></catgry>\n",
        code, escaped(title), having(c, code));
  }
  return out + "      <varFormat type=\"numeric\"/>\n    </var>\n";
}

}  // namespace

std::string csv_of(const std::vector<Column>& columns) {
  std::string out = kMark;
  for (std::size_t k = 0; k < columns.size(); ++k) out += (k > 0 ? "," : "") + quoted(columns[k].name);
  out += "\r\n";
  const std::size_t rows = columns.empty() ? 0 : columns.front().values.size();
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t k = 0; k < columns.size(); ++k)
      out += (k > 0 ? "," : "") + number_text(columns[k], columns[k].values[i]);
    out += "\r\n";
  }
  return out;
}

std::string codebook_of(const std::vector<Column>& columns) {
  std::string out = std::string(kMark) + "变量,名称,值,含义,人数\r\n";
  for (const auto& c : columns) {
    const auto counts = counts_of(c);
    if (c.codes.empty())
      out += fmt::format("{},{},{:.{}f}—{:.{}f},数值,{}\r\n", quoted(c.name), quoted(c.label), counts.least,
                         c.decimals, counts.most, c.decimals, counts.valid);
    for (const auto& [code, title] : c.codes)
      out += fmt::format("{},{},{},{},{}\r\n", quoted(c.name), quoted(c.label), code, quoted(title),
                         having(c, code));
    if (counts.missing > 0)
      out += fmt::format("{},{},空,不详、没有作答或为保护受访者留空,{}\r\n", quoted(c.name), quoted(c.label),
                         counts.missing);
  }
  return out;
}

std::string ddi_of(const StudyText& s, const std::vector<Column>& columns) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  out +=
      "<codeBook version=\"2.5\" xml:lang=\"zh\" xmlns=\"ddi:codebook:2_5\" "
      "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"ddi:codebook:2_5 "
      "http://www.ddialliance.org/Specification/DDI-Codebook/2.5/XMLSchema/codebook.xsd\">\n";
  out += fmt::format(
      "  <stdyDscr>\n    <citation>\n      <titlStmt><titl>{}</titl></titlStmt>\n      "
      "<prodStmt><producer>{}</producer>"
      "</prodStmt>\n    </citation>\n",
      escaped(s.title), escaped(s.producer));
  out += fmt::format(
      "    <stdyInfo>\n      <abstract>{}</abstract>\n      <sumDscr>\n        <collDate date=\"{}\" "
      "event=\"start\"/>\n"
      "        <collDate date=\"{}\" event=\"end\"/>\n        <nation abbr=\"CN\">中国</nation>\n"
      "        <geogCover>{}</geogCover>\n        <anlyUnit>个人</anlyUnit>\n        <universe>18—69 "
      "岁公民</universe>\n"
      "        <dataKind>抽样调查</dataKind>\n      </sumDscr>\n    </stdyInfo>\n",
      escaped(s.abstract), base::to_iso(s.from), base::to_iso(s.until), escaped(s.county));
  out +=
      "    <method>\n      <dataColl>\n        "
      "<sampProc>分层、按规模不等概率抽村，村内抽户，户内抽一人</sampProc>\n"
      "        <collMode>入户面访</collMode>\n        <weight>变量 "
      "weight：入样概率的倒数，经无应答调整和人口结构校准</weight>\n"
      "      </dataColl>\n    </method>\n  </stdyDscr>\n";
  out += fmt::format(
      "  <fileDscr ID=\"F1\" URI=\"data.csv\">\n    <fileTxt>\n      <fileName>data.csv</fileName>\n      "
      "<dimensns>"
      "<caseQnty>{}</caseQnty><varQnty>{}</varQnty></dimensns>\n      <fileType>text/csv</fileType>\n    "
      "</fileTxt>\n"
      "  </fileDscr>\n  <dataDscr>\n",
      s.cases, columns.size());
  for (std::size_t k = 0; k < columns.size(); ++k) out += variable_xml(columns[k], k + 1);
  return out + "  </dataDscr>\n</codeBook>\n";
}

}  // namespace kepu::survey::analysis

#include "core/doc/extract.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>

#include "core/base/text.h"
#include "core/doc/decode.h"
#include "core/doc/test_package.h"

namespace kepu::doc {
namespace {

using testing::make_zip;
using Lines = std::vector<std::string>;

std::string rule_of(const std::string& bytes, const Limits& limits = {}) {
  const auto text = extract(bytes, limits);
  return text ? "" : text.error().rule;
}

Lines lines_of(const std::string& bytes) {
  const auto text = extract(bytes);
  EXPECT_TRUE(text) << (text ? "" : text.error().message);
  return text ? text->lines : Lines{};
}

TEST(Recognise, NamesWhatItIsAndWhatToDo) {
  struct Case {
    std::string bytes, rule, says;
  };
  for (const auto& [bytes, rule, says] : std::vector<Case>{
           {"", "doc.empty", "空"},
           {" \r\n\t", "doc.empty", "空"},
           {"\x89PNG\r\n\x1A\n....", "doc.picture", "文字版"},
           {"\xFF\xD8\xFF\xE0....", "doc.picture", "文字版"},
           {std::string("\0\0\0\x18", 4) + "ftypheic....", "doc.picture", "文字版"},
           {"RIFF....WEBPVP8 ", "doc.picture", "文字版"},
           {"{\\rtf1\\ansi}", "doc.unsupported", "另存为 .docx"},
           {std::string("\x7F"
                        "ELF\0\0\0",
                        7),
            "doc.unsupported", "无法识别"},
           {make_zip({{"xl/workbook.xml", "x"}}), "doc.unsupported", "Excel"},
           {make_zip({{"ppt/presentation.xml", "x"}}), "doc.unsupported", "演示文稿"},
           {make_zip({{"OFD.xml", "x"}}), "doc.unsupported", "OFD"},
           {make_zip({{"mimetype", "x"}, {"content.xml", "x"}}), "doc.unsupported", "OpenDocument"},
           {make_zip({{"a.txt", "x"}}), "doc.unsupported", "解压"},
           {"PK\x03\x04rubbish", "doc.broken", "损坏"},
       }) {
    const auto text = extract(bytes);
    ASSERT_FALSE(text) << says;
    EXPECT_EQ(text.error().rule, rule);
    EXPECT_TRUE(base::contains(text.error().message, says)) << text.error().message;
  }
}

TEST(Recognise, KindComesFromTheBytes) {
  EXPECT_EQ(*recognise("普通文本"), Kind::text);
  EXPECT_EQ(*recognise("\xEF\xBB\xBF <!DOCTYPE HTML><p>x"), Kind::html);
  EXPECT_EQ(*recognise("a < b <html>"), Kind::text);
  EXPECT_EQ(*recognise("%PDF-1.7"), Kind::pdf);
  EXPECT_EQ(to_text(Kind::docx), "docx");
}

TEST(PlainText, OneLineOfTheFileIsOneLine) {
  EXPECT_EQ(lines_of("a\r\n\r\nb\rc\n \n"), (Lines{"a", "", "b", "c", " "}));
  EXPECT_EQ(lines_of("\xEF\xBB\xBF一\n\f二"), (Lines{"一", "二"}));
  EXPECT_EQ(lines_of("\t类别\n\t任务"), (Lines{"\t类别", "\t任务"}));
  EXPECT_EQ(lines_of("a\x01\x7Fz"), (Lines{"az"}));
}

TEST(PlainText, Encodings) {
  EXPECT_EQ(lines_of(std::string("\xFF\xFE\x00\x4E\x0A\x00\x8C\x4E", 8)), (Lines{"一", "二"}));
  EXPECT_EQ(lines_of(std::string("\xFE\xFF\x4E\x00", 4)), (Lines{"一"}));
  const auto text = extract("\xBF\xC6\xD1\xA7\xCB\xD8\xD6\xCA");
  ASSERT_TRUE(text);
  EXPECT_EQ(text->lines, (Lines{"科学素质"}));
  ASSERT_EQ(text->warnings.size(), 1u);
  EXPECT_TRUE(base::contains(text->warnings[0], "GB18030"));
  // One spoilt byte in a long UTF-8 text does not make it GB18030.
  std::string long_text;
  for (int i = 0; i < 200; ++i) long_text += "科学素质";
  const auto spoilt = extract(long_text + "\xFF" + long_text);
  ASSERT_TRUE(spoilt);
  EXPECT_EQ(spoilt->lines[0], long_text + "\xEF\xBF\xBD" + long_text);
  EXPECT_EQ(spoilt->warnings.size(), 1u);
}

TEST(Html, BlocksMakeLines) {
  EXPECT_EQ(lines_of("<html><head><title>t</title><style>p{}</style><script>if(a<b)x()</script></"
                     "head><body><h1>题</h1><p>甲<b>乙</b>\n丙"
                     "<p>one\n two<div>丁<br>戊<br><br>己</div></body>"),
            (Lines{"题", "甲乙丙", "one two", "丁", "戊", "", "己"}));
  EXPECT_EQ(
      lines_of(
          "<html><!-- <p>no --><p hidden>藏</p><div style='display: none'><div>藏</div>藏</div>见</html>"),
      (Lines{"见"}));
  EXPECT_EQ(lines_of("<html><pre>\n  a\n\nb</pre>c"), (Lines{"  a", "", "b", "c"}));
}

TEST(Html, EntitiesAndLists) {
  EXPECT_EQ(lines_of("<html>&ldquo;科&rdquo;&nbsp;&#19968;&#x4E8C;&#150;&amp;&unknown; a&lt;b"),
            (Lines{"“科”\u00A0一二–&&unknown; a<b"}));
  EXPECT_EQ(
      lines_of(
          "<html><ol start=3><li>甲<li>乙<ol type=a><li>子</ol></li><li></li><li>丙</ol><ul><li>点</ul>"),
      (Lines{"3.甲", "4.乙", "a.子", "6.丙", "• 点"}));
}

TEST(Html, TablesWithSpansAndFrames) {
  EXPECT_EQ(lines_of("<html><table><tr><th rowspan=2>甲<th colspan=2>乙<tr><td>丙<p>丁</p><td></table>后"),
            (Lines{"\t甲", "\t乙", "\t", "", "\t", "\t丙", "丁", "\t", "", "后"}));
  // A page laid out by tables: the frame is none, the table in it is.
  EXPECT_EQ(lines_of("<html><table><tr><td>栏目</td><td><p>正文</p><table><tr><td>一<td>二<tr><td>三<td>四</"
                     "table>完</td></tr></table>"),
            (Lines{"栏目", "正文", "\t一", "\t二", "", "\t三", "\t四", "", "完"}));
}

TEST(Html, BrokenMarkupDoesNoHarm) {
  EXPECT_EQ(lines_of("<html></p></td></table></ul>甲<p class=\"x>乙</p><p>丙").back(), "丙");
  EXPECT_EQ(lines_of("<html>1 < 2 且 <3 <p"), (Lines{"1 < 2 且 <3"}));
  EXPECT_EQ(lines_of("<html><div hidden>全都在这里"), (Lines{"全都在这里"}));
  std::string deep = "<html>";
  for (int i = 0; i < 50'000; ++i) deep += "<div><table><ul><td>";
  EXPECT_EQ(lines_of(deep + "底").back(), "底");
}

TEST(Html, HostileMarkupTakesLinearTime) {
  const auto from = std::chrono::steady_clock::now();
  for (const auto* piece : {"<p '>", "<title>", "<!--", "<a \"", "<", "&#", "</"}) {
    std::string page = "<html>";
    while (page.size() < (2u << 20)) page += piece;
    extract(page);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - from, std::chrono::seconds(10));
}

TEST(Html, DeclaredEncoding) {
  const auto text = extract("<html><meta charset=gb2312><p>\xBF\xC6\xD1\xA7");
  ASSERT_TRUE(text);
  EXPECT_EQ(text->lines, (Lines{"科学"}));
  EXPECT_TRUE(text->warnings.empty());
}

TEST(ExtractFile, SizeIsSeenBeforeLoading) {
  const auto path =
      (std::filesystem::temp_directory_path() / ("extract_test_" + std::to_string(::getpid()))).string();
  std::ofstream(path).close();
  EXPECT_EQ(extract_file(path).error().rule, "doc.empty");
  std::filesystem::resize_file(path, 1ull << 40);  // sparse: could never be loaded
  const auto text = extract_file(path);
  std::filesystem::remove(path);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().rule, "doc.too_large");
  EXPECT_TRUE(base::contains(text.error().message, "64 MB"));
  EXPECT_EQ(extract_file(path).error().rule, "doc.missing");
  Limits small;
  small.text_bytes = 10;
  EXPECT_EQ(rule_of("十个字节以上的文字", small), "doc.too_large");
}

// Real plans and their conversions by an office suite.
class Plans : public ::testing::TestWithParam<const char*> {
 protected:
  const std::filesystem::path folder_ = "../shared/plans";
  Lines read(const std::string& name) const {
    const auto text = extract_file((folder_ / name).string());
    EXPECT_TRUE(text) << name << ": " << (text ? "" : text.error().message);
    return text ? text->lines : Lines{};
  }
  void SetUp() override {
    if (!std::filesystem::exists(folder_ / "converted")) GTEST_SKIP() << "no plans beside the project";
  }
};

TEST_P(Plans, EveryFormatGivesTheSameText) {
  const std::string name = GetParam();
  const Lines plain = read(name + ".txt");
  std::ifstream in(folder_ / (name + ".txt"));
  Lines file;
  for (std::string line; std::getline(in, line);) file.push_back(line);
  EXPECT_EQ(plain, file);
  EXPECT_EQ(read("converted/" + name + ".docx"), plain);
  EXPECT_EQ(read("converted/" + name + ".doc"), plain);
  Lines html = read("converted/" + name + ".html");
  html.insert(html.begin(), "");  // the line break behind <pre> is not text
  EXPECT_EQ(html, plain);
}

TEST_P(Plans, PdfKeepsNearlyAllParagraphs) {
  const std::string name = std::string("converted/") + GetParam() + ".pdf";
  if (const auto text = extract_file((folder_ / name).string());
      !text && text.error().rule == "doc.helper_missing") {
    GTEST_SKIP() << text.error().message;
  }
  std::multiset<std::string> wanted;
  for (const auto& line : read(std::string(GetParam()) + ".txt")) {
    if (const auto wording = base::wording(line); !wording.empty()) wanted.insert(wording);
  }
  std::size_t hits = 0;
  const std::size_t all = wanted.size();
  for (const auto& line : read(name)) {
    if (const auto found = wanted.find(base::wording(line)); found != wanted.end()) {
      ++hits;
      wanted.erase(found);
    }
  }
  EXPECT_GE(static_cast<double>(hits), 0.94 * static_cast<double>(all));
}

INSTANTIATE_TEST_SUITE_P(All, Plans, ::testing::Values("pengshui", "wannian", "lixian"));

}  // namespace
}  // namespace kepu::doc

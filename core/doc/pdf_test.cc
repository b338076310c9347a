#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>

#include "core/base/text.h"
#include "core/doc/child_process.h"
#include "core/doc/extract.h"
#include "core/doc/pdf_layout.h"

namespace kepu::doc {
namespace {

using Lines = std::vector<std::string>;

constexpr double kEm = 16, kLeftEdge = 80, kRightEdge = 80 + 28 * kEm;

// Puts text on a page as a typesetter would, Chinese characters one em wide.
struct Page {
  PdfPage page{595, 842, {}};
  double y = 100;
  void put(double x, const std::string& text) {
    const double width = static_cast<double>(base::length(text)) * kEm;
    page.words.push_back({x, y, x + width, y + 20, text});
  }
  void next(double by = 29) { y += by; }
  void line(const std::string& text, double indent = 0) {
    put(kLeftEdge + indent * kEm, text);
    next();
  }
};

std::string repeat(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

Lines read(const std::vector<Page>& pages) {
  std::vector<PdfPage> plain;
  for (const auto& page : pages) plain.push_back(page.page);
  Shape shape(1u << 20);
  write_paragraphs(visual_lines(plain), shape);
  return shape.finish();
}

TEST(PdfLayout, WrappedLinesBecomeParagraphs) {
  Page page;
  page.line("一、目标", 2);
  page.line(repeat("科", 26), 2);
  page.line(repeat("学", 28));
  page.line("普及。");
  page.line(repeat("文", 26), 2);
  page.line("字。");
  page.line(repeat("章", 26), 2);
  page.line("完。");
  EXPECT_EQ(read({page}), (Lines{"一、目标", repeat("科", 26) + repeat("学", 28) + "普及。",
                                 repeat("文", 26) + "字。", repeat("章", 26) + "完。"}));
}

TEST(PdfLayout, NumbersBeginParagraphsWithoutIndent) {
  Page page;
  for (int i = 0; i < 4; ++i) {
    page.line("（" + std::string(i % 2 ? "一" : "二") + "）" + repeat("科", 24) + "。");
    page.line("——" + repeat("学", 26));
    page.line(repeat("普", 27) + "。");
    page.line("责任单位：" + repeat("局", 22) + "。");
  }
  const auto lines = read({page});
  ASSERT_EQ(lines.size(), 12u);
  EXPECT_EQ(lines[1], "——" + repeat("学", 26) + repeat("普", 27) + "。");
}

TEST(PdfLayout, PageNumbersAndRunningHeadsGoAndTextFlowsOverPages) {
  std::vector<Page> pages(4);
  for (int i = 0; i < 4; ++i) {
    Page& page = pages[static_cast<std::size_t>(i)];
    page.y = 50;
    page.line("某县人民政府文件");
    page.y = 120;
    for (int k = 0; k < 20; ++k) page.line(repeat("文", 28));
    page.y = 780;
    page.line("— " + std::to_string(i + 1) + " —");
  }
  EXPECT_EQ(read(pages), (Lines{repeat("文", 28 * 80)}));
}

TEST(PdfLayout, SpacedOutCharactersAreJoined) {
  Page page;
  for (int i = 0; i < 12; ++i) page.put(kLeftEdge + i * 24, "科");
  page.next();
  EXPECT_EQ(read({page}), (Lines{repeat("科", 12)}));
}

TEST(PdfLayout, BlanksToBeFilledInAreKept) {
  Page page;
  page.put(kLeftEdge, "达");
  page.put(kLeftEdge + 6 * kEm, "人次以上，");
  EXPECT_EQ(read({page}), (Lines{"达          人次以上，"}));
}

TEST(PdfLayout, TablesAreFoundByTheirGutters) {
  std::vector<Page> pages(2);
  const auto header = [](Page& page) {
    page.put(90, "类别");
    page.put(150, "任务");
    page.put(330, "责任部门");
    page.next();
  };
  header(pages[0]);
  // A cell of three lines; the others stand in its middle.
  const auto row = [](Page& page, const std::string& task, const std::string& unit) {
    page.put(330, repeat(unit, 10));
    page.next(20);
    page.put(150, task);
    page.put(330, repeat(unit, 10));
    page.next(20);
    page.put(330, repeat(unit, 3));
    page.next(20);
  };
  pages[0].put(90, "行动");
  row(pages[0], "1.一项", "甲");
  row(pages[0], "2.二项", "乙");
  header(pages[1]);
  row(pages[1], "3.三项", "丙");
  EXPECT_EQ(read(pages), (Lines{"\t类别", "\t任务", "\t责任部门", "", "\t行动", "\t1.一项",
                                "\t" + repeat("甲", 23), "", "\t", "\t2.二项", "\t" + repeat("乙", 23), "",
                                "\t", "\t3.三项", "\t" + repeat("丙", 23), ""}));
}

TEST(PdfLayout, FontsWithHighBoxesAndDigitsDoNotBreakParagraphs) {
  Page page;
  page.line(repeat("科", 26), 2);
  // A font whose box is 2.6 times as high as its characters, and a line of Chinese characters and figures.
  const double width = 28 * kEm;
  page.page.words.push_back(
      {kLeftEdge, page.y - 13, kLeftEdge + width, page.y + 29, repeat("学", 26) + "2023"});
  page.next();
  page.page.words.push_back({kLeftEdge, page.y - 13, kLeftEdge + 3 * kEm, page.y + 29, "普及。"});
  page.next();
  EXPECT_EQ(read({page}), (Lines{repeat("科", 26) + repeat("学", 26) + "2023普及。"}));
}

TEST(PdfLayout, AJustifiedCellDoesNotRunIntoItsNeighbours) {
  Page page;
  const auto row = [&](const std::string& task, const std::string& unit) {
    double x = 90;
    for (const char32_t c : base::to_code_points(task)) {
      page.put(x, base::to_utf8(std::u32string(1, c)));
      x += kEm * 1.4;
    }
    page.put(90 + 7.7 * kEm, unit);
    page.put(90 + 13 * kEm, "长期坚持");
    page.next(40);
  };
  row("重点任务等", "责任单位");
  row("青少年行动", "县教育局");
  row("老年人行动", "县民政局");
  EXPECT_EQ(read({page}), (Lines{"\t重点任务等", "\t责任单位", "\t长期坚持", "", "\t青少年行动", "\t县教育局",
                                 "\t长期坚持", "", "\t老年人行动", "\t县民政局", "\t长期坚持", ""}));
}

TEST(PdfLayout, TwoColumnsAreReadOneBehindTheOther) {
  Page page;
  page.line("某市人民政府公报", 10);
  for (int i = 0; i < 16; ++i) {
    const bool first = i % 4 == 0, last = i % 4 == 3;
    const auto side = [&](double left, const std::string& c) {
      page.put(left + (first ? 2 * kEm : 0), repeat(c, first ? 10 : last ? 9 : 12) + (last ? "。" : ""));
    };
    side(kLeftEdge, "左");
    side(kLeftEdge + 14 * kEm, "右");
    page.next();
  }
  const auto lines = read({page});
  ASSERT_EQ(lines.size(), 9u);
  for (std::size_t i = 1; i < 9; ++i) EXPECT_EQ(lines[i], repeat(i < 5 ? "左" : "右", 43) + "。") << i;
}

TEST(PdfLayout, MergedFirstColumnBelongsToItsFirstRow) {
  Page page;
  const auto row = [&](const std::string& first, const std::string& task) {
    if (!first.empty()) page.put(90, first);
    page.put(150, task);
    page.put(330, "单位");
    page.next(30);
  };
  row("类别", "任务");
  for (const auto* first : {"", "行动", "", "", "工程", ""}) row(first, "一项任务");
  const auto lines = read({page});
  ASSERT_EQ(lines.size(), 7u * 4);
  for (std::size_t r = 1; r < 7; ++r)
    EXPECT_EQ(lines[r * 4], r == 1 ? "\t行动" : r == 4 ? "\t工程" : "\t") << r;
}

TEST(PdfLayout, HangingListIsNoTable) {
  Page page;
  for (const auto* number : {"1.", "2.", "3."}) {
    page.put(kLeftEdge, number);
    page.put(kLeftEdge + 4 * kEm, "短句");
    page.next();
  }
  for (const auto& line : read({page})) EXPECT_NE(line[0], '\t');
}

TEST(PdfLayout, LongListsAndWideGridsTakeLinearTime) {
  std::vector<Page> pages(600);
  for (auto& page : pages) {
    for (int i = 0; i < 20; ++i) {
      page.put(kLeftEdge, "1.");
      page.put(kLeftEdge + 4 * kEm, "短句。");
      page.next();
    }
  }
  std::vector<Page> grid(20);
  for (auto& page : grid) {
    for (int i = 0; i < 500; ++i) {
      for (int k = 0; k < 60; ++k) page.put(k * 40.0 + i % 7, "x");
      page.next(1);
    }
  }
  const auto from = std::chrono::steady_clock::now();
  EXPECT_EQ(read(pages).size(), 600u * 20);
  read(grid);
  EXPECT_LT(std::chrono::steady_clock::now() - from, std::chrono::seconds(20));
}

TEST(PdfLayout, JoinsByScript) {
  std::string text = "中文";
  join_wrapped(text, "接着");
  EXPECT_EQ(text, "中文接着");
  text = "science";
  join_wrapped(text, "literacy");
  EXPECT_EQ(text, "science literacy");
  text = "infor-";
  join_wrapped(text, "mation");
  EXPECT_EQ(text, "information");
  text = "2021-";
  join_wrapped(text, "2025");
  EXPECT_EQ(text, "2021-2025");
}

TEST(PdfLayout, ItemMarks) {
  for (const auto* yes : {"一、", "（一）x", "(1)x", "1.x", "12．x", "——x", "①x", "第一章 x", "　3、"})
    EXPECT_TRUE(begins_item(yes)) << yes;
  for (const auto* no : {"", "3.5亿", "一心一意", "2025年", "（试行）", "—", "第一"})
    EXPECT_FALSE(begins_item(no)) << no;
}

std::string pdf_of(const std::string& content, const std::string& trailer = {}) {
  std::string out = "%PDF-1.4\n";
  std::vector<std::size_t> places;
  const auto object = [&](const std::string& body) {
    places.push_back(out.size());
    out += fmt::format("{} 0 obj\n{}\nendobj\n", places.size(), body);
  };
  object("<</Type/Catalog/Pages 2 0 R>>");
  object("<</Type/Pages/Kids[3 0 R]/Count 1>>");
  object("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>");
  object(fmt::format("<</Length {}>>\nstream\n{}\nendstream", content.size(), content));
  object("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>");
  const std::size_t start = out.size();
  out += "xref\n0 6\n0000000000 65535 f \n";
  for (const auto place : places) out += fmt::format("{:010} 00000 n \n", place);
  return out + fmt::format("trailer\n<</Size 6/Root 1 0 R{}>>\nstartxref\n{}\n%%EOF\n", trailer, start);
}

std::string rule_of(const std::string& bytes, const Limits& limits = {}) {
  const auto text = extract(bytes, limits);
  return text ? "" : text.error().rule;
}

class PdfFile : public ::testing::Test {
 protected:
  void SetUp() override {
    if (rule_of(pdf_of("BT /F 12 Tf 72 700 Td (probe) Tj ET")) == "doc.helper_missing")
      GTEST_SKIP() << "pdftotext is not installed";
  }
};

TEST_F(PdfFile, TextComesThroughTheHelper) {
  const auto text = extract(pdf_of("BT /F 12 Tf 72 700 Td (Plan 2022 <&>) Tj ET"));
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(text->lines, (Lines{"Plan 2022 <&>"}));
}

TEST_F(PdfFile, Refusals) {
  EXPECT_EQ(rule_of(pdf_of("0 0 100 100 re f")), "doc.scanned");
  EXPECT_EQ(rule_of("%PDF-1.7 and nothing more"), "doc.broken");
  const std::string key(64, 'A');
  EXPECT_EQ(rule_of(pdf_of("BT ET", "/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<" + key + ">/U<" +
                                        key + ">>>")),
            "doc.encrypted");
}

TEST(PdfHelper, MissingHelperSaysWhatToInstall) {
  const char* path = std::getenv("PATH");
  const std::string former = path ? path : "";
  setenv("PATH", "/nonexistent", 1);
  const auto text = extract(pdf_of("BT ET"));
  setenv("PATH", former.c_str(), 1);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().rule, "doc.helper_missing");
  EXPECT_TRUE(base::contains(text.error().message, "poppler-utils"));
}

TEST(ChildProcess, TakesInputAndGivesOutputAndStatus) {
  const auto result = run_child("sh", {"-c", "cat; echo bad >&2; exit 3"}, "data", {});
  EXPECT_EQ(result.end, ChildResult::End::exited);
  EXPECT_EQ(result.status, 3);
  EXPECT_EQ(result.output, "data");
  EXPECT_EQ(result.errors, "bad\n");
}

TEST(ChildProcess, IsStoppedWithAllItStarted) {
  ChildLimits limits;
  limits.seconds = 1;
  const auto from = std::chrono::steady_clock::now();
  EXPECT_EQ(run_child("sh", {"-c", "sleep 30 & sleep 30"}, "", limits).end, ChildResult::End::timed_out);
  EXPECT_LT(std::chrono::steady_clock::now() - from, std::chrono::seconds(5));
  limits.seconds = 10;
  limits.output_bytes = 1000;
  EXPECT_EQ(run_child("sh", {"-c", "while :; do echo xxxxxxxxxxxxxxxx; done"}, "", limits).end,
            ChildResult::End::output_too_large);
}

TEST(ChildProcess, CannotWriteFilesNorSeeTheEnvironment) {
  setenv("KEPU_TEST_SECRET", "1", 1);
  EXPECT_EQ(run_child("sh", {"-c", "echo $KEPU_TEST_SECRET"}, "", {}).output, "\n");
  EXPECT_EQ(run_child("sh", {"-c", "f=$(mktemp -u); echo x > $f && cat $f; rm -f $f"}, "", {}).output, "");
  EXPECT_EQ(run_child("no-such-program", {}, "", {}).end, ChildResult::End::missing);
}

}  // namespace
}  // namespace kepu::doc

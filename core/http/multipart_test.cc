#include "core/http/multipart.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "core/base/secret.h"
#include "core/http/body_sink.h"

namespace kepu::http {
namespace {

// Writes down what it is told.
class Recorder final : public MultipartReceiver {
 public:
  int begin_part(PartHead head) override {
    log += "[" + head.name + (head.file_name ? "|" + *head.file_name : "") + ":";
    return 0;
  }
  int part_data(std::string_view bytes) override {
    log += bytes;
    return 0;
  }
  int end_part() override {
    log += "]";
    return 0;
  }
  std::string log;
};

std::string part(const std::string& disposition, const std::string& data) {
  return "--XX\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + data + "\r\n";
}

std::string parse(const std::string& body, std::size_t step = std::string::npos) {
  Recorder recorder;
  MultipartParser parser("XX", recorder);
  for (std::size_t at = 0; at < body.size();) {
    const std::size_t size = std::min(step, body.size() - at);
    if (const int status = parser.add(std::string_view(body).substr(at, size))) return std::to_string(status);
    at += size;
  }
  return parser.complete() ? recorder.log : "incomplete " + recorder.log;
}

const std::string kForm = "preamble\r\n" + part("name=\"title\"", "方案") +
                          part("name=\"doc\"; filename=\"a.docx\"", "\r\n--X\r\n--XY\r\r\n-") +
                          part("name=\"empty\"", "") + "--XX--\r\nepilogue --XX";
constexpr const char* kParsed = "[title:方案][doc|a.docx:\r\n--X\r\n--XY\r\r\n-][empty:]";

TEST(Multipart, SplitAnywhereItReadsTheSame) {
  EXPECT_EQ(parse(kForm), kParsed);
  for (std::size_t step = 1; step < kForm.size(); ++step) EXPECT_EQ(parse(kForm, step), kParsed) << step;
  Recorder recorder;
  for (std::size_t cut = 0; cut <= kForm.size(); ++cut) {
    recorder.log.clear();
    MultipartParser parser("XX", recorder);
    EXPECT_EQ(parser.add(std::string_view(kForm).substr(0, cut)), 0);
    EXPECT_EQ(parser.add(std::string_view(kForm).substr(cut)), 0);
    EXPECT_EQ(recorder.log, kParsed) << cut;
  }
}

TEST(Multipart, NeedsItsEnd) {
  EXPECT_EQ(parse("--XX--"), "");
  EXPECT_EQ(parse(part("name=a", "x")), "incomplete [a:x");
  EXPECT_EQ(parse(""), "incomplete ");
  EXPECT_EQ(parse(part("name=a", "x") + "--XXY\r\n"), "400");
}

TEST(Multipart, RefusesPartsWithoutAName) {
  EXPECT_EQ(parse("--XX\r\nContent-Type: text/plain\r\n\r\nx\r\n--XX--"), "400");
  EXPECT_EQ(parse("--XX\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--XX--"), "400");
  EXPECT_EQ(parse("--XX\r\nContent-Disposition: form-data; filename=a\r\n\r\nx\r\n--XX--"), "400");
  EXPECT_EQ(parse("--XX\r\nbroken\r\n\r\nx\r\n--XX--"), "400");
}

TEST(Multipart, LimitsPartsAndTheirHeads) {
  std::string body;
  for (std::size_t i = 0; i < MultipartParser::kMaxParts; ++i) body += part("name=a", "");
  EXPECT_EQ(parse(body + "--XX--").substr(0, 4), "[a:]");
  EXPECT_EQ(parse(body + part("name=a", "") + "--XX--"), "413");
  const std::string heavy = "--XX\r\nX: " + std::string(MultipartParser::kMaxPartHead, 'x');
  EXPECT_EQ(parse(heavy), "413");
  EXPECT_EQ(parse(heavy, 100), "413");
}

TEST(PartHead, NamesAsBrowsersWriteThem) {
  const auto name = [](const std::string& disposition) {
    const auto head = parse_part_head("Content-Disposition: form-data; name=f; " + disposition);
    return head && head->file_name ? *head->file_name : "none";
  };
  EXPECT_EQ(name("filename=\"方案.docx\""), "方案.docx");
  EXPECT_EQ(name("filename=\"C:\\dir\\a.doc\""), "a.doc");
  EXPECT_EQ(name("filename=\"../../etc/passwd\""), "passwd");
  EXPECT_EQ(name("filename=\"..\""), "");
  EXPECT_EQ(name("filename=\"a%22b%0D%0A.txt\""), "a\"b.txt");
  EXPECT_EQ(name("filename=\"50%.txt\""), "50%.txt");
  EXPECT_EQ(name("filename=\"a\\\"b\""), "a\"b");
  EXPECT_EQ(name("filename=x; filename*=UTF-8''%E4%B8%80.txt"), "一.txt");
  EXPECT_EQ(name("filename*=UTF-8''%E4%B8%80.txt; filename=x"), "一.txt");
  EXPECT_EQ(name("filename*=GBK''x"), "none");
  EXPECT_EQ(name("filename=\"open"), "none");
  EXPECT_EQ(name("size=3"), "none");
}

TEST(Boundary, OfContentType) {
  EXPECT_EQ(multipart_boundary("multipart/form-data; boundary=abc"), "abc");
  EXPECT_EQ(multipart_boundary("Multipart/Form-Data; charset=utf-8; Boundary=\"a b\""), "a b");
  for (const std::string bad : {"multipart/form-data", "multipart/mixed; boundary=a",
                                "multipart/form-data; boundary=", "multipart/form-data; boundary=\"a \"",
                                "multipart/form-data; boundary=\"a"}) {
    EXPECT_FALSE(multipart_boundary(bad)) << bad;
  }
  EXPECT_FALSE(multipart_boundary("multipart/form-data; boundary=" + std::string(71, 'a')));
}

class BodySinkTest : public testing::Test {
 protected:
  void SetUp() override { prepare_upload_folder(folder); }
  void TearDown() override { std::filesystem::remove_all(folder); }
  static std::string read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  int files() const {
    return static_cast<int>(std::distance(std::filesystem::directory_iterator(folder), {}));
  }
  const std::string folder = (std::filesystem::temp_directory_path() / base::random_token(12)).string();
  const std::string type = "multipart/form-data; boundary=XX";
};

TEST_F(BodySinkTest, FilesGoToDiskAndVanishWithTheRequest) {
  std::mt19937 random(3);
  std::string bytes(300'000, '\0');
  for (char& c : bytes) c = static_cast<char>(random());
  const std::string body = part("name=title", "x\xFF") + part("name=doc; filename=a.bin", bytes) +
                           part("name=doc; filename=\"\"", "") + part("name=doc; filename=b", "") + "--XX--";
  Request request;
  BodySink sink(type, {1u << 20, true}, folder);
  for (std::size_t at = 0; at < body.size(); at += 1000) ASSERT_EQ(sink.add(body.substr(at, 1000)), 0);
  ASSERT_EQ(sink.finish(request), 0);
  EXPECT_EQ(request.field("title"), "x\xEF\xBF\xBD");
  ASSERT_EQ(request.uploads.size(), 2u) << "a file field left empty is no upload";
  const Upload upload = request.uploads[0];
  EXPECT_EQ(upload.name, "a.bin");
  EXPECT_EQ(upload.size, bytes.size());
  EXPECT_EQ(upload.sha256, base::sha256_hex(bytes));
  EXPECT_EQ(read(upload.path), bytes);
  struct stat facts {};
  ASSERT_EQ(::stat(upload.path.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777u, 0600u);
  request = Request{};
  EXPECT_EQ(files(), 1) << "the copy still holds its file";
}

TEST_F(BodySinkTest, NothingRemainsOfARefusedBody) {
  {
    BodySink sink(type, {1000, true}, folder);
    EXPECT_EQ(sink.add(part("name=d; filename=a", std::string(500, 'x'))), 0);
    EXPECT_EQ(sink.add("--XX\r\nContent-Disposition: form-data; name=d; filename=b\r\n\r\nxxxx"), 0);
    EXPECT_EQ(files(), 2);
    EXPECT_EQ(sink.add(std::string(500, 'x')), 413);
  }
  EXPECT_EQ(files(), 0);
}

TEST_F(BodySinkTest, Refusals) {
  Request request;
  BodySink unwanted(type, {1000, false}, folder);
  EXPECT_EQ(unwanted.add(part("name=d; filename=a", "x")), 415);
  BodySink empty_field(type, {1000, false}, folder);
  EXPECT_EQ(empty_field.add(part("name=d; filename=\"\"", "") + "--XX--"), 0);
  EXPECT_EQ(empty_field.finish(request), 0);
  BodySink cut(type, {1000, true}, folder);
  EXPECT_EQ(cut.add(part("name=d", "x")), 0);
  EXPECT_EQ(cut.finish(request), 400);
  BodySink no_boundary("multipart/form-data", {1000, true}, folder);
  EXPECT_EQ(no_boundary.add("x"), 400);
  BodySink text(type, {100u << 20, true}, folder);
  EXPECT_EQ(text.add(part("name=d", std::string(BodySink::kMaxFormText + 1, 'x'))), 413);
  BodySink lost(type, {1000, true}, folder + "/missing");
  EXPECT_EQ(lost.add(part("name=d; filename=a", "x")), 507);
}

TEST_F(BodySinkTest, UrlencodedAndRaw) {
  Request request;
  BodySink form("application/x-www-form-urlencoded; charset=UTF-8", {1000, false}, folder);
  EXPECT_EQ(form.add("a=1&b=%E4"), 0);
  EXPECT_EQ(form.add("%B8%80+x"), 0);
  EXPECT_EQ(form.finish(request), 0);
  EXPECT_EQ(request.form, (Pairs{{"a", "1"}, {"b", "一 x"}}));
  EXPECT_TRUE(request.body.empty());
  BodySink many("application/x-www-form-urlencoded", {1u << 20, false}, folder);
  EXPECT_EQ(many.add(std::string(20'000, '&')), 0);
  EXPECT_EQ(many.finish(request), 413);
  BodySink raw("application/json", {1000, false}, folder);
  EXPECT_EQ(raw.add("{\"a\":1}"), 0);
  EXPECT_EQ(raw.finish(request), 0);
  EXPECT_EQ(request.body, "{\"a\":1}");
}

TEST_F(BodySinkTest, OldFilesAreClearedAtStart) {
  const std::string old = folder + "/old.part", young = folder + "/young.part", other = folder + "/old.txt";
  for (const std::string& path : {old, young, other}) std::ofstream(path) << "x";
  for (const std::string& path : {old, other}) {
    std::filesystem::last_write_time(path,
                                     std::filesystem::file_time_type::clock::now() - std::chrono::hours(2));
  }
  prepare_upload_folder(folder);
  EXPECT_FALSE(std::filesystem::exists(old));
  EXPECT_TRUE(std::filesystem::exists(young));
  EXPECT_TRUE(std::filesystem::exists(other));
}

}  // namespace
}  // namespace kepu::http

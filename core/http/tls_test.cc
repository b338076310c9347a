#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstdio>
#include <memory>

#include "core/http/test_client.h"
#include "core/http/test_server.h"

namespace kepu::http {
namespace {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* p) const {
    Free(p);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using Context = std::unique_ptr<SSL_CTX, Freer<SSL_CTX_free>>;
using Ssl = std::unique_ptr<SSL, Freer<SSL_free>>;
using Session = std::unique_ptr<SSL_SESSION, Freer<SSL_SESSION_free>>;

// A self-signed P-256 certificate for a day.
void write_certificate(const std::string& certificate_file, const std::string& key_file) {
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 86'400);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"),
                             -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  FILE* file = std::fopen(certificate_file.c_str(), "w");
  PEM_write_X509(file, certificate.get());
  std::fclose(file);
  file = std::fopen(key_file.c_str(), "w");
  PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
}

class TlsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(folder);
    write_certificate(certificate, key);
    context.reset(SSL_CTX_new(TLS_client_method()));
  }
  void TearDown() override { std::filesystem::remove_all(folder); }
  ServerOptions options() const {
    ServerOptions set;
    set.certificate_file = certificate;
    set.key_file = key;
    return set;
  }
  // Asks over `ssl` and gives what came until the server closed.
  static std::string exchange(SSL* ssl, const std::string& request) {
    if (SSL_write(ssl, request.data(), static_cast<int>(request.size())) <= 0) return "";
    std::string all;
    char bytes[16 * 1024];
    for (int got = 0; (got = SSL_read(ssl, bytes, sizeof bytes)) > 0;)
      all.append(bytes, static_cast<std::size_t>(got));
    return SSL_get_error(ssl, 0) == SSL_ERROR_ZERO_RETURN ? all : all + " (cut)";
  }

  const std::string folder = (std::filesystem::temp_directory_path() / base::random_token(12)).string();
  const std::string certificate = folder + "/cert.pem", key = folder + "/key.pem";
  Context context;
};

TEST_F(TlsTest, ServesLargeAnswersAndClosesCleanly) {
  TestServer server(options());
  TestClient client(server.port);
  const Ssl ssl(SSL_new(context.get()));
  SSL_set_fd(ssl.get(), client.descriptor());
  ASSERT_EQ(SSL_connect(ssl.get()), 1);
  const std::string answer = exchange(ssl.get(),
                                      "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
                                      "GET /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_NE(answer.find("\r\n\r\nGET /a HTTP/1.1 200 OK\r\n"), std::string::npos) << answer.substr(0, 500);
  EXPECT_EQ(answer.substr(answer.size() - 3), "end");
  EXPECT_GT(answer.size(), 3'000'000u);
}

TEST_F(TlsTest, OldVersionsAreRefused) {
  TestServer server(options());
  for (const auto& [version, works] :
       {std::pair(TLS1_1_VERSION, false), {TLS1_2_VERSION, true}, {TLS1_3_VERSION, true}}) {
    TestClient client(server.port);
    const Ssl ssl(SSL_new(context.get()));
    SSL_set_security_level(ssl.get(), 0);
    SSL_set_min_proto_version(ssl.get(), version);
    SSL_set_max_proto_version(ssl.get(), version);
    SSL_set_fd(ssl.get(), client.descriptor());
    EXPECT_EQ(SSL_connect(ssl.get()) == 1, works) << version;
  }
}

TEST_F(TlsTest, SessionsAreResumed) {
  TestServer server(options());
  Session session;
  for (const bool again : {false, true}) {
    TestClient client(server.port);
    const Ssl ssl(SSL_new(context.get()));
    SSL_set_max_proto_version(ssl.get(), TLS1_2_VERSION);
    if (session) SSL_set_session(ssl.get(), session.get());
    SSL_set_fd(ssl.get(), client.descriptor());
    ASSERT_EQ(SSL_connect(ssl.get()), 1);
    EXPECT_EQ(SSL_session_reused(ssl.get()) == 1, again);
    EXPECT_NE(exchange(ssl.get(), "GET / HTTP/1.0\r\n\r\n").find("200 OK"), std::string::npos);
    session.reset(SSL_get1_session(ssl.get()));
    SSL_shutdown(ssl.get());  // OpenSSL gives up a session that ends without
  }
}

TEST_F(TlsTest, SilentHandshakesAndPlainTextEnd) {
  ServerOptions set = options();
  set.header_seconds = 1;
  TestServer server(set);
  TestClient silent(server.port), plain(server.port);
  EXPECT_EQ(plain.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status, 0);
  EXPECT_TRUE(silent.at_end());
  EXPECT_TRUE(TestServer::eventually([&] { return server.server->counters().open == 0; }));
}

TEST_F(TlsTest, IdleConnectionsAreClosedCleanlyAtAStop) {
  TestServer server(options());
  TestClient client(server.port);
  const Ssl ssl(SSL_new(context.get()));
  SSL_set_fd(ssl.get(), client.descriptor());
  ASSERT_EQ(SSL_connect(ssl.get()), 1);
  const std::string request = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
  ASSERT_GT(SSL_write(ssl.get(), request.data(), static_cast<int>(request.size())), 0);
  char bytes[4096];
  ASSERT_GT(SSL_read(ssl.get(), bytes, sizeof bytes), 0);
  server.server->stop();
  int got = 1;
  while (got > 0) got = SSL_read(ssl.get(), bytes, sizeof bytes);
  EXPECT_EQ(SSL_get_error(ssl.get(), got), SSL_ERROR_ZERO_RETURN);
  SSL_shutdown(ssl.get());
  server.join();
}

TEST_F(TlsTest, BadFilesAreSaidPlainly) {
  TestApplication application;
  ServerOptions set = options();
  set.port = 0;
  set.certificate_file = folder + "/none.pem";
  try {
    Server server(set, application);
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(std::string(error.what()).find("无法读取证书文件 " + set.certificate_file), 0u) << error.what();
  }
  write_certificate(folder + "/other.pem", folder + "/other-key.pem");
  set.certificate_file = certificate;
  set.key_file = folder + "/other-key.pem";
  EXPECT_THROW(Server(set, application), std::runtime_error);
}

}  // namespace
}  // namespace kepu::http

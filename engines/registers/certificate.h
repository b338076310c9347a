// 科普实绩证明: what a person verifiably did in a time, as a text that is signed. Every character counts: a
// changed byte of text or signature is found out. Pure values; who signs is auth::Signer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engines/registers/registers.h"

namespace kepu::registers {

struct CertificateLine {  // one confirmed proof
  base::Date on;
  std::string kind, title;  // 讲座报告
  double hours = 0;
  std::int64_t audience = 0;
  std::string confirmed_by;  // the unit that confirmed it
  bool operator==(const CertificateLine&) const = default;
};

struct Certificate {
  std::string code;  // in its address and QR code
  std::string county, issuer, name;
  base::Date from, to, issued_on;  // of the works; both included
  std::vector<std::string> roles;  // 科普专家（专2026-0012）
  double hours = 0;
  std::int64_t audience = 0;
  std::vector<CertificateLine> lines;  // oldest first
  bool operator==(const Certificate&) const = default;
};

// The proofs that count: confirmed, within the days; sums included.
Certificate certificate_of(std::string name, const std::vector<Proof>& proofs, base::Date from,
                           base::Date to);
// "kepu-certificate 1\ncode\t…": one fact a line; the text that is signed. Same certificate, same text.
std::string payload_of(const Certificate& certificate);
// Refuses certificate.text where it is no such text.
base::Result<Certificate> parse_certificate(std::string_view payload);
// The file that a person keeps: payload, then a line with signature and one with the public key.
std::string certificate_file(std::string_view payload, std::string_view signature,
                             std::string_view public_key);
struct CertificateFile {
  std::string payload, signature, public_key;
};
base::Result<CertificateFile> parse_certificate_file(std::string_view text);

}  // namespace kepu::registers

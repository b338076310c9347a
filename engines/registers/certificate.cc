#include "engines/registers/certificate.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"

namespace kepu::registers {
namespace {

constexpr std::string_view kHead = "kepu-certificate 1";

// A value cannot hold what separates.
std::string plain(std::string_view text) { return base::squeeze(text); }
std::string number_text(double value) { return fmt::format("{:.1f}", value); }

base::Date date_of(const std::string& text) { return base::parse_date(text).value_or(base::Date{}); }
double hours_of(const std::string& text) { return base::parse_number(text).value_or(0); }

tl::unexpected<base::Error> no_certificate() {
  return base::refuse(base::Code::invalid, "certificate.text",
                      "这不是科普实绩证明的数据，请粘贴完整的证明文件。", "file");
}

}  // namespace

Certificate certificate_of(std::string name, const std::vector<Proof>& proofs, base::Date from,
                           base::Date to) {
  Certificate c;
  c.name = std::move(name);
  c.from = from;
  c.to = to;
  for (const auto& p : proofs) {
    if (p.state != ProofState::confirmed || p.on < from || to < p.on) continue;
    c.lines.push_back(
        {p.on, std::string(title_of(p.kind)), plain(p.title), p.hours, p.audience, plain(p.decided_unit)});
    c.hours += p.hours;
    c.audience += p.audience;
  }
  std::sort(c.lines.begin(), c.lines.end(), [](const CertificateLine& a, const CertificateLine& b) {
    return std::tie(a.on, a.kind, a.title) < std::tie(b.on, b.kind, b.title);
  });
  return c;
}

std::string payload_of(const Certificate& c) {
  std::string out(kHead);
  const auto line = [&](std::string_view key, const std::string& value) {
    out += fmt::format("\n{}\t{}", key, value);
  };
  line("code", c.code);
  line("county", plain(c.county));
  line("issuer", plain(c.issuer));
  line("name", plain(c.name));
  line("from", base::to_iso(c.from));
  line("to", base::to_iso(c.to));
  line("issued", base::to_iso(c.issued_on));
  for (const auto& r : c.roles) line("role", plain(r));
  line("hours", number_text(c.hours));
  line("audience", std::to_string(c.audience));
  for (const auto& l : c.lines) {
    line("work", fmt::format("{}\t{}\t{}\t{}\t{}\t{}", base::to_iso(l.on), l.kind, l.title,
                             number_text(l.hours), l.audience, l.confirmed_by));
  }
  return out + "\n";
}

base::Result<Certificate> parse_certificate(std::string_view payload) {
  const auto lines = base::split(payload, "\n");
  if (lines.empty() || lines.front() != kHead) return no_certificate();
  Certificate c;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const auto parts = base::split(lines[i], "\t");
    if (parts.size() < 2) continue;
    const auto& key = parts[0];
    const auto& value = parts[1];
    if (key == "code") c.code = value;
    if (key == "county") c.county = value;
    if (key == "issuer") c.issuer = value;
    if (key == "name") c.name = value;
    if (key == "from") c.from = date_of(value);
    if (key == "to") c.to = date_of(value);
    if (key == "issued") c.issued_on = date_of(value);
    if (key == "role") c.roles.push_back(value);
    if (key == "hours") c.hours = hours_of(value);
    if (key == "audience") c.audience = base::parse_int(value).value_or(0);
    if (key == "work" && parts.size() == 7) {
      c.lines.push_back({date_of(parts[1]), parts[2], parts[3], hours_of(parts[4]),
                         base::parse_int(parts[5]).value_or(0), parts[6]});
    }
  }
  if (c.code.empty() || c.name.empty()) return no_certificate();
  return c;
}

std::string certificate_file(std::string_view payload, std::string_view signature,
                             std::string_view public_key) {
  return fmt::format("{}signature\t{}\npublic-key\t{}\n", payload, signature, public_key);
}

base::Result<CertificateFile> parse_certificate_file(std::string_view text) {
  // What comes by way of a form has the line ends of the form.
  const std::string whole = base::replace_all(text, "\r\n", "\n");
  const auto at = whole.find("\nsignature\t");
  const auto key_at = whole.find("\npublic-key\t");
  if (at == std::string::npos || key_at == std::string::npos || key_at < at) return no_certificate();
  CertificateFile out;
  out.payload = whole.substr(0, at + 1);
  const std::size_t from = at + std::string_view("\nsignature\t").size();
  out.signature = whole.substr(from, key_at - from);
  out.public_key = base::trim(whole.substr(key_at + std::string_view("\npublic-key\t").size()));
  return out;
}

}  // namespace kepu::registers

// One's own second factor: enrolment, codes, recovery codes.
#include <algorithm>

#include "core/auth/change.h"
#include "core/auth/sign_in.h"
#include "core/auth/throttle.h"
#include "core/base/secret.h"
#include "core/base/text.h"

namespace kepu::auth {
namespace {

constexpr std::size_t kSecretBytes = 20;  // RFC 4226: as long as the digest
constexpr int kRecoveryCodes = 10;

tl::unexpected<base::Error> wrong_code() {
  return base::refuse(base::Code::invalid, "auth.code",
                      "动态口令不正确，或已经用过。请等手机上换出下一个口令再输入，并确认手机时间准确",
                      "code");
}

// 50 random bits: "4K7QF-2M9XT".
std::string recovery_code() {
  static constexpr std::string_view kLetters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
  std::string out;
  const std::string random = base::random_bytes(10);
  for (std::size_t i = 0; i < random.size(); ++i) {
    if (i == 5) out += '-';
    out += kLetters[static_cast<unsigned char>(random[i]) % kLetters.size()];
  }
  return out;
}

std::string digest_of(const Cipher& cipher, Id tenant, Id account, std::string_view typed) {
  std::string bare;
  for (char32_t c : base::to_code_points(base::to_narrow(typed))) {
    if (base::is_space(c) || c == U'-') continue;
    base::append_utf8(bare, c >= U'a' && c <= U'z' ? c - 32 : c);
  }
  // Keyed, because 50 bits alone could be searched through in a stolen database.
  return cipher.blind_index(bare, fmt::format("recovery.{}", account), tenant);
}

std::vector<std::string> renew(sql::Session& s, const Cipher& cipher, Id tenant, Id account) {
  std::vector<std::string> codes, digests;
  for (int i = 0; i < kRecoveryCodes; ++i) {
    codes.push_back(recovery_code());
    digests.push_back(digest_of(cipher, tenant, account, codes.back()));
  }
  store::replace_recovery_codes(s, tenant, account, digests);
  return codes;
}

std::string in_groups(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i > 0 && i % 4 == 0) out += ' ';
    out += text[i];
  }
  return out;
}

}  // namespace

Done SignIn::use_code(sql::Session& s, Id tenant, Id account, const std::string& code) {
  const auto row = store::account(s, tenant, account);
  if (!row || row->second_factor.empty()) return wrong_code();
  const auto secret = parts_.cipher.open(row->second_factor, store::second_factor_place(tenant, account));
  if (!secret) {
    return base::refuse(base::Code::unavailable, "auth.second_factor_key",
                        "动态口令的密钥无法读取，请联系系统管理员检查密钥文件或解除动态口令");
  }
  if (const auto step = totp_match(*secret, code, parts_.clock.now(), row->last_step)) {
    if (store::use_step(s, tenant, account, *step)) return {};
    return wrong_code();
  }
  if (row->account.second_factor &&
      store::use_recovery_code(s, tenant, account, digest_of(parts_.cipher, tenant, account, code))) {
    return {};
  }
  return wrong_code();
}

Done SignIn::with_code(const Actor& actor, const std::string& code,
                       const std::function<Done(sql::Session&)>& work) {
  const Attempt attempt = attempt_of(parts_.cipher, actor.tenant, actor.login, actor.remote);
  TRY(parts_.db.write(
      [&](sql::Session& s) { return count_attempt(s, attempt, limits_, parts_.clock.now()); }));
  return parts_.db.write([&](sql::Session& s) -> Done {
    TRY(use_code(s, actor.tenant, actor.account, code));
    forgive_attempt(s, attempt, limits_, parts_.clock.now());
    return work(s);
  });
}

Result<SignIn::Enrolment> SignIn::begin_enrolment(const Actor& actor, const std::string& issuer) {
  const std::string secret = base::random_bytes(kSecretBytes);
  TRY(parts_.db.write([&](sql::Session& s) -> Done {
    const auto row = store::account(s, actor.tenant, actor.account);
    if (!row) return no_such("账号");
    if (row->account.second_factor) {
      return base::refuse(base::Code::conflict, "auth.second_factor_on",
                          "动态口令已经启用。如要换手机，请先关闭再重新启用");
    }
    store::set_second_factor(
        s, actor.tenant, actor.account,
        parts_.cipher.seal(secret, store::second_factor_place(actor.tenant, actor.account)), false);
    return {};
  }));
  Enrolment out;
  out.secret = in_groups(base::base32(secret));
  out.uri = totp_uri(secret, issuer, actor.login);
  if (auto qr = qr_path(out.uri)) out.qr = std::move(*qr);
  return out;
}

Result<std::vector<std::string>> SignIn::confirm_enrolment(const Actor& actor, const std::string& code) {
  std::vector<std::string> codes;
  TRY(with_code(actor, code, [&](sql::Session& s) -> Done {
    const auto row = store::account(s, actor.tenant, actor.account);
    if (row->account.second_factor) {
      return base::refuse(base::Code::conflict, "auth.second_factor_on", "动态口令已经启用");
    }
    store::set_second_factor(s, actor.tenant, actor.account, row->second_factor, true);
    codes = renew(s, parts_.cipher, actor.tenant, actor.account);
    note(s, actor, "account.second_factor_on", "启用动态口令");
    return {};
  }));
  return codes;
}

Result<std::vector<std::string>> SignIn::renew_recovery_codes(const Actor& actor, const std::string& code) {
  std::vector<std::string> codes;
  TRY(with_code(actor, code, [&](sql::Session& s) -> Done {
    if (!store::account(s, actor.tenant, actor.account)->account.second_factor) return wrong_code();
    codes = renew(s, parts_.cipher, actor.tenant, actor.account);
    note(s, actor, "account.recovery_codes", "更换备用恢复码");
    return {};
  }));
  return codes;
}

Done SignIn::remove_second_factor(const Actor& actor, const std::string& code) {
  return with_code(actor, code, [&](sql::Session& s) -> Done {
    store::set_second_factor(s, actor.tenant, actor.account, "", false);
    store::replace_recovery_codes(s, actor.tenant, actor.account, {});
    note(s, actor, "account.second_factor_off", "关闭动态口令");
    return {};
  });
}

int SignIn::recovery_codes_left(const Actor& actor) {
  return static_cast<int>(
      parts_.db.read([&](sql::Session& s) { return store::recovery_codes(s, actor.tenant, actor.account); }));
}

}  // namespace kepu::auth

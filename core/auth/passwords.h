// Passwords: what is accepted, how they are stored and checked. Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace kepu::auth {

// At least 10 and at most 128 characters, not the login, not one of the common ones, not one character or
// sequence repeated.
base::Done check_password(std::string_view password, std::string_view login);

// Both wait for one of two places, because one run takes 19 MiB; `unavailable` after ten seconds.
base::Result<std::string> store_form(std::string_view password);
// `stored` empty: no such account; the same work is done and the answer is false. One-time passwords are
// compared by their digest at once.
base::Result<bool> fits(std::string_view stored, std::string_view password);

// "K7QF-2M9X-T4WC-8HJD": 80 random bits without letters that look alike, and its stored form.
std::string one_time_password();
std::string store_form_of_one_time(std::string_view password);

}  // namespace kepu::auth

// What the pages of this engine share.
#pragma once

#include <string>
#include <vector>

#include "core/auth/directory.h"
#include "core/form/form.h"
#include "core/site/forms.h"
#include "core/site/list.h"
#include "engines/points/points_engine.h"

namespace kepu::points {

using html::Out;
using site::Context;
using PageAnswer = site::Answer;

inline By by(const Context& context) { return {context.actor, context.request.remote}; }
std::string account_url(Id person);
std::string hours_words(std::int64_t minutes);  // 1.5 小时
html::Light light_of(ClaimState state);

using site::belongs_to_form;
using site::Typed;
using site::view_of;

table::Table<Booking> booking_table(bool with_person);
void write_services(Out& h, const PageOf<ServiceRow>& services);
void write_lots(Out& h, const std::vector<Lot>& lots);

void add_own_pages(site::Site& site, PointsEngine& engine);         // /my/points
void add_ledger_pages(site::Site& site, PointsEngine& engine);      // /points, bookings, accounts
void add_correction_pages(site::Site& site, PointsEngine& engine);  // /points/corrections
void add_rule_pages(site::Site& site, PointsEngine& engine);        // /points/rules
void add_reward_pages(site::Site& site, PointsEngine& engine);      // /points/rewards
void add_claim_pages(site::Site& site, PointsEngine& engine);       // /points/claims

}  // namespace kepu::points

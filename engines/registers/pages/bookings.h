// What the pages of bookings share.
#pragma once

#include <algorithm>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "engines/registers/bookings.h"
#include "engines/registers/pages/desk.h"

namespace kepu::registers {

std::string booking_url(const BookingRow& row);
html::Light light_of(const Booking& booking, base::Date today);
std::string word_of(const Booking& booking, base::Date today);  // 待确认, 借用中, 超期 2 天未还
// So many months from this one, with the days that are taken and by whom.
void write_months(Out& h, std::span<const Booking> all, int months, base::Date today,
                  const auth::UnitTree& units);
// `opens`: whose page the reader may open; of the others unit and days alone are shown.
void write_bookings(Out& h, const std::vector<BookingRow>& rows, base::Date today,
                    const auth::UnitTree& units, const std::function<bool(const BookingRow&)>& opens);
html::Definitions booking_facts(const Booking& booking, const Entry& entry, base::Date today,
                                const auth::UnitTree& units);

// An entry of the address that can be looked at for booking.
base::Result<Entry> bookable_entry(Context& context, RegistersEngine& engine, const Type& type);

void add_booking_pages(site::Site& site, RegistersEngine& engine);
void add_booking_lists(site::Site& site, RegistersEngine& engine);

}  // namespace kepu::registers

// Rows of bookings as values. Included by the store only.
#pragma once

#include <string_view>

#include "engines/registers/bookings.h"

namespace kepu::registers {

// Of `register_booking b`, in the order in which booking_from() reads them.
inline constexpr std::string_view kBookingColumns =
    "b.id, b.entry, b.unit, b.first_day, b.last_day, b.purpose, b.state, b.reason, b.item_condition, "
    "b.condition_note, b.returned_on, b.asked_at, b.decided_at, b.asked_by, b.asked_name, b.decided_name, "
    "b.revision";
Booking booking_from(const sql::Row& row);

}  // namespace kepu::registers

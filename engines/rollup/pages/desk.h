// What the pages of the roll-up share.
#pragma once

#include <string>
#include <vector>

#include "core/auth/directory.h"
#include "core/form/form.h"
#include "core/site/forms.h"
#include "core/site/list.h"
#include "engines/plan/pages.h"
#include "engines/rollup/rollup_engine.h"

namespace kepu::rollup {

using html::Out;
using plan::mark_of;
using site::Context;
using site::Typed;
using site::view_of;
using PageAnswer = site::Answer;

inline By by(const Context& context) { return {context.actor, context.request.remote}; }
std::string incoming_url(Id call);                          // the county's side
std::string item_url(Id call, std::string_view code);       // of an item of it, by its place
std::string call_url(Id call, std::string_view page = {});  // the superior's side
std::string return_url(Id returned);
std::string county_url(Id county);

std::optional<html::Light> parse_light(std::string_view text);  // of Entry::light
html::Light light_of(CallState state);
std::string period_text(Date from, Date to);  // 2026-01-01 至 2026-06-30
// "123.5 场", or what stands in its place: "空缺", "—".
std::string value_text(const Entry& entry);
// 收到的要求 · 下发的要求 · 汇总关系, on top of the three lists. `current` from 0.
html::Segment views(Context& context, RollupEngine& engine, int current);

// The facts that the program adds, as they stand in a return.
void write_facts(Out& h, const Facts& facts);

void add_link_pages(site::Site& site, RollupEngine& engine);
void add_incoming_pages(site::Site& site, RollupEngine& engine);
void add_item_pages(site::Site& site, RollupEngine& engine);
void add_return_pages(site::Site& site, RollupEngine& engine);
void add_call_pages(site::Site& site, RollupEngine& engine);
void add_call_item_pages(site::Site& site, RollupEngine& engine);
void add_board_pages(site::Site& site, RollupEngine& engine);
PageAnswer show_board(Context& context, RollupEngine& engine, const Call& call, const Typed& typed);

}  // namespace kepu::rollup

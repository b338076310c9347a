// What the pages of this engine share.
#pragma once

#include <string>
#include <vector>

#include "core/auth/directory.h"
#include "core/form/form.h"
#include "core/site/forms.h"
#include "core/site/list.h"
#include "engines/registers/registers_engine.h"

namespace kepu::registers {

using html::Out;
using site::Context;
using PageAnswer = site::Answer;

inline By by(const Context& context) { return {context.actor, context.request.remote}; }
std::string register_url(std::string_view key);
std::string entry_url(const Entry& entry);
std::string person_url(Id person);
std::string certificate_url(const Context& context, std::string_view code);  // public
// 县科协; "—" for none, "（已撤销单位）" where it is gone. Villages with their township: 柳溪镇 大坪村.
std::string unit_name(const auth::UnitTree& units, Id unit);
std::string place_name(const auth::UnitTree& units, Id place);

html::Light light_of(const Entry& entry, base::Date today);
std::string word_of(const Entry& entry, base::Date today);  // 在册, 已过期 …
html::Light light_of(ProofState state);

// The units whose entries the actor sees in lists; none: all.
std::optional<std::vector<Id>> scope_of(const auth::Actor& actor);
// Townships, and villages as 柳溪镇　大坪村. `over`: only units over which the right holds; empty: all.
std::vector<form::Option> unit_options(const Context& context, std::string_view over);
std::vector<form::Option> place_options(const auth::UnitTree& units);
std::vector<form::Option> township_options(const auth::UnitTree& units);
// A unit with all below it.
std::vector<Id> within(const auth::UnitTree& units, Id unit);

using site::as_filter;
using site::Typed;
using site::view_of;

// The form of an entry by its type: what every entry has, then the type's own fields.
form::Form entry_form(const Context& context, RegistersEngine& engine, const Type& type, bool fresh,
                      bool self);
// What was typed, as an application.
Application application_of(const Type& type, const form::Values& values, bool self);
form::Values values_of(const Entry& entry, const Type& type);
// A value as it is read: options joined, yes or no, dates.
std::string shown_value(const TypeField& field, const form::Values& values);

// Of the address, as far as the actor may see him.
base::Result<Person> seen_person(Context& context, RegistersEngine& engine);
void write_qr(Out& h, std::string_view text, std::string_view label);
http::Response attach_json(std::string json, const std::string& name);

// Columns of a list for the fields of a type: the first that say most on the page, the others in exports
// alone; sortable where the field is. Filters for its choices, `most` at the most. `public_only`: public
// fields alone.
void add_field_columns(table::Table<Entry>& table, const Type& type, bool public_only, std::size_t shown);
void add_field_filters(table::Table<Entry>& table, const Type& type, bool public_only);
// What of the wanted order and filters is a field's.
void ask_for_fields(EntryQuery& query, const Type& type, bool public_only, const table::Wanted& wanted);

// The register of the address, and the entry with it.
base::Result<Type> type_of(Context& context, RegistersEngine& engine);
base::Result<Entry> seen_entry(Context& context, RegistersEngine& engine, const Type& type);

void add_overview_pages(site::Site& site, RegistersEngine& engine);
void add_list_pages(site::Site& site, RegistersEngine& engine);
void add_entry_pages(site::Site& site, RegistersEngine& engine);
void add_coverage_pages(site::Site& site, RegistersEngine& engine);
void add_import_pages(site::Site& site, RegistersEngine& engine);
void add_type_pages(site::Site& site, RegistersEngine& engine);
void add_people_pages(site::Site& site, RegistersEngine& engine);
void add_duplicate_pages(site::Site& site, RegistersEngine& engine);
void add_record_pages(site::Site& site, RegistersEngine& engine);
void add_proof_pages(site::Site& site, RegistersEngine& engine);
void add_certificate_pages(site::Site& site, RegistersEngine& engine);
void add_public_pages(site::Site& site, RegistersEngine& engine);
// The tiles of townships, then of villages, and who is missing; for pages within and without.
void write_coverage(Out& h, const auth::UnitTree& units, RegistersEngine& engine, Id tenant, const Type& type,
                    base::Date today, const std::string& list_url);

}  // namespace kepu::registers

// A form as HTML: label, hint, error, control; the summary of all errors before it.
#include <algorithm>

#include "core/form/form.h"
#include "core/html/components.h"

namespace kepu::form {

namespace {

using html::Attr;
using html::AttrValue;
using html::Out;

// One field as it is shown this time.
struct Shown {
  const Field& field;
  std::string id;
  std::string value;                // the first
  std::vector<std::string> values;  // of a multi-select
  std::string error;
  std::string described_by;

  bool has(std::string_view option) const {
    return field.kind == Kind::multi_select ? std::find(values.begin(), values.end(), option) != values.end()
                                            : value == option;
  }
};

Shown show(const Field& field, const View& view) {
  Shown s{field, "f-" + field.name, {}, {}, {}, {}};
  for (const auto& error : view.errors) {
    if (error.field == field.name && s.error.empty()) s.error = error.message;
  }
  s.value = view.values.has(field.name) ? view.values.text(field.name) : field.initial;
  s.values = view.values.texts(field.name);
  if (field.kind == Kind::password || field.kind == Kind::file) s.value.clear();
  if (!field.hint.empty()) s.described_by = "h-" + field.name;
  if (!s.error.empty()) s.described_by += (s.described_by.empty() ? "e-" : " e-") + field.name;
  return s;
}

auto required_mark(const Field& field) {
  return [&field](Out& h) {
    if (!field.required) h("<span class=\"voluntary\">（选填）</span>");
  };
}

void write_notes(Out& h, const Shown& s) {
  if (!s.field.hint.empty()) h("<p class=\"hint\" id=\"h-{}\">{}</p>", s.field.name, s.field.hint);
  if (!s.error.empty())
    h("<p class=\"err\" id=\"e-{}\"><span class=\"sr\">错误：</span>{}</p>", s.field.name, s.error);
}

std::string_view type_of(Kind kind) {
  switch (kind) {
    case Kind::date:
      return "date";
    case Kind::password:
      return "password";
    case Kind::phone:
      return "tel";
    case Kind::email:
      return "email";
    case Kind::file:
      return "file";
    default:
      return "text";  // numbers as well: type=number swallows what it cannot read
  }
}

std::string_view keyboard_of(Kind kind) {
  return kind == Kind::integer  ? "numeric"
         : kind == Kind::number ? "decimal"
         : kind == Kind::phone  ? "tel"
                                : "";
}

void write_input(Out& h, const Shown& s) {
  const Field& f = s.field;
  const auto input = [&](Out& o) {
    o("<input class=\"in\" id=\"{}\" name=\"{}\" type=\"{}\"{}{}{}{}{}{}{}{}{}>", s.id, f.name,
      type_of(f.kind), AttrValue{"value", s.value}, AttrValue{"inputmode", keyboard_of(f.kind)},
      AttrValue{"autocomplete", f.autocomplete}, AttrValue{"accept", f.accept},
      AttrValue{"min", f.kind == Kind::date && f.earliest ? base::to_iso(*f.earliest) : ""},
      AttrValue{"max", f.kind == Kind::date && f.latest ? base::to_iso(*f.latest) : ""},
      Attr{f.required, " required"}, Attr{!s.error.empty(), " aria-invalid=\"true\""},
      AttrValue{"aria-describedby", s.described_by});
  };
  if (f.unit.empty()) {
    input(h);
  } else {
    h("<div class=\"with-unit\">{}<span>{}</span></div>", input, f.unit);
  }
}

void write_long_text(Out& h, const Shown& s) {
  // The parser drops one line break right after the tag, so one is given to it.
  h("<textarea class=\"in\" id=\"{}\" name=\"{}\" rows=\"{}\"{}{}{}>\n{}</textarea>", s.id, s.field.name,
    s.field.rows, Attr{s.field.required, " required"}, Attr{!s.error.empty(), " aria-invalid=\"true\""},
    AttrValue{"aria-describedby", s.described_by}, s.value);
}

void write_select(Out& h, const Shown& s) {
  h(
      "<select class=\"in\" id=\"{}\" name=\"{}\"{}{}{}>{}{}</select>", s.id, s.field.name,
      Attr{s.field.required, " required"}, Attr{!s.error.empty(), " aria-invalid=\"true\""},
      AttrValue{"aria-describedby", s.described_by},
      [&](Out& o) { o("<option value=\"\">{}</option>", s.field.required ? "请选择" : "不选"); },
      [&](Out& o) {
        for (const Option& option : s.field.options) {
          o("<option value=\"{}\"{}>{}</option>", option.value, Attr{s.has(option.value), " selected"},
            option.label);
        }
      });
}

void write_choices(Out& h, const Shown& s) {
  const bool tall = std::any_of(s.field.options.begin(), s.field.options.end(),
                                [](const Option& o) { return !o.hint.empty(); });
  const std::string_view type = s.field.kind == Kind::radio ? "radio" : "checkbox";
  h("<div class=\"opts{}\">{}</div>",
    tall                         ? " tall"
    : s.field.options.size() > 5 ? " many"
                                 : "",
    [&](Out& o) {
      for (std::size_t i = 0; i < s.field.options.size(); ++i) {
        const Option& option = s.field.options[i];
        const auto input = [&](Out& p) {
          p("<input type=\"{}\" name=\"{}\" value=\"{}\"{}{}>", type, s.field.name, option.value,
            AttrValue{"id", i == 0 ? s.id : ""}, Attr{s.has(option.value), " checked"});
        };
        if (tall) {
          o("<label class=\"pick\">{}<span><b>{}</b><small>{}</small></span></label>", input, option.label,
            option.hint);
        } else {
          o("<label class=\"opt\">{}{}</label>", input, option.label);
        }
      }
    });
}

void write_field(Out& h, const Shown& s) {
  const Field& f = s.field;
  const std::string names =
      std::string("field") + (f.short_field ? " half" : "") + (s.error.empty() ? "" : " bad");
  const auto notes = [&](Out& o) { write_notes(o, s); };
  if (f.kind == Kind::checkbox) {
    h("<div class=\"{}\">{}<label class=\"opt\"><input type=\"checkbox\" id=\"{}\" name=\"{}\" "
      "value=\"1\"{}{}{}>{}</label></div>",
      names, notes, s.id, f.name, Attr{s.value == "1" || s.value == "on", " checked"},
      Attr{f.required, " required"}, AttrValue{"aria-describedby", s.described_by}, f.label);
  } else if (f.kind == Kind::radio || f.kind == Kind::multi_select) {
    h("<fieldset class=\"{}\"{}><legend>{}{}</legend>{}{}</fieldset>", names,
      AttrValue{"aria-describedby", s.described_by}, f.label, required_mark(f), notes,
      [&](Out& o) { write_choices(o, s); });
  } else {
    h("<div class=\"{}\"><label for=\"{}\">{}{}</label>{}{}</div>", names, s.id, f.label, required_mark(f),
      notes, [&](Out& o) {
        if (f.kind == Kind::long_text) return write_long_text(o, s);
        if (f.kind == Kind::select) return write_select(o, s);
        write_input(o, s);
      });
  }
}

void write_hidden(Out& h, std::string_view name, std::string_view value) {
  h("<input type=\"hidden\" name=\"{}\" value=\"{}\">", name, value);
}

}  // namespace

void Form::write(Out& h, const View& view) const {
  const bool files =
      std::any_of(fields_.begin(), fields_.end(), [](const Field& f) { return f.kind == Kind::file; });
  const auto hidden = [&](Out& o) {
    if (!view.get) write_hidden(o, "csrf", view.csrf);
    for (const auto& [name, value] : view.hidden) write_hidden(o, name, value);
    for (const Field& f : fields_) {
      if (f.kind == Kind::hidden) write_hidden(o, f.name, show(f, view).value);
    }
  };
  const auto all = [&](Out& o) {
    for (const Field& f : fields_) {
      if (f.kind != Kind::hidden) write_field(o, show(f, view));
    }
  };
  const auto buttons = [&](Out& o) {
    o("<div class=\"row\">{}{}</div>", html::button(view.submit), [&](Out& p) {
      if (!view.cancel_url.empty()) html::button_link("取消", view.cancel_url, {}, html::Look::link)(p);
    });
  };
  html::ErrorSummary{view.errors}(h);
  // novalidate: the messages are ours, the same with and without scripts, and all at once.
  h("<form class=\"form\" method=\"{}\" action=\"{}\" novalidate{}{}{}>{}{}<div "
    "class=\"pairs\">{}</div>{}{}</form>",
    view.get ? "get" : "post", html::Url{view.action}, Attr{files, " enctype=\"multipart/form-data\""},
    AttrValue{"data-part", view.part}, Attr{view.guard && !view.get, " data-guard"}, hidden, view.before, all,
    view.after, buttons);
}

}  // namespace kepu::form

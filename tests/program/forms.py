"""The forms of a page as a browser sends them: every field with what the page put into it, then what somebody typed."""
from html.parser import HTMLParser


class Form:
    def __init__(self, action):
        self.action, self.fields, self.buttons, self.offered = action, [], [], []  # offered: boxes, ticked or not

    def over(self, typed):
        """The fields with `typed` over them; a list sends a name several times, None leaves it out."""
        out = [(name, value) for name, value in self.fields if name not in typed]
        for name, value in typed.items():
            if value is None:
                continue
            out += [(name, str(v)) for v in (value if isinstance(value, list) else [value])]
        return out

    def names(self):
        return [name for name, _ in self.fields]

    def boxes(self, name):
        return [value for key, value in self.offered if key == name]

    def value(self, name):
        return next(value for key, value in self.fields if key == name)


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.forms, self.form, self.area, self.select = [], None, None, None

    def handle_starttag(self, tag, pairs):
        at = dict(pairs)
        if tag == 'form':
            self.form = Form(at.get('action', ''))
            self.forms.append(self.form)
        if self.form is None:
            return
        name = at.get('name')
        if tag == 'input' and name:
            kind = at.get('type', 'text')
            if kind in ('checkbox', 'radio'):
                self.form.offered.append((name, at.get('value', 'on')))
                if 'checked' in at:
                    self.form.fields.append((name, at.get('value', 'on')))
            elif kind not in ('submit', 'button', 'file'):
                self.form.fields.append((name, at.get('value', '')))
        elif tag == 'button' and name:
            self.form.buttons.append((name, at.get('value', '')))
        elif tag == 'textarea' and name:
            self.area = [name, '']
        elif tag == 'select' and name:
            self.select = [name, None, None]  # name, first option, chosen option
        elif tag == 'option' and self.select:
            value = at.get('value', '')
            if self.select[1] is None:
                self.select[1] = value
            if 'selected' in at:
                self.select[2] = value

    def handle_data(self, data):
        if self.area is not None:
            self.area[1] += data

    def handle_endtag(self, tag):
        if tag == 'form':
            self.form = None
        elif tag == 'textarea' and self.area is not None:
            name, text = self.area
            self.form.fields.append((name, text[1:] if text.startswith('\n') else text))
            self.area = None
        elif tag == 'select' and self.select:
            name, first, chosen = self.select
            self.form.fields.append((name, chosen if chosen is not None else first or ''))
            self.select = None


def forms_of(page):
    reader = _Reader()
    reader.feed(page.text)
    return reader.forms


def form_of(page, action_end):
    """The page's form whose action ends so (without its query)."""
    for form in forms_of(page):
        if form.action.split('?')[0].endswith(action_end):
            return form
    raise AssertionError(f'no form {action_end} among {[f.action for f in forms_of(page)]}, status {page.status}')

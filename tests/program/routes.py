#!/usr/bin/env python3
"""The routes that the sources register, for the tests of rights.

routes.txt has two parts. "registered": each registration as it stands in the sources; a test compares it, so that no new
route is forgotten. "routes": what comes of them, method, pattern, access, right; those whose pattern or right is
computed are written there by hand. `routes.py --write` renews the first part, and of the second what stands literally.
"""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name('routes.txt')
REGISTRATION = re.compile(r'\{\s*(?:http::)?Method::(\w+),\s*([^;]*?),\s*(?:site::)?Access::(\w+),\s*([^,]+?),', re.S)
ACCESS = re.compile(r'\bAccess::(?:open|signed_in|right)\b')
LITERAL = re.compile(r'"[^"]*"')


def sources():
    for folder in ('engines', 'core/site'):
        for path in sorted((ROOT / folder).rglob('*.cc')):
            # The site's own machinery names the kinds of access without registering anything.
            if not path.name.endswith(('_test.cc', '_fuzz.cc')) and path != ROOT / 'core/site/site.cc':
                yield path


def registered():
    """[(file, method, pattern expression, access, right expression)]; files that hold a route that cannot be read."""
    found, strange = [], []
    for path in sources():
        text, name = path.read_text(), str(path.relative_to(ROOT))
        of_file = [(name, m.upper(), ' '.join(p.split()), a, ' '.join(r.split())) for m, p, a, r in REGISTRATION.findall(text)]
        if len(of_file) != len(ACCESS.findall(text)):
            strange.append(name)
        # A helper's routes differ by what it is called with.
        if any(not LITERAL.fullmatch(p) for _, _, p, _, _ in of_file):
            of_file += [(name, 'called', call, '', '') for call in re.findall(r'^\s*change\((.*?),\s*\w+\);', text, re.M)]
        found += of_file
    return found, strange


def literal(found):
    return {(m, p.strip('"'), a, r.strip('"')) for _, m, p, a, r in found if LITERAL.fullmatch(p) and LITERAL.fullmatch(r)}


def listed():
    """(registrations as text, [(method, pattern, access, right)])"""
    first, _, second = LIST.read_text().partition('\n== routes\n')
    rows = []
    for line in second.splitlines():
        method, pattern, access, *right = line.split()
        rows.append((method, pattern, access, right[0] if right else ''))
    return first.split('\n')[1:], rows


def as_lines(found):
    return ['  '.join(part for part in row if part) for row in found]


if __name__ == '__main__':
    now, unread = registered()
    for place in unread:
        print(f'{place}: a route that could not be read', file=sys.stderr)
    if '--write' in sys.argv:
        before = set(listed()[1]) if LIST.exists() else set()
        patterns = {r[:2] for r in literal(now)}
        computed = {r for r in before if r[:2] not in patterns}
        rows = sorted(literal(now) | computed, key=lambda r: (r[1], r[0]))
        LIST.write_text('\n'.join(['== registered', *as_lines(now), '== routes',
                                   *(' '.join(part for part in row if part) for row in rows)]) + '\n')
    else:
        print('\n'.join(as_lines(now)))
    sys.exit(1 if unread else 0)

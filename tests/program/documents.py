"""Small documents made when the tests run: one invented plan in several formats, and files that must be refused."""
import io
import struct
import zipfile
from xml.sax.saxutils import escape

TITLE = '澄溪县全民科学素质行动规划纲要实施方案（2026—2030年）'
INTRODUCTION = '为贯彻《全民科学素质行动规划纲要（2021—2035年）》（国发〔2021〕9号），结合本县实际，制定本方案。'

# (level, text): level 0 is body text, 1–3 are headings with 一、 （一） 1. before them.
OUTLINE = [
    (0, TITLE),
    (0, INTRODUCTION),
    (1, '工作目标'),
    (0, '到2030年，全县公民具备科学素质的比例达到17.5%。'),
    (1, '提升行动'),
    (2, '青少年科学素质提升行动。激发青少年好奇心和想象力，培养科学兴趣。'),
    (3, '开足开好科学课程。中小学按国家规定开齐科学课，每校配备1名以上专职科学教师。到2030年专职科学教师达到120名。'),
    (3, '办好校外科学活动。每年组织科普大篷车进校园20场次，联系县科技馆接待学生参观。'),
    (0, '责任单位：由县教育局牵头，县科协、县文化和旅游局等单位参加。'),
    (2, '农民科学素质提升行动。提高农民科技文化水平和生产经营能力。'),
    (3, '培育高素质农民。每年举办农业实用技术培训班，培训农民达          人次。'),
    (3, '建设农村科普阵地。在各乡镇建设科普示范基地15个，组织专家服务队下乡。'),
    (0, '责任单位：由县农业农村局牵头，县科协、县林业局、各乡镇人民政府等单位参加。'),
    (1, '重点工程'),
    (2, '科普基础设施工程。完善现代科普设施体系。'),
    (3, '提升县科技馆服务能力。县科技馆全年免费开放，年接待观众达到3万人次。'),
    (3, '发展基层科普设施。建设社区科普园地30处，更新科普宣传栏内容。'),
    (0, '责任单位：由县科协牵头，县住房和城乡建设局、县财政局等单位参加。'),
    (1, '组织保障'),
    (2, '加强领导。县全民科学素质工作领导小组负责统筹协调。'),
    (2, '保障经费。县财政局按规定安排科普经费。'),
]
TASKS = ['开足开好科学课程', '办好校外科学活动', '培育高素质农民', '建设农村科普阵地', '提升县科技馆服务能力', '发展基层科普设施']
NUMERALS = '一二三四五六七八九十'


def lines(outline=None, numbered=True):
    counts, out = [0, 0, 0, 0], []
    for level, text in outline or OUTLINE:
        if level:
            counts[level] += 1
            counts[level + 1:] = [0] * (3 - level)
        number = ['', '{}、', '（{}）', '{}.'][level]
        if level in (1, 2):
            number = number.format(NUMERALS[counts[level] - 1])
        elif level == 3:
            number = number.format(counts[3])
        out.append((number if numbered else '') + text)
    return out


def text(outline=None, numbered=True):
    return '\n'.join(lines(outline, numbered)) + '\n'


def without_departments():
    return [(level, line) for level, line in OUTLINE if not line.startswith('责任单位')]


def html():
    tags = ['p', 'h2', 'h3', 'p']
    body = ''.join(f'<{tags[level]}>{escape(line)}</{tags[level]}>'
                   for (level, _), line in zip(OUTLINE, lines()))
    return ('<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>x</title><style>p{color:red}</style>'
            f'<script>var skipped = "（一）不是任务";</script></head><body>{body}</body></html>').encode()


NUMBERING = '''<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:abstractNum w:abstractNumId="7">
<w:multiLevelType w:val="multilevel"/>
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>
</w:abstractNum><w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num></w:numbering>'''
TYPES = '''<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
<Override PartName="/word/numbering.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"/></Types>'''
RELATIONS = '''<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Target="{}"
Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}"/></Relationships>'''
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def packed(document, numbering=NUMBERING):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as package:
        package.writestr('[Content_Types].xml', TYPES)
        package.writestr('_rels/.rels', RELATIONS.format('word/document.xml', 'officeDocument'))
        package.writestr('word/_rels/document.xml.rels', RELATIONS.format('numbering.xml', 'numbering'))
        package.writestr('word/document.xml', document)
        package.writestr('word/numbering.xml', numbering)
    return out.getvalue()


def docx(outline=None):
    """A Word document whose numbers are automatic: no text run holds one."""
    body = ''
    for level, line in outline or OUTLINE:
        mark = f'<w:pPr><w:numPr><w:ilvl w:val="{level - 1}"/><w:numId w:val="3"/></w:numPr></w:pPr>' if level else ''
        body += f'<w:p>{mark}<w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>'
    return packed(f'<?xml version="1.0" encoding="UTF-8"?><w:document {WORD}><w:body>{body}</w:body></w:document>')


def long_docx(pages):
    """About `pages` pages of 28 × 22 characters each, in the shape of the plan."""
    outline = OUTLINE[:5]
    filler = '各有关单位结合实际细化措施、明确责任、抓好落实，定期总结经验，及时研究解决工作中遇到的困难和问题。' * 6
    for n in range(pages // 4):
        outline.append((2, f'第{n + 1}类人群科学素质提升行动。{filler}'))
        outline += [(3, f'落实第{n + 1}类第{k + 1}项工作。{filler}') for k in range(7)]
        outline.append((0, '责任单位：由县科协牵头，县教育局、县农业农村局等单位参加。'))
    return docx(outline)


def zip_bomb():
    """A small .docx whose document is 600 MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        package.writestr('[Content_Types].xml', TYPES)
        package.writestr('_rels/.rels', RELATIONS.format('word/document.xml', 'officeDocument'))
        with package.open('word/document.xml', 'w', force_zip64=True) as part:
            part.write(f'<w:document {WORD}><w:body><w:p><w:r><w:t>'.encode())
            for _ in range(600):
                part.write(b' ' * (1 << 20))
            part.write(b'</w:t></w:r></w:p></w:body></w:document>')
    return out.getvalue()


def entity_bomb():
    """Nine entities that would unfold to a billion words."""
    entities = '<!ENTITY a0 "lol">' + ''.join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return packed(f'<?xml version="1.0"?><!DOCTYPE w:document [{entities}]><w:document {WORD}><w:body><w:p><w:r>'
                  '<w:t>&a9;</w:t></w:r></w:p></w:body></w:document>')


def encrypted_docx():
    """The container that Word writes for a document with a password: streams EncryptionInfo and EncryptedPackage."""
    sector, end, free, fat_sector = 512, 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD

    def entry(name, kind, start, size, child=free, right=free):
        wide = name.encode('utf-16le') + b'\0\0'
        return (wide.ljust(64, b'\0') + struct.pack('<HBBIII', len(wide), kind, 1, free, right, child) +
                b'\0' * 36 + struct.pack('<IQ', start, size))

    # Sector 0: FAT, 1: directory, 2–9: EncryptionInfo (4096 bytes), 10–17: EncryptedPackage (4096 bytes).
    def chain(first):
        return [n + 1 for n in range(first, first + 7)] + [end]
    fat = [fat_sector, end, *chain(2), *chain(10)]
    fat += [free] * (128 - len(fat))
    directory = (entry('Root Entry', 5, end, 0, child=1) + entry('EncryptionInfo', 2, 2, 4096, right=2) +
                 entry('EncryptedPackage', 2, 10, 4096)).ljust(sector, b'\0')
    header = (b'\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' + b'\0' * 16 + struct.pack('<HHHHH', 0x3E, 3, 0xFFFE, 9, 6) + b'\0' * 6 +
              struct.pack('<IIIIIIIII', 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack('<I', 0) +
              struct.pack('<I', free) * 108)
    info = (struct.pack('<HHI', 4, 4, 0x40) + b'<encryption/>').ljust(4096, b'\0')
    return header + struct.pack('<128I', *fat) + directory + info + bytes(range(256)) * 16


PICTURE = (b'\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\x0f\0\0'
           b'\x01\x01\0\x05\x18\xd8N\0\0\0\0IEND\xaeB`\x82')

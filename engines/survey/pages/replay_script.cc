#include "engines/survey/pages/replay_script.h"

namespace kepu::survey::field {

std::string_view replay_script() {
  return R"python(#!/usr/bin/env python3
# 用法：python3 replay.py 抽样记录.txt      只用 Python 自带的功能
import hashlib, sys

M = (1 << 64) - 1

def split_mix(state):                                  # SplitMix64
    state = (state + 0x9E3779B97F4A7C15) & M
    z = state
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & M
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & M
    return state, z ^ (z >> 31)

def part_seed(seed, part):                             # 一层、一村各有自己的种子
    _, mixed = split_mix(part)
    return split_mix(seed ^ mixed)[1]

def uniform(seed):                                     # xoshiro256** 的第一个数，[0, 1)
    s = []
    for _ in range(4):
        seed, word = split_mix(seed)
        s.append(word)
    x = (s[1] * 5) & M
    x = ((x << 7) | (x >> 57)) & M
    return (((x * 9) & M) >> 11) * 2.0 ** -53

def chances(sizes, take):                              # 与人数成比例的入样概率
    p, certain = [0.0] * len(sizes), set()
    while True:
        rest = [i for i in range(len(sizes)) if i not in certain and sizes[i] > 0]
        left, total = take - len(certain), sum(sizes[i] for i in rest)
        for i in rest:
            p[i] = left * sizes[i] / total
        over = [i for i in rest if p[i] >= 1]
        if not over:
            break
        certain.update(over)
    for i in certain:
        p[i] = 1.0
    return p

def systematic(p, u):                                  # 系统抽样（Madow 1949）
    drawn, total = [], 0.0
    for i, x in enumerate(p):
        if x > 1 - 1e-6:
            drawn.append(i)
        elif x > 1e-6:
            before, total = total, total + x
            # 有整数 k 使 k + u 落在 (before, total] 里
            k = int(before - u) - 2
            while k + u <= before:
                k += 1
            if k + u <= total:
                drawn.append(i)
    return drawn

takes, areas, number = {}, [], None
for line in open(sys.argv[1], encoding='utf-8'):
    parts = line.rstrip('\n').split('\t')
    if line.startswith('seed number '):
        number = int(line.split()[2])
    elif line.startswith('seed '):
        text = line.rstrip('\n')[5:]
    elif parts[0] == 'stratum':
        takes[int(parts[1])] = int(parts[3])
    elif parts[0] == 'area':
        areas.append((int(parts[1]), parts[3], parts[4], int(parts[5]), int(parts[6]), parts[7] == 'drawn'))
assert number == int(hashlib.sha256(text.encode()).hexdigest()[:16], 16), '种子文字和种子数不符'
wrong = 0
for stratum, take in takes.items():
    here = [a for a in areas if a[3] == stratum]
    p = chances([a[4] for a in here], take)
    drawn = set(systematic(p, uniform(part_seed(part_seed(number, 0), stratum))))
    for i, a in enumerate(here):
        wrong += (i in drawn) != a[5]
print('重抽结果与记录' + ('一致' if wrong == 0 else f'有 {wrong} 处不一致'))
sys.exit(1 if wrong else 0)
)python";
}

}  // namespace kepu::survey::field

"""Writes normal.json beside it: tails and quantiles of the normal, tails of chi-square, with 50 digits' arithmetic. python3 with mpmath 1.3."""
import json, pathlib
from mpmath import mp, mpf, erfc, erfinv, gammainc, inf, log, sqrt

mp.dps = 60


def number(x):
    return mp.nstr(x, 25)


Z = [-8, -1, 0, 0.5, 1, 1.5, 2.5, 5, 10, 20, 37, 38.5, 100]
CHI = [(1e-8, 1), (3.841458820694124, 1), (1000, 1), (1370, 1), (50, 2), (500, 10), (3, 7), (40, 60), (1200, 3), (5000, 4), (9, 50)]
P = [1e-300, 1e-10, 0.025, 0.3, 0.5, 0.975, 0.999999]


def quantile(p):
    mp.dps = 400  # 1 - 2p keeps the digits of the smallest p
    found = -sqrt(mpf(2)) * erfinv(1 - 2 * mpf(p))
    mp.dps = 60
    return found


def log_chi(x, df):
    return log(gammainc(mpf(df) / 2, mpf(x) / 2, inf, regularized=True))


if __name__ == '__main__':
    out = {
        'normalLogUpper': [[z, number(log(erfc(mpf(z) / sqrt(mpf(2))) / 2))] for z in Z],
        'chiSquareLogUpper': [[x, df, number(log_chi(x, df))] for x, df in CHI],
        'normalQuantile': [[p, number(quantile(p))] for p in P],
    }
    path = pathlib.Path(__file__).with_name('normal.json')
    path.write_text('{\n' + ',\n'.join(f'"{k}": [\n' + ',\n'.join(json.dumps(row) for row in v) + '\n]' for k, v in out.items()) + '\n}\n')

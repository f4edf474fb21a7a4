"""Writes distributions.json beside it: natural logarithms of tails with 50 digits' arithmetic. python3 with mpmath 1.3."""
import json, pathlib
from mpmath import mp, mpf, betainc, beta, log, gammainc, binomial, inf

mp.dps = 60


def number(x):
    return mp.nstr(x, 25)


def log_beta(a, b, x):
    """Both tails; x given as text so that it is the double's neighbour only in the last digit."""
    a, b, x = mpf(a), mpf(b), mpf(x)
    total = beta(a, b)
    return [log(betainc(a, b, 0, x) / total), log(betainc(a, b, x, 1) / total)]


def log_t(t, df):
    t, df = mpf(t), mpf(df)
    x = df / (df + t * t)
    return log(betainc(df / 2, mpf(1) / 2, 0, x) / beta(df / 2, mpf(1) / 2))


def log_f(f, m, n):
    f, m, n = mpf(f), mpf(m), mpf(n)
    x = n / (n + m * f)
    return log(betainc(n / 2, m / 2, 0, x) / beta(n / 2, m / 2))


def log_binomial(q, n, p):
    p = mpf(p)
    return log(sum(binomial(n, k) * p**k * (1 - p) ** (n - k) for k in range(q + 1, n + 1)))


def log_hyper(q, m, n, k):
    total = binomial(m + n, k)
    return log(sum(binomial(m, i) * binomial(n, k - i) for i in range(q + 1, min(m, k) + 1)) / total)


BETA = [(0.5, 0.5, 0.25), (2, 3, 0.5), (2, 3, 2.0**-40), (20, 300, 2.0**-17), (500, 2, 0.984375), (61, 226, 0.25), (61, 226, 0.125),
        (0.0625, 8, 0.5), (1500, 2500, 0.375), (1500, 2500, 0.28125), (200, 0.5, 0.25), (1, 1, 0.75), (8, 0.03125, 0.984375)]
T = [(0.5, 1), (2, 5), (2, 3.5), (40, 10), (1000, 3), (12, 200), (38, 3000), (0.0078125, 7), (1048576, 30), (36, 10000)]
F = [(4, 3, 20), (200, 5, 100), (0.5, 2, 7), (1, 10, 10), (3, 1, 284), (1024, 8, 250), (0.25, 6.5, 40)]
BINOMIAL = [(40, 286, 0.0625), (0, 20, 0.25), (150, 286, 0.5), (280, 286, 0.5), (5, 1000, 0.0009765625)]
HYPER = [(50, 60, 226, 70), (10, 20, 266, 40), (30, 100, 200, 90), (400, 1000, 9000, 500), (0, 5, 100, 7)]
GAMMA = [(0.5, 0.25), (3, 40), (3, 0.0009765625), (100, 140), (0.125, 2), (5000, 5400)]

if __name__ == '__main__':
    out = {
        'beta': [[a, b, x, *map(number, log_beta(a, b, x))] for a, b, x in BETA],
        'tTwoSided': [[t, df, number(log_t(t, df))] for t, df in T],
        'fUpper': [[f, m, n, number(log_f(f, m, n))] for f, m, n in F],
        'binomialUpper': [[q, n, p, number(log_binomial(q, n, p))] for q, n, p in BINOMIAL],
        'hypergeometricUpper': [[*z, number(log_hyper(*z))] for z in HYPER],
        'gamma': [[a, x, number(log(gammainc(a, 0, x, regularized=True))), number(log(gammainc(a, x, inf, regularized=True)))] for a, x in GAMMA],
    }
    path = pathlib.Path(__file__).with_name('distributions.json')
    path.write_text('{\n' + ',\n'.join(f'"{k}": [\n' + ',\n'.join(json.dumps(row) for row in v) + '\n]' for k, v in out.items()) + '\n}\n')
